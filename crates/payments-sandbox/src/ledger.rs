//! The sandbox's own books, double entry: every posting sums to nothing.
//!
//! They are kept apart from the orders' amounts on purpose. Two books that disagree are a mistake,
//! and [`Ledger::check`] finds it.

use std::{collections::BTreeMap, fmt};

use payments_core::id::OrderId;

/// Where an order's money can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Account {
    /// The payer's account at the issuer; what left it stands here as a negative balance.
    Payer,
    /// Held for the merchant by an authorisation, not yet debited.
    Held,
    /// Debited and due to the merchant.
    Merchant,
    /// Given back by refunds. Owed to the payer, and kept apart so that it can be compared.
    Refunded,
    /// Taken back by the issuer against the merchant's will.
    ChargedBack,
}

impl Account {
    const ALL: [Self; 5] =
        [Self::Payer, Self::Held, Self::Merchant, Self::Refunded, Self::ChargedBack];
}

/// One balanced entry: an amount leaves one account and reaches another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Posting {
    /// The order whose money it is.
    pub order: OrderId,
    /// Changes by account, in minor units of the order's currency; they sum to zero.
    pub changes: Vec<(Account, i128)>,
}

/// An order's balances in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Balances {
    /// What has left the payer for good or for a hold, less what came back by reversal.
    pub taken: u64,
    /// Held now.
    pub held: u64,
    /// Debited now, net of refunds.
    pub merchant: u64,
    /// Refunded so far.
    pub refunded: u64,
    /// Charged back so far.
    pub charged_back: u64,
}

/// Every posting since the bank opened.
#[derive(Clone, Default)]
pub struct Ledger {
    postings: Vec<Posting>,
    balances: BTreeMap<(OrderId, Account), i128>,
}

impl Ledger {
    /// Moves an amount; nothing is written for an amount of zero.
    pub(crate) fn post(&mut self, order: &OrderId, from: Account, to: Account, amount: u64) {
        if amount == 0 {
            return;
        }
        let changes = vec![(from, -i128::from(amount)), (to, i128::from(amount))];
        for (account, change) in &changes {
            *self.balances.entry((order.clone(), *account)).or_default() += change;
        }
        self.postings.push(Posting { order: order.clone(), changes });
    }

    /// Every posting, oldest first.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// One order's balances; all zero for an order without movement.
    pub fn order(&self, order: &OrderId) -> Balances {
        let balance = |account| {
            let units = self.balances.get(&(order.clone(), account)).copied().unwrap_or(0);
            u64::try_from(units.abs()).unwrap_or(u64::MAX)
        };
        Balances {
            taken: balance(Account::Payer),
            held: balance(Account::Held),
            merchant: balance(Account::Merchant),
            refunded: balance(Account::Refunded),
            charged_back: balance(Account::ChargedBack),
        }
    }

    /// Checks the books from the postings alone.
    ///
    /// # Errors
    ///
    /// A posting does not sum to zero, an account is overdrawn, or the balances kept along the way
    /// are not what the postings give.
    pub fn check(&self) -> Result<(), Imbalance> {
        let mut balances: BTreeMap<(OrderId, Account), i128> = BTreeMap::new();
        for posting in &self.postings {
            if posting.changes.iter().map(|(_, change)| change).sum::<i128>() != 0 {
                return Err(Imbalance::new(&posting.order, "unbalanced posting"));
            }
            for (account, change) in &posting.changes {
                let balance = balances.entry((posting.order.clone(), *account)).or_default();
                *balance += change;
                let overdrawn = match account {
                    Account::Payer => *balance > 0,
                    _ => *balance < 0,
                };
                if overdrawn {
                    return Err(Imbalance::new(&posting.order, "overdrawn account"));
                }
            }
        }
        match balances.iter().find(|(key, balance)| self.balances.get(key) != Some(balance)) {
            Some(((order, _), _)) => Err(Imbalance::new(order, "wrong balance")),
            None => Ok(()),
        }
    }

    /// The sum over all orders, by account.
    pub fn totals(&self) -> BTreeMap<Account, i128> {
        let mut totals: BTreeMap<_, _> = Account::ALL.map(|account| (account, 0)).into();
        for ((_, account), balance) in &self.balances {
            *totals.entry(*account).or_default() += balance;
        }
        totals
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Ledger").field("postings", &self.postings.len()).finish_non_exhaustive()
    }
}

/// The books do not agree: a mistake in the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} in order {order}")]
pub struct Imbalance {
    order: OrderId,
    what: &'static str,
}

impl Imbalance {
    pub(crate) fn new(order: &OrderId, what: &'static str) -> Self {
        Self { order: order.clone(), what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_balance_and_mistakes_are_found() {
        let order = OrderId::from_bank("one");
        let mut ledger = Ledger::default();
        ledger.post(&order, Account::Payer, Account::Held, 100);
        ledger.post(&order, Account::Held, Account::Merchant, 60);
        ledger.post(&order, Account::Held, Account::Payer, 40);
        ledger.post(&order, Account::Merchant, Account::Refunded, 10);
        assert_eq!(ledger.check(), Ok(()));
        let want = Balances { taken: 60, merchant: 50, refunded: 10, ..Balances::default() };
        assert_eq!(ledger.order(&order), want);
        assert_eq!(ledger.totals().values().sum::<i128>(), 0);

        let mut wrong = ledger.clone();
        wrong.post(&order, Account::Merchant, Account::Refunded, 51);
        assert!(wrong.check().is_err(), "more refunded than there was");
        let mut wrong = ledger.clone();
        wrong.postings[0].changes[0].1 = -99;
        assert!(wrong.check().is_err(), "one side differs");
        let mut wrong = ledger;
        wrong.postings.pop();
        assert!(wrong.check().is_err(), "a posting is gone");
    }
}
