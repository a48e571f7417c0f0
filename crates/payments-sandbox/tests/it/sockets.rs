//! The one test over real sockets: everything else calls the bank as a function.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::NotSent;
use payments_http::{Roots, Stack, Transport};
use payments_sandbox::{
    Fault, Merchant, Running, Sandbox, ServeConfig, Server, Settings, serve,
    settings::CallbackMethod,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

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

/// What a merchant's listener got: the whole request as text.
type Arrivals = mpsc::UnboundedReceiver<String>;

/// A merchant's listener: keeps what arrives and answers these statuses in turn, then 200.
async fn merchant(statuses: &'static [u16], tls: Option<TlsAcceptor>) -> (SocketAddr, Arrivals) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let at = listener.local_addr().expect("bound");
    let (arrived, arrivals) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut statuses = statuses.iter();
        while let Ok((tcp, _)) = listener.accept().await {
            let status = || *statuses.next().unwrap_or(&200);
            let got = match &tls {
                None => receive(tcp, status).await,
                Some(tls) => match tls.accept(tcp).await {
                    Ok(stream) => receive(stream, status).await,
                    Err(_) => "no tls".to_owned(),
                },
            };
            let _ = arrived.send(got);
        }
    });
    (at, arrivals)
}

/// Reads one request that fits into one packet, and answers it.
async fn receive(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    mut status: impl FnMut() -> u16,
) -> String {
    let mut bytes = vec![0; 16 * 1024];
    let count = stream.read(&mut bytes).await.unwrap_or(0);
    let head = format!("HTTP/1.1 {} x\r\n", status());
    let answer = format!("{head}content-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

async fn arrival(arrivals: &mut Arrivals) -> String {
    let within = Duration::from_secs(10);
    let arrived = tokio::time::timeout(within, arrivals.recv()).await.expect("a callback arrives");
    arrived.expect("the merchant listens")
}

/// A bank that sends callbacks there, and an order that nobody pays.
async fn with_callbacks(url: String, method: CallbackMethod, config: ServeConfig) -> Running {
    let merchant = Merchant::new("test_user", "test_user_password").with(|merchant| {
        merchant.callbacks.url = Some(url);
        merchant.callbacks.method = method;
    });
    let sandbox = Sandbox::with_clock(Settings::new(vec![merchant]), serve::system_clock);
    let running = Server::start(sandbox, config).await.expect("starts");
    let answer = client(&running).send(register(running.http_url(), "")).await.expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    running
}

const SESSION: Duration = Duration::from_secs(20 * 60);
const PAUSE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn callbacks_reach_the_merchant_and_come_again_until_he_answers_200() {
    // G-257: any other answer is a failure, and 30 seconds pass before the next try.
    for (method, begin) in [
        (CallbackMethod::Get, "GET /callback?shop=1&"),
        (CallbackMethod::Post, "POST /callback?shop=1 HTTP/1.1\r\n"),
    ] {
        let (at, mut arrivals) = merchant(&[500, 302], None).await;
        let url = format!("http://{at}/callback?shop=1");
        let running = with_callbacks(url, method, ServeConfig::default()).await;
        running.advance(SESSION);
        for failure in [true, true, false] {
            let callback = arrival(&mut arrivals).await;
            assert!(callback.starts_with(begin), "{callback}");
            assert!(callback.contains("operation=declinedByTimeout"), "{callback}");
            // The bank must hear of the failure before its clock moves on; it then plans a repeat.
            while failure && running.sandbox().next_due().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            running.advance(PAUSE);
        }
        running.advance(PAUSE);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(arrivals.try_recv().is_err(), "answered 200: never again");
        running.shutdown().await;
    }
}

#[tokio::test]
async fn callbacks_over_tls_go_to_merchants_whose_root_is_trusted() {
    // G-246
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("generates");
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())
        .expect("a certificate and its key");
    let tls = TlsAcceptor::from(Arc::new(tls));
    for (roots, trusted) in [(vec![own.cert.pem()], true), (Vec::new(), false)] {
        let (at, mut arrivals) = merchant(&[], Some(tls.clone())).await;
        let url = format!("https://localhost:{}/callback", at.port());
        let config = ServeConfig::default().with(|config| config.callback_roots = roots);
        let running = with_callbacks(url, CallbackMethod::Get, config).await;
        running.advance(SESSION);
        let got = arrival(&mut arrivals).await;
        assert_eq!(got.contains("operation=declinedByTimeout"), trusted, "{got}");
        assert_eq!(got == "no tls", !trusted, "{got}");
        running.shutdown().await;
    }
}

#[tokio::test]
async fn what_falls_due_happens_by_itself() {
    let (at, mut arrivals) = merchant(&[], None).await;
    let url = format!("http://{at}/callback");
    let running = with_callbacks(url, CallbackMethod::Get, ServeConfig::default()).await;
    let address = running.http_url().to_owned();
    let short = register(&address, "&sessionTimeoutSecs=1").map(|body| {
        String::from_utf8_lossy(&body).replace("orderNumber=1&", "orderNumber=2&").into()
    });
    client(&running).send(short).await.expect("answered");
    let callback = arrival(&mut arrivals).await;
    assert!(callback.contains("orderNumber=2&"), "{callback}");
    running.shutdown().await;
}
