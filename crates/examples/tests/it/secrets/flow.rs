//! The whole main job, and everything that goes wrong with it, with secrets planted everywhere.

use std::time::Duration;

use bytes::Bytes;
use examples::Browser;
use gateway_rest::{
    Client, Credentials, Profile,
    order::{
        decline::Decline,
        deposit::Deposit,
        language::Language,
        pay::{
            Card, ExternalThreeDs, Means, PaymentAnswer, PaymentOrder, SbpSubscription, SeToken,
        },
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::OrderStatus,
    },
    raw::RawCall,
    returned::{CResReturned, MethodNotified, PaResReturned, Returned},
    three_ds::{
        finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds,
        redirect::AcsForm,
    },
};
use http::{Request, Response, StatusCode};
use payments_core::{
    Answer, Minor, Part, Replay, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, OrderNumber, RefundId},
    order::Personal,
};
use payments_http::Transport;
use payments_sandbox::{Fault, Sandbox};
use tower::service_fn;

use super::{
    book::Book,
    planted::{CVC, MARK, Planted},
};

const PLAIN: &str = "4111111111111111";
const CHALLENGE: &str = "5555555555555599";
const METHOD: &str = "4000001111111118";
const THREE_DS_1: &str = "2200000000000004";
/// No test card: the sandbox declines it.
const STRANGER: &str = "4929836472058376";

/// A merchant with secrets, on one way to the bank.
pub(super) struct Flow<'a> {
    pub(super) book: &'a mut Book,
    pub(super) planted: &'a Planted,
    pub(super) client: Client,
    pub(super) browser: Browser,
    pub(super) sandbox: Sandbox,
    /// Where the bank sends this run's callbacks.
    pub(super) callback: String,
    /// Distinguishes the orders of this run.
    pub(super) run: &'static str,
    pub(super) orders: u32,
}

impl Flow<'_> {
    /// Every scene in turn.
    pub(super) async fn play(&mut self) {
        self.two_phases().await;
        self.three_ds_2().await;
        self.three_ds_1().await;
        self.declined().await;
        self.refused().await;
        self.lost().await;
        let client = self.client.clone();
        self.book.value(&client);
    }

    fn number(&mut self) -> OrderNumber {
        self.orders += 1;
        OrderNumber::new(format!("{}-{}", self.run, self.orders)).expect("valid")
    }

    fn register(&mut self) -> Register {
        let back = "https://shop.example/back".parse().expect("valid");
        let callback = self.callback.parse().expect("valid");
        Register::new(self.number(), Minor::new(10_000), back).with(|register| {
            register.dynamic_callback_url = Some(callback);
            register.email = Some(Personal::new("MARKER@shop.example"));
            register.cardholder_name = Some(Personal::new("MARKER HOLDER"));
        })
    }

    async fn order(&mut self) -> OrderId {
        let register = self.register();
        let answer = self.book.call(&self.client, &register).await.expect("registered");
        answer.into_inner().order_id
    }

    fn card(number: &str) -> Card {
        let (pan, expiry) = (Pan::new(number).expect("valid"), Expiry::new(2034, 12));
        let holder = Cardholder::new("MARKER HOLDER").expect("valid");
        Card::new(pan, expiry.expect("valid"), Cvc::new(CVC).expect("valid"), holder)
    }

    fn payment(order: &OrderId, number: &str) -> PaymentOrder {
        PaymentOrder::new(order.clone(), Self::card(number), Language::English)
            .with(|payment| payment.email = Some(Personal::new("MARKER@shop.example")))
    }

    async fn pay(&mut self, payment: &PaymentOrder) -> Answer<PaymentAnswer> {
        self.book.call(&self.client, payment).await.expect("answered")
    }

    async fn deposited(&mut self, order: &OrderId) -> u64 {
        let status = OrderStatus::of_order(order.clone());
        let report = self.book.call(&self.client, &status).await.expect("answered");
        report.amounts().expect("reported").deposited.get()
    }

    /// Held, taken, paid back, given free.
    async fn two_phases(&mut self) {
        let order = RegisterPreAuth::from(self.register());
        let order = self.book.call(&self.client, &order).await.expect("registered");
        let order = order.into_inner().order_id;
        self.pay(&Self::payment(&order, PLAIN)).await;
        let part = Part::exactly(Minor::new(6_000)).expect("not zero");
        let deposit = Deposit::new(order.clone(), part);
        self.book.call(&self.client, &deposit).await.expect("taken");
        let key = RefundId::new(format!("{}-a", self.run)).expect("valid");
        let part = Part::exactly(Minor::new(1_000)).expect("not zero");
        let refund = Refund::new(order.clone(), part, key);
        self.book.call(&self.client, &refund).await.expect("paid back");
        assert_eq!(self.deposited(&order).await, 5_000);

        let order = RegisterPreAuth::from(self.register());
        let page = self.book.call(&self.client, &order).await.expect("registered").into_inner();
        let back = self.browser.pay(&page.form_url.expect("a page"), PLAIN).await.expect("paid");
        let returned = Returned::from_query(back.split_once('?').expect("a query").1);
        self.book.value(&returned);
        let reverse = Reverse::new(page.order_id, Part::Whole);
        self.book.call(&self.client, &reverse).await.expect("reversed");
    }

    /// Both requests, the method's frame, the challenge, the finish; then `continue`.
    async fn three_ds_2(&mut self) {
        let order = self.order().await;
        let first = Self::payment(&order, METHOD);
        let answer = self.pay(&first).await;
        let data = answer.three_ds_method_data_packed.as_ref().expect("a method").expose();
        let encoded: String = form_urlencoded::byte_serialize(data.as_bytes()).collect();
        let notified = MethodNotified::from_body(format!("threeDSMethodData={encoded}").as_bytes());
        self.book.value(&notified.expect("reads"));
        let authentication = answer.three_ds_server_trans_id.clone().expect("given");
        let back = "https://shop.example/3ds".parse().expect("valid");
        let second = first.after_method(authentication.clone());
        let second = second.with(|second| second.three_ds_ver2_finish_url = Some(back));
        let answer = self.pay(&second).await;
        let body = self.challenge(answer.acs_form(&order).expect("a challenge")).await;
        let returned = CResReturned::from_body(body.as_bytes()).expect("from the issuer");
        self.book.value(&returned);
        let finish = Finish3dsVer2Payment::new(authentication, order.clone());
        self.book.call(&self.client, &finish).await.expect("finished");
        assert_eq!(self.deposited(&order).await, 10_000);

        let order = self.order().await;
        self.pay(&Self::payment(&order, CHALLENGE)).await;
        let proceed = Continue3ds::new(order.clone());
        let answer = self.book.call(&self.client, &proceed).await.expect("answered");
        let (acs, c_req) = (answer.acs_url.as_deref(), answer.packed_c_req.as_ref());
        let form = AcsForm::c_req(acs.expect("given"), c_req.expect("given"));
        self.book.value(&form);
        // The payer goes back through the gateway: no page with a form for the merchant comes.
        self.browser.pass_challenge(&form).await.expect_err("a redirect");
    }

    async fn challenge(&mut self, form: AcsForm) -> String {
        self.book.value(&form);
        let body = self.browser.pass_challenge(&form).await.expect("passed");
        self.planted.form(body.as_bytes());
        body
    }

    /// The older protocol, with the issuer's own answer and with a forged one.
    async fn three_ds_1(&mut self) {
        for forged in [false, true] {
            let order = self.order().await;
            let answer = self.pay(&Self::payment(&order, THREE_DS_1)).await;
            self.book.value(&answer.acs_form(&order));
            let (acs, pa_req) = (answer.acs_url.as_deref(), answer.pa_req.as_ref());
            let (acs, pa_req) = (acs.expect("given"), pa_req.expect("given"));
            // Sent back to the merchant itself, not to the gateway's `termUrl`.
            let form = AcsForm::pa_req(acs, pa_req, "https://shop.example/3ds", &order);
            let body = self.challenge(form).await;
            let returned = PaResReturned::from_body(body.as_bytes()).expect("from the issuer");
            self.book.value(&returned);
            let pa_res = if forged { Secret::new("MARKER-pa-res") } else { returned.pa_res };
            let finish = Finish3dsPayment::new(order.clone(), pa_res);
            self.book.call(&self.client, &finish).await.expect("answered");
            assert_eq!(self.deposited(&order).await, if forged { 0 } else { 10_000 });
        }
    }

    /// Cards and other means that do not pay.
    async fn declined(&mut self) {
        let order = self.order().await;
        self.pay(&Self::payment(&order, STRANGER)).await;
        assert_eq!(self.deposited(&order).await, 0);
        let holder = Cardholder::new("MARKER HOLDER").expect("valid");
        let encrypted = SeToken::new(Secret::new("MARKER-se-token"), holder);
        let subscription = SbpSubscription::new(Secret::new("MARKER-sbp-token"), "100000000111");
        let found = ExternalThreeDs::new().with(|found| {
            found.eci = Some("05".into());
            found.cavv = Some(Secret::new("MARKER-cavv"));
            found.xid = Some(Secret::new("MARKER-xid"));
        });
        let order = self.order().await;
        let means = [encrypted.into(), subscription.into(), Self::card(PLAIN).into()];
        for means in means {
            let means: Means = means;
            let by_card = !matches!(means, Means::SbpSubscription(_));
            let payment = PaymentOrder::new(order.clone(), means, Language::English)
                .with(|payment| payment.external_three_ds = by_card.then(|| found.clone()));
            // Whether the bank takes it is not this test's matter.
            let _ = self.book.call(&self.client, &payment).await;
        }
        let number = self.number();
        let back = "https://shop.example/back".parse().expect("valid");
        let order = Register::new(number.clone(), Minor::new(100), back);
        let order = self.book.call(&self.client, &order).await.expect("registered").into_inner();
        let decline = Decline::new(order.order_id, number);
        self.book.call(&self.client, &decline).await.expect("declined");
    }

    /// Our own mistakes, strangers, and second copies.
    async fn refused(&mut self) {
        let register = self.register();
        self.book.call(&self.client, &register).await.expect("registered");
        let error = self.book.call(&self.client, &register).await.expect_err("twice");
        let sent = error.sent_at().expect("sent");
        let resolved = self.client.resolve(&register, sent).await;
        self.book.value(&resolved);
        let invalid = self.register().with(|it| it.description = Some(MARK.repeat(100)));
        assert!(self.book.call(&self.client, &invalid).await.expect_err("invalid").is_invalid());
        for credentials in [
            Credentials::login("test_user", "MARKER-wrong"),
            Credentials::token("MARKER-token"),
            Credentials::token("MARKER-wrong-token"),
            Credentials::login("test_user", MARK.repeat(10)),
        ] {
            self.book.value(&credentials);
            if let Ok(credentials) = credentials {
                let client = self.client.with_credentials(credentials);
                let register = self.register();
                let _ = self.book.call(&client, &register).await;
            }
        }
        let raw = RawCall::new("unknown.do", Replay::Doubles).parameter("token2", "MARKER-raw");
        self.book.call(&self.client, &raw).await.expect_err("unknown");
        for digits in ["4929836472058373", "MARKER"] {
            self.book.value(&Pan::new(digits));
            self.book.value(&Cvc::new(digits));
        }
    }

    /// Faults of the line and of the bank.
    async fn lost(&mut self) {
        let faults = [
            Fault::LostRequest,
            Fault::LostAnswer,
            Fault::Status { code: 400, acted: false },
            Fault::Status { code: 429, acted: false },
            Fault::Status { code: 502, acted: true },
            Fault::Html { acted: false },
            Fault::ErrorInside200 { acted: true },
            Fault::LateAnswer(Duration::from_millis(20)),
        ];
        for fault in faults {
            let order = self.order().await;
            self.sandbox.with_bank(|bank| {
                bank.faults().next("paymentorder.do", fault);
            });
            let payment = Self::payment(&order, PLAIN);
            if let Err(error) = self.book.call(&self.client, &payment).await {
                let sent = error.sent_at().expect("sent");
                let resolved = self.client.resolve(&payment, sent).await;
                self.book.value(&resolved);
            }
            // A question is sent again where there is a stack.
            self.sandbox.with_bank(|bank| {
                bank.faults().next("getOrderStatusExtended.do", fault);
            });
            let _ = self.book.call(&self.client, &OrderStatus::of_order(order)).await;
        }
    }
}

/// A bank that gives back what it got, in every wrong way.
pub(super) async fn echoed(book: &mut Book, planted: &Planted) {
    let quoted = |body: &Bytes, begin: &str, end: &str| {
        let text = String::from_utf8_lossy(body);
        Bytes::from(format!("{begin}{text}{end}"))
    };
    for way in 0..8 {
        let echo = service_fn(move |request: Request<Bytes>| async move {
            let body = request.body();
            let (status, body) = match way {
                0 => (StatusCode::OK, body.clone()),
                1 => (StatusCode::OK, quoted(body, "<html>", "</html>")),
                2 => (StatusCode::OK, quoted(body, "{\"orderStatus\":[\"", "\"]}")),
                3 => (StatusCode::OK, quoted(body, "{\"errorCode\":{\"", "\":1}}")),
                4 => (StatusCode::OK, quoted(body, "{\"paymentAmountInfo\":\"", "\"}")),
                5 => (StatusCode::BAD_GATEWAY, body.clone()),
                6 => (StatusCode::FOUND, body.clone()),
                _ => (StatusCode::OK, quoted(body, "{\"", "\":1,}")),
            };
            let mut answer = Response::new(body.clone());
            *answer.status_mut() = status;
            let header = http::HeaderValue::from_bytes(&body);
            answer.headers_mut().extend(header.ok().map(|body| (http::header::LOCATION, body)));
            Ok::<_, std::convert::Infallible>(answer)
        });
        let profile = Profile::vtb_test();
        let credentials = Credentials::login("test_user", "MARKER-password").expect("valid");
        let bank = planted.watching(Transport::new(echo));
        let client = Client::builder(profile, credentials, bank);
        book.value(&client);
        let client = client.build();
        let order = OrderId::from_bank("906bf262-bd53-4ac7-983c-07127954681b");
        let status = OrderStatus::of_order(order.clone());
        book.call(&client, &status).await.map(|_| ()).expect_err("no answer");
        let _ = book.call(&client, &Flow::payment(&order, PLAIN)).await;
        let finish = Finish3dsPayment::new(order, Secret::new("MARKER-pa-res"));
        let _ = book.call(&client, &finish).await;
    }
}
