//! Card data that a merchant hands on: each value checked, none of them shown.

use std::{fmt, str::FromStr};

use crate::{Invalid, Secret};

/// A card number: 12 to 19 digits whose last is the Luhn check digit. `Debug` prints
/// `411111**1111`.
///
/// The gateway's tables allow 1 to 19 digits (`$PAN`); shorter numbers are no card's.
#[derive(Clone)]
pub struct Pan(Secret);

impl Pan {
    /// Takes a card number of digits only.
    ///
    /// # Errors
    ///
    /// Other characters, a wrong length or a wrong check digit. The error carries no digit.
    pub fn new(digits: impl Into<String>) -> Result<Self, Invalid> {
        let digits = Secret::<String>::new(digits);
        let text = digits.expose().as_bytes();
        if !text.iter().all(u8::is_ascii_digit) {
            return Err(Invalid::new("pan", "must be digits only"));
        }
        if !(12..=19).contains(&text.len()) {
            return Err(Invalid::new("pan", "must have 12 to 19 digits"));
        }
        if !luhn(text) {
            return Err(Invalid::new("pan", "must end in its check digit"));
        }
        Ok(Self(digits))
    }

    /// Shows the digits.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The first six and the last four digits with two stars between, as the gateway masks.
    pub fn masked(&self) -> String {
        // ASCII digits, at least 12, by construction.
        let digits = self.0.expose();
        let (first, rest) = digits.split_at(6);
        let (_, last) = rest.split_at(rest.len() - 4);
        format!("{first}**{last}")
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

/// Whether the last digit is the Luhn check digit of the others.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The code on the back of a card: three digits, or four where a contract allows it.
#[derive(Clone, Debug)]
pub struct Cvc(Secret);

impl Cvc {
    /// Takes three or four digits.
    ///
    /// # Errors
    ///
    /// Other characters or another length.
    pub fn new(digits: impl Into<String>) -> Result<Self, Invalid> {
        let digits = Secret::<String>::new(digits);
        let text = digits.expose().as_bytes();
        if (3..=4).contains(&text.len()) && text.iter().all(u8::is_ascii_digit) {
            Ok(Self(digits))
        } else {
            Err(Invalid::new("cvc", "must be three or four digits"))
        }
    }

    /// Shows the digits.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The month after which a card is no longer valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expiry {
    year: u16,
    month: u8,
}

impl Expiry {
    /// Takes a year of four digits and a month of 1 to 12.
    ///
    /// # Errors
    ///
    /// The year or the month lies outside.
    pub fn new(year: u16, month: u8) -> Result<Self, Invalid> {
        if (2000..=2099).contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(Invalid::new("expiry", "must be a month from 2000-01 to 2099-12"))
        }
    }

    /// Reads `MMYY`, as cards print it; the century is 2000.
    ///
    /// # Errors
    ///
    /// Other than four digits, or no month of that number.
    pub fn from_mmyy(text: &str) -> Result<Self, Invalid> {
        match number(text, 4) {
            Some(digits) => Self::of(2000 + digits % 100, digits / 100),
            None => Err(Invalid::new("expiry", "must be four digits, MMYY")),
        }
    }

    /// Reads `YYYYMM`, as the gateway writes it.
    ///
    /// # Errors
    ///
    /// Other than six digits, or no month of that number.
    pub fn from_yyyymm(text: &str) -> Result<Self, Invalid> {
        match number(text, 6) {
            Some(digits) => Self::of(digits / 100, digits % 100),
            None => Err(Invalid::new("expiry", "must be six digits, YYYYMM")),
        }
    }

    fn of(year: u32, month: u32) -> Result<Self, Invalid> {
        Self::new(u16::try_from(year).unwrap_or(0), u8::try_from(month).unwrap_or(0))
    }

    /// The year, four digits.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// `YYYYMM`.
    pub fn yyyymm(self) -> String {
        format!("{:04}{:02}", self.year, self.month)
    }

    /// `MMYY`.
    pub fn mmyy(self) -> String {
        format!("{:02}{:02}", self.month, self.year % 100)
    }
}

/// A number of exactly so many ASCII digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl FromStr for Expiry {
    type Err = Invalid;

    /// Reads `YYYYMM` or `MMYY`, told apart by their length.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() == 4 { Self::from_mmyy(text) } else { Self::from_yyyymm(text) }
    }
}

/// The name on a card, 1 to 512 characters (`TEXT` of paymentorder). `Debug` does not print it.
#[derive(Clone, Debug)]
pub struct Cardholder(Secret);

impl Cardholder {
    /// Takes the name as the card shows it.
    ///
    /// # Errors
    ///
    /// The name is empty or longer than 512 characters.
    pub fn new(name: impl Into<String>) -> Result<Self, Invalid> {
        let name = Secret::<String>::new(name);
        if (1..=512).contains(&name.expose().chars().count()) {
            Ok(Self(name))
        } else {
            Err(Invalid::new("cardholder", "must have 1 to 512 characters"))
        }
    }

    /// Shows the name.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn luhn_guards_the_number() {
        assert!(Pan::new("4111111111111111").is_ok());
        assert!(Pan::new("4000001111111118").is_ok());
        for wrong in ["4111111111111112", "411111111111", "4111 1111 1111 1111", "", "ж"] {
            assert!(Pan::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_shows() {
        let pan = Pan::new("4111111111111111").expect("valid");
        assert_eq!(format!("{pan:?}"), "411111**1111");
        assert_eq!(format!("{:?}", Cvc::new("987").expect("valid")), "Cvc([redacted])");
        let name = Cardholder::new("MARKER").expect("valid");
        assert!(!format!("{name:?}").contains("MARKER"));
        let refused = format!("{:?}", Pan::new("4111111111111112").expect_err("check digit"));
        assert!(!refused.contains("4111"), "{refused}");
    }

    #[test]
    fn expiry_reads_both_forms() {
        let expiry = Expiry::from_yyyymm("203412").expect("valid");
        assert_eq!(Expiry::from_mmyy("1234"), Ok(expiry));
        assert_eq!((expiry.yyyymm(), expiry.mmyy()), ("203412".into(), "1234".into()));
        for wrong in ["203413", "203400", "1334", "+123", "99991", "203 12", ""] {
            assert!(wrong.parse::<Expiry>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parsing_is_total(text: String) {
            let _ = Pan::new(text.clone());
            let _ = Cvc::new(text.clone());
            let _ = text.parse::<Expiry>();
        }

        #[test]
        fn one_wrong_digit_is_found(digits in "[0-9]{15}", place in 0_usize..16, by in 1_u8..10) {
            let last = (b'0'..=b'9')
                .find(|last| luhn(&[digits.as_bytes(), &[*last]].concat()))
                .expect("one digit fits");
            let mut number = [digits.as_bytes(), &[last]].concat();
            prop_assert!(luhn(&number));
            number[place] = b'0' + (number[place] - b'0' + by) % 10;
            prop_assert!(!luhn(&number));
        }
    }
}
