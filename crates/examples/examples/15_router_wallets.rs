//! The router: T-Pay on a computer and on a phone, and Alfa Pay.
//!
//! Run it with `cargo run -p examples --example 15_router_wallets`: the sandbox plays the router, the
//! banks behind it and the payer.
//!
//! For the real router change profile, credentials and transport as in `13_router_sbp`. Its support
//! must have set a bank for each of the two ways.

use std::io::{Write, stdout};

use examples::{Browser, Failure};
use payments_core::{
    Minor,
    id::{OrderId, OrderNumber},
};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings};
use router_json::{
    Client, Credentials, Profile,
    alfapay::{AlfaPay, CameBack},
    order::{register::Register, status::OrderStatus},
    tpay::{Device, Step, TPay},
};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let router = Transport::new(Sandbox::new(Settings::default()));
    let profile = Profile::at("sandbox", "https://bank.example/v1/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let client = Client::builder(profile, credentials, router.clone()).build();
    let payer = Browser::new(router);

    // What is done with the link depends on the device, which the request tells.
    let devices = [
        ("2026-0040", Device::Desktop, "Chrome", "Windows"),
        ("2026-0041", Device::Mobile, "Safari", "iOS"),
    ];
    for (number, device, browser, os) in devices {
        let order = register(&client, number, 2_000).await?;
        let link = client.call(&TPay::new(order.clone(), device, browser, os)).await?.into_inner();
        let way = match &link.step {
            Step::ShowQr(_) => "a page with a code, to be scanned",
            Step::OpenApp(_) => "straight into the application",
        };
        let back = payer.answer_link(link.step.link().as_str(), "pay").await?;
        let report = client.call(&OrderStatus::of_order(order)).await?;
        let (back, paid) = (back.is_some(), report.is_paid());
        writeln!(out, "T-Pay, {}: {way}; back in the shop: {back}; paid {paid}", device.as_str())?;
    }

    // Alfa Pay has one page for all devices. The link goes to the payer exactly as it came.
    for (number, answer) in [("2026-0042", "pay"), ("2026-0043", "refuse")] {
        let order = register(&client, number, 3_000).await?;
        let link = client.call(&AlfaPay::new(order.clone())).await?.into_inner();
        let back = payer.answer_link(link.redirect.as_str(), answer).await?;
        // Coming back proves nothing, at whichever address: it is a reason to ask.
        let back = match back.ok_or("the payer did not come back")? {
            address if address.contains("/fail") => CameBack::FailUrl(order),
            _ => CameBack::ReturnUrl(order),
        };
        let to_fail = matches!(back, CameBack::FailUrl(_));
        let report = client.call(&back.question()).await?;
        writeln!(out, "Alfa Pay, {answer}: to failUrl {to_fail}; paid {}", report.is_paid())?;
    }
    Ok(())
}

async fn register(client: &Client, number: &str, amount: u64) -> Result<OrderId, Failure> {
    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new(number)?, Minor::new(amount), back);
    let register = register.with(|order| order.fail_url = "https://shop.example/fail".parse().ok());
    Ok(client.call(&register).await?.into_inner().order_id)
}
