//! A two-phase payment: hold the money, take a part of it, pay back a part of that.
//!
//! Card data passes the merchant's own servers in `paymentorder`, which puts them into the scope of
//! PCI DSS; `01_first_payment` shows the way without. Run it with
//! `cargo run -p examples --example 02_two_phase`: the sandbox plays the bank.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`; several
//! deposits of one order, and `paymentorder`, need permissions in the contract.

use std::io::{Write, stdout};

use examples::Failure;
use gateway_rest::{
    Client, Credentials, Profile,
    order::{
        deposit::Deposit,
        language::Language,
        pay::{Card, PaymentOrder},
        refund::Refund,
        register_pre_auth::RegisterPreAuth,
        status::OrderStatus,
    },
};
use payments_core::{
    Currency, Minor, Money, Part,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, OrderNumber, RefundId},
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
    let client = Client::builder(profile, credentials, bank).build();

    let back = "https://shop.example/back".parse()?;
    let register = RegisterPreAuth::new(OrderNumber::new("2026-0002")?, Minor::new(10_000), back);
    let order = client.call(&register).await?.into_inner().order_id;
    let (pan, expiry) = (Pan::new("4111111111111111")?, Expiry::new(2034, 12)?);
    let card = Card::new(pan, expiry, Cvc::new("123")?, Cardholder::new("TEST CARDHOLDER")?);
    client.call(&PaymentOrder::new(order.clone(), card, Language::English)).await?;
    show(out, &client, &order, "the payer pays").await?;

    // The amounts seen before are not sent: a lost answer is resolved by them.
    let seen = client.call(&OrderStatus::of_order(order.clone())).await?.amounts();
    let deposit = Deposit::new(order.clone(), Part::exactly(Minor::new(6_000))?)
        .with(|deposit| deposit.seen = seen);
    client.call(&deposit).await?;
    show(out, &client, &order, "60.00 are taken").await?;

    // The key is yours: with it the bank pays back once, however often the call arrives.
    let part = Part::exactly(Minor::new(1_500))?;
    let refund = Refund::new(order.clone(), part, RefundId::new("2026-0002-a")?);
    client.call(&refund).await?;
    show(out, &client, &order, "15.00 are paid back").await?;
    client.call(&refund).await?;
    show(out, &client, &order, "the same refund again").await?;

    // The bank reads an amount of 0 as everything, so a computed zero never becomes a part.
    if let Err(refused) = Part::exactly(Minor::ZERO) {
        writeln!(out, "{:<22} {refused}", "a part of 0.00")?;
    }
    Ok(())
}

/// Prints what the bank says of the order.
async fn show(
    out: &mut impl Write,
    client: &Client,
    order: &OrderId,
    step: &str,
) -> Result<(), Failure> {
    let report = client.call(&OrderStatus::of_order(order.clone())).await?;
    let amounts = report.amounts().ok_or("the report has no amounts")?;
    let [held, taken, refunded] = [amounts.approved, amounts.deposited, amounts.refunded]
        .map(|amount| Money::new(amount, Currency::RUB));
    writeln!(out, "{step:<22} held {held}, taken {taken}, refunded {refunded}")?;
    Ok(())
}
