//! `POST rest/refund.do`: pays back money of a completed order, in whole or in part.
//!
//! documents/003, "Refund"; rules G-156 to G-164.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Part, Prepared, Replay,
    id::{OrderId, RefundId},
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

/// Pays money back to the payer. Several refunds are possible, together at most what was taken.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refund {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits. The bank reads 0 as everything; [`Part::Whole`]
    /// is what sends it.
    pub part: Part,
    /// The merchant's own key of this refund (`externalRefundId`, 1 to 32 characters): the bank
    /// answers a second refund with the same key as it answered the first. None only by
    /// [`without_key`](Self::without_key).
    pub refund_id: Option<RefundId>,
    /// The deposited amount that the order must have now, in minor units, for the refund to run.
    pub expected_deposited_amount: Option<Minor>,
    /// Currency of the amount; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// What the merchant keeps back, in minor units (`jsonParams`, `penalty`).
    pub penalty: Option<Minor>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them, where the bank's report does not tell by the key.
    pub seen: Option<Amounts>,
}

impl Refund {
    /// Refunds a part of an order, or all of it, under a key of the merchant's.
    pub fn new(order_id: OrderId, part: Part, refund_id: RefundId) -> Self {
        Self { refund_id: Some(refund_id), ..Self::without_key(order_id, part) }
    }

    /// Refunds without a key: a second copy may pay back twice, so it is never sent again.
    pub fn without_key(order_id: OrderId, part: Part) -> Self {
        Self {
            order_id,
            part,
            refund_id: None,
            expected_deposited_amount: None,
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

impl Endpoint for Refund {
    const NAME: &'static str = "gateway.refund";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// With a key the bank answers a second copy as the first; with the expected amount alone it
    /// refuses it; with neither it refunds again.
    fn replay(&self) -> Replay {
        match (&self.refund_id, self.expected_deposited_amount) {
            (Some(_), _) => Replay::SameAnswer,
            (None, Some(_)) => Replay::Refused,
            (None, None) => Replay::Doubles,
        }
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let pairs = WithPenalty { params: self.params.as_ref(), penalty: self.penalty };
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.part("amount", self.part)?;
        if let Some(expected) = self.expected_deposited_amount {
            form.minor("expectedDepositedAmount", expected, 12)?;
        }
        form.opt("externalRefundId", self.refund_id.as_ref().map(RefundId::as_str));
        form.currency(self.currency)?;
        form.opt_json("jsonParams", (!pairs.is_empty()).then_some(&pairs))?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("refund.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Refund {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::Refund {
            order_id: self.order_id.clone(),
            part: self.part,
            refund_id: self.refund_id.clone(),
            seen: self.seen,
        })
    }
}
