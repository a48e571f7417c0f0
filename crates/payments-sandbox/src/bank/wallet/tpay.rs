//! T-Pay: `GET /tpay/<id>` is the page with a code on a desktop, the application on a phone;
//! `GET /tpay/<id>/app` is the application in any case. `POST /tpay/<id>/answer` with `answer=pay`
//! or `answer=refuse` settles it.

use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::time::UnixMillis;

use super::Wallet;
use crate::{
    answer,
    bank::{
        Bank, Order,
        page::{amount, unknown, words},
    },
    pages::{Message, Notice, ScanPage, WalletPayment, WayWords, page},
    parse::Params,
    qr,
};

/// `paymentWay` of the payment.
const WAY: &str = "TCB_TPAY";
/// The payer said no.
const REFUSED: i64 = 5;

impl Bank {
    /// A page below `/tpay/`.
    pub(in crate::bank) fn tpay_page(
        &mut self,
        now: UnixMillis,
        path: &str,
        params: &Params,
    ) -> Response<Bytes> {
        let (name, part) = path.split_once('/').unwrap_or((path, ""));
        let Some((link, order)) = self.linked(name) else { return unknown() };
        let desktop = link.wallet == Wallet::TPayDesktop;
        match part {
            // The desktop page looks again until the payment is over, then goes back to the shop.
            "" if !order.is_payable() => return self.closed(order),
            "" if desktop => return self.scan_page(order, name),
            "" | "app" if order.is_payable() => return self.tpay_app(order, name),
            "answer" if order.is_payable() => {}
            _ => return self.tpay_over(order, desktop),
        }
        let id = order.id.clone();
        match params.text("answer") {
            Some("pay") => self.settle_by(now, &id, WAY, None, None),
            Some("refuse") => {
                self.forget_card(&id);
                self.decline_attempt(now, &id, REFUSED);
            }
            _ => {
                return self
                    .linked(name)
                    .map_or_else(unknown, |(_, order)| self.tpay_app(order, name));
            }
        }
        self.orders.get(&id).map_or_else(unknown, |order| self.tpay_over(order, desktop))
    }

    fn scan_page(&self, order: &Order, name: &str) -> Response<Bytes> {
        let app = format!("{}/tpay/{name}/app", self.base_url);
        let Some(code) = qr::svg(&app) else { return unknown() };
        let own = WayWords::of(order.language());
        let shown = ScanPage {
            words: words(order),
            own,
            merchant: self.shop(order),
            order_number: order.number.as_str(),
            amount: &amount(order),
            title: own.tpay,
            hint: own.scan_tpay,
            code: &code,
            link: &app,
            link_name: own.open_app,
            again: &self.place(&format!("/tpay/{name}")),
            md_order: "",
        };
        page(StatusCode::OK, &shown)
    }

    fn tpay_app(&self, order: &Order, name: &str) -> Response<Bytes> {
        let own = WayWords::of(order.language());
        let shown = WalletPayment {
            words: words(order),
            own,
            who: own.tpay_app,
            title: own.tpay,
            merchant: self.shop(order),
            order_number: order.number.as_str(),
            purpose: order.details.description.as_deref().unwrap_or_default(),
            amount: &amount(order),
            action: &self.place(&format!("/tpay/{name}/answer")),
            link: "",
            token: "",
            cards: &[],
        };
        page(StatusCode::OK, &shown)
    }

    /// The application is done: on a phone the payer goes back to the shop; who scanned a code has
    /// the shop on another screen.
    fn tpay_over(&self, order: &Order, desktop: bool) -> Response<Bytes> {
        if !order.is_payable() && !desktop {
            return self.closed(order);
        }
        let notice = match order.dates.paid {
            Some(_) => Notice::QrPaid,
            None if order.dates.declined.is_some() || order.failures > 0 => Notice::QrRefused,
            None => return answer::plain(StatusCode::NOT_FOUND, "no such page\n"),
        };
        page(StatusCode::OK, &Message::new(words(order), notice, ""))
    }
}
