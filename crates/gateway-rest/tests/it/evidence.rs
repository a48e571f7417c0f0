//! What proves each method, a row for each entry of the table of methods: every printed request is
//! sent, every printed answer is read, a wrong input is refused, and the sandbox is called by the
//! real client. `cargo xtask coverage` counts the rows that have their four snapshots.

mod bindings;
mod charges;
mod orders;
mod payments;
mod receipts;
mod sbp;
mod shop;
mod templates;
mod three_ds;

use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};

use bytes::Bytes;
use gateway_rest::{Context, Credentials, Profile};
use http::{Request, Response};
use payments_core::{Endpoint, Prepared, time::UnixMillis};
use serde_json::Value;

use crate::samples;
use shop::Shop;

/// What proves one method.
pub(crate) struct Row {
    /// Its entry in the table of methods.
    path: &'static str,
    /// What typed requests send, one for each printed request, in the order of print.
    requests: &'static [fn() -> Request<Bytes>],
    /// What the typed value of a printed answer shows.
    answer: fn(&Response<Bytes>) -> String,
    /// What typed values write, one for each printed fragment of a request, in the order of print.
    fragments: &'static [fn() -> String],
    /// How a request that breaks a rule is refused before it is sent.
    refused: fn() -> String,
    /// Calls the sandbox, looks at its books, and gives the typed answer back.
    run: fn(&Shop) -> String,
}

/// Every row, area by area.
fn rows() -> Vec<&'static Row> {
    let rows = [
        orders::ROWS,
        charges::ROWS,
        payments::ROWS,
        bindings::ROWS,
        sbp::ROWS,
        three_ds::ROWS,
        receipts::ROWS,
        templates::ROWS,
    ];
    rows.into_iter().flatten().collect()
}

/// What a request sends, as the samples' user at the test bank.
fn sent<E>(request: &E) -> Request<Bytes>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    samples::prepared(request).into_request()
}

/// The same at a bank with other spellings.
fn sent_at<E>(profile: &Profile, request: &E) -> Request<Bytes>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    samples::prepared_at(profile, request).expect("breaks no rule").into_request()
}

/// The same as another user.
fn sent_as<E>(user: &str, password: &str, request: &E) -> Request<Bytes>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let credentials = Credentials::login(user, password).expect("fits");
    let outgoing = samples::prepared_as(&credentials, &Profile::vtb_test(), request);
    outgoing.expect("breaks no rule").into_request()
}

/// How a request is refused whose user name has 31 characters, where the tables allow 30.
fn refused_login<E>(request: &E) -> String
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let credentials = Credentials::login("u".repeat(31), "test_user_password").expect("fits");
    let refused = samples::prepared_as(&credentials, &Profile::vtb_test(), request);
    refused.expect_err("too long").as_invalid().expect("before sending").to_string()
}

/// What a request signs and how it leaves with that signature.
fn sealed<E>(
    credentials: &Credentials,
    request: &E,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Request<Bytes>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let profile = Profile::vtb_test();
    let context = Context::new(&profile, credentials, UnixMillis::new(0)).signed();
    let Prepared::ToSign(to_sign) = request.prepare(&context).expect("breaks no rule") else {
        panic!("it is to be signed");
    };
    let signature = sign(to_sign.message());
    to_sign.seal(&signature).expect("a signature").into_request()
}

/// What the answer to a request shows as a typed value, or as a refusal.
fn read<E: Endpoint<Response: Debug>>(request: &E, answer: &Response<Bytes>) -> String {
    match request.parse(answer) {
        Ok(value) => format!("{value:#?}"),
        Err(error) => format!("{:#?}", error.refusal().expect("an answer or a refusal")),
    }
}

/// The name of a row's snapshots: its path without what all of them have.
fn slug(path: &str) -> String {
    let path = path.strip_prefix("rest/").unwrap_or(path);
    path.replace(".do", "").replace(['/', '#'], ".")
}

/// Compares with a snapshot in a file of its own.
fn assert_snapshot(row: &Row, kind: &str, text: &str) {
    assert!(!text.trim().is_empty(), "{} {kind}: nothing to show", row.path);
    insta::with_settings!({
        snapshot_path => "evidence/snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(format!("{}.{kind}", slug(row.path)), text);
    });
}

/// The paths of the table of methods.
fn table() -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/gateway-rest.json");
    let text = fs::read_to_string(file).expect("the tables are there");
    let methods: Value = serde_json::from_str(&text).expect("json");
    let path = |method: &Value| method["path"].as_str().expect("a path").to_owned();
    methods.as_array().expect("a list").iter().map(path).collect()
}

/// Every entry of the table has its row, and nothing else has one.
#[test]
fn every_method_has_its_row() {
    let rows: Vec<&str> = rows().iter().map(|row| row.path).collect();
    let known: BTreeSet<&str> = rows.iter().copied().collect();
    assert_eq!(known.len(), rows.len(), "a row stands twice");
    let table = table();
    let missing: Vec<&str> =
        table.iter().map(String::as_str).filter(|path| !known.contains(path)).collect();
    assert_eq!(missing, [""; 0], "without a row");
    assert_eq!((rows.len(), table.len()), (36, 36));
    assert_eq!(samples::methods().len(), table.len());
}

/// Every printed request and every fragment of one is reproduced, and its bytes stay what they are.
///
/// G-001, G-010, G-012
#[test]
fn every_printed_request_is_sent() {
    for row in rows() {
        assert_eq!(row.requests.len(), samples::count(row.path).0, "{}: requests", row.path);
        let mut text = String::new();
        for (number, request) in row.requests.iter().enumerate() {
            let request = request();
            samples::assert_reproduced(&request, &samples::request(row.path, number));
            text += &format!(
                "--- printed request {}\n{}\n",
                number + 1,
                samples::shown_request(&request)
            );
        }
        assert_snapshot(row, "request", &text);
        let fragments: Vec<_> = samples::fragments(row.path)
            .into_iter()
            .filter(|(of, _)| !of.starts_with("response"))
            .collect();
        assert_eq!(row.fragments.len(), fragments.len(), "{}: fragments", row.path);
        for ((of, printed), written) in fragments.iter().zip(row.fragments) {
            let json = |text: &str| serde_json::from_str::<Value>(text).expect("json");
            assert_eq!(json(&written()), json(printed), "{}: {of}", row.path);
        }
    }
}

/// Every printed answer is read.
#[test]
fn every_printed_answer_is_read() {
    for row in rows() {
        let mut text = String::new();
        let mut put = |name: &str, body: &str| {
            text += &format!("--- {name}\n{}\n", (row.answer)(&samples::answer(body)));
        };
        for number in 0..samples::count(row.path).1 {
            put(&format!("printed answer {}", number + 1), &samples::response(row.path, number));
        }
        for (of, body) in samples::fragments(row.path) {
            if of.starts_with("response") {
                put(&of, &body);
            }
        }
        assert_snapshot(row, "answer", &text);
    }
}

/// Every method refuses a wrong input before anything is sent, and names field and rule.
#[test]
fn every_method_refuses_a_wrong_input() {
    for row in rows() {
        let refused = (row.refused)();
        let (field, rule) = refused.split_once(": ").expect("field and rule");
        assert!(!field.is_empty() && rule.starts_with("must "), "{}: {refused}", row.path);
        assert_snapshot(row, "refused", &refused);
    }
}

/// Every method is answered by the sandbox, to the real client, and the books are right.
#[test]
fn every_method_runs_against_the_sandbox() {
    for row in rows() {
        let shop = Shop::new();
        let answer = (row.run)(&shop);
        let calls = shop.calls();
        let path = row.path.split('#').next().expect("a path");
        let own = calls.iter().filter(|call| call.ends_with(&format!(" /payment/{path}")));
        assert!(own.count() > 0, "{}: it was not called: {calls:?}", row.path);
        let text = format!(
            "--- calls\n{}\n--- answer\n{answer}\n--- what happened\n{}",
            calls.join("\n"),
            shop.happened(),
        );
        assert_snapshot(row, "run", &shop::without_ids(&text));
    }
}

/// No snapshot stands there without the row that makes it.
#[test]
fn no_snapshot_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/evidence/snapshots");
    let names = fs::read_dir(folder)
        .expect("the snapshots are there")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("text"));
    let kinds = ["request", "answer", "refused", "run"];
    let wanted: BTreeSet<String> = rows()
        .iter()
        .flat_map(|row| kinds.map(|kind| format!("{}.{kind}.snap", slug(row.path))))
        .collect();
    let found: BTreeSet<String> = names.filter(|name| name.ends_with(".snap")).collect();
    assert_eq!(found, wanted);
}
