//! `POST rest/getOrderStatusExtended.do`: what the bank knows of an order.
//!
//! documents/003, "Extended order status"; rules G-029, G-123 to G-145.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{MerchantLogin, OrderId, OrderNumber},
};

pub use payments_core::order::report::{
    BankInfo, BindingInfo, CardAuthInfo, EfectyOrderInfo, OfdItem, OfdQuantity, OrderReport,
    PayerData, PaymentAmountInfo, PluginInfo, RefundEntry, SecureAuthInfo, ThreeDsInfo,
};

use super::language::{self, Language};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, Trail},
};

/// Asks for an order: by the gateway's id, or by the merchant's number.
///
/// One of the two is needed; a build that gets both takes the id, and with a token only the id may
/// be passed (printed by other banks on the platform).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderStatus {
    /// The gateway's id.
    pub order_id: Option<OrderId>,
    /// The merchant's number.
    pub order_number: Option<OrderNumber>,
    /// Language of the answer's texts.
    pub language: Option<Language>,
    /// The merchant on whose behalf the call acts.
    pub merchant_login: Option<MerchantLogin>,
}

impl OrderStatus {
    /// Asks by the gateway's id.
    pub fn of_order(order_id: OrderId) -> Self {
        Self { order_id: Some(order_id), order_number: None, language: None, merchant_login: None }
    }

    /// Asks by the merchant's number.
    pub fn of_number(order_number: OrderNumber) -> Self {
        Self {
            order_id: None,
            order_number: Some(order_number),
            language: None,
            merchant_login: None,
        }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self) -> Result<(), Invalid> {
        if self.order_id.is_none() && self.order_number.is_none() {
            return Err(Invalid::new("orderId", "must be set where orderNumber is not"));
        }
        language::check(self.language.as_ref())
    }
}

impl Endpoint for OrderStatus {
    const NAME: &'static str = "gateway.getOrderStatusExtended";
    type Context<'a> = Context<'a>;
    /// Boxed, since it is large and passes through many hands.
    type Response = Box<OrderReport>;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.opt("orderId", self.order_id.as_ref().map(OrderId::as_str));
        form.opt("orderNumber", self.order_number.as_ref().map(OrderNumber::as_str));
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.post("getOrderStatusExtended.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Box<OrderReport>, Error> {
        let report = fault::read(answer, fault::ASKING);
        if !matches!(&report, Err(error) if error.refusal().is_none()) {
            return report;
        }
        match OrderReport::without_broken_blocks(answer.body()) {
            Some(repaired) => {
                let repaired = answer.clone().map(|_| Bytes::from(repaired));
                fault::read(&repaired, fault::ASKING).or(report)
            }
            None => report,
        }
    }
}

impl Call for OrderStatus {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests;
