//! A bank without sockets, and a client of it.

use gateway_rest::{
    Call, Client, Credentials, Profile, Resolved,
    order::{
        language::Language,
        pay::{Card, PaymentOrder},
        register::Register,
        status::{OrderReport, OrderStatus},
    },
};
use payments_core::{
    Effect, Error, Minor,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, OrderId, OrderNumber},
};
use payments_http::Transport;
use payments_sandbox::{Fault, Merchant, Sandbox, Settings, ledger::Balances};

/// A card that is charged without 3-D Secure.
pub(crate) const PLAIN: &str = "4111111111111111";

/// What an order costs, in minor units.
pub(crate) const AMOUNT: Minor = Minor::new(2000);

/// A bank with one merchant, and the merchant's client.
pub(crate) struct Bank {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

impl Bank {
    pub(crate) fn new() -> Self {
        Self::of(|_| {}, |_| {})
    }

    pub(crate) fn of(
        merchant: impl FnOnce(&mut Merchant),
        profile: impl FnOnce(&mut Profile),
    ) -> Self {
        let merchant = Merchant::new("test_user", "test_user_password").with(merchant);
        let sandbox = Sandbox::new(Settings::new(vec![merchant]));
        let at = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
        let credentials = Credentials::login("test_user", "test_user_password").expect("valid");
        let clock = sandbox.clone();
        let client =
            Client::builder(at.with(profile), credentials, Transport::new(sandbox.clone()))
                .clock(move || clock.now())
                .build();
        Self { sandbox, client }
    }

    /// Calls the bank; the answer.
    pub(crate) async fn call<C: Call>(&self, request: &C) -> C::Response {
        match self.client.call(request).await {
            Ok(answer) => answer.into_inner(),
            Err(error) => panic!("{}: {error} {:?}", C::NAME, error.refusal()),
        }
    }

    /// Calls the bank, which refuses; the refusal.
    pub(crate) async fn refused<C: Call>(&self, request: &C) -> (String, String, Error) {
        let Err(error) = self.client.call(request).await else {
            panic!("{} went through", C::NAME)
        };
        let refusal = error.refusal().expect("a refusal").clone();
        (refusal.code, refusal.message.unwrap_or_default(), error)
    }

    /// Calls the bank, and something goes wrong on the way; the error, after which the bank may have
    /// acted.
    pub(crate) async fn wronged<C: Call>(&self, request: &C, path: &str, fault: Fault) -> Error {
        self.sandbox.with_bank(|bank| {
            bank.faults().next(path, fault);
        });
        let Err(error) = self.client.call(request).await else {
            panic!("{} went through", C::NAME)
        };
        assert_eq!(error.effect(), Effect::Maybe, "{fault:?}");
        error
    }

    /// Finds out what became of a call.
    pub(crate) async fn resolved<C: Call>(&self, request: &C, error: &Error) -> Resolved {
        let sent = error.sent_at().expect("bytes may have left");
        self.client.resolve(request, sent).await.expect("the bank answers")
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: u64) {
        self.sandbox.advance(std::time::Duration::from_secs(seconds));
    }

    /// A registered order of a known customer.
    pub(crate) async fn order(&self, number: &str, change: impl FnOnce(&mut Register)) -> OrderId {
        let back = "https://shop.example/back".parse().expect("valid");
        let client = ClientId::new("259753456").expect("fits");
        let order = Register::new(numbered(number), AMOUNT, back)
            .with(|order| order.client_id = Some(client))
            .with(change);
        self.call(&order).await.order_id
    }

    /// An order that is paid without 3-D Secure.
    pub(crate) async fn paid(&self, number: &str, change: impl FnOnce(&mut Register)) -> OrderId {
        let order = self.order(number, change).await;
        self.call(&payment(&order, PLAIN)).await;
        order
    }

    /// A credential that a payment stored.
    pub(crate) async fn stored(&self, pan: &str) -> BindingId {
        let order = self.order(&format!("first-{}", &pan[10..]), |_| {}).await;
        let payment = payment(&order, pan).with(|it| it.tii = Some("RI".into()));
        self.call(&payment).await;
        let info = self.report(&order).await.binding_info.clone().expect("stored");
        info.binding_id.expect("given")
    }

    /// What the bank reports of an order.
    pub(crate) async fn report(&self, order: &OrderId) -> OrderReport {
        *self.call(&OrderStatus::of_order(order.clone())).await
    }

    /// What the bank's books, which balance, hold for an order.
    pub(crate) fn books(&self, order: &OrderId) -> Balances {
        self.sandbox.with_bank(|bank| {
            bank.check().expect("the books balance");
            bank.ledger().order(order)
        })
    }

    /// How many orders there are.
    pub(crate) fn orders(&self) -> usize {
        self.sandbox.with_bank(|bank| bank.order_count())
    }
}

pub(crate) fn numbered(number: &str) -> OrderNumber {
    OrderNumber::new(number).expect("fits")
}

pub(crate) fn pan(pan: &str) -> Pan {
    Pan::new(pan).expect("a test card")
}

pub(crate) fn expiry() -> Expiry {
    Expiry::new(2030, 12).expect("valid")
}

/// A payment by card data.
pub(crate) fn payment(order: &OrderId, number: &str) -> PaymentOrder {
    let holder = Cardholder::new("TEST CARDHOLDER").expect("fits");
    let cvc = Cvc::new("123").expect("fits");
    let card = Card::new(pan(number), expiry(), cvc, holder);
    PaymentOrder::new(order.clone(), card, Language::English)
}
