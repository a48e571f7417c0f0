//! What comes of a payment call, whatever pays.

use payments_core::{
    id::BindingId,
    order::outcome::Outcome,
    sbp::SbpC2bInfo,
    wire::{opt_from, opt_text},
};
use serde::Deserialize;

use crate::lenient;

/// What the router answers to a payment by a binding or by a token. Nothing in it says that the order
/// is paid: ask for its status.
///
/// The router's documents show no such answer; the fields are the gateway's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentAnswer {
    /// `0`, or nothing.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// A text, for people.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: Option<String>,
    /// A sentence for the payer; never branch on it.
    #[serde(deserialize_with = "lenient::text")]
    pub info: Option<String>,
    /// Where the payer can be sent.
    #[serde(deserialize_with = "lenient::text")]
    pub redirect: Option<String>,
    /// Why the payment failed, which may come with code 0.
    #[serde(deserialize_with = "lenient::text")]
    pub error: Option<String>,
    /// What failed.
    #[serde(deserialize_with = "lenient::text")]
    pub error_type_name: Option<String>,
    /// At which stage it failed.
    #[serde(deserialize_with = "lenient::text")]
    pub processing_error_type: Option<String>,
    /// The binding that paid.
    #[serde(deserialize_with = "opt_from")]
    pub binding_id: Option<BindingId>,
    /// The SBP code of a payment by a subscription.
    #[serde(deserialize_with = "lenient::block")]
    pub sbp_c2b_info: Option<SbpC2bInfo>,
}

impl PaymentAnswer {
    /// How the payment went on. Without a failure it is pending: only the order's status says that
    /// it is paid.
    pub fn outcome(&self) -> Outcome {
        // `false` says that there is no error; whatever else stands there is one.
        let error = self.error.as_deref().filter(|error| *error != "false");
        let stage = self.processing_error_type.as_deref();
        Outcome::of_payment(error, self.error_type_name.as_deref(), stage)
    }
}
