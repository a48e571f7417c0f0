//! `POST recurrentPayment.do`: registers an order and pays it by a stored credential.
//!
//! The router's reference pages name the call; fields and answer follow the gateway (documents/003,
//! R-100).

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::{BindingId, OrderNumber},
};

use super::{Charge, Charged};
use crate::{
    context::Context,
    fault,
    resolve::{Call, Trail},
};

/// Charges a stored credential at a time of the partner's; for credentials of that kind (R).
///
/// Moves money. A second copy is refused, by the number. Dropping the future leaves the outcome
/// unknown: resolve it, which looks for the order by its number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecurrentPayment {
    /// What both kinds of payment carry.
    pub charge: Charge,
}

impl RecurrentPayment {
    /// Charges an amount to a stored credential, under a number of the partner's.
    pub fn new(order_number: OrderNumber, amount: Minor, binding_id: BindingId) -> Self {
        Charge::new(order_number, amount, binding_id).into()
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
        self.charge.validate()
    }
}

impl From<Charge> for RecurrentPayment {
    fn from(charge: Charge) -> Self {
        Self { charge }
    }
}

impl Endpoint for RecurrentPayment {
    const NAME: &'static str = "router.recurrentPayment";
    type Context<'a> = Context<'a>;
    type Response = Charged;

    /// A second copy is refused with code 10, as far as the gateway tells.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.charge.body(context)?.post("recurrentPayment.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Charged, Error> {
        fault::read_whole(answer, fault::CHARGING, Charged::from_json)
    }
}

impl Call for RecurrentPayment {
    fn trail(&self) -> Option<Trail> {
        Some(self.charge.trail())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Currency, Effect, id::OrderId, order::language::Language};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent};

    fn payment() -> RecurrentPayment {
        let number = OrderNumber::new("order_123480").expect("fits");
        let binding = BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2").expect("fits");
        RecurrentPayment::new(number, Minor::new(1200), binding).with(|it| {
            it.charge.currency = Some(Currency::RUB);
            it.charge.description = Some("A month".into());
            it.charge.language = Some(Language::Russian);
        })
    }

    /// R-002, R-003
    #[test]
    fn the_request_on_the_wire() {
        insta::assert_snapshot!(sent(&payment()), @r#"
        POST https://api.uat.all2pay.net/v1/recurrentPayment.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderNumber":"order_123480","bindingId":"d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2","amount":1200,"currency":"643","description":"A month","language":"ru"}
        "#);
        let wrong = |change: fn(&mut Charge)| refusal(&payment().with(|it| change(&mut it.charge)));
        assert_eq!(wrong(|it| it.amount = Minor::ZERO), "amount: must not be zero");
        let digits = "amount: must have at most 12 digits";
        assert_eq!(wrong(|it| it.amount = Minor::new(1_000_000_000_000)), digits);
        assert_eq!(
            wrong(|it| it.description = Some(String::new())),
            "description: must have 1 to 598 characters"
        );
    }

    /// Processed is not paid, enveloped or flat.
    #[test]
    fn processed_is_not_paid() {
        let answer = |body: &str| payment().parse(&ok(body.to_owned())).expect("processed");
        for body in [
            r#"{"success":true,"data":{"orderId":"o"}}"#,
            r#"{"errorCode":"0","orderId":"o"}"#,
            r#"{"errorCode":0,"orderId":"o","orderStatus":{"orderStatus":6,"actionCode":116}}"#,
        ] {
            let charged = answer(body);
            assert_eq!(charged.order_id, Some(OrderId::from_bank("o")), "{body}");
            assert!(!charged.is_paid(), "{body}");
        }
        assert!(answer(r#"{"success":true,"orderStatus":{"orderStatus":2}}"#).is_paid());
        let inside = r#"{"success":true,"data":{"orderId":"o","orderStatus":{"orderStatus":2}}}"#;
        assert!(answer(inside).is_paid());
    }

    #[test]
    fn what_a_copy_and_a_refusal_do_to_the_money() {
        assert_eq!(payment().replay(), Replay::Refused);
        assert_eq!(effects(&payment(), &["1", "5", "6", "10", "99"]), [Effect::Maybe; 5]);
        let block = r#"{"success":false,"error":{"code":"10","description":"x","message":"y"}}"#;
        assert!(payment().parse(&ok(block)).expect_err("a refusal").is_duplicate());
        assert!(matches!(payment().trail(), Some(Trail::Charge { fee: None, .. })));
        let odd = r#"{"success":true,"orderStatus":{"paymentAmountInfo":{"depositedAmount":"x"}}}"#;
        let error = payment().parse(&ok(odd)).expect_err("unreadable");
        assert_eq!((error.is_unreadable(), error.effect()), (true, Effect::Maybe));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(
            r#"{"success":true,"data":{"orderId":"o"},"orderStatus":{"orderStatus":2}}"#
        )) {
            let _ = payment().parse(&ok(body)).map(|charged| charged.is_paid());
        }
    }
}
