//! The one test over real sockets: everything else calls the bank as a function.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::NotSent;
use payments_http::{Roots, Stack, Transport};
use payments_sandbox::{Fault, Running, Sandbox, ServeConfig, Server, Settings, serve};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const REGISTER: &str = "userName=test_user&password=test_user_password&orderNumber=1&amount=2000\
                        &returnUrl=https://shop.example/back";

async fn start(config: ServeConfig) -> Running {
    let sandbox = Sandbox::with_clock(Settings::default(), serve::system_clock);
    Server::start(sandbox, config).await.expect("starts")
}

/// A client that trusts this sandbox and nobody else.
fn client(running: &Running) -> Transport {
    let stack = Stack::builder().roots(Roots::OnlyExtra).extra_root_pem(running.ca_pem());
    stack.build().expect("builds").into()
}

fn register(base_url: &str, more: &str) -> Request<Bytes> {
    Request::post(format!("{base_url}/payment/rest/register.do"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("{REGISTER}{more}").into())
        .expect("valid")
}

fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).expect("utf-8")
}

/// Writes bytes as they are and reads until the connection closes.
async fn raw(at: SocketAddr, bytes: &[u8]) -> String {
    let mut tcp = TcpStream::connect(at).await.expect("connects");
    // The server may close before it has read everything.
    let _ = tcp.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn calls_arrive_over_tls_and_only_for_those_who_trust_the_authority() {
    let running = start(ServeConfig::default()).await;
    let answer = client(&running).send(register(running.https_url(), "")).await.expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    let form_url = format!("\"formUrl\":\"{}/payment/", running.https_url());
    assert!(text(&answer).contains(&form_url), "{}", text(&answer));

    let stranger = Stack::builder().roots(Roots::WebPki).build().expect("builds");
    let error =
        Transport::from(stranger).send(register(running.https_url(), "")).await.expect_err("tls");
    assert!(error.is::<NotSent>(), "{error}");

    let localhost = format!("https://localhost:{}", running.https_addr().port());
    let answer = client(&running).send(register(&localhost, "")).await.expect("answered");
    assert!(text(&answer).contains("\"errorCode\":\"1\""), "{}", text(&answer));
    running.shutdown().await;
}

#[tokio::test]
async fn a_lost_answer_breaks_the_connection_after_the_bank_acted() {
    let running = start(ServeConfig::default()).await;
    for (fault, orders) in [(Fault::LostRequest, 0), (Fault::LostAnswer, 1)] {
        running.sandbox().with_bank(|bank| {
            bank.faults().next("register.do", fault);
        });
        let error = client(&running)
            .send(register(running.https_url(), ""))
            .await
            .expect_err("the connection breaks");
        assert!(!error.is::<NotSent>(), "bytes left: {error}");
        assert_eq!(running.sandbox().with_bank(|bank| bank.order_count()), orders);
    }

    running.sandbox().with_bank(|bank| {
        bank.faults().next("", Fault::LostAnswer);
    });
    let answer = raw(running.http_addr(), b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(answer, "", "not a byte comes back");
    running.shutdown().await;
}

#[tokio::test]
async fn nothing_that_a_client_writes_stops_the_server() {
    let config = ServeConfig::default().with(|config| {
        config.body_limit = 1000;
        config.patience = Duration::from_millis(300);
    });
    let running = start(config).await;
    let at = running.http_addr();
    let head = "POST /payment/rest/register.do HTTP/1.1\r\nhost: a\r\nconnection: close\r\n";
    let many: String = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect();
    let long = "a".repeat(100_000);
    let table = [
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n".to_vec(), "HTTP/1.1 400"),
        (format!("{head}content-length: 1001\r\n\r\n{long}").into_bytes(), "HTTP/1.1 413"),
        (format!("{head}content-length: -1\r\n\r\n").into_bytes(), "HTTP/1.1 400"),
        (format!("{head}{many}\r\n").into_bytes(), "HTTP/1.1 431"),
        (format!("{head}x: {long}\r\n\r\n").into_bytes(), "HTTP/1.1 431"),
        (format!("{head}content-length: 9\r\n\r\nabc").into_bytes(), "HTTP/1.1 408"),
        (format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n").into_bytes(), "HTTP/1.1 400"),
        (b"GET / HT".to_vec(), ""),
    ];
    for (bytes, begin) in table {
        let answer = raw(at, &bytes).await;
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        assert!(answer.starts_with(begin), "{shown:?} was answered {answer:?}");
        assert!(!begin.is_empty() || answer.is_empty(), "{shown:?} was answered {answer:?}");
    }
    // No TLS on the TLS listener, and none in time.
    assert!(!raw(running.https_addr(), b"GET / HTTP/1.1\r\n\r\n").await.contains("HTTP"));
    assert!(!raw(running.https_addr(), b"").await.contains("HTTP"));
    let answer = client(&running).send(register(running.https_url(), "")).await.expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    running.shutdown().await;
}

#[tokio::test]
async fn a_shutdown_lets_answers_finish_and_leaves_no_listener() {
    let running = start(ServeConfig::default()).await;
    let (at, url) = (running.https_addr(), running.https_url().to_owned());
    let client = client(&running);
    let late = Duration::from_millis(300);
    running.sandbox().with_bank(|bank| {
        bank.faults().next("register.do", Fault::LateAnswer(late));
    });
    let orders = running.sandbox().clone();
    let under_way = tokio::spawn(async move { client.send(register(&url, "")).await });
    while orders.with_bank(|bank| bank.order_count()) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.shutdown().await;
    let answer = under_way.await.expect("ran").expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(TcpStream::connect(at).await.is_err(), "nobody listens any more");
}
