//! The payer's page: what a bank's application shows once it has read a code.
//!
//! `GET /sbp/<qrId>` shows the payment; `POST /sbp/<qrId>/answer` with `answer=pay`,
//! `answer=pay-only` (the account is not to be linked) or `answer=refuse` settles it.

use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::time::UnixMillis;

use super::{Code, MEMBER, SBP_DECLINED, State};
use crate::{
    answer,
    bank::{
        Bank, Order,
        page::{amount, is_web, unknown, words},
    },
    pages::{Message, Notice, SbpPayment, page},
    parse::Params,
};

impl Bank {
    /// A page below `/sbp/`.
    pub(in crate::bank) fn sbp_page(
        &mut self,
        now: UnixMillis,
        path: &str,
        params: &Params,
    ) -> Response<Bytes> {
        let (id, answered) = match path.strip_suffix("/answer") {
            Some(id) => (id, params.text("answer")),
            None => (path, None),
        };
        let Some(code) = self.sbp.codes.get(id).cloned() else { return unknown() };
        if !self.state(&code, now).is_open() {
            return self.told(&code, Notice::QrClosed, StatusCode::CONFLICT);
        }
        match answered {
            Some(pay @ ("pay" | "pay-only")) => {
                self.pay_by_code(now, id, MEMBER, pay == "pay");
                self.left(&code, Notice::QrPaid)
            }
            Some("refuse") => {
                self.close_code(now, id, State::RejectedByUser, SBP_DECLINED);
                self.left(&code, Notice::QrRefused)
            }
            _ => match self.orders.get(&code.order) {
                Some(order) => self.sbp_form(&code, order),
                None => unknown(),
            },
        }
    }

    fn sbp_form(&self, code: &Code, order: &Order) -> Response<Bytes> {
        let purpose = code.wish.purpose.as_deref().or(order.details.description.as_deref());
        let shown = SbpPayment {
            words: words(order),
            merchant: self.shop(order),
            order_number: order.number.as_str(),
            purpose: purpose.unwrap_or_default(),
            amount: &amount(order),
            subscribes: code.wish.subscribe,
            only_links: order.has_feature("VERIFY"),
            action: &self.place(&format!("/sbp/{}/answer", code.id)),
        };
        page(StatusCode::OK, &shown)
    }

    /// Where the payer goes after the answer: back to the merchant, if that is a place on the web.
    fn left(&self, code: &Code, notice: Notice) -> Response<Bytes> {
        let address = code.wish.redirect.as_deref().filter(|address| is_web(address));
        // As the parser writes it: a header takes no letters but Latin ones.
        match address.and_then(|address| url::Url::parse(address).ok()) {
            Some(address) => answer::see_other(address.as_str()),
            None => self.told(code, notice, StatusCode::OK),
        }
    }

    fn told(&self, code: &Code, notice: Notice, status: StatusCode) -> Response<Bytes> {
        match self.orders.get(&code.order) {
            Some(order) => page(status, &Message::new(words(order), notice, "")),
            None => unknown(),
        }
    }
}
