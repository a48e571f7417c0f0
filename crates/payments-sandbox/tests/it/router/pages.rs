//! The router's own pages: the choice of ways, the code, the way back.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::json;

use super::support::*;
use crate::support::location;

fn form_url(order: &str) -> String {
    format!("https://bank.example/wl/payment.html?mdOrder={order}&language=ru")
}

fn html(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).expect("UTF-8")
}

fn choose(desk: &Desk, order: &str, way: &str, agent: &str) -> Response<Bytes> {
    let body = format!("mdOrder={order}&way={way}");
    let request = Request::post("/wl/pay").header("user-agent", agent).body(body.into());
    desk.send(&request.expect("valid"))
}

fn offered(answer: &Response<Bytes>) -> Vec<&str> {
    let parts = html(answer).split("name=\"way\" value=\"").skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

/// The page offers what the registration allows and the partner has.
#[test]
fn the_page_offers_the_allowed_ways() {
    let all = ["SBP_C2B", "TCB_TPAY", "ALFAPAY", "CARD"];
    let desk = Desk::new();
    for (ways, want) in [
        (json!([]), &all[..]),
        (json!(["SBP_C2B", "MIR_PAY"]), &["SBP_C2B"]),
        (json!(["CARD", "ALFAPAY"]), &["ALFAPAY", "CARD"]),
        (json!("TCB_TPAY"), &["TCB_TPAY"]),
    ] {
        let order = desk.order(json!({"allowedPaymentWays": ways}));
        let page = desk.open(&form_url(&order));
        assert_eq!((page.status(), offered(&page)), (StatusCode::OK, want.to_vec()));
        assert!(html(&page).contains("20,00\u{a0}₽"));
    }
    let desk = Desk::of(|partner| partner.tpay_bank = None);
    let page = desk.open(&form_url(&desk.order(json!({}))));
    assert_eq!(offered(&page), ["SBP_C2B", "ALFAPAY", "CARD"]);
    assert_eq!(desk.open(&form_url("none")).status(), StatusCode::NOT_FOUND);
}

#[test]
fn each_way_leads_on() {
    const PHONE: &str = "Mozilla/5.0 (Linux; Android 14) Mobile";
    let desk = Desk::at("VTB");
    for (way, agent, to, page) in [
        ("SBP_C2B", "", "https://bank.example/wl/scan.html?", "<svg class=\"code\""),
        ("TCB_TPAY", "", "https://bank.example/banks/tbank/tpay/", "<svg class=\"code\""),
        ("TCB_TPAY", PHONE, "https://bank.example/banks/tbank/tpay/", "value=\"refuse\""),
        ("ALFAPAY", "", "https://bank.example/banks/alfabank/mobile/", "name=\"card\""),
        ("CARD", "", "https://bank.example/banks/vtb/payment/merchants/", "name=\"pan\""),
    ] {
        let order = desk.order(json!({"language": "en"}));
        let on = location(&choose(&desk, &order, way, agent)).expect("an address");
        assert!(on.starts_with(to), "{on}");
        let shown = desk.open(&on);
        assert!(shown.status() == StatusCode::OK && html(&shown).contains(page), "{way} {on}");
        assert_eq!(desk.books(&order), (0, 0));
        // Whoever comes back may choose anew, at another bank.
        assert_eq!(desk.open(&form_url(&order)).status(), StatusCode::OK);
    }
    let order = desk.order(json!({}));
    for way in ["", "CASH"] {
        assert_eq!(choose(&desk, &order, way, "").status(), StatusCode::CONFLICT, "{way}");
    }
    let none = Desk::of(|partner| partner.sbp.clear());
    let order = none.order(json!({}));
    let told = choose(&none, &order, "SBP_C2B", "");
    assert_eq!(
        (told.status(), html(&told).contains("role=\"alert\"")),
        (StatusCode::CONFLICT, true)
    );
}

/// the payer ends at the shop's address for the outcome, with the router's
/// number of the order; the partner shows what its own status call says.
#[test]
fn the_payer_ends_at_the_shop() {
    let desk = Desk::at("VTB");
    for (said, start) in
        [("pay", "https://shop.example/back?own=1&"), ("refuse", "https://shop.example/fail?")]
    {
        let order = desk.order(json!({}));
        let scan = location(&choose(&desk, &order, "SBP_C2B", "")).expect("an address");
        assert_eq!(desk.open(&scan).status(), StatusCode::OK, "not paid yet");
        desk.answer(&order, json!({"answer": said}));
        for page in [scan, form_url(&order)] {
            let to = location(&desk.open(&page)).expect("back to the shop");
            assert_eq!(to, format!("{start}orderId={order}&lang=ru"));
        }
    }
    let order = desk.order(json!({"failUrl": null}));
    desk.advance(1800);
    let to = location(&desk.open(&form_url(&order))).expect("back to the shop");
    assert!(to.starts_with("https://shop.example/back?own=1&"), "no other address: {to}");
}

/// Nothing that a registration says gets into a page as markup.
#[test]
fn pages_escape_what_they_show() {
    let evil = "<script>alert(1)</script>\"'";
    let desk = Desk::of(|partner| partner.merchant.full_name = evil.into());
    let order = desk.order(json!({"description": evil, "orderNumber": "<b>\"'&"}));
    let mut pages = vec![desk.open(&form_url(&order))];
    for way in ["SBP_C2B", "TCB_TPAY", "ALFAPAY", "CARD"] {
        let order = desk.order(json!({"description": evil, "orderNumber": format!("<b>{way}")}));
        for agent in ["", "Mobile"] {
            let on = location(&choose(&desk, &order, way, agent)).expect("an address");
            pages.push(desk.open(&on));
        }
        let link = desk.routed(&order).banks[0].0;
        assert!(!link.is_empty());
    }
    for page in pages {
        assert_eq!(page.status(), StatusCode::OK);
        let html = html(&page);
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
        let policy = page.headers()["content-security-policy"].to_str().expect("ASCII");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
    }
}

/// the page asks for the subscription that a purpose was registered for, with a payment
/// and without.
#[test]
fn the_page_asks_for_subscriptions() {
    for (amount, state) in [(2000, "DEPOSITED"), (0, "DEPOSITED")] {
        let desk = Desk::new();
        let features = if amount == 0 { json!(["VERIFY"]) } else { json!([]) };
        let order = desk.order(json!({
            "amount": amount, "features": features, "clientId": "c1",
            "jsonParams": {"subscriptionPurpose": "p"},
        }));
        let page = desk.open(&form_url(&order));
        assert_eq!(offered(&page).contains(&"TCB_TPAY"), amount > 0, "nothing to pay");
        let scan = location(&choose(&desk, &order, "SBP_C2B", "")).expect("an address");
        assert_eq!(desk.open(&scan).status(), StatusCode::OK);
        desk.answer(&order, json!({"answer": "pay"}));
        assert_eq!(desk.state(&order), state);
        let listed = desk.call("sbp_c2b/getBindings.do", json!({"clientId": "c1"}));
        assert_eq!(listed["bindings"].as_array().map(Vec::len), Some(1), "{amount}");
    }
}
