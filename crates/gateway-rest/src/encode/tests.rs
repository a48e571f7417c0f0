use payments_core::{
    Endpoint as _, Part, Replay,
    id::{OrderId, OrderNumber},
    time::UnixMillis,
};

use super::*;
use crate::{
    Call, Credentials, Profile,
    order::{
        decline::Decline, deposit::Deposit, language::Language, refund::Refund, reverse::Reverse,
        status::OrderStatus,
    },
    profile::UserNameSpelling,
    raw::RawCall,
    testing::{parameter, sent, shown},
    three_ds::{finish::Finish3dsPayment, proceed::Continue3ds},
};

fn order() -> OrderId {
    OrderId::from_bank("01492437-d2fb-77fa-8db7-9e2900a7d8c0")
}

/// The document's sample of a deposit.
fn deposit() -> Deposit {
    let part = Part::exactly(Minor::new(2000)).expect("not zero");
    Deposit::new(order(), part).with(|deposit| {
        deposit.currency = Some(Currency::EUR);
        deposit.language = Some(Language::English);
    })
}

fn prepared<E: Call>(request: &E, profile: &Profile, credentials: &Credentials) -> Prepared {
    let context = Context::new(profile, credentials, UnixMillis::new(0));
    request.prepare(&context).expect("breaks no rule")
}

fn names(request: &impl Call, credentials: &Credentials) -> Vec<String> {
    let Prepared::Ready(outgoing) = prepared(request, &Profile::vtb_test(), credentials) else {
        panic!("it waits for a signature")
    };
    let body = outgoing.into_request().into_body();
    form_urlencoded::parse(&body).map(|(name, _)| name.into_owned()).collect()
}

/// G-004, G-007: login and password, or the token, never both. Every call takes the token, also
/// where its table names only the other two.
#[test]
fn one_way_to_say_who_calls() {
    let token = Credentials::token("token").expect("fits");
    let login = Credentials::login("test_user", "test_user_password").expect("fits");
    let number = OrderNumber::new("7005").expect("fits");
    fn check(request: &impl Call, login: &Credentials, token: &Credentials) {
        let has = |names: &[String], name: &str| names.iter().any(|known| known == name);
        let (by_login, by_token) = (names(request, login), names(request, token));
        assert!(has(&by_login, "userName") && has(&by_login, "password"), "{by_login:?}");
        assert!(!has(&by_login, "token"), "{by_login:?}");
        assert!(has(&by_token, "token"), "{by_token:?}");
        assert!(!has(&by_token, "userName") && !has(&by_token, "password"), "{by_token:?}");
    }
    check(&deposit(), &login, &token);
    check(&Reverse::new(order(), Part::Whole), &login, &token);
    check(&Refund::without_key(order(), Part::Whole), &login, &token);
    check(&Decline::new(order(), number), &login, &token);
    check(&OrderStatus::of_order(order()), &login, &token);
    check(&Finish3dsPayment::new(order(), Secret::new("x")), &login, &token);
    check(&Continue3ds::new(order()), &login, &token);
    check(&RawCall::new("a.do", Replay::Reads), &login, &token);
}

#[test]
fn a_bank_may_spell_the_login_otherwise() {
    let login = Credentials::login("test_user", "test_user_password").expect("fits");
    let profile =
        Profile::vtb_test().with(|profile| profile.user_name = UserNameSpelling::Username);
    let text = shown(prepared(&deposit(), &profile, &login));
    assert!(text.ends_with("&password=test_user_password&username=test_user"), "{text}");
}

/// G-035, G-036, G-037, G-038: the hash is of the body as it is sent, which still holds login and
/// password, and nothing is in the address; the signer gets the hash itself. The hash was made with
/// another implementation.
#[test]
fn a_signed_request_carries_hash_and_signature() {
    let profile = Profile::vtb_test();
    let login = Credentials::login("test_user", "test_user_password").expect("fits");
    let context = Context::new(&profile, &login, UnixMillis::new(0)).signed();
    let prepared = || match deposit().prepare(&context).expect("breaks no rule") {
        Prepared::ToSign(to_sign) => to_sign,
        Prepared::Ready(_) => panic!("it is to be signed"),
    };
    let hash = "xrs86OzYPuGrOH9GvHWsODLM9XW8DvqBNJPlYBG5jVk=";
    assert_eq!(BASE64.encode(prepared().message()), hash);
    let request = prepared().seal(b"signature").expect("sealed").into_request();
    assert_eq!(request.headers()["x-hash"], hash);
    assert_eq!(request.headers()["x-signature"], BASE64.encode("signature"));
    assert!(request.headers().values().filter(|value| value.is_sensitive()).count() == 2);
    assert_eq!(request.uri(), "https://vtb.rbsuat.com/payment/rest/deposit.do");
    let unsigned = sent(&deposit());
    let body = unsigned.rsplit('\n').next().expect("a body");
    assert_eq!(request.body(), body);
    assert!(body.contains("password=test_user_password&userName=test_user"));
    let error = prepared().seal(b"").expect_err("no signature");
    assert_eq!(error.effect(), payments_core::Effect::No);
}

/// G-019: a repeated parameter keeps its order; the others leave by name.
#[test]
fn the_same_request_gives_the_same_bytes() {
    let raw = RawCall::new("register.do", Replay::Refused)
        .parameter("z", "1")
        .parameter("features", "FORCE_TDS")
        .parameter("features", "FORCE_SSL")
        .parameter("a", "\u{436} &=+");
    insta::assert_snapshot!(sent(&raw), @r"
    POST https://vtb.rbsuat.com/payment/rest/register.do
    content-type: application/x-www-form-urlencoded

    a=%D0%B6+%26%3D%2B&features=FORCE_TDS&features=FORCE_SSL&password=test_user_password&userName=test_user&z=1
    ");
    assert_eq!(parameter(&raw, "a").as_deref(), Some("\u{436} &=+"));
}
