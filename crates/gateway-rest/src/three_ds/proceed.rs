//! `POST rest/3ds/continue.do`: goes on after the 3-D Secure 2 method has run.
//!
//! documents/003, "Continuing a 3DS2 payment"; rules G-207, G-208.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Prepared, Replay, Secret, id::OrderId, wire};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    resolve::{Call, OrderTrail, Trail},
};

/// Lets the gateway authenticate the payer after the method frame has run.
///
/// A frictionless authentication pays at once, so this moves money. Dropping the future leaves the
/// outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Continue3ds {
    /// The order.
    pub order_id: OrderId,
}

impl Continue3ds {
    /// Goes on with an order.
    pub fn new(order_id: OrderId) -> Self {
        Self { order_id }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// Where the payer goes next: to the issuer with a challenge, or to the last page. It does not say
/// that the order is paid.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Continued {
    /// `0`, also where the payment failed.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_message: Option<String>,
    /// Text for the payer.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub info: Option<String>,
    /// Where to send the payer when there is no challenge: the last page, also of a failure.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub redirect: Option<String>,
    /// The issuer's page, to which the payer's browser posts `creq`.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub acs_url: Option<String>,
    /// What goes to the issuer's page as `creq`.
    #[serde(default, rename = "packedCReq")]
    pub packed_c_req: Option<Secret>,
    /// Whether the second version of the protocol runs.
    #[serde(default, rename = "is3DSVer2", deserialize_with = "wire::opt_parsed")]
    pub is_3ds_ver2: Option<bool>,
    /// Text of a failure.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error: Option<String>,
    /// What failed, such as `TDS_UNKNOWN_ARES_STATUS` or `DATA_INPUT_ERROR`; the list is open.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_type_name: Option<String>,
    /// At which stage, such as `MANDATORY_3DSECURE` or `CLIENT_ERROR`; the list is open.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub processing_error_type: Option<String>,
}

impl Continued {
    /// Whether the answer tells of a failure, which comes with code 0.
    pub fn is_failed(&self) -> bool {
        self.outcome().declined
    }
}

impl Coded for Continued {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

impl Endpoint for Continue3ds {
    const NAME: &'static str = "gateway.continue3ds";
    type Context<'a> = Context<'a>;
    type Response = Continued;

    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.text("mdOrder", self.order_id.as_str());
        form.post("3ds/continue.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Continued, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for Continue3ds {
    fn trail(&self) -> Option<Trail> {
        Some(OrderTrail::Pay { order_id: self.order_id.clone() }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent, takes_a_long_login};

    const CHALLENGE: &str = r#"{"info":"Your order is proceeded, redirecting...","errorCode":0,"acsUrl":"https://bestbank.com/acs2/acs/creq","is3DSVer2":true,"packedCReq":"MARKER"}"#;
    const FAILED: &str = r#"{"redirect":"https://merchant.com/failUrl?orderId=1&lang=en","error":"Error 3-D Secure authorization.","errorCode":0,"is3DSVer2":true,"errorTypeName":"TDS_UNKNOWN_ARES_STATUS","processingErrorType":"MANDATORY_3DSECURE","errorMessage":"Error 3-D Secure authorization."}"#;

    fn proceed() -> Continue3ds {
        Continue3ds::new(OrderId::from_bank("eb708f0a-2683-7437-b458-f80400b40dc0"))
    }

    /// G-207: nothing but the order goes beside the credentials.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&proceed()), @r"
        POST https://vtb.rbsuat.com/payment/rest/3ds/continue.do
        content-type: application/x-www-form-urlencoded

        mdOrder=eb708f0a-2683-7437-b458-f80400b40dc0&password=test_user_password&userName=test_user
        ");
        assert!(!takes_a_long_login(&proceed())); // G-008
    }

    #[test]
    fn a_second_copy_may_pay_again() {
        assert_eq!(proceed().replay(), Replay::Doubles);
    }

    /// G-207: a challenge comes with the issuer's address and what goes there.
    #[test]
    fn a_challenge_names_the_issuer_and_shows_no_secret() {
        let continued = proceed().parse(&ok(CHALLENGE)).expect("an answer");
        assert_eq!(continued.acs_url.as_deref(), Some("https://bestbank.com/acs2/acs/creq"));
        assert_eq!(continued.packed_c_req.as_ref().map(|it| it.expose().as_str()), Some("MARKER"));
        assert!(!format!("{continued:?}").contains("MARKER"));
        assert!(!continued.is_failed());
    }

    /// G-208: a failure comes with code 0 and names its kind.
    #[test]
    fn a_failure_comes_with_code_zero() {
        let continued = proceed().parse(&ok(FAILED)).expect("an answer");
        assert!(continued.is_failed());
        assert_eq!(continued.error_code.as_deref(), Some("0"));
        assert_eq!(continued.error_type_name.as_deref(), Some("TDS_UNKNOWN_ARES_STATUS"));
        assert_eq!(continued.processing_error_type.as_deref(), Some("MANDATORY_3DSECURE"));
    }

    /// No table of this call's codes is known: none clears it.
    #[test]
    fn no_refusal_clears_the_payment() {
        let codes = ["5", "6", "7", "1", "99"];
        assert_eq!(effects(&proceed(), &codes), [Effect::Maybe; 5]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in prop_oneof![damaged(CHALLENGE), damaged(FAILED)]) {
            let _ = proceed().parse(&ok(body));
        }
    }
}
