//! The merchant of the demo: a client, and an address for callbacks and for payers that come back.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use gateway_rest::{Client, Credentials, Profile, returned::CResReturned};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use payments_core::{
    Secret,
    id::{OrderId, OrderNumber},
};
use payments_http::{Roots, Stack, Transport};
use payments_notify::{Callbacks, Event, Gateway};
use payments_sandbox::{
    Merchant, Running, Sandbox, ServeConfig, Server, Settings,
    cards::ACS_CODE,
    serve::system_clock,
    settings::{Callbacks as CallbackSettings, Checksum},
};
use payments_sign::HmacKey;
use tokio::sync::{Mutex, mpsc};
use tower::ServiceExt as _;

use super::payer::Payer;

const LOGIN: &str = "test_user";
const PASSWORD: &str = "test_user_password";
const KEY: &str = "ooc7slpvc61k7sf7ma7p4hrefr";

type Failure = Box<dyn Error>;

/// The merchant with everything around it.
pub(super) struct Shop {
    pub(super) client: Client,
    pub(super) router: router_json::Client,
    pub(super) payer: Payer,
    address: String,
    bank: Running,
    events: Mutex<mpsc::UnboundedReceiver<Event>>,
}

impl Shop {
    /// Starts the bank and the merchant's own listener, both on loopback.
    pub(super) async fn open() -> Result<Self, Failure> {
        let (tell, events) = mpsc::unbounded_channel();
        let address = listen(tell).await?;
        let callbacks = CallbackSettings::default().with(|callbacks| {
            callbacks.checksum = Checksum::Hmac(Secret::new(KEY));
            let amounts = ["approvedAmount", "depositedAmount", "refundedAmount"];
            callbacks.additional = amounts.map(str::to_owned).to_vec();
        });
        let merchant = Merchant::new(LOGIN, PASSWORD).with(|merchant| {
            merchant.callbacks = callbacks;
            merchant.attempts = 1;
            merchant.receipts.delivery_secs = 0;
        });
        let sandbox = Sandbox::with_clock(Settings::new(vec![merchant]), system_clock);
        let bank = Server::start(sandbox, ServeConfig::default()).await?;
        let stack = || Stack::builder().roots(Roots::OnlyExtra).extra_root_pem(bank.ca_pem());
        let profile = Profile::at("sandbox", &format!("{}/payment/", bank.https_url()))?
            .with(|profile| profile.settle = Duration::from_secs(1));
        let credentials = Credentials::login(LOGIN, PASSWORD)?;
        let transport = Transport::from(stack().build()?);
        let client = Client::builder(profile, credentials, transport.clone()).build();
        let router = router_json::Profile::at("router", &format!("{}/v1/", bank.https_url()))?;
        let credentials = router_json::Credentials::login(LOGIN, PASSWORD)?;
        let clock = bank.sandbox().clone();
        let router = router_json::Client::builder(router, credentials, transport)
            .clock(move || clock.now())
            .build();
        let payer = Payer::new(Transport::from(stack().build()?));
        Ok(Self { client, router, payer, address, bank, events: Mutex::new(events) })
    }

    /// Scheme and host of the bank.
    pub(super) fn bank_url(&self) -> &str {
        self.bank.https_url()
    }

    /// The bank behind its sockets, to script what goes wrong.
    pub(super) fn sandbox(&self) -> &Sandbox {
        self.bank.sandbox()
    }

    /// An address of the merchant's.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Waits for the next genuine callback about an order.
    pub(super) async fn callback(&self, order: &OrderId) -> Result<Event, Failure> {
        self.callback_that(|event| event.order_id().as_ref() == Some(order)).await
    }

    /// Waits for a genuine callback of this operation about an order of the router, which the banks
    /// know by the merchant's number.
    pub(super) async fn callback_of(
        &self,
        number: &OrderNumber,
        operation: &str,
    ) -> Result<Event, Failure> {
        self.callback_that(|event| {
            let named = event.operation();
            event.order_number().as_ref() == Some(number)
                && named.is_some_and(|named| named.as_str() == operation)
        })
        .await
    }

    async fn callback_that(&self, is_it: impl Fn(&Event) -> bool) -> Result<Event, Failure> {
        let mut events = self.events.lock().await;
        let next = tokio::time::timeout(Duration::from_secs(15), async {
            loop {
                let event = events.recv().await?;
                if is_it(&event) {
                    return Some(event);
                }
            }
        });
        next.await.ok().flatten().ok_or_else(|| "no callback came".into())
    }

    /// Sends what became due while the banks' clocks were moved.
    pub(super) fn dispatch(&self) {
        self.bank.advance(Duration::ZERO);
    }

    /// A callback that nothing waited for.
    pub(super) async fn stray_callback(&self) -> Option<Event> {
        let mut events = self.events.lock().await;
        tokio::time::timeout(Duration::from_millis(300), events.recv()).await.ok().flatten()
    }

    /// Leaves the bank running until the program is stopped, with a page to look at.
    pub(super) async fn serve(&self, page: &str) -> Result<(), Failure> {
        let file = std::env::temp_dir().join("payments-sandbox-ca.pem");
        std::fs::write(&file, self.bank.ca_pem())?;
        println!("\nThe sandbox goes on at {} and {}", self.bank.http_url(), self.bank.https_url());
        println!("  its authority      {}", file.display());
        println!("  merchant           {LOGIN} / {PASSWORD}");
        println!("  an unpaid order    {page}");
        println!("  the issuer's code  {ACS_CODE}");
        println!("Stop it with Ctrl-C.");
        Ok(tokio::signal::ctrl_c().await?)
    }

    /// Stops the bank.
    pub(super) async fn close(self) {
        drop(self.client);
        drop(self.router);
        drop(self.payer);
        self.bank.shutdown().await;
    }
}

/// Listens for callbacks at `/callback` and for payers at any other path.
async fn listen(tell: mpsc::UnboundedSender<Event>) -> Result<String, Failure> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let gateway = Gateway::hmac(HmacKey::new(&Secret::<String>::new(KEY))?);
    let callbacks = Callbacks::new(gateway, move |event: Event| {
        let told = tell.send(event).map_err(|_| std::io::Error::other("the demo has ended"));
        async move { told }
    });
    let callbacks = Arc::new(callbacks);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let callbacks = Arc::clone(&callbacks);
            let service = service_fn(move |request: Request<Incoming>| {
                let callbacks = Callbacks::clone(&callbacks);
                async move {
                    if request.uri().path() == "/callback" {
                        return callbacks.oneshot(request).await;
                    }
                    Ok(came_back(request).await)
                }
            });
            tokio::spawn(async move {
                let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Ok(address)
}

/// A payer came back. What the browser brings is not believed: the shop asks for the status.
async fn came_back(request: Request<Incoming>) -> Response<Full<Bytes>> {
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let page = match CResReturned::from_body(&body) {
        Some(_) => "The issuer is done with you.",
        None => "Welcome back.",
    };
    Response::new(Full::new(Bytes::from_static(page.as_bytes())))
}
