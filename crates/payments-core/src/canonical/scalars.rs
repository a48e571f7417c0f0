//! The scalars of a JSON object's root, of which mass payouts make digests and tokens
//! (documents/002, "Signature by an RSA certificate" and "Signature by a token").

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{Invalid, wire};

/// Names and values of the root of a JSON object, blocks left out, sorted by name.
///
/// Names are compared byte by byte, upper case before lower. A text is its content, a number the
/// exact text that it had in JSON, a flag `true` or `false`. Objects, arrays and null take no part.
///
/// `Debug` shows names and no value.
#[derive(Clone)]
pub struct Scalars<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Scalars<'a> {
    /// Takes names with the texts of their values, in any order.
    ///
    /// # Errors
    ///
    /// A name comes twice.
    pub fn of<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, Invalid>
    where
        N: Into<Cow<'a, str>>,
        V: Into<Cow<'a, str>>,
    {
        Self::sorted(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Reads a JSON object.
    ///
    /// # Errors
    ///
    /// It is no JSON object, or a name comes twice, be it that of a block: which one would count
    /// depends on who reads it.
    pub fn from_json(json: &'a [u8]) -> Result<Self, Invalid> {
        let Members(members) = serde_json::from_slice(json)
            .map_err(|_| Invalid::fixed("body", "must be one JSON object"))?;
        let names = members.iter().map(|(name, _)| (name.as_ref(), ""));
        Scalars::of(names)?;
        let mut pairs = Vec::with_capacity(members.len());
        for (name, value) in members {
            if let Some(text) = text(value.get())? {
                pairs.push((name, text));
            }
        }
        Self::sorted(pairs)
    }

    fn sorted(mut pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Invalid> {
        pairs.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        if pairs.iter().zip(pairs.iter().skip(1)).any(|((one, _), (other, _))| one == other) {
            return Err(Invalid::fixed("body", "must not hold a name twice"));
        }
        Ok(Self { pairs })
    }

    /// The value under a name, if there is one.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.pairs.binary_search_by(|(have, _)| have.as_ref().cmp(name)).ok()?;
        self.pairs.get(at).map(|(_, value)| value.as_ref())
    }

    /// Every name with its value, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// The names for logs, with a star for each value, and for each name that no bank would give.
    pub fn redacted(&self) -> String {
        redacted(self.iter().map(|(name, _)| name))
    }
}

impl fmt::Debug for Scalars<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Scalars({})", self.redacted())
    }
}

/// Names for logs: `Amount=* OrderId=*`.
pub(super) fn redacted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut shown = String::new();
    for name in names {
        if !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(if name.bytes().all(plain) { name } else { "*" });
        shown.push_str("=*");
    }
    shown
}

/// What a member's value adds; nothing if it is a block or null.
fn text(raw: &str) -> Result<Option<Cow<'_, str>>, Invalid> {
    match raw.as_bytes().first() {
        Some(b'"') => wire::unquoted(raw)
            .map(Some)
            .map_err(|_| Invalid::fixed("body", "must hold readable texts")),
        Some(b'{' | b'[' | b'n') | None => Ok(None),
        Some(_) => Ok(Some(Cow::Borrowed(raw))),
    }
}

/// The members of an object in the order in which they came.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(json: &str) -> Vec<(String, String)> {
        let read = Scalars::from_json(json.as_bytes()).expect("an object");
        read.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// A-006, A-018: blocks take no part. Numbers keep their text to the letter, whatever a parser
    /// would make of them.
    #[test]
    fn a_number_keeps_its_text() {
        let json = r#" { "b": 1e3, "a": 100.00, "c": 18446744073709551616000, "d": -0, "e": true,
            "f": false, "g": null, "h": {"a": 1}, "i": [1, "2"], "j": "x\u0041\"", "k": "" } "#;
        let expected = [
            ("a", "100.00"),
            ("b", "1e3"),
            ("c", "18446744073709551616000"),
            ("d", "-0"),
            ("e", "true"),
            ("f", "false"),
            ("j", "xA\""),
            ("k", ""),
        ];
        assert_eq!(pairs(json), owned(&expected));
    }

    /// A-007, A-020: capitals come first, a name before those that it begins.
    #[test]
    fn names_are_sorted_by_code_unit() {
        let json = r#"{"isNeedRrn":1,"TerminalKey":2,"Terminal":3,"_":4,"a":5,"":6}"#;
        let expected = [("", "6"), ("Terminal", "3"), ("TerminalKey", "2"), ("_", "4"), ("a", "5")];
        let mut expected = owned(&expected);
        expected.push(("isNeedRrn".to_owned(), "1".to_owned()));
        assert_eq!(pairs(json), expected);
        let read = Scalars::from_json(json.as_bytes()).expect("an object");
        assert_eq!((read.get("a"), read.get("b")), (Some("5"), None));
    }

    #[test]
    fn what_is_refused() {
        let wrong: [&[u8]; 14] = [
            b"",
            b"null",
            b"[]",
            b"\"a\"",
            b"1",
            b"{",
            b"{}{}",
            b"{} x",
            b"{\"a\":01}",
            b"{\"a\":1,\"a\":1}",
            b"{\"a\":1,\"\\u0061\":2}",
            b"{\"a\":{},\"a\":2}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\xff\"}",
        ];
        for json in wrong {
            assert!(Scalars::from_json(json).is_err(), "{}", String::from_utf8_lossy(json));
        }
        assert!(Scalars::of([("a", "1"), ("b", "2"), ("a", "1")]).is_err());
    }

    #[test]
    fn a_marker_never_shows() {
        let json = br#"{"Phone":"MARKER","a MARKER":1,"DATA":{"b":"MARKER"}}"#;
        let read = Scalars::from_json(json).expect("an object");
        assert_eq!(format!("{read:?}"), "Scalars(Phone=* *=*)");
        let error = Scalars::from_json(br#"{"MARKER":1,"MARKER":2}"#).expect_err("twice");
        assert!(!format!("{error} {error:?}").contains("MARKER"));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            (sorted, shuffled) in proptest::collection::btree_map("[a-cA-C]{0,3}", ".{0,4}", 0..6)
                .prop_map(|map| map.into_iter().collect::<Vec<_>>())
                .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))
        ) {
            let json: Vec<String> = shuffled
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", serde_json::json!(value)))
                .collect();
            let json = format!("{{{}}}", json.join(","));
            prop_assert_eq!(&pairs(&json), &sorted);
            let given = Scalars::of(shuffled).expect("a map holds a name once");
            let given: Vec<_> =
                given.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            prop_assert_eq!(given, sorted);
        }

        #[test]
        fn it_is_total(bytes: Vec<u8>, text in ".*") {
            let _ = Scalars::from_json(&bytes);
            let json = format!("{{{text}}}");
            if let Ok(read) = Scalars::from_json(json.as_bytes()) {
                let _ = read.redacted();
            }
        }
    }
}
