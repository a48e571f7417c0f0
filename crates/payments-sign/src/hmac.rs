//! HMAC-SHA256, with which the gateway makes the checksum of a callback where merchant and gateway
//! share one key (documents/003, "Make use of a signed gateway callback").

use std::fmt;

use payments_core::{Secret, error::BoxError};
use ring::hmac;

use crate::{KeyError, Mismatch, Signer, Verifier};

/// A shared key, prepared for HMAC-SHA256.
///
/// The bytes of the key are the text as the gateway's console shows it: nothing is decoded. `Debug`
/// shows nothing of it.
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// Takes the key's text.
    ///
    /// # Errors
    ///
    /// The text is empty: with an empty key anyone could make checksums.
    pub fn new(key: &Secret) -> Result<Self, KeyError> {
        Self::from_bytes(key.expose().as_bytes())
    }

    /// Takes the key's bytes.
    ///
    /// # Errors
    ///
    /// There are none: with an empty key anyone could make checksums.
    pub fn from_bytes(key: &[u8]) -> Result<Self, KeyError> {
        if key.is_empty() {
            return Err(KeyError::empty());
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HmacKey([redacted])")
    }
}

impl Signer for HmacKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier for HmacKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch> {
        hmac::verify(&self.0, message, signature).map_err(|_| Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_never_shows() {
        let key = HmacKey::new(&Secret::<String>::new("MARKER")).expect("not empty");
        assert_eq!(format!("{key:?}"), "HmacKey([redacted])");
    }

    #[test]
    fn an_empty_key_is_refused() {
        let error = HmacKey::new(&Secret::<String>::new("")).expect_err("empty");
        assert!(error.is_empty());
    }

    #[test]
    fn a_shortened_checksum_does_not_fit() {
        let key = HmacKey::from_bytes(b"key").expect("not empty");
        let whole = key.sign_hex(b"message").expect("signs");
        assert_eq!(key.verify_hex(b"message", &whole), Ok(()));
        assert_eq!(key.verify_hex(b"message", &whole.to_lowercase()), Ok(()));
        for wrong in ["", &whole[..62], &format!("{whole}00"), &format!(" {whole}")] {
            assert_eq!(key.verify_hex(b"message", wrong), Err(Mismatch), "{wrong}");
        }
    }
}
