//! Callbacks of the gateway family (documents/003, "Make use of a signed gateway callback").

use std::{fmt, sync::Arc};

use http::{HeaderMap, Method, Uri, header};
use payments_core::canonical::{CallbackText, callback::CHECKSUM};
use payments_sign::{HmacKey, KeyError, PublicKey, RsaVerifier, Verifier};

mod event;
mod form;

pub use event::{Event, PARAMETERS};
use form::Form;

/// How a merchant's callbacks are checked: by the key agreed upon with the bank.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    check: Check,
    foreign: Arc<[String]>,
}

#[derive(Clone)]
enum Check {
    Checksum(Arc<dyn Verifier>),
    None,
}

impl Gateway {
    /// Checks callbacks by the key shared with the gateway (HMAC-SHA256).
    pub fn hmac(key: HmacKey) -> Self {
        Self::verifier(Arc::new(key))
    }

    /// Checks callbacks by the gateway's public key, with SHA-512, as the document's samples do.
    ///
    /// For another hash or an old key of 1024 bits, make an [`RsaVerifier`] and give it to
    /// [`verifier`](Self::verifier).
    ///
    /// # Errors
    ///
    /// The key has less than 2048 bits.
    pub fn rsa(key: PublicKey) -> Result<Self, KeyError> {
        Ok(Self::verifier(Arc::new(RsaVerifier::sha512(key)?)))
    }

    /// Checks callbacks by any verifier.
    pub fn verifier(verifier: Arc<dyn Verifier>) -> Self {
        Self { check: Check::Checksum(verifier), foreign: Arc::new([]) }
    }

    /// Takes whatever comes, from whomever. Anybody can then write callbacks.
    ///
    /// For merchants whose gateway sends no checksums. Nothing that such an event says is proven:
    /// [`Event::is_paid`] is never true, and the event is a hint to ask for the order's status.
    pub fn insecure_without_checksum() -> Self {
        Self { check: Check::None, foreign: Arc::new([]) }
    }

    /// Leaves out parameters that the merchant's own web server adds to each request, by exact name.
    ///
    /// They are neither checked nor part of the event. The gateway's own parameters must not be
    /// among them: their values would be lost, and no checksum would fit.
    #[must_use]
    pub fn leaving_out<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.foreign = names.into_iter().map(Into::into).collect();
        self
    }

    /// Checks and reads a callback: the query of a GET, or the form in the body of a POST, whose own
    /// query plays no part.
    ///
    /// Parameters come in any order; they are decoded before they are checked. The content type
    /// does not matter, since support can have the gateway send any.
    ///
    /// # Errors
    ///
    /// The request is not proven to come from the bank, for whatever reason. Nothing it says counts.
    pub fn receive(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Event, NotGenuine> {
        let raw = match *method {
            Method::GET => uri.query().unwrap_or_default().as_bytes(),
            Method::POST if is_encoded(headers) => return Err(NotGenuine(Reason::Unreadable)),
            Method::POST => body,
            _ => return Err(NotGenuine(Reason::Method)),
        };
        let form = Form::parse(raw).ok_or(NotGenuine(Reason::Unreadable))?;
        self.check(form.without(&self.foreign))
    }

    fn check(&self, form: Form) -> Result<Event, NotGenuine> {
        let text = CallbackText::of(form.pairs()).map_err(|_| NotGenuine(Reason::Twice))?;
        let proven = match &self.check {
            Check::None => false,
            Check::Checksum(verifier) => {
                let checksum = form.value(CHECKSUM).ok_or(NotGenuine(Reason::NoChecksum))?;
                verifier
                    .verify_hex(text.expose().as_bytes(), checksum)
                    .map_err(|_| NotGenuine(Reason::Mismatch))?;
                !text.is_ambiguous()
            }
        };
        Ok(Event::new(form, proven))
    }
}

/// Whether the body is packed, which no callback is known to be.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().any(|encoding| encoding != "identity")
}

impl fmt::Debug for Gateway {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = match self.check {
            Check::Checksum(_) => "checksum",
            Check::None => "insecure: none",
        };
        out.debug_struct("Gateway").field("check", &check).finish_non_exhaustive()
    }
}

/// The request is not proven to be the bank's. Treat it as forged.
///
/// It holds nothing of the request. What the reasons are is for the merchant's own logs: whoever
/// sent the request learns no more than that it was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotGenuine(Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Method,
    Unreadable,
    Twice,
    NoChecksum,
    Mismatch,
}

impl NotGenuine {
    /// The method is neither GET nor POST.
    pub fn is_wrong_method(&self) -> bool {
        self.0 == Reason::Method
    }

    /// The parameters cannot be read, or one of them comes twice.
    pub fn is_malformed(&self) -> bool {
        matches!(self.0, Reason::Unreadable | Reason::Twice)
    }

    /// The checksum is missing or does not fit. Look here first when a key was changed.
    pub fn is_wrong_checksum(&self) -> bool {
        matches!(self.0, Reason::NoChecksum | Reason::Mismatch)
    }
}

impl fmt::Display for NotGenuine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.0 {
            Reason::Method => "not a genuine callback: neither get nor post",
            Reason::Unreadable => "not a genuine callback: no form in utf-8",
            Reason::Twice => "not a genuine callback: a parameter comes twice",
            Reason::NoChecksum => "not a genuine callback: no checksum",
            Reason::Mismatch => "not a genuine callback: the checksum does not fit",
        })
    }
}

impl std::error::Error for NotGenuine {}
