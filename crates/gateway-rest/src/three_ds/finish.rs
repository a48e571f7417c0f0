//! `POST rest/finish3dsPayment.do`: finishes a payment after 3-D Secure 1.
//!
//! documents/003, "Finishing a 3DS payment"; rule G-205.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Invalid, Prepared, Replay, Secret, id::OrderId, wire};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    resolve::{Call, OrderTrail, Trail},
};

/// Hands the issuer's answer (`PaRes`) to the gateway, which then authorises the payment.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finish3dsPayment {
    /// The order.
    pub order_id: OrderId,
    /// What the issuer's page posted to the merchant as `PaRes`, as it came.
    pub pa_res: Secret,
}

impl Finish3dsPayment {
    /// Finishes the payment of an order with the issuer's answer.
    pub fn new(order_id: OrderId, pa_res: Secret) -> Self {
        Self { order_id, pa_res }
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
        if self.pa_res.expose().is_empty() {
            return Err(Invalid::new("paRes", "must not be empty"));
        }
        Ok(())
    }
}

/// Where the payer goes next. It does not say that the order is paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finished {
    /// `0`, or nothing.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people. A declined payment may carry it beside code 0.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error: Option<String>,
    /// The same under the name of the other calls, where a build sends it.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_message: Option<String>,
    /// Where to send the payer.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub redirect: Option<String>,
}

impl Coded for Finished {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

impl Endpoint for Finish3dsPayment {
    const NAME: &'static str = "gateway.finish3dsPayment";
    type Context<'a> = Context<'a>;
    type Response = Finished;

    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.text("mdOrder", self.order_id.as_str());
        form.secret("paRes", &self.pa_res);
        form.post("finish3dsPayment.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Finished, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for Finish3dsPayment {
    fn trail(&self) -> Option<Trail> {
        Some(OrderTrail::Finish { order_id: self.order_id.clone() }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent, takes_a_long_login};

    fn finish(pa_res: &str) -> Finish3dsPayment {
        let order = OrderId::from_bank("906bf262-bd53-4ac7-983c-07127954681b");
        Finish3dsPayment::new(order, Secret::new(pa_res))
    }

    /// G-205: what the issuer posted goes on form-encoded, as it came.
    #[test]
    fn the_sample_on_the_wire() {
        let request = finish("eJzFV2uTokoS%...%ADPms%0D%0A");
        insta::assert_snapshot!(sent(&request), @r"
        POST https://vtb.rbsuat.com/payment/rest/finish3dsPayment.do
        content-type: application/x-www-form-urlencoded

        mdOrder=906bf262-bd53-4ac7-983c-07127954681b&paRes=eJzFV2uTokoS%25...%25ADPms%250D%250A&password=test_user_password&userName=test_user
        ");
        assert!(!takes_a_long_login(&request)); // G-008
    }

    #[test]
    fn an_empty_answer_of_the_issuer_is_refused() {
        assert_eq!(refusal(&finish("")), "paRes: must not be empty");
    }

    #[test]
    fn a_marker_never_shows() {
        let request = finish("MARKER");
        assert!(!format!("{request:?}").contains("MARKER"));
        let prepared = crate::testing::prepare(&request).expect("breaks no rule");
        assert!(!format!("{prepared:?}").contains("MARKER"));
    }

    #[test]
    fn a_second_copy_may_pay_again() {
        assert_eq!(finish("x").replay(), Replay::Doubles);
    }

    /// No table of this call's codes is known: none clears it.
    #[test]
    fn no_refusal_clears_the_payment() {
        let codes = ["5", "6", "7", "1", "99"];
        assert_eq!(effects(&finish("x"), &codes), [Effect::Maybe; 5]);
    }

    /// G-028: code 0 says where the payer goes, also beside the text of a failure.
    #[test]
    fn an_answer_tells_where_the_payer_goes() {
        let body = r#"{"redirect":"https://shop.example/?orderId=1","errorCode":0,"error":"no"}"#;
        let finished = finish("x").parse(&ok(body)).expect("an answer");
        assert_eq!(finished.redirect.as_deref(), Some("https://shop.example/?orderId=1"));
        assert_eq!(finished.error.as_deref(), Some("no"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"redirect":"https://shop.example/","errorCode":0}"#)) {
            let _ = finish("x").parse(&ok(body));
        }
    }
}
