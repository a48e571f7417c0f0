use payments_core::{
    Currency, Effect, Endpoint as _, Minor, Prepared, Replay,
    id::{MerchantLogin, TemplateId},
    order::{Decimal, Rule, TemplateParamMode, TemplateStatus},
};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{
    Call, Profile,
    order::language::Language,
    profile::UserNameSpelling,
    testing::{damaged, ok, prepare_at, refusal, sent, shown, takes_a_long_login},
};

const ANSWER: &str = r#"{"status":"SUCCESS","template":{"templateId":"umoPoMUCbGrsKRKT",
    "status":"ACTIVE","type":"ECOM","name":"merchapitest","preAuth":false,"currency":"EUR",
    "nameForClient":"Name for client","singlePayment":false,"amount":"300444",
    "startDate":"2026-01-02T03:04:05","additionalParams":[{"label":"Test","name":"+35799988877",
    "regexp":"\\w+","value":"123","placeholder":"test","required":true,"visible":true}],
    "commission":{"feeMin":14,"feeMax":"15","feePercentage":3.3},
    "qrTemplate":{"payload":"https://someurl.com/sc/umoPoMUCbGrsKRKT","renderedQr":"iVBORw0KGgo="}}}"#;
const LIST: &str = r#"{"status":"SUCCESS","templates":[{"templateId":"a","status":"ACTIVE",
    "type":"ECOM","name":"n","amount":300444,"currency":"978","qrTemplate":{"payload":"u"}}]}"#;

fn link() -> TemplateId {
    TemplateId::from_bank("umoPoMUCbGrsKRKT")
}

fn create() -> CreateTemplate {
    CreateTemplate::new("template_test", "Name For Client", TemplateAmount::PayerChooses)
}

fn fixed(units: u64) -> TemplateAmount {
    TemplateAmount::exactly(Minor::new(units)).expect("more than zero")
}

fn update() -> UpdateTemplate {
    UpdateTemplate::new(link())
}

fn body_at(request: &impl Call, profile: &Profile) -> Value {
    let Ok(Prepared::Ready(outgoing)) = prepare_at(request, profile) else { panic!("not ready") };
    serde_json::from_slice(outgoing.request().body()).expect("json")
}

/// What stands in `template` of a request.
fn template(request: &impl Call) -> Value {
    body_at(request, &Profile::vtb_test())["template"].clone()
}

/// G-010, G-226: JSON, with the one kind that there is.
#[test]
fn a_new_link_on_the_wire() {
    let request = create().with(|it| {
        it.amount = fixed(2000);
        it.currency = Some(Currency::RUB);
        it.start_date = Some("2026-01-02T03:04:05".parse().expect("a date"));
        it.end_date = Some("2026-02-02T03:04:05".parse().expect("a date"));
        it.single_payment = Some(true);
        it.commission =
            Some(Commission::percentage(Minor::new(14), Minor::new(1400), Decimal::new(330, 2)));
        it.additional_params = vec![AdditionalParam::new("Size", "size", true).with(|it| {
            it.regexp = Some("\\w+".into());
            it.visible = Some(true);
        })];
        it.qr_template = Some(QrTemplate::png(150, 150));
        it.language = Some(Language::English);
    });
    insta::assert_snapshot!(sent(&request), @r#"
    POST https://vtb.rbsuat.com/payment/rest/templates/create.do
    content-type: application/json

    {"language":"en","password":"test_user_password","template":{"type":"ECOM","name":"template_test","amount":2000,"currency":"643","startDate":"2026-01-02T03:04:05","endDate":"2026-02-02T03:04:05","nameForClient":"Name For Client","singlePayment":true,"additionalParams":[{"label":"Size","name":"size","regexp":"\\w+","required":true,"visible":true}],"commission":{"feeMin":14,"feeMax":1400,"feePercentage":3.3},"qrTemplate":{"qrHeight":150,"qrWidth":150}},"userName":"test_user"}
    "#);
    assert!(takes_a_long_login(&request)); // G-008
}

/// G-002: what a request cannot leave out is what the tables call mandatory.
#[test]
fn mandatory_fields_are_always_there() {
    let smallest = CreateTemplate::new("n", "", TemplateAmount::PayerChooses);
    let want = serde_json::json!({"type": "ECOM", "name": "n", "nameForClient": ""});
    assert_eq!(template(&smallest), want);
    let only_id = serde_json::json!({"templateId": "umoPoMUCbGrsKRKT"});
    assert_eq!(template(&ReadTemplate::new(link())), only_id);
    let list = body_at(&ListTemplates::active(), &Profile::vtb_test());
    let login = serde_json::json!({"userName": "test_user", "password": "test_user_password"});
    assert_eq!(list, login);
}

/// G-227: without an amount the payer chooses, and a computed zero never means that.
#[test]
fn an_amount_or_the_payer_s_choice() {
    assert!(template(&create()).get("amount").is_none());
    assert_eq!(template(&create().with(|it| it.amount = fixed(1)))["amount"], 1);
    assert!(TemplateAmount::exactly(Minor::ZERO).is_err());
    let long = create().with(|it| it.amount = fixed(10_000_000_000));
    assert_eq!(refusal(&long), "template.amount: must have at most 10 digits");
}

/// G-237: the bank ignores amount and dates beside the words that replace them, so they are never
/// sent together.
#[test]
fn an_update_says_one_thing() {
    let free = template(&update().with(|it| it.amount = Some(TemplateAmount::PayerChooses)));
    assert_eq!((&free["isFreeAmount"], free.get("amount")), (&true.into(), None));
    let sum = template(&update().with(|it| it.amount = Some(fixed(5))));
    assert_eq!((&sum["amount"], sum.get("isFreeAmount")), (&5.into(), None));
    let endless = template(&update().with(|it| it.validity = Some(Validity::Indefinite)));
    assert_eq!((&endless["isIndefinite"], endless.get("endDate")), (&true.into(), None));
    let end = Some("2026-02-02T03:04:05".parse().expect("a date"));
    let dated = template(&update().with(|it| {
        it.validity = Some(Validity::Dates { start: None, end });
    }));
    assert_eq!(dated["endDate"], "2026-02-02T03:04:05");
    assert!(dated.get("isIndefinite").is_none() && dated.get("startDate").is_none());
    assert_eq!(template(&update()), serde_json::json!({"templateId": "umoPoMUCbGrsKRKT"}));
}

/// G-238: a field is added unless the mode says otherwise, and then needs label and necessity.
#[test]
fn fields_are_added_or_taken_away() {
    let with = |change| update().with(|it| it.additional_params = vec![change]);
    let added = template(&with(ParamChange::add(AdditionalParam::new("Size", "size", false))));
    let want = serde_json::json!([{"label": "Size", "name": "size", "required": false}]);
    assert_eq!(added["additionalParams"], want);
    let removed = template(&with(ParamChange::remove("size")));
    let want = serde_json::json!([{"mode": "REMOVE", "name": "size"}]);
    assert_eq!(removed["additionalParams"], want);
    for mode in [None, Some(TemplateParamMode::Add)] {
        let mut half = with(ParamChange::remove("size").with(|it| it.mode = mode.clone()));
        let field = "template.additionalParams[0]";
        assert_eq!(refusal(&half), format!("{field}.label: must be sent"));
        half.additional_params[0].param.label = Some("Size".into());
        assert_eq!(refusal(&half), format!("{field}.required: must be sent"));
    }
}

/// G-230: Latin letters and underscores.
#[test]
fn names_of_fields() {
    let named = |name: &str| {
        create().with(|it| it.additional_params = vec![AdditionalParam::new("Label", name, true)])
    };
    assert_eq!(named("items_Count").validate(&Profile::vtb_test()), Ok(()));
    for wrong in ["items-count", "размер", "item1", "a b"] {
        let error = named(wrong).validate(&Profile::vtb_test()).expect_err(wrong);
        assert_eq!(error.field(), "template.additionalParams[0].name");
        assert_eq!(error.name(), Some("param-name"));
    }
    assert!(named("").validate(&Profile::vtb_test()).is_err());
    let lenient = Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::ParamName));
    assert_eq!(named("item1").validate(&lenient), Ok(()));
}

/// G-231: what is left out is not sent: no check of the input, and a field that is not shown.
#[test]
fn a_field_without_more() {
    let request =
        create().with(|it| it.additional_params = vec![AdditionalParam::new("L", "n", true)]);
    let field = &template(&request)["additionalParams"][0];
    assert_eq!(*field, serde_json::json!({"label": "L", "name": "n", "required": true}));
}

/// G-232, G-233: one of two sets; a point in the percentage.
#[test]
fn one_kind_of_commission() {
    let with = |commission: Commission| create().with(|it| it.commission = Some(commission));
    let range = Commission::percentage(Minor::new(1), Minor::new(9), Decimal::new(33, 1));
    let text = sent(&with(range.clone()));
    assert!(text.contains(r#""commission":{"feeMin":1,"feeMax":9,"feePercentage":3.3}"#), "{text}");
    let fixed = template(&with(Commission::fixed(Minor::new(34))));
    assert_eq!(fixed["commission"], serde_json::json!({"fixedAmount": 34}));
    let both = range.clone().with(|it| it.fixed_amount = Some(Minor::new(34)));
    let half = range.clone().with(|it| it.fee_max = None);
    for wrong in [both.clone(), half, Commission::default()] {
        let error = with(wrong).validate(&Profile::vtb_test()).expect_err("not one set");
        assert_eq!(error.field(), "template.commission.fixedAmount");
        assert_eq!(error.name(), Some("one-commission"));
    }
    let lenient = Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::OneCommission));
    assert_eq!(with(both).validate(&lenient), Ok(()));
    let reversed = with(range.clone().with(|it| it.fee_min = Some(Minor::new(10))));
    assert_eq!(refusal(&reversed), "template.commission.feeMax: must not be less than feeMin");
    let endless = with(range.with(|it| it.fee_percentage = Some(Decimal::new(1, 10))));
    assert!(refusal(&endless).starts_with("template.commission.feePercentage: "));
}

/// G-234: sides of 10 to 1000 pixels.
#[test]
fn sides_of_a_picture() {
    for (side, fits) in [(9, false), (10, true), (1000, true), (1001, false)] {
        let qr = || Some(QrTemplate::png(side, 100));
        let read = ReadTemplate::new(link()).with(|it| it.qr_template = qr());
        assert_eq!(read.validate().is_ok(), fits, "{side}");
        let list = ListTemplates::active().with(|it| it.qr_template = qr());
        assert_eq!(list.validate().is_ok(), fits, "{side}");
        let changed = update().with(|it| it.qr_template = qr());
        assert_eq!(changed.validate(&Profile::vtb_test()).is_ok(), fits, "{side}");
    }
    let wide = create().with(|it| it.qr_template = Some(QrTemplate::png(100, 1001)));
    assert_eq!(refusal(&wide), "template.qrTemplate.qrHeight: must be 10 to 1000");
}

/// G-240: the samples' spellings, each by a switch of its own.
#[test]
fn banks_spell_otherwise() {
    let list = ListTemplates::active()
        .with(|it| it.merchant_login = Some(MerchantLogin::new("testMerchant").expect("fits")));
    let at = |templates| Profile::vtb_test().with(|it| it.templates = templates);
    let [plain, tables, samples] =
        [TemplateSpelling::default(), TemplateSpelling::TABLES, TemplateSpelling::SAMPLES]
            .map(|spelling| body_at(&list, &at(spelling)));
    assert!(plain["userName"].is_string() && plain["merchantLogin"].is_string());
    assert!(tables["userName"].is_string() && tables["merchant_login"].is_string());
    assert!(samples["username"].is_string() && samples["merchantLogin"].is_string());
    assert!(samples.get("userName").is_none() && tables.get("merchantLogin").is_none());
    let everywhere = Profile::vtb_test().with(|it| it.user_name = UserNameSpelling::Username);
    assert!(body_at(&list, &everywhere)["username"].is_string());
    let euro = create().with(|it| it.currency = Some(Currency::EUR));
    let currency = |spelling| body_at(&euro, &at(spelling))["template"]["currency"].clone();
    assert_eq!(currency(TemplateSpelling::default()), "978");
    assert_eq!(currency(TemplateSpelling::SAMPLES), "EUR");
}

/// G-241: an update goes to the address of the heading, not of the sample.
#[test]
fn addresses_of_the_calls() {
    let path = |text: String| text.lines().next().expect("a line").to_owned();
    let base = "POST https://vtb.rbsuat.com/payment/rest/templates";
    assert_eq!(path(sent(&create())), format!("{base}/create.do"));
    assert_eq!(path(sent(&update())), format!("{base}/update.do"));
    assert_eq!(path(sent(&ReadTemplate::new(link()))), format!("{base}/get.do"));
    assert_eq!(path(sent(&ListTemplates::active())), format!("{base}/getList.do"));
}

#[test]
fn questions_on_the_wire() {
    insta::assert_snapshot!(sent(&ReadTemplate::new(link())), @r#"
    POST https://vtb.rbsuat.com/payment/rest/templates/get.do
    content-type: application/json

    {"password":"test_user_password","template":{"templateId":"umoPoMUCbGrsKRKT"},"userName":"test_user"}
    "#);
    let of_others = ListTemplates::of_status(TemplateStatus::Inactive);
    insta::assert_snapshot!(sent(&of_others), @r#"
    POST https://vtb.rbsuat.com/payment/rest/templates/getList.do
    content-type: application/json

    {"password":"test_user_password","status":"INACTIVE","userName":"test_user"}
    "#);
}

#[test]
fn a_wrong_field_is_named() {
    let wrong = create().with(|it| it.name = String::new());
    assert_eq!(refusal(&wrong), "template.name: must have 1 to 140 characters");
    let wrong = create().with(|it| it.kind = "QR".into());
    assert_eq!(refusal(&wrong), "template.type: must have 4 characters");
    let day = "2026-01-02T03:04:05".parse().expect("a date");
    let wrong = create().with(|it| (it.start_date, it.end_date) = (Some(day), Some(day)));
    assert_eq!(refusal(&wrong), "template.endDate: must lie after startDate");
    let both = Some(Validity::Dates { start: Some(day), end: Some(day) });
    let wrong = update().with(|it| it.validity = both);
    assert_eq!(refusal(&wrong), "template.endDate: must lie after startDate");
    let wrong = update().with(|it| it.status = Some("FORGOTTEN".into()));
    assert_eq!(refusal(&wrong), "template.status: must have 1 to 8 characters");
    let wrong = update().with(|it| it.language = Some("e".into()));
    assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    let wrong = ListTemplates::of_status("FORGOTTEN".into());
    assert_eq!(refusal(&wrong), "status: must have 1 to 8 characters");
    let must = Profile::vtb_test().with(|it| it.currency_required = true);
    assert!(prepare_at(&create(), &must).is_err());
    let text = shown(prepare_at(&update(), &must).expect("an update may leave it"));
    assert!(!text.contains("currency"), "{text}");
}

/// G-225, G-240: an answer by the samples: letters as currency, numbers as text.
#[test]
fn what_a_link_is() {
    let report = ReadTemplate::new(link()).parse(&ok(ANSWER)).expect("an answer");
    let found = report.template;
    assert_eq!((found.template_id.clone(), found.status), (link(), Some(TemplateStatus::Active)));
    assert_eq!(found.currency.as_ref().map(LinkCurrency::as_str), Some("EUR"));
    assert_eq!(found.currency.and_then(|it| it.currency()), Some(Currency::EUR));
    assert_eq!(found.amount, Some(Minor::new(300_444)));
    assert_eq!((found.pre_auth, found.single_payment), (Some(false), Some(false)));
    assert_eq!(found.additional_params[0].name.as_deref(), Some("+35799988877"));
    assert_eq!(found.additional_params[0].regexp.as_deref(), Some("\\w+"));
    let fee = found.commission.expect("there");
    assert_eq!(
        (fee.fee_max, fee.fee_percentage),
        (Some(Minor::new(15)), Some(Decimal::new(33, 1)))
    );
    let qr = found.qr_template.expect("there");
    assert_eq!(qr.payload.as_deref(), Some("https://someurl.com/sc/umoPoMUCbGrsKRKT"));
    assert_eq!(qr.png().expect("base64")[1..4], *b"PNG");
    let made = create().parse(&ok(ANSWER)).expect("an answer");
    assert_eq!(made.template.template_id, link());
    let list = ListTemplates::active().parse(&ok(LIST)).expect("an answer");
    assert_eq!(
        list.templates[0].currency.as_ref().and_then(LinkCurrency::currency),
        Some(Currency::EUR)
    );
}

/// G-236: `status` decides; what a success must hold is there, or the answer counts as unread.
#[test]
fn the_status_decides() {
    let fail = |code: &str| {
        let error = format!(r#"{{"code":"{code}","description":"d","message":"m"}}"#);
        ok(format!(r#"{{"status":"FAIL","error":{error}}}"#))
    };
    let (no, maybe) = (Effect::No, Effect::Maybe);
    for (code, effect) in
        [("1", no), ("4", no), ("5", no), ("6", no), ("7", maybe), ("99", maybe), ("", maybe)]
    {
        let error = create().parse(&fail(code)).expect_err("refused");
        assert_eq!(error.effect(), effect, "{code}");
        let refusal = error.refusal().expect("refused");
        assert_eq!((refusal.code.as_str(), refusal.message.as_deref()), (code, Some("m")));
    }
    assert!(update().parse(&fail("6")).expect_err("refused").is_not_found());
    assert!(update().parse(&fail("5")).expect_err("refused").is_access_denied());
    assert!(update().parse(&ok(r#"{"status":"SUCCESS"}"#)).is_ok());
    let bare = update().parse(&ok(r#"{"status":"FAIL"}"#)).expect_err("refused");
    assert_eq!(bare.effect(), maybe);
    let elsewhere = update().parse(&ok(r#"{"errorCode":"5","errorMessage":"m"}"#));
    assert!(elsewhere.expect_err("refused").is_access_denied());
    for unread in ["{}", r#"{"errorCode":"0"}"#, r#"{"status":"PERHAPS"}"#, "<html>", "[]"] {
        assert!(update().parse(&ok(unread)).expect_err(unread).is_unreadable(), "{unread}");
    }
    for hollow in [r#"{"status":"SUCCESS"}"#, r#"{"status":"SUCCESS","template":{}}"#] {
        assert!(create().parse(&ok(hollow)).expect_err(hollow).is_unreadable(), "{hollow}");
        let read = ReadTemplate::new(link()).parse(&ok(hollow));
        assert!(read.expect_err(hollow).is_unreadable(), "{hollow}");
    }
}

/// G-239: no links are an empty list, which a missing one is not.
#[test]
fn no_links_are_an_empty_list() {
    let read = |body: &'static str| ListTemplates::active().parse(&ok(body));
    assert_eq!(read(r#"{"status":"SUCCESS","templates":[]}"#).expect("none").templates, []);
    assert!(read(r#"{"status":"SUCCESS"}"#).expect_err("unread").is_unreadable());
    let status = body_at(&ListTemplates::active(), &Profile::vtb_test());
    assert!(status.get("status").is_none(), "the bank lists the active ones");
}

/// A second copy of a new link makes another; one of an update may open a link that was used.
#[test]
fn what_a_second_copy_would_do() {
    assert_eq!(create().replay(), Replay::Doubles);
    assert_eq!(ReadTemplate::new(link()).replay(), Replay::Reads);
    assert_eq!(ListTemplates::active().replay(), Replay::Reads);
    let named = update().with(|it| it.name = Some("new".into()));
    assert_eq!(named.replay(), Replay::SameAnswer);
    let opened = named.clone().with(|it| it.status = Some(TemplateStatus::Active));
    let grown = named.with(|it| it.additional_params = vec![ParamChange::remove("size")]);
    assert_eq!([opened.replay(), grown.replay()], [Replay::Doubles; 2]);
}

proptest! {
    #[test]
    fn no_answer_panics(one in damaged(ANSWER), many in damaged(LIST)) {
        let _ = (create().parse(&ok(one.clone())), update().parse(&ok(one.clone())));
        let _ = ReadTemplate::new(link()).parse(&ok(one));
        let _ = ListTemplates::active().parse(&ok(many));
    }
}
