//! What the bank document rules about the merchant's calls.

use super::*;
use crate::time::{LocalDateTime, UnixMillis};

fn reason(order: &Order, call: Call) -> Reason {
    let refused = order.clone().apply(call).expect_err("refused");
    assert_eq!(refused.order(), order, "the order comes back untouched");
    refused.reason()
}

fn apply(order: Order, call: Call) -> Order {
    order.apply(call).expect("legal")
}

/// G-029: held and debited are paid; nothing before, nothing after.
#[test]
fn paid_is_held_or_debited() {
    let order = Order::registered(minor(2000), Phases::Two);
    assert!(!order.is_paid());
    let order = held();
    assert!(order.is_paid());
    assert!(!apply(order.clone(), Call::Reverse(Part::Whole)).is_paid());
    let order = apply(order, Call::Deposit(Part::Whole));
    assert!(order.is_paid());
    assert!(!apply(order, Call::Refund(part(1))).is_paid());
    for state in State::ALL {
        assert_eq!(state.is_paid(), matches!(state, State::Authorised | State::Deposited));
    }
}

/// G-146: the whole deposit takes all that is held.
#[test]
fn the_whole_deposit_takes_what_is_held() {
    let order = apply(held(), Call::Deposit(Part::Whole));
    assert_eq!((order.state(), order.deposited()), (State::Deposited, minor(2000)));
    let part_left = apply(held(), Call::Reverse(part(500)));
    let order = apply(part_left, Call::Deposit(Part::Whole));
    assert_eq!((order.deposited(), order.reversed()), (minor(1500), minor(500)));
}

#[test]
fn a_deposit_ends_the_hold() {
    let order = apply(held(), Call::Deposit(part(1500)));
    assert_eq!((order.depositable(), order.refundable()), (Minor::ZERO, minor(1500)));
    assert_eq!(reason(&order, Call::Deposit(part(500))), Reason::State(State::Deposited));
    let too_much = Reason::Amount { asked: Some(minor(2001)), at_most: minor(2000) };
    assert_eq!(reason(&held(), Call::Deposit(part(2001))), too_much);
}

#[test]
fn a_one_phase_order_is_not_deposited() {
    let mut order = Order::registered(minor(2000), Phases::One);
    order.observe(&status(1, None));
    assert_eq!(reason(&order, Call::Deposit(Part::Whole)), Reason::Phases(Phases::One));
    assert_eq!(reason(&charged(), Call::Deposit(Part::Whole)), Reason::State(State::Deposited));
}

#[test]
fn several_parts_of_a_hold() {
    let some =
        |units| Call::DepositSome(crate::money::NonZeroMinor::new(minor(units)).expect("some"));
    let order = apply(apply(held(), some(500)), some(700));
    assert_eq!((order.state(), order.depositable()), (State::PartlyDeposited, minor(800)));
    assert_eq!(
        reason(&order, some(801)),
        Reason::Amount { asked: Some(minor(801)), at_most: minor(800) }
    );
    let order = apply(order, Call::Deposit(Part::Whole));
    assert_eq!((order.state(), order.refundable()), (State::Deposited, minor(2000)));
}

/// G-150: an order is reversed once, even in part, and never after a reversal failed.
#[test]
fn one_reversal_only() {
    let order = apply(held(), Call::Reverse(part(500)));
    assert_eq!((order.state(), order.reversed()), (State::Authorised, minor(500)));
    assert_eq!(reason(&order, Call::Reverse(part(500))), Reason::ReversedBefore);
    let mut order = held();
    order.reversal_failed();
    assert_eq!(reason(&order, Call::Reverse(Part::Whole)), Reason::ReversedBefore);
    assert_eq!(order.reversible(), Minor::ZERO);
    // Somebody else's reversal counts as well.
    let mut order = held();
    assert_eq!(order.observe(&status(1, Some(amounts(1900, 0, 0)))), Observed::Moved);
    assert_eq!(reason(&order, Call::Reverse(part(1))), Reason::ReversedBefore);
}

/// G-152: no more than is held, and everything without an amount.
#[test]
fn a_reversal_gives_back_what_is_held() {
    let too_much = Reason::Amount { asked: Some(minor(2001)), at_most: minor(2000) };
    assert_eq!(reason(&held(), Call::Reverse(part(2001))), too_much);
    assert_eq!(reason(&charged(), Call::Reverse(part(2001))), too_much);
    for part in [Part::Whole, part(2000)] {
        for order in [held(), charged()] {
            let order = apply(order, Call::Reverse(part));
            assert_eq!((order.state(), order.reversed()), (State::Reversed, minor(2000)));
            assert!(order.is_final());
        }
    }
}

#[test]
fn a_paid_one_phase_order_is_reversed_in_part() {
    let order = apply(charged(), Call::Reverse(part(500)));
    assert_eq!((order.state(), order.refundable()), (State::Deposited, minor(1500)));
    let order = apply(order, Call::Refund(Part::Whole));
    assert_eq!((order.refunded(), order.reversed()), (minor(1500), minor(500)));
    assert!(order.is_final());
}

#[test]
fn a_deposited_two_phase_order_is_refunded_instead() {
    let order = apply(held(), Call::Deposit(Part::Whole));
    assert_eq!(reason(&order, Call::Reverse(Part::Whole)), Reason::Phases(Phases::Two));
}

/// G-156: the whole refund gives back all that is left.
#[test]
fn the_whole_refund_gives_back_what_is_left() {
    let order = apply(charged(), Call::Refund(part(600)));
    let order = apply(order, Call::Refund(Part::Whole));
    assert_eq!((order.state(), order.refunded()), (State::Refunded, minor(2000)));
    assert!(order.is_final());
    let nothing = Reason::Amount { asked: None, at_most: Minor::ZERO };
    assert_eq!(reason(&order, Call::Refund(Part::Whole)), nothing);
}

/// G-157: nothing was debited, nothing is refunded.
#[test]
fn no_refund_without_a_debit() {
    for number in [0, 1, 3, 5, 6, 7] {
        let mut order = Order::registered(minor(2000), Phases::Two);
        order.observe(&status(number, None));
        let state = order.state();
        assert_eq!(reason(&order, Call::Refund(part(1))), Reason::State(state));
        assert_eq!(reason(&order, Call::Refund(Part::Whole)), Reason::State(state));
    }
}

/// G-158: several refunds, together at most what was debited; status 4 comes with the first.
#[test]
fn refunds_add_up_to_the_debit() {
    let mut order = charged();
    for (refund, left) in [(500, 1500), (1000, 500), (500, 0)] {
        let at_most = order.refundable();
        let too_much = minor(at_most.get() + 1);
        assert_eq!(
            reason(&order, Call::Refund(Part::exactly(too_much).expect("some"))),
            Reason::Amount { asked: Some(too_much), at_most }
        );
        order = apply(order, Call::Refund(part(refund)));
        assert_eq!((order.state(), order.refundable()), (State::Refunded, minor(left)));
        assert_eq!(order.is_final(), left == 0);
    }
}

/// G-160: of a two-phase order no more is refunded than was deposited.
#[test]
fn a_refund_stays_below_the_deposit() {
    let order = apply(held(), Call::Deposit(part(1200)));
    let too_much = Reason::Amount { asked: Some(minor(1201)), at_most: minor(1200) };
    assert_eq!(reason(&order, Call::Refund(part(1201))), too_much);
    assert!(apply(order, Call::Refund(part(1200))).is_final());
}

/// G-161: a refund lowers the deposited amount that reports show.
#[test]
fn a_refund_lowers_what_reports_show() {
    assert_eq!(charged().seen(), amounts(2000, 2000, 0));
    assert_eq!(apply(charged(), Call::Refund(part(500))).seen(), amounts(2000, 1500, 500));
    assert_eq!(apply(charged(), Call::Reverse(part(500))).seen(), amounts(1500, 1500, 0));
    assert_eq!(apply(held(), Call::Reverse(Part::Whole)).seen(), amounts(0, 0, 0));
    assert_eq!(apply(charged(), Call::Reverse(Part::Whole)).seen(), amounts(0, 0, 0));
}

/// G-165: an order is declined until it is paid, and then no more.
#[test]
fn only_an_unpaid_order_is_declined() {
    for number in 0..=8 {
        let mut order = Order::registered(minor(2000), Phases::Two);
        order.observe(&status(number, Some(amounts(0, 0, 0))));
        let declined = order.clone().apply(Call::Decline);
        match number {
            0 | 5 | 7 => assert_eq!(declined.expect("unpaid").state(), State::Declined),
            _ => assert_eq!(reason(&order, Call::Decline), Reason::State(order.state())),
        }
    }
}

/// G-056: the bank completes and reverses by itself at dates that it reads in UTC+3.
#[test]
fn the_bank_acts_by_itself() {
    let noon: LocalDateTime = "2026-01-02T12:00:00".parse().expect("valid");
    let one: LocalDateTime = "2026-01-02T13:00:00".parse().expect("valid");
    // Noon in Moscow is nine o'clock UTC.
    let at = 1_767_344_400_000;
    let before = UnixMillis::new(at - 1);
    let after = UnixMillis::new(at);
    let completes = held().scheduled(Schedule::new(Some(noon), Some(one)));
    assert_eq!((completes.due(before), completes.due(after)), (None, Some(Trigger::AutoDeposit)));
    let late = UnixMillis::new(at + 7_200_000);
    assert_eq!(completes.due(late), Some(Trigger::AutoDeposit));
    let reverses = held().scheduled(Schedule::new(Some(one), Some(noon)));
    assert_eq!((reverses.due(before), reverses.due(after)), (None, Some(Trigger::AutoReverse)));

    // A forecast only: reports move the order, and then nothing is due any more.
    let mut order = completes;
    assert_eq!(order.observe(&status(2, Some(amounts(2000, 2000, 0)))), Observed::Moved);
    assert_eq!(order.due(late), None);
    let mut order = reverses;
    assert_eq!(order.observe(&status(3, Some(amounts(0, 0, 0)))), Observed::Moved);
    assert_eq!((order.due(late), order.is_final()), (None, true));
}

#[test]
fn an_unpaid_order_expires() {
    let expires = |schedule: &mut Schedule| schedule.expires_at = Some(UnixMillis::new(1000));
    let order =
        Order::registered(minor(2000), Phases::One).scheduled(Schedule::default().with(expires));
    assert_eq!(order.due(UnixMillis::new(999)), None);
    assert_eq!(order.due(UnixMillis::new(1000)), Some(Trigger::Expire));
    let paid = charged().scheduled(Schedule::default().with(expires));
    assert_eq!(paid.due(UnixMillis::new(1000)), None);
}

/// G-209: checking a card goes straight to reversed, with nothing held.
#[test]
fn a_checked_card_is_reversed_at_once() {
    let mut order = Order::registered(Minor::ZERO, Phases::One);
    assert_eq!(order.observe(&status(3, Some(amounts(0, 0, 0)))), Observed::Moved);
    assert_eq!((order.state(), order.held()), (State::Reversed, Minor::ZERO));
    assert!(order.is_final());
}

#[test]
fn next_actions_are_what_the_documents_allow() {
    let most = minor(2000);
    let mut order = Order::registered(most, Phases::Two);
    assert_eq!(order.next_actions(), [Action::Pay, Action::Decline]);
    order.observe(&status(7, None));
    assert_eq!(order.next_actions(), [Action::Ask, Action::Decline]);
    let both = [Action::Deposit { at_most: most }, Action::Reverse { at_most: most }];
    assert_eq!(held().next_actions(), both);
    let both = [Action::Reverse { at_most: most }, Action::Refund { at_most: most }];
    assert_eq!(charged().next_actions(), both);
    let part_back = apply(charged(), Call::Refund(part(500)));
    assert_eq!(part_back.next_actions(), [Action::Refund { at_most: minor(1500) }]);
    assert_eq!(apply(part_back, Call::Refund(Part::Whole)).next_actions(), []);
    let mut unknown = Order::registered(most, Phases::Two);
    unknown.observe(&status(2, None));
    assert_eq!(unknown.next_actions(), [Action::Ask]);
}
