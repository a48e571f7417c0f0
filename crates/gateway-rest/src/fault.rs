//! From an HTTP answer to a typed one, or to an error that says what it means for the money.

use bytes::Bytes;
use payments_core::{
    Effect, Error, Raw, Refusal,
    error::RefusalKind::{
        self, AccessDenied, BadRequest, BankFault, Duplicate, NotFound, Other, WrongState,
    },
    wire,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{error::Category, value::RawValue};

/// What a method's error codes mean: the kind, and the effect were it the only copy ever sent.
///
/// A code that is not a row is [`Other`] with [`Effect::Maybe`].
pub(crate) type Codes = &'static [(&'static str, RefusalKind, Effect)];

/// Codes of a call that only asks: it moves nothing, whatever the code.
pub(crate) const ASKING: Codes = &[
    ("1", BadRequest, Effect::No),
    ("2", Other, Effect::No),
    ("5", AccessDenied, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::No),
];

/// Codes of registration. 1 is also the answer to a second copy, so it clears nothing.
pub(crate) const REGISTER: Codes = &[
    ("1", Duplicate, Effect::Maybe),
    ("3", BadRequest, Effect::No),
    ("4", BadRequest, Effect::No),
    ("5", AccessDenied, Effect::No),
    ("7", BankFault, Effect::Maybe),
    ("14", BadRequest, Effect::No),
];

/// Codes of the calls that move an order's money. 5 and 7 may answer a second copy.
pub(crate) const MOVING: Codes = &[
    ("5", WrongState, Effect::Maybe),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// Codes of the calls that register and pay at once. 10 is also the answer to a second copy.
pub(crate) const CHARGING: Codes = &[("10", Duplicate, Effect::Maybe)];

/// Codes of the calls for which no table is known.
pub(crate) const UNLISTED: Codes = &[];

/// An answer that carries the gateway's own verdict.
pub(crate) trait Coded {
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

#[derive(Default, Deserialize)]
struct Head {
    #[serde(default, rename = "errorCode", deserialize_with = "wire::opt_text")]
    code: Option<String>,
    #[serde(default, rename = "errorMessage", deserialize_with = "wire::opt_text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "wire::opt_text")]
    success: Option<String>,
    /// A block in the answers to JSON calls; elsewhere text or a flag.
    #[serde(default, deserialize_with = "block")]
    error: Option<ErrorBlock>,
}

/// What the answers to JSON calls say of an error, where others have a code beside the rest.
#[derive(Default, Deserialize)]
struct ErrorBlock {
    #[serde(default, deserialize_with = "wire::opt_text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "wire::opt_text")]
    message: Option<String>,
}

/// Reads a block where there is one; whatever else stands there is for others to read.
fn block<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ErrorBlock>, D::Error> {
    let raw = <&'de RawValue>::deserialize(from)?.get();
    if raw.starts_with('{') {
        serde_json::from_str(raw).map(Some).map_err(D::Error::custom)
    } else {
        Ok(None)
    }
}

/// Reads an answer: HTTP status first, then the gateway's own code, then the fields.
pub(crate) fn read<T>(answer: &http::Response<Bytes>, codes: Codes) -> Result<T, Error>
where
    T: DeserializeOwned + Coded,
{
    if answer.status() != http::StatusCode::OK {
        return Err(Error::status(Raw::of(answer)));
    }
    match json::<T>(answer.body()) {
        Ok(value) if went_through(value.error_code(), value.success()) => Ok(value),
        Ok(_) => Err(refusal(answer, codes, None)),
        Err(cause) => Err(refusal(answer, codes, Some(cause))),
    }
}

/// Reads JSON. Text is looked at once as a whole, which is quicker than once for every string in
/// it; what is no text may still be JSON whose fields that count are text.
fn json<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
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
    let head = match serde_json::from_slice::<Head>(answer.body()) {
        Ok(head) => head,
        Err(error) => return Error::unreadable(raw, Unreadable::from(cause.unwrap_or(error))),
    };
    let block = head.error.unwrap_or_default();
    let (code, message) = (head.code.or(block.code), head.message.or(block.message));
    let success = head.success.as_deref().map(|text| text == "true");
    if let Some(cause) = cause
        && went_through(code.as_deref(), success)
    {
        return Error::unreadable(raw, Unreadable::from(cause));
    }
    let code = code.unwrap_or_default();
    let row = codes.iter().find(|(listed, ..)| *listed == code);
    let (kind, effect) = row.map_or((Other, Effect::Maybe), |(_, kind, effect)| (*kind, *effect));
    Error::refused(raw, Refusal { code, message, kind, effect })
}

/// Why JSON could not be read: the kind of fault and its place. The cause itself quotes the text
/// that it stumbled over, so it is not kept.
#[derive(Debug, thiserror::Error)]
#[error("{fault} at line {line} column {column}")]
pub(crate) struct Unreadable {
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
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, body: &str) -> http::Response<Bytes> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        http::Response::builder().status(status).body(body).expect("valid")
    }

    fn effect(status: u16, body: &str) -> Option<Effect> {
        read::<Done>(&answer(status, body), MOVING).err().map(|error| error.effect())
    }

    #[test]
    fn the_code_counts_also_in_http_200() {
        // G-025, G-027, G-031
        assert_eq!(effect(200, r#"{"errorCode":0}"#), None);
        assert_eq!(effect(200, r#"{"errorCode":"0","errorMessage":"Success"}"#), None);
        assert_eq!(effect(200, "{}"), None);
        assert_eq!(effect(200, r#"{"success":true,"errorCode":"6"}"#), None); // G-026
        assert_eq!(effect(200, r#"{"success":false,"errorCode":0}"#), Some(Effect::Maybe));
        assert_eq!(effect(200, r#"{"errorCode":"6"}"#), Some(Effect::No));
        assert_eq!(effect(200, r#"{"errorCode":5}"#), Some(Effect::Maybe));
        assert_eq!(effect(200, r#"{"errorCode":99}"#), Some(Effect::Maybe));
        assert_eq!(effect(200, "<html>"), Some(Effect::Maybe));
        assert_eq!(effect(200, ""), Some(Effect::Maybe));
        assert_eq!(effect(404, ""), Some(Effect::No));
        for status in [400, 403, 429, 500, 502, 302] {
            assert_eq!(effect(status, r#"{"errorCode":0}"#), Some(Effect::Maybe), "{status}");
        }
    }

    #[test]
    fn kinds_become_predicates() {
        let error = |codes, body| read::<Done>(&answer(200, body), codes).expect_err("refused");
        assert!(error(REGISTER, r#"{"errorCode":"1"}"#).is_duplicate());
        assert!(error(MOVING, r#"{"errorCode":"5"}"#).is_wrong_state());
        assert!(error(ASKING, r#"{"errorCode":"6"}"#).is_not_found());
        let unlisted = error(UNLISTED, r#"{"errorCode":"5","errorMessage":"text"}"#);
        let refusal = unlisted.refusal().expect("refused");
        assert_eq!((refusal.code.as_str(), refusal.message.as_deref()), ("5", Some("text")));
    }

    /// G-189: JSON calls put code and text into a block; what is no block is not read as one.
    #[test]
    fn a_block_holds_the_code_too() {
        let error = |body: &str| read::<Done>(&answer(200, body), CHARGING).expect_err("refused");
        let block = r#"{"success":false,"error":{"code":10,"message":"text","description":"x"}}"#;
        let refused = error(block);
        let refusal = refused.refusal().expect("refused");
        assert_eq!((refusal.code.as_str(), refusal.message.as_deref()), ("10", Some("text")));
        assert!(refused.is_duplicate());
        let flag = error(r#"{"errorCode":"10","errorMessage":"text","error":true}"#);
        assert!(flag.is_duplicate());
        let text = error(r#"{"errorCode":"7","error":"text"}"#);
        assert_eq!(text.refusal().map(|refusal| refusal.code.as_str()), Some("7"));
    }

    #[test]
    fn an_unreadable_answer_is_kept_and_not_shown() {
        use std::error::Error as _;
        let error = read::<Done>(&answer(200, "{\"a\":MARKER}"), MOVING).expect_err("not json");
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(!format!("{error:?} {error} {source}").contains("MARKER"));
        assert_eq!(error.raw().expect("kept").body().as_ref(), b"{\"a\":MARKER}");
    }

    #[test]
    fn bytes_that_are_no_text_hide_no_answer() {
        let read = |body: &'static [u8]| {
            read::<Done>(&http::Response::new(Bytes::from_static(body)), MOVING)
        };
        let done = read(b"{\"errorCode\":\"0\",\"other\":\"\xff\"}").expect("went through");
        assert_eq!(done.error_code.as_deref(), Some("0"));
        let error = read(b"{\"errorCode\":\"6\",\"other\":\"\xff\"}").expect_err("refused");
        assert!(error.is_not_found());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(status in 200_u16..600, body: Vec<u8>) {
            let answer = http::Response::builder().status(status).body(Bytes::from(body));
            let _ = read::<Done>(&answer.expect("valid"), MOVING);
        }
    }
}
