//! verifyCard, as programs in the field send it.

use serde_json::{Value, json};

use crate::{
    replay::{agree, replay},
    support::*,
};

fn verify(shop: &Shop, more: &[(&str, &str)]) -> Value {
    shop.call("verifyCard.do", more)
}

const CARD: [(&str, &str); 3] = [("pan", PLAIN), ("cvc", "123"), ("expiry", "203012")];

/// G-209, G-214: the sample, without an amount: 0 comes back, and the order is reversed at once.
#[test]
fn the_sample() {
    let shop = Shop::new();
    let answer = verify(&shop, &CARD);
    for (name, value) in [
        ("errorCode", json!("0")),
        ("errorMessage", json!("Success")),
        ("orderNumber", json!("12017")),
        ("actionCode", json!(0)),
        ("actionCodeDescription", json!("")),
        ("eci", json!("07")),
        ("amount", json!(0)),
        ("currency", json!("643")),
    ] {
        assert_eq!(answer[name], value, "{name}");
    }
    assert!(answer["rrn"].is_string() && answer["authCode"].is_string(), "{answer}");
    let order = answer["orderId"].as_str().expect("given");
    assert_eq!(shop.amounts(order), [3, 0, 0, 0]);
    assert_eq!(shop.books(order).taken, 0);
    let paid = verify(&shop, &[&CARD[..], &[("amount", "5000"), ("currency", "978")]].concat());
    assert_eq!((&paid["amount"], &paid["currency"]), (&json!(5000), &json!("978")));
    assert_eq!(paid["orderNumber"], "12018");
    assert_eq!(shop.books(paid["orderId"].as_str().expect("given")).taken, 0);
    let mut orders = shop.sandbox.with_bank(|bank| replay(bank));
    agree(&shop, &mut orders);
}

/// G-210, G-211: what is missing or wrong is named, and nothing is registered.
#[test]
fn what_is_refused() {
    let shop = Shop::new();
    for (name, value, code, text) in [
        ("pan", "", "4", "[pan]"),
        ("pan", "4111111111111112", "5", "[pan]"),
        ("expiry", "", "4", "[expiry]"),
        ("expiry", "1230", "5", "[expiry]"),
        ("cvc", "12", "5", "[cvc]"),
        ("cardholderName", "NAME 2", "5", "[cardholderName]"),
        ("cardholderName", "Иванов", "5", "[cardholderName]"),
        ("amount", "a", "5", "[amount]"),
        ("currency", "000", "3", "[currency]"),
        ("returnUrl", "shop.example", "4", "[returnUrl]"),
        ("backUrl", "shop.example", "4", "[backUrl]"),
        ("failUrl", "shop.example", "4", "[failUrl]"),
        ("language", "fr", "5", "[language]"),
        ("threeDSVer2MdOrder", "unknown", "6", "[threeDSVer2MdOrder]"),
    ] {
        let others = CARD.iter().filter(|(known, _)| *known != name).copied();
        let parameters: Vec<_> = others.chain([(name, value)]).collect();
        let answer = verify(&shop, &parameters);
        assert_eq!(answer["errorCode"], code, "{name}={value}: {answer}");
        assert!(answer["errorMessage"].as_str().expect("text").contains(text), "{answer}");
    }
    assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), 0);
    let odd = [&CARD[..], &[("cardholderName", "O'NEIL-SMITH JR.")]].concat();
    assert_eq!(verify(&shop, &odd)["actionCode"], 0);
    let without = [CARD[0], CARD[2]];
    assert_eq!(verify(&shop, &without)["actionCode"], 0, "the code may be left out");
    let shop = Shop::of(|merchant| merchant.permissions.card_data = false);
    assert_eq!(verify(&shop, &CARD)["errorCode"], "5");
}

/// A decline is told by the action code, beside code 0.
#[test]
fn a_decline() {
    let shop = Shop::new();
    let card = [("pan", "4000000000000119"), ("cvc", "123"), ("expiry", "203012")];
    let answer = verify(&shop, &card);
    assert_eq!((&answer["errorCode"], &answer["actionCode"]), (&json!("0"), &json!(116)));
    assert!(answer["rrn"].is_null() && answer["eci"].is_null(), "{answer}");
    assert_eq!(shop.amounts(answer["orderId"].as_str().expect("given"))[0], 6);
}

/// G-212, G-213: 3-D Secure 2 in two requests; the payer comes back to `backUrl` or `returnUrl`.
#[test]
fn three_d_secure() {
    let shop = Shop::new();
    for back in ["backUrl", "returnUrl"] {
        let card = [
            ("pan", CHALLENGE),
            ("cvc", "123"),
            ("expiry", "203012"),
            (back, "https://shop.example/back"),
        ];
        let first = verify(&shop, &card);
        assert_eq!(first["is3DSVer2"], true, "{first}");
        let order = first["orderId"].as_str().expect("given").to_owned();
        let server_id = first["threeDSServerTransId"].as_str().expect("given").to_owned();
        let orders = shop.sandbox.with_bank(|bank| bank.order_count());
        let named =
            [("threeDSVer2MdOrder", order.as_str()), ("threeDSServerTransId", server_id.as_str())];
        let second = verify(&shop, &[&card[..], &named[..]].concat());
        assert!(second["acsUrl"].is_string() && second["packedCReq"].is_string(), "{second}");
        assert_eq!(second["orderId"], *order);
        assert_eq!(shop.sandbox.with_bank(|bank| bank.order_count()), orders, "the same order");
        let creq = second["packedCReq"].as_str().expect("given");
        let page = shop.submit("/acs/creq", &[("creq", creq)]);
        let acs_id = field(text(&page), "acsTransID");
        shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "12345678")]);
        let done = shop.call("finish3dsVer2Payment.do", &[("threeDSServerTransId", &server_id)]);
        let address = done["redirect"].as_str().expect("given");
        assert!(address.starts_with("https://shop.example/back?orderId="), "{address}");
        assert_eq!(shop.amounts(&order), [3, 0, 0, 0]);
    }
    let mut orders = shop.sandbox.with_bank(|bank| replay(bank));
    agree(&shop, &mut orders);
}

/// Without an address of the merchant's, the payer comes back to the bank's own.
#[test]
fn the_payer_comes_back_somewhere() {
    let shop = Shop::new();
    let card = [("pan", CHALLENGE), ("cvc", "123"), ("expiry", "203012")];
    let first = verify(&shop, &card);
    let order = first["orderId"].as_str().expect("given").to_owned();
    let server_id = first["threeDSServerTransId"].as_str().expect("given").to_owned();
    let named =
        [("threeDSVer2MdOrder", order.as_str()), ("threeDSServerTransId", server_id.as_str())];
    let second = verify(&shop, &[&card[..], &named[..]].concat());
    let page = shop.submit("/acs/creq", &[("creq", second["packedCReq"].as_str().expect("given"))]);
    let acs_id = field(text(&page), "acsTransID");
    shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "12345678")]);
    let done = shop.call("finish3dsVer2Payment.do", &[("threeDSServerTransId", &server_id)]);
    let address = done["redirect"].as_str().expect("given");
    assert!(address.starts_with("https://bank.example/?orderId="), "{address}");
}
