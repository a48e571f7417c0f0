//! What the router checks before it acts.

use serde_json::{Value, json};

use super::support::*;

fn register(desk: &Desk, path: &str, more: &[(&str, Value)]) -> Value {
    let mut body = json!({
        "orderNumber": "n", "amount": 2000, "returnUrl": "https://shop.example/back",
    });
    for (name, value) in more {
        body[*name] = value.clone();
    }
    desk.call(path, body)
}

/// each wrong registration has its code and a text that names the parameter,
/// and leaves nothing behind.
#[test]
fn wrong_registrations_are_refused() {
    let long = |count: usize| Value::from("x".repeat(count));
    let address = |count: usize| Value::from(format!("https://a.example/{}", "x".repeat(count)));
    for (name, value, want) in [
        ("orderNumber", json!(""), "4"),
        ("orderNumber", json!(null), "4"),
        ("orderNumber", long(37), "1"),
        ("amount", json!(null), "4"),
        ("amount", json!("12.5"), "5"),
        ("amount", json!(12.5), "5"),
        ("amount", json!(-1), "5"),
        ("amount", json!("1234567890123"), "5"),
        ("amount", json!(0), "5"),
        ("currency", json!("64"), "3"),
        ("currency", json!("000"), "3"),
        ("currency", json!("RUB"), "3"),
        ("returnUrl", json!(""), "4"),
        ("returnUrl", json!("/back"), "4"),
        ("returnUrl", address(512), "5"),
        ("failUrl", json!("back"), "4"),
        ("dynamicCallbackUrl", json!("back"), "4"),
        ("language", json!("rus"), "5"),
        ("clientId", long(256), "5"),
        ("description", long(599), "5"),
        ("email", long(41), "5"),
        ("ip", long(40), "5"),
        ("bindingId", long(256), "5"),
        ("sessionTimeoutSecs", json!(0), "5"),
        ("sessionTimeoutSecs", json!("1234567890"), "5"),
        ("expirationDate", json!("2026-01-01"), "5"),
        ("expirationDate", json!("2020-01-01T00:00:00"), "5"),
        ("jsonParams", json!("text"), "5"),
        ("jsonParams", json!([1]), "5"),
        ("orderBundle", json!("text"), "5"),
        ("features", json!([1]), "5"),
        ("features", json!(["verify"]), "14"),
        ("features", json!("A,B"), "14"),
        ("allowedPaymentWays", json!([1]), "5"),
    ] {
        let desk = Desk::new();
        for path in ["register.do", "registerPreAuth.do"] {
            let answer = register(&desk, path, &[(name, value.clone())]);
            assert_eq!(code(&answer), want, "{name} {value} {answer}");
            assert!(text(&answer, "errorMessage").contains(name), "{answer}");
            assert_eq!(names(&answer), ["errorCode", "errorMessage"]);
        }
        assert_eq!(desk.sandbox.with_router(|router| router.order_count()), 0);
        assert_eq!(code(&register(&desk, "register.do", &[])), "0", "the number is still free");
    }
}

#[test]
fn right_registrations_are_accepted() {
    for (name, value) in [
        ("amount", json!("2000")),
        ("amount", json!(999_999_999_999_u64)),
        ("currency", json!("643")),
        ("currency", json!(643)),
        ("currency", json!("810")),
        ("language", json!("RU")),
        ("language", json!("kk")),
        ("features", json!([])),
        ("features", json!("FORCE_SSL")),
        ("features", json!(["FORCE_SSL", "FORCE_TDS"])),
        ("jsonParams", json!({"a": "b"})),
        ("jsonParams", json!("{\"a\": \"b\"}")),
        ("jsonParams", json!({"a": {"b": 1}})),
        ("allowedPaymentWays", json!(["SBP_C2B", "SOMETHING_NEW"])),
        ("orderBundle", json!({"cartItems": {"items": []}})),
        ("expirationDate", json!("2026-01-01T04:00:00")),
        ("phone", json!("+79990000000")),
        ("taxSystem", json!(0)),
        ("unheardOf", json!([{"a": null}])),
    ] {
        let desk = Desk::new();
        let answer = register(&desk, "register.do", &[(name, value.clone())]);
        assert_eq!(code(&answer), "0", "{name} {value} {answer}");
    }
}

/// A number is taken once for each partner.
#[test]
fn a_number_is_taken_once() {
    let desk = Desk::new();
    assert_eq!(code(&register(&desk, "register.do", &[])), "0");
    for path in ["register.do", "registerPreAuth.do"] {
        let again = register(&desk, path, &[("amount", json!(1))]);
        assert_eq!(code(&again), "1");
    }
    assert_eq!(desk.sandbox.with_router(|router| router.order_count()), 1);
}

/// an order lives 30 minutes or as long as its registration says, and its code
/// no longer, wherever it is by then.
#[test]
fn orders_grow_old() {
    for (more, seconds) in [
        (json!({}), 1800),
        (json!({"sessionTimeoutSecs": 60}), 60),
        (json!({"sessionTimeoutSecs": "7200"}), 7200),
        (json!({"expirationDate": "2026-01-01T03:10:00"}), 600),
    ] {
        let desk = Desk::new();
        let (waiting, scanned) = (desk.order(more.clone()), desk.order(more.clone()));
        let late = desk.order(more.clone());
        desk.get(&scanned);
        desk.advance(seconds - 30);
        desk.get(&late);
        desk.advance(29);
        assert_eq!(desk.state(&waiting), "PREREGISTERED", "{more}");
        for order in [&scanned, &late] {
            assert_eq!(desk.qr(order), ["STARTED", "CREATED"], "{more}");
        }
        desk.advance(1);
        assert_eq!(desk.state(&waiting), "DECLINED", "{more}");
        for order in [&scanned, &late] {
            assert_eq!(desk.qr(order), ["REJECTED", "DECLINED"], "{more}");
            assert_eq!(desk.state(order), "DECLINED");
            desk.answer(order, json!({"answer": "pay"}));
            assert_eq!(desk.books(order), (0, 0), "too late");
        }
    }
    let desk = Desk::of(|partner| partner.order_lifetime_secs = 100);
    let order = desk.order(json!({}));
    desk.advance(100);
    assert_eq!(desk.state(&order), "DECLINED");
}

/// who wants a subscription names a customer and a purpose at registration,
/// wherever the purpose stands and however it is spelled, and asks for it with the code.
#[test]
fn a_subscription_needs_a_customer_and_a_purpose() {
    let purpose = json!({"subscriptionPurpose": "p"});
    for (more, missing) in [
        (json!({"jsonParams": purpose}), "clientId"),
        (json!({"clientId": "c1"}), "subscriptionPurpose"),
        (
            json!({"clientId": "c1", "jsonParams": {"subscriptionPurpose": ""}}),
            "subscriptionPurpose",
        ),
    ] {
        let desk = Desk::new();
        let order = desk.order(more);
        let body = json!({"mdOrder": order, "createSubscription": "true"});
        let answer = desk.call("sbp_c2b/get.do", body);
        assert_eq!(code(&answer), "5");
        assert!(text(&answer, "errorMessage").contains(missing), "{answer}");
        assert!(desk.routed(&order).banks.is_empty(), "checked before anything is done");
    }
    for (place, more) in [
        (0, json!({"jsonParams": purpose})),
        (1, json!({"jsonParams": purpose.to_string()})),
        (2, json!({"jsonParams": {"subscritionPurpose": "p"}})),
        (3, json!({"jsonParams": {"sbp.subscriptionPurpose": "p"}})),
        (4, json!({"subscriptionPurpose": "p"})),
        (5, json!({"subscritionPurpose": "p"})),
    ] {
        let desk = Desk::new();
        let mut more = more;
        more["clientId"] = "c1".into();
        let asked =
            [json!(true), json!("true"), json!("True"), json!(1), json!("1"), json!("TRUE")];
        let order = desk.order(more);
        let body = json!({"mdOrder": order, "createSubscription": asked[place]});
        assert_eq!(text(&desk.call("sbp_c2b/get.do", body), "qrStatus"), "STARTED");
        desk.answer(&order, json!({"answer": "pay"}));
        let listed = desk.call("sbp_c2b/getBindings.do", json!({"clientId": "c1"}));
        assert_eq!(listed["bindings"][0]["sbpSubscriptionPurpose"], "p", "{place} {listed}");
    }
    let desk = Desk::new();
    let order = desk.order(json!({"clientId": "c1", "jsonParams": purpose}));
    let body = json!({"mdOrder": order, "createSubscription": "yes"});
    let wrong = desk.call("sbp_c2b/get.do", body);
    assert!(text(&wrong, "errorMessage").contains("createSubscription"), "{wrong}");
    for not in [json!(false), json!("false"), json!(0), json!(""), json!(null)] {
        let body = json!({"mdOrder": order, "createSubscription": not});
        assert_eq!(text(&desk.call("sbp_c2b/get.do", body), "qrStatus"), "STARTED");
    }
    desk.answer(&order, json!({"answer": "pay"}));
    let listed = desk.call("sbp_c2b/getBindings.do", json!({"clientId": "c1"}));
    assert_eq!(listed["bindings"], json!([]), "nobody asked for one");
}

/// nothing to pay is for subscriptions, and the bank must have agreed.
#[test]
fn zero_amounts_are_for_subscriptions() {
    let zero = json!({
        "amount": 0, "features": ["VERIFY"], "clientId": "c1",
        "jsonParams": {"subscriptionPurpose": "p"},
    });
    let desk = Desk::of(|partner| partner.verify = false);
    let verify = [("amount", json!(0)), ("features", json!(["VERIFY"]))];
    let answer = register(&desk, "register.do", &verify);
    assert_eq!(code(&answer), "13", "{answer}");

    let desk = Desk::of(|partner| partner.merchant.permissions.sbp_verify = false);
    let order = desk.order(zero.clone());
    let body = json!({"mdOrder": order, "createSubscription": true});
    assert_eq!(code(&desk.call("sbp_c2b/get.do", body)), "5", "the bank says no");

    let desk = Desk::new();
    let order = desk.order(zero);
    assert_eq!(code(&desk.get(&order)), "4", "nothing to pay, and no subscription");
    for path in ["tpay/paymentOrder.do", "alfapay/paymentOrder.do"] {
        let body = json!({
            "orderId": order, "device": "Mobile", "browser": "x", "os": "x", "webView": true,
        });
        assert_eq!(code(&desk.call(path, body)), "5", "{path}");
    }
    assert!(desk.routed(&order).banks.is_empty());
}

/// what is asked of a drawing, and when there is one.
#[test]
fn codes_are_drawn_as_asked() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    for (name, value) in [
        ("qrHeight", json!(9)),
        ("qrWidth", json!(1001)),
        ("qrWidth", json!("x")),
        ("qrFormat", json!("svg")),
        ("paymentPurpose", json!("x".repeat(141))),
        ("redirectUrl", json!("x".repeat(1025))),
    ] {
        let mut body = json!({"mdOrder": order, "qrHeight": 100, "qrWidth": 100});
        body[name] = value;
        let answer = desk.call("sbp_c2b/get.do", body);
        assert_eq!(code(&answer), "5");
        assert!(text(&answer, "errorMessage").contains(name), "{answer}");
        assert!(desk.routed(&order).banks.is_empty(), "checked before anything is done");
    }
    for half in [json!({"qrHeight": 100}), json!({"qrWidth": 100}), json!({"qrFormat": "image"})] {
        let mut body = half;
        body["mdOrder"] = order.as_str().into();
        assert!(desk.call("sbp_c2b/get.do", body).get("renderedQr").is_none());
    }
    let body = json!({"mdOrder": order, "qrHeight": "200", "qrWidth": 300, "qrFormat": "image"});
    let drawn = desk.call("sbp_c2b/get.do", body);
    assert!(text(&drawn, "renderedQr").starts_with("iVBORw0K"), "as in the sample: a PNG");
    let body = json!({"mdOrder": order, "qrHeight": 20, "qrWidth": 20, "qrFormat": "matrix"});
    let drawn = desk.call("sbp_c2b/get.do", body.clone());
    let rows: Vec<&str> = text(&drawn, "renderedQr").lines().collect();
    assert!(rows.iter().all(|row| row.len() == rows.len()), "a square");
    assert!(rows.concat().bytes().all(|byte| byte == b'0' || byte == b'1'));
    desk.answer(&order, json!({"answer": "confirm"}));
    let agreed = desk.call("sbp_c2b/get.do", body);
    assert_eq!(text(&agreed, "qrStatus"), "CONFIRMED");
    assert!(agreed.get("renderedQr").is_none(), "{agreed}");
    assert_eq!(agreed["payload"], drawn["payload"]);
}
