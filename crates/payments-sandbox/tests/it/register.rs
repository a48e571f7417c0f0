//! register, registerPreAuth and the status report.

use crate::support::*;
use payments_sandbox::settings::ErrorCodes;

fn register(shop: &Shop, changes: &[(&str, &str)]) -> serde_json::Value {
    let basic = [("orderNumber", "1"), ("amount", "2000"), ("returnUrl", "https://shop.example/")];
    let kept = basic.into_iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    shop.call("register.do", &kept.chain(changes.iter().copied()).collect::<Vec<_>>())
}

/// G-041, G-054, G-055: a number is good for one order; a refusal has no page address.
#[test]
fn an_order_number_is_good_for_one_order() {
    let shop = Shop::new();
    let first = register(&shop, &[("language", "en")]);
    let id = first["orderId"].as_str().expect("given");
    assert_eq!(id.len(), 36);
    let want = format!("https://bank.example/payment/merchants/ecom/payment_en.html?mdOrder={id}");
    assert_eq!(first["formUrl"], want.as_str());
    assert!(first.get("errorCode").is_none(), "as in the sample");
    let second = register(&shop, &[]);
    assert_eq!(second["errorCode"], "1");
    let text = "Order number is duplicated, order with given order number is processed already";
    assert_eq!(second["errorMessage"], text);
    assert!(second.get("formUrl").is_none());
    assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), 1);
    let found = shop.call("getOrderStatusExtended.do", &[("orderNumber", "1")]);
    assert_eq!(found["attributes"][0]["value"], id);
}

/// G-014, G-015, G-019, G-042, G-045, G-052, G-104: what a registration must be like.
#[test]
fn wrong_registrations_are_refused_with_their_code() {
    let shop = Shop::new();
    for (name, value, code) in [
        ("orderNumber", "", "4"),
        ("orderNumber", "1234567890123456789012345678901234567", "1"),
        ("amount", "", "4"),
        ("amount", "0", "5"),
        ("amount", "12.5", "5"),
        ("amount", "-1", "5"),
        ("amount", "1234567890123", "5"),
        ("returnUrl", "", "4"),
        ("returnUrl", "shop.example/back", "4"),
        ("failUrl", "/fail", "4"),
        ("currency", "RUB", "3"),
        ("currency", "000", "3"),
        ("language", "de", "5"),
        ("features", "FORCE_SSL,FORCE_TDS", "14"),
        ("jsonParams", "{", "5"),
        ("orderBundle", "[]", "5"),
        ("sessionTimeoutSecs", "0", "5"),
        ("expirationDate", "2026-01-01", "5"),
        ("expirationDate", "2025-01-01T00:00:00", "5"),
        ("expirationDate", "2026-01-01T03:00:00", "5"),
        ("merchantLogin", "another", "5"),
    ] {
        let answer = register(&shop, &[(name, value)]);
        assert_eq!(answer["errorCode"], code, "{name}={value}: {answer}");
        let text = answer["errorMessage"].as_str().expect("says what was wrong");
        assert!(text.contains(name), "{text}");
    }
    assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), 0);
    for (number, (name, value)) in
        [("currency", "810"), ("language", "EN"), ("failUrl", ""), ("amount", "999999999999")]
            .into_iter()
            .enumerate()
    {
        let answer = register(&shop, &[("orderNumber", &number.to_string()), (name, value)]);
        assert!(answer["orderId"].is_string(), "{name}={value}: {answer}");
    }
    let shop = Shop::of(|merchant| merchant.callbacks.dynamic_url_required = true);
    assert_eq!(register(&shop, &[])["errorCode"], "4");
    let shop = Shop::of(|merchant| merchant.client_notifications = true);
    let order = shop.order(false, &[]);
    assert_eq!(shop.pay(&order, PLAIN, &[])["errorCode"], 4, "checked at payment only");
    assert!(shop.pay(&order, PLAIN, &[("email", "a@b.example")])["redirect"].is_string());
}

/// G-057, G-058: address verification asks for the payer's address, and works with both parts of it.
#[test]
fn address_verification_needs_an_address() {
    let shop = Shop::of(|merchant| merchant.address_verification = true);
    assert_eq!(register(&shop, &[])["errorCode"], "4");
    let address = ("billingPayerData", "{\"billingPostalCode\":\"123456\"}");
    assert!(register(&shop, &[address, ("orderNumber", "own")])["orderId"].is_string());
    for (address, code) in [
        ("{\"billingPostalCode\":\"123456\"}", "E"),
        ("{\"billingPostalCode\":\"123456\",\"billingAddressLine1\":\"S\"}", "A"),
    ] {
        let order = shop.order(false, &[("billingPayerData", address)]);
        shop.pay(&order, PLAIN, &[]);
        assert_eq!(shop.status(&order)["avsCode"], code);
    }
}

/// G-016, G-030: the text comes in the language of the request, the code does not change.
#[test]
fn the_text_is_in_the_language_asked_for() {
    let shop = Shop::new();
    let first = shop.order(false, &[]);
    assert_eq!(shop.status(&first)["orderNumber"], "1");
    let (en, ru) = (register(&shop, &[("language", "en")]), register(&shop, &[("language", "ru")]));
    assert_eq!(en["errorCode"], ru["errorCode"]);
    assert_ne!(en["errorMessage"], ru["errorMessage"]);
    let order = shop.order(false, &[]);
    let status = |language| {
        let both = [("orderId", order.as_str()), ("language", language)];
        shop.call("getOrderStatusExtended.do", &both)["errorMessage"].clone()
    };
    assert_eq!((status("en"), status("ru")), ("Success".into(), "Успешно".into()));
}

/// G-031: the code as text or as number, by a setting of the merchant.
#[test]
fn codes_are_text_or_number() {
    for (setting, zero, six) in [
        (ErrorCodes::Text, serde_json::json!("0"), serde_json::json!("6")),
        (ErrorCodes::Number, serde_json::json!(0), serde_json::json!(6)),
    ] {
        let shop = Shop::of(|merchant| merchant.error_codes = setting);
        assert_eq!(shop.status("unknown")["errorCode"], six);
        let order = shop.paid(true);
        assert_eq!(shop.status(&order)["errorCode"], zero);
        let deposit = [("orderId", order.as_str()), ("amount", "0")];
        assert_eq!(shop.call("deposit.do", &deposit)["errorCode"], zero);
    }
}

/// G-048, G-049: how long an order may be paid.
#[test]
fn orders_expire() {
    let shop = Shop::new();
    let default = shop.order(false, &[]);
    let short = shop.order(false, &[("sessionTimeoutSecs", "60")]);
    // The clock stands at 2026-01-01 03:00:00 in Moscow.
    let date = [("sessionTimeoutSecs", "60"), ("expirationDate", "2026-01-01T04:00:00")];
    let dated = shop.order(true, &date);
    shop.pay(&dated, ONE, &[]);
    let states = || [&default, &short, &dated].map(|order| shop.amounts(order)[0]);
    shop.advance(59);
    assert_eq!(states(), [0, 0, 5]);
    shop.advance(1);
    assert_eq!(states(), [0, 6, 5]);
    assert_eq!(shop.pay(&short, PLAIN, &[])["errorCode"], 5);
    shop.advance(1140);
    assert_eq!(states(), [6, 6, 5]);
    shop.advance(2400);
    assert_eq!(states(), [6, 6, 6]);
    assert_eq!(shop.status(&default)["actionCode"], -2007);
    assert_eq!(shop.status(&dated)["actionCode"], -2009);
}

/// G-056: the bank completes and reverses by itself, at the moment in UTC+3.
#[test]
fn the_bank_acts_at_the_dates() {
    let shop = Shop::new();
    let completes = [("autocompletionDate", "2026-01-01T04:00:00")];
    let reverses = [("autoReverseDate", "2026-01-01T04:00:00")];
    let pay = |more: &[(&str, &str)]| {
        let order = shop.order(true, more);
        shop.pay(&order, PLAIN, &[]);
        order
    };
    let (completed, reversed) = (pay(&completes), pay(&reverses));
    let both = pay(&[completes[0], reverses[0]]);
    let partly = pay(&reverses);
    shop.call("reverse.do", &[("orderId", &partly), ("amount", "500")]);
    shop.advance(3599);
    assert_eq!(shop.amounts(&completed), [1, 2000, 0, 0]);
    assert_eq!(shop.amounts(&reversed), [1, 2000, 0, 0]);
    shop.advance(1);
    assert_eq!(shop.amounts(&completed), [2, 2000, 2000, 0]);
    assert_eq!(shop.amounts(&reversed), [3, 0, 0, 0]);
    assert_eq!(shop.amounts(&both)[0], 2);
    assert_eq!(shop.amounts(&partly), [3, 0, 0, 0]);

    let shop = Shop::of(|merchant| merchant.permissions.auto_completion = false);
    let date = ("autocompletionDate", "2026-01-01T04:00:00");
    let basic = [("orderNumber", "1"), ("amount", "1"), ("returnUrl", "https://a.example"), date];
    assert_eq!(shop.call("registerPreAuth.do", &basic)["errorCode"], "5");
}

/// G-032, G-124, G-134, G-135, G-137, G-138, G-139: the report's fields by version and permission.
#[test]
fn the_report_has_the_fields_of_its_version() {
    let paid = |version, proof: bool| {
        let shop = Shop::of(|merchant| {
            merchant.status_version = version;
            merchant.permissions.secure_auth_info = proof;
        });
        let more = [("jsonParams", "{\"a\":\"b\"}"), ("description", "D"), ("ip", "::1")];
        let order = shop.order(false, &[&more[..], &[("email", "a@b.example")]].concat());
        shop.pay(&order, FRICTIONLESS, &[]);
        shop.call("3ds/continue.do", &[("mdOrder", &order)]);
        shop.call("refund.do", &[("orderId", &order), ("amount", "1"), ("externalRefundId", "k")]);
        shop.status(&order)
    };
    let (one, newest) = (paid(1, true), paid(46, true));
    for (name, since) in [
        ("authDateTime", 2),
        ("terminalId", 2),
        ("paymentAmountInfo", 3),
        ("bankInfo", 3),
        ("refunds", 5),
        ("chargeback", 6),
        ("paymentWay", 9),
        ("depositedDate", 10),
        ("refundedDate", 12),
        ("payerData", 13),
        ("transactionAttributes", 14),
        ("authRefNum", 27),
    ] {
        assert!(one.get(name).is_none(), "{name} in version 1");
        assert!(paid(since - 1, true).get(name).is_none(), "{name} before version {since}");
        assert!(paid(since, true).get(name).is_some(), "{name} in version {since}");
    }
    let card = &newest["cardAuthInfo"];
    assert_eq!(
        (&card["maskedPan"], &card["expiration"]),
        (&"400000**0002".into(), &"203012".into())
    );
    let secure = &card["secureAuthInfo"];
    assert!(secure["threeDSInfo"]["cavv"].is_string() && secure.get("authTypeIndicator").is_none());
    let older = paid(42, true);
    assert_eq!(older["cardAuthInfo"]["secureAuthInfo"]["authTypeIndicator"], "4");
    assert!(paid(46, false)["cardAuthInfo"].get("secureAuthInfo").is_none());
    assert_eq!(newest["merchantOrderParams"][0]["name"], "a");
    assert_eq!(newest["paymentAmountInfo"]["approvedAmount"], 2000);
    assert_eq!(newest["refunds"][0]["externalRefundId"], "k");
    assert!(paid(20, true)["refunds"][0].get("externalRefundId").is_none());
}

/// G-144: what was said with the payment comes back from version 37 on.
#[test]
fn indicators_of_the_payment_come_back() {
    for (version, want) in [(36, None), (37, Some("LOW_VALUE"))] {
        let shop = Shop::of(|merchant| merchant.status_version = version);
        let order = shop.order(false, &[]);
        shop.pay(&order, PLAIN, &[("externalScaExemptionIndicator", "LOW_VALUE"), ("tii", "CI")]);
        let status = shop.status(&order);
        let used = status.get("usedPsdIndicatorValue").and_then(|value| value.as_str());
        assert_eq!(used, want);
        assert_eq!(status.get("tii").is_some(), want.is_some());
    }
}

/// G-123, G-125: one of the two identifiers; no status of an order that is not there.
#[test]
fn an_order_is_found_by_one_of_its_numbers() {
    let shop = Shop::new();
    assert_eq!(shop.call("getOrderStatusExtended.do", &[])["errorCode"], "1");
    let unknown = shop.status("unknown");
    assert_eq!(unknown["errorCode"], "6");
    assert!(unknown.get("orderStatus").is_none());
    let (one, _two) = (shop.order(false, &[]), shop.order(false, &[]));
    let both = [("orderId", one.as_str()), ("orderNumber", "2")];
    let found = shop.call("getOrderStatusExtended.do", &both);
    assert_eq!(found["orderNumber"], "1", "the gateway's number wins");
}
