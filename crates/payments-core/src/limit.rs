//! Checks of what a request may hold: lengths, digits, forms of phones, e-mails and dates.
//!
//! The banks' tables count characters for text and digits for whole numbers. The limits bind what
//! we send; answers are read as they come.

use ::time::{Date, PrimitiveDateTime, macros::format_description};

use crate::{Invalid, Minor};

/// Checks how many characters a text has.
///
/// # Errors
///
/// Fewer than `min` or more than `max` characters.
pub fn chars(field: &'static str, text: &str, min: usize, max: usize) -> Result<(), Invalid> {
    // A text never has more characters than bytes, so most texts need no counting.
    let long = text.len() > max && text.chars().count() > max;
    let short = match min {
        0 => false,
        1 => text.is_empty(),
        _ => text.chars().count() < min,
    };
    if long || short { Err(wrong_length(field, min, max)) } else { Ok(()) }
}

/// Checks how many characters a text has, if it is there.
///
/// # Errors
///
/// Fewer than `min` or more than `max` characters.
pub fn opt_chars<T: AsRef<str>>(
    field: &'static str,
    text: &Option<T>,
    min: usize,
    max: usize,
) -> Result<(), Invalid> {
    text.as_ref().map_or(Ok(()), |text| chars(field, text.as_ref(), min, max))
}

#[cold]
fn wrong_length(field: &'static str, min: usize, max: usize) -> Invalid {
    let rule = match min {
        0 => format!("must have at most {max} characters"),
        _ if min == max => format!("must have {max} characters"),
        _ => format!("must have {min} to {max} characters"),
    };
    Invalid::new(field, rule)
}

/// Checks how many digits an amount has, if it is there.
///
/// # Errors
///
/// More than `max` digits.
pub fn opt_digits(field: &'static str, amount: Option<Minor>, max: u32) -> Result<(), Invalid> {
    amount.map_or(Ok(()), |amount| digits(field, amount, max))
}

/// Checks how many digits an amount has.
///
/// # Errors
///
/// More than `max` digits.
pub fn digits(field: &'static str, amount: Minor, max: u32) -> Result<(), Invalid> {
    ensure(amount.digits() <= max, field, || format!("must have at most {max} digits"))
}

/// Refuses a field unless the condition holds.
///
/// # Errors
///
/// The condition does not hold.
pub fn ensure(
    holds: bool,
    field: &'static str,
    rule: impl FnOnce() -> String,
) -> Result<(), Invalid> {
    if holds { Ok(()) } else { Err(Invalid::new(field, rule())) }
}

/// Whether a text is a phone with its country code: 7 to 15 digits, after `+`, `00` or nothing.
///
/// The leading zeros of `00` do not count (documents/003, order registration, `orderPayerData`).
pub fn is_phone(text: &str) -> bool {
    let number = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).unwrap_or(text);
    (7..=15).contains(&number.len()) && all_digits(number)
}

/// Whether a text is a phone as `+` and digits, at most 19 characters.
pub fn is_plus_phone(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|number| (1..=18).contains(&number.len()) && all_digits(number))
}

/// Whether a text is not empty and holds ASCII digits only.
pub fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text looks like one e-mail address.
///
/// Looks for one `@` between two parts without blanks and commas; whether the address exists is
/// for the mail system to tell.
pub fn is_email(text: &str) -> bool {
    let clean =
        !text.contains(|sign: char| sign.is_whitespace() || sign.is_control() || sign == ',');
    let parts = text.split_once('@');
    clean
        && parts
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// Whether a text is one e-mail address or several, separated by commas without blanks.
pub fn is_email_list(text: &str) -> bool {
    text.split(',').all(is_email)
}

/// Whether a text is a day as `dd.mm.yyyy`.
pub fn is_day(text: &str) -> bool {
    Date::parse(text, format_description!("[day].[month].[year]")).is_ok()
}

/// Whether a text is a day and time as `dd.mm.yyyy HH:MM:SS`.
pub fn is_day_and_time(text: &str) -> bool {
    let form = format_description!("[day].[month].[year] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text, form).is_ok()
}

/// Whether an address begins with a scheme (RFC 3986, section 3.1), which may be an application's
/// own, and something stands behind it. Blanks and control characters have no place in it.
pub fn is_app_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && scheme.bytes().all(plain)
        && !rest.is_empty()
        && !address.contains(|sign: char| sign.is_whitespace() || sign.is_control())
}

/// Whether a text is a taxpayer number: 10 or 12 digits, which may begin with zero.
pub fn is_inn(text: &str) -> bool {
    matches!(text.len(), 10 | 12) && all_digits(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_count_characters() {
        assert!(chars("name", &"ж".repeat(5), 1, 5).is_ok());
        assert_eq!(
            chars("name", "", 1, 5).expect_err("short").to_string(),
            "name: must have 1 to 5 characters"
        );
        assert!(chars("name", "", 0, 5).is_ok());
        assert!(chars("name", "жжжжжж", 0, 5).is_err());
        assert!(chars("country", "R", 2, 2).is_err());
        assert!(digits("amount", Minor::new(999), 3).is_ok());
        assert!(digits("amount", Minor::new(1000), 3).is_err());
    }

    /// G-064, G-078, G-088: forms of phones.
    #[test]
    fn forms_of_phones() {
        for phone in ["+79161234567", "0079161234567", "79161234567", "1234567"] {
            assert!(is_phone(phone), "{phone}");
        }
        for phone in ["+123456", "1234567890123456", "+7 916 1234567", "8(916)1234567", ""] {
            assert!(!is_phone(phone), "{phone}");
        }
        assert!(is_plus_phone("+37121234567"));
        assert!(!is_plus_phone("37121234567"));
        assert!(!is_plus_phone("+371 2 1234567"));
        assert!(!is_plus_phone("+"));
    }

    /// G-079, G-089: lists of e-mails, forms of dates.
    #[test]
    fn forms_of_mails_and_dates() {
        assert!(is_email_list("a@b.example"));
        assert!(is_email_list("a@b.example,c@d.example"));
        assert!(!is_email_list("a@b.example, c@d.example"));
        assert!(!is_email_list("a@b.example,"));
        assert!(!is_email("a@b@c"));
        assert!(!is_email("ab.example"));
        assert!(is_day("29.02.2028"));
        assert!(!is_day("29.02.2027"));
        assert!(!is_day("2027-02-01"));
        assert!(is_day_and_time("01.02.2027 23:59:59"));
        assert!(!is_day_and_time("01.02.2027"));
        assert!(is_inn("0123456789") && is_inn("012345678901"));
        assert!(!is_inn("01234567890"));
    }

    /// G-195: of the web or of an application.
    #[test]
    fn forms_of_addresses() {
        for right in ["http://test.ru/", "mybee://finance.com?sbpId=123123/", "a+b-c.1://x"] {
            assert!(is_app_address(right), "{right}");
        }
        for wrong in ["://test.ru/", "1", "test.ru", "https://", "1a://x", "ht tp://x", "a://b\n"] {
            assert!(!is_app_address(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_check_is_total(text: String) {
            let _ = is_app_address(&text);
            let _ = (is_phone(&text), is_plus_phone(&text), is_email_list(&text));
            let _ = (is_day(&text), is_day_and_time(&text), is_inn(&text));
            prop_assert_eq!(chars("x", &text, 2, 5).is_ok(), (2..=5).contains(&text.chars().count()));
        }
    }
}
