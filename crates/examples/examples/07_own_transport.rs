//! A transport of one's own: any tower service, down to a function. No socket is opened.
//!
//! So a shop's tests run against the sandbox or against prepared answers, and a company's own HTTP
//! client can take the stack's place. Run it with `cargo run -p examples --example 07_own_transport`.
//!
//! What stands in for the stack must not send a request twice, and should wrap in `NotSent` what
//! surely did not leave: any other error counts as "the bank may have acted".

use std::{
    io::{self, Write, stdout},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use examples::Failure;
use gateway_rest::{
    Client, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
};
use http::{Request, Response};
use payments_core::{Currency, Minor, Money, NotSent, id::OrderNumber};
use payments_http::Transport;
use payments_sandbox::{Sandbox, Settings};
use tower::{ServiceExt as _, service_fn};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    // A function around the sandbox that notes which calls were made. The request's own `Debug`
    // shows its body, password included: note the path, never the request.
    let sandbox = Sandbox::new(Settings::default());
    let calls = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&calls);
    let noting = service_fn(move |request: Request<Bytes>| {
        let path = request.uri().path().to_owned();
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        sandbox.clone().oneshot(request)
    });
    let number = buy(&client(Transport::new(noting))?).await?;
    let calls = calls.lock().unwrap_or_else(PoisonError::into_inner).join(", ");
    writeln!(out, "order {number} took {calls}")?;

    // Prepared answers: the code under test sees a paid order that no bank knows.
    let paid = r#"{"errorCode":"0","orderNumber":"7","orderStatus":2,"currency":"643",
        "paymentAmountInfo":{"approvedAmount":2000,"depositedAmount":2000,"refundedAmount":0}}"#;
    let prepared = service_fn(move |_: Request<Bytes>| async move {
        Ok::<_, Failure>(Response::new(Bytes::from_static(paid.as_bytes())))
    });
    let status = OrderStatus::of_number(OrderNumber::new("7")?);
    let report = client(Transport::new(prepared))?.call(&status).await?;
    let taken = report.amounts().ok_or("the report has no amounts")?.deposited;
    writeln!(out, "paid: {}, {}", report.is_paid(), Money::new(taken, Currency::RUB))?;

    // What a failure says about the money is up to the transport.
    let broken = service_fn(|_: Request<Bytes>| async {
        Err::<Response<Bytes>, _>(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    let unplugged = service_fn(|_: Request<Bytes>| async {
        Err::<Response<Bytes>, _>(NotSent("no network".into()))
    });
    for transport in [Transport::new(broken), Transport::new(unplugged)] {
        let error = client(transport)?.call(&register()?).await.err().ok_or("an answer came")?;
        writeln!(out, "{error}; effect {:?}", error.effect())?;
    }
    Ok(())
}

/// The shop's own code, which does not know what carries its calls.
async fn buy(client: &Client) -> Result<OrderNumber, Failure> {
    let order = client.call(&register()?).await?.into_inner().order_id;
    let report = client.call(&OrderStatus::of_order(order)).await?;
    Ok(report.order_number.clone().ok_or("the report names no order")?)
}

fn register() -> Result<Register, Failure> {
    let back = "https://shop.example/back".parse()?;
    Ok(Register::new(OrderNumber::new("2026-0007")?, Minor::new(2_000), back))
}

fn client(transport: Transport) -> Result<Client, Failure> {
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let profile = Profile::at("sandbox", "https://bank.example/payment/")?;
    Ok(Client::builder(profile, credentials, transport).build())
}
