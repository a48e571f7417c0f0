//! The samples of documents/003, read from `testdata/spec`, and what our requests are held against.

use std::collections::BTreeMap;

use bytes::Bytes;
use gateway_rest::{Context, Credentials, Profile};
use payments_core::{Endpoint, Error, Outgoing, Prepared, time::UnixMillis, wire};
use serde_json::Value;

mod command;
mod repair;

pub(crate) use command::Sample;

fn examples() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/gateway-examples.json");
    let text = std::fs::read_to_string(file).expect("the samples are there");
    serde_json::from_str(&text).expect("json")
}

/// A printed text, its damage repaired by name.
fn printed(path: &str, kind: &str, number: usize) -> String {
    let sample = &examples()[path][kind][number];
    let text = if kind == "requests" { sample } else { &sample["body"] };
    let repairs = repair::of(path, kind, number);
    repairs.iter().fold(text.as_str().expect("text").to_owned(), |text, it| it.apply(&text))
}

/// The body of a printed answer.
pub(crate) fn response(path: &str, number: usize) -> String {
    let body = printed(path, "responses", number);
    assert!(wire::is_json(body.as_bytes()), "{path} {number} is damaged in a new way");
    body
}

/// What a printed command sends.
pub(crate) fn request(path: &str, number: usize) -> Sample {
    command::read(&printed(path, "requests", number))
        .unwrap_or_else(|why| panic!("{path} {number}: {why}"))
}

/// The login of every sample.
pub(crate) fn credentials() -> Credentials {
    Credentials::login("test_user", "test_user_password").expect("the samples' login")
}

/// Prepares without a signature, at the test bank unless the profile says otherwise.
pub(crate) fn prepared_at<E>(profile: &Profile, request: &E) -> Result<Outgoing, Error>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    prepared_as(&credentials(), profile, request)
}

/// The same as another user.
pub(crate) fn prepared_as<E>(
    credentials: &Credentials,
    profile: &Profile,
    request: &E,
) -> Result<Outgoing, Error>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let context = Context::new(profile, credentials, UnixMillis::new(0));
    match request.prepare(&context)? {
        Prepared::Ready(outgoing) => Ok(outgoing),
        Prepared::ToSign(_) => panic!("nothing is to be signed"),
    }
}

/// The same at the test bank, of a request that breaks no rule.
pub(crate) fn prepared<E>(request: &E) -> Outgoing
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    prepared_at(&Profile::vtb_test(), request).expect("breaks no rule")
}

/// The refusal of a request that breaks a rule: field and rule.
pub(crate) fn refused<E>(request: &E) -> String
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let error = prepared_at(&Profile::vtb_test(), request).expect_err("breaks a rule");
    error.as_invalid().expect("refused before sending").to_string()
}

/// Names and values of a form body, decoded.
pub(crate) fn decoded(outgoing: &Outgoing) -> Vec<(String, String)> {
    form_urlencoded::parse(outgoing.request().body()).into_owned().collect()
}

/// Method, address, headers and body, for snapshots of sample credentials and cards.
pub(crate) fn shown(outgoing: &Outgoing) -> String {
    let request = outgoing.request();
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\n", value.to_str().expect("text")));
    }
    text.push('\n');
    text.push_str(std::str::from_utf8(request.body()).expect("a form is text"));
    text
}

/// Holds a request against a printed one: the same address, the same names and values as
/// multisets, JSON values equal as JSON (G-001, G-010, G-012).
pub(crate) fn assert_same(outgoing: &Outgoing, sample: &Sample) {
    assert_eq!(outgoing.request().method(), http::Method::POST);
    assert_eq!(outgoing.request().uri().to_string(), sample.url);
    assert_eq!(outgoing.request().uri().query(), None);
    let content_type = &outgoing.request().headers()[http::header::CONTENT_TYPE];
    assert_eq!(content_type, "application/x-www-form-urlencoded");
    let sorted = |pairs: &[(String, String)]| {
        let mut pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| {
                let json = serde_json::from_str::<Value>(value).ok().filter(Value::is_object);
                (name.clone(), json.map_or_else(|| value.clone(), |json| sorted_members(&json)))
            })
            .collect();
        pairs.sort();
        pairs
    };
    assert_eq!(sorted(&decoded(outgoing)), sorted(&sample.pairs));
}

/// JSON as text whose members stand in the order of their names, whatever order a map keeps.
fn sorted_members(json: &Value) -> String {
    match json {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name, sorted_members(value)));
            format!("{:?}", members.collect::<BTreeMap<_, _>>())
        }
        Value::Array(items) => {
            format!("{:?}", items.iter().map(sorted_members).collect::<Vec<_>>())
        }
        other => other.to_string(),
    }
}

/// An answer of HTTP 200.
pub(crate) fn answer(body: &str) -> http::Response<Bytes> {
    http::Response::new(Bytes::copy_from_slice(body.as_bytes()))
}

/// How a printed text is read: a command as a shell would take it, an answer as JSON.
fn reads(kind: &str, text: &str) -> bool {
    match kind {
        "requests" => command::read(text).is_ok(),
        _ => wire::is_json(text.as_bytes()),
    }
}

/// Every sample of every method is read; what is damaged is repaired by name, and nothing else is.
#[test]
fn every_sample_is_read_and_every_repair_is_needed() {
    let mut repaired = 0;
    for (path, sample) in examples().as_object().expect("methods") {
        for kind in ["requests", "responses"] {
            for number in 0..sample[kind].as_array().expect("samples").len() {
                if repair::is_none_of_its_kind(path, kind) {
                    continue;
                }
                assert!(reads(kind, &printed(path, kind, number)), "{path} {kind} {number}");
                let text = &sample[kind][number];
                let text = if kind == "requests" { text } else { &text["body"] };
                let repairs = repair::of(path, kind, number);
                for left_out in 0..repairs.len() {
                    let others = repairs.iter().enumerate().filter(|(at, _)| *at != left_out);
                    let text = text.as_str().expect("text").to_owned();
                    let text = others.fold(text, |text, (_, repair)| repair.apply(&text));
                    assert!(
                        !reads(kind, &text),
                        "{path} {kind} {number}: {left_out} repairs nothing"
                    );
                }
                repaired += usize::from(!repairs.is_empty());
            }
        }
    }
    assert_eq!(repaired, repair::count(), "a repair is for a sample that is not there");
}
