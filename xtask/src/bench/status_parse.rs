//! A status report of 2 KB from bytes to the full typed value, against serde_json into a plain struct.

use std::{error::Error, hint::black_box};

use bytes::Bytes;
use gateway_rest::order::status::OrderStatus;
use payments_core::{Endpoint as _, id::OrderId};

use super::{
    measure::{Measured, compare},
    plain_status::PlainStatus,
};

/// The document's first sample, with the blocks of later answer versions: cart, refund, 3-D Secure.
const ANSWER: &str = include_str!("status.json");

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    let answer = http::Response::new(Bytes::from_static(ANSWER.as_bytes()));
    let question =
        OrderStatus::of_order(OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0"));
    let ours = || {
        let report = question.parse(black_box(&answer)).expect("the answer reads");
        assert_eq!(report.refunds.len(), 1);
        black_box(report);
    };
    let plain = || {
        let body = black_box(&answer).body();
        let status: PlainStatus = serde_json::from_slice(body).expect("the answer reads");
        assert_eq!(status.refunds.as_ref().map(Vec::len), Some(1));
        black_box(status);
    };
    Ok(compare(ours, plain))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Every place of a JSON value that holds no object and no array, as a pointer.
    fn leaves(at: &str, json: &Value, into: &mut Vec<String>) {
        match json {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| leaves(&format!("{at}/{name}"), value, into)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(place, value)| leaves(&format!("{at}/{place}"), value, into)),
            _ => into.push(at.to_owned()),
        }
    }

    /// The plain struct reads every field of the answer, so that neither side does less.
    #[test]
    fn the_plain_struct_reads_all_of_2_kb() {
        assert!((2_000..2_100).contains(&ANSWER.len()), "{}", ANSWER.len());
        let answer: Value = serde_json::from_str(ANSWER).expect("json");
        let read = |answer: &Value| -> String {
            let status: PlainStatus = serde_json::from_value(answer.clone()).expect("reads");
            format!("{status:?}")
        };
        let before = read(&answer);
        let mut places = Vec::new();
        leaves("", &answer, &mut places);
        assert!(places.len() > 60, "{}", places.len());
        for place in places {
            let mut changed = answer.clone();
            let value = changed.pointer_mut(&place).expect("a place of it");
            *value = match &*value {
                Value::Bool(bool) => json!(!bool),
                Value::Number(number) => json!(number.as_u64().expect("whole") + 1),
                Value::String(text) => json!(format!("{text}1")),
                _ => panic!("{place} is no leaf"),
            };
            assert_ne!(read(&changed), before, "{place} is not read");
        }
    }
}
