//! The sandbox's own certification authority and the certificate of its TLS listener.

use std::{fs, io, path::Path, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData as _,
};
use ring::digest::{SHA256, digest};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject as _};
use time::{Duration, OffsetDateTime};

use super::{ServeError, error::Kind};

/// Signs the listener's certificate. Whoever wants to call the sandbox trusts its certificate.
pub(super) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What a TLS listener needs, and how a browser can be told to accept it.
pub(super) struct Identity {
    pub(super) config: Arc<ServerConfig>,
    pub(super) spki_sha256: String,
    pub(super) certificate: CertificateDer<'static>,
}

impl Authority {
    /// A new authority, for ten years from yesterday.
    pub(super) fn fresh() -> Result<Self, ServeError> {
        let key = KeyPair::generate().map_err(Kind::Certificate)?;
        let params = authority_params();
        let pem = params.self_signed(&key).map_err(Kind::Certificate)?.pem();
        Ok(Self { pem, issuer: Issuer::new(params, key) })
    }

    /// The authority that an earlier start left in two files, or a new one that is left there.
    pub(super) fn kept(certificate: &Path, key: &Path) -> Result<Self, ServeError> {
        match (read(certificate)?, read(key)?) {
            (Some(pem), Some(key)) => {
                Self::from_pem(pem, &key).ok_or_else(|| Kind::ForeignAuthority.into())
            }
            (None, None) => {
                let authority = Self::fresh()?;
                write_private(key, &authority.issuer.key().serialize_pem())?;
                write(certificate, &authority.pem)?;
                Ok(authority)
            }
            _ => Err(Kind::HalfAuthority.into()),
        }
    }

    /// Takes what [`kept`](Self::kept) wrote; none if certificate and key do not belong together.
    fn from_pem(pem: String, key: &str) -> Option<Self> {
        let key = KeyPair::from_pem(key).ok()?;
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        let spki = key.subject_public_key_info();
        let belongs = certificate.windows(spki.len()).any(|part| part == spki);
        belongs.then(|| Self { pem, issuer: Issuer::new(authority_params(), key) })
    }

    /// The authority's certificate.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these names and addresses, for one year from yesterday, with a new key.
    pub(super) fn identity(&self, names: Vec<String>) -> Result<Identity, ServeError> {
        let key = KeyPair::generate().map_err(Kind::Certificate)?;
        let mut params = CertificateParams::new(names).map_err(Kind::Certificate)?;
        params.distinguished_name.push(DnType::CommonName, "payments-sandbox");
        (params.not_before, params.not_after) = validity(365);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.issuer).map_err(Kind::Certificate)?;
        let certificate = certificate.der().clone();
        let spki = digest(&SHA256, &key.subject_public_key_info());
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(Kind::Tls)?
                .with_no_client_auth()
                .with_single_cert(vec![certificate.clone()], key.into())
                .map_err(Kind::Tls)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let spki_sha256 = BASE64_STANDARD.encode(spki);
        Ok(Identity { config: Arc::new(config), spki_sha256, certificate })
    }
}

/// The same for every authority: certificates name their issuer by it, whichever start signs them.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "payments-sandbox test authority");
    params.distinguished_name.push(DnType::OrganizationName, "payments-sandbox, tests only");
    (params.not_before, params.not_after) = validity(3650);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// From yesterday, so that a clock that is a little behind accepts it.
fn validity(days: i64) -> (OffsetDateTime, OffsetDateTime) {
    let now = OffsetDateTime::now_utc();
    (now - Duration::days(1), now + Duration::days(days))
}

fn read(path: &Path) -> Result<Option<String>, ServeError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Kind::File(path.to_owned(), error).into()),
    }
}

/// Writes a file that everybody may read.
pub(super) fn write(path: &Path, text: &str) -> Result<(), ServeError> {
    fs::write(path, text).map_err(|error| Kind::File(path.to_owned(), error).into())
}

/// Writes a file that only its owner may read, where the system knows such a thing.
fn write_private(path: &Path, text: &str) -> Result<(), ServeError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written =
        options.open(path).and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|error| Kind::File(path.to_owned(), error).into())
}

#[cfg(test)]
mod tests {
    use rustls::{RootCertStore, client::WebPkiServerVerifier, client::danger::ServerCertVerifier};
    use rustls_pki_types::{ServerName, UnixTime};

    use super::*;

    fn names() -> Vec<String> {
        ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into()
    }

    /// Whether someone who trusts `authority` accepts what `identity` shows under a name.
    fn accepted(authority: &Authority, identity: &Identity, name: &str) -> bool {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("pem");
        roots.add(root).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let name = ServerName::try_from(name).expect("a name");
        verifier
            .expect("builds")
            .verify_server_cert(&identity.certificate, &[], &name, &[], UnixTime::now())
            .is_ok()
    }

    #[test]
    fn only_those_who_trust_this_authority_accept_its_certificate() {
        let (own, other) = (Authority::fresh().expect("one"), Authority::fresh().expect("another"));
        let identity = own.identity(names()).expect("identity");
        for name in ["localhost", "127.0.0.1", "::1"] {
            assert!(accepted(&own, &identity, name), "{name}");
            assert!(!accepted(&other, &identity, name), "{name}");
        }
        assert!(!accepted(&own, &identity, "bank.example"));
    }

    #[test]
    fn the_fingerprint_is_that_of_the_certificate_s_key() {
        let identity = Authority::fresh().and_then(|own| own.identity(names())).expect("identity");
        let spki = BASE64_STANDARD.decode(&identity.spki_sha256).expect("base64");
        // A P-256 key's SPKI is 91 bytes long.
        let mut parts = identity.certificate.windows(91);
        assert!(parts.any(|part| digest(&SHA256, part).as_ref() == spki));
    }

    #[test]
    fn a_kept_authority_is_found_again_and_nothing_else_is_overwritten() {
        let folder = std::env::temp_dir().join(format!("payments-sandbox-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let (certificate, key) = (folder.join("ca.pem"), folder.join("ca.key"));
        let first = Authority::kept(&certificate, &key).expect("made");
        let again = Authority::kept(&certificate, &key).expect("found");
        assert_eq!(first.pem(), again.pem());
        assert!(accepted(&first, &again.identity(names()).expect("identity"), "localhost"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&key).expect("there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "the key is its owner's alone");
        }
        fs::write(&certificate, Authority::fresh().expect("another").pem()).expect("written");
        assert!(Authority::kept(&certificate, &key).is_err(), "not its key");
        fs::remove_file(&key).expect("removed");
        assert!(Authority::kept(&certificate, &key).is_err(), "no key");
        fs::remove_dir_all(&folder).expect("removed");
    }
}
