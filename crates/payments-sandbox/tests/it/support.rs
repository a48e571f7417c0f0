//! A merchant's program in few lines: it writes forms and reads JSON by itself.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::id::OrderId;
use payments_sandbox::{Carriage, Delivery, Merchant, Sandbox, Settings};
use serde_json::Value;

pub(crate) const PLAIN: &str = "4111111111111111";
pub(crate) const CHALLENGE: &str = "5555555555555599";
pub(crate) const METHOD: &str = "4000001111111118";
pub(crate) const FRICTIONLESS: &str = "4000000000000002";
pub(crate) const ONE: &str = "2200000000000004";

/// A bank with one merchant, and that merchant's program.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    orders: std::cell::Cell<u32>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::of(|_| {})
    }

    pub(crate) fn of(change: impl FnOnce(&mut Merchant)) -> Self {
        let merchant = Merchant::new("test_user", "test_user_password").with(change);
        let sandbox = Sandbox::new(Settings::new(vec![merchant]));
        Self { sandbox, orders: std::cell::Cell::new(0) }
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let handled = self.sandbox.handle(request);
        self.sandbox.with_bank(|bank| bank.check()).expect("the books agree");
        assert!(matches!(handled.carriage, Carriage::Answered(_)), "no fault was asked for");
        handled.response
    }

    /// Calls a method with login and password, and reads the answer.
    pub(crate) fn call(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let login = [("userName", "test_user"), ("password", "test_user_password")];
        self.call_as(path, &[&login[..], parameters].concat())
    }

    /// Calls a method with exactly these parameters.
    pub(crate) fn call_as(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let answer = self.send(&post(&format!("/payment/rest/{path}"), parameters));
        assert_eq!(answer.status(), StatusCode::OK);
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    /// Registers an order of 20.00 under a number of its own; the gateway's number.
    pub(crate) fn order(&self, two_phase: bool, more: &[(&str, &str)]) -> String {
        self.orders.set(self.orders.get() + 1);
        let number = self.orders.get().to_string();
        let basic = [
            ("orderNumber", number.as_str()),
            ("amount", "2000"),
            ("returnUrl", "https://shop.example/back?own=1"),
        ];
        let path = if two_phase { "registerPreAuth.do" } else { "register.do" };
        let answer = self.call(path, &[&basic[..], more].concat());
        answer["orderId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// An order that is paid by a card without 3-D Secure.
    pub(crate) fn paid(&self, two_phase: bool) -> String {
        let order = self.order(two_phase, &[]);
        let answer = self.pay(&order, PLAIN, &[]);
        assert!(answer["redirect"].is_string(), "{answer}");
        order
    }

    pub(crate) fn pay(&self, order: &str, pan: &str, more: &[(&str, &str)]) -> Value {
        let card = [
            ("MDORDER", order),
            ("$PAN", pan),
            ("$CVC", "123"),
            ("YYYY", "2030"),
            ("MM", "12"),
            ("TEXT", "TEST CARDHOLDER"),
            ("language", "en"),
        ];
        self.call("paymentorder.do", &[&card[..], more].concat())
    }

    pub(crate) fn status(&self, order: &str) -> Value {
        self.call("getOrderStatusExtended.do", &[("orderId", order)])
    }

    /// `orderStatus`, approved, deposited and refunded amount.
    pub(crate) fn amounts(&self, order: &str) -> [u64; 4] {
        let status = self.status(order);
        let info = &status["paymentAmountInfo"];
        [
            &status["orderStatus"],
            &info["approvedAmount"],
            &info["depositedAmount"],
            &info["refundedAmount"],
        ]
        .map(|number| number.as_u64().expect("a number"))
    }

    pub(crate) fn get(&self, uri: &str) -> Response<Bytes> {
        self.send(&Request::get(uri).body(Bytes::new()).expect("valid"))
    }

    pub(crate) fn submit(&self, uri: &str, parameters: &[(&str, &str)]) -> Response<Bytes> {
        self.send(&post(uri, parameters))
    }

    /// Follows redirects inside the bank until a page or another site comes.
    pub(crate) fn follow(&self, mut answer: Response<Bytes>) -> Response<Bytes> {
        while let Some(address) = location(&answer).filter(|to| to.starts_with("https://bank.")) {
            answer = self.get(&address);
        }
        answer
    }

    pub(crate) fn books(&self, order: &str) -> payments_sandbox::ledger::Balances {
        self.sandbox.with_bank(|bank| bank.ledger().order(&OrderId::from_bank(order)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.advance(std::time::Duration::from_secs(seconds));
    }
}

pub(crate) fn post(uri: &str, parameters: &[(&str, &str)]) -> Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    Request::post(uri).body(Bytes::from(body)).expect("valid")
}

pub(crate) fn location(answer: &Response<Bytes>) -> Option<String> {
    Some(answer.headers().get("location")?.to_str().ok()?.to_owned())
}

pub(crate) fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).expect("UTF-8")
}

/// The value of a hidden field of a page.
pub(crate) fn field(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let from = page.find(&start).unwrap_or_else(|| panic!("no {name} in {page}")) + start.len();
    let to = page[from..].find('"').expect("closed") + from;
    page[from..to].to_owned()
}

/// The parameters of a callback, query or body.
pub(crate) fn parameters(delivery: &Delivery) -> Vec<(String, String)> {
    let query = delivery.request.uri().query().unwrap_or_default().as_bytes();
    let body = delivery.request.body();
    let bytes = if body.is_empty() { query } else { body };
    form_urlencoded::parse(bytes).into_owned().collect()
}

pub(crate) fn parameter(delivery: &Delivery, name: &str) -> Option<String> {
    parameters(delivery).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}
