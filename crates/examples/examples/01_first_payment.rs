//! A first payment: register an order, send the payer to the bank's page, ask whether it is paid.
//!
//! No card data passes the merchant's own servers here. Run it with
//! `cargo run -p examples --example 01_first_payment`: the sandbox plays the bank.
//!
//! For the real bank take `Profile::vtb_test()` (or `Profile::at` with your bank's address), the
//! login that the bank gave you, and `Transport::from(Stack::builder().build()?)`; `Browser` is then
//! your payer.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
    returned::Returned,
};
use payments_core::{Currency, Minor, Money, id::OrderNumber};
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

    // The number is yours: unique for each order, and written down before you call.
    let number = OrderNumber::new("2026-0001")?;
    let back = "https://shop.example/back?cart=7".parse()?;
    let register = Register::new(number, Minor::new(2_000), back)
        .with(|register| register.description = Some("Two apples".into()));
    let registered = client.call(&register).await?.into_inner();
    let page = registered.form_url.ok_or("the bank named no page")?;
    writeln!(out, "send the payer to {page}")?;

    let back = Browser::new(bank).pay(&page, "4111111111111111").await?;
    writeln!(out, "the payer comes back to {back}")?;

    // Anyone can open that address: it says which order to ask for, and nothing of money.
    let (_, query) = back.split_once('?').ok_or("the address has no query")?;
    let returned = Returned::from_query(query).ok_or("the address names no order")?;
    if returned.claimed_order != registered.order_id {
        return Err("not an order of ours".into());
    }
    let report = client.call(&OrderStatus::of_order(registered.order_id)).await?;
    let taken = report.amounts().ok_or("the report has no amounts")?.deposited;
    writeln!(out, "paid: {}, {}", report.is_paid(), Money::new(taken, Currency::RUB))?;
    Ok(())
}
