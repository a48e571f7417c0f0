//! Long sequences of calls and reports.

use proptest::{collection::vec, prelude::*};

use super::{
    model::{Bank, Event},
    *,
};
use crate::money::NonZeroMinor;

const ORDERED: u64 = 10;

fn some() -> impl Strategy<Value = u64> {
    prop_oneof![1..4_u64, Just(ORDERED), 1..=ORDERED + 2]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(Event::Acs),
        1 => Just(Event::Wait),
        1 => Just(Event::Fail),
        3 => some().prop_map(Event::Pay),
        1 => Just(Event::Refuse),
        2 => some().prop_map(Event::Deposit),
        2 => some().prop_map(Event::DepositSome),
        2 => some().prop_map(Event::Reverse),
        4 => some().prop_map(Event::Refund),
        1 => Just(Event::Decline),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let part = || prop_oneof![Just(Part::Whole), some().prop_map(part)];
    prop_oneof![
        part().prop_map(Call::Deposit),
        some()
            .prop_map(|units| NonZeroMinor::new(minor(units)).expect("not zero"))
            .prop_map(Call::DepositSome),
        part().prop_map(Call::Reverse),
        part().prop_map(Call::Refund),
        Just(Call::Decline),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let units = || prop_oneof![8 => 0..=ORDERED + 1, 1 => any::<u64>()];
    let told = prop::option::of((units(), units(), units()));
    (0..10_u8, told, any::<bool>(), any::<bool>()).prop_map(|(number, told, current, back)| {
        let told =
            told.map(|(approved, deposited, refunded)| amounts(approved, deposited, refunded));
        let report = status(number, told).chargeback(back);
        if current { report.current() } else { report }
    })
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Call(Call),
    Report(Report),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![3 => call().prop_map(Step::Call), 1 => report().prop_map(Step::Report)]
}

fn sound(order: &Order) -> Result<(), TestCaseError> {
    let back = order.reversed().get() + order.refunded().get();
    prop_assert!(order.held() <= order.ordered(), "{order:?}");
    prop_assert!(order.deposited() <= order.held(), "{order:?}");
    prop_assert!(back <= order.held().get(), "{order:?}");
    prop_assert!(order.refunded() <= order.deposited(), "{order:?}");
    prop_assert!(order.refundable() <= order.deposited(), "{order:?}");
    prop_assert!(order.depositable() <= order.held(), "{order:?}");
    Ok(())
}

fn forward(before: &Order, after: &Order) -> bool {
    let (from, to) = (before.state(), after.state());
    let attempts = !from.has_money() && !to.has_money();
    (from == to || from.leads_to(to))
        && (attempts || !to.leads_to(from) || from == to)
        && before.deposited() <= after.deposited()
        && before.reversed() <= after.reversed()
        && before.refunded() <= after.refunded()
}

proptest! {
    /// Whatever is called and whatever a bank claims: nothing is given back that was not taken, and
    /// nothing is taken that was not ordered.
    #[test]
    fn no_walk_creates_money(two: bool, steps in vec(step(), 0..40)) {
        let phases = if two { Phases::Two } else { Phases::One };
        let mut order = Order::registered(minor(ORDERED), phases);
        for step in steps {
            let before = order.clone();
            let ends = before.is_final();
            order = match step {
                Step::Call(call) => match order.apply(call) {
                    Ok(after) => {
                        prop_assert!(!ends, "{call:?} of a final {before:?}");
                        after
                    }
                    Err(refused) => {
                        prop_assert_eq!(refused.order(), &before);
                        refused.into_order()
                    }
                },
                Step::Report(report) => {
                    if let Observed::Contradicts(_) = order.observe(&report) {
                        prop_assert_eq!(&order, &before);
                    }
                    order
                }
            };
            sound(&order)?;
            prop_assert!(forward(&before, &order), "{before:?} -> {order:?}");
        }
    }

    /// Our calls are legal exactly when the bank carries them out, and both books agree.
    #[test]
    fn our_books_follow_the_bank(two: bool, events in vec(event(), 0..40)) {
        let mut bank = Bank::new(two, ORDERED);
        let mut order = Order::registered(minor(ORDERED), bank.phases());
        for event in events {
            let call = match event {
                Event::Deposit(units) => Some(Call::Deposit(part(units))),
                Event::DepositSome(units) => {
                    Some(Call::DepositSome(NonZeroMinor::new(minor(units)).expect("not zero")))
                }
                Event::Reverse(units) => Some(Call::Reverse(part(units))),
                Event::Refund(units) => Some(Call::Refund(part(units))),
                Event::Decline => Some(Call::Decline),
                _ => None,
            };
            let happened = bank.happens(event);
            match call.map(|call| order.clone().apply(call)) {
                Some(Ok(after)) => {
                    prop_assert!(happened, "{event:?} of {bank:?}");
                    order = after;
                }
                Some(Err(refused)) => prop_assert!(!happened, "{refused} of {bank:?}"),
                None if happened => {
                    prop_assert_eq!(order.observe(&bank.report().current()), Observed::Moved);
                }
                None => {}
            }
            let report = bank.report().current();
            prop_assert_eq!(order.observe(&report), Observed::AlreadyThere, "{:?}", bank);
            prop_assert_eq!(order.seen(), bank.amounts());
        }
    }

    /// Reports may come late, twice, out of order, without amounts or not at all: with the newest of
    /// them the order stands where the bank does, and it never went back on the way.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        two: bool,
        events in vec(event(), 1..30),
        shuffle in vec((any::<prop::sample::Index>(), any::<bool>()), 0..40),
    ) {
        let mut bank = Bank::new(two, ORDERED);
        let mut reports = vec![bank.report()];
        for event in events {
            if bank.happens(event) {
                reports.push(bank.report());
            }
        }
        let newest = bank.report();
        let mut order = Order::registered(minor(ORDERED), bank.phases());
        let late: Vec<Report> = shuffle
            .iter()
            .map(|(index, told)| {
                let report = *index.get(&reports);
                Report { amounts: report.amounts.filter(|_| *told), ..report }
            })
            .collect();
        let (before, after) = late.split_at(late.len() / 2);
        let all = before.iter().chain([&newest]).chain(after);
        let mut newest_seen = false;
        for report in all {
            let from = order.clone();
            let observed = order.observe(report);
            prop_assert!(
                !matches!(observed, Observed::Contradicts(_)),
                "{observed:?}: {from:?} of {report:?}"
            );
            prop_assert!(forward(&from, &order), "{from:?} -> {order:?}");
            newest_seen |= report == &newest;
            if newest_seen && order.state().has_money() {
                prop_assert_eq!(Some(order.state()), newest.state());
                prop_assert_eq!(order.seen(), bank.amounts());
            }
        }
    }
}
