//! Lost answers: what an error says about the money, and how a call's outcome is found.
//!
//! A call that may have acted is resolved, never sent again blindly. Run it with
//! `cargo run -p examples --example 05_lost_answers`: the sandbox plays a bank on a bad line.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`, and leave
//! the clock out: the system's is the default.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile, Proof, Resolved,
    order::{refund::Refund, register::Register, status::OrderStatus},
};
use payments_core::{
    Currency, Effect, Error, Minor, Money, Part,
    id::{OrderNumber, RefundId},
    time::UnixMillis,
};
use payments_http::Transport;
use payments_sandbox::{Fault, Sandbox, Settings};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let sandbox = Sandbox::new(Settings::default());
    let goes_wrong = |path: &str, fault: Fault| {
        sandbox.with_bank(|bank| {
            bank.faults().next(path, fault);
        });
    };
    let bank = Transport::new(sandbox.clone());
    let profile = Profile::at("sandbox", "https://bank.example/payment/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let clock = sandbox.clone();
    let client = Client::builder(profile, credentials, bank.clone()).clock(move || clock.now());
    let client = client.build();

    // The bank registers the order, and its answer gets lost.
    goes_wrong("register.do", Fault::LostAnswer);
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new("2026-0005")?, Minor::new(2_000), back);
    let sent = open_end(out, client.call(&register).await)?;
    let Resolved::Happened(Proof::Order(report)) = client.resolve(&register, sent).await? else {
        return Err("the order is not there".into());
    };
    let order = report.order_id().ok_or("the report names no order")?;
    writeln!(out, "resolved: the order is there, {}", money(report.amount))?;
    let page = "https://bank.example/payment/merchants/ecom/payment_en.html?mdOrder=";
    Browser::new(bank).pay(&format!("{page}{order}"), "4111111111111111").await?;

    // The refund never reaches the bank. That is sure only once it can no longer arrive.
    goes_wrong("refund.do", Fault::LostRequest);
    let part = Part::exactly(Minor::new(500))?;
    let refund = Refund::new(order.clone(), part, RefundId::new("2026-0005-a")?);
    let sent = open_end(out, client.call(&refund).await)?;
    writeln!(out, "resolved at once: happened {:?}", client.resolve(&refund, sent).await?.known())?;
    sandbox.advance(client.profile().settle);
    writeln!(out, "resolved later: happened {:?}", client.resolve(&refund, sent).await?.known())?;
    client.call(&refund).await?;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    let refunded = report.amounts().map(|amounts| amounts.refunded);
    writeln!(out, "sent again under the same key: refunded {}", money(refunded))?;
    Ok(())
}

/// Prints what a failed call may have done; when its last copy may have left.
fn open_end<T>(out: &mut impl Write, answer: Result<T, Error>) -> Result<UnixMillis, Failure> {
    let error = answer.err().ok_or("the answer came")?;
    match error.effect() {
        Effect::No => writeln!(out, "{error}: the bank did not act, so call again")?,
        Effect::Done => writeln!(out, "{error}: the bank acted before")?,
        Effect::Maybe => writeln!(out, "{error}: resolve")?,
    }
    Ok(error.sent_at().ok_or("nothing was sent")?)
}

fn money(amount: Option<Minor>) -> Money {
    Money::new(amount.unwrap_or(Minor::ZERO), Currency::RUB)
}
