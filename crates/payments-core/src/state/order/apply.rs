//! The merchant's own calls.

use std::fmt;

use super::{Order, Phases, State, Trigger};
use crate::{Minor, Part, money::NonZeroMinor};

/// A call of the merchant that moves an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the calls that a lifecycle knows")]
pub enum Call {
    /// Debits what is held, or a part of it; the rest of the hold ends.
    Deposit(Part),
    /// Debits a part and keeps the rest on hold. Not in documents/003: other banks offer it.
    DepositSome(NonZeroMinor),
    /// Gives back what is held, or what a one-phase order was debited, in all or in part.
    Reverse(Part),
    /// Gives back what was debited, in all or in part.
    Refund(Part),
    /// Cancels an order that is not paid.
    Decline,
}

impl Call {
    pub(in crate::state) const fn trigger(self) -> Trigger {
        match self {
            Self::Deposit(_) => Trigger::Deposit,
            Self::DepositSome(_) => Trigger::DepositSome,
            Self::Reverse(_) => Trigger::Reverse,
            Self::Refund(_) => Trigger::Refund,
            Self::Decline => Trigger::Decline,
        }
    }
}

/// Why a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller tells each apart")]
pub enum Reason<S = State> {
    /// No such move from the order's state.
    State(S),
    /// The move is not for an order with so many phases.
    Phases(Phases),
    /// More than there is, or nothing to take.
    Amount {
        /// Amount asked for; none for the whole.
        asked: Option<Minor>,
        /// The most that was possible.
        at_most: Minor,
    },
    /// A reversal was carried out or failed before.
    ReversedBefore,
    /// The last report carried no amounts: ask for one that does.
    AmountsUnknown,
}

impl<S: fmt::Debug> fmt::Display for Reason<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => write!(out, "not possible for an order in state {state:?}"),
            Self::Phases(Phases::One) => out.write_str("not possible for a one-phase order"),
            Self::Phases(Phases::Two) => out.write_str("not possible for a two-phase order"),
            Self::Amount { asked: Some(asked), at_most } => {
                write!(out, "asked for {asked} minor units of at most {at_most}")
            }
            Self::Amount { asked: None, at_most } => {
                write!(out, "asked for the whole of {at_most} minor units")
            }
            Self::ReversedBefore => out.write_str("an order is reversed only once"),
            Self::AmountsUnknown => out.write_str("the order's amounts are not known"),
        }
    }
}

/// A refused call, with the order as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    order: Box<Order>,
    reason: Reason,
}

impl Refused {
    /// The order, untouched.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The order, untouched.
    pub fn into_order(self) -> Order {
        *self.order
    }

    /// Why the call was refused.
    pub const fn reason(&self) -> Reason {
        self.reason
    }
}

impl Order {
    /// Carries out a call of the merchant.
    ///
    /// # Errors
    ///
    /// The call is not legal now: [`Refused`] holds the order as it was, and why. Nothing is sent
    /// here; what the bank does about such a call is another matter.
    pub fn apply(self, call: Call) -> Result<Self, Refused> {
        match self.after(call) {
            Ok(order) => Ok(order),
            Err(reason) => Err(Refused { order: Box::new(self), reason }),
        }
    }

    fn after(&self, call: Call) -> Result<Self, Reason> {
        let trigger = call.trigger();
        if !State::ALL.iter().any(|to| self.state.moves_by(trigger, *to)) {
            return Err(Reason::State(self.state));
        }
        let mut next = self.clone();
        let to = match call {
            Call::Decline => State::Declined,
            Call::Deposit(part) => {
                self.two_phases()?;
                next.deposit(self.taken(part, self.depositable())?)?;
                State::Deposited
            }
            Call::DepositSome(amount) => {
                self.two_phases()?;
                next.deposit(self.taken(Part::Exactly(amount), self.depositable())?)?;
                State::PartlyDeposited
            }
            Call::Reverse(part) => next.reverse(self, part)?,
            Call::Refund(part) => {
                let amount = self.taken(part, self.refundable())?;
                next.sums.refunded = sum(self.sums.refunded, amount, self.refundable())?;
                State::Refunded
            }
        };
        // The table has the last word: a state that this code picks is only reached by a row.
        if !self.state.moves_by(trigger, to) {
            return Err(Reason::State(self.state));
        }
        next.state = to;
        Ok(next)
    }

    fn two_phases(&self) -> Result<(), Reason> {
        match self.phases {
            Phases::Two => Ok(()),
            Phases::One => Err(Reason::Phases(Phases::One)),
        }
    }

    /// How much a part is, given how much there is.
    fn taken(&self, part: Part, at_most: Minor) -> Result<Minor, Reason> {
        if !self.exact {
            return Err(Reason::AmountsUnknown);
        }
        let amount = part.amount().unwrap_or(at_most);
        if amount.is_zero() || amount > at_most {
            return Err(Reason::Amount { asked: part.amount(), at_most });
        }
        Ok(amount)
    }

    fn deposit(&mut self, amount: Minor) -> Result<(), Reason> {
        self.sums.deposited = sum(self.sums.deposited, amount, self.depositable())?;
        Ok(())
    }

    /// Answers the state that the amounts pick: the same one after a part, `Reversed` after all.
    fn reverse(&mut self, before: &Self, part: Part) -> Result<State, Reason> {
        if before.reversal_used {
            return Err(Reason::ReversedBefore);
        }
        if before.state == State::Deposited && before.phases == Phases::Two {
            return Err(Reason::Phases(Phases::Two));
        }
        let there = before.reversible();
        let amount = before.taken(part, there)?;
        self.sums.reversed = sum(before.sums.reversed, amount, there)?;
        self.reversal_used = true;
        Ok(if amount == there { State::Reversed } else { before.state })
    }
}

/// Adds up; the amounts were compared before, so that it only fails where they are absurd.
fn sum(before: Minor, amount: Minor, at_most: Minor) -> Result<Minor, Reason> {
    before.plus(amount).ok_or(Reason::Amount { asked: Some(amount), at_most })
}
