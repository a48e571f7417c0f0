//! Reports, one at a time.

use super::*;
use crate::order::{CallbackOperation, CallbackPaymentState, CallbackStatus, PaymentState};

const AMOUNTS: Observed = Observed::Contradicts(Contradiction::Amounts);
const BEHIND: Observed = Observed::Contradicts(Contradiction::Behind);

/// A refused or late report changes nothing.
fn unmoved(order: &mut Order, report: Report) -> Observed {
    let before = order.clone();
    let observed = order.observe(&report);
    assert_eq!(*order, before);
    observed
}

#[test]
fn known_reports_change_nothing() {
    let mut order = held();
    let report = status(1, Some(amounts(2000, 0, 0)));
    assert_eq!(unmoved(&mut order, report), Observed::AlreadyThere);
    assert_eq!(unmoved(&mut order, report.current()), Observed::AlreadyThere);
    assert_eq!(unmoved(&mut order, status(1, None)), Observed::AlreadyThere);
}

#[test]
fn the_issuer_may_hold_less_than_was_ordered() {
    let mut order = Order::registered(minor(2000), Phases::Two);
    assert_eq!(order.observe(&status(1, Some(amounts(1200, 0, 0)))), Observed::Moved);
    assert_eq!((order.held(), order.reversed()), (minor(1200), Minor::ZERO));
    assert_eq!(order.depositable(), minor(1200));
}

#[test]
fn late_reports_do_not_move_backwards() {
    let mut order = charged().apply(Call::Refund(part(500))).expect("legal");
    for report in [
        status(0, None),
        status(5, None),
        status(7, Some(amounts(0, 0, 0))),
        status(2, None),
        status(2, Some(amounts(2000, 2000, 0))),
    ] {
        assert_eq!(unmoved(&mut order, report), Observed::AlreadyThere, "{report:?}");
        assert_eq!(unmoved(&mut order, report.current()), BEHIND, "{report:?}");
    }
}

#[test]
fn late_reports_of_one_state_do_not_move_backwards() {
    let mut order = charged().apply(Call::Refund(part(900))).expect("legal");
    let earlier = status(4, Some(amounts(2000, 1500, 500)));
    assert_eq!(unmoved(&mut order, earlier), Observed::AlreadyThere);
    assert_eq!(unmoved(&mut order, earlier.current()), BEHIND);
    let later = status(4, Some(amounts(2000, 1000, 1000)));
    assert_eq!(order.observe(&later), Observed::Moved);
    assert_eq!(order.refunded(), minor(1000));
}

/// Our own call went through by our books, yet the bank, asked afterwards, knows nothing of it.
#[test]
fn a_call_that_the_bank_does_not_know_contradicts() {
    let mut order = held().apply(Call::Deposit(Part::Whole)).expect("legal");
    let report = status(1, Some(amounts(2000, 0, 0)));
    assert_eq!(unmoved(&mut order, report.current()), BEHIND);
}

#[test]
fn amounts_are_compared_as_well_as_states() {
    // More than was ordered, held or debited.
    let mut order = Order::registered(minor(2000), Phases::Two);
    assert_eq!(unmoved(&mut order, status(1, Some(amounts(2001, 0, 0)))), AMOUNTS);
    assert_eq!(unmoved(&mut order, status(2, Some(amounts(2000, 2001, 0)))), AMOUNTS);
    assert_eq!(unmoved(&mut order, status(0, Some(amounts(1, 0, 0)))), AMOUNTS);
    assert_eq!(unmoved(&mut order, status(6, Some(amounts(0, 1, 0)))), AMOUNTS);
    assert_eq!(unmoved(&mut order, status(1, Some(amounts(2000, 1, 0)))), AMOUNTS);
    assert_eq!(unmoved(&mut order, status(3, Some(amounts(0, 1, 0)))), AMOUNTS);
    let huge = amounts(u64::MAX, u64::MAX, u64::MAX);
    for number in 0..=8 {
        assert_eq!(unmoved(&mut order, status(number, Some(huge))), AMOUNTS);
    }
    // Less than is known, though further on.
    let mut order = held().apply(Call::Deposit(part(1500))).expect("legal");
    assert_eq!(unmoved(&mut order, status(4, Some(amounts(2000, 500, 500)))), AMOUNTS);
    assert_eq!(unmoved(&mut order, status(2, Some(amounts(2000, 2000, 1)))), AMOUNTS);
    // Earlier, and yet more than ever was.
    let mut order = charged().apply(Call::Refund(part(500))).expect("legal");
    assert_eq!(unmoved(&mut order, status(2, Some(amounts(2000, 1000, 1000)))), AMOUNTS);
    let mut order = held().apply(Call::Deposit(part(1500))).expect("legal");
    assert_eq!(unmoved(&mut order, status(8, Some(amounts(2000, 1600, 0)))), AMOUNTS);
}

#[test]
fn states_that_no_move_joins_contradict() {
    let mut order = held();
    assert_eq!(order.observe(&status(3, None)), Observed::Moved);
    for number in [4, 6] {
        let Observed::Contradicts(Contradiction::State { known, .. }) =
            unmoved(&mut order, status(number, None))
        else {
            panic!("{number} is not reachable");
        };
        assert_eq!(known, State::Reversed);
    }
    let mut declined = Order::registered(minor(2000), Phases::Two);
    assert_eq!(declined.observe(&status(6, None)), Observed::Moved);
    let reported = State::Deposited;
    assert_eq!(
        unmoved(&mut declined, status(2, Some(amounts(2000, 2000, 0)))),
        Observed::Contradicts(Contradiction::State { known: State::Declined, reported })
    );
}

#[test]
fn attempts_follow_each_other() {
    let mut order = Order::registered(minor(2000), Phases::One);
    assert_eq!(order.observe(&status(5, None)), Observed::Moved);
    // Late, or a failed attempt? Nobody knows, and no money has moved.
    assert_eq!(unmoved(&mut order, status(0, None)), Observed::AlreadyThere);
    assert_eq!(order.observe(&status(0, None).current()), Observed::Moved);
    assert_eq!(order.state(), State::Registered);
    assert_eq!(order.observe(&status(7, None)), Observed::Moved);
    assert_eq!(unmoved(&mut order, status(5, None)), Observed::AlreadyThere);
}

#[test]
fn unknown_statuses_are_read_from_the_payment_or_not_at_all() {
    let mut order = held();
    let read = |payment: Option<&PaymentState>| {
        Report::from_status(&OrderStatus::from("77"), payment, Some(amounts(2000, 2000, 0)))
    };
    let unknown = Observed::Contradicts(Contradiction::UnknownStatus);
    assert_eq!(unmoved(&mut order, read(None)), unknown);
    assert_eq!(unmoved(&mut order, read(Some(&PaymentState::from("NEW")))), unknown);
    assert_eq!(order.observe(&read(Some(&PaymentState::Deposited))), Observed::Moved);
    // A known status decides alone.
    let status = OrderStatus::Deposited;
    let report = Report::from_status(&status, Some(&PaymentState::Declined), None);
    assert_eq!(report.state(), Some(State::Deposited));
}

#[test]
fn without_amounts_nothing_more_is_taken() {
    let mut order = held();
    assert_eq!(order.observe(&status(2, None)), Observed::Moved);
    assert!(!order.is_exact() && !order.is_final());
    let refused = order.clone().apply(Call::Refund(Part::Whole)).expect_err("refused");
    assert_eq!(refused.reason(), Reason::AmountsUnknown);
    assert_eq!(order.observe(&status(2, Some(amounts(2000, 700, 0)))), Observed::Moved);
    assert!(order.is_exact());
    assert_eq!(order.refundable(), minor(700));

    // What follows from the state alone is known.
    let mut order = Order::registered(minor(2000), Phases::One);
    assert_eq!(order.observe(&status(2, None)), Observed::Moved);
    assert_eq!((order.is_exact(), order.refundable()), (true, minor(2000)));
    assert_eq!(order.observe(&status(4, None)), Observed::Moved);
    assert!(!order.is_exact());
    // So is what our own call did.
    let mut order = charged().apply(Call::Refund(part(500))).expect("legal");
    assert_eq!(order.observe(&status(4, None)), Observed::AlreadyThere);
    assert!(order.is_exact());
}

#[test]
fn what_was_before_a_reversal_is_late_not_wrong() {
    let mut order = Order::registered(minor(2000), Phases::One);
    assert_eq!(order.observe(&status(2, Some(amounts(1500, 1500, 0)))), Observed::Moved);
    let before = status(2, Some(amounts(2000, 2000, 0)));
    assert_eq!(unmoved(&mut order, before), Observed::AlreadyThere);
    assert_eq!(unmoved(&mut order, before.current()), BEHIND);
    let mut order = Order::registered(minor(2000), Phases::Two);
    assert_eq!(order.observe(&status(1, Some(amounts(1500, 0, 0)))), Observed::Moved);
    let before = status(1, Some(amounts(2000, 0, 0)));
    assert_eq!(unmoved(&mut order, before), Observed::AlreadyThere);
    assert_eq!(unmoved(&mut order, before.current()), BEHIND);
    // Somebody reversed a part before the deposit, and nobody told.
    let mut order = held();
    assert_eq!(order.observe(&status(2, Some(amounts(1500, 1200, 0)))), Observed::Moved);
    assert_eq!((order.reversed(), order.deposited()), (minor(500), minor(1200)));
    assert_eq!(order.seen(), amounts(1500, 1200, 0));
}

#[test]
fn a_late_report_after_one_without_amounts_is_late_not_wrong() {
    let mut order = held();
    assert_eq!(order.observe(&status(4, None)), Observed::Moved);
    let before = status(2, Some(amounts(2000, 2000, 0)));
    assert_eq!(unmoved(&mut order, before), Observed::AlreadyThere);
    assert_eq!(order.observe(&status(4, Some(amounts(2000, 1500, 500)))), Observed::Moved);
    assert_eq!(order.refundable(), minor(1500));
}

#[test]
fn a_chargeback_ends_everything() {
    let refunded = charged().apply(Call::Refund(part(500))).expect("legal");
    for mut order in [charged(), refunded] {
        let report = status(2, Some(amounts(2000, 2000, 0)));
        assert_eq!(order.observe(&report.chargeback(false)), Observed::AlreadyThere);
        let report = status(4, Some(amounts(2000, 1500, 500))).chargeback(true);
        assert_eq!(order.observe(&report), Observed::Moved);
        assert_eq!((order.state(), order.refunded()), (State::ChargedBack, minor(500)));
        assert!(order.is_final());
        assert!(order.clone().apply(Call::Refund(part(1))).is_err(), "paid back twice");
        assert_eq!(order.observe(&report), Observed::AlreadyThere);
    }
    // Of what was not debited nothing is taken back.
    assert_eq!(status(1, None).chargeback(true).state(), Some(State::Authorised));
}

fn callback(operation: &str, status: &str, payment: &str, told: Option<Amounts>) -> Option<State> {
    let payment = Some(payment).filter(|word| !word.is_empty()).map(CallbackPaymentState::from);
    let status = Some(status).filter(|word| !word.is_empty()).map(CallbackStatus::from);
    let operation = CallbackOperation::from(operation);
    Report::from_callback(&operation, status.as_ref(), payment.as_ref(), told)?.state()
}

/// G-255, G-260: what the operations of callbacks say about an order.
#[test]
fn callbacks_are_read() {
    for (operation, state) in [
        ("approved", State::Authorised),
        ("deposited", State::Deposited),
        ("refunded", State::Refunded),
        ("DEPOSITED", State::Deposited),
    ] {
        assert_eq!(callback(operation, "1", "", None), Some(state), "{operation}");
        assert_eq!(callback(operation, "0", "", None), None, "{operation} failed");
        assert_eq!(callback(operation, "7", "", None), None, "{operation}, nobody knows how");
    }
    for operation in ["declinedByTimeout", "declinedCardpresent", "declinedCardPresent"] {
        for status in ["", "0", "1"] {
            assert_eq!(callback(operation, status, "", None), Some(State::Declined));
        }
    }
    for operation in ["bindingCreated", "bindingActivityChanged", "somethingNew", ""] {
        assert_eq!(callback(operation, "1", "payment_deposited", None), None);
    }
    let partly = callback("deposited", "1", "partly_deposited", None);
    assert_eq!(partly, Some(State::PartlyDeposited));
}

/// G-261: the words of a callback's payment state are its own.
#[test]
fn a_reversal_may_be_partial() {
    for (payment, told, state) in [
        ("payment_void", None, Some(State::Reversed)),
        ("payment_approved", None, Some(State::Authorised)),
        ("payment_deposited", None, Some(State::Deposited)),
        ("", None, None),
        ("REVERSED", None, None),
        ("", Some(amounts(0, 0, 0)), Some(State::Reversed)),
        ("", Some(amounts(1500, 0, 0)), Some(State::Authorised)),
        ("", Some(amounts(1500, 1500, 0)), Some(State::Deposited)),
    ] {
        assert_eq!(callback("reversed", "1", payment, told), state, "{payment} {told:?}");
    }
}
