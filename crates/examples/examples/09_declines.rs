//! Declines: a payment that does not go through is an answer with a reason, not an error.
//!
//! The action code's class says what to tell the payer and whether another attempt makes sense. Run
//! it with `cargo run -p examples --example 09_declines`: the sandbox's cards decline as asked.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`. Never show
//! the payer the bank's own text of a risk decision, and never branch on a text: wordings vary.

use std::io::{Write, stdout};

use examples::Failure;
use gateway_rest::{
    Client, Credentials, Profile,
    order::{
        decline::Decline,
        language::Language,
        pay::{Card, PaymentOrder},
        register::Register,
        status::OrderStatus,
    },
};
use payments_core::{
    Currency, Minor, Money,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::OrderNumber,
    order::ActionClass,
};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings, cards};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let bank = Transport::new(Sandbox::new(Settings::default()));
    let profile = Profile::at("sandbox", "https://bank.example/payment/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let client = Client::builder(profile, credentials, bank).build();

    for code in [116, 101, 5, -20010, 151_019] {
        let back = "https://shop.example/back".parse()?;
        let number = OrderNumber::new(format!("2026-0009{code}"))?;
        let register = Register::new(number, Minor::new(2_000), back);
        let order = client.call(&register).await?.into_inner().order_id;
        let pan = Pan::new(cards::declined(code).ok_or("no card declines so")?)?;
        let holder = Cardholder::new("TEST CARDHOLDER")?;
        let card = Card::new(pan, Expiry::new(2034, 12)?, Cvc::new("123")?, holder);
        client.call(&PaymentOrder::new(order.clone(), card, Language::English)).await?;

        let report = client.call(&OrderStatus::of_order(order)).await?;
        let action = report.action_code.as_ref().ok_or("the report has no action code")?;
        let taken = report.amounts().ok_or("the report has no amounts")?.deposited;
        let taken = Money::new(taken, Currency::RUB);
        let name = action.name().unwrap_or("unknown to the table");
        writeln!(out, "{action} {name}, taken {taken}: {}", tell(action.class()))?;
    }

    // Giving up an order that nobody has paid, so that nobody pays it later.
    let number = OrderNumber::new("2026-0009")?;
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(number.clone(), Minor::new(2_000), back);
    let order = client.call(&register).await?.into_inner().order_id;
    client.call(&Decline::new(order.clone(), number)).await?;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    writeln!(out, "given up: declined {}, paid {}", report.is_declined(), report.is_paid())?;
    Ok(())
}

/// What the shop says to the payer. Of a code that the table lacks nothing may be assumed.
fn tell(class: Option<ActionClass>) -> &'static str {
    match class {
        Some(ActionClass::Approved) => "thank you",
        Some(ActionClass::CustomerCanFix) => "check the card's data and balance, or take another",
        Some(ActionClass::IssuerDeclined) => "your bank refused; take another card or ask it",
        Some(ActionClass::Fraud) => "the payment was not accepted",
        Some(ActionClass::Pending | ActionClass::RetryLater) => "please wait, we are looking",
        Some(ActionClass::Configuration | ActionClass::BadRequest) => "our mistake, we are on it",
        None => "the payment did not go through",
    }
}
