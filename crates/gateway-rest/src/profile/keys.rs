//! A bank's public keys and roots. Nothing of it is secret.

use payments_sign::{Digest, KeyError, PublicKey, RsaVerifier};

use crate::se_token::keys::BankKeys;

/// What a bank is known by, apart from its addresses: public keys and root certificates.
///
/// The merchant's own secrets are elsewhere: passwords in the credentials, the signing key with the
/// client's signer, a key shared for callbacks with whoever receives them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyMaterial {
    /// The bank's public key of callbacks; none where they carry no RSA checksum.
    pub callback_key: Option<PublicKey>,
    /// The hash of callbacks that are signed by RSA. SHA-512 by default: with it alone the samples of
    /// documents/003 verify, whatever they call it. It follows from how the bank made its key, and is
    /// never taken from the callback itself.
    pub callback_digest: Digest,
    /// The bank's public keys for `seToken`; none if they are fetched
    /// ([`SeKeys`](crate::se_token::keys::SeKeys)).
    pub card_keys: Option<BankKeys>,
    /// Root certificates that the bank's host needs beside those of the web, each in PEM.
    pub roots: Vec<Vec<u8>>,
}

impl Default for KeyMaterial {
    fn default() -> Self {
        Self {
            callback_key: None,
            callback_digest: Digest::Sha512,
            card_keys: None,
            roots: Vec::new(),
        }
    }
}

impl KeyMaterial {
    /// What checks the bank's callbacks; none without a key of them.
    ///
    /// # Errors
    ///
    /// The key has less than 2048 bits.
    pub fn callback_verifier(&self) -> Result<Option<RsaVerifier>, KeyError> {
        let key = self.callback_key.clone();
        key.map(|key| RsaVerifier::new(key, self.callback_digest)).transpose()
    }
}
