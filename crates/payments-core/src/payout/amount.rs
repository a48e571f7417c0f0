//! How much is paid out.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Invalid, Minor};

/// The smallest payout, one rouble in kopecks (documents/002, Init; rules ).
pub const LEAST: Minor = Minor::new(100);

/// The amount of a payout in kopecks, at least [`LEAST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayoutAmount(Minor);

impl PayoutAmount {
    /// Takes an amount in kopecks.
    ///
    /// # Errors
    ///
    /// It is less than [`LEAST`].
    pub fn new(amount: Minor) -> Result<Self, Invalid> {
        if amount < LEAST {
            return Err(Invalid::new("Amount", "must be at least 100 kopecks"));
        }
        Ok(Self(amount))
    }

    /// The amount in kopecks.
    pub const fn minor(self) -> Minor {
        self.0
    }
}

impl FromStr for PayoutAmount {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text.parse::<Minor>().map_err(|error| error.at("Amount"))?)
    }
}

/// Writes a number, as Init asks for it.
impl Serialize for PayoutAmount {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0.get())
    }
}

impl<'de> Deserialize<'de> for PayoutAmount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::wire::parsed(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    ///
    #[test]
    fn a_rouble_is_the_least() {
        assert!(PayoutAmount::new(Minor::new(99)).is_err());
        assert!(PayoutAmount::new(Minor::new(0)).is_err());
        let least = PayoutAmount::new(LEAST).expect("enough");
        assert_eq!(serde_json::to_string(&least).expect("number"), "100");
        assert_eq!(serde_json::from_str::<PayoutAmount>("\"100\"").expect("text"), least);
        for wrong in ["99", "1.00", "1e3", "-100", "\"\""] {
            assert!(serde_json::from_str::<PayoutAmount>(wrong).is_err(), "{wrong}");
        }
    }
}
