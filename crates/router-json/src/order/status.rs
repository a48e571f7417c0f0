//! `POST getOrderStatusExtended.do`: what the router knows of an order, and the bank behind it.
//!
//! documents/000, 001, 004 name the call and show neither body nor answer. The wrapper, the
//! router's own keys and the states are those of the router's reference pages; what stands inside
//! once a bank has the order follows the gateway's report (documents/003).

mod machine;
mod quick;
mod report;

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{OrderId, OrderNumber},
    order::language::{self, Language},
};

pub use report::{RouterKeys, RouterReport};

use crate::{
    context::Context,
    encode::Body,
    fault,
    resolve::{Call, Trail},
};

/// Asks for an order: by the router's id, or by the partner's number. The router asks the bank
///
///
/// One of the two is needed; where both are sent, banks take the id.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderStatus {
    /// The router's id.
    pub order_id: Option<OrderId>,
    /// The partner's number.
    pub order_number: Option<OrderNumber>,
    /// Language of the answer's texts.
    pub language: Option<Language>,
}

impl OrderStatus {
    /// Asks by the router's id.
    pub fn of_order(order_id: OrderId) -> Self {
        Self { order_id: Some(order_id), order_number: None, language: None }
    }

    /// Asks by the partner's number.
    pub fn of_number(order_number: OrderNumber) -> Self {
        Self { order_id: None, order_number: Some(order_number), language: None }
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
    const NAME: &'static str = "router.getOrderStatusExtended";
    type Context<'a> = Context<'a>;
    /// Boxed, since it is large and passes through many hands.
    type Response = Box<RouterReport>;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.opt("orderId", self.order_id.as_ref())?;
        body.opt("orderNumber", self.order_number.as_ref())?;
        body.opt("language", self.language.as_ref())?;
        body.post("getOrderStatusExtended.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Box<RouterReport>, Error> {
        if answer.status() == http::StatusCode::OK
            && let Some(report) = RouterReport::quickly(answer.body(), fault::ASKING)
        {
            return Ok(Box::new(report));
        }
        fault::read_with(answer, fault::ASKING, RouterReport::from_json).map(Box::new)
    }
}

impl Call for OrderStatus {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests;
