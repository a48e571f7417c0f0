//! `POST rest/registerPreAuth.do`: registers a two-phase order, whose payment is held first.
//!
//! documents/003, "Order pre-authorization"; rules G-041 to G-056.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Prepared, Replay, id::OrderNumber, time::LocalDateTime,
};

use super::register::{Register, Registered};
use crate::{
    FullUrl,
    context::Context,
    fault,
    profile::Profile,
    resolve::{Call, Trail},
};

/// Registers an order whose payment is held, to be taken by a deposit or given free by a reversal.
///
/// A second registration under the same number is refused without the order's id: resolve a lost
/// answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisterPreAuth {
    /// What both kinds of registration carry.
    pub order: Register,
    /// When the bank takes the held sum by itself, in UTC+3; enabled by the bank's support.
    pub autocompletion_date: Option<LocalDateTime>,
    /// When the bank reverses the held sum by itself, in UTC+3; enabled by the bank's support.
    pub auto_reverse_date: Option<LocalDateTime>,
}

impl RegisterPreAuth {
    /// Registers an amount under the merchant's number; `return_url` is where the payer comes back.
    pub fn new(order_number: OrderNumber, amount: Minor, return_url: FullUrl) -> Self {
        Register::new(order_number, amount, return_url).into()
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules of carts are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        self.order.validate(profile)
    }
}

impl From<Register> for RegisterPreAuth {
    fn from(order: Register) -> Self {
        Self { order, autocompletion_date: None, auto_reverse_date: None }
    }
}

impl Endpoint for RegisterPreAuth {
    const NAME: &'static str = "gateway.registerPreAuth";
    type Context<'a> = Context<'a>;
    type Response = Registered;

    /// A second copy is refused with code 1, without the order's id.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut form = self.order.form(context)?;
        form.opt_display("autocompletionDate", self.autocompletion_date);
        form.opt_display("autoReverseDate", self.auto_reverse_date);
        form.post("registerPreAuth.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Registered, Error> {
        fault::read(answer, fault::REGISTER)
    }
}

impl Call for RegisterPreAuth {
    fn trail(&self) -> Option<Trail> {
        Some(self.order.registration())
    }
}
