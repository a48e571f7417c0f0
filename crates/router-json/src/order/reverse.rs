//! `POST reverse.do`: gives back money that is held.
//!
//! documents/004 names the call (R-098) and shows no body; the fields are the gateway's (R-100).

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Part, Prepared, Replay, id::OrderId, state::amounts::Amounts,
};

use super::Done;
use crate::{
    context::Context,
    encode::Body,
    fault,
    resolve::{Call, Trail},
};

/// Releases the payer's money before it is taken, in whole or in part. Banks allow it once and for a
/// time of their own.
///
/// Not for an order paid by SBP, of which nothing is held: refund it (R-097).
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reverse {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits. The whole is sent as no amount at all.
    pub part: Part,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl Reverse {
    /// Reverses a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self { order_id, part, seen: None }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Endpoint for Reverse {
    const NAME: &'static str = "router.reverse";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// Banks allow one reversal, so a second copy is refused.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut body = Body::new(context)?;
        body.put("orderId", &self.order_id)?;
        if let Part::Exactly(_) = self.part {
            body.part("amount", self.part)?;
        }
        body.post("reverse.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Reverse {
    fn trail(&self) -> Option<Trail> {
        let order_id = self.order_id.clone();
        Some(Trail::Reverse { order_id, part: self.part, seen: self.seen })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Effect, Minor};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn reverse(part: Part) -> Reverse {
        Reverse::new(OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60"), part)
    }

    fn some(amount: u64) -> Reverse {
        reverse(Part::exactly(Minor::new(amount)).expect("not zero"))
    }

    /// R-002, R-003: the whole is sent as no amount at all.
    #[test]
    fn the_request_on_the_wire() {
        insta::assert_snapshot!(sent(&some(1000)), @r#"
        POST https://api.uat.all2pay.net/v1/reverse.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderId":"2dc811e7-8d1c-407a-bd25-a4f41f96cc60","amount":1000}
        "#);
        assert_eq!(member(&reverse(Part::Whole), "amount"), None);
        let wrong = some(u64::MAX);
        assert_eq!(refusal(&wrong), "amount: must have at most 12 digits");
    }

    #[test]
    fn what_a_copy_and_a_refusal_do_to_the_money() {
        assert_eq!([some(1), reverse(Part::Whole)].map(|it| it.replay()), [Replay::Refused; 2]);
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&some(1), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        let trail = reverse(Part::Whole).trail().expect("a trail");
        assert!(matches!(trail, Trail::Reverse { part: Part::Whole, .. }));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = some(1).parse(&ok(body));
        }
    }
}
