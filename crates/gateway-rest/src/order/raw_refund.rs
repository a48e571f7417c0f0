//! `POST rest/processRawSumRefund.do`: pays back a free sum of an order with a cart.
//!
//! documents/003, "Refund for a free amount"; rules G-168 to G-173.

mod position;

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Part, Prepared, Replay,
    id::OrderId,
    order::{ReceiptLine, cart::customer_identity, ofd::OfdParams},
    state::amounts::Amounts,
};

pub use position::RawPositionRefund;

use super::{
    Done,
    language::{self, Language},
    params::{Params, WithPenalty},
};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Pays back any sum of an order that was registered with a cart, whatever its positions cost. It
/// needs a permission (G-169).
///
/// Moves money, and has no key: a second copy may pay back twice, so it is never sent again.
/// Dropping the future leaves the outcome unknown: resolve it by the amounts seen before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawSumRefund {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits. The bank reads 0 as the whole order;
    /// [`Part::Whole`] is what sends it.
    pub part: Part,
    /// What the merchant keeps back, in minor units (`jsonParams`, `penalty`).
    pub penalty: Option<Minor>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Receipt data for all positions; only where registration carried it too.
    pub additional_ofd_params: Option<OfdParams>,
    /// What the sum is called on the receipt.
    pub ofd_params: Option<ReceiptLine>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl RawSumRefund {
    /// Pays back a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self {
            order_id,
            part,
            penalty: None,
            params: None,
            additional_ofd_params: None,
            ofd_params: None,
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
        if let Some(line) = &self.ofd_params {
            line.validate_with("ofdParams", profile.rules)?;
        }
        receipt(self.additional_ofd_params.as_ref(), profile)
    }
}

/// Checks the receipt data of a refund, which carries no other data of the customer.
fn receipt(params: Option<&OfdParams>, profile: &Profile) -> Result<(), Invalid> {
    let Some(params) = params else { return Ok(()) };
    params.validate_with("additionalOfdParams", profile.rules)?;
    customer_identity(None, Some(params), profile.rules)
        .map_err(|wrong| wrong.at("additionalOfdParams.client.inn"))
}

impl Endpoint for RawSumRefund {
    const NAME: &'static str = "gateway.processRawSumRefund";
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
        let pairs = WithPenalty { params: self.params.as_ref(), penalty: self.penalty };
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.part("amount", self.part)?;
        form.opt_json("jsonParams", (!pairs.is_empty()).then_some(&pairs))?;
        form.opt_json("additionalOfdParams", receipt.as_ref())?;
        form.opt_json("ofdParams", self.ofd_params.as_ref())?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("processRawSumRefund.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for RawSumRefund {
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
    use payments_core::{Effect, order::TaxType};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

    fn refund() -> RawSumRefund {
        let order = OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0");
        RawSumRefund::new(order, Part::exactly(Minor::new(2000)).expect("not zero"))
    }

    /// G-001, G-010, G-013: a POST, everything in the body of the form, minor units.
    #[test]
    fn the_sample_on_the_wire() {
        let request = refund().with(|it| it.language = Some(Language::English));
        insta::assert_snapshot!(sent(&request), @"
        POST https://vtb.rbsuat.com/payment/rest/processRawSumRefund.do
        content-type: application/x-www-form-urlencoded

        amount=2000&language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
    }

    /// G-170: the whole is sent as zero, and only the whole.
    #[test]
    fn the_whole_is_a_zero_on_the_wire() {
        let whole = refund().with(|it| it.part = Part::Whole);
        assert_eq!(parameter(&whole, "amount").as_deref(), Some("0"));
    }

    /// G-012, G-172, G-173: penalty and receipt data travel as JSON, each in one parameter; a
    /// backslash and a quote in a name are escaped.
    #[test]
    fn penalty_and_receipt_data() {
        let request = refund().with(|request| {
            request.penalty = Some(Minor::new(1300));
            request.params = Some(Params::from_iter([("param_1_name", "param_1_value")]));
            request.additional_ofd_params =
                Some(OfdParams::new().with(|it| it.client_email = Some("test@test.com".into())));
            request.ofd_params = Some(ReceiptLine::new().with(|line| {
                line.name = Some(r#"a\b"c"#.into());
                line.tax_type = Some(TaxType::Vat20);
            }));
        });
        let json = |name| parameter(&request, name).expect("sent");
        assert_eq!(json("jsonParams"), r#"{"param_1_name":"param_1_value","penalty":"1300"}"#);
        assert_eq!(json("additionalOfdParams"), r#"{"client.email":"test@test.com"}"#);
        assert_eq!(json("ofdParams"), r#"{"name":"a\\b\"c","taxType":6}"#);
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = |change: fn(&mut RawSumRefund)| refusal(&refund().with(change));
        assert_eq!(
            wrong(
                |it| it.ofd_params = Some(ReceiptLine::new().with(|it| it.name = Some("".into())))
            ),
            "ofdParams.name: must have 1 to 255 characters"
        );
        assert_eq!(
            wrong(|it| {
                it.additional_ofd_params =
                    Some(OfdParams::new().with(|it| it.client_name = Some("Name".into())));
            }),
            "additionalOfdParams.client.inn: must be sent, or else birth date, document code and \
             document together"
        ); // G-083
        assert_eq!(
            wrong(|it| it.part = Part::exactly(Minor::new(u64::MAX)).expect("not zero")),
            "amount: must have at most 12 digits"
        );
    }

    /// G-173: the refusal of a penalty with loyalty is one whose effect is open, as of every 5.
    #[test]
    fn what_a_refusal_says_about_the_money() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&refund(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        let penalty = r#"{"errorCode":"5","errorMessage":"Penalty is not supported for orders with loyalty"}"#;
        let error = refund().parse(&ok(penalty)).expect_err("a refusal");
        assert_eq!((error.is_wrong_state(), error.effect()), (true, maybe));
    }

    #[test]
    fn it_is_never_sent_twice() {
        assert_eq!(refund().replay(), Replay::Doubles);
        let trail = refund().trail().expect("a trail");
        assert!(matches!(
            trail,
            Trail::Order(OrderTrail::Refund { refund_id: None, seen: None, .. })
        ));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = refund().parse(&ok(body));
        }
    }
}
