//! Reading values that the banks write now as text, now as a number.
//!
//! Every such value is read through its own raw JSON text, never through `deserialize_any`: what a
//! number looks like to that depends on features that a stranger in the build may turn on. [`blocks`]
//! alone asks the parser what comes, an object or an array, and refuses numbers in either guise.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::MapAccessDeserializer,
    },
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
pub(crate) fn unquoted(raw: &str) -> Result<Cow<'_, str>, serde_json::Error> {
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

/// Reads one object or an array of objects as an array; null is an empty one.
///
/// The same as [`one_or_many`] for types that are objects, without looking at the text twice.
///
/// # Errors
///
/// A scalar, or whatever the type refuses.
pub fn blocks<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(Blocks(PhantomData))
}

struct Blocks<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Blocks<T> {
    type Value = Vec<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object or an array of objects")
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rest: A) -> Result<Vec<T>, A::Error> {
        let first = rest.next_key::<String>()?;
        // With `arbitrary_precision` turned on somewhere, a number looks like an object.
        if first.as_deref().is_some_and(|name| name.starts_with("$serde_json::")) {
            return Err(A::Error::custom("expected an object or an array of objects"));
        }
        let members = MapAccessDeserializer::new(Resumed { first, rest });
        T::deserialize(members).map(|one| vec![one])
    }
}

/// The members of an object of which the first name was already read.
struct Resumed<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Resumed<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// Reads an optional value that keeps whatever text or number came; null and the empty text are
/// nothing.
///
/// # Errors
///
/// An object or an array.
pub fn opt_from<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<Text<'de>>,
{
    Ok(scalar(from)?.filter(|text| !text.is_empty()).map(|text| T::from(Text(text))))
}

/// Whether bytes are one whole JSON value.
pub fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::order::Personal;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "opt_text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "opt_parsed")]
        number: Option<i64>,
        #[serde(default, deserialize_with = "one_or_many")]
        list: Vec<u8>,
        #[serde(default, deserialize_with = "blocks")]
        blocks: Vec<Block>,
        #[serde(default, deserialize_with = "opt_from")]
        personal: Option<Personal>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Block {
        #[serde(default, deserialize_with = "opt_parsed")]
        number: Option<u8>,
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
        let personal = |json| read(json).expect("reads").personal;
        assert_eq!(personal(r#"{"personal":7}"#), Some("7".into()));
        assert_eq!(personal(r#"{"personal":""}"#), None);
    }

    #[test]
    fn one_block_or_many() {
        let read = |json: &str| read(&format!("{{\"blocks\":{json}}}")).map(|sample| sample.blocks);
        let block = |number| Block { number: Some(number) };
        assert_eq!(read("{\"number\":\"1\"}").expect("one"), [block(1)]);
        assert_eq!(read("[{\"number\":1},{\"number\":2}]").expect("many"), [block(1), block(2)]);
        assert_eq!(read("null").expect("none"), []);
        for wrong in ["7", "\"x\"", "[7]", "true"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
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
