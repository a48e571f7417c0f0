//! Secrets are planted in the whole main job and looked for in everything that shows.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use examples::Browser;
use gateway_rest::{Client, Credentials, Profile, order::status::OrderStatus};
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use payments_core::{
    Secret,
    error::BoxError,
    id::OrderNumber,
    journal::{Journal, Outcome, Step},
};
use payments_http::{Roots, Stack, Transport};
use payments_notify::{Callbacks, Event, Gateway};
use payments_sandbox::{
    Merchant, Sandbox, ServeConfig, Server, Settings,
    settings::{CallbackMethod, Checksum},
};
use payments_sign::{
    AsyncSigner, Certificate, HmacKey, PrivateKey, PublicKey, RsaSigner, RsaVerifier,
};
use tokio::{net::TcpListener, sync::mpsc};
use tower::ServiceExt as _;

mod book;
mod capture;
mod flow;
mod planted;
mod router;

use book::Book;
use capture::Logged;
use flow::Flow;
use planted::{MARK, Planted};

const PASSWORD: &str = "MARKER-password";
const HMAC_KEY: &str = "MARKER-hmac-key";
const KEY_FILE: &[u8] = include_bytes!("../../../../testdata/keys/rsa.pkcs8.pem");
const ENCRYPTED: &[u8] = include_bytes!("../../../../testdata/keys/rsa.pbes2-aes256.pem");
const PUBLIC: &str = include_str!("../../../../testdata/keys/rsa.spki.pem");

/// Secrets that no request carries, too.
fn planted() -> Planted {
    let planted = Planted::default();
    planted.add("a mark", MARK);
    planted.add("a mark", "MARKER-x");
    for digits in ["4929836472058376", "4929836472058373", "8364720", "36472058"] {
        planted.add("a card number", digits);
    }
    let lines = std::str::from_utf8(KEY_FILE).expect("pem").lines();
    for line in lines.filter(|line| !line.contains("PRIVATE")) {
        planted.add("the private key", line);
    }
    for field in ["password=", "userName=", "%24PAN=", "MDORDER=", "checksum="] {
        planted.add("a form", field);
    }
    planted
}

fn merchant(signing: bool) -> Merchant {
    Merchant::new("test_user", PASSWORD).with(|merchant| {
        merchant.token = Some(Secret::new("MARKER-token"));
        merchant.signing_key = signing.then(|| PUBLIC.to_owned());
        let callbacks = &mut merchant.callbacks;
        callbacks.checksum = Checksum::Hmac(Secret::new(HMAC_KEY));
        callbacks.method = if signing { CallbackMethod::Post } else { CallbackMethod::Get };
        let names = ["cavv", "xid", "authValue", "email", "cardholderName", "maskedPan", "amount"];
        callbacks.additional = names.map(str::to_owned).to_vec();
    })
}

fn signer() -> RsaSigner {
    let key = PrivateKey::from_pem(KEY_FILE).expect("a key");
    RsaSigner::sha256(key)
}

fn gateway() -> Gateway {
    Gateway::hmac(HmacKey::new(&Secret::<String>::new(HMAC_KEY)).expect("a key"))
}

/// Steps in memory; at times it fails, and what it says then is its own.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<Step>>);

#[async_trait]
impl Journal for Memory {
    async fn sent(&self, step: &Step) -> Result<(), BoxError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(step.clone());
        Ok(())
    }

    async fn ended(&self, _: &str, outcome: Outcome) -> Result<(), BoxError> {
        if outcome.is_settled() { Ok(()) } else { Err("the disk is full".into()) }
    }

    async fn open(&self) -> Result<Vec<Step>, BoxError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// A key store that is shut.
struct Shut;

#[async_trait]
impl AsyncSigner for Shut {
    async fn sign(&self, _: &[u8]) -> Result<Vec<u8>, BoxError> {
        Err("the key store is shut".into())
    }
}

/// Passwords, tokens, keys, card data and 3-D Secure messages show in no `Debug`, no error and no
/// log of any crate at any level, whatever goes wrong.
#[tokio::test]
async fn no_secret_shows_anywhere() {
    let logged = Logged::begin();
    let planted = planted();
    let mut book = Book::default();
    without_sockets(&mut book, &planted).await;
    over_tls(&mut book, &planted).await;
    flow::echoed(&mut book, &planted).await;
    router::played(&mut book, &planted).await;
    keys(&mut book);

    let logged = logged.text();
    for source in [
        "payments_http::layer::trace",
        "payments_http::layer::retry",
        "payments_notify::service",
        "payments_sandbox::serve",
        "payments_http::caller",
        "hyper_util",
        "rustls",
    ] {
        assert!(logged.contains(source), "{source} says nothing: the test would prove nothing");
    }
    let names = planted.names();
    for name in [
        "password",
        "token",
        "$PAN",
        "paReq",
        "paRes",
        "packedCReq",
        "cres",
        "cavv",
        "seToken",
        "sbpSubscriptionToken",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} was never planted: {names:?}");
    }
    assert!(book.text().contains("411111**1111"), "a masked number may show, and does");
    assert_eq!(planted.found_in(&logged), [] as [String; 0], "in the log");
    assert_eq!(planted.found_in(book.text()), [] as [String; 0], "in Debug or errors");
}

/// The bank as a function; signed requests.
async fn without_sockets(book: &mut Book, planted: &Planted) {
    let settings = Settings::new(vec![merchant(true)]);
    book.value(&settings);
    let sandbox = Sandbox::new(settings);
    let bank = planted.watching(Transport::new(sandbox.clone()));
    let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
    let credentials = Credentials::login("test_user", PASSWORD).expect("valid");
    book.value(&credentials);
    let journal = Arc::new(Memory::default());
    let builder = Client::builder(profile, credentials, bank.clone());
    let builder = builder.journal(Arc::clone(&journal) as Arc<dyn Journal>).signer(signer());
    book.value(&builder);
    let (client, browser) = (builder.build(), Browser::new(bank.clone()));
    let callback = "https://shop.example/callback".to_owned();
    let mut flow =
        Flow { book, client, browser, planted, sandbox, callback, run: "own", orders: 0 };
    flow.play().await;
    let Flow { book, client, sandbox, .. } = flow;
    book.value(&client.resume().await);
    book.value(&journal);
    let credentials = || Credentials::login("test_user", PASSWORD).expect("valid");
    let status = OrderStatus::of_number(OrderNumber::new("own-1").expect("valid"));
    for builder in [
        Client::builder(client.profile().clone(), credentials(), bank.clone()).signer(Shut),
        Client::builder(client.profile().clone(), credentials(), bank.clone()),
    ] {
        // One cannot sign, the other does not, which the bank refuses.
        book.call(&builder.build(), &status).await.map(|_| ()).expect_err("unsigned");
    }
    received(book, planted, &sandbox).await;
    sandbox.with_bank(|bank| book.value(&(&*bank, bank.journal(), bank.ledger())));
    book.value(&sandbox);
}

/// The callbacks that the run caused: genuine, forged, and some that are none at all.
async fn received(book: &mut Book, planted: &Planted, sandbox: &Sandbox) {
    let deliveries = sandbox.take_deliveries();
    assert!(deliveries.len() > 10, "the bank calls back");
    let handler = |_: Event| async { Err::<(), _>(io::Error::other("MARKER-handler")) };
    let callbacks = Callbacks::new(gateway(), handler);
    book.value(&gateway());
    for delivery in deliveries {
        planted.request(&delivery.request);
        book.value(&delivery);
        let (head, body) = delivery.request.into_parts();
        let event = gateway().receive(&head.method, &head.uri, &head.headers, &body);
        assert!(event.as_ref().is_ok_and(Event::is_proven));
        book.value(&event);
        book.value(&event.as_ref().ok().and_then(Event::report));
        let forged = [&body[..], b"&status=0"].concat();
        let request = |body: Vec<u8>| {
            let request = Request::post("https://shop.example/callback?checksum=MARKER-x");
            request.body(Full::new(Bytes::from(body))).expect("valid")
        };
        for (body, status) in [
            (body.to_vec(), StatusCode::INTERNAL_SERVER_ERROR),
            (forged, StatusCode::BAD_REQUEST),
            (b"checksum=MARKER-x&cavv=MARKER-x".to_vec(), StatusCode::FORBIDDEN),
            (b"MARKER=%ff".to_vec(), StatusCode::BAD_REQUEST),
        ] {
            let refused =
                gateway().receive(&head.method, &Uri::default(), &HeaderMap::new(), &body);
            book.value(&refused);
            if let Err(error) = refused {
                book.error(&error);
            }
            let answer = callbacks.clone().oneshot(request(body)).await.expect("infallible");
            assert_eq!(answer.status(), status);
        }
    }
}

/// The bank and the merchant on sockets, with TLS between them.
async fn over_tls(book: &mut Book, planted: &Planted) {
    let (tell, mut events) = mpsc::unbounded_channel();
    let callback = listen(tell).await;
    let sandbox = Sandbox::new(Settings::new(vec![merchant(false)]));
    let server = Server::start(sandbox.clone(), ServeConfig::default()).await.expect("starts");
    book.value(&server);
    let base = format!("{}/payment/", server.https_url());
    let trusting = Stack::builder().roots(Roots::OnlyExtra).extra_root_pem(server.ca_pem());
    let distrusting = Stack::builder().roots(Roots::WebPki).attempts(1);
    book.value(&trusting);
    let trusting = trusting.build().expect("builds");
    book.value(&trusting);
    let client = |base: &str, stack: Stack| {
        let profile = Profile::at("sandbox", base).expect("valid");
        let credentials = Credentials::login("test_user", PASSWORD).expect("valid");
        Client::builder(profile, credentials, planted.watching(stack.into())).build()
    };
    let browser = Browser::new(planted.watching(trusting.clone().into()));
    let run = "tls";
    let bank = client(&base, trusting);
    let mut flow = Flow { book, client: bank, browser, planted, sandbox, callback, run, orders: 0 };
    flow.play().await;
    let Flow { book, .. } = flow;
    let stranger = client(&base, distrusting.clone().build().expect("builds"));
    let nobody = client("http://127.0.0.1:1/", distrusting.build().expect("builds"));
    let status = OrderStatus::of_number(OrderNumber::new("tls-1").expect("valid"));
    for client in [stranger, nobody] {
        let error = book.call(&client, &status).await.map(|_| ()).expect_err("no connection");
        assert!(error.is_transport());
    }
    server.shutdown().await;
    let mut genuine = 0;
    while let Ok(event) = events.try_recv() {
        book.value(&event);
        genuine += 1;
    }
    assert!(genuine > 10, "{genuine} callbacks came");
}

/// Serves an address for callbacks; the events that are genuine.
async fn listen(tell: mpsc::UnboundedSender<Event>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("binds");
    let address = format!("http://{}/callback", listener.local_addr().expect("bound"));
    let callbacks = Callbacks::new(gateway(), move |event: Event| {
        let told = tell.send(event);
        async move { told }
    });
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = TowerToHyperService::new(callbacks.clone());
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
        }
    });
    address
}

/// Keys that can be used, and files and passphrases that cannot.
fn keys(book: &mut Book) {
    let passphrase = Secret::<String>::new("MARKER-passphrase");
    let broken = "-----BEGIN PRIVATE KEY-----\nTUFSS0VSLXBhc3N3b3Jk\n-----END PRIVATE KEY-----\n";
    let cut = &KEY_FILE[..KEY_FILE.len() / 2];
    let read = [
        PrivateKey::from_pem(KEY_FILE),
        PrivateKey::from_pem(ENCRYPTED),
        PrivateKey::from_pem(broken.as_bytes()),
        PrivateKey::from_pem(cut),
        PrivateKey::from_pem(b"MARKER-x"),
        PrivateKey::from_der(b"MARKER-x"),
        PrivateKey::from_encrypted_pem(ENCRYPTED, &passphrase),
        PrivateKey::from_encrypted_pem(broken.as_bytes(), &passphrase),
        PrivateKey::from_encrypted_der(b"MARKER-x", &passphrase),
    ];
    assert_eq!(read.iter().filter(|key| key.is_ok()).count(), 1);
    assert!(read[6].as_ref().is_err_and(payments_sign::KeyError::is_wrong_passphrase));
    for key in read {
        book.value(&key);
        if let Err(error) = key {
            book.error(&error);
        }
    }
    book.value(&passphrase);
    book.value(&signer());
    book.value(&HmacKey::new(&Secret::<String>::new(HMAC_KEY)));
    book.value(&Certificate::from_pem(b"MARKER-x"));
    let public = PublicKey::from_pem(PUBLIC.as_bytes()).expect("a key");
    book.value(&RsaVerifier::sha512(public));
}
