//! The control address of the router, for programs in other languages.

use http::StatusCode;
use serde_json::{Value, json};

use super::{orders::tpay, support::*};

fn control(desk: &Desk, path: &str) -> Value {
    let answer = desk.open(&format!("/sandbox/router/{path}"));
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    serde_json::from_slice(answer.body()).expect("JSON")
}

fn said(desk: &Desk, path: &str, body: &Value) -> (StatusCode, Value) {
    let answer = desk.send(&post_to(&format!("/sandbox/router/{path}"), &body.to_string()));
    let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    (answer.status(), json)
}

#[test]
fn orders_are_shown_with_their_bank() {
    let desk = Desk::at("VTB");
    let (new, paid) = (desk.order(json!({})), desk.paid(json!({})));
    let all = control(&desk, "orders");
    assert_eq!(all["orders"].as_array().map(Vec::len), Some(2));
    let one = |query: &str| control(&desk, &format!("orders?{query}"))["orders"][0].clone();
    let new = one(&format!("orderId={new}"));
    assert_eq!((text(&new, "state"), new.get("gwId")), ("PREREGISTERED", None));
    let paid_order = one("orderNumber=2");
    assert_eq!(
        paid_order,
        json!({
            "orderId": paid, "orderNumber": "2", "partner": "test_user", "amount": AMOUNT,
            "currency": "643", "twoPhase": false, "state": "DEPOSITED", "gwId": "VTB",
            "gwOrderId": desk.routed(&paid).banks[0].1.as_str(), "paymentWay": "SBP_C2B",
            "bank": "https://bank.example/banks/vtb",
        })
    );
    let ledger = control(&desk, "ledger");
    assert_eq!(
        (&ledger["balanced"], ledger["banks"].as_array().map(Vec::len)),
        (&json!(true), Some(3))
    );
    let id = text(&paid_order, "gwOrderId");
    let answer = desk.open(&format!("/banks/vtb/sandbox/journal?orderId={id}"));
    let journal: Value = serde_json::from_slice(answer.body()).expect("JSON");
    let events: Vec<_> = journal["entries"].as_array().expect("a list").iter().collect();
    assert_eq!(
        events.iter().map(|it| text(it, "event")).collect::<Vec<_>>(),
        ["registered", "charged"]
    );
}

#[test]
fn mistakes_are_told() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    let tapped = desk.order(json!({}));
    tpay(&desk, &tapped, "Mobile");
    for (path, body) in [
        ("answer", json!({})),
        ("answer", json!({"orderId": "none", "answer": "pay"})),
        ("answer", json!({"orderId": order, "answer": "pay"})),
        ("answer", json!({"orderId": tapped, "answer": "confirm"})),
        ("settings", json!({"statusShape": "round"})),
        ("settings", json!({"bindingPlace": "x"})),
        ("settings", json!({"walletRefusal": "x"})),
        ("settings", json!({"sbpBank": "x"})),
        ("settings", json!({"nspkLinks": "x"})),
        ("settings", json!({"subscriptionDelaySecs": "x"})),
        ("settings", json!({"userName": "nobody"})),
    ] {
        let (status, answer) = said(&desk, path, &body);
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    let scanned = desk.order(json!({}));
    desk.get(&scanned);
    for body in [
        json!({"orderId": scanned, "answer": "x"}),
        json!({"orderId": scanned, "answer": "pay", "memberId": "x"}),
        json!({"orderId": scanned, "answer": "pay", "link": "x"}),
    ] {
        assert_eq!(said(&desk, "answer", &body).0, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    assert_eq!(desk.state(&scanned), "CREATED");
    assert_eq!(said(&desk, "nothing", &json!({})).0, StatusCode::NOT_FOUND);
}

#[test]
fn partners_are_set_up_from_outside() {
    let desk = Desk::new();
    let change = json!({
        "userName": "test_user", "statusShape": "flat", "bindingPlace": "model",
        "walletRefusal": "text", "sbpBank": "TBANK", "subscriptionDelaySecs": 5,
        "orderLifetimeSecs": "60", "nspkLinks": true,
    });
    assert_eq!(said(&desk, "settings", &change).0, StatusCode::OK);
    let order = desk.order(json!({
        "clientId": "c1", "jsonParams": {"subscriptionPurpose": "p"},
    }));
    let asked = desk.call("sbp_c2b/get.do", json!({"mdOrder": order, "createSubscription": 1}));
    let link = text(&asked, "payload");
    assert!(
        link.starts_with("https://qr.nspk.ru/") && link.contains("bank=100000000004"),
        "{link}"
    );
    assert_eq!(desk.routed(&order).banks[0].0, "TBANK");
    desk.answer(&order, json!({"answer": "pay"}));
    let status = desk.status(&order);
    assert_eq!((&status["state"], &status["orderStatus"]), (&json!("DEPOSITED"), &json!(2)));
    assert!(status.get("bindingId").is_none(), "not yet");
    desk.advance(5);
    assert!(desk.status(&order)["bindingId"].is_string());
    let refused = desk.call("alfapay/paymentOrder.do", json!({"orderId": "none"}));
    assert_eq!(refused, json!({"success": false, "error": "Order not found"}));
    let order = desk.order(json!({}));
    desk.advance(60);
    assert_eq!(desk.state(&order), "DECLINED");
    for (name, value) in
        [("statusShape", "bank"), ("statusShape", "wrapped"), ("nspkLinks", "false")]
    {
        assert_eq!(said(&desk, "settings", &json!({name: value})).0, StatusCode::OK);
    }
}
