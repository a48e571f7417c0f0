//! `jsonParams`: free pairs of names and values that go with an order.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

/// Free pairs of names and values, one JSON object on the wire (documents/003, `jsonParams`).
///
/// Passing them on to the processing centre needs a setting by the bank. Some names have a fixed
/// meaning there, such as `backToShopUrl`; `penalty` is a field of its own where a call knows it.
/// They must hold no card data: the bank shows them in its portal.
///
/// `Debug` prints the names alone: values may be 3-D Secure cryptograms.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// No pairs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one pair.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Every pair, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_show() {
        let params = Params::from_iter([("cavv", "MARKER")]);
        assert_eq!(format!("{params:?}"), "{\"cavv\"}");
    }
}
