//! What a QR code says: an address that opens the payer's bank.

use std::fmt;

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
        let (rest, digits) = match last_digits(rest) {
            Some((rest, digits)) => (rest, Some(digits)),
            None => (rest, None),
        };
        // Reckoned first: what follows does not wait for it.
        let reckoned = digits.map(|_| check_digits(without_digits(text)));
        let Some(id) = rest.get(..32).filter(|id| all(id, ALPHANUMERIC)) else {
            return Err(LinkError::Id);
        };
        let query = rest.get(32..).unwrap_or_default();
        let parameters = match query.strip_prefix('?') {
            Some(query) => Parameters::read(query, digits.is_some())?,
            None if query.is_empty() && digits.is_none() => Parameters::default(),
            None => return Err(LinkError::Id),
        };
        let check = match (digits, reckoned) {
            (None, _) => Check::Absent,
            _ if parameters.is_masked() => Check::Masked,
            (digits, reckoned) if digits == reckoned => Check::Right,
            _ => return Err(LinkError::CheckDigits),
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
    /// Reads what stands in front of the check digits, or the whole where there are none.
    fn read(query: &'a str, checked: bool) -> Result<Self, LinkError> {
        let mut found = Self::default();
        let mut rest = Some(query);
        while let Some(pairs) = rest {
            let (name, value, behind) = first_pair(pairs)?;
            rest = behind;
            match name {
                "type" => once(&mut found.kind, "type", sized(value, 2, DIGIT))?,
                "bank" => once(&mut found.bank, "bank", sized(value, 12, MEMBER))?,
                "sum" => once(&mut found.sum, "sum", value.parse().ok())?,
                "cur" => once(&mut found.currency, "cur", sized(value, 3, UPPER))?,
                "crc" if checked => return Err(LinkError::Repeated("crc")),
                "crc" if four_hex(value.as_bytes()).is_some() && behind.is_some() => {
                    return Err(LinkError::Behind);
                }
                // Malformed, or without another parameter before them: nobody has said what they
                // would cover then.
                "crc" => return Err(LinkError::Parameter("crc")),
                _ => {}
            }
        }
        Ok(found)
    }

    fn is_masked(&self) -> bool {
        self.bank.is_some_and(|bank| !all(bank, DIGIT))
    }
}

/// How many bytes the last parameter has, `&crc=` and four digits.
const DIGITS: usize = 9;

/// What stands before the check digits, and the digits.
fn last_digits(text: &str) -> Option<(&str, u16)> {
    let (before, last) = text.as_bytes().split_at_checked(text.len().checked_sub(DIGITS)?)?;
    let digits = four_hex(last.strip_prefix(b"&crc=")?)?;
    Some((text.get(..before.len())?, digits))
}

/// A text without its check digits, which are there.
fn without_digits(text: &str) -> &str {
    text.get(..text.len().saturating_sub(DIGITS)).unwrap_or_default()
}

/// The first parameter of a query: its name, its value, and what stands behind it.
fn first_pair(query: &str) -> Result<(&str, &str, Option<&str>), LinkError> {
    let mut equals = None;
    for (at, byte) in query.bytes().enumerate() {
        if is(byte, PLAIN) {
            continue;
        }
        match byte {
            b'&' => {
                let (pair, behind) = (query.get(..at), query.get(at + 1..));
                return Ok(named(pair.unwrap_or_default(), equals, behind));
            }
            b'=' => equals = equals.or(Some(at)),
            _ => return Err(LinkError::Parameter("query")),
        }
    }
    Ok(named(query, equals, None))
}

fn named<'a>(
    pair: &'a str,
    equals: Option<usize>,
    behind: Option<&'a str>,
) -> (&'a str, &'a str, Option<&'a str>) {
    match equals.and_then(|at| Some((pair.get(..at)?, pair.get(at + 1..)?))) {
        Some((name, value)) => (name, value, behind),
        None => (pair, "", behind),
    }
}

fn once<T>(place: &mut Option<T>, name: &'static str, value: Option<T>) -> Result<(), LinkError> {
    let value = value.ok_or(LinkError::Parameter(name))?;
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(LinkError::Repeated(name)),
    }
}

/// A text of so many signs of one class.
fn sized(text: &str, length: usize, class: u8) -> Option<&str> {
    (text.len() == length && all(text, class)).then_some(text)
}

/// Four hexadecimal digits of either case, as a number.
fn four_hex(text: &[u8]) -> Option<u16> {
    let [a, b, c, d] = *text else { return None };
    [a, b, c, d].into_iter().try_fold(0, |number: u16, byte| {
        let digit = u16::try_from(char::from(byte).to_digit(16)?).ok()?;
        Some((number << 4) | digit)
    })
}

const DIGIT: u8 = 1;
const UPPER: u8 = 2;
const ALPHANUMERIC: u8 = 4;
/// Letters, digits and the signs that neither addresses nor intents nor pages give a meaning to: a
/// link ends up in all of them.
const PLAIN: u8 = 8;
/// What a member's number is made of: digits, some of them masked by an asterisk or an X each.
const MEMBER: u8 = 16;

/// The classes of every byte. A look at a table is quicker than a row of comparisons.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = u8::MAX;
    loop {
        let class = match byte {
            b'0'..=b'9' => DIGIT | ALPHANUMERIC | PLAIN | MEMBER,
            b'X' => UPPER | ALPHANUMERIC | PLAIN | MEMBER,
            b'A'..=b'Z' => UPPER | ALPHANUMERIC | PLAIN,
            b'x' => ALPHANUMERIC | PLAIN | MEMBER,
            b'a'..=b'z' => ALPHANUMERIC | PLAIN,
            b'*' => PLAIN | MEMBER,
            b'-' | b'.' | b'_' | b'~' => PLAIN,
            _ => 0,
        };
        classes[byte as usize] = class;
        if byte == 0 {
            break classes;
        }
        byte -= 1;
    }
};

/// Whether a byte is of a class.
fn is(byte: u8, class: u8) -> bool {
    // A byte is always a place of the table.
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// Whether every byte of a text is of a class.
fn all(text: &str, class: u8) -> bool {
    text.bytes().all(|byte| is(byte, class))
}

#[cfg(test)]
mod tests;
