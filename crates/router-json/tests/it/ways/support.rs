//! A shop at the router of the sandbox.

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use payments_core::{
    Minor,
    id::{OrderId, OrderNumber},
    time::UnixMillis,
};
use payments_http::Transport;
use payments_sandbox::{Delivery, Fault, Partner, Sandbox, Settings};
use router_json::{
    Call, Client, Credentials, Profile,
    order::{
        register::Register,
        status::{OrderStatus, RouterReport},
    },
    sbp::{Subscription, Subscriptions},
};

pub(super) const CUSTOMER: &str = "101023";
const LOGIN: &str = "test_user";

pub(super) struct Desk {
    pub(super) sandbox: Sandbox,
    pub(super) client: Client,
    orders: Cell<u32>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::of(|_| {})
    }

    /// A shop whose settings at the router were changed.
    pub(super) fn of(change: impl FnOnce(&mut Partner)) -> Self {
        Self::with(change, |_| {})
    }

    pub(super) fn with(
        change: impl FnOnce(&mut Partner),
        switch: impl FnOnce(&mut Profile),
    ) -> Self {
        let partner = Partner::new(LOGIN, "test_user_password").with(|partner| {
            // Links as SBP's own: nothing here opens them.
            partner.merchant.nspk_links = true;
            change(partner);
        });
        let settings = Settings::new(Vec::new()).with(|it| it.partners = vec![partner]);
        let time = Arc::new(Mutex::new(UnixMillis::new(1_800_000_000_000)));
        let sandbox = Sandbox::with_clock(settings, move || *time.lock().expect("not poisoned"));
        let profile = Profile::at("sandbox", "https://bank.example/v1/").expect("valid");
        let credentials = Credentials::login(LOGIN, "test_user_password").expect("valid");
        let clock = sandbox.clone();
        let client =
            Client::builder(profile.with(switch), credentials, Transport::new(sandbox.clone()))
                .clock(move || clock.now())
                .build();
        Self { sandbox, client, orders: Cell::new(0) }
    }

    pub(super) async fn call<C: Call>(&self, request: &C) -> C::Response {
        let answer = self.client.call(request).await;
        answer.unwrap_or_else(|error| panic!("{}: {error}", C::NAME)).into_inner()
    }

    fn register(&self, amount: u64) -> Register {
        self.orders.set(self.orders.get() + 1);
        let number = OrderNumber::new(self.orders.get().to_string()).expect("valid");
        let back = "https://shop.example/back".parse().expect("valid");
        Register::new(number, Minor::new(amount), back)
    }

    pub(super) async fn order(&self, amount: u64) -> OrderId {
        self.call(&self.register(amount)).await.order_id
    }

    /// An order by which a subscription is to be made.
    pub(super) async fn subscribing(&self, amount: u64) -> OrderId {
        let register = self.register(amount);
        let customer = CUSTOMER.parse().expect("valid");
        self.call(&register.subscribing(customer, "a monthly book")).await.order_id
    }

    /// An order by which a subscription alone is to be made.
    pub(super) async fn linking(&self) -> OrderId {
        let Register { order_number, return_url, .. } = self.register(1);
        let customer = CUSTOMER.parse().expect("valid");
        let register = Register::without_payment(order_number, return_url, customer, "a book");
        self.call(&register).await.order_id
    }

    /// An order that a subscription may pay.
    pub(super) async fn described(&self, amount: u64) -> OrderId {
        let register = self.register(amount).with(|it| it.description = Some("May".into()));
        self.call(&register).await.order_id
    }

    pub(super) async fn report(&self, order: &OrderId) -> Box<RouterReport> {
        self.call(&OrderStatus::of_order(order.clone())).await
    }

    pub(super) async fn listed(&self) -> Vec<Subscription> {
        let list = Subscriptions::new(CUSTOMER.parse().expect("valid"));
        let listed = self.call(&list).await;
        assert_eq!(listed.of(&list.client_id).count(), listed.bindings.len());
        listed.bindings
    }

    /// The payer answers; what leaves the bank then.
    pub(super) fn answer(&self, order: &OrderId, said: &str) -> Vec<Delivery> {
        self.answer_with(order, said, &[])
    }

    pub(super) fn answer_with(
        &self,
        order: &OrderId,
        said: &str,
        more: &[(&str, &str)],
    ) -> Vec<Delivery> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("orderId", order.as_str()).append_pair("answer", said);
        form.extend_pairs(more);
        let request = Request::post("https://bank.example/sandbox/router/answer")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.finish()));
        self.sandbox.handle(&request.expect("valid")).deliveries
    }

    pub(super) fn fault(&self, path: &str, fault: Fault) {
        self.sandbox.with_bank(|bank| bank.faults().next(path, fault).clone());
    }

    /// The books of all banks agree.
    pub(super) fn check(&self) {
        self.sandbox.with_router(|router| router.check()).expect("the books agree");
        self.sandbox.advance(Duration::ZERO);
    }
}
