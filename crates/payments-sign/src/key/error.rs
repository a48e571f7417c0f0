//! Why a key could not be read.

use std::fmt;

pub(super) const UNSUPPORTED: &str =
    "pbes2 is, with aes or des-ede3 in cbc, and pbkdf2 with sha-2 or scrypt";

/// Why a key could not be read or used.
///
/// It never holds anything of the key or of its passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Format(&'static str),
    NotRsa,
    NotGost,
    ParameterSet,
    Encrypted,
    WrongPassphrase,
    Unsupported(&'static str),
    TooSmall { bits: usize, least: usize },
    Rejected(String),
    Empty,
}

impl KeyError {
    pub(crate) fn format(what: &'static str) -> Self {
        Self(Kind::Format(what))
    }

    pub(crate) fn not_rsa() -> Self {
        Self(Kind::NotRsa)
    }

    #[cfg(feature = "gost")]
    pub(crate) fn not_gost() -> Self {
        Self(Kind::NotGost)
    }

    #[cfg(feature = "gost")]
    pub(crate) fn unknown_parameter_set() -> Self {
        Self(Kind::ParameterSet)
    }

    pub(crate) fn encrypted() -> Self {
        Self(Kind::Encrypted)
    }

    pub(crate) fn wrong_passphrase() -> Self {
        Self(Kind::WrongPassphrase)
    }

    pub(crate) fn unsupported(what: &'static str) -> Self {
        Self(Kind::Unsupported(what))
    }

    pub(crate) fn too_small(bits: usize, least: usize) -> Self {
        Self(Kind::TooSmall { bits, least })
    }

    /// ring's word for it, which is one of a fixed list.
    pub(crate) fn rejected(by_ring: ring::error::KeyRejected) -> Self {
        Self(Kind::Rejected(by_ring.to_string()))
    }

    pub(crate) fn unsound() -> Self {
        Self(Kind::Rejected("InvalidComponent".to_owned()))
    }

    pub(crate) fn empty() -> Self {
        Self(Kind::Empty)
    }

    /// What went wrong while a PKCS#8 key was decrypted.
    pub(crate) fn decrypting(error: pkcs8::Error) -> Self {
        use pkcs8::pkcs5::Error as Pkcs5;
        match error {
            pkcs8::Error::EncryptedPrivateKey(
                Pkcs5::AlgorithmParametersInvalid { .. }
                | Pkcs5::NoPbes1CryptSupport
                | Pkcs5::UnsupportedAlgorithm { .. },
            ) => Self::unsupported(UNSUPPORTED),
            _ => Self::wrong_passphrase(),
        }
    }

    /// The bytes or the text are no key of a known format.
    pub fn is_wrong_format(&self) -> bool {
        matches!(self.0, Kind::Format(_))
    }

    /// It is a key, of another algorithm than RSA: EC, DSA, Ed25519.
    pub fn is_not_rsa(&self) -> bool {
        self.0 == Kind::NotRsa
    }

    /// It is a key, of another algorithm than GOST R 34.10-2012.
    pub fn is_not_gost(&self) -> bool {
        self.0 == Kind::NotGost
    }

    /// It is a GOST key of a parameter set that is not supported.
    pub fn is_unknown_parameter_set(&self) -> bool {
        self.0 == Kind::ParameterSet
    }

    /// The key is encrypted and no passphrase was given.
    pub fn is_encrypted(&self) -> bool {
        self.0 == Kind::Encrypted
    }

    /// What the passphrase made of the bytes is no key.
    pub fn is_wrong_passphrase(&self) -> bool {
        self.0 == Kind::WrongPassphrase
    }

    /// The key is encrypted in a way that is not supported.
    pub fn is_unsupported(&self) -> bool {
        matches!(self.0, Kind::Unsupported(_))
    }

    /// The key has fewer bits than its use asks for.
    pub fn is_too_small(&self) -> bool {
        matches!(self.0, Kind::TooSmall { .. })
    }

    /// The key's parts do not fit together, as a point that is not on its curve or outside the
    /// subgroup; or it is an RSA key of a shape that ring leaves out.
    pub fn is_rejected(&self) -> bool {
        matches!(self.0, Kind::Rejected(_))
    }

    /// The shared key has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0 == Kind::Empty
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Format(what) => out.write_str(what),
            Kind::NotRsa => out.write_str("the key is not an rsa key"),
            Kind::NotGost => out.write_str("the key is not a gost r 34.10-2012 key"),
            Kind::ParameterSet => out.write_str("the key's parameter set is not supported"),
            Kind::Encrypted => out.write_str("the key is encrypted and needs a passphrase"),
            Kind::WrongPassphrase => out.write_str("the passphrase does not fit the key"),
            Kind::Unsupported(what) => write!(out, "the encryption is not supported: {what}"),
            Kind::TooSmall { bits, least } => {
                write!(out, "the key has {bits} bits where at least {least} are needed")
            }
            Kind::Rejected(why) => write!(out, "the key was rejected: {why}"),
            Kind::Empty => out.write_str("the key is empty"),
        }
    }
}

impl std::error::Error for KeyError {}
