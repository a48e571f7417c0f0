//! What the server writes into its traces, and what it must not.

use std::{
    io,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::Request;
use payments_http::{Stack, Transport};
use payments_sandbox::{Fault, Merchant, Sandbox, ServeConfig, Server, Settings};
use tracing_subscriber::fmt::MakeWriter;

/// Collects what would go to the terminal.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Sink {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn traces_show_paths_and_statuses_and_no_secret() {
    let sink = Sink::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(sink.clone())
        .with_ansi(false)
        .finish();
    // For the whole process: the server's tasks run on any thread.
    tracing::subscriber::set_global_default(subscriber).expect("the only one in this binary");

    let merchant = Merchant::new("test_user", "TRACEMARK-password").with(|merchant| {
        merchant.callbacks.url = Some("http://127.0.0.1:1/TRACEMARK-path".into());
    });
    let sandbox = Sandbox::new(Settings::new(vec![merchant]));
    let running = Server::start(sandbox, ServeConfig::default()).await.expect("starts");
    let stack = Stack::builder().extra_root_pem(running.ca_pem()).build().expect("builds");
    let client = Transport::from(stack);
    let post = |path: &str, form: &str| {
        Request::post(format!("{}{path}?more=TRACEMARK-query", running.https_url()))
            .body(Bytes::from(format!("userName=test_user&password=TRACEMARK-password&{form}")))
            .expect("valid")
    };
    let form = "orderNumber=1&amount=1&returnUrl=https://shop.example/";
    client.send(post("/payment/rest/register.do", form)).await.expect("answered");
    running.sandbox().with_bank(|bank| {
        bank.faults().next("paymentorder.do", Fault::LostAnswer);
    });
    let card =
        "orderNumber=1&$PAN=4242424242424242&$CVC=TRACEMARK-cvc&$EXPIRY=203012&TEXT=TRACEMARK";
    client.send(post("/payment/rest/paymentorder.do", card)).await.expect_err("broken off");
    running.advance(std::time::Duration::from_secs(3600));
    while running.sandbox().next_due().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running.shutdown().await;

    let text = String::from_utf8(sink.0.lock().expect("not poisoned").clone()).expect("UTF-8");
    for expected in
        ["path=\"/payment/rest/register.do\" status=200", "broken off", "callback failed"]
    {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    for secret in ["TRACEMARK", "4242424242424242"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
