//! `POST installmentPayment.do`: registers an order and pays one instalment by a stored credential.
//!
//! documents/003, "Installment payment"; rules G-022, G-191 to G-193.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::{BindingId, OrderNumber},
    order::Rule,
};

use super::{Charge, InstallmentAnswer};
use crate::{
    context::Context,
    encode::UserNameLimit,
    fault,
    profile::Profile,
    resolve::{Call, Trail},
};

/// Charges one instalment to a stored credential.
///
/// The table wants [`pre_auth`](Charge::pre_auth), which its own sample leaves out: the rule
/// `installment-pre-auth` of [`Profile::rules`] checks it where it is switched on.
///
/// Moves money. A second copy is refused with code 10. Dropping the future leaves the outcome
/// unknown: resolve it, which looks for the order by its number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstallmentPayment {
    /// What recurrent payments carry too.
    pub charge: Charge,
}

impl InstallmentPayment {
    /// Charges an amount to a stored credential, under a number of the merchant's.
    pub fn new(order_number: OrderNumber, amount: Minor, binding_id: BindingId) -> Self {
        Charge::new(order_number, amount, binding_id).into()
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
        self.charge.validate(profile)?;
        let given = || self.charge.pre_auth.is_some();
        let rule = "must say whether the sum is only held";
        profile.rules.ensure(Rule::InstallmentPreAuth, given, "preAuth", rule)
    }
}

impl From<Charge> for InstallmentPayment {
    fn from(charge: Charge) -> Self {
        Self { charge }
    }
}

impl Endpoint for InstallmentPayment {
    const NAME: &'static str = "gateway.installmentPayment";
    type Context<'a> = Context<'a>;
    type Response = InstallmentAnswer;

    /// A second copy is refused with code 10.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let body = self.charge.body(context, UserNameLimit::Thirty)?;
        body.post(&context.profile.outer, "installmentPayment.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<InstallmentAnswer, Error> {
        fault::read(answer, fault::CHARGING)
    }
}

impl Call for InstallmentPayment {
    fn trail(&self) -> Option<Trail> {
        Some(self.charge.trail(None))
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Currency, Effect};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        order::params::Params,
        testing::{damaged, effects, ok, prepare_at, refusal, sent, takes_a_long_login},
    };

    fn payment() -> InstallmentPayment {
        let number = OrderNumber::new("UAF-203974-DE-12").expect("fits");
        let binding = BindingId::new("8aa4fa8b-4d8a-76ca-b314-7bcc00b4f820").expect("fits");
        InstallmentPayment::new(number, Minor::new(12300), binding).with(|payment| {
            payment.charge.language = Some("EN".into());
            payment.charge.currency = Some(Currency::RUB);
            payment.charge.description = Some("Test description".into());
            let pairs = [("firstParamName", "firstParamValue")];
            payment.charge.params = Some(Params::from_iter(pairs));
        })
    }

    /// G-009, G-010, G-022: JSON, one level above `rest/`.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&payment()), @r#"
        POST https://vtb.rbsuat.com/payment/installmentPayment.do
        content-type: application/json

        {"additionalParameters":{"firstParamName":"firstParamValue"},"amount":12300,"bindingId":"8aa4fa8b-4d8a-76ca-b314-7bcc00b4f820","currency":"643","description":"Test description","language":"EN","orderNumber":"UAF-203974-DE-12","password":"test_user_password","userName":"test_user"}
        "#);
        assert!(!takes_a_long_login(&payment())); // G-008
    }

    /// G-191: the table calls it mandatory and the sample leaves it out, so the profile decides.
    #[test]
    fn pre_auth_is_for_the_profile_to_ask() {
        let strict =
            Profile::vtb_test().with(|it| it.rules = it.rules.with(Rule::InstallmentPreAuth));
        let refused = prepare_at(&payment(), &strict).expect_err("left out");
        let invalid = refused.as_invalid().expect("refused before sending");
        assert_eq!((invalid.field(), invalid.name()), ("preAuth", Some("installment-pre-auth")));
        let one_phase = payment().with(|it| it.charge.pre_auth = Some(false));
        assert!(prepare_at(&one_phase, &strict).is_ok());
        assert!(sent(&one_phase).contains(r#""preAuth":false"#));
        assert!(!sent(&payment()).contains("preAuth"));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = payment().with(|it| it.charge.language = Some("english".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    /// No table lists its codes: none clears it, and 10 is a number that is taken.
    #[test]
    fn what_a_refusal_says_about_the_money() {
        let codes = ["1", "2", "5", "6", "7", "10", "99", "text"];
        assert_eq!(effects(&payment(), &codes), [Effect::Maybe; 8]);
        let taken = payment().parse(&ok(r#"{"errorCode":10,"errorMessage":"x","error":true}"#));
        assert!(taken.expect_err("a refusal").is_duplicate());
        let marked = payment().parse(&ok(r#"{"errorCode":0,"error":true}"#));
        assert_eq!(marked.expect_err("a refusal").effect(), Effect::Maybe);
    }

    /// G-026: `success` wins over the code, also where the method's table does not list it.
    #[test]
    fn success_counts_where_it_comes() {
        let answer = |body: &str| payment().parse(&ok(body.to_owned()));
        let refused = answer(r#"{"success":false,"errorCode":0,"orderId":"o"}"#);
        assert_eq!(refused.expect_err("a refusal").effect(), Effect::Maybe);
        assert!(answer(r#"{"success":true,"errorCode":10,"orderId":"o"}"#).is_ok());
    }

    /// G-192: without the report nothing is known of the payment.
    #[test]
    fn processed_is_not_paid() {
        let answer = |body: &str| payment().parse(&ok(body.to_owned())).expect("processed");
        assert!(!answer(r#"{"errorCode":0,"orderId":"o"}"#).is_paid());
        let declined = answer(r#"{"errorCode":0,"orderId":"o","orderStatus":{"orderStatus":6}}"#);
        assert!(!declined.is_paid());
        assert!(answer(r#"{"errorCode":0,"orderStatus":{"orderStatus":1}}"#).is_paid());
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(
            r#"{"errorCode": 0, "orderId": "o", "orderStatus": {"orderStatus": 2}, "error": false}"#
        )) {
            let _ = payment().parse(&ok(body));
        }
    }
}
