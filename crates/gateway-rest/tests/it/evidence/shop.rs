//! A merchant's program with the real client, at a bank without sockets.

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use gateway_rest::{
    Call, Client, Credentials, Profile,
    order::{
        language::Language,
        pay::{Card, PaymentAnswer, PaymentOrder},
        register::Register,
        register_pre_auth::RegisterPreAuth,
        status::{OrderReport, OrderStatus},
    },
    three_ds::redirect::AcsForm,
};
use http::{Request, Response};
use payments_core::{
    Minor,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{ClientId, OrderId, OrderNumber, ThreeDsServerTransId},
    order::{
        PaymentMethod, PaymentObject,
        cart::{CartItem, CustomerDetails, ItemAttributes, OrderBundle, Quantity},
    },
};
use payments_http::Transport;
use payments_sandbox::{
    Merchant, Sandbox, Settings, cards::ACS_CODE, journal::Event, ledger::Balances,
};
use tower::Service;

/// Cards of the sandbox: without 3-D Secure, with a challenge, with the older protocol.
pub(super) const PLAIN: &str = "4111111111111111";
pub(super) const CHALLENGE: &str = "5555555555555599";
pub(super) const METHOD: &str = "4000001111111118";
pub(super) const FIRST_PROTOCOL: &str = "2200000000000004";

/// Where the issuer sends the payer back to.
pub(super) const BACK: &str = "https://shop.example/3ds";

/// What an order of the shop costs, in minor units.
pub(super) const AMOUNT: Minor = Minor::new(2000);

/// One merchant with its bank.
pub(super) struct Shop {
    pub(super) sandbox: Sandbox,
    client: Client,
    runtime: tokio::runtime::Runtime,
    calls: Calls,
    orders: Mutex<u32>,
}

type Calls = Arc<Mutex<Vec<String>>>;

/// The way to the bank, which writes down where each request goes.
#[derive(Clone)]
struct Watched {
    bank: Sandbox,
    calls: Calls,
}

impl Service<Request<Bytes>> for Watched {
    type Response = Response<Bytes>;
    type Error = <Sandbox as Service<Request<Bytes>>>::Error;
    type Future = <Sandbox as Service<Request<Bytes>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.bank.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let call = format!("{} {}", request.method(), request.uri().path());
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        self.bank.call(request)
    }
}

impl Shop {
    pub(super) fn new() -> Self {
        let merchant = Merchant::new("test_user", "test_user_password");
        let sandbox = Sandbox::new(Settings::new(vec![merchant]));
        let calls = Calls::default();
        let watched = Watched { bank: sandbox.clone(), calls: Arc::clone(&calls) };
        let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
        let credentials = Credentials::login("test_user", "test_user_password").expect("valid");
        let clock = sandbox.clone();
        let client = Client::builder(profile, credentials, Transport::new(watched))
            .clock(move || clock.now())
            .build();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
        Self { sandbox, client, runtime, calls, orders: Mutex::new(0) }
    }

    pub(super) fn profile(&self) -> &Profile {
        self.client.profile()
    }

    /// Calls the bank; the answer.
    pub(super) fn call<C: Call>(&self, request: &C) -> C::Response {
        let answer = self.runtime.block_on(self.client.call(request));
        answer
            .unwrap_or_else(|error| panic!("{}: {error} {:?}", C::NAME, error.refusal()))
            .into_inner()
    }

    /// Calls the bank, which refuses; the code of the refusal.
    pub(super) fn refused<C: Call>(&self, request: &C) -> String {
        match self.runtime.block_on(self.client.call(request)) {
            Ok(_) => panic!("{}: the bank did not refuse", C::NAME),
            Err(error) => error.refusal().expect("a refusal").code.clone(),
        }
    }

    /// A number that no order has yet.
    pub(super) fn number(&self) -> OrderNumber {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        *orders += 1;
        OrderNumber::new(orders.to_string()).expect("fits")
    }

    /// A registration of a known customer.
    pub(super) fn registration(&self) -> Register {
        let back = "https://shop.example/back".parse().expect("valid");
        Register::new(self.number(), AMOUNT, back).with(|order| {
            order.client_id = Some(ClientId::new("259753456").expect("fits"));
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

    /// An order that is paid without 3-D Secure.
    pub(super) fn paid(&self) -> OrderId {
        let order = self.order();
        self.pay(&order, PLAIN);
        order
    }

    /// An order whose money is held.
    pub(super) fn held(&self) -> OrderId {
        let order = self.order_to_hold();
        self.pay(&order, PLAIN);
        order
    }

    /// Pays an order by card data.
    pub(super) fn pay(&self, order: &OrderId, pan: &str) -> PaymentAnswer {
        self.call(&payment(order, pan))
    }

    /// Pays an order by a card whose issuer wants to see the payer: the authentication's number, and
    /// the merchant's form for the payer's browser.
    pub(super) fn challenge(&self, order: &OrderId, pan: &str) -> (ThreeDsServerTransId, AcsForm) {
        let first = self.pay(order, pan);
        let authentication = first.three_ds_server_trans_id.clone().expect("3-D Secure 2");
        let second = payment(order, pan).after_method(authentication.clone()).with(|second| {
            second.three_ds_ver2_finish_url = Some(BACK.parse().expect("valid"));
        });
        let form = self.call(&second).acs_form(order);
        (authentication, form.expect("a challenge"))
    }

    /// A paid order of two pieces at 10.00 each.
    pub(super) fn paid_cart(&self) -> OrderId {
        let order = self.call(&self.registration().with(|it| it.order_bundle = Some(cart())));
        self.pay(&order.order_id, PLAIN);
        order.order_id
    }

    /// What the bank reports of an order.
    pub(super) fn report(&self, order: &OrderId) -> OrderReport {
        *self.call(&OrderStatus::of_order(order.clone()))
    }

    /// What the bank's books hold for an order.
    pub(super) fn books(&self, order: &OrderId) -> Balances {
        self.sandbox.with_bank(|bank| bank.ledger().order(order))
    }

    /// What happened to an order.
    pub(super) fn events(&self, order: &OrderId) -> Vec<Event> {
        self.sandbox.with_bank(|bank| {
            bank.journal().order(order).map(|entry| entry.event.clone()).collect()
        })
    }

    /// Lets time pass.
    pub(super) fn wait(&self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds));
    }

    /// The payer's browser opens a page of the bank or of the issuer.
    pub(super) fn browse(&self, request: Request<Bytes>) -> Response<Bytes> {
        let bank = Watched { bank: self.sandbox.clone(), calls: Arc::clone(&self.calls) };
        self.runtime.block_on(tower::ServiceExt::oneshot(bank, request)).expect("an answer")
    }

    /// The payer's browser posts the merchant's form to the issuer and types the right code; the
    /// fields that it then posts to the merchant.
    pub(super) fn pass_challenge(&self, form: &AcsForm) -> Vec<u8> {
        let page = self.browse(posted(form.action(), &form.fields().collect::<Vec<_>>()));
        let session = hidden(&page, "acsTransID");
        let fields = [("acsTransID", session.as_str()), ("code", ACS_CODE)];
        let page = self.browse(posted("https://bank.example/acs/challenge", &fields));
        let names = ["PaRes", "MD", "cres", "threeDSSessionData"];
        let text = std::str::from_utf8(page.body()).expect("text");
        let given = names.iter().filter(|name| text.contains(&format!("name=\"{name}\"")));
        let fields: Vec<_> = given.map(|name| (*name, hidden(&page, name))).collect();
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
    }

    /// Where requests went so far, method and path.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The bank's journal and books, which balance.
    pub(super) fn happened(&self) -> String {
        self.sandbox.with_bank(|bank| {
            bank.check().expect("the books balance");
            let mut text = String::new();
            for entry in bank.journal().entries() {
                text += &format!("{}: {:?}\n", entry.number.as_str(), entry.event);
            }
            for (account, balance) in bank.ledger().totals() {
                text += &format!("{account:?} {balance}\n");
            }
            text
        })
    }
}

/// Two pieces at 10.00 each.
pub(super) fn cart() -> OrderBundle {
    let item = CartItem::new(1.into(), "apple", Quantity::pieces(2)).with(|item| {
        item.item_price = Some(Minor::new(1000));
        let attributes =
            ItemAttributes::new(PaymentMethod::FullPrepayment, PaymentObject::Commodity);
        item.item_attributes = Some(attributes);
    });
    OrderBundle::new(vec![item]).with(|cart| {
        let customer = CustomerDetails::new();
        let email = Some("test@test.com".into());
        cart.customer_details = Some(customer.with(|customer| customer.email = email));
    })
}

/// A payment by card data.
pub(super) fn payment(order: &OrderId, pan: &str) -> PaymentOrder {
    let (pan, expiry) = (Pan::new(pan).expect("a test card"), Expiry::new(2030, 12));
    let holder = Cardholder::new("TEST CARDHOLDER").expect("fits");
    let cvc = Cvc::new("123").expect("fits");
    let card = Card::new(pan, expiry.expect("valid"), cvc, holder);
    PaymentOrder::new(order.clone(), card, Language::English)
}

/// A form that a browser posts.
pub(super) fn posted(uri: &str, fields: &[(&str, &str)]) -> Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Request::post(uri).body(body.into()).expect("valid")
}

/// The value of a hidden field of a page.
fn hidden(page: &Response<Bytes>, name: &str) -> String {
    let text = std::str::from_utf8(page.body()).expect("text");
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("no {name} in {text}"));
    let value = rest.split('"').next().unwrap_or_default();
    value.replace("&#38;", "&").replace("&#61;", "=")
}

/// The text with a short sign in the place of every identifier that the bank makes up: at least 20
/// letters, digits and hyphens, with several digits among them.
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
