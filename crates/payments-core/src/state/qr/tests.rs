use proptest::{prelude::*, sample::select};

use super::*;

fn report(qr: &str, transaction: Option<&str>) -> Report {
    let transaction = transaction.map(TransactionState::from);
    Report::from_status(&QrStatus::from(qr), transaction.as_ref())
}

fn at(state: State) -> Qr {
    Qr { state, ..Qr::new() }
}

#[test]
fn the_table_is_pinned() {
    insta::assert_snapshot!(super::super::table(MOVES));
}

#[test]
fn finals_are_pinned_by_hand() {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    assert_eq!(finals, [Accepted]);
    let over: Vec<State> = State::ALL.into_iter().filter(|state| state.is_over()).collect();
    assert_eq!(over, [Expired, Rejected, RejectedByUser]);
    for state in State::ALL {
        assert!(state == Started || Started.leads_to(state), "{state:?}");
        assert!(state == Accepted || state.leads_to(Accepted), "{state:?}");
        assert!(!state.leads_to(state), "{state:?}");
    }
}

/// Two rows with one source and one trigger would make the second unreachable.
#[test]
fn every_row_is_taken() {
    for (from, trigger, to) in MOVES {
        assert_eq!(from.by(*trigger), Some(*to));
    }
}

/// written down by hand. `DEPOSITED` is paid whatever stands beside it, `DECLINED` and
/// the two rejections are over, and everything else is waited for, `ACCEPTED` included.
#[test]
fn what_a_report_says() {
    let codes = ["STARTED", "CONFIRMED", "ACCEPTED", "PENDING", "REJECTED", "REJECTED_BY_USER"];
    let read = |transaction| codes.map(|code| report(code, transaction).state());
    let (s, c, r, u) = (Some(Started), Some(Confirmed), Some(Rejected), Some(RejectedByUser));
    assert_eq!(read(Some("CREATED")), [s, c, c, c, r, u]);
    assert_eq!(read(None), [s, c, c, c, r, u]);
    assert_eq!(read(Some("LATER")), [s, c, c, c, r, u]);
    assert_eq!(read(Some("DECLINED")), [r, r, r, r, r, u]);
    assert_eq!(read(Some("DEPOSITED")), [Some(Accepted); 6]);
    assert_eq!(report("AUTO_REFUNDED", None).state(), r);
    assert_eq!(report("LATER", Some("CREATED")).state(), None);
    assert_eq!(report("LATER", Some("DEPOSITED")).state(), Some(Accepted));
    assert_eq!(report("LATER", Some("DECLINED")).state(), r);
}

/// time ends the wait, unless the payer has confirmed.
#[test]
fn time_ends_a_code_that_nobody_pays() {
    let end = UnixMillis::new(1_800_000);
    let mut qr = Qr::new().ends_at(end);
    assert!(!qr.is_due(UnixMillis::new(1_799_999)) && qr.is_due(end));
    let expired = qr.apply(Call::Expire).expect("due");
    assert_eq!((expired.state(), expired.next()), (Expired, Next::OfferAnother));
    assert!(!expired.is_due(end));
    assert_eq!(qr.observe(&report("CONFIRMED", Some("CREATED"))), Observed::Moved);
    assert!(!qr.is_due(end));
    assert_eq!(qr.apply(Call::Expire).expect_err("waited for").qr, qr);
    assert!(!Qr::new().is_due(UnixMillis::new(i64::MAX)), "without an end nothing is due");
}

/// the merchant takes a code back that nobody has confirmed.
#[test]
fn a_rejection_works_until_the_payer_confirms() {
    let rejected = Qr::new().apply(Call::Reject).expect("open");
    assert_eq!((rejected.state(), rejected.next()), (RejectedByUser, Next::OfferAnother));
    for state in [Expired, Confirmed, Rejected, RejectedByUser, Accepted] {
        let refused = at(state).apply(Call::Reject).expect_err("too late");
        assert_eq!((refused.qr, refused.call), (at(state), Call::Reject));
        assert_eq!(refused.to_string(), format!("Reject is not possible in state {state:?}"));
    }
}

/// what is over comes back to life by `DEPOSITED` alone, or by the payer's confirmation where
/// nothing but our own clock said that it was over.
#[test]
fn the_payer_may_have_been_quicker() {
    for state in [Expired, Rejected, RejectedByUser] {
        let mut qr = at(state);
        let confirmed = qr.observe(&report("CONFIRMED", Some("CREATED")));
        assert_eq!(confirmed == Observed::Moved, state == Expired, "{state:?}");
        assert_eq!(qr.observe(&report("REJECTED", Some("DEPOSITED"))), Observed::Moved);
        assert_eq!(qr.next(), Next::AskOrder);
    }
}

fn any_report() -> impl Strategy<Value = Report> {
    let codes = [QrStatus::KNOWN, &["LATER"]].concat();
    let orders = vec![None, Some("CREATED"), Some("DECLINED"), Some("DEPOSITED"), Some("LATER")];
    (select(codes), select(orders)).prop_map(|(code, order)| report(code, order))
}

proptest! {
    /// Once a report says deposited, nothing that comes later, and nothing late, takes it back.
    #[test]
    fn what_is_paid_stays_paid(
        before in proptest::collection::vec(any_report(), 0..8),
        after in proptest::collection::vec(any_report(), 0..8),
    ) {
        let mut qr = Qr::new();
        for report in &before {
            qr.observe(report);
        }
        qr.observe(&report("STARTED", Some("DEPOSITED")));
        prop_assert_eq!(qr.state(), Accepted);
        for report in &after {
            prop_assert!(qr.observe(report) != Observed::Moved);
            prop_assert_eq!(qr.next(), Next::AskOrder);
        }
        for call in [Call::Reject, Call::Expire] {
            prop_assert!(qr.apply(call).is_err());
        }
    }

    /// Nothing but `DEPOSITED` makes a code paid.
    #[test]
    fn nothing_else_is_paid(reports in proptest::collection::vec(any_report(), 0..12)) {
        let mut qr = Qr::new();
        for report in &reports {
            qr.observe(report);
        }
        let told = reports.iter().any(|report| report.state() == Some(Accepted));
        prop_assert_eq!(qr.state() == Accepted, told);
        prop_assert_eq!(qr.next() == Next::AskOrder, told);
    }

    /// A report that comes twice, or again after others, changes nothing the second time.
    #[test]
    fn a_late_report_does_not_move_backwards(
        reports in proptest::collection::vec(any_report(), 1..10),
        which: proptest::sample::Index,
    ) {
        let mut qr = Qr::new();
        let mut walk = Vec::new();
        for report in &reports {
            let from = qr.state();
            let moved = qr.observe(report) == Observed::Moved;
            prop_assert_eq!(moved, qr.state() != from);
            prop_assert!(!moved || from.leads_to(qr.state()));
            walk.push(qr.state());
        }
        let late = which.get(&reports);
        prop_assert!(qr.observe(late) != Observed::Moved);
    }
}
