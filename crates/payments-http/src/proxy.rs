//! An HTTP proxy between the merchant and the bank.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderValue, Uri, uri::Scheme};
use payments_core::Secret;

/// An HTTP proxy through which `https` requests are tunnelled (`CONNECT`).
///
/// The tunnel is end to end: the proxy sees the bank's host name and nothing of the request. Every
/// failure of the proxy comes before the request leaves. Plain `http` never goes through a proxy.
#[derive(Clone)]
pub struct Proxy {
    address: Uri,
    credentials: Option<(String, Secret)>,
}

/// The proxy's address or credentials cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyError {
    /// The address is not `http://host:port` without path, query and user.
    Address,
    /// The user's name has a colon, or user or password have control characters.
    Credentials,
}

impl fmt::Display for ProxyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Address => "the proxy's address must be http://host:port and nothing more",
            Self::Credentials => "the proxy's user or password cannot be sent",
        })
    }
}

impl std::error::Error for ProxyError {}

impl Proxy {
    /// Takes the address, such as `http://proxy.example:3128`.
    ///
    /// # Errors
    ///
    /// The address is something else; credentials do not belong in it.
    pub fn new(address: &str) -> Result<Self, ProxyError> {
        let address: Uri = address.parse().map_err(|_| ProxyError::Address)?;
        let bare = address.scheme() == Some(&Scheme::HTTP)
            && address.port().is_some()
            && address.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && matches!(address.path(), "" | "/")
            && address.query().is_none();
        if bare { Ok(Self { address, credentials: None }) } else { Err(ProxyError::Address) }
    }

    /// Adds a user and a password, sent as Basic credentials to the proxy alone.
    ///
    /// # Errors
    ///
    /// The user's name has a colon, or one of both has control characters.
    pub fn with_credentials(
        mut self,
        user: impl Into<String>,
        password: Secret,
    ) -> Result<Self, ProxyError> {
        let user = user.into();
        let unfit = |text: &str| text.chars().any(char::is_control);
        if user.contains(':') || unfit(&user) || unfit(password.expose()) {
            return Err(ProxyError::Credentials);
        }
        self.credentials = Some((user, password));
        Ok(self)
    }

    pub(crate) fn address(&self) -> &Uri {
        &self.address
    }

    /// The header that the proxy asks for.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let (user, password) = self.credentials.as_ref()?;
        let pair = Secret::<String>::new(format!("{user}:{}", password.expose()));
        let header = format!("Basic {}", BASE64_STANDARD.encode(pair.expose()));
        let mut header = HeaderValue::try_from(header).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Proxy")
            .field("address", &self.address)
            .field("credentials", &self.credentials.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_address_is_taken() {
        for good in ["http://proxy.example:3128", "http://10.0.0.1:80/", "http://[::1]:3128"] {
            assert!(Proxy::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "proxy.example:3128",
            "https://proxy.example:3128",
            "http://proxy.example",
            "http://user:MARKER@proxy.example:3128",
            "http://proxy.example:3128/path",
            "http://proxy.example:3128/?q",
        ] {
            assert_eq!(Proxy::new(bad).expect_err(bad), ProxyError::Address);
        }
    }

    #[test]
    fn credentials_are_checked_and_never_shown() {
        let proxy = || Proxy::new("http://proxy.example:3128").expect("valid");
        for (user, password) in [("a:b", "c"), ("a\r", "c"), ("a", "c\nd")] {
            let error = proxy().with_credentials(user, Secret::<String>::new(password));
            assert_eq!(error.expect_err("refused"), ProxyError::Credentials);
        }
        let proxy = proxy()
            .with_credentials("Aladdin", Secret::<String>::new("open sesame MARKER"))
            .expect("valid");
        let header = proxy.authorization().expect("has credentials");
        assert_eq!(header, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZSBNQVJLRVI=");
        let shown = format!("{proxy:?} {header:?}");
        assert!(!shown.contains("MARKER") && !shown.contains("QWxh"), "{shown}");
    }
}
