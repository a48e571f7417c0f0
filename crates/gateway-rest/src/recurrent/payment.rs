//! `POST recurrentPayment.do`: registers an order and pays it by a stored credential.
//!
//! documents/003, "Recurrent payment"; rules G-022, G-188 to G-190, G-193.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::{BindingId, OrderNumber},
    limit,
    order::Rule,
};

use super::{Charge, RecurrentAnswer};
use crate::{
    context::Context,
    credentials::Kind,
    encode::UserNameLimit,
    fault,
    profile::Profile,
    resolve::{Call, Trail},
};

/// Charges a stored credential at a time of the merchant's.
///
/// Moves money. A second copy is refused with code 10, without the order's id. Dropping the future
/// leaves the outcome unknown: resolve it, which looks for the order by its number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecurrentPayment {
    /// What instalments carry too.
    pub charge: Charge,
    /// Fee in minor units, at most 8 digits; has to be allowed for the merchant (G-051).
    pub fee_input: Option<Minor>,
}

impl RecurrentPayment {
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

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. That it is called by
    /// login and password is checked there (rule `recurrent-login` of [`Profile::rules`]).
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        self.charge.validate(profile)?;
        limit::opt_digits("feeInput", self.fee_input, 8)
    }
}

impl From<Charge> for RecurrentPayment {
    fn from(charge: Charge) -> Self {
        Self { charge, fee_input: None }
    }
}

impl Endpoint for RecurrentPayment {
    const NAME: &'static str = "gateway.recurrentPayment";
    type Context<'a> = Context<'a>;
    type Response = RecurrentAnswer;

    /// A second copy is refused with code 10, without the order's id.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let by_login = || matches!(context.credentials.0, Kind::Login { .. });
        let rule = "must not be sent: this call takes login and password";
        context.profile.rules.ensure(Rule::RecurrentLogin, by_login, "token", rule)?;
        let mut body = self.charge.body(context, UserNameLimit::Hundred)?;
        body.opt("feeInput", self.fee_input.as_ref())?;
        body.post(&context.profile.outer, "recurrentPayment.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<RecurrentAnswer, Error> {
        fault::read(answer, fault::CHARGING)
    }
}

impl Call for RecurrentPayment {
    fn trail(&self) -> Option<Trail> {
        Some(self.charge.trail(self.fee_input))
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Currency, Effect,
        order::{Feature, payer::BillingPayerData},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Credentials,
        order::params::Params,
        recurrent::RecurrentError,
        testing::{damaged, ok, prepare_at, refusal, sent, takes_a_long_login},
    };

    fn payment() -> RecurrentPayment {
        let number = OrderNumber::new("UAF-203974-DE-12").expect("fits");
        let binding = BindingId::new("bindingId").expect("fits");
        RecurrentPayment::new(number, Minor::new(1200), binding).with(|payment| {
            payment.charge.language = Some("EN".into());
            payment.charge.currency = Some(Currency::RUB);
            payment.charge.description = Some("Test description".into());
            let pairs = [("firstParamName", "firstParamValue"), ("email", "email@email.com")];
            payment.charge.params = Some(Params::from_iter(pairs));
        })
    }

    /// G-009, G-010, G-022, G-188: JSON, one level above `rest/`, login and password in the body.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&payment()), @r#"
        POST https://vtb.rbsuat.com/payment/recurrentPayment.do
        content-type: application/json

        {"additionalParameters":{"email":"email@email.com","firstParamName":"firstParamValue"},"amount":1200,"bindingId":"bindingId","currency":"643","description":"Test description","language":"EN","orderNumber":"UAF-203974-DE-12","password":"test_user_password","userName":"test_user"}
        "#);
        assert!(takes_a_long_login(&payment())); // G-008
    }

    #[test]
    fn every_other_field() {
        let payment = payment().with(|payment| {
            let charge = &mut payment.charge;
            charge.params = None;
            charge.description = None;
            charge.pre_auth = Some(true);
            charge.autocompletion_date = Some("2027-12-29T13:02:51".parse().expect("a date"));
            charge.auto_reverse_date = Some("2027-12-30T13:02:51".parse().expect("a date"));
            charge.features = vec![Feature::ForceSsl];
            charge.billing_payer_data =
                Some(BillingPayerData::new().with(|data| data.billing_city = Some("Y".into())));
            charge.address_match = Some("Y".into());
            payment.fee_input = Some(Minor::new(100));
        });
        insta::assert_snapshot!(sent(&payment), @r#"
        POST https://vtb.rbsuat.com/payment/recurrentPayment.do
        content-type: application/json

        {"amount":1200,"autoReverseDate":"2027-12-30T13:02:51","autocompletionDate":"2027-12-29T13:02:51","billingAndShippingAddressMatchIndicator":"Y","billingPayerData":{"billingCity":"Y"},"bindingId":"bindingId","currency":"643","features":"FORCE_SSL","feeInput":100,"language":"EN","orderNumber":"UAF-203974-DE-12","password":"test_user_password","preAuth":true,"userName":"test_user"}
        "#);
        let two = payment.with(|it| it.charge.features.push(Feature::ForceTds));
        assert!(sent(&two).contains(r#""features":["FORCE_SSL","FORCE_TDS"]"#));
    }

    /// G-188: by its table it takes no token; a bank whose build does has the rule switched off.
    #[test]
    fn a_token_is_refused_unless_the_profile_lets_it() {
        let token = Credentials::token("token").expect("fits");
        let prepared = |profile: &Profile| {
            let context = Context::new(profile, &token, payments_core::time::UnixMillis::new(0));
            payment().prepare(&context)
        };
        let error = prepared(&Profile::vtb_test()).expect_err("a token");
        let invalid = error.as_invalid().expect("refused before sending");
        assert_eq!((invalid.field(), invalid.name()), ("token", Some("recurrent-login")));
        let other =
            Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::RecurrentLogin));
        let Ok(Prepared::Ready(outgoing)) = prepared(&other) else { panic!("it is ready") };
        let body = String::from_utf8(outgoing.into_request().body().to_vec()).expect("text");
        assert!(body.contains(r#""token":"token""#) && !body.contains("userName"), "{body}");
    }

    /// G-035, G-036, G-037, G-038: a signed JSON body is hashed as it is sent, login and password in
    /// it. The hash was made with another implementation.
    #[test]
    fn a_json_body_is_signed_as_it_is_sent() {
        let profile = Profile::vtb_test();
        let login = Credentials::login("test_user", "test_user_password").expect("fits");
        let now = payments_core::time::UnixMillis::new(0);
        let context = Context::new(&profile, &login, now).signed();
        let Prepared::ToSign(to_sign) = payment().prepare(&context).expect("breaks no rule") else {
            panic!("it is to be signed")
        };
        let request = to_sign.seal(b"signature").expect("sealed").into_request();
        assert_eq!(request.headers()["x-hash"], "iMiPJ/pcB30bWeyjZKx+IBaXs/jtSCrIxopxtiCN+Gg=");
        assert_eq!(request.headers()["x-signature"], "c2lnbmF0dXJl");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.uri().query(), None);
        let unsigned = sent(&payment());
        assert_eq!(request.body(), unsigned.rsplit('\n').next().expect("a body"));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = |change: fn(&mut RecurrentPayment)| refusal(&payment().with(change));
        let eight = "feeInput: must have at most 8 digits";
        assert_eq!(wrong(|it| it.fee_input = Some(Minor::new(100_000_000))), eight);
        assert_eq!(
            wrong(|it| it.charge.amount = Minor::new(1_000_000_000_000)),
            "amount: must have at most 12 digits"
        );
        assert_eq!(
            wrong(|it| it.charge.description = Some("x".repeat(599))),
            "description: must have 1 to 598 characters"
        );
        assert_eq!(
            wrong(|it| it.charge.address_match = Some("YY".into())),
            "billingAndShippingAddressMatchIndicator: must have 1 characters"
        );
        let profile = Profile::vtb_test().with(|it| it.currency_required = true);
        let no_currency = payment().with(|it| it.charge.currency = None);
        assert!(prepare_at(&no_currency, &profile).is_err());
    }

    /// G-189, G-190: a duplicate is code 10 and clears nothing; what is for the payer and what is
    /// not stay apart.
    #[test]
    fn refusals() {
        let duplicate =
            r#"{"error":{"code":"10","description":"for us","message":"for him"},"success":false}"#;
        let error = payment().parse(&ok(duplicate)).expect_err("a refusal");
        assert!(error.is_duplicate());
        assert_eq!(error.effect(), Effect::Maybe);
        assert_eq!(error.refusal().and_then(|it| it.message.as_deref()), Some("for him"));
        let block = RecurrentError::of(&error).expect("a block");
        assert_eq!(block.description.as_deref(), Some("for us"));
        for body in [
            r#"{"success":false,"error":{"code":"1"}}"#,
            r#"{"success":"false"}"#,
            r#"{"errorCode":"5","errorMessage":"Access denied"}"#,
            r#"{"error":{"code":"6"}}"#,
            "{}",
            "<html>",
        ] {
            let error = payment().parse(&ok(body)).expect_err(body);
            assert_eq!(error.effect(), Effect::Maybe, "{body}");
        }
    }

    /// G-026, G-189: processed is not paid.
    #[test]
    fn processed_is_not_paid() {
        let answer = |body: &str| payment().parse(&ok(body.to_owned())).expect("processed");
        let bare = answer(r#"{"success":true,"data":{"orderId":"o"}}"#);
        assert!(!bare.is_paid());
        assert_eq!(bare.order_id(), Some(payments_core::id::OrderId::from_bank("o")));
        let declined = answer(
            r#"{"success":true,"data":{"orderId":"o"},"orderStatus":{"orderStatus":6,"actionCode":116}}"#,
        );
        assert!(!declined.is_paid());
        let report = declined.order_status.expect("a report");
        assert!(report.is_declined());
        assert_eq!(report.action_code.as_ref().map(|code| code.as_str()), Some("116"));
        let paid = answer(r#"{"success":"true","orderStatus":{"orderStatus":"2"}}"#);
        assert!(paid.is_paid());
    }

    /// A block that only informs does not hide the status; a status that cannot be read does.
    #[test]
    fn what_counts_must_be_readable() {
        let body =
            r#"{"success":true,"orderStatus":{"orderStatus":2,"bankInfo":7,"operations":3}}"#;
        let answer = payment().parse(&ok(body)).expect("processed");
        assert!(answer.is_paid());
        assert!(answer.order_status.expect("a report").operations.is_empty());
        let body =
            r#"{"success":true,"orderStatus":{"paymentAmountInfo":{"depositedAmount":"x"}}}"#;
        let error = payment().parse(&ok(body)).expect_err("unreadable");
        assert!(error.is_unreadable());
        assert_eq!(error.effect(), Effect::Maybe);
    }

    #[test]
    fn a_marker_never_shows() {
        let payment = payment().with(|it| {
            it.charge.params = Some(Params::from_iter([("name", "MARKER")]));
            it.charge.billing_payer_data =
                Some(BillingPayerData::new().with(|to| to.billing_city = Some("MARKER".into())));
        });
        let prepared = crate::testing::prepare(&payment).expect("breaks no rule");
        let answer = payment.parse(&ok(
            r#"{"success":true,"orderStatus":{"operations":[{"cardHolder":"MARKER"}]}}"#,
        ));
        let answer = answer.expect("processed");
        assert!(!format!("{payment:?} {prepared:?} {answer:?}").contains("MARKER"));
        let holder = &answer.order_status.expect("a report").operations[0].card_holder;
        assert_eq!(holder.as_ref().map(|name| name.as_str()), Some("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(
            r#"{"success": true, "data": {"orderId": "o"}, "error": {"code": "10"},
                "orderStatus": {"orderStatus": 2, "operations": [{"amount": 1}]}}"#
        )) {
            if let Err(error) = payment().parse(&ok(body)) {
                let _ = RecurrentError::of(&error);
            }
        }
    }
}
