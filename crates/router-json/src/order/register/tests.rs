use payments_core::{
    Effect,
    order::cart::{CartItem, CartItems, Quantity},
};
use proptest::prelude::*;
use serde_json::json;
use url::Url;

use super::*;
use crate::testing::{body, damaged, effects, member, ok, prepare_at, refusal, sent, shown};

const SAMPLE: &str = r#"{
    "errorCode": "0",
    "formUrl": "https://router.rbsuat.com/wl/payment.html?mdOrder=2dc811e7-8d1c-407a-bd25-a4f41f96cc60&language=en",
    "orderId": "2dc811e7-8d1c-407a-bd25-a4f41f96cc60",
    "orderNumber": "order_123457"
}"#;

fn url(text: &str) -> FullUrl {
    FullUrl::new(text).expect("complete")
}

fn register() -> Register {
    let number = OrderNumber::new("order_123473").expect("fits");
    let back = url("https://mybestmerchantreturnurl.com/success");
    Register::new(number, Minor::new(1234), back).with(|order| {
        order.currency = Some(Currency::RUB);
        order.language = Some(Language::Russian);
        order.client_id = Some(ClientId::new("client_10001").expect("fits"));
    })
}

fn client() -> ClientId {
    ClientId::new("101023").expect("fits")
}

/// R-001, R-002, R-003, R-010, R-012
#[test]
fn the_sample_on_the_wire() {
    insta::assert_snapshot!(sent(&register()), @r#"
    POST https://api.uat.all2pay.net/v1/register.do
    content-type: application/json

    {"userName":"test_user","password":"test_user_password","orderNumber":"order_123473","amount":1234,"currency":"643","language":"ru","returnUrl":"https://mybestmerchantreturnurl.com/success","clientId":"client_10001"}
    "#);
}

/// R-017, R-072, R-074, R-085: every other field; the purpose goes among the free pairs, spelled as
/// in the samples.
#[test]
fn every_other_field() {
    let request = register().subscribing(client(), "test subscription").with(|order| {
        order.fail_url = Some(url("https://shop.example/fail"));
        order.description = Some("Shoes".into());
        order.session_timeout_secs = Some(1800);
        order.expiration_date = Some("2027-12-29T13:02:51".parse().expect("a date"));
        order.dynamic_callback_url = Some(url("https://shop.example/callback"));
        order.params = Some(Params::from_iter([("app2app", "true")]));
        order.features = vec![Feature::ForceTds];
        order.allowed_payment_ways = vec![PaymentWay::SbpC2b, "TCB_TPAY".into()];
        order.phone = Some("+79161234567".into());
        order.email = Some("buyer@shop.example".into());
        order.ip = Some(IpAddr::from([192, 0, 2, 17]));
        order.binding_id = Some(BindingId::new("b-1").expect("fits"));
        let item = CartItem::new(1.into(), "shoes", Quantity::pieces(1));
        let item = item.with(|item| {
            item.item_amount = Some(Minor::new(1234));
            item.item_code = Some("S-1".into());
        });
        order.order_bundle = Some(OrderBundle::new(CartItems::new([item])));
        order.tax_system = Some(TaxSystem::General);
    });
    insta::assert_snapshot!(sent(&request), @r#"
    POST https://api.uat.all2pay.net/v1/register.do
    content-type: application/json

    {"userName":"test_user","password":"test_user_password","orderNumber":"order_123473","amount":1234,"currency":"643","language":"ru","returnUrl":"https://mybestmerchantreturnurl.com/success","failUrl":"https://shop.example/fail","clientId":"101023","description":"Shoes","sessionTimeoutSecs":1800,"expirationDate":"2027-12-29T13:02:51","dynamicCallbackUrl":"https://shop.example/callback","features":["FORCE_TDS"],"jsonParams":{"app2app":"true","subscriptionPurpose":"test subscription"},"allowedPaymentWays":["SBP_C2B","TCB_TPAY"],"phone":"+79161234567","email":"buyer@shop.example","ip":"192.0.2.17","bindingId":"b-1","orderBundle":{"cartItems":{"items":[{"positionId":1,"name":"shoes","quantity":{"value":1,"measure":"0"},"itemAmount":1234,"itemCode":"S-1"}]}},"taxSystem":0}
    "#);
    assert!(!sent(&request).contains("subscrition"));
}

/// R-016, R-071, R-073, R-076: nothing is ordered only where somebody says that nothing is paid, and
/// under the feature that the profile names.
#[test]
fn nothing_is_ordered_on_purpose_alone() {
    let back = url("https://mybestmerchantreturnurl.com/success");
    let number = OrderNumber::new("order_123527").expect("fits");
    let order = Register::without_payment(number, back, client(), "test subscription");
    let sent = body(&order);
    assert_eq!((&sent["amount"], &sent["features"]), (&json!(0), &json!(["VERIFY"])));
    assert_eq!(sent["clientId"], "101023");
    assert_eq!(sent["jsonParams"], json!({"subscriptionPurpose": "test subscription"}));
    let twice = order.clone().with(|it| it.features = vec![Feature::Verify]);
    assert_eq!(member(&twice, "features"), Some(json!(["VERIFY"])));
    let other = Profile::test_stand().with(|it| it.zero_amount_feature = Feature::SbpBinding);
    let elsewhere = shown(prepare_at(&order, &other).expect("breaks no rule"));
    assert!(elsewhere.contains(r#""features":["SBP_BINDING"]"#), "{elsewhere}");

    let zero = register().with(|it| it.amount = Minor::ZERO);
    assert_eq!(refusal(&zero), "amount: must not be zero without the feature VERIFY");
    let verified = zero.with(|it| it.features = vec![Feature::Verify]);
    assert_eq!(member(&verified, "amount"), Some(json!(0)));
    assert!(prepare_at(&verified, &other).is_err());
    let paid = order.with(|it| it.amount = Minor::new(1));
    assert_eq!(refusal(&paid), "amount: must be zero where nothing is paid");
}

#[test]
fn a_wrong_field_is_named() {
    let wrong = |change: fn(&mut Register)| refusal(&register().with(change));
    let digits = "amount: must have at most 12 digits";
    assert_eq!(wrong(|it| it.amount = Minor::new(1_000_000_000_000)), digits);
    assert_eq!(
        wrong(|it| it.description = Some("x".repeat(599))),
        "description: must have 1 to 598 characters"
    );
    assert_eq!(
        wrong(|it| it.session_timeout_secs = Some(1_000_000_000)),
        "sessionTimeoutSecs: must have at most 9 digits"
    );
    assert_eq!(
        wrong(|it| it.session_timeout_secs = Some(0)),
        "sessionTimeoutSecs: must be more than zero"
    );
    assert_eq!(
        wrong(|it| it.language = Some("rus".into())),
        "language: must be two letters of ISO 639-1"
    );
    assert_eq!(wrong(|it| it.phone = Some("8916".into())), "phone: must be + and digits");
    assert_eq!(
        wrong(|it| it.email = Some("x".repeat(41).as_str().into())),
        "email: must have 1 to 40 characters"
    );
    assert_eq!(wrong(|it| it.tax_system = Some("x".into())), "taxSystem: must be a number");
    let purpose = "jsonParams.subscriptionPurpose: must not";
    assert_eq!(
        wrong(|it| it.subscription_purpose = Some(String::new())),
        format!("{purpose} be empty")
    );
    assert_eq!(
        wrong(|it| {
            it.subscription_purpose = Some("a".into());
            it.params = Some(Params::from_iter([("subscriptionPurpose", "b")]));
        }),
        format!("{purpose} be given twice")
    );
    let client = "clientId: must be sent with subscriptionPurpose";
    assert_eq!(
        wrong(|it| {
            it.client_id = None;
            it.subscription_purpose = Some("a".into());
        }),
        client
    );
    assert_eq!(
        wrong(|it| {
            it.client_id = None;
            it.params = Some(Params::from_iter([("subscriptionPurpose", "b")]));
        }),
        client
    );
    assert_eq!(
        wrong(|it| {
            it.amount = Minor::ZERO;
            it.without_payment = true;
        }),
        "jsonParams.subscriptionPurpose: must be sent where nothing is paid"
    );
    let bare = wrong(|it| it.order_bundle = Some(OrderBundle::new(CartItems::default())));
    assert_eq!(bare, "orderBundle.cartItems.items: must hold a position");
    assert!(FullUrl::new("/success").is_err());
}

/// R-013, R-014: the router's id, and the page that names it.
#[test]
fn the_answer() {
    let read = register().parse(&ok(SAMPLE)).expect("an answer");
    assert_eq!(read.order_id.as_str(), "2dc811e7-8d1c-407a-bd25-a4f41f96cc60");
    assert_eq!(read.error_code.as_deref(), Some("0"));
    // The samples' answer is not one to the request beside it.
    assert_eq!(read.is_of(&register().order_number), Some(false));
    let own = OrderNumber::new("order_123457").expect("fits");
    assert_eq!(read.is_of(&own), Some(true));
    let page = Url::parse("https://router.rbsuat.com/wl/payment.html").expect("an address");
    let stand = Profile::test_stand().with(|it| it.payment_page = Some(page));
    let page = stand.page_of(&read.order_id).map(String::from).expect("a page");
    assert!(read.form_url.as_deref().is_some_and(|url| url.starts_with(&page)), "{page}");
    let bare = register().parse(&ok(r#"{"orderId":7,"errorCode":0}"#)).expect("an answer");
    assert_eq!((bare.order_id.as_str(), bare.form_url, bare.order_number), ("7", None, None));
    let none = register().parse(&ok(r#"{"errorCode":"0"}"#)).expect_err("no order");
    assert_eq!(none.effect(), Effect::Maybe);
}

/// What clears the router of having registered; 1 is also the answer to a second copy.
#[test]
fn what_a_refusal_says() {
    let (no, maybe) = (Effect::No, Effect::Maybe);
    assert_eq!(register().replay(), Replay::Refused);
    let codes = ["1", "3", "4", "5", "7", "13", "14", "99", "text"];
    let effects = effects(&register(), &codes);
    assert_eq!(effects, [maybe, no, no, no, maybe, no, no, maybe, maybe]);
    let taken = register().parse(&ok(r#"{"errorCode":1}"#)).expect_err("a refusal");
    assert!(taken.is_duplicate());
}

#[test]
fn a_marker_never_shows() {
    let request = register().with(|it| {
        it.params = Some(Params::from_iter([("cavv", "MARKER")]));
        it.phone = Some("+79161234567".into());
        it.email = Some("MARKER@shop.example".into());
    });
    let prepared = crate::testing::prepare(&request).expect("breaks no rule");
    let shown = format!("{request:?} {prepared:?}");
    assert!(!shown.contains("MARKER") && !shown.contains("79161234567"), "{shown}");
}

proptest! {
    #[test]
    fn no_answer_panics(body in damaged(SAMPLE)) {
        let _ = register().parse(&ok(body));
    }
}
