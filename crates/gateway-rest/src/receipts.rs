//! Receipts of the law on cash registers: closing a prepayment, and what became of each receipt.

pub mod close;
pub mod status;

use std::collections::BTreeSet;

use payments_core::id::{OrderId, OrderNumber, ReceiptId};

pub use close::CloseOfdReceipt;
pub use status::{Receipt, ReceiptReport, ReceiptStatus};

/// The order whose receipts a call is about: one of its two numbers, never both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an order has two numbers")]
pub enum ReceiptOrder {
    /// The gateway's.
    Id(OrderId),
    /// The merchant's own.
    Number(OrderNumber),
}

impl From<OrderId> for ReceiptOrder {
    fn from(id: OrderId) -> Self {
        Self::Id(id)
    }
}

impl From<OrderNumber> for ReceiptOrder {
    fn from(number: OrderNumber) -> Self {
        Self::Number(number)
    }
}

/// The receipts that an order had at one moment: what a lost closing receipt is resolved by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeenReceipts {
    /// Their identifiers.
    pub ids: BTreeSet<ReceiptId>,
}

impl SeenReceipts {
    /// Takes the identifiers.
    pub fn new(ids: impl IntoIterator<Item = ReceiptId>) -> Self {
        Self { ids: ids.into_iter().collect() }
    }
}
