//! What proves each method, a row for each entry of the table of methods: every printed request is
//! sent, every printed answer is read, a wrong input is refused, and the sandbox is called by the
//! real client. `cargo xtask coverage` counts the rows that have their four snapshots.
//!
//! Of many methods the documents print nothing: there the request with every field of the table is
//! shown, and the answer that `cargo xtask codegen` makes from it.

mod credentials;
mod orders;
mod sbp;
mod shop;
mod wallets;

use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};

use bytes::Bytes;
use http::{Request, Response};
use payments_core::Endpoint;
use router_json::{Context, Profile};
use serde_json::Value;

use crate::samples;
use shop::Shop;

/// What proves one method.
pub(crate) struct Row {
    /// Its entry in the table of methods.
    path: &'static str,
    /// What typed requests send, one for each printed request, in the order of print; one of our
    /// own where none is printed.
    requests: &'static [fn() -> Request<Bytes>],
    /// What the typed value of an answer shows.
    answer: fn(&Response<Bytes>) -> String,
    /// How a request that breaks a rule is refused before it is sent.
    refused: fn() -> String,
    /// Calls the sandbox, looks at its books, and gives the typed answer back.
    run: fn(&Shop) -> String,
}

/// Every row, area by area.
fn rows() -> Vec<&'static Row> {
    [orders::ROWS, credentials::ROWS, sbp::ROWS, wallets::ROWS].into_iter().flatten().collect()
}

/// What a request sends, as the samples' user at the test stand.
fn sent<E>(request: &E) -> Request<Bytes>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    samples::prepared_at(&Profile::test_stand(), request).expect("breaks no rule").into_request()
}

/// What the answer to a request shows as a typed value.
fn read<E: Endpoint<Response: Debug>>(request: &E, answer: &Response<Bytes>) -> String {
    format!("{:#?}", request.parse(answer).expect("an answer"))
}

/// The name of a row's snapshots.
fn slug(path: &str) -> String {
    path.replace(".do", "").replace('/', ".")
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

fn file(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}

/// The paths of the table of methods.
fn table() -> Vec<String> {
    let text = fs::read_to_string(file("spec/router-json.json")).expect("the table is there");
    let table: Value = serde_json::from_str(&text).expect("json");
    let path = |method: &Value| method["path"].as_str().expect("a path").to_owned();
    table["methods"].as_array().expect("a list").iter().map(path).collect()
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
    assert_eq!((rows.len(), table.len()), (20, 20));
    assert!(samples::methods().iter().all(|path| known.contains(path.as_str())));
}

/// Every printed request is reproduced, and its bytes stay what they are.
///
///
#[test]
fn every_printed_request_is_sent() {
    for row in rows() {
        let printed = samples::count(row.path).0;
        assert_eq!(row.requests.len(), printed.max(1), "{}: requests", row.path);
        let mut text = String::new();
        for (number, request) in row.requests.iter().enumerate() {
            let request = request();
            let name = if number < printed {
                samples::assert_reproduced(&request, &samples::request(row.path, number));
                format!("printed request {}", number + 1)
            } else {
                "request of our own".to_owned()
            };
            text += &format!("--- {name}\n{}\n", samples::shown(&request));
        }
        assert_snapshot(row, "request", &text);
    }
}

/// Every printed answer is read, and every answer that holds all fields of its table.
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
        for kind in ["", ".before-a-bank", ".at-a-bank"] {
            let name = format!("wire/router/{}{kind}.json", slug(row.path));
            if let Ok(body) = fs::read_to_string(file(&name)) {
                put(&name, &body);
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
        let own = calls.iter().filter(|call| call.ends_with(&format!(" /v1/{}", row.path)));
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
