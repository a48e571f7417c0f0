//! `POST rest/paymentOrderBinding.do`: pays a registered order with a stored card.
//!
//! documents/003, "Stored-credential payment"; rules G-175 to G-182.

use std::net::IpAddr;

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay, Secret,
    card::Cvc,
    id::{BindingId, OrderId},
    limit,
    order::{
        Personal, Rule, ScaExemption, ThreeDsProtocolVersion, Tii, browser::ClientBrowserInfo,
    },
};

use super::{PAYING, tii};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    order::{
        language::{self, Language},
        pay::PaymentAnswer,
        register::email,
    },
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Pays an order with a stored card. The order must have been registered for the credential's own
/// customer (`clientId`): one without a customer is refused (G-181).
///
/// Moves money, and a second copy may pay again: it is never sent twice. Dropping the future leaves
/// the outcome unknown: resolve it. A payment that the customer starts may go through 3-D Secure,
/// as one with a card does; the document's way on after the method frame of 3-D Secure 2 is
/// [`Continue3ds`](crate::three_ds::proceed::Continue3ds).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PayByBinding {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// The credential.
    pub binding_id: BindingId,
    /// Who starts the payment: F the customer, U the merchant, which pays in one phase only
    /// (G-175).
    pub tii: Tii,
    /// Code on the back of the card, three digits. Whether it is needed depends on who pays and on
    /// permissions: as a rule of the customer, not of the merchant (G-176).
    pub cvc: Option<Cvc>,
    /// Timestamp, UUID, credential and order, encrypted with the bank's public key, 1 to 8192
    /// characters (G-177). One with a card's own data belongs to another call.
    pub se_token: Option<Secret>,
    /// Language of the answer's texts; none is the shop's default.
    pub language: Option<Language>,
    /// The buyer's address.
    pub ip: Option<IpAddr>,
    /// Whether the payment comes from a 3-D Secure SDK.
    pub three_ds_sdk: Option<bool>,
    /// E-mail of the customer, 1 to 40 characters; must be passed where the bank notifies payers.
    /// A Visa payment with 3-D Secure needs it or the cardholder's phone (G-065).
    pub email: Option<Personal>,
    /// Version of 3-D Secure; without it the bank takes 1.0.2 or 2.1.0.
    pub three_ds_protocol_version: Option<ThreeDsProtocolVersion>,
    /// Exemption from strong authentication that is asked for; needs permissions.
    pub sca_exemption: Option<ScaExemption>,
    /// The payer's browser.
    pub client_browser_info: Option<ClientBrowserInfo>,
    /// Whether the order was registered in two phases, where that is known. Not sent: with `true`
    /// U is refused before it is sent.
    pub two_phase: Option<bool>,
}

impl PayByBinding {
    /// Pays for the customer, who chose the card and typed its code (`tii` F). The code is left out
    /// only under a permission to pay without it.
    pub fn by_customer(order_id: OrderId, binding_id: BindingId, cvc: Option<Cvc>) -> Self {
        Self::new(order_id, binding_id, Tii::UnscheduledCit).with(|it| it.cvc = cvc)
    }

    /// Pays without the customer, who agreed to it before (`tii` U); in one phase only.
    pub fn by_merchant(order_id: OrderId, binding_id: BindingId) -> Self {
        Self::new(order_id, binding_id, Tii::UnscheduledMit)
    }

    /// Pays as the indicator says.
    pub fn new(order_id: OrderId, binding_id: BindingId, tii: Tii) -> Self {
        Self {
            order_id,
            binding_id,
            tii,
            cvc: None,
            se_token: None,
            language: None,
            ip: None,
            three_ds_sdk: None,
            email: None,
            three_ds_protocol_version: None,
            sca_exemption: None,
            client_browser_info: None,
            two_phase: None,
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
        let rules = profile.rules;
        let taken = [Tii::UnscheduledCit, Tii::UnscheduledMit];
        tii::value(rules, &self.tii, &taken, "must be F or U")?;
        tii::one_phase(rules, Some(&self.tii), self.two_phase)?;
        let three = self.cvc.as_ref().is_none_or(|cvc| cvc.expose().len() == 3);
        limit::ensure(three, "cvc", || "must be three digits".into())?;
        let token = self.se_token.as_ref().map(Secret::expose);
        limit::opt_chars("seToken", &token, 1, 8192)?;
        language::check(self.language.as_ref())?;
        email("email", self.email.as_ref(), profile)?;
        let named = || self.email.is_some();
        rules.ensure(Rule::PayerEmail, named, "email", "must be sent to a bank that notifies")?;
        self.client_browser_info.as_ref().map_or(Ok(()), |info| info.validate("clientBrowserInfo"))
    }
}

impl Endpoint for PayByBinding {
    const NAME: &'static str = "gateway.paymentOrderBinding";
    type Context<'a> = Context<'a>;
    type Response = PaymentAnswer;

    /// A second copy may charge the card again.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("mdOrder", self.order_id.as_str());
        form.text("bindingId", self.binding_id.as_str());
        form.text("tii", self.tii.as_str());
        form.opt("cvc", self.cvc.as_ref().map(Cvc::expose));
        if let Some(token) = &self.se_token {
            form.secret("seToken", token);
        }
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.opt_display("ip", self.ip);
        form.opt_display("threeDSSDK", self.three_ds_sdk);
        form.opt("email", self.email.as_ref().map(Personal::as_str));
        let version = self.three_ds_protocol_version.as_ref();
        form.opt("threeDSProtocolVersion", version.map(ThreeDsProtocolVersion::as_str));
        let exemption = self.sca_exemption.as_ref().map(ScaExemption::as_str);
        form.opt("externalScaExemptionIndicator", exemption);
        form.opt_json("clientBrowserInfo", self.client_browser_info.as_ref())?;
        form.post("paymentOrderBinding.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<PaymentAnswer, Error> {
        fault::read(answer, PAYING)
    }
}

impl Call for PayByBinding {
    fn trail(&self) -> Option<Trail> {
        Some(OrderTrail::Pay { order_id: self.order_id.clone() }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{
        damaged, effects, ok, parameter, prepare_at, refusal, sent, takes_a_long_login,
    };

    fn order() -> OrderId {
        OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0")
    }

    fn binding() -> BindingId {
        BindingId::new("01491394-63a6-7d45-a88f-7bce00a7d8c0").expect("fits")
    }

    fn by_customer() -> PayByBinding {
        let cvc = Cvc::new("123").expect("three");
        PayByBinding::by_customer(order(), binding(), Some(cvc))
    }

    fn by_merchant() -> PayByBinding {
        PayByBinding::by_merchant(order(), binding())
    }

    /// G-001, G-010, G-175, G-176
    #[test]
    fn the_sample_on_the_wire() {
        let sample = by_customer().with(|it| it.language = Some(Language::English));
        insta::assert_snapshot!(sent(&sample), @"
        POST https://vtb.rbsuat.com/payment/rest/paymentOrderBinding.do
        content-type: application/x-www-form-urlencoded

        bindingId=01491394-63a6-7d45-a88f-7bce00a7d8c0&cvc=123&language=en&mdOrder=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&tii=F&userName=test_user
        ");
        insta::assert_snapshot!(sent(&by_merchant()), @"
        POST https://vtb.rbsuat.com/payment/rest/paymentOrderBinding.do
        content-type: application/x-www-form-urlencoded

        bindingId=01491394-63a6-7d45-a88f-7bce00a7d8c0&mdOrder=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&tii=U&userName=test_user
        ");
        assert!(takes_a_long_login(&sample)); // G-008
    }

    /// G-012, G-177: the token in its own parameter, the browser as JSON.
    #[test]
    fn token_and_browser() {
        let request = by_customer().with(|it| {
            it.cvc = None;
            it.se_token = Some(Secret::new("c2VUb2tlbg=="));
            it.client_browser_info =
                Some(ClientBrowserInfo::new().with(|info| info.color_depth = Some(24)));
        });
        assert_eq!(parameter(&request, "seToken").as_deref(), Some("c2VUb2tlbg=="));
        assert_eq!(parameter(&request, "cvc"), None);
        let browser = parameter(&request, "clientBrowserInfo");
        assert_eq!(browser.as_deref(), Some(r#"{"colorDepth":24}"#));
        let long = request.clone().with(|it| it.se_token = Some(Secret::new("x".repeat(8193))));
        assert_eq!(refusal(&long), "seToken: must have 1 to 8192 characters");
        let none = request.with(|it| it.se_token = Some(Secret::new("")));
        assert_eq!(refusal(&none), "seToken: must have 1 to 8192 characters");
    }

    /// G-107, G-175: F and U alone, and U not in two phases; both rules can be switched off.
    #[test]
    fn tii_is_one_of_two() {
        for tii in Tii::KNOWN {
            let request = PayByBinding::new(order(), binding(), Tii::from(*tii));
            if ["F", "U"].contains(tii) {
                assert_eq!(parameter(&request, "tii").as_deref(), Some(*tii));
            } else {
                assert_eq!(refusal(&request), "tii: must be F or U");
            }
        }
        let two = |request: PayByBinding| request.with(|it| it.two_phase = Some(true));
        assert_eq!(refusal(&two(by_merchant())), "tii: must not be U, R or I in two phases");
        assert_eq!(parameter(&two(by_customer()), "tii").as_deref(), Some("F"));
        let off = |rule| Profile::vtb_test().with(|it| it.rules = it.rules.without(rule));
        assert!(prepare_at(&two(by_merchant()), &off(Rule::TiiOnePhase)).is_ok());
        let other = PayByBinding::new(order(), binding(), Tii::Recurrent);
        assert!(prepare_at(&other, &off(Rule::TiiValue)).is_ok());
    }

    #[test]
    fn a_wrong_field_is_named() {
        let four = by_customer().with(|it| it.cvc = Some(Cvc::new("1234").expect("four")));
        assert_eq!(refusal(&four), "cvc: must be three digits");
        let wrong = by_customer().with(|it| it.language = Some("english".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
        let wrong = by_customer().with(|it| it.email = Some("x".into()));
        let rule = "email: must be e-mail addresses, separated by commas without blanks";
        assert_eq!(refusal(&wrong), rule);
        let notified = Profile::vtb_test().with(|it| it.rules = it.rules.with(Rule::PayerEmail));
        let error = by_customer().validate(&notified).expect_err("no e-mail");
        assert_eq!((error.field(), error.name()), ("email", Some("payer-email")));
        let wrong = by_customer().with(|it| {
            it.client_browser_info =
                Some(ClientBrowserInfo::new().with(|info| info.color_depth = Some(100)));
        });
        assert!(refusal(&wrong).starts_with("clientBrowserInfo.colorDepth: "));
    }

    /// No code clears a payment, and it is never sent twice.
    #[test]
    fn what_a_refusal_says_about_the_money() {
        let codes = ["1", "2", "5", "6", "7", "99", "text"];
        assert_eq!(effects(&by_customer(), &codes), [Effect::Maybe; 7]);
        assert_eq!(by_customer().replay(), Replay::Doubles);
        assert_eq!(by_customer().trail(), Some(OrderTrail::Pay { order_id: order() }.into()));
        let paid = by_customer().parse(&ok(r#"{"errorCode":"2"}"#)).expect_err("a refusal");
        assert!(paid.is_wrong_state());
    }

    /// G-179, G-180: a stored SBP account answers with a code, and with a success that is no failure.
    #[test]
    fn a_code_of_the_fast_payment_system() {
        let body = r#"{"errorCode":0,"sbpC2bInfo":{"qrId":"BD20","renderedQr":"iVBOR","payload":"https://qr.nspk.ru/BD20","status":"STARTED"},"bindingId":"f8a05cbd","processingErrorType":"NO_ERROR"}"#;
        let answer = by_customer().parse(&ok(body)).expect("reads");
        assert!(!answer.is_failed());
        assert_eq!(answer.processing_error_type.as_deref(), Some("NO_ERROR"));
        let info = answer.sbp_c2b_info.expect("chosen");
        assert_eq!(info.qr_id.as_deref(), Some("BD20"));
        assert_eq!(info.payload.as_deref(), Some("https://qr.nspk.ru/BD20"));
        assert!(info.rendered_qr.is_some());
        let card = by_customer().parse(&ok(r#"{"errorCode":0}"#)).expect("reads");
        assert_eq!(card.sbp_c2b_info, None);
    }

    /// G-199: the code's status under either name; nothing is lost where both come.
    #[test]
    fn the_status_of_a_code_has_two_names() {
        for name in ["Status", "status"] {
            let body = format!(r#"{{"errorCode":0,"sbpC2bInfo":{{"{name}":"STARTED"}}}}"#);
            let answer = by_customer().parse(&ok(body)).expect("reads");
            let info = answer.sbp_c2b_info.expect("there");
            assert_eq!(info.status, Some(payments_core::order::QrStatus::Started));
        }
        let both = r#"{"errorCode":0,"sbpC2bInfo":{"Status":"STARTED","status":"STARTED"}}"#;
        assert!(by_customer().parse(&ok(both)).is_ok());
    }

    #[test]
    fn nothing_shows() {
        let request = by_customer().with(|it| {
            it.cvc = Some(Cvc::new("987").expect("three"));
            it.se_token = Some(Secret::new("MARKER"));
            it.email = Some("MARKER@example.com".into());
        });
        let shown = format!("{request:?}");
        assert!(!shown.contains("987") && !shown.contains("MARKER"), "{shown}");
        let answer = r#"{"errorCode":0,"paReq":"MARKER","acsUrl":"a","termUrl":"b"}"#;
        let shown = format!("{:?}", request.parse(&ok(answer)).expect("reads"));
        assert!(!shown.contains("MARKER"), "{shown}");
        let damaged = r#"{"errorCode":0,"paReq":"MARKER}"#;
        let error = request.parse(&ok(damaged)).expect_err("unreadable");
        assert!(!format!("{error:?} {error}").contains("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(
            r#"{"errorCode":0,"sbpC2bInfo":{"qrId":"B","renderedQr":"i","status":"STARTED"},"bindingId":"f8","processingErrorType":"NO_ERROR"}"#
        )) {
            let _ = by_customer().parse(&ok(body));
        }
    }
}
