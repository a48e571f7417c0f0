//! Signing and checking.

use std::fmt;

use payments_core::error::BoxError;
use ring::rand::{SecureRandom as _, SystemRandom};
use streebog::{Digest as _, Streebog256, Streebog512};
use zeroize::Zeroizing;

use super::{GostPrivateKey, GostPublicKey};
use crate::{Mismatch, Signer, Verifier};

/// The order of a signature's bytes.
///
/// Which of the two the bank of the mass payouts accepts is not published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureByteOrder {
    /// `s` before `r`, both big-endian (RFC 4491, RFC 9215): what OpenSSL's engine writes.
    #[default]
    Standard,
    /// The whole of it reversed, as CryptoPro CSP gives out raw signatures: `r` before `s`, both
    /// little-endian.
    CspReversed,
}

impl SignatureByteOrder {
    /// Between the standard order and this one; both ways are the same.
    fn turned(self, mut signature: Vec<u8>) -> Vec<u8> {
        if self == Self::CspReversed {
            signature.reverse();
        }
        signature
    }
}

/// Hashes with the function of the key's own length.
fn hash(bits: usize, message: &[u8]) -> Vec<u8> {
    if bits == 256 {
        Streebog256::digest(message).to_vec()
    } else {
        Streebog512::digest(message).to_vec()
    }
}

/// How often a nonce is drawn before the random source counts as broken. Each fits with a chance of
/// one in two or better.
const DRAWS: usize = 256;

/// Signs with a GOST key: 64 bytes with a key of 256 bits, 128 with one of 512.
///
/// The same message signed twice gives two signatures: each has a nonce of its own, drawn from the
/// system's random source.
#[derive(Clone)]
pub struct GostSigner {
    key: GostPrivateKey,
    order: SignatureByteOrder,
}

impl GostSigner {
    /// Takes the key; bytes come in the standard order.
    pub fn new(key: GostPrivateKey) -> Self {
        Self { key, order: SignatureByteOrder::Standard }
    }

    /// Changes the order of the signatures' bytes.
    #[must_use]
    pub fn byte_order(mut self, order: SignatureByteOrder) -> Self {
        self.order = order;
        self
    }
}

impl fmt::Debug for GostSigner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("GostSigner").field("order", &self.order).finish_non_exhaustive()
    }
}

impl Signer for GostSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError> {
        let set = self.key.parameter_set();
        let group = set.group();
        let digest = hash(set.bits(), message);
        let random = SystemRandom::new();
        let mut nonce = Zeroizing::new(vec![0; group.len()]);
        for _ in 0..DRAWS {
            random.fill(&mut nonce).map_err(|_| "the system gave no random bytes")?;
            if let Some(first) = nonce.first_mut() {
                *first &= group.first_byte();
            }
            if let Some(made) = group.sign(self.key.number(), &digest, &nonce) {
                return Ok(self.order.turned(made));
            }
        }
        Err("the system's random bytes are of no use".into())
    }
}

/// Checks signatures with a GOST public key.
#[derive(Clone)]
pub struct GostVerifier {
    key: GostPublicKey,
    order: SignatureByteOrder,
}

impl GostVerifier {
    /// Takes the key; bytes come in the standard order.
    pub fn new(key: GostPublicKey) -> Self {
        Self { key, order: SignatureByteOrder::Standard }
    }

    /// Changes the order of the signatures' bytes.
    #[must_use]
    pub fn byte_order(mut self, order: SignatureByteOrder) -> Self {
        self.order = order;
        self
    }
}

impl fmt::Debug for GostVerifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("GostVerifier");
        shown.field("key", &self.key).field("order", &self.order).finish()
    }
}

impl Verifier for GostVerifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch> {
        let set = self.key.parameter_set();
        let digest = hash(set.bits(), message);
        let signature = self.order.turned(signature.to_vec());
        let fits = set.group().verify(self.key.point(), &digest, &signature);
        if fits { Ok(()) } else { Err(Mismatch) }
    }
}
