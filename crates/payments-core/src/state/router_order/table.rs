//! The table of legal moves.

use State::*;

use crate::state::order::{self, Call};

/// Where an order of the router stands. Declared in the order in which the unpaid ones follow each
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new state")]
pub enum State {
    /// Registered at the router; no bank was chosen (`PREREGISTERED`).
    Preregistered,
    /// A bank was chosen and has the order; no money moved (`CREATED`).
    Created,
    /// A payment is under way and its outcome open (`PENDING`).
    Pending,
    /// An amount is held (`APPROVED`).
    Approved,
    /// Debited (`DEPOSITED`).
    Deposited,
    /// Something was given back by refund, perhaps not all of it (`REFUNDED`).
    Refunded,
    /// What was held was given back (`REVERSED`).
    Reversed,
    /// Refused, expired or declined by the merchant; no money moved (`DECLINED`).
    Declined,
}

/// What moves an order of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new trigger")]
pub enum Trigger {
    /// A payment call is routed: the router chooses a bank and registers the order there.
    Route,
    /// The payer pays, without an outcome yet.
    Wait,
    /// An attempt to pay failed and another one is possible.
    Fail,
    /// The bank holds the amount: two phases, by card, T-Pay or Alfa Pay.
    Hold,
    /// The bank debits the amount at once: one phase, or SBP.
    Charge,
    /// The bank refuses the payment for good.
    Refuse,
    /// Time to pay ran out.
    Expire,
    /// The bank debits what is held because its time is over.
    AutoDeposit,
    /// The bank gives back what is held because its time is over.
    AutoReverse,
    /// The merchant deposits, which ends the hold.
    Deposit,
    /// The merchant reverses all or a part.
    Reverse,
    /// The merchant refunds all or a part.
    Refund,
    /// The merchant declines an order that is not paid.
    Decline,
}

/// The whole machine. A move that is no row here is refused, or contradicts.
///
/// Where a trigger leads from one state to two, the amounts pick the row: a partial reversal keeps
/// the state, a full one leads to `Reversed`. documents/000, 001, 004, "Payment status"; the states
/// and the moves between them from the router's reference pages, what the bank does with a hold
/// whose time is over from those of the banks behind it.
pub const MOVES: &[(State, Trigger, State)] = &[
    (Preregistered, Trigger::Route, Created),
    (Preregistered, Trigger::Expire, Declined),
    (Preregistered, Trigger::Decline, Declined),
    (Created, Trigger::Wait, Pending),
    (Created, Trigger::Hold, Approved),
    (Created, Trigger::Charge, Deposited),
    (Created, Trigger::Refuse, Declined),
    (Created, Trigger::Expire, Declined),
    (Created, Trigger::Decline, Declined),
    (Pending, Trigger::Fail, Created),
    (Pending, Trigger::Hold, Approved),
    (Pending, Trigger::Charge, Deposited),
    (Pending, Trigger::Refuse, Declined),
    (Pending, Trigger::Expire, Declined),
    (Approved, Trigger::Deposit, Deposited),
    (Approved, Trigger::AutoDeposit, Deposited),
    (Approved, Trigger::Reverse, Approved),
    (Approved, Trigger::Reverse, Reversed),
    (Approved, Trigger::AutoReverse, Reversed),
    (Deposited, Trigger::Refund, Refunded),
    (Refunded, Trigger::Refund, Refunded),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 8] =
        [Preregistered, Created, Pending, Approved, Deposited, Refunded, Reversed, Declined];

    /// Whether an order in this state counts as paid: held or debited.
    pub const fn is_paid(self) -> bool {
        matches!(self, Approved | Deposited)
    }

    /// Whether no call of the merchant is legal from here, whatever the amounts.
    ///
    /// An order refunded in full is final as well, which its amounts tell: [`Order::is_final`](super::Order::is_final).
    pub fn is_final(self) -> bool {
        !MOVES.iter().any(|(from, trigger, _)| *from == self && trigger.is_call())
            && !Self::ALL.iter().any(|to| *to != self && self.leads_to(*to))
    }

    /// Whether a sequence of moves, one at least, leads from here to another state.
    pub fn leads_to(self, other: Self) -> bool {
        crate::state::leads(MOVES, self, other)
    }

    /// Whether one move by this trigger leads from here to another state.
    pub fn moves_by(self, trigger: Trigger, to: Self) -> bool {
        MOVES.contains(&(self, trigger, to))
    }

    /// Whether some move by this trigger leads on from here.
    pub(super) fn allows(self, trigger: Trigger) -> bool {
        MOVES.iter().any(|(from, by, _)| (*from, *by) == (self, trigger))
    }

    /// The same state of the order at the bank.
    pub(super) const fn at_bank(self) -> order::State {
        match self {
            Preregistered | Created => order::State::Registered,
            Pending => order::State::Pending,
            Approved => order::State::Authorised,
            Deposited => order::State::Deposited,
            Refunded => order::State::Refunded,
            Reversed => order::State::Reversed,
            Declined => order::State::Declined,
        }
    }

    /// The router's state of an order that stands so at its bank.
    pub(super) const fn of_bank(state: order::State) -> Self {
        match state {
            order::State::Registered => Created,
            order::State::AcsStarted | order::State::Pending => Pending,
            order::State::Authorised => Approved,
            // The router has no word for what was debited in part, or charged back.
            order::State::PartlyDeposited | order::State::Deposited => Deposited,
            order::State::Refunded | order::State::ChargedBack => Refunded,
            order::State::Reversed => Reversed,
            order::State::Declined => Declined,
        }
    }
}

impl Trigger {
    /// Whether the trigger is a call of the merchant that moves money or ends the order; the others
    /// are the payer's, the router's or the bank's doing.
    pub const fn is_call(self) -> bool {
        matches!(self, Self::Deposit | Self::Reverse | Self::Refund | Self::Decline)
    }

    /// The trigger of a call; none of one that the router does not have.
    pub(super) const fn of(call: Call) -> Option<Self> {
        match call {
            Call::Deposit(_) => Some(Self::Deposit),
            Call::DepositSome(_) => None,
            Call::Reverse(_) => Some(Self::Reverse),
            Call::Refund(_) => Some(Self::Refund),
            Call::Decline => Some(Self::Decline),
        }
    }
}

/// The machine as a Mermaid state diagram.
pub fn diagram() -> String {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    crate::state::diagram(Preregistered, &finals, MOVES)
}
