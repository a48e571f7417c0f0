//! `seToken` from the bank's key list to a paid order, by the client, against the sandbox.

use gateway_rest::{
    Client, Profile,
    bindings::{CreateBinding, PayByBinding},
    order::{
        language::Language,
        pay::{Card, PaymentOrder, SeToken},
        register::Register,
        status::OrderStatus,
    },
    se_token::{Sealer, Stamp, keys::SeKeys},
};
use payments_core::{
    Effect, Minor, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, OrderId, OrderNumber},
    time::UnixMillis,
};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings};

use crate::samples::credentials;

const UUID: u128 = 0x13a4_713c_bf5e_47d5_b986_7488_7875_b02e;

struct Shop {
    client: Client,
    sandbox: Sandbox,
}

impl Shop {
    fn new() -> Self {
        let sandbox = Sandbox::new(Settings::default());
        let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
        let transport = Transport::new(sandbox.clone());
        let clock = sandbox.clone();
        let client =
            Client::builder(profile, credentials(), transport).clock(move || clock.now()).build();
        Self { client, sandbox }
    }

    fn now(&self) -> UnixMillis {
        self.sandbox.now()
    }

    async fn order(&self, number: &str) -> OrderId {
        let number = OrderNumber::new(number).expect("valid");
        let back = "https://shop.example/back".parse().expect("an address");
        let register = Register::new(number, Minor::new(2_000), back);
        self.client.call(&register).await.expect("registered").order_id.clone()
    }

    async fn sealer(&self) -> Sealer {
        let keys = self.client.call(&SeKeys::new()).await.expect("answered");
        Sealer::new(&keys.newest(self.now()).expect("one is valid")).expect("large enough")
    }

    /// The bank's word about a payment: paid or not, or the text of its refusal.
    async fn pay(&self, order: &OrderId, token: SeToken) -> Result<bool, String> {
        let payment = PaymentOrder::new(order.clone(), token, Language::English);
        if let Err(error) = self.client.call(&payment).await {
            assert_eq!(error.effect(), Effect::Maybe);
            let refusal = error.refusal().expect("refused by code").clone();
            return Err(format!("{} {}", refusal.code, refusal.message.unwrap_or_default()));
        }
        let status = OrderStatus::of_order(order.clone());
        Ok(self.client.call(&status).await.expect("answered").is_paid())
    }
}

fn card() -> Card {
    let pan = Pan::new("4111111111111111").expect("a test card");
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let expiry = Expiry::new(2034, 12).expect("valid");
    Card::new(pan, expiry, Cvc::new("123").expect("valid"), holder)
}

/// G-099, G-101: a card that was encrypted with the key that the bank lists pays, and the bank sees
/// the data of that card.
#[tokio::test]
async fn an_encrypted_card_pays() {
    let shop = Shop::new();
    let order = shop.order("1").await;
    let stamp = Stamp::new(shop.now(), UUID);
    let token = shop.sealer().await.card(stamp, &order, &card()).expect("seals");
    assert_eq!(shop.pay(&order, token).await, Ok(true));
    let status = OrderStatus::of_order(order);
    let report = shop.client.call(&status).await.expect("answered");
    let seen = report.card_auth_info.as_ref().expect("a card");
    assert_eq!(seen.masked_pan.as_deref(), Some("411111**1111"));
    assert_eq!(seen.expiration.as_deref(), Some("203412"));
    assert_eq!(seen.cardholder_name.as_ref().map(|it| it.as_str()), Some("TEST CARDHOLDER"));
}

/// G-101: five things stand in the token, and each is looked at.
#[tokio::test]
async fn what_the_token_holds_counts() {
    let shop = Shop::new();
    let order = shop.order("1").await;
    let sealer = shop.sealer().await;
    let now = Stamp::new(shop.now(), UUID);
    let refused = async |token: SeToken, why: &str| {
        let answer = shop.pay(&order, token).await.expect_err("refused");
        assert_eq!(answer, format!("5 [seToken] {why}"));
    };
    let another = shop.order("2").await;
    let token = sealer.card(now, &another, &card()).expect("seals");
    refused(token, "was made for another order").await;
    for gap in [-1_801_000, 1_801_000] {
        let then = Stamp::new(UnixMillis::new(shop.now().get() + gap), UUID);
        let token = sealer.card(then, &order, &card()).expect("seals");
        refused(token, "is older or newer than half an hour").await;
    }
    let without_code = card().with(|card| card.cvc = None);
    refused(sealer.card(now, &order, &without_code).expect("seals"), "must hold a CVV").await;
    let binding = BindingId::new("01491d0b-c848-7dd6-a20d-e96900a7d8c0").expect("valid");
    let stored = sealer.stored(now, &order, &binding, None).expect("seals");
    let holder = card().holder;
    let token = SeToken::new(stored, holder.clone());
    refused(token, "holds a stored card: use paymentOrderBinding").await;
    let token = SeToken::new(Secret::new("c2VUb2tlbg=="), holder);
    refused(token, "was not encrypted with a valid key of the bank").await;
    let status = OrderStatus::of_order(order.clone());
    assert!(!shop.client.call(&status).await.expect("answered").is_paid());
}

/// The key that ran out stands first in the bank's list; what it encrypts nobody opens.
#[tokio::test]
async fn a_key_that_ran_out_is_not_taken() {
    let shop = Shop::new();
    let order = shop.order("1").await;
    let keys = shop.client.call(&SeKeys::new()).await.expect("answered");
    let retired = keys.keys.first().expect("listed");
    assert!(!retired.is_valid(shop.now()));
    let sealer = Sealer::new(&retired.public_key().expect("a key")).expect("large enough");
    let token = sealer.card(Stamp::new(shop.now(), UUID), &order, &card()).expect("seals");
    let answer = shop.pay(&order, token).await.expect_err("refused");
    assert!(answer.ends_with("was not encrypted with a valid key of the bank"), "{answer}");
}

/// G-177: a stored card that was encrypted pays an order of its customer; another order's token and
/// another credential's do not.
#[tokio::test]
async fn an_encrypted_stored_card_pays() {
    let shop = Shop::new();
    let customer = || ClientId::new("customer-1").expect("valid");
    let stored = async |pan: &str| {
        let (pan, card) = (Pan::new(pan).expect("a test card"), card());
        let create = CreateBinding::new(customer(), pan, card.expiry, card.holder);
        let created = shop.client.call(&create).await.expect("stored").into_inner();
        created.binding_id.expect("named")
    };
    let (binding, other) = (stored("4111111111111111").await, stored("5555555555555599").await);
    let registered = async |number: &str| {
        let number = OrderNumber::new(number).expect("valid");
        let back = "https://shop.example/back".parse().expect("an address");
        let register = Register::new(number, Minor::new(2_000), back)
            .with(|register| register.client_id = Some(customer()));
        shop.client.call(&register).await.expect("registered").into_inner().order_id
    };
    let (order, another) = (registered("1").await, registered("2").await);
    let sealer = shop.sealer().await;
    let stamp = Stamp::new(shop.now(), UUID);
    let code = Cvc::new("123").expect("valid");
    let pay = async |order: &OrderId, token: Secret| {
        let pay = PayByBinding::by_customer(order.clone(), binding.clone(), None)
            .with(|pay| pay.se_token = Some(token));
        let answer = shop.client.call(&pay).await;
        answer.map(|_| ()).map_err(|error| error.refusal().expect("by code").code.clone())
    };
    let sealed = |order: &OrderId, binding: &BindingId| {
        sealer.stored(stamp, order, binding, Some(&code)).expect("seals")
    };
    assert_eq!(pay(&order, sealed(&another, &binding)).await, Err("5".into()));
    assert_eq!(pay(&order, sealed(&order, &other)).await, Err("5".into()));
    let card = sealer.card(stamp, &order, &card()).expect("seals").token;
    assert_eq!(pay(&order, card).await, Err("5".into()));
    assert_eq!(pay(&order, sealed(&order, &binding)).await, Ok(()));
    let status = OrderStatus::of_order(order);
    assert!(shop.client.call(&status).await.expect("answered").is_paid());
}
