//! Who may call, how calls are signed, and what programs in the field really send.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, StatusCode};
use payments_core::Secret;
use payments_sandbox::{Merchant, Sandbox, Settings};
use payments_sign::{PrivateKey, RsaSigner, Signer as _};

use crate::support::*;

const ORDER: [(&str, &str); 3] =
    [("orderNumber", "1"), ("amount", "2000"), ("returnUrl", "https://shop.example/")];

/// G-004, G-018: login and password or token, never both; others only with a right to.
#[test]
fn credentials() {
    let shop = Shop::of(|merchant| merchant.token = Some(Secret::new("TOKEN")));
    let refused = |credentials: &[(&str, &str)]| {
        let answer = shop.call_as("register.do", &[credentials, &ORDER].concat());
        assert_eq!(answer["errorCode"], "5", "{answer}");
        assert!(!answer.to_string().contains("password"), "{answer}");
    };
    refused(&[]);
    refused(&[("userName", "test_user")]);
    refused(&[("userName", "test_user"), ("password", "wrong")]);
    refused(&[("userName", "another"), ("password", "test_user_password")]);
    refused(&[("token", "wrong")]);
    refused(&[("token", "TOKEN"), ("userName", "test_user"), ("password", "test_user_password")]);
    let answer = shop.call_as("register.do", &[&[("token", "TOKEN")][..], &ORDER].concat());
    assert!(answer["orderId"].is_string());

    let parent =
        Merchant::new("parent", "p").with(|merchant| merchant.children = vec!["child".into()]);
    let child = Merchant::new("child", "c");
    let sandbox = Sandbox::new(Settings::new(vec![parent, child]));
    let call = |login: &str, password: &str, other: &str| {
        let who = [("userName", login), ("password", password), ("merchantLogin", other)];
        let request = post("/payment/rest/register.do", &[&who[..], &ORDER].concat());
        sandbox.handle(&request).response
    };
    assert!(text(&call("child", "c", "parent")).contains("\"errorCode\":\"5\""));
    assert!(text(&call("parent", "p", "child")).contains("orderId"));
    sandbox.with_bank(|bank| {
        assert!(bank.order_id("child", "1").is_some() && bank.order_id("parent", "1").is_none());
    });
    // An order of another merchant is as good as none.
    let id = sandbox.with_bank(|bank| bank.order_id("child", "1").cloned()).expect("registered");
    let status = |login: &str, password: &str| {
        let who = [("userName", login), ("password", password), ("orderId", id.as_str())];
        text(&sandbox.handle(&post("/payment/rest/getOrderStatusExtended.do", &who)).response)
            .contains("\"errorCode\":\"6\"")
    };
    assert!(status("parent", "p") && !status("child", "c"));
}

/// Each permission refuses with code 5 and leaves everything as it was. G-151
#[test]
fn permissions() {
    type Case = (&'static str, fn(&mut Merchant), bool, &'static [(&'static str, &'static str)]);
    let cases: [Case; 4] = [
        ("deposit.do", |m| m.permissions.deposit = false, true, &[("amount", "0")]),
        ("reverse.do", |m| m.permissions.reverse = false, true, &[]),
        ("refund.do", |m| m.permissions.refund = false, false, &[("amount", "0")]),
        ("decline.do", |m| m.permissions.decline = false, true, &[("orderNumber", "1")]),
    ];
    for (path, take, two_phase, more) in cases {
        let shop = Shop::of(take);
        let order = shop.paid(two_phase);
        let before = shop.amounts(&order);
        let answer = shop.call(path, &[&[("orderId", order.as_str())][..], more].concat());
        assert_eq!(answer["errorCode"], "5", "{path}");
        assert!(answer["errorMessage"].as_str().is_some_and(|text| text.starts_with("Access")));
        assert_eq!(shop.amounts(&order), before);
    }
    let shop = Shop::of(|merchant| merchant.permissions.two_phase = false);
    assert_eq!(shop.call("registerPreAuth.do", &ORDER)["errorCode"], "5");
    assert!(shop.call("register.do", &ORDER)["orderId"].is_string());
    let shop = Shop::of(|merchant| merchant.permissions.card_data = false);
    let order = shop.order(false, &[]);
    assert_eq!(shop.pay(&order, PLAIN, &[])["errorCode"], 5);
}

fn signing() -> (PrivateKey, Shop) {
    let key = include_bytes!("../../keys/callback.pk8");
    let shop = Shop::of(|merchant| {
        merchant.signing_key = Some(payments_sandbox::PUBLIC_KEY.to_owned());
    });
    (PrivateKey::from_der(key).expect("a key"), shop)
}

/// G-035, G-036, G-037, G-038: hash of the body, signature over the hash, nothing in the address.
#[test]
fn signed_calls() {
    let (key, shop) = signing();
    let credentials = [("userName", "test_user"), ("password", "test_user_password")];
    let plain = post("/payment/rest/register.do", &[&credentials[..], &ORDER].concat());
    let hash = ring::digest::digest(&ring::digest::SHA256, plain.body());
    let signature = STANDARD.encode(RsaSigner::sha256(key).sign(hash.as_ref()).expect("signs"));
    let send = |hash: Option<&str>, signature: Option<&str>, uri: &str, body: &Bytes| {
        let mut request = Request::post(uri);
        for (name, value) in [("X-Hash", hash), ("X-Signature", signature)] {
            request = value.into_iter().fold(request, |request, value| request.header(name, value));
        }
        let answer = shop.send(&request.body(body.clone()).expect("valid"));
        text(&answer).contains("orderId")
    };
    let uri = "/payment/rest/register.do";
    let hash = STANDARD.encode(hash);
    let other = Bytes::from([plain.body(), &b"&x=1"[..]].concat());
    assert!(!send(None, None, uri, plain.body()));
    assert!(!send(Some(&hash), None, uri, plain.body()));
    assert!(!send(None, Some(&signature), uri, plain.body()));
    assert!(!send(Some(&hash), Some(&signature), uri, &other));
    assert!(!send(Some(&hash), Some(&hash), uri, plain.body()));
    assert!(!send(Some(&hash), Some(&signature), &format!("{uri}?x=1"), plain.body()));
    assert!(send(Some(&hash), Some(&signature), uri, plain.body()));
    let wrong = post(uri, &[("userName", "test_user"), ("password", "wrong")]);
    assert!(!send(Some(&hash), Some(&signature), uri, wrong.body()), "a password all the same");
}

/// G-027: another path is 404. Calls are made by POST (G-001).
#[test]
fn paths_and_verbs() {
    let shop = Shop::new();
    let status = |request: http::request::Builder| {
        shop.send(&request.body(Bytes::new()).expect("valid")).status()
    };
    assert_eq!(status(Request::post("/payment/rest/unknown.do")), StatusCode::NOT_FOUND);
    assert_eq!(status(Request::post("/")), StatusCode::NOT_FOUND);
    let get = status(Request::get("/payment/rest/register.do"));
    assert_eq!(get, StatusCode::METHOD_NOT_ALLOWED);
}

/// The same call as programs in the field write it.
#[test]
fn habits_of_the_field() {
    let shop = Shop::new();
    let query = "amount=1&orderNumber=a&returnUrl=https%3A%2F%2Fs.example\
                 &password=test_user_password&username=test_user&description=&email=";
    let request = Request::post(format!("/payment/rest/register.do?{query}"))
        .header("content-type", "application/json")
        .body(Bytes::new())
        .expect("valid");
    let answer = shop.send(&request);
    let answer: serde_json::Value = serde_json::from_slice(answer.body()).expect("JSON");
    let order = answer["orderId"].as_str().expect("registered");

    let json = format!(
        "{{\"userName\":\"test_user\",\"password\":\"test_user_password\",\"orderId\":\"{order}\",\
         \"extra\":{{\"url\":\"http:\\/\\/a\"}}}}"
    );
    let request = Request::post("https://host/payment/rest/getOrderStatusExtended.do");
    let found = shop.send(&request.body(Bytes::from(json)).expect("valid"));
    assert!(text(&found).contains("\"orderNumber\":\"a\""));

    for name in ["mdOrder", "MDORDER", "mdorder"] {
        let answer = shop.call("3ds/continue.do", &[(name, order)]);
        assert_eq!(answer["errorCode"], 5, "found, but nothing was begun");
    }
    let answer = shop.call(
        "register.do",
        &[
            ("orderNumber", "b"),
            ("amount", "1"),
            ("returnUrl", "https://s.example"),
            ("jsonParams", "{ \"back\" : \"https:\\/\\/s.example\\/\" }"),
        ],
    );
    let status = shop.status(answer["orderId"].as_str().expect("registered"));
    assert_eq!(status["merchantOrderParams"][0]["value"], "https://s.example/");
}
