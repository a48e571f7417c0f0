//! deposit, reverse, refund and decline against the documents' samples.

use gateway_rest::order::{
    decline::Decline, deposit::Deposit, language::Language, refund::Refund, reverse::Reverse,
};
use payments_core::{
    Currency, Endpoint as _, Minor, Part,
    id::{MerchantLogin, OrderId, OrderNumber},
};

use crate::samples::{answer, assert_same, prepared, request, response};

fn part() -> Part {
    Part::exactly(Minor::new(2000)).expect("not zero")
}

fn paid() -> OrderId {
    OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0")
}

fn decline() -> Decline {
    let order = OrderId::from_bank("8cf0409e-857e-7f95-8ab1-b6810009d884");
    Decline::new(order, OrderNumber::new("12345678").expect("valid")).with(|decline| {
        decline.merchant_login = Some(MerchantLogin::new("merch_test418").expect("valid"));
        decline.language = Some(Language::English);
    })
}

/// G-001, G-010: the printed requests, as multisets of parameters.
#[test]
fn the_printed_requests() {
    let held = OrderId::from_bank("01492437-d2fb-77fa-8db7-9e2900a7d8c0");
    let deposit = Deposit::new(held, part()).with(|deposit| {
        deposit.currency = Some(Currency::EUR);
        deposit.language = Some(Language::English);
    });
    assert_same(&prepared(&deposit), &request("rest/deposit.do", 0));
    let reverse = Reverse::new(paid(), Part::Whole).with(|reverse| {
        reverse.currency = Some(Currency::EUR);
        reverse.language = Some(Language::English);
    });
    assert_same(&prepared(&reverse), &request("rest/reverse.do", 0));
    let refund = Refund::without_key(paid(), part()).with(|refund| {
        refund.currency = Some(Currency::EUR);
        refund.language = Some(Language::English);
    });
    assert_same(&prepared(&refund), &request("rest/refund.do", 0));
    assert_same(&prepared(&decline()), &request("rest/decline.do", 0));
}

/// G-031: the printed answers, whose code is a number.
#[test]
fn the_printed_answers() {
    let said = |path: &str| answer(&response(path, 0));
    let done = [
        Deposit::new(paid(), part()).parse(&said("rest/deposit.do")).expect("done"),
        Reverse::new(paid(), part()).parse(&said("rest/reverse.do")).expect("done"),
        Refund::without_key(paid(), part()).parse(&said("rest/refund.do")).expect("done"),
        decline().parse(&said("rest/decline.do")).expect("done"),
    ];
    for done in done {
        assert_eq!(done.error_code.as_deref(), Some("0"));
        assert_eq!(done.error_message.as_deref(), Some("Success"));
        assert_eq!(done.success, None);
    }
}
