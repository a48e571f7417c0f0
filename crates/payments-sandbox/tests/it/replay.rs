//! The sandbox's journal, replayed through core's order machine: two readings of the same rules.

use std::collections::BTreeMap;

use payments_core::{
    Minor, Part,
    id::OrderId,
    money::NonZeroMinor,
    order::OrderStatus,
    state::{
        amounts::Amounts,
        order::{Call, Observed, Order, Phases, Report, State},
    },
};
use payments_sandbox::{
    Bank,
    journal::{Actor, Entry, Event},
};

use crate::support::*;

/// Replays every order's journal; a move that the machine refuses fails.
pub(crate) fn replay(bank: &Bank) -> BTreeMap<OrderId, Order> {
    let mut orders: BTreeMap<OrderId, Order> = BTreeMap::new();
    for entry in bank.journal().entries() {
        let order = match (orders.remove(&entry.order), &entry.event) {
            (None, Event::Registered { amount, two_phase, .. }) => {
                Order::registered(*amount, if *two_phase { Phases::Two } else { Phases::One })
            }
            (Some(order), _) => step(order, entry),
            (None, event) => panic!("{event:?} before the registration"),
        };
        orders.insert(entry.order.clone(), order);
    }
    orders
}

fn step(mut order: Order, entry: &Entry) -> Order {
    let before = order.seen();
    let (zero, reported) = (Minor::ZERO, |status, amounts| {
        Report::from_status(&status, None, Some(amounts)).current()
    });
    let report = match &entry.event {
        Event::AcsStarted => reported(OrderStatus::AcsAuthStarted, Amounts::NONE),
        Event::Held { amount, .. } => {
            reported(OrderStatus::Authorized, Amounts::new(*amount, zero, zero))
        }
        Event::Charged { amount, .. } => {
            reported(OrderStatus::Deposited, Amounts::new(*amount, *amount, zero))
        }
        Event::Verified => reported(OrderStatus::AuthorizationCancelled, Amounts::NONE),
        Event::Declined { last: true, .. } | Event::Expired => {
            reported(OrderStatus::Declined, Amounts::NONE)
        }
        Event::Declined { .. } if order.state() == State::Registered => return order,
        Event::Declined { .. } => reported(OrderStatus::Registered, Amounts::NONE),
        Event::Deposited { amount, by: Actor::Bank, .. } => {
            reported(OrderStatus::Deposited, Amounts::new(before.approved, *amount, zero))
        }
        Event::Reversed { by: Actor::Bank, .. } => {
            reported(OrderStatus::AuthorizationCancelled, Amounts::NONE)
        }
        Event::ChargedBack { .. } => reported(OrderStatus::Deposited, before).chargeback(true),
        Event::ReversalFailed => {
            order.reversal_failed();
            return order;
        }
        event => return called(order, event),
    };
    let first = !matches!(entry.event, Event::ChargedBack { .. });
    assert_eq!(order.observe(&report) == Observed::Moved, first, "{entry:?} of {order:?}");
    order
}

fn called(order: Order, event: &Event) -> Order {
    let exactly = |amount: &Minor| Part::exactly(*amount).expect("more than nothing");
    let call = match event {
        Event::Deposited { amount, last: true, .. } => Call::Deposit(exactly(amount)),
        Event::Deposited { amount, .. } => {
            Call::DepositSome(NonZeroMinor::new(*amount).expect("more than nothing"))
        }
        Event::Reversed { amount, .. } => Call::Reverse(exactly(amount)),
        Event::Refunded { amount, .. } => Call::Refund(exactly(amount)),
        Event::Cancelled => Call::Decline,
        other => panic!("{other:?} is not known to this test"),
    };
    let order = order.apply(call).unwrap_or_else(|refused| panic!("{event:?}: {refused}"));
    if let Event::Reversed { whole, .. } = event {
        assert_eq!(order.state() == State::Reversed, *whole);
    }
    order
}

/// The machine's order and the bank's report of it agree, state and amounts.
pub(crate) fn agree(shop: &Shop, orders: &mut BTreeMap<OrderId, Order>) {
    for (id, order) in orders {
        let [status, approved, deposited, refunded] = shop.amounts(id.as_str());
        let [approved, deposited, refunded] = [approved, deposited, refunded].map(Minor::new);
        let amounts = Amounts::new(approved, deposited, refunded);
        let status: OrderStatus = status.to_string().as_str().into();
        let report = Report::from_status(&status, None, Some(amounts)).current();
        assert_eq!(order.observe(&report), Observed::AlreadyThere, "{report:?} of {order:?}");
    }
}

#[test]
fn every_kind_of_life_replays() {
    let shop = Shop::of(|merchant| merchant.permissions.several_deposits = true);
    let act = |path: &str, order: &str, amount: &str| {
        let answer = shop.call(path, &[("orderId", order), ("amount", amount)]);
        assert_eq!(answer["errorCode"], 0, "{path}");
    };
    let order = shop.paid(true);
    act("reverse.do", &order, "100");
    act("deposit.do", &order, "500");
    act("deposit.do", &order, "0");
    act("refund.do", &order, "100");
    act("refund.do", &order, "0");
    act("reverse.do", &shop.paid(true), "0");
    act("reverse.do", &shop.paid(false), "700");
    act("reverse.do", &shop.paid(false), "0");
    for pan in [ONE, FRICTIONLESS, "4000000000000119", "2200000000000103"] {
        shop.pay(&shop.order(true, &[]), pan, &[]);
    }
    let order = shop.order(true, &[("autoReverseDate", "2026-01-01T04:00:00")]);
    shop.pay(&order, PLAIN, &[]);
    let order = shop.order(true, &[("autocompletionDate", "2026-01-01T04:00:00")]);
    shop.pay(&order, PLAIN, &[]);
    act("reverse.do", &order, "1");
    shop.advance(7200);
    let mut orders = shop.sandbox.with_bank(|bank| replay(bank));
    assert_eq!(orders.len(), 10);
    agree(&shop, &mut orders);
}
