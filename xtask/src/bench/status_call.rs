//! A status call through the whole client, against hyper-util, form_urlencoded and serde_json by
//! hand: 64 at a time, the client pinned to one core, the server on another.

use std::{
    convert::Infallible,
    error::Error,
    future::Future,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use bytes::Bytes;
use gateway_rest::{Client, Credentials, Profile, order::status::OrderStatus};
use http_body_util::{BodyExt as _, Full};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client as Plain, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use payments_core::id::OrderId;
use payments_http::{Stack, Transport};

use super::{
    measure::{Measured, of_rounds},
    plain_status::PlainStatus,
};
use crate::project::Outcome;

/// The word by which the pinned process is started.
pub(super) const CHILD: &str = "status_call-client";

const ORDER: &str = "01491d0b-c848-7dd6-a20d-e96900a7d8c0";
const AT_ONCE: usize = 64;
const CALLS: usize = 4_000;
const ROUNDS: usize = 20;

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    measure_at(CHILD, sample())
}

/// Measures by a process that this word starts, against a server that always answers this.
pub(super) fn measure_at(child: &str, answer: Bytes) -> Result<Measured, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || runtime.block_on(serve(answer, &tell)));
    let port: u16 = told.recv()?;
    pin(&["-a", "-p", "-c", "1", &std::process::id().to_string()])?;
    let own = std::env::current_exe()?;
    let measured = Command::new("taskset")
        .args(["-c", "0"])
        .arg(own)
        .args(["bench", child, &port.to_string()])
        .output()?;
    let rounds: Vec<(f64, f64)> = String::from_utf8(measured.stdout)?
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(ours, plain)| Some((ours.parse().ok()?, plain.parse().ok()?)))
        .collect();
    pin(&["-a", "-p", "-c", "0,1", &std::process::id().to_string()])?;
    if rounds.len() != ROUNDS {
        let said = String::from_utf8_lossy(&measured.stderr).into_owned();
        return Err(format!("the measuring process failed: {said}").into());
    }
    Ok(of_rounds(&rounds))
}

fn pin(words: &[&str]) -> Result<(), Box<dyn Error>> {
    let done = Command::new("taskset").args(words).output()?;
    if done.status.success() { Ok(()) } else { Err("taskset failed: two cores are needed".into()) }
}

/// The document's own sample answer.
pub(super) fn sample() -> Bytes {
    const SAMPLES: &str = include_str!("../../../testdata/spec/gateway-examples.json");
    let samples: serde_json::Value = serde_json::from_str(SAMPLES).expect("the samples are json");
    let body = &samples["rest/getOrderStatusExtended.do"]["responses"][0]["body"];
    Bytes::from(body.as_str().expect("a text").to_owned())
}

async fn serve(body: Bytes, tell: &std::sync::mpsc::Sender<u16>) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    tell.send(listener.local_addr().expect("bound").port()).expect("the parent waits");
    loop {
        let Ok((socket, _)) = listener.accept().await else { return };
        let body = body.clone();
        let answer = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let body = body.clone();
            async move {
                let _ = request.into_body().collect().await;
                Ok::<_, Infallible>(http::Response::new(Full::new(body)))
            }
        });
        tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}

/// The pinned process: prints nanoseconds a call, ours and plain, a round a line.
pub(super) fn child(words: &[String]) -> Outcome {
    let port: u16 = words.get(1).ok_or("a port is missing")?.parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let base = format!("http://127.0.0.1:{port}/payment/");
        let profile = Profile::at("bench", &base)?;
        let credentials = Credentials::login("test_user", "test_user_password")?;
        let ours = Client::builder(profile, credentials, transport()?).build();
        let plain = plain();
        let uri: http::Uri = format!("{base}rest/getOrderStatusExtended.do").parse()?;
        rounds(|| call_ours(ours.clone()), || call_plain(plain.clone(), uri.clone())).await;
        Ok(())
    })
}

/// A client by hand.
pub(super) type ByHand = Plain<HttpConnector, Full<Bytes>>;

pub(super) fn plain() -> ByHand {
    Plain::builder(TokioExecutor::new()).build_http()
}

/// The whole stack, as a program would build it.
pub(super) fn transport() -> Result<Transport, Box<dyn Error>> {
    Ok(Transport::from(Stack::builder().concurrency(AT_ONCE).build()?))
}

/// Times both in turn, and prints a round a line.
pub(super) async fn rounds<F, G>(ours: impl Fn() -> F, plain: impl Fn() -> G)
where
    F: Future<Output = ()> + Send + 'static,
    G: Future<Output = ()> + Send + 'static,
{
    round(&ours).await;
    round(&plain).await;
    for turn in 0..ROUNDS {
        let (first, second) = if turn % 2 == 0 {
            let first = round(&ours).await;
            (first, round(&plain).await)
        } else {
            let second = round(&plain).await;
            (round(&ours).await, second)
        };
        println!("{} {}", per_call(first), per_call(second));
    }
}

fn per_call(took: Duration) -> f64 {
    took.as_nanos() as f64 / (CALLS as f64)
}

/// So many calls, 64 at a time.
async fn round<F: Future<Output = ()> + Send + 'static>(call: &impl Fn() -> F) -> Duration {
    let start = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for started in 0..CALLS {
        if started >= AT_ONCE {
            running.join_next().await.expect("one runs").expect("no call panics");
        }
        running.spawn(call());
    }
    while let Some(ended) = running.join_next().await {
        ended.expect("no call panics");
    }
    start.elapsed()
}

async fn call_ours(client: Client) {
    let request = OrderStatus::of_order(OrderId::from_bank(ORDER));
    let answer = client.call(&request).await.expect("the sample parses");
    assert_eq!(answer.order_number.as_ref().map(|number| number.as_str()), Some("7005"));
    black_box(answer);
}

async fn call_plain(client: ByHand, uri: http::Uri) {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("orderId", ORDER)
        .append_pair("password", "test_user_password")
        .append_pair("userName", "test_user")
        .finish();
    let request = http::Request::post(uri)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(body)))
        .expect("valid");
    let answer = client.request(request).await.expect("the server answers");
    let body = answer.into_body().collect().await.expect("the body comes").to_bytes();
    let status: PlainStatus = serde_json::from_slice(&body).expect("the sample parses");
    assert_eq!(status.order_number.as_deref(), Some("7005"));
    black_box(status);
}
