//! What has been held, debited and given back.

use super::{Phases, State};
use crate::{Minor, state::amounts::Amounts};

/// Totals since the payment; none of them ever falls. Where the bank did not tell an amount, it is
/// the least that it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    /// Authorised, before anything was given back.
    pub(super) held: Minor,
    /// Debited, before anything was given back.
    pub(super) deposited: Minor,
    /// Given back by reversal: from the hold, or from the debit of a one-phase order.
    pub(super) reversed: Minor,
    /// Given back by refund.
    pub(super) refunded: Minor,
}

impl Sums {
    pub(super) const NONE: Self = Self {
        held: Minor::ZERO,
        deposited: Minor::ZERO,
        reversed: Minor::ZERO,
        refunded: Minor::ZERO,
    };

    /// Whether nothing was made out of nothing.
    pub(super) fn hold_together(&self, ordered: Minor, phases: Phases) -> bool {
        let back = self.reversed.plus(self.refunded);
        let from_hold = match phases {
            // A reversal takes from the hold what a deposit can then no longer take.
            Phases::Two => self.deposited.plus(self.reversed),
            Phases::One => Some(self.deposited),
        };
        self.held <= ordered
            && back.is_some_and(|back| back <= self.held)
            && from_hold.is_some_and(|sum| sum <= self.held)
            && self.refunded <= self.deposited
    }

    /// Whether no total is below the other's.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.deposited >= other.deposited
            && self.reversed >= other.reversed
            && self.refunded >= other.refunded
    }

    /// What is on hold and can be deposited.
    pub(super) fn on_hold(&self) -> Minor {
        let gone = self.deposited.plus(self.reversed);
        gone.and_then(|gone| self.held.minus(gone)).unwrap_or(Minor::ZERO)
    }

    /// What was debited and not given back.
    pub(super) fn kept(&self, phases: Phases) -> Minor {
        let back = match phases {
            Phases::One => self.reversed.plus(self.refunded),
            Phases::Two => Some(self.refunded),
        };
        back.and_then(|back| self.deposited.minus(back)).unwrap_or(Minor::ZERO)
    }

    /// The amounts as a status report shows them in this state.
    pub(super) fn report(&self, state: State, phases: Phases) -> Amounts {
        let approved = self.held.minus(self.reversed).unwrap_or(Minor::ZERO);
        match state {
            State::Reversed => Amounts::new(approved, Minor::ZERO, self.refunded),
            _ => Amounts::new(approved, self.kept(phases), self.refunded),
        }
    }
}
