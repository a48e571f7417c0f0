//! What payouts to cards and by SBP have in common: calls, reports, and one machine over two tables.
//!
//! A report never moves a payout backwards, and `CHECKED` after a Payment was sent says that it has
//! not been carried out *so far*: the Payment may still be on its way. It is [`Observed::NotSoFar`],
//! never a failure, and allows one thing: the same Payment again.

use std::fmt::Debug;

use crate::payout::{PayoutAmount, PayoutStatus};

/// Where a payout can stand; [`card_payout`](super::card_payout) and
/// [`sbp_payout`](super::sbp_payout) have one each.
pub trait Stage: Copy + Debug + Eq + 'static {
    /// The whole machine.
    const MOVES: &'static [(Self, Trigger, Self)];
    /// A new session.
    const NEW: Self;
    /// Ready for Payment.
    const CHECKED: Self;
    /// A Payment was sent, and nothing proves that it is carried out.
    const SENT: Self;
    /// Paid out.
    const COMPLETED: Self;
    /// Rejected.
    const REJECTED: Self;

    /// What a status says; none where this rail's list does not have it.
    fn of(status: &PayoutStatus) -> Option<Self>;

    /// Whether nothing leads on from here.
    fn is_final(self) -> bool {
        !Self::MOVES.iter().any(|(from, ..)| *from == self)
    }

    /// Whether a sequence of moves, one at least, leads from here to another state.
    fn leads_to(self, other: Self) -> bool {
        super::leads(Self::MOVES, self, other)
    }

    /// Whether a Payment was sent.
    fn is_sent(self) -> bool {
        let over = self == Self::REJECTED;
        self == Self::SENT || (!over && Self::SENT.leads_to(self))
    }
}

/// What moves a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new trigger")]
pub enum Trigger {
    /// The bank begins to check the data.
    Check,
    /// The data are in order.
    Pass,
    /// The merchant sends Payment.
    Pay,
    /// The bank does not know where the payout stands.
    LoseSight,
    /// The bank authorises.
    Authorise,
    /// The bank takes longer.
    Delay,
    /// The bank carries it out.
    CarryOut,
    /// The recipient has the money.
    Complete,
    /// The bank, SBP or the recipient's bank rejects.
    Reject,
}

/// What the merchant does about a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Call {
    /// Sends Payment for the first time.
    Pay,
    /// Sends the same Payment once more, after a report said that it was not carried out so far.
    PayAgain,
}

/// A call that is not possible from where a payout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call:?} is not possible in state {:?}", payout.state)]
#[non_exhaustive]
pub struct Refused<S: Stage> {
    /// The payout, untouched.
    pub payout: Payout<S>,
    /// What was refused.
    pub call: Call,
}

/// What an answer or a notification says of a payout.
///
/// Its status alone counts: a rejected payout can arrive beside `Success: true`, and the code of a
/// status call is that of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report<S> {
    state: Option<S>,
    amount: Option<u64>,
}

impl<S: Stage> Report<S> {
    /// Reads a status.
    pub fn from_status(status: &PayoutStatus) -> Self {
        Self { state: S::of(status), amount: None }
    }

    /// Adds the amount in kopecks, where the bank reported one.
    #[must_use]
    pub const fn amount(mut self, kopecks: u64) -> Self {
        self.amount = Some(kopecks);
        self
    }

    /// The state that is reported; none where no list knows the status.
    pub const fn state(&self) -> Option<S> {
        self.state
    }
}

/// What a report did to a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Observed {
    /// It was news; the payout has moved to it.
    Moved,
    /// It was known, or is older than what is known. Nothing changed.
    AlreadyThere,
    /// A Payment was sent, and was not carried out so far. It still may be: the state stays.
    NotSoFar,
    /// It cannot be true together with what is known: another amount, or another end. Nothing
    /// changed: somebody has to look.
    Contradicts,
    /// No list knows its status. Nothing changed.
    Unknown,
}

/// A payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payout<S> {
    amount: PayoutAmount,
    state: S,
    not_so_far: bool,
}

impl<S: Stage> Payout<S> {
    /// Takes a payout whose Init is about to be sent.
    pub const fn new(amount: PayoutAmount) -> Self {
        Self { amount, state: S::NEW, not_so_far: false }
    }

    /// How much is paid out.
    pub const fn amount(&self) -> PayoutAmount {
        self.amount
    }

    /// Where the payout stands.
    pub const fn state(&self) -> S {
        self.state
    }

    /// Takes in a call before it is sent.
    ///
    /// # Errors
    ///
    /// It is not possible from here; the payout comes back untouched. A second Payment is not, unless
    /// the last report said that the first was not carried out so far.
    pub fn apply(self, call: Call) -> Result<Self, Refused<S>> {
        let state = match call {
            Call::Pay if self.state == S::CHECKED => S::SENT,
            Call::PayAgain if self.not_so_far && !self.state.is_final() => self.state,
            Call::Pay | Call::PayAgain => return Err(Refused { payout: self, call }),
        };
        Ok(Self { state, not_so_far: false, ..self })
    }

    /// Takes in what the bank reports. Never refuses, and never moves backwards: a report may be late.
    pub fn observe(&mut self, report: &Report<S>) -> Observed {
        let Some(reported) = report.state else { return Observed::Unknown };
        if report.amount.is_some_and(|amount| amount != self.amount.minor().get()) {
            return Observed::Contradicts;
        }
        if reported == S::CHECKED && self.state.is_sent() && !self.state.is_final() {
            self.not_so_far = true;
            return Observed::NotSoFar;
        }
        if self.state.leads_to(reported) {
            self.state = reported;
            self.not_so_far = false;
            return Observed::Moved;
        }
        if reported != self.state && reported.is_final() {
            return Observed::Contradicts;
        }
        self.not_so_far = false;
        Observed::AlreadyThere
    }
}

#[cfg(test)]
mod tests;
