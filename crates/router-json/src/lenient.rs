//! Readers of values that only inform: what has another form than expected is left out, so that it
//! does not hide the rest.

use std::collections::BTreeMap;

use payments_core::{
    order::params::Params,
    wire::{Text, one_or_many, opt_from, opt_text},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

fn raw<'de, D: Deserializer<'de>>(from: D) -> Result<&'de str, D::Error> {
    <&'de RawValue>::deserialize(from).map(RawValue::get)
}

/// A value that keeps whatever text or number came; null and the empty text are nothing.
pub(crate) fn from<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<Text<'de>>,
{
    let raw = raw(from)?;
    Ok(opt_from(&mut serde_json::Deserializer::from_str(raw)).unwrap_or_default())
}

/// Text, a number or a flag as its text; null and the empty text are nothing.
pub(crate) fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<String>, D::Error> {
    let raw = raw(json)?;
    let text = opt_text(&mut serde_json::Deserializer::from_str(raw)).unwrap_or_default();
    Ok(text.filter(|text| !text.is_empty()))
}

/// A flag, or its word in any case.
pub(crate) fn flag<'de, D: Deserializer<'de>>(json: D) -> Result<Option<bool>, D::Error> {
    Ok(text(json)?.and_then(|text| text.to_ascii_lowercase().parse().ok()))
}

/// A list, or one value alone.
pub(crate) fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = raw(from)?;
    Ok(one_or_many(&mut serde_json::Deserializer::from_str(raw)).unwrap_or_default())
}

/// Pairs of names and texts.
pub(crate) fn pairs<'de, D: Deserializer<'de>>(from: D) -> Result<Params, D::Error> {
    let raw = raw(from)?;
    let pairs = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw).unwrap_or_default();
    let text = |value: &RawValue| -> Option<String> {
        opt_text(&mut serde_json::Deserializer::from_str(value.get())).ok().flatten()
    };
    Ok(pairs.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}

/// A block.
pub(crate) fn block<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let raw = raw(from)?;
    Ok(raw.starts_with('{').then(|| serde_json::from_str(raw).ok()).flatten())
}
