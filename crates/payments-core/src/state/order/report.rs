//! What the bank says about an order.

use super::State;
use crate::{
    order::{CallbackOperation, CallbackPaymentState, CallbackStatus, OrderStatus, PaymentState},
    state::amounts::Amounts,
};

/// What a status report, or a callback that is proven genuine, says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// None if the list of statuses does not know the word.
    pub(super) state: Option<State>,
    pub(super) amounts: Option<Amounts>,
    pub(super) current: bool,
}

impl Report {
    /// What is already read.
    pub(in crate::state) const fn of(state: Option<State>, amounts: Option<Amounts>) -> Self {
        Self { state, amounts, current: false }
    }

    /// Marks it as current, or not.
    pub(in crate::state) const fn marked(mut self, current: bool) -> Self {
        self.current = current;
        self
    }

    /// Whether it is marked as current.
    pub(in crate::state) const fn is_current(&self) -> bool {
        self.current
    }

    /// Reads a status report. The order's status decides; the payment's state is asked only where
    /// the status is a number that no list knows. An answer without a status found no order and is
    /// no report.
    pub fn from_status(
        status: &OrderStatus,
        payment: Option<&PaymentState>,
        amounts: Option<Amounts>,
    ) -> Self {
        let state = match status {
            OrderStatus::Registered => Some(State::Registered),
            OrderStatus::Authorized => Some(State::Authorised),
            OrderStatus::Deposited => Some(State::Deposited),
            OrderStatus::AuthorizationCancelled => Some(State::Reversed),
            OrderStatus::Refunded => Some(State::Refunded),
            OrderStatus::AcsAuthStarted => Some(State::AcsStarted),
            OrderStatus::Declined => Some(State::Declined),
            OrderStatus::Pending => Some(State::Pending),
            OrderStatus::IntermediateDeposit => Some(State::PartlyDeposited),
            OrderStatus::_Other(_) => payment.and_then(from_payment_state),
        };
        Self { state, amounts, current: false }
    }

    /// Reads a callback that is proven genuine. None if it says nothing sure about the order: a
    /// failed operation (another attempt may follow), an event about a stored credential, a reversal
    /// that may be partial. Then a status call tells.
    pub fn from_callback(
        operation: &CallbackOperation,
        status: Option<&CallbackStatus>,
        payment: Option<&CallbackPaymentState>,
        amounts: Option<Amounts>,
    ) -> Option<Self> {
        let declined = matches!(
            operation.listed(),
            CallbackOperation::DeclinedByTimeout | CallbackOperation::DeclinedCardPresent
        );
        // What `status` says of a decline, that it happened or that the payment failed, is open.
        if !declined && status.is_some_and(|status| *status != CallbackStatus::Success) {
            return None;
        }
        let partly = payment == Some(&CallbackPaymentState::PartlyDeposited);
        let state = match operation.listed() {
            CallbackOperation::Approved => State::Authorised,
            CallbackOperation::Deposited if partly => State::PartlyDeposited,
            CallbackOperation::Deposited => State::Deposited,
            CallbackOperation::Refunded => State::Refunded,
            CallbackOperation::Reversed => after_reversal(payment, amounts)?,
            CallbackOperation::DeclinedByTimeout | CallbackOperation::DeclinedCardPresent => {
                State::Declined
            }
            _ => return None,
        };
        Some(Self { state: Some(state), amounts, current: false })
    }

    /// Adds what a status report says about a chargeback. Only an order that was debited can be
    /// charged back; of another one the word changes nothing.
    #[must_use]
    pub fn chargeback(mut self, chargeback: bool) -> Self {
        if let Some(State::PartlyDeposited | State::Deposited | State::Refunded) = self.state
            && chargeback
        {
            self.state = Some(State::ChargedBack);
        }
        self
    }

    /// Marks the answer to a status call that was sent after the last change known here. It cannot
    /// be late: if it is behind what is known, it contradicts. Never true of a callback.
    #[must_use]
    pub const fn current(mut self) -> Self {
        self.current = true;
        self
    }

    /// Where the order stands by this report; none if no list knows its status.
    pub const fn state(&self) -> Option<State> {
        self.state
    }

    /// The amounts of the report, if it has them.
    pub const fn amounts(&self) -> Option<Amounts> {
        self.amounts
    }
}

fn from_payment_state(payment: &PaymentState) -> Option<State> {
    match payment {
        PaymentState::Created => Some(State::Registered),
        PaymentState::Approved => Some(State::Authorised),
        PaymentState::Deposited => Some(State::Deposited),
        PaymentState::Declined => Some(State::Declined),
        PaymentState::Reversed => Some(State::Reversed),
        PaymentState::Refunded => Some(State::Refunded),
        PaymentState::Pending => Some(State::Pending),
        PaymentState::MultipleIntermediateDeposited => Some(State::PartlyDeposited),
        PaymentState::_Other(_) => None,
    }
}

/// Where a reversal left an order: its callback is the same for a part and for the whole.
fn after_reversal(
    payment: Option<&CallbackPaymentState>,
    amounts: Option<Amounts>,
) -> Option<State> {
    match (payment, amounts) {
        (Some(CallbackPaymentState::PaymentVoid), _) => Some(State::Reversed),
        (Some(CallbackPaymentState::PaymentApproved), _) => Some(State::Authorised),
        (Some(CallbackPaymentState::PaymentDeposited), _) => Some(State::Deposited),
        (_, Some(left)) if !left.deposited.is_zero() => Some(State::Deposited),
        (_, Some(left)) if !left.approved.is_zero() => Some(State::Authorised),
        (_, Some(_)) => Some(State::Reversed),
        (_, None) => None,
    }
}
