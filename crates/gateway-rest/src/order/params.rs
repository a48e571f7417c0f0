//! `jsonParams`: free pairs of names and values that go with an order.

use std::collections::BTreeMap;

use payments_core::Minor;
pub use payments_core::order::params::Params;
use serde::{Serialize, Serializer};

/// Pairs with a penalty among them, as reverse and refund carry it: minor units as text.
pub(crate) struct WithPenalty<'a> {
    pub(crate) params: Option<&'a Params>,
    pub(crate) penalty: Option<Minor>,
}

impl WithPenalty<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.penalty.is_none() && self.params.is_none_or(Params::is_empty)
    }
}

impl Serialize for WithPenalty<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let penalty = self.penalty.map(|penalty| penalty.to_string());
        let pairs = self.params.into_iter().flat_map(Params::iter);
        let mut all: BTreeMap<&str, &str> = pairs.collect();
        if let Some(penalty) = &penalty {
            all.insert("penalty", penalty);
        }
        all.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_penalty_is_one_of_the_pairs() {
        // G-020, G-153, G-164
        let params = Params::from_iter([("param_1_name", "param_1_value")]);
        let both = WithPenalty { params: Some(&params), penalty: Some(Minor::new(1300)) };
        let json = serde_json::to_string(&both).expect("writes");
        assert_eq!(json, r#"{"param_1_name":"param_1_value","penalty":"1300"}"#);
        assert!(WithPenalty { params: Some(&Params::new()), penalty: None }.is_empty());
    }
}
