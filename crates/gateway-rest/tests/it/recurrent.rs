//! recurrentPayment and installmentPayment: the real client against the sandbox.

use gateway_rest::{
    Resolved,
    order::{deposit::Deposit, params::Params},
    recurrent::{Charge, InstallmentPayment, RecurrentError, RecurrentPayment},
};
use payments_core::{
    Currency, Effect, Minor, Part,
    id::BindingId,
    order::{OrderStatus as Status, Rule},
};
use payments_sandbox::Fault;

use crate::bank::{AMOUNT, Bank, PLAIN, numbered};

const PATH: &str = "recurrentPayment.do";

fn charge(number: &str, binding: &BindingId) -> Charge {
    Charge::new(numbered(number), AMOUNT, binding.clone())
}

/// G-188, G-189, G-190: it registers and pays, and the report comes along.
#[tokio::test(start_paused = true)]
async fn a_stored_card_is_charged_again() {
    let bank = Bank::new();
    let binding = bank.stored(PLAIN).await;
    let payment = RecurrentPayment::from(charge("R-1", &binding)).with(|payment| {
        payment.charge.params = Some(Params::from_iter([("firstParamName", "firstParamValue")]));
        payment.charge.description = Some("January".into());
        payment.charge.currency = Some(Currency::RUB);
    });
    let answer = bank.call(&payment).await;
    assert!(answer.success && answer.is_paid());
    let order = answer.order_id().expect("given");
    assert_eq!(bank.books(&order).merchant, AMOUNT.get());
    let report = answer.order_status.as_ref().expect("a report");
    assert_eq!(report.order_status, Some(Status::Deposited));
    assert_eq!(report.order_number, Some(numbered("R-1")));
    assert_eq!(report.order_description.as_deref(), Some("January"));
    let param = &report.merchant_order_params[0];
    assert_eq!((param.name.as_str(), param.value.as_str()), ("firstParamName", "firstParamValue"));
    let info = report.binding_info.as_ref().expect("a credential");
    assert_eq!(info.binding_id.as_ref(), Some(&binding));
    assert_eq!(report.operations[0].amount, Some(AMOUNT));
    let asked = bank.report(&order).await;
    assert_eq!(asked.amounts(), report.amounts());
    assert_eq!(asked.tii.as_ref().map(|tii| tii.as_str()), Some("R"));
}

/// G-191, G-192, G-193: an instalment in two phases, which the table takes.
#[tokio::test(start_paused = true)]
async fn an_instalment_may_be_held_first() {
    let bank = Bank::of(|_| {}, |it| it.rules = it.rules.with(Rule::InstallmentPreAuth));
    let binding = bank.stored(PLAIN).await;
    let silent = InstallmentPayment::from(charge("I-1", &binding));
    let refused = bank.client.call(&silent).await.expect_err("the profile asks for it");
    assert_eq!(refused.effect(), Effect::No);
    let payment = silent.with(|it| it.charge.pre_auth = Some(true));
    let answer = bank.call(&payment).await;
    assert!(answer.is_paid());
    assert_eq!(answer.error, Some(false));
    let order = answer.order_id.clone().expect("given");
    assert_eq!((bank.books(&order).held, bank.books(&order).merchant), (AMOUNT.get(), 0));
    bank.call(&Deposit::new(order.clone(), Part::Whole)).await;
    assert_eq!((bank.books(&order).held, bank.books(&order).merchant), (0, AMOUNT.get()));
    let report = answer.order_status.as_ref().expect("a report");
    assert_eq!(report.order_status, Some(Status::Authorized));
}

/// A credential whose card is past is refused, and nothing is registered.
#[tokio::test(start_paused = true)]
async fn an_expired_card_is_refused() {
    let bank = Bank::new();
    let binding = bank.stored(PLAIN).await;
    bank.wait(5 * 365 * 24 * 3600); // The last day of 2030; the card is past from January on.
    bank.wait(3 * 24 * 3600);
    let payment = RecurrentPayment::from(charge("R-1", &binding));
    let (code, text, error) = bank.refused(&payment).await;
    assert_eq!((code.as_str(), error.effect()), ("2", Effect::Maybe));
    assert!(text.contains("expired"), "{text}");
    assert_eq!(bank.orders(), 1, "nothing was registered");
    assert!(matches!(bank.resolved(&payment, &error).await, Resolved::Unknown { .. }));
    bank.wait(91);
    assert!(matches!(bank.resolved(&payment, &error).await, Resolved::DidNot));
}

/// G-189, G-190: a number that is taken is code 10, whoever took it, and nothing is charged twice.
#[tokio::test(start_paused = true)]
async fn a_taken_number_is_code_10() {
    let bank = Bank::new();
    let binding = bank.stored(PLAIN).await;
    let payment = RecurrentPayment::from(charge("R-1", &binding));
    let order = bank.call(&payment).await.order_id().expect("given");
    let (code, _, error) = bank.refused(&payment).await;
    assert!(code == "10" && error.is_duplicate());
    let block = RecurrentError::of(&error).expect("a block");
    assert_eq!(block.code.as_deref(), Some("10"));
    assert_eq!(block.description, block.message);
    let installment = InstallmentPayment::from(charge("R-1", &binding));
    let (code, _, error) = bank.refused(&installment).await;
    assert!(code == "10" && error.is_duplicate());
    assert_eq!(error.effect(), Effect::Maybe, "the first copy may have been this one");
    assert!(bank.resolved(&payment, &error).await.happened());
    assert_eq!(bank.books(&order).merchant, AMOUNT.get());
    // A foreign order of another amount has the number: this payment did not happen.
    let other = RecurrentPayment::new(numbered("R-1"), Minor::new(1), binding);
    let (_, _, error) = bank.refused(&other).await;
    bank.wait(91);
    assert!(matches!(bank.resolved(&other, &error).await, Resolved::DidNot));
}

/// Whatever was lost, one status call by the number tells, and the card is charged once.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_by_the_number() {
    let status = |acted| Fault::Status { code: 502, acted };
    for (fault, acted) in [
        (Fault::LostAnswer, true),
        (Fault::LostRequest, false),
        (status(true), true),
        (status(false), false),
        (Fault::Html { acted: true }, true),
        (Fault::ErrorInside200 { acted: true }, true),
        (Fault::ErrorInside200 { acted: false }, false),
    ] {
        let bank = Bank::new();
        let binding = bank.stored(PLAIN).await;
        let payment = RecurrentPayment::from(charge("R-1", &binding));
        let error = bank.wronged(&payment, PATH, fault).await;
        let early = bank.resolved(&payment, &error).await;
        assert_eq!(early.happened(), acted, "{fault:?}");
        assert_eq!(early.known(), acted.then_some(true), "it may still arrive: {fault:?}");
        bank.wait(91);
        let late = bank.resolved(&payment, &error).await;
        assert_eq!(late.known(), Some(acted), "{fault:?}");
        if !acted {
            bank.call(&payment).await;
        }
        assert_eq!(bank.orders(), 2, "{fault:?}");
        let order = bank.sandbox.with_bank(|bank| bank.order_id("test_user", "R-1").cloned());
        assert_eq!(bank.books(&order.expect("there")).merchant, AMOUNT.get(), "{fault:?}");
    }
}

/// A permission that is missing is named, and the payment is shown not to have happened.
#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_named() {
    let bank = Bank::of(|merchant| merchant.permissions.two_phase = false, |_| {});
    let binding = bank.stored(PLAIN).await;
    let payment =
        RecurrentPayment::from(charge("R-1", &binding)).with(|it| it.charge.pre_auth = Some(true));
    let (code, text, error) = bank.refused(&payment).await;
    assert_eq!(code, "5");
    assert!(text.contains("two-phase"), "{text}");
    bank.wait(91);
    assert!(matches!(bank.resolved(&payment, &error).await, Resolved::DidNot));
}
