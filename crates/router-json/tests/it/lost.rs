//! Calls whose request or answer gets lost, each told apart from the other afterwards.

use std::{
    collections::BTreeMap,
    sync::Arc,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use payments_core::{
    Effect, Minor, Part,
    card::Cvc,
    error::BoxError,
    id::{ClientId, OrderId, OrderNumber, RefundId},
    journal::{Journal, Outcome, Step},
    order::RouterState,
};
use payments_http::Transport;
use payments_sandbox::{Fault, Partner, Sandbox, Settings};
use router_json::{
    Call, Client, Credentials, Profile,
    alfapay::AlfaPay,
    bindings::PayByBinding,
    order::{
        decline::Decline,
        deposit::Deposit,
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::{OrderStatus, RouterReport},
    },
    sbp::{DynamicQr, Subscriptions},
};

/// A journal that outlives a client.
#[derive(Default)]
struct Memory {
    steps: Mutex<Vec<(Step, Option<Outcome>)>>,
}

impl Memory {
    fn all(&self) -> Vec<(Step, Option<Outcome>)> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Journal for Memory {
    async fn sent(&self, step: &Step) -> Result<(), BoxError> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push((step.clone(), None));
        Ok(())
    }

    async fn ended(&self, id: &str, outcome: Outcome) -> Result<(), BoxError> {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let step = steps.iter_mut().find(|(step, _)| step.id == id).ok_or("no such step")?;
        step.1 = Some(outcome);
        Ok(())
    }

    async fn open(&self) -> Result<Vec<Step>, BoxError> {
        let settled = |ended: &Option<Outcome>| ended.is_some_and(Outcome::is_settled);
        Ok(self.all().into_iter().filter(|(_, ended)| !settled(ended)).map(|it| it.0).collect())
    }
}

struct Desk {
    sandbox: Sandbox,
    client: Client,
    journal: Arc<Memory>,
    numbers: Mutex<u32>,
}

impl Desk {
    fn new() -> Self {
        let partner = Partner::new("test_user", "test_user_password");
        let sandbox =
            Sandbox::new(Settings::new(Vec::new()).with(|it| it.partners = vec![partner]));
        let journal = Arc::new(Memory::default());
        let client = client(&sandbox, &journal);
        Self { sandbox, client, journal, numbers: Mutex::new(0) }
    }

    async fn call<C: Call>(&self, request: &C) -> C::Response {
        self.client.call(request).await.expect("goes through").into_inner()
    }

    fn register(&self) -> Register {
        let mut number = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        *number += 1;
        let number = OrderNumber::new(number.to_string()).expect("fits");
        let back = "https://shop.example/back".parse().expect("valid");
        Register::new(number, Minor::new(2000), back).with(|order| {
            order.client_id = Some(customer());
            order.description = Some("Shoes".into());
        })
    }

    fn pay(&self, order: &OrderId) {
        let body = format!(r#"{{"orderId":"{order}","answer":"pay"}}"#);
        let request = http::Request::post("/sandbox/router/answer")
            .header("content-type", "application/json")
            .body(body.into())
            .expect("valid");
        assert_eq!(self.sandbox.handle(&request).response.status(), 200);
    }

    async fn held(&self) -> OrderId {
        let order = self.call(&RegisterPreAuth::from(self.register())).await.order_id;
        self.call(&AlfaPay::new(order.clone())).await;
        self.pay(&order);
        order
    }

    async fn paid(&self) -> OrderId {
        let order = self.call(&self.register()).await.order_id;
        self.call(&DynamicQr::new(order.clone())).await;
        self.pay(&order);
        order
    }

    async fn report(&self, order: &OrderId) -> RouterReport {
        *self.call(&OrderStatus::of_order(order.clone())).await
    }

    /// Sends a call on which something goes wrong, and finds out what became of it.
    async fn wronged<C: Call>(&self, request: &C, path: &str, fault: Fault) -> bool {
        self.sandbox.with_bank(|bank| {
            bank.faults().next(format!("/v1/{path}"), fault);
        });
        let Err(error) = self.client.call(request).await else { panic!("{path} came through") };
        assert_eq!(error.effect(), Effect::Maybe, "{path} {fault:?}");
        assert_eq!(self.journal.open().await.expect("a list").len(), 1, "{path}");
        let sent = error.sent_at().expect("it was sent");
        let early = self.client.resolve(request, sent).await.expect("the router answers");
        self.sandbox.advance(self.client.profile().settle);
        let late = self.client.resolve(request, sent).await.expect("the router answers");
        let known = late.known().unwrap_or_else(|| panic!("{path} {fault:?}: {late:?}"));
        assert_eq!(early.known(), known.then_some(true), "{path}: not too early");
        assert!(self.journal.open().await.expect("a list").is_empty(), "{path}");
        known
    }

    /// Loses a call's request, then its answer.
    async fn lost<C: Call>(&self, request: &C, path: &str) {
        assert!(!self.wronged(request, path, Fault::LostRequest).await, "{path}");
        assert!(self.wronged(request, path, Fault::LostAnswer).await, "{path}");
        self.sandbox.with_router(|router| router.check()).expect("the books agree");
    }
}

fn customer() -> ClientId {
    ClientId::new("101023").expect("fits")
}

fn client(sandbox: &Sandbox, journal: &Arc<Memory>) -> Client {
    let profile = Profile::at("sandbox", "https://bank.example/v1/").expect("valid");
    let credentials = Credentials::login("test_user", "test_user_password").expect("valid");
    let clock = sandbox.clone();
    let journal: Arc<dyn Journal> = Arc::clone(journal) as _;
    Client::builder(profile, credentials, Transport::new(sandbox.clone()))
        .clock(move || clock.now())
        .journal(journal)
        .build()
}

fn part(amount: u64) -> Part {
    Part::exactly(Minor::new(amount)).expect("not zero")
}

/// Whatever is lost, it is found out whether the call happened, and each happens once.
#[tokio::test]
async fn a_lost_request_is_told_from_a_lost_answer() {
    let desk = Desk::new();
    desk.lost(&desk.register(), "register.do").await;
    desk.lost(&RegisterPreAuth::from(desk.register()), "registerPreAuth.do").await;

    let order = desk.held().await;
    let seen = desk.report(&order).await.amounts();
    let deposit = Deposit::new(order.clone(), part(1500)).with(|it| it.seen = seen);
    desk.lost(&deposit, "deposit.do").await;
    let seen = desk.report(&order).await.amounts();
    let plain = Refund::without_key(order.clone(), part(100)).with(|it| it.seen = seen);
    desk.lost(&plain, "refund.do").await;
    let amounts = desk.report(&order).await.amounts().expect("amounts");
    assert_eq!(amounts.refunded, Minor::new(100), "once");

    let order = desk.paid().await;
    let seen = desk.report(&order).await.amounts();
    let key = RefundId::new("refund-1").expect("fits");
    let keyed = Refund::new(order.clone(), Part::Whole, key).with(|it| it.seen = seen);
    desk.lost(&keyed, "refund.do").await;
    assert_eq!(desk.report(&order).await.state, Some(RouterState::Refunded));

    let order = desk.held().await;
    let seen = desk.report(&order).await.amounts();
    let reverse = Reverse::new(order, Part::Whole).with(|it| it.seen = seen);
    desk.lost(&reverse, "reverse.do").await;

    let order = desk.register();
    let id = desk.call(&order).await.order_id;
    desk.lost(&Decline::new(id, order.order_number), "decline.do").await;
}

/// A charge by a subscription whose answer is lost is not sent again.
#[tokio::test]
async fn a_lost_charge_is_found_out() {
    let desk = Desk::new();
    let order = desk.register().subscribing(customer(), "a month of films");
    let order = desk.call(&order).await.order_id;
    let qr = DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true));
    desk.call(&qr).await;
    desk.pay(&order);
    let list = desk.call(&Subscriptions::new(customer())).await;
    let binding = list.bindings.into_iter().find_map(|one| one.binding_id).expect("an id");
    let order = desk.call(&desk.register()).await.order_id;
    // A code of a card would be refused with an account; it shows that no journal holds it.
    let charge = PayByBinding::new(order.clone(), binding)
        .with(|it| it.cvc = Some(Cvc::new("987").expect("three")));
    desk.lost(&charge, "paymentOrderBinding.do").await;
    assert!(desk.report(&order).await.is_paid());
    let journal = format!("{:?}", desk.journal.all());
    assert!(!journal.contains("987") && !journal.contains("test_user_password"), "{journal}");
}

/// A program that died goes on from the journal alone.
#[tokio::test]
async fn a_program_that_died_goes_on_from_its_journal() {
    let desk = Desk::new();
    let order = desk.paid().await;
    let seen = desk.report(&order).await.amounts();
    for (fault, happened) in [(Fault::LostRequest, false), (Fault::LostAnswer, true)] {
        desk.sandbox.with_bank(|bank| {
            bank.faults().next("/v1/refund.do", fault);
        });
        let refund = Refund::without_key(order.clone(), part(500)).with(|it| it.seen = seen);
        assert!(desk.client.call(&refund).await.is_err());
        let again = client(&desk.sandbox, &desk.journal);
        let early = again.resume().await.expect("a journal");
        let known = |found: &[(Step, Result<router_json::Resolved, _>)]| -> Vec<Option<bool>> {
            found
                .iter()
                .map(|(_, resolved): &(Step, Result<_, payments_core::Error>)| {
                    resolved.as_ref().expect("the router answers").known()
                })
                .collect()
        };
        assert_eq!(known(&early), [happened.then_some(true)], "{fault:?}");
        desk.sandbox.advance(std::time::Duration::from_secs(180));
        let late = again.resume().await.expect("a journal");
        let expected: &[Option<bool>] = if happened { &[] } else { &[Some(false)] };
        assert_eq!(known(&late), expected, "{fault:?}");
        assert!(desk.journal.open().await.expect("a list").is_empty());
    }
    let facts: Vec<BTreeMap<String, String>> =
        desk.journal.all().into_iter().map(|(step, _)| step.facts).collect();
    assert!(facts.iter().all(|facts| facts.contains_key("kind")));
    let bare = Client::builder(
        Profile::test_stand(),
        Credentials::login("test_user", "test_user_password").expect("valid"),
        Transport::new(desk.sandbox.clone()),
    );
    assert!(bare.build().resume().await.is_err(), "without a journal");
}
