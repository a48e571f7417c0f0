//! What the router, or the bank behind it, says about an order.

use super::State;
use crate::{
    Minor,
    order::{OrderStatus, PaymentWay, RouterState},
    state::{
        amounts::Amounts,
        order::{self, Report as AtBank},
    },
};

/// What a status answer of the router, or a genuine callback of a bank, says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// None if no list knows the word.
    pub(super) state: Option<State>,
    pub(super) at_bank: AtBank,
    /// Paid by SBP, which debits at once.
    pub(super) at_once: bool,
    /// What the router says was debited, whatever its bank says.
    deposited: Option<Minor>,
}

impl Report {
    /// Reads the router's word for the order (`state`), and the amounts if the answer has them all.
    pub fn new(state: &RouterState, amounts: Option<Amounts>) -> Self {
        let state = match state {
            RouterState::Preregistered => Some(State::Preregistered),
            RouterState::Created => Some(State::Created),
            RouterState::Pending => Some(State::Pending),
            RouterState::Approved => Some(State::Approved),
            RouterState::Deposited => Some(State::Deposited),
            RouterState::Declined => Some(State::Declined),
            RouterState::Reversed => Some(State::Reversed),
            RouterState::Refunded => Some(State::Refunded),
            RouterState::_Other(_) => None,
        };
        let at_bank = AtBank::of(state.map(State::at_bank), amounts);
        Self { state, at_bank, at_once: false, deposited: None }
    }

    /// Adds the status that the bank gives the order (`orderStatus`). The router's own word decides;
    /// the bank's is asked only where no list knows that.
    #[must_use]
    pub fn status(mut self, status: Option<&OrderStatus>) -> Self {
        if let (None, Some(status)) = (self.state, status) {
            let amounts = self.at_bank.amounts();
            // The router's own status of an order that no bank has yet.
            let report = if status.as_str() == "-1" {
                self.state = Some(State::Preregistered);
                AtBank::of(self.state.map(State::at_bank), amounts)
            } else {
                let report = AtBank::from_status(status, None, amounts);
                self.state = report.state().map(State::of_bank);
                report
            };
            self.at_bank = report.marked(self.at_bank.is_current());
        }
        self
    }

    /// Adds `depositedAmount` of the router's own answer, in minor units, which stands there even if
    /// the bank's part has no amounts. It is enough only for an order of which nothing was given
    /// back.
    #[must_use]
    pub fn deposited(mut self, deposited: Option<Minor>) -> Self {
        self.deposited = deposited.filter(|deposited| !deposited.is_zero());
        self
    }

    /// Adds the way in which the order was paid (`paymentWay`). Of an order of two phases that was
    /// paid by SBP everything was debited at once (documents/004).
    #[must_use]
    pub fn paid_by(mut self, way: Option<&PaymentWay>) -> Self {
        self.at_once = matches!(
            way,
            Some(
                PaymentWay::SbpC2b
                    | PaymentWay::SbpC2bBinding
                    | PaymentWay::FileSbpC2bBinding
                    | PaymentWay::Sbp
                    | PaymentWay::AlfaSbp
            )
        );
        self
    }

    /// Adds what the bank's part says about a chargeback.
    #[must_use]
    pub fn chargeback(mut self, chargeback: bool) -> Self {
        self.at_bank = self.at_bank.chargeback(chargeback);
        self
    }

    /// Marks the answer to a status call that was sent after the last change known here, as
    /// [`order::Report::current`] does. Never true of a callback.
    #[must_use]
    pub const fn current(mut self) -> Self {
        self.at_bank = self.at_bank.current();
        self
    }

    /// The report on the order at its bank, with the router's own amount where the bank tells none.
    ///
    /// That amount does not say how much was held: `held` is what is assumed, unless it is known.
    pub(super) fn at_bank(&self, held: Option<Minor>) -> AtBank {
        match (self.state, self.at_bank.amounts(), self.deposited) {
            (Some(State::Deposited), None, Some(deposited)) => {
                // An amount held that is less than what was debited counts as one that is not told.
                let amounts = Amounts::new(held.unwrap_or(Minor::ZERO), deposited, Minor::ZERO);
                let report = AtBank::of(self.at_bank.state(), Some(amounts));
                report.marked(self.at_bank.is_current())
            }
            _ => self.at_bank,
        }
    }

    /// Where the order stands by this report; none if no list knows its words.
    pub const fn state(&self) -> Option<State> {
        self.state
    }

    /// The bank's amounts in the report, if it has them.
    pub const fn amounts(&self) -> Option<Amounts> {
        self.at_bank.amounts()
    }
}

/// What a genuine callback says: it comes from the bank, which knows nothing of the router's states.
/// The bank's own id of the order stands in it; `orderNumber` is the same at both.
impl From<order::Report> for Report {
    fn from(at_bank: order::Report) -> Self {
        let state = at_bank.state().map(State::of_bank);
        Self { state, at_bank, at_once: false, deposited: None }
    }
}
