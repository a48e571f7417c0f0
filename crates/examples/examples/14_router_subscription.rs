//! The router: a customer links an account while paying, and is charged later without doing anything.
//!
//! Run it with `cargo run -p examples --example 14_router_subscription`: the sandbox plays the router,
//! the banks behind it and the payer.
//!
//! For the real router change profile, credentials and transport as in `13_router_sbp`. To link an
//! account without a payment register with `Register::without_payment`; the bank must have agreed.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use payments_core::{
    Minor,
    id::{ClientId, OrderNumber},
};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings};
use router_json::{
    Client, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
    sbp::{Creation, DynamicQr, Patience, PayByToken, Subscriptions, Unsubscribe},
};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let sandbox = Sandbox::new(Settings::default());
    // The bank takes half a minute to make the subscription.
    sandbox.with_router(|router| {
        router.change_partner("test_user", |partner| partner.merchant.subscription_delay_secs = 30)
    });
    let router = Transport::new(sandbox.clone());
    let profile = Profile::at("sandbox", "https://bank.example/v1/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let clock = sandbox.clone();
    let client = Client::builder(profile, credentials, router.clone()).clock(move || clock.now());
    let client = client.build();
    let customer: ClientId = "customer-7".parse()?;

    // The order names the customer and what the subscription is for; the code asks the payer.
    let order = ordered("2026-0030", 10_000)?.subscribing(customer.clone(), "a monthly book");
    let order = client.call(&order).await?.into_inner().order_id;
    let get = DynamicQr::new(order.clone()).with(|get| get.create_subscription = Some(true));
    let payload = client.call(&get).await?.into_inner().payload;
    let payload = payload.ok_or("the code says nothing")?;
    Browser::new(router).answer_code(&payload, "pay").await?;
    let (paid_at, status) = (client.now(), OrderStatus::of_order(order));
    let report = client.call(&status).await?;
    writeln!(out, "paid: {}", report.is_paid())?;

    // Right after the payment a missing subscription means "not yet", not "no".
    let linked = loop {
        let report = client.call(&status).await?;
        match report.subscription(paid_at, client.now(), Patience::default()) {
            Creation::Made(binding) => break binding,
            Creation::NotYet { ask_again_at } => {
                let wait = u64::try_from(ask_again_at.get() - client.now().get())?;
                writeln!(out, "not yet; again in {} s", wait / 1000)?;
                sandbox.advance(std::time::Duration::from_millis(wait));
            }
            Creation::NotSeen => return Err("the payer did not agree, or the bank is late".into()),
        }
    };
    let list = client.call(&Subscriptions::new(customer.clone())).await?;
    let one = list.of(&customer).find(|one| one.binding_id.as_ref() == Some(&linked));
    let one = one.ok_or("the list does not show it")?;
    writeln!(out, "linked for {}", one.purpose.as_deref().unwrap_or("nothing"))?;

    // Token and bank of one record go together; any SBP bank of the partner charges them. The order
    // needs a description. A lost answer is resolved: a second charge could take the money twice.
    let means = one.means().ok_or("it cannot be charged")?;
    let next = ordered("2026-0031", 10_000)?.with(|order| order.description = Some("May".into()));
    let next = client.call(&next).await?.into_inner().order_id;
    let charge = PayByToken::new(next.clone(), means);
    if let Err(error) = client.call(&charge).await {
        let sent = error.sent_at().unwrap_or_else(|| client.now());
        let resolved = client.resolve(&charge, sent).await?;
        writeln!(out, "happened: {}", resolved.happened())?;
    }
    let report = client.call(&OrderStatus::of_order(next)).await?;
    let amounts = report.amounts().ok_or("the report has no amounts")?;
    writeln!(out, "charged: paid {}, {} taken", report.is_paid(), amounts.deposited)?;

    // Where the answer leaves a doubt the list decides.
    let off = client.call(&Unsubscribe::new(linked)).await?;
    let left = client.call(&Subscriptions::new(customer)).await?.bindings.len();
    writeln!(out, "ended: certain {}, {left} left", off.is_certain())?;
    Ok(())
}

fn ordered(number: &str, amount: u64) -> Result<Register, Failure> {
    let back = "https://shop.example/back".parse()?;
    Ok(Register::new(OrderNumber::new(number)?, Minor::new(amount), back))
}
