//! A journal: what a program needs to know of its last calls when it starts again.
//!
//! A step is written down before its bytes leave. Where the program dies in the middle of a call,
//! there is no answer and no error, but the step is there, and `resume` finds out what became of it.
//! Run it with `cargo run -p examples --example 06_journal`: the sandbox plays the bank.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`, leave the
//! clock out, and keep the steps where they survive your program: a table in your database.

use std::{
    io::{Write, stdout},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use examples::{Browser, Failure};
use gateway_rest::{
    Client, Credentials, Profile,
    order::{refund::Refund, register::Register, status::OrderStatus},
};
use payments_core::{
    Currency, Minor, Money, Part,
    id::{OrderNumber, RefundId},
    journal::{Journal, Outcome, Step},
};
use payments_http::Transport;
use payments_sandbox::{Fault, Sandbox, Settings};

/// Steps in memory; those that are settled are taken out.
#[derive(Default)]
struct Memory(Mutex<Vec<Step>>);

#[async_trait]
impl Journal for Memory {
    async fn sent(&self, step: &Step) -> Result<(), Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(step.clone());
        Ok(())
    }

    async fn ended(&self, id: &str, outcome: Outcome) -> Result<(), Failure> {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.retain(|step| step.id != id || !outcome.is_settled());
        Ok(())
    }

    async fn open(&self) -> Result<Vec<Step>, Failure> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let sandbox = Sandbox::new(Settings::default());
    let journal = Arc::new(Memory::default());
    let client = start(&sandbox, Arc::clone(&journal))?;
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new("2026-0006")?, Minor::new(2_000), back);
    let registered = client.call(&register).await?.into_inner();
    let (order, page) = (registered.order_id, registered.form_url.ok_or("no page")?);
    Browser::new(Transport::new(sandbox.clone())).pay(&page, "4111111111111111").await?;
    writeln!(out, "open steps after answered calls: {}", journal.open().await?.len())?;

    // The program dies while it waits: here its call is dropped, and the client with it.
    sandbox.with_bank(|bank| {
        bank.faults().next("refund.do", Fault::LateAnswer(Duration::from_secs(60)));
    });
    let part = Part::exactly(Minor::new(500))?;
    let refund = Refund::new(order.clone(), part, RefundId::new("2026-0006-a")?);
    let died = tokio::time::timeout(Duration::from_millis(20), client.call(&refund)).await;
    drop(client);
    writeln!(out, "answered before the program died: {}", died.is_ok())?;

    let client = start(&sandbox, Arc::clone(&journal))?;
    for (step, resolved) in client.resume().await? {
        writeln!(out, "{} of {}: happened {:?}", step.name, step.facts["part"], resolved?.known())?;
    }
    let report = client.call(&OrderStatus::of_order(order)).await?;
    let refunded = report.amounts().ok_or("the report has no amounts")?.refunded;
    let refunded = Money::new(refunded, Currency::RUB);
    writeln!(out, "refunded {refunded}; open steps: {}", journal.open().await?.len())?;
    Ok(())
}

/// How the program starts: a client with the journal that the last run left.
fn start(sandbox: &Sandbox, journal: Arc<Memory>) -> Result<Client, Failure> {
    let profile = Profile::at("sandbox", "https://bank.example/payment/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let clock = sandbox.clone();
    let builder = Client::builder(profile, credentials, Transport::new(sandbox.clone()));
    Ok(builder.journal(journal).clock(move || clock.now()).build())
}
