//! Requests with every documented field set, built from public fields alone, against the tables.

mod bindings;
mod blocks;
mod receipts;
mod requests;
mod sbp;

use std::collections::BTreeSet;

use payments_core::time::UnixMillis;
use serde_json::Value;

use requests::Pairs;

/// What stands on the wire: the parent (a parameter or a JSON member) and the name in it.
type Names = BTreeSet<(String, String)>;

const ROOT: &str = "(root)";

fn names(pairs: &Pairs, into: &mut Names) {
    for (name, value) in pairs {
        into.insert((ROOT.into(), name.clone()));
        if let Ok(json @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(value) {
            walk(name, &json, into);
        }
    }
}

fn walk(parent: &str, json: &Value, into: &mut Names) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| walk(parent, item, into)),
        Value::Object(members) => {
            for (name, value) in members {
                into.insert((parent.into(), name.clone()));
                walk(name, value, into);
            }
            // An attribute is known by the name that it carries, not by the members' names.
            if let (Some(Value::String(name)), Some(value), "attributes") =
                (members.get("name"), members.get("value"), parent)
            {
                into.insert(("itemAttributes.attributes".into(), name.clone()));
                walk(name, value, into);
            }
        }
        _ => {}
    }
}

/// A method's entry in the tables.
fn method(path: &str) -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/spec/gateway-rest.json");
    let text = std::fs::read_to_string(file).expect("the tables are there");
    let methods: Value = serde_json::from_str(&text).expect("json");
    let methods = methods.as_array().expect("a list");
    methods.iter().find(|method| method["path"] == path).expect("a method").clone()
}

/// The fields of a method's requests, by block, as the tables have them.
fn documented(path: &str) -> Names {
    let method = method(path);
    let mut fields = Names::new();
    for (block, rows) in method["request"].as_object().expect("blocks") {
        let block = if block.starts_with("(root") { ROOT } else { block };
        for row in rows.as_array().expect("rows") {
            let name = row["name"].as_str().expect("a name");
            fields.insert((block.into(), name.into()));
        }
    }
    fields
}

fn missing(path: &str, requests: &[Pairs]) -> Vec<String> {
    let mut sent = Names::new();
    requests.iter().for_each(|request| names(request, &mut sent));
    let documented = documented(path);
    documented.difference(&sent).map(|(block, name)| format!("{block}/{name}")).collect()
}

/// G-098: every documented field can be sent, under its own name.
#[test]
fn every_documented_field_can_be_sent() {
    for (path, requests) in requests::all() {
        assert_eq!(missing(path, &requests), [""; 0], "{path}");
    }
}

/// G-002: what a request cannot leave out is all that the tables call mandatory.
#[test]
fn mandatory_fields_are_always_there() {
    for (path, request) in requests::smallest() {
        let sent: BTreeSet<String> = request.into_iter().map(|(name, _)| name).collect();
        let absent: Vec<String> =
            mandatory(path).into_iter().filter(|name| !sent.contains(name)).collect();
        assert_eq!(absent, [""; 0], "{path}");
    }
}

/// The parameters that a table calls mandatory.
fn mandatory(path: &str) -> Vec<String> {
    let rows = method(path)["request"][ROOT].as_array().expect("rows").clone();
    let must = rows.iter().filter(|row| row["required"] == "Mandatory");
    must.map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
}

/// A field that is left out is missed.
#[test]
fn a_field_that_is_left_out_is_missed() {
    let (path, requests) = &requests::all()[2];
    assert_eq!(*path, "rest/paymentorder.do");
    assert!(missing(path, &requests[..1]).contains(&"(root)/seToken".to_owned()));
}

/// The same request gives the same parameters in the same order.
#[test]
fn nothing_changes_from_one_to_the_next() {
    assert_eq!(requests::all(), requests::all());
}

const fn now() -> UnixMillis {
    UnixMillis::new(1_740_392_720_718)
}
