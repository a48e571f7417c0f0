//! The samples of documents/000, 001 and 004, read from `testdata/spec`, and what our requests are
//! held against.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Outgoing, Prepared, time::UnixMillis};
use router_json::{Context, Credentials, Profile};
use serde_json::Value;

/// A printed command.
pub(crate) struct Sample {
    /// Where it calls.
    url: String,
    /// What it sends.
    body: Value,
}

fn examples() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/router-examples.json");
    let text = std::fs::read_to_string(file).expect("the samples are there");
    serde_json::from_str(&text).expect("json")
}

/// A printed text with its lines.
fn printed(path: &str, kind: &str, number: usize) -> (String, String) {
    let sample = &examples()[path][kind][number];
    let text = |name: &str| sample[name].as_str().expect("text").to_owned();
    (text("lines"), text("text"))
}

/// What a printed command sends. Line breaks that are printed as two signs stand outside of the
/// quotes, so that they need no repair.
pub(crate) fn request(path: &str, number: usize) -> Sample {
    let (lines, text) = printed(path, "requests", number);
    assert!(text.contains("--request POST") || text.contains("-X POST"), "{lines}");
    assert!(text.contains("'Content-Type: application/json'"), "{lines}");
    let (_, rest) = text.split_once("'https://").expect("an address");
    let (url, rest) = rest.split_once('\'').expect("quoted");
    let (_, body) = rest.split_once("'{").expect("a body");
    let body = format!("{{{}", body.strip_suffix('\'').expect("quoted"));
    Sample { url: format!("https://{url}"), body: json(&lines, &body) }
}

/// Texts whose last member is followed by a comma (router rules, "Where the documents contradict
/// themselves").
const COMMA_AT_THE_END: [&str; 2] = ["001:50-55", "004:79-87"];

fn json(lines: &str, text: &str) -> Value {
    let strict = serde_json::from_str(text);
    if !COMMA_AT_THE_END.contains(&lines) {
        return strict.unwrap_or_else(|error| panic!("{lines}: {error}"));
    }
    assert!(strict.is_err(), "{lines}: nothing to repair");
    let (rest, end) = text.rsplit_once(',').expect("a comma");
    assert_eq!(end.trim(), "}", "{lines}");
    serde_json::from_str(&format!("{rest}{end}")).expect("repaired")
}

/// The body of a printed answer.
pub(crate) fn response(path: &str, number: usize) -> String {
    let (lines, text) = printed(path, "responses", number);
    json(&lines, &text);
    text
}

/// How many requests and answers are printed of a method.
pub(crate) fn count(path: &str) -> (usize, usize) {
    let examples = examples();
    let count = |kind: &str| examples[path][kind].as_array().map_or(0, Vec::len);
    (count("requests"), count("responses"))
}

/// Every method of which samples are printed.
pub(crate) fn methods() -> Vec<String> {
    examples().as_object().expect("methods").keys().cloned().collect()
}

/// Prepares as the samples' user, at the test stand unless the profile says otherwise.
pub(crate) fn prepared_at<E>(profile: &Profile, request: &E) -> Result<Outgoing, Error>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let credentials = Credentials::login("test_user", "test_user_password").expect("fits");
    match request.prepare(&Context::new(profile, &credentials, UnixMillis::new(0)))? {
        Prepared::Ready(outgoing) => Ok(outgoing),
        Prepared::ToSign(_) => panic!("nothing is to be signed"),
    }
}

/// The refusal of a request that breaks a rule: field and rule.
pub(crate) fn refused<E>(request: &E) -> String
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let error = prepared_at(&Profile::test_stand(), request).expect_err("breaks a rule");
    error.as_invalid().expect("refused before sending").to_string()
}

/// Method, address, headers and body.
pub(crate) fn shown(request: &http::Request<Bytes>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\n", value.to_str().expect("text")));
    }
    text.push('\n');
    text.push_str(std::str::from_utf8(request.body()).expect("text"));
    text
}

/// Holds a request against a printed one: the same address, the same JSON.
pub(crate) fn assert_reproduced(request: &http::Request<Bytes>, sample: &Sample) {
    assert_eq!(request.method(), http::Method::POST);
    assert_eq!(request.uri().to_string(), sample.url);
    assert_eq!(request.headers()["content-type"], "application/json");
    let sent: Value = serde_json::from_slice(request.body()).expect("strict JSON");
    assert_eq!(sent, sample.body);
}

/// An answer of HTTP 200.
pub(crate) fn answer(body: &str) -> http::Response<Bytes> {
    http::Response::new(Bytes::copy_from_slice(body.as_bytes()))
}

/// Every sample of the three documents is read; what is damaged is repaired by name, and nothing
/// else is.
#[test]
fn every_sample_is_read() {
    let (mut requests, mut responses) = (0, 0);
    for path in methods() {
        let (asked, answered) = count(&path);
        for number in 0..asked {
            assert!(request(&path, number).url.ends_with(&format!("/v1/{path}")), "{path}");
        }
        for number in 0..answered {
            response(&path, number);
        }
        (requests, responses) = (requests + asked, responses + answered);
    }
    assert_eq!((requests, responses), (12, 8));
}

/// the samples spell `subscriptionPurpose`, inside `jsonParams`, and send the text
/// `"true"`; a request of ours sends no other spelling.
#[test]
fn subscriptions_are_asked_for_as_in_the_samples() {
    for number in [3, 4] {
        let purpose = &request("register.do", number).body["jsonParams"]["subscriptionPurpose"];
        assert_eq!(purpose, "test subscription");
    }
    assert_eq!(request("sbp_c2b/get.do", 1).body["createSubscription"], "true");
}
