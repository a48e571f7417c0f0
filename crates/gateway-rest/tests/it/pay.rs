//! paymentorder.

use gateway_rest::{
    Profile,
    order::{
        language::Language,
        params::Params,
        pay::{Card, ExpiryForm, ExternalThreeDs, Means, PaymentOrder, SbpSubscription, SeToken},
    },
    profile::TransIdSpelling,
};
use payments_core::{
    Effect, Endpoint as _, Replay, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, ThreeDsServerTransId},
    order::{ThreeDsProtocolVersion, Tii, browser::ClientBrowserInfo},
    time::UnixMillis,
};

use crate::samples::{
    answer, assert_same, decoded, prepared, prepared_at, refused, request, response, shown,
};

const PATH: &str = "rest/paymentorder.do";
const EXTERNAL: &str = "rest/paymentorder.do#external3ds";

fn holder(name: &str) -> Cardholder {
    Cardholder::new(name).expect("valid")
}

fn card() -> Card {
    let pan = Pan::new("4000001111111118").expect("the samples' test card");
    let expiry = Expiry::new(2030, 12).expect("valid");
    Card::new(pan, expiry, Cvc::new("123").expect("valid"), holder("TEST CARDHOLDER"))
}

fn order() -> OrderId {
    OrderId::from_bank("64d3b8c2-5d87-7d92-bd20-d8db011b4f5b")
}

fn payment() -> PaymentOrder {
    PaymentOrder::new(order(), card(), Language::English)
}

fn authentication() -> ThreeDsServerTransId {
    ThreeDsServerTransId::new("5802746e-3393-40c3-929a-dc966ebf08c6").expect("valid")
}

/// G-095, G-098, G-099, G-110: the first printed request, and its exact bytes.
#[test]
fn the_first_request() {
    let pairs = [("param_1_name", "param_1_value"), ("param_2_name", "param_2_value")];
    let first = payment().with(|payment| payment.params = Some(Params::from_iter(pairs)));
    let outgoing = prepared(&first);
    assert_same(&outgoing, &request(PATH, 0));
    insta::assert_snapshot!(shown(&outgoing), @"
    POST https://vtb.rbsuat.com/payment/rest/paymentorder.do
    content-type: application/x-www-form-urlencoded

    %24CVC=123&%24PAN=4000001111111118&MDORDER=64d3b8c2-5d87-7d92-bd20-d8db011b4f5b&MM=12&TEXT=TEST+CARDHOLDER&YYYY=2030&jsonParams=%7B%22param_1_name%22%3A%22param_1_value%22%2C%22param_2_name%22%3A%22param_2_value%22%7D&language=en&password=test_user_password&userName=test_user
    ");
}

/// G-110, G-111: the second request repeats the first and names the authentication; the sample
/// spells its name otherwise than the table, which is for the profile to say.
#[test]
fn the_second_request() {
    let second = payment().after_method(authentication());
    let sampled = Profile::vtb_test().with(|it| it.trans_id = TransIdSpelling::TransIdCapital);
    let outgoing = prepared_at(&sampled, &second).expect("breaks no rule");
    assert_same(&outgoing, &request(PATH, 1));
    let pair = ("threeDSServerTransId".into(), authentication().as_str().to_owned());
    assert!(decoded(&prepared(&second)).contains(&pair));
    insta::assert_snapshot!(shown(&outgoing), @"
    POST https://vtb.rbsuat.com/payment/rest/paymentorder.do
    content-type: application/x-www-form-urlencoded

    %24CVC=123&%24PAN=4000001111111118&MDORDER=64d3b8c2-5d87-7d92-bd20-d8db011b4f5b&MM=12&TEXT=TEST+CARDHOLDER&YYYY=2030&language=en&password=test_user_password&threeDSServerTransID=5802746e-3393-40c3-929a-dc966ebf08c6&userName=test_user
    ");
}

/// G-117: what one's own 3DS server found goes into `jsonParams`.
#[test]
fn an_external_server() {
    let found = ExternalThreeDs::new().with(|found| {
        found.eci = Some("02".into());
        found.cavv = Some(Secret::new("AkZO5XQAA0rhBxoaufa+MAABAAA="));
        found.xid = Some(Secret::new("5010857f-8d3f-74e1-9c5a-54a000cc4110"));
        found.three_ds_protocol_version = Some(ThreeDsProtocolVersion::from("2.2.0"));
        found.three_ds_type = Some("5".into());
    });
    let order = OrderId::from_bank("0140dda0-71ed-7706-a61f-36bd00a7d8c0");
    let payment = PaymentOrder::new(order, card(), Language::English)
        .with(|payment| payment.external_three_ds = Some(found));
    let outgoing = prepared(&payment);
    assert_same(&outgoing, &request(EXTERNAL, 0));
    insta::assert_snapshot!(shown(&outgoing), @"
    POST https://vtb.rbsuat.com/payment/rest/paymentorder.do
    content-type: application/x-www-form-urlencoded

    %24CVC=123&%24PAN=4000001111111118&MDORDER=0140dda0-71ed-7706-a61f-36bd00a7d8c0&MM=12&TEXT=TEST+CARDHOLDER&YYYY=2030&jsonParams=%7B%22cavv%22%3A%22AkZO5XQAA0rhBxoaufa%2BMAABAAA%3D%22%2C%22eci%22%3A%2202%22%2C%22threeDSProtocolVersion%22%3A%222.2.0%22%2C%22threeDsType%22%3A%225%22%2C%22xid%22%3A%225010857f-8d3f-74e1-9c5a-54a000cc4110%22%7D&language=en&password=test_user_password&userName=test_user
    ");
    let answered = payment.parse(&answer(&response(EXTERNAL, 0))).expect("reads");
    assert!(answered.redirect.is_some_and(|url| url.contains("orderId=01493844")));
}

/// G-099, G-100, G-109: an encrypted card or an SBP subscription replaces the card; the month can
/// stand in one parameter.
#[test]
fn other_means() {
    let names = |payment: &PaymentOrder| -> Vec<String> {
        let sent = decoded(&prepared(payment)).into_iter().map(|(name, _)| name);
        sent.filter(|name| {
            !["userName", "password", "MDORDER", "language"].contains(&name.as_str())
        })
        .collect()
    };
    let token = SeToken::new(Secret::new("c2VUb2tlbg=="), holder("TEST CARDHOLDER"));
    let by = |means: Means| PaymentOrder::new(order(), means, Language::English);
    assert_eq!(names(&by(token.into())), ["TEXT", "seToken"]);
    let subscription = SbpSubscription::new(Secret::new("subscription"), "100000000005");
    assert_eq!(names(&by(subscription.into())), ["sbpMemberId", "sbpSubscriptionToken"]);
    let whole = card().with(|card| card.expiry_form = ExpiryForm::Whole);
    assert_eq!(names(&by(whole.into())), ["$CVC", "$EXPIRY", "$PAN", "TEXT"]);
    let without_code = card().with(|card| card.cvc = None);
    assert_eq!(names(&by(without_code.into())), ["$PAN", "MM", "TEXT", "YYYY"]);
    let month = card().with(|card| card.expiry = Expiry::new(2030, 1).expect("valid"));
    assert!(decoded(&prepared(&by(month.into()))).contains(&("MM".into(), "01".into())));
}

/// G-110, G-112, G-114, G-116: the first answer names the authentication and where the browser is
/// looked at; nothing of it says paid.
#[test]
fn the_first_answer() {
    let read = payment().parse(&answer(&response(PATH, 0))).expect("reads");
    assert_eq!(read.is_3ds_ver2, Some(true));
    assert_eq!(read.three_ds_server_trans_id, Some(authentication()));
    assert_eq!(read.three_ds_method_url.as_deref(), Some("https://example.com/acs2/acs/3dsMethod"));
    let server = read.method_url_server().expect("there");
    assert!(server.starts_with("https://example.com/3dsserver/"), "{server}");
    assert!(read.three_ds_method_data_packed.is_some());
    assert!(read.acs_form(&order()).is_none());
    assert!(!read.is_failed());
}

/// G-113, G-114: the second answer takes the payer to the issuer by a form.
#[test]
fn the_second_answer() {
    let read = payment().parse(&answer(&response(PATH, 1))).expect("reads");
    let form = read.acs_form(&order()).expect("a challenge");
    assert_eq!(form.action(), "https://example.com/acs2/acs/creq");
    let fields: Vec<_> = form.fields().collect();
    assert!(matches!(fields.as_slice(), [("creq", value)] if value.starts_with("eyJ0aHJlZURT")));
    assert!(form.to_html("Continue").expect("a page").contains("name=\"creq\""));
    insta::assert_debug_snapshot!(read, @r#"
    PaymentAnswer {
        error_code: Some(
            "0",
        ),
        error_message: None,
        info: Some(
            "Your order is proceeded, redirecting...",
        ),
        redirect: None,
        term_url: None,
        acs_url: Some(
            "https://example.com/acs2/acs/creq",
        ),
        pa_req: None,
        is_3ds_ver2: Some(
            true,
        ),
        three_ds_server_trans_id: None,
        three_ds_method_url: None,
        three_ds_method_url_server: None,
        three_ds_method_data_packed: None,
        three_ds_method_url_server_direct: None,
        packed_c_req: Some(
            [redacted],
        ),
        error: None,
        error_type_name: None,
        processing_error_type: None,
        display_error_message: None,
        binding_id: None,
        sbp_c2b_info: None,
    }
    "#);
}

/// G-113: 3-D Secure 1 takes `PaReq`, `TermUrl` and the merchant's own mark.
#[test]
fn the_first_protocol() {
    let body = r#"{"errorCode":"0","acsUrl":"https://acs.example/pareq","paReq":"MARKER","termUrl":"https://bank.example/term"}"#;
    let read = payment().parse(&answer(body)).expect("reads");
    let form = read.acs_form(&order()).expect("a challenge");
    let names: Vec<_> = form.fields().map(|(name, _)| name).collect();
    assert_eq!(names, ["PaReq", "TermUrl", "MD"]);
    assert!(!format!("{read:?} {form:?}").contains("MARKER"));
}

/// A failure may come with code 0; a refusal by code leaves the money in doubt.
#[test]
fn failures() {
    let failed = r#"{"errorCode":0,"error":"declined","errorTypeName":"DATA_INPUT_ERROR"}"#;
    assert!(payment().parse(&answer(failed)).expect("answered").is_failed());
    for body in [r#"{"errorCode":"2"}"#, r#"{"errorCode":5,"errorMessage":"x"}"#, "<html>"] {
        let error = payment().parse(&answer(body)).expect_err("refused");
        assert_eq!(error.effect(), Effect::Maybe, "{body}");
    }
    assert_eq!(payment().replay(), Replay::Doubles);
}

/// G-102, G-108, G-109: refused before sending, by wire path and rule, without the value.
#[test]
fn refused_inputs() {
    type Change = fn(&mut PaymentOrder);
    let table: [(Change, &str); 7] = [
        (
            |it| {
                let cvc = Some(Cvc::new("1234").expect("four"));
                it.means = card().with(|card| card.cvc = cvc).into();
            },
            "$CVC: must be three digits",
        ),
        (
            |it| it.means = SeToken::new(Secret::new(""), holder("x")).into(),
            "seToken: must not be empty",
        ),
        (
            |it| it.means = SbpSubscription::new(Secret::new("s".repeat(33)), "1").into(),
            "sbpSubscriptionToken: must have 1 to 32 characters",
        ),
        (
            |it| it.means = SbpSubscription::new(Secret::new("s"), "").into(),
            "sbpMemberId: must have 1 to 12 characters",
        ),
        (
            |it| it.original_payment_net_ref_num = Some("1".into()),
            "originalPaymentNetRefNum: must go with tii R, U or F",
        ),
        (
            |it| it.original_payment_date = Some(UnixMillis::new(1)),
            "originalPaymentDate: must go with tii R, U or F",
        ),
        (
            |it| {
                let info = ClientBrowserInfo::new().with(|info| info.color_depth = Some(100));
                it.client_browser_info = Some(info);
            },
            "clientBrowserInfo.colorDepth: must have at most 2 digits",
        ),
    ];
    for (change, rule) in table {
        assert_eq!(refused(&payment().with(change)), rule);
    }
    let later = payment().with(|payment| {
        payment.tii = Some(Tii::Recurrent);
        payment.original_payment_net_ref_num = Some("1".into());
        payment.original_payment_date = Some(UnixMillis::new(1_740_392_720_718));
    });
    let pair = ("originalPaymentDate".into(), "1740392720718".into());
    assert!(decoded(&prepared(&later)).contains(&pair));
}

/// G-117, G-119: what goes with the findings of a 3DS server of one's own, and what does not; the
/// error holds none of them.
#[test]
fn an_external_server_is_checked() {
    type Change = fn(&mut PaymentOrder);
    fn found(it: &mut PaymentOrder) -> &mut ExternalThreeDs {
        it.external_three_ds.as_mut().expect("set")
    }
    let rule = "must not go with the findings of a 3DS server of one's own";
    let must = "must be set with the findings of a 3DS server of one's own";
    let table: [(Change, &str, &str); 15] = [
        (|it| found(it).eci = None, "jsonParams.eci", must),
        (|it| found(it).cavv = None, "jsonParams.cavv", must),
        (|it| found(it).xid = None, "jsonParams.xid", must),
        (
            |it| found(it).cavv = Some(Secret::new("x".repeat(201))),
            "jsonParams.cavv",
            "must have at most 200 characters",
        ),
        (
            |it| found(it).xid = Some(Secret::new("")),
            "jsonParams.xid",
            "must have 1 to 80 characters",
        ),
        (
            |it| it.means = SbpSubscription::new(Secret::new("s"), "1").into(),
            "sbpSubscriptionToken",
            rule,
        ),
        (|it| it.three_ds_sdk = Some(true), "threeDSSDK", rule),
        (|it| it.sca_exemption = Some("LVP".into()), "externalScaExemptionIndicator", rule),
        (
            |it| {
                it.tii = Some(Tii::Recurrent);
                it.original_payment_net_ref_num = Some("1".into());
            },
            "originalPaymentNetRefNum",
            rule,
        ),
        (
            |it| {
                it.tii = Some(Tii::Recurrent);
                it.original_payment_date = Some(UnixMillis::new(1));
            },
            "originalPaymentDate",
            rule,
        ),
        (|it| *it = it.after_method(authentication()), "threeDSServerTransId", rule),
        (
            |it| it.three_ds_ver2_finish_url = Some("https://a.example/".parse().expect("valid")),
            "threeDSVer2FinishUrl",
            rule,
        ),
        (
            |it| {
                let url = "https://a.example/".parse().expect("valid");
                it.three_ds_method_notification_url = Some(url);
            },
            "threeDSMethodNotificationUrl",
            rule,
        ),
        (
            |it| it.three_ds_protocol_version = Some("2.1.0".into()),
            "threeDSProtocolVersion",
            "must be the one in jsonParams",
        ),
        (
            |it| it.params = Some(Params::from_iter([("cavv", "MARKER")])),
            "jsonParams",
            "must not hold cavv beside the findings of a 3DS server",
        ),
    ];
    let payment = payment().with(|it| {
        it.external_three_ds = Some(ExternalThreeDs::new().with(|found| {
            found.eci = Some("5".into());
            found.cavv = Some(Secret::new("MARKER"));
            found.xid = Some(Secret::new("MARKER"));
            found.three_ds_protocol_version = Some("2.2.0".into());
        }));
    });
    prepared(&payment);
    for (change, field, rule) in table {
        assert_eq!(refused(&payment.clone().with(change)), format!("{field}: {rule}"));
    }
    // Whoever was not authenticated has no proof.
    let plain = ExternalThreeDs::new().with(|found| found.eci = Some("07".into()));
    prepared(&payment.with(|it| it.external_three_ds = Some(plain)));
}

/// Nothing of a card, a token or a cryptogram shows in `Debug`, of the request or of what leaves.
#[test]
fn secrets_do_not_show() {
    let marker = || Secret::new("MARKER");
    let found = ExternalThreeDs::new().with(|found| {
        found.eci = Some("05".into());
        found.cavv = Some(marker());
        found.xid = Some(marker());
    });
    let payment = payment().with(|payment| {
        payment.means = SeToken::new(marker(), holder("MARKER")).into();
        payment.external_three_ds = Some(found);
        payment.params = Some(Params::from_iter([("own", "MARKER")]));
    });
    let subscription = SbpSubscription::new(marker(), "1");
    let by_card = PaymentOrder::new(order(), card(), Language::English);
    let text = format!("{payment:?} {subscription:?} {:?} {by_card:?}", prepared(&payment));
    assert!(!text.contains("MARKER") && !text.contains("4000001111111118"), "{text}");
    assert!(!text.contains("123\"") && !text.contains("CARDHOLDER"), "{text}");
    let body = r#"{"errorCode":0,"packedCReq":"MARKER","paReq":"MARKER","threeDSMethodDataPacked":"MARKER"}"#;
    assert!(!format!("{:?}", payment.parse(&answer(body))).contains("MARKER"));
}
