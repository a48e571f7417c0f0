//! The life of a payout by phone number, through SBP.
//!
//! The same calls and reports as for cards; SBP neither authorises nor delays. The final status comes
//! by notification in the first place, else by GetState. documents/002, payout by phone number; the
//! arrows are lost in print and inferred.

use State::*;

use super::payout::{Stage, Trigger};
use crate::payout::PayoutStatus;

/// A payout by phone number.
pub type Payout = super::payout::Payout<State>;

/// What an answer or a notification says of a payout by phone number.
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
    /// The transfer is under way.
    Completing,
    /// Paid out.
    Completed,
    /// Rejected, by Init, by Payment or by the recipient's bank.
    Rejected,
}

/// The whole machine.
pub const MOVES: &[(State, Trigger, State)] = &[
    (New, Trigger::Check, Checking),
    (New, Trigger::Pass, Checked),
    (New, Trigger::Reject, Rejected),
    (Checking, Trigger::Pass, Checked),
    (Checking, Trigger::Reject, Rejected),
    (Checked, Trigger::Pay, Sent),
    (Checked, Trigger::Reject, Rejected),
    (Sent, Trigger::LoseSight, Unknown),
    (Sent, Trigger::CarryOut, Completing),
    (Sent, Trigger::Complete, Completed),
    (Sent, Trigger::Reject, Rejected),
    (Unknown, Trigger::CarryOut, Completing),
    (Unknown, Trigger::Complete, Completed),
    (Unknown, Trigger::Reject, Rejected),
    (Completing, Trigger::Complete, Completed),
    (Completing, Trigger::Reject, Rejected),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 8] =
        [New, Checking, Checked, Sent, Unknown, Completing, Completed, Rejected];
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
