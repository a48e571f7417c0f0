//! SBP: the documents' samples.

use gateway_rest::sbp::{CheckQr, DynamicQr, RejectQr, Subscriptions, Unsubscribe};
use payments_core::{
    Effect, Endpoint as _,
    id::{BindingId, ClientId, OrderId},
    order::{QrFormat, QrStatus, QrType, TransactionState},
};

use crate::samples::{answer, assert_same, prepared, request, response};

const GET: &str = "rest/sbp/c2b/qr/dynamic/get.do";
const STATUS: &str = "rest/sbp/c2b/qr/status.do";
const REJECT: &str = "rest/sbp/c2b/qr/dynamic/reject.do";
const BINDINGS: &str = "rest/sbp/c2b/getBindings.do";
const UNBIND: &str = "rest/sbp/c2b/unBind.do";

fn order() -> OrderId {
    OrderId::from_bank("04888d6f-7920-7531-8332-8de901efddd0")
}

fn qr() -> Option<String> {
    Some("3946c0c02d1042f7b7e63cc0f1b52a95".into())
}

fn binding() -> BindingId {
    BindingId::new("091b5393-3a20-7322-a81a-9f6000002738").expect("fits")
}

/// G-196, G-197, G-199: the printed request and answer; nothing is drawn without both sides.
#[test]
fn a_code() {
    let get = DynamicQr::new(order()).with(|it| it.format = Some(QrFormat::Image));
    assert_same(&prepared(&get), &request(GET, 0));
    let read = get.parse(&answer(&response(GET, 0))).expect("reads");
    assert_eq!(read.status, Some(QrStatus::Started));
    let id = "54d14bae6f7f4a73929308e9afa5915d";
    assert_eq!(read.qr_id.as_deref(), Some(id));
    assert_eq!(read.payload, Some(format!("https://qr.nspk.ru/{id}")));
    assert_eq!((read.rendered_qr, read.error_code), (None, None));
}

/// G-199, G-200: the printed request and answer.
#[test]
fn the_status_of_a_code() {
    let check = CheckQr::new(order()).with(|it| it.qr_id = qr());
    assert_same(&prepared(&check), &request(STATUS, 0));
    let read = check.parse(&answer(&response(STATUS, 0))).expect("reads");
    assert_eq!(read.status, Some(QrStatus::Accepted));
    assert_eq!(read.qr_type, Some(QrType::Dynamic));
    assert_eq!(read.transaction_state, Some(TransactionState::Deposited));
}

/// G-010: the printed header names JSON over the same form; the form goes out as a form.
#[test]
fn a_rejection() {
    let reject = RejectQr::new(order()).with(|it| it.qr_id = qr());
    assert_same(&prepared(&reject), &request(REJECT, 0));
    assert!(reject.parse(&answer(&response(REJECT, 0))).expect("reads").is_rejected());
}

/// G-202: the printed request and both answers.
#[test]
fn subscriptions() {
    let list = Subscriptions::new(ClientId::new("dos-clientos").expect("fits")).with(|it| {
        it.binding_id = Some(binding());
        it.show_disabled = Some(true);
    });
    assert_same(&prepared(&list), &request(BINDINGS, 0));
    let read = list.parse(&answer(&response(BINDINGS, 0))).expect("reads");
    let [one] = read.bindings.as_slice() else { panic!("one") };
    assert_eq!(one.member_id.as_deref(), Some("100000000008"));
    assert_eq!(one.subscription_service_name.as_deref(), Some("Videogames"));
    let id = "3422b448-2460-4fd2-9183-8000de6f8343";
    assert_eq!(one.subscription_service_id.as_deref(), Some(id));
    assert!(one.means().is_some());
    let error = list.parse(&answer(&response(BINDINGS, 1))).expect_err("an error");
    let refusal = error.refusal().expect("by its code");
    assert_eq!((refusal.code.as_str(), error.effect()), ("5", Effect::No));
}

/// G-203, G-204: the printed success carries 2, the failure 5.
#[test]
fn a_deactivation() {
    let unbind = Unsubscribe::new(binding());
    assert_same(&prepared(&unbind), &request(UNBIND, 0));
    let read = unbind.parse(&answer(&response(UNBIND, 0))).expect("a success");
    assert_eq!(read.error_code.as_deref(), Some("2"));
    assert_eq!(read.error.as_deref(), Some("Stored credential deactivated"));
    let error = unbind.parse(&answer(&response(UNBIND, 1))).expect_err("a refusal");
    assert_eq!(error.refusal().expect("by its code").message.as_deref(), Some("Access denied"));
}

#[cfg(feature = "client")]
mod runs {
    //! The real client against the sandbox.

    use std::sync::atomic::{AtomicU32, Ordering};

    use bytes::Bytes;
    use gateway_rest::{
        Call, Client, Credentials, Profile,
        order::{
            language::Language,
            pay::{PaymentAnswer, PaymentOrder, SbpSubscription},
            refund::Refund,
            register::Register,
            status::{OrderReport, OrderStatus},
        },
        sbp::{CheckQr, DynamicQr, Qr, QrSize, RejectQr, Subscription, Subscriptions, Unsubscribe},
    };
    use http::{Request, StatusCode};
    use payments_core::{
        Effect, Error, Minor, Part, Secret,
        id::{ClientId, OrderId, OrderNumber, RefundId},
        order::{OrderStatus as Status, PaymentWay, QrFormat, QrStatus, QrType, TransactionState},
    };
    use payments_http::Transport;
    use payments_sandbox::{Fault, Sandbox, Settings};

    struct Shop {
        bank: Sandbox,
        client: Client,
        runtime: tokio::runtime::Runtime,
        orders: AtomicU32,
    }

    impl Shop {
        fn new() -> Self {
            let bank = Sandbox::new(Settings::default());
            let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
            let credentials = Credentials::login("test_user", "test_user_password");
            let transport = Transport::new(bank.clone());
            let clock = bank.clone();
            let client = Client::builder(profile, credentials.expect("fits"), transport)
                .clock(move || clock.now())
                .build();
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_time().start_paused(true).build().expect("a runtime");
            Self { bank, client, runtime, orders: AtomicU32::new(0) }
        }

        fn send<C: Call>(&self, request: &C) -> Result<C::Response, Error> {
            let answer = self.runtime.block_on(self.client.call(request));
            self.bank.with_bank(|bank| bank.check()).expect("the books agree");
            answer.map(payments_core::Answer::into_inner)
        }

        fn call<C: Call>(&self, request: &C) -> C::Response {
            self.send(request).unwrap_or_else(|error| panic!("{}: {error}", C::NAME))
        }

        /// A registered order of 20 roubles of a customer's.
        fn order(&self) -> OrderId {
            let number = self.orders.fetch_add(1, Ordering::Relaxed).to_string();
            let number = OrderNumber::new(number).expect("fits");
            let back = "https://shop.example/back".parse().expect("valid");
            let register = Register::new(number, Minor::new(2000), back)
                .with(|it| it.client_id = Some(customer()));
            self.call(&register).order_id
        }

        fn report(&self, order: &OrderId) -> OrderReport {
            *self.call(&OrderStatus::of_order(order.clone()))
        }

        fn status(&self, order: &OrderId) -> (Option<QrStatus>, Option<TransactionState>) {
            let report = self.call(&CheckQr::new(order.clone()));
            assert_eq!(report.qr_type, Some(QrType::Dynamic)); // G-200
            (report.status, report.transaction_state)
        }

        /// The payer opens what the code says and answers.
        fn payer(&self, code: &Qr, answer: &str) {
            let page = code.payload.as_deref().expect("it is open");
            let open = Request::get(page).body(Bytes::new()).expect("an address");
            assert_eq!(self.bank.handle(&open).response.status(), StatusCode::OK);
            let to = page.split('?').next().expect("an address");
            let body = Bytes::from(format!("answer={answer}"));
            let post = Request::post(format!("{to}/answer")).body(body).expect("an address");
            assert_eq!(self.bank.handle(&post).response.status(), StatusCode::OK);
        }

        fn kept(&self, order: &OrderId) -> u64 {
            self.bank.with_bank(|bank| bank.ledger().order(order).merchant)
        }

        fn fault(&self, path: &str) {
            self.bank.with_bank(|bank| {
                bank.faults().next(path, Fault::LostAnswer);
            });
        }

        /// The account that the customer has linked.
        fn linked(&self) -> Subscription {
            let get = DynamicQr::new(self.order()).with(|it| it.create_subscription = Some(true));
            self.payer(&self.call(&get), "pay");
            let mut list = self.call(&Subscriptions::new(customer())).bindings;
            assert_eq!(list.len(), 1);
            list.remove(0)
        }

        fn charge(&self, order: &OrderId, means: SbpSubscription) -> PaymentAnswer {
            self.call(&PaymentOrder::new(order.clone(), means, Language::English))
        }
    }

    fn customer() -> ClientId {
        ClientId::new("dos-clientos").expect("fits")
    }

    /// G-196, G-197, G-199: a code is drawn and paid; only the order's own status says so (G-029).
    #[test]
    fn a_code_is_paid_and_the_payment_refunded() {
        let shop = Shop::new();
        let order = shop.order();
        let get = DynamicQr::new(order.clone()).with(|it| it.size = QrSize::square(150).ok());
        let code = shop.call(&get);
        let drawn = code.rendered_qr.as_ref().expect("both sides were given");
        assert!(drawn.png().is_some_and(|file| file[16..24] == [0, 0, 0, 150, 0, 0, 0, 150]));
        let rows = shop.call(&get.clone().with(|it| it.format = Some(QrFormat::Matrix)));
        assert_eq!(rows.qr_id, code.qr_id, "the open code");
        let modules = rows.rendered_qr.and_then(|drawn| drawn.modules()).expect("a square");
        assert!(modules.len() >= 21 && modules[0][..7] == [true; 7], "a finder");
        assert_eq!(shop.call(&DynamicQr::new(order.clone())).rendered_qr, None);

        let open = (Some(QrStatus::Started), Some(TransactionState::Created));
        assert_eq!(shop.status(&order), open);
        assert!(!shop.report(&order).is_paid());
        shop.payer(&code, "pay");
        let paid = (Some(QrStatus::Accepted), Some(TransactionState::Deposited));
        assert_eq!(shop.status(&order), paid);
        let report = shop.report(&order);
        assert!(report.is_paid());
        assert_eq!(report.payment_way, Some(PaymentWay::SbpC2b));
        assert_eq!(shop.kept(&order), 2000);
        let error = shop.send(&get).expect_err("it is paid");
        assert_eq!((error.is_wrong_state(), error.effect()), (true, Effect::No));

        let part = Part::exactly(Minor::new(500)).expect("not zero");
        let key = RefundId::new("refund-1").expect("fits");
        let refund = Refund::new(order.clone(), part, key);
        for _ in 0..2 {
            shop.call(&refund);
        }
        assert_eq!(shop.kept(&order), 1500, "one refund");
    }

    /// A lost answer to the making of a code costs nothing: nobody has seen it.
    #[test]
    fn a_lost_code_takes_no_money() {
        let shop = Shop::new();
        let order = shop.order();
        shop.fault("dynamic/get.do");
        let get = DynamicQr::new(order.clone());
        let error = shop.send(&get).expect_err("no answer");
        assert_eq!(error.effect(), Effect::Maybe);
        assert_eq!(shop.report(&order).order_status, Some(Status::Registered));
        let sent = error.sent_at().expect("it may have left");
        let unresolved = shop.runtime.block_on(shop.client.resolve(&get, sent));
        assert!(unresolved.expect_err("nothing to follow").as_invalid().is_some());
        shop.payer(&shop.call(&get), "pay");
        assert_eq!(shop.kept(&order), 2000);
    }

    /// G-201: a rejected code is nobody's to pay, and a second rejection is refused.
    #[test]
    fn a_code_is_rejected() {
        let shop = Shop::new();
        let order = shop.order();
        let code = shop.call(&DynamicQr::new(order.clone()));
        let reject = RejectQr::new(order.clone()).with(|it| it.qr_id = code.qr_id.clone());
        assert!(shop.call(&reject).is_rejected());
        let rejected = (Some(QrStatus::RejectedByUser), Some(TransactionState::Declined));
        assert_eq!(shop.status(&order), rejected);
        assert!(shop.report(&order).is_declined());
        assert_eq!(shop.send(&reject).expect_err("a second copy").effect(), Effect::Maybe);
        assert_eq!(shop.kept(&order), 0);

        // The payer may refuse as well, or be quicker than the merchant.
        let order = shop.order();
        shop.payer(&shop.call(&DynamicQr::new(order.clone())), "refuse");
        assert_eq!(shop.status(&order), rejected);
        let order = shop.order();
        shop.payer(&shop.call(&DynamicQr::new(order.clone())), "pay");
        assert!(shop.send(&RejectQr::new(order.clone())).is_err());
        assert!(shop.report(&order).is_paid());
        let unknown = OrderId::from_bank("no such order");
        assert!(shop.send(&CheckQr::new(unknown)).expect_err("none").is_not_found());
    }

    /// G-109, G-198, G-202, G-203: linked by a payment, listed, charged, taken away.
    #[test]
    fn an_account_is_charged_until_it_is_taken_away() {
        let shop = Shop::new();
        let account = shop.linked();
        assert_eq!(account.client_id, Some(customer()));
        let means = account.means().expect("token and bank");
        let order = shop.order();
        assert!(!shop.charge(&order, means.clone()).is_failed());
        assert!(shop.report(&order).is_paid());
        assert_eq!(shop.kept(&order), 2000);

        let unbind = Unsubscribe::new(account.binding_id.clone().expect("a credential"));
        for _ in 0..2 {
            assert_eq!(shop.call(&unbind).error_code.as_deref(), Some("2"));
        }
        let list = Subscriptions::new(customer());
        assert_eq!(shop.call(&list).bindings.len(), 0);
        let all = list.with(|it| it.show_disabled = Some(true));
        assert_eq!(shop.call(&all).bindings.len(), 1);
        let order = shop.order();
        assert!(shop.charge(&order, means).is_failed());
        assert!(shop.report(&order).is_declined());
        assert_eq!(shop.kept(&order), 0);

        let foreign = Unsubscribe::new("no-such-binding".parse().expect("fits"));
        let error = shop.send(&foreign).expect_err("access denied");
        assert_eq!(
            (error.refusal().expect("a code").code.as_str(), error.effect()),
            ("5", Effect::No)
        );
    }

    /// The answer to a charge is lost: it is resolved, and never charged twice.
    #[test]
    fn a_lost_charge_is_resolved() {
        let shop = Shop::new();
        let means = shop.linked().means().expect("token and bank");
        let order = shop.order();
        let pay = PaymentOrder::new(order.clone(), means, Language::English);
        shop.fault("paymentorder.do");
        let error = shop.send(&pay).expect_err("no answer");
        assert_eq!(error.effect(), Effect::Maybe);
        let sent = error.sent_at().expect("it left");
        let resolved = shop.runtime.block_on(shop.client.resolve(&pay, sent)).expect("a report");
        assert!(resolved.happened());
        assert!(shop.send(&pay).is_err(), "paid once");
        assert_eq!(shop.kept(&order), 2000);
        let unknown = SbpSubscription::new(Secret::new("unknown"), "100000000008");
        let other = PaymentOrder::new(shop.order(), unknown, Language::English);
        assert_eq!(shop.send(&other).expect_err("refused").effect(), Effect::Maybe);
    }
}
