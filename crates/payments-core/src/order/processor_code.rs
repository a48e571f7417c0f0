//! The outcome of an operation in the words of a processor or a payment system.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ActionClass, Confidence, generated::processor_codes::PROCESSOR_CODES};
use crate::wire::Text;

/// What the table knows about a code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) meaning: &'static str,
    pub(crate) class: ActionClass,
    pub(crate) confidence: Confidence,
}

/// The processor's own code of an outcome, two letters or digits, such as `51`.
///
/// Kept as it came. Not the same list as [`ActionCode`](super::ActionCode): `05` here is a refusal,
/// `5` there another. The table is that of one widespread processor and likely at best.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessorCode(Box<str>);

impl ProcessorCode {
    /// The code as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the code means; none if the table lacks it.
    pub fn meaning(&self) -> Option<&'static str> {
        self.row().map(|row| row.meaning)
    }

    /// What the code amounts to; none if the table lacks it.
    pub fn class(&self) -> Option<ActionClass> {
        self.row().map(|row| row.class)
    }

    /// How sure the table is; none if it lacks the code.
    pub fn confidence(&self) -> Option<Confidence> {
        self.row().map(|row| row.confidence)
    }

    /// Every code that the table knows.
    pub fn known() -> impl Iterator<Item = Self> {
        PROCESSOR_CODES.iter().map(|(code, _row)| Self::from(*code))
    }

    fn row(&self) -> Option<&'static Row> {
        let at = PROCESSOR_CODES.binary_search_by_key(&self.as_str(), |(code, _row)| *code).ok()?;
        PROCESSOR_CODES.get(at).map(|(_code, row)| row)
    }
}

impl fmt::Display for ProcessorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&str> for ProcessorCode {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl FromStr for ProcessorCode {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl Serialize for ProcessorCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProcessorCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self::from(Text::deserialize(from)?.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_text() {
        assert_eq!(ProcessorCode::from("00").class(), Some(ActionClass::Approved));
        assert_eq!(ProcessorCode::from("0").class(), None);
        assert_eq!(ProcessorCode::from("51").class(), Some(ActionClass::CustomerCanFix));
        assert_eq!(ProcessorCode::from("ZZ").meaning(), None);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(PROCESSOR_CODES.is_sorted_by(|(one, _), (next, _)| one < next));
    }
}
