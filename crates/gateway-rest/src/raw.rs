//! A call that this crate does not know: the caller says what a second copy would do.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Prepared, Raw, Replay, Secret};

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Done},
    resolve::{Call, Trail},
};

/// Any form call under `rest/`: a path and its parameters. Credentials and signature are added as
/// for every call; the answer is checked for its error code and kept as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawCall {
    /// Path under `rest/`, such as `getLastOrdersForMerchants.do`.
    pub path: String,
    /// What a second copy would do. [`Replay::Doubles`] is the safe answer.
    pub replay: Replay,
    /// Parameters by name. A repeated name repeats the parameter.
    pub parameters: Vec<(String, Secret)>,
}

impl RawCall {
    /// A call without parameters.
    pub fn new(path: impl Into<String>, replay: Replay) -> Self {
        Self { path: path.into(), replay, parameters: Vec::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value.into())));
        self
    }
}

impl Endpoint for RawCall {
    const NAME: &'static str = "gateway.raw";
    type Context<'a> = Context<'a>;
    type Response = Raw;

    fn replay(&self) -> Replay {
        self.replay
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        if !is_plain(&self.path) {
            return Err(Error::invalid("path", "must be relative and stay under rest/"));
        }
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        for (name, value) in &self.parameters {
            form.secret(name, value);
        }
        form.post(&self.path)
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Raw, Error> {
        fault::read::<Done>(answer, fault::UNLISTED).map(|_| Raw::of(answer))
    }
}

/// Whether a path is made of plain names alone. Anything else may mean another place to a URL: a
/// backslash is a slash there, `%2e` a full stop, and both could take the credentials elsewhere.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    path.split('/').all(|part| {
        !part.is_empty() && part.bytes().all(plain) && part.bytes().any(|byte| byte != b'.')
    })
}

impl Call for RawCall {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, ok, refusal, sent};

    fn call(path: &str) -> RawCall {
        RawCall::new(path, Replay::Doubles)
    }

    #[test]
    fn the_path_stays_under_rest() {
        assert!(sent(&call("a/b")).starts_with("POST https://vtb.rbsuat.com/payment/rest/a/b"));
        for path in [
            "",
            "/a.do",
            "../a.do",
            "a/../../b.do",
            "https://other.example/a",
            "https:other.example/a",
            "//other.example/a",
            "\\\\other.example\\a.do",
            "%2e%2e/a.do",
            "a.do?amount=0",
            "a.do#b",
        ] {
            let refused = refusal(&call(path));
            assert_eq!(refused, "path: must be relative and stay under rest/", "{path}");
        }
    }

    #[test]
    fn it_does_what_it_was_told() {
        for replay in [Replay::Reads, Replay::SameAnswer, Replay::Refused, Replay::Doubles] {
            assert_eq!(RawCall::new("a.do", replay).replay(), replay);
        }
    }

    #[test]
    fn a_marker_never_shows() {
        let call = call("a.do").parameter("pan", "MARKER");
        let prepared = crate::testing::prepare(&call).expect("breaks no rule");
        let answer = call.parse(&ok(r#"{"pan":"MARKER"}"#)).expect("an answer");
        assert!(!format!("{call:?} {prepared:?} {answer:?}").contains("MARKER"));
        assert_eq!(answer.body().as_ref(), br#"{"pan":"MARKER"}"#);
    }

    /// Nothing is known of such a call's codes: none clears it.
    #[test]
    fn a_refusal_clears_nothing() {
        let error = call("a.do").parse(&ok(r#"{"errorCode":"6"}"#)).expect_err("a refusal");
        assert_eq!(error.effect(), Effect::Maybe);
        let error = call("a.do").parse(&ok("<html>")).expect_err("no answer");
        assert_eq!(error.effect(), Effect::Maybe);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode":0,"success":true,"a":[1]}"#)) {
            let _ = call("a.do").parse(&ok(body));
        }

        #[test]
        fn no_path_leaves_rest(path in "[a-z./:%\\\\?#]{0,12}") {
            if let Ok(Prepared::Ready(outgoing)) = crate::testing::prepare(&call(&path)) {
                let uri = outgoing.request().uri().to_string();
                prop_assert!(uri.starts_with("https://vtb.rbsuat.com/payment/rest/"), "{}", uri);
            }
        }
    }
}
