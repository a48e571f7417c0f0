//! The merchant's books against the bank's, and callbacks against the order machine.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::{
    Secret,
    id::OrderId,
    state::order::{Observed, Order, Phases, Report},
};
use payments_notify::Gateway;
use payments_sandbox::{Delivery, Sandbox};
use payments_sign::HmacKey;

use super::{KEY, LOGIN, merchant::End};

/// What genuine callbacks reported of each order, in the order in which they came.
#[derive(Default)]
pub(super) struct Reports(BTreeMap<OrderId, Vec<Report>>);

impl Reports {
    /// Takes callbacks in as a merchant does: proves them, reads them, answers 200.
    pub(super) fn receive(&mut self, sandbox: &Sandbox, deliveries: Vec<Delivery>) {
        let key = HmacKey::new(&Secret::<String>::new(KEY)).expect("a key");
        let gateway = Gateway::hmac(key);
        for delivery in deliveries {
            let request = &delivery.request;
            let (method, uri) = (request.method(), request.uri());
            let event = gateway.receive(method, uri, request.headers(), request.body());
            let event = event.expect("the bank's callbacks are genuine");
            let order = event.order_id().expect("callbacks name their order");
            if let Some(report) = event.report() {
                self.0.entry(order).or_default().push(report);
            }
            sandbox.delivered(delivery.id, Some(http::StatusCode::OK));
        }
    }

    /// How many came.
    pub(super) fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}

/// Compares, order by order.
pub(super) fn compare(sandbox: &Sandbox, ends: &[End], reports: &Reports) -> Result<(), String> {
    let known: BTreeSet<&OrderId> = ends.iter().map(|end| &end.order_id).collect();
    let (registered, checked) = sandbox.with_bank(|bank| (bank.order_count(), bank.check()));
    checked.map_err(|imbalance| format!("the bank's own books: {imbalance}"))?;
    if known.len() != ends.len() || registered != ends.len() {
        let carts = ends.len();
        return Err(format!("{carts} carts became {registered} orders, {} known", known.len()));
    }
    for end in ends {
        let books = sandbox.with_bank(|bank| bank.ledger().order(&end.order_id));
        let ours = (end.held, end.kept, end.refunded);
        let theirs = (books.held, books.merchant, books.refunded);
        if ours != theirs {
            return Err(format!("{LOGIN} {}: we {ours:?}, the bank {theirs:?}", end.order_id));
        }
        follow(end, reports.0.get(&end.order_id).map_or(&[][..], Vec::as_slice))?;
    }
    Ok(())
}

/// Lost, doubled and late callbacks must never contradict each other in the machine.
fn follow(end: &End, reports: &[Report]) -> Result<(), String> {
    let phases = if end.two_phase { Phases::Two } else { Phases::One };
    let mut order = Order::registered(end.amount, phases);
    for report in reports {
        if let Observed::Contradicts(how) = order.observe(report) {
            return Err(format!("{}: {report:?} contradicts {order:?}: {how:?}", end.order_id));
        }
    }
    Ok(())
}
