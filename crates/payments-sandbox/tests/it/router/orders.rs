//! Orders: registered, brought to a bank, paid, completed, given back, cancelled, grown old.

use serde_json::{Value, json};

use super::support::*;

/// the router knows the order, no bank does.
#[test]
fn an_order_is_registered() {
    let desk = Desk::new();
    let answer = desk.call(
        "register.do",
        json!({
            "orderNumber": "order_123473", "amount": 1234, "currency": "643", "language": "ru",
            "returnUrl": "https://mybestmerchantreturnurl.com/success",
            "clientId": "client_10001",
        }),
    );
    assert_eq!(names(&answer), ["errorCode", "formUrl", "orderId", "orderNumber"]);
    assert_eq!((code(&answer), text(&answer, "orderNumber")), ("0", "order_123473"));
    let id = text(&answer, "orderId");
    let form = format!("https://bank.example/wl/payment.html?mdOrder={id}&language=ru");
    assert_eq!(text(&answer, "formUrl"), form);
    assert!(desk.routed(id).banks.is_empty());
    let status = desk.status(id);
    assert_eq!((code(&status), text(&status, "state")), ("0", "PREREGISTERED"));
    assert_eq!(status["depositedAmount"], 0);
    let model = &status["orderStatusResultModel"];
    assert_eq!(
        *model,
        json!({
            "allowedPaymentWays": [], "amount": 1234, "clientId": "client_10001",
            "currency": "643", "date": 1_767_225_600_000_u64, "depositFlag": "PURCHASE",
            "failUrl": null, "gwId": null, "gwOrderId": null, "hasTimeout": false,
            "merchantLogin": "test_user", "orderDescription": null, "orderId": id,
            "orderNumber": "order_123473", "orderParams": {}, "orderStatus": -1,
            "paymentWay": null, "successUrl": "https://mybestmerchantreturnurl.com/success",
        })
    );
    desk.advance(1799);
    assert_eq!(desk.state(id), "PREREGISTERED");
    desk.advance(1);
    assert_eq!(desk.state(id), "DECLINED");
    assert_eq!(desk.status(id)["orderStatusResultModel"]["actionCode"], -2007);
    assert_eq!(code(&desk.get(id)), "5", "too late to pay");
    assert!(desk.routed(id).banks.is_empty());
}

/// a code is
/// asked for, scanned and paid.
#[test]
fn an_order_is_paid_by_a_code() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    let qr = desk.call(
        "sbp_c2b/get.do",
        json!({ "mdOrder": order, "qrFormat": "image", "qrHeight": 10, "qrWidth": 10 }),
    );
    assert_eq!(names(&qr), ["payload", "qrId", "qrStatus", "renderedQr"]);
    assert_eq!(text(&qr, "qrStatus"), "STARTED");
    let link = text(&qr, "payload").split('?').next().expect("an address");
    assert!(link.ends_with(&format!("/sbp/{}", text(&qr, "qrId"))), "{link}");
    assert_eq!(desk.get(&order)["qrId"], qr["qrId"], "the same code once more");
    let routed = desk.routed(&order);
    let [(bank, at_bank)] = &routed.banks[..] else { panic!("one bank") };
    assert_ne!(at_bank.as_str(), order, "the bank has a number of its own");

    let status = desk.call("sbp_c2b/status.do", json!({ "mdOrder": order }));
    assert_eq!(
        status,
        json!({
            "mdOrder": order, "oldStatus": "STARTED", "payload": qr["payload"],
            "qrStatus": "STARTED", "qrType": "DYNAMIC", "transactionState": "CREATED",
            "transactionStateExtension": "SBP_C2B_STARTED",
        })
    );
    assert_eq!(desk.state(&order), "CREATED");
    assert_eq!(desk.answer(&order, json!({"answer": "confirm"}))["state"], "PENDING");
    assert_eq!(desk.qr(&order), ["CONFIRMED", "CREATED"]);
    assert_eq!(desk.books(&order), (0, 0), "not paid yet");
    let paid = desk.answer(&order, json!({"answer": "pay"}));
    assert_eq!((&paid["state"], &paid["gwId"]), (&json!("DEPOSITED"), &json!(bank)));
    let status = desk.call("sbp_c2b/status.do", json!({ "mdOrder": order }));
    assert_eq!(text(&status, "oldStatus"), "CONFIRMED", "told the last time");
    assert_eq!(text(&status, "transactionState"), "DEPOSITED");
    let status = desk.status(&order);
    assert_eq!(status["depositedAmount"], AMOUNT);
    let model = &status["orderStatusResultModel"];
    assert_eq!((&model["orderStatus"], &model["paymentWay"]), (&json!(2), &json!("SBP_C2B")));
    assert_eq!((&model["gwId"], &model["gwOrderId"]), (&json!(bank), &json!(at_bank.as_str())));
    assert_eq!(desk.books(&order), (AMOUNT, 0));
    assert_eq!(code(&desk.get(&order)), "5", "nobody pays twice");
}

/// T-Pay on both devices, Alfa Pay with and without a question of the issuer's.
#[test]
fn an_order_is_paid_in_an_application() {
    let desk = Desk::new();
    for device in ["Desktop", "Mobile"] {
        let order = desk.order(json!({}));
        let answer = tpay(&desk, &order, device);
        assert_eq!(names(&answer), ["data", "success"]);
        assert_eq!(answer["success"], true);
        let routed = desk.routed(&order);
        assert_eq!(routed.banks[0].0, "TBANK");
        assert_eq!(text(&answer["data"], "orderId"), routed.banks[0].1.as_str());
        let paid = desk.answer(&order, json!({"answer": "pay"}));
        assert_eq!(paid["state"], "DEPOSITED", "{paid}");
        let model = &desk.status(&order)["orderStatusResultModel"];
        assert_eq!(text(model, "paymentWay"), "TCB_TPAY");
        assert_eq!(code(&tpay(&desk, &order, device)), "5", "nobody pays twice");
        assert_eq!(desk.books(&order), (AMOUNT, 0));
    }
    let order = desk.order_by("registerPreAuth.do", json!({}));
    let answer = desk.call("alfapay/paymentOrder.do", json!({ "orderId": order }));
    assert!(text(&answer["data"], "redirect").ends_with("=="), "{answer}");
    let paid = desk.answer(&order, json!({"answer": "pay", "card": "0"}));
    assert_eq!(paid["state"], "APPROVED", "{paid}");
    let model = &desk.status(&order)["orderStatusResultModel"];
    assert_eq!(text(model, "paymentWay"), "ALFAPAY");
    let deposit = desk.call("deposit.do", json!({ "orderId": order, "amount": 500 }));
    assert_eq!(deposit["errorCode"], 0, "{deposit}");
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (500, 0)));
    let refund = desk.call("refund.do", json!({ "orderId": order, "amount": "200" }));
    assert_eq!(refund["errorCode"], 0, "{refund}");
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("REFUNDED", (500, 200)));
}

pub(super) fn tpay(desk: &Desk, order: &str, device: &str) -> Value {
    let body = json!({
        "language": "ru", "orderId": order, "device": device, "browser": "Chrome",
        "os": "Windows", "webView": false,
    });
    desk.call("tpay/paymentOrder.do", body)
}
