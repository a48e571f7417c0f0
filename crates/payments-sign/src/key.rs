//! RSA keys, from the files that banks and their instructions produce.

use std::{fmt, sync::Arc};

use payments_core::Secret;
use pkcs1::{RsaPrivateKey, UintRef};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfo, ObjectIdentifier, PrivateKeyInfo,
    der::{
        Decode as _,
        asn1::{AnyRef, OctetStringRef},
    },
};
use ring::signature::RsaKeyPair;
use spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

use crate::Certificate;

mod error;
#[cfg(feature = "legacy-pem")]
mod legacy;
pub(crate) mod pem;

pub use error::KeyError;
use error::UNSUPPORTED;

/// `rsaEncryption`.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Smallest key that signs, in bits.
const SMALLEST: usize = 2048;

/// An RSA private key of 2048 to 4096 bits, held by ring. `Debug` shows its length alone.
///
/// ring checks that the parts of the key fit together, and takes neither a public exponent below
/// 65537 nor primes whose length is not a multiple of 512 bits; such a key is
/// [rejected](KeyError::is_rejected). What was read on the way is wiped; ring's own copy is not.
#[derive(Clone)]
pub struct PrivateKey(Arc<RsaKeyPair>);

impl PrivateKey {
    /// Reads the first private key of a PEM file: PKCS#8 (`PRIVATE KEY`) or PKCS#1
    /// (`RSA PRIVATE KEY`), not encrypted.
    ///
    /// Lines may be of any length, so that a body on one line reads too.
    ///
    /// # Errors
    ///
    /// There is none, it needs a passphrase, it is not RSA, too small, or ring rejects it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        Self::pem(pem, None)
    }

    /// Reads the first private key of a PEM file, encrypted: PKCS#8 (`ENCRYPTED PRIVATE KEY`,
    /// PBES2), or with the feature `legacy-pem` PKCS#1 with a `DEK-Info` header. A key that is not
    /// encrypted reads too.
    ///
    /// # Errors
    ///
    /// There is none, the passphrase is wrong, the way of encryption is not supported, or the key is
    /// not RSA, too small, or rejected by ring.
    pub fn from_encrypted_pem(pem: &[u8], passphrase: &Secret) -> Result<Self, KeyError> {
        Self::pem(pem, Some(passphrase))
    }

    /// Reads the bytes of a key: PKCS#8 or PKCS#1, not encrypted.
    ///
    /// # Errors
    ///
    /// They are no such key, it needs a passphrase, it is not RSA, too small, or ring rejects it.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::der(der, None)
    }

    /// Reads the bytes of a PKCS#8 key, encrypted (PBES2). A key that is not encrypted reads too.
    ///
    /// # Errors
    ///
    /// They are no such key, the passphrase is wrong, the way of encryption is not supported, or the
    /// key is not RSA, too small, or rejected by ring.
    pub fn from_encrypted_der(der: &[u8], passphrase: &Secret) -> Result<Self, KeyError> {
        Self::der(der, Some(passphrase))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        let public = self.0.public();
        let parts = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(public);
        PublicKey { modulus: parts.n.into(), exponent: parts.e.into() }
    }

    pub(crate) fn pair(&self) -> &RsaKeyPair {
        &self.0
    }

    fn pem(pem: &[u8], passphrase: Option<&Secret>) -> Result<Self, KeyError> {
        let Some(block) = pem::find(pem, |label| label.ends_with("PRIVATE KEY")) else {
            return Err(KeyError::format("no private key in the pem text"));
        };
        match block.label.as_str() {
            "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => Self::der(&block.der, passphrase),
            "RSA PRIVATE KEY" => match (block.header("DEK-Info"), passphrase) {
                (None, _) => Self::pkcs1(&block.der),
                (Some(_), None) => Err(KeyError::encrypted()),
                (Some(info), Some(passphrase)) => Self::legacy(&block.der, info, passphrase),
            },
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(KeyError::not_rsa()),
            _ => Err(KeyError::format("the pem text holds a private key of an unknown format")),
        }
    }

    fn der(der: &[u8], passphrase: Option<&Secret>) -> Result<Self, KeyError> {
        if let Some(key) = pkcs8_key(der, passphrase, Self::pkcs8)? {
            return Ok(key);
        }
        if is_sec1(der) {
            return Err(KeyError::not_rsa());
        }
        Self::pkcs1(der)
    }

    fn pkcs8(info: &PrivateKeyInfo<'_>) -> Result<Self, KeyError> {
        if info.algorithm.oid != RSA {
            return Err(KeyError::not_rsa());
        }
        Self::pkcs1(info.private_key)
    }

    fn pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let parts = RsaPrivateKey::from_der(der)
            .map_err(|_| KeyError::format("not a private key in pkcs#8 or pkcs#1"))?;
        large_enough(bits(parts.modulus.as_bytes()), SMALLEST)?;
        RsaKeyPair::from_der(der).map(|pair| Self(Arc::new(pair))).map_err(KeyError::rejected)
    }

    #[cfg(feature = "legacy-pem")]
    fn legacy(der: &[u8], info: &str, passphrase: &Secret) -> Result<Self, KeyError> {
        let plain = legacy::decrypt(der, info, passphrase)?;
        // Padding alone lets one wrong passphrase in 256 through.
        if RsaPrivateKey::from_der(&plain).is_err() {
            return Err(KeyError::wrong_passphrase());
        }
        Self::pkcs1(&plain)
    }

    #[cfg(not(feature = "legacy-pem"))]
    fn legacy(_: &[u8], _: &str, _: &Secret) -> Result<Self, KeyError> {
        Err(KeyError::unsupported("a DEK-Info header needs the feature legacy-pem"))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PrivateKey({} bits)", self.public_key().bits())
    }
}

/// An RSA public key of 1024 to 8192 bits; what uses it asks for more.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    modulus: Arc<[u8]>,
    exponent: Arc<[u8]>,
}

impl PublicKey {
    /// Reads the first public key or certificate of a PEM file: `PUBLIC KEY`, `RSA PUBLIC KEY` or
    /// `CERTIFICATE`, whose dates and issuer do not matter (see [`Certificate`]).
    ///
    /// # Errors
    ///
    /// There is none, or it is not RSA.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let known = |label: &str| label.ends_with("PUBLIC KEY") || label == "CERTIFICATE";
        let Some(block) = pem::find(pem, known) else {
            return Err(KeyError::format("no public key in the pem text"));
        };
        match block.label.as_str() {
            "PUBLIC KEY" => Self::from_spki(&block.der),
            "RSA PUBLIC KEY" => Self::from_pkcs1(&block.der),
            "CERTIFICATE" => Ok(Certificate::from_der(&block.der)?.public_key().clone()),
            _ => Err(KeyError::format("the pem text holds a public key of an unknown format")),
        }
    }

    /// Reads the bytes of a key: SPKI, PKCS#1 or an X.509 certificate.
    ///
    /// # Errors
    ///
    /// They are none of these, or the key is not RSA.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if SubjectPublicKeyInfoRef::from_der(der).is_ok() {
            return Self::from_spki(der);
        }
        if pkcs1::RsaPublicKey::from_der(der).is_ok() {
            return Self::from_pkcs1(der);
        }
        match Certificate::from_der(der) {
            Ok(certificate) => Ok(certificate.public_key().clone()),
            Err(error) if error.is_wrong_format() => {
                Err(KeyError::format("not a public key in spki or pkcs#1, nor a certificate"))
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let unreadable = || KeyError::format("not a public key in spki");
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| unreadable())?;
        if info.algorithm.oid != RSA {
            return Err(KeyError::not_rsa());
        }
        Self::from_pkcs1(info.subject_public_key.as_bytes().ok_or_else(unreadable)?)
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let parts = pkcs1::RsaPublicKey::from_der(der)
            .map_err(|_| KeyError::format("not a public key in pkcs#1"))?;
        let owned = |part: UintRef<'_>| Arc::from(part.as_bytes());
        let key = Self { modulus: owned(parts.modulus), exponent: owned(parts.public_exponent) };
        key.at_least(1024)?;
        let odd = |bytes: &[u8]| bytes.last().is_some_and(|byte| byte % 2 == 1);
        // What ring would refuse at every single signature is better refused here.
        let exponent = key.exponent.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let sound = odd(&key.modulus)
            && odd(&key.exponent)
            && key.exponent.len() <= 5
            && (3..1 << 33).contains(&exponent)
            && key.bits() <= 8192;
        if sound { Ok(key) } else { Err(KeyError::unsound()) }
    }

    /// Length of the modulus in bits.
    pub fn bits(&self) -> usize {
        bits(&self.modulus)
    }

    pub(crate) fn at_least(&self, least: usize) -> Result<(), KeyError> {
        large_enough(self.bits(), least)
    }

    pub(crate) fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    pub(crate) fn exponent(&self) -> &[u8] {
        &self.exponent
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PublicKey({} bits)", self.bits())
    }
}

/// Reads a PKCS#8 key, encrypted or not, and hands its parts on; nothing if the bytes are none.
pub(crate) fn pkcs8_key<T>(
    der: &[u8],
    passphrase: Option<&Secret>,
    read: impl FnOnce(&PrivateKeyInfo<'_>) -> Result<T, KeyError>,
) -> Result<Option<T>, KeyError> {
    if let Ok(info) = PrivateKeyInfo::from_der(der) {
        return read(&info).map(Some);
    }
    if let Ok(encrypted) = EncryptedPrivateKeyInfo::from_der(der) {
        let passphrase = passphrase.ok_or_else(KeyError::encrypted)?;
        let plain = encrypted.decrypt(passphrase.expose()).map_err(KeyError::decrypting)?;
        let info = PrivateKeyInfo::from_der(plain.as_bytes());
        return read(&info.map_err(|_| KeyError::wrong_passphrase())?).map(Some);
    }
    if is_encrypted(der) { Err(KeyError::unsupported(UNSUPPORTED)) } else { Ok(None) }
}

/// Length of a number in bits, big-endian bytes.
fn bits(number: &[u8]) -> usize {
    let digits = number.iter().skip_while(|byte| **byte == 0);
    let zeros = digits.clone().next().map_or(0, |first| first.leading_zeros() as usize);
    digits.count() * 8 - zeros
}

/// ring counts whole bytes, and so does this.
fn large_enough(bits: usize, least: usize) -> Result<(), KeyError> {
    if bits.div_ceil(8) * 8 < least { Err(KeyError::too_small(bits, least)) } else { Ok(()) }
}

/// Whether bytes are a PKCS#8 key encrypted in whatever way: an algorithm and an octet string.
fn is_encrypted(der: &[u8]) -> bool {
    let Ok(outer) = AnyRef::from_der(der) else { return false };
    let parts = outer.sequence(|reader| {
        AlgorithmIdentifierRef::decode(reader)?;
        OctetStringRef::decode(reader)
    });
    parts.is_ok()
}

/// Whether bytes look like an EC key in the format of SEC 1: a sequence that begins with the number
/// one and an octet string.
fn is_sec1(der: &[u8]) -> bool {
    let length = match der.get(1) {
        Some(byte) if *byte < 0x80 => 0,
        Some(byte) => usize::from(byte & 0x7F),
        None => return false,
    };
    der.first() == Some(&0x30)
        && der.get(2 + length..).is_some_and(|inner| inner.starts_with(&[2, 1, 1, 4]))
}

/// Bytes that are wiped when dropped.
pub(crate) type Wiped = Zeroizing<Vec<u8>>;
