//! Stored cards: a first payment stores the card, later ones charge it without the customer.
//!
//! Run it with `cargo run -p examples --example 10_stored_cards`: the sandbox plays the bank.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`. Storing
//! and charging cards needs permissions, and the customer's consent.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile,
    bindings::{ClientBindings, PayByBinding, UnBindCard},
    order::{register::Register, status::OrderStatus},
    recurrent::RecurrentPayment,
};
use payments_core::{
    Currency, Minor, Money,
    id::{ClientId, OrderId, OrderNumber},
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

    // An order that names the customer stores the card with which it is paid.
    let customer = ClientId::new("customer-7")?;
    let order = |number: &str, amount| -> Result<Register, Failure> {
        let back = "https://shop.example/back".parse()?;
        let register = Register::new(OrderNumber::new(number)?, Minor::new(amount), back);
        Ok(register.with(|register| register.client_id = Some(customer.clone())))
    };
    let first = client.call(&order("2026-0010", 2_000)?).await?.into_inner();
    let page = first.form_url.ok_or("the bank named no page")?;
    Browser::new(bank).pay(&page, "4111111111111111").await?;
    say(out, &client, "the customer pays", first.order_id).await?;

    let cards = client.call(&ClientBindings::new(customer.clone())).await?;
    let card = cards.bindings.first().ok_or("no card is stored")?;
    let binding = card.binding_id.clone().ok_or("the card has no number")?;
    writeln!(out, "stored: {}", card.masked_pan.as_deref().unwrap_or("a card"))?;

    // The merchant charges it. A lost answer is resolved as any other: see `05_lost_answers`.
    let second = client.call(&order("2026-0011", 3_000)?).await?.into_inner().order_id;
    client.call(&PayByBinding::by_merchant(second.clone(), binding.clone())).await?;
    say(out, &client, "the card is charged", second).await?;

    // A recurrent payment registers its order itself; under one number it is made once.
    let number = OrderNumber::new("2026-0012")?;
    let payment = RecurrentPayment::new(number, Minor::new(1_500), binding.clone());
    let third = client.call(&payment).await?.order_id().ok_or("no order was made")?;
    say(out, &client, "and again, recurrently", third).await?;
    let again = client.call(&payment).await.err().ok_or("it was made twice")?;
    writeln!(
        out,
        "a second copy: duplicate {}, effect {:?}",
        again.is_duplicate(),
        again.effect()
    )?;

    // The customer takes the card back.
    client.call(&UnBindCard::new(binding.clone())).await?;
    let number = OrderNumber::new("2026-0013")?;
    let refused = client.call(&RecurrentPayment::new(number, Minor::new(1_500), binding)).await;
    let refused = refused.err().ok_or("the card was charged")?;
    let text = refused.refusal().and_then(|refusal| refusal.message.clone());
    writeln!(out, "after that: {}", text.unwrap_or_default())?;
    Ok(())
}

/// Prints what an order's status says of the money.
async fn say(
    out: &mut impl Write,
    client: &Client,
    step: &str,
    order: OrderId,
) -> Result<(), Failure> {
    let report = client.call(&OrderStatus::of_order(order)).await?;
    let taken = report.amounts().ok_or("the report has no amounts")?.deposited;
    writeln!(out, "{step}: paid {}, {}", report.is_paid(), Money::new(taken, Currency::RUB))?;
    Ok(())
}
