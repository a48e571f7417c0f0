//! From an HTTP answer about links to a typed one: these answers tell by `status` how a call went.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use payments_core::{
    Currency, Effect, Error, Raw, Refusal,
    error::RefusalKind::{AccessDenied, BadRequest, BankFault, NotFound, Other},
    order::TemplateResponseStatus,
    wire::{blocks, opt_parsed},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::fault::{Codes, Unreadable};

/// Codes of the calls about links, as other banks on the platform print them.
const CODES: Codes = &[
    ("1", BadRequest, Effect::No),
    ("4", BadRequest, Effect::No),
    ("5", AccessDenied, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// Why a call about links failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TemplateFault {
    /// The code; its list is lost in documents/003.
    #[serde(deserialize_with = "opt_parsed")]
    pub code: Option<String>,
    /// What the code means, for people.
    #[serde(deserialize_with = "opt_parsed")]
    pub description: Option<String>,
    /// What was wrong, for people.
    #[serde(deserialize_with = "opt_parsed")]
    pub message: Option<String>,
}

/// Everything that an answer about links may hold. `T` is what stands in `template` or `templates`.
#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub(super) struct Envelope<T> {
    #[serde(default, deserialize_with = "opt_parsed")]
    pub(super) status: Option<TemplateResponseStatus>,
    #[serde(default)]
    pub(super) error: Option<TemplateFault>,
    #[serde(default = "nothing")]
    pub(super) template: Option<T>,
    #[serde(default = "nothing", deserialize_with = "list")]
    pub(super) templates: Option<Vec<T>>,
}

fn nothing<T>() -> Option<T> {
    None
}

fn list<'de, D, T>(from: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    blocks(from).map(Some)
}

/// What tells whether a call went through, whatever the rest of the answer holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    #[serde(deserialize_with = "opt_parsed")]
    status: Option<TemplateResponseStatus>,
    error: Option<TemplateFault>,
    #[serde(rename = "errorCode", deserialize_with = "opt_parsed")]
    code: Option<String>,
    #[serde(rename = "errorMessage", deserialize_with = "opt_parsed")]
    message: Option<String>,
}

/// Reads an answer: HTTP status first, then `status`, then what `pick` takes of it.
///
/// A gateway that refuses such a call before it looks at it may answer `errorCode` as everywhere
/// else: that counts where there is no `status`.
pub(super) fn read<T: DeserializeOwned, V>(
    answer: &http::Response<Bytes>,
    pick: impl FnOnce(Envelope<T>) -> Option<V>,
) -> Result<V, Error> {
    let raw = || Raw::of(answer);
    if answer.status() != http::StatusCode::OK {
        return Err(Error::status(raw()));
    }
    let unreadable = |error: serde_json::Error| Error::unreadable(raw(), Unreadable::from(error));
    let head: Head = serde_json::from_slice(answer.body()).map_err(unreadable)?;
    match head.status {
        Some(TemplateResponseStatus::Success) => {}
        Some(TemplateResponseStatus::Fail) => {
            let fault = head.error.unwrap_or_default();
            let message = fault.message.or(fault.description);
            return Err(refused(raw(), fault.code.unwrap_or_default(), message));
        }
        Some(_) => {
            return Err(Error::unreadable(raw(), "the status is neither word that is known"));
        }
        None => match head.code {
            Some(code) if code != "0" => return Err(refused(raw(), code, head.message)),
            _ => return Err(Error::unreadable(raw(), "there is no status")),
        },
    }
    let envelope = serde_json::from_slice(answer.body()).map_err(unreadable)?;
    let lacks = || Error::unreadable(raw(), "what a success must hold is not there");
    pick(envelope).ok_or_else(lacks)
}

fn refused(raw: Raw, code: String, message: Option<String>) -> Error {
    let row = CODES.iter().find(|(listed, ..)| *listed == code);
    let (kind, effect) = row.map_or((Other, Effect::Maybe), |(_, kind, effect)| (*kind, *effect));
    Error::refused(raw, Refusal { code, message, kind, effect })
}

/// The QR code of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkQr {
    /// What the QR code holds: the address that payers are to open.
    #[serde(deserialize_with = "opt_parsed")]
    pub payload: Option<String>,
    /// The picture in base64, where it was asked for and the link is active.
    #[serde(deserialize_with = "opt_parsed")]
    pub rendered_qr: Option<String>,
}

impl LinkQr {
    /// The picture as bytes: a PNG, by the document. None where there is none or it is no base64.
    pub fn png(&self) -> Option<Vec<u8>> {
        BASE64.decode(self.rendered_qr.as_deref()?).ok()
    }
}

/// The currency of a link as it came: the table asks for digits, the samples hold letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCurrency(String);

impl LinkCurrency {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The currency, from digits or letters; none if neither is known.
    pub fn currency(&self) -> Option<Currency> {
        self.0.parse().ok().or_else(|| Currency::from_alpha(&self.0))
    }
}

impl std::str::FromStr for LinkCurrency {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}
