//! How typed values stand in JSON that is sent.

use serde::{Serialize, Serializer};

/// Whether a text reads the same as the JSON number made of it.
fn is_plain_number(text: &str) -> bool {
    let plain = !text.starts_with('0') || text == "0";
    (1..=18).contains(&text.len()) && plain && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes digits as a number, and whatever a number would not keep (leading zeros) as text.
pub(crate) fn digits<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    match text.parse::<u64>() {
        Ok(number) if is_plain_number(text) => to.serialize_u64(number),
        _ => to.serialize_str(text),
    }
}

/// The same for values that the tables type as whole numbers, for `#[serde(serialize_with)]`.
pub(crate) trait Digits {
    /// The digits.
    fn digits(&self) -> &str;
}

/// Writes a value of digits, see [`digits`].
pub(crate) fn number<S: Serializer, T: Digits>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    digits(value.digits(), to)
}

/// Writes an optional value of digits, see [`digits`].
pub(crate) fn opt_number<S, T>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    T: Digits,
{
    match value {
        Some(value) => digits(value.digits(), to),
        None => to.serialize_none(),
    }
}

/// Writes a value as text, for `#[serde(serialize_with)]` of optional numbers that samples quote.
pub(crate) fn opt_quoted<S, T>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    T: ToString,
{
    value.as_ref().map(ToString::to_string).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_kept() {
        let written = |text: &str| {
            let mut out = Vec::new();
            digits(text, &mut serde_json::Serializer::new(&mut out)).expect("writes");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(written("643"), "643");
        assert_eq!(written("0"), "0");
        assert_eq!(written("036"), "\"036\"");
        assert_eq!(written("001"), "\"001\"");
        assert_eq!(written("+1"), "\"+1\"");
        assert_eq!(written("kg"), "\"kg\"");
        assert_eq!(written("99999999999999999999"), "\"99999999999999999999\"");
    }
}
