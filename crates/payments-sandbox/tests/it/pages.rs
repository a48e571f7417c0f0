//! The payer's way through the pages, one request a step and no script.

use http::StatusCode;

use crate::support::*;

fn type_card(shop: &Shop, order: &str, pan: &str) -> http::Response<bytes::Bytes> {
    let card = [("mdOrder", order), ("pan", pan), ("expiry", "12/30"), ("cvc", "123")];
    shop.submit("/payment/merchants/ecom/pay", &card)
}

/// Presses the button of the page with the method's frame, if it is that page.
fn past_method(shop: &Shop, page: http::Response<bytes::Bytes>) -> http::Response<bytes::Bytes> {
    if !text(&page).contains("<iframe") {
        return page;
    }
    let order = field(text(&page), "mdOrder");
    shop.submit("/payment/merchants/ecom/method", &[("mdOrder", &order)])
}

fn challenge(
    shop: &Shop,
    page: &http::Response<bytes::Bytes>,
    code: &str,
) -> http::Response<bytes::Bytes> {
    let acs_id = field(text(page), "acsTransID");
    shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", code)])
}

/// G-047, G-266: the page shows the order, takes a card and leads back to the shop.
#[test]
fn the_payment_page_takes_a_card() {
    let shop = Shop::new();
    let order = shop.order(
        false,
        &[
            ("language", "en"),
            ("cardholderName", "JANE \"<DOE>"),
            ("description", "<script>"),
            ("jsonParams", "{\"backToShopUrl\":\"https://shop.example/cart\"}"),
        ],
    );
    let url = format!("/payment/merchants/ecom/payment_en.html?mdOrder={order}");
    let page = shop.get(&url);
    assert_eq!(page.status(), StatusCode::OK);
    let html = text(&page);
    assert!(html.contains("RUB\u{a0}20.00") && html.contains("https://shop.example/cart"));
    assert!(!html.contains("<script>") && !html.contains("<DOE>"), "escaped");
    assert_eq!(field(html, "mdOrder"), order);
    assert!(html.contains("JANE"));

    let wrong = type_card(&shop, &order, "4111 1111 1111 1112");
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&wrong).contains("Check the card number."));
    assert!(!text(&wrong).contains("1112"), "the number is not shown again");

    let paid = type_card(&shop, &order, "4111 1111 1111 1111");
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    let finish = location(&paid).expect("goes on");
    assert!(finish.contains("/payment/merchants/temp/finish.html?orderId="));
    let back = location(&shop.follow(paid)).expect("goes back");
    assert_eq!(back, format!("https://shop.example/back?own=1&orderId={order}&lang=en"));
    let again = shop.get(&url);
    assert_eq!(again.status(), StatusCode::SEE_OTHER, "nobody pays twice");
    assert_eq!(type_card(&shop, &order, PLAIN).status(), StatusCode::SEE_OTHER);
    assert_eq!(shop.books(&order).merchant, 2000);
}

/// The issuer's page, right code and wrong code; both protocols.
#[test]
fn the_issuer_asks_for_a_code() {
    for pan in [CHALLENGE, METHOD, ONE] {
        let shop = Shop::new();
        let order = shop.order(true, &[]);
        let page = shop.follow(past_method(&shop, type_card(&shop, &order, pan)));
        assert_eq!(shop.amounts(&order)[0], 5);
        let page = challenge(&shop, &page, "1");
        let back = shop.follow(challenge(&shop, &page, "12345678"));
        let back = location(&back).expect("goes back");
        assert_eq!(back, format!("https://shop.example/back?own=1&orderId={order}&lang=ru"));
        assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);

        let order = shop.order(true, &[("failUrl", "https://shop.example/fail")]);
        let page = shop.follow(past_method(&shop, type_card(&shop, &order, pan)));
        let page = challenge(&shop, &page, "1");
        let page = challenge(&shop, &page, "2");
        let back = location(&shop.follow(challenge(&shop, &page, "3"))).expect("goes back");
        assert_eq!(back, format!("https://shop.example/fail?orderID={order}&lang=ru"));
        assert_eq!(shop.amounts(&order)[0], 6);

        let order = shop.order(true, &[]);
        let page = shop.follow(past_method(&shop, type_card(&shop, &order, pan)));
        let acs_id = field(text(&page), "acsTransID");
        let cancelled = [("acsTransID", acs_id.as_str()), ("code", "12345678"), ("cancel", "1")];
        shop.follow(shop.submit("/acs/challenge", &cancelled));
        assert_eq!(shop.amounts(&order)[0], 6);
        assert_eq!(shop.submit("/acs/challenge", &cancelled).status(), StatusCode::NOT_FOUND);
    }
}

/// A card that the issuer never authenticates, and one that it refuses without asking.
#[test]
fn the_issuer_may_say_no() {
    let shop = Shop::new();
    for pan in ["4000000000000150", "2200000000000103"] {
        let order = shop.order(false, &[]);
        let page = shop.follow(past_method(&shop, type_card(&shop, &order, pan)));
        shop.follow(challenge(&shop, &page, "12345678"));
        assert_eq!(shop.amounts(&order)[0], 6);
        assert_eq!(shop.status(&order)["actionCode"], -2006);
    }
    let order = shop.order(false, &[]);
    shop.follow(type_card(&shop, &order, "4000000000000143"));
    assert_eq!(shop.amounts(&order)[0], 6);
    let order = shop.order(false, &[]);
    let page = shop.follow(type_card(&shop, &order, "4000000000000127"));
    shop.follow(challenge(&shop, &page, "12345678"));
    assert_eq!(shop.status(&order)["actionCode"], 116, "authenticated, then declined");
}

/// G-120, G-121, G-122: the simple redirect leads to the issuer and back by itself.
#[test]
fn the_simple_redirect() {
    let shop = Shop::new();
    let begin = || {
        let order = shop.order(false, &[("failUrl", "https://shop.example/fail")]);
        shop.pay(&order, CHALLENGE, &[]);
        let more = [("mdOrder", order.as_str())];
        assert!(shop.call("3ds/continue.do", &more)["acsUrl"].is_string());
        order
    };
    let redirect =
        |order: &str| shop.follow(shop.get(&format!("/payment/acsRedirect.do?orderId={order}")));
    let order = begin();
    let back = shop.follow(challenge(&shop, &redirect(&order), "12345678"));
    let want = format!("https://shop.example/back?own=1&orderId={order}&lang=ru");
    assert_eq!(location(&back), Some(want));
    assert_eq!(shop.amounts(&order)[0], 2);

    let order = begin();
    let acs_id = field(text(&redirect(&order)), "acsTransID");
    let cancel = [("acsTransID", acs_id.as_str()), ("cancel", "1")];
    let back = shop.follow(shop.submit("/acs/challenge", &cancel));
    let want = format!("https://shop.example/fail?orderID={order}&lang=ru");
    assert_eq!(location(&back), Some(want));

    let order = shop.order(false, &[]);
    shop.pay(&order, ONE, &[]);
    let back = shop.follow(challenge(&shop, &redirect(&order), "12345678"));
    let want = format!("https://shop.example/back?own=1&orderId={order}&lang=ru");
    assert_eq!(location(&back), Some(want));
    assert_eq!(shop.get("/payment/acsRedirect.do?orderId=x").status(), StatusCode::NOT_FOUND);
    let order = shop.order(false, &[]);
    let early = shop.get(&format!("/payment/acsRedirect.do?orderId={order}"));
    assert_eq!(early.status(), StatusCode::CONFLICT);
}

/// G-115: the gateway's own page for the method needs a permission; the frame gives back its data.
#[test]
fn the_method_frame() {
    let shop = Shop::of(|merchant| merchant.permissions.method_page = true);
    let order = shop.order(false, &[]);
    let notify = ("threeDSMethodNotificationUrl", "https://shop.example/method");
    let first = shop.pay(&order, METHOD, &[notify]);
    let data = first["threeDSMethodDataPacked"].as_str().expect("given");
    let frame = shop.submit("/acs/method", &[("threeDSMethodData", data)]);
    assert!(text(&frame).contains("action=\"https://shop.example/method\""));
    assert!(!field(text(&frame), "threeDSMethodData").is_empty());
    let page = first["threeDSMethodURLServerDirect"].as_str().expect("permitted");
    assert!(text(&shop.get(page)).contains("/acs/method"));
    let gather = first["threeDSMethodURLServer"].as_str().expect("given");
    assert_eq!(shop.get(&format!("https://{gather}")).status(), StatusCode::OK);

    let shop = Shop::new();
    let order = shop.order(false, &[]);
    assert!(shop.pay(&order, METHOD, &[]).get("threeDSMethodURLServerDirect").is_none());
}

/// The gateway's own payment page lets the issuer look at the browser in a hidden frame, and goes on
/// without it too; nobody else's payment is driven by that page.
#[test]
fn the_payment_page_has_a_method_frame() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let page = type_card(&shop, &order, METHOD);
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(shop.amounts(&order)[0], 0, "the payer was sent nowhere yet");
    let policy = page.headers()["content-security-policy"].to_str().expect("ASCII");
    assert!(policy.contains("frame-src 'self'") && policy.contains("script-src 'sha256-"));
    let frame = text(&page).split_once("<iframe src=\"").expect("a frame").1;
    let frame = shop.get(frame.split_once('"').expect("closed").0);
    assert!(text(&frame).contains("action=\"https://bank.example/acs/method\""));
    let data = field(text(&frame), "threeDSMethodData");
    let issuer = shop.submit("/acs/method", &[("threeDSMethodData", &data)]);
    let notification = "https://bank.example/3dsserver/api/v1/acs/notification";
    assert!(text(&issuer).contains(&format!("action=\"{notification}\"")));
    assert_eq!(shop.submit(notification, &[]).status(), StatusCode::OK);

    let go_on = |order: &str| shop.submit("/payment/merchants/ecom/method", &[("mdOrder", order)]);
    let issuer = location(&go_on(&order)).expect("to the issuer");
    assert!(issuer.contains("/acs/creq?creq="));
    assert_eq!(shop.amounts(&order)[0], 5);
    assert_eq!(location(&go_on(&order)), Some(issuer.clone()), "a page that is loaded again");
    let back = shop.follow(challenge(&shop, &shop.get(&issuer), "12345678"));
    assert!(location(&back).is_some_and(|to| to.starts_with("https://shop.example/back")));
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    assert!(location(&go_on(&order)).is_some_and(|to| to.starts_with("https://shop.example/")));

    // A payment that the merchant began goes on at the merchant's word alone.
    let order = shop.order(false, &[]);
    shop.pay(&order, METHOD, &[]);
    assert_eq!(go_on(&order).status(), StatusCode::NOT_FOUND);
    assert_eq!(shop.amounts(&order)[0], 0);
    assert_eq!(go_on("unknown").status(), StatusCode::NOT_FOUND);
}

/// Whoever only knows what the browser carries cannot finish a payment.
#[test]
fn a_forged_answer_of_the_issuer_pays_nothing() {
    use base64::Engine as _;
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let page = shop.follow(type_card(&shop, &order, CHALLENGE));
    let acs_id = field(text(&page), "acsTransID");
    let forged = format!("{{\"acsTransID\":\"{acs_id}\",\"transStatus\":\"Y\"}}");
    let forged = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(forged);
    let answer = shop.get(&format!("/payment/rest/finish3ds2.do?cres={forged}"));
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(shop.amounts(&order)[0], 5);
    // Nor once the issuer has said yes: its own words are needed.
    let genuine = location(&challenge(&shop, &page, "12345678")).expect("goes back");
    let answer = shop.get(&format!("/payment/rest/finish3ds2.do?cres={forged}"));
    assert_eq!((answer.status(), shop.amounts(&order)[0]), (StatusCode::NOT_FOUND, 5));
    shop.get(&genuine);
    assert_eq!(shop.amounts(&order)[0], 2);
    let order = shop.order(false, &[]);
    shop.follow(type_card(&shop, &order, ONE));
    shop.get(&format!("/payment/rest/finish3ds.do?MD={order}&PaRes=eJx"));
    assert_eq!(shop.amounts(&order)[0], 6);
}
