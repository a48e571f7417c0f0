//! SBP: the payer scans a QR code with the application of his bank.
//!
//! Run it with `cargo run -p examples --example 11_sbp_qr`: the sandbox plays the bank and the payer.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`. SBP takes
//! roubles, at once: no two-phase orders.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
    sbp::{CheckQr, DynamicQr, QrSize, RejectQr},
};
use payments_core::{
    Currency, Minor, Money,
    id::{OrderId, OrderNumber},
};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let bank = Transport::new(Sandbox::new(Settings::default()));
    let profile = Profile::at("sandbox", "https://bank.example/payment/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let client = Client::builder(profile, credentials, bank.clone()).build();
    let payer = Browser::new(bank);

    // The picture is for a screen, the payload for a link on the payer's own telephone.
    let order = register(&client, "2026-0014", 2_000).await?;
    let get = DynamicQr::new(order.clone()).with(|get| get.size = QrSize::square(200).ok());
    let code = client.call(&get).await?.into_inner();
    let payload = code.payload.ok_or("the code says nothing")?;
    let png = code.rendered_qr.and_then(|drawn| drawn.png()).ok_or("nothing was drawn")?;
    writeln!(out, "a picture: {}", png.starts_with(b"\x89PNG"))?;
    let taken = payer.answer_code(&payload, "pay").await?;
    writeln!(out, "the payer's bank agrees: {taken}")?;

    // The code's status is about the code; the order's is about the money.
    let status = client.call(&CheckQr::new(order.clone())).await?.into_inner().status;
    let status = status.ok_or("the code has no status")?;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    let amount = report.amounts().ok_or("the report has no amounts")?.deposited;
    let amount = Money::new(amount, Currency::RUB);
    writeln!(out, "the code: {status}; the order: paid {}, {amount}", report.is_paid())?;

    // Nobody pays by a code that was rejected. The payer may have been quicker: ask for the order.
    let order = register(&client, "2026-0015", 3_000).await?;
    let payload = client.call(&DynamicQr::new(order.clone())).await?.into_inner().payload;
    let payload = payload.ok_or("the code says nothing")?;
    let rejected = client.call(&RejectQr::new(order.clone())).await?.is_rejected();
    let taken = payer.answer_code(&payload, "pay").await?;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    writeln!(out, "rejected: {rejected}; the payer can pay: {taken}; paid {}", report.is_paid())?;
    Ok(())
}

async fn register(client: &Client, number: &str, amount: u64) -> Result<OrderId, Failure> {
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new(number)?, Minor::new(amount), back);
    Ok(client.call(&register).await?.into_inner().order_id)
}
