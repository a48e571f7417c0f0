//! `POST settings/getRouterParams.do`: the partner's present settings at the router.
//!
//! documents/000, 001 and 004 name the call; none shows its answer (R-009, R-100).

use std::fmt;

use bytes::Bytes;
use payments_core::{Endpoint, Error, Prepared, Replay, answer::Unreadable, endpoint::Raw};
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, Value};

use crate::{
    context::Context,
    encode::Body,
    fault::{self, Done},
    resolve::{Call, Trail},
};

/// Asks which banks the partner's payments go to: for T-Pay, for Alfa Pay, and by which routing for
/// SBP. The router's support changes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadRouterParams {}

impl ReadRouterParams {
    /// Asks for the settings.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Endpoint for ReadRouterParams {
    const NAME: &'static str = "router.getRouterParams";
    type Context<'a> = Context<'a>;
    type Response = RouterParams;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        Body::new(context)?.post("settings/getRouterParams.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<RouterParams, Error> {
        fault::read::<Done>(answer, fault::ASKING)?;
        let whole: serde_json::Result<Box<RawValue>> = serde_json::from_slice(answer.body());
        match whole {
            Ok(json) => Ok(RouterParams(json)),
            Err(error) => Err(Error::unreadable(Raw::of(answer), Unreadable::from(error))),
        }
    }
}

impl Call for ReadRouterParams {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The settings, as the whole JSON object that came. Its shape is not published: the answer is only
/// known to be no refusal.
///
/// `Debug` shows nothing of it, since nobody knows what it holds.
#[derive(Clone)]
pub struct RouterParams(Box<RawValue>);

impl RouterParams {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The same as a JSON value.
    ///
    /// # Errors
    ///
    /// A number is outside what a value can hold.
    pub fn value(&self) -> serde_json::Result<Value> {
        serde_json::from_str(self.as_str())
    }

    /// Reads it into a type of the caller's, made after the router's answer.
    ///
    /// # Errors
    ///
    /// The type does not fit the answer.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.as_str())
    }
}

impl fmt::Debug for RouterParams {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RouterParams").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use payments_core::Effect;
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent};

    fn ask() -> ReadRouterParams {
        ReadRouterParams::new()
    }

    /// R-009
    #[test]
    fn on_the_wire() {
        insta::assert_snapshot!(sent(&ask()), @r#"
        POST https://api.uat.all2pay.net/v1/settings/getRouterParams.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password"}
        "#);
    }

    /// R-009, R-100: whatever it is, so long as it is no refusal.
    #[test]
    fn any_object_that_is_no_refusal() {
        #[derive(Deserialize)]
        struct Mine {
            ways: BTreeMap<String, String>,
        }
        let body = r#"{"errorCode":"0","ways":{"TCB_TPAY":"TBANK"},"share":0.40,"list":[1]}"#;
        let read = ask().parse(&ok(body)).expect("settings");
        assert_eq!(read.as_str(), body);
        assert_eq!(read.value().expect("json")["ways"]["TCB_TPAY"], "TBANK");
        let mine: Mine = read.read().expect("fits");
        assert_eq!(mine.ways["TCB_TPAY"], "TBANK");
        let enveloped = r#"{"success":true,"data":{"ways":{}}}"#;
        assert_eq!(ask().parse(&ok(enveloped)).expect("settings").as_str(), enveloped);
        for refused in [r#"{"errorCode":5}"#, r#"{"success":false}"#, r#"{"error":"no"}"#] {
            assert!(ask().parse(&ok(refused)).expect_err("refused").refusal().is_some());
        }
        assert!(ask().parse(&ok("[]")).is_err() && ask().parse(&ok("<html>")).is_err());
    }

    #[test]
    fn it_only_asks() {
        assert_eq!((ask().replay(), ask().trail()), (Replay::Reads, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        assert_eq!(effects(&ask(), &["1", "5", "6", "7", "99"]), [no, no, no, no, maybe]);
    }

    #[test]
    fn a_marker_never_shows() {
        let read = ask().parse(&ok(r#"{"password":"MARKER"}"#)).expect("settings");
        assert!(!format!("{read:?}").contains("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode":"0","data":{"a":[1,2]}}"#)) {
            let _ = ask().parse(&ok(body)).map(|read| read.value().is_ok());
        }
    }
}
