//! A payment link: it goes into a message or onto a poster, and whoever opens it pays.
//!
//! Run it with `cargo run -p examples --example 12_payment_link`: the sandbox plays bank and payer.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`. The bank
//! registers an order for each payer; the merchant hears of it by callbacks (`04_callbacks`).

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile,
    order::status::OrderStatus,
    templates::{CreateTemplate, ListTemplates, TemplateAmount},
};
use payments_core::{Currency, Minor, Money, id::OrderId};
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

    // One payment each, of 20.00; a computed zero would not mean "as much as you like".
    let amount = TemplateAmount::exactly(Minor::new(2_000))?;
    let create = CreateTemplate::new("membership-2026", "Membership 2026", amount)
        .with(|create| create.single_payment = Some(true));
    let created = client.call(&create).await?.into_inner();
    let qr = created.template.qr_template.ok_or("the link has no code")?;
    let link = qr.payload.ok_or("the link has no address")?;
    let active = client.call(&ListTemplates::active()).await?.templates.len();
    writeln!(out, "links that can be paid: {active}")?;

    let order = OrderId::new(Browser::new(bank).follow_link(&link, "4111111111111111").await?)?;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    let taken = report.amounts().ok_or("the report has no amounts")?.deposited;
    writeln!(out, "paid: {}, {}", report.is_paid(), Money::new(taken, Currency::RUB))?;
    let active = client.call(&ListTemplates::active()).await?.templates.len();
    writeln!(out, "after its only payment: {active}")?;
    Ok(())
}
