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
    resolve::{Call, Trail},
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
        Some(Trail::Pay { order_id: self.order_id.clone() })
    }
}
