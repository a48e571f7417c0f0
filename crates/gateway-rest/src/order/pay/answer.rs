//! The answer to a payment.

use payments_core::{
    Secret,
    id::{BindingId, OrderId, ThreeDsServerTransId},
    wire::{opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;

pub use payments_core::sbp::SbpC2bInfo;

use crate::{fault::Coded, three_ds::redirect::AcsForm};

/// What the gateway asks for next. Nothing in it says that the order is paid: ask for its status.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentAnswer {
    /// `0`.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// A sentence for the payer in the language of the request; never branch on it.
    #[serde(deserialize_with = "opt_text")]
    pub info: Option<String>,
    /// Where the payer can be sent when the payment ended without 3-D Secure (G-112).
    #[serde(deserialize_with = "opt_text")]
    pub redirect: Option<String>,
    /// Where the issuer of 3-D Secure 1 sends the payer back to.
    #[serde(deserialize_with = "opt_text")]
    pub term_url: Option<String>,
    /// The issuer's page.
    #[serde(deserialize_with = "opt_text")]
    pub acs_url: Option<String>,
    /// What goes to the issuer's page of 3-D Secure 1.
    #[serde(deserialize_with = "opt_from")]
    pub pa_req: Option<Secret>,
    /// Whether the second version of the protocol runs (G-114).
    #[serde(rename = "is3DSVer2", deserialize_with = "opt_parsed")]
    pub is_3ds_ver2: Option<bool>,
    /// The authentication, to be passed with the second request.
    #[serde(rename = "threeDSServerTransId", deserialize_with = "opt_from")]
    pub three_ds_server_trans_id: Option<ThreeDsServerTransId>,
    /// The issuer's page that looks at the payer's browser.
    #[serde(
        rename = "threeDSMethodUrl",
        alias = "threeDSMethodURL",
        deserialize_with = "opt_text"
    )]
    pub three_ds_method_url: Option<String>,
    /// The 3DS server's page that looks at the payer's browser; may come without a scheme, see
    /// [`method_url_server`](Self::method_url_server).
    #[serde(
        rename = "threeDSMethodUrlServer",
        alias = "threeDSMethodURLServer",
        deserialize_with = "opt_text"
    )]
    pub three_ds_method_url_server: Option<String>,
    /// What goes to the issuer's page that looks at the browser.
    #[serde(rename = "threeDSMethodDataPacked", deserialize_with = "opt_from")]
    pub three_ds_method_data_packed: Option<Secret>,
    /// The gateway's own page that runs the method; needs a permission (G-115).
    #[serde(rename = "threeDSMethodURLServerDirect", deserialize_with = "opt_text")]
    pub three_ds_method_url_server_direct: Option<String>,
    /// What goes to the issuer's page of 3-D Secure 2, as `creq`.
    #[serde(rename = "packedCReq", deserialize_with = "opt_from")]
    pub packed_c_req: Option<Secret>,
    /// Text of a failure.
    #[serde(deserialize_with = "opt_text")]
    pub error: Option<String>,
    /// What failed; the list is open.
    #[serde(deserialize_with = "opt_text")]
    pub error_type_name: Option<String>,
    /// At which stage it failed; the list is open.
    #[serde(deserialize_with = "opt_text")]
    pub processing_error_type: Option<String>,
    /// Text of a failure that the payer may see; comes for payments with a stored card.
    #[serde(deserialize_with = "opt_text")]
    pub display_error_message: Option<String>,
    /// The credential that was charged or made; only with the permission for stored credentials
    /// (G-182).
    #[serde(deserialize_with = "opt_from")]
    pub binding_id: Option<BindingId>,
    /// The SBP code, if the payer chose to pay by one (G-180).
    pub sbp_c2b_info: Option<SbpC2bInfo>,
}

impl PaymentAnswer {
    /// Whether the answer tells of a failure, which may come with code 0. It is not final: other
    /// attempts may follow, and the order's status tells.
    pub fn is_failed(&self) -> bool {
        self.outcome().declined
    }

    /// The 3DS server's page that looks at the browser, with `https://` before it where the scheme
    /// is missing (G-116).
    pub fn method_url_server(&self) -> Option<String> {
        let url = self.three_ds_method_url_server.as_deref()?;
        Some(if url.contains("://") { url.to_owned() } else { format!("https://{url}") })
    }

    /// The form that takes the payer to the issuer, of either version of 3-D Secure; none if the
    /// answer asks for no such step.
    pub fn acs_form(&self, order_id: &OrderId) -> Option<AcsForm> {
        let acs_url = self.acs_url.as_deref()?;
        match (&self.packed_c_req, &self.pa_req, &self.term_url) {
            (Some(c_req), ..) => Some(AcsForm::c_req(acs_url, c_req)),
            (None, Some(pa_req), Some(term_url)) => {
                Some(AcsForm::pa_req(acs_url, pa_req, term_url, order_id))
            }
            _ => None,
        }
    }
}

impl Coded for PaymentAnswer {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}
