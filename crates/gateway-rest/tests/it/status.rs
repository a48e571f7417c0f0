//! getOrderStatusExtended.

use gateway_rest::order::{
    language::Language,
    status::{OrderReport, OrderStatus},
};
use payments_core::{
    Currency, Endpoint as _, Minor,
    id::{OrderId, OrderNumber},
    order::{ActionClass, OrderStatus as Status},
    state::{amounts::Amounts, order::State},
};
use serde_json::{Value, json};

use crate::samples::{answer, assert_same, prepared, refused, request, response, shown};

const PATH: &str = "rest/getOrderStatusExtended.do";

fn ask(order: &str) -> OrderStatus {
    let question = OrderStatus::of_order(OrderId::from_bank(order));
    question.with(|question| question.language = Some(Language::English))
}

#[test]
fn the_samples() {
    let first = ask("01491d0b-c848-7dd6-a20d-e96900a7d8c0");
    let outgoing = prepared(&first);
    assert_same(&outgoing, &request(PATH, 0));
    insta::assert_snapshot!(shown(&outgoing), @"
    POST https://vtb.rbsuat.com/payment/rest/getOrderStatusExtended.do
    content-type: application/x-www-form-urlencoded

    language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&userName=test_user
    ");
    let second = ask("016b6f47-4628-7ea2-80f5-6c6e00a7d8c0");
    assert_same(&prepared(&second), &request(PATH, 1));
}

/// G-123: one of the two identifiers is needed.
#[test]
fn an_order_must_be_named() {
    let number = OrderNumber::new("7005").expect("valid");
    let nobody = OrderStatus::of_number(number).with(|question| question.order_number = None);
    assert_eq!(refused(&nobody), "orderId: must be set where orderNumber is not");
}

/// G-029, G-031, G-127, G-133, G-139: the printed answer.
#[test]
fn the_first_answer() {
    let report = ask("x").parse(&answer(&response(PATH, 0))).expect("reads");
    assert!(report.is_paid());
    assert_eq!(report.order_status, Some(Status::Deposited));
    assert_eq!(report.amount, Some(Minor::new(2000)));
    assert_eq!(report.currency, Some(Currency::RUB));
    let paid = Amounts::new(Minor::new(2000), Minor::new(2000), Minor::ZERO);
    assert_eq!(report.amounts(), Some(paid));
    assert_eq!(
        report.order_id().expect("in attributes").as_str(),
        "01491d0b-c848-7dd6-a20d-e96900a7d8c0"
    );
    let machine = report.report().expect("found");
    assert_eq!((machine.state(), machine.amounts()), (Some(State::Deposited), Some(paid)));
    insta::assert_debug_snapshot!(report);
}

/// G-134: the merchant's parameters come as pairs.
#[test]
fn the_second_answer() {
    let report = ask("x").parse(&answer(&response(PATH, 1))).expect("reads");
    let names: Vec<_> =
        report.merchant_order_params.iter().map(|pair| pair.name.as_str()).collect();
    assert_eq!(
        names,
        ["browser_language_param", "browser_os_param", "user_agent", "browser_name_param"]
    );
}

/// A declined payment is a value with its reason and class, not an error.
#[test]
fn a_decline_is_a_value() {
    let body = r#"{"errorCode":"0","orderStatus":6,"actionCode":116,"actionCodeDescription":"x"}"#;
    let report = ask("x").parse(&answer(body)).expect("answered");
    assert!(report.is_declined() && !report.is_paid());
    let code = report.action_code.expect("there");
    assert_eq!((code.as_str(), code.class()), ("116", Some(ActionClass::CustomerCanFix)));
}

/// G-125: an order that was not found has no status and is no report; a refusal by code says so.
#[test]
fn an_unknown_order() {
    let silent = ask("x").parse(&answer(r#"{"errorCode":"0"}"#)).expect("answered");
    assert!(silent.report().is_none() && !silent.is_paid());
    let refused = ask("x").parse(&answer(r#"{"errorCode":"6"}"#)).expect_err("refused");
    assert!(refused.is_not_found());
}

/// G-124: answers below version 3 carry no amounts, and none are made up.
#[test]
fn amounts_that_did_not_come_are_none() {
    let report = ask("x").parse(&answer(r#"{"orderStatus":2,"amount":2000}"#)).expect("reads");
    assert_eq!(report.amounts(), None);
    assert_eq!(report.report().expect("found").amounts(), None);
}

/// G-128: one refund as an object, several as an array.
#[test]
fn one_refund_or_many() {
    let one = json!({"orderStatus": "4", "refunds": {"amount": "100", "externalRefundId": "r-1"}});
    let many = json!({"orderStatus": 4, "refunds": [{"amount": 100}, {"amount": 50}]});
    let read = |body: Value| ask("x").parse(&answer(&body.to_string())).expect("reads");
    let (one, many) = (read(one), read(many));
    assert_eq!(one.order_status, Some(Status::Refunded));
    assert_eq!(one.refunds.len(), 1);
    assert_eq!(many.refunds.len(), 2);
}

/// G-137, G-143: cryptograms and persons are read and not shown; both spellings count.
#[test]
fn cryptograms_do_not_show() {
    let body = r#"{"orderStatus":2,"payerData":{"email":"MARKER","phone":"MARKER"},
        "cardAuthInfo":{"cardholderName":"MARKER","secureAuthInfo":{"eci":5,
        "threeDSInfo":{"cavv":"MARKER","xid":"MARKER"},"aResTransStatus":"Y","rReqTransStatus":"N",
        "threeDsProtocolVersion":"2.2.0"}},"orderBundle":{"customerDetails":{"passport":"MARKER"},
        "cartItems":{"items":[]}},"unknown":{"x":1}}"#;
    let report = ask("x").parse(&answer(body)).expect("reads");
    assert!(!format!("{report:?}").contains("MARKER"));
    let secure = report.card_auth_info.and_then(|card| card.secure_auth_info).expect("there");
    assert_eq!(secure.ares_trans_status.as_deref(), Some("Y"));
    assert_eq!(secure.rreq_trans_status.as_deref(), Some("N"));
    assert_eq!(secure.eci.expect("there").listed().as_str(), "05");
}

/// A block that cannot be read must not hide whether the order is paid.
#[test]
fn a_broken_cart_does_not_hide_the_status() {
    let body = r#"{"orderStatus":2,"orderBundle":{"cartItems":{"items":[{"positionId":1,"name":"x",
        "quantity":{"value":"1,5","measure":"0"}}]}},"ofdOrderBundle":"none","paymentAmountInfo":
        {"depositedAmount":"2000"}}"#;
    let report = ask("x").parse(&answer(body)).expect("reads");
    assert!(report.is_paid());
    assert!(report.order_bundle.is_none() && report.ofd_order_bundle.is_empty());
    assert_eq!(report.amounts().map(|amounts| amounts.deposited), Some(Minor::new(2000)));
    for body in [
        r#"{"orderStatus":2,"bankInfo":7,"refunds":"x"}"#,
        r#"{"orderStatus":2,"bankInfo":7,"orderStatus":6}"#,
        r#"{"orderStatus":2,"bankInfo":7,"paymentAmountInfo":"x"}"#,
    ] {
        assert!(ask("x").parse(&answer(body)).is_err(), "{body}");
    }
}

fn populated() -> Value {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../testdata/wire/gateway/getOrderStatusExtended.json"
    );
    let body = std::fs::read_to_string(file).expect("the fixture is there");
    serde_json::from_str(&body).expect("json")
}

/// Every place of a JSON value that holds no object and no array, as a pointer.
fn leaves(at: &str, json: &Value, into: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves(&format!("{at}/{name}"), value, into));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(place, value)| leaves(&format!("{at}/{place}"), value, into));
        }
        _ => into.push(at.to_owned()),
    }
}

/// Another value of the same form.
fn another(pointer: &str, value: &Value) -> Value {
    match value {
        Value::Bool(bool) => json!(!bool),
        Value::Number(number) => json!(number.as_u64().expect("whole") + 1),
        Value::String(text) => match text.parse::<u64>() {
            Ok(number) => json!((number + 1).to_string()),
            Err(_) if pointer.ends_with("orderCreationDate") => json!("2026-01-02T03:04:06"),
            Err(_) => json!(format!("{text}x")),
        },
        _ => panic!("{pointer} is no leaf"),
    }
}

/// Whether two reports are the same, what `Debug` hides included.
fn same(one: &OrderReport, other: &OrderReport) -> bool {
    let hidden = |report: &OrderReport| {
        let card = report.card_auth_info.clone().unwrap_or_default();
        let info = card.secure_auth_info.unwrap_or_default().three_ds_info.unwrap_or_default();
        let secrets = [info.cavv, info.xid].map(|secret| secret.map(|it| it.expose().clone()));
        (report.order_bundle.clone(), report.payer_data.clone(), card.cardholder_name, secrets)
    };
    format!("{one:?}") == format!("{other:?}") && hidden(one) == hidden(other)
}

/// Every field of the fully populated answer has its place in the typed value.
#[test]
fn every_field_is_read() {
    let body = populated();
    let read = |body: &Value| ask("x").parse(&answer(&body.to_string())).expect("reads");
    let before = read(&body);
    let mut places = Vec::new();
    leaves("", &body, &mut places);
    assert!(places.len() > 100, "{}", places.len());
    for place in places.iter().filter(|place| *place != "/errorCode") {
        let mut changed = body.clone();
        let value = changed.pointer_mut(place).expect("a place of it");
        *value = another(place, value);
        assert!(!same(&before, &read(&changed)), "{place} is not read");
    }
}
