//! `POST rest/sbp/c2b/unBind.do`: takes a customer's linked account away.
//!
//! documents/003, "SBP payments", "Deactivation of stored credential"; rules G-203 and G-204.

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Prepared, Replay,
    error::RefusalKind::{AccessDenied, BankFault, NotFound},
    id::BindingId,
    wire::{opt_parsed, opt_text},
};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded, Codes},
    resolve::{Call, Trail},
};

const CODES: Codes = &[
    ("5", AccessDenied, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// What the bank answers once a credential is deactivated: the document's sample of a success
/// (G-203).
const DEACTIVATED: &str = "2";

/// Deactivates a subscription, so that it can no longer be charged.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unsubscribe {
    /// The stored credential. Printed as optional, yet nothing else names it (G-204).
    pub binding_id: BindingId,
}

impl Unsubscribe {
    /// Deactivates a stored credential.
    pub fn new(binding_id: BindingId) -> Self {
        Self { binding_id }
    }
}

impl Endpoint for Unsubscribe {
    const NAME: &'static str = "gateway.sbpUnBind";
    type Context<'a> = Context<'a>;
    type Response = Unsubscribed;

    /// A credential that is off stays off, however often it is said.
    fn replay(&self) -> Replay {
        Replay::SameAnswer
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("bindingId", self.binding_id.as_str());
        form.post("sbp/c2b/unBind.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Unsubscribed, Error> {
        fault::read(answer, CODES)
    }
}

impl Call for Unsubscribe {
    /// It moves no money: [`Subscriptions`](super::Subscriptions) tells what is left.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// A subscription is off.
///
/// The document's sample of a success carries code 2 and an error's text, so both 0 and 2 mean that
/// the credential is off now. Of cards, 2 says that it was off before; whether 2 can also mean
/// that there is no such credential is not documented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unsubscribed {
    /// `0`, `2` or nothing.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The bank's text for the payer.
    #[serde(deserialize_with = "opt_text")]
    pub user_message: Option<String>,
    /// The same text once more, as the sample has it.
    #[serde(deserialize_with = "opt_text")]
    pub error: Option<String>,
    /// Means nothing here; the sample has it.
    #[serde(rename = "is3DSVer2", deserialize_with = "opt_parsed")]
    pub is_3ds_ver2: Option<bool>,
}

impl Coded for Unsubscribed {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }

    fn success(&self) -> Option<bool> {
        (self.error_code.as_deref() == Some(DEACTIVATED)).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent, takes_a_long_login};

    fn unbind() -> Unsubscribe {
        let id = BindingId::new("091b5393-3a20-7322-a81a-9f6000002738");
        Unsubscribe::new(id.expect("fits"))
    }

    const SAMPLE: &str = r#"{"error":"Stored credential deactivated","errorCode":2,"is3DSVer2":false,"errorMessage":"Stored credential deactivated"}"#;

    /// G-001, G-010, G-204: the credential is always named.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&unbind()), @"
        POST https://vtb.rbsuat.com/payment/rest/sbp/c2b/unBind.do
        content-type: application/x-www-form-urlencoded

        bindingId=091b5393-3a20-7322-a81a-9f6000002738&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&unbind())); // G-008
        assert!(BindingId::new("").is_err(), "refused before it is sent");
    }

    /// G-203: 2 is a success here, as text and as number; 5 is access denied.
    #[test]
    fn the_answer() {
        let read = unbind().parse(&ok(SAMPLE)).expect("a success");
        assert_eq!(read.error_code.as_deref(), Some("2"));
        assert_eq!(read.error, read.error_message);
        assert_eq!(read.is_3ds_ver2, Some(false));
        for body in [r#"{"errorCode":"2"}"#, r#"{"errorCode":"0"}"#, "{}"] {
            assert!(unbind().parse(&ok(body)).is_ok(), "{body}");
        }
        let denied = r#"{"errorCode": 5, "errorMessage": "Access denied"}"#;
        let error = unbind().parse(&ok(denied)).expect_err("a refusal");
        assert_eq!(error.refusal().expect("a code").kind, AccessDenied);
    }

    #[test]
    fn a_second_copy_changes_nothing() {
        assert_eq!((unbind().replay(), unbind().trail()), (Replay::SameAnswer, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "22", "text"];
        assert_eq!(effects(&unbind(), &codes), [no, no, maybe, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = unbind().parse(&ok(body));
        }
    }
}
