//! Amounts in minor units and the currency that they belong to. No float anywhere.

use std::{fmt, num::NonZeroU64, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;

/// An amount in minor units (kopecks, cents) as the wire carries it: a whole number, not negative.
///
/// It does not add up on its own, since two amounts may be of two currencies: [`Money`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor(u64);

impl Minor {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Takes an amount in minor units.
    pub const fn new(units: u64) -> Self {
        Self(units)
    }

    /// The amount in minor units.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The number of decimal digits, which is how the banks' tables limit amounts.
    pub const fn digits(self) -> u32 {
        match self.0.checked_ilog10() {
            Some(log) => log + 1,
            None => 1,
        }
    }

    /// Sums inside one order, whose amounts share one currency.
    pub(crate) const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Differences inside one order, whose amounts share one currency.
    pub(crate) const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Minor {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rule = "must be a whole number of minor units, digits only";
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Invalid::new("amount", rule));
        }
        text.parse().map(Self).map_err(|_| Invalid::new("amount", "is too large"))
    }
}

impl Serialize for Minor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::wire::parsed(from)
    }
}

/// An amount in minor units that is more than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NonZeroMinor(NonZeroU64);

impl NonZeroMinor {
    /// Takes an amount in minor units; none if it is zero.
    pub const fn new(amount: Minor) -> Option<Self> {
        match NonZeroU64::new(amount.0) {
            Some(units) => Some(Self(units)),
            None => None,
        }
    }

    /// The amount.
    pub const fn minor(self) -> Minor {
        Minor(self.0.get())
    }
}

/// How much of an order a deposit, a reversal or a refund is about.
///
/// The gateway reads an amount of zero, or none at all, as the whole sum. Here the whole is a word
/// of its own, and a computed zero never becomes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide between the two")]
pub enum Part {
    /// Everything that is there.
    Whole,
    /// Exactly this much.
    Exactly(NonZeroMinor),
}

impl Part {
    /// Exactly this much.
    ///
    /// # Errors
    ///
    /// The amount is zero, which the bank would read as everything.
    pub const fn exactly(amount: Minor) -> Result<Self, Invalid> {
        match NonZeroMinor::new(amount) {
            Some(amount) => Ok(Self::Exactly(amount)),
            None => Err(ZERO_PART),
        }
    }

    /// The exact amount, or none for the whole.
    pub const fn amount(self) -> Option<Minor> {
        match self {
            Self::Whole => None,
            Self::Exactly(amount) => Some(amount.minor()),
        }
    }
}

const ZERO_PART: Invalid =
    Invalid::fixed("amount", "must not be zero: the bank reads zero as the whole sum");

impl TryFrom<Minor> for Part {
    type Error = Invalid;

    fn try_from(amount: Minor) -> Result<Self, Invalid> {
        Self::exactly(amount)
    }
}

/// A currency by its three-digit ISO 4217 code. Any three digits are accepted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Russian rouble, 643.
    pub const RUB: Self = Self(*b"643");
    /// Russian rouble under its code from before 1998, 810, which some banks still use.
    pub const RUR: Self = Self(*b"810");
    /// US dollar, 840.
    pub const USD: Self = Self(*b"840");
    /// Euro, 978.
    pub const EUR: Self = Self(*b"978");

    /// The three digits.
    pub fn code(&self) -> &str {
        // Three ASCII digits by construction.
        std::str::from_utf8(&self.0).unwrap_or("000")
    }

    /// The currency with an alphabetic ISO 4217 code, such as `RUB`, if the table knows it.
    pub fn from_alpha(code: &str) -> Option<Self> {
        let known = iso_currency::Currency::from_code(code)?;
        format!("{:03}", known.numeric()).parse().ok()
    }

    fn known(&self) -> Option<iso_currency::Currency> {
        iso_currency::Currency::from_numeric(self.code().parse().ok()?)
    }

    /// The alphabetic ISO 4217 code, if the table knows the currency; it lacks 810.
    pub fn alpha(&self) -> Option<&'static str> {
        self.known().map(|known| known.code())
    }

    /// English name, if the table knows the currency; it lacks 810.
    pub fn name(&self) -> Option<String> {
        self.known().map(|known| known.name().to_owned())
    }

    /// How many decimal digits the minor unit stands for, if the table knows the currency.
    pub fn exponent(&self) -> Option<u16> {
        self.known().and_then(|known| known.exponent())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Currency({})", self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match *text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_digit) => Ok(Self([a, b, c])),
            _ => Err(Invalid::new("currency", "must be three digits of ISO 4217")),
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::wire::parsed(from)
    }
}

/// An amount of a currency. Adds up, checked, with the same currency only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: Minor,
    currency: Currency,
}

impl Money {
    /// Puts an amount and its currency together.
    pub const fn new(minor: Minor, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> Minor {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// The currencies differ, or the sum is too large to write.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.both(other, Minor::plus)
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// The currencies differ, or `other` is more than `self`.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.both(other, Minor::minus)
    }

    fn both(
        self,
        other: Self,
        act: impl Fn(Minor, Minor) -> Option<Minor>,
    ) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = act(self.minor, other.minor).ok_or(MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }
}

/// Written with the decimal point where the table knows the currency's exponent (`12.34 RUB`), else
/// in minor units (`1234 minor units of 810`).
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.minor.get();
        match (self.currency.alpha(), self.currency.exponent()) {
            (Some(alpha), Some(0)) => write!(out, "{units} {alpha}"),
            (Some(alpha), Some(exponent)) if exponent <= 18 => {
                let one = 10_u64.pow(u32::from(exponent));
                let width = usize::from(exponent);
                write!(out, "{}.{:0width$} {alpha}", units / one, units % one)
            }
            _ => write!(out, "{units} minor units of {}", self.currency),
        }
    }
}

/// Why two amounts do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Two currencies.
    #[error("amounts of {0} and {1} do not add up")]
    Currencies(Currency, Currency),
    /// Below zero, or more than can be written.
    #[error("the result is below zero or too large")]
    Range,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_zero_never_becomes_the_whole() {
        assert!(Part::exactly(Minor::ZERO).is_err());
        assert!(Part::try_from(Minor::ZERO).is_err());
        assert!(NonZeroMinor::new(Minor::ZERO).is_none());
    }

    #[test]
    fn only_the_same_currency_adds_up() {
        let roubles = Money::new(Minor::new(100), Currency::RUB);
        let old = Money::new(Minor::new(100), Currency::RUR);
        assert_eq!(
            roubles.checked_add(old),
            Err(MoneyError::Currencies(Currency::RUB, Currency::RUR))
        );
        assert_eq!(
            roubles.checked_sub(Money::new(Minor::new(101), Currency::RUB)),
            Err(MoneyError::Range)
        );
        let most = Money::new(Minor::new(u64::MAX), Currency::RUB);
        assert_eq!(most.checked_add(roubles), Err(MoneyError::Range));
    }

    #[test]
    fn the_table_names_what_it_knows() {
        assert_eq!(Currency::RUB.alpha(), Some("RUB"));
        assert_eq!(Currency::RUB.exponent(), Some(2));
        assert_eq!(Currency::RUR.alpha(), None);
        assert_eq!(Currency::from_alpha("AMD").map(|amd| amd.to_string()), Some("051".into()));
        assert_eq!(Money::new(Minor::new(1205), Currency::RUB).to_string(), "12.05 RUB");
        assert_eq!(Money::new(Minor::new(5), Currency::RUR).to_string(), "5 minor units of 810");
    }

    proptest! {
        #[test]
        fn parts_keep_their_amount(units: u64) {
            let part = Part::exactly(Minor::new(units));
            match part {
                Ok(part) => prop_assert_eq!(part.amount(), Some(Minor::new(units))),
                Err(_) => prop_assert_eq!(units, 0),
            }
        }

        #[test]
        fn sums_come_back(a: u32, b: u32) {
            let money = |units: u32| Money::new(Minor::new(units.into()), Currency::EUR);
            let sum = money(a).checked_add(money(b)).expect("fits");
            prop_assert_eq!(sum.checked_sub(money(b)), Ok(money(a)));
        }

        #[test]
        fn parsing_is_total(text: String) {
            let _ = text.parse::<Minor>();
            let _ = text.parse::<Currency>();
        }

        #[test]
        fn digits_are_counted(units: u64) {
            prop_assert_eq!(Minor::new(units).digits() as usize, units.to_string().len());
        }
    }
}
