//! X.509 certificates, as holders of a public key.

use payments_core::time::UnixMillis;
use x509_cert::{
    der::{Decode as _, Encode as _},
    time::Time,
};

use crate::{
    KeyError, PublicKey,
    key::{Block, pem},
};

/// A certificate whose RSA public key checks signatures.
///
/// It is trusted because it was configured: nothing here checks who issued it, whom it names or
/// whether it has expired. Banks sign callbacks with certificates long out of date; that of the
/// gateway document's sample expired in 2018. The dates are there for whoever wants to warn.
#[derive(Clone, Debug)]
pub struct Certificate {
    key: PublicKey,
    not_before: UnixMillis,
    not_after: UnixMillis,
}

impl Certificate {
    /// Reads the first `CERTIFICATE` of a PEM file.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read, or its key is not RSA.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        match pem::find(pem, |label| label == "CERTIFICATE") {
            Some(Block { der, .. }) => Self::from_der(&der),
            None => Err(KeyError::format("no certificate in the pem text")),
        }
    }

    /// Reads the bytes of one certificate.
    ///
    /// # Errors
    ///
    /// They are no certificate, or its key is not RSA.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let unreadable = || KeyError::format("not an x.509 certificate");
        let whole = x509_cert::Certificate::from_der(der).map_err(|_| unreadable())?;
        let body = whole.tbs_certificate;
        let spki = body.subject_public_key_info.to_der().map_err(|_| unreadable())?;
        Ok(Self {
            key: PublicKey::from_spki(&spki)?,
            not_before: moment(body.validity.not_before),
            not_after: moment(body.validity.not_after),
        })
    }

    /// The key that it holds.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// From when on its issuer meant it to be used.
    pub fn not_before(&self) -> UnixMillis {
        self.not_before
    }

    /// Until when its issuer meant it to be used. Not checked by anything here.
    pub fn not_after(&self) -> UnixMillis {
        self.not_after
    }
}

fn moment(time: Time) -> UnixMillis {
    UnixMillis::new(0).plus(time.to_unix_duration())
}
