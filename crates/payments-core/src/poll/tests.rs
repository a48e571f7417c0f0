use std::time::Duration;

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    Minor,
    order::{
        ActionCode, CallbackOperation, CallbackStatus, OrderStatus, RouterState,
        report::{OrderReport, PaymentAmountInfo},
    },
    state::{amounts::Amounts, order::Report},
    time::UnixMillis,
};

fn at(millis: i64) -> UnixMillis {
    UnixMillis::new(millis)
}

/// Asks by the plan at a bank that answers this at once; when each question was asked.
fn walk(plan: &mut Plan, mut says: impl FnMut(UnixMillis) -> Standing) -> (Vec<i64>, Outcome) {
    let mut asked = Vec::new();
    loop {
        match plan.next() {
            Next::Stop(outcome) => return (asked, outcome),
            Next::AskAt(due) => {
                asked.push(due.get());
                plan.asking(due);
                plan.answered(due, says(due), None);
            }
        }
    }
}

///
#[test]
fn intervals_grow_and_the_last_question_is_asked_at_the_end() {
    let (asked, outcome) = walk(&mut Plan::new(at(1000), at(61_000)), |_| Standing::Open);
    assert_eq!(asked, [1000, 3000, 6000, 10_500, 17_250, 27_375, 42_562, 61_000]);
    assert_eq!(outcome, Outcome::Unknown);
    let (asked, _) = walk(&mut Plan::new(at(0), at(1_800_000)), |_| Standing::Open);
    assert_eq!((asked.len(), asked.last()), (66, Some(&1_800_000)));
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] <= 30_000));
}

/// The last question is asked when the time is over: only then the bank can say so.
#[test]
fn an_order_that_expires_is_told_from_one_that_is_unknown() {
    let mut plan = Plan::new(at(0), at(10_000));
    let says = |now| if now >= at(10_000) { Standing::Expired } else { Standing::Open };
    assert_eq!(walk(&mut plan, says).1, Outcome::Expired);
}

/// A program that was asleep, or began again, asks once although the time is over.
#[test]
fn one_question_is_asked_late() {
    let (asked, outcome) = walk(&mut Plan::new(at(9000), at(1000)), |_| Standing::Open);
    assert_eq!((asked, outcome), (vec![9000], Outcome::Unknown));
    let mut plan = Plan::new(at(0), at(3000));
    plan.asking(at(0));
    plan.answered(at(0), Standing::Open, None);
    plan.asking(at(2000));
    plan.answered(at(2000), Standing::Open, None);
    assert_eq!(plan.next(), Next::AskAt(at(3000)));
    plan.asking(at(900_000));
    plan.answered(at(900_001), Standing::Paid, None);
    assert_eq!(plan.next(), Next::Stop(Outcome::Paid));
}

/// An answer that was on its way when the time ended is the last one.
#[test]
fn nothing_is_asked_after_the_end() {
    let mut plan = Plan::new(at(0), at(10_000));
    plan.asking(at(9_999));
    plan.answered(at(40_000), Standing::Open, None);
    assert_eq!(plan.next(), Next::Stop(Outcome::Unknown));
}

#[test]
fn failures_do_not_end_it() {
    let mut plan = Plan::new(at(0), at(10_000));
    plan.asking(at(0));
    plan.failed(at(400));
    assert_eq!(plan.next(), Next::AskAt(at(2400)));
    plan.asking(at(2400));
    plan.answered(at(2500), Standing::Failed, None);
    assert_eq!(plan.next(), Next::Stop(Outcome::Failed));
}

#[test]
fn the_banks_hint_is_kept_to_and_never_leads_past_the_end() {
    let mut plan = Plan::new(at(0), at(60_000));
    plan.asking(at(0));
    plan.answered(at(0), Standing::Open, Some(at(20_000)));
    assert_eq!(plan.next(), Next::AskAt(at(20_000)));
    plan.asking(at(20_000));
    plan.answered(at(20_000), Standing::Open, Some(at(20_001)));
    assert_eq!(plan.next(), Next::AskAt(at(23_000)), "a hint does not hurry");
    plan.asking(at(23_000));
    plan.answered(at(23_000), Standing::Open, Some(at(i64::MAX)));
    assert_eq!(plan.next(), Next::AskAt(at(60_000)));
}

#[test]
fn a_callback_ends_it_or_hurries_it() {
    let mut plan = Plan::new(at(0), at(1_800_000));
    for now in [0, 2_000, 5_000, 9_500] {
        plan.asking(at(now));
        plan.answered(at(now), Standing::Open, None);
    }
    assert_eq!(plan.next(), Next::AskAt(at(16_250)));
    plan.called_back(at(10_000), Standing::Open);
    assert_eq!(plan.next(), Next::AskAt(at(11_500)), "not sooner than the first interval");
    plan.called_back(at(12_000), Standing::Open);
    assert_eq!(plan.next(), Next::AskAt(at(11_500)));
    // What comes while a question is on its way may be news since it was answered at the bank.
    plan.asking(at(12_000));
    plan.called_back(at(12_100), Standing::Open);
    plan.answered(at(12_200), Standing::Open, None);
    assert_eq!(plan.next(), Next::AskAt(at(14_200)));
    plan.called_back(at(12_300), Standing::Paid);
    assert_eq!(plan.next(), Next::Stop(Outcome::Paid));
    plan.called_back(at(12_400), Standing::Failed);
    assert_eq!(plan.next(), Next::Stop(Outcome::Paid), "the first end stays");
}

#[test]
fn a_pace_of_zeros_still_pauses() {
    let zero = Pace::default().with(|pace| {
        (pace.first, pace.longest, pace.growth) = (Duration::ZERO, Duration::ZERO, 0);
    });
    let mut plan = Plan::new(at(0), at(1000)).paced(zero);
    assert_eq!(walk(&mut plan, |_| Standing::Open).0.len(), 11);
}

///
#[test]
fn what_each_status_means_for_who_waits() {
    use Standing::{Expired, Failed, Open, Paid};
    let plain = [Open, Paid, Paid, Failed, Failed, Open, Failed, Open, Paid, Open];
    for (number, want) in plain.into_iter().enumerate() {
        let status = OrderStatus::from(number.to_string().as_str());
        assert_eq!(Standing::of_order(&status, None, Some(Minor::new(1))), want, "{number}");
    }
    let router = [Open, Open, Open, Paid, Paid, Failed, Failed, Failed, Open];
    for (state, want) in RouterState::KNOWN.iter().copied().chain(["NEW"]).zip(router) {
        assert_eq!(Standing::of_router(&RouterState::from(state), None, None), want, "{state}");
    }
    // A check of a card or account gives back nothing.
    let zero = Some(Minor::ZERO);
    assert_eq!(Standing::of_order(&OrderStatus::AuthorizationCancelled, None, zero), Paid);
    assert_eq!(Standing::of_router(&RouterState::Reversed, None, zero), Paid);
    for (code, want) in [(-2007, Expired), (-2009, Expired), (116, Failed)] {
        let code = ActionCode::from(code);
        assert_eq!(Standing::of_order(&OrderStatus::Declined, Some(&code), None), want, "{code}");
        assert_eq!(Standing::of_router(&RouterState::Declined, Some(&code), None), want, "{code}");
        // A failed attempt, or a report that comes too early, ends nothing.
        assert_eq!(Standing::of_order(&OrderStatus::Registered, Some(&code), None), Open);
        assert_eq!(Standing::of_router(&RouterState::Created, Some(&code), None), Open);
    }
}

#[test]
fn a_report_without_an_order_leaves_it_open() {
    let mut report = OrderReport::default();
    assert_eq!(report.standing(), Standing::Open);
    report.order_status = Some(OrderStatus::Deposited);
    assert_eq!(report.standing(), Standing::Paid);
    report.chargeback = Some(true);
    assert_eq!(report.standing(), Standing::Failed);
    report.chargeback = None;
    report.order_status = Some(OrderStatus::Refunded);
    assert_eq!(report.standing(), Standing::Failed);
    for (left, standing) in [(0, Standing::Failed), (1, Standing::Paid)] {
        report.payment_amount_info = Some(PaymentAmountInfo {
            approved_amount: Some(Minor::new(5)),
            deposited_amount: Some(Minor::new(left)),
            refunded_amount: Some(Minor::new(5 - left)),
            ..PaymentAmountInfo::default()
        });
        assert_eq!(report.standing(), standing, "a part was given back");
    }
}

#[test]
fn what_each_callback_means_for_who_waits() {
    use CallbackOperation::{Approved, DeclinedByTimeout, Deposited, Refunded};
    let read = |operation: CallbackOperation, status: CallbackStatus| {
        let report = Report::from_callback(&operation, Some(&status), None, None);
        Standing::of_callback(&operation, report.as_ref())
    };
    assert_eq!(read(Approved, CallbackStatus::Success), Standing::Paid);
    assert_eq!(read(Deposited, CallbackStatus::Success), Standing::Paid);
    assert_eq!(read(Deposited, CallbackStatus::Failure), Standing::Open, "another attempt");
    assert_eq!(read(Refunded, CallbackStatus::Success), Standing::Open, "all of it, or a part");
    for (left, standing) in [(0, Standing::Failed), (1, Standing::Paid)] {
        let amounts = Amounts::new(Minor::new(5), Minor::new(left), Minor::new(5 - left));
        let report =
            Report::from_callback(&Refunded, Some(&CallbackStatus::Success), None, Some(amounts));
        assert_eq!(Standing::of_callback(&Refunded, report.as_ref()), standing);
    }
    assert_eq!(read(DeclinedByTimeout, CallbackStatus::Success), Standing::Expired);
    assert_eq!(read("declinedbytimeout".into(), CallbackStatus::Failure), Standing::Expired);
    assert_eq!(read("bindingCreated".into(), CallbackStatus::Success), Standing::Open);
}

/// What happens next: how long the sleeper overslept and the answer took, what came of it, callbacks
/// before and during it, and the bank's hint.
#[derive(Clone, Debug)]
struct Turn {
    late: u64,
    took: u64,
    says: Option<Standing>,
    hint: Option<i64>,
    before: Option<(u64, Standing)>,
    during: bool,
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        30 => Just(Standing::Open),
        1 => Just(Standing::Paid),
        1 => Just(Standing::Failed),
        1 => Just(Standing::Expired),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    (
        prop_oneof![4 => Just(0), 1 => 0..5_000_u64],
        0..90_000_u64,
        prop::option::weighted(0.8, standing()),
        prop::option::weighted(0.1, -1_000..4_000_000_i64),
        prop::option::weighted(0.2, (0..40_000_u64, standing())),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(late, took, says, hint, before, during)| Turn {
            late,
            took,
            says,
            hint,
            before,
            during,
        })
}

fn pace() -> impl Strategy<Value = Pace> {
    let millis =
        || prop_oneof![Just(0), 1..60_000_u64, any::<u64>()].prop_map(Duration::from_millis);
    let growth = prop_oneof![0..400_u32, any::<u32>()];
    (millis(), millis(), growth).prop_map(|(first, longest, growth)| Pace {
        first,
        longest,
        growth,
    })
}

proptest! {
    /// Whatever comes and however long it takes: nothing is due after the end, intervals grow to a
    /// bound unless news hurry them, the bank's hint holds, and the first final word stands.
    #[test]
    fn plans_keep_to_their_rules(
        pace in prop_oneof![Just(Pace::default()), pace()],
        lifetime in prop_oneof![0..3_600_000_i64, Just(1_800_000), -5_000..0_i64],
        turns in vec(turn(), 0..80),
    ) {
        let begin = at(1_767_225_600_000);
        let until = at(begin.get() + lifetime);
        let end = until.max(begin);
        let mut plan = Plan::new(begin, until).paced(pace);
        let mut now = begin;
        let (mut hurried, mut hinted, mut grown) = (false, None::<UnixMillis>, 0);
        let mut answered_at = None::<UnixMillis>;
        let mut last = false;
        for turn in turns {
            let Next::AskAt(mut due) = plan.next() else { break };
            if let Some((after, says)) = turn.before {
                let moment = now.plus(Duration::from_millis(after)).min(due).max(now);
                plan.called_back(moment, says);
                now = moment;
                hurried = true;
                match plan.next() {
                    Next::Stop(outcome) => {
                        prop_assert_eq!(outcome, ended(says));
                        return Ok(());
                    }
                    Next::AskAt(sooner) => {
                        prop_assert!(!says.is_final() && sooner <= due);
                        due = sooner;
                    }
                }
            }
            prop_assert!(!last, "a question after the last one");
            prop_assert!(due <= end, "due after the end");
            let waited = due.get() - answered_at.unwrap_or(begin).get();
            if let Some(answered) = answered_at {
                let least = pace.first.max(Duration::from_millis(100));
                prop_assert!(due == end || due >= answered.plus(least), "asked too soon");
                let most = i64::try_from(pace.longest.max(least).as_millis()).unwrap_or(i64::MAX);
                prop_assert!(hinted.is_some() || waited <= most, "waits too long");
                if !hurried && hinted.is_none() && due != end {
                    prop_assert!(waited >= grown, "an interval shrank");
                    grown = waited;
                }
                if let Some(hint) = hinted && !hurried {
                    prop_assert!(due >= hint.min(end), "before the bank's hint");
                }
            }
            now = now.max(due).plus(Duration::from_millis(turn.late));
            last = due == end || now >= end;
            plan.asking(now);
            now = now.plus(Duration::from_millis(turn.took));
            if turn.during {
                plan.called_back(now, Standing::Open);
            }
            hurried = turn.during;
            hinted = turn.hint.map(|hint| at(begin.get() + hint)).filter(|_| turn.says.is_some());
            match turn.says {
                Some(says) => plan.answered(now, says, hinted),
                None => plan.failed(now),
            }
            answered_at = Some(now);
            match (turn.says.filter(|says| says.is_final()), plan.next()) {
                (Some(says), next) => prop_assert_eq!(next, Next::Stop(ended(says))),
                (None, Next::Stop(outcome)) => {
                    prop_assert!(outcome == Outcome::Unknown && (last || now > end));
                }
                (None, Next::AskAt(_)) => prop_assert!(!last && now <= end),
            }
        }
    }

    /// It always comes to an end, and soon: the number of questions follows from the pace.
    #[test]
    fn plans_end(pace in pace(), lifetime in 0..100_000_i64) {
        let mut plan = Plan::new(at(0), at(lifetime)).paced(pace);
        let (asked, outcome) = walk(&mut plan, |_| Standing::Open);
        prop_assert_eq!(outcome, Outcome::Unknown);
        prop_assert_eq!(asked.last(), Some(&lifetime));
        prop_assert!(asked.len() <= usize::try_from(lifetime / 100 + 2).expect("small"));
    }
}

fn ended(says: Standing) -> Outcome {
    match says {
        Standing::Paid => Outcome::Paid,
        Standing::Failed => Outcome::Failed,
        Standing::Expired => Outcome::Expired,
        Standing::Open => panic!("nothing ended"),
    }
}
