//! The text over which the gateway makes the checksum of a callback (documents/003, "Make use of a
//! signed gateway callback").

use std::fmt;

use crate::Invalid;

/// The parameter that carries the checksum; not part of the text.
pub const CHECKSUM: &str = "checksum";

/// The parameter that names the gateway's key; not part of the text, and never believed.
pub const SIGN_ALIAS: &str = "sign_alias";

/// The parameters of a callback in the order and form in which their checksum is made:
/// `name;value;name;value;`, sorted by name.
///
/// Names are compared byte by byte, upper case before lower. Values are the decoded ones; an empty
/// value stays. Parameters that no document names take part as well.
///
/// The form does not escape the semicolon, so that different parameters can have the same text:
/// [`is_ambiguous`](Self::is_ambiguous) says whether these may be such.
#[derive(Clone)]
pub struct CallbackText<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> CallbackText<'a> {
    /// Takes the decoded parameters in the order in which they came; `checksum` and `sign_alias`
    /// are left out, by exactly these names.
    ///
    /// # Errors
    ///
    /// A name comes twice, be it one that is left out: the documents do not say which would count.
    pub fn of(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Invalid> {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_unstable_by_key(|(name, _)| *name);
        if pairs.iter().zip(pairs.iter().skip(1)).any(|((one, _), (other, _))| one == other) {
            return Err(Invalid::fixed("callback", "must not hold a parameter twice"));
        }
        pairs.retain(|(name, _)| *name != CHECKSUM && *name != SIGN_ALIAS);
        Ok(Self { pairs })
    }

    /// The exact text that is signed. It holds whatever the callback holds: never log it.
    pub fn expose(&self) -> String {
        let len = self.pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        let mut text = String::with_capacity(len);
        for (name, value) in &self.pairs {
            text.push_str(name);
            text.push(';');
            text.push_str(value);
            text.push(';');
        }
        text
    }

    /// The text for logs: a star for each value, and for each name that no bank would give.
    pub fn redacted(&self) -> String {
        let mut text = String::new();
        for (name, _) in &self.pairs {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            text.push_str(if name.bytes().all(plain) { name } else { "*" });
            text.push_str(";*;");
        }
        text
    }

    /// Whether a name or a value holds a semicolon, so that other parameters have the same text.
    ///
    /// Whoever knows the checksum of such a callback can cut its text anew, and the checksum still
    /// fits. What the parameters say is then not proven; ask for the order's status instead.
    pub fn is_ambiguous(&self) -> bool {
        self.pairs.iter().any(|(name, value)| name.contains(';') || value.contains(';'))
    }
}

impl fmt::Debug for CallbackText<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CallbackText({})", self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{collection::btree_map, prelude::*};

    use super::*;

    fn text(pairs: &[(&str, &str)]) -> String {
        CallbackText::of(pairs.iter().copied()).expect("no name twice").expose()
    }

    /// G-247, G-248, G-252: both parameters are left out, all others stay, the end has a semicolon.
    #[test]
    fn the_documents_own_sample() {
        let pairs = [
            ("amount", "123456"),
            ("orderNumber", "10747"),
            ("checksum", "DBBE9E54"),
            ("sign_alias", "SHA-256 with RSA"),
            ("mdOrder", "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe"),
            ("operation", "deposited"),
            ("status", "1"),
        ];
        assert_eq!(
            text(&pairs),
            "amount;123456;mdOrder;3ff6962a-7dcc-4283-ab50-a6d7dd3386fe;\
             operation;deposited;orderNumber;10747;status;1;"
        );
        assert_eq!(text(&[("unheard_of", "1"), ("Checksum", "2")]), "Checksum;2;unheard_of;1;");
    }

    /// G-249: code units, upper case before lower, a name before those that it begins.
    #[test]
    fn names_are_sorted_by_code_unit() {
        let pairs = [
            ("mdorder", "1"),
            ("depositFlag", "2"),
            ("a", "3"),
            ("depositedAmount", "4"),
            ("Z", ""),
        ];
        assert_eq!(text(&pairs), "Z;;a;3;depositFlag;2;depositedAmount;4;mdorder;1;");
        assert_eq!(text(&[("ab", "2"), ("a", "1")]), "a;1;ab;2;");
    }

    #[test]
    fn a_name_comes_once() {
        for name in ["status", "checksum", "sign_alias", ""] {
            let pairs = [(name, "1"), ("mdOrder", "2"), (name, "3")];
            assert!(CallbackText::of(pairs).is_err(), "{name}");
        }
        assert!(CallbackText::of([("mdOrder", "1"), ("mdorder", "1")]).is_ok());
    }

    #[test]
    fn a_marker_never_shows() {
        let pairs = [("cavv", "MARKER"), ("a MARKER", "MARKER"), ("status", "1;MARKER")];
        let text = CallbackText::of(pairs).expect("no name twice");
        assert_eq!(format!("{text:?}"), "CallbackText(*;*;cavv;*;status;*;)");
    }

    #[test]
    fn the_same_text_of_different_parameters_is_told() {
        let one = CallbackText::of([("a", "1;b;2")]).expect("no name twice");
        let other = CallbackText::of([("a", "1"), ("b", "2")]).expect("no name twice");
        assert_eq!(one.expose(), other.expose());
        assert!(one.is_ambiguous() && !other.is_ambiguous());
    }

    fn parameters() -> impl Strategy<Value = BTreeMap<String, String>> {
        btree_map("[a-cA-C_]{0,3}|checksum|sign_alias", "[a-b1-2 ]{0,3}", 0..6)
    }

    fn of(pairs: &[(String, String)]) -> CallbackText<'_> {
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        CallbackText::of(pairs).expect("a map holds a name once")
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            (sorted, shuffled) in parameters().prop_flat_map(|map| {
                let pairs: Vec<_> = map.into_iter().collect();
                (Just(pairs.clone()), Just(pairs).prop_shuffle())
            })
        ) {
            prop_assert_eq!(of(&sorted).expose(), of(&shuffled).expose());
        }

        #[test]
        fn different_parameters_have_different_texts(one in parameters(), other in parameters()) {
            let signed = |map: &BTreeMap<String, String>| {
                let mut map = map.clone();
                map.retain(|name, _| name != CHECKSUM && name != SIGN_ALIAS);
                map
            };
            let same = signed(&one) == signed(&other);
            let (one, other): (Vec<_>, Vec<_>) =
                (one.into_iter().collect(), other.into_iter().collect());
            prop_assert_eq!(of(&one).expose() == of(&other).expose(), same);
        }

        #[test]
        fn it_is_total(pairs: Vec<(String, String)>) {
            let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            if let Ok(text) = CallbackText::of(pairs) {
                let _ = (text.expose(), text.redacted(), text.is_ambiguous());
            }
        }
    }
}
