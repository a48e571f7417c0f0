//! 3-D Secure 2 with a challenge, when the merchant's own page takes the card.
//!
//! Two payment requests, the issuer's page in between, one call that finishes. Run it with
//! `cargo run -p examples --example 03_three_d_secure`: the sandbox plays bank and issuer.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`, send the
//! method's data and the HTML below to your payer's browser, and read what comes back in your own
//! web server. `acs_redirect` is the simple way without a form of your own.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile,
    order::{
        language::Language,
        pay::{Card, PaymentOrder},
        register::Register,
        status::OrderStatus,
    },
    returned::CResReturned,
    three_ds::{
        driver::{Driver, Outcome, Redirect, Server, Step},
        redirect::AcsForm,
    },
};
use payments_core::{
    Currency, Minor, Money,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::OrderNumber,
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
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new("2026-0003")?, Minor::new(2_000), back);
    let order = client.call(&register).await?.into_inner().order_id;

    let (pan, expiry) = (Pan::new("4000001111111118")?, Expiry::new(2034, 12)?);
    let card = Card::new(pan, expiry, Cvc::new("123")?, Cardholder::new("TEST CARDHOLDER")?);
    let first = PaymentOrder::new(order.clone(), card, Language::English);

    // The driver says the next step. It is small and holds no secret: between two requests of the
    // payer's browser store it with `serde`, as JSON for instance.
    let mut driver = Driver::new(order.clone(), Server::Gateway);
    driver.pay(&first)?;
    let answer = client.call(&first).await?;
    let Step::ShowMethod(frames) = driver.paid(&answer)? else { return Err("no method".into()) };
    let _frames_to_browser: String = frames.to_html()?;
    let method = frames.issuer.as_ref().map_or("nowhere", AcsForm::action);
    writeln!(out, "the issuer looks at the browser at {method}")?;

    // The second request is a step of the protocol, not a copy of the first.
    let finish = "https://shop.example/3ds/finish".parse()?;
    let second = driver.repeat(&first)?;
    let second = second.with(|second| second.three_ds_ver2_finish_url = Some(finish));
    let answer = client.call(&second).await?;
    let step = driver.paid(&answer)?;
    let Step::Redirect(Redirect::Form(form)) = step else { return Err("nothing is asked".into()) };
    let _answer_to_browser: String = form.to_html("Go on to your bank")?;
    let names: Vec<_> = form.fields().map(|(name, _)| name).collect();
    writeln!(out, "the payer's browser posts {} to {}", names.join(", "), form.action())?;

    // What the browser posts back proves nothing: it only says that the issuer is done.
    let body = Browser::new(bank).pass_challenge(&form).await?;
    let brought = CResReturned::from_body(body.as_bytes()).ok_or("not from the issuer")?;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    writeln!(out, "after the challenge: paid {}", report.is_paid())?;

    let Step::FinishV2(finish) = driver.came_back(brought)? else { return Err("no end".into()) };
    let answer = client.call(&finish).await?;
    let Step::AskStatus(question) = driver.finished_v2(&answer)? else {
        return Err("only the bank's report says that an order is paid".into());
    };
    let report = client.call(&question).await?;
    let paid = matches!(driver.reported(&report)?, Step::Done(Outcome::Paid));
    let taken = report.amounts().ok_or("the report has no amounts")?.deposited;
    let taken = Money::new(taken, Currency::RUB);
    writeln!(out, "after the finish: paid {paid}, {taken}")?;
    Ok(())
}
