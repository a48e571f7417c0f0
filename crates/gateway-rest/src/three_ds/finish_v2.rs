//! `POST rest/finish3dsVer2Payment.do`: finishes a payment after 3-D Secure 2.
//!
//! documents/003, "Finishing a 3DS2 payment"; rule G-206.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Prepared, Replay,
    id::{OrderId, ThreeDsServerTransId},
    wire,
};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    resolve::{Call, OrderTrail, Trail},
};

/// Lets the gateway fetch the result of a 3-D Secure 2 challenge and authorise the payment.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finish3dsVer2Payment {
    /// The authentication, as paymentorder answered it.
    pub three_ds_server_trans_id: ThreeDsServerTransId,
    /// The order that is paid. Not sent: a lost answer is resolved by it.
    pub order_id: Option<OrderId>,
}

impl Finish3dsVer2Payment {
    /// Finishes an authentication of an order.
    pub fn new(three_ds_server_trans_id: ThreeDsServerTransId, order_id: OrderId) -> Self {
        Self { three_ds_server_trans_id, order_id: Some(order_id) }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// Where the payer goes next. It does not say that the order is paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FinishedV2 {
    /// `0`, or nothing.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_message: Option<String>,
    /// Text of a failure, as `finish3dsPayment` and `3ds/continue` carry it beside code 0; the table
    /// of this call lacks it.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error: Option<String>,
    /// Where to send the payer.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub redirect: Option<String>,
    /// Whether the second version of the protocol ran.
    #[serde(default, rename = "is3DSVer2", deserialize_with = "wire::opt_parsed")]
    pub is_3ds_ver2: Option<bool>,
}

impl Coded for FinishedV2 {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

impl Endpoint for Finish3dsVer2Payment {
    const NAME: &'static str = "gateway.finish3dsVer2Payment";
    type Context<'a> = Context<'a>;
    type Response = FinishedV2;

    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("threeDSServerTransId", self.three_ds_server_trans_id.as_str());
        form.post("finish3dsVer2Payment.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<FinishedV2, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for Finish3dsVer2Payment {
    fn trail(&self) -> Option<Trail> {
        self.order_id.clone().map(|order_id| OrderTrail::Finish { order_id }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent, takes_a_long_login};

    fn finish() -> Finish3dsVer2Payment {
        Finish3dsVer2Payment::new(
            ThreeDsServerTransId::from_bank("33b17cb5-b4a5-48ac-a3b8-bc8d6d979a46"),
            OrderId::from_bank("f61e2a41-34b9-7a2d-b4d6-83ac00c305c8"),
        )
    }

    /// G-206: nothing but the authentication goes beside the credentials.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&finish()), @r"
        POST https://vtb.rbsuat.com/payment/rest/finish3dsVer2Payment.do
        content-type: application/x-www-form-urlencoded

        password=test_user_password&threeDSServerTransId=33b17cb5-b4a5-48ac-a3b8-bc8d6d979a46&userName=test_user
        ");
        assert!(takes_a_long_login(&finish())); // G-008
    }

    #[test]
    fn a_wrong_identifier_is_named() {
        let error = ThreeDsServerTransId::new("1".repeat(37)).expect_err("too long");
        assert_eq!(error.to_string(), "threeDSServerTransId: must have 1 to 36 characters");
    }

    #[test]
    fn a_second_copy_may_pay_again() {
        assert_eq!(finish().replay(), Replay::Doubles);
    }

    /// No table of this call's codes is known: none clears it.
    #[test]
    fn no_refusal_clears_the_payment() {
        let codes = ["5", "6", "7", "1", "99"];
        assert_eq!(effects(&finish(), &codes), [Effect::Maybe; 5]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(
            body in damaged(r#"{"redirect":"http://test.com","errorCode":0,"is3DSVer2":true}"#)
        ) {
            let _ = finish().parse(&ok(body));
        }
    }
}
