//! Callbacks: received by one's own web server, proven genuine, stored, and only then answered.
//!
//! Any answer but 200 makes the bank send again, every 30 seconds until three attempts in a row have
//! failed. Run it with `cargo run -p examples --example 04_callbacks`: the sandbox plays the bank.
//!
//! For the real bank set address and checksum in its console, take the key from there (`Gateway::rsa`
//! for the bank's public key), and put `Callbacks` into your own server, hyper's, axum's or another.

use std::{
    io::{self, Write, stdout},
    sync::{Arc, atomic::AtomicBool, atomic::Ordering::Relaxed},
    time::Duration,
};

use examples::{Browser, Failure};
use gateway_rest::{Client, Credentials, Profile, order::register::Register};
use http::Request;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use payments_core::state::order::{Order, Phases};
use payments_core::{Currency, Minor, Money, Secret, id::OrderNumber};
use payments_http::{Roots, Stack, Transport};
use payments_notify::{Callbacks, Event, Gateway};
use payments_sandbox::{Merchant, Sandbox, ServeConfig, Server, Settings, settings::Checksum};
use payments_sign::HmacKey;
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let (store, mut stored) = mpsc::unbounded_channel();
    let address = listen(store).await?;
    let merchant = Merchant::new("test_user", "test_user_password").with(|merchant| {
        merchant.callbacks.checksum = Checksum::Hmac(Secret::new(KEY));
        let amounts = ["approvedAmount", "depositedAmount", "refundedAmount"];
        merchant.callbacks.additional = amounts.map(str::to_owned).to_vec();
    });
    let sandbox = Sandbox::new(Settings::new(vec![merchant]));
    let bank = Server::start(sandbox, ServeConfig::default()).await?;
    let stack = Stack::builder().roots(Roots::OnlyExtra).extra_root_pem(bank.ca_pem());
    let transport = Transport::from(stack.build()?);
    let profile = Profile::at("sandbox", &format!("{}/payment/", bank.https_url()))?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let client = Client::builder(profile, credentials, transport.clone()).build();

    // Your own record of the order; polls and callbacks are told to it alike.
    let mut order = Order::registered(Minor::new(2_000), Phases::One);
    let (back, callback) = ("https://shop.example/back".parse()?, address.parse()?);
    let register = Register::new(OrderNumber::new("2026-0004")?, order.ordered(), back)
        .with(|register| register.dynamic_callback_url = Some(callback));
    let page = client.call(&register).await?.into_inner().form_url.ok_or("no page")?;
    Browser::new(transport.clone()).pay(&page, "4111111111111111").await?;

    let event = loop {
        match timeout(Duration::from_millis(50), stored.recv()).await {
            Ok(event) => break event.ok_or("the server is gone")?,
            Err(_) => bank.advance(Duration::from_secs(30)), // the first attempt was not stored
        }
    };
    writeln!(out, "genuine: {}", event.is_proven())?;
    let report = event.report().ok_or("the callback says nothing of the order")?;
    let (observed, taken) = (order.observe(&report), Money::new(order.deposited(), Currency::RUB));
    writeln!(out, "{observed:?}: {:?}, paid {}, {taken}", order.state(), order.is_paid())?;

    let forged = format!("{address}?mdOrder=1&operation=deposited&status=1&checksum=00");
    let answer = transport.send(Request::get(forged).body(bytes::Bytes::new())?).await?;
    writeln!(out, "a forged callback is answered {}", answer.status())?;
    bank.shutdown().await;
    Ok(())
}

/// Serves the callbacks' address. The store fails at first, as a disk may; the bank then repeats.
async fn listen(store: mpsc::UnboundedSender<Event>) -> Result<String, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}/callback", listener.local_addr()?);
    let full = Arc::new(AtomicBool::new(true));
    let gateway = Gateway::hmac(HmacKey::new(&Secret::<String>::new(KEY))?);
    let callbacks = Callbacks::new(gateway, move |event: Event| {
        let stored = if full.swap(false, Relaxed) {
            Err(io::Error::other("the disk is full"))
        } else {
            store.send(event).map_err(io::Error::other)
        };
        async move { stored } // `Err` is answered 500, `Ok` 200
    });
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = TowerToHyperService::new(callbacks.clone());
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
        }
    });
    Ok(address)
}
