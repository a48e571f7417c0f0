//! Payment links: made, changed, listed, opened and paid.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::*;

/// Calls a method with the body of the samples: login by their spelling.
fn call(shop: &Shop, method: &str, mut body: Value) -> Value {
    body["username"] = "test_user".into();
    body["password"] = "test_user_password".into();
    let path = format!("/payment/rest/templates/{method}.do");
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()));
    let answer = shop.send(&request.expect("valid"));
    serde_json::from_slice(answer.body()).expect("JSON")
}

/// The members of the smallest link, changed.
fn template(more: Value) -> Value {
    let mut template = json!({"type": "ECOM", "name": "test", "nameForClient": "A gift"});
    for (name, value) in more.as_object().expect("members") {
        template[name] = value.clone();
    }
    json!({"template": template, "language": "en"})
}

/// Makes a link; its identifier.
fn made(shop: &Shop, more: Value) -> String {
    let answer = call(shop, "create", template(more));
    assert_eq!(answer["status"], "SUCCESS", "{answer}");
    answer["template"]["templateId"].as_str().expect("text").to_owned()
}

fn read(shop: &Shop, link: &str) -> Value {
    let answer = call(shop, "get", json!({"template": {"templateId": link}}));
    assert_eq!(answer["status"], "SUCCESS", "{answer}");
    answer["template"].clone()
}

fn update(shop: &Shop, link: &str, more: Value) -> Value {
    let mut template = more;
    template["templateId"] = link.into();
    call(shop, "update", json!({"template": template}))
}

fn listed(shop: &Shop, more: Value) -> Vec<String> {
    let answer = call(shop, "getList", more);
    let all = answer["templates"].as_array().unwrap_or_else(|| panic!("{answer}"));
    all.iter().map(|it| it["templateId"].as_str().expect("text").to_owned()).collect()
}

/// Code and text of a failure.
fn failed(answer: &Value) -> (String, String) {
    assert_eq!(answer["status"], "FAIL", "{answer}");
    assert!(answer.get("errorCode").is_none() && answer["error"]["description"].is_string());
    let text = |name: &str| answer["error"][name].as_str().expect("text").to_owned();
    (text("code"), text("message"))
}

/// Goes through the link to an order; its identifier.
fn order_of(shop: &Shop, link: &str, fields: &[(&str, &str)]) -> String {
    let answer = shop.submit(&format!("/sc/{link}"), fields);
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", text(&answer));
    let page = location(&answer).expect("goes on");
    page.rsplit_once("mdOrder=").expect("an order").1.to_owned()
}

fn pay(shop: &Shop, order: &str) -> http::Response<Bytes> {
    let card = [("mdOrder", order), ("pan", PLAIN), ("expiry", "12/30"), ("cvc", "123")];
    shop.follow(shop.submit("/payment/merchants/ecom/pay", &card))
}

/// G-010, G-225, G-236, G-240: the samples' own requests work, and read back what they said.
#[test]
fn the_samples() {
    let shop = Shop::new();
    let sample = json!({"type": "ECOM", "name": "template_test", "currency": "EUR",
        "nameForClient": "Name For Client", "descriptionForClient": "Description For Client",
        "qrTemplate": {"qrWidth": 150, "qrHeight": 150},
        "commission": {"feeMin": 14, "feeMax": 14, "fixedAmount": 34, "feePercentage": 3.3},
        "additionalParams": [{"label": "Test", "name": "phone", "placeholder": "test",
            "regexp": "\\w+", "required": true, "value": "123", "visible": true}]});
    let link = made(&shop, sample.clone());
    assert_eq!(link.len(), 16);
    let found = read(&shop, &link);
    for name in ["type", "name", "nameForClient", "descriptionForClient", "additionalParams"] {
        assert_eq!(found[name], sample[name], "{name}");
    }
    assert_eq!((&found["currency"], &found["status"]), (&"978".into(), &"ACTIVE".into()));
    assert_eq!((&found["preAuth"], &found["singlePayment"]), (&false.into(), &false.into()));
    assert_eq!(found["qrTemplate"]["payload"], format!("https://bank.example/sc/{link}"));
    assert!(found.get("amount").is_none(), "the payer chooses");
    let gone = json!({"name": "merchapitest", "amount": 300_444, "description": "description555",
        "additionalParams": [{"label": "Phone number", "name": "phone", "mode": "REMOVE"}]});
    assert_eq!(update(&shop, &link, gone), json!({"status": "SUCCESS"}));
    let found = read(&shop, &link);
    assert!(found.get("additionalParams").is_none(), "{found}");
    assert_eq!((&found["amount"], &found["name"]), (&300_444.into(), &"merchapitest".into()));
    assert_eq!(listed(&shop, json!({"merchantLogin": "test_user"})), [link]);
}

/// G-226 to G-233: what is wrong with a link is said.
#[test]
fn wrong_links() {
    let shop = Shop::new();
    let refused = |more: Value| failed(&call(&shop, "create", template(more)));
    let (none, sums) = (Value::Null, json!({"feeMin": 1, "feeMax": 2}));
    let param = |more: Value| {
        let mut param = json!({"label": "L", "name": "n", "required": true});
        for (name, value) in more.as_object().expect("members") {
            param[name] = value.clone();
        }
        json!({"additionalParams": [param]})
    };
    for (more, code, named) in [
        (json!({"type": none}), "4", "template.type"),
        (json!({"type": "SBP_QR"}), "1", "type"),
        (json!({"name": ""}), "4", "template.name"),
        (json!({"name": "x".repeat(141)}), "1", "name"),
        (json!({"amount": 0}), "1", "amount"),
        (json!({"amount": "12345678901"}), "1", "amount"),
        (json!({"currency": "XYZ"}), "1", "currency"),
        (json!({"startDate": "02.01.2026"}), "1", "startDate"),
        (
            json!({"startDate": "2026-02-01T00:00:00", "endDate": "2026-01-01T00:00:00"}),
            "1",
            "endDate",
        ),
        (json!({"preAuth": "perhaps"}), "1", "preAuth"),
        (json!({"commission": sums}), "1", "commission"),
        (json!({"commission": {}}), "1", "commission"),
        (
            json!({"commission": {"feeMin": 1, "feeMax": 2, "feePercentage": "3,3"}}),
            "1",
            "feePercentage",
        ),
        (json!({"commission": {"feeMin": 3, "feeMax": 2, "feePercentage": "3.3"}}), "1", "feeMin"),
        (json!({"qrTemplate": {"qrHeight": 9, "qrWidth": 100}}), "1", "qrHeight"),
        (json!({"qrTemplate": {"qrHeight": 100, "qrWidth": 1001}}), "1", "qrWidth"),
        (json!({"additionalParams": "x"}), "1", "additionalParams"),
        (param(json!({"name": "items-count"})), "1", "additionalParams.name"),
        (param(json!({"name": none})), "4", "additionalParams.name"),
        (param(json!({"label": none})), "4", "additionalParams.label"),
        (param(json!({"required": none})), "4", "additionalParams.required"),
        (param(json!({"mode": "CHANGE"})), "1", "additionalParams.mode"),
    ] {
        let (got, text) = refused(more.clone());
        assert_eq!(got, code, "{more}: {text}");
        assert!(text.contains(&format!("[{named}]")), "{more}: {text}");
    }
    let nameless = json!({"template": {"type": "ECOM", "name": "n"}});
    assert_eq!(failed(&call(&shop, "create", nameless)).0, "4");
    assert_eq!(failed(&call(&shop, "create", json!({}))).0, "4");
    assert_eq!(failed(&call(&shop, "create", json!({"template": "x"}))).0, "1");
    assert_eq!(failed(&call(&shop, "get", json!({"template": {}}))).0, "4");
    let unknown = json!({"template": {"templateId": "unknown"}});
    for method in ["get", "update"] {
        assert_eq!(failed(&call(&shop, method, unknown.clone())).0, "6");
    }
    assert_eq!(failed(&call(&shop, "getList", json!({"status": "FORGOTTEN"}))).0, "1");
    assert_eq!(listed(&shop, json!({})), [""; 0], "nothing was made");
    let stranger = json!({"userName": "x", "password": "y"}).to_string();
    let request = Request::post("/payment/rest/templates/getList.do").body(Bytes::from(stranger));
    let answer = shop.send(&request.expect("valid"));
    let answer = serde_json::from_slice(answer.body()).expect("JSON");
    assert_eq!(failed(&answer).0, "5");
    let shop = Shop::of(|merchant| merchant.permissions.links = false);
    assert_eq!(failed(&call(&shop, "create", template(json!({})))).0, "5");
}

/// G-234: a picture with both sides named, of an active link alone; what it holds is the link.
#[test]
fn the_picture_of_a_link() {
    let shop = Shop::new();
    let qr = json!({"qrHeight": "200", "qrWidth": 150});
    let answer = call(&shop, "create", template(json!({"qrTemplate": qr.clone()})));
    let png = |answer: &Value| {
        let text = answer["renderedQr"].as_str().expect("a picture");
        BASE64_STANDARD.decode(text).expect("base64")
    };
    let first = png(&answer["template"]["qrTemplate"]);
    assert_eq!(first[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(first[16..24], [0, 0, 0, 150, 0, 0, 0, 200], "width and height");
    let link = answer["template"]["templateId"].as_str().expect("text").to_owned();
    let get = |qr: &Value| {
        let body = json!({"template": {"templateId": link, "qrTemplate": qr}});
        call(&shop, "get", body)["template"]["qrTemplate"].clone()
    };
    assert_eq!(png(&get(&qr)), first);
    assert!(get(&json!({"qrHeight": 200})).get("renderedQr").is_none(), "one side alone");
    assert!(get(&json!({})).get("renderedQr").is_none());
    let list = call(&shop, "getList", json!({"qrTemplate": qr.clone()}));
    assert_eq!(png(&list["templates"][0]["qrTemplate"]), first);
    update(&shop, &link, json!({"status": "INACTIVE"}));
    let off = get(&qr);
    assert!(off.get("renderedQr").is_none() && off["payload"].is_string());
    let control = shop.get("/sandbox/templates");
    let control: Value = serde_json::from_slice(control.body()).expect("JSON");
    let matrix = control["templates"][0]["qrMatrix"].as_str().expect("rows").to_owned();
    let rows: Vec<&str> = matrix.lines().collect();
    assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()), "{matrix}");
}

/// G-235: what goes with a code is the merchant's purpose, else the description.
#[test]
fn the_purpose_of_a_code() {
    let shop = Shop::new();
    let purpose = || {
        let control = shop.get("/sandbox/templates");
        let control: Value = serde_json::from_slice(control.body()).expect("JSON");
        control["templates"][0]["paymentPurpose"].clone()
    };
    let link = made(&shop, json!({}));
    assert_eq!(purpose(), Value::Null);
    update(&shop, &link, json!({"description": "A gift"}));
    assert_eq!(purpose(), "A gift");
    update(&shop, &link, json!({"qrTemplate": {"paymentPurpose": "For you"}}));
    assert_eq!(purpose(), "For you");
}

/// G-227, G-231: the payer types the amount and the fields; what is wrong is told beside its field.
#[test]
fn a_payer_fills_in_the_page() {
    let shop = Shop::new();
    let link = made(
        &shop,
        json!({"additionalParams": [
            {"label": "Size", "name": "size", "regexp": "[0-9]{2}", "required": true,
             "visible": true, "placeholder": "42"},
            {"label": "Note", "name": "note", "required": false, "visible": true},
            {"label": "Hidden", "name": "hidden", "required": true, "value": "kept"}]}),
    );
    let page = shop.get(&format!("/sc/{link}"));
    let html = text(&page);
    assert_eq!(page.status(), StatusCode::OK);
    assert!(html.contains("name=\"amount\"") && html.contains("A gift"), "{html}");
    assert!(html.contains("placeholder=\"42\"") && !html.contains("Hidden"), "{html}");
    let try_it = |fields: &[(&str, &str)]| shop.submit(&format!("/sc/{link}"), fields);
    for (amount, size, told) in [
        ("", "42", "amount-wrong"),
        ("0", "42", "amount-wrong"),
        ("1.005", "42", "amount-wrong"),
        ("12x", "42", "amount-wrong"),
        ("12345678901", "42", "amount-wrong"),
        ("12", "", "wrong-size"),
        ("12", "421", "wrong-size"),
    ] {
        let again = try_it(&[("amount", amount), ("size", size)]);
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "{amount:?} {size:?}");
        for id in ["amount-wrong", "wrong-size", "wrong-note"] {
            let shown = text(&again).contains(&format!("id=\"{id}\""));
            assert_eq!(shown, id == told, "{amount:?} {size:?} {id}");
        }
    }
    assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), 0, "looking makes no order");
    let fields = [("amount", "1 234,5"), ("size", "42"), ("note", "a \"b\" <c>"), ("hidden", "x")];
    let order = order_of(&shop, &link, &fields);
    let status = shop.status(&order);
    assert_eq!((&status["amount"], &status["currency"]), (&123_450.into(), &"643".into()));
    let params = status["merchantOrderParams"].clone();
    let want = json!([{"name": "size", "value": "42"}, {"name": "note", "value": "a \"b\" <c>"},
                      {"name": "hidden", "value": "kept"}]);
    assert_eq!(params, want);
    let back = location(&pay(&shop, &order));
    assert_eq!(back, None, "the gateway's own page at the end");
    assert_eq!(shop.amounts(&order), [2, 123_450, 123_450, 0]);
}

/// G-227: a fixed sum cannot be changed by the payer; a link may hold money first.
#[test]
fn a_fixed_sum() {
    let shop = Shop::new();
    let link = made(&shop, json!({"amount": 2000, "preAuth": true}));
    let html = shop.get(&format!("/sc/{link}"));
    assert!(!text(&html).contains("name=\"amount\"") && text(&html).contains("RUB\u{a0}20.00"));
    let order = order_of(&shop, &link, &[("amount", "1")]);
    let end = pay(&shop, &order);
    assert_eq!(end.status(), StatusCode::OK);
    assert!(text(&end).contains("Paid") && !text(&end).contains("Not paid"));
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0], "held");
    let open = order_of(&shop, &link, &[]);
    let end = shop.get(&format!("/sc/{link}/end?orderId={open}"));
    assert!(text(&end).contains("Not paid"), "nobody has paid");
    assert_eq!(shop.get(&format!("/sc/{link}/end?orderId=x")).status(), StatusCode::NOT_FOUND);
    assert_eq!(shop.get("/sc/unknown").status(), StatusCode::NOT_FOUND);
}

/// G-232, G-233: a percentage between its bounds, or a fixed fee.
#[test]
fn a_fee_on_top() {
    let shop = Shop::new();
    let fees = json!({"feeMin": 100, "feeMax": 300, "feePercentage": "2.5"});
    let link = made(&shop, json!({"commission": fees}));
    let charged = |link: &str, amount| {
        shop.status(&order_of(&shop, link, &[("amount", amount)]))["amount"].as_u64()
    };
    assert_eq!(charged(&link, "20"), Some(2100), "at least");
    assert_eq!(charged(&link, "60.20"), Some(6020 + 151), "half a unit counts as one");
    assert_eq!(charged(&link, "1000"), Some(100_300), "at most");
    let fixed = made(&shop, json!({"amount": 1000, "commission": {"fixedAmount": "50"}}));
    assert_eq!(charged(&fixed, ""), Some(1050));
    assert!(text(&shop.get(&format!("/sc/{fixed}"))).contains("RUB\u{a0}0.50"));
    assert_eq!(read(&shop, &fixed)["commission"], json!({"fixedAmount": "50"}));
}

/// G-228: from its start on and until its end, in the bank's own zone.
#[test]
fn a_link_has_its_time() {
    let shop = Shop::new(); // 2026-01-01 03:00:00 in UTC+3
    let dates = json!({"startDate": "2026-01-01T03:00:10", "endDate": "2026-01-01T03:00:20"});
    let (link, amount) = (made(&shop, dates), [("amount", "5")]);
    let status = || read(&shop, &link)["status"].as_str().expect("text").to_owned();
    let opened = || shop.submit(&format!("/sc/{link}"), &amount).status();
    assert_eq!((status(), opened()), ("WAITING".into(), StatusCode::GONE));
    shop.advance(9);
    assert_eq!((status(), opened()), ("WAITING".into(), StatusCode::GONE));
    shop.advance(1);
    assert_eq!((status(), opened()), ("ACTIVE".into(), StatusCode::SEE_OTHER));
    shop.advance(10);
    assert_eq!((status(), opened()), ("EXPIRED".into(), StatusCode::GONE));
    assert_eq!(listed(&shop, json!({"status": "EXPIRED"})), std::slice::from_ref(&link));
    let later = json!({"isIndefinite": true, "endDate": "2026-01-01T03:00:20"});
    assert_eq!(update(&shop, &link, later)["status"], "SUCCESS");
    assert_eq!(status(), "ACTIVE"); // G-237
    assert!(read(&shop, &link).get("endDate").is_none());
    let endless = made(&shop, json!({}));
    shop.advance(100 * 365 * 24 * 3600);
    assert_eq!(read(&shop, &endless)["status"], "ACTIVE", "without an end");
}

/// G-229: one payment uses a link up, and no second order of it can be paid.
#[test]
fn a_link_for_one_payment() {
    let shop = Shop::new();
    let link = made(&shop, json!({"amount": 2000, "singlePayment": true}));
    let (first, second) = (order_of(&shop, &link, &[]), order_of(&shop, &link, &[]));
    pay(&shop, &first);
    assert_eq!(read(&shop, &link)["status"], "USED");
    assert_eq!(shop.get(&format!("/sc/{link}")).status(), StatusCode::GONE);
    assert_eq!(shop.amounts(&second)[0], 6, "the other order is closed");
    pay(&shop, &second);
    assert_eq!(shop.books(&second).taken, 0);
    assert_eq!(listed(&shop, json!({"status": "USED"})), std::slice::from_ref(&link));
    assert_eq!(update(&shop, &link, json!({"status": "ACTIVE"}))["status"], "SUCCESS");
    assert_eq!(read(&shop, &link)["status"], "ACTIVE");
    pay(&shop, &order_of(&shop, &link, &[]));
    assert_eq!(read(&shop, &link)["status"], "USED", "one more payment");

    let many = made(&shop, json!({"amount": 2000}));
    for _ in 0..2 {
        let order = order_of(&shop, &many, &[]);
        pay(&shop, &order);
        assert_eq!(shop.books(&order).merchant, 2000);
    }
    assert_eq!(read(&shop, &many)["status"], "ACTIVE");
}

/// G-237, G-238: words that replace others; fields that are added, replaced and taken away.
#[test]
fn updates() {
    let shop = Shop::new();
    let link = made(&shop, json!({"amount": 2000}));
    update(&shop, &link, json!({"isFreeAmount": false, "amount": 5}));
    assert_eq!(read(&shop, &link)["amount"], 2000, "ignored");
    update(&shop, &link, json!({"isFreeAmount": true, "amount": 5}));
    assert!(read(&shop, &link).get("amount").is_none());
    update(&shop, &link, json!({"amount": 7, "description": "d"}));
    let names = |link: &str| {
        let params = read(&shop, link)["additionalParams"].as_array().cloned().unwrap_or_default();
        params.iter().map(|it| it["label"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    let one = |more: Value| json!({"additionalParams": [more]});
    let size = |label: &str| json!({"label": label, "name": "size", "required": false});
    update(&shop, &link, one(size("Size")));
    update(
        &shop,
        &link,
        one(json!({"label": "Note", "name": "note", "required": true, "mode": "ADD"})),
    );
    update(&shop, &link, one(size("New size")));
    assert_eq!(names(&link), ["New size", "Note"]);
    let half = update(&shop, &link, one(json!({"name": "colour"})));
    assert_eq!(failed(&half).0, "4");
    let unknown = one(json!({"name": "colour", "mode": "REMOVE"}));
    assert_eq!(failed(&update(&shop, &link, unknown)).0, "1");
    let broken = json!({"name": "changed", "amount": "x"});
    assert_eq!(failed(&update(&shop, &link, broken)).0, "1");
    assert_eq!(read(&shop, &link)["name"], "test", "all or nothing");
    for (status, code) in [("USED", "1"), ("WAITING", "1"), ("EXPIRED", "1")] {
        assert_eq!(failed(&update(&shop, &link, json!({"status": status}))).0, code);
    }
    update(&shop, &link, json!({"status": "INACTIVE"}));
    assert_eq!(shop.submit(&format!("/sc/{link}"), &[]).status(), StatusCode::GONE);
    assert_eq!(listed(&shop, json!({})), [""; 0]);
    assert_eq!(update(&shop, &link, json!({"status": "DELETE"}))["status"], "SUCCESS");
    assert_eq!(failed(&update(&shop, &link, json!({}))).0, "6");
}

/// G-239: active ones without a status, none as an empty array, a child's by its login.
#[test]
fn lists() {
    let shop = Shop::of(|merchant| merchant.children = vec!["child".into()]);
    assert_eq!(call(&shop, "getList", json!({})), json!({"status": "SUCCESS", "templates": []}));
    let (on, off) = (made(&shop, json!({"amount": 5})), made(&shop, json!({})));
    update(&shop, &off, json!({"status": "INACTIVE"}));
    assert_eq!(listed(&shop, json!({})), std::slice::from_ref(&on));
    assert_eq!(listed(&shop, json!({"status": "INACTIVE"})), [off]);
    let one = call(&shop, "getList", json!({}))["templates"][0].clone();
    assert_eq!(
        (&one["type"], &one["amount"], &one["currency"]),
        (&"ECOM".into(), &5.into(), &"643".into())
    );
    shop.sandbox
        .with_bank(|bank| bank.add_merchant(payments_sandbox::Merchant::new("child", "secret")));
    for spelling in ["merchantLogin", "merchant_login"] {
        assert_eq!(listed(&shop, json!({spelling: "child"})), [""; 0]);
        assert_eq!(failed(&call(&shop, "getList", json!({spelling: "stranger"}))).0, "5");
    }
    let theirs = json!({"userName": "child", "password": "secret", "template": {"templateId": on}});
    let request = Request::post("/payment/rest/templates/get.do").body(theirs.to_string().into());
    let answer = shop.send(&request.expect("valid"));
    let answer = serde_json::from_slice(answer.body()).expect("JSON");
    assert_eq!(failed(&answer).0, "6", "another's link");
}

/// A link holds no amounts that the merchant may not hold itself.
#[test]
fn two_phases_need_their_permission() {
    let shop = Shop::of(|merchant| merchant.permissions.two_phase = false);
    let answer = call(&shop, "create", template(json!({"amount": 2000, "preAuth": true})));
    assert_eq!(failed(&answer).0, "5");
    assert!(failed(&answer).1.starts_with("Access"), "{answer}");
    let link = made(&shop, json!({"amount": 2000}));
    assert_eq!(failed(&update(&shop, &link, json!({"preAuth": true}))).0, "5");
    assert_eq!(read(&shop, &link)["preAuth"], false);
}
