//! What happened to each order, in the order in which it happened.

use payments_core::{
    id::{OrderId, OrderNumber},
    money::{Currency, Minor},
    time::UnixMillis,
};

/// One thing that happened to one order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When, by the bank's clock.
    pub at: UnixMillis,
    /// To which order.
    pub order: OrderId,
    /// The merchant's number of the order.
    pub number: OrderNumber,
    /// What happened.
    pub event: Event,
}

/// What can happen to an order. Amounts are in minor units of the order's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Registered by the merchant.
    #[non_exhaustive]
    Registered {
        /// The amount that was ordered.
        amount: Minor,
        /// The currency of the order and of every amount that follows.
        currency: Currency,
        /// Whether the money is only held first.
        two_phase: bool,
    },
    /// The card was checked without a payment; status 3.
    Verified,
    /// An account was linked by SBP without a payment; status 2 with nothing debited.
    Linked,
    /// The payer was sent to the issuer's page; status 5.
    AcsStarted,
    /// Money is held, two-phase only; status 1.
    #[non_exhaustive]
    Held {
        /// The amount held.
        amount: Minor,
    },
    /// Money is held and debited at once; status 2. One-phase, or two-phase and paid by SBP.
    #[non_exhaustive]
    Charged {
        /// The amount debited.
        amount: Minor,
    },
    /// Held money is debited. After the last deposit the rest of the hold is free again.
    #[non_exhaustive]
    Deposited {
        /// The amount debited by this deposit.
        amount: Minor,
        /// Whether no other deposit may follow (status 2), or it was an intermediate one (8).
        last: bool,
        /// Who did it.
        by: Actor,
    },
    /// Money went back before it was settled.
    #[non_exhaustive]
    Reversed {
        /// The amount of this reversal.
        amount: Minor,
        /// Whether nothing is left (status 3).
        whole: bool,
        /// Who did it.
        by: Actor,
    },
    /// Debited money went back to the payer; status 4.
    #[non_exhaustive]
    Refunded {
        /// The amount of this refund.
        amount: Minor,
        /// The merchant's key of the refund, if it gave one.
        key: Option<String>,
    },
    /// A payment attempt was declined; status 6 if no attempt is left, else 0.
    #[non_exhaustive]
    Declined {
        /// The processing centre's code.
        action_code: i64,
        /// Whether the order as a whole is declined now (status 6).
        last: bool,
    },
    /// Cancelled by the merchant before it was paid; status 6.
    Cancelled,
    /// Not paid in time; status 6.
    Expired,
    /// A reversal failed; no other will be accepted.
    ReversalFailed,
    /// The issuer took the money back; status stays.
    #[non_exhaustive]
    ChargedBack {
        /// The amount taken back.
        amount: Minor,
    },
}

/// Who moved the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Actor {
    /// The merchant, by a call.
    Merchant,
    /// The bank by itself, at a date given with the order.
    Bank,
}

/// Everything that happened since the bank opened.
#[derive(Clone, Debug, Default)]
pub struct Journal(Vec<Entry>);

impl Journal {
    pub(crate) fn add(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// Every entry, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The entries of one order, oldest first.
    pub fn order<'a>(&'a self, order: &'a OrderId) -> impl Iterator<Item = &'a Entry> {
        self.0.iter().filter(move |entry| entry.order == *order)
    }
}
