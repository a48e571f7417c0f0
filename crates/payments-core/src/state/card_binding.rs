//! The life of a card's binding, by the bank's form or by the merchant's own.
//!
//! No call of the API reports it as it goes: the notification and the answer of AttachCard do, and
//! GetCardList shows the card. documents/002, card binding; the arrows are lost in print and inferred.
//! A binding moves no money: its debit is of zero roubles.

use State::*;

use crate::payout::BindingStatus;

/// Where a binding stands. Declared in the order in which the states follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new state")]
pub enum State {
    /// A new session.
    New,
    /// The bank's form was shown.
    FormShowed,
    /// The payer is being authenticated.
    ThreeDsChecking,
    /// The payer was authenticated.
    ThreeDsChecked,
    /// A zero-rouble debit is under way.
    Authorising,
    /// The zero-rouble debit succeeded.
    Authorised,
    /// The card is bound.
    Completed,
    /// The card is not bound.
    Rejected,
}

/// What moves a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new trigger")]
pub enum Trigger {
    /// The payer opens the bank's form.
    ShowForm,
    /// The issuer wants the payer authenticated.
    Challenge,
    /// The result of the authentication is brought to the bank.
    Submit,
    /// The bank debits zero roubles.
    Authorise,
    /// The issuer agrees to the debit.
    Agree,
    /// The card is bound.
    Complete,
    /// Bank, issuer or payer refuse.
    Reject,
}

/// The whole machine.
pub const MOVES: &[(State, Trigger, State)] = &[
    (New, Trigger::ShowForm, FormShowed),
    (New, Trigger::Challenge, ThreeDsChecking),
    (New, Trigger::Authorise, Authorising),
    (New, Trigger::Complete, Completed),
    (New, Trigger::Reject, Rejected),
    (FormShowed, Trigger::Challenge, ThreeDsChecking),
    (FormShowed, Trigger::Authorise, Authorising),
    (FormShowed, Trigger::Complete, Completed),
    (FormShowed, Trigger::Reject, Rejected),
    (ThreeDsChecking, Trigger::Submit, ThreeDsChecked),
    (ThreeDsChecking, Trigger::Reject, Rejected),
    (ThreeDsChecked, Trigger::Authorise, Authorising),
    (ThreeDsChecked, Trigger::Reject, Rejected),
    (Authorising, Trigger::Agree, Authorised),
    (Authorising, Trigger::Reject, Rejected),
    (Authorised, Trigger::Complete, Completed),
    (Authorised, Trigger::Reject, Rejected),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        New,
        FormShowed,
        ThreeDsChecking,
        ThreeDsChecked,
        Authorising,
        Authorised,
        Completed,
        Rejected,
    ];

    /// Reads a status; none where no list has it.
    pub fn of(status: &BindingStatus) -> Option<Self> {
        Some(match status {
            BindingStatus::New => New,
            BindingStatus::FormShowed => FormShowed,
            BindingStatus::ThreeDsChecking => ThreeDsChecking,
            BindingStatus::ThreeDsChecked => ThreeDsChecked,
            BindingStatus::Authorizing => Authorising,
            BindingStatus::Authorized => Authorised,
            BindingStatus::Completed => Completed,
            BindingStatus::Rejected => Rejected,
            _ => return None,
        })
    }

    /// Whether nothing leads on from here.
    pub fn is_final(self) -> bool {
        !MOVES.iter().any(|(from, ..)| *from == self)
    }

    /// Whether a sequence of moves, one at least, leads from here to another state.
    pub fn leads_to(self, other: Self) -> bool {
        super::leads(MOVES, self, other)
    }
}

/// The machine as a Mermaid state diagram.
pub fn diagram() -> String {
    super::diagram(New, &[Completed, Rejected], MOVES)
}

/// What the merchant does about a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Call {
    /// Sends the card with AttachCard.
    Attach,
    /// Brings the result of the authentication (Submit3DSAuthorization, of either version).
    Submit,
}

/// A call that is not possible from where a binding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call:?} is not possible in state {:?}", binding.state)]
#[non_exhaustive]
pub struct Refused {
    /// The binding, untouched.
    pub binding: Binding,
    /// What was refused.
    pub call: Call,
}

/// What a report did to a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Observed {
    /// It was news; the binding has moved to it.
    Moved,
    /// It was known, or is older than what is known. Nothing changed.
    AlreadyThere,
    /// It names another end than the one that is known. Nothing changed: ask GetCardList.
    Contradicts,
    /// No list knows its status. Nothing changed.
    Unknown,
}

/// The binding of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    state: State,
}

impl Default for Binding {
    fn default() -> Self {
        Self::new()
    }
}

impl Binding {
    /// Takes a binding that AddCard has just begun.
    pub const fn new() -> Self {
        Self { state: New }
    }

    /// Where the binding stands.
    pub const fn state(self) -> State {
        self.state
    }

    /// Takes in a call before it is sent. AttachCard leaves the state to its answer.
    ///
    /// # Errors
    ///
    /// It is not possible from here; the binding comes back untouched.
    pub fn apply(self, call: Call) -> Result<Self, Refused> {
        match (call, self.state) {
            (Call::Attach, New) => Ok(self),
            (Call::Submit, ThreeDsChecking) => Ok(Self { state: ThreeDsChecked }),
            _ => Err(Refused { binding: self, call }),
        }
    }

    /// Takes in a reported status. Never refuses, and never moves backwards: a report may be late.
    pub fn observe(&mut self, status: &BindingStatus) -> Observed {
        let Some(reported) = State::of(status) else { return Observed::Unknown };
        if self.state.leads_to(reported) {
            self.state = reported;
            return Observed::Moved;
        }
        if reported != self.state && reported.is_final() {
            return Observed::Contradicts;
        }
        Observed::AlreadyThere
    }
}

#[cfg(test)]
mod tests;
