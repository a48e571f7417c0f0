//! The parameter sets that keys name.

use crypto_bigint::{U256, U512};
use pkcs8::ObjectIdentifier;

use super::{
    curves::{CryptoProA, CryptoProB, CryptoProC, Tc26A, Tc26WideA, Tc26WideB, Tc26WideC},
    group::{Group, Of},
};

/// A parameter set of GOST R 34.10-2012: a curve by one of its names (RFC 4357, RFC 7836).
///
/// Twelve names stand for seven curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterSet {
    /// CryptoPro-A, 256 bits: 1.2.643.2.2.35.1.
    CryptoProA,
    /// CryptoPro-B, 256 bits: 1.2.643.2.2.35.2.
    CryptoProB,
    /// CryptoPro-C, 256 bits: 1.2.643.2.2.35.3.
    CryptoProC,
    /// CryptoPro-XchA, 256 bits, the curve of CryptoPro-A: 1.2.643.2.2.36.0.
    CryptoProXchA,
    /// CryptoPro-XchB, 256 bits, the curve of CryptoPro-C: 1.2.643.2.2.36.1.
    CryptoProXchB,
    /// tc26-256-A: 1.2.643.7.1.2.1.1.1. The curve has points outside the subgroup.
    Tc26A256,
    /// tc26-256-B, the curve of CryptoPro-A: 1.2.643.7.1.2.1.1.2.
    Tc26B256,
    /// tc26-256-C, the curve of CryptoPro-B: 1.2.643.7.1.2.1.1.3.
    Tc26C256,
    /// tc26-256-D, the curve of CryptoPro-C: 1.2.643.7.1.2.1.1.4.
    Tc26D256,
    /// tc26-512-A: 1.2.643.7.1.2.1.2.1.
    Tc26A512,
    /// tc26-512-B: 1.2.643.7.1.2.1.2.2.
    Tc26B512,
    /// tc26-512-C: 1.2.643.7.1.2.1.2.3. The curve has points outside the subgroup.
    Tc26C512,
}

impl ParameterSet {
    /// Every set.
    pub const ALL: [Self; 12] = [
        Self::CryptoProA,
        Self::CryptoProB,
        Self::CryptoProC,
        Self::CryptoProXchA,
        Self::CryptoProXchB,
        Self::Tc26A256,
        Self::Tc26B256,
        Self::Tc26C256,
        Self::Tc26D256,
        Self::Tc26A512,
        Self::Tc26B512,
        Self::Tc26C512,
    ];

    /// Length of its keys in bits: 256 or 512.
    pub fn bits(self) -> usize {
        self.group().len() * 8
    }

    /// Its object identifier, in digits and points.
    pub const fn identifier(self) -> &'static str {
        match self {
            Self::CryptoProA => "1.2.643.2.2.35.1",
            Self::CryptoProB => "1.2.643.2.2.35.2",
            Self::CryptoProC => "1.2.643.2.2.35.3",
            Self::CryptoProXchA => "1.2.643.2.2.36.0",
            Self::CryptoProXchB => "1.2.643.2.2.36.1",
            Self::Tc26A256 => "1.2.643.7.1.2.1.1.1",
            Self::Tc26B256 => "1.2.643.7.1.2.1.1.2",
            Self::Tc26C256 => "1.2.643.7.1.2.1.1.3",
            Self::Tc26D256 => "1.2.643.7.1.2.1.1.4",
            Self::Tc26A512 => "1.2.643.7.1.2.1.2.1",
            Self::Tc26B512 => "1.2.643.7.1.2.1.2.2",
            Self::Tc26C512 => "1.2.643.7.1.2.1.2.3",
        }
    }

    pub(super) fn of(identifier: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|set| {
            ObjectIdentifier::new(set.identifier()).is_ok_and(|known| known == identifier)
        })
    }

    pub(super) fn group(self) -> &'static dyn Group {
        const NARROW: usize = U256::LIMBS;
        const WIDE: usize = U512::LIMBS;
        match self {
            Self::CryptoProA | Self::CryptoProXchA | Self::Tc26B256 => {
                Of::<CryptoProA, NARROW>::GROUP
            }
            Self::CryptoProB | Self::Tc26C256 => Of::<CryptoProB, NARROW>::GROUP,
            Self::CryptoProC | Self::CryptoProXchB | Self::Tc26D256 => {
                Of::<CryptoProC, NARROW>::GROUP
            }
            Self::Tc26A256 => Of::<Tc26A, NARROW>::GROUP,
            Self::Tc26A512 => Of::<Tc26WideA, WIDE>::GROUP,
            Self::Tc26B512 => Of::<Tc26WideB, WIDE>::GROUP,
            Self::Tc26C512 => Of::<Tc26WideC, WIDE>::GROUP,
        }
    }
}
