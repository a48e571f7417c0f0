//! The contract between a request and whoever sends it.

use std::{fmt, ops::Deref};

use bytes::Bytes;

use crate::Error;

/// What a second copy of the very same request would do at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the retry table must name each of the four")]
pub enum Replay {
    /// It only asks. Sending again is harmless.
    Reads,
    /// The bank answers the second copy as it answered the first.
    SameAnswer,
    /// The bank refuses the second copy, often without telling what became of the first.
    Refused,
    /// The bank may act again. Never sent twice; the outcome is resolved instead.
    Doubles,
}

/// A request as data: how it becomes bytes, and how the answer's bytes become a value.
///
/// Both directions are pure. `prepare` checks every rule before it builds anything; the same input
/// gives the same bytes. `parse` is total: no input panics.
pub trait Endpoint {
    /// Label of traces and metrics, such as `gateway.register`.
    const NAME: &'static str;
    /// What the family needs besides the request: addresses, credentials, profile, unix time.
    type Context<'a>;
    /// The typed answer.
    type Response;

    /// Says what a second copy of this very request would do.
    ///
    /// A method and not a constant: a refund with a key and one without differ.
    fn replay(&self) -> Replay;

    /// Checks the request and turns it into bytes.
    ///
    /// # Errors
    ///
    /// [`Error::as_invalid`] names the first field that breaks a rule. Nothing was sent.
    fn prepare(&self, context: &Self::Context<'_>) -> Result<Prepared, Error>;

    /// Reads the bank's answer.
    ///
    /// # Errors
    ///
    /// The bank refused, or answered something that is no answer; see [`Error::effect`].
    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Self::Response, Error>;
}

/// Ready to leave, or still without its signature.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a sender must handle both")]
#[expect(clippy::large_enum_variant, reason = "lives for one call; a box would cost more")]
pub enum Prepared {
    /// Ready to leave.
    Ready(Outgoing),
    /// Must be signed first.
    ToSign(ToSign),
}

/// A request whose bytes are final.
///
/// Its own `Debug` shows method, path and length. The `http::Request` inside shows its body when
/// it is formatted: do not format that one.
#[derive(Clone)]
pub struct Outgoing(http::Request<Bytes>);

impl Outgoing {
    /// Wraps final bytes.
    pub fn new(request: http::Request<Bytes>) -> Self {
        Self(request)
    }

    /// Gives the request out, to be sent.
    pub fn into_request(self) -> http::Request<Bytes> {
        self.0
    }

    /// Shows the request. Its `Debug` prints the body: never format it.
    pub fn request(&self) -> &http::Request<Bytes> {
        &self.0
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outgoing")
            .field("method", self.0.method())
            .field("path", &self.0.uri().path())
            .field("body_len", &self.0.body().len())
            .finish_non_exhaustive()
    }
}

type Seal = Box<dyn FnOnce(&[u8]) -> Result<Outgoing, Error> + Send>;

/// A request that still lacks its signature.
pub struct ToSign {
    message: Vec<u8>,
    seal: Seal,
}

impl ToSign {
    /// Takes what the signer signs and what to do with the signature.
    pub fn new(
        message: Vec<u8>,
        seal: impl FnOnce(&[u8]) -> Result<Outgoing, Error> + Send + 'static,
    ) -> Self {
        Self { message, seal: Box::new(seal) }
    }

    /// What the signer signs.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// Puts the signature where the bank looks for it.
    ///
    /// # Errors
    ///
    /// The signature cannot stand there, for instance because it is empty. Nothing was sent.
    pub fn seal(self, signature: &[u8]) -> Result<Outgoing, Error> {
        (self.seal)(signature)
    }
}

impl fmt::Debug for ToSign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ToSign").field("message_len", &self.message.len()).finish_non_exhaustive()
    }
}

/// What a stack may know of the request that it carries, as an extension of the `http::Request`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tag {
    /// [`Endpoint::NAME`].
    pub name: &'static str,
    /// [`Endpoint::replay`].
    pub replay: Replay,
}

impl Tag {
    /// Names the request and says what a second copy would do.
    pub fn new(name: &'static str, replay: Replay) -> Self {
        Self { name, replay }
    }
}

/// How many copies of the request may have left before this answer came, as an extension of the
/// `http::Response`. A stack that resends sets it; without it, the answer is to the only copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copies(pub u32);

impl Copies {
    /// Counts the copies that may have left, the answered one included.
    pub fn new(count: u32) -> Self {
        Self(count)
    }
}

/// The bank's answer as it came.
///
/// `Debug` prints status and length only: answers carry card and 3-D Secure data.
#[derive(Clone)]
pub struct Raw(http::Response<Bytes>);

impl Raw {
    /// Keeps a copy of an answer; the body is shared, not copied.
    pub fn of(answer: &http::Response<Bytes>) -> Self {
        Self(answer.clone())
    }

    /// HTTP status.
    pub fn status(&self) -> http::StatusCode {
        self.0.status()
    }

    /// Headers.
    pub fn headers(&self) -> &http::HeaderMap {
        self.0.headers()
    }

    /// The body's bytes.
    pub fn body(&self) -> &Bytes {
        self.0.body()
    }
}

impl From<http::Response<Bytes>> for Raw {
    fn from(answer: http::Response<Bytes>) -> Self {
        Self(answer)
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Raw({}, {} bytes)", self.0.status(), self.0.body().len())
    }
}

/// A typed answer beside the bytes that it was read from.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    value: T,
    raw: Raw,
}

impl<T> Answer<T> {
    /// Puts both together.
    pub fn new(value: T, raw: Raw) -> Self {
        Self { value, raw }
    }

    /// The bank's answer as it came, with whatever the typed value does not know.
    pub fn raw(&self) -> &Raw {
        &self.raw
    }

    /// The typed value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_body() {
        let request = http::Request::post("https://bank.example/a?b=MARKER")
            .body(Bytes::from_static(b"password=MARKER"))
            .expect("valid");
        let answer = http::Response::new(Bytes::from_static(b"{\"pan\":\"MARKER\"}"));
        let to_sign = ToSign::new(b"MARKER".to_vec(), |_| Err(Error::signing("none")));
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            Prepared::Ready(Outgoing::new(request.clone())),
            Prepared::ToSign(to_sign),
            Raw::of(&answer),
            Outgoing::new(request),
        );
        assert!(!shown.contains("MARKER"), "{shown}");
    }
}
