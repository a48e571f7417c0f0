//! Callbacks: the banks send them, with their own order numbers; and faults on `/v1/`.

use std::time::Duration;

use http::StatusCode;
use payments_sandbox::{CallbackFault, Carriage, Delivery, Fault, Partner};
use serde_json::json;

use super::{orders::tpay, support::*};
use crate::support::parameter;

const STATIC: &str = "https://shop.example/static";

fn told(partner: &mut Partner) {
    partner.merchant.callbacks.url = Some(STATIC.into());
}

fn operations(left: &[Delivery]) -> Vec<String> {
    left.iter().filter_map(|left| parameter(left, "operation")).collect()
}

/// Deliveries of one request.
fn after(desk: &Desk, uri: &str, body: &str) -> Vec<Delivery> {
    desk.sandbox.handle(&post_to(uri, body)).deliveries
}

fn paid(order: &str) -> String {
    json!({"orderId": order, "answer": "pay"}).to_string()
}

/// the bank's own number and the partner's; never the router's.
#[test]
fn the_bank_tells_its_own_number() {
    let desk = Desk::of(told);
    let order = desk.order(json!({"orderNumber": "n1"}));
    let left = after(&desk, "/sandbox/router/answer", &paid(&order));
    assert!(left.is_empty(), "no bank has the order");
    desk.get(&order);
    let left = after(&desk, "/sandbox/router/answer", &paid(&order));
    assert_eq!(operations(&left), ["deposited"]);
    let (_, at_bank) = desk.routed(&order).banks[0].clone();
    assert_eq!(parameter(&left[0], "mdOrder").as_deref(), Some(at_bank.as_str()));
    assert_eq!(parameter(&left[0], "orderNumber").as_deref(), Some("n1"));
    assert_eq!(parameter(&left[0], "status").as_deref(), Some("1"));
    assert!(!left[0].request.uri().to_string().contains(&order));
}

/// dynamic callbacks go where the order says, static ones to the partner's
/// address at the bank; without either nobody is told, and a request shows what happened.
#[test]
fn callbacks_go_where_they_belong() {
    let dynamic = json!({"dynamicCallbackUrl": "https://shop.example/dynamic"});
    for (change, more, to) in [
        (told as fn(&mut Partner), json!({}), Some(STATIC)),
        (told, dynamic.clone(), Some("https://shop.example/dynamic")),
        (|_| {}, dynamic, Some("https://shop.example/dynamic")),
        (|_| {}, json!({}), None),
    ] {
        let desk = Desk::of(change);
        let order = desk.order(more);
        desk.get(&order);
        let left = after(&desk, "/sandbox/router/answer", &paid(&order));
        let first = left.first().map(|left| left.request.uri().to_string());
        assert_eq!(first.as_deref().and_then(|uri| uri.split('?').next()), to);
        assert_eq!(desk.state(&order), "DEPOSITED");
    }
}

/// An order that runs out of time at a bank is reported by that bank alone; one that no bank has, by
/// nobody.
#[test]
fn the_last_bank_tells_that_time_ran_out() {
    let desk = Desk::of(told);
    let (_waiting, moved) = (desk.order(json!({})), desk.order(json!({})));
    desk.get(&moved);
    tpay(&desk, &moved, "Mobile");
    let left = desk.advance(1800);
    assert_eq!(operations(&left), ["declinedByTimeout"]);
    let last = desk.routed(&moved).banks.pop().expect("two banks").1;
    assert_eq!(parameter(&left[0], "mdOrder").as_deref(), Some(last.as_str()));
}

/// A callback that is not answered 200 comes again, from whichever bank.
#[test]
fn callbacks_come_again() {
    let desk = Desk::of(told);
    for way in ["SBP", "TPAY"] {
        let order = desk.order(json!({}));
        match way {
            "SBP" => drop(desk.get(&order)),
            _ => drop(tpay(&desk, &order, "Mobile")),
        }
        let body = json!({"orderId": order, "answer": "pay"}).to_string();
        let [first] = &after(&desk, "/sandbox/router/answer", &body)[..] else { panic!("one") };
        desk.sandbox.delivered(first.id, None);
        let [second] = &desk.advance(30)[..] else { panic!("once more") };
        assert_eq!(second.id, first.id);
        desk.sandbox.delivered(second.id, Some(StatusCode::OK));
        assert!(desk.advance(300).is_empty());
    }
}

/// The one script of faults meets the router's calls and the banks' callbacks as well.
#[test]
fn faults_meet_the_router() {
    let desk = Desk::of(told);
    let order = desk.order(json!({}));
    let ask = |path: &str| {
        let body = json!({
            "userName": "test_user", "password": "test_user_password", "mdOrder": order,
        });
        desk.sandbox.handle(&post(path, &body.to_string()))
    };
    let fault = |path: &str, fault: Fault| {
        desk.sandbox.with_bank(|bank| {
            bank.faults().next(path, fault);
        });
    };
    let at_bank = || desk.routed(&order).banks.len();
    fault("sbp_c2b/get.do", Fault::LostRequest);
    assert_eq!(ask("sbp_c2b/get.do").carriage, Carriage::Broken);
    assert_eq!(at_bank(), 0, "it never came here");
    fault("sbp_c2b/get.do", Fault::Status { code: 503, acted: false });
    assert_eq!(ask("sbp_c2b/get.do").response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(at_bank(), 0);
    fault("sbp_c2b/get.do", Fault::LateExecution(Duration::from_secs(5)));
    assert_eq!(ask("sbp_c2b/get.do").carriage, Carriage::Broken);
    assert_eq!(at_bank(), 0, "not yet");
    desk.advance(5);
    assert_eq!(at_bank(), 1, "it was held up on its way");
    fault("sbp_c2b/get.do", Fault::LostAnswer);
    assert_eq!(ask("sbp_c2b/get.do").carriage, Carriage::Broken);
    fault("", Fault::LateAnswer(Duration::from_secs(9)));
    let late = Carriage::Answered(Duration::from_secs(9));
    assert_eq!(ask("sbp_c2b/status.do").carriage, late);
    fault("sbp_c2b/status.do", Fault::ErrorInside200 { acted: true });
    let answer = ask("sbp_c2b/status.do").response;
    assert!(answer.body().starts_with(b"{\"errorCode\":\"7\""));
    fault("sbp_c2b/status.do", Fault::Html { acted: true });
    assert!(ask("sbp_c2b/status.do").response.body().starts_with(b"<!DOCTYPE"));
    assert_eq!((at_bank(), desk.qr(&order)), (1, ["STARTED", "CREATED"].map(str::to_owned)));

    let lost = CallbackFault::Lost;
    desk.sandbox.with_bank(|bank| {
        bank.faults().next_callback(lost);
    });
    desk.answer(&order, json!({"answer": "pay"}));
    assert!(desk.advance(60).is_empty(), "the callback was lost");
    assert_eq!(desk.state(&order), "DEPOSITED");
    let refund = json!({
        "userName": "test_user", "password": "test_user_password", "orderId": order, "amount": 0,
    });
    let doubled = CallbackFault::Doubled;
    desk.sandbox.with_bank(|bank| {
        bank.faults().next_callback(doubled);
    });
    let left = after(&desk, "/v1/refund.do", &refund.to_string());
    assert_eq!(operations(&left), ["refunded", "refunded"]);
    let cleared = desk.sandbox.handle(&post_to("/sandbox/faults/clear", ""));
    assert_eq!(cleared.response.status(), StatusCode::OK);
}
