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
    repairs.iter().fold(text.as_str().expect("text").to_owned(), |text, it| it.apply(path, &text))
}

/// The body of a printed answer.
pub(crate) fn response(path: &str, number: usize) -> String {
    let body = printed(path, "responses", number);
    assert!(reads(path, "responses", &body).is_some(), "{path} {number} is damaged in a new way");
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
    shown_request(outgoing.request())
}

/// The same of a request that may be the payer's browser's.
pub(crate) fn shown_request(request: &http::Request<Bytes>) -> String {
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
    assert_reproduced(outgoing.request(), sample);
}

/// The same of a request that may be the payer's browser's.
pub(crate) fn assert_reproduced(request: &http::Request<Bytes>, sample: &Sample) {
    assert_eq!(request.method().as_str(), sample.method);
    assert_eq!(request.uri().to_string(), sample.url);
    for (name, value) in &sample.headers {
        assert_eq!(request.headers().get(name).expect("a header"), value);
    }
    if let Some(json) = &sample.json {
        let sent: Value = serde_json::from_slice(request.body()).expect("json");
        assert_eq!(sorted_members(&sent), sorted_members(json));
        return;
    }
    assert_eq!(sample.method == "GET", request.uri().query().is_some());
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
    let sent: Vec<_> = form_urlencoded::parse(request.body()).into_owned().collect();
    assert_eq!(sorted(&sent), sorted(&sample.pairs));
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

/// How a printed text is read: a command as a shell would take it, an answer as JSON. The one
/// answer that is no JSON is the address to which acsRedirect leads.
fn reads(path: &str, kind: &str, text: &str) -> Option<Result<Sample, Value>> {
    match (path, kind) {
        (_, "requests") => command::read(text).ok().map(Ok),
        ("acsRedirect.do", _) => Some(Err(Value::from(text))),
        _ if wire::is_json(text.as_bytes()) => serde_json::from_str(text).ok().map(Err),
        _ => None,
    }
}

/// Every sample of every method is read; what is damaged is repaired by name, and nothing else is:
/// without any one of its repairs a sample cannot be read, or says something else.
#[test]
fn every_sample_is_read_and_every_repair_is_needed() {
    let mut repaired = 0;
    for (path, sample) in examples().as_object().expect("methods") {
        for kind in ["requests", "responses"] {
            for number in 0..sample[kind].as_array().expect("samples").len() {
                let whole = reads(path, kind, &printed(path, kind, number));
                assert!(whole.is_some(), "{path} {kind} {number}");
                let text = &sample[kind][number];
                let text = if kind == "requests" { text } else { &text["body"] };
                let repairs = repair::of(path, kind, number);
                for left_out in 0..repairs.len() {
                    let others = repairs.iter().enumerate().filter(|(at, _)| *at != left_out);
                    let text = text.as_str().expect("text").to_owned();
                    let text = others.fold(text, |text, (_, repair)| repair.apply(path, &text));
                    let damaged = reads(path, kind, &text);
                    assert!(damaged != whole, "{path} {kind} {number}: {left_out} repairs nothing");
                }
                repaired += usize::from(!repairs.is_empty());
            }
        }
    }
    assert_eq!(repaired, repair::count(), "a repair is for a sample that is not there");
}

/// All that the documents print in a damaged way.
#[test]
fn the_damage_is_listed() {
    insta::assert_snapshot!(repair::list(), @"
    rest/paymentorder.do requests 1: [BackslashAtLineEnd]
    rest/paymentorder.do#external3ds requests 1: [OneBackslash]
    rest/deposit.do requests 1: [BlankBeforeBackslash]
    rest/reverse.do requests 1: [BlankBeforeBackslash]
    rest/refund.do requests 1: [BlankBeforeBackslash]
    rest/processRawSumRefund.do requests 1: [BlankBeforeBackslash]
    rest/extendBinding.do requests 1: [BackslashAtLineEnd]
    recurrentPayment.do requests 1: [CommaBetween]
    rest/createBindingNoPayment.do requests 1: [BackslashAtLineEnd, QuotesRoundValues, ParameterOnce]
    rest/sbp/c2b/qr/dynamic/reject.do requests 1: [HeaderOfForm]
    rest/finish3dsVer2Payment.do requests 1: [NoBackslashAtTheEnd]
    rest/closeOfdReceipt.do requests 1: [QuotesRoundValues]
    rest/closeOfdReceipt.do requests 2: [ClosingQuote]
    rest/getReceiptStatus.do requests 1: [CommandAroundBody]
    rest/templates/get.do requests 1: [ClosingQuote]
    rest/templates/update.do requests 1: [AddressOfHeading]
    rest/getBindingsByCardOrId.do responses 1: [CommaBetween]
    rest/unBindCard.do responses 1: [NoCommaAtTheEnd]
    rest/bindCard.do responses 1: [NoCommaAtTheEnd]
    rest/extendBinding.do responses 1: [NoCommaAtTheEnd]
    rest/finish3dsPayment.do responses 1: [NoCommaAtTheEnd]
    rest/getReceiptStatus.do responses 1: [CommaBetween]
    ");
}

/// The same for the page about the protocol.
pub(crate) fn damage() -> String {
    repair::list()
}

/// Names and values of every fragment: what it is a sample of, and its text.
#[cfg(feature = "client")]
pub(crate) fn fragments(path: &str) -> Vec<(String, String)> {
    let examples = examples();
    let fragments = examples[path]["fragments"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    fragments.map(|fragment| (text(&fragment["of"]), text(&fragment["body"]))).collect()
}

/// How many requests and answers are printed of a method.
#[cfg(feature = "client")]
pub(crate) fn count(path: &str) -> (usize, usize) {
    let examples = examples();
    let count = |kind: &str| examples[path][kind].as_array().expect("samples").len();
    (count("requests"), count("responses"))
}

/// Every method of which samples are printed.
pub(crate) fn methods() -> Vec<String> {
    examples().as_object().expect("methods").keys().cloned().collect()
}
