//! The control address, as a program in another language uses it.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::Value;

use crate::support::*;

fn read(answer: &Response<Bytes>) -> Value {
    assert_eq!(answer.status(), StatusCode::OK, "{}", text(answer));
    serde_json::from_slice(answer.body()).expect("JSON")
}

fn control(shop: &Shop, path: &str, json: &'static str) -> Response<Bytes> {
    let request = Request::post(format!("/sandbox/{path}")).body(Bytes::from(json));
    shop.send(&request.expect("valid"))
}

#[test]
fn books_journal_and_cards_can_be_read() {
    let shop = Shop::new();
    let order = shop.paid(true);
    shop.order(false, &[]);
    shop.call("deposit.do", &[("orderId", &order), ("amount", "1500")]);
    let one = read(&shop.get(&format!("/sandbox/orders?orderId={order}")));
    assert_eq!(one["orders"][0]["books"]["merchant"], 1500);
    assert_eq!(one["orders"][0]["orderStatus"], 2);
    assert_eq!(read(&shop.get("/sandbox/orders"))["orders"].as_array().map(Vec::len), Some(2));
    let journal = read(&shop.get("/sandbox/journal?orderNumber=1"));
    let events = journal["entries"].as_array().expect("entries").iter();
    let events: Vec<_> = events.map(|entry| entry["event"].as_str().expect("named")).collect();
    assert_eq!(events, ["registered", "held", "deposited"]);
    let ledger = read(&shop.get("/sandbox/ledger"));
    assert_eq!(ledger["balanced"], true);
    assert_eq!(ledger["totals"][0]["account"], "Payer");
    assert_eq!(ledger["totals"][0]["balance"], -1500);
    assert!(read(&shop.get("/sandbox/cards"))["cards"].as_array().is_some_and(|c| c.len() > 10));
    // G-245: the key that callbacks are checked with can be fetched.
    assert_eq!(text(&shop.get("/sandbox/callback-key")), payments_sandbox::PUBLIC_KEY);
    assert_eq!(shop.get("/sandbox/unknown").status(), StatusCode::NOT_FOUND);
}

#[test]
fn faults_are_scripted() {
    let shop = Shop::new();
    let order = shop.paid(false);
    let fault = r#"{"path": "refund.do", "fault": "status", "status": 502, "acted": true}"#;
    read(&control(&shop, "faults", fault));
    read(&control(&shop, "faults", r#"{"path":"refund.do","fault":"html"}"#));
    let refund = || {
        let refund = [
            ("userName", "test_user"),
            ("password", "test_user_password"),
            ("orderId", order.as_str()),
            ("amount", "1"),
        ];
        shop.send(&post("/payment/rest/refund.do", &refund))
    };
    assert_eq!(refund().status(), StatusCode::BAD_GATEWAY);
    assert_eq!(shop.books(&order).refunded, 1);
    assert!(text(&refund()).contains("html"));
    assert_eq!(shop.books(&order).refunded, 1, "this one did not act");
    for wrong in [
        r#"{"fault":"unknown"}"#,
        r#"{"fault":"status","status":200}"#,
        r#"{"callback":"unknown"}"#,
        r#"{"fault":"lateAnswer","ms":"soon"}"#,
        "",
    ] {
        let answer = control(&shop, "faults", wrong);
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    read(&control(&shop, "faults", r#"{"fault":"lostAnswer"}"#));
    read(&control(&shop, "faults/clear", ""));
    assert_eq!(refund().status(), StatusCode::OK);
}

#[test]
fn the_clock_moves() {
    let shop = Shop::new();
    let order = shop.order(false, &[("dynamicCallbackUrl", "https://shop.example/cb")]);
    let before = read(&shop.get("/sandbox/clock"))["now"].as_i64().expect("a moment");
    let request = Request::post("/sandbox/clock").body(Bytes::from("ms=1200000")).expect("valid");
    let handled = shop.sandbox.handle(&request);
    assert_eq!(read(&handled.response)["now"], before + 1_200_000);
    assert_eq!(handled.deliveries.len(), 1, "the expiry is told");
    assert_eq!(shop.amounts(&order)[0], 6);
    let wrong = shop.get("/sandbox/clock");
    assert_eq!(wrong.status(), StatusCode::OK);
    assert_eq!(control(&shop, "clock", "ms=-1").status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn chargebacks_and_failing_reversals() {
    let shop = Shop::new();
    let order = shop.paid(false);
    let back = |order: &str, amount: &str| {
        shop.submit("/sandbox/chargeback", &[("orderId", order), ("amount", amount)]).status()
    };
    assert_eq!(back(&order, "2001"), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(back("unknown", ""), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(back(&order, ""), StatusCode::OK);
    assert_eq!(shop.books(&order).charged_back, 2000);
    let order = shop.paid(false);
    read(&control(&shop, "reversal-fails", ""));
    assert_eq!(shop.call("reverse.do", &[("orderId", &order)])["errorCode"], "7");
}

/// What the issuer took back cannot be given back to the payer once more.
#[test]
fn no_reversal_after_a_chargeback() {
    let shop = Shop::new();
    let order = shop.paid(false);
    let take = || {
        let params = [("orderId", order.as_str()), ("amount", "0")];
        shop.submit("/sandbox/chargeback", &params).status()
    };
    assert_eq!(take(), StatusCode::OK);
    assert_ne!(shop.call("reverse.do", &[("orderId", &order)])["errorCode"], 0);
    assert_ne!(take(), StatusCode::OK);
    shop.sandbox.with_bank(|bank| bank.check()).expect("the books balance");
}
