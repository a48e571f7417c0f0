//! The merchants' books against those of all banks, and callbacks against the order machine.

use std::collections::BTreeMap;

use payments_core::{
    Secret,
    id::{ClientId, OrderId, OrderNumber},
    poll::Standing,
    state::{
        order::Observed,
        router_order::{Order, Report, State},
    },
};
use payments_notify::Gateway;
use payments_sandbox::{Delivery, Router, Sandbox, ledger::Account};
use payments_sign::HmacKey;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{KEY, LOGIN, replay};

/// One order as its merchant's books have it: the machine of the order, moved by what the router
/// answered.
#[derive(Clone, Debug)]
pub(super) struct Sold {
    pub(super) number: OrderNumber,
    pub(super) order_id: OrderId,
    pub(super) client: Option<ClientId>,
    pub(super) machine: Order,
    /// A mistaken program did not come to the end.
    pub(super) stuck: bool,
}

impl Sold {
    /// What is held, kept and given back, in minor units.
    pub(super) fn sums(&self) -> [u64; 3] {
        let seen = self.machine.seen();
        let held = match self.machine.state() {
            State::Approved => seen.approved.get(),
            _ => 0,
        };
        [held, seen.deposited.get(), seen.refunded.get()]
    }
}

/// What genuine callbacks reported of each order, in the order in which they came, and who waits
/// for them.
#[derive(Default)]
pub(super) struct Reports {
    told: BTreeMap<OrderNumber, Vec<Report>>,
    waiting: BTreeMap<OrderNumber, UnboundedSender<Standing>>,
}

impl Reports {
    /// Takes callbacks in as a merchant does: proves them, reads them, answers 200. They come from
    /// the banks, whose numbers of the orders are their own: the merchant's number is what counts.
    pub(super) fn receive(&mut self, sandbox: &Sandbox, deliveries: Vec<Delivery>) {
        let key = HmacKey::new(&Secret::<String>::new(KEY)).expect("a key");
        let gateway = Gateway::hmac(key);
        for delivery in deliveries {
            let request = &delivery.request;
            let (method, uri) = (request.method(), request.uri());
            let event = gateway.receive(method, uri, request.headers(), request.body());
            let event = event.expect("the banks' callbacks are genuine");
            if let Some(number) = event.order_number() {
                if let Some(waiting) = self.waiting.get(&number) {
                    // Whoever waited may have gone on.
                    let _ = waiting.send(event.standing());
                }
                let report = event.report().map(Report::from);
                let report = report.map(|told| told.paid_by(event.payment_way().as_ref()));
                self.told.entry(number).or_default().extend(report);
            }
            sandbox.delivered(delivery.id, Some(http::StatusCode::OK));
        }
    }

    /// Listens to what is told of an order from now on.
    pub(super) fn listen(&mut self, number: &OrderNumber) -> UnboundedReceiver<Standing> {
        let (sender, receiver) = unbounded_channel();
        self.waiting.insert(number.clone(), sender);
        receiver
    }

    /// How many came.
    pub(super) fn count(&self) -> usize {
        self.told.values().map(Vec::len).sum()
    }
}

/// What a run found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The router has another number of orders than were sold.
    Orders { sold: usize, registered: usize },
    /// Held, kept and refunded differ, of an order that came to its end.
    Amounts { order: OrderId, ours: [u64; 3], theirs: [u64; 3] },
    /// Something else than the books.
    Other(String),
}

impl Wrong {
    /// How much more the banks paid back than the merchant knows of.
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

/// Compares, order by order and in all; everything that differs.
pub(super) fn compare(sandbox: &Sandbox, sold: &[Sold], reports: &Reports) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let theirs = sandbox.with_router(|router| {
        if let Err(imbalance) = router.check() {
            wrong.push(Wrong::Other(format!("the banks' own books: {imbalance}")));
        }
        for (gw_id, bank) in router.banks() {
            wrong.extend(replay::journal(gw_id, bank).into_iter().map(Wrong::Other));
        }
        if router.order_count() != sold.len() {
            let registered = router.order_count();
            wrong.push(Wrong::Orders { sold: sold.len(), registered });
        }
        totals(router)
    });
    let ours = sold.iter().map(Sold::sums).fold([0; 3], |sum, [held, kept, refunded]| {
        [sum[0] + i128::from(held), sum[1] + i128::from(kept), sum[2] + i128::from(refunded)]
    });
    if ours != theirs && !sold.iter().any(|sold| sold.stuck) {
        wrong.push(Wrong::Other(format!("in all, we {ours:?}, the banks {theirs:?}")));
    }
    for sold in sold {
        let theirs = sandbox.with_router(|router| {
            let known = router.order_id(LOGIN, sold.number.as_str()) == Some(&sold.order_id);
            known.then(|| of_order(router, &sold.order_id))
        });
        match theirs {
            None => wrong.push(Wrong::Other(format!("{} is not {}", sold.number, sold.order_id))),
            Some(theirs) if theirs != sold.sums() && !sold.stuck => {
                let (order, ours) = (sold.order_id.clone(), sold.sums());
                wrong.push(Wrong::Amounts { order, ours, theirs });
            }
            Some(_) => {}
        }
        let told = reports.told.get(&sold.number).map_or(&[][..], Vec::as_slice);
        wrong.extend(follow(sold, told).err().map(Wrong::Other));
    }
    wrong
}

/// What all banks together hold, keep for the merchants, and gave back.
fn totals(router: &Router) -> [i128; 3] {
    let accounts = [Account::Held, Account::Merchant, Account::Refunded];
    let of = |account| {
        let totals = router.banks().map(|(_, bank)| bank.ledger().totals());
        totals.filter_map(|totals| totals.get(&account).copied()).sum()
    };
    accounts.map(of)
}

/// The same of one order, wherever it was brought.
fn of_order(router: &Router, id: &OrderId) -> [u64; 3] {
    let banks = router.order(id).map(|routed| routed.banks).unwrap_or_default();
    banks.iter().fold([0; 3], |sum, (bank, at_bank)| {
        let books = router.bank(bank).expect("a bank").ledger().order(at_bank);
        [sum[0] + books.held, sum[1] + books.merchant, sum[2] + books.refunded]
    })
}

/// Lost, doubled and late callbacks must never contradict each other in the machine.
fn follow(sold: &Sold, reports: &[Report]) -> Result<(), String> {
    let mut order = Order::registered(sold.machine.ordered(), sold.machine.phases());
    for report in reports {
        if let Observed::Contradicts(how) = order.observe(report) {
            return Err(format!("{}: {report:?} contradicts {order:?}: {how:?}", sold.order_id));
        }
    }
    Ok(())
}
