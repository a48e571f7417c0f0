//! Whole payments with 3-D Secure: the driver says the next step, the client makes the calls, a
//! browser goes where it is sent, the sandbox is bank and issuer. Between two steps nothing is left
//! of the merchant's program but the stored driver.

use bytes::Bytes;
use gateway_rest::{
    Call, Client, Profile,
    bindings::{CreateBinding, PayByBinding},
    order::{
        language::Language,
        pay::{Card, ExternalThreeDs, PaymentOrder},
        register::Register,
        status::OrderReport,
    },
    returned::{CResReturned, MethodNotified, PaResReturned, Returned},
    three_ds::{
        driver::{Driver, MethodFrames, Outcome, Redirect, Server, Step},
        redirect::{AcsForm, acs_redirect},
    },
};
use http::{Request, Response};
use payments_core::{
    Minor, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{ClientId, OrderId, OrderNumber},
    order::ThreeDsProtocolVersion,
};
use payments_http::Transport;
use payments_sandbox::{Carriage, Fault, Sandbox, Settings};

use crate::samples::credentials;

const PLAIN: &str = "4111111111111111";
const FRICTIONLESS: &str = "4000000000000002";
const NOT_AUTHENTICATED: &str = "4000000000000143";
const METHOD: &str = "4000001111111118";
const CHALLENGE: &str = "5555555555555599";
const REFUSED_AFTER_CHALLENGE: &str = "4000000000000150";
const DECLINED_AFTER_CHALLENGE: &str = "4000000000000127";
const ONE: &str = "2200000000000004";
const ONE_REFUSED: &str = "2200000000000103";

/// How the merchant goes on after the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By `3ds/continue`; the challenge ends at the gateway.
    Continue,
    /// By the second payment request; the challenge ends at the merchant.
    Repeat,
}

/// What the payer does at the issuer's page.
#[derive(Clone, Copy, Debug)]
enum Payer {
    TypesTheCode,
    Cancels,
}

/// A merchant's program over the sandbox.
struct Shop {
    sandbox: Sandbox,
    client: Client,
    profile: Profile,
    way: Way,
    payer: Payer,
    /// The steps that were taken, by name.
    steps: Vec<&'static str>,
}

impl Shop {
    fn new(way: Way) -> Self {
        Self::of(Settings::default(), way)
    }

    fn of(settings: Settings, way: Way) -> Self {
        let sandbox = Sandbox::new(settings);
        let profile = Profile::at("sandbox", "https://bank.example/payment/").expect("valid");
        let clock = sandbox.clone();
        let client =
            Client::builder(profile.clone(), credentials(), Transport::new(sandbox.clone()))
                .clock(move || clock.now())
                .build();
        Self { sandbox, client, profile, way, payer: Payer::TypesTheCode, steps: Vec::new() }
    }

    async fn order(&self) -> OrderId {
        let number = OrderNumber::new("2026-1").expect("valid");
        let register = Register::new(number, Minor::new(2_000), url("https://shop.example/back"))
            .with(|register| register.fail_url = Some(url("https://shop.example/fail")));
        self.client.call(&register).await.expect("registered").order_id.clone()
    }

    /// Goes through a payment by the driver's word; the outcome and the bank's last report.
    async fn run(&mut self, driver: Driver, payment: &PaymentOrder) -> (Outcome, OrderReport) {
        let mut driver = driver;
        let mut step = Step::Pay;
        let mut last = None;
        for _ in 0..20 {
            driver = stored(&driver);
            step = match step {
                Step::Pay => {
                    self.steps.push("pay");
                    driver.pay(payment).expect("the first");
                    self.call(&mut driver, payment, |driver, answer| driver.paid(&answer)).await
                }
                Step::ShowMethod(frames) => {
                    self.steps.push("method");
                    self.load(&driver, &frames);
                    Step::GoOn
                }
                Step::GoOn => self.go_on(&mut driver, payment).await,
                Step::Redirect(redirect) => {
                    self.steps.push("redirect");
                    self.visit(&mut driver, &redirect)
                }
                Step::Finish(finish) => {
                    self.steps.push("finish");
                    self.call(&mut driver, &finish, |driver, answer| driver.finished(&answer)).await
                }
                Step::FinishV2(finish) => {
                    self.steps.push("finish");
                    self.call(&mut driver, &finish, |driver, it| driver.finished_v2(&it)).await
                }
                Step::AskStatus(question) => {
                    self.steps.push("ask");
                    let report = self.client.call(&question).await.expect("answered").into_inner();
                    let step = driver.reported(&report).expect("ours");
                    last = Some(report);
                    step
                }
                Step::Wait => panic!("the payer came back already: {:?}", self.steps),
                Step::Done(outcome) => return (outcome, *last.expect("only a report ends it")),
            };
        }
        panic!("no end: {:?}", self.steps);
    }

    async fn go_on(&mut self, driver: &mut Driver, payment: &PaymentOrder) -> Step {
        match self.way {
            Way::Continue => {
                self.steps.push("continue");
                let request = driver.proceed().expect("due");
                self.call(driver, &request, |driver, answer| driver.continued(&answer)).await
            }
            Way::Repeat => {
                self.steps.push("repeat");
                let request = driver.repeat(payment).expect("due").with(|request| {
                    request.three_ds_ver2_finish_url = Some(url("https://shop.example/3ds"));
                });
                self.call(driver, &request, |driver, answer| driver.paid(&answer)).await
            }
        }
    }

    /// Sends a request; a lost answer is the driver's to judge.
    async fn call<C: Call>(
        &self,
        driver: &mut Driver,
        request: &C,
        take: impl FnOnce(
            &mut Driver,
            C::Response,
        ) -> Result<Step, gateway_rest::three_ds::driver::Misuse>,
    ) -> Step
    where
        C::Response: Send,
    {
        *driver = stored(driver);
        match self.client.call(request).await {
            Ok(answer) => take(driver, answer.into_inner()).expect("it follows"),
            Err(error) => driver.failed(&error).expect("it was out"),
        }
    }

    fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let handled = self.sandbox.handle(&request);
        assert!(matches!(handled.carriage, Carriage::Answered(_)));
        handled.response
    }

    fn post(&self, address: &str, fields: &[(String, String)]) -> Response<Bytes> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Request::post(address).body(body.into()).expect("valid"))
    }

    /// Posts a form of ours as a browser would.
    fn submit(&self, form: &AcsForm) -> Response<Bytes> {
        let fields = form.fields().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.post(form.action(), &fields.collect::<Vec<_>>())
    }

    /// Loads the method's frames; what the issuer's frame posts back is the driver's own.
    fn load(&self, driver: &Driver, frames: &MethodFrames) {
        frames.to_html().expect("web addresses");
        let server = frames.server.as_deref().expect("always there");
        assert!(
            self.send(Request::get(server).body(Bytes::new()).expect("valid"))
                .status()
                .is_success()
        );
        if let Some(form) = &frames.issuer {
            let (_, fields) = form_of(&self.submit(form));
            let notified = MethodNotified::from_body(encoded(&fields).as_bytes()).expect("reads");
            driver.method_ran(&notified).expect("ours");
        }
    }

    /// The payer at the issuer's page, and what the browser then brings to the merchant.
    fn visit(&self, driver: &mut Driver, redirect: &Redirect) -> Step {
        let mut page = match redirect {
            Redirect::Form(form) => self.submit(form),
            Redirect::ByGateway => {
                let address = acs_redirect(&self.profile, driver.order_id()).expect("joins");
                self.send(Request::get(address.as_str()).body(Bytes::new()).expect("valid"))
            }
        };
        let mut typed = false;
        loop {
            if let Some(to) = page.headers().get("location") {
                let to = to.to_str().expect("text").to_owned();
                if let Some((_, query)) =
                    to.split_once("https://shop.example/").and_then(|_| to.split_once('?'))
                {
                    let returned = Returned::from_query(query).expect("names the order");
                    return driver.came_back(returned).expect("ours");
                }
                page = self.send(Request::get(to).body(Bytes::new()).expect("valid"));
                continue;
            }
            let (action, mut fields) = form_of(&page);
            if action.starts_with("https://shop.example/") {
                return self.bring(driver, &encoded(&fields));
            }
            assert!(!std::mem::replace(&mut typed, true), "the issuer asks once");
            fields.retain(|(name, _)| name == "acsTransID");
            fields.push(match self.payer {
                Payer::TypesTheCode => ("code".into(), payments_sandbox::cards::ACS_CODE.into()),
                Payer::Cancels => ("cancel".into(), "1".into()),
            });
            page = self.post("https://bank.example/acs/challenge", &fields);
        }
    }

    /// The merchant's web handler: the same body twice gives one finishing call.
    fn bring(&self, driver: &mut Driver, body: &str) -> Step {
        let (pa_res, c_res) =
            (PaResReturned::from_body(body.as_bytes()), CResReturned::from_body(body.as_bytes()));
        let step = match (pa_res.clone(), c_res.clone()) {
            (Some(pa_res), _) => driver.came_back(pa_res),
            (None, Some(c_res)) => driver.came_back(c_res),
            _ => panic!("the issuer brings nothing"),
        };
        let mut again = stored(driver);
        match (pa_res, c_res) {
            (Some(pa_res), _) => assert!(again.came_back(pa_res).is_err()),
            (None, Some(c_res)) => assert!(again.came_back(c_res).is_err()),
            _ => unreachable!("looked at above"),
        }
        step.expect("ours")
    }
}

fn url(text: &str) -> gateway_rest::FullUrl {
    text.parse().expect("an address")
}

/// The program stops and starts again.
fn stored(driver: &Driver) -> Driver {
    let text = serde_json::to_string(driver).expect("writes");
    serde_json::from_str(&text).expect("reads")
}

fn encoded(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The first form of a page: where it goes, and its fields.
fn form_of(page: &Response<Bytes>) -> (String, Vec<(String, String)>) {
    let text = std::str::from_utf8(page.body()).expect("text");
    let form = text.split_once("<form").unwrap_or_else(|| panic!("no form: {text}")).1;
    let form = form.split_once("</form>").expect("it ends").0;
    let value = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(rest.split_once('"')?.0.replace("&#38;", "&").replace("&#43;", "+"))
    };
    let inputs = form.split("<input").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        Some((value(input, "name")?, value(input, "value").unwrap_or_default()))
    });
    (value(form, "action").expect("it goes somewhere"), inputs.collect())
}

fn payment(order: &OrderId, pan: &str) -> PaymentOrder {
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let expiry = Expiry::new(2034, 12).expect("valid");
    let pan = Pan::new(pan).expect("a test card");
    let card = Card::new(pan, expiry, Cvc::new("123").expect("valid"), holder);
    PaymentOrder::new(order.clone(), card, Language::English)
}

/// Pays by a card with the gateway's 3DS server; the outcome, the steps and the action code.
async fn pays(mut shop: Shop, pan: &str) -> (Outcome, String, String) {
    let order = shop.order().await;
    let driver = Driver::new(order.clone(), Server::Gateway);
    let (outcome, report) = shop.run(driver, &payment(&order, pan)).await;
    assert_eq!(report.is_paid(), outcome == Outcome::Paid);
    shop.sandbox.with_bank(|bank| bank.check()).expect("the books agree");
    let code = report.action_code.as_ref().map(|code| code.as_str().to_owned());
    (outcome, shop.steps.join(" "), code.unwrap_or_default())
}

/// G-095, G-110, G-112, G-113, G-206, G-207: what is asked of the payer is up to the card, and each
/// way ends with the bank's word that the order is paid.
#[tokio::test]
async fn every_way_leads_to_a_paid_order() {
    for (way, pan, steps) in [
        (Way::Continue, PLAIN, "pay ask"),
        (Way::Continue, FRICTIONLESS, "pay method continue ask"),
        (Way::Repeat, FRICTIONLESS, "pay method repeat ask"),
        (Way::Continue, CHALLENGE, "pay method continue redirect ask"),
        (Way::Repeat, CHALLENGE, "pay method repeat redirect finish ask"),
        (Way::Continue, METHOD, "pay method continue redirect ask"),
        (Way::Repeat, METHOD, "pay method repeat redirect finish ask"),
        (Way::Continue, ONE, "pay redirect ask"),
    ] {
        let (outcome, taken, _) = pays(Shop::new(way), pan).await;
        assert_eq!((outcome, taken.as_str()), (Outcome::Paid, steps), "{way:?} {pan}");
    }
}

/// G-113, G-205: the issuer of 3-D Secure 1 sends the payer to the merchant, who passes `PaRes` on.
#[tokio::test]
async fn pa_res_comes_to_the_merchant() {
    for (pan, outcome, code) in
        [(ONE, Outcome::Paid, "0"), (ONE_REFUSED, Outcome::Declined, "-2006")]
    {
        let mut shop = Shop::new(Way::Continue);
        let order = shop.order().await;
        let back = url("https://shop.example/term");
        let driver = Driver::new(order.clone(), Server::Gateway).with_term_url(back);
        let (ended, report) = shop.run(driver, &payment(&order, pan)).await;
        assert_eq!((ended, shop.steps.join(" ")), (outcome, "pay redirect finish ask".into()));
        assert_eq!(report.action_code.as_ref().map(|code| code.as_str()), Some(code));
    }
}

/// G-208: an authentication that fails is a declined order, by whichever way.
#[tokio::test]
async fn failures_end_declined() {
    for (way, pan, steps, code) in [
        (Way::Continue, NOT_AUTHENTICATED, "pay method continue ask", "-2006"),
        (Way::Repeat, NOT_AUTHENTICATED, "pay method repeat ask", "-2006"),
        (Way::Continue, REFUSED_AFTER_CHALLENGE, "pay method continue redirect ask", "-2006"),
        (Way::Repeat, REFUSED_AFTER_CHALLENGE, "pay method repeat redirect finish ask", "-2006"),
        (Way::Repeat, DECLINED_AFTER_CHALLENGE, "pay method repeat redirect finish ask", "116"),
        (Way::Continue, ONE_REFUSED, "pay redirect ask", "-2006"),
    ] {
        let ended = pays(Shop::new(way), pan).await;
        assert_eq!(ended, (Outcome::Declined, steps.into(), code.into()), "{way:?} {pan}");
    }
    for way in [Way::Continue, Way::Repeat] {
        let mut shop = Shop::new(way);
        shop.payer = Payer::Cancels;
        assert_eq!(pays(shop, METHOD).await.0, Outcome::Declined);
    }
}

/// With more than one attempt a failed one leaves the order open for another driver.
#[tokio::test]
async fn a_failed_attempt_may_leave_the_order_open() {
    let merchant = payments_sandbox::Merchant::new("test_user", "test_user_password")
        .with(|merchant| merchant.attempts = 2);
    let mut shop = Shop::of(Settings::new(vec![merchant]), Way::Repeat);
    let order = shop.order().await;
    let driver = || Driver::new(order.clone(), Server::Gateway);
    let (first, _) = shop.run(driver(), &payment(&order, REFUSED_AFTER_CHALLENGE)).await;
    assert_eq!(first, Outcome::StillOpen);
    let (second, _) = shop.run(driver(), &payment(&order, CHALLENGE)).await;
    assert_eq!(second, Outcome::Paid);
}

/// The answer that names the issuer was lost: the status shows that the payer is to go there, and the
/// gateway takes him.
#[tokio::test]
async fn a_lost_challenge_goes_on_by_the_gateway() {
    for (path, way, pan) in
        [("3ds/continue.do", Way::Continue, CHALLENGE), ("paymentorder.do", Way::Continue, ONE)]
    {
        let mut shop = Shop::new(way);
        let order = shop.order().await;
        shop.sandbox.with_bank(|bank| {
            bank.faults().next(path, Fault::LostAnswer);
        });
        let driver = Driver::new(order.clone(), Server::Gateway);
        let (outcome, _) = shop.run(driver, &payment(&order, pan)).await;
        assert_eq!(outcome, Outcome::Paid, "{path}");
        assert!(shop.steps.join(" ").contains("ask redirect ask"), "{:?}", shop.steps);
    }
}

/// The answer to the finish was lost: it is not sent again, and the status shows what it did.
#[tokio::test]
async fn a_lost_finish_is_not_repeated() {
    let mut shop = Shop::new(Way::Repeat);
    let order = shop.order().await;
    shop.sandbox.with_bank(|bank| {
        bank.faults().next("finish3dsVer2Payment.do", Fault::LostAnswer);
    });
    let driver = Driver::new(order.clone(), Server::Gateway);
    let (outcome, _) = shop.run(driver, &payment(&order, CHALLENGE)).await;
    assert_eq!(outcome, Outcome::Paid);
    assert_eq!(shop.steps.join(" "), "pay method repeat redirect finish ask");
}

fn found() -> ExternalThreeDs {
    ExternalThreeDs::new().with(|found| {
        found.eci = Some("05".into());
        found.cavv = Some(Secret::new("AkZO5XQAA0rhBxoaufa+MAABAAA="));
        found.xid = Some(Secret::new("5010857f-8d3f-74e1-9c5a-54a000cc4110"));
        found.three_ds_protocol_version = Some(ThreeDsProtocolVersion::from("2.2.0"));
    })
}

/// G-096, G-117: the merchant's own 3DS server ran before: one request, whatever the card would ask.
#[tokio::test]
async fn ones_own_server_needs_one_request() {
    let mut shop = Shop::new(Way::Continue);
    let order = shop.order().await;
    let payment = payment(&order, METHOD).with(|it| it.external_three_ds = Some(found()));
    let (outcome, report) = shop.run(Driver::new(order, Server::Own), &payment).await;
    assert_eq!((outcome, shop.steps.join(" ")), (Outcome::Paid, "pay ask".into()));
    let card = report.card_auth_info.expect("a card");
    let seen = card.secure_auth_info.expect("permitted");
    assert_eq!(seen.eci.expect("there").as_str(), "05");
    let proof = seen.three_ds_info.expect("there");
    let shown = |secret: Option<Secret>| secret.map(|it| it.expose().clone());
    assert_eq!(shown(proof.cavv).as_deref(), Some("AkZO5XQAA0rhBxoaufa+MAABAAA="));
    assert_eq!(shown(proof.xid).as_deref(), Some("5010857f-8d3f-74e1-9c5a-54a000cc4110"));
}

/// G-096: without the permission the bank refuses it, and without what was found it takes nothing for
/// granted.
#[tokio::test]
async fn ones_own_server_needs_a_permission() {
    let merchant = payments_sandbox::Merchant::new("test_user", "test_user_password")
        .with(|merchant| merchant.permissions.own_three_ds = false);
    let shop = Shop::of(Settings::new(vec![merchant]), Way::Continue);
    let order = shop.order().await;
    let payment = payment(&order, METHOD).with(|it| it.external_three_ds = Some(found()));
    let mut driver = Driver::new(order.clone(), Server::Own);
    driver.pay(&payment).expect("the only one");
    let error = shop.client.call(&payment).await.expect_err("refused");
    assert_eq!(error.refusal().expect("by code").code, "5");
    assert!(matches!(driver.failed(&error), Ok(Step::AskStatus(_))));
    let books = shop.sandbox.with_bank(|bank| bank.ledger().order(&order));
    assert_eq!((books.taken, books.held), (0, 0));
}

/// A stored card whose issuer asks the customer goes the same way from its first answer on.
#[tokio::test]
async fn a_stored_card_goes_the_same_way() {
    let mut shop = Shop::new(Way::Continue);
    let customer = ClientId::new("customer-1").expect("valid");
    let card = |pan: &str| (Pan::new(pan).expect("a test card"), Expiry::new(2034, 12));
    let (pan, expiry) = card(METHOD);
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let create = CreateBinding::new(customer.clone(), pan, expiry.expect("valid"), holder);
    let binding = shop.client.call(&create).await.expect("stored").into_inner().binding_id;
    let number = OrderNumber::new("2026-1").expect("valid");
    let register = Register::new(number, Minor::new(2_000), url("https://shop.example/back"))
        .with(|register| register.client_id = Some(customer));
    let order = shop.client.call(&register).await.expect("registered").order_id.clone();
    let code = Some(Cvc::new("123").expect("valid"));
    let charge = PayByBinding::by_customer(order.clone(), binding.expect("named"), code);

    let mut driver = Driver::new(order.clone(), Server::Gateway);
    driver.pay_by_binding(&charge).expect("the first");
    assert!(driver.pay_by_binding(&charge).is_err(), "only once");
    let step = shop.call(&mut driver, &charge, |driver, answer| driver.paid(&answer)).await;
    let Step::ShowMethod(frames) = step else { panic!("a method: {step:?}") };
    shop.load(&driver, &frames);
    let step = shop.go_on(&mut driver, &payment(&order, METHOD)).await;
    let Step::Redirect(redirect) = step else { panic!("a challenge: {step:?}") };
    let step = shop.visit(&mut driver, &redirect);
    let Step::AskStatus(question) = step else { panic!("a question: {step:?}") };
    let report = shop.client.call(&question).await.expect("answered").into_inner();
    assert!(matches!(driver.reported(&report), Ok(Step::Done(Outcome::Paid))));
}
