//! X.509 certificates, as holders of a public key.

use std::time::Duration;

use payments_core::time::UnixMillis;
use x509_cert::{
    der::{Decode as _, Encode as _},
    time::Time,
};

use crate::{
    KeyError, PublicKey,
    key::{Wiped, pem},
};

/// A certificate whose RSA public key checks signatures.
///
/// It is trusted because it was configured: nothing here checks who issued it, whom it names or
/// whether it has expired. Banks sign callbacks with certificates long out of date; that of the
/// gateway document's sample expired in 2018. The dates are there for whoever wants to warn.
#[derive(Clone, Debug)]
pub struct Certificate {
    key: PublicKey,
    details: CertificateDetails,
}

impl Certificate {
    /// Reads the first `CERTIFICATE` of a PEM file.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read, or its key is not RSA.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        Self::from_der(&find(pem)?)
    }

    /// Reads the bytes of one certificate.
    ///
    /// # Errors
    ///
    /// They are no certificate, or its key is not RSA.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let (details, spki) = read(der)?;
        Ok(Self { key: PublicKey::from_spki(&spki)?, details })
    }

    /// The key that it holds.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Serial number and dates.
    pub fn details(&self) -> &CertificateDetails {
        &self.details
    }

    /// From when on its issuer meant it to be used.
    pub fn not_before(&self) -> UnixMillis {
        self.details.not_before
    }

    /// Until when its issuer meant it to be used. Not checked by anything here.
    pub fn not_after(&self) -> UnixMillis {
        self.details.not_after
    }
}

/// What a certificate of any key says of itself: serial number and dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateDetails {
    serial_number: String,
    not_before: UnixMillis,
    not_after: UnixMillis,
}

impl CertificateDetails {
    /// Reads the first `CERTIFICATE` of a PEM file, whatever its key is.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        Self::from_der(&find(pem)?)
    }

    /// Reads the bytes of one certificate, whatever its key is.
    ///
    /// # Errors
    ///
    /// They are no certificate.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        read(der).map(|(details, _)| details)
    }

    /// The serial number in decimal digits, up to 49 of them; the issuer gave it. Never a number on
    /// the wire: no JSON number holds so many digits.
    pub fn serial_number(&self) -> &str {
        &self.serial_number
    }

    /// From when on its issuer meant it to be used.
    pub fn not_before(&self) -> UnixMillis {
        self.not_before
    }

    /// Until when its issuer meant it to be used; that moment included.
    pub fn not_after(&self) -> UnixMillis {
        self.not_after
    }

    /// How a certificate stands at a moment, with a warning so long before its end.
    ///
    /// A new certificate is registered with the bank by a request that the old one still signs: once
    /// that has ended it is too late.
    pub fn standing(&self, now: UnixMillis, notice: Duration) -> Standing {
        let left = self.not_after.get().saturating_sub(now.get());
        match u64::try_from(left).map(Duration::from_millis) {
            _ if now < self.not_before => Standing::NotYetValid,
            Err(_) => Standing::Ended,
            Ok(left) if left <= notice => Standing::EndsSoon { left },
            Ok(_) => Standing::Valid,
        }
    }
}

/// How a certificate stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Its time has not begun.
    NotYetValid,
    /// Its time has begun and lasts longer than the notice asked for.
    Valid,
    /// Its time ends within the notice asked for.
    #[non_exhaustive]
    EndsSoon {
        /// How long it still lasts.
        left: Duration,
    },
    /// Its time is over.
    Ended,
}

/// The bytes of the first `CERTIFICATE` of a PEM text.
pub(crate) fn find(pem: &[u8]) -> Result<Wiped, KeyError> {
    let block = pem::find(pem, |label| label == "CERTIFICATE");
    block.map(|block| block.der).ok_or_else(|| KeyError::format("no certificate in the pem text"))
}

/// Reads a certificate: what it says of itself, and its key as SPKI.
pub(crate) fn read(der: &[u8]) -> Result<(CertificateDetails, Vec<u8>), KeyError> {
    let unreadable = || KeyError::format("not an x.509 certificate");
    let whole = x509_cert::Certificate::from_der(der).map_err(|_| unreadable())?;
    let body = whole.tbs_certificate;
    let spki = body.subject_public_key_info.to_der().map_err(|_| unreadable())?;
    let details = CertificateDetails {
        serial_number: decimal(body.serial_number.as_bytes()),
        not_before: moment(body.validity.not_before),
        not_after: moment(body.validity.not_after),
    };
    Ok((details, spki))
}

fn moment(time: Time) -> UnixMillis {
    UnixMillis::new(0).plus(time.to_unix_duration())
}

/// A whole number in decimal digits, from big-endian bytes in two's complement.
fn decimal(bytes: &[u8]) -> String {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let mut number = bytes.to_vec();
    if negative {
        // Issuers must not, and some did: the number below zero is what the bytes say.
        let mut carry = true;
        for byte in number.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(carry.into());
        }
    }
    let mut digits = Vec::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut rest = 0;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            // Below 256, since the rest before it is below 10.
            *byte = u8::try_from(value / 10).unwrap_or(u8::MAX);
            rest = value % 10;
        }
        digits.extend(char::from_digit(rest, 10));
    }
    if digits.is_empty() {
        digits.push('0');
    }
    digits.extend(negative.then_some('-'));
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn serial_numbers_are_decimal() {
        for (bytes, text) in [
            (&[][..], "0"),
            (&[0], "0"),
            (&[9], "9"),
            (&[10], "10"),
            (&[0, 255], "255"),
            (&[0xFF], "-1"),
            (&[0x80, 0], "-32768"),
            (&[0x01, 0x60, 0x27, 0x66, 0xDD, 0xDA], "1512489541082"),
            (&[0x7F; 20], "727885129180488904360266563744972327436484050815"),
        ] {
            assert_eq!(decimal(bytes), text);
        }
    }

    #[test]
    fn the_warning_comes_before_the_end() {
        let details = CertificateDetails {
            serial_number: "1".to_owned(),
            not_before: UnixMillis::new(1_000),
            not_after: UnixMillis::new(10_000),
        };
        let notice = Duration::from_secs(2);
        let at = |millis| details.standing(UnixMillis::new(millis), notice);
        let soon = |millis| Standing::EndsSoon { left: Duration::from_millis(millis) };
        assert_eq!((at(999), at(1_000)), (Standing::NotYetValid, Standing::Valid));
        assert_eq!((at(7_999), at(8_000)), (Standing::Valid, soon(2_000)));
        assert_eq!((at(10_000), at(10_001)), (soon(0), Standing::Ended));
        assert_eq!((at(i64::MIN), at(i64::MAX)), (Standing::NotYetValid, Standing::Ended));
    }

    proptest! {
        #[test]
        fn every_number_comes_out(number: i128) {
            prop_assert_eq!(decimal(&number.to_be_bytes()), number.to_string());
        }
    }
}
