//! What the gateway's error codes mean, method by method.

use payments_core::{
    Effect,
    error::RefusalKind::{
        AccessDenied, BadRequest, BankFault, Duplicate, NotFound, Other, WrongState,
    },
};

pub use payments_core::answer::Done;

pub(crate) use payments_core::answer::{Coded, Codes, Unreadable, read};

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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
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
