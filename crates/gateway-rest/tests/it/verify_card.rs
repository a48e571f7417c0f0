//! verifyCard: the real client against the sandbox.

use gateway_rest::{
    order::register::Register, returned::PaResReturned, three_ds::finish::Finish3dsPayment,
    verify_card::VerifyCard,
};
use payments_core::{
    Effect, Endpoint as _, Minor,
    card::{Cardholder, Cvc},
    order::OrderStatus as Status,
};
use payments_sandbox::{Fault, journal::Event};

use crate::bank::{Bank, PLAIN, expiry, numbered, pan};

fn verify(number: &str) -> VerifyCard {
    VerifyCard::new(pan(number), expiry()).with(|it| {
        it.cvc = Some(Cvc::new("123").expect("three digits"));
        it.cardholder_name = Some(Cardholder::new("TEST O'CARD-HOLDER JR.").expect("short"));
    })
}

/// G-209, G-214: the order goes straight to status 3, and nothing leaves the card.
#[tokio::test(start_paused = true)]
async fn a_good_card_is_verified() {
    let bank = Bank::new();
    for amount in [None, Some(Minor::new(100))] {
        let answer = bank.call(&verify(PLAIN).with(|it| it.amount = amount)).await;
        assert!(answer.is_verified());
        assert_eq!(answer.amount, Some(amount.unwrap_or(Minor::ZERO)));
        assert_eq!(answer.eci.as_ref().map(|eci| eci.as_str()), Some("07"));
        assert!(answer.rrn.is_some() && answer.auth_code.is_some() && answer.time.is_some());
        let order = answer.order_id.clone().expect("given");
        let report = bank.report(&order).await;
        assert_eq!(report.order_status, Some(Status::AuthorizationCancelled));
        assert_eq!(report.order_number, answer.order_number);
        assert_eq!(bank.books(&order).taken, 0);
    }
}

/// A decline is a value.
#[tokio::test(start_paused = true)]
async fn a_bad_card_is_not() {
    let bank = Bank::new();
    let answer = bank.call(&verify("4000000000000119")).await;
    assert!(!answer.is_verified());
    assert_eq!(answer.action_code.as_ref().map(|code| code.as_str()), Some("116"));
    let order = answer.order_id.clone().expect("given");
    assert_eq!(bank.report(&order).await.order_status, Some(Status::Declined));
}

/// G-213: 3-D Secure 2 takes two requests; the second names the order of the first.
#[tokio::test(start_paused = true)]
async fn the_second_request_names_the_first_ones_order() {
    let bank = Bank::new();
    let request = verify("4000000000000002");
    let first = bank.call(&request).await;
    assert!(!first.is_verified());
    let order = first.order_id.clone().expect("given");
    let authentication = first.three_ds_server_trans_id.clone().expect("3-D Secure 2");
    let second = request.after_method(order.clone(), authentication);
    let answer = bank.call(&second).await;
    assert!(answer.is_verified());
    assert_eq!(answer.order_id, Some(order.clone()));
    assert_eq!(bank.orders(), 1, "no other order is registered");
    let events = bank.sandbox.with_bank(|bank| {
        bank.journal().order(&order).map(|entry| entry.event.clone()).collect::<Vec<_>>()
    });
    assert!(matches!(events[..], [_, Event::Verified]), "{events:?}");
    let (code, _, _) = bank.refused(&second).await;
    assert_eq!(code, "5", "it is over");
    // An order of the shop's own is no verification.
    let own = bank.order("7", |_: &mut Register| {}).await;
    let stray = verify(PLAIN).with(|it| it.three_ds_ver2_md_order = Some(own.clone()));
    assert_eq!(bank.refused(&stray).await.0, "5");
    assert_eq!(bank.books(&own).taken, 0);
}

/// The older protocol: the answer holds the form for the issuer, and the finish verifies.
#[tokio::test(start_paused = true)]
async fn the_older_protocol() {
    let bank = Bank::new();
    let answer = bank.call(&verify("2200000000000004")).await;
    assert!(!answer.is_verified());
    let order = answer.order_id.clone().expect("given");
    let form = answer.acs_form().expect("a challenge");
    assert!(form.fields().any(|(name, value)| name == "MD" && value == order.as_str()));
    let forged = PaResReturned::from_body(b"MD=x&PaRes=y").expect("a form").pa_res;
    bank.call(&Finish3dsPayment::new(order.clone(), forged)).await;
    assert_eq!(bank.report(&order).await.order_status, Some(Status::Declined));
}

/// A first request leaves no trail: the gateway numbers its order. A second one does.
#[tokio::test(start_paused = true)]
async fn what_a_lost_answer_leaves() {
    let bank = Bank::new();
    let request = verify(PLAIN);
    let error = bank.wronged(&request, "verifyCard.do", Fault::LostAnswer).await;
    let sent = error.sent_at().expect("bytes may have left");
    let refused = bank.client.resolve(&request, sent).await.expect_err("nothing to follow");
    assert_eq!(refused.as_invalid().map(|it| it.field()), Some("request"));
    assert_eq!(bank.orders(), 1);
    assert!(bank.call(&request).await.is_verified());
    assert_eq!(request.replay(), payments_core::Replay::Doubles);

    let request = verify("4000000000000002");
    let first = bank.call(&request).await;
    let authentication = first.three_ds_server_trans_id.clone().expect("3-D Secure 2");
    let second = request.after_method(first.order_id.clone().expect("given"), authentication);
    let error = bank.wronged(&second, "verifyCard.do", Fault::LostAnswer).await;
    assert!(bank.resolved(&second, &error).await.happened());
}

/// The numbers that the gateway makes run into none of the merchant's.
#[tokio::test(start_paused = true)]
async fn own_numbers_are_free() {
    let bank = Bank::new();
    let taken = bank.call(&verify(PLAIN)).await.order_number.clone().expect("given");
    let next: u64 = taken.as_str().parse().expect("digits");
    bank.order(&(next + 1).to_string(), |_| {}).await;
    let answer = bank.call(&verify(PLAIN)).await;
    assert_eq!(answer.order_number, Some(numbered(&(next + 2).to_string())));
    assert_eq!(answer.error_code.as_deref(), Some("0"));
    let wrong = verify(PLAIN).with(|it| it.cardholder_name = Cardholder::new("ИВАНОВ").ok());
    let refused = bank.client.call(&wrong).await.expect_err("not sent");
    assert_eq!(refused.effect(), Effect::No);
}
