//! A partner's program with the real client, at a router without sockets.

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use payments_core::{
    Minor,
    id::{BindingId, ClientId, OrderId, OrderNumber},
    order::RouterState,
};
use payments_http::Transport;
use payments_sandbox::{Partner, Sandbox, Settings, settings::Share};
use router_json::{
    Call, Client, Credentials, Profile,
    bindings::ClientBindings,
    order::{
        register::Register,
        register_pre_auth::RegisterPreAuth,
        status::{OrderStatus, RouterReport},
    },
    sbp::{DynamicQr, Subscription, Subscriptions},
};
use tower::Service;

/// What an order of the shop costs, in minor units.
pub(super) const AMOUNT: Minor = Minor::new(2000);

/// One partner with its router and the banks behind it.
pub(super) struct Shop {
    pub(super) sandbox: Sandbox,
    client: Client,
    runtime: tokio::runtime::Runtime,
    calls: Calls,
    orders: Mutex<u32>,
}

type Calls = Arc<Mutex<Vec<String>>>;

/// The way to the router, which writes down where each request goes.
#[derive(Clone)]
struct Watched {
    router: Sandbox,
    calls: Calls,
}

impl Service<Request<Bytes>> for Watched {
    type Response = Response<Bytes>;
    type Error = <Sandbox as Service<Request<Bytes>>>::Error;
    type Future = <Sandbox as Service<Request<Bytes>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.router.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let call = format!("{} {}", request.method(), request.uri().path());
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        self.router.call(request)
    }
}

impl Shop {
    pub(super) fn new() -> Self {
        let partner = Partner::new("test_user", "test_user_password").with(|partner| {
            partner.sbp = vec![Share::new("VTB", 100)];
            partner.merchant.permissions.binding_without_cvc = true;
        });
        let settings = Settings::new(Vec::new()).with(|it| it.partners = vec![partner]);
        let sandbox = Sandbox::new(settings);
        let calls = Calls::default();
        let watched = Watched { router: sandbox.clone(), calls: Arc::clone(&calls) };
        let profile = Profile::at("sandbox", "https://bank.example/v1/").expect("valid");
        let credentials = Credentials::login("test_user", "test_user_password").expect("valid");
        let clock = sandbox.clone();
        let client = Client::builder(profile, credentials, Transport::new(watched))
            .clock(move || clock.now())
            .build();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
        Self { sandbox, client, runtime, calls, orders: Mutex::new(0) }
    }

    /// Calls the router; the answer.
    pub(super) fn call<C: Call>(&self, request: &C) -> C::Response {
        let answer = self.runtime.block_on(self.client.call(request));
        answer
            .unwrap_or_else(|error| {
                panic!("{}: {error} {:?}", C::NAME, error.refusal().map(|it| &it.message))
            })
            .into_inner()
    }

    /// Calls the router, which refuses; the code of the refusal.
    pub(super) fn refused<C: Call>(&self, request: &C) -> String {
        match self.runtime.block_on(self.client.call(request)) {
            Ok(_) => panic!("{}: the router did not refuse", C::NAME),
            Err(error) => error.refusal().expect("a refusal").code.clone(),
        }
    }

    /// Calls the router and then asks what became of it, as if no answer had come.
    pub(super) fn resolved<C: Call>(&self, request: &C) -> Option<bool> {
        self.runtime.block_on(async {
            let sent = self.client.now();
            let _ = self.client.call(request).await;
            self.sandbox.advance(self.client.profile().settle);
            let resolved = self.client.resolve(request, sent).await;
            resolved.expect("the router answers").known()
        })
    }

    /// A number that no order has yet.
    pub(super) fn number(&self) -> OrderNumber {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        *orders += 1;
        OrderNumber::new(orders.to_string()).expect("fits")
    }

    /// A registration of a known customer, with a description.
    pub(super) fn registration(&self) -> Register {
        let back = "https://shop.example/back".parse().expect("valid");
        Register::new(self.number(), AMOUNT, back).with(|order| {
            order.client_id = Some(client());
            order.description = Some("Shoes".into());
        })
    }

    /// A registered order.
    pub(super) fn order(&self) -> OrderId {
        self.call(&self.registration()).order_id
    }

    /// A registered order of two phases.
    pub(super) fn order_to_hold(&self) -> OrderId {
        self.call(&RegisterPreAuth::from(self.registration())).order_id
    }

    /// What the payer does at the bank where the order is.
    pub(super) fn payer(&self, order: &OrderId, answer: &str) {
        let body = format!(r#"{{"orderId":"{order}","answer":"{answer}"}}"#);
        let answered = self.open(post("/sandbox/router/answer", "application/json", body));
        assert_eq!(answered.status(), 200, "{:?}", answered.body());
    }

    /// An order that is paid by SBP.
    pub(super) fn paid(&self) -> OrderId {
        let order = self.order();
        self.call(&DynamicQr::new(order.clone()));
        self.payer(&order, "pay");
        order
    }

    /// An order whose money is held.
    pub(super) fn held(&self) -> OrderId {
        let order = self.order_to_hold();
        self.call(&router_json::alfapay::AlfaPay::new(order.clone()));
        self.payer(&order, "pay");
        order
    }

    /// A customer's subscription, and the order by which it was made.
    pub(super) fn subscribed(&self) -> (OrderId, Subscription) {
        let order = self.registration().subscribing(client(), "a month of films");
        let order = self.call(&order).order_id;
        self.call(&DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true)));
        self.payer(&order, "pay");
        let list = self.call(&Subscriptions::new(client()));
        (order, list.bindings.into_iter().next().expect("a subscription"))
    }

    /// A customer's card that the bank for cards has stored.
    pub(super) fn card(&self) -> BindingId {
        let form = "application/x-www-form-urlencoded";
        let order = self.order();
        let to = self.open(post("/wl/pay", form, format!("mdOrder={order}&way=CARD")));
        let page = to.headers()["location"].to_str().expect("ASCII");
        let id = page.split("mdOrder=").nth(1).expect("a number");
        let card = format!("mdOrder={id}&pan=4111111111111111&expiry=12/34&cvc=123");
        self.open(post("/banks/vtb/payment/merchants/ecom/pay", form, card));
        assert!(self.report(&order).is_paid());
        let list = self.call(&ClientBindings::new(client()));
        list.bindings.into_iter().next().and_then(|card| card.binding_id).expect("a card")
    }

    /// What the router reports of an order.
    pub(super) fn report(&self, order: &OrderId) -> RouterReport {
        *self.call(&OrderStatus::of_order(order.clone()))
    }

    pub(super) fn state(&self, order: &OrderId) -> RouterState {
        self.report(order).state.expect("a state")
    }

    /// What the banks have taken for an order, what they hold and what they gave back.
    pub(super) fn books(&self, order: &OrderId) -> (u64, u64, u64) {
        self.sandbox.with_router(|router| {
            let banks = router.order(order).expect("an order").banks;
            banks.iter().fold((0, 0, 0), |sum, (bank, id)| {
                let books = router.bank(bank).expect("a bank").ledger().order(id);
                (sum.0 + books.merchant, sum.1 + books.held, sum.2 + books.refunded)
            })
        })
    }

    /// Lets time pass.
    pub(super) fn wait(&self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds));
    }

    /// The payer's browser.
    fn open(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.sandbox.handle(&request).response
    }

    /// Where calls went so far, method and path.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The journals and books of the banks, which balance.
    pub(super) fn happened(&self) -> String {
        self.sandbox.with_router(|router| {
            router.check().expect("the books balance");
            let mut text = String::new();
            for (name, bank) in router.banks() {
                for entry in bank.journal().entries() {
                    text += &format!("{name} {}: {:?}\n", entry.number.as_str(), entry.event);
                }
                let moved = bank.ledger().totals().into_iter().filter(|(_, sum)| *sum != 0);
                for (account, sum) in moved {
                    text += &format!("{name} {account:?} {sum}\n");
                }
            }
            text
        })
    }
}

/// The shop's customer.
pub(super) fn client() -> ClientId {
    ClientId::new("101023").expect("fits")
}

fn post(path: &str, kind: &str, body: String) -> Request<Bytes> {
    Request::post(path).header("content-type", kind).body(body.into()).expect("valid")
}

/// The text with a short sign in the place of every identifier that router and banks make up: at
/// least 20 letters, digits and hyphens, with several digits among them.
pub(super) fn without_ids(text: &str) -> String {
    let (mut plain, mut word) = (String::new(), String::new());
    for sign in text.chars().chain(['\n']) {
        if sign.is_ascii_alphanumeric() || sign == '-' {
            word.push(sign);
            continue;
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        plain.push_str(if word.len() >= 20 && digits >= 4 { "<id>" } else { &word });
        word.clear();
        plain.push(sign);
    }
    plain
}
