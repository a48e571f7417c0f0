use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use payments_core::{
    Endpoint as _, NotSent, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    time::UnixMillis,
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde::de::DeserializeOwned;

use super::*;
use crate::{
    order::{
        language::Language,
        pay::{Card, ExternalThreeDs},
    },
    returned::{CResReturned, PaResReturned, Returned},
};

const ORDER: &str = "01491d0b-c848-7dd6-a20d-e96900a7d8c0";
const SESSION: &str = "5802746e-3393-40c3-929a-dc966ebf08c6";

fn order() -> OrderId {
    OrderId::from_bank(ORDER)
}

fn driver() -> Driver {
    Driver::new(order(), Server::Gateway)
}

fn payment() -> PaymentOrder {
    let pan = Pan::new("4000001111111118").expect("the samples' test card");
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let expiry = Expiry::new(2030, 12).expect("valid");
    let card = Card::new(pan, expiry, Cvc::new("123").expect("valid"), holder);
    PaymentOrder::new(order(), card, Language::English)
}

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("an answer")
}

fn method() -> PaymentAnswer {
    read(&format!(
        r#"{{"errorCode":0,"is3DSVer2":true,"threeDSServerTransId":"{SESSION}",
            "threeDSMethodURL":"https://acs.example/method?a=1&b=2",
            "threeDSMethodURLServer":"3ds.example/gather","threeDSMethodDataPacked":"MARKER"}}"#
    ))
}

const C_REQ: &str =
    r#"{"errorCode":0,"acsUrl":"https://acs.example/creq","is3DSVer2":true,"packedCReq":"MARKER"}"#;
const PA_REQ: &str = r#"{"errorCode":"0","acsUrl":"https://acs.example/pareq","paReq":"MARKER","termUrl":"https://bank.example/term"}"#;
const PAID: &str = r#"{"errorCode":0,"redirect":"https://bank.example/finish.html","info":"x"}"#;
const FAILED: &str = r#"{"errorCode":0,"error":"no","errorTypeName":"TDS_UNKNOWN_ARES_STATUS"}"#;

fn report(status: &str) -> OrderReport {
    read(&format!(
        r#"{{"errorCode":"0","orderStatus":{status},"attributes":[{{"name":"mdOrder","value":"{ORDER}"}}]}}"#
    ))
}

fn pa_res(order: &str) -> PaResReturned {
    PaResReturned::from_body(format!("MD={order}&PaRes=MARKER").as_bytes()).expect("reads")
}

/// A message of 3-D Secure 2 that names an authentication.
fn message(session: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!(
        r#"{{"threeDSServerTransID":"{session}","transStatus":"Y","acsTransID":"MARKER"}}"#
    ))
}

fn c_res(session: &str) -> CResReturned {
    CResReturned::from_body(format!("cres={}", message(session)).as_bytes()).expect("reads")
}

fn notified(data: &str) -> MethodNotified {
    MethodNotified::from_body(format!("threeDSMethodData={data}").as_bytes()).expect("reads")
}

fn returned(order: &str) -> Returned {
    Returned::from_query(&format!("orderId={order}&lang=en")).expect("reads")
}

/// As after a stop of the merchant's program: only what was stored is left.
fn stored(driver: &Driver) -> Driver {
    let text = serde_json::to_string(driver).expect("writes");
    assert!(!text.contains("MARKER") && !text.contains("4000001111111118"), "{text}");
    serde_json::from_str(&text).expect("reads what it wrote")
}

/// G-110, G-113, G-114, G-206: method, second request, challenge, finish, report.
#[test]
fn the_second_version_step_by_step() {
    let mut driver = driver();
    driver.pay(&payment()).expect("the first");
    let Ok(Step::ShowMethod(frames)) = driver.paid(&method()) else { panic!("a method") };
    assert_eq!(frames.server.as_deref(), Some("https://3ds.example/gather"));
    let mut driver = stored(&driver);
    driver.method_ran(&notified(&message(SESSION))).expect("ours");
    let second = driver.repeat(&payment()).expect("the second");
    assert_eq!(second.three_ds_server_trans_id.expect("named").as_str(), SESSION);
    let step = driver.paid(&read(C_REQ));
    let Ok(Step::Redirect(Redirect::Form(form))) = step else { panic!("a challenge") };
    assert_eq!(form.action(), "https://acs.example/creq");
    let mut driver = stored(&driver);
    let Ok(Step::FinishV2(finish)) = driver.came_back(c_res(SESSION)) else { panic!("a call") };
    assert_eq!(finish.three_ds_server_trans_id.as_str(), SESSION);
    assert!(matches!(driver.finished_v2(&read(PAID)), Ok(Step::AskStatus(_))));
    assert!(matches!(driver.reported(&report("5")), Ok(Step::AskStatus(_))));
    assert!(matches!(driver.reported(&report("1")), Ok(Step::Done(Outcome::Paid))));
}

/// G-207, G-208: on by `3ds/continue`, without a challenge, with one, and to a failure.
#[test]
fn on_by_continue() {
    let begun = || {
        let mut driver = driver();
        driver.pay(&payment()).expect("the first");
        driver.paid(&method()).expect("a method");
        assert_eq!(driver.proceed().expect("due").order_id, order());
        driver
    };
    let mut driver = begun();
    assert!(matches!(driver.continued(&read(PAID)), Ok(Step::AskStatus(_))));
    assert_eq!(driver.state(), State::Finished);
    let mut driver = begun();
    assert!(matches!(driver.continued(&read(C_REQ)), Ok(Step::Redirect(Redirect::Form(_)))));
    assert!(matches!(driver.reported(&report("5")), Ok(Step::Wait)));
    assert!(matches!(driver.came_back(returned(ORDER)), Ok(Step::AskStatus(_))));
    assert!(matches!(driver.reported(&report("2")), Ok(Step::Done(Outcome::Paid))));
    let mut driver = begun();
    assert!(matches!(driver.continued(&read(FAILED)), Ok(Step::AskStatus(_))));
    assert!(matches!(driver.reported(&report("0")), Ok(Step::Done(Outcome::StillOpen))));
    assert!(matches!(driver.reported(&report("6")), Ok(Step::Done(Outcome::Declined))));
}

/// G-113, G-205: the first version, to the gateway's own page or to the merchant's.
#[test]
fn the_first_version_step_by_step() {
    let back = "https://shop.example/term".parse::<FullUrl>().expect("an address");
    for (mut driver, want) in [
        (driver(), "https://bank.example/term"),
        (driver().with_term_url(back), "https://shop.example/term"),
    ] {
        driver.pay(&payment()).expect("the first");
        let step = stored(&driver).paid(&read(PA_REQ));
        let Ok(Step::Redirect(Redirect::Form(form))) = step else { panic!("a challenge") };
        let fields: Vec<_> = form.fields().collect();
        assert_eq!(fields, [("PaReq", "MARKER"), ("TermUrl", want), ("MD", ORDER)]);
        driver.paid(&read(PA_REQ)).expect("as above");
        assert_eq!(driver.came_back(pa_res("other")).expect_err("foreign"), Misuse::OtherOrder);
        let Ok(Step::Finish(finish)) = driver.came_back(pa_res(ORDER)) else { panic!("a call") };
        assert_eq!(finish.pa_res.expose(), "MARKER");
        let twice = driver.came_back(pa_res(ORDER)).expect_err("a second copy");
        assert_eq!(
            twice.to_string(),
            "it cannot follow: BringPaRes is not possible in state CameBack"
        );
        assert!(matches!(driver.finished(&read(FAILED)), Ok(Step::AskStatus(_))));
        assert_eq!(driver.state(), State::Failed);
    }
}

/// G-117: with a 3DS server of one's own the payment carries what it found, and only then.
#[test]
fn ones_own_server() {
    let with = payment().with(|payment| {
        payment.external_three_ds = Some(ExternalThreeDs::new());
    });
    let own = || Driver::new(order(), Server::Own);
    assert_eq!(own().pay(&payment()), Err(Misuse::NoFindings));
    assert_eq!(driver().pay(&with), Err(Misuse::Findings));
    let mut driver = own();
    driver.pay(&with).expect("the only one");
    assert!(matches!(stored(&driver).paid(&read(PAID)), Ok(Step::AskStatus(_))));
    assert!(matches!(driver.paid(&read(FAILED)), Ok(Step::AskStatus(_))));
}

/// An answer that was lost: nothing is sent again, and the gateway still knows the way.
#[test]
fn a_lost_answer() {
    let lost = || Error::transport("reset");
    let mut driver = driver();
    driver.pay(&payment()).expect("the first");
    assert!(matches!(driver.failed(&lost()), Ok(Step::AskStatus(_))));
    let out = Misuse::CallIsOut { out: Calling::Payment };
    assert_eq!(driver.pay(&payment()), Err(out));
    assert!(matches!(driver.reported(&report("0")), Ok(Step::AskStatus(_))));
    let mut not_paid = stored(&driver);
    assert!(matches!(not_paid.resolved(&Resolved::DidNot), Ok(Step::Pay)));
    not_paid.pay(&payment()).expect("the first one did not act");
    let unknown = Resolved::Unknown { ask_again_at: UnixMillis::new(1) };
    assert!(matches!(driver.resolved(&unknown), Ok(Step::AskStatus(_))));
    let shown = Resolved::Happened(Proof::Order(Box::new(report("5"))));
    assert!(matches!(driver.resolved(&shown), Ok(Step::Redirect(Redirect::ByGateway))));
    assert_eq!(driver.state(), State::Challenge);

    let mut driver = self::driver();
    driver.pay(&payment()).expect("the first");
    let not_sent = Error::not_sent(NotSent("refused".into()));
    assert!(matches!(driver.failed(&not_sent), Ok(Step::Pay)));
    driver.pay(&payment()).expect("nothing left");
    driver.paid(&read(PA_REQ)).expect("a challenge");
    driver.came_back(pa_res(ORDER)).expect("brought");
    assert!(matches!(driver.reported(&report("5")), Ok(Step::AskStatus(_))));
    assert!(matches!(driver.resolved(&Resolved::DidNot), Ok(Step::Wait)));
    assert!(matches!(driver.came_back(pa_res(ORDER)), Ok(Step::Finish(_))));
}

/// What is not due is refused with a word that says why, and changes nothing.
#[test]
fn misuse_is_named() {
    let mut driver = driver();
    let mut refused = Vec::new();
    let mut note = |what: Misuse| refused.push(what.to_string());
    note(driver.paid(&method()).expect_err("nothing was sent"));
    note(driver.proceed().expect_err("no method"));
    note(driver.came_back(c_res(SESSION)).expect_err("no session"));
    note(
        driver
            .pay(&payment().after_method(ThreeDsServerTransId::from_bank(SESSION)))
            .expect_err("x"),
    );
    driver.pay(&payment()).expect("the first");
    note(driver.pay(&payment()).expect_err("out"));
    note(driver.continued(&read(PAID)).expect_err("another call"));
    driver.paid(&method()).expect("a method");
    note(driver.method_ran(&notified(&message("other"))).expect_err("foreign"));
    note(driver.method_ran(&notified("%21")).expect_err("no json"));
    note(driver.pay(&payment()).expect_err("the first again"));
    let mut other = payment();
    other.order_id = OrderId::from_bank("other");
    note(driver.repeat(&other).expect_err("foreign"));
    insta::assert_snapshot!(refused.join("\n"), @r"
    no request is out
    3ds/continue is not due in state Start
    the bank named no authentication
    the first payment request must not hold threeDSServerTransId
    the answer to Payment is still unknown: resolve it first
    the request that is out is Payment
    it is of another authentication
    it cannot be read
    a first payment request is not due in state Method
    it is of another order
    ");
}

/// G-115, G-116: what the method's frames hold, escaped and only for the web.
#[test]
fn the_frames_of_the_method() {
    let frames = method_of(&method());
    let page = frames.to_html().expect("web addresses");
    assert!(page.contains("value=\"MARKER\""), "{page}");
    insta::assert_snapshot!(page.replace("MARKER", "data"), @r#"<iframe hidden src="https://3ds.example/gather"></iframe><iframe hidden name="threeDSMethod"></iframe><form id="threeDSMethod" hidden method="post" target="threeDSMethod" action="https://acs.example/method?a=1&amp;b=2"><input type="hidden" name="threeDSMethodData" value="data"></form><script>document.getElementById("threeDSMethod").submit()</script>"#);
    assert!(!format!("{frames:?}").contains("MARKER"));
    assert!(!frames.is_empty() && method_of(&read(PAID)).is_empty());
    let direct: PaymentAnswer = read(
        r#"{"threeDSMethodURLServer":"a.example/","threeDSMethodURLServerDirect":"https://bank.example/3dsmethod.do"}"#,
    );
    let html = method_of(&direct).to_html().expect("a web address");
    assert_eq!(html, r#"<iframe hidden src="https://bank.example/3dsmethod.do"></iframe>"#);
    let script: PaymentAnswer = read(r#"{"threeDSMethodURLServerDirect":"javascript:alert(1)"}"#);
    assert!(method_of(&script).to_html().is_err());
}

/// Storage that was damaged is refused.
#[test]
fn a_damaged_store_is_refused() {
    let text = serde_json::to_string(&driver()).expect("writes");
    insta::assert_snapshot!(text, @r#"{"orderId":"01491d0b-c848-7dd6-a20d-e96900a7d8c0","server":"gateway","state":"start"}"#);
    for damaged in [
        text.replace("start", "paid"),
        text.replace("\"start\"", "\"start\",\"calling\":\"finish\""),
        text.replace("\"start\"", "\"start\",\"termUrl\":\"back\""),
        text.replace("gateway", "other"),
        String::new(),
    ] {
        assert!(serde_json::from_str::<Driver>(&damaged).is_err(), "{damaged}");
    }
}

/// Anything that can happen to a driver, in any order.
#[derive(Clone, Debug)]
enum Event {
    Pay,
    Paid(String),
    Proceed,
    Repeat,
    Continued(String),
    Method(String),
    PaRes(&'static str),
    CRes(&'static str),
    Returned(&'static str),
    Finished(&'static str),
    FinishedV2(&'static str),
    Lost(bool),
    Resolved(Option<&'static str>),
    Unknown,
    Reported(&'static str),
    Stop,
}

fn status() -> impl Strategy<Value = &'static str> {
    select(vec!["0", "1", "2", "3", "4", "5", "6", "7", "8", "\"99\"", "null"])
}

fn answer() -> impl Strategy<Value = String> {
    let method = format!(r#"{{"errorCode":0,"threeDSServerTransId":"{SESSION}"}}"#);
    let listed = [C_REQ, PA_REQ, PAID, FAILED, "{}", r#"{"acsUrl":"x"}"#, &method];
    let listed: Vec<String> = listed.iter().map(|text| (*text).to_owned()).collect();
    select(listed)
}

fn event() -> impl Strategy<Value = Event> {
    let whose = || select(vec![ORDER, "other"]);
    let session = || select(vec![SESSION, "other"]);
    let end = || select(vec![PAID, FAILED, "{}"]);
    prop_oneof![
        2 => Just(Event::Pay),
        4 => answer().prop_map(Event::Paid),
        2 => Just(Event::Proceed),
        2 => Just(Event::Repeat),
        2 => answer().prop_map(Event::Continued),
        1 => "[a-zA-Z0-9_-]{0,12}".prop_map(Event::Method),
        2 => whose().prop_map(Event::PaRes),
        2 => session().prop_map(Event::CRes),
        1 => whose().prop_map(Event::Returned),
        2 => end().prop_map(Event::Finished),
        2 => end().prop_map(Event::FinishedV2),
        2 => any::<bool>().prop_map(Event::Lost),
        1 => prop::option::of(status()).prop_map(Event::Resolved),
        1 => Just(Event::Unknown),
        2 => status().prop_map(Event::Reported),
        1 => Just(Event::Stop),
    ]
}

/// What a driver made of an event; none where it gave no step.
fn happen(driver: &mut Driver, event: &Event) -> Result<Option<Step>, Misuse> {
    let step = match event {
        Event::Pay => return driver.pay(&payment()).map(|()| None),
        Event::Proceed => return driver.proceed().map(|_| None),
        Event::Repeat => return driver.repeat(&payment()).map(|_| None),
        Event::Method(data) => {
            let data = MethodNotified::from_body(format!("threeDSMethodData={data}").as_bytes());
            return data.map_or(Ok(None), |data| driver.method_ran(&data).map(|()| None));
        }
        Event::Stop => {
            *driver = stored(driver);
            return Ok(None);
        }
        Event::Paid(answer) => driver.paid(&read(answer)),
        Event::Continued(answer) => driver.continued(&read(answer)),
        Event::PaRes(order) => driver.came_back(pa_res(order)),
        Event::CRes(session) => driver.came_back(c_res(session)),
        Event::Returned(order) => driver.came_back(returned(order)),
        Event::Finished(answer) => driver.finished(&read(answer)),
        Event::FinishedV2(answer) => driver.finished_v2(&read(answer)),
        Event::Lost(true) => driver.failed(&Error::transport("reset")),
        Event::Lost(false) => driver.failed(&Error::not_sent("no route")),
        Event::Resolved(None) => driver.resolved(&Resolved::DidNot),
        Event::Resolved(Some(status)) => {
            driver.resolved(&Resolved::Happened(Proof::Order(Box::new(report(status)))))
        }
        Event::Unknown => driver.resolved(&Resolved::Unknown { ask_again_at: UnixMillis::new(0) }),
        Event::Reported(status) => driver.reported(&report(status)),
    };
    step.map(Some)
}

/// The status that the bank reported with an event.
fn bank_says(event: &Event) -> Option<&'static str> {
    match event {
        Event::Reported(status) | Event::Resolved(Some(status)) => Some(status),
        _ => None,
    }
}

/// Whether an event ends the doubt about a request that is out: its answer, or the bank's word.
fn settles(event: &Event) -> bool {
    matches!(
        event,
        Event::Paid(_)
            | Event::Continued(_)
            | Event::Finished(_)
            | Event::FinishedV2(_)
            | Event::Lost(false)
            | Event::Resolved(_)
            | Event::Reported(_)
    )
}

proptest! {
    /// Whatever comes in whatever order: no panic; "done" only with the bank's report and as it
    /// says; a refused event changes nothing; a request that may pay is out at most once.
    #[test]
    fn no_order_of_events_pays_by_itself(events in vec(event(), 0..24)) {
        let mut driver = driver();
        for event in events {
            let before = driver.clone();
            let result = happen(&mut driver, &event);
            prop_assert_eq!(stored(&driver), driver.clone());
            let shown = format!("{result:?} {driver:?}");
            prop_assert!(!shown.contains("MARKER"), "{}", shown);
            if let Ok(Some(Step::Done(outcome))) = &result {
                let want = match bank_says(&event) {
                    Some("1" | "2") => Outcome::Paid,
                    Some("3" | "4" | "8") => Outcome::MovedOn,
                    Some("6") => Outcome::Declined,
                    Some("0") => Outcome::StillOpen,
                    other => panic!("done by {other:?}"),
                };
                prop_assert_eq!(*outcome, want);
            }
            if result.is_err() {
                prop_assert_eq!(&before, &driver);
            }
            let hands_out = matches!(event, Event::Pay | Event::Proceed | Event::Repeat)
                || matches!(result, Ok(Some(Step::Finish(_) | Step::FinishV2(_))));
            if hands_out && result.is_ok() {
                prop_assert!(before.calling().is_none() || settles(&event), "{:?}", event);
                prop_assert!(driver.calling().is_some());
            }
            if before.calling().is_some() && driver.calling() != before.calling() {
                prop_assert!(settles(&event), "{:?} ended the doubt", event);
            }
        }
    }

    #[test]
    fn no_bytes_panic(text: String, bytes: Vec<u8>) {
        let _ = session_of(&text);
        let _ = session_of(&URL_SAFE_NO_PAD.encode(bytes));
        let _ = serde_json::from_str::<Driver>(&text);
        let answer = http::Response::new(Bytes::from(text));
        let _ = payment().parse(&answer);
        let _ = Secret::<String>::new("");
    }
}
