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

use super::{KEY, merchant::End};

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

/// What a run found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The bank has another number of orders than there were carts.
    Orders { carts: usize, registered: usize },
    /// Held, kept and refunded differ, of an order that came to its end.
    Amounts { order: OrderId, ours: [u64; 3], theirs: [u64; 3] },
    /// Something else than the books.
    Other(String),
}

impl Wrong {
    /// How much more the bank paid back than the merchant knows of.
    pub(super) fn refunded_unknown(&self) -> u64 {
        match self {
            Self::Amounts { ours: [.., ours], theirs: [.., theirs], .. } => {
                theirs.saturating_sub(*ours)
            }
            _ => 0,
        }
    }
}

impl From<String> for Wrong {
    fn from(what: String) -> Self {
        Self::Other(what)
    }
}

/// Compares, order by order; everything that differs.
pub(super) fn compare(sandbox: &Sandbox, ends: &[End], reports: &Reports) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let known: BTreeSet<&OrderId> = ends.iter().map(|end| &end.order_id).collect();
    let (registered, checked) = sandbox.with_bank(|bank| (bank.order_count(), bank.check()));
    if let Err(imbalance) = checked {
        wrong.push(Wrong::Other(format!("the bank's own books: {imbalance}")));
    }
    if known.len() != ends.len() {
        let (known, carts) = (known.len(), ends.len());
        wrong.push(Wrong::Other(format!("{carts} carts are {known} orders")));
    }
    if registered != ends.len() {
        wrong.push(Wrong::Orders { carts: ends.len(), registered });
    }
    for end in ends {
        let books = sandbox.with_bank(|bank| bank.ledger().order(&end.order_id));
        let ours = [end.held, end.kept, end.refunded];
        let theirs = [books.held, books.merchant, books.refunded];
        if ours != theirs && !end.stuck {
            wrong.push(Wrong::Amounts { order: end.order_id.clone(), ours, theirs });
        }
        let reports = reports.0.get(&end.order_id).map_or(&[][..], Vec::as_slice);
        wrong.extend(follow(end, reports).err().map(Wrong::Other));
    }
    wrong
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
