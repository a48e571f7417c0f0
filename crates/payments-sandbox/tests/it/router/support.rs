//! A partner at the router.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::id::OrderId;
use payments_sandbox::{Carriage, Delivery, Partner, Sandbox, Settings, router::Routed};
use serde_json::{Value, json};

pub(super) const AMOUNT: u64 = 2000;

/// A partner whose orders have numbers of their own.
pub(super) struct Desk {
    pub(super) sandbox: Sandbox,
    orders: std::cell::Cell<u32>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::of(|_| {})
    }

    pub(super) fn of(change: impl FnOnce(&mut Partner)) -> Self {
        let partner = Partner::new("test_user", "test_user_password").with(change);
        let settings = Settings::new(Vec::new()).with(|it| it.partners = vec![partner]);
        Self { sandbox: Sandbox::new(settings), orders: std::cell::Cell::new(0) }
    }

    /// All payments by SBP at one bank.
    pub(super) fn at(bank: &str) -> Self {
        Self::of(|partner| partner.sbp = vec![payments_sandbox::settings::Share::new(bank, 100)])
    }

    pub(super) fn send(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let handled = self.sandbox.handle(request);
        self.sandbox.with_router(|router| router.check()).expect("the books agree");
        assert!(matches!(handled.carriage, Carriage::Answered(_)), "no fault was asked for");
        handled.response
    }

    /// Calls a method with exactly this body.
    pub(super) fn raw(&self, path: &str, body: &str) -> Value {
        let answer = self.send(&post(path, body));
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/json;charset=UTF-8");
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    /// Calls a method with login and password inside the body.
    pub(super) fn call(&self, path: &str, mut body: Value) -> Value {
        body["userName"] = "test_user".into();
        body["password"] = "test_user_password".into();
        self.raw(path, &body.to_string())
    }

    /// Registers an order of 20.00 under a number of its own; the router's number.
    pub(super) fn order_by(&self, path: &str, more: Value) -> String {
        self.orders.set(self.orders.get() + 1);
        let mut body = json!({
            "orderNumber": self.orders.get().to_string(),
            "amount": AMOUNT,
            "currency": "643",
            "returnUrl": "https://shop.example/back?own=1",
            "failUrl": "https://shop.example/fail",
        });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let answer = self.call(path, body);
        answer["orderId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    pub(super) fn order(&self, more: Value) -> String {
        self.order_by("register.do", more)
    }

    pub(super) fn get(&self, order: &str) -> Value {
        self.call("sbp_c2b/get.do", json!({ "mdOrder": order }))
    }

    pub(super) fn status(&self, order: &str) -> Value {
        self.call("getOrderStatusExtended.do", json!({ "orderId": order }))
    }

    pub(super) fn state(&self, order: &str) -> String {
        let status = self.status(order);
        status["state"].as_str().unwrap_or_else(|| panic!("{status}")).to_owned()
    }

    /// `qrStatus` and `transactionState`.
    pub(super) fn qr(&self, order: &str) -> [String; 2] {
        let answer = self.call("sbp_c2b/status.do", json!({ "mdOrder": order }));
        ["qrStatus", "transactionState"]
            .map(|name| answer[name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned())
    }

    /// Answers for the payer.
    pub(super) fn answer(&self, order: &str, more: Value) -> Value {
        let mut body = more;
        body["orderId"] = order.into();
        let answer = self.send(&post_to("/sandbox/router/answer", &body.to_string()));
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    /// An order that is paid by SBP.
    pub(super) fn paid(&self, more: Value) -> String {
        let order = self.order(more);
        self.get(&order);
        self.answer(&order, json!({ "answer": "pay" }));
        order
    }

    pub(super) fn open(&self, uri: &str) -> Response<Bytes> {
        self.send(&Request::get(uri).body(Bytes::new()).expect("valid"))
    }

    /// Where an order was brought.
    pub(super) fn routed(&self, order: &str) -> Routed {
        let id = OrderId::from_bank(order);
        self.sandbox.with_router(|router| router.order(&id)).expect("an order")
    }

    /// What each bank has taken for an order, and given back.
    pub(super) fn books(&self, order: &str) -> (u64, u64) {
        let routed = self.routed(order);
        self.sandbox.with_router(|router| {
            routed.banks.iter().fold((0, 0), |sum, (bank, id)| {
                let books = router.bank(bank).expect("a bank").ledger().order(id);
                (sum.0 + books.merchant + books.held + books.refunded, sum.1 + books.refunded)
            })
        })
    }

    pub(super) fn advance(&self, seconds: u64) -> Vec<Delivery> {
        self.sandbox.advance(std::time::Duration::from_secs(seconds));
        self.sandbox.take_deliveries()
    }
}

pub(super) fn post(path: &str, body: &str) -> Request<Bytes> {
    post_to(&format!("/v1/{path}"), body)
}

pub(super) fn post_to(uri: &str, body: &str) -> Request<Bytes> {
    Request::post(uri)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_owned()))
        .expect("valid")
}

pub(super) fn code(answer: &Value) -> &str {
    answer["errorCode"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

pub(super) fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

pub(super) fn names(answer: &Value) -> Vec<&str> {
    let mut names: Vec<_> =
        answer.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
