//! Whom a payout by phone number goes to.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Invalid, order::Personal};

/// The text, if it is digits and nothing else.
pub(super) fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// Which phone numbers Init takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhonePattern {
    /// Exactly 11 digits (documents/002, version 1.35).
    #[default]
    Eleven,
    /// 9 to 15 digits, as the bank's newer schema says.
    NineToFifteen,
}

/// The recipient's phone number: digits only, country first, no plus. `Debug` prints none of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipientPhone(Personal);

impl RecipientPhone {
    /// Takes a number of exactly 11 digits, such as `79012345678`.
    ///
    /// # Errors
    ///
    /// It has another form.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        Self::by(PhonePattern::Eleven, text)
    }

    /// Takes a number by a pattern.
    ///
    /// # Errors
    ///
    /// It has another form.
    pub fn by(pattern: PhonePattern, text: &str) -> Result<Self, Invalid> {
        let (lengths, rule) = match pattern {
            PhonePattern::Eleven => (11..=11, "must be 11 digits"),
            PhonePattern::NineToFifteen => (9..=15, "must be 9 to 15 digits"),
        };
        match digits(text) {
            Some(text) if lengths.contains(&text.len()) => Ok(Self(text.into())),
            _ => Err(Invalid::new("PhoneNumber", rule)),
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Serialize for RecipientPhone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// The recipient's bank in SBP (`SbpMemberId`): a number, listed by GetSbpMembers as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SbpMemberId(u64);

impl SbpMemberId {
    /// Takes the number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for SbpMemberId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = digits(text).and_then(|text| text.parse().ok());
        number.map(Self).ok_or_else(|| Invalid::new("SbpMemberId", "must be a whole number"))
    }
}

/// Writes a number, as Init asks for it.
impl Serialize for SbpMemberId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for SbpMemberId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::wire::parsed(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    ///
    #[test]
    fn a_phone_is_eleven_digits() {
        assert_eq!(RecipientPhone::new("79012345678").expect("fits").as_str(), "79012345678");
        for wrong in ["", "7901234567", "790123456789", "+7901234567", "7901234567a", "٧9012345678"]
        {
            assert!(RecipientPhone::new(wrong).is_err(), "{wrong}");
        }
        let newer = |text| RecipientPhone::by(PhonePattern::NineToFifteen, text).is_ok();
        assert!(newer("123456789") && newer("123456789012345"));
        assert!(!newer("12345678") && !newer("1234567890123456"));
    }

    #[test]
    fn a_phone_is_not_shown() {
        let phone = RecipientPhone::new("79012345678").expect("fits");
        assert!(!format!("{phone:?}").contains("7901"));
        let wrong = RecipientPhone::new("7901234567x").expect_err("a letter");
        assert!(!format!("{wrong:?} {wrong}").contains("7901"));
    }

    /// text in the list of members, a number in Init.
    #[test]
    fn a_member_is_a_number() {
        let read: SbpMemberId = serde_json::from_str("\"100000000004\"").expect("text");
        assert_eq!(read, serde_json::from_str("100000000004").expect("number"));
        assert_eq!(serde_json::to_string(&read).expect("writes"), "100000000004");
        for wrong in ["", "+1", "1.0", "T-Bank"] {
            assert!(wrong.parse::<SbpMemberId>().is_err(), "{wrong}");
        }
    }
}
