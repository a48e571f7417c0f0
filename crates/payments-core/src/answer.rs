//! From an HTTP answer to a typed one, or to an error that says what it means for the money.
//!
//! What an error code means stands in tables of the families; how a code is found does not differ
//! between the gateway and the router in front of it.

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{error::Category, value::RawValue};

use crate::{
    Effect, Error, Raw, Refusal,
    error::RefusalKind::{self, Other},
    wire,
};

/// What a method's error codes mean: the kind, and the effect were it the only copy ever sent.
///
/// A code that is not a row is [`Other`] with [`Effect::Maybe`].
pub type Codes = &'static [(&'static str, RefusalKind, Effect)];

/// An answer that carries the bank's own verdict.
pub trait Coded {
    /// `errorCode` as it came.
    fn error_code(&self) -> Option<&str>;

    /// `success`, which wins over the code where both are present (G-026).
    fn success(&self) -> Option<bool> {
        None
    }
}

impl<T: Coded> Coded for Box<T> {
    fn error_code(&self) -> Option<&str> {
        (**self).error_code()
    }

    fn success(&self) -> Option<bool> {
        (**self).success()
    }
}

/// What an answer says of itself, whatever else it holds.
///
/// `Debug` is not implemented: nobody knows what a bank repeats in its text.
#[derive(Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Head {
    /// `errorCode`, text or number.
    #[serde(rename = "errorCode", deserialize_with = "wire::opt_text")]
    pub code: Option<String>,
    /// `errorMessage`.
    #[serde(rename = "errorMessage", deserialize_with = "wire::opt_text")]
    pub message: Option<String>,
    /// `success` as its text.
    #[serde(deserialize_with = "wire::opt_text")]
    pub success: Option<String>,
    /// `error`, which is a block in some answers, a text or a flag in others.
    #[serde(deserialize_with = "Fault::read")]
    pub error: Option<Fault>,
}

/// What stands in `error`.
#[expect(clippy::exhaustive_enums, reason = "a reader must handle each of the three forms")]
pub enum Fault {
    /// A block with a code and a text of its own.
    Block {
        /// `code`.
        code: Option<String>,
        /// `message`.
        message: Option<String>,
    },
    /// A text.
    Text(String),
    /// Whether there is an error.
    Flag(bool),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block {
    #[serde(deserialize_with = "wire::opt_text")]
    code: Option<String>,
    #[serde(deserialize_with = "wire::opt_text")]
    message: Option<String>,
}

impl Fault {
    /// Reads block, text or flag; what is none of these is for others to read.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        let raw = <&'de RawValue>::deserialize(from)?.get();
        Ok(match raw.as_bytes().first() {
            Some(b'{') => {
                let Block { code, message } =
                    serde_json::from_str(raw).map_err(D::Error::custom)?;
                Some(Self::Block { code, message })
            }
            Some(b'"') => Some(Self::Text(serde_json::from_str(raw).map_err(D::Error::custom)?)),
            Some(b't') => Some(Self::Flag(true)),
            Some(b'f') => Some(Self::Flag(false)),
            _ => None,
        })
    }
}

impl Head {
    /// Reads what an answer says of itself.
    ///
    /// # Errors
    ///
    /// Not a JSON object, or a member has a form that none of these has.
    pub fn of(json: &[u8]) -> Result<Self, Unreadable> {
        self::json(json).map_err(Unreadable::from)
    }

    /// The code, from wherever it stands.
    pub fn code(&self) -> Option<&str> {
        match (&self.code, &self.error) {
            (Some(code), _) => Some(code),
            (None, Some(Fault::Block { code, .. })) => code.as_deref(),
            (None, _) => None,
        }
    }

    /// The text, from wherever it stands.
    pub fn message(&self) -> Option<&str> {
        match (&self.message, &self.error) {
            (Some(message), _) => Some(message),
            (None, Some(Fault::Block { message, .. })) => message.as_deref(),
            (None, Some(Fault::Text(text))) => Some(text),
            (None, _) => None,
        }
    }

    /// `success`, if it came.
    pub fn success(&self) -> Option<bool> {
        self.success.as_deref().map(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Whether the call went through: by `success`, else by the code, which may be absent then.
    pub fn went_through(&self) -> bool {
        went_through(self.code(), self.success())
    }

    /// The refusal by a method's table.
    pub fn refusal(&self, codes: Codes) -> Refusal {
        let code = self.code().unwrap_or_default();
        let row = codes.iter().find(|(listed, ..)| *listed == code);
        let (kind, effect) =
            row.map_or((Other, Effect::Maybe), |(_, kind, effect)| (*kind, *effect));
        Refusal { code: code.into(), message: self.message().map(Into::into), kind, effect }
    }
}

/// Reads an answer: HTTP status first, then the bank's own code, then the fields.
///
/// # Errors
///
/// The bank refused, or answered something that is no answer to the call.
pub fn read<T>(answer: &http::Response<Bytes>, codes: Codes) -> Result<T, Error>
where
    T: DeserializeOwned + Coded,
{
    if answer.status() != http::StatusCode::OK {
        return Err(Error::status(Raw::of(answer)));
    }
    match json::<T>(answer.body()) {
        Ok(value) => {
            let success = value.success().or_else(|| unlisted_success(answer.body(), codes));
            if went_through(value.error_code(), success) {
                Ok(value)
            } else {
                Err(refusal(answer, codes, None))
            }
        }
        Err(cause) => Err(refusal(answer, codes, Some(cause))),
    }
}

/// `success` of an answer whose type does not hold it: the tables list it for a few calls, the rule
/// is for all (G-026). What only asks, which every code clears, is not read a second time for it.
fn unlisted_success(body: &[u8], codes: Codes) -> Option<bool> {
    let only_asks = !codes.is_empty() && codes.iter().all(|(.., effect)| *effect == Effect::No);
    if only_asks { None } else { Head::of(body).ok()?.success() }
}

/// Reads JSON. Text is looked at once as a whole, which is quicker than once for every string in
/// it; what is no text may still be JSON whose fields that count are text.
///
/// # Errors
///
/// Not a JSON object, or not of the form that the type asks for.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    // An array would be read as the members of a struct in their order: `[]` would have gone through.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(serde_json::Error::custom("expected an object"));
    }
    str::from_utf8(body)
        .map_or_else(|_| serde_json::from_slice(body), |text| serde_json::from_str(text))
}

fn went_through(code: Option<&str>, success: Option<bool>) -> bool {
    success.unwrap_or(matches!(code, None | Some("0" | "")))
}

/// The refusal that an answer holds; unreadable if it holds none.
fn refusal(
    answer: &http::Response<Bytes>,
    codes: Codes,
    cause: Option<serde_json::Error>,
) -> Error {
    let raw = Raw::of(answer);
    let head = match Head::of(answer.body()) {
        Ok(head) => head,
        Err(error) => return Error::unreadable(raw, cause.map_or(error, Unreadable::from)),
    };
    match cause {
        Some(cause) if head.went_through() => Error::unreadable(raw, Unreadable::from(cause)),
        _ => Error::refused(raw, head.refusal(codes)),
    }
}

/// Why JSON could not be read: the kind of fault and its place. The cause itself quotes the text
/// that it stumbled over, so it is not kept.
#[derive(Debug, thiserror::Error)]
#[error("{fault} at line {line} column {column}")]
pub struct Unreadable {
    fault: &'static str,
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        let fault = match error.classify() {
            Category::Io => "input failed",
            Category::Syntax => "not json",
            Category::Data => "a field has an unexpected form",
            Category::Eof => "json ends too early",
        };
        Self { fault, line: error.line(), column: error.column() }
    }
}

/// The answer of the calls that only say whether they went through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Done {
    /// `0`, or nothing.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(default, deserialize_with = "wire::opt_text")]
    pub error_message: Option<String>,
    /// Wins over the code where both are present.
    #[serde(default, deserialize_with = "wire::opt_parsed")]
    pub success: Option<bool>,
}

impl Coded for Done {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }

    fn success(&self) -> Option<bool> {
        self.success
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(json: &str) -> Head {
        Head::of(json.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A list is no answer, whatever it holds.
    #[test]
    fn a_list_has_not_gone_through() {
        for body in ["[]", " [\"0\"]", "[null,null,true]"] {
            let answer = http::Response::new(Bytes::from_static(body.as_bytes()));
            let error = read::<Done>(&answer, &[]).expect_err("no answer");
            assert_eq!(error.effect(), Effect::Maybe, "{body}");
            assert!(Head::of(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn code_and_text_from_wherever_they_stand() {
        let all = |json: &str| {
            let head = head(json);
            let owned = |text: Option<&str>| text.map(str::to_owned);
            (owned(head.code()), owned(head.message()), head.went_through())
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(all(r#"{"errorCode":0}"#), (some("0"), None, true));
        assert_eq!(all(r#"{"errorCode":"6","errorMessage":"x"}"#), (some("6"), some("x"), false));
        assert_eq!(all(r#"{"error":{"code":7,"message":"x"}}"#), (some("7"), some("x"), false));
        assert_eq!(all(r#"{"errorCode":"5","error":"x"}"#), (some("5"), some("x"), false));
        assert_eq!(all(r#"{"success":false,"error":true}"#), (None, None, false));
        assert_eq!(all(r#"{"success":"True","error":null}"#), (None, None, true));
        assert!(Head::of(b"[]").is_err());
    }
}
