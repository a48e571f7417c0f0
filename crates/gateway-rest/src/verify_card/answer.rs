//! The answer to a card's verification.

use payments_core::{
    Currency, Minor, Secret,
    id::{OrderId, OrderNumber, ThreeDsServerTransId},
    order::{ActionCode, Eci},
    time::UnixMillis,
    wire::{opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;

use crate::{fault::Coded, three_ds::redirect::AcsForm};

/// What came of a card's verification, or what is to do next.
///
/// The table knows 3-D Secure 1 alone. The fields of 3-D Secure 2 are those of a payment's answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardVerification {
    /// `0`.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The gateway's id of the verification's order.
    #[serde(deserialize_with = "opt_from")]
    pub order_id: Option<OrderId>,
    /// Number of the order, which the gateway makes here.
    #[serde(deserialize_with = "opt_from")]
    pub order_number: Option<OrderNumber>,
    /// Described as always 2 and not used; six digits in the sample.
    #[serde(deserialize_with = "opt_text")]
    pub auth_code: Option<String>,
    /// How the issuer answered.
    #[serde(deserialize_with = "opt_parsed")]
    pub action_code: Option<ActionCode>,
    /// The same as text.
    #[serde(deserialize_with = "opt_text")]
    pub action_code_description: Option<String>,
    /// When it took place.
    #[serde(deserialize_with = "opt_parsed")]
    pub time: Option<UnixMillis>,
    /// Electronic commerce indicator; needs a permission.
    #[serde(deserialize_with = "opt_parsed")]
    pub eci: Option<Eci>,
    /// Amount in minor units; 0 in the sample, which sends none (G-214).
    #[serde(deserialize_with = "opt_parsed")]
    pub amount: Option<Minor>,
    /// Currency of the amount.
    #[serde(deserialize_with = "opt_parsed")]
    pub currency: Option<Currency>,
    /// Reference number of the acquirer.
    #[serde(deserialize_with = "opt_text")]
    pub rrn: Option<String>,
    /// The issuer's page.
    #[serde(deserialize_with = "opt_text")]
    pub acs_url: Option<String>,
    /// Where the issuer of 3-D Secure 1 sends the payer back to.
    #[serde(deserialize_with = "opt_text")]
    pub term_url: Option<String>,
    /// What goes to the issuer's page of 3-D Secure 1.
    #[serde(deserialize_with = "opt_from")]
    pub pa_req: Option<Secret>,
    /// Whether the second version of the protocol runs.
    #[serde(rename = "is3DSVer2", deserialize_with = "opt_parsed")]
    pub is_3ds_ver2: Option<bool>,
    /// The authentication, to be passed with the second request.
    #[serde(
        rename = "threeDSServerTransId",
        alias = "threeDSServerTransID",
        deserialize_with = "opt_from"
    )]
    pub three_ds_server_trans_id: Option<ThreeDsServerTransId>,
    /// The issuer's page that looks at the payer's browser.
    #[serde(
        rename = "threeDSMethodUrl",
        alias = "threeDSMethodURL",
        deserialize_with = "opt_text"
    )]
    pub three_ds_method_url: Option<String>,
    /// The 3DS server's page that looks at the payer's browser; may come without a scheme.
    #[serde(
        rename = "threeDSMethodUrlServer",
        alias = "threeDSMethodURLServer",
        deserialize_with = "opt_text"
    )]
    pub three_ds_method_url_server: Option<String>,
    /// What goes to the issuer's page that looks at the browser.
    #[serde(rename = "threeDSMethodDataPacked", deserialize_with = "opt_from")]
    pub three_ds_method_data_packed: Option<Secret>,
    /// What goes to the issuer's page of 3-D Secure 2, as `creq`.
    #[serde(rename = "packedCReq", deserialize_with = "opt_from")]
    pub packed_c_req: Option<Secret>,
}

impl CardVerification {
    /// Whether the issuer approved: an action code of 0, and no step of 3-D Secure still to take.
    pub fn is_verified(&self) -> bool {
        let approved = self.action_code.as_ref().is_some_and(ActionCode::is_approved);
        approved && self.acs_url.is_none() && self.three_ds_server_trans_id.is_none()
    }

    /// The form that takes the payer to the issuer, of either version of 3-D Secure; none if the
    /// answer asks for no such step.
    pub fn acs_form(&self) -> Option<AcsForm> {
        let acs_url = self.acs_url.as_deref()?;
        match (&self.packed_c_req, &self.pa_req, &self.term_url, &self.order_id) {
            (Some(c_req), ..) => Some(AcsForm::c_req(acs_url, c_req)),
            (None, Some(pa_req), Some(term_url), Some(order_id)) => {
                Some(AcsForm::pa_req(acs_url, pa_req, term_url, order_id))
            }
            _ => None,
        }
    }
}

impl Coded for CardVerification {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}
