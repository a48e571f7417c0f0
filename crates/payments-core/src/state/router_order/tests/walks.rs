//! Long sequences of calls and reports.

use proptest::{collection::vec, prelude::*};

use super::{
    model::{Event, Router, Way},
    *,
};

const ORDERED: u64 = 10;

fn some() -> impl Strategy<Value = u64> {
    prop_oneof![1..4_u64, Just(ORDERED), 1..=ORDERED + 2]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Route),
        1 => Just(Event::Wait),
        1 => Just(Event::Fail),
        3 => any::<bool>().prop_map(|sbp| Event::Pay(if sbp { Way::Sbp } else { Way::Other })),
        1 => prop_oneof![Just(Event::Refuse), Just(Event::Expire), Just(Event::Decline)],
        2 => some().prop_map(Event::Deposit),
        2 => some().prop_map(Event::Reverse),
        4 => some().prop_map(Event::Refund),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let part = || prop_oneof![Just(Part::Whole), some().prop_map(part)];
    prop_oneof![
        part().prop_map(Call::Deposit),
        part().prop_map(Call::Reverse),
        part().prop_map(Call::Refund),
        Just(Call::Decline),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let units = || prop_oneof![8 => 0..=ORDERED + 1, 1 => any::<u64>()];
    let told = prop::option::of((units(), units(), units()));
    let states: Vec<&str> = RouterState::KNOWN.iter().copied().chain(["NEW"]).collect();
    let way = prop::sample::select(vec![None, Some(PaymentWay::SbpC2b), Some(PaymentWay::Card)]);
    let marks = any::<[bool; 2]>();
    let own = prop::option::of(units());
    (prop::sample::select(states), told, way, marks, own).prop_map(
        |(state, told, way, [current, back], own)| {
            let told = told.map(|(one, two, three)| amounts(one, two, three));
            let report = says(state, told).deposited(own.map(minor)).paid_by(way.as_ref());
            let report = report.chargeback(back);
            if current { report.current() } else { report }
        },
    )
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Call(Call),
    Report(Report),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![3 => call().prop_map(Step::Call), 2 => report().prop_map(Step::Report)]
}

fn sound(order: &Order) -> Result<(), TestCaseError> {
    let back = order.reversed().get() + order.refunded().get();
    prop_assert!(order.held() <= order.ordered(), "{order:?}");
    prop_assert!(order.deposited() <= order.held(), "{order:?}");
    prop_assert!(back <= order.held().get(), "{order:?}");
    prop_assert!(order.refunded() <= order.deposited(), "{order:?}");
    prop_assert!(order.refundable() <= order.deposited(), "{order:?}");
    Ok(())
}

/// Everything that is offered is legal to the last unit and not one more; nothing else is.
fn offers_are_true(order: &Order) -> Result<(), TestCaseError> {
    let legal = |call: Call| order.clone().apply(call).is_ok();
    let actions = order.next_actions();
    let limits = |call: fn(Part) -> Call, at_most: Minor| {
        legal(call(Part::exactly(at_most).expect("not zero")))
            && !legal(call(part(at_most.get() + 1)))
    };
    for action in &actions {
        let is_true = match *action {
            Action::Deposit { at_most } => limits(Call::Deposit, at_most),
            Action::Reverse { at_most } => limits(Call::Reverse, at_most),
            Action::Refund { at_most } => limits(Call::Refund, at_most),
            Action::Decline => legal(Call::Decline),
            Action::Pay => !order.is_paid() && order.deposited().is_zero(),
            Action::Ask => order.state() == State::Pending || !order.is_exact(),
        };
        prop_assert!(is_true, "{action:?} of {order:?}");
    }
    let offered = |kind: fn(&Action) -> bool| actions.iter().any(kind);
    let all = [
        (Call::Deposit(Part::Whole), offered(|one| matches!(one, Action::Deposit { .. }))),
        (Call::Reverse(Part::Whole), offered(|one| matches!(one, Action::Reverse { .. }))),
        (Call::Refund(Part::Whole), offered(|one| matches!(one, Action::Refund { .. }))),
        (Call::Decline, offered(|one| *one == Action::Decline)),
    ];
    for (call, offered) in all {
        prop_assert_eq!(legal(call), offered, "{:?} of {:?}", call, order);
    }
    prop_assert!(!order.is_final() || actions.iter().all(|one| *one == Action::Ask));
    Ok(())
}

fn forward(before: &Order, after: &Order) -> bool {
    let (from, to) = (before.state(), after.state());
    let attempts = matches!((from, to), (State::Pending, State::Created));
    (from == to || from.leads_to(to))
        && (attempts || !to.leads_to(from) || from <= to)
        && before.deposited() <= after.deposited()
        && before.reversed() <= after.reversed()
        && before.refunded() <= after.refunded()
}

proptest! {
    /// Whatever is called and whatever the router claims: nothing is given back that was not taken,
    /// nothing is taken that was not ordered, and what is offered can be done.
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
                    match order.observe(&report) {
                        Observed::Contradicts(_) => prop_assert_eq!(&order, &before),
                        Observed::Moved => prop_assert_eq!(Some(order.state()), report.state()),
                        Observed::AlreadyThere => prop_assert_eq!(order.state(), before.state()),
                    }
                    order
                }
            };
            sound(&order)?;
            offers_are_true(&order)?;
            prop_assert_eq!(order.phases(), phases);
            prop_assert!(forward(&before, &order), "{before:?} -> {order:?}");
        }
    }

    /// Our calls are legal exactly when the router carries them out, and both books agree, whether
    /// the way of the payment is told or not.
    #[test]
    fn our_books_follow_the_router(
        two: bool,
        events in vec(event(), 0..40),
        told in vec(any::<u8>(), 40),
    ) {
        let mut router = Router::new(two, ORDERED);
        let mut order = Order::registered(minor(ORDERED), router.phases());
        for (event, told) in events.into_iter().zip(told) {
            let call = match event {
                Event::Deposit(units) => Some(Call::Deposit(part(units))),
                Event::Reverse(units) => Some(Call::Reverse(part(units))),
                Event::Refund(units) => Some(Call::Refund(part(units))),
                Event::Decline => Some(Call::Decline),
                _ => None,
            };
            let happened = router.happens(event);
            match call.map(|call| order.clone().apply(call)) {
                Some(Ok(after)) => {
                    prop_assert!(happened, "{event:?} of {router:?}");
                    order = after;
                }
                Some(Err(refused)) => {
                    let unknown = refused.reason() == Reason::AmountsUnknown;
                    prop_assert!(!happened || unknown, "{refused} of {router:?}");
                    if happened {
                        let report = router.report(0).current();
                        prop_assert_eq!(order.observe(&report), Observed::Moved);
                    }
                }
                None if happened => {
                    let report = router.report(told).current();
                    prop_assert_eq!(order.observe(&report), Observed::Moved, "{:?}", report);
                }
                None => {}
            }
            prop_assert_eq!(Some(order.state()), says(router.state, None).state());
            if order.is_exact() {
                prop_assert_eq!(order.seen(), router.amounts(), "{:?}", router);
            }
            let report = router.report(0).current();
            let observed = order.observe(&report);
            let exact = matches!(observed, Observed::AlreadyThere | Observed::Moved);
            prop_assert!(exact && order.is_exact(), "{observed:?} of {router:?}");
        }
    }

    /// Reports may come late, twice, out of order, without amounts or not at all: with the newest of
    /// them the order stands where the router does, and it never went back on the way.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        two: bool,
        events in vec(event(), 1..30),
        shuffle in vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
    ) {
        let mut router = Router::new(two, ORDERED);
        let mut moments = vec![router.clone()];
        for event in events {
            if router.happens(event) {
                moments.push(router.clone());
            }
        }
        let newest = router.report(0);
        let mut order = Order::registered(minor(ORDERED), router.phases());
        let late: Vec<Report> =
            shuffle.iter().map(|(index, told)| index.get(&moments).report(*told)).collect();
        let (before, after) = late.split_at(late.len() / 2);
        let mut newest_seen = false;
        for report in before.iter().chain([&newest]).chain(after) {
            let from = order.clone();
            let observed = order.observe(report);
            prop_assert!(
                !matches!(observed, Observed::Contradicts(_)),
                "{observed:?}: {from:?} of {report:?}"
            );
            prop_assert!(forward(&from, &order), "{from:?} -> {order:?}");
            newest_seen |= report == &newest;
            if newest_seen && matches!(router.state, "APPROVED" | "DEPOSITED" | "REFUNDED") {
                prop_assert_eq!(Some(order.state()), newest.state());
                prop_assert_eq!(order.seen(), router.amounts());
            }
        }
    }
}
