//! Whom the stack trusts and as whom it presents itself.
//!
//! Verification cannot be turned off. Trust is added to one stack at a time and to nothing else in
//! the process.

use std::sync::Arc;

use payments_core::Secret;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use crate::stack::{Kind, StackError};

/// Which authorities are trusted before any are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Roots {
    /// Those of the operating system. `SSL_CERT_FILE` and `SSL_CERT_DIR` replace them.
    #[default]
    System,
    /// Mozilla's list, compiled in.
    WebPki,
    /// None: only those that are added are trusted. The tightest choice for one known bank.
    OnlyExtra,
}

/// What the builder collects about TLS.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    pub(crate) roots: Roots,
    pub(crate) extra_pem: Vec<Vec<u8>>,
    pub(crate) extra_der: Vec<Vec<u8>>,
    pub(crate) identity: Option<Identity>,
    #[cfg(feature = "russian-trusted-ca")]
    pub(crate) russian: bool,
}

/// A client certificate with its key, both PEM.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<u8>,
    pub(crate) key: Secret,
}

impl Tls {
    /// Builds the configuration, always with ring: rustls's own default panics where a program
    /// turns on two providers.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, StackError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| StackError::of(Kind::Tls(error)))?
            .with_root_certificates(self.root_store()?);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(identity.chain()?, identity.key()?)
                .map_err(|error| StackError::of(Kind::Identity(Some(error))))?,
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn root_store(&self) -> Result<RootCertStore, StackError> {
        let mut store = RootCertStore::empty();
        match self.roots {
            Roots::System => {
                // Single unreadable entries of a system's store are common and left out.
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
            Roots::WebPki => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Roots::OnlyExtra => {}
        }
        for root in self.extra()? {
            store.add(root).map_err(|error| StackError::of(Kind::ExtraRoot(Some(error))))?;
        }
        if store.is_empty() { Err(StackError::of(Kind::NoRoots)) } else { Ok(store) }
    }

    fn extra(&self) -> Result<Vec<CertificateDer<'static>>, StackError> {
        let unreadable = || StackError::of(Kind::ExtraRoot(None));
        let mut all = Vec::new();
        for pem in &self.extra_pem {
            let found: Vec<_> = CertificateDer::pem_slice_iter(pem)
                .collect::<Result<_, _>>()
                .map_err(|_| unreadable())?;
            if found.is_empty() {
                return Err(unreadable());
            }
            all.extend(found);
        }
        all.extend(self.extra_der.iter().cloned().map(CertificateDer::from));
        #[cfg(feature = "russian-trusted-ca")]
        if self.russian {
            all.push(russian::root()?);
        }
        Ok(all)
    }
}

impl Identity {
    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, StackError> {
        CertificateDer::pem_slice_iter(&self.chain)
            .collect::<Result<Vec<_>, _>>()
            .ok()
            .filter(|chain| !chain.is_empty())
            .ok_or_else(|| StackError::of(Kind::Identity(None)))
    }

    fn key(&self) -> Result<PrivateKeyDer<'static>, StackError> {
        PrivateKeyDer::from_pem_slice(self.key.expose().as_bytes())
            .map_err(|_| StackError::of(Kind::Identity(None)))
    }
}

/// The root of the Russian national certification authority, as published at gosuslugi.ru/crt.
#[cfg(feature = "russian-trusted-ca")]
mod russian {
    use super::{CertificateDer, Kind, StackError};
    use rustls_pki_types::pem::PemObject as _;

    const ROOT: &[u8] = include_bytes!("../certs/russian-trusted-root-ca.pem");

    /// SHA-256 over the certificate (DER).
    const ROOT_SHA256: [u8; 32] = [
        0xD2, 0x6D, 0x2D, 0x02, 0x31, 0xB7, 0xC3, 0x9F, 0x92, 0xCC, 0x73, 0x85, 0x12, 0xBA, 0x54,
        0x10, 0x35, 0x19, 0xE4, 0x40, 0x5D, 0x68, 0xB5, 0xBD, 0x70, 0x3E, 0x97, 0x88, 0xCA, 0x8E,
        0xCF, 0x31,
    ];

    /// Gives the root, if it is still the pinned one.
    pub(super) fn root() -> Result<CertificateDer<'static>, StackError> {
        pinned(ROOT)
    }

    fn pinned(pem: &[u8]) -> Result<CertificateDer<'static>, StackError> {
        let wrong = || StackError::of(Kind::Fingerprint);
        let root = CertificateDer::from_pem_slice(pem).map_err(|_| wrong())?;
        let digest = ring::digest::digest(&ring::digest::SHA256, &root);
        if digest.as_ref() == ROOT_SHA256 { Ok(root) } else { Err(wrong()) }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_root_is_the_pinned_one_and_no_other_passes() {
            assert!(root().is_ok());
            let other = rcgen::generate_simple_self_signed(["bank.example".to_owned()])
                .expect("generates")
                .cert
                .pem();
            assert!(pinned(other.as_bytes()).is_err());
            assert!(pinned(b"").is_err());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn self_signed() -> rcgen::CertifiedKey<rcgen::KeyPair> {
        rcgen::generate_simple_self_signed(["bank.example".to_owned()]).expect("generates")
    }

    fn only_extra() -> Tls {
        Tls { roots: Roots::OnlyExtra, ..Tls::default() }
    }

    #[test]
    fn a_stack_that_trusts_nobody_is_not_built() {
        let error = only_extra().config().expect_err("no roots");
        assert_eq!(error.to_string(), "no trusted root certificate was found");
    }

    #[test]
    fn extra_roots_are_read_from_pem_and_der_and_nothing_else() {
        let root = self_signed();
        let mut tls = only_extra();
        tls.extra_pem.push(format!("{}\n{0}", root.cert.pem()).into_bytes());
        tls.extra_der.push(root.cert.der().to_vec());
        assert_eq!(tls.root_store().expect("three roots").len(), 3);
        for pem in ["", "hello", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            let mut tls = only_extra();
            tls.extra_pem.push(pem.into());
            assert!(tls.config().is_err(), "{pem}");
        }
        let mut tls = only_extra();
        tls.extra_der.push(b"hello".to_vec());
        assert!(tls.config().is_err());
    }

    #[test]
    fn the_compiled_in_roots_are_there() {
        let tls = Tls { roots: Roots::WebPki, ..Tls::default() };
        assert!(tls.root_store().expect("mozilla's").len() > 50);
    }

    #[test]
    fn a_client_certificate_needs_its_own_key() {
        let (own, other) = (self_signed(), self_signed());
        let with = |chain: String, key: String| Tls {
            roots: Roots::WebPki,
            identity: Some(Identity { chain: chain.into_bytes(), key: Secret::new(key) }),
            ..Tls::default()
        };
        let key = own.signing_key.serialize_pem();
        assert!(with(own.cert.pem(), key.clone()).config().is_ok());
        for (chain, key) in [
            (own.cert.pem(), other.signing_key.serialize_pem()),
            (own.cert.pem(), String::new()),
            (String::new(), key.clone()),
            (key.clone(), key),
        ] {
            let tls = with(chain, key);
            let error = tls.config().expect_err("refused");
            assert!(!format!("{tls:?} {error:?} {error}").contains("PRIVATE"));
        }
    }
}
