//! What callbacks say, how they are signed, and how often they are sent.

use http::{Method, StatusCode};
use payments_core::Secret;
use payments_sandbox::{
    CallbackFault, Delivery, PUBLIC_KEY,
    settings::{CallbackMethod, Checksum},
};
use payments_sign::{HmacKey, PublicKey, RsaVerifier, Verifier};
use tower::ServiceExt as _;

use crate::support::*;

const STATIC: &str = "https://shop.example/callback?own=1";

fn shop() -> Shop {
    Shop::of(|merchant| merchant.callbacks.url = Some(STATIC.into()))
}

/// Sends a call through the service, so that its callbacks wait in the outbox.
fn outbox(shop: &Shop, path: &str, parameters: &[(&str, &str)]) -> Vec<Delivery> {
    let login = [("userName", "test_user"), ("password", "test_user_password")];
    let request = post(&format!("/payment/rest/{path}"), &[&login[..], parameters].concat());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let answer = runtime.expect("starts").block_on(shop.sandbox.clone().oneshot(request));
    assert_eq!(answer.expect("answered").status(), StatusCode::OK);
    shop.sandbox.take_deliveries()
}

fn card(order: &str) -> [(&str, &str); 6] {
    [
        ("MDORDER", order),
        ("$PAN", PLAIN),
        ("$CVC", "123"),
        ("YYYY", "2030"),
        ("MM", "12"),
        ("TEXT", "TEST CARDHOLDER"),
    ]
}

/// `operation` and `status` of each callback.
fn said(deliveries: &[Delivery]) -> Vec<(String, String)> {
    let of = |delivery, name| parameter(delivery, name).expect("given");
    deliveries.iter().map(|one| (of(one, "operation"), of(one, "status"))).collect()
}

fn event(operation: &str, status: &str) -> Vec<(String, String)> {
    vec![(operation.to_owned(), status.to_owned())]
}

/// G-043, G-255, G-260: each event of an order's life, with its operation.
#[test]
fn each_event_is_told() {
    let shop = shop();
    let order = shop.order(true, &[]);
    assert_eq!(said(&outbox(&shop, "paymentorder.do", &card(&order))), event("approved", "1"));
    let deposit = [("orderId", order.as_str()), ("amount", "1500")];
    assert_eq!(said(&outbox(&shop, "deposit.do", &deposit)), event("deposited", "1"));
    let refund = [("orderId", order.as_str()), ("amount", "500")];
    assert_eq!(said(&outbox(&shop, "refund.do", &refund)), event("refunded", "1"));
    let again = [("orderId", order.as_str()), ("amount", "0"), ("externalRefundId", "k")];
    assert_eq!(said(&outbox(&shop, "refund.do", &again)), event("refunded", "1"));
    assert_eq!(said(&outbox(&shop, "refund.do", &again)), [], "nothing happened");

    let order = shop.order(false, &[]);
    assert_eq!(said(&outbox(&shop, "paymentorder.do", &card(&order))), event("deposited", "1"));
    let reverse = [("orderId", order.as_str())];
    assert_eq!(said(&outbox(&shop, "reverse.do", &reverse)), event("reversed", "1"));

    let order = shop.order(true, &[]);
    let mut declined = card(&order);
    declined[1].1 = "4000000000000119";
    assert_eq!(said(&outbox(&shop, "paymentorder.do", &declined)), event("approved", "0"));
    shop.order(true, &[]);
    shop.advance(1200);
    assert_eq!(said(&shop.sandbox.take_deliveries()), event("declinedByTimeout", "1"));
}

/// G-043, G-242: GET or POST, the order's own address first, the address's query stays.
#[test]
fn callbacks_go_where_they_should() {
    let shop = shop();
    let order = shop.order(false, &[]);
    let sent = outbox(&shop, "paymentorder.do", &card(&order));
    let request = &sent[0].request;
    assert_eq!((request.method(), request.uri().path()), (&Method::GET, "/callback"));
    let all = parameters(&sent[0]);
    let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["own", "mdOrder", "orderNumber", "operation", "status"]);

    shop.sandbox.with_bank(|bank| {
        let callbacks = &mut bank.merchant("test_user").expect("known").callbacks;
        callbacks.method = CallbackMethod::Post;
        callbacks.headers = vec![("X-Shop".into(), "one".into())];
    });
    let order = shop.order(false, &[("dynamicCallbackUrl", "https://other.example/cb")]);
    let sent = outbox(&shop, "paymentorder.do", &card(&order));
    let request = &sent[0].request;
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "https://other.example/cb");
    assert_eq!(request.headers()["x-shop"], "one", "G-259");
    assert_eq!(parameter(&sent[0], "mdOrder"), Some(order));
    assert!(!format!("{:?}", sent[0]).contains("status"), "no parameter in Debug");

    let shop = Shop::new();
    let order = shop.order(false, &[]);
    assert!(outbox(&shop, "paymentorder.do", &card(&order)).is_empty(), "no address at all");
}

/// G-044: an order's own address is for its payment alone; what happens to credentials is told at the
/// merchant's.
#[test]
fn credentials_are_told_at_the_static_address() {
    let shop = shop();
    let own = "https://shop.example/one";
    let order = shop.order(false, &[("dynamicCallbackUrl", own), ("clientId", "client")]);
    let paid = outbox(&shop, "paymentorder.do", &card(&order));
    let told = |deliveries: &[Delivery]| -> Vec<(String, bool)> {
        let of = |one: &Delivery| {
            let at_own = one.request.uri().to_string().starts_with(own);
            (parameter(one, "operation").expect("given"), at_own)
        };
        deliveries.iter().map(of).collect()
    };
    let want = [("deposited".to_owned(), true), ("bindingCreated".to_owned(), false)];
    assert_eq!(told(&paid), want);
    let status = shop.status(&order);
    let binding = status["bindingInfo"]["bindingId"].as_str().expect("stored");
    let switched = outbox(&shop, "unBindCard.do", &[("bindingId", binding)]);
    assert_eq!(told(&switched), [("bindingActivityChanged".to_owned(), false)]);
    let refund = [("orderId", order.as_str()), ("amount", "0")];
    assert_eq!(told(&outbox(&shop, "refund.do", &refund)), [("refunded".to_owned(), true)]);
}

/// The text to check, written here once more: sorted pairs without the two parameters. G-247
fn signed_text(delivery: &Delivery) -> String {
    let mut pairs = parameters(delivery);
    pairs.retain(|(name, _)| name != "checksum" && name != "sign_alias" && name != "own");
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name};{value};")).collect()
}

/// G-244, G-250, G-251: HMAC-SHA256 or RSA with SHA-512, in upper case.
#[test]
fn callbacks_are_signed() {
    let hmac = HmacKey::from_bytes(b"KEY").expect("a key");
    let rsa = PublicKey::from_pem(PUBLIC_KEY.as_bytes()).and_then(RsaVerifier::sha512);
    let rsa = rsa.expect("a key");
    let schemes: [(Checksum, &dyn Verifier); 2] =
        [(Checksum::Hmac(Secret::new("KEY")), &hmac), (Checksum::Rsa, &rsa)];
    for (checksum, verifier) in schemes {
        let shop = Shop::of(|merchant| {
            merchant.callbacks.url = Some("https://shop.example/callback".into());
            merchant.callbacks.checksum = checksum;
            merchant.callbacks.sign_alias = Some("SHA-256 with RSA".into());
            merchant.callbacks.additional = vec!["amount".into(), "callbackCreationDate".into()];
        });
        let order = shop.order(false, &[]);
        let sent = outbox(&shop, "paymentorder.do", &card(&order));
        let checksum = parameter(&sent[0], "checksum").expect("signed");
        assert_eq!(checksum, checksum.to_uppercase());
        let text = signed_text(&sent[0]);
        assert!(verifier.verify_hex(text.as_bytes(), &checksum).is_ok(), "{text}");
        let forged = text.replace("status;1;", "status;0;");
        assert!(verifier.verify_hex(forged.as_bytes(), &checksum).is_err());
    }
}

/// G-258, G-261, G-262, G-264: additional parameters come only if configured.
#[test]
fn additional_parameters() {
    let names = [
        "callbackCreationDate",
        "amountFormatted",
        "depositedTotalAmountFormatted",
        "operationRefundedAmount",
        "externalRefundId",
        "mdorder",
        "paymentState",
        "maskedPan",
        "threeDSType",
        "refundedDate",
        "depositFlag",
        "neverHeardOf",
    ];
    let shop = Shop::of(|merchant| {
        merchant.callbacks.url = Some("https://shop.example/callback".into());
        merchant.callbacks.additional = names.map(str::to_owned).into();
    });
    let order = shop.paid(true);
    shop.call("deposit.do", &[("orderId", &order), ("amount", "1500")]);
    let refund = [("orderId", order.as_str()), ("amount", "400"), ("externalRefundId", "k")];
    let sent = outbox(&shop, "refund.do", &refund);
    let want = [
        Some("Thu Jan 01 00:00:00 UTC 2026"),
        Some("20.00 RUB"),
        Some("15.00 RUB"),
        Some("400"),
        Some("k"),
        Some(order.as_str()),
        Some("refunded"),
        Some("411111**1111"),
        Some("SSL"),
        Some("01.01.2026 00:00:00"),
        Some("2"),
        None,
    ];
    for (name, want) in names.iter().zip(want) {
        assert_eq!(parameter(&sent[0], name).as_deref(), want, "{name}");
    }
}

/// G-254, G-257: 200 ends it; anything else is repeated every 30 s, three times in all.
#[test]
fn callbacks_are_repeated() {
    let shop = shop();
    let order = shop.order(false, &[]);
    let first = outbox(&shop, "paymentorder.do", &card(&order)).remove(0);
    for (failure, wait) in
        [(Some(StatusCode::NO_CONTENT), 30), (None, 30), (Some(StatusCode::NOT_FOUND), 3600)]
    {
        assert!(shop.sandbox.take_deliveries().is_empty());
        shop.sandbox.delivered(first.id, failure);
        shop.advance(29);
        assert!(shop.sandbox.take_deliveries().is_empty(), "not before 30 s");
        shop.advance(wait - 29);
        let again = shop.sandbox.take_deliveries();
        assert_eq!(again.len(), usize::from(wait == 30), "three failures end it");
        assert!(again.iter().all(|again| again.id == first.id));
    }
    let second = outbox(&shop, "refund.do", &[("orderId", &order), ("amount", "1")]).remove(0);
    shop.sandbox.delivered(second.id, Some(StatusCode::OK));
    shop.advance(3600);
    assert!(shop.sandbox.take_deliveries().is_empty());
}

#[test]
fn callbacks_are_lost_doubled_and_late() {
    let shop = shop();
    let order = shop.paid(true);
    shop.sandbox.with_bank(|bank| {
        bank.faults()
            .next_callback(CallbackFault::Late(std::time::Duration::from_secs(60)))
            .next_callback(CallbackFault::Lost)
            .next_callback(CallbackFault::Doubled);
    });
    let call = |path: &str, amount: &str| {
        said(&outbox(&shop, path, &[("orderId", &order), ("amount", amount)]))
    };
    assert_eq!(call("deposit.do", "0"), []);
    assert_eq!(call("refund.do", "1"), []);
    assert_eq!(call("refund.do", "2").len(), 2);
    shop.advance(60);
    assert_eq!(said(&shop.sandbox.take_deliveries()), event("deposited", "1"), "overtaken");
}
