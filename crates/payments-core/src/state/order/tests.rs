mod model;
mod reports;
mod rules;
mod walks;

use super::*;
use crate::{Minor, Part, order::OrderStatus, state::amounts::Amounts};

fn minor(units: u64) -> Minor {
    Minor::new(units)
}

fn part(units: u64) -> Part {
    Part::exactly(minor(units)).expect("not zero")
}

fn amounts(approved: u64, deposited: u64, refunded: u64) -> Amounts {
    Amounts::new(minor(approved), minor(deposited), minor(refunded))
}

fn status(number: u8, told: Option<Amounts>) -> Report {
    Report::from_status(&OrderStatus::from(number.to_string().as_str()), None, told)
}

/// A two-phase order of 2000 that is held in full.
fn held() -> Order {
    let mut order = Order::registered(minor(2000), Phases::Two);
    assert_eq!(order.observe(&status(1, Some(amounts(2000, 0, 0)))), Observed::Moved);
    order
}

/// A one-phase order of 2000 that is debited in full.
fn charged() -> Order {
    let mut order = Order::registered(minor(2000), Phases::One);
    assert_eq!(order.observe(&status(2, Some(amounts(2000, 2000, 0)))), Observed::Moved);
    order
}

/// Which calls the documents allow from where, written down by hand.
#[test]
fn calls_are_pinned_by_hand() {
    use Trigger::{Decline, Deposit, DepositSome, Refund, Reverse};
    let calls = |state: State| -> &[Trigger] {
        match state {
            State::Registered | State::AcsStarted | State::Pending => &[Decline],
            State::Authorised => &[Deposit, DepositSome, Reverse],
            State::PartlyDeposited => &[Deposit, DepositSome, Refund],
            State::Deposited => &[Reverse, Refund],
            State::Refunded => &[Refund],
            State::Reversed | State::Declined | State::ChargedBack => &[],
        }
    };
    for state in State::ALL {
        for call in [Deposit, DepositSome, Reverse, Refund, Decline] {
            let legal = State::ALL.iter().any(|to| state.moves_by(call, *to));
            assert_eq!(legal, calls(state).contains(&call), "{call:?} from {state:?}");
        }
    }
}

#[test]
fn finals_are_pinned_by_hand() {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    assert_eq!(finals, [State::Reversed, State::Declined, State::ChargedBack]);
    for state in finals {
        assert!(State::ALL.iter().all(|to| !state.leads_to(*to)), "{state:?}");
    }
}

/// From where to where an order can come at all, written down by hand: a line a state, a mark for
/// each state in the order of `State::ALL`.
#[test]
fn reachability_is_pinned_by_hand() {
    //       R A P H p D F V X C
    let want = "\
        Registered      x x x x x x x x x x
        AcsStarted      x x x x x x x x x x
        Pending         x x x x x x x x x x
        Authorised      . . . x x x x x . x
        PartlyDeposited . . . . x x x x . x
        Deposited       . . . . . x x x . x
        Refunded        . . . . . . x . . x
        Reversed        . . . . . . . . . .
        Declined        . . . . . . . . . .
        ChargedBack     . . . . . . . . . .";
    for (line, from) in want.lines().zip(State::ALL) {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(format!("{from:?}").as_str()));
        let marks: Vec<bool> = words.map(|mark| mark == "x").collect();
        assert_eq!(marks, State::ALL.map(|to| from.leads_to(to)), "{from:?}");
    }
}

/// No money comes back to an order that nobody paid, and none leaves one whose end is final.
#[test]
fn who_moves_what() {
    for (from, trigger, to) in MOVES {
        let bank_only = matches!(to, State::Authorised) && !from.has_money();
        assert!(!bank_only || !trigger.is_call(), "a call of ours pays {from:?}");
        if *to == State::Declined {
            assert!(!from.has_money(), "{from:?} holds money");
        }
        if *trigger == Trigger::Refund {
            assert!(from.leads_to(State::ChargedBack), "{from:?} was not debited");
        }
    }
}

#[test]
fn the_table_is_pinned() {
    insta::assert_snapshot!(super::super::table(MOVES));
}
