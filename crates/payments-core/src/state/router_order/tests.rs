mod model;
mod rules;
mod walks;

use super::*;
use crate::{
    Minor, Part,
    order::{PaymentWay, RouterState},
    state::{
        amounts::Amounts,
        order::{Action, Call, Contradiction, Observed, Phases, Reason},
    },
};

fn minor(units: u64) -> Minor {
    Minor::new(units)
}

fn part(units: u64) -> Part {
    Part::exactly(minor(units)).expect("not zero")
}

fn amounts(approved: u64, deposited: u64, refunded: u64) -> Amounts {
    Amounts::new(minor(approved), minor(deposited), minor(refunded))
}

fn says(state: &str, told: Option<Amounts>) -> Report {
    Report::new(&RouterState::from(state), told)
}

fn order(phases: Phases) -> Order {
    Order::registered(minor(2000), phases)
}

/// An order of 2000 after one report.
fn after(phases: Phases, report: &Report) -> Order {
    let mut order = order(phases);
    assert_eq!(order.observe(report), Observed::Moved);
    order
}

/// A two-phase order of 2000 that is held in full.
fn held() -> Order {
    after(Phases::Two, &says("APPROVED", Some(amounts(2000, 0, 0))))
}

/// Which calls the documents allow from where, written down by hand.
#[test]
fn calls_are_pinned_by_hand() {
    use Trigger::{Decline, Deposit, Refund, Reverse};
    let calls = |state: State| -> &[Trigger] {
        match state {
            State::Preregistered | State::Created => &[Decline],
            State::Approved => &[Deposit, Reverse],
            State::Deposited | State::Refunded => &[Refund],
            State::Pending | State::Reversed | State::Declined => &[],
        }
    };
    for state in State::ALL {
        for call in [Deposit, Reverse, Refund, Decline] {
            let legal = State::ALL.iter().any(|to| state.moves_by(call, *to));
            assert_eq!(legal, calls(state).contains(&call), "{call:?} from {state:?}");
            assert_eq!(legal, state.allows(call));
            assert!(call.is_call());
        }
    }
}

#[test]
fn finals_are_pinned_by_hand() {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    assert_eq!(finals, [State::Reversed, State::Declined]);
}

/// From where to where an order can come at all, written down by hand: a line a state, a mark for
/// each state in the order of `State::ALL`.
#[test]
fn reachability_is_pinned_by_hand() {
    //       P C W A D F V X
    let want = "\
        Preregistered . x x x x x x x
        Created       . x x x x x x x
        Pending       . x x x x x x x
        Approved      . . . x x x x .
        Deposited     . . . . . x . .
        Refunded      . . . . . x . .
        Reversed      . . . . . . . .
        Declined      . . . . . . . .";
    for (line, from) in want.lines().zip(State::ALL) {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(format!("{from:?}").as_str()));
        let marks: Vec<bool> = words.map(|mark| mark == "x").collect();
        assert_eq!(marks, State::ALL.map(|to| from.leads_to(to)), "{from:?}");
    }
}

/// The stages of the router are moves that the order at the bank can make, or no move at all.
#[test]
fn each_row_is_one_of_the_bank_too() {
    for (from, trigger, to) in MOVES {
        let (bank_from, bank_to) = (from.at_bank(), to.at_bank());
        let same = bank_from == bank_to;
        assert!(same || bank_from.leads_to(bank_to), "{from:?} {trigger:?} {to:?}");
    }
    for state in State::ALL {
        let back = State::of_bank(state.at_bank());
        assert!(back == state || (state, back) == (State::Preregistered, State::Created));
    }
}

#[test]
fn the_table_is_pinned() {
    insta::assert_snapshot!(crate::state::table(MOVES));
}
