//! `POST rest/deposit.do`: completes a two-phase order, in whole or in part.
//!
//! documents/003, "Completing a payment"; rules G-146 to G-148.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Part, Prepared, Replay, id::OrderId,
    state::amounts::Amounts,
};

use super::{
    Done,
    language::{self, Language},
    params::Params,
};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, Trail},
};

/// Takes money that registerPreAuth and the payer's payment hold.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deposit {
    /// The order.
    pub order_id: OrderId,
    /// How much of the held sum, in minor units, 1 to 12 digits. The bank reads 0 as everything;
    /// [`Part::Whole`] is what sends it.
    pub part: Part,
    /// Currency of the amount; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl Deposit {
    /// Completes a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self { order_id, part, currency: None, params: None, language: None, seen: None }
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
        language::check(self.language.as_ref())
    }
}

impl Endpoint for Deposit {
    const NAME: &'static str = "gateway.deposit";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A second copy completes again where several completions are allowed.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.part("amount", self.part)?;
        form.currency(self.currency)?;
        form.opt_json("jsonParams", self.params.as_ref())?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("deposit.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Deposit {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::Deposit { order_id: self.order_id.clone(), part: self.part, seen: self.seen })
    }
}
