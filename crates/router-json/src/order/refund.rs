//! `POST refund.do`: pays back money of a completed order, in whole or in part.
//!
//! documents/004 names the call (R-097) and shows no body; the fields are the gateway's (R-100).

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Part, Prepared, Replay,
    id::{OrderId, RefundId},
    limit,
    state::amounts::Amounts,
};

use super::Done;
use crate::{
    context::Context,
    encode::Body,
    fault,
    resolve::{Call, Trail},
};

/// Pays money back to the payer; also what cancels an order paid by SBP, in one phase or two
/// (R-097). Several refunds are possible, together at most what was taken.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refund {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits. Banks read 0 as everything; [`Part::Whole`]
    /// is what sends it.
    pub part: Part,
    /// The partner's own key of this refund, 1 to 32 characters. None only by
    /// [`without_key`](Self::without_key).
    ///
    /// The gateway answers a second refund with the same key as it answered the first. Whether the
    /// router hands the key on is not documented, so nothing relies on that; a report that lists
    /// the key does prove the refund.
    pub refund_id: Option<RefundId>,
    /// The deposited amount that the order must have now, in minor units, for the refund to run;
    /// handed on or not, as the key.
    pub expected_deposited_amount: Option<Minor>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them, where the report does not tell by the key.
    pub seen: Option<Amounts>,
}

impl Refund {
    /// Refunds a part of an order, or all of it, under a key of the partner's.
    pub fn new(order_id: OrderId, part: Part, refund_id: RefundId) -> Self {
        Self { refund_id: Some(refund_id), ..Self::without_key(order_id, part) }
    }

    /// Refunds without a key.
    pub fn without_key(order_id: OrderId, part: Part) -> Self {
        Self { order_id, part, refund_id: None, expected_deposited_amount: None, seen: None }
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
        limit::opt_digits("expectedDepositedAmount", self.expected_deposited_amount, 12)
    }
}

impl Endpoint for Refund {
    const NAME: &'static str = "router.refund";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A second copy may pay back twice, with a key as without: what the router makes of the key is
    /// not documented.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("orderId", &self.order_id)?;
        body.part("amount", self.part)?;
        body.opt("externalRefundId", self.refund_id.as_ref())?;
        body.opt("expectedDepositedAmount", self.expected_deposited_amount.as_ref())?;
        body.post("refund.do")
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

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn refund(amount: u64) -> Refund {
        let order = OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60");
        let part = Part::exactly(Minor::new(amount)).expect("not zero");
        Refund::new(order, part, RefundId::new("refund-1").expect("fits"))
    }

    /// R-002, R-003: the whole is sent as zero, and only the whole.
    #[test]
    fn the_request_on_the_wire() {
        let request = refund(500).with(|it| it.expected_deposited_amount = Some(Minor::new(1234)));
        insta::assert_snapshot!(sent(&request), @r#"
        POST https://api.uat.all2pay.net/v1/refund.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderId":"2dc811e7-8d1c-407a-bd25-a4f41f96cc60","amount":500,"externalRefundId":"refund-1","expectedDepositedAmount":1234}
        "#);
        let whole = Refund::without_key(request.order_id.clone(), Part::Whole);
        assert_eq!(member(&whole, "amount"), Some(0.into()));
        assert_eq!(member(&whole, "externalRefundId"), None);
        assert!(Part::try_from(Minor::ZERO).is_err());
        let wrong = request.with(|it| it.expected_deposited_amount = Some(Minor::new(u64::MAX)));
        assert_eq!(refusal(&wrong), "expectedDepositedAmount: must have at most 12 digits");
    }

    /// A key is no promise of the router's: no copy is ever sent by itself.
    #[test]
    fn what_a_copy_and_a_refusal_do_to_the_money() {
        let plain = Refund::without_key(refund(1).order_id, Part::Whole);
        let guarded = refund(1).with(|it| it.expected_deposited_amount = Some(Minor::new(5)));
        assert_eq!([refund(1), plain, guarded].map(|it| it.replay()), [Replay::Doubles; 3]);
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&refund(1), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        let trail = refund(1).trail().expect("a trail");
        assert!(matches!(trail, Trail::Refund { refund_id: Some(_), .. }));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = refund(1).parse(&ok(body));
        }
    }
}
