//! SBP: QR codes and linked accounts, by requests written by hand.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::StatusCode;
use payments_sandbox::settings::ErrorCodes;
use serde_json::{Value, json};

use crate::support::*;

const MEMBER: &str = "100000000008";

fn get(shop: &Shop, order: &str, more: &[(&str, &str)]) -> Value {
    shop.call("sbp/c2b/qr/dynamic/get.do", &[&[("mdOrder", order)], more].concat())
}

fn state(shop: &Shop, order: &str) -> [String; 2] {
    let answer = shop.call("sbp/c2b/qr/status.do", &[("mdOrder", order)]);
    assert_eq!(answer["qrType"], "DYNAMIC", "{answer}"); // G-200
    ["qrStatus", "transactionState"].map(|name| answer[name].as_str().expect("text").to_owned())
}

fn reject(shop: &Shop, order: &str) -> Value {
    shop.call("sbp/c2b/qr/dynamic/reject.do", &[("mdOrder", order)])
}

/// Answers for the payer.
fn answer(shop: &Shop, order: &str, answer: &str) -> Value {
    let parameters = [("orderId", order), ("answer", answer)];
    let response = shop.submit("/sandbox/sbp", &parameters);
    serde_json::from_slice(response.body()).expect("JSON")
}

fn page_of(answer: &Value) -> String {
    answer["payload"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn bindings(shop: &Shop, more: &[(&str, &str)]) -> Vec<Value> {
    let answer = shop.call("sbp/c2b/getBindings.do", &[&[("clientId", "c1")], more].concat());
    answer["bindings"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

/// Pays an order of a customer's by a code that links the account.
fn linked(shop: &Shop) -> Value {
    let order = shop.order(false, &[("clientId", "c1")]);
    get(shop, &order, &[("createSubscription", "true")]);
    answer(shop, &order, "pay");
    bindings(shop, &[]).pop().expect("an account is linked")
}

fn charge(shop: &Shop, order: &str, token: &Value) -> Value {
    let token = token.as_str().expect("a token");
    let by = [("MDORDER", order), ("sbpSubscriptionToken", token), ("sbpMemberId", MEMBER)];
    shop.call("paymentorder.do", &by)
}

/// G-197, G-199: an open code has a content; once it is paid, the order is.
#[test]
fn a_code_is_paid() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let code = get(&shop, &order, &[]);
    let mut names: Vec<_> =
        code.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["payload", "qrId", "qrStatus"], "{code}");
    assert_eq!(code["qrStatus"], "STARTED");
    assert_eq!(state(&shop, &order), ["STARTED", "CREATED"]);
    assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
    assert_eq!(get(&shop, &order, &[]), code, "an open code is answered again");

    assert_eq!(answer(&shop, &order, "confirm")["qrStatus"], "CONFIRMED");
    assert_eq!(state(&shop, &order), ["CONFIRMED", "CREATED"]);
    // G-196, G-197: neither content nor drawing once the payer has agreed.
    let agreed = get(&shop, &order, &[("qrWidth", "100"), ("qrHeight", "100")]);
    assert_eq!(agreed, json!({"qrId": code["qrId"], "qrStatus": "CONFIRMED"}));
    assert_eq!(reject(&shop, &order)["rejected"], false, "the payer was quicker");
    assert_eq!(answer(&shop, &order, "pay")["qrStatus"], "ACCEPTED");
    assert_eq!(state(&shop, &order), ["ACCEPTED", "DEPOSITED"]);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    assert_eq!(shop.books(&order).merchant, 2000);
    let report = shop.status(&order);
    assert_eq!(report["paymentWay"], "SBP_C2B");
    assert!(report["authRefNum"].is_string() && report.get("cardAuthInfo").is_none());

    // Nobody pays twice, by whatever way.
    assert_eq!(answer(&shop, &order, "pay")["error"], "the code is not open");
    assert_eq!(shop.pay(&order, PLAIN, &[])["errorCode"], 5);
    assert_eq!(get(&shop, &order, &[])["errorCode"], "5");
    assert_eq!(shop.books(&order).merchant, 2000);
}

/// A payment by SBP is refunded like any other, in parts, at most what was taken.
#[test]
fn a_payment_by_code_is_refunded() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    get(&shop, &order, &[]);
    answer(&shop, &order, "pay");
    let refund = |amount: &str, key: &str| {
        let parameters =
            [("orderId", order.as_str()), ("amount", amount), ("externalRefundId", key)];
        shop.call("refund.do", &parameters)["errorCode"].clone()
    };
    assert_eq!(refund("500", "a"), 0);
    assert_eq!(refund("500", "a"), 0, "the same refund");
    assert_eq!(shop.amounts(&order), [4, 2000, 1500, 500]);
    assert_eq!(refund("1501", "b"), "5");
    assert_eq!(refund("0", "c"), 0);
    assert_eq!(shop.amounts(&order), [4, 2000, 0, 2000]);
    assert_eq!(state(&shop, &order), ["ACCEPTED", "DEPOSITED"]);
}

/// G-201: a rejected code is REJECTED_BY_USER and takes no money; the attempt has failed.
#[test]
fn a_code_is_rejected() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let page = page_of(&get(&shop, &order, &[]));
    assert_eq!(reject(&shop, &order), json!({"rejected": true}));
    assert_eq!(state(&shop, &order), ["REJECTED_BY_USER", "DECLINED"]);
    assert_eq!(shop.amounts(&order), [6, 0, 0, 0]);
    assert_eq!(shop.status(&order)["actionCode"], -2028);
    assert_eq!(shop.get(&page).status(), StatusCode::CONFLICT, "too late");
    shop.submit(&pay_at(&page), &[("answer", "pay")]);
    assert_eq!(shop.books(&order).taken, 0);
    let again = reject(&shop, &order);
    assert_eq!((&again["errorCode"], &again["rejected"]), (&json!("5"), &json!(false)));
    assert_eq!(get(&shop, &order, &[])["errorCode"], "5", "nor is there another code");

    // Where payers may try more than once, the next code is a new one.
    let shop = Shop::of(|merchant| merchant.attempts = 2);
    let order = shop.order(false, &[]);
    let first = get(&shop, &order, &[]);
    reject(&shop, &order);
    assert_eq!(state(&shop, &order), ["REJECTED_BY_USER", "CREATED"]);
    let second = get(&shop, &order, &[]);
    assert_ne!(first["qrId"], second["qrId"]);
    let of = |code: &Value| {
        let id = code["qrId"].as_str().expect("text");
        let parameters = [("mdOrder", order.as_str()), ("qrId", id)];
        shop.call("sbp/c2b/qr/status.do", &parameters)["qrStatus"].clone()
    };
    assert_eq!((of(&first), of(&second)), (json!("REJECTED_BY_USER"), json!("STARTED")));
    assert_eq!(answer(&shop, &order, "decline")["qrStatus"], "REJECTED");
    assert_eq!(shop.status(&order)["actionCode"], 116);
    assert_eq!(shop.amounts(&order)[0], 6);
}

/// A code lives as long as it is set for, and no longer than its order can be paid.
#[test]
fn a_code_grows_old() {
    let shop = Shop::of(|merchant| merchant.qr_lifetime_secs = 60);
    let order = shop.order(false, &[]);
    let first = get(&shop, &order, &[]);
    shop.advance(59);
    assert_eq!(state(&shop, &order), ["STARTED", "CREATED"]);
    shop.advance(1);
    assert_eq!(state(&shop, &order), ["REJECTED", "CREATED"]);
    assert_eq!(answer(&shop, &order, "pay")["error"], "the code is not open");
    assert_eq!(shop.books(&order).taken, 0);
    let second = get(&shop, &order, &[]);
    assert_ne!(first["qrId"], second["qrId"]);
    answer(&shop, &order, "pay");
    assert_eq!(shop.amounts(&order)[0], 2);

    let shop = Shop::new();
    let expired = shop.order(false, &[("sessionTimeoutSecs", "100")]);
    let page = page_of(&get(&shop, &expired, &[]));
    shop.advance(100);
    assert_eq!(state(&shop, &expired), ["REJECTED", "DECLINED"]);
    shop.submit(&pay_at(&page), &[("answer", "pay")]);
    assert_eq!(shop.amounts(&expired), [6, 0, 0, 0]);

    let by_card = shop.order(false, &[]);
    get(&shop, &by_card, &[]);
    shop.pay(&by_card, PLAIN, &[]);
    assert_eq!(state(&shop, &by_card), ["REJECTED", "DEPOSITED"]);
    assert_eq!(answer(&shop, &by_card, "pay")["error"], "the code is not open");
    assert_eq!(shop.books(&by_card).merchant, 2000);
}

/// G-196: drawn only with both sides, as a PNG unless a matrix is asked for, and only while open.
#[test]
fn a_code_is_drawn() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    for half in [&[("qrWidth", "150")][..], &[("qrHeight", "150")], &[("qrFormat", "image")]] {
        assert!(get(&shop, &order, half).get("renderedQr").is_none(), "{half:?}");
    }
    let sides = [("qrWidth", "150"), ("qrHeight", "120")];
    for more in [&[][..], &[("qrFormat", "image")]] {
        let drawn = get(&shop, &order, &[&sides[..], more].concat());
        let file = STANDARD.decode(drawn["renderedQr"].as_str().expect("drawn")).expect("base64");
        assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(file[16..24], [0, 0, 0, 150, 0, 0, 0, 120], "width and height");
    }
    let rows = get(&shop, &order, &[&sides[..], &[("qrFormat", "matrix")]].concat());
    let rows = rows["renderedQr"].as_str().expect("drawn");
    let side = rows.lines().count();
    assert!(side >= 21 && rows.lines().all(|row| row.len() == side), "a square");
    assert!(rows.starts_with("1111111"), "a finder");
    for (name, value) in [
        ("qrWidth", "9"),
        ("qrHeight", "1001"),
        ("qrWidth", "12px"),
        ("qrFormat", "svg"),
        ("createSubscription", "maybe"),
        ("paymentPurpose", &"ж".repeat(141)),
        ("redirectUrl", &"a".repeat(1025)),
    ] {
        let answer = get(&shop, &order, &[(name, value)]);
        assert_eq!(answer["errorCode"], "5", "{name}");
        assert!(answer["errorMessage"].as_str().is_some_and(|text| text.contains(name)));
    }
}

/// What a code's payload says, and where it leads: G-194, G-195.
#[test]
fn the_payers_page() {
    let shop = Shop::new();
    let order = shop.order(false, &[("language", "en"), ("description", "<Books>")]);
    let page = page_of(&get(&shop, &order, &[]));
    assert!(page.starts_with("https://bank.example/sbp/BD"), "{page}");
    assert!(page.contains("?type=02&bank=100000000008&sum=2000&cur=RUB&crc="), "{page}");
    let shown = shop.get(&page);
    assert_eq!(shown.status(), StatusCode::OK);
    assert!(text(&shown).contains("RUB\u{a0}20.00") && text(&shown).contains("&#60;Books&#62;"));
    assert!(!text(&shown).contains("linked"));
    get(&shop, &order, &[("paymentPurpose", "For the books")]);
    assert!(text(&shop.get(&page)).contains("For the books"));
    assert_eq!(shop.get(&pay_at(&page)).status(), StatusCode::OK, "nobody pays by looking");
    assert_eq!(shop.amounts(&order)[0], 0);

    let paid = shop.submit(&pay_at(&page), &[("answer", "pay")]);
    assert!(text(&paid).contains("<h1 id=\"title\">Paid"));
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    let again = shop.submit(&pay_at(&page), &[("answer", "pay")]);
    assert_eq!(again.status(), StatusCode::CONFLICT);
    assert_eq!(shop.books(&order).merchant, 2000);
    assert_eq!(shop.get("/sbp/unknown").status(), StatusCode::NOT_FOUND);

    let refused_at = |redirect: &str| {
        let order = shop.order(false, &[]);
        let page = page_of(&get(&shop, &order, &[("redirectUrl", redirect)]));
        let left = shop.submit(&pay_at(&page), &[("answer", "refuse")]);
        assert_eq!(state(&shop, &order)[0], "REJECTED_BY_USER");
        assert_eq!(shop.books(&order).taken, 0);
        location(&left)
    };
    let back = "https://shop.example/after?a=1";
    assert_eq!(refused_at(back).as_deref(), Some(back));
    for nowhere in ["://test.ru/", "1", "mybee://finance?sbpId=1", "javascript://%0aalert(1)"] {
        assert_eq!(refused_at(nowhere), None, "{nowhere}");
    }
}

/// G-198, G-202: a payment links the account, which is listed until it is taken away.
#[test]
fn an_account_is_linked_and_taken_away() {
    let shop = Shop::of(|merchant| {
        merchant.callbacks.url = Some("https://shop.example/callback".into());
    });
    let plain = shop.order(false, &[("clientId", "c1")]);
    get(&shop, &plain, &[("createSubscription", "false")]);
    answer(&shop, &plain, "pay");
    assert_eq!(bindings(&shop, &[]), [json!(null); 0], "nobody asked for it");

    let order = shop.order(false, &[("clientId", "c1"), ("language", "en")]);
    let page = page_of(&get(&shop, &order, &[("createSubscription", "true")]));
    assert!(text(&shop.get(&page)).contains("linked"), "the payer is told");
    shop.sandbox.take_deliveries();
    let handled = shop.sandbox.handle(&post(&pay_at(&page), &[("answer", "pay")]));
    let told: Vec<_> =
        handled.deliveries.iter().map(|it| parameter(it, "operation").expect("there")).collect();
    assert_eq!(told, ["bindingCreated", "deposited"]);
    let [one] = &bindings(&shop, &[])[..] else { panic!("one") };
    let mut names: Vec<_> =
        one.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "bindingId",
            "clientId",
            "displayLabel",
            "memberId",
            "subscriptionServiceId",
            "subscriptionServiceName",
            "subscriptionToken"
        ]
    );
    assert_eq!((&one["memberId"], &one["clientId"]), (&json!(MEMBER), &json!("c1")));
    assert_eq!(shop.status(&order)["bindingInfo"]["bindingId"], one["bindingId"]);
    assert_eq!(linked(&shop)["bindingId"], one["bindingId"], "linked once");

    let id = one["bindingId"].as_str().expect("text");
    assert_eq!(bindings(&shop, &[("bindingId", id)]).len(), 1);
    assert_eq!(bindings(&shop, &[("bindingId", "other")]).len(), 0);
    let unbind = || shop.call("sbp/c2b/unBind.do", &[("bindingId", id)]);
    // G-203: word for word as the sample.
    let want = json!({
        "error": "Stored credential deactivated",
        "errorCode": 2,
        "is3DSVer2": false,
        "errorMessage": "Stored credential deactivated"
    });
    assert_eq!((unbind(), unbind()), (want.clone(), want));
    assert_eq!(bindings(&shop, &[]).len(), 0);
    for (shown, count) in [("true", 1), ("TRUE", 1), ("false", 0)] {
        assert_eq!(bindings(&shop, &[("showDisabled", shown)]).len(), count, "{shown}");
    }
    // The order may have asked for it when it was registered.
    let asked = [("clientId", "c3"), ("features", "SBP_BINDING"), ("language", "en")];
    let order = shop.order(false, &asked);
    assert!(text(&shop.get(&page_of(&get(&shop, &order, &[])))).contains("linked"));
    answer(&shop, &order, "pay");
    let of_client = shop.call("sbp/c2b/getBindings.do", &[("clientId", "c3")]);
    assert_eq!(of_client["bindings"].as_array().map(Vec::len), Some(1), "{of_client}");
    let after = linked(&shop);
    assert_ne!(after["bindingId"], one["bindingId"], "a new one");
    assert_ne!(after["subscriptionToken"], one["subscriptionToken"]);
}

/// G-109: token and member pay together, once, for the customer whose account it is.
#[test]
fn a_linked_account_is_charged() {
    let shop = Shop::new();
    let one = linked(&shop);
    let token = one["subscriptionToken"].as_str().expect("text");
    let order = shop.order(false, &[("clientId", "c1")]);
    for (parameters, code) in [
        (&[("sbpSubscriptionToken", token)][..], 4),
        (&[("sbpMemberId", MEMBER)], 4),
        (&[("sbpSubscriptionToken", token), ("sbpMemberId", "100000000111")], 5),
        (&[("sbpSubscriptionToken", "unknown"), ("sbpMemberId", MEMBER)], 5),
    ] {
        let order = [("MDORDER", order.as_str())];
        let answer = shop.call("paymentorder.do", &[&order[..], parameters].concat());
        assert_eq!(answer["errorCode"], code, "{answer}");
        assert!(!answer.to_string().contains(token));
    }
    assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
    let paid = charge(&shop, &order, &one["subscriptionToken"]);
    assert_eq!(paid["errorCode"], 0);
    assert!(paid["redirect"].is_string(), "{paid}");
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    let report = shop.status(&order);
    assert_eq!(report["paymentWay"], "SBP_C2B");
    assert_eq!(report["bindingInfo"]["bindingId"], one["bindingId"]);
    assert_eq!(charge(&shop, &order, &one["subscriptionToken"])["errorCode"], 5, "once");
    assert_eq!(shop.books(&order).merchant, 2000);

    let others = shop.order(false, &[("clientId", "c2")]);
    assert_eq!(charge(&shop, &others, &one["subscriptionToken"])["errorCode"], 5);
    let id = one["bindingId"].as_str().expect("text");
    shop.call("sbp/c2b/unBind.do", &[("bindingId", id)]);
    let order = shop.order(false, &[("clientId", "c1")]);
    let declined = charge(&shop, &order, &one["subscriptionToken"]);
    assert!(declined["error"].is_string(), "{declined}");
    assert_eq!(shop.amounts(&order), [6, 0, 0, 0]);
    assert_eq!(shop.status(&order)["actionCode"], 239);
    assert_eq!(shop.books(&order).taken, 0);
}

/// Core's order machine accepts every way of an order through SBP, and ends where the bank does.
#[test]
fn the_order_machine_follows() {
    let shop = Shop::of(|merchant| merchant.attempts = 2);
    let one = linked(&shop);
    let way = |steps: &[&str]| {
        let order = shop.order(false, &[("clientId", "c1")]);
        for step in steps {
            match *step {
                "reject" => {
                    get(&shop, &order, &[]);
                    reject(&shop, &order);
                }
                "card" => {
                    shop.pay(&order, PLAIN, &[]);
                }
                "acs" => {
                    shop.pay(&order, ONE, &[]);
                }
                "charge" => {
                    charge(&shop, &order, &one["subscriptionToken"]);
                }
                "refund" => {
                    shop.call("refund.do", &[("orderId", &order), ("amount", "700")]);
                }
                other => {
                    get(&shop, &order, &[]);
                    answer(&shop, &order, other);
                }
            }
        }
        order
    };
    for (steps, status, kept) in [
        (&["pay", "refund"][..], 4, 1300),
        (&["refuse", "pay"], 2, 2000),
        (&["decline", "reject"], 6, 0),
        (&["reject", "card", "refund"], 4, 1300),
        (&["acs", "pay"], 2, 2000),
        (&["acs", "refuse", "charge"], 2, 2000),
        (&["confirm", "card"], 2, 2000),
        (&["charge", "refund"], 4, 1300),
    ] {
        let order = way(steps);
        assert_eq!(
            (shop.amounts(&order)[0], shop.books(&order).merchant),
            (status, kept),
            "{steps:?}"
        );
    }
    shop.sandbox.with_bank(|bank| {
        for (order, machine) in crate::replay::replay(bank) {
            let (books, seen) = (bank.ledger().order(&order), machine.seen());
            assert_eq!(seen.deposited.get(), books.merchant, "{order}");
            assert_eq!(seen.refunded.get(), books.refunded, "{order}");
        }
    });
}

/// Every refusal has its documented code and says what was wrong.
#[test]
fn refusals() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let code = |path: &str, parameters: &[(&str, &str)]| {
        let answer = shop.call(path, parameters);
        let text = answer["errorMessage"].as_str().unwrap_or_else(|| panic!("{answer}"));
        assert!(!text.is_empty());
        answer["errorCode"].clone()
    };
    for path in ["qr/dynamic/get", "qr/status", "qr/dynamic/reject"] {
        let path = format!("sbp/c2b/{path}.do");
        assert_eq!(code(&path, &[]), "4", "{path}");
        assert_eq!(code(&path, &[("mdOrder", "")]), "4", "{path}");
        assert_eq!(code(&path, &[("mdOrder", "unknown")]), "6", "{path}");
    }
    let of_order = [("mdOrder", order.as_str())];
    assert_eq!(code("sbp/c2b/qr/status.do", &of_order), "6", "there is no code yet");
    assert_eq!(code("sbp/c2b/qr/dynamic/reject.do", &of_order), "6");
    get(&shop, &order, &[]);
    let of_other = [("mdOrder", order.as_str()), ("qrId", "other")];
    assert_eq!(code("sbp/c2b/qr/status.do", &of_other), "6");

    // Without a customer nothing can be linked; SBP takes roubles, and takes them at once.
    let subscription = [("mdOrder", order.as_str()), ("createSubscription", "true")];
    assert_eq!(code("sbp/c2b/qr/dynamic/get.do", &subscription), "5");
    for other in [
        shop.order(true, &[]),
        shop.order(false, &[("currency", "978")]),
        shop.order(false, &[("features", "VERIFY")]),
    ] {
        assert_eq!(code("sbp/c2b/qr/dynamic/get.do", &[("mdOrder", &other)]), "5");
    }

    // G-202: an empty list beside the error.
    let answer = shop.call("sbp/c2b/getBindings.do", &[]);
    let want = json!({
        "errorCode": "5", "errorMessage": "clientId is not specified", "bindings": []
    });
    assert_eq!(answer, want);
    // G-203, G-204.
    let answer = shop.call("sbp/c2b/unBind.do", &[("bindingId", "unknown")]);
    assert_eq!(answer, json!({"errorCode": 5, "errorMessage": "Access denied"}));
    assert_eq!(code("sbp/c2b/unBind.do", &[]), 5);
    let answer = shop.call_as("sbp/c2b/qr/status.do", &[("mdOrder", &order)]);
    assert_eq!(answer["errorCode"], "5", "nobody asks without credentials");
}

/// What a merchant may not do is refused with 5, and nothing happens.
#[test]
fn permissions() {
    let shop = Shop::of(|merchant| merchant.permissions.sbp = false);
    let order = shop.order(false, &[]);
    assert_eq!(get(&shop, &order, &[])["errorCode"], "5");
    let client = [("clientId", "c1")];
    assert_eq!(shop.call("sbp/c2b/getBindings.do", &client)["errorCode"], "5");

    let shop = Shop::of(|merchant| merchant.permissions.stored_credentials = false);
    assert_eq!(shop.call("sbp/c2b/getBindings.do", &client)["errorCode"], "5");
    assert_eq!(shop.call("sbp/c2b/unBind.do", &[("bindingId", "1")])["errorCode"], 5);
    let order = shop.order(false, &client);
    assert_eq!(charge(&shop, &order, &json!("token"))["errorCode"], 5);
    assert_eq!(get(&shop, &order, &[])["qrStatus"], "STARTED");

    // A merchant without the permission for card data still charges accounts.
    let shop = Shop::of(|merchant| merchant.permissions.card_data = false);
    let one = linked(&shop);
    let order = shop.order(false, &client);
    assert_eq!(charge(&shop, &order, &one["subscriptionToken"])["errorCode"], 0);
    assert_eq!(shop.amounts(&order)[0], 2);
}

/// What real programs send: JSON, a query beside an empty body, numbers, any letter case.
#[test]
fn whatever_the_field_sends() {
    let shop = Shop::of(|merchant| merchant.error_codes = ErrorCodes::Number);
    let order = shop.order(false, &[]);
    let login = "userName=test_user&password=test_user_password";
    let body = format!(
        "{{\"userName\": \"test_user\", \"password\": \"test_user_password\", \
         \"MDORDER\": \"{order}\", \"qrHeight\": 100, \"qrWidth\": \"100\", \"memberId\": \"\"}}"
    );
    let request = http::Request::post("/payment/rest/sbp/c2b/qr/dynamic/get.do");
    let answer = shop.send(&request.body(body.into()).expect("valid"));
    let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
    assert_eq!((&answer["errorCode"], &answer["qrStatus"]), (&json!(0), &json!("STARTED")));
    assert!(answer["renderedQr"].is_string());
    let uri = format!("/payment/rest/sbp/c2b/qr/dynamic/reject.do?{login}&mdOrder={order}");
    let request = http::Request::post(uri).header("content-type", "application/json");
    let answer = shop.send(&request.body(Default::default()).expect("valid"));
    let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
    assert_eq!(answer, json!({"errorCode": 0, "rejected": true}));
}

/// The control address lists codes and says what is wrong with an answer.
#[test]
fn the_control_address() {
    let shop = Shop::new();
    let (one, two) = (shop.order(false, &[]), shop.order(false, &[]));
    for order in [&one, &two] {
        get(&shop, order, &[]);
    }
    let listed = |query: &str| -> Vec<Value> {
        let answer = shop.get(&format!("/sandbox/sbp{query}"));
        let answer: Value = serde_json::from_slice(answer.body()).expect("JSON");
        answer["codes"].as_array().expect("a list").clone()
    };
    assert_eq!(listed("").len(), 2);
    let [code] = &listed(&format!("?orderId={one}"))[..] else { panic!("one") };
    assert_eq!((&code["orderId"], &code["qrStatus"]), (&json!(one), &json!("STARTED")));
    let id = code["qrId"].as_str().expect("text");
    for wrong in [
        &[("orderId", "unknown"), ("answer", "pay")][..],
        &[("qrId", id)],
        &[("qrId", id), ("answer", "other")],
        &[("qrId", id), ("answer", "pay"), ("memberId", "bank")],
    ] {
        let answer = shop.submit("/sandbox/sbp", wrong);
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    }
    assert_eq!(shop.amounts(&one)[0], 0);
    shop.submit("/sandbox/sbp", &[("qrId", id), ("answer", "pay"), ("memberId", "100000000111")]);
    assert_eq!((shop.amounts(&one)[0], shop.amounts(&two)[0]), (2, 0));
}

fn pay_at(page: &str) -> String {
    format!("{}/answer", page.split('?').next().expect("an address"))
}
