//! What to do with a report of which a block has an unexpected form.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{BankInfo, BindingInfo, CardAuthInfo, EfectyOrderInfo, OfdItem, PayerData, PluginInfo};
use crate::{
    order::cart::{OrderBundle, Pair},
    wire::{blocks, one_or_many},
};

type Reads = fn(&str) -> bool;

/// The blocks that only inform. Status, amounts and refunds are not among them.
const INFORM: &[(&str, Reads)] = &[
    ("attributes", reads_list::<Pair>),
    ("bankInfo", reads::<Option<BankInfo>>),
    ("bindingInfo", reads::<Option<BindingInfo>>),
    ("cardAuthInfo", reads::<Option<CardAuthInfo>>),
    ("efectyOrderInfo", reads::<Option<EfectyOrderInfo>>),
    ("merchantOrderParams", reads_list::<Pair>),
    ("ofdOrderBundle", reads_list::<OfdItem>),
    ("orderBundle", reads::<Option<OrderBundle>>),
    ("partpaymentMdOrders", reads_scalars),
    ("payerData", reads::<Option<PayerData>>),
    ("pluginInfo", reads::<Option<PluginInfo>>),
    ("transactionAttributes", reads_list::<Pair>),
];

fn reads<T: DeserializeOwned>(json: &str) -> bool {
    serde_json::from_str::<T>(json).is_ok()
}

fn reads_list<T: DeserializeOwned>(json: &str) -> bool {
    blocks::<_, T>(&mut serde_json::Deserializer::from_str(json)).is_ok()
}

fn reads_scalars(json: &str) -> bool {
    one_or_many::<_, String>(&mut serde_json::Deserializer::from_str(json)).is_ok()
}

/// The same JSON without the blocks that only inform and cannot be read, so that they do not hide
/// whether the order is paid. None if it is no object or each of them can be read.
pub(super) fn without_broken(json: &[u8]) -> Option<Vec<u8>> {
    let mut members: Members<'_> = serde_json::from_slice(json).ok()?;
    let before = members.0.len();
    members.0.retain(|(name, block)| {
        let inform = INFORM.iter().find(|(inform, _)| inform == name);
        inform.is_none_or(|(_, reads)| reads(block.get()))
    });
    if members.0.len() == before {
        return None;
    }
    serde_json::to_vec(&members).ok()
}

/// The members of an object as they came, a name that stands twice included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Each)
    }
}

struct Each;

impl<'de> Visitor<'de> for Each {
    type Value = Members<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = members.next_entry()? {
            all.push(member);
        }
        Ok(Members(all))
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(body: &str) -> Option<String> {
        Some(String::from_utf8(without_broken(body.as_bytes())?).expect("json is text"))
    }

    #[test]
    fn only_what_informs_is_left_out() {
        assert_eq!(
            repaired(r#"{"bankInfo":7,"orderStatus":2,"orderBundle":"x","refunds":"y"}"#)
                .as_deref(),
            Some(r#"{"orderStatus":2,"refunds":"y"}"#)
        );
        assert_eq!(repaired(r#"{"orderStatus":"two","bankInfo":{}}"#), None);
        assert_eq!(repaired(r#"{"attributes":{"name":"a","value":"b"},"bankInfo":null}"#), None);
        for wrong in ["", "[]", "7", "{", r#"{"a":1}"#] {
            assert_eq!(repaired(wrong), None, "{wrong}");
        }
    }

    /// A name that stands twice stays twice, and is refused where it counts.
    #[test]
    fn nothing_is_chosen_between_two() {
        assert_eq!(
            repaired(r#"{"orderStatus":2,"bankInfo":1,"orderStatus":6}"#).as_deref(),
            Some(r#"{"orderStatus":2,"orderStatus":6}"#)
        );
    }
}
