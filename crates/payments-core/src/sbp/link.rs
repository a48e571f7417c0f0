//! What a QR code says: an address that opens the payer's bank.

use std::{fmt, str::Split};

use super::check_digits;
use crate::{Currency, Minor, Money};

crate::open_enum! {
    /// What a link is for (`type`), two digits. From public samples and notes of banks.
    pub enum LinkKind {
        /// Reusable; may leave the amount to the payer.
        Static = "01",
        /// Made for one payment.
        Dynamic = "02",
        /// Links an account without a payment; has no amount.
        Subscription = "03",
    }
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Host<'a> {
    /// `qr.nspk.ru`: payments, with or without a subscription.
    Payments,
    /// `sub.nspk.ru`: subscriptions without a payment.
    Subscriptions,
    /// The base that [`Link::parse_under`] was given.
    Other(&'a str),
}

/// What the check digits of a link say. Wrong ones are a [`LinkError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Check {
    /// They are there and right.
    Right,
    /// There are none, which is usual: most links have no parameters at all.
    Absent,
    /// Nothing can be said: the bank's number is masked, as the sample of documents/003 has it.
    Masked,
}

/// Why a text is no link of SBP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// It does not begin with an address of SBP.
    #[error("the link does not begin with an address of sbp")]
    Address,
    /// Its number is not 32 letters and digits.
    #[error("the number in the link is not 32 letters and digits")]
    Id,
    /// A parameter has not the form that it must have.
    #[error("the parameter {0} of the link is malformed")]
    Parameter(&'static str),
    /// A parameter stands there twice.
    #[error("the parameter {0} of the link stands there twice")]
    Repeated(&'static str),
    /// Something follows the check digits, which they do not cover.
    #[error("the link goes on behind its check digits")]
    Behind,
    /// The check digits are not those of the link: it was damaged or changed.
    #[error("the check digits of the link are wrong")]
    CheckDigits,
}

/// A link of SBP, taken apart and checked. Borrows the text and allocates nothing.
///
/// `https://qr.nspk.ru/<id>[?type=02&bank=<12 digits>[&sum=<kopecks>&cur=RUB]&crc=<4 hex>]`. The check
/// digits guard against damage, not against malice: anyone can compute them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    text: &'a str,
    host: Host<'a>,
    id: &'a str,
    parameters: Parameters<'a>,
    check: Check,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parameters<'a> {
    kind: Option<&'a str>,
    bank: Option<&'a str>,
    sum: Option<Minor>,
    currency: Option<&'a str>,
}

impl<'a> Link<'a> {
    /// Takes a link of `qr.nspk.ru` or `sub.nspk.ru` apart and checks it.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    pub fn parse(text: &'a str) -> Result<Self, LinkError> {
        let (host, rest) = if let Some(rest) = text.strip_prefix("https://qr.nspk.ru/") {
            (Host::Payments, rest)
        } else if let Some(rest) = text.strip_prefix("https://sub.nspk.ru/") {
            (Host::Subscriptions, rest)
        } else {
            return Err(LinkError::Address);
        };
        Self::read(text, host, rest)
    }

    /// Takes a link apart that stands under another address, such as that of a test stand or of the
    /// sandbox. `base` is everything before the number and ends with a slash.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    pub fn parse_under(text: &'a str, base: &'a str) -> Result<Self, LinkError> {
        let rest = text.strip_prefix(base).filter(|_| base.ends_with('/'));
        Self::read(text, Host::Other(base), rest.ok_or(LinkError::Address)?)
    }

    fn read(text: &'a str, host: Host<'a>, rest: &'a str) -> Result<Self, LinkError> {
        let (id, query) = match rest.split_once('?') {
            Some((id, query)) => (id, Some(query)),
            None => (rest, None),
        };
        if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(LinkError::Id);
        }
        let (parameters, check) = match query {
            Some(query) => Parameters::read(text, query)?,
            None => (Parameters::default(), Check::Absent),
        };
        Ok(Self { text, host, id, parameters, check })
    }

    /// The link as it came.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// Where it leads.
    pub const fn host(&self) -> Host<'a> {
        self.host
    }

    /// The code's number: 32 letters and digits, made by NSPK or a test stand.
    pub const fn id(&self) -> &'a str {
        self.id
    }

    /// What it is for, if it says so.
    pub fn kind(&self) -> Option<LinkKind> {
        self.parameters.kind.map(LinkKind::from)
    }

    /// The member that made the code, the merchant's bank: 12 digits, some of them perhaps masked.
    pub const fn bank(&self) -> Option<&'a str> {
        self.parameters.bank
    }

    /// The amount in minor units; none where the payer chooses it, or where none is paid.
    pub const fn sum(&self) -> Option<Minor> {
        self.parameters.sum
    }

    /// The currency, if the link names one that has a number.
    pub fn currency(&self) -> Option<Currency> {
        match self.parameters.currency? {
            "RUB" => Some(Currency::RUB),
            other => Currency::from_alpha(other),
        }
    }

    /// Amount and currency, if it names both.
    pub fn money(&self) -> Option<Money> {
        Some(Money::new(self.sum()?, self.currency()?))
    }

    /// What its check digits say.
    pub const fn check(&self) -> Check {
        self.check
    }

    /// Everything behind `https://`.
    pub(super) fn behind_scheme(&self) -> &'a str {
        self.text.split_once("://").map_or(self.text, |(_, rest)| rest)
    }
}

impl fmt::Display for Link<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.text)
    }
}

impl<'a> Parameters<'a> {
    fn read(text: &'a str, query: &'a str) -> Result<(Self, Check), LinkError> {
        // A link ends up in addresses, pages and intents: nothing that means something there.
        if !query.bytes().all(is_plain) {
            return Err(LinkError::Parameter("query"));
        }
        let mut found = Self::default();
        let mut pairs = query.split('&');
        while let Some(pair) = pairs.next() {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "type" => once(&mut found.kind, "type", two_digits(value))?,
                "bank" => once(&mut found.bank, "bank", member(value))?,
                "sum" => once(&mut found.sum, "sum", value.parse().ok())?,
                "cur" => once(&mut found.currency, "cur", letters(value))?,
                "crc" => {
                    let check = found.check(text, pair, value, pairs)?;
                    return Ok((found, check));
                }
                _ => {}
            }
        }
        Ok((found, Check::Absent))
    }

    fn check(
        &self,
        text: &str,
        pair: &str,
        digits: &str,
        mut behind: Split<'_, char>,
    ) -> Result<Check, LinkError> {
        let is_hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = u16::from_str_radix(digits, 16).ok().filter(|_| is_hex);
        let digits = digits.ok_or(LinkError::Parameter("crc"))?;
        if behind.next().is_some() {
            return Err(LinkError::Behind);
        }
        if self.bank.is_some_and(|bank| bank.bytes().any(|byte| !byte.is_ascii_digit())) {
            return Ok(Check::Masked);
        }
        // Without another parameter before them nobody has said what they would cover.
        let covered = text.strip_suffix(pair).and_then(|before| before.strip_suffix('&'));
        let covered = covered.ok_or(LinkError::Parameter("crc"))?;
        if check_digits(covered) == digits { Ok(Check::Right) } else { Err(LinkError::CheckDigits) }
    }
}

fn once<T>(place: &mut Option<T>, name: &'static str, value: Option<T>) -> Result<(), LinkError> {
    let value = value.ok_or(LinkError::Parameter(name))?;
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(LinkError::Repeated(name)),
    }
}

/// Letters, digits and the signs that neither addresses nor intents nor pages give a meaning to.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'&' | b'*' | b'-' | b'.' | b'_' | b'~')
}

fn two_digits(text: &str) -> Option<&str> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

fn letters(text: &str) -> Option<&str> {
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(text)
}

/// A member's number, in which digits may be masked by asterisks or an X each.
fn member(text: &str) -> Option<&str> {
    let masked = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'x' | b'X');
    (text.len() == 12 && text.bytes().all(masked)).then_some(text)
}

#[cfg(test)]
mod tests;
