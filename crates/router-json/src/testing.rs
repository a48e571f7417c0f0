//! What the tests of the endpoints share: the documents' credentials, requests as text, answers.

use bytes::Bytes;
use payments_core::{Effect, Endpoint, Error, Invalid, Prepared, time::UnixMillis};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::Value;

use crate::{Context, Credentials, Profile};

/// Prepares a request as the documents' sample user at the test stand.
pub(crate) fn prepare<E>(request: &E) -> Result<Prepared, Error>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    prepare_at(request, &Profile::test_stand())
}

/// Prepares a request as the documents' sample user at another router.
pub(crate) fn prepare_at<E>(request: &E, profile: &Profile) -> Result<Prepared, Error>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let credentials = Credentials::login("test_user", "test_user_password").expect("fits");
    request.prepare(&Context::new(profile, &credentials, UnixMillis::new(0)))
}

/// Shows what leaves: method and address, headers, body.
pub(crate) fn sent<E>(request: &E) -> String
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    shown(prepare(request).expect("breaks no rule"))
}

/// Shows a prepared request: method and address, headers, body.
pub(crate) fn shown(prepared: Prepared) -> String {
    let Prepared::Ready(outgoing) = prepared else { panic!("it waits for a signature") };
    let request = outgoing.into_request();
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\n", value.to_str().expect("text")));
    }
    let body = String::from_utf8(request.body().to_vec()).expect("text");
    format!("{text}\n{body}")
}

/// The body of a prepared request.
pub(crate) fn body<E>(request: &E) -> Value
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let Ok(Prepared::Ready(outgoing)) = prepare(request) else { panic!("it is not ready") };
    serde_json::from_slice(outgoing.request().body()).expect("strict JSON")
}

/// One member of the body of a prepared request.
pub(crate) fn member<E>(request: &E, name: &str) -> Option<Value>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    body(request).get(name).cloned()
}

/// The rule that a request breaks, as `field: rule`.
pub(crate) fn refusal<E>(request: &E) -> String
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let error = prepare(request).expect_err("breaks a rule");
    error.as_invalid().map(Invalid::to_string).expect("nothing else can fail")
}

/// An HTTP 200 with a body.
pub(crate) fn ok(body: impl Into<Bytes>) -> http::Response<Bytes> {
    http::Response::new(body.into())
}

/// What an error code in an HTTP 200 says about the money, for a list of codes.
pub(crate) fn effects<E: Endpoint>(request: &E, codes: &[&str]) -> Vec<Effect> {
    let effect = |code: &&str| {
        let answer = ok(format!("{{\"errorCode\":\"{code}\",\"errorMessage\":\"text\"}}"));
        request.parse(&answer).err().expect("a refusal").effect()
    };
    codes.iter().map(effect).collect()
}

/// Any bytes, and a sample in which some bytes were replaced by any others.
pub(crate) fn damaged(sample: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let splice = move |(from, to, bytes): (Index, Index, Vec<u8>)| {
        let (from, to) = (from.index(sample.len()), to.index(sample.len()));
        let mut body = sample.as_bytes().to_vec();
        body.splice(from.min(to)..from.max(to), bytes);
        body
    };
    prop_oneof![
        any::<Vec<u8>>(),
        (any::<Index>(), any::<Index>(), vec(any::<u8>(), 0..8)).prop_map(splice),
    ]
}
