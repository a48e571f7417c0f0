//! Where requests may go at all.

use std::{fmt, net::IpAddr};

use http::{Uri, uri::Scheme};

/// The address is none that the stack sends to.
///
/// Plain `http` shows credentials and card data to the network; it goes to the own machine only,
/// or to hosts that the builder names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAllowed {
    /// The address is plain `http` and neither loopback nor named.
    PlainHttp,
    /// The address is not absolute, its scheme is neither `https` nor `http`, or it holds a login.
    Address,
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::PlainHttp => "plain http is not allowed to this host",
            Self::Address => "the address is no https address",
        })
    }
}

impl std::error::Error for NotAllowed {}

/// Checks an address; `plain` lists the hosts that may be spoken to without TLS.
pub(crate) fn check(address: &Uri, plain: &[String]) -> Result<(), NotAllowed> {
    let host = address.host().ok_or(NotAllowed::Address)?;
    // What stands before an @ is a secret that logs of addresses would show.
    if address.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(NotAllowed::Address);
    }
    if address.scheme() == Some(&Scheme::HTTPS) {
        Ok(())
    } else if address.scheme() != Some(&Scheme::HTTP) {
        Err(NotAllowed::Address)
    } else if is_loopback(host) || plain.iter().any(|named| named.eq_ignore_ascii_case(host)) {
        Ok(())
    } else {
        Err(NotAllowed::PlainHttp)
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = bare(host);
    matches!(host, "127.0.0.1" | "localhost")
        || host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Takes the brackets off an IPv6 address.
pub(crate) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_the_machine_unless_the_host_is_named() {
        let plain = ["sandbox.internal".to_owned()];
        let table = [
            ("https://bank.example/a", Ok(())),
            ("http://localhost:8080/a", Ok(())),
            ("http://LOCALHOST/a", Ok(())),
            ("http://127.0.0.1/a", Ok(())),
            ("http://127.9.9.9/a", Ok(())),
            ("http://[::1]:80/a", Ok(())),
            ("http://sandbox.internal/a", Ok(())),
            ("http://Sandbox.Internal:8080/a", Ok(())),
            ("http://bank.example/a", Err(NotAllowed::PlainHttp)),
            ("http://localhost.bank.example/a", Err(NotAllowed::PlainHttp)),
            ("http://127.0.0.1.bank.example/a", Err(NotAllowed::PlainHttp)),
            ("http://localhost@bank.example/a", Err(NotAllowed::Address)),
            ("https://user:secret@bank.example/a", Err(NotAllowed::Address)),
            ("http://0.0.0.0/a", Err(NotAllowed::PlainHttp)),
            ("ftp://localhost/a", Err(NotAllowed::Address)),
            ("/a", Err(NotAllowed::Address)),
            ("bank.example:443", Err(NotAllowed::Address)),
        ];
        for (address, allowed) in table {
            assert_eq!(check(&address.parse().expect(address), &plain), allowed, "{address}");
        }
    }
}
