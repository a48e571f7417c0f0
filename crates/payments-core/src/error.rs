//! What went wrong, and whether the bank may have acted.

use std::{borrow::Cow, error::Error as StdError, fmt};

use crate::{endpoint::Raw, time::UnixMillis};

/// What a failed call did at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide about each of the three")]
pub enum Effect {
    /// The bank did not act.
    No,
    /// The bank acted before: what was sent is a second copy of something that it already did.
    Done,
    /// The bank may have acted. Resolve before anything is sent again.
    Maybe,
}

/// An input that breaks a rule: which field, and which rule. Holds no value of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    field: Cow<'static, str>,
    rule: Cow<'static, str>,
    name: Option<&'static str>,
}

impl Invalid {
    /// Names the field by its wire path and the rule that it breaks.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), rule: rule.into(), name: None }
    }

    /// The same, for constants.
    pub(crate) const fn fixed(field: &'static str, rule: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), rule: Cow::Borrowed(rule), name: None }
    }

    /// Gives the same rule another field: a shared type learns where on the wire it stands.
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = field.into();
        self
    }

    /// Puts a parent before the field: `items[3]` before `name` makes `items[3].name`.
    #[must_use]
    pub fn under(mut self, parent: &str) -> Self {
        self.field = Cow::Owned(format!("{parent}.{}", self.field));
        self
    }

    /// Notes the name of the rule, if it is one that can be switched.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// The name of the rule, if it is one that can be switched: see
    /// [`Rule`](crate::order::Rule).
    pub const fn name(&self) -> Option<&'static str> {
        self.name
    }

    /// The field, by its wire path.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The rule, in words.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.field, self.rule)
    }
}

impl StdError for Invalid {}

/// Any foreign cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Wraps a transport's failure of which it is certain that no byte of the request left.
///
/// A service put in place of the crate's own stack wraps such failures in this; any other error of
/// a foreign service counts as [`Effect::Maybe`].
#[derive(Debug)]
pub struct NotSent(pub BoxError);

impl fmt::Display for NotSent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the request did not leave")
    }
}

impl StdError for NotSent {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_ref())
    }
}

/// What a bank's refusal is about, as far as its code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// A second copy of something that the bank already has.
    Duplicate,
    /// The order, payment or credential is not in a state that allows the call.
    WrongState,
    /// The bank does not know the order, payment or credential.
    NotFound,
    /// A parameter is missing or wrong.
    BadRequest,
    /// Login, token, signature or permission.
    AccessDenied,
    /// The bank's own fault.
    BankFault,
    /// The code says nothing more.
    Other,
}

/// A refusal by the bank's own code.
///
/// `Debug` leaves the bank's text out: nobody knows what a bank repeats in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code as it came, text or number.
    pub code: String,
    /// The bank's text, for people: its wording varies, never compare it.
    pub message: Option<String>,
    /// What the code is about.
    pub kind: RefusalKind,
    /// What the code says about the money, were this the only copy ever sent.
    pub effect: Effect,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Refusal")
            .field("code", &self.code)
            .field("kind", &self.kind)
            .field("effect", &self.effect)
            .finish_non_exhaustive()
    }
}

/// What went wrong.
#[derive(Debug)]
enum Kind {
    Invalid(Invalid),
    Signing(BoxError),
    NotSent(BoxError),
    Transport(BoxError),
    Status(http::StatusCode),
    Unreadable(BoxError),
    Refused(Refusal),
    Journal(BoxError),
}

/// Why a call brought no answer that counts.
///
/// `Display` is one line in lower case without payload and without its source.
pub struct Error {
    kind: Box<Kind>,
    raw: Option<Box<Raw>>,
    sent_at: Option<UnixMillis>,
}

impl Error {
    fn of(kind: Kind) -> Self {
        Self { kind: Box::new(kind), raw: None, sent_at: None }
    }

    /// We built the request wrong: nothing was sent.
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        rule: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::of(Kind::Invalid(Invalid::new(field, rule)))
    }

    /// The signer failed: nothing was sent.
    pub fn signing(cause: impl Into<BoxError>) -> Self {
        Self::of(Kind::Signing(cause.into()))
    }

    /// The request did not leave: queueing, DNS, TCP, TLS, proxy.
    pub fn not_sent(cause: impl Into<BoxError>) -> Self {
        Self::of(Kind::NotSent(cause.into()))
    }

    /// The request may have left, and no answer came.
    pub fn transport(cause: impl Into<BoxError>) -> Self {
        Self::of(Kind::Transport(cause.into()))
    }

    /// The write-ahead journal failed before the request was sent.
    pub fn journal(cause: impl Into<BoxError>) -> Self {
        Self::of(Kind::Journal(cause.into()))
    }

    /// The bank answered with an HTTP status that is not 200.
    pub fn status(raw: Raw) -> Self {
        Self::of(Kind::Status(raw.status())).with_raw(raw)
    }

    /// The bank answered 200 with something that is not an answer to this call.
    pub fn unreadable(raw: Raw, cause: impl Into<BoxError>) -> Self {
        Self::of(Kind::Unreadable(cause.into())).with_raw(raw)
    }

    /// The bank refused by its own code.
    pub fn refused(raw: Raw, refusal: Refusal) -> Self {
        Self::of(Kind::Refused(refusal)).with_raw(raw)
    }

    /// Keeps the bank's answer beside the error.
    #[must_use]
    pub fn with_raw(mut self, raw: Raw) -> Self {
        self.raw = Some(Box::new(raw));
        self
    }

    /// Notes when the last copy of the request may have left.
    #[must_use]
    pub fn with_sent_at(mut self, at: UnixMillis) -> Self {
        self.sent_at = Some(at);
        self
    }

    /// Says that copies of this request were sent before: a refusal that would clear the only copy
    /// no longer does, so [`Effect::No`] of a refusal becomes [`Effect::Maybe`].
    #[must_use]
    pub fn after_other_copies(mut self) -> Self {
        if let Kind::Refused(refusal) = self.kind.as_mut()
            && refusal.effect == Effect::No
        {
            refusal.effect = Effect::Maybe;
        }
        self
    }

    /// Whether the bank acted.
    pub fn effect(&self) -> Effect {
        match self.kind.as_ref() {
            Kind::Invalid(_) | Kind::Signing(_) | Kind::NotSent(_) | Kind::Journal(_) => Effect::No,
            Kind::Status(status) if *status == http::StatusCode::NOT_FOUND => Effect::No,
            Kind::Transport(_) | Kind::Status(_) | Kind::Unreadable(_) => Effect::Maybe,
            Kind::Refused(refusal) => refusal.effect,
        }
    }

    /// The bank's answer, if one came.
    pub fn raw(&self) -> Option<&Raw> {
        self.raw.as_deref()
    }

    /// When the last copy of the request may have left, by the client's clock.
    pub fn sent_at(&self) -> Option<UnixMillis> {
        self.sent_at
    }

    /// The field and the rule that our own input breaks.
    pub fn as_invalid(&self) -> Option<&Invalid> {
        match self.kind.as_ref() {
            Kind::Invalid(invalid) => Some(invalid),
            _ => None,
        }
    }

    /// The bank's refusal by its own code.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.kind.as_ref() {
            Kind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    fn refused_as(&self, kind: RefusalKind) -> bool {
        self.refusal().is_some_and(|refusal| refusal.kind == kind)
    }

    /// The bank says that it already has this very thing.
    pub fn is_duplicate(&self) -> bool {
        self.refused_as(RefusalKind::Duplicate)
    }

    /// The order is not in a state that allows the call.
    pub fn is_wrong_state(&self) -> bool {
        self.refused_as(RefusalKind::WrongState)
    }

    /// The bank does not know the order.
    pub fn is_not_found(&self) -> bool {
        self.refused_as(RefusalKind::NotFound)
    }

    /// Login, token, signature or permission.
    pub fn is_access_denied(&self) -> bool {
        self.refused_as(RefusalKind::AccessDenied)
    }

    /// Our own input, found before anything was sent.
    pub fn is_invalid(&self) -> bool {
        self.as_invalid().is_some()
    }

    /// The network failed, before or after the request left.
    pub fn is_transport(&self) -> bool {
        matches!(self.kind.as_ref(), Kind::NotSent(_) | Kind::Transport(_))
    }

    /// The bank answered something that could not be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.kind.as_ref(), Kind::Unreadable(_))
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::of(Kind::Invalid(invalid))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind.as_ref() {
            Kind::Invalid(invalid) => write!(out, "invalid request: {invalid}"),
            Kind::Signing(_) => out.write_str("the request could not be signed"),
            Kind::NotSent(_) => out.write_str("the request did not leave"),
            Kind::Transport(_) => {
                out.write_str("no answer came, and the bank may have the request")
            }
            Kind::Journal(_) => out.write_str("the journal did not take the step"),
            Kind::Status(status) => write!(out, "the bank answered with http status {status}"),
            Kind::Unreadable(_) => out.write_str("the bank's answer could not be read"),
            Kind::Refused(refusal) => {
                write!(out, "the bank refused with code {}", refusal.code)
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Error")
            .field("kind", &self.kind)
            .field("effect", &self.effect())
            .field("raw", &self.raw)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.kind.as_ref() {
            Kind::Signing(cause)
            | Kind::NotSent(cause)
            | Kind::Transport(cause)
            | Kind::Journal(cause)
            | Kind::Unreadable(cause) => Some(cause.as_ref()),
            Kind::Invalid(_) | Kind::Status(_) | Kind::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn raw(status: u16) -> Raw {
        let answer = http::Response::builder().status(status).body(Bytes::from_static(b"MARKER"));
        Raw::of(&answer.expect("status is valid"))
    }

    #[test]
    fn the_effect_of_every_kind() {
        let refusal = |effect| Refusal {
            code: "5".into(),
            message: Some("MARKER".into()),
            kind: RefusalKind::WrongState,
            effect,
        };
        let table = [
            (Error::invalid("amount", "must not be zero"), Effect::No),
            (Error::signing("no key"), Effect::No),
            (Error::not_sent("refused"), Effect::No),
            (Error::journal("disk full"), Effect::No),
            (Error::transport("reset"), Effect::Maybe),
            (Error::status(raw(404)), Effect::No),
            (Error::status(raw(400)), Effect::Maybe),
            (Error::status(raw(429)), Effect::Maybe),
            (Error::status(raw(502)), Effect::Maybe),
            (Error::unreadable(raw(200), "eof"), Effect::Maybe),
            (Error::refused(raw(200), refusal(Effect::No)), Effect::No),
            (Error::refused(raw(200), refusal(Effect::Done)), Effect::Done),
            (Error::refused(raw(200), refusal(Effect::No)).after_other_copies(), Effect::Maybe),
            (Error::refused(raw(200), refusal(Effect::Done)).after_other_copies(), Effect::Done),
        ];
        for (error, effect) in table {
            assert_eq!(error.effect(), effect, "{error}");
            assert!(!format!("{error} {error:?}").contains("MARKER"), "{error}");
        }
    }

    #[test]
    fn the_payload_is_not_in_debug() {
        let error = Error::unreadable(raw(200), "eof");
        assert!(!format!("{error:?}").contains("MARKER"));
        assert_eq!(error.raw().expect("kept").body().as_ref(), b"MARKER");
    }
}
