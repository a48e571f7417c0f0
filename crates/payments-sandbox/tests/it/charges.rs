//! recurrentPayment and installmentPayment: JSON as programs in the field write it.

use bytes::Bytes;
use http::{Request, StatusCode};
use payments_core::id::OrderId;
use serde_json::{Value, json};

use crate::{
    replay::{agree, replay},
    support::*,
};

/// Sends a body as it is; no content type, as some programs forget it.
fn send(shop: &Shop, method: &str, body: impl Into<Bytes>) -> Value {
    let request = Request::post(format!("/payment/{method}.do")).body(body.into());
    let answer = shop.send(&request.expect("valid"));
    assert_eq!(answer.status(), StatusCode::OK);
    serde_json::from_slice(answer.body()).expect("JSON")
}

/// Calls with login and password.
fn call(shop: &Shop, method: &str, mut body: Value) -> Value {
    body["userName"] = json!("test_user");
    body["password"] = json!("test_user_password");
    send(shop, method, body.to_string())
}

/// A credential that a payment stored.
fn stored(shop: &Shop, pan: &str) -> String {
    let answer = shop.call(
        "createBindingNoPayment.do",
        &[
            ("clientId", "client-1"),
            ("pan", pan),
            ("expiryDate", "203012"),
            ("cardholderName", "TEST CARDHOLDER"),
        ],
    );
    answer["bindingId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn charge(number: &str, binding: &str) -> Value {
    json!({"orderNumber": number, "bindingId": binding, "amount": 2000})
}

fn replays(shop: &Shop) {
    let mut orders = shop.sandbox.with_bank(|bank| replay(bank));
    agree(shop, &mut orders);
}

#[track_caller]
fn assert_error(answer: &Value, code: &str, text: &str) {
    let error = &answer["error"];
    let said = error["message"].as_str().unwrap_or_default();
    assert!(error["code"] == code && said.contains(text), "{answer}");
    assert_eq!(answer["success"], false);
    assert_eq!(error["description"], error["message"]);
    assert!(answer["data"].is_null() && answer["orderStatus"].is_null(), "{answer}");
}

/// G-009, G-010, G-188, G-189, G-190: one JSON call registers and pays; the report comes along.
#[test]
fn a_recurrent_payment() {
    let shop = Shop::new();
    let binding = stored(&shop, PLAIN);
    // Blanks, an escaped slash, numbers as text, an empty value: all of it is sent.
    let body = format!(
        r#" {{
        "userName" : "test_user", "password" : "test_user_password", "orderNumber" : "R\/1",
        "language" : "EN", "bindingId": "{binding}", "amount" : "1200", "currency" : "643",
        "description" : "Test description", "preAuth": null, "autocompletionDate": "",
        "additionalParameters" : {{ "firstParamName" : "firstParamValue" }}
        }}"#
    );
    let answer = send(&shop, "recurrentPayment", body);
    assert_eq!(answer["success"], true, "{answer}");
    let order = answer["data"]["orderId"].as_str().expect("given");
    assert_eq!(shop.amounts(order), [2, 1200, 1200, 0]);
    assert_eq!(shop.books(order).merchant, 1200);
    let report = &answer["orderStatus"];
    for (name, value) in [
        ("errorCode", json!("0")),
        ("orderNumber", json!("R/1")),
        ("orderStatus", json!(2)),
        ("actionCode", json!(0)),
        ("amount", json!(1200)),
        ("orderDescription", json!("Test description")),
        ("merchantOrderParams", json!([{"name": "firstParamName", "value": "firstParamValue"}])),
        ("chargeback", json!(false)),
    ] {
        assert_eq!(report[name], value, "{name}");
    }
    assert_eq!(report["paymentAmountInfo"]["paymentState"], "DEPOSITED");
    assert_eq!(report["cardAuthInfo"]["maskedPan"], "411111**1111");
    assert_eq!(report["operations"][0]["amount"], 1200);
    assert_eq!(report["bindingInfo"]["bindingId"], *binding);
    let status = shop.status(order);
    assert_eq!((&status["tii"], &status["paymentWay"]), (&json!("R"), &json!("CARD_BINDING")));
    replays(&shop);
}

/// G-191, G-192, G-193: an instalment, in two phases where the merchant says so.
#[test]
fn an_instalment() {
    let shop = Shop::new();
    let binding = stored(&shop, PLAIN);
    let answer = call(&shop, "installmentPayment", charge("I-1", &binding));
    assert_eq!((&answer["errorCode"], &answer["error"]), (&json!(0), &json!(false)), "{answer}");
    let order = answer["orderId"].as_str().expect("given");
    assert_eq!(shop.amounts(order), [2, 2000, 2000, 0]);
    assert_eq!(answer["orderStatus"]["orderStatus"], 2);

    let mut held = charge("I-2", &binding);
    held["preAuth"] = json!(true);
    held["autocompletionDate"] = json!("2026-01-01T04:00:00");
    let answer = call(&shop, "installmentPayment", held);
    let order = answer["orderId"].as_str().expect("given");
    assert_eq!(shop.amounts(order), [1, 2000, 0, 0]);
    shop.advance(7200);
    assert_eq!(shop.amounts(order), [2, 2000, 2000, 0], "completed at its date (G-056)");
    replays(&shop);
}

/// G-189: declined by the issuer: processed, but not paid, and declined for good.
#[test]
fn a_decline_is_processed() {
    let shop = Shop::of(|merchant| merchant.attempts = 3);
    for (number, method) in [("R-1", "recurrentPayment"), ("I-1", "installmentPayment")] {
        let binding = stored(&shop, "4000000000000119");
        let answer = call(&shop, method, charge(number, &binding));
        let report = &answer["orderStatus"];
        assert_eq!((&report["orderStatus"], &report["actionCode"]), (&json!(6), &json!(116)));
        assert!(report["operations"].is_null(), "{answer}");
        let id = shop.sandbox.with_bank(|bank| bank.order_id("test_user", number).cloned());
        assert_eq!(shop.books(id.expect("registered").as_str()).taken, 0);
    }
    let binding = stored(&shop, "4000000000000119");
    let again = call(&shop, "recurrentPayment", charge("R-1", &binding));
    assert_error(&again, "10", "already registered");
    replays(&shop);
}

/// A payment that the merchant starts asks no payer, whatever the card.
#[test]
fn no_payer_is_asked() {
    let shop = Shop::new();
    for (number, pan) in [("1", CHALLENGE), ("2", METHOD), ("3", ONE)] {
        let binding = stored(&shop, pan);
        let answer = call(&shop, "recurrentPayment", charge(number, &binding));
        assert_eq!(answer["orderStatus"]["orderStatus"], 2, "{answer}");
    }
}

/// G-189, G-190: code 10 for a number that is taken, by whatever call; the first order stays as it is.
#[test]
fn a_taken_number() {
    let shop = Shop::new();
    let binding = stored(&shop, PLAIN);
    let first = call(&shop, "recurrentPayment", charge("1", &binding));
    let order = first["data"]["orderId"].as_str().expect("given");
    for _ in 0..2 {
        let again = call(&shop, "recurrentPayment", charge("1", &binding));
        assert_error(&again, "10", "already registered in the system");
    }
    let again = call(&shop, "installmentPayment", charge("1", &binding));
    assert_eq!((&again["errorCode"], &again["error"]), (&json!(10), &json!(true)), "{again}");
    assert_eq!(shop.books(order).taken, 2000, "not twice");
    let registered =
        [("orderNumber", "1"), ("amount", "2000"), ("returnUrl", "https://shop.example/back")];
    assert_eq!(shop.call("register.do", &registered)["errorCode"], "1");
    assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), 1);
}

/// Each wrong thing gets its code and a text that names it, and nothing is registered.
#[test]
fn what_is_refused() {
    let shop = Shop::new();
    let binding = stored(&shop, PLAIN);
    let wrong = |name: &str, value: Value| {
        let mut body = charge("1", &binding);
        body[name] = value;
        call(&shop, "recurrentPayment", body)
    };
    for (name, value, code, text) in [
        ("orderNumber", json!(""), "4", "[orderNumber]"),
        ("orderNumber", json!("1".repeat(37)), "1", "[orderNumber]"),
        ("bindingId", Value::Null, "4", "[bindingId]"),
        ("bindingId", json!("unknown"), "2", "not found"),
        ("amount", Value::Null, "4", "[amount]"),
        ("amount", json!(-1), "5", "[amount]"),
        ("amount", json!(0), "5", "[amount]"),
        ("amount", json!(12.5), "5", "[amount]"),
        ("currency", json!("000"), "3", "[currency]"),
        ("language", json!("fr"), "5", "[language]"),
        ("feeInput", json!("123456789"), "5", "[feeInput]"),
        ("preAuth", json!("maybe"), "5", "[preAuth]"),
        ("features", json!("no feature"), "14", "[features]"),
        ("features", json!(["FORCE_SSL", 1]), "5", "[features]"),
        ("additionalParameters", json!("text"), "5", "[additionalParameters]"),
        ("autocompletionDate", json!("tomorrow"), "0", ""),
    ] {
        let answer = wrong(name, value.clone());
        if code == "0" {
            assert_eq!(answer["success"], true, "one phase has no such date: {answer}");
        } else {
            assert_error(&answer, code, text);
        }
    }
    assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), 1);
    for features in [json!("FORCE_SSL"), json!(["FORCE_SSL", "FORCE_TDS"])] {
        let mut body = charge(&features.to_string().len().to_string(), &binding);
        body["features"] = features;
        assert_eq!(call(&shop, "recurrentPayment", body)["success"], true);
    }
}

/// G-007, G-188: a recurrent payment takes no token, an instalment does; both need the permission.
#[test]
fn who_may_charge() {
    let shop = Shop::of(|merchant| {
        merchant.token = Some(payments_core::Secret::new("secret-token"));
    });
    let binding = stored(&shop, PLAIN);
    let mut body = charge("1", &binding);
    body["token"] = json!("secret-token");
    let refused = send(&shop, "recurrentPayment", body.to_string());
    assert_error(&refused, "5", "login and password");
    let answer = send(&shop, "installmentPayment", body.to_string());
    assert_eq!(answer["errorCode"], 0, "{answer}");
    assert_error(
        &send(&shop, "recurrentPayment", charge("2", &binding).to_string()),
        "5",
        "denied",
    );

    let shop = Shop::new();
    let binding = stored(&shop, PLAIN);
    let off = |change: fn(&mut payments_sandbox::Merchant)| {
        shop.sandbox.with_bank(|bank| change(bank.merchant("test_user").expect("known")));
    };
    off(|merchant| merchant.permissions.stored_credentials = false);
    let refused = call(&shop, "recurrentPayment", charge("1", &binding));
    assert_error(&refused, "5", "no rights");
    off(|merchant| {
        merchant.permissions.stored_credentials = true;
        merchant.address_verification = true;
    });
    let refused = call(&shop, "recurrentPayment", charge("1", &binding));
    assert_error(&refused, "4", "[billingPayerData]"); // G-057
    let mut with = charge("1", &binding);
    with["billingPayerData"] = json!({"billingCity": "Y"});
    assert_eq!(call(&shop, "recurrentPayment", with)["success"], true);
}

/// A signed merchant's JSON calls are checked by the body as it came.
#[test]
fn a_signature_is_asked_for() {
    let shop = Shop::new();
    let binding = stored(&shop, PLAIN);
    shop.sandbox.with_bank(|bank| {
        let merchant = bank.merchant("test_user").expect("known");
        merchant.signing_key = Some(payments_sandbox::PUBLIC_KEY.into());
    });
    let refused = call(&shop, "recurrentPayment", charge("1", &binding));
    assert_error(&refused, "5", "X-Hash is missing");
}

/// Codes in blocks follow the merchant's setting, too.
#[test]
fn codes_as_the_merchant_likes_them() {
    let shop = Shop::of(|merchant| {
        merchant.error_codes = payments_sandbox::settings::ErrorCodes::Number;
    });
    let refused = call(&shop, "recurrentPayment", json!({}));
    assert_eq!(refused["error"]["code"], 4, "{refused}");
    let id = OrderId::from_bank("none");
    assert_eq!(shop.books(id.as_str()).taken, 0);
}
