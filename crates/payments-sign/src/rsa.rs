//! RSA signatures, PKCS#1 v1.5, by ring.

use std::fmt;

use payments_core::error::BoxError;
use ring::{
    rand::SystemRandom,
    signature::{self, RsaEncoding, RsaParameters, RsaPublicKeyComponents},
};

use crate::{KeyError, Mismatch, PrivateKey, PublicKey, Signer, Verifier};

/// The hash that a signature is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Digest {
    /// SHA-256. The gateway's requests are signed with it.
    Sha256,
    /// SHA-512. Both of the gateway document's callback samples are signed with it, though one of
    /// them calls itself "SHA-256 with RSA".
    Sha512,
}

/// Signs with an RSA key.
#[derive(Clone)]
pub struct RsaSigner {
    key: PrivateKey,
    digest: Digest,
}

impl RsaSigner {
    /// Takes the key and the hash.
    pub fn new(key: PrivateKey, digest: Digest) -> Self {
        Self { key, digest }
    }

    /// Takes the key; the hash is SHA-256, as for signed requests.
    pub fn sha256(key: PrivateKey) -> Self {
        Self::new(key, Digest::Sha256)
    }

    /// Takes the key; the hash is SHA-512, as for callbacks.
    pub fn sha512(key: PrivateKey) -> Self {
        Self::new(key, Digest::Sha512)
    }
}

impl fmt::Debug for RsaSigner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RsaSigner").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl Signer for RsaSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError> {
        let encoding: &'static dyn RsaEncoding = match self.digest {
            Digest::Sha256 => &signature::RSA_PKCS1_SHA256,
            Digest::Sha512 => &signature::RSA_PKCS1_SHA512,
        };
        let pair = self.key.pair();
        let mut made = vec![0; pair.public().modulus_len()];
        match pair.sign(encoding, &SystemRandom::new(), message, &mut made) {
            Ok(()) => Ok(made),
            Err(_) => Err("the rsa key could not be used".into()),
        }
    }
}

/// Checks signatures with an RSA public key.
///
/// The hash is the caller's to choose and never taken from the message itself: what a forger writes
/// into `sign_alias` must not decide how it is checked.
#[derive(Clone)]
pub struct RsaVerifier {
    key: PublicKey,
    parameters: &'static RsaParameters,
}

impl RsaVerifier {
    /// Takes a key of 2048 to 8192 bits and the hash.
    ///
    /// # Errors
    ///
    /// The key is too small.
    pub fn new(key: PublicKey, digest: Digest) -> Result<Self, KeyError> {
        key.at_least(2048)?;
        let parameters = match digest {
            Digest::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Digest::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        };
        Ok(Self { key, parameters })
    }

    /// Takes a key of 2048 to 8192 bits; the hash is SHA-512, as for callbacks.
    ///
    /// # Errors
    ///
    /// The key is too small.
    pub fn sha512(key: PublicKey) -> Result<Self, KeyError> {
        Self::new(key, Digest::Sha512)
    }

    /// Takes a key of 2048 to 8192 bits; the hash is SHA-256.
    ///
    /// # Errors
    ///
    /// The key is too small.
    pub fn sha256(key: PublicKey) -> Result<Self, KeyError> {
        Self::new(key, Digest::Sha256)
    }

    /// Takes a key of 1024 to 8192 bits and the hash.
    ///
    /// Keys below 2048 bits can be broken by whoever spends enough on it; one of the gateway
    /// document's own samples still has 1024. Ask the bank for a new key instead.
    ///
    /// # Errors
    ///
    /// The key is smaller still.
    pub fn allowing_weak_1024_bit_keys(key: PublicKey, digest: Digest) -> Result<Self, KeyError> {
        key.at_least(1024)?;
        let parameters = match digest {
            Digest::Sha256 => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Digest::Sha512 => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        };
        Ok(Self { key, parameters })
    }
}

impl fmt::Debug for RsaVerifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RsaVerifier").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Verifier for RsaVerifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch> {
        let components = RsaPublicKeyComponents { n: self.key.modulus(), e: self.key.exponent() };
        components.verify(self.parameters, message, signature).map_err(|_| Mismatch)
    }
}
