//! Addresses that the gateway hands on to browsers or calls itself.

use std::{fmt, str::FromStr};

use payments_core::Invalid;
use url::Url;

/// A complete address, scheme included, 1 to 512 characters, kept as it was written.
///
/// Without a scheme the payer would land on an address below the gateway's own (documents/003,
/// order registration, `returnUrl`). A scheme of an app's own is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FullUrl(Box<str>);

impl FullUrl {
    /// Takes an address.
    ///
    /// # Errors
    ///
    /// It has no scheme or no host, holds blanks, or is longer than 512 characters.
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        let wrong = |rule| Err(Invalid::new("url", rule));
        if text.chars().count() > 512 {
            return wrong("must have at most 512 characters");
        }
        let clean = !text.contains(|sign: char| sign.is_whitespace() || sign.is_control());
        let complete = Url::parse(&text).is_ok_and(|url| url.has_host());
        if clean && complete && text.contains("://") {
            Ok(Self(text.into()))
        } else {
            wrong("must be a complete address with its scheme")
        }
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FullUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl From<Url> for FullUrl {
    fn from(url: Url) -> Self {
        Self(String::from(url).into())
    }
}

impl fmt::Display for FullUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-042, G-195: an address is complete, with its scheme; it stays as it was written.
    #[test]
    fn an_address_is_complete() {
        for right in ["https://shop.example", "http://shop.example/a?b=c#d", "shop://pay/done"] {
            assert_eq!(FullUrl::new(right).expect(right).as_str(), right);
        }
        for wrong in ["", "http", "/done", "shop.example/done", "//shop.example", "https://", "a b"]
        {
            assert!(FullUrl::new(wrong).is_err(), "{wrong}");
        }
        assert!(FullUrl::new("mailto:a@b.example").is_err());
        assert!(FullUrl::new(format!("https://shop.example/{}", "a".repeat(500))).is_err());
    }
}
