use payments_core::{
    Effect, Minor,
    order::{OrderStatus as Status, PaymentWay, RouterState},
    resolve::Verdict,
    state::amounts::Amounts,
};
use proptest::prelude::*;

use super::*;
use crate::testing::{damaged, effects, member, ok, refusal, sent};

const PREREGISTERED: &str = r#"{"state":"PREREGISTERED","depositedAmount":0,"orderStatusResultModel":{
    "allowedPaymentWays":["CARD","SBP_C2B"],"amount":1234,"clientId":"101023","currency":"643",
    "date":1734521975150,"depositFlag":"PURCHASE","gwId":null,"gwOrderId":null,
    "failUrl":"https://shop.example/fail","hasTimeout":true,"merchantLogin":"partner",
    "orderDescription":"shoes","orderId":"r-1","orderNumber":"order_123473",
    "orderParams":{"subscriptionPurpose":"test","count":2},"orderStatus":-1,"paymentWay":null,
    "successUrl":"https://shop.example/back"}}"#;

const DEPOSITED: &str = r#"{"state":"DEPOSITED","depositedAmount":1234,"bindingId":"b-1",
    "orderStatusResultModel":{"errorCode":"0","actionCode":0,"actionCodeDescription":"ok",
    "amount":1234,"authDateTime":1734521975150,"authRefNum":"7","orderStatus":2,
    "bankInfo":{"bankName":"BANK","bankCountryCode":"RU"},"cardInfo":{"maskedPan":"411111**1111"},
    "paymentAmountInfo":{"approvedAmount":1234,"depositedAmount":1234,"refundedAmount":0}}}"#;

fn status() -> OrderStatus {
    OrderStatus::of_order(OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60"))
}

fn read(body: &str) -> Box<RouterReport> {
    status().parse(&ok(body.to_owned())).expect("an answer")
}

/// R-002, R-003
#[test]
fn the_request_on_the_wire() {
    let request = status().with(|request| request.language = Some(Language::English));
    insta::assert_snapshot!(sent(&request), @r#"
    POST https://api.uat.all2pay.net/v1/getOrderStatusExtended.do
    content-type: application/json

    {"userName":"test_user","password":"test_user_password","orderId":"2dc811e7-8d1c-407a-bd25-a4f41f96cc60","language":"en"}
    "#);
    let number = OrderStatus::of_number(OrderNumber::new("order_123473").expect("fits"));
    assert_eq!(member(&number, "orderNumber"), Some("order_123473".into()));
    assert_eq!(member(&number, "orderId"), None);
    let none = number.with(|request| request.order_number = None);
    assert_eq!(refusal(&none), "orderId: must be set where orderNumber is not");
    let wrong = status().with(|request| request.language = Some("rus".into()));
    assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
}

#[test]
fn it_only_asks() {
    assert_eq!(status().replay(), Replay::Reads);
    assert_eq!(status().trail(), None);
    let (no, maybe) = (Effect::No, Effect::Maybe);
    assert_eq!(effects(&status(), &["1", "5", "6", "7", "99"]), [no, no, no, no, maybe]);
    let unknown = status().parse(&ok(r#"{"errorCode":6}"#)).expect_err("a refusal");
    assert!(unknown.is_not_found());
}

/// R-100: the wrapper before a bank was chosen, with the router's own keys in it.
#[test]
fn an_order_that_no_bank_has() {
    let report = read(PREREGISTERED);
    assert_eq!(report.state, Some(RouterState::Preregistered));
    assert_eq!(report.status(), Some(&Status::Registered));
    assert_eq!(report.is_at_a_bank(), Some(false));
    assert!(!report.is_paid() && !report.is_declined());
    let keys = &report.keys;
    assert_eq!(keys.allowed_payment_ways, [PaymentWay::Card, PaymentWay::SbpC2b]);
    assert_eq!((keys.gw_id.as_deref(), &keys.gw_order_id), (None, &None));
    assert_eq!((keys.has_timeout, keys.deposit_flag.as_deref()), (Some(true), Some("PURCHASE")));
    assert_eq!(keys.order_params.value("subscriptionPurpose"), Some("test"));
    assert_eq!(keys.order_params.value("count"), Some("2"));
    assert_eq!(keys.order_id.as_ref().map(OrderId::as_str), Some("r-1"));
    assert_eq!(report.order_number().map(OrderNumber::as_str), Some("order_123473"));
    assert_eq!(report.order().amount, Some(Minor::new(1234)));
    assert_eq!(report.amounts(), None);
}

/// R-100: the wrapper once a bank has the order, and the same body flat.
#[test]
fn an_order_that_a_bank_has() {
    let report = read(DEPOSITED);
    assert_eq!(report.state, Some(RouterState::Deposited));
    assert!(report.is_paid());
    assert_eq!(report.is_at_a_bank(), Some(true));
    assert_eq!(report.deposited_amount, Some(Minor::new(1234)));
    let card = report.order().card_auth_info.as_ref().expect("cardInfo");
    assert_eq!(card.masked_pan.as_deref(), Some("411111**1111"));
    let amounts = Amounts::new(Minor::new(1234), Minor::new(1234), Minor::ZERO);
    assert_eq!((report.amounts(), report.evidence().amounts), (Some(amounts), Some(amounts)));
    let flat = read(r#"{"errorCode":0,"orderStatus":2,"orderNumber":"7","amount":"5"}"#);
    assert!(flat.is_paid());
    assert_eq!((&flat.state, flat.order().amount), (&None, Some(Minor::new(5))));
    let mixed = read(r#"{"state":"DEPOSITED","orderStatusResultModel":null,"orderStatus":2}"#);
    assert!(mixed.is_paid());
    let enveloped = read(r#"{"success":true,"data":{"state":"DEPOSITED","orderStatus":2}}"#);
    assert!(enveloped.is_paid());
}

/// Only a report that does not contradict itself says that an order is paid.
#[test]
fn paid_is_held_or_taken_in_both_words() {
    let paid = |state: &str, status: &str| {
        read(&format!(r#"{{"state":{state},"orderStatusResultModel":{{"orderStatus":{status}}}}}"#))
            .is_paid()
    };
    for (state, status) in [
        (r#""APPROVED""#, "1"),
        (r#""DEPOSITED""#, "2"),
        (r#""DEPOSITED""#, "null"),
        ("null", "\"2\""),
        (r#""NEW""#, "2"),
        (r#""DEPOSITED""#, "77"),
        (r#""DEPOSITED""#, "-1"),
    ] {
        assert!(paid(state, status), "{state} {status}");
    }
    for (state, status) in [
        (r#""CREATED""#, "2"),
        (r#""DEPOSITED""#, "0"),
        (r#""DECLINED""#, "2"),
        (r#""PENDING""#, "null"),
        ("null", "null"),
        (r#""NEW""#, "77"),
        (r#""REFUNDED""#, "4"),
    ] {
        assert!(!paid(state, status), "{state} {status}");
    }
}

/// R-062: at a bank, an order that is as it was may be paid yet; at none, no payment began.
#[test]
fn only_an_order_without_a_bank_shows_that_no_payment_began() {
    let pay = Trail::Pay { order_id: OrderId::from_bank("r-1") };
    let verdict = |body: &str| pay.verdict(&read(body).evidence()).expect("judges");
    assert_eq!(verdict(PREREGISTERED), Verdict::ShowsNot);
    assert_eq!(verdict(r#"{"orderStatus":-1}"#), Verdict::ShowsNot);
    for body in [
        r#"{"state":"CREATED","orderStatusResultModel":{"orderStatus":0}}"#,
        r#"{"state":"CREATED"}"#,
        r#"{"state":"CREATED","orderStatusResultModel":{"orderStatus":-1}}"#,
        r#"{"state":"PREREGISTERED","orderStatusResultModel":{"orderStatus":0}}"#,
        r#"{"orderStatus":0}"#,
        r#"{"state":"PENDING"}"#,
        r#"{"state":"NEW"}"#,
        r#"{"errorCode":"0"}"#,
    ] {
        assert_eq!(verdict(body), Verdict::Unclear, "{body}");
    }
    for body in [DEPOSITED, r#"{"state":"DECLINED"}"#, r#"{"orderStatus":6}"#] {
        assert_eq!(verdict(body), Verdict::Shows, "{body}");
    }
}

/// R-078: the id of a subscription, wherever the answer keeps it; none is no error.
#[test]
fn the_binding_wherever_it_stands() {
    for body in [
        r#"{"state":"DEPOSITED","bindingId":"b"}"#,
        r#"{"state":"DEPOSITED","orderStatusResultModel":{"bindingId":"b"}}"#,
        r#"{"orderStatusResultModel":{"bindingInfo":{"clientId":"1","bindingId":"b"}}}"#,
        r#"{"orderStatus":2,"bindingInfo":{"bindingId":"b"}}"#,
    ] {
        let binding = read(body).binding_id;
        assert_eq!(binding.as_ref().map(|id| id.as_str()), Some("b"), "{body}");
    }
    assert_eq!(read(r#"{"state":"DEPOSITED"}"#).binding_id, None);
}

/// What only informs hides neither state nor status; what counts must be readable.
#[test]
fn what_informs_may_be_broken() {
    let report = read(
        r#"{"state":"DEPOSITED","orderStatusResultModel":{"orderStatus":2,"gwId":{"a":1},
        "allowedPaymentWays":7,"orderParams":"x","hasTimeout":"perhaps","cardInfo":"none",
        "bankInfo":7,"gwOrderId":12}}"#,
    );
    assert!(report.is_paid());
    assert_eq!(report.keys.gw_id, None);
    assert_eq!(report.keys.gw_order_id.as_ref().map(OrderId::as_str), Some("12"));
    for broken in [
        r#"{"state":{"a":1}}"#,
        r#"{"state":"DEPOSITED","orderStatusResultModel":{"orderStatus":[2]}}"#,
        r#"{"state":"DEPOSITED","depositedAmount":"1.5"}"#,
    ] {
        let error = status().parse(&ok(broken)).expect_err("unreadable");
        assert_eq!(error.effect(), Effect::Maybe, "{broken}");
    }
}

proptest! {
    #[test]
    fn no_answer_panics(body in prop_oneof![damaged(PREREGISTERED), damaged(DEPOSITED)]) {
        if let Ok(report) = status().parse(&ok(body)) {
            let _ = (report.is_paid(), report.evidence(), report.outcome(), report.is_at_a_bank());
        }
    }
}
