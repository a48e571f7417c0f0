//! The hidden frame of the 3DS method on the gateway's own payment page.
//!
//! `POST /payment/merchants/ecom/method` with `mdOrder` goes on after it, as the page does by itself.

use bytes::Bytes;
use http::Response;
use payments_core::{id::OrderId, time::UnixMillis};

use super::{
    Bank,
    order::{Session, Stage},
    page::{unknown, words},
    pay::Step,
};
use crate::{
    cards::Flow,
    pages::{self, Method},
    parse::Params,
};

impl Bank {
    /// The page with the frame, if the issuer of the card wants to look at the browser first.
    pub(super) fn method_frame(&mut self, id: &OrderId) -> Option<Response<Bytes>> {
        let action = self.place("/payment/merchants/ecom/method");
        let frame = self.place("/payment/3dsmethod.do");
        let order = self.orders.get_mut(id)?;
        if order.payment.as_ref()?.card.flow != Flow::MethodAndChallenge {
            return None;
        }
        let session = order.three_ds.as_mut()?;
        session.hosted = true;
        let frame = format!("{frame}?threeDSServerTransID={}", session.server_id);
        Some(pages::method(&Method {
            words: words(order),
            action: &action,
            md_order: id.as_str(),
            frame: &frame,
        }))
    }

    /// The payment goes on once the frame has run, or without it.
    pub(super) fn method_ran(
        &mut self,
        now: UnixMillis,
        params: &Params,
        delay: &mut u64,
    ) -> Response<Bytes> {
        let Some(order) = self.visited(params) else { return unknown() };
        if !order.is_payable() {
            return self.closed(order);
        }
        let id = order.id.clone();
        let step = match &order.three_ds {
            Some(Session { hosted: true, stage: Stage::Prepared, .. }) => {
                self.authenticate_payer(now, &id, None)
            }
            Some(Session { hosted: true, stage: Stage::Challenged, .. }) => Step::Challenge,
            _ => return unknown(),
        };
        *delay = self.delay(&id);
        self.onwards(&id, step)
    }
}
