//! Stored credentials by the client against the sandbox: charged, authenticated, declined, lost.

use gateway_rest::{
    Client, Profile, Resolved,
    bindings::{ClientBindings, CreateBinding, ExtendBinding, PayByBinding, UnBindCard},
    order::{
        language::Language,
        pay::{Card, PaymentOrder},
        register::Register,
        register_pre_auth::RegisterPreAuth,
        status::{OrderReport, OrderStatus},
    },
    three_ds::proceed::Continue3ds,
};
use payments_core::{
    Effect, Minor,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, OrderId, OrderNumber},
    order::{PaymentWay, TiiResponse},
};
use payments_http::Transport;
use payments_sandbox::{Fault, Sandbox, Settings};

use crate::samples::credentials;

const PLAIN: &str = "4111111111111111";
const CHALLENGE: &str = "5555555555555599";
const NO_MONEY: &str = "4000000000000119";
const PAY: &str = "paymentOrderBinding.do";

struct Shop {
    client: Client,
    sandbox: Sandbox,
    orders: std::cell::Cell<u32>,
}

impl Shop {
    fn new() -> Self {
        let sandbox = Sandbox::new(Settings::default());
        let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
        let clock = sandbox.clone();
        let client = Client::builder(profile, credentials(), Transport::new(sandbox.clone()))
            .clock(move || clock.now())
            .build();
        Self { client, sandbox, orders: std::cell::Cell::new(0) }
    }

    fn registration(&self) -> Register {
        self.orders.set(self.orders.get() + 1);
        let number = OrderNumber::new(self.orders.get().to_string()).expect("valid");
        let back = "https://shop.example/back".parse().expect("an address");
        Register::new(number, Minor::new(2_000), back).with(|it| it.client_id = Some(customer()))
    }

    async fn order(&self) -> OrderId {
        let answer = self.client.call(&self.registration()).await.expect("registered");
        answer.into_inner().order_id
    }

    async fn report(&self, order: &OrderId) -> OrderReport {
        let status = OrderStatus::of_order(order.clone());
        *self.client.call(&status).await.expect("answered").into_inner()
    }

    /// Stores a card of the customer without a payment.
    async fn stored(&self, pan: &str) -> BindingId {
        let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
        let pan = Pan::new(pan).expect("a test card");
        let create = CreateBinding::new(customer(), pan, expiry(), holder);
        let created = self.client.call(&create).await.expect("stored").into_inner();
        created.binding_id.expect("the merchant has the permission")
    }

    fn fault(&self, path: &str, fault: Fault) {
        self.sandbox.with_bank(|bank| {
            bank.faults().next(path, fault);
        });
    }

    /// What the bank took for an order, by its books.
    fn taken(&self, order: &OrderId) -> u64 {
        self.sandbox.with_bank(|bank| {
            bank.check().expect("the books balance");
            bank.ledger().order(order).merchant
        })
    }
}

fn customer() -> ClientId {
    ClientId::new("client-1").expect("valid")
}

fn expiry() -> Expiry {
    Expiry::new(2034, 12).expect("valid")
}

fn by_customer(order: &OrderId, binding: &BindingId) -> PayByBinding {
    let code = Cvc::new("123").expect("three");
    PayByBinding::by_customer(order.clone(), binding.clone(), Some(code))
}

/// G-107, G-175, G-182: a card that a payment stored is charged again by customer and merchant.
#[tokio::test]
async fn a_card_is_stored_and_charged_again() {
    let shop = Shop::new();
    let first = shop.order().await;
    let pan = Pan::new(PLAIN).expect("a test card");
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let card = Card::new(pan, expiry(), Cvc::new("123").expect("three"), holder);
    let payment = PaymentOrder::new(first.clone(), card, Language::English)
        .with(|it| it.tii = Some("CI".into()));
    shop.client.call(&payment).await.expect("paid");
    let info = shop.report(&first).await.binding_info.expect("of the customer");
    assert_eq!(info.client_id, Some(customer()));
    let binding = info.binding_id.expect("stored");

    let order = shop.order().await;
    let answer = shop.client.call(&by_customer(&order, &binding)).await.expect("paid");
    assert_eq!(answer.binding_id.as_ref(), Some(&binding));
    assert!(!answer.is_failed() && answer.redirect.is_some());
    let report = shop.report(&order).await;
    assert!(report.is_paid());
    assert_eq!(report.payment_way, Some(PaymentWay::CardBinding));
    assert_eq!(report.tii.as_ref().map(TiiResponse::as_str), Some("F"));

    let order = shop.order().await;
    let payment = PayByBinding::by_merchant(order.clone(), binding);
    shop.client.call(&payment).await.expect("paid");
    assert_eq!(shop.taken(&order), 2_000);
}

/// G-107: a known second phase is refused before anything is sent; an unknown one by the bank.
#[tokio::test]
async fn the_merchant_pays_in_one_phase() {
    let shop = Shop::new();
    let binding = shop.stored(PLAIN).await;
    let register = RegisterPreAuth::from(shop.registration());
    let order = shop.client.call(&register).await.expect("registered").into_inner().order_id;
    let payment = PayByBinding::by_merchant(order.clone(), binding.clone());
    let known = payment.clone().with(|it| it.two_phase = Some(true));
    let error = shop.client.call(&known).await.expect_err("refused");
    assert_eq!(error.effect(), Effect::No);
    assert_eq!(error.as_invalid().expect("before sending").name(), Some("tii-one-phase"));
    let error = shop.client.call(&payment).await.expect_err("refused");
    assert_eq!(error.refusal().expect("by the bank").code, "5");
    shop.client.call(&by_customer(&order, &binding)).await.expect("held");
    assert!(shop.report(&order).await.is_paid());
}

/// The customer is authenticated as with the card itself.
#[tokio::test]
async fn a_stored_card_with_a_challenge() {
    let shop = Shop::new();
    let binding = shop.stored(CHALLENGE).await;
    let order = shop.order().await;
    let first = shop.client.call(&by_customer(&order, &binding)).await.expect("begun");
    assert_eq!(first.is_3ds_ver2, Some(true));
    assert!(first.three_ds_server_trans_id.is_some());
    assert!(!shop.report(&order).await.is_paid());
    let onwards = shop.client.call(&Continue3ds::new(order.clone())).await.expect("goes on");
    assert!(onwards.acs_url.is_some());
    assert_eq!(shop.taken(&order), 0);

    let order = shop.order().await;
    let payment = PayByBinding::by_merchant(order.clone(), binding);
    shop.client.call(&payment).await.expect("paid without the customer");
    assert_eq!(shop.taken(&order), 2_000);
}

/// G-178: a decline is an answer that says what failed, not an error.
#[tokio::test]
async fn a_decline_is_an_answer() {
    let shop = Shop::new();
    let binding = shop.stored(NO_MONEY).await;
    let order = shop.order().await;
    let answer = shop.client.call(&by_customer(&order, &binding)).await.expect("answered");
    assert!(answer.is_failed());
    assert!(answer.error_type_name.is_some() && answer.display_error_message.is_some());
    assert!(shop.report(&order).await.is_declined());
    assert_eq!(shop.taken(&order), 0);
}

/// G-181: the documented refusal of an order without a customer; nothing is cleared by it.
#[tokio::test]
async fn an_order_without_a_customer() {
    let shop = Shop::new();
    let binding = shop.stored(PLAIN).await;
    let register = shop.registration().with(|it| it.client_id = None);
    let order = shop.client.call(&register).await.expect("registered").into_inner().order_id;
    let payment = by_customer(&order, &binding);
    let error = shop.client.call(&payment).await.expect_err("refused");
    let refusal = error.refusal().expect("by the bank");
    assert_eq!(refusal.code, "5");
    assert_eq!(refusal.message.as_deref(), Some("[clientId] is empty"));
    assert_eq!(error.effect(), Effect::Maybe);
}

/// A lost answer: the payment is not sent again, and the order's status tells what became of it.
#[tokio::test]
async fn a_lost_answer_is_resolved() {
    let shop = Shop::new();
    let binding = shop.stored(PLAIN).await;
    let order = shop.order().await;
    let payment = by_customer(&order, &binding);
    shop.fault(PAY, Fault::LostAnswer);
    let error = shop.client.call(&payment).await.expect_err("no answer");
    assert_eq!(error.effect(), Effect::Maybe);
    let sent = error.sent_at().expect("it left");
    let resolved = shop.client.resolve(&payment, sent).await.expect("the bank tells");
    assert!(resolved.happened());
    assert_eq!(shop.taken(&order), 2_000);
    let again = shop.client.call(&payment).await.expect_err("it is paid");
    assert!(again.is_wrong_state());
    assert_eq!((again.effect(), shop.taken(&order)), (Effect::Maybe, 2_000));

    let order = shop.order().await;
    let payment = by_customer(&order, &binding);
    shop.fault(PAY, Fault::LostRequest);
    let error = shop.client.call(&payment).await.expect_err("no answer");
    let sent = error.sent_at().expect("it left");
    let early = shop.client.resolve(&payment, sent).await.expect("the bank tells");
    assert!(matches!(early, Resolved::Unknown { .. }), "it may still arrive");
    shop.sandbox.advance(shop.client.profile().settle);
    let late = shop.client.resolve(&payment, sent).await.expect("the bank tells");
    assert!(matches!(late, Resolved::DidNot));
    shop.client.call(&payment).await.expect("paid now");
    assert_eq!(shop.taken(&order), 2_000);
}

/// G-185, G-186: a switch whose answer was lost is found in the list, and a second one is refused; a
/// month is set once more without harm.
#[tokio::test]
async fn lost_answers_about_a_credential() {
    let shop = Shop::new();
    let binding = shop.stored(PLAIN).await;
    let list = ClientBindings::new(customer());
    let extend = ExtendBinding::new(
        binding.clone(),
        Expiry::new(2040, 1).expect("valid"),
        Language::English,
    );
    shop.fault("extendBinding.do", Fault::LostAnswer);
    let _ = shop.client.call(&extend).await;
    shop.client.call(&extend).await.expect("set again");
    let listed = shop.client.call(&list).await.expect("listed").into_inner();
    assert_eq!(listed.bindings[0].expiry(), Expiry::new(2040, 1).ok());

    let unbind = UnBindCard::new(binding);
    shop.fault("unBindCard.do", Fault::LostAnswer);
    let error = shop.client.call(&unbind).await.expect_err("no answer");
    assert_eq!(error.effect(), Effect::Maybe);
    let empty = shop.client.call(&list).await.expect_err("nothing is left");
    assert!(empty.is_not_found());
    assert!(shop.client.call(&unbind).await.expect_err("it is off").is_wrong_state());
}

/// G-177: a stored card pays by a token that was made with the bank's key, with the code inside.
#[cfg(feature = "card-data")]
#[tokio::test]
async fn an_encrypted_credential_pays() {
    use gateway_rest::se_token::{Sealer, Stamp, keys::SeKeys};

    let shop = Shop::new();
    let binding = shop.stored(PLAIN).await;
    let keys = shop.client.call(&SeKeys::new()).await.expect("answered");
    let key = keys.newest(shop.sandbox.now()).expect("one is valid");
    let sealer = Sealer::new(&key).expect("large enough");
    let stamp = Stamp::new(shop.sandbox.now(), 0x13a4_713c_bf5e_47d5_b986_7488_7875_b02e);
    let code = Cvc::new("123").expect("three");
    let order = shop.order().await;
    let with = |token| {
        PayByBinding::by_customer(order.clone(), binding.clone(), None)
            .with(|it| it.se_token = Some(token))
    };
    let without_code = sealer.stored(stamp, &order, &binding, None).expect("seals");
    let error = shop.client.call(&with(without_code)).await.expect_err("refused");
    assert_eq!(error.refusal().expect("by the bank").code, "1");
    let another = shop.order().await;
    let token = sealer.stored(stamp, &another, &binding, Some(&code)).expect("seals");
    assert!(shop.client.call(&with(token)).await.is_err(), "made for another order");
    let other = BindingId::new("another").expect("fits");
    let token = sealer.stored(stamp, &order, &other, Some(&code)).expect("seals");
    assert!(shop.client.call(&with(token)).await.is_err(), "holds another credential");
    let token = sealer.stored(stamp, &order, &binding, Some(&code)).expect("seals");
    shop.client.call(&with(token)).await.expect("paid");
    assert_eq!(shop.taken(&order), 2_000);
}

/// G-050: an order for one credential takes no card.
#[tokio::test]
async fn an_order_for_one_credential() {
    let shop = Shop::new();
    let binding = shop.stored(PLAIN).await;
    let register = shop.registration().with(|it| it.binding_id = Some(binding.clone()));
    let order = shop.client.call(&register).await.expect("registered").into_inner().order_id;
    let pan = Pan::new(CHALLENGE).expect("a test card");
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let card = Card::new(pan, expiry(), Cvc::new("123").expect("three"), holder);
    let by_card = PaymentOrder::new(order.clone(), card, Language::English);
    assert!(shop.client.call(&by_card).await.is_err());
    shop.client.call(&by_customer(&order, &binding)).await.expect("paid");
    assert_eq!(shop.taken(&order), 2_000);
}
