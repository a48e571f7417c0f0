//! The payout as one operation: what to do next.
//!
//! [`decide`] is pure. It is given what the journal holds ([`Progress`]), the last answer or failure
//! and the time, and says which call comes next, or that it is over. Whoever follows it writes
//! [`Progress::entry`] down before the bytes leave. Then a crash loses answers at most, and:
//!
//! - once a Payment was sent there is never another Init, and never a Payment for another PaymentId;
//! - a new OrderId is taken only while no Payment was sent, and only if a copy of our own Init may
//!   have taken the old one;
//! - `CHECKED` after a Payment is waited for, and then the same Payment is sent again.

use std::time::Duration;

use super::{CodeClass, ErrorCode, OrderId, PaymentId, PayoutStatus, Rail};
use crate::{Effect, Invalid, time::UnixMillis};

/// How long to wait, and how often to try. The figures are partly from a newer schema of the bank's
/// (`docs/unverified.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waits {
    /// Between two questions about a payout that is under way.
    pub step: Duration,
    /// Between two questions about one in status UNKNOWN.
    pub unknown_step: Duration,
    /// How long a payout in status UNKNOWN is asked about, after the last Payment.
    pub unknown_for: Duration,
    /// How long any other is asked about, after the last Init or Payment.
    pub pending_for: Duration,
    /// How long a sent Payment may still be on its way: before that `CHECKED` sends no other.
    pub settle: Duration,
    /// Copies of Init under one OrderId.
    pub inits: u32,
    /// OrderIds, that of the payout itself included.
    pub orders: u32,
    /// Copies of Payment.
    pub payments: u32,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(10),
            unknown_step: Duration::from_secs(60),
            unknown_for: Duration::from_secs(600),
            pending_for: Duration::from_secs(3600),
            settle: Duration::from_secs(90),
            inits: 5,
            orders: 3,
            payments: 3,
        }
    }
}

/// One line of a payout's journal, written before what it names is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a journal has to keep each")]
pub enum Entry {
    /// Init leaves, under the OrderId of this number (see [`Progress::order_id`]).
    Init {
        /// Number of the OrderId.
        order: u32,
        /// When.
        at: UnixMillis,
    },
    /// The last Init did not leave after all. The one line that is written afterwards.
    InitStayed,
    /// Init was answered with this PaymentId.
    Known(PaymentId),
    /// Payment leaves.
    Payment {
        /// For which PaymentId.
        payment: PaymentId,
        /// When.
        at: UnixMillis,
    },
}

/// An entry that breaks what a payout must keep to: somebody else wrote to its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal of a payout contradicts itself")]
#[non_exhaustive]
pub struct Broken;

/// What the journal holds of one payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    own: OrderId,
    order: u32,
    inits: u32,
    stayed: u32,
    payments: u32,
    last: Option<UnixMillis>,
    payment: Option<PaymentId>,
}

/// Characters that an OrderId derived from the payout's own may add: a hyphen and two digits.
const ADDED: usize = 3;

impl Progress {
    /// Begins a payout. Its own id is its first OrderId, and others are derived from it.
    ///
    /// # Errors
    ///
    /// The id has more than 33 characters, which leaves no room for a derived one.
    pub fn new(own: OrderId) -> Result<Self, Invalid> {
        if own.as_str().chars().count() + ADDED > 36 {
            return Err(Invalid::new("OrderId", "must have 1 to 33 characters"));
        }
        Ok(Self { own, order: 0, inits: 0, stayed: 0, payments: 0, last: None, payment: None })
    }

    /// Takes in a line of the journal, in the order in which they were written.
    ///
    /// # Errors
    ///
    /// The line must never have been written. Stop, and let somebody look.
    pub fn record(&mut self, entry: &Entry) -> Result<(), Broken> {
        match entry {
            Entry::Init { order, at } => {
                let (same, next) = (*order == self.order, *order == self.order + 1);
                if self.payment.is_some() || *order > 99 || !(same || (next && self.inits > 0)) {
                    return Err(Broken);
                }
                if !same {
                    (self.inits, self.stayed) = (0, 0);
                }
                self.inits = self.inits.saturating_add(1);
                (self.order, self.last) = (*order, Some(*at));
            }
            Entry::InitStayed if self.payment.is_some() || self.stayed >= self.inits => {
                return Err(Broken);
            }
            Entry::InitStayed => self.stayed += 1,
            Entry::Known(payment) => self.know(payment)?,
            Entry::Payment { payment, at } => {
                self.know(payment)?;
                self.payments = self.payments.saturating_add(1);
                self.last = Some(*at);
            }
        }
        Ok(())
    }

    fn know(&mut self, payment: &PaymentId) -> Result<(), Broken> {
        if self.inits == 0 || self.payment.as_ref().is_some_and(|known| known != payment) {
            return Err(Broken);
        }
        self.payment = Some(payment.clone());
        Ok(())
    }

    /// The OrderId of a number: the payout's own, then the ones derived from it.
    pub fn order_id(&self, order: u32) -> OrderId {
        match order {
            0 => self.own.clone(),
            _ => OrderId::from_bank(format!("{}-{order}", self.own)),
        }
    }

    /// The PaymentId, once known.
    pub const fn payment(&self) -> Option<&PaymentId> {
        self.payment.as_ref()
    }

    /// How many copies of Payment may have left.
    pub const fn payments(&self) -> u32 {
        self.payments
    }

    /// What the last call's failure adds to the journal, before [`decide`] is asked.
    pub fn failure(&self, step: Step, news: &News) -> Option<Entry> {
        let stayed = step == Step::Init && *news == News::NotSent && self.payment.is_none();
        stayed.then_some(Entry::InitStayed)
    }

    /// Copies of Init under the present OrderId that may have left.
    const fn left(&self) -> u32 {
        self.inits.saturating_sub(self.stayed)
    }

    /// What has to be in the journal before a step is followed.
    pub fn entry(&self, next: &Next, now: UnixMillis) -> Option<Entry> {
        match next {
            Next::Init { order, .. } => Some(Entry::Init { order: *order, at: now }),
            Next::Pay { payment } => Some(Entry::Payment { payment: payment.clone(), at: now }),
            Next::Ask { payment, .. } if self.payment.is_none() => {
                Some(Entry::Known(payment.clone()))
            }
            Next::Ask { .. } | Next::Stop(_) => None,
        }
    }
}

/// Which call was made last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a payout makes these three")]
pub enum Step {
    /// Init.
    Init,
    /// Payment.
    Payment,
    /// GetState.
    GetState,
}

/// What became of the last call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller fills in each")]
pub enum News {
    /// The bank answered, and well-formed.
    Answer(Told),
    /// No answer that can be relied on: lost, late, unreadable, 429 or 5xx. The bank may have acted.
    Lost,
    /// It is certain that no byte left.
    NotSent,
}

/// What an answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a caller fills in each")]
pub struct Told {
    /// `PaymentId`.
    pub payment: Option<PaymentId>,
    /// `Status`, which is looked at first.
    pub status: Option<PayoutStatus>,
    /// `ErrorCode`.
    pub code: Option<ErrorCode>,
    /// `Message`, which tells the meanings of some codes apart.
    pub message: String,
    /// `Details`.
    pub details: String,
    /// `Success`.
    pub success: bool,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Next {
    /// Send Init.
    Init {
        /// Number of the OrderId (see [`Progress::order_id`]).
        order: u32,
        /// Not before.
        at: UnixMillis,
    },
    /// Send Payment, now.
    Pay {
        /// For this PaymentId.
        payment: PaymentId,
    },
    /// Ask GetState.
    Ask {
        /// About this PaymentId.
        payment: PaymentId,
        /// Not before.
        at: UnixMillis,
    },
    /// It is over, or nothing more can be found out for now.
    Stop(Outcome),
}

/// How a payout ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Outcome {
    /// Paid out.
    Paid {
        /// The bank's number of it.
        payment: PaymentId,
    },
    /// Rejected: nothing was paid out, nor will be under this id.
    Rejected {
        /// The code of the answer that says so, if it has one.
        reason: Option<ErrorCode>,
        /// What it amounts to.
        class: CodeClass,
    },
    /// Still unknown. Keep the journal, and go on from it later: [`decide`] without news.
    Unknown(Why),
}

/// Why a payout is still unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller tells each apart")]
pub enum Why {
    /// Init had no usable answer as often as it may be sent. Nothing was paid out by this journal.
    NoAnswer,
    /// The bank knows the OrderId although no earlier copy of ours left: another payout has it.
    Taken,
    /// The bank says that the OrderId was paid out, and no Payment is in the journal.
    PaidElsewhere,
    /// The time to wait is over, or Payment was sent as often as it may be.
    StillPending,
}

/// Decides what comes next; without news, after a start or a crash, from the journal alone.
pub fn decide(
    progress: &Progress,
    rail: Rail,
    waits: &Waits,
    news: Option<(Step, &News)>,
    now: UnixMillis,
) -> Next {
    let plan = Plan { progress, rail, waits, now };
    let told = match news {
        Some((step, News::Answer(told))) => Some((step, told)),
        _ => None,
    };
    match (&progress.payment, told) {
        (None, Some((Step::Init, told))) => plan.after_init(told),
        (None, _) => plan.init_again(news.is_some()),
        (Some(payment), Some((step, told))) => plan.after(payment, step, told),
        (Some(payment), None) => plan.ask(payment, None, news.is_some()),
    }
}

struct Plan<'a> {
    progress: &'a Progress,
    rail: Rail,
    waits: &'a Waits,
    now: UnixMillis,
}

impl Plan<'_> {
    /// Nobody knows a PaymentId, so that no Payment can have been sent.
    fn after_init(&self, told: &Told) -> Next {
        // A refused duplicate comes first: status and id beside it may be those of another payout.
        if !told.success && self.class(told) == CodeClass::Duplicate {
            return self.duplicate(told);
        }
        match (&told.payment, &told.status) {
            (_, Some(PayoutStatus::Rejected)) => return self.rejected(told, self.class(told)),
            (Some(payment), status) => return self.unsent(payment, status.as_ref()),
            (None, _) => {}
        }
        match self.class(told) {
            CodeClass::Success
            | CodeClass::Duplicate
            | CodeClass::AlreadyDone
            | CodeClass::RetryLater
            | CodeClass::BankFault
            | CodeClass::Unclear => self.init_again(true),
            class => self.rejected(told, class),
        }
    }

    /// An OrderId that the bank knows.
    fn duplicate(&self, told: &Told) -> Next {
        let paid =
            self.rail == Rail::Card && told.code.as_ref().is_some_and(|c| c.as_str() == "623");
        if paid {
            return Next::Stop(Outcome::Unknown(Why::PaidElsewhere));
        }
        if self.progress.left() < 2 {
            // The only copy of ours was the one that is refused: somebody else took the OrderId.
            return Next::Stop(Outcome::Unknown(Why::Taken));
        }
        if let Some(payment) = &told.payment {
            return self.ask(payment, None, false);
        }
        let order = self.progress.order + 1;
        if order >= self.waits.orders.min(100) {
            return Next::Stop(Outcome::Unknown(Why::NoAnswer));
        }
        Next::Init { order, at: self.now }
    }

    fn init_again(&self, waits: bool) -> Next {
        if self.progress.inits >= self.waits.inits && waits {
            return Next::Stop(Outcome::Unknown(Why::NoAnswer));
        }
        let at = if waits { self.now.plus(self.waits.step) } else { self.now };
        Next::Init { order: self.progress.order, at }
    }

    fn after(&self, payment: &PaymentId, step: Step, told: &Told) -> Next {
        if step == Step::Init || told.payment.as_ref().is_some_and(|other| other != payment) {
            return self.ask(payment, None, true);
        }
        if self.progress.payments == 0 {
            return self.unsent_told(payment, told);
        }
        // One copy alone was sent, and this is its answer.
        let only = step == Step::Payment && self.progress.payments == 1;
        match &told.status {
            Some(PayoutStatus::Completed) => paid(payment),
            Some(PayoutStatus::Rejected) if only || step == Step::GetState => {
                self.rejected(told, self.class(told))
            }
            Some(PayoutStatus::Checked) if step == Step::GetState => self.not_so_far(payment),
            None if only && !told.success => {
                let class = self.class(told);
                if class.effect() == Effect::No {
                    self.rejected(told, class)
                } else {
                    self.ask(payment, None, true)
                }
            }
            status => self.ask(payment, status.as_ref(), true),
        }
    }

    fn unsent_told(&self, payment: &PaymentId, told: &Told) -> Next {
        match &told.status {
            Some(PayoutStatus::Rejected) => self.rejected(told, self.class(told)),
            status => self.unsent(payment, status.as_ref()),
        }
    }

    fn unsent(&self, payment: &PaymentId, status: Option<&PayoutStatus>) -> Next {
        match status {
            Some(PayoutStatus::Checked) => Next::Pay { payment: payment.clone() },
            Some(PayoutStatus::Completed) => paid(payment),
            status => self.ask(payment, status, true),
        }
    }

    /// `CHECKED`, and a Payment was sent.
    fn not_so_far(&self, payment: &PaymentId) -> Next {
        let settled = self.since(self.waits.settle);
        if settled && self.progress.payments < self.waits.payments {
            return Next::Pay { payment: payment.clone() };
        }
        self.ask(payment, Some(&PayoutStatus::Checked), true)
    }

    fn ask(&self, payment: &PaymentId, status: Option<&PayoutStatus>, waits: bool) -> Next {
        let (step, limit) = match status {
            Some(PayoutStatus::Unknown) => (self.waits.unknown_step, self.waits.unknown_for),
            _ => (self.waits.step, self.waits.pending_for),
        };
        if waits && self.since(limit) {
            return Next::Stop(Outcome::Unknown(Why::StillPending));
        }
        let at = if waits { self.now.plus(step) } else { self.now };
        Next::Ask { payment: payment.clone(), at }
    }

    /// Whether the last Init or Payment left so long ago.
    fn since(&self, time: Duration) -> bool {
        self.progress.last.is_some_and(|last| last.plus(time) <= self.now)
    }

    fn class(&self, told: &Told) -> CodeClass {
        let by = |code: &ErrorCode| code.class_by(self.rail, &told.message, &told.details);
        told.code.as_ref().map_or(CodeClass::Unclear, by)
    }

    fn rejected(&self, told: &Told, class: CodeClass) -> Next {
        Next::Stop(Outcome::Rejected { reason: told.code.clone(), class })
    }
}

fn paid(payment: &PaymentId) -> Next {
    Next::Stop(Outcome::Paid { payment: payment.clone() })
}

#[cfg(test)]
mod tests;
