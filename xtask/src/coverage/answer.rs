//! Which fields of a method's answer the typed value shows.

use std::{fs, path::Path};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Shown,
    table::{Field, Method, Side, Step},
};
use crate::{codegen, project::Outcome};

/// Places, in the list of a method's fields, of those whose change changes the typed value.
pub(super) fn seen(method: &Method, shown: Shown, folder: &Path) -> Outcome<Vec<usize>> {
    let mut answers = Vec::new();
    for name in codegen::answers(&method.path) {
        let path = folder.join(name);
        // Where a field is spelled in two ways, each stands in a file of its own.
        if path.exists() {
            answers.push(serde_json::from_str::<Value>(&fs::read_to_string(path)?)?);
        }
    }
    if answers.is_empty() {
        return Err(format!("{}: no answer in {}", method.path, folder.display()).into());
    }
    for answer in &answers {
        if shown(&ok(answer)).is_none() {
            return Err(format!("{}: the fully populated answer is not read", method.path).into());
        }
    }
    let counts = |field: &Field| answers.iter().any(|answer| is_seen(answer, field, shown));
    let fields = method.fields.iter().enumerate();
    Ok(fields
        .filter(|(_, field)| field.side == Side::Answer && counts(field))
        .map(|(at, _)| at)
        .collect())
}

/// Whether one of the changes of a field's value is seen: as another value, or as a refusal.
pub(super) fn is_seen(answer: &Value, field: &Field, shown: Shown) -> bool {
    let Some(value) = at(answer, &field.place) else { return false };
    let before = shown(&ok(answer));
    changes(value).into_iter().any(|change| {
        let mut other = answer.clone();
        put(&mut other, &field.place, &change);
        shown(&ok(&other)) != before
    })
}

fn ok(answer: &Value) -> http::Response<Bytes> {
    http::Response::new(answer.to_string().into())
}

/// The value at a place.
fn at<'a>(value: &'a Value, place: &[Step]) -> Option<&'a Value> {
    let Some((step, rest)) = place.split_first() else { return Some(value) };
    match (value, step) {
        (Value::Array(values), _) => values.iter().find_map(|value| at(value, place)),
        (Value::Object(pair), Step::Pair(name)) if pair.get("name")? == name.as_str() => {
            at(pair.get("value")?, rest)
        }
        (Value::Object(members), Step::Member(name)) => at(members.get(name)?, rest),
        _ => None,
    }
}

/// Puts another value at a place.
fn put(value: &mut Value, place: &[Step], change: &Value) {
    let Some((step, rest)) = place.split_first() else {
        value.clone_from(change);
        return;
    };
    match (value, step) {
        (Value::Array(values), _) => values.iter_mut().for_each(|value| put(value, place, change)),
        (Value::Object(pair), Step::Pair(name)) => {
            if pair.get("name").is_some_and(|own| own == name.as_str())
                && let Some(value) = pair.get_mut("value")
            {
                put(value, rest, change);
            }
        }
        (Value::Object(members), Step::Member(name)) => {
            if let Some(value) = members.get_mut(name) {
                put(value, rest, change);
            }
        }
        _ => {}
    }
}

/// Other plausible values of the same kind.
fn changes(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!("x")],
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Number(_) => {
            let text = value.to_string();
            serde_json::from_str(&other_end(&text)).into_iter().collect()
        }
        Value::String(text) => vec![match text.as_str() {
            "true" => json!("false"),
            "false" => json!("true"),
            text => json!(other_end(text)),
        }],
        // Emptied, or gone: a type may have no empty form.
        Value::Array(_) => vec![json!([]), Value::Null],
        Value::Object(_) => vec![json!({}), Value::Null],
    }
}

/// The text with another last character: a digit for a digit, a letter for anything else.
fn other_end(text: &str) -> String {
    let mut text = text.to_owned();
    let last = text.pop();
    text.push(match last {
        Some('9') => '8',
        Some(digit @ '0'..='8') => char::from(digit as u8 + 1),
        Some('A') => 'B',
        _ => 'A',
    });
    text
}
