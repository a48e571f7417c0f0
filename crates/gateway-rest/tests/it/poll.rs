//! Waiting for a payment at the sandbox: time passes only while the loop sleeps.

use std::{future::ready, time::Duration};

use futures_util::stream;
use gateway_rest::order::status::{OrderReport, OrderStatus};
use http::StatusCode;
use payments_core::{
    Secret,
    id::OrderId,
    order::OrderStatus as Status,
    poll::{Outcome, Pace, Standing},
};
use payments_http::{Poll, Polled};
use payments_notify::Gateway;
use payments_sandbox::{
    Fault, Sandbox,
    settings::{Callbacks, Checksum},
};
use payments_sign::HmacKey;
use tokio::sync::mpsc;

use crate::bank::{Bank, PLAIN, payment};

const LIFETIME: Duration = Duration::from_secs(1200);

/// Waits for an order; what happens at the bank meanwhile is told each time before it sleeps.
fn waiting(
    bank: &Bank,
    order: &OrderId,
    mut meanwhile: impl FnMut(&Sandbox) + Send + 'static,
) -> Poll<'static, Box<OrderReport>> {
    let sandbox = bank.sandbox.clone();
    let question = OrderStatus::of_order(order.clone());
    let until = bank.client.now().plus(LIFETIME);
    let meanwhile = std::sync::Mutex::new(move |sandbox: &Sandbox| meanwhile(sandbox));
    bank.client.poll(question, until).sleeper(move |duration| {
        sandbox.advance(duration);
        sandbox.tick();
        (meanwhile.lock().expect("no panic"))(&sandbox);
        ready(())
    })
}

async fn ended(mut poll: Poll<'_, Box<OrderReport>>) -> Polled<Box<OrderReport>> {
    poll.outcome().await.expect("the bank knows the order")
}

#[tokio::test]
async fn a_payment_is_waited_for() {
    let bank = Bank::new();
    let order = bank.order("poll-1", |_| {}).await;
    let (client, paying) = (bank.client.clone(), payment(&order, PLAIN));
    let mut slept = 0;
    let polled = ended(waiting(&bank, &order, move |_| {
        slept += 1;
        if slept == 4 {
            let (client, paying) = (client.clone(), paying.clone());
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().build();
                    let paid = runtime.expect("builds").block_on(client.call(&paying));
                    paid.expect("the bank answers");
                });
            });
        }
    }));
    let polled = polled.await;
    assert_eq!((polled.outcome, polled.asked), (Outcome::Paid, 5));
    assert_eq!(polled.report.expect("came").order_status, Some(Status::Deposited));
}

/// An order that nobody pays is expired at the bank when its lifetime ends, and the last question
/// finds it so.
#[tokio::test]
async fn an_order_that_nobody_pays_expires() {
    let bank = Bank::new();
    let order = bank.order("poll-2", |_| {}).await;
    let polled = ended(waiting(&bank, &order, |_| {})).await;
    assert_eq!(polled.outcome, Outcome::Expired);
    assert!(polled.report.expect("came").is_declined());
}

/// Lost answers, faults and foreign pages do not end the waiting; an order that is not there does.
#[tokio::test]
async fn only_a_missing_order_ends_it_early() {
    let bank = Bank::new();
    let order = bank.paid("poll-3", |_| {}).await;
    bank.sandbox.with_bank(|bank| {
        for fault in [
            Fault::LostAnswer,
            Fault::Status { code: 502, acted: true },
            Fault::Html { acted: true },
            Fault::ErrorInside200 { acted: false },
        ] {
            bank.faults().next("getOrderStatusExtended.do", fault);
        }
    });
    let polled = ended(waiting(&bank, &order, |_| {})).await;
    assert_eq!((polled.outcome, polled.asked), (Outcome::Paid, 5));
    let nobody = OrderId::from_bank("00000000-0000-7000-8000-000000000000");
    let error = waiting(&bank, &nobody, |_| {}).outcome().await.expect_err("no such order");
    assert!(error.is_not_found(), "{error}");
}

/// A genuine callback that says how it ended is enough; nothing is asked after it. G-256
#[tokio::test]
async fn a_callback_ends_it() {
    const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";
    let bank = Bank::of(
        |merchant| {
            merchant.callbacks = Callbacks::default().with(|callbacks| {
                callbacks.url = Some("https://shop.example/callback".into());
                callbacks.checksum = Checksum::Hmac(Secret::new(KEY));
            });
        },
        |_| {},
    );
    let order = bank.paid("poll-4", |_| {}).await;
    // Every status answer is lost: only the callback can tell.
    bank.sandbox.with_bank(|bank| {
        for _ in 0..1000 {
            bank.faults().next("getOrderStatusExtended.do", Fault::LostAnswer);
        }
    });
    let gateway = Gateway::hmac(HmacKey::new(&Secret::<String>::new(KEY)).expect("a key"));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut slept = 0;
    let poll = waiting(&bank, &order, move |sandbox| {
        slept += 1;
        if slept < 3 {
            return;
        }
        for delivery in sandbox.take_deliveries() {
            let request = &delivery.request;
            let (method, uri) = (request.method(), request.uri());
            let event = gateway.receive(method, uri, request.headers(), request.body());
            sender.send(event.expect("genuine").standing()).expect("waited for");
            sandbox.delivered(delivery.id, Some(StatusCode::OK));
        }
    });
    let callbacks = stream::poll_fn(move |context| receiver.poll_recv(context));
    let polled = ended(poll.callbacks(callbacks)).await;
    assert_eq!((polled.outcome, polled.report.is_none()), (Outcome::Paid, true));
    assert!(polled.asked <= 4, "{} questions", polled.asked);
}

/// What is not proven only makes it ask.
#[tokio::test]
async fn an_unproven_callback_ends_nothing() {
    let bank = Bank::new();
    let order = bank.order("poll-5", |_| {}).await;
    let gateway = Gateway::insecure_without_checksum();
    let uri = "https://shop.example/callback?mdOrder=1&operation=deposited&status=1";
    let uri: http::Uri = uri.parse().expect("valid");
    let event = gateway.receive(&http::Method::GET, &uri, &http::HeaderMap::new(), b"");
    let standing = event.expect("reads").standing();
    assert_eq!(standing, Standing::Open);
    let slow = Pace::default().with(|pace| pace.longest = Duration::from_secs(600));
    let poll = waiting(&bank, &order, |_| {}).pace(slow).callbacks(stream::iter([standing]));
    assert_eq!(ended(poll).await.outcome, Outcome::Expired);
}
