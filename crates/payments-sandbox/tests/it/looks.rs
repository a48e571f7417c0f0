//! What stands on the pages, and what must not.

use http::{Response, StatusCode};
use payments_sandbox::{
    Merchant,
    cards::{ACS_CODE, TEST_CARDS},
};

use crate::support::*;

/// The payment page of a new order.
fn page(shop: &Shop, more: &[(&str, &str)]) -> (String, Response<bytes::Bytes>) {
    let order = shop.order(true, more);
    let page = shop.get(&format!("/payment/merchants/ecom/payment_en.html?mdOrder={order}"));
    assert_eq!(page.status(), StatusCode::OK);
    (order, page)
}

fn type_card(shop: &Shop, order: &str, fields: [&str; 3]) -> Response<bytes::Bytes> {
    let [pan, expiry, cvc] = fields;
    let form = [("mdOrder", order), ("pan", pan), ("expiry", expiry), ("cvc", cvc)];
    shop.submit("/payment/merchants/ecom/pay", &form)
}

#[test]
fn pages_speak_the_order_s_language() {
    let shop = Shop::new();
    for (language, lang, pay, confirm) in [
        ("ru", "<html lang=\"ru\">", "Оплатить 20,00\u{a0}₽", "Подтвердите платёж"),
        ("en", "<html lang=\"en\">", "Pay RUB\u{a0}20.00", "Confirm the payment"),
        ("EN", "<html lang=\"en\">", "Pay RUB\u{a0}20.00", "Confirm the payment"),
        ("hy", "<html lang=\"en\">", "Pay RUB\u{a0}20.00", "Confirm the payment"),
    ] {
        let (order, page) = page(&shop, &[("language", language)]);
        assert!(text(&page).contains(lang) && text(&page).contains(pay), "{}", text(&page));
        let challenge = shop.follow(type_card(&shop, &order, [CHALLENGE, "12/30", "123"]));
        let html = text(&challenge);
        assert!(html.contains(lang) && html.contains(confirm) && html.contains(ACS_CODE), "{html}");
        assert!(html.contains("555555**5599") && !html.contains(CHALLENGE), "masked");
    }
}

#[test]
fn mistakes_are_told_beside_their_fields_and_nothing_typed_comes_back() {
    let shop = Shop::new();
    // A right number that no test card has; expiry and code that no page shows by itself.
    let right = ["4242 4242 4242 4242", "11/29", "947"];
    for (wrong, with, told) in [
        (0, "4242 4242 4242 4243", "pan-wrong"),
        (0, "4242", "pan-wrong"),
        (0, "", "pan-wrong"),
        (1, "13/29", "expiry-wrong"),
        (1, "1", "expiry-wrong"),
        (2, "94", "cvc-wrong"),
        (2, "9471", "cvc-wrong"),
        (2, "94x", "cvc-wrong"),
    ] {
        let (order, _) = page(&shop, &[]);
        let mut fields = right;
        fields[wrong] = with;
        let again = type_card(&shop, &order, fields);
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "{with:?}");
        let html = text(&again);
        for id in ["pan-wrong", "expiry-wrong", "cvc-wrong"] {
            let beside = html.contains(&format!("aria-describedby=\"{id}\""))
                && html.contains(&format!("id=\"{id}\""));
            assert_eq!(beside, id == told, "{with:?} {id}");
        }
        assert_eq!(html.matches(" autofocus").count(), 1, "the field to correct has the focus");
        for typed in ["4242", "11/29", "947"] {
            assert!(!html.contains(typed), "{typed} comes back after {with:?}");
        }
        assert_eq!(shop.amounts(&order), [0, 0, 0, 0], "nothing was tried");
    }
    let (order, _) = page(&shop, &[]);
    let html = type_card(&shop, &order, ["", "", ""]);
    assert_eq!(text(&html).matches(" aria-invalid=\"true\"").count(), 3, "all at once");
}

#[test]
fn months_and_years_are_taken_as_people_and_browsers_write_them() {
    let shop = Shop::new();
    for expiry in ["12/30", "1230", "12 / 30", "12/2030", "122030", "203012"] {
        let (order, _) = page(&shop, &[]);
        type_card(&shop, &order, [PLAIN, expiry, "123"]);
        assert_eq!(shop.amounts(&order)[0], 1, "{expiry}");
    }
}

#[test]
fn a_declined_card_may_be_followed_by_another_where_tries_are_left() {
    let shop = Shop::of(|merchant| merchant.attempts = 2);
    let (order, _) = page(&shop, &[("language", "en")]);
    let again = type_card(&shop, &order, ["4000000000000119", "12/30", "123"]);
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&again).contains("role=\"alert\">There is not enough money on the card."));
    assert!(!text(&again).contains(" aria-invalid"), "no field is to blame");
    type_card(&shop, &order, [PLAIN, "12/30", "123"]);
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);
}

#[test]
fn test_cards_are_chosen_by_a_link() {
    let shop = Shop::new();
    let (order, page) = page(&shop, &[]);
    for (place, card) in TEST_CARDS.iter().enumerate() {
        let groups: Vec<&str> = (0..16).step_by(4).map(|from| &card.pan[from..from + 4]).collect();
        let path = format!("/payment/merchants/ecom/payment_ru.html?mdOrder={order}");
        let link = format!("<a href=\"{path}&#38;card={place}\">{}</a>", groups.join(" "));
        assert!(text(&page).contains(&link), "{link}");
        let filled = shop.get(&format!("{path}&card={place}"));
        let value = format!(" value=\"{}\"", card.pan);
        assert!(text(&filled).contains(&value) && !text(&page).contains(&value));
    }
    for place in ["99", "-1", "x", "4242424242424242"] {
        let address =
            format!("/payment/merchants/ecom/payment_ru.html?mdOrder={order}&card={place}");
        let page = shop.get(&address);
        assert_eq!(page.status(), StatusCode::OK);
        assert!(!text(&page).contains(" value=\"4"), "{place}");
    }
}

#[test]
fn whatever_the_merchant_says_is_text_on_the_page() {
    const EVIL: &str = "\"><script>alert(1)</script>'";
    let shop = Shop::of(|merchant: &mut Merchant| merchant.full_name = EVIL.into());
    let back = "{\"backToShopUrl\":\"javascript:alert(1)\",\"backToShopName\":\"<b>\"}";
    let more = [("description", EVIL), ("cardholderName", EVIL), ("jsonParams", back)];
    let (order, page) = page(&shop, &more);
    let challenge = shop.follow(type_card(&shop, &order, [CHALLENGE, "12/30", "123"]));
    for page in [page, challenge] {
        let html = text(&page);
        assert!(!html.contains("<script") && !html.contains("javascript:"), "{html}");
        assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
    }
}

#[test]
fn every_page_forbids_what_it_does_not_need() {
    let shop = Shop::new();
    let (order, payment) = page(&shop, &[]);
    let mistakes = type_card(&shop, &order, ["", "", ""]);
    let early = shop.get(&format!("/payment/acsRedirect.do?orderId={order}"));
    assert_eq!(early.status(), StatusCode::CONFLICT);
    let challenge = shop.follow(type_card(&shop, &order, [CHALLENGE, "12/30", "123"]));
    let nothing = shop.get("/payment/merchants/ecom/payment_ru.html?mdOrder=1");
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
    for page in [payment, mistakes, early, challenge, nothing] {
        let header = |name: &str| page.headers()[name].to_str().expect("ASCII").to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'; style-src "));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let html = text(&page);
        assert!(html.contains("<p class=\"sandbox\">"), "marked as a sandbox");
        for foreign in ["src=", "<link", "@import", "url(", "<script", " style=", "onclick"] {
            assert!(!html.contains(foreign), "{foreign} in {html}");
        }
    }
}

#[test]
fn the_issuer_says_how_many_codes_are_left() {
    let shop = Shop::new();
    let (order, _) = page(&shop, &[("language", "en")]);
    let mut page = shop.follow(type_card(&shop, &order, [CHALLENGE, "12/30", "123"]));
    for left in ["2 tries left.", "This is the last try."] {
        let acs_id = field(text(&page), "acsTransID");
        page = shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "MARKER")]);
        let html = text(&page);
        assert!(html.contains(&format!("This code is wrong. {left}")), "{html}");
        assert!(!html.contains("MARKER"), "what was typed does not come back");
    }
}
