//! What a report says of whether a payment is over.

use crate::{
    Minor,
    order::{ActionCode, CallbackOperation, OrderStatus, RouterState, report::OrderReport},
    state::{
        amounts::Amounts,
        order::{Report, State},
    },
};

/// Where a payment stands, as far as somebody who waits for it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever waits decides about each")]
pub enum Standing {
    /// It may still come: the payer has not paid, or the outcome is not known.
    Open,
    /// Held or debited; of an order over nothing, the card or account was checked.
    Paid,
    /// Declined, or given back since: not paid, and under this order it will not be.
    Failed,
    /// The time to pay ran out.
    Expired,
}

/// Outcomes that say that the payer's time ran out: at the payment page, at the issuer's.
const OUT_OF_TIME: [i64; 2] = [-2007, -2009];

impl Standing {
    /// Reads a status report of a bank: the order's status, how the last attempt ended
    /// (`actionCode`), the amount of the order.
    ///
    /// A failed attempt does not end an order that can still be paid: only the status does. A status
    /// that no list knows leaves it open. One that was given back counts as failed: where the amounts
    /// are known, [`given_back`](Self::given_back) tells whether all of it was.
    pub fn of_order(
        status: &OrderStatus,
        action: Option<&ActionCode>,
        ordered: Option<Minor>,
    ) -> Self {
        match status {
            OrderStatus::Authorized | OrderStatus::Deposited | OrderStatus::IntermediateDeposit => {
                Self::Paid
            }
            // Nothing was held, so that nothing was given back: it was a check.
            OrderStatus::AuthorizationCancelled if ordered == Some(Minor::ZERO) => Self::Paid,
            OrderStatus::AuthorizationCancelled | OrderStatus::Refunded => Self::Failed,
            OrderStatus::Declined => Self::declined(action),
            OrderStatus::Registered
            | OrderStatus::AcsAuthStarted
            | OrderStatus::Pending
            | OrderStatus::_Other(_) => Self::Open,
        }
    }

    /// Reads the router's word for an order, with the `actionCode` of the bank's report, if there is
    /// one, and the amount of the order.
    pub fn of_router(
        state: &RouterState,
        action: Option<&ActionCode>,
        ordered: Option<Minor>,
    ) -> Self {
        match state {
            RouterState::Approved | RouterState::Deposited => Self::Paid,
            RouterState::Reversed if ordered == Some(Minor::ZERO) => Self::Paid,
            RouterState::Reversed | RouterState::Refunded => Self::Failed,
            RouterState::Declined => Self::declined(action),
            RouterState::Preregistered
            | RouterState::Created
            | RouterState::Pending
            | RouterState::_Other(_) => Self::Open,
        }
    }

    /// Reads a callback that is proven genuine: its operation, and what it tells the order machine.
    /// Open if it says nothing sure, which is a reason to ask.
    pub fn of_callback(operation: &CallbackOperation, report: Option<&Report>) -> Self {
        if operation.listed() == CallbackOperation::DeclinedByTimeout {
            return Self::Expired;
        }
        match report.and_then(Report::state) {
            Some(State::Authorised | State::PartlyDeposited | State::Deposited) => Self::Paid,
            Some(State::Refunded) => {
                report.and_then(Report::amounts).map_or(Self::Open, Self::given_back)
            }
            Some(State::Reversed | State::Declined | State::ChargedBack) => Self::Failed,
            Some(State::Registered | State::AcsStarted | State::Pending) | None => Self::Open,
        }
    }

    /// Where an order stands from which something was given back: it is paid while something is
    /// left of what was taken. Its status is the same for a part and for the whole.
    pub fn given_back(amounts: Amounts) -> Self {
        if amounts.deposited.is_zero() { Self::Failed } else { Self::Paid }
    }

    /// Whether nothing more is to be expected.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Open)
    }

    fn declined(action: Option<&ActionCode>) -> Self {
        match action.and_then(ActionCode::number) {
            Some(code) if OUT_OF_TIME.contains(&code) => Self::Expired,
            _ => Self::Failed,
        }
    }
}

impl OrderReport {
    /// Where the payment stands, as far as somebody who waits for it is concerned. Open where no order
    /// was found.
    pub fn standing(&self) -> Standing {
        let Some(status) = &self.order_status else { return Standing::Open };
        if let (OrderStatus::Refunded, Some(amounts)) = (status, self.amounts())
            && self.chargeback != Some(true)
        {
            return Standing::given_back(amounts);
        }
        match Standing::of_order(status, self.action_code.as_ref(), self.amount) {
            Standing::Paid if self.chargeback == Some(true) => Standing::Failed,
            standing => standing,
        }
    }
}
