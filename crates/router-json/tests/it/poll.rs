//! Waiting for a payment at the router and its banks: time passes only while the loop sleeps.

use std::{
    future::ready,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http::{Request, StatusCode};
use payments_core::{
    Minor, Secret,
    id::{OrderId, OrderNumber},
    order::RouterState,
    poll::Outcome,
};
use payments_http::{Poll, Transport};
use payments_notify::Gateway;
use payments_sandbox::{
    Delivery, Fault, Partner, Sandbox, Settings,
    settings::{Callbacks, Checksum},
};
use payments_sign::HmacKey;
use router_json::{
    Client, Credentials, Profile,
    order::{
        register::Register,
        status::{OrderStatus, RouterReport},
    },
    sbp::DynamicQr,
};
use tokio::sync::mpsc;

const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";
const HALF_AN_HOUR: Duration = Duration::from_secs(1800);

struct Desk {
    sandbox: Sandbox,
    client: Client,
}

impl Desk {
    fn new() -> Self {
        let partner = Partner::new("test_user", "test_user_password").with(|partner| {
            partner.merchant.callbacks = Callbacks::default().with(|callbacks| {
                callbacks.url = Some("https://shop.example/callback".into());
                callbacks.checksum = Checksum::Hmac(Secret::new(KEY));
            });
        });
        let settings = Settings::new(Vec::new()).with(|it| it.partners = vec![partner]);
        let sandbox = Sandbox::new(settings);
        let profile = Profile::at("sandbox", "https://bank.example/v1/").expect("valid");
        let credentials = Credentials::login("test_user", "test_user_password").expect("valid");
        let clock = sandbox.clone();
        let client = Client::builder(profile, credentials, Transport::new(sandbox.clone()))
            .clock(move || clock.now())
            .build();
        Self { sandbox, client }
    }

    /// An order with a code of SBP.
    async fn order(&self, change: impl FnOnce(&mut Register)) -> OrderId {
        let back = "https://shop.example/back".parse().expect("an address");
        let number = OrderNumber::new("poll-1").expect("short");
        let register = Register::new(number, Minor::new(2000), back).with(change);
        let order = self.client.call(&register).await.expect("registered").into_inner().order_id;
        self.client.call(&DynamicQr::new(order.clone())).await.expect("a code");
        order
    }

    /// Waits; what happens meanwhile is told each time after it slept, with how often it did.
    fn waiting(
        &self,
        order: &OrderId,
        lifetime: Duration,
        meanwhile: impl FnMut(u32) + Send + 'static,
    ) -> Poll<'static, Box<RouterReport>> {
        let (sandbox, until) = (self.sandbox.clone(), self.client.now().plus(lifetime));
        let told = Mutex::new((0, meanwhile));
        let question = OrderStatus::of_order(order.clone());
        self.client.poll(question, until).sleeper(move |duration| {
            sandbox.advance(duration);
            let (slept, meanwhile) = &mut *told.lock().expect("no panic");
            *slept += 1;
            meanwhile(*slept);
            ready(())
        })
    }

    /// Answers for the payer of an order; the callbacks that leave because of it.
    fn answer(sandbox: &Sandbox, order: &OrderId, answer: &str) -> Vec<Delivery> {
        let body = format!(r#"{{"orderId": "{order}", "answer": "{answer}"}}"#);
        let request = Request::post("https://bank.example/sandbox/router/answer")
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .expect("valid");
        let handled = sandbox.handle(&request);
        assert_eq!(handled.response.status(), StatusCode::OK);
        handled.deliveries
    }
}

/// The payer confirms first, which is no payment; the waiting goes on until it is one.
/// R-055, R-059, R-060, R-061, R-062, R-067
#[tokio::test]
async fn a_payment_is_waited_for() {
    let desk = Desk::new();
    let order = desk.order(|_| {}).await;
    let (sandbox, id) = (desk.sandbox.clone(), order.clone());
    let mut poll = desk.waiting(&order, HALF_AN_HOUR, move |slept| {
        let does = match slept {
            2 => "confirm",
            5 => "pay",
            _ => return,
        };
        Desk::answer(&sandbox, &id, does);
    });
    let polled = poll.outcome().await.expect("the order is there");
    assert_eq!((polled.outcome, polled.asked), (Outcome::Paid, 6));
    assert_eq!(polled.report.expect("came").state, Some(RouterState::Deposited));
}

/// R-015, R-056, R-057: an order lives half an hour, or as long as its registration says; it is asked
/// for as long and no longer, and the last answer says that the time is over.
#[tokio::test]
async fn an_order_that_nobody_pays_expires() {
    for (seconds, lifetime) in [(None, HALF_AN_HOUR), (Some(600), Duration::from_secs(600))] {
        let desk = Desk::new();
        let order = desk.order(|order| order.session_timeout_secs = seconds).await;
        let begin = desk.client.now();
        let polled = desk.waiting(&order, lifetime, |_| {}).outcome().await.expect("it is there");
        assert_eq!(polled.outcome, Outcome::Expired, "{lifetime:?}");
        assert_eq!(desk.client.now(), begin.plus(lifetime), "not a moment longer");
        // Who waits for less than that knows nothing.
        let desk = Desk::new();
        let order = desk.order(|order| order.session_timeout_secs = seconds).await;
        let less = lifetime - Duration::from_secs(60);
        let polled = desk.waiting(&order, less, |_| {}).outcome().await.expect("it is there");
        assert_eq!(polled.outcome, Outcome::Unknown, "{less:?}");
    }
}

/// R-064, R-066: the bank tells by a callback, under the merchant's number; that is enough.
#[tokio::test]
async fn a_callback_of_the_bank_ends_it() {
    let desk = Desk::new();
    let order = desk.order(|_| {}).await;
    desk.sandbox.with_bank(|bank| {
        for _ in 0..1000 {
            bank.faults().next("getOrderStatusExtended.do", Fault::LostAnswer);
        }
    });
    let gateway = Gateway::hmac(HmacKey::new(&Secret::<String>::new(KEY)).expect("a key"));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let (sandbox, id) = (desk.sandbox.clone(), order.clone());
    let ids = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ids);
    let poll = desk.waiting(&order, HALF_AN_HOUR, move |slept| {
        if slept == 3 {
            for delivery in Desk::answer(&sandbox, &id, "pay") {
                let request = &delivery.request;
                let (method, uri) = (request.method(), request.uri());
                let event = gateway.receive(method, uri, request.headers(), request.body());
                let event = event.expect("genuine");
                assert_eq!(event.order_number().expect("comes").as_str(), "poll-1");
                seen.lock().expect("no panic").extend(event.order_id());
                sender.send(event.standing()).expect("waited for");
            }
        }
    });
    let callbacks = stream::poll_fn(move |context| receiver.poll_recv(context));
    let polled = poll.callbacks(callbacks).outcome().await.expect("told");
    assert_eq!((polled.outcome, polled.asked), (Outcome::Paid, 3));
    assert!(polled.report.is_none() && polled.error.is_some(), "no answer ever came");
    let ids = ids.lock().expect("no panic");
    assert!(!ids.is_empty() && !ids.contains(&order), "the bank's own numbers: {ids:?}");
}
