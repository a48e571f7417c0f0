//! What can be done with an order next.

use super::{Call, Order, State};
use crate::{Minor, Part};

/// Something that a merchant can do with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever offers them decides about each")]
pub enum Action {
    /// Ask for its status: a payment is under way, or the amounts are not known.
    Ask,
    /// Have it paid.
    Pay,
    /// Debit what is held, or a part of it.
    Deposit {
        /// The most that is possible, in minor units.
        at_most: Minor,
    },
    /// Give back what is held, or what was debited, without a refund.
    Reverse {
        /// The most that is possible, in minor units.
        at_most: Minor,
    },
    /// Give back what was debited.
    Refund {
        /// The most that is possible, in minor units.
        at_most: Minor,
    },
    /// Cancel it.
    Decline,
}

impl Order {
    /// What can be done next, as far as is known; nothing once the order is final.
    pub fn next_actions(&self) -> Vec<Action> {
        let asks = matches!(self.state, State::AcsStarted | State::Pending);
        let pays = self.state == State::Registered;
        self.offers(asks, pays, |call| self.clone().apply(call).is_ok())
    }

    /// The actions among which a machine picks: its own say which calls are legal.
    pub(in crate::state) fn offers(
        &self,
        asks: bool,
        pays: bool,
        is_legal: impl Fn(Call) -> bool,
    ) -> Vec<Action> {
        let offers = [
            (Call::Deposit(Part::Whole), Action::Deposit { at_most: self.depositable() }),
            (Call::Reverse(Part::Whole), Action::Reverse { at_most: self.reversible() }),
            (Call::Refund(Part::Whole), Action::Refund { at_most: self.refundable() }),
            (Call::Decline, Action::Decline),
        ];
        let legal =
            offers.into_iter().filter(|(call, _)| is_legal(*call)).map(|(_, action)| action);
        let first = [(asks || !self.exact, Action::Ask), (pays, Action::Pay)];
        let first = first.into_iter().filter(|(offered, _)| *offered).map(|(_, action)| action);
        first.chain(legal).collect()
    }
}
