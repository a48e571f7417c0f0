//! GOST keys, from PKCS#8 and SPKI.

use std::{fmt, sync::Arc};

use payments_core::Secret;
use pkcs8::{
    AlgorithmIdentifierRef, ObjectIdentifier, PrivateKeyInfo,
    der::{
        Decode as _, Reader as _,
        asn1::{AnyRef, OctetStringRef, UintRef},
    },
};
use spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

use super::{GostCertificate, ParameterSet};
use crate::{
    KeyError,
    key::{Wiped, pem, pkcs8_key},
};

/// Keys of GOST R 34.10-2012, by their length in bits.
const KEYS: [(ObjectIdentifier, usize); 2] = [
    (ObjectIdentifier::new_unwrap("1.2.643.7.1.1.1.1"), 256),
    (ObjectIdentifier::new_unwrap("1.2.643.7.1.1.1.2"), 512),
];

/// Reads which parameter set a key has, be it private or public.
fn parameter_set(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<ParameterSet, KeyError> {
    let (_, bits) =
        KEYS.iter().find(|(oid, _)| *oid == algorithm.oid).ok_or_else(KeyError::not_gost)?;
    let unreadable = || KeyError::format("not the parameters of a gost key");
    let first = algorithm.parameters.ok_or_else(unreadable)?.sequence(|reader| {
        let first = ObjectIdentifier::decode(reader)?;
        // The hash and the cipher that may follow are no choice: the standard sets the hash.
        while !reader.is_finished() {
            AnyRef::decode(reader)?;
        }
        Ok(first)
    });
    ParameterSet::of(first.map_err(|_| unreadable())?)
        .filter(|set| set.bits() == *bits)
        .ok_or_else(KeyError::unknown_parameter_set)
}

/// A GOST private key of 256 or 512 bits. `Debug` shows its length alone; its bytes are wiped.
#[derive(Clone)]
pub struct GostPrivateKey {
    number: Arc<Wiped>,
    public: GostPublicKey,
}

impl GostPrivateKey {
    /// Reads the first private key of a PEM file: PKCS#8 (`PRIVATE KEY`), not encrypted.
    ///
    /// # Errors
    ///
    /// There is none, it needs a passphrase, it is no GOST R 34.10-2012 key, or its number is none.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        Self::pem(pem, None)
    }

    /// Reads the first private key of a PEM file, encrypted: PKCS#8 (`ENCRYPTED PRIVATE KEY`,
    /// PBES2 with AES or des-ede3). A key that is not encrypted reads too. Ciphers of GOST are not
    /// supported.
    ///
    /// # Errors
    ///
    /// There is none, the passphrase is wrong, the way of encryption is not supported, or the key is
    /// no GOST R 34.10-2012 key.
    pub fn from_encrypted_pem(pem: &[u8], passphrase: &Secret) -> Result<Self, KeyError> {
        Self::pem(pem, Some(passphrase))
    }

    /// Reads the bytes of a PKCS#8 key, not encrypted.
    ///
    /// # Errors
    ///
    /// They are no such key, it needs a passphrase, or it is no GOST R 34.10-2012 key.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::der(der, None)
    }

    /// Reads the bytes of a PKCS#8 key, encrypted (PBES2). A key that is not encrypted reads too.
    ///
    /// # Errors
    ///
    /// They are no such key, the passphrase is wrong, the way of encryption is not supported, or the
    /// key is no GOST R 34.10-2012 key.
    pub fn from_encrypted_der(der: &[u8], passphrase: &Secret) -> Result<Self, KeyError> {
        Self::der(der, Some(passphrase))
    }

    /// The public half.
    pub fn public_key(&self) -> &GostPublicKey {
        &self.public
    }

    /// The curve that it belongs to.
    pub fn parameter_set(&self) -> ParameterSet {
        self.public.set
    }

    fn pem(pem: &[u8], passphrase: Option<&Secret>) -> Result<Self, KeyError> {
        let Some(block) = pem::find(pem, |label| label.ends_with("PRIVATE KEY")) else {
            return Err(KeyError::format("no private key in the pem text"));
        };
        match block.label.as_str() {
            "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => Self::der(&block.der, passphrase),
            "RSA PRIVATE KEY" | "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(KeyError::not_gost()),
            _ => Err(KeyError::format("the pem text holds a private key of an unknown format")),
        }
    }

    fn der(der: &[u8], passphrase: Option<&Secret>) -> Result<Self, KeyError> {
        let unreadable = || KeyError::format("not a private key in pkcs#8");
        pkcs8_key(der, passphrase, Self::pkcs8)?.ok_or_else(unreadable)
    }

    fn pkcs8(info: &PrivateKeyInfo<'_>) -> Result<Self, KeyError> {
        let set = parameter_set(&info.algorithm)?;
        let number = private_number(info.private_key, set.group().len());
        Self::new(set, number.ok_or_else(|| KeyError::format("not the bytes of a gost key"))?)
    }

    /// Takes the key's number, big-endian.
    pub(super) fn new(set: ParameterSet, number: Wiped) -> Result<Self, KeyError> {
        let point = set.group().public(&number).ok_or_else(KeyError::unsound)?;
        Ok(Self { number: Arc::new(number), public: GostPublicKey { set, point: point.into() } })
    }

    /// The key's number, big-endian.
    pub(super) fn number(&self) -> &[u8] {
        &self.number
    }
}

impl fmt::Debug for GostPrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GostPrivateKey({} bits)", self.public.bits())
    }
}

/// The number inside a PKCS#8 key, big-endian: bare little-endian bytes, the same as an octet
/// string, or an integer, as older programs write it.
fn private_number(bytes: &[u8], len: usize) -> Option<Wiped> {
    let little = if bytes.len() == len {
        bytes
    } else if let Ok(octets) = OctetStringRef::from_der(bytes) {
        octets.as_bytes()
    } else {
        let big = UintRef::from_der(bytes).ok()?.as_bytes();
        // At its whole length from the start: what grows leaves copies behind.
        let mut whole = Zeroizing::new(vec![0; len]);
        whole.get_mut(len.checked_sub(big.len())?..)?.copy_from_slice(big);
        return Some(whole);
    };
    let mut number = Zeroizing::new(little.to_vec());
    number.reverse();
    (number.len() == len).then_some(number)
}

/// A GOST public key: a point that was found on its curve, in the subgroup of prime order.
#[derive(Clone, PartialEq, Eq)]
pub struct GostPublicKey {
    set: ParameterSet,
    /// `x` before `y`, both big-endian.
    point: Arc<[u8]>,
}

impl GostPublicKey {
    /// Reads the first public key or certificate of a PEM file: `PUBLIC KEY` or `CERTIFICATE`,
    /// whose dates and issuer do not matter.
    ///
    /// # Errors
    ///
    /// There is none, it is no GOST R 34.10-2012 key, or its point is not one of the subgroup.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let known = |label: &str| label == "PUBLIC KEY" || label == "CERTIFICATE";
        let Some(block) = pem::find(pem, known) else {
            return Err(KeyError::format("no public key in the pem text"));
        };
        match block.label.as_str() {
            "PUBLIC KEY" => Self::from_spki(&block.der),
            _ => Ok(GostCertificate::from_der(&block.der)?.public_key().clone()),
        }
    }

    /// Reads the bytes of a key: SPKI or an X.509 certificate.
    ///
    /// # Errors
    ///
    /// They are neither, the key is no GOST R 34.10-2012 key, or its point is not one of the
    /// subgroup.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if SubjectPublicKeyInfoRef::from_der(der).is_ok() {
            return Self::from_spki(der);
        }
        Ok(GostCertificate::from_der(der)?.public_key().clone())
    }

    pub(super) fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let unreadable = || KeyError::format("not a public key in spki");
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| unreadable())?;
        let set = parameter_set(&info.algorithm)?;
        let octets = info.subject_public_key.as_bytes().ok_or_else(unreadable)?;
        let octets = OctetStringRef::from_der(octets).map_err(|_| unreadable())?.as_bytes();
        let (x, y) = octets.split_at_checked(set.group().len()).ok_or_else(unreadable)?;
        let point: Arc<[u8]> = x.iter().rev().chain(y.iter().rev()).copied().collect();
        if point.len() != 2 * set.group().len() {
            return Err(unreadable());
        }
        if !set.group().contains(&point) {
            return Err(KeyError::unsound());
        }
        Ok(Self { set, point })
    }

    /// Length of its coordinates in bits: 256 or 512.
    pub fn bits(&self) -> usize {
        self.set.bits()
    }

    /// The curve that it belongs to.
    pub fn parameter_set(&self) -> ParameterSet {
        self.set
    }

    pub(super) fn point(&self) -> &[u8] {
        &self.point
    }
}

impl fmt::Debug for GostPublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GostPublicKey({:?}, {} bits)", self.set, self.bits())
    }
}
