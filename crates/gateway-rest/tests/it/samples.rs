//! The samples of documents/003, read from `testdata/spec`, and what our requests are held against.

use bytes::Bytes;
use gateway_rest::{Context, Credentials, Profile};
use payments_core::{Endpoint, Error, Outgoing, Prepared, time::UnixMillis};
use serde_json::Value;

/// What one printed command sends.
pub(crate) struct Sample {
    pub(crate) url: String,
    pub(crate) pairs: Vec<(String, String)>,
}

fn examples(path: &str) -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/gateway-examples.json");
    let text = std::fs::read_to_string(file).expect("the samples are there");
    let all: Value = serde_json::from_str(&text).expect("json");
    all.get(path).cloned().expect("a method of the samples")
}

/// The body of a sample answer; damaged ones are not asked for.
pub(crate) fn response(path: &str, number: usize) -> String {
    let answer = &examples(path)["responses"][number];
    assert_eq!(answer["valid_json"], true, "{path} {number} is damaged");
    answer["body"].as_str().expect("text").to_owned()
}

/// Reads a printed curl command.
///
/// It forgives what is damaged in print: doubled or missing backslashes at line ends, missing or
/// absent quotes around a value.
pub(crate) fn request(path: &str, number: usize) -> Sample {
    let text = examples(path)["requests"][number].as_str().expect("a command").to_owned();
    let mut parts = text.split("--data ");
    let head = parts.next().expect("the command");
    let url = head.split("--url ").nth(1).and_then(|rest| rest.split_whitespace().next());
    let pairs = parts.map(|part| {
        let part = part.trim_end_matches(['\\', '\n', ' ', '\r']);
        let part = part.strip_prefix('\'').unwrap_or(part);
        let (name, value) =
            part.strip_suffix('\'').unwrap_or(part).split_once('=').expect("a pair");
        (name.to_owned(), value.to_owned())
    });
    Sample { url: url.expect("an address").to_owned(), pairs: pairs.collect() }
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
    let credentials = credentials();
    let context = Context::new(profile, &credentials, UnixMillis::new(0));
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
                (name.clone(), json.map_or_else(|| value.clone(), |json| json.to_string()))
            })
            .collect();
        pairs.sort();
        pairs
    };
    assert_eq!(sorted(&decoded(outgoing)), sorted(&sample.pairs));
}

/// An answer of HTTP 200.
pub(crate) fn answer(body: &str) -> http::Response<Bytes> {
    http::Response::new(Bytes::copy_from_slice(body.as_bytes()))
}
