use payments_core::Effect;
use proptest::prelude::*;

use super::*;
use crate::{
    profile::TransIdSpelling,
    testing::{
        damaged, effects, ok, parameter, prepare, prepare_at, refusal, sent, takes_a_long_login,
    },
};

fn verify() -> VerifyCard {
    let pan = Pan::new("4000001111111118").expect("the samples' test card");
    VerifyCard::new(pan, Expiry::new(2030, 12).expect("valid"))
        .with(|it| it.cvc = Some(Cvc::new("123").expect("valid")))
}

fn named(name: &str) -> VerifyCard {
    verify().with(|it| it.cardholder_name = Some(Cardholder::new(name).expect("short")))
}

/// G-001, G-010, G-210, G-214: the sample, without an amount and with an expiry.
#[test]
fn the_sample_on_the_wire() {
    insta::assert_snapshot!(sent(&verify()), @"
    POST https://vtb.rbsuat.com/payment/rest/verifyCard.do
    content-type: application/x-www-form-urlencoded

    cvc=123&expiry=203012&pan=4000001111111118&password=test_user_password&userName=test_user
    ");
    assert!(!takes_a_long_login(&verify())); // G-008
}

/// G-212, G-213: the addresses and the order of the first part.
#[test]
fn every_other_field() {
    let url = |name: &str| FullUrl::new(format!("https://shop.example/{name}")).expect("complete");
    let first = named("TEST O'CARD-HOLDER JR.").with(|it| {
        it.amount = Some(Minor::new(100));
        it.currency = Some(Currency::RUB);
        it.back_url = Some(url("back"));
        it.return_url = Some(url("return"));
        it.fail_url = Some(url("fail"));
        it.description = Some("description".into());
        it.language = Some(Language::English);
        it.three_ds_ver2_finish_url = Some(url("finish"));
        it.three_ds_sdk = Some(false);
        it.billing_payer_data =
            Some(BillingPayerData::new().with(|to| to.billing_city = Some("Y".into())));
        it.address_match = Some("Y".into());
    });
    insta::assert_snapshot!(sent(&first), @"
    POST https://vtb.rbsuat.com/payment/rest/verifyCard.do
    content-type: application/x-www-form-urlencoded

    amount=100&backUrl=https%3A%2F%2Fshop.example%2Fback&billingAndShippingAddressMatchIndicator=Y&billingPayerData=%7B%22billingCity%22%3A%22Y%22%7D&cardholderName=TEST+O%27CARD-HOLDER+JR.&currency=643&cvc=123&description=description&expiry=203012&failUrl=https%3A%2F%2Fshop.example%2Ffail&language=en&pan=4000001111111118&password=test_user_password&returnUrl=https%3A%2F%2Fshop.example%2Freturn&threeDSSDK=false&threeDSVer2FinishUrl=https%3A%2F%2Fshop.example%2Ffinish&userName=test_user
    ");
    let order = OrderId::from_bank("cfc238ca-68f9-745c-ba7e-eb9100af79e0");
    let authentication = ThreeDsServerTransId::new("5802746e").expect("short");
    let second = verify().after_method(order.clone(), authentication);
    assert_eq!(parameter(&second, "threeDSVer2MdOrder").as_deref(), Some(order.as_str()));
    assert_eq!(parameter(&second, "threeDSServerTransId").as_deref(), Some("5802746e"));
    assert_eq!(second.trail(), Some(OrderTrail::Pay { order_id: order }.into()));
    assert_eq!(verify().trail(), None);
    let bank = Profile::vtb_test().with(|it| it.trans_id = TransIdSpelling::TransIdCapital);
    let elsewhere = crate::testing::shown(prepare_at(&second, &bank).expect("breaks no rule"));
    assert!(elsewhere.contains("threeDSServerTransID=5802746e"), "{elsewhere}");
}

/// G-214: the amount is for the profile to ask.
#[test]
fn the_amount_is_for_the_profile_to_ask() {
    let strict = Profile::vtb_test().with(|it| it.rules = it.rules.with(Rule::VerifiedAmount));
    let refused = prepare_at(&verify(), &strict).expect_err("left out");
    let invalid = refused.as_invalid().expect("refused before sending");
    assert_eq!((invalid.field(), invalid.name()), ("amount", Some("verified-amount")));
    let nothing = verify().with(|it| it.amount = Some(Minor::ZERO));
    assert!(prepare_at(&nothing, &strict).is_ok());
    assert_eq!(parameter(&nothing, "amount").as_deref(), Some("0"));
}

/// G-211: the signs of a name, and its length; the name itself stays out of the refusal.
#[test]
fn a_wrong_field_is_named() {
    let signs = "cardholderName: must hold Latin letters, blanks, full stops, hyphens and \
                 apostrophes only";
    for name in ["Иванов", "NAME 2", "NAME,JR", "NAME_A", "NAMÉ"] {
        assert_eq!(refusal(&named(name)), signs);
    }
    for name in ["X", &"x".repeat(46)] {
        assert_eq!(refusal(&named(name)), "cardholderName: must have 2 to 45 characters");
    }
    let wrong = verify().with(|it| it.cvc = Some(Cvc::new("1234").expect("four digits")));
    assert_eq!(refusal(&wrong), "cvc: must be three digits");
    let wrong = verify().with(|it| it.amount = Some(Minor::new(u64::MAX)));
    assert_eq!(refusal(&wrong), "amount: must have at most 12 digits");
}

#[test]
fn what_a_refusal_says_about_the_money() {
    let codes = ["1", "2", "5", "6", "7", "99"];
    assert_eq!(effects(&verify(), &codes), [Effect::Maybe; 6]);
    assert_eq!(verify().replay(), Replay::Doubles);
}

/// A decline is a value, and so is a step of 3-D Secure.
#[test]
fn only_an_approval_verifies() {
    let answer = |body: &str| verify().parse(&ok(body.to_owned())).expect("an answer");
    assert!(answer(r#"{"errorCode":"0","actionCode":0}"#).is_verified());
    assert!(!answer(r#"{"errorCode":"0","actionCode":116}"#).is_verified());
    assert!(!answer(r#"{"errorCode":"0"}"#).is_verified());
    assert!(!answer(r#"{"actionCode":0,"threeDSServerTransID":"x"}"#).is_verified());
    let one = answer(
        r#"{"actionCode":0,"orderId":"o","acsUrl":"https://acs.example","termUrl":"t","paReq":"p"}"#,
    );
    assert!(!one.is_verified());
    let form = one.acs_form().expect("a form");
    assert_eq!(form.fields().collect::<Vec<_>>(), [("PaReq", "p"), ("TermUrl", "t"), ("MD", "o")]);
    let two = answer(r#"{"acsUrl":"https://acs.example","packedCReq":"c","is3DSVer2":true}"#);
    assert_eq!(two.acs_form().expect("a form").fields().collect::<Vec<_>>(), [("creq", "c")]);
}

#[test]
fn a_marker_never_shows() {
    let request = named("MARKER");
    let prepared = prepare(&request).expect("breaks no rule");
    let answer = r#"{"paReq":"MARKER","packedCReq":"MARKER","threeDSMethodDataPacked":"MARKER"}"#;
    let answer = request.parse(&ok(answer)).expect("an answer");
    let shown = format!("{request:?} {prepared:?} {answer:?}");
    assert!(!shown.contains("MARKER"), "{shown}");
    assert!(!shown.contains("4000001111111118"), "{shown}");
    assert!(!shown.contains("123\""), "{shown}");
}

proptest! {
    #[test]
    fn no_answer_panics(body in damaged(
        r#"{"errorCode": "0", "orderId": "o", "actionCode": 0, "time": 1, "eci": "07", "paReq": "p"}"#
    )) {
        if let Ok(answer) = verify().parse(&ok(body)) {
            let _ = (answer.is_verified(), answer.acs_form());
        }
    }
}
