//! Which fields of a method its requests put on the wire.

use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::{
    Sent,
    table::{Field, Method, Side, Step},
};
use crate::project::Outcome;

/// Places, in the list of a method's fields, of those that one of the requests carries.
pub(super) fn seen(method: &Method, sent: &[Sent]) -> Outcome<Vec<usize>> {
    let bodies = sent.iter().map(body).collect::<Outcome<Vec<Value>>>()?;
    let carried = |field: &Field| bodies.iter().any(|body| holds(body, &field.place));
    let places = method.fields.iter().enumerate();
    Ok(places
        .filter(|(_, field)| field.side == Side::Request && carried(field))
        .map(|(at, _)| at)
        .collect())
}

/// Says where a request goes, if that is not the method's own path.
pub(super) fn stray(method: &Method, sent: &Sent) -> Option<String> {
    let path = method.path.split('#').next().unwrap_or_default();
    let fits = sent.uri().path().strip_suffix(path).is_some_and(|rest| rest.ends_with('/'));
    (!fits).then(|| format!("{}: a request goes to {}", method.path, sent.uri().path()))
}

/// Parameters of the address, of the form or of the JSON body, as one object. A repeated parameter
/// becomes an array.
fn body(sent: &Sent) -> Outcome<Value> {
    let json = sent.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if json {
        return Ok(serde_json::from_slice(sent.body())?);
    }
    let query = sent.uri().query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(sent.body()));
    let mut members = serde_json::Map::new();
    for (name, value) in pairs {
        let values = members.entry(name.into_owned()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(Value::String(value.into_owned()));
        }
    }
    Ok(Value::Object(members))
}

/// Whether something that is not empty stands at a place. Text on the way is read as JSON.
fn holds(value: &Value, place: &[Step]) -> bool {
    let Some((step, rest)) = place.split_first() else {
        return match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(values) => values.iter().any(|value| holds(value, place)),
            Value::Object(members) => !members.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        };
    };
    match (value, step) {
        (Value::String(text), _) => serde_json::from_str::<Value>(text)
            .is_ok_and(|value| !value.is_string() && holds(&value, place)),
        (Value::Object(pair), Step::Pair(name)) => {
            pair.get("name").is_some_and(|own| own == name.as_str())
                && pair.get("value").is_some_and(|value| holds(value, rest))
        }
        (Value::Object(members), Step::Member(name)) => {
            members.get(name).is_some_and(|value| holds(value, rest))
        }
        (Value::Array(values), _) => values.iter().any(|value| holds(value, place)),
        _ => false,
    }
}
