//! The merchants' books against the bank's, and callbacks against the order machine.

use std::collections::BTreeMap;

use gateway_rest::{Client, receipts::ReceiptStatus};
use payments_core::{
    Minor, Secret,
    id::{ClientId, OrderId, OrderNumber},
    state::order::{Observed, Order, Phases, Report},
};
use payments_notify::Gateway;
use payments_sandbox::{Delivery, Sandbox, journal::Event, ledger::Account};
use payments_sign::HmacKey;

use super::{KEY, LOGIN};

/// How the merchants' own order numbers begin; those that the bank gives do not.
pub(super) const OURS: &str = "2026-";

/// How many receipts were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Receipts {
    pub(super) sales: usize,
    pub(super) refunds: usize,
    pub(super) closing: usize,
}

/// One order as its merchant's books have it, in minor units.
#[derive(Clone, Debug)]
pub(super) struct Sold {
    pub(super) number: OrderNumber,
    /// Whose order it is, where that is known.
    pub(super) client: Option<ClientId>,
    pub(super) order_id: OrderId,
    pub(super) amount: Minor,
    pub(super) two_phase: bool,
    pub(super) has_cart: bool,
    /// What the positions of the cart cost that were sold and not given back.
    pub(super) positions: Vec<u64>,
    pub(super) held: u64,
    /// Taken and kept.
    pub(super) kept: u64,
    pub(super) refunded: u64,
    /// What the fiscaliser should have made, where there is a cart.
    pub(super) receipts: Receipts,
    /// A mistaken program did not come to the end.
    pub(super) stuck: bool,
}

impl Sold {
    pub(super) fn new(
        number: OrderNumber,
        order_id: OrderId,
        amount: Minor,
        two_phase: bool,
    ) -> Self {
        Self {
            number,
            client: None,
            order_id,
            amount,
            two_phase,
            has_cart: false,
            positions: Vec::new(),
            held: 0,
            kept: 0,
            refunded: 0,
            receipts: Receipts::default(),
            stuck: false,
        }
    }

    /// What was kept goes back to the payer.
    pub(super) fn give_back(&mut self, amount: u64) {
        self.kept -= amount;
        self.refunded += amount;
        self.receipts.refunds += 1;
    }
}

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
            if let (Some(order), Some(report)) = (event.order_id(), event.report()) {
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
    /// The bank has another number of orders than were sold.
    Orders { sold: usize, registered: usize },
    /// Held, kept and refunded differ, of an order that came to its end.
    Amounts { order: OrderId, ours: [u64; 3], theirs: [u64; 3] },
    /// Other receipts were made than there should be.
    Receipts { order: OrderId, ours: Receipts, theirs: Receipts },
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
pub(super) fn compare(sandbox: &Sandbox, sold: &[Sold], reports: &Reports) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let (registered, checked, totals) = sandbox.with_bank(|bank| {
        // Verifications and orders of payment links have numbers of the bank's own.
        let entries = bank.journal().entries().iter();
        let registered = entries.filter(|entry| {
            let ours = entry.number.as_str().starts_with(OURS);
            ours && matches!(entry.event, Event::Registered { .. })
        });
        (registered.count(), bank.check(), bank.ledger().totals())
    });
    let own = sold.iter().filter(|sold| sold.number.as_str().starts_with(OURS)).count();
    if let Err(imbalance) = checked {
        wrong.push(Wrong::Other(format!("the bank's own books: {imbalance}")));
    }
    if registered != own {
        wrong.push(Wrong::Orders { sold: own, registered });
    }
    let moved = |account| totals.get(&account).copied().unwrap_or_default();
    let theirs = [Account::Held, Account::Merchant, Account::Refunded].map(moved);
    let sum = |of: fn(&Sold) -> u64| sold.iter().map(of).map(i128::from).sum::<i128>();
    let ours = [sum(|sold| sold.held), sum(|sold| sold.kept), sum(|sold| sold.refunded)];
    if ours != theirs && !sold.iter().any(|sold| sold.stuck) {
        wrong.push(Wrong::Other(format!("in all, we {ours:?}, the bank {theirs:?}")));
    }
    for sold in sold {
        let (known, books) = sandbox.with_bank(|bank| {
            let known = bank.order_id(LOGIN, sold.number.as_str()) == Some(&sold.order_id);
            (known, bank.ledger().order(&sold.order_id))
        });
        if !known {
            wrong.push(Wrong::Other(format!("{} is not {}", sold.number, sold.order_id)));
        }
        let ours = [sold.held, sold.kept, sold.refunded];
        let theirs = [books.held, books.merchant, books.refunded];
        if ours != theirs && !sold.stuck {
            wrong.push(Wrong::Amounts { order: sold.order_id.clone(), ours, theirs });
        }
        let reports = reports.0.get(&sold.order_id).map_or(&[][..], Vec::as_slice);
        wrong.extend(follow(sold, reports).err().map(Wrong::Other));
    }
    wrong
}

/// Compares the receipts of every order with a cart.
pub(super) async fn receipts(client: &Client, sold: &[Sold]) -> Result<Vec<Wrong>, String> {
    let mut wrong = Vec::new();
    for sold in sold.iter().filter(|sold| sold.has_cart && !sold.stuck) {
        let question = ReceiptStatus::of_order(sold.order_id.clone());
        let report = client.call(&question).await.map_err(|error| error.to_string())?;
        let mut theirs = Receipts::default();
        for receipt in &report.receipts {
            match (receipt.is_refund(), receipt.says_closing()) {
                (true, _) => theirs.refunds += 1,
                (_, true) => theirs.closing += 1,
                _ => theirs.sales += 1,
            }
        }
        if theirs != sold.receipts {
            let (order, ours) = (sold.order_id.clone(), sold.receipts);
            wrong.push(Wrong::Receipts { order, ours, theirs });
        }
    }
    Ok(wrong)
}

/// Lost, doubled and late callbacks must never contradict each other in the machine.
fn follow(sold: &Sold, reports: &[Report]) -> Result<(), String> {
    let phases = if sold.two_phase { Phases::Two } else { Phases::One };
    let mut order = Order::registered(sold.amount, phases);
    for report in reports {
        if let Observed::Contradicts(how) = order.observe(report) {
            return Err(format!("{}: {report:?} contradicts {order:?}: {how:?}", sold.order_id));
        }
    }
    Ok(())
}
