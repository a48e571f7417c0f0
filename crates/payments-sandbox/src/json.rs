//! JSON as the bank writes it: members in the order of its samples.

use std::fmt::{self, Write as _};

/// A JSON value that keeps the order of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Text(String),
    Number(i128),
    Bool(bool),
    Array(Vec<Self>),
    Object(Object),
    /// Already JSON, such as a cart that is given back as it came.
    Raw(String),
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Self>> for Json {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(text, out),
            Self::Number(number) => number.fmt(out),
            Self::Bool(value) => value.fmt(out),
            Self::Raw(json) => out.write_str(json),
            Self::Object(object) => object.fmt(out),
            Self::Array(items) => {
                out.write_char('[')?;
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.write_char(',')?;
                    }
                    item.fmt(out)?;
                }
                out.write_char(']')
            }
        }
    }
}

fn quoted(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            control if (control as u32) < 0x20 => write!(out, "\\u{:04x}", control as u32)?,
            plain => out.write_char(plain)?,
        }
    }
    out.write_char('"')
}

/// A JSON object, built member by member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object(Vec<(&'static str, Json)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a member.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a member if there is a value.
    #[must_use]
    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a member if a condition holds.
    #[must_use]
    pub(crate) fn with_if(self, given: bool, name: &'static str, value: impl Into<Json>) -> Self {
        if given { self.with(name, value) } else { self }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Object {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_char('{')?;
        for (place, (name, value)) in self.0.iter().enumerate() {
            if place > 0 {
                out.write_char(',')?;
            }
            quoted(name, out)?;
            out.write_char(':')?;
            value.fmt(out)?;
        }
        out.write_char('}')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn members_keep_their_order() {
        let inner = Object::new().with("n", 0_u64).with_some("none", None::<u64>);
        let json = Object::new().with("b", true).with("a", vec![Json::from(inner), "x".into()]);
        assert_eq!(json.to_string(), r#"{"b":true,"a":[{"n":0},"x"]}"#);
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text: String) {
            let json = Json::from(text.as_str()).to_string();
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
        }
    }
}
