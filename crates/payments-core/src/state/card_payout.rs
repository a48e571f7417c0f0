//! The life of a payout to a card.
//!
//! [`Payout::apply`](super::payout::Payout::apply) is for Payment and refuses what cannot be;
//! [`Payout::observe`](super::payout::Payout::observe) is for answers and never refuses. Statuses and
//! finals: documents/002, payout to a card; the arrows are lost in print and inferred.
//!
//! ```
//! use payments_core::Minor;
//! use payments_core::payout::{PayoutAmount, PayoutStatus};
//! use payments_core::state::card_payout::{Payout, Report, State};
//! use payments_core::state::payout::{Call, Observed};
//!
//! let mut payout = Payout::new(PayoutAmount::new(Minor::new(175_100))?);
//! payout.observe(&Report::from_status(&PayoutStatus::Checked));
//! let mut payout = payout.apply(Call::Pay).expect("checked");
//! // Not carried out so far, which is no failure.
//! let report = Report::from_status(&PayoutStatus::Checked);
//! assert_eq!((payout.observe(&report), payout.state()), (Observed::NotSoFar, State::Sent));
//! # Ok::<(), payments_core::Invalid>(())
//! ```

use State::*;

use super::payout::{Stage, Trigger};
use crate::payout::PayoutStatus;

/// A payout to a card.
pub type Payout = super::payout::Payout<State>;

/// What an answer says of a payout to a card.
pub type Report = super::payout::Report<State>;

/// Where a payout stands. Declared in the order in which the states follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new state")]
pub enum State {
    /// A new session.
    New,
    /// The data are being checked.
    Checking,
    /// Ready for Payment.
    Checked,
    /// A Payment was sent, and nothing proves that it is carried out. No bank has a word for it.
    Sent,
    /// The bank does not know where it stands.
    Unknown,
    /// Being authorised.
    Authorising,
    /// Still being worked on, for up to an hour.
    CreditChecking,
    /// Being carried out.
    Completing,
    /// Paid out.
    Completed,
    /// Rejected, by Init or by Payment.
    Rejected,
}

/// The whole machine.
///
/// What the bank says after a Payment can skip states. A payout that goes back to `CHECKED` from
/// `CREDIT_CHECKING` stays where it is, since the report may as well be late.
pub const MOVES: &[(State, Trigger, State)] = &[
    (New, Trigger::Check, Checking),
    (New, Trigger::Pass, Checked),
    (New, Trigger::Reject, Rejected),
    (Checking, Trigger::Pass, Checked),
    (Checking, Trigger::Reject, Rejected),
    (Checked, Trigger::Pay, Sent),
    (Checked, Trigger::Reject, Rejected),
    (Sent, Trigger::LoseSight, Unknown),
    (Sent, Trigger::Authorise, Authorising),
    (Sent, Trigger::Delay, CreditChecking),
    (Sent, Trigger::CarryOut, Completing),
    (Sent, Trigger::Complete, Completed),
    (Sent, Trigger::Reject, Rejected),
    (Unknown, Trigger::Authorise, Authorising),
    (Unknown, Trigger::Delay, CreditChecking),
    (Unknown, Trigger::CarryOut, Completing),
    (Unknown, Trigger::Complete, Completed),
    (Unknown, Trigger::Reject, Rejected),
    (Authorising, Trigger::Delay, CreditChecking),
    (Authorising, Trigger::CarryOut, Completing),
    (Authorising, Trigger::Complete, Completed),
    (Authorising, Trigger::Reject, Rejected),
    (CreditChecking, Trigger::CarryOut, Completing),
    (CreditChecking, Trigger::Complete, Completed),
    (CreditChecking, Trigger::Reject, Rejected),
    (Completing, Trigger::Complete, Completed),
    (Completing, Trigger::Reject, Rejected),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 10] = [
        New,
        Checking,
        Checked,
        Sent,
        Unknown,
        Authorising,
        CreditChecking,
        Completing,
        Completed,
        Rejected,
    ];
}

impl Stage for State {
    const MOVES: &'static [(Self, Trigger, Self)] = MOVES;
    const NEW: Self = New;
    const CHECKED: Self = Checked;
    const SENT: Self = Sent;
    const COMPLETED: Self = Completed;
    const REJECTED: Self = Rejected;

    fn of(status: &PayoutStatus) -> Option<Self> {
        Some(match status {
            PayoutStatus::New => New,
            PayoutStatus::Checking => Checking,
            PayoutStatus::Checked => Checked,
            PayoutStatus::Unknown => Unknown,
            PayoutStatus::Authorizing => Authorising,
            PayoutStatus::CreditChecking => CreditChecking,
            PayoutStatus::Completing => Completing,
            PayoutStatus::Completed => Completed,
            PayoutStatus::Rejected => Rejected,
            _ => return None,
        })
    }
}

/// The machine as a Mermaid state diagram.
pub fn diagram() -> String {
    super::diagram(New, &[Completed, Rejected], MOVES)
}
