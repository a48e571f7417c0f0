//! The router: an order paid by SBP, at whichever bank the router chooses.
//!
//! Run it with `cargo run -p examples --example 13_router_sbp`: the sandbox plays the router, the banks
//! behind it and the payer.
//!
//! For the real router change profile, credentials and transport: `Profile::test_stand()` is the test
//! stand, the address for production comes with the contract, and the transport is a stack as in
//! `01_first_payment`.

use std::{
    io::{Write, stdout},
    time::Duration,
};

use examples::{Browser, Failure};
use payments_core::{
    Minor,
    id::{OrderId, OrderNumber},
    sbp::{Link, Members},
    state::qr::{Call, Next, Qr},
};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings};
use router_json::{
    Client, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
    sbp::{CheckQr, DynamicQr, QrSize, RejectQr},
};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let router = Transport::new(Sandbox::new(Settings::default()));
    let profile = Profile::at("sandbox", "https://bank.example/v1/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let client = Client::builder(profile, credentials, router.clone()).build();
    let payer = Browser::new(router);

    // Registered at the router alone; a bank is chosen when a code is asked for.
    let order = register(&client, "2026-0020", 2_000).await?;
    let get = DynamicQr::new(order.clone()).with(|get| get.size = QrSize::square(300).ok());
    let code = client.call(&get).await?.into_inner();
    let png = code.rendered_qr.as_ref().and_then(|drawn| drawn.png());
    writeln!(out, "a picture for the browser: {}", png.is_some())?;

    // What the code says, checked. SBP's own links are read by `Link::parse`.
    let payload = code.payload.ok_or("the code says nothing")?;
    let link = Link::parse_under(&payload, base_of(&payload))?;
    let sum = link.money().ok_or("the link names no sum")?;
    writeln!(out, "the link asks for {sum}, check digits {:?}", link.check())?;
    // In an application of one's own the payer chooses a bank, whose application opens.
    let members = Members::built_in();
    let bank = members.find("100000000004").ok_or("no such member")?;
    writeln!(
        out,
        "by {}: {}",
        bank.name,
        bank.deep_link(&link).starts_with("bank100000000004://")
    )?;

    // The payer confirms; the code's status says when to ask for the order's.
    let mut watched = Qr::new();
    payer.answer_code(&payload, "pay").await?;
    watched.observe(&client.call(&CheckQr::new(order.clone())).await?.report());
    writeln!(out, "the code is {:?}: {:?}", watched.state(), watched.next())?;
    let until = client.now().plus(Duration::from_secs(1_800));
    let polled = client.poll(OrderStatus::of_order(order), until).outcome().await?;
    let report = polled.report.ok_or("no report came")?;
    let amounts = report.amounts().ok_or("the report has no amounts")?;
    writeln!(out, "the order: {:?}, {} taken", polled.outcome, amounts.deposited)?;

    // The payer chose another way: the code is taken back. Only `rejected` counts as taken back.
    let order = register(&client, "2026-0021", 3_000).await?;
    let payload = client.call(&DynamicQr::new(order.clone())).await?.into_inner().payload;
    let payload = payload.ok_or("the code says nothing")?;
    if client.call(&RejectQr::new(order.clone())).await?.is_rejected() {
        let over = Qr::new().apply(Call::Reject)?;
        let offer = over.next() == Next::OfferAnother;
        writeln!(out, "rejected; offer another way: {offer}")?;
    }
    let taken = payer.answer_code(&payload, "pay").await?;
    let paid = client.call(&OrderStatus::of_order(order)).await?.is_paid();
    writeln!(out, "the payer can still pay: {taken}; paid {paid}")?;
    Ok(())
}

async fn register(client: &Client, number: &str, amount: u64) -> Result<OrderId, Failure> {
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new(number)?, Minor::new(amount), back)
        .with(|order| order.session_timeout_secs = Some(1_800));
    Ok(client.call(&register).await?.into_inner().order_id)
}

/// The sandbox's links stand under an address of its own: everything before the code's number.
fn base_of(link: &str) -> &str {
    let path = link.split('?').next().unwrap_or(link);
    path.rfind('/').and_then(|slash| link.get(..=slash)).unwrap_or(link)
}
