//! Reading values that the banks write now as text, now as a number.
//!
//! Every such value is read through its own raw JSON text, never through `deserialize_any`: what a
//! number looks like to that depends on features that a stranger in the build may turn on.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};
use serde_json::value::RawValue;

/// The text of a JSON string, number or boolean, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match scalar(from)? {
            Some(text) => Ok(Self(text)),
            None => Err(D::Error::custom("expected text or a number, found null")),
        }
    }
}

/// Reads text, a number or a boolean as its text; null as nothing.
fn scalar<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    let raw = <&'de RawValue>::deserialize(from)?.get();
    match raw.as_bytes().first() {
        Some(b'"') => unquoted(raw).map(Some).map_err(D::Error::custom),
        Some(b'n') => Ok(None),
        Some(b'{' | b'[') | None => Err(D::Error::custom("expected text or a number")),
        Some(_) => Ok(Some(Cow::Borrowed(raw))),
    }
}

/// The content of a JSON string; borrowed where nothing is escaped.
fn unquoted(raw: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str::<String>(raw).map(Cow::Owned),
    }
}

/// Reads a value from text or number through its `FromStr`.
///
/// # Errors
///
/// Neither text nor number, or not of the form that the type asks for.
pub fn parsed<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    Text::deserialize(from)?.as_str().parse().map_err(D::Error::custom)
}

/// Reads text, number or boolean as text; null is nothing. For `#[serde(deserialize_with)]`.
///
/// # Errors
///
/// An object or an array.
pub fn opt_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(scalar(from)?.map(Cow::into_owned))
}

/// Reads an optional value from text or number; null and the empty text are nothing.
///
/// # Errors
///
/// Neither text nor number, or not of the form that the type asks for.
pub fn opt_parsed<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    match scalar(from)? {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => text.parse().map(Some).map_err(D::Error::custom),
    }
}

/// Reads an optional value of a type that reads scalars itself; null and the empty text are nothing.
///
/// # Errors
///
/// Whatever the type refuses.
pub fn opt<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&'de RawValue>::deserialize(from)?;
    match raw.get() {
        "null" | "\"\"" => Ok(None),
        text => serde_json::from_str(text).map(Some).map_err(D::Error::custom),
    }
}

/// Reads one value or an array of values as an array; null is an empty one.
///
/// # Errors
///
/// Whatever the type refuses.
pub fn one_or_many<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&'de RawValue>::deserialize(from)?.get();
    match raw.as_bytes().first() {
        Some(b'[') => serde_json::from_str(raw).map_err(D::Error::custom),
        Some(b'n') => Ok(Vec::new()),
        _ => serde_json::from_str(raw).map(|one| vec![one]).map_err(D::Error::custom),
    }
}

/// Reads a part that only informs; where its form is not the expected one, there is none.
///
/// What cannot be read there must not hide the rest of an answer, such as whether an order is paid.
/// The raw answer keeps it.
///
/// # Errors
///
/// No JSON at all.
pub fn aside<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let raw = <&'de RawValue>::deserialize(from)?;
    Ok(serde_json::from_str(raw.get()).unwrap_or_default())
}

/// Reads a list that only informs, of one value or many; see [`aside`].
///
/// # Errors
///
/// No JSON at all.
pub fn aside_list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&'de RawValue>::deserialize(from)?;
    Ok(one_or_many(&mut serde_json::Deserializer::from_str(raw.get())).unwrap_or_default())
}

/// Whether bytes are one whole JSON value.
pub fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "opt_text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "opt_parsed")]
        number: Option<i64>,
        #[serde(default, deserialize_with = "one_or_many")]
        list: Vec<u8>,
        #[serde(default, deserialize_with = "aside")]
        block: Option<Block>,
        #[serde(default, deserialize_with = "aside_list")]
        blocks: Vec<Block>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Block {
        number: u8,
    }

    fn read(json: &str) -> Result<Sample, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn text_and_number_alike() {
        for json in [r#"{"text":"007","number":"7"}"#, r#"{"text":"007","number":7,"list":null}"#] {
            let sample = read(json).expect("reads");
            assert_eq!((sample.text.as_deref(), sample.number), (Some("007"), Some(7)));
        }
        let sample = read(r#"{"text":1.50,"number":"","list":3}"#).expect("reads");
        assert_eq!(sample.text.as_deref(), Some("1.50"));
        assert_eq!((sample.number, sample.list), (None, vec![3]));
        assert_eq!(read(r#"{"text":"a\u0041\n"}"#).expect("reads").text.as_deref(), Some("aA\n"));
        assert!(read(r#"{"number":"x"}"#).is_err());
        assert!(read(r#"{"text":{}}"#).is_err());
    }

    #[test]
    fn a_part_of_another_form_hides_nothing() {
        for wrong in ["\"none\"", "[\"x\"]", "{\"number\":\"x\"}", "null", "7"] {
            let json = format!("{{\"block\":{wrong},\"blocks\":{wrong},\"number\":7}}");
            let sample = read(&json).expect("reads");
            assert_eq!((sample.number, sample.block, sample.blocks), (Some(7), None, vec![]));
        }
        let right = read("{\"block\":{\"number\":1},\"blocks\":{\"number\":2}}").expect("reads");
        assert_eq!(right.block, Some(Block { number: 1 }));
        assert_eq!(right.blocks, [Block { number: 2 }]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = read(&text);
            let json = serde_json::to_string(&text).expect("text");
            prop_assert_eq!(read(&format!("{{\"text\":{json}}}")).expect("reads").text, Some(text));
        }
    }
}
