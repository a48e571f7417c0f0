//! What the answer to a payment by a linked account tells of its QR code.

use serde::Deserialize;

use super::RenderedQr;
use crate::{
    order::QrStatus,
    wire::{opt_from, opt_parsed, opt_text},
};

/// The SBP code of a payment by a linked account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, from = "WireInfo")]
#[non_exhaustive]
pub struct SbpC2bInfo {
    /// The code's number.
    pub qr_id: Option<String>,
    /// The code as a picture.
    pub rendered_qr: Option<RenderedQr>,
    /// What the code holds: an address.
    pub payload: Option<String>,
    /// The code's status, `Status` by the table and `status` in the sample (G-199).
    pub status: Option<QrStatus>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireInfo {
    #[serde(deserialize_with = "opt_text")]
    qr_id: Option<String>,
    #[serde(deserialize_with = "opt_from")]
    rendered_qr: Option<RenderedQr>,
    #[serde(deserialize_with = "opt_text")]
    payload: Option<String>,
    #[serde(rename = "Status", deserialize_with = "opt_parsed")]
    capital_status: Option<QrStatus>,
    #[serde(deserialize_with = "opt_parsed")]
    status: Option<QrStatus>,
}

impl From<WireInfo> for SbpC2bInfo {
    fn from(wire: WireInfo) -> Self {
        Self {
            qr_id: wire.qr_id,
            rendered_qr: wire.rendered_qr,
            payload: wire.payload,
            status: wire.capital_status.or(wire.status),
        }
    }
}
