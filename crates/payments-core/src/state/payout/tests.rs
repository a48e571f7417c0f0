use proptest::{prelude::*, sample::select};

use super::*;
use crate::{
    Minor,
    state::{card_payout, sbp_payout},
};

const LATER: &[&str] = &["LATER"];

fn new<S: Stage>() -> Payout<S> {
    Payout::new(PayoutAmount::new(Minor::new(175_100)).expect("enough"))
}

fn report<S: Stage>(status: &str) -> Report<S> {
    Report::from_status(&PayoutStatus::from(status))
}

fn sent<S: Stage>() -> Payout<S> {
    let mut payout = new();
    assert_eq!(payout.observe(&report("CHECKED")), Observed::Moved);
    payout.apply(Call::Pay).expect("checked")
}

#[test]
fn the_table_of_cards_is_pinned() {
    insta::assert_snapshot!(crate::state::table(card_payout::MOVES));
}

#[test]
fn the_table_of_sbp_is_pinned() {
    insta::assert_snapshot!(crate::state::table(sbp_payout::MOVES));
}

fn check_table<S: Stage>(all: &[S]) {
    let finals: Vec<S> = all.iter().copied().filter(|state| state.is_final()).collect();
    assert_eq!(finals, [S::COMPLETED, S::REJECTED]);
    for state in all.iter().copied() {
        assert!(state == S::NEW || S::NEW.leads_to(state), "{state:?}");
        assert!(state.is_final() || state.leads_to(S::COMPLETED), "{state:?}");
        assert!(state.is_final() || state.leads_to(S::REJECTED), "{state:?}");
        assert!(!state.leads_to(state), "{state:?}");
    }
    for (at, (from, trigger, _)) in S::MOVES.iter().enumerate() {
        let twice = S::MOVES.iter().skip(at + 1).any(|row| (row.0, row.1) == (*from, *trigger));
        assert!(!twice, "{from:?} {trigger:?}");
    }
    // Nothing is paid out without a Payment.
    let unsent: Vec<S> = all.iter().copied().filter(|state| !state.is_sent()).collect();
    assert!(unsent.contains(&S::NEW) && unsent.contains(&S::CHECKED));
    for (from, trigger, to) in S::MOVES {
        let enters = !from.is_sent() && to.is_sent();
        assert_eq!(enters, *trigger == Trigger::Pay, "{from:?} {trigger:?}");
    }
}

/// only COMPLETED and REJECTED end a payout; UNKNOWN, CREDIT_CHECKING and
/// COMPLETING never do.
#[test]
fn finals_are_pinned_by_hand() {
    check_table(&card_payout::State::ALL);
    check_table(&sbp_payout::State::ALL);
    for state in [
        card_payout::State::Unknown,
        card_payout::State::CreditChecking,
        card_payout::State::Completing,
    ] {
        assert!(!state.is_final(), "{state:?}");
    }
    assert!(!sbp_payout::State::Unknown.is_final() && !sbp_payout::State::Completing.is_final());
}

fn check_not_so_far<S: Stage>() {
    for status in [None, Some("UNKNOWN"), Some("COMPLETING")] {
        let mut payout = sent::<S>();
        if let Some(status) = status {
            assert_eq!(payout.observe(&report(status)), Observed::Moved);
        }
        let state = payout.state();
        assert!(payout.apply(Call::PayAgain).is_err(), "nobody said that it is not carried out");
        assert_eq!(payout.observe(&report("CHECKED")), Observed::NotSoFar);
        assert_eq!(payout.state(), state);
        assert_eq!(payout.apply(Call::Pay).expect_err("sent before").payout, payout);
        let mut payout = payout.apply(Call::PayAgain).expect("not so far");
        assert!(payout.apply(Call::PayAgain).is_err(), "once for each report");
        assert_eq!(payout.observe(&report("COMPLETED")), Observed::Moved);
        assert_eq!(payout.observe(&report("CHECKED")), Observed::AlreadyThere);
        assert_eq!(payout.state(), S::COMPLETED);
    }
}

/// CHECKED ends Init, not the payout: after a Payment it means not carried out so far.
#[test]
fn checked_after_a_payment_is_no_failure() {
    check_not_so_far::<card_payout::State>();
    check_not_so_far::<sbp_payout::State>();
}

/// Payment needs what Init has checked.
#[test]
fn a_payment_follows_a_check() {
    let payout = new::<card_payout::State>();
    let refused = payout.apply(Call::Pay).expect_err("not checked");
    assert_eq!(refused.payout, payout);
    assert_eq!(refused.to_string(), "Pay is not possible in state New");
    for status in ["REJECTED", "CHECKING"] {
        let mut payout = new::<sbp_payout::State>();
        payout.observe(&report(status));
        assert!(payout.apply(Call::Pay).is_err() && payout.apply(Call::PayAgain).is_err());
    }
}

/// COMPLETING is under way, and the payout can still be rejected.
#[test]
fn completing_is_not_success() {
    let mut payout = sent::<sbp_payout::State>();
    payout.observe(&report("COMPLETING"));
    assert_eq!(payout.state(), sbp_payout::State::Completing);
    assert_eq!(payout.observe(&report("REJECTED")), Observed::Moved);
    assert_eq!(payout.observe(&report("COMPLETED")), Observed::Contradicts);
    assert_eq!(payout.state(), sbp_payout::State::Rejected);
}

#[test]
fn another_amount_contradicts() {
    let mut payout = sent::<card_payout::State>();
    let wrong = report("COMPLETED").amount(175_101);
    assert_eq!(payout.observe(&wrong), Observed::Contradicts);
    assert_eq!(payout.state(), card_payout::State::Sent);
    assert_eq!(payout.observe(&report("COMPLETED").amount(175_100)), Observed::Moved);
    assert_eq!(payout.amount().minor().get(), 175_100);
}

/// SBP has no word for authorising or waiting for credit: such a status is unknown there.
#[test]
fn statuses_of_the_other_rail_are_unknown() {
    for status in ["AUTHORIZING", "CREDIT_CHECKING", "CONFIRMED", "PROCESSING", "LATER"] {
        assert_eq!(sent::<sbp_payout::State>().observe(&report(status)), Observed::Unknown);
    }
    for status in ["CONFIRMED", "PROCESSING", "LATER"] {
        assert_eq!(sent::<card_payout::State>().observe(&report(status)), Observed::Unknown);
    }
}

fn any_status() -> impl Strategy<Value = &'static str> {
    select([PayoutStatus::KNOWN, LATER].concat())
}

fn check_walk<S: Stage>(statuses: &[&str], late: &str, pays: bool) -> Result<(), TestCaseError> {
    let mut payout = new::<S>();
    for status in statuses {
        let from = payout;
        let seen = payout.observe(&report(status));
        prop_assert_eq!(seen == Observed::Moved, payout.state() != from.state());
        prop_assert!(seen != Observed::Moved || from.state().leads_to(payout.state()));
        if pays {
            payout = payout.apply(Call::Pay).unwrap_or(payout);
        }
        // An end is an end, and is told by nothing but its own status.
        prop_assert!(!from.state().is_final() || payout.state() == from.state());
        let ends = !from.state().is_final() && payout.state().is_final();
        prop_assert!(!ends || ["COMPLETED", "REJECTED"].contains(status));
    }
    let state = payout.state();
    if statuses.contains(&late) {
        prop_assert!(payout.observe(&report(late)) != Observed::Moved);
        prop_assert_eq!(payout.state(), state);
    }
    Ok(())
}

proptest! {
    /// No order of reports takes an end back, and none that was seen before moves anything.
    #[test]
    fn reports_never_move_backwards(
        statuses in proptest::collection::vec(any_status(), 0..12),
        late in any_status(),
        pays: bool,
    ) {
        check_walk::<card_payout::State>(&statuses, late, pays)?;
        check_walk::<sbp_payout::State>(&statuses, late, pays)?;
    }
}
