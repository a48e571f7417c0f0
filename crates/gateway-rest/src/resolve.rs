//! Finding out what became of a call whose answer did not come: pure decisions over a status report.

mod receipts;

use std::collections::BTreeMap;

use payments_core::{
    Endpoint, Error, Invalid,
    id::OrderId,
    journal::Step,
    resolve::{Verdict, Whose},
    time::UnixMillis,
};

pub use payments_core::resolve::OrderTrail;

use crate::{
    context::Context,
    order::status::{OrderReport, OrderStatus},
    receipts::{ReceiptOrder, ReceiptReport, ReceiptStatus, SeenReceipts},
};

/// A call of this gateway: an [`Endpoint`] that also says how its outcome can be found later.
pub trait Call: for<'a> Endpoint<Context<'a> = Context<'a>> + Sync {
    /// What is left to follow when no answer comes; none for calls that only ask,
    /// or whose outcome moves no money.
    fn trail(&self) -> Option<Trail>;
}

/// What a call leaves behind: enough to find out whether it happened, and no secret.
///
/// Every trail is followed by one call that only asks: for the order, or for its receipts
/// (documents/003, getOrderStatusExtended and getReceiptStatus).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trail {
    /// A call about an order.
    Order(OrderTrail),
    /// A closing receipt.
    CloseReceipt {
        /// The order.
        order: ReceiptOrder,
        /// The receipts before the call.
        seen: Option<SeenReceipts>,
    },
}

impl From<OrderTrail> for Trail {
    fn from(trail: OrderTrail) -> Self {
        Self::Order(trail)
    }
}

/// The call that tells what became of another.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Question {
    /// Asks for the order.
    Order(OrderStatus),
    /// Asks for the order's receipts.
    Receipts(ReceiptStatus),
}

/// The answer to a [`Question`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// The order.
    Order(Box<OrderReport>),
    /// The order's receipts.
    Receipts(Box<ReceiptReport>),
}

impl Proof {
    /// The report on the order, where that is what was asked for.
    pub fn order(&self) -> Option<&OrderReport> {
        match self {
            Self::Order(report) => Some(report),
            Self::Receipts(_) => None,
        }
    }

    /// The report on the receipts, where that is what was asked for.
    pub fn receipts(&self) -> Option<&ReceiptReport> {
        match self {
            Self::Receipts(report) => Some(report),
            Self::Order(_) => None,
        }
    }
}

impl From<Box<OrderReport>> for Proof {
    fn from(report: Box<OrderReport>) -> Self {
        Self::Order(report)
    }
}

impl From<ReceiptReport> for Proof {
    fn from(report: ReceiptReport) -> Self {
        Self::Receipts(Box::new(report))
    }
}

/// What became of a call.
pub type Resolved = payments_core::resolve::Resolved<Proof>;

impl Trail {
    /// The call that tells.
    pub fn question(&self) -> Question {
        match self {
            Self::Order(trail) => Question::Order(match trail.whose() {
                Whose::Number(number) => OrderStatus::of_number(number.clone()),
                Whose::Id(id) => OrderStatus::of_order(id.clone()),
            }),
            Self::CloseReceipt { order, .. } => Question::Receipts(ReceiptStatus::from(order)),
        }
    }

    /// Decides by the answer to [`question`](Self::question).
    ///
    /// Before `settled_at` a call that the bank does not show may still be on its way.
    ///
    /// # Errors
    ///
    /// The status call's own error, or the trail lacks the amounts seen before.
    pub fn judge(
        &self,
        answer: Result<impl Into<Proof>, Error>,
        now: UnixMillis,
        settled_at: UnixMillis,
    ) -> Result<Resolved, Error> {
        let (verdict, proof) = match (answer.map(Into::into), self) {
            (Ok(proof), _) => (self.verdict(&proof)?, Some(proof)),
            (Err(error), Self::Order(trail)) if trail.registers() && error.is_not_found() => {
                (Verdict::ShowsNot, None)
            }
            (Err(error), _) => return Err(error),
        };
        Ok(verdict.settle(proof, now, settled_at))
    }

    fn verdict(&self, proof: &Proof) -> Result<Verdict, Invalid> {
        match (self, proof) {
            (Self::CloseReceipt { seen, .. }, Proof::Receipts(report)) => {
                receipts::closing(seen.as_ref(), report)
            }
            (Self::Order(trail), Proof::Order(report)) => trail.verdict(&report.evidence()),
            (_, Proof::Order(_) | Proof::Receipts(_)) => Ok(Verdict::Unclear),
        }
    }

    /// The trail as a journal keeps it, by name. Holds no secret.
    pub fn facts(&self) -> BTreeMap<String, String> {
        match self {
            Self::Order(trail) => trail.facts(),
            Self::CloseReceipt { order, seen } => {
                let mut facts = BTreeMap::from([("kind".to_owned(), "closeReceipt".to_owned())]);
                let mut put = |name: &str, value: String| facts.insert(name.to_owned(), value);
                receipts::put_facts(order, seen.as_ref(), &mut put);
                facts
            }
        }
    }

    /// Reads a trail back from a journal's step.
    ///
    /// # Errors
    ///
    /// The step is not one that this crate writes: names the fact that is missing or unreadable.
    pub fn from_step(step: &Step) -> Result<Self, Invalid> {
        if step.facts.get("kind").is_none_or(|kind| kind != "closeReceipt") {
            return OrderTrail::from_step(step).map(Self::Order);
        }
        let facts = Facts(&step.facts);
        Ok(Self::CloseReceipt { order: facts.receipt_order()?, seen: facts.seen_receipts()? })
    }
}

/// The facts of a step, read back.
struct Facts<'a>(&'a BTreeMap<String, String>);

impl<'a> Facts<'a> {
    fn opt(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(String::as_str)
    }

    fn order_id(&self) -> Result<OrderId, Invalid> {
        let text = self.opt("orderId");
        text.ok_or_else(|| Invalid::new("orderId", "must stand in the journal's step"))?.parse()
    }
}

#[cfg(test)]
mod tests;
