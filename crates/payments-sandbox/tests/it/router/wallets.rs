//! T-Pay and Alfa Pay: links, and what the payer does with them.

use http::{Request, Response, StatusCode};
use payments_sandbox::cards::ACS_CODE;
use serde_json::{Value, json};

use super::{orders::tpay, support::*};
use crate::support::{field, location};

fn form(desk: &Desk, uri: &str, fields: &[(&str, &str)]) -> Response<bytes::Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    desk.send(&Request::post(uri).body(body.into()).expect("valid"))
}

/// Follows redirects inside the sandbox until a page or the shop comes.
pub(super) fn follow(desk: &Desk, mut answer: Response<bytes::Bytes>) -> Response<bytes::Bytes> {
    while let Some(to) = location(&answer).filter(|to| to.starts_with("https://bank.example/")) {
        answer = desk.open(&to);
    }
    answer
}

fn html(answer: &Response<bytes::Bytes>) -> &str {
    std::str::from_utf8(answer.body()).expect("UTF-8")
}

fn alfapay(desk: &Desk, order: &str) -> Value {
    desk.call("alfapay/paymentOrder.do", json!({"orderId": order, "language": "ru"}))
}

/// T-Pay is asked for with the device, and the answer has
/// T-Bank's own number.
#[test]
fn tpay_is_asked_for_with_the_device() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    let right = json!({
        "orderId": order, "device": "Desktop", "browser": "Chrome", "os": "Windows", "webView": false,
    });
    for (name, value, want) in [
        ("orderId", json!(""), "4"),
        ("orderId", json!("none"), "6"),
        ("device", json!(null), "4"),
        ("device", json!("Watch"), "5"),
        ("browser", json!(""), "4"),
        ("os", json!(null), "4"),
        ("webView", json!(null), "4"),
        ("webView", json!("perhaps"), "5"),
    ] {
        let mut body = right.clone();
        body[name] = value;
        let answer = desk.call("tpay/paymentOrder.do", body);
        assert_eq!((code(&answer), &answer["success"]), (want, &json!(false)), "{name} {answer}");
    }
    assert!(desk.routed(&order).banks.is_empty(), "checked before anything is done");
    let answer = desk.call("tpay/paymentOrder.do", right.clone());
    let data = &answer["data"];
    assert_eq!(names(data), ["orderId", "redirect"]);
    assert_ne!(data["orderId"], order.as_str(), "the bank's own number");
    let number = text(data, "redirect").rsplit('/').next().expect("a number");
    assert!(number.len() == 19 && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    assert_eq!(desk.call("tpay/paymentOrder.do", right), answer, "the same link once more");
    assert_eq!((desk.state(&order).as_str(), desk.routed(&order).banks[0].0), ("CREATED", "TBANK"));
    let desk = Desk::of(|partner| partner.flat_wallets = true);
    let flat = tpay(&desk, &desk.order(json!({})), "Mobile");
    assert_eq!(names(&flat), ["orderId", "redirect"]);
}

/// on a desktop the link shows a code; whoever scans it pays on the phone, and the desktop's
/// page leads back to the shop.
#[test]
fn a_desktop_shows_a_code_and_a_phone_pays() {
    let desk = Desk::new();
    let order = desk.order(json!({"language": "en"}));
    let answer = tpay(&desk, &order, "Desktop");
    let link = text(&answer["data"], "redirect");
    let page = desk.open(link);
    assert_eq!(page.status(), StatusCode::OK);
    assert!(html(&page).contains("<svg class=\"code\"") && html(&page).contains("RUB\u{a0}20.00"));
    let app = format!("{link}/app");
    assert!(html(&page).contains(&format!("href=\"{app}\"")), "{}", html(&page));
    assert!(html(&desk.open(&app)).contains("value=\"refuse\""));
    assert_eq!(desk.books(&order), (0, 0), "nobody pays by looking");
    let done = form(&desk, &format!("{link}/answer"), &[("answer", "pay")]);
    assert!(html(&done).contains("<h1 id=\"title\">Paid</h1>"), "{}", html(&done));
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (AMOUNT, 0)));
    let back = location(&follow(&desk, desk.open(link))).expect("back to the shop");
    assert_eq!(back, format!("https://shop.example/back?own=1&orderId={order}&lang=en"));
    form(&desk, &format!("{link}/answer"), &[("answer", "pay")]);
    assert_eq!(desk.books(&order), (AMOUNT, 0), "nobody pays twice");
}

/// on a phone the link is the application, which leads back to the shop.
#[test]
fn a_phone_opens_the_application() {
    let desk = Desk::new();
    for (path, said, state, back) in [
        ("register.do", "pay", "DEPOSITED", "back?own=1&"),
        ("registerPreAuth.do", "pay", "APPROVED", "back?own=1&"),
        ("register.do", "refuse", "DECLINED", "fail?"),
    ] {
        let order = desk.order_by(path, json!({}));
        let answer = tpay(&desk, &order, "Mobile");
        let link = text(&answer["data"], "redirect");
        assert!(html(&desk.open(link)).contains(&format!("value=\"{said}\"")));
        let done = form(&desk, &format!("{link}/answer"), &[("answer", said)]);
        let to = location(&follow(&desk, done)).expect("back to the shop");
        let wanted = format!("https://shop.example/{back}orderId={order}&lang=ru");
        assert_eq!((to, desk.state(&order)), (wanted, state.to_owned()));
        assert_eq!(desk.books(&order).0, if said == "pay" { AMOUNT } else { 0 });
    }
    assert_eq!(desk.open("/banks/tbank/tpay/1").status(), StatusCode::NOT_FOUND);
}

/// the link is Alfa-Bank's, ends as the document's does and names an order number
/// that is neither the router's nor the bank's.
#[test]
fn alfa_pay_gives_an_opaque_link() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    let answer = alfapay(&desk, &order);
    assert_eq!(names(&answer), ["data", "success"]);
    assert_eq!(names(&answer["data"]), ["orderId", "redirect"]);
    let link = text(&answer["data"], "redirect");
    assert!(link.contains("/mobile/api/v1/goto-alfapay/alfapay?orderId=") && link.ends_with("=="));
    let at_bank = text(&answer["data"], "orderId");
    assert!(!link.contains(&order) && !link.contains(at_bank) && at_bank != order);
    assert_eq!(alfapay(&desk, &order), answer, "the same link once more");
    assert_eq!(desk.routed(&order).banks[0].0, "ALFABANK");
    assert_eq!(desk.open(link).status(), StatusCode::OK);
    assert_eq!(desk.open(&link[..link.len() - 9]).status(), StatusCode::NOT_FOUND, "a part of it");
}

/// the payer chooses a card, passes 3-D Secure where the issuer asks for it, and
/// lands at one of the shop's addresses.
#[test]
fn alfa_pay_lets_the_payer_choose_a_card() {
    let desk = Desk::new();
    for (path, card, challenged, answer, state) in [
        ("register.do", "0", false, "", "DEPOSITED"),
        ("registerPreAuth.do", "0", false, "", "APPROVED"),
        ("register.do", "1", true, "code", "DEPOSITED"),
        ("registerPreAuth.do", "2", true, "code", "APPROVED"),
        ("register.do", "1", true, "cancel", "DECLINED"),
        ("register.do", "3", false, "", "DECLINED"),
    ] {
        let order = desk.order_by(path, json!({"clientId": "c1"}));
        let link = text(&alfapay(&desk, &order)["data"], "redirect").to_owned();
        let page = desk.open(&link);
        assert!(html(&page).contains("name=\"card\"") && !html(&page).contains("4111111111111111"));
        let fields = [
            ("orderId", &*field(html(&page), "orderId")),
            ("token", &*field(html(&page), "token")),
            ("card", card),
            ("answer", "pay"),
        ];
        let mut done = form(&desk, "/banks/alfabank/alfapay/pay", &fields);
        if challenged {
            let issuer = follow(&desk, done);
            assert_eq!(desk.state(&order), "PENDING");
            let id = field(html(&issuer), "acsTransID");
            let said = if answer == "code" { ACS_CODE } else { "1" };
            let fields = [("acsTransID", id.as_str()), (answer, said)];
            done = form(&desk, "/banks/alfabank/acs/challenge", &fields);
        }
        let to = location(&follow(&desk, done)).expect("back to the shop");
        let good = state != "DECLINED";
        let start =
            if good { "https://shop.example/back?own=1&" } else { "https://shop.example/fail?" };
        assert!(to.starts_with(start) && to.contains(&order), "{to}");
        assert_eq!(desk.state(&order), state, "{card} {answer}");
        assert_eq!(desk.books(&order).0, if good { AMOUNT } else { 0 });
        let model = &desk.status(&order)["orderStatusResultModel"];
        assert_eq!(text(model, "paymentWay"), "ALFAPAY");
        assert!(model["cardInfo"]["maskedPan"].is_string(), "{model}");
        let stored = desk.call("getBindings.do", json!({"clientId": "c1"}));
        assert_eq!(stored["bindings"], json!([]), "the partner stores no such card");
    }
}

/// Coming back to the shop proves nothing: the payer can do so at any time.
#[test]
fn coming_back_proves_nothing() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    alfapay(&desk, &order);
    let back = desk.open(&format!("/wl/back.html?mdOrder={order}&to=return"));
    assert!(location(&back).expect("an address").starts_with("https://shop.example/back?own=1&"));
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("CREATED", (0, 0)));
}

/// Where another try is left, a declined card leads back to the choice of cards.
#[test]
fn a_declined_card_may_be_followed_by_another() {
    let desk = Desk::of(|partner| partner.merchant.attempts = 3);
    let order = desk.order(json!({}));
    let link = text(&alfapay(&desk, &order)["data"], "redirect").to_owned();
    let page = desk.open(&link);
    let (name, token) = (field(html(&page), "orderId"), field(html(&page), "token"));
    let pay = |card: &str| {
        let fields = [("orderId", &*name), ("token", &*token), ("card", card), ("answer", "pay")];
        form(&desk, "/banks/alfabank/alfapay/pay", &fields)
    };
    assert!(html(&pay("3")).contains("name=\"card\""));
    assert_eq!(desk.state(&order), "CREATED");
    let issuer = follow(&desk, pay("1"));
    let fields = [("acsTransID", &*field(html(&issuer), "acsTransID")), ("cancel", "1")];
    let again = follow(&desk, form(&desk, "/banks/alfabank/acs/challenge", &fields));
    assert!(html(&again).contains("name=\"card\""), "not the bank's own card form");
    pay("0");
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (AMOUNT, 0)));
}
