//! What the calls about QR codes answer, at the gateway and at the router alike.

use serde::Deserialize;

use super::{Link, LinkError, RenderedQr};
use crate::{
    answer::Coded,
    order::QrStatus,
    wire::{opt, opt_from, opt_parsed, opt_text},
};

/// A QR code of an order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Wire")]
#[non_exhaustive]
pub struct Qr {
    /// `0`, or nothing.
    pub error_code: Option<String>,
    /// The bank's text, for people.
    pub error_message: Option<String>,
    /// What the code says: the address that opens the payer's bank. Comes only with
    /// [`QrStatus::Started`] (G-197).
    pub payload: Option<String>,
    /// The code's number.
    pub qr_id: Option<String>,
    /// How far the payment by the code is (`qrStatus`, `Status` or `status`).
    pub status: Option<QrStatus>,
    /// The drawn code; only if a size was asked for, with [`QrStatus::Started`] (G-196, R-048).
    pub rendered_qr: Option<RenderedQr>,
}

impl Qr {
    /// What the code says, taken apart and checked; none where it did not come.
    ///
    /// A test stand may have an address of its own: see [`Link::parse_under`].
    pub fn link(&self) -> Option<Result<Link<'_>, LinkError>> {
        self.payload.as_deref().map(Link::parse)
    }
}

impl Coded for Qr {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

/// As it comes.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wire {
    #[serde(deserialize_with = "opt_text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    error_message: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    payload: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    qr_id: Option<String>,
    #[serde(deserialize_with = "opt")]
    qr_status: Option<QrStatus>,
    #[serde(rename = "Status", deserialize_with = "opt")]
    capital_status: Option<QrStatus>,
    #[serde(deserialize_with = "opt")]
    status: Option<QrStatus>,
    #[serde(deserialize_with = "opt_from")]
    rendered_qr: Option<RenderedQr>,
}

impl From<Wire> for Qr {
    fn from(wire: Wire) -> Self {
        Self {
            error_code: wire.error_code,
            error_message: wire.error_message,
            payload: wire.payload,
            qr_id: wire.qr_id,
            status: wire.qr_status.or(wire.capital_status).or(wire.status),
            rendered_qr: wire.rendered_qr,
        }
    }
}

/// Whether a QR code is rejected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rejection {
    /// `0`, or nothing.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// Whether the code is rejected now; after `true` its status is `REJECTED_BY_USER` (G-201).
    #[serde(deserialize_with = "opt_parsed")]
    pub rejected: Option<bool>,
}

impl Rejection {
    /// Whether the bank says that the code is rejected.
    pub fn is_rejected(&self) -> bool {
        self.rejected == Some(true)
    }
}

impl Coded for Rejection {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}
