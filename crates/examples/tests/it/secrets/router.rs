//! The same at the router: SBP, a subscription charged by its token, T-Pay, Alfa Pay, and what goes
//! wrong with them.

use std::fmt::Debug;

use bytes::Bytes;
use http::Request;
use payments_core::{
    Minor,
    card::Cvc,
    id::{ClientId, OrderId, OrderNumber},
};
use payments_http::Transport;
use payments_sandbox::{Fault, Partner, Sandbox, Settings};
use router_json::{
    Call, Client, Credentials, Profile,
    alfapay::AlfaPay,
    bindings::PayByBinding,
    order::{register::Register, status::OrderStatus},
    sbp::{CheckQr, DynamicQr, PayByToken, SbpSubscription, Subscriptions, Unsubscribe},
    settings::ReadRouterParams,
    tpay::{Device, TPay},
};

use super::{
    PASSWORD,
    book::Book,
    planted::{CVC, Planted},
};

struct Scene<'a> {
    book: &'a mut Book,
    client: Client,
    sandbox: Sandbox,
    orders: u32,
}

impl Scene<'_> {
    /// Makes a call and formats the request, what it becomes, and what comes of it.
    async fn call<C>(&mut self, request: &C) -> Option<C::Response>
    where
        C: Call + Debug,
        C::Response: Debug,
    {
        self.book.value(request);
        self.book.value(&request.trail());
        self.book.value(&self.client.context());
        match request.prepare(&self.client.context()) {
            Ok(prepared) => self.book.value(&prepared),
            Err(error) => self.book.error(&error),
        }
        match self.client.call(request).await {
            Ok(answer) => {
                self.book.value(&answer);
                self.book.value(answer.raw());
                Some(answer.into_inner())
            }
            Err(error) => {
                self.book.fault(&error);
                None
            }
        }
    }

    async fn order(&mut self) -> OrderId {
        self.orders += 1;
        let number = OrderNumber::new(format!("router-{}", self.orders)).expect("valid");
        let back = "https://shop.example/back".parse().expect("valid");
        let register = Register::new(number, Minor::new(2000), back)
            .subscribing(ClientId::new("customer").expect("valid"), "a book")
            .with(|order| order.description = Some("May".into()));
        self.call(&register).await.expect("registered").order_id
    }

    fn pays(&self, order: &OrderId) {
        let uri = format!("https://bank.example/sandbox/router/answer?orderId={order}&answer=pay");
        let request = Request::post(uri).body(Bytes::new()).expect("valid");
        self.sandbox.handle(&request);
    }

    /// Charges a subscription while something goes wrong.
    async fn wrong(&mut self, means: &SbpSubscription, fault: Fault) {
        let order = self.order().await;
        self.sandbox.with_bank(|bank| bank.faults().next("/v1/paymentOrder.do", fault).clone());
        let charge = PayByToken::new(order, means.clone());
        assert!(self.call(&charge).await.is_none(), "{fault:?}");
        let resolved = self.client.resolve(&charge, self.client.now()).await;
        self.book.value(&resolved);
    }
}

pub(super) async fn played(book: &mut Book, planted: &Planted) {
    let partner = Partner::new("test_user", PASSWORD);
    book.value(&partner);
    let settings = Settings::new(Vec::new()).with(|it| it.partners = vec![partner]);
    let sandbox = Sandbox::new(settings);
    let router = planted.watching(Transport::new(sandbox.clone()));
    let profile = Profile::at("sandbox", "https://bank.example/v1/").expect("valid");
    let credentials = Credentials::login("test_user", PASSWORD).expect("valid");
    book.value(&credentials);
    let builder = Client::builder(profile, credentials, router);
    book.value(&builder);
    let mut scene = Scene { book, client: builder.build(), sandbox, orders: 0 };

    let order = scene.order().await;
    let get = DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true));
    scene.call(&get).await.expect("a code");
    scene.pays(&order);
    scene.call(&CheckQr::new(order.clone())).await.expect("a status");
    scene.call(&OrderStatus::of_order(order)).await.expect("a report");
    let list = Subscriptions::new(ClientId::new("customer").expect("valid"));
    let listed = scene.call(&list).await.expect("a list").bindings;
    let means = listed[0].means().expect("both halves");
    let binding = listed[0].binding_id.clone().expect("a number");
    scene.book.value(&means);

    let next = scene.order().await;
    scene.call(&PayByToken::new(next, means.clone())).await.expect("charged");
    let coded = scene.order().await;
    let by_number = PayByBinding::new(coded, binding.clone())
        .with(|it| it.cvc = Some(Cvc::new(CVC).expect("three digits")));
    scene.call(&by_number).await;
    for fault in [
        Fault::LostAnswer,
        Fault::Status { code: 500, acted: true },
        Fault::Html { acted: false },
        Fault::ErrorInside200 { acted: true },
    ] {
        scene.wrong(&means, fault).await;
    }
    let stranger = scene.order().await;
    let unknown = SbpSubscription::new(payments_core::Secret::<String>::new("MARKER-x"), "1");
    assert!(scene.call(&PayByToken::new(stranger.clone(), unknown)).await.is_none());
    scene.call(&TPay::new(stranger.clone(), Device::Mobile, "Chrome", "Android")).await;
    scene.call(&AlfaPay::new(stranger)).await;
    scene.call(&ReadRouterParams::new()).await;
    scene.call(&Unsubscribe::new(binding)).await;
    let client = scene.client.clone();
    scene.book.value(&client);
    let Scene { book, sandbox, .. } = scene;
    sandbox.with_router(|router| book.value(&*router));
}
