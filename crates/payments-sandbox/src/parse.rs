//! What programs in the field really send, read without complaint.
//!
//! Parameters are looked for in the query and in the body, form or JSON whatever the content type
//! says. Names match exactly first, then in any letter case. Empty values count as not given.

use std::{borrow::Cow, collections::BTreeMap};

use bytes::Bytes;
use serde_json::value::RawValue;

/// The parameters of one request, in the order in which they came.
#[derive(Clone, Default)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    /// Whether a parameter stood in the query.
    in_query: bool,
}

impl Params {
    /// Reads query and body. Total: whatever does not read as parameters gives none.
    pub(crate) fn of(request: &http::Request<Bytes>) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let mut pairs = form(query.as_bytes());
        let in_query = !pairs.is_empty();
        let body = without_mark(request.body());
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => pairs.extend(json(body).unwrap_or_else(|| form(body))),
            _ => pairs.extend(form(body)),
        }
        Self { pairs, in_query }
    }

    /// Parameters that no request carried.
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs, in_query: false }
    }

    /// Every parameter, given or empty.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the address carried parameters.
    pub(crate) fn in_query(&self) -> bool {
        self.in_query
    }

    /// The first value under a name that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let given = |(key, value): &&(String, String), same: fn(&str, &str) -> bool| {
            same(key, name) && !value.is_empty()
        };
        self.pairs
            .iter()
            .find(|pair| given(pair, |key, name| key == name))
            .or_else(|| self.pairs.iter().find(|pair| given(pair, str::eq_ignore_ascii_case)))
            .map(|(_, value)| value.as_str())
    }

    /// All values under a name that are not empty.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// A body without the byte order mark that some programs begin with.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// Percent-encoded pairs; malformed escapes stay as they are, wrong UTF-8 becomes `U+FFFD`.
fn form(bytes: &[u8]) -> Vec<(String, String)> {
    let trimmed = bytes.trim_ascii();
    form_urlencoded::parse(trimmed).map(|(name, value)| (owned(name), owned(value))).collect()
}

fn owned(text: Cow<'_, str>) -> String {
    text.into_owned()
}

/// The members of a JSON object as texts: scalars unquoted, objects and arrays as their JSON.
pub(crate) fn json(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).ok()?;
    members.into_iter().map(|(name, value)| Some((name, scalar(value.get())?))).collect()
}

pub(crate) fn scalar(json: &str) -> Option<String> {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).ok(),
        Some(b'n') => Some(String::new()),
        _ => Some(json.to_owned()),
    }
}

/// The pairs inside a form value that holds a JSON object, such as `jsonParams`.
///
/// Blanks and escaped slashes are as good as none.
pub(crate) fn inner(text: &str) -> Option<Vec<(String, String)>> {
    json(text.trim().as_bytes())
}

/// The objects of a JSON array, each as [`inner`] reads it.
pub(crate) fn items(text: &str) -> Option<Vec<Vec<(String, String)>>> {
    let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    items.into_iter().map(|item| json(item.get().as_bytes())).collect()
}

/// Digits only, within the given count of them.
pub(crate) fn digits(text: &str, most: usize) -> Option<u64> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn params(uri: &str, body: &'static str) -> Params {
        let request = http::Request::post(uri).body(Bytes::from_static(body.as_bytes()));
        Params::of(&request.expect("valid"))
    }

    #[test]
    fn whatever_the_field_sends_is_read() {
        // G-003, G-012, G-019, and the habits of programs in the field.
        let from_query = params("/a?MDORDER=1&empty=", "");
        assert_eq!(from_query.text("mdOrder"), Some("1"));
        assert_eq!(from_query.text("empty"), None);
        assert!(from_query.in_query());

        let from_form =
            params("/a", "features=A&features=B&jsonParams=%7B%20%22a%22%3A+%221%2F2%22%7D");
        assert_eq!(from_form.all("features").collect::<Vec<_>>(), ["A", "B"]);
        let inner = inner(from_form.text("jsonParams").expect("given")).expect("JSON");
        assert_eq!(inner, [("a".into(), "1/2".into())]);

        let from_json =
            params("/a", " {\"amount\": 12, \"o\": {\"x\": [1]}, \"s\": \"http:\\/\\/a\"}");
        assert_eq!(from_json.text("amount"), Some("12"));
        assert_eq!(from_json.text("o"), Some("{\"x\": [1]}"));
        assert_eq!(from_json.text("s"), Some("http://a"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, query in "[ -~&&[^#<>\"`{}|\\\\^]]{0,40}") {
            let uri = format!("/a?{query}");
            if let Ok(request) = http::Request::post(uri).body(Bytes::from(bytes)) {
                let params = Params::of(&request);
                let _ = (params.text("a"), params.all("b").count());
            }
        }
    }
}
