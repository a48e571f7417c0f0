//! The life of a dynamic QR code of SBP.
//!
//! One machine a code: an order may have several, one after the other, and is paid once. [`Qr::apply`]
//! is for what the merchant does and refuses what cannot be; [`Qr::observe`] is for status reports and
//! never refuses. Whether the order is paid says the order's own status: this machine says when to ask
//! for it ([`Next`]). documents/004, payment status; values and most rows from sibling banks.
//!
//! ```
//! use payments_core::order::{QrStatus, TransactionState};
//! use payments_core::state::qr::{Call, Next, Observed, Qr, Report, State};
//!
//! let mut qr = Qr::new();
//! assert_eq!(qr.next(), Next::AskAgain);
//! // The payer has confirmed, which does not mean paid.
//! let report = Report::from_status(&QrStatus::Confirmed, Some(&TransactionState::Created));
//! assert_eq!((qr.observe(&report), qr.next()), (Observed::Moved, Next::AskAgain));
//! assert!(qr.apply(Call::Reject).is_err());
//! let report = Report::from_status(&QrStatus::Accepted, Some(&TransactionState::Deposited));
//! assert_eq!((qr.observe(&report), qr.next()), (Observed::Moved, Next::AskOrder));
//! assert_eq!(qr.state(), State::Accepted);
//! ```

use State::*;

use crate::{
    order::{QrStatus, TransactionState},
    time::UnixMillis,
};

/// Where a code stands. Declared in the order in which the states follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new state")]
pub enum State {
    /// Made; nobody has paid by it.
    Started,
    /// The order's time ran out by the caller's clock. No bank has a word for it, and a payment may
    /// have begun in the last moment.
    Expired,
    /// The payer has confirmed; the money is not there yet.
    Confirmed,
    /// Refused by the payer's bank or by SBP, or cancelled with its order.
    Rejected,
    /// Taken back by the merchant, or refused by the payer.
    RejectedByUser,
    /// Paid.
    Accepted,
}

/// What moves a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new trigger")]
pub enum Trigger {
    /// The payer confirms in the bank's app.
    Confirm,
    /// SBP has settled: the order is deposited.
    Settle,
    /// The payer's bank or SBP refuses, or the order is declined.
    Refuse,
    /// The payer refuses.
    GiveUp,
    /// The merchant takes the code back (`reject.do` answered `rejected: true`).
    Reject,
    /// The order's time runs out.
    Expire,
}

/// The whole machine. documents/004 shows that a code is cancelled by time and by the merchant and
/// that `DEPOSITED` means paid; the other rows come from sibling banks.
///
/// `Settle` leads away from each state that is over, since `DEPOSITED` counts whatever was thought
/// before: the payer was quicker than the merchant, or has paid the order by another code of it.
pub const MOVES: &[(State, Trigger, State)] = &[
    (Started, Trigger::Confirm, Confirmed),
    (Started, Trigger::Settle, Accepted),
    (Started, Trigger::Refuse, Rejected),
    (Started, Trigger::GiveUp, RejectedByUser),
    (Started, Trigger::Reject, RejectedByUser),
    (Started, Trigger::Expire, Expired),
    (Expired, Trigger::Confirm, Confirmed),
    (Expired, Trigger::Settle, Accepted),
    (Expired, Trigger::Refuse, Rejected),
    (Expired, Trigger::GiveUp, RejectedByUser),
    (Confirmed, Trigger::Settle, Accepted),
    (Confirmed, Trigger::Refuse, Rejected),
    (Confirmed, Trigger::GiveUp, RejectedByUser),
    (Rejected, Trigger::Settle, Accepted),
    (RejectedByUser, Trigger::Settle, Accepted),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [Started, Expired, Confirmed, Rejected, RejectedByUser, Accepted];

    /// Whether nothing leads on from here: the code is paid.
    pub fn is_final(self) -> bool {
        !MOVES.iter().any(|(from, ..)| *from == self)
    }

    /// Whether nobody is expected to pay by the code any more, nor has paid.
    pub const fn is_over(self) -> bool {
        matches!(self, Expired | Rejected | RejectedByUser)
    }

    /// Whether a sequence of moves, one at least, leads from here to another state.
    pub fn leads_to(self, other: Self) -> bool {
        super::leads(MOVES, self, other)
    }

    /// What to do next.
    pub const fn next(self) -> Next {
        match self {
            Started | Confirmed => Next::AskAgain,
            Accepted => Next::AskOrder,
            Expired | Rejected | RejectedByUser => Next::OfferAnother,
        }
    }

    fn by(self, trigger: Trigger) -> Option<Self> {
        let row = MOVES.iter().find(|(from, by, _)| (*from, *by) == (self, trigger));
        row.map(|(_, _, to)| *to)
    }
}

/// The machine as a Mermaid state diagram.
pub fn diagram() -> String {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    super::diagram(Started, &finals, MOVES)
}

/// What the merchant does about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Call {
    /// Takes the code back (`reject.do`). Works only until the payer has confirmed.
    Reject,
    /// Stops waiting, since the order's time is over.
    Expire,
}

/// A call that is not possible from where a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call:?} is not possible in state {:?}", qr.state)]
#[non_exhaustive]
pub struct Refused {
    /// The code, untouched.
    pub qr: Qr,
    /// What was refused.
    pub call: Call,
}

/// What a status report says of a code.
///
/// The state of the order wins over that of the code: `DEPOSITED` is paid whatever stands beside it,
/// `DECLINED` is over. A code that is `ACCEPTED` under an order that is not deposited yet is not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    state: Option<State>,
}

impl Report {
    /// Reads `qrStatus` and `transactionState`.
    pub fn from_status(qr: &QrStatus, transaction: Option<&TransactionState>) -> Self {
        let code = match qr {
            QrStatus::Started => Some(Started),
            QrStatus::Confirmed | QrStatus::Accepted | QrStatus::Pending => Some(Confirmed),
            // Taken and given back: this code pays nothing any more.
            QrStatus::Rejected | QrStatus::AutoRefunded => Some(Rejected),
            QrStatus::RejectedByUser => Some(RejectedByUser),
            _ => None,
        };
        let state = match transaction {
            Some(TransactionState::Deposited) => Some(Accepted),
            Some(TransactionState::Declined) => {
                Some(code.filter(|code| *code == RejectedByUser).unwrap_or(Rejected))
            }
            _ => code,
        };
        Self { state }
    }

    /// The state that is reported; none where no list knows the status.
    pub const fn state(&self) -> Option<State> {
        self.state
    }

    /// What to do next by this report alone: to ask again where no list knows its status.
    pub fn next(&self) -> Next {
        self.state.map_or(Next::AskAgain, State::next)
    }
}

/// What a report did to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Observed {
    /// It was news; the code has moved to it.
    Moved,
    /// It was known, or is older than what is known. Nothing changed.
    AlreadyThere,
    /// No list knows its status. Nothing changed.
    Unknown,
}

/// What to do next about an order with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Next {
    /// Ask for the code's status again, or wait for a callback.
    AskAgain,
    /// Ask for the order's final status (`getOrderStatusExtended`): only that says that it is paid.
    AskOrder,
    /// The code is over: offer another one or another way to pay, once the order's status says that
    /// it is not paid.
    OfferAnother,
}

/// A dynamic QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qr {
    state: State,
    ends_at: Option<UnixMillis>,
}

impl Default for Qr {
    fn default() -> Self {
        Self::new()
    }
}

impl Qr {
    /// Takes a code that was just made.
    pub const fn new() -> Self {
        Self { state: Started, ends_at: None }
    }

    /// Adds the moment at which the order's time is over: 30 minutes after its registration at the
    /// router unless that says otherwise (documents/004).
    #[must_use]
    pub const fn ends_at(mut self, moment: UnixMillis) -> Self {
        self.ends_at = Some(moment);
        self
    }

    /// Where the code stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// What to do next.
    pub const fn next(&self) -> Next {
        self.state.next()
    }

    /// Whether its time is over while nobody has begun to pay: [`Call::Expire`] is then due. A payment
    /// that was confirmed is waited for.
    pub fn is_due(&self, now: UnixMillis) -> bool {
        self.state == Started && self.ends_at.is_some_and(|end| end <= now)
    }

    /// Takes in what the merchant did, once it succeeded: a rejection counts only if the answer says
    /// `rejected: true`. Or tries, before it is done.
    ///
    /// # Errors
    ///
    /// It is not possible from here; the code comes back untouched. A rejection of a code that the
    /// payer has confirmed is: the payment may go through, so ask for its status.
    pub fn apply(self, call: Call) -> Result<Self, Refused> {
        let trigger = match call {
            Call::Reject => Trigger::Reject,
            Call::Expire => Trigger::Expire,
        };
        let state = self.state.by(trigger).ok_or(Refused { qr: self, call })?;
        Ok(Self { state, ..self })
    }

    /// Takes in what a status report says. Never refuses, and never moves backwards: a report may be
    /// late.
    pub fn observe(&mut self, report: &Report) -> Observed {
        match report.state {
            None => Observed::Unknown,
            Some(reported) if self.state.leads_to(reported) => {
                self.state = reported;
                Observed::Moved
            }
            Some(_) => Observed::AlreadyThere,
        }
    }
}

#[cfg(test)]
mod tests;
