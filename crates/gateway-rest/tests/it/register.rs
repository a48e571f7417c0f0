//! register and registerPreAuth.

use gateway_rest::{
    FullUrl, Profile,
    order::{
        language::Language, params::Params, register::Register, register_pre_auth::RegisterPreAuth,
    },
};
use payments_core::{
    Currency, Effect, Endpoint as _, Minor, Replay,
    id::{ClientId, OrderNumber},
    order::{
        Feature, Rule,
        cart::{CartItem, CustomerDetails, OrderBundle, Quantity},
        ofd::OfdParams,
        payer::OrderPayerData,
    },
};

use crate::samples::{
    answer, assert_same, decoded, prepared, prepared_at, refused, request, response, shown,
};

fn url(text: &str) -> FullUrl {
    FullUrl::new(text).expect("valid")
}

fn register() -> Register {
    let number = OrderNumber::new("1234567890ABCDEF").expect("valid");
    Register::new(number, Minor::new(123_456), url("https://mybestmerchantreturnurl.com"))
}

fn sample() -> Register {
    register().with(|order| {
        order.fail_url = Some(url("https://mybestmerchantfailurl.com"));
        order.email = Some("test@test.com".into());
        order.client_id = Some(ClientId::new("259753456").expect("valid"));
        order.features = vec![Feature::ForceSsl, Feature::ForceTds];
        order.language = Some(Language::English);
        let pairs = [("param_1_name", "param_1_value"), ("param_2_name", "param_2_value")];
        order.params = Some(Params::from_iter(pairs));
    })
}

/// G-001, G-004, G-010, G-012, G-013, G-019, G-020: the printed request, and its exact bytes.
#[test]
fn the_sample_of_register() {
    let outgoing = prepared(&sample());
    assert_same(&outgoing, &request("rest/register.do", 0));
    insta::assert_snapshot!(shown(&outgoing), @"
    POST https://vtb.rbsuat.com/payment/rest/register.do
    content-type: application/x-www-form-urlencoded

    amount=123456&clientId=259753456&email=test%40test.com&failUrl=https%3A%2F%2Fmybestmerchantfailurl.com&features=FORCE_SSL&features=FORCE_TDS&jsonParams=%7B%22param_1_name%22%3A%22param_1_value%22%2C%22param_2_name%22%3A%22param_2_value%22%7D&language=en&orderNumber=1234567890ABCDEF&password=test_user_password&returnUrl=https%3A%2F%2Fmybestmerchantreturnurl.com&userName=test_user
    ");
}

#[test]
fn the_sample_of_register_pre_auth() {
    let number = OrderNumber::new("1255555555555").expect("valid");
    let back = url("https://mybestmerchantreturnurl.com");
    let request_ = RegisterPreAuth::new(number, Minor::new(2000), back).with(|request| {
        request.order.client_id = Some(ClientId::new("259753456").expect("valid"));
        request.order.language = Some(Language::English);
    });
    let outgoing = prepared(&request_);
    assert_same(&outgoing, &request("rest/registerPreAuth.do", 0));
    insta::assert_snapshot!(shown(&outgoing), @"
    POST https://vtb.rbsuat.com/payment/rest/registerPreAuth.do
    content-type: application/x-www-form-urlencoded

    amount=2000&clientId=259753456&language=en&orderNumber=1255555555555&password=test_user_password&returnUrl=https%3A%2F%2Fmybestmerchantreturnurl.com&userName=test_user
    ");
}

/// G-017: the buyer's address may be one of 39 characters.
#[test]
fn addresses_of_both_kinds() {
    for ip in ["192.0.2.17", "2001:db8:1111:2222:3333:4444:5555:6666"] {
        let request = register().with(|it| it.ip = Some(ip.parse().expect("valid")));
        assert!(decoded(&prepared(&request)).contains(&("ip".into(), ip.into())));
    }
}

/// G-049, G-056: dates as text without a zone; the two of two-phase orders only there.
#[test]
fn dates_of_two_phase_orders() {
    let date = |text: &str| Some(text.parse().expect("valid"));
    let request = RegisterPreAuth::from(register()).with(|request| {
        request.order.expiration_date = date("2027-01-02T03:04:05");
        request.autocompletion_date = date("2027-01-03T00:00:00");
        request.auto_reverse_date = date("2027-01-04T23:59:59");
    });
    let pairs = decoded(&prepared(&request));
    let value =
        |name| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    assert_eq!(value("expirationDate"), Some("2027-01-02T03:04:05"));
    assert_eq!(value("autocompletionDate"), Some("2027-01-03T00:00:00"));
    assert_eq!(value("autoReverseDate"), Some("2027-01-04T23:59:59"));
}

/// G-031, G-054, G-055: the printed answers; a refusal by number keeps its doubt.
#[test]
fn the_sample_answers() {
    let read = |number| register().parse(&answer(&response("rest/register.do", number)));
    let registered = read(0).expect("registered");
    assert_eq!(registered.order_id.as_str(), "01491d0b-c848-7dd6-a20d-e96900a7d8c0");
    insta::assert_debug_snapshot!(registered, @r#"
    Registered {
        error_code: None,
        error_message: None,
        order_id: OrderId(
            "01491d0b-c848-7dd6-a20d-e96900a7d8c0",
        ),
        form_url: Some(
            "https://vtb.rbsuat.com/payment/payment/merchants/ecom/payment_en.html?mdOrder=01491d0b-c848-7dd6-a20d-e96900a7d8c0",
        ),
    }
    "#);
    let refused = read(1).expect_err("refused");
    assert!(refused.is_duplicate()); // G-041
    assert_eq!(refused.effect(), Effect::Maybe);
    let second = RegisterPreAuth::from(register());
    let held = second.parse(&answer(&response("rest/registerPreAuth.do", 0))).expect("registered");
    assert_eq!(held.order_id.as_str(), "01492437-d2fb-77fa-8db7-9e2900a7d8c0");
}

/// An answer without the order's id is none: the order may be there.
#[test]
fn an_answer_without_an_order_is_unreadable() {
    for body in ["{}", r#"{"errorCode":"0"}"#, r#"{"formUrl":"https://bank.example"}"#] {
        let error = register().parse(&answer(body)).expect_err("no order");
        assert_eq!(error.effect(), Effect::Maybe, "{body}");
        assert!(error.refusal().is_none());
    }
}

#[test]
fn a_second_copy_is_refused_by_the_bank() {
    assert_eq!(register().replay(), Replay::Refused);
    assert_eq!(RegisterPreAuth::from(register()).replay(), Replay::Refused);
}

/// G-013, G-046, G-064, G-079: refused before sending, by wire path and rule.
#[test]
fn refused_inputs() {
    type Change = fn(&mut Register);
    let table: [(Change, &str); 11] = [
        (|it| it.amount = Minor::new(1_000_000_000_000), "amount: must have at most 12 digits"),
        (|it| it.language = Some("eng".into()), "language: must be two letters of ISO 639-1"),
        (|it| it.description = Some("x".repeat(599)), "description: must have 1 to 598 characters"),
        (|it| it.description = Some(String::new()), "description: must have 1 to 598 characters"),
        (
            |it| it.cardholder_name = Some("x".repeat(151).into()),
            "cardholderName: must have 1 to 150 characters",
        ),
        (
            |it| it.session_timeout_secs = Some(1_000_000_000),
            "sessionTimeoutSecs: must have at most 9 digits",
        ),
        (|it| it.fee_input = Some(Minor::new(100_000_000)), "feeInput: must have at most 8 digits"),
        (|it| it.merchant_inn = Some("1".repeat(17)), "merchantInn: must have 1 to 16 characters"),
        (
            |it| it.features = vec![Feature::ForceCreateBinding],
            "clientId: must be sent with FORCE_CREATE_BINDING",
        ),
        (
            |it| it.email = Some("a@b.c d@e.f".into()),
            "email: must be e-mail addresses, separated by commas without blanks",
        ),
        (
            |it| {
                let data = OrderPayerData::new();
                it.order_payer_data =
                    Some(data.with(|data| data.mobile_phone = Some("8 800".into())));
            },
            "orderPayerData.mobilePhone: must be 7 to 15 digits with country code, after +, 00 or nothing",
        ),
    ];
    for (change, rule) in table {
        assert_eq!(refused(&register().with(change)), rule);
        assert_eq!(refused(&RegisterPreAuth::from(register().with(change))), rule);
    }
}

fn with_cart(change: impl FnOnce(&mut OrderBundle)) -> Register {
    let apples = CartItem::new(1.into(), "apple", Quantity::pieces(2)).with(|item| {
        item.item_price = Some(Minor::new(61_728));
    });
    let bundle = OrderBundle::new(vec![apples]).with(change);
    register().with(|order| order.order_bundle = Some(bundle))
}

/// G-012, G-067, G-083: a cart is JSON in one parameter; it costs what the order costs; who the
/// customer is stands in cart and receipt data together.
#[test]
fn carts() {
    let pairs = decoded(&prepared(&with_cart(|_| {})));
    let bundle = pairs.iter().find(|(name, _)| name == "orderBundle").expect("sent");
    assert_eq!(
        bundle.1,
        r#"{"cartItems":{"items":[{"positionId":1,"name":"apple","quantity":{"value":2,"measure":"0"},"itemPrice":61728}]}}"#
    );
    let cheap = with_cart(|_| {}).with(|order| order.amount = Minor::new(1));
    assert_eq!(
        refused(&cheap),
        "orderBundle.cartItems.items: must cost together what the call is about"
    );
    let profile = Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::CartTotal));
    assert!(prepared_at(&profile, &cheap).is_ok());

    let named = with_cart(|bundle| {
        let customer = CustomerDetails::new().with(|it| it.full_name = Some("MARKER".into()));
        bundle.customer_details = Some(customer);
    });
    let text = refused(&named);
    assert!(text.starts_with("orderBundle.customerDetails.inn: "), "{text}");
    assert!(!format!("{text} {named:?}").contains("MARKER"));
    let known = named.with(|order| {
        order.additional_ofd_params =
            Some(OfdParams::new().with(|it| it.client_inn = Some("012345678901".into())));
    });
    prepared(&known);
}

/// G-014: digits only, and the profile may ask for them.
#[test]
fn currencies() {
    let named = register().with(|order| order.currency = Some(Currency::RUB));
    assert!(decoded(&prepared(&named)).contains(&("currency".into(), "643".into())));
    let strict = Profile::vtb_test().with(|profile| profile.currency_required = true);
    let error = prepared_at(&strict, &register()).expect_err("no currency");
    assert_eq!(error.as_invalid().expect("invalid").field(), "currency");
}
