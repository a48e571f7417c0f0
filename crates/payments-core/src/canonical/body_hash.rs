//! The hash of a request's body, which the gateway asks for in the headers `X-Hash` and
//! `X-Signature` (documents/003, "API request signature").

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a request's body, exactly as it is sent.
///
/// The gateway wants it twice: in base64 as the header `X-Hash`, and as the 32 bytes that the
/// signer signs for `X-Signature`. The signature is RSA with SHA-256 over these bytes, so the body
/// is hashed twice; the prose of the document does not say so, its samples do.
///
/// `Debug` shows nothing of it: whoever knows a body but for its password could guess that from the
/// hash.
#[derive(Clone, PartialEq, Eq)]
pub struct BodyHash([u8; 32]);

impl BodyHash {
    /// Hashes a body.
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// The value of the header `X-Hash`: the hash in base64, 44 characters.
    pub fn header_value(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The message that the signer signs: the 32 bytes of the hash.
    pub fn message(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BodyHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BodyHash([redacted])")
    }
}

/// A form body for logs: its names, with a star for each value.
///
/// Anything that does not look like a form through and through, such as JSON, is one star.
pub fn redacted(body: &[u8]) -> String {
    let mut shown = String::new();
    for pair in body.split(|byte| *byte == b'&') {
        let Some(name) = form_name(pair) else {
            return "*".to_owned();
        };
        if !shown.is_empty() {
            shown.push('&');
        }
        shown.push_str(name);
        shown.push_str("=*");
    }
    shown
}

/// The name of a `name=value` pair, if it is made as the gateway makes its names.
fn form_name(pair: &[u8]) -> Option<&str> {
    let (name, _) = std::str::from_utf8(pair).ok()?.split_once('=')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!name.is_empty() && name.bytes().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// documents/003, "API request signature": G-035.
    #[test]
    fn the_documents_own_sample() {
        let hash =
            BodyHash::of(b"amount=10000&password=gcjgcW1&returnUrl=http&userName=signature-api");
        assert_eq!(hash.header_value(), "eYkMUF+xaYJhsETTIGsctl6DBNZha1ITN8muCcWQtZk=");
        assert_eq!(STANDARD.encode(hash.message()), hash.header_value());
    }

    #[test]
    fn a_marker_never_shows() {
        let body = b"userName=MARKER&password=MARKER&amount=";
        assert_eq!(redacted(body), "userName=*&password=*&amount=*");
        let hash = BodyHash::of(body);
        assert_eq!(format!("{hash:?}"), "BodyHash([redacted])");
        let strange: [&[u8]; 5] = [
            br#"{"pan":"MARKER","url":"http://a?b=c&MARKER=1"}"#,
            b"MARKER",
            b"a=1&MARKER",
            b"a=1&\xffMARKER=1",
            b"",
        ];
        for body in strange {
            assert_eq!(redacted(body), "*");
        }
    }

    proptest! {
        #[test]
        fn distinct_bodies_differ(one: Vec<u8>, other: Vec<u8>) {
            let same = BodyHash::of(&one) == BodyHash::of(&other);
            prop_assert_eq!(same, one == other);
            let _ = redacted(&one);
        }

        #[test]
        fn one_bit_changes_the_hash(body in proptest::collection::vec(any::<u8>(), 1..64), at: usize) {
            let mut changed = body.clone();
            let at = at % body.len();
            changed[at] ^= 1;
            prop_assert_ne!(BodyHash::of(&body), BodyHash::of(&changed));
        }
    }
}
