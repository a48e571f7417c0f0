//! Error codes: what they mean depends on the rail.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::generated::{card::CARD, sbp::SBP};
use crate::{Effect, wire::Text};

/// The way that a payout takes. One code can mean two things on the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the API has these two")]
pub enum Rail {
    /// To a card.
    Card,
    /// By phone number, through SBP.
    Sbp,
}

/// What an error code amounts to. The classes are ours, read off the bank's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CodeClass {
    /// The call succeeded, which says nothing of the payout: its status does.
    Success,
    /// The OrderId was used before. Not proof that it was paid out.
    Duplicate,
    /// What was asked for is so already.
    AlreadyDone,
    /// Not possible from where the object stands, or there is no such object.
    WrongState,
    /// The bank asks to try again later.
    RetryLater,
    /// Something failed within the bank.
    BankFault,
    /// The bank does not know the outcome, or no table knows the code.
    Unclear,
    /// The merchant's account lacks the money, or is not in order.
    Funds,
    /// A limit of the merchant, the card or the recipient.
    Limit,
    /// The recipient can help: by another card or bank, correct data, or a word with the bank.
    RecipientCanFix,
    /// The recipient's bank or SBP declined.
    Declined,
    /// Somebody takes it for fraud, or a register forbids it.
    Fraud,
    /// The request is wrong.
    BadRequest,
    /// Terminal, certificate, signature or contract are not in order.
    Configuration,
    /// A card could not be bound, or its holder not be authenticated.
    Binding,
    /// The text says no more than that the bank's support knows.
    Support,
}

impl CodeClass {
    /// What a call with such a code did at the bank, if no copy of the call was sent before.
    ///
    /// Wherever the class leaves a doubt it may have acted: ask GetState before anything else.
    pub const fn effect(self) -> Effect {
        match self {
            Self::AlreadyDone => Effect::Done,
            Self::Funds
            | Self::Limit
            | Self::RecipientCanFix
            | Self::Declined
            | Self::Fraud
            | Self::BadRequest
            | Self::Configuration
            | Self::Binding => Effect::No,
            Self::Success
            | Self::Duplicate
            | Self::WrongState
            | Self::RetryLater
            | Self::BankFault
            | Self::Unclear
            | Self::Support => Effect::Maybe,
        }
    }
}

/// One row of the bank's tables (documents/002, error codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeText {
    /// The code.
    pub code: u32,
    /// The whole cell, in Russian.
    pub text: &'static str,
    /// The part of it that answers carry as `Message`; empty where the cell does not tell the two apart.
    pub message: &'static str,
    /// The part of it that answers carry as `Details`; empty as above, or where there is none.
    pub details: &'static str,
    /// What the row amounts to.
    pub class: CodeClass,
}

/// A row as the generated tables write it.
pub(super) const fn row(
    code: u32,
    text: &'static str,
    message: &'static str,
    details: &'static str,
    class: CodeClass,
) -> CodeText {
    CodeText { code, text, message, details, class }
}

impl Rail {
    /// Every row of the rail's table, in the order of the codes: some have several.
    pub const fn rows(self) -> &'static [CodeText] {
        match self {
            Self::Card => &CARD,
            Self::Sbp => &SBP,
        }
    }
}

/// An error code as the bank wrote it: `"0"`, `0` and `"SBP_001"` are all read.
///
/// ```
/// use payments_core::payout::{CodeClass, ErrorCode, Rail};
///
/// let code = ErrorCode::from("1203");
/// assert_eq!(code.class(Rail::Card), CodeClass::Limit);
/// assert_eq!(code.class(Rail::Sbp), CodeClass::Declined);
/// assert_eq!(ErrorCode::from("SBP_001").class(Rail::Sbp), CodeClass::Unclear);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(Box<str>);

impl ErrorCode {
    /// The code as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says that the call succeeded. A payout is judged by its status first: a rejected
    /// one can arrive beside success.
    pub fn is_success(&self) -> bool {
        self.number() == Some(0)
    }

    /// Every row of the code on a rail; none if the table lacks it.
    pub fn rows(&self, rail: Rail) -> &'static [CodeText] {
        let rows = rail.rows();
        let Some(number) = self.number() else { return &[] };
        let from = rows.partition_point(|row| row.code < number);
        let to = rows.partition_point(|row| row.code <= number);
        rows.get(from..to).unwrap_or_default()
    }

    /// What the code amounts to on a rail, by itself: [`CodeClass::Unclear`] if the table lacks it, or
    /// if its rows do not agree.
    pub fn class(&self, rail: Rail) -> CodeClass {
        if self.is_success() {
            return CodeClass::Success;
        }
        match self.rows(rail) {
            [first, rest @ ..] if rest.iter().all(|row| row.class == first.class) => first.class,
            _ => CodeClass::Unclear,
        }
    }

    /// What the code amounts to beside the texts of the answer. A text can only pick among the rows of
    /// a code; where it fits none, the code stands alone.
    pub fn class_by(&self, rail: Rail, message: &str, details: &str) -> CodeClass {
        let rows = self.rows(rail);
        let fits = |row: &&CodeText| {
            let came = [message, details].map(str::trim);
            came.iter().any(|text| !text.is_empty() && says(row, text))
        };
        let mut fitting = rows.iter().filter(fits).map(|row| row.class);
        match fitting.next() {
            Some(class) if fitting.all(|other| other == class) => class,
            _ => self.class(rail),
        }
    }

    /// What a call with this code did at the bank, if no copy of the call was sent before.
    pub fn effect(&self, rail: Rail) -> Effect {
        self.class(rail).effect()
    }

    fn number(&self) -> Option<u32> {
        super::to::digits(&self.0)?.parse().ok()
    }
}

/// Whether an answer's text is that of a row. Ids stand where a row has three dots.
fn says(row: &CodeText, text: &str) -> bool {
    if row.message.is_empty() {
        return row.text == text;
    }
    let message = match row.message.split_once("...") {
        Some((start, _)) => text.starts_with(start),
        None => row.message == text,
    };
    message || (!row.details.is_empty() && row.details == text)
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&str> for ErrorCode {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl FromStr for ErrorCode {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl From<Text<'_>> for ErrorCode {
    fn from(text: Text<'_>) -> Self {
        Self::from(text.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Text::deserialize(from).map(Self::from)
    }
}

#[cfg(test)]
mod tests;
