//! The life of an order.

use gateway_rest::{
    Credentials, FullUrl,
    order::{
        decline::Decline, deposit::Deposit, language::Language, params::Params, refund::Refund,
        register::Register, register_pre_auth::RegisterPreAuth, reverse::Reverse,
        status::OrderStatus,
    },
    raw::RawCall,
};
use http::Request;
use payments_core::{
    Currency, Minor, Part, Replay, Secret,
    id::{ClientId, MerchantLogin, OrderId, OrderNumber, RefundId},
    order::{Feature, OrderStatus as Status, PaymentMethod, PaymentObject, cart::ItemAttributes},
};
use payments_sandbox::journal::Event;
use payments_sign::{PrivateKey, RsaSigner, Signer as _};

use super::{
    Row, read, sealed, sent,
    shop::{AMOUNT, PLAIN},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/register.do",
        requests: &[|| sent(&register()), signed],
        answer: |answer| read(&register(), answer),
        fragments: &[item_attributes],
        refused: || samples::refused(&register().with(|it| it.description = Some(String::new()))),
        run: |shop| {
            let registered = shop.call(&shop.registration());
            let events = shop.events(&registered.order_id);
            assert!(matches!(
                events[..],
                [Event::Registered { amount: AMOUNT, two_phase: false, .. }]
            ));
            format!("{registered:#?}")
        },
    },
    Row {
        path: "rest/registerPreAuth.do",
        requests: &[|| sent(&register_pre_auth())],
        answer: |answer| read(&register_pre_auth(), answer),
        fragments: &[item_attributes],
        refused: || {
            let long = Minor::new(1_000_000_000_000);
            samples::refused(&register_pre_auth().with(|it| it.order.amount = long))
        },
        run: |shop| {
            let registered = shop.call(&RegisterPreAuth::from(shop.registration()));
            let events = shop.events(&registered.order_id);
            assert!(matches!(
                events[..],
                [Event::Registered { amount: AMOUNT, two_phase: true, .. }]
            ));
            format!("{registered:#?}")
        },
    },
    Row {
        path: "rest/getOrderStatusExtended.do",
        requests: &[
            || sent(&status("01491d0b-c848-7dd6-a20d-e96900a7d8c0")),
            || sent(&status("016b6f47-4628-7ea2-80f5-6c6e00a7d8c0")),
        ],
        answer: |answer| read(&status("1"), answer),
        fragments: &[item_attributes],
        refused: || samples::refused(&status("1").with(|it| it.order_id = None)),
        run: |shop| {
            let order = shop.order();
            assert!(!shop.report(&order).is_paid());
            shop.pay(&order, PLAIN);
            let report = shop.report(&order);
            assert!(report.is_paid() && report.order_id() == Some(order));
            format!("{report:#?}")
        },
    },
    Row {
        path: "rest/deposit.do",
        requests: &[|| sent(&deposit())],
        answer: |answer| read(&deposit(), answer),
        fragments: &[item_attributes],
        refused: || samples::refused(&deposit().with(|it| it.language = Some("eng".into()))),
        run: |shop| {
            let order = shop.held();
            assert_eq!((shop.books(&order).held, shop.books(&order).merchant), (2000, 0));
            let done = shop.call(&Deposit::new(order.clone(), part(1500)));
            assert_eq!((shop.books(&order).held, shop.books(&order).merchant), (0, 1500));
            assert_eq!(shop.refused(&Deposit::new(order, part(500))), "5");
            format!("{done:#?}")
        },
    },
    Row {
        path: "rest/reverse.do",
        requests: &[|| sent(&reverse())],
        answer: |answer| read(&reverse(), answer),
        fragments: &[|| {
            let kept = reverse().with(|it| it.penalty = Some(Minor::new(1300)));
            parameter(&sent(&kept), "jsonParams")
        }],
        refused: || samples::refused(&Reverse::new(order(), part(1_000_000_000_000))),
        run: |shop| {
            let order = shop.held();
            let done = shop.call(&Reverse::new(order.clone(), Part::Whole));
            assert_eq!((shop.books(&order).held, shop.books(&order).taken), (0, 0));
            assert_eq!(shop.report(&order).order_status, Some(Status::AuthorizationCancelled));
            format!("{done:#?}")
        },
    },
    Row {
        path: "rest/refund.do",
        requests: &[|| sent(&refund())],
        answer: |answer| read(&refund(), answer),
        fragments: &[item_attributes, || {
            let kept = refund().with(|it| it.penalty = Some(Minor::new(1300)));
            parameter(&sent(&kept), "jsonParams")
        }],
        refused: || samples::refused(&refund().with(|it| it.language = Some("eng".into()))),
        run: |shop| {
            let order = shop.paid();
            let key = RefundId::new("refund-1").expect("fits");
            let refund = Refund::new(order.clone(), part(700), key);
            let done = shop.call(&refund);
            assert_eq!((shop.books(&order).merchant, shop.books(&order).refunded), (1300, 700));
            shop.call(&refund); // The same key: the bank pays back once.
            assert_eq!(shop.books(&order).refunded, 700);
            assert_eq!(shop.refused(&Refund::without_key(order, part(1301))), "5");
            format!("{done:#?}")
        },
    },
    Row {
        path: "rest/decline.do",
        requests: &[|| sent(&decline())],
        answer: |answer| read(&decline(), answer),
        fragments: &[],
        refused: || samples::refused(&decline().with(|it| it.language = Some("".into()))),
        run: |shop| {
            let registration = shop.registration();
            let order = shop.call(&registration).order_id;
            let done = shop.call(&Decline::new(order.clone(), registration.order_number));
            assert!(shop.report(&order).is_declined());
            assert!(matches!(shop.events(&order)[..], [_, Event::Cancelled]));
            format!("{done:#?}")
        },
    },
];

fn order() -> OrderId {
    OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0")
}

fn part(amount: u64) -> Part {
    Part::exactly(Minor::new(amount)).expect("not zero")
}

fn url(text: &str) -> FullUrl {
    FullUrl::new(text).expect("valid")
}

fn client() -> Option<ClientId> {
    Some(ClientId::new("259753456").expect("valid"))
}

fn register() -> Register {
    let number = OrderNumber::new("1234567890ABCDEF").expect("valid");
    let back = url("https://mybestmerchantreturnurl.com");
    Register::new(number, Minor::new(123_456), back).with(|order| {
        order.fail_url = Some(url("https://mybestmerchantfailurl.com"));
        order.email = Some("test@test.com".into());
        order.client_id = client();
        order.features = vec![Feature::ForceSsl, Feature::ForceTds];
        order.language = Some(Language::English);
        let pairs = [("param_1_name", "param_1_value"), ("param_2_name", "param_2_value")];
        order.params = Some(Params::from_iter(pairs));
    })
}

/// The signed sample, byte for byte with both its headers. It lacks what its table calls mandatory,
/// so it is a raw call.
fn signed() -> Request<bytes::Bytes> {
    let call = RawCall::new("register.do", Replay::Refused)
        .parameter("amount", "10000")
        .parameter("returnUrl", "http");
    let file = |name: &str| {
        let folder = "../../testdata/signature/x-signature/document-sample";
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
        std::fs::read_to_string(path).expect("the vector is there")
    };
    let passphrase = Secret::new(file("passphrase.txt"));
    let key = PrivateKey::from_encrypted_pem(file("private-key.pem").as_bytes(), &passphrase);
    let signer = RsaSigner::sha256(key.expect("the samples' key"));
    let credentials = Credentials::login("signature-api", "gcjgcW1").expect("fits");
    let request =
        sealed(&credentials, &call, |message| signer.sign(message).expect("the key signs"));
    assert_eq!(request.body(), file("body.txt").as_bytes());
    request
}

fn register_pre_auth() -> RegisterPreAuth {
    let number = OrderNumber::new("1255555555555").expect("valid");
    let back = url("https://mybestmerchantreturnurl.com");
    RegisterPreAuth::new(number, Minor::new(2000), back).with(|request| {
        request.order.client_id = client();
        request.order.language = Some(Language::English);
    })
}

fn status(order: &str) -> OrderStatus {
    let question = OrderStatus::of_order(OrderId::from_bank(order));
    question.with(|question| question.language = Some(Language::English))
}

fn deposit() -> Deposit {
    let held = OrderId::from_bank("01492437-d2fb-77fa-8db7-9e2900a7d8c0");
    Deposit::new(held, part(2000)).with(|deposit| {
        deposit.currency = Some(Currency::EUR);
        deposit.language = Some(Language::English);
    })
}

fn reverse() -> Reverse {
    Reverse::new(order(), Part::Whole).with(|reverse| {
        reverse.currency = Some(Currency::EUR);
        reverse.language = Some(Language::English);
    })
}

fn refund() -> Refund {
    Refund::without_key(order(), part(2000)).with(|refund| {
        refund.currency = Some(Currency::EUR);
        refund.language = Some(Language::English);
    })
}

fn decline() -> Decline {
    let order = OrderId::from_bank("8cf0409e-857e-7f95-8ab1-b6810009d884");
    Decline::new(order, OrderNumber::new("12345678").expect("valid")).with(|decline| {
        decline.merchant_login = Some(MerchantLogin::new("merch_test418").expect("valid"));
        decline.language = Some(Language::English);
    })
}

/// The attributes of a position that many methods print.
pub(super) fn item_attributes() -> String {
    let attributes = ItemAttributes::new(PaymentMethod::FullPrepayment, PaymentObject::Commodity);
    serde_json::to_string(&attributes).expect("json")
}

/// One parameter of a form.
pub(super) fn parameter(request: &Request<bytes::Bytes>, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(request.body());
    pairs.find(|(found, _)| found == name).expect("sent").1.into_owned()
}
