//! From the router's answer to a typed one, or to an error that says what it means for the money.
//!
//! No document shows how the router refuses (R-099). So whatever the banks behind it and its own
//! samples use is read: `errorCode` as text, as a number or absent, `success`, an envelope with
//! `data` or the fields at once, and the text of a refusal wherever one of these keeps it.

use bytes::Bytes;
use payments_core::{
    Effect, Error, Raw,
    answer::{Fault, Head, Unreadable, json},
    error::RefusalKind::{AccessDenied, BadRequest, BankFault, Duplicate, NotFound, WrongState},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

pub use payments_core::answer::Done;

pub(crate) use payments_core::answer::Codes;

/// Codes of a call that only asks: it moves nothing, whatever the code.
pub(crate) const ASKING: Codes = &[
    ("1", BadRequest, Effect::No),
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
    ("13", AccessDenied, Effect::No),
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

/// Codes of a payment. None clears it: 2 is also an order that is paid already.
pub(crate) const PAYING: Codes = &[
    ("1", BadRequest, Effect::Maybe),
    ("2", WrongState, Effect::Maybe),
    ("5", AccessDenied, Effect::Maybe),
    ("6", NotFound, Effect::Maybe),
    ("7", BankFault, Effect::Maybe),
];

/// Codes of the calls for which no table is known.
pub(crate) const UNLISTED: Codes = &[];

/// What may stand around the fields of an answer.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// Reads an answer: HTTP status first, then what it says of itself, then the fields, from `data` if
/// that is an object that has them.
pub(crate) fn read<T: DeserializeOwned>(
    answer: &http::Response<Bytes>,
    codes: Codes,
) -> Result<T, Error> {
    read_with(answer, codes, json::<T>)
}

/// The same with a reader of one's own for the fields.
pub(crate) fn read_with<T>(
    answer: &http::Response<Bytes>,
    codes: Codes,
    fields: impl Fn(&[u8]) -> serde_json::Result<T>,
) -> Result<T, Error> {
    let data = accepted(answer, codes)?;
    let inside = data.and_then(|data| fields(data.as_bytes()).ok());
    let value = inside.map_or_else(|| fields(answer.body()), Ok);
    value.map_err(|error| Error::unreadable(Raw::of(answer), Unreadable::from(error)))
}

/// The same with a reader that looks into the envelope itself.
pub(crate) fn read_whole<T>(
    answer: &http::Response<Bytes>,
    codes: Codes,
    fields: impl Fn(&[u8]) -> serde_json::Result<T>,
) -> Result<T, Error> {
    accepted(answer, codes)?;
    let value = fields(answer.body());
    value.map_err(|error| Error::unreadable(Raw::of(answer), Unreadable::from(error)))
}

/// Looks whether a call was accepted, and gives the object in `data`.
fn accepted(answer: &http::Response<Bytes>, codes: Codes) -> Result<Option<&str>, Error> {
    if answer.status() != http::StatusCode::OK {
        return Err(Error::status(Raw::of(answer)));
    }
    let body = answer.body();
    let head = Head::of(body).map_err(|error| Error::unreadable(Raw::of(answer), error))?;
    let data = enveloped(body);
    let inner = data.and_then(|data| Head::of(data.as_bytes()).ok());
    match refused(&head, inner.as_ref(), codes) {
        Some(refusal) => Err(Error::refused(Raw::of(answer), refusal)),
        None => Ok(data),
    }
}

/// Whether an answer without an envelope says that the call was accepted.
pub(crate) fn is_accepted(head: &Head, codes: Codes) -> bool {
    refused(head, None, codes).is_none()
}

/// The object in `data`, if there is one.
fn enveloped(body: &[u8]) -> Option<&str> {
    // Most answers have no envelope: a look at the bytes is quicker than reading them again.
    if !body.windows(6).any(|bytes| bytes == b"\"data\"") {
        return None;
    }
    let envelope: Envelope<'_> = serde_json::from_slice(body).ok()?;
    envelope.data.map(RawValue::get).filter(|data| data.starts_with('{'))
}

/// The refusal, if an answer holds one: by `success`, else by the code, else by `error` alone. Code
/// and text are looked for outside the envelope first, then in it.
fn refused(outer: &Head, inner: Option<&Head>, codes: Codes) -> Option<payments_core::Refusal> {
    let success = outer.success().or_else(|| inner.and_then(Head::success));
    let code = outer.code().or_else(|| inner.and_then(Head::code));
    let went_through = match (success, code) {
        (Some(success), _) => success,
        (None, Some("0" | "")) => true,
        (None, Some(_)) => false,
        (None, None) => !is_error(outer) && inner.is_none_or(|inner| !is_error(inner)),
    };
    if went_through {
        return None;
    }
    let mut refusal = match (outer.code(), inner) {
        (None, Some(inner)) if inner.code().is_some() => inner.refusal(codes),
        _ => outer.refusal(codes),
    };
    let message = outer.message().or_else(|| inner.and_then(Head::message));
    refusal.message = message.map(str::to_owned);
    Some(refusal)
}

/// Whether `error` alone says that there is one.
fn is_error(head: &Head) -> bool {
    match &head.error {
        Some(Fault::Flag(flag)) => *flag,
        Some(Fault::Text(text)) => !text.is_empty(),
        Some(Fault::Block { .. }) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::damaged;

    #[derive(Debug, Deserialize)]
    struct Link {
        redirect: String,
    }

    fn answer(status: u16, body: &str) -> http::Response<Bytes> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        http::Response::builder().status(status).body(body).expect("valid")
    }

    fn effect(status: u16, body: &str) -> Option<Effect> {
        read::<Done>(&answer(status, body), MOVING).err().map(|error| error.effect())
    }

    /// Code and text of a refusal.
    fn refusal(body: &str) -> (String, Option<String>) {
        let error = read::<Done>(&answer(200, body), MOVING).expect_err("a refusal");
        let refusal = error.refusal().expect("a refusal");
        (refusal.code.clone(), refusal.message.clone())
    }

    /// R-099: `errorCode` is text, a number or absent; `success` wins over it.
    #[test]
    fn the_code_is_text_a_number_or_absent() {
        for accepted in [
            r#"{"errorCode":"0"}"#,
            r#"{"errorCode":0}"#,
            r#"{"errorCode":null,"gwId":null}"#,
            r#"{"errorCode":""}"#,
            "{}",
            r#"{"success":true}"#,
            r#"{"success":"true"}"#,
            r#"{"success":true,"errorCode":"6"}"#,
            r#"{"success":true,"data":{"errorCode":0}}"#,
            r#"{"error":false}"#,
            r#"{"error":null}"#,
            r#"{"errorCode":0,"error":"declined"}"#,
        ] {
            assert_eq!(effect(200, accepted), None, "{accepted}");
        }
        for (refused, expected) in [
            (r#"{"errorCode":"6"}"#, Effect::No),
            (r#"{"errorCode":6}"#, Effect::No),
            (r#"{"data":{"errorCode":6}}"#, Effect::No),
            (r#"{"errorCode":5}"#, Effect::Maybe),
            (r#"{"errorCode":"99"}"#, Effect::Maybe),
            (r#"{"success":false,"errorCode":0}"#, Effect::Maybe),
            (r#"{"success":false}"#, Effect::Maybe),
            (r#"{"success":false,"data":null}"#, Effect::Maybe),
            (r#"{"error":true}"#, Effect::Maybe),
            (r#"{"error":"text"}"#, Effect::Maybe),
            (r#"{"error":{"message":"text"}}"#, Effect::Maybe),
            ("<html>", Effect::Maybe),
            ("", Effect::Maybe),
            ("null", Effect::Maybe),
            ("[]", Effect::Maybe),
        ] {
            assert_eq!(effect(200, refused), Some(expected), "{refused}");
        }
        assert_eq!(effect(404, ""), Some(Effect::No));
        for status in [400, 403, 429, 500, 502, 302] {
            assert_eq!(effect(status, r#"{"errorCode":0}"#), Some(Effect::Maybe), "{status}");
        }
    }

    /// R-099: the text of a refusal stands at either level, or in `error` as a text or in a block.
    #[test]
    fn the_text_is_looked_for_wherever_one_may_stand() {
        let text = Some("text".to_owned());
        for (body, code) in [
            (r#"{"errorCode":"7","errorMessage":"text"}"#, "7"),
            (r#"{"success":false,"errorMessage":"text"}"#, ""),
            (r#"{"success":false,"data":{"errorCode":7,"errorMessage":"text"}}"#, "7"),
            (r#"{"success":false,"errorCode":7,"data":{"errorMessage":"text"}}"#, "7"),
            (r#"{"success":false,"error":"text"}"#, ""),
            (r#"{"success":false,"error":{"code":7,"message":"text"}}"#, "7"),
            (r#"{"success":false,"data":{"error":{"code":"7","message":"text"}}}"#, "7"),
            (r#"{"success":false,"error":true,"errorMessage":"text"}"#, ""),
        ] {
            assert_eq!(refusal(body), (code.to_owned(), text.clone()), "{body}");
        }
    }

    /// R-022, R-035: fields stand in an envelope or at once, and unknown members do not matter.
    #[test]
    fn fields_with_and_without_an_envelope() {
        for body in [
            r#"{"data":{"orderId":"1","redirect":"r"},"success":true}"#,
            r#"{"redirect":"r","success":true,"data":null}"#,
            r#"{"redirect":"r","data":{}}"#,
            r#"{"redirect":"r","data":"text","new":[1]}"#,
        ] {
            let link = read::<Link>(&answer(200, body), UNLISTED).expect(body);
            assert_eq!(link.redirect, "r");
        }
        let lacking = read::<Link>(&answer(200, r#"{"success":true,"data":{}}"#), UNLISTED);
        assert_eq!(lacking.expect_err("no link").effect(), Effect::Maybe);
    }

    #[test]
    fn an_unreadable_answer_is_kept_and_not_shown() {
        use std::error::Error as _;
        let error = read::<Done>(&answer(200, "{\"a\":MARKER}"), MOVING).expect_err("not json");
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(!format!("{error:?} {error} {source}").contains("MARKER"));
        assert_eq!(error.raw().expect("kept").body().as_ref(), b"{\"a\":MARKER}");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(
            status in 200_u16..600,
            body in damaged(r#"{"success":false,"data":{"errorCode":7,"redirect":"r"}}"#),
        ) {
            let answer = http::Response::builder().status(status).body(Bytes::from(body));
            let _ = read::<Link>(&answer.expect("valid"), MOVING);
        }
    }
}
