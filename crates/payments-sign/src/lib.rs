//! Signatures over the canonical forms of `payments-core`: RSA, HMAC, tokens and, behind `gost`,
//! GOST R 34.10-2012; keys and certificates.
//!
//! Every operation with a private RSA key, and every MAC, is ring's. Keys are read from whatever files
//! banks and their instructions produce; none of them is ever shown.
//!
//! ```
//! use payments_core::Secret;
//! use payments_sign::{HmacKey, Signer as _, Verifier as _};
//!
//! let key = HmacKey::new(&Secret::<String>::new("yourSecretToken"))?;
//! let checksum = key.sign_hex(b"status;1;")?;
//! assert!(key.verify_hex(b"status;1;", &checksum).is_ok());
//! assert!(key.verify_hex(b"status;0;", &checksum).is_err());
//! # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
//! ```

use std::fmt;

use async_trait::async_trait;
use payments_core::error::BoxError;

#[cfg(feature = "card-data")]
pub mod card_data;
pub mod certificate;
#[cfg(feature = "gost")]
pub mod gost;
pub mod hmac;
pub mod key;
pub mod rsa;
pub mod token;

mod hex;

#[cfg(feature = "card-data")]
pub use card_data::CardDataKey;
pub use certificate::{Certificate, CertificateDetails};
#[cfg(feature = "gost")]
pub use gost::{
    GostCertificate, GostPrivateKey, GostPublicKey, GostSigner, GostVerifier, SignatureByteOrder,
};
pub use hmac::HmacKey;
pub use key::{KeyError, PrivateKey, PublicKey};
pub use rsa::{Digest, RsaSigner, RsaVerifier};
pub use token::{TokenKey, Vouched};

/// Makes signatures in this process.
pub trait Signer: Send + Sync {
    /// Signs a message; the signature's raw bytes.
    ///
    /// # Errors
    ///
    /// The key could not be used.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError>;

    /// Signs a message; the signature in hexadecimal, upper case, as the gateway writes checksums.
    ///
    /// # Errors
    ///
    /// The key could not be used.
    fn sign_hex(&self, message: &[u8]) -> Result<String, BoxError> {
        self.sign(message).map(|signature| hex::upper(&signature))
    }
}

/// Makes signatures here or elsewhere, as in a key store that is asked over the network.
///
/// Every [`Signer`] is one. Nothing was sent to the bank when it fails.
#[async_trait]
pub trait AsyncSigner: Send + Sync {
    /// Signs a message; the signature's raw bytes.
    ///
    /// # Errors
    ///
    /// The key could not be used or reached.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError>;
}

#[async_trait]
impl<T: Signer + ?Sized> AsyncSigner for T {
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BoxError> {
        Signer::sign(self, message)
    }
}

/// Checks signatures.
pub trait Verifier: Send + Sync {
    /// Checks the raw bytes of a signature.
    ///
    /// # Errors
    ///
    /// The signature does not fit the message.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch>;

    /// Checks a signature in hexadecimal, upper or lower case.
    ///
    /// # Errors
    ///
    /// The signature does not fit the message, or the text is not hexadecimal.
    fn verify_hex(&self, message: &[u8], signature: &str) -> Result<(), Mismatch> {
        hex::decode(signature, |signature| self.verify(message, signature)).ok_or(Mismatch)?
    }
}

/// The signature does not fit the message. Says no more on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the signature does not fit the message")
    }
}

impl std::error::Error for Mismatch {}
