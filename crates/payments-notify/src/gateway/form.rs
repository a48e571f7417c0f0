//! Form parameters, decoded once into one text.

use std::ops::Range;

/// The decoded parameters of a query or body, in the order in which they came.
///
/// All names and values lie in one text. Every range was checked to lie on its character borders.
#[derive(Clone)]
pub(super) struct Form {
    text: String,
    pairs: Vec<Pair>,
}

#[derive(Clone)]
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
}

impl Form {
    /// Decodes `name=value&name=value`; none if a name or a value is not UTF-8.
    ///
    /// A plus is a space. A percent sign without two digits stands for itself.
    pub(super) fn parse(raw: &[u8]) -> Option<Self> {
        let mut text = Vec::with_capacity(raw.len());
        let mut pairs = Vec::with_capacity(16);
        for piece in raw.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
            let border = piece.iter().position(|byte| *byte == b'=').unwrap_or(piece.len());
            let (name, value) = piece.split_at(border);
            let start = text.len();
            decode(name, &mut text);
            let middle = text.len();
            decode(value.get(1..).unwrap_or_default(), &mut text);
            pairs.push(Pair { name: start..middle, value: middle..text.len() });
        }
        let text = String::from_utf8(text).ok()?;
        let sound = |range: &Range<usize>| text.get(range.clone()).is_some();
        let all = pairs.iter().all(|pair| sound(&pair.name) && sound(&pair.value));
        all.then_some(Self { text, pairs })
    }

    /// Leaves out the parameters of these names.
    pub(super) fn without(mut self, names: &[String]) -> Self {
        if !names.is_empty() {
            let text = &self.text;
            self.pairs.retain(|pair| !names.iter().any(|name| name == slice(text, &pair.name)));
        }
        self
    }

    /// All parameters.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = &self.text;
        self.pairs.iter().map(|pair| (slice(text, &pair.name), slice(text, &pair.value)))
    }

    /// The value of a parameter, by exact name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(have, _)| *have == name).map(|(_, value)| value)
    }
}

/// `parse` saw to it that the range lies in the text.
fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

fn decode(mut raw: &[u8], to: &mut Vec<u8>) {
    while let Some(at) = raw.iter().position(|byte| matches!(byte, b'%' | b'+')) {
        let (plain, rest) = raw.split_at(at);
        to.extend_from_slice(plain);
        raw = match rest {
            [b'%', high, low, rest @ ..] if digit(*high).is_some() && digit(*low).is_some() => {
                to.push(digit(*high).unwrap_or(0) << 4 | digit(*low).unwrap_or(0));
                rest
            }
            [b'+', rest @ ..] => {
                to.push(b' ');
                rest
            }
            [other, rest @ ..] => {
                to.push(*other);
                rest
            }
            [] => rest,
        };
    }
    to.extend_from_slice(raw);
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(raw: &str) -> Vec<(String, String)> {
        let form = Form::parse(raw.as_bytes()).expect("utf-8");
        form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn what_is_no_utf_8_is_no_form() {
        for raw in ["a=%FF", "%D0=%96", "a%D0=%96&b=1", "a=%D0&%96=1"] {
            assert!(Form::parse(raw.as_bytes()).is_none(), "{raw}");
        }
        assert!(Form::parse(b"a=\xff").is_none());
        assert_eq!(read("%D0%96=%d0%96"), [("Ж".into(), "Ж".into())]);
    }

    #[test]
    fn signs_that_mean_nothing_stand_for_themselves() {
        let pairs = [("a%", "%zz%4"), ("b", "=c="), ("d", ""), ("", "e")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read("a%=%zz%4&b==c=&&d&=e&"), pairs);
    }

    proptest! {
        /// The crate that everybody uses reads the same.
        #[test]
        fn it_reads_as_form_urlencoded_does(raw in "[a-c=&+%0-9A-F ж]{0,40}") {
            let theirs: Vec<_> = form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
            let lost = theirs.iter().any(|(name, value)| [name, value].iter().any(|text| text.contains('\u{FFFD}')));
            match Form::parse(raw.as_bytes()) {
                Some(_) => prop_assert_eq!(read(&raw), theirs),
                None => prop_assert!(lost),
            }
        }

        #[test]
        fn it_is_total(raw: Vec<u8>) {
            if let Some(form) = Form::parse(&raw) {
                let _ = form.without(&["a".to_owned()]).pairs().count();
            }
        }
    }
}
