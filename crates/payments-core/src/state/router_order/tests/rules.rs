//! What the documents rule, one thing at a time.

use super::*;
use crate::{
    order::{CallbackOperation, CallbackStatus, OrderStatus},
    state::order,
};

fn reason(order: &Order, call: Call) -> Reason<State> {
    let refused = order.clone().apply(call).expect_err("refused");
    assert_eq!(refused.order(), order, "the order comes back untouched");
    refused.reason()
}

/// A refused or late report changes nothing.
fn unmoved(order: &mut Order, report: Report) -> Observed<State> {
    let before = order.clone();
    let observed = order.observe(&report);
    assert_eq!(*order, before);
    observed
}

/// Registered for two phases and paid by SBP: deposited at once and never held, refunded and neither
/// deposited nor reversed.
///
///
#[test]
fn sbp_deposits_an_order_of_two_phases_at_once() {
    let sbp = [PaymentWay::SbpC2b, PaymentWay::SbpC2bBinding];
    let reports = [
        says("DEPOSITED", Some(amounts(2000, 2000, 0))),
        says("DEPOSITED", None).paid_by(Some(&sbp[0])),
        says("DEPOSITED", None).paid_by(Some(&sbp[1])),
        says("DEPOSITED", None).deposited(Some(minor(2000))),
        says("DEPOSITED", Some(amounts(2000, 2000, 0))).paid_by(Some(&sbp[0])).current(),
    ];
    for report in reports {
        for stages in [&[][..], &["CREATED"], &["CREATED", "PENDING"]] {
            let mut paid = order(Phases::Two);
            for stage in stages {
                assert_eq!(paid.observe(&says(stage, None)), Observed::Moved);
            }
            assert_eq!(paid.observe(&report), Observed::Moved, "{report:?}");
            assert_eq!((paid.state(), paid.phases()), (State::Deposited, Phases::Two));
            assert!(paid.is_paid() && !paid.is_final());
            assert_eq!(paid.next_actions(), [Action::Refund { at_most: minor(2000) }]);
            let not_now = Reason::State(State::Deposited);
            assert_eq!(reason(&paid, Call::Deposit(Part::Whole)), not_now);
            assert_eq!(reason(&paid, Call::Reverse(Part::Whole)), not_now);
            assert_eq!(reason(&paid, Call::Decline), not_now);
            let paid = paid.apply(Call::Refund(part(500))).expect("legal");
            assert_eq!(paid.next_actions(), [Action::Refund { at_most: minor(1500) }]);
            let paid = paid.apply(Call::Refund(Part::Whole)).expect("legal");
            assert_eq!((paid.next_actions(), paid.is_final()), (vec![], true));
        }
    }
}

/// The way becomes known only with a later report.
#[test]
fn what_was_debited_at_once_is_known_as_soon_as_the_way_is() {
    let mut paid = after(Phases::Two, &says("DEPOSITED", None));
    assert_eq!((paid.is_exact(), paid.next_actions()), (false, vec![Action::Ask]));
    let report = says("DEPOSITED", None).paid_by(Some(&PaymentWay::SbpC2b));
    assert_eq!(paid.observe(&report), Observed::AlreadyThere);
    assert_eq!(paid.next_actions(), [Action::Refund { at_most: minor(2000) }]);
    // Paid by card and deposited in part: the way changes nothing about that.
    let mut card = held().apply(Call::Deposit(part(700))).expect("legal");
    assert_eq!(card.observe(&report), Observed::AlreadyThere);
    assert_eq!(card.next_actions(), [Action::Refund { at_most: minor(700) }]);
}

/// The same order paid by card, T-Pay or Alfa Pay is held.
#[test]
fn other_ways_hold_an_order_of_two_phases() {
    let order = held();
    let most = minor(2000);
    assert_eq!(
        order.next_actions(),
        [Action::Deposit { at_most: most }, Action::Reverse { at_most: most }]
    );
    let refused = Reason::State(State::Approved);
    assert_eq!(reason(&order, Call::Refund(Part::Whole)), refused);
    assert_eq!(reason(&order, Call::Decline), refused);
    let too_much = Reason::Amount { asked: Some(minor(2001)), at_most: most };
    assert_eq!(reason(&order, Call::Deposit(part(2001))), too_much);
    let deposited = order.clone().apply(Call::Deposit(part(1500))).expect("legal");
    assert_eq!(deposited.next_actions(), [Action::Refund { at_most: minor(1500) }]);
    let reversed = order.clone().apply(Call::Reverse(Part::Whole)).expect("legal");
    assert_eq!((reversed.state(), reversed.is_final()), (State::Reversed, true));
    let rest = order.apply(Call::Reverse(part(500))).expect("legal");
    assert_eq!(rest.state(), State::Approved);
    assert_eq!(rest.next_actions(), [Action::Deposit { at_most: minor(1500) }]);
    assert_eq!(reason(&rest, Call::Reverse(part(1))), Reason::ReversedBefore);
}

/// The router reverses what is held and nothing else, unlike a bank of the same family.
#[test]
fn what_is_debited_is_refunded_and_not_reversed() {
    let paid = after(Phases::One, &says("DEPOSITED", None));
    assert_eq!(paid.next_actions(), [Action::Refund { at_most: minor(2000) }]);
    assert_eq!(reason(&paid, Call::Reverse(Part::Whole)), Reason::State(State::Deposited));
    let mut paid = paid;
    assert_eq!(
        unmoved(&mut paid, says("REVERSED", None)),
        Observed::Contradicts(Contradiction::State {
            known: State::Deposited,
            reported: State::Reversed
        })
    );
}

#[test]
fn there_are_no_several_deposits() {
    let some = crate::money::NonZeroMinor::new(minor(5)).expect("not zero");
    assert_eq!(reason(&held(), Call::DepositSome(some)), Reason::State(State::Approved));
}

#[test]
fn an_unpaid_order_is_paid_or_declined() {
    let mut order = order(Phases::One);
    for stage in ["PREREGISTERED", "CREATED"] {
        order.observe(&says(stage, None));
        assert_eq!(order.next_actions(), [Action::Pay, Action::Decline]);
        let declined = order.clone().apply(Call::Decline).expect("legal");
        assert_eq!((declined.state(), declined.next_actions()), (State::Declined, vec![]));
    }
    assert_eq!(order.observe(&says("PENDING", None)), Observed::Moved);
    assert_eq!((order.next_actions(), order.is_final()), (vec![Action::Ask], false));
    assert_eq!(reason(&order, Call::Decline), Reason::State(State::Pending));
    // A late word, or a failed attempt? Only a current report tells.
    assert_eq!(unmoved(&mut order, says("CREATED", None)), Observed::AlreadyThere);
    assert_eq!(order.observe(&says("CREATED", None).current()), Observed::Moved);
    assert_eq!(order.next_actions(), [Action::Pay, Action::Decline]);
}

#[test]
fn no_order_leaves_its_bank() {
    let mut order = after(Phases::One, &says("CREATED", None));
    assert_eq!(unmoved(&mut order, says("PREREGISTERED", None)), Observed::AlreadyThere);
    assert_eq!(
        unmoved(&mut order, says("PREREGISTERED", None).current()),
        Observed::Contradicts(Contradiction::Behind)
    );
    let mut held = held();
    for stage in ["PREREGISTERED", "CREATED", "PENDING"] {
        assert_eq!(unmoved(&mut held, says(stage, None)), Observed::AlreadyThere, "{stage}");
        assert_eq!(
            unmoved(&mut held, says(stage, None).current()),
            Observed::Contradicts(Contradiction::Behind)
        );
    }
}

#[test]
fn reports_that_cannot_be_true_contradict() {
    let unknown = Observed::Contradicts(Contradiction::UnknownStatus);
    assert_eq!(unmoved(&mut held(), says("HELD", None)), unknown);
    let wrong = Observed::Contradicts(Contradiction::Amounts);
    for (state, told) in [
        ("APPROVED", amounts(2001, 0, 0)),
        ("DEPOSITED", amounts(2000, 2001, 0)),
        ("PREREGISTERED", amounts(1, 0, 0)),
        ("REFUNDED", amounts(u64::MAX, u64::MAX, u64::MAX)),
    ] {
        assert_eq!(unmoved(&mut order(Phases::Two), says(state, Some(told))), wrong, "{state}");
    }
    let mut declined = after(Phases::One, &says("DECLINED", None));
    for state in ["DEPOSITED", "APPROVED", "REFUNDED", "REVERSED"] {
        let Observed::Contradicts(Contradiction::State { known, .. }) =
            unmoved(&mut declined, says(state, None))
        else {
            panic!("{state} is not reachable");
        };
        assert_eq!(known, State::Declined);
    }
}

/// What the bank says counts where the router says nothing that is known.
#[test]
fn the_banks_status_stands_in_for_an_unknown_state() {
    let read = |state: &str, number: &str| {
        let report = says(state, Some(amounts(2000, 2000, 0)));
        report.status(Some(&OrderStatus::from(number))).state()
    };
    assert_eq!(read("NEW", "2"), Some(State::Deposited));
    assert_eq!(read("NEW", "5"), Some(State::Pending));
    assert_eq!(read("NEW", "-1"), Some(State::Preregistered));
    assert_eq!(read("NEW", "77"), None);
    assert_eq!(read("CREATED", "2"), Some(State::Created), "a known state decides alone");
    let report = says("NEW", None).current().status(Some(&OrderStatus::Registered));
    assert_eq!(
        unmoved(&mut held(), report),
        Observed::Contradicts(Contradiction::Behind),
        "still current"
    );
}

/// callbacks come from the bank, in the bank's words.
#[test]
fn callbacks_of_the_bank_move_the_routers_order() {
    let callback = |operation: CallbackOperation, told| {
        let success = Some(&CallbackStatus::Success);
        let report = order::Report::from_callback(&operation, success, None, told);
        Report::from(report.expect("sure"))
    };
    let mut order = order(Phases::Two);
    let approved = callback(CallbackOperation::Approved, Some(amounts(2000, 0, 0)));
    assert_eq!(order.observe(&approved), Observed::Moved);
    assert_eq!(order.observe(&approved), Observed::AlreadyThere);
    let deposited = callback(CallbackOperation::Deposited, Some(amounts(2000, 1500, 0)));
    assert_eq!(order.observe(&deposited), Observed::Moved);
    assert_eq!(order.observe(&approved), Observed::AlreadyThere, "late");
    assert_eq!(order.next_actions(), [Action::Refund { at_most: minor(1500) }]);
    let sbp = callback(CallbackOperation::Deposited, None).paid_by(Some(&PaymentWay::SbpC2b));
    assert_eq!(after(Phases::Two, &sbp).refundable(), minor(2000));
}

#[test]
fn a_charged_back_order_is_left_alone() {
    let mut paid = after(Phases::One, &says("DEPOSITED", None));
    let report = says("DEPOSITED", Some(amounts(2000, 2000, 0))).chargeback(true);
    assert_eq!(paid.observe(&report), Observed::Moved);
    assert!(paid.is_charged_back() && paid.is_final() && !paid.is_paid());
    assert!(paid.clone().apply(Call::Refund(Part::Whole)).is_err());
    assert_eq!(unmoved(&mut paid, says("DEPOSITED", None)), Observed::AlreadyThere);
    let held = says("APPROVED", None).chargeback(true);
    assert!(!after(Phases::Two, &held).is_charged_back(), "nothing was debited");
}

/// A deposit of a part, told by the router's own amount alone.
#[test]
fn the_routers_own_amount_is_enough_after_a_deposit() {
    let mut order = held();
    let report = says("DEPOSITED", None).deposited(Some(minor(1500))).current();
    assert_eq!(order.observe(&report), Observed::Moved);
    assert_eq!((order.deposited(), order.reversed()), (minor(1500), Minor::ZERO));
    assert_eq!(order.next_actions(), [Action::Refund { at_most: minor(1500) }]);
    // What was held before is not told: all that was ordered, unless the bank says otherwise.
    let mut order = after(Phases::Two, &says("DEPOSITED", None).deposited(Some(minor(1500))));
    assert_eq!((order.held(), order.refundable()), (minor(2000), minor(1500)));
    assert_eq!(order.observe(&says("REFUNDED", Some(amounts(2000, 1000, 500)))), Observed::Moved);
    // A zero is no news of a debit, and after a refund nobody knows what the amount says.
    let nothing = says("DEPOSITED", None).deposited(Some(Minor::ZERO));
    assert!(!after(Phases::Two, &nothing).is_exact());
    let less = says("REFUNDED", None).deposited(Some(minor(5)));
    assert!(!after(Phases::One, &less).is_exact());
    let told = says("DEPOSITED", Some(amounts(2000, 1000, 0))).deposited(Some(minor(5)));
    assert_eq!(after(Phases::Two, &told).refundable(), minor(1000));
}
