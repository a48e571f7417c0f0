//! Addresses: those that a bank hands on to browsers or calls itself, and those of its calls.

use std::{fmt, str::FromStr};

use bytes::Bytes;
use http::{
    Uri,
    uri::{Authority, Parts, PathAndQuery, Scheme},
};
use url::Url;

use crate::Invalid;

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

/// Takes the address under which a bank's calls stand; it ends in a slash afterwards.
///
/// # Errors
///
/// The address is not an absolute one of `https`, or of `http` on this machine, or holds a login.
pub fn of_calls(base: &str) -> Result<Url, Invalid> {
    let rule = "must be an absolute https address (http on this machine alone)";
    let wrong = || Invalid::new("base", rule);
    let mut address = Url::parse(base).map_err(|_| wrong())?;
    let here = matches!(address.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if address.cannot_be_a_base()
        || !(address.scheme() == "https" || address.scheme() == "http" && here)
    {
        return Err(wrong());
    }
    if !address.username().is_empty() || address.password().is_some() {
        return Err(Invalid::new("base", "must hold no login: that is for the credentials"));
    }
    address.set_query(None);
    address.set_fragment(None);
    if !address.path().ends_with('/') {
        address.set_path(&format!("{}/", address.path()));
    }
    Ok(address)
}

/// The address of a path under a base.
///
/// None if the path is no relative address.
pub fn below(base: &Url, path: &str) -> Option<Uri> {
    match Base::of(base).and_then(|base| base.below(path)) {
        Some(address) => Some(address),
        None => base.join(path).ok()?.as_str().parse().ok(),
    }
}

/// The address of a folder in parts, so that the address of a plain name in it needs no more than
/// to be put together. All else is left to the rules of relative addresses.
#[derive(Clone, Debug)]
pub struct Base {
    scheme: Scheme,
    authority: Authority,
    folder: String,
    known: Vec<(String, Uri)>,
}

impl Base {
    /// Takes an address apart; none if it names no folder.
    pub fn of(base: &Url) -> Option<Self> {
        let is_folder =
            base.path().ends_with('/') && base.query().is_none() && base.fragment().is_none();
        let parts = is_folder.then(|| base.as_str().parse::<Uri>().ok())??.into_parts();
        let (scheme, authority) = (parts.scheme?, parts.authority?);
        Some(Self { scheme, authority, folder: base.path().to_owned(), known: Vec::new() })
    }

    /// Puts the addresses of these names together once and for all: those of calls that are made again
    /// and again.
    #[must_use]
    pub fn knowing(mut self, paths: &[&str]) -> Self {
        for path in paths {
            self.known.extend(self.below(path).map(|address| ((*path).to_owned(), address)));
        }
        self
    }

    /// The address of a name in the folder; none if the name is more than that.
    pub fn below(&self, path: &str) -> Option<Uri> {
        if let Some((_, address)) = self.known.iter().find(|(known, _)| known == path) {
            return Some(address.clone());
        }
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
        let is_name = path.bytes().all(plain)
            && !path.starts_with('/')
            && path.split('/').all(|part| !part.starts_with('.'));
        if !is_name {
            return None;
        }
        let mut text = String::with_capacity(self.folder.len() + path.len());
        text.push_str(&self.folder);
        text.push_str(path);
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = PathAndQuery::from_maybe_shared(Bytes::from(text)).ok();
        parts.path_and_query.is_some().then(|| Uri::from_parts(parts).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_what_would_be_put_together() {
        let base = Url::parse("https://bank.example:8443/payment/rest/").expect("an address");
        let paths = ["getOrderStatusExtended.do", "sbp_c2b/status.do", "../up.do", "/root.do"];
        let (plain, knowing) = (Base::of(&base).expect("a folder"), Base::of(&base));
        let knowing = knowing.expect("a folder").knowing(&paths[..2]).knowing(&paths[2..]);
        for path in paths.into_iter().chain(["register.do"]) {
            assert_eq!(knowing.below(path), plain.below(path), "{path}");
        }
        let first = knowing.below(paths[0]).expect("a name").to_string();
        assert_eq!(first, "https://bank.example:8443/payment/rest/getOrderStatusExtended.do");
    }

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
