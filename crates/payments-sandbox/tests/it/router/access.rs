//! Who may call, how a call must look, and how it is refused.

use http::{Request, StatusCode};
use payments_sandbox::settings::{ErrorCodes, WalletRefusal};
use serde_json::{Value, json};

use super::support::*;

/// The twenty methods, with a body that gets past the credentials.
pub(super) const METHODS: [&str; 20] = [
    "register.do",
    "registerPreAuth.do",
    "getOrderStatusExtended.do",
    "deposit.do",
    "reverse.do",
    "refund.do",
    "decline.do",
    "sbp_c2b/get.do",
    "sbp_c2b/status.do",
    "sbp_c2b/reject.do",
    "sbp_c2b/getBindings.do",
    "sbp_c2b/unBind.do",
    "paymentOrder.do",
    "paymentOrderBinding.do",
    "getBindings.do",
    "recurrentPayment.do",
    "installmentPayment.do",
    "tpay/paymentOrder.do",
    "alfapay/paymentOrder.do",
    "settings/getRouterParams.do",
];

/// The code of a refusal, wherever the method puts it.
fn refusal(answer: &Value) -> String {
    let places = [&answer["errorCode"], &answer["error"]["code"], &answer["data"]["errorCode"]];
    let place = places.into_iter().find(|place| !place.is_null());
    let place = place.unwrap_or_else(|| panic!("{answer}"));
    place.as_str().map_or_else(|| place.to_string(), str::to_owned)
}

/// R-003: each method takes login and password inside the body, and nothing without them.
#[test]
fn every_method_asks_who_calls() {
    let desk = Desk::new();
    for method in METHODS {
        for body in [
            json!({}),
            json!({"userName": "test_user"}),
            json!({"userName": "test_user", "password": "wrong"}),
            json!({"userName": "other", "password": "test_user_password"}),
        ] {
            let answer = desk.raw(method, &body.to_string());
            assert_eq!(refusal(&answer), "5", "{method} {answer}");
        }
        let known = desk.call(method, json!({}));
        assert_ne!(known["errorMessage"], "Access denied", "{method}");
    }
    assert_eq!(desk.sandbox.with_router(|router| router.order_count()), 0);
}

/// R-002: calls are made by POST with one JSON object.
#[test]
fn calls_are_posts_of_one_object() {
    let desk = Desk::new();
    for method in METHODS {
        let answer = desk.open(&format!("/v1/{method}"));
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let login = r#""userName":"test_user","password":"test_user_password""#;
    let broken = format!("{{{login},\"orderId\":\"1\",}}");
    let answer = desk.raw("getOrderStatusExtended.do", &broken);
    assert_eq!((code(&answer), text(&answer, "errorMessage")), ("5", "The body is no JSON object"));
    let unknown = Request::post("/v1/nothing.do").body("{}".into()).expect("valid");
    assert_eq!(desk.send(&unknown).status(), StatusCode::NOT_FOUND);
    let unknown = Request::post("/banks/nobody/sbp/1").body("{}".into()).expect("valid");
    assert_eq!(desk.send(&unknown).status(), StatusCode::NOT_FOUND);
}

/// What programs in the field send is understood: forms, blanks, a mark before the body, numbers as
/// text, the order's other name, and names in whatever letter case.
#[test]
fn programs_of_all_kinds_are_understood() {
    let desk = Desk::new();
    let order = desk.order(json!({"amount": "2000", "sessionTimeoutSecs": "600", "ip": null}));
    for body in [
        json!({"orderId": order}),
        json!({"mdOrder": order}),
        json!({"MDORDER": order, "whatever": {"a": [1]}}),
        json!({"orderId": "", "mdOrder": order}),
        json!({"orderNumber": "1"}),
    ] {
        assert_eq!(code(&desk.call("getOrderStatusExtended.do", body.clone())), "0", "{body}");
    }
    for body in [json!({"orderId": order}), json!({"MdOrder": order, "qrHeight": "100"})] {
        assert_eq!(text(&desk.call("sbp_c2b/get.do", body.clone()), "qrStatus"), "STARTED");
    }
    let form = format!("userName=test_user&password=test_user_password&mdOrder={order}");
    assert_eq!(text(&desk.raw("sbp_c2b/status.do", &form), "qrStatus"), "STARTED");
    let body = json!({
        "userName": "test_user", "password": "test_user_password", "mdOrder": order,
    });
    let marked = format!("\u{feff} {}", serde_json::to_string_pretty(&body).expect("JSON"));
    assert_eq!(text(&desk.raw("sbp_c2b/status.do", &marked), "qrStatus"), "STARTED");
}

/// R-099: no document shows a refusal, so that a partner can have each form of it.
#[test]
fn refusals_come_in_every_form() {
    let beside = json!({"success": false, "errorCode": "6", "errorMessage": "Order not found"});
    for (shape, wanted) in [
        (WalletRefusal::Beside, beside),
        (
            WalletRefusal::InData,
            json!({
                "success": false, "data": {"errorCode": "6", "errorMessage": "Order not found"},
            }),
        ),
        (WalletRefusal::Text, json!({"success": false, "error": "Order not found"})),
        (
            WalletRefusal::Flag,
            json!({
                "success": false, "error": true, "errorCode": "6",
                "errorMessage": "Order not found",
            }),
        ),
        (
            WalletRefusal::Block,
            json!({
                "success": false,
                "error": {
                    "code": "6", "description": "Order not found", "message": "Order not found",
                },
            }),
        ),
        (WalletRefusal::Flat, json!({"errorCode": "6", "errorMessage": "Order not found"})),
    ] {
        let desk = Desk::of(|partner| partner.wallet_refusal = shape);
        let answer = desk.call("alfapay/paymentOrder.do", json!({"orderId": "none"}));
        assert_eq!(answer, wanted, "{shape:?}");
        let flat = desk.call("refund.do", json!({"orderId": "none", "amount": 0}));
        assert_eq!(flat, json!({"errorCode": "6", "errorMessage": "Order not found"}));
    }
    for (setting, success, refused) in [
        (ErrorCodes::AsSampled, json!("0"), json!("6")),
        (ErrorCodes::Text, json!("0"), json!("6")),
        (ErrorCodes::Number, json!(0), json!(6)),
    ] {
        let desk = Desk::of(|partner| partner.merchant.error_codes = setting);
        let order = desk.order(json!({}));
        assert_eq!(desk.status(&order)["errorCode"], success, "{setting:?}");
        assert_eq!(desk.status("none")["errorCode"], refused, "{setting:?}");
        let given = desk.get(&order).get("errorCode").cloned();
        let wanted = Some(success).filter(|_| setting != ErrorCodes::AsSampled);
        assert_eq!(given, wanted, "{setting:?}");
    }
    let desk = Desk::new();
    let russian = desk.call("getOrderStatusExtended.do", json!({"orderId": "1", "language": "ru"}));
    assert_eq!(text(&russian, "errorMessage"), "Заказ не найден");
}

/// Nobody sees or touches another partner's orders and subscriptions.
#[test]
fn partners_are_strangers_to_each_other() {
    let desk = Desk::new();
    desk.sandbox.with_router(|router| {
        router.add_partner(payments_sandbox::Partner::new("other", "pw"));
    });
    let more = json!({
        "clientId": "c1", "description": "d", "jsonParams": {"subscriptionPurpose": "p"},
    });
    let order = desk.order(more.clone());
    let login = |mut body: Value| {
        body["userName"] = "other".into();
        body["password"] = "pw".into();
        body.to_string()
    };
    for method in METHODS {
        if matches!(method, "register.do" | "registerPreAuth.do") {
            continue;
        }
        let body = json!({
            "orderId": order, "mdOrder": order, "orderNumber": "1", "amount": 0, "device": "Mobile",
            "browser": "x", "os": "x", "webView": true, "sbpMemberId": "1",
            "sbpSubscriptionToken": "x", "bindingId": "x", "clientId": "c1",
        });
        let answer = desk.raw(method, &login(body));
        if method.ends_with("etBindings.do") {
            assert_eq!(answer["bindings"], json!([]), "{method}");
        } else if method != "settings/getRouterParams.do" {
            let refused = refusal(&answer);
            assert!(["2", "5", "6"].contains(&refused.as_str()), "{method} {answer}");
        }
    }
    assert_eq!(desk.state(&order), "PREREGISTERED");
    let order = desk.order(more);
    desk.call("sbp_c2b/get.do", json!({"mdOrder": order, "createSubscription": true}));
    desk.answer(&order, json!({"answer": "pay"}));
    let own = desk.call("sbp_c2b/getBindings.do", json!({"clientId": "c1"}));
    let token = &own["bindings"][0]["sbpSubscriptionToken"];
    assert!(token.is_string(), "{own}");
    let theirs = desk.raw("sbp_c2b/getBindings.do", &login(json!({"clientId": "c1"})));
    assert_eq!(theirs["bindings"], json!([]));
    let unbind = json!({"bindingId": own["bindings"][0]["bindingId"]});
    assert_eq!(code(&desk.raw("sbp_c2b/unBind.do", &login(unbind))), "5");
}
