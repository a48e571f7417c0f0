//! `POST sbp_c2b/unBind.do`: takes a customer's linked account away.
//!
//! documents/004, deleting the subscription; rule R-090. The answer is the banks' (documents/003).

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Prepared, Replay,
    answer::Head,
    error::RefusalKind::{AccessDenied, BankFault, NotFound},
    id::BindingId,
    wire::opt_text,
};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::Body,
    fault::{self, Codes},
    lenient,
    resolve::{Call, Trail},
};

const CODES: Codes = &[
    ("2", NotFound, Effect::Maybe),
    ("5", AccessDenied, Effect::No),
    ("6", NotFound, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// What a bank behind the router answers once a subscription is off: the sample of a success in
/// documents/003.
const DEACTIVATED: &str = "2";

/// Deletes a subscription, so that it can no longer be charged; the router finds the bank that keeps
/// it (R-090).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unsubscribe {
    /// The stored credential.
    pub binding_id: BindingId,
}

impl Unsubscribe {
    /// Deletes a subscription.
    pub fn new(binding_id: BindingId) -> Self {
        Self { binding_id }
    }
}

impl Endpoint for Unsubscribe {
    const NAME: &'static str = "router.sbpUnBind";
    type Context<'a> = Context<'a>;
    type Response = Unsubscribed;

    /// A subscription that is off stays off, however often it is said.
    fn replay(&self) -> Replay {
        Replay::SameAnswer
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut body = Body::new(context)?;
        body.put("bindingId", &self.binding_id)?;
        body.post("sbp_c2b/unBind.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Unsubscribed, Error> {
        let read: Result<Unsubscribed, Error> = fault::read(answer, CODES);
        let Err(error) = &read else { return read };
        match error.refusal() {
            Some(refusal) if refusal.code == DEACTIVATED && !says_no(answer.body()) => {
                let told = serde_json::from_slice(answer.body()).unwrap_or_default();
                Ok(Unsubscribed {
                    error_code: Some(refusal.code.clone()),
                    error_message: refusal.message.clone(),
                    ..told
                })
            }
            _ => read,
        }
    }
}

/// Whether an answer says outright that the call did not succeed.
fn says_no(body: &[u8]) -> bool {
    Head::of(body).is_ok_and(|head| head.success() == Some(false))
}

impl Call for Unsubscribe {
    /// It moves no money: [`Subscriptions`](super::Subscriptions) tells what is left.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// A subscription is off, or was not there.
///
/// A bank's sample of a success carries code 2 with an error's text, which elsewhere means that there
/// is no such credential. Both mean that it cannot be charged by this number; after 2 the
/// [list](super::Subscriptions) tells whether it is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unsubscribed {
    /// `0`, `2` or nothing.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: Option<String>,
    /// The bank's text for the payer.
    #[serde(deserialize_with = "lenient::text")]
    pub user_message: Option<String>,
}

impl Unsubscribed {
    /// Whether the answer leaves no doubt. Otherwise ask for the list.
    pub fn is_certain(&self) -> bool {
        self.error_code.as_deref() != Some(DEACTIVATED)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent};

    fn unbind() -> Unsubscribe {
        let id = BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2");
        Unsubscribe::new(id.expect("fits"))
    }

    const SAMPLE: &str =
        r#"{"errorCode":2,"errorMessage":"Stored credential deactivated","userMessage":null}"#;

    /// R-090
    #[test]
    fn on_the_wire() {
        insta::assert_snapshot!(sent(&unbind()), @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/unBind.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","bindingId":"d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2"}
        "#);
        assert!(BindingId::new("").is_err(), "refused before it is sent");
    }

    /// R-090, R-100: 0 and no code are a success, and 2 is one that the list has to confirm.
    #[test]
    fn the_answer() {
        for sure in [r#"{"errorCode":"0"}"#, r#"{"errorCode":0,"userMessage":"Done"}"#, "{}"] {
            assert!(unbind().parse(&ok(sure)).expect("a success").is_certain(), "{sure}");
        }
        let enveloped = r#"{"data":{"errorCode":2,"userMessage":"off"}}"#;
        for doubtful in
            [SAMPLE, r#"{"errorCode":"2"}"#, r#"{"errorCode":2,"error":"text"}"#, enveloped]
        {
            let read = unbind().parse(&ok(doubtful)).expect("a success");
            assert!(!read.is_certain(), "{doubtful}");
        }
        assert!(unbind().parse(&ok(r#"{"success":false,"errorCode":2}"#)).is_err());
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
