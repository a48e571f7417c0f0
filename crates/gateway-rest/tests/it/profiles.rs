//! One program at two banks of the platform that differ in everything that a profile holds.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use gateway_rest::{
    Client, Credentials, Profile,
    bindings::BindCard,
    order::{
        language::Language,
        pay::{Card, PaymentOrder},
        register::Register,
        status::OrderStatus,
    },
    profile::UserNameSpelling,
    recurrent::RecurrentPayment,
};
use http::{Request, StatusCode, Uri};
use payments_core::{
    Currency, Minor, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{ClientId, OrderId, OrderNumber},
    order::{
        Feature, Rule,
        cart::{CartItem, OrderBundle, Quantity},
        ofd::{OfdParams, OfdSpelling},
    },
};
use payments_http::Transport;
use payments_notify::Gateway;
use payments_sandbox::{
    Merchant, PUBLIC_KEY, Sandbox, Settings,
    settings::{CallbackMethod, Callbacks, Checksum, ErrorCodes},
};
use payments_sign::{Digest, PrivateKey, PublicKey, RsaSigner};
use tower::ServiceExt as _;

/// What left for a bank: address, headers and form of each call.
type Sent = Arc<Mutex<Vec<String>>>;

struct Bank {
    sandbox: Sandbox,
    client: Client,
    profile: Profile,
    sent: Sent,
}

/// The bank behind an address of its own: whatever stands before `rest/` is its build's affair.
fn bank(
    profile: Profile,
    credentials: Credentials,
    merchant: Merchant,
    signer: Option<RsaSigner>,
) -> Bank {
    let sandbox = Sandbox::new(Settings::new(vec![merchant]));
    let sent = Sent::default();
    let (played, noted) = (sandbox.clone(), Arc::clone(&sent));
    let rest = profile.rest.clone();
    let road = tower::service_fn(move |mut request: Request<Bytes>| {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let signed = request.headers().contains_key("x-signature");
        let line = format!("{} signed={signed} {body}", request.uri());
        noted.lock().expect("whole").push(line);
        let uri = request.uri().to_string();
        let path = match uri.strip_prefix(rest.as_str()) {
            Some(call) => format!("https://bank.example/payment/rest/{call}"),
            None => {
                let call = uri.rsplit('/').next().unwrap_or_default();
                format!("https://bank.example/payment/{call}")
            }
        };
        *request.uri_mut() = path.parse::<Uri>().expect("an address");
        played.clone().oneshot(request)
    });
    let clock = sandbox.clone();
    let builder = Client::builder(profile.clone(), credentials, Transport::new(road));
    let builder = builder.clock(move || clock.now());
    let client = match signer {
        Some(signer) => builder.signer(signer).build(),
        None => builder.build(),
    };
    Bank { sandbox, client, profile, sent }
}

/// The program: it knows no bank. An order with a cart is registered in the merchant's own currency,
/// paid by a card that is stored, proven by its callback, and the card is charged again.
async fn program(bank: &Bank) -> OrderId {
    let item = CartItem::new(1.into(), "apple", Quantity::pieces(2)).with(|item| {
        item.item_price = Some(Minor::new(1_000));
    });
    let back = "https://shop.example/back".parse().expect("full");
    let order = Register::new(OrderNumber::new("first").expect("short"), Minor::new(2_000), back);
    let order = order.with(|order| {
        order.client_id = Some(ClientId::new("client").expect("short"));
        order.features = vec![Feature::ForceCreateBinding];
        order.order_bundle = Some(OrderBundle::new(vec![item]));
        order.additional_ofd_params =
            Some(OfdParams::new().with(|it| it.mt_operator_name = Some("operator".into())));
    });
    let registered = bank.client.call(&order).await.expect("registered");
    let id = registered.order_id.clone();
    let card = Card::new(
        Pan::new("4111111111111111").expect("a test card"),
        Expiry::new(2030, 12).expect("a month"),
        Cvc::new("123").expect("three digits"),
        Cardholder::new("TEST CARDHOLDER").expect("short"),
    );
    let pay = PaymentOrder::new(id.clone(), card, Language::English);
    bank.client.call(&pay).await.expect("paid");
    let verifier = bank.profile.keys.callback_verifier().expect("a strong key").expect("a key");
    let gateway = Gateway::verifier(Arc::new(verifier));
    let deliveries = bank.sandbox.take_deliveries();
    let paid = deliveries.iter().any(|delivery| {
        let request = &delivery.request;
        let (method, uri) = (request.method(), request.uri());
        let event = gateway.receive(method, uri, request.headers(), request.body());
        bank.sandbox.delivered(delivery.id, Some(StatusCode::OK));
        event.expect("genuine").is_paid()
    });
    assert!(paid, "the callback proves the payment");
    let report = bank.client.call(&OrderStatus::of_order(id.clone())).await.expect("known");
    assert!(report.is_paid());
    let stored = report.binding_info.as_ref().and_then(|it| it.binding_id.clone());
    let stored = stored.expect("the card is stored");
    let again = OrderNumber::new("again").expect("short");
    let again = RecurrentPayment::new(again, Minor::new(500), stored.clone());
    let again = bank.client.call(&again).await.expect("charged");
    assert!(again.success);
    let active = bank.client.call(&BindCard::new(stored)).await.expect_err("it is active");
    assert!(active.is_wrong_state());
    id
}

fn callbacks(checksum: Checksum, method: CallbackMethod) -> Callbacks {
    Callbacks::default().with(|callbacks| {
        callbacks.url = Some("https://shop.example/callback".into());
        callbacks.checksum = checksum;
        callbacks.method = method;
    })
}

fn key() -> PublicKey {
    PublicKey::from_pem(PUBLIC_KEY.as_bytes()).expect("a key")
}

/// As the ready-made profile of VTB has it, with the key that the console gives out.
fn first() -> Bank {
    let profile = Profile::vtb_test().with(|profile| profile.keys.callback_key = Some(key()));
    let merchant = Merchant::new("test_user", "test_user_password")
        .with(|it| it.callbacks = callbacks(Checksum::Rsa, CallbackMethod::Get));
    let credentials = Credentials::login("test_user", "test_user_password").expect("fits");
    bank(profile, credentials, merchant, None)
}

/// Another bank, by configuration alone.
fn second() -> Bank {
    let profile = Profile::at("second", "https://pay.second.example/ab/").expect("an address");
    let profile = profile.with(|profile| {
        profile.outer = "https://json.second.example/gate/".parse().expect("an address");
        profile.user_name = UserNameSpelling::Username;
        profile.ofd_spelling = OfdSpelling::MixedCase;
        profile.rules = profile.rules.with(Rule::PriceForReceipt).without(Rule::RecurrentLogin);
        profile.currency_required = true;
        profile.default_currency = Some(Currency::RUR);
        profile.keys.callback_key = Some(key());
        profile.keys.callback_digest = Digest::Sha256;
    });
    let merchant = Merchant::new("second-api", "second password").with(|it| {
        it.callbacks = callbacks(Checksum::RsaSha256, CallbackMethod::Post);
        it.error_codes = ErrorCodes::Number;
        it.currency = Currency::RUR;
        it.signing_key = Some(PUBLIC_KEY.into());
        it.token = Some(Secret::new("unused"));
    });
    let own = include_bytes!("../../../payments-sandbox/keys/callback.pk8");
    let signer = RsaSigner::sha256(PrivateKey::from_der(own).expect("a key"));
    let credentials = Credentials::login("second-api", "second password").expect("fits");
    bank(profile, credentials, merchant, Some(signer))
}

/// G-007, G-009, G-094, G-240, G-251: addresses, spellings, currency, signatures and hashes are the
/// profile's, and the program does not know of them.
#[tokio::test]
async fn one_program_talks_to_two_banks() {
    let (first, second) = (first(), second());
    for bank in [&first, &second] {
        program(bank).await;
        bank.sandbox.with_bank(|bank| bank.check()).expect("the books agree");
    }
    let sent = |bank: &Bank| bank.sent.lock().expect("whole").clone();
    let (one, two) = (sent(&first), sent(&second));
    assert_eq!(one.len(), two.len(), "the same calls");
    let spelled = |sent: &[String], call: &str, parts: &[&str]| {
        let line = sent.iter().find(|line| line.contains(call)).expect("called");
        for part in parts {
            assert!(line.contains(part), "{part} in {line}");
        }
        line.clone()
    };
    let register = ["https://vtb.rbsuat.com/payment/rest/", "signed=false", "&userName=test_user"];
    let line = spelled(&one, "register.do", &register);
    assert!(line.contains("agent_info.mtoperator.name") && !line.contains("currency="), "{line}");
    spelled(&one, "recurrentPayment.do", &["https://vtb.rbsuat.com/payment/recurrent"]);
    let register = [
        "https://pay.second.example/ab/rest/",
        "signed=true",
        "&username=second-api",
        "agent_info.MTOperator.name",
        "currency=810",
    ];
    spelled(&two, "register.do", &register);
    let recurrent = ["https://json.second.example/gate/recurrent", "signed=true", "\"username\""];
    spelled(&two, "recurrentPayment.do", &recurrent);
}

/// What a profile says counts: with the other bank's profile the same calls fail.
#[tokio::test]
async fn the_other_banks_profile_does_not_fit() {
    let (first, second) = (first(), second());
    let number = OrderNumber::new("1").expect("short");
    let back = "https://shop.example/back".parse().expect("full");
    let order = Register::new(number, Minor::new(2_000), back);
    first.client.call(&order).await.expect("registered");
    let unsigned = bank(
        second.profile.clone(),
        Credentials::login("second-api", "second password").expect("fits"),
        Merchant::new("second-api", "second password")
            .with(|it| it.signing_key = Some(PUBLIC_KEY.into())),
        None,
    );
    let refused = unsigned.client.call(&order).await.expect_err("unsigned");
    assert!(refused.is_access_denied());
    let strict = second.profile.clone().with(|profile| profile.default_currency = None);
    let credentials = Credentials::login("second-api", "second password").expect("fits");
    let strict = bank(strict, credentials, Merchant::new("second-api", "second password"), None);
    let refused = strict.client.call(&order).await.expect_err("no currency");
    assert_eq!(refused.as_invalid().map(|it| it.field()), Some("currency"));
    assert!(strict.sent.lock().expect("whole").is_empty(), "nothing left");

    program(&second).await;
    let id = second.sandbox.with_bank(|bank| bank.order_id("second-api", "first").cloned());
    let refund = gateway_rest::order::refund::Refund::without_key(
        id.expect("registered"),
        payments_core::Part::Whole,
    );
    second.client.call(&refund).await.expect("refunded");
    let delivery = second.sandbox.take_deliveries().pop().expect("a callback");
    let request = &delivery.request;
    let read = |profile: &Profile| {
        let verifier = profile.keys.callback_verifier().expect("strong").expect("a key");
        let gateway = Gateway::verifier(Arc::new(verifier));
        gateway.receive(request.method(), request.uri(), request.headers(), request.body())
    };
    assert!(read(&second.profile).is_ok());
    assert!(read(&first.profile).is_err(), "another hash");
}
