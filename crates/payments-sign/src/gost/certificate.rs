//! X.509 certificates with a GOST key.

use super::GostPublicKey;
use crate::{CertificateDetails, KeyError, certificate};

/// A certificate whose GOST public key checks signatures. Who issued it and its dates are not
/// checked here; the dates are in [`details`](Self::details).
#[derive(Clone, Debug)]
pub struct GostCertificate {
    key: GostPublicKey,
    details: CertificateDetails,
}

impl GostCertificate {
    /// Reads the first `CERTIFICATE` of a PEM file.
    ///
    /// # Errors
    ///
    /// There is none, it cannot be read, its key is no GOST R 34.10-2012 key, or the key's point is
    /// not one of the subgroup.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        Self::from_der(&certificate::find(pem)?)
    }

    /// Reads the bytes of one certificate.
    ///
    /// # Errors
    ///
    /// They are no certificate, its key is no GOST R 34.10-2012 key, or the key's point is not one
    /// of the subgroup.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let (details, spki) = certificate::read(der)?;
        Ok(Self { key: GostPublicKey::from_spki(&spki)?, details })
    }

    /// The key that it holds.
    pub fn public_key(&self) -> &GostPublicKey {
        &self.key
    }

    /// Serial number and dates.
    pub fn details(&self) -> &CertificateDetails {
        &self.details
    }
}
