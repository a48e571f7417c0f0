//! `POST rest/reverse.do`: gives back money that is held or was just taken.
//!
//! documents/003, "Reversal"; rules G-149 to G-155.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Part, Prepared, Replay,
    id::{MerchantLogin, OrderId, OrderNumber},
    state::amounts::Amounts,
};

use super::{
    Done,
    language::{self, Language},
    params::{Params, WithPenalty},
};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, Trail},
};

/// Releases the payer's money before it is settled, in whole or in part.
///
/// The bank's support names the time frame in which it works, it needs a permission, and after one
/// reversal that failed later ones fail too (documents/003, reversal).
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reverse {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits, at most the authorized amount. The whole is sent
    /// as no amount at all.
    pub part: Part,
    /// The merchant's number of the order, beside its id; it does not replace the id.
    pub order_number: Option<OrderNumber>,
    /// The merchant on whose behalf the call acts.
    pub merchant_login: Option<MerchantLogin>,
    /// Currency of the amount; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// What the merchant keeps back, in minor units (`jsonParams`, `penalty`).
    pub penalty: Option<Minor>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl Reverse {
    /// Reverses a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self {
            order_id,
            part,
            order_number: None,
            merchant_login: None,
            currency: None,
            penalty: None,
            params: None,
            language: None,
            seen: None,
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
        language::check(self.language.as_ref())
    }
}

impl Endpoint for Reverse {
    const NAME: &'static str = "gateway.reverse";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A reversal is possible once only, so a second copy is refused.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let pairs = WithPenalty { params: self.params.as_ref(), penalty: self.penalty };
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.text("orderId", self.order_id.as_str());
        if let Part::Exactly(_) = self.part {
            form.part("amount", self.part)?;
        }
        form.currency(self.currency)?;
        form.opt("orderNumber", self.order_number.as_ref().map(OrderNumber::as_str));
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.opt_json("jsonParams", (!pairs.is_empty()).then_some(&pairs))?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("reverse.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Reverse {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::Reverse { order_id: self.order_id.clone(), part: self.part, seen: self.seen })
    }
}
