//! `POST rest/processRawPositionRefund.do`: pays back a free sum of one position of an order's cart.
//!
//! documents/003, "Refund for a single item"; rules G-168 to G-171, G-174.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Part, Prepared, Replay,
    id::OrderId,
    money::NonZeroMinor,
    order::{cart::PositionId, ofd::OfdParams},
    state::amounts::Amounts,
};

use super::{Done, receipt};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    order::language::{self, Language},
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Pays back any sum of one position. It needs a permission (G-169).
///
/// The document spells its path in two ways (G-174); the profile says which one counts.
///
/// Moves money, and has no key: a second copy may pay back twice, so it is never sent again.
/// Dropping the future leaves the outcome unknown: resolve it by the amounts seen before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawPositionRefund {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits. The bank reads 0, which [`Part::Whole`] sends, as
    /// the whole *order*, not as the whole position (G-170).
    pub part: Part,
    /// The position, which must stand in the registered cart. It is printed as optional, yet the
    /// bank does not process an order without it (G-171).
    pub position_id: PositionId,
    /// Receipt data for all positions; only where registration carried it too.
    pub additional_ofd_params: Option<OfdParams>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl RawPositionRefund {
    /// Pays back a sum of one position.
    pub fn new(order_id: OrderId, amount: NonZeroMinor, position_id: PositionId) -> Self {
        Self {
            order_id,
            part: Part::Exactly(amount),
            position_id,
            additional_ofd_params: None,
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

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        language::check(self.language.as_ref())?;
        receipt(self.additional_ofd_params.as_ref(), profile)
    }
}

impl Endpoint for RawPositionRefund {
    const NAME: &'static str = "gateway.processRawPositionRefund";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// It has no key: a second copy pays back again.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let spelling = context.profile.ofd_spelling;
        let receipt = self.additional_ofd_params.as_ref().map(|params| params.spelled(spelling));
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.part("amount", self.part)?;
        form.text("positionId", self.position_id.as_str());
        form.opt_json("additionalOfdParams", receipt.as_ref())?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post(context.profile.position_refund.as_str())
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for RawPositionRefund {
    fn trail(&self) -> Option<Trail> {
        let trail = OrderTrail::Refund {
            order_id: self.order_id.clone(),
            part: self.part,
            refund_id: None,
            seen: self.seen,
        };
        Some(trail.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Effect, Minor};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        profile::PositionRefundSpelling,
        testing::{
            damaged, effects, ok, parameter, prepare_at, refusal, sent, shown, takes_a_long_login,
        },
    };

    fn refund() -> RawPositionRefund {
        let order = OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0");
        let amount = NonZeroMinor::new(Minor::new(2000)).expect("not zero");
        RawPositionRefund::new(order, amount, 1.into())
            .with(|it| it.language = Some(Language::English))
    }

    /// G-001, G-010, G-171, G-174: the heading's path, or the sample's if the profile says so.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&refund()), @"
        POST https://vtb.rbsuat.com/payment/rest/processRawPositionRefund.do
        content-type: application/x-www-form-urlencoded

        amount=2000&language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&positionId=1&userName=test_user
        ");
        let sampled = Profile::vtb_test()
            .with(|it| it.position_refund = PositionRefundSpelling::PositionOrderRefund);
        insta::assert_snapshot!(shown(prepare_at(&refund(), &sampled).expect("breaks no rule")), @"
        POST https://vtb.rbsuat.com/payment/rest/processRawPositionOrderRefund.do
        content-type: application/x-www-form-urlencoded

        amount=2000&language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&positionId=1&userName=test_user
        ");
        assert!(takes_a_long_login(&refund())); // G-008
    }

    /// G-170: zero is the whole order and takes saying so.
    #[test]
    fn the_whole_order_is_a_zero_on_the_wire() {
        let whole = refund().with(|it| it.part = Part::Whole);
        assert_eq!(parameter(&whole, "amount").as_deref(), Some("0"));
        let receipt = OfdParams::new().with(|it| it.client_email = Some("test@test.com".into()));
        let with = refund().with(|it| it.additional_ofd_params = Some(receipt));
        let json = parameter(&with, "additionalOfdParams").expect("sent");
        assert_eq!(json, r#"{"client.email":"test@test.com"}"#);
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = refund().with(|it| it.language = Some("e".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
        let wrong = refund().with(|it| {
            it.additional_ofd_params =
                Some(OfdParams::new().with(|it| it.cashier = Some("".into())));
        });
        assert_eq!(refusal(&wrong), "additionalOfdParams.cashier: must have 1 to 256 characters");
        assert!(PositionId::new("1234567890123").is_err());
    }

    #[test]
    fn what_a_refusal_says_about_the_money() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&refund(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        assert_eq!(refund().replay(), Replay::Doubles);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = refund().parse(&ok(body));
        }
    }
}
