//! GOST R 34.10-2012 signatures with keys of 256 and 512 bits, in pure Rust: all nine parameter sets
//! of 256 bits and all three of 512.
//!
//! Arithmetic is `crypto-bigint`'s, in Montgomery form. What touches a key or a nonce takes the same
//! steps whatever their bits are: complete formulas of addition, tables of which each entry is read,
//! selection without a branch. A nonce comes from the system's random source and is drawn anew until
//! it fits, never reduced. Keys and nonces are wiped.
//!
//! A signature is over the hash of the message, GOST R 34.11-2012 of the key's own length. A bank
//! that wants a digest signed hands that digest over as the message: it is hashed twice then.
//!
//! ```no_run
//! use payments_core::canonical::{A2cText, Scalars};
//! use payments_sign::{GostPrivateKey, GostSigner, Signer as _, gost};
//!
//! let key = GostPrivateKey::from_pem(&std::fs::read("key.pem")?)?;
//! let request = Scalars::of([("TerminalKey", "TinkoffBankTest"), ("PaymentId", "20150")])?;
//! let digest = gost::a2c_digest(&A2cText::of(&request));
//! let signature = GostSigner::new(key).sign(digest.message())?;
//! assert_eq!(signature.len(), 64);
//! # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
//! ```

use payments_core::canonical::{A2cDigest, A2cText};
use streebog::{Digest as _, Streebog256};

mod certificate;
mod curve;
mod curves;
mod group;
mod key;
mod parameters;
mod signature;
#[cfg(test)]
mod tests;

pub use certificate::GostCertificate;
pub use key::{GostPrivateKey, GostPublicKey};
pub use parameters::ParameterSet;
pub use signature::{GostSigner, GostVerifier, SignatureByteOrder};

/// The digest of a mass payout's request that a GOST key signs: GOST R 34.11-2012 with 256 bits,
/// also for keys of 512 bits (documents/002, "Signature by CryptoPro").
pub fn a2c_digest(text: &A2cText<'_>) -> A2cDigest {
    A2cDigest::from_bytes(Streebog256::digest(text.expose()).into())
}
