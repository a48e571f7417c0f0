//! Card data encrypted with a bank's public key: RSA, PKCS#1 v1.5.
//!
//! ring cannot encrypt with RSA, so this is the `rsa` crate; it holds no private key here.

use std::fmt;

use payments_core::{Secret, error::BoxError};
use ring::rand::{SecureRandom as _, SystemRandom};
use rsa::{
    BigUint, Pkcs1v15Encrypt, RsaPublicKey,
    rand_core::{self, CryptoRng, RngCore},
    traits::PublicKeyParts as _,
};

use crate::{KeyError, PublicKey};

/// Smallest and largest key that encrypts, in bits.
const BITS: (usize, usize) = (2048, 8192);

/// What PKCS#1 v1.5 takes of the key's length for itself, in bytes.
const PADDING: usize = 11;

/// A bank's public key that card data is encrypted with, 2048 to 8192 bits.
#[derive(Clone)]
pub struct CardDataKey(RsaPublicKey);

impl CardDataKey {
    /// Takes the bank's key.
    ///
    /// # Errors
    ///
    /// The key is too small, or its parts are no key's.
    pub fn new(key: &PublicKey) -> Result<Self, KeyError> {
        let (least, most) = BITS;
        key.at_least(least)?;
        let modulus = BigUint::from_bytes_be(key.modulus());
        let exponent = BigUint::from_bytes_be(key.exponent());
        RsaPublicKey::new_with_max_size(modulus, exponent, most)
            .map(Self)
            .map_err(|_| KeyError::unsound())
    }

    /// How many bytes fit: the key's length without 11 bytes of padding.
    pub fn room(&self) -> usize {
        self.0.size().saturating_sub(PADDING)
    }

    /// Encrypts; the same input gives other bytes each time. The system's random source pads.
    ///
    /// # Errors
    ///
    /// The text is longer than [`room`](Self::room), or the system gave no random bytes. The error
    /// holds nothing of the text.
    pub fn encrypt(&self, plain: &Secret) -> Result<Vec<u8>, BoxError> {
        let mut random = Random { failed: false };
        let made = self.0.encrypt(&mut random, Pkcs1v15Encrypt, plain.expose().as_bytes());
        match made {
            _ if random.failed => Err("the system gave no random bytes".into()),
            Ok(made) => Ok(made),
            Err(_) => Err("the text does not fit into the key".into()),
        }
    }
}

impl fmt::Debug for CardDataKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CardDataKey({} bits)", self.0.size() * 8)
    }
}

/// ring's random source in the shape that `rsa` asks for, whose `fill_bytes` cannot fail.
///
/// After a failure the bytes are ones, which end the padding, and what came of them is thrown away.
struct Random {
    failed: bool,
}

impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_ne_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_ne_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if SystemRandom::new().fill(bytes).is_err() {
            self.failed = true;
            bytes.fill(1);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Random {}

#[cfg(test)]
mod tests {
    use rsa::{RsaPrivateKey, pkcs8::DecodePrivateKey as _};

    use super::*;

    const PRIVATE: &str = include_str!("../../../testdata/keys/rsa.pkcs8.pem");
    const PUBLIC: &str = include_str!("../../../testdata/keys/rsa.spki.pem");
    const WEAK: &str = include_str!("../../../testdata/keys/weak.spki.pem");

    fn key() -> CardDataKey {
        let public = PublicKey::from_pem(PUBLIC.as_bytes()).expect("a key of the test data");
        CardDataKey::new(&public).expect("large enough")
    }

    #[test]
    fn the_private_half_opens_it() {
        let private = RsaPrivateKey::from_pkcs8_pem(PRIVATE).expect("the private half");
        let key = key();
        for text in [String::new(), "a".into(), "ж".into(), "x".repeat(key.room())] {
            let made = key.encrypt(&Secret::new(text.clone())).expect("fits");
            assert_eq!(made.len(), key.room() + PADDING);
            let opened = private.decrypt(Pkcs1v15Encrypt, &made).expect("opens");
            assert_eq!(opened, text.as_bytes());
        }
    }

    #[test]
    fn no_two_are_alike_and_none_is_too_long() {
        let key = key();
        let text = Secret::new("MARKER");
        assert_ne!(key.encrypt(&text).expect("fits"), key.encrypt(&text).expect("fits"));
        let long = key.encrypt(&Secret::new("MARKER".repeat(99))).expect_err("too long");
        assert!(!format!("{long:?} {key:?}").contains("MARKER"));
    }

    #[test]
    fn a_weak_key_is_refused() {
        let weak = PublicKey::from_pem(WEAK.as_bytes()).expect("a key");
        assert!(CardDataKey::new(&weak).expect_err("too small").is_too_small());
    }
}
