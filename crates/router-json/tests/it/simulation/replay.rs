//! A bank's journal, replayed through core's machine of the router's orders: two readings of the same
//! rules.

use std::collections::BTreeMap;

use payments_core::{
    Minor, Part,
    id::OrderId,
    order::RouterState,
    state::{
        amounts::Amounts,
        order::{Call, Observed, Phases},
        router_order::{Order, Report, State},
    },
};
use payments_sandbox::{
    Bank,
    journal::{Actor, Event},
};

/// Replays every order of a bank; what the machine refuses.
pub(super) fn journal(gw_id: &str, bank: &Bank) -> Vec<String> {
    let mut orders: BTreeMap<OrderId, Order> = BTreeMap::new();
    let mut wrong = Vec::new();
    for entry in bank.journal().entries() {
        let next = match (orders.remove(&entry.order), &entry.event) {
            (None, Event::Registered { amount, two_phase, .. }) => {
                let phases = if *two_phase { Phases::Two } else { Phases::One };
                let mut order = Order::registered(*amount, phases);
                seen(&mut order, "CREATED", None).map(|()| order)
            }
            (Some(order), event) => step(order, event),
            (None, event) => Err(format!("{event:?} before the registration")),
        };
        match next {
            Ok(order) => {
                orders.insert(entry.order.clone(), order);
            }
            Err(refused) => wrong.push(format!("{gw_id}: {entry:?}: {refused}")),
        }
    }
    for (id, order) in orders {
        let books = bank.ledger().order(&id);
        let seen = order.seen();
        let ours = [seen.deposited.get(), seen.refunded.get()];
        if ours != [books.merchant, books.refunded] {
            wrong.push(format!("{gw_id}: {id}: {order:?} is not {books:?}"));
        }
    }
    wrong
}

fn step(mut order: Order, event: &Event) -> Result<Order, String> {
    let (before, zero) = (order.seen(), Minor::ZERO);
    let (state, amounts) = match event {
        Event::AcsStarted => ("PENDING", Amounts::NONE),
        Event::Held { amount, .. } => ("APPROVED", Amounts::new(*amount, zero, zero)),
        Event::Charged { amount, .. } => ("DEPOSITED", Amounts::new(*amount, *amount, zero)),
        Event::Linked => ("DEPOSITED", Amounts::NONE),
        Event::Declined { last: true, .. } | Event::Expired => ("DECLINED", Amounts::NONE),
        Event::Declined { .. } => ("CREATED", Amounts::NONE),
        Event::Deposited { amount, by: Actor::Bank, .. } => {
            ("DEPOSITED", Amounts::new(before.approved, *amount, zero))
        }
        Event::Reversed { by: Actor::Bank, .. } => ("REVERSED", Amounts::NONE),
        // The router leaves a bank whose page the payer left open.
        Event::Cancelled if order.state() == State::Pending => ("DECLINED", Amounts::NONE),
        event => return called(order, event),
    };
    seen(&mut order, state, Some(amounts)).map(|()| order)
}

fn seen(order: &mut Order, state: &str, amounts: Option<Amounts>) -> Result<(), String> {
    let report = Report::new(&RouterState::from(state), amounts).current();
    match order.observe(&report) {
        Observed::Contradicts(how) => Err(format!("{report:?} of {order:?}: {how:?}")),
        Observed::Moved | Observed::AlreadyThere => Ok(()),
    }
}

fn called(order: Order, event: &Event) -> Result<Order, String> {
    let exactly = |amount: &Minor| Part::exactly(*amount).expect("more than nothing");
    let call = match event {
        Event::Deposited { amount, .. } => Call::Deposit(exactly(amount)),
        Event::Reversed { amount, .. } => Call::Reverse(exactly(amount)),
        Event::Refunded { amount, .. } => Call::Refund(exactly(amount)),
        Event::Cancelled => Call::Decline,
        other => return Err(format!("{other:?} is not known to this test")),
    };
    order.apply(call).map_err(|refused| format!("{refused}: {:?}", refused.order()))
}
