//! `POST registerPreAuth.do`: registers a two-phase order.
//!
//! documents/000, 001, 004, "Order registration"; documents/004, "Two-phase payments with SBP";
//! rules R-010, R-011, R-092 to R-098.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Invalid, Minor, Prepared, Replay, id::OrderNumber};

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
/// Paid by SBP, which has no two phases, it is deposited at once: look at the status that came of
/// it, not at how it was registered, before choosing between deposit, reverse and refund (R-095 to
/// R-098).
///
/// A second registration under the same number is refused, as far as is known without the order's
/// id: resolve a lost answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisterPreAuth {
    /// What both kinds of registration carry.
    pub order: Register,
}

impl RegisterPreAuth {
    /// Registers an amount under the partner's number; `return_url` is where the payer comes back.
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
        Self { order }
    }
}

impl Endpoint for RegisterPreAuth {
    const NAME: &'static str = "router.registerPreAuth";
    type Context<'a> = Context<'a>;
    type Response = Registered;

    /// A second copy is refused, by the number.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.order.body(context)?.post("registerPreAuth.do")
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

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{body, damaged, effects, ok, refusal, sent};

    fn register() -> Register {
        let number = OrderNumber::new("order_123473").expect("fits");
        let back = FullUrl::new("https://mybestmerchantreturnurl.com/success").expect("complete");
        Register::new(number, Minor::new(1234), back)
    }

    /// R-010, R-011: the same body to another path is what makes an order two-phase.
    #[test]
    fn the_path_alone_makes_two_phases() {
        let two = RegisterPreAuth::from(register());
        insta::assert_snapshot!(sent(&two), @r#"
        POST https://api.uat.all2pay.net/v1/registerPreAuth.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderNumber":"order_123473","amount":1234,"returnUrl":"https://mybestmerchantreturnurl.com/success"}
        "#);
        assert_eq!(body(&two), body(&register()));
        assert_ne!(sent(&two), sent(&register()));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = RegisterPreAuth::from(register()).with(|it| it.order.amount = Minor::ZERO);
        assert_eq!(refusal(&wrong), "amount: must not be zero without the feature VERIFY");
    }

    #[test]
    fn a_second_copy_is_refused() {
        let two = RegisterPreAuth::from(register());
        assert_eq!(two.replay(), Replay::Refused);
        assert_eq!(two.trail(), register().trail());
        let (no, maybe) = (Effect::No, Effect::Maybe);
        assert_eq!(effects(&two, &["1", "3", "7", "99"]), [maybe, no, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode":"0","orderId":"2dc8"}"#)) {
            let _ = RegisterPreAuth::from(register()).parse(&ok(body));
        }
    }
}
