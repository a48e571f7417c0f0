//! Key files of every format, made with OpenSSL.

use payments_core::{Secret, time::UnixMillis};
use payments_sign::{
    AsyncSigner, Certificate, Digest, KeyError, PrivateKey, PublicKey, RsaSigner, RsaVerifier,
    Signer, Verifier as _,
};
use proptest::prelude::*;

use crate::key;

fn passphrase() -> Secret {
    Secret::<String>::new("passphrase")
}

/// The public half that every private key file of the tests must show.
fn public() -> PublicKey {
    PublicKey::from_pem(&key("rsa.spki.pem")).expect("reads")
}

#[test]
fn every_format_of_a_private_key() {
    let expected = public();
    for name in ["rsa.pkcs8.pem", "rsa.pkcs1.pem"] {
        let read = PrivateKey::from_pem(&key(name)).expect(name);
        assert_eq!(read.public_key(), expected, "{name}");
        // A passphrase that nothing asks for does no harm.
        assert!(PrivateKey::from_encrypted_pem(&key(name), &passphrase()).is_ok(), "{name}");
    }
    for name in ["rsa.pkcs8.der", "rsa.pkcs1.der"] {
        assert_eq!(PrivateKey::from_der(&key(name)).expect(name).public_key(), expected, "{name}");
    }
}

fn encrypted_pems() -> Vec<&'static str> {
    let mut names = vec!["rsa.pbes2-aes256.pem", "rsa.pbes2-des-ede3.pem", "rsa.pbes2-scrypt.pem"];
    if cfg!(feature = "legacy-pem") {
        names.extend(["rsa.legacy-des3.pem", "rsa.legacy-aes128.pem"]);
        names.extend(["rsa.legacy-aes192.pem", "rsa.legacy-aes256.pem"]);
    }
    names
}

#[test]
fn every_way_of_encryption() {
    for name in encrypted_pems() {
        let read = PrivateKey::from_encrypted_pem(&key(name), &passphrase()).expect(name);
        assert_eq!(read.public_key(), public(), "{name}");
        assert!(PrivateKey::from_pem(&key(name)).expect_err(name).is_encrypted(), "{name}");
        for wrong in ["", "Passphrase", "passphrase ", "пароль"] {
            let wrong = Secret::<String>::new(wrong);
            let error = PrivateKey::from_encrypted_pem(&key(name), &wrong).expect_err(name);
            assert!(error.is_wrong_passphrase(), "{name}: {error}");
        }
    }
    let der = key("rsa.pbes2-aes256.der");
    assert_eq!(
        PrivateKey::from_encrypted_der(&der, &passphrase()).expect("reads").public_key(),
        public()
    );
    assert!(PrivateKey::from_der(&der).expect_err("encrypted").is_encrypted());
}

/// Padding comes out right for one wrong passphrase in 256: still it is the passphrase.
#[test]
fn a_wrong_passphrase_is_told_however_the_padding_comes_out() {
    let tried: &[_] = if cfg!(feature = "legacy-pem") { &["rsa.legacy-des3.pem"] } else { &[] };
    for name in tried {
        let pem = key(name);
        for number in 0..2_000 {
            let wrong = Secret::<String>::new(format!("wrong {number}"));
            let error = PrivateKey::from_encrypted_pem(&pem, &wrong).expect_err(name);
            assert!(error.is_wrong_passphrase(), "{name}: {error}");
        }
    }
}

#[test]
fn each_mistake_has_its_own_error() {
    type Is = fn(&KeyError) -> bool;
    let table: [(&str, Is); 11] = [
        ("rsa.pbes1.pem", KeyError::is_unsupported),
        ("rsa.pbes2-sha1.pem", KeyError::is_unsupported),
        ("ec.sec1.pem", KeyError::is_not_rsa),
        ("ec.pkcs8.pem", KeyError::is_not_rsa),
        ("ec.pbes2.pem", KeyError::is_not_rsa),
        ("ed25519.pkcs8.pem", KeyError::is_not_rsa),
        ("weak.pkcs8.pem", KeyError::is_too_small),
        ("exponent-3.pkcs8.pem", KeyError::is_rejected),
        ("rsa.spki.pem", KeyError::is_wrong_format),
        ("rsa.certificate.pem", KeyError::is_wrong_format),
        ("rsa.p12", KeyError::is_wrong_format),
    ];
    let all: [Is; 8] = [
        KeyError::is_unsupported,
        KeyError::is_not_rsa,
        KeyError::is_too_small,
        KeyError::is_rejected,
        KeyError::is_wrong_format,
        KeyError::is_encrypted,
        KeyError::is_wrong_passphrase,
        KeyError::is_empty,
    ];
    for (name, expected) in table {
        let error = PrivateKey::from_encrypted_pem(&key(name), &passphrase()).expect_err(name);
        assert!(expected(&error), "{name}: {error}");
        assert_eq!(all.iter().filter(|is| is(&error)).count(), 1, "{name}: {error}");
    }
    assert!(PrivateKey::from_der(&key("ec.sec1.der")).expect_err("ec").is_not_rsa());
    assert!(PrivateKey::from_der(&key("rsa.p12")).expect_err("pkcs#12").is_wrong_format());
    assert!(PrivateKey::from_der(&key("rsa.pkcs8.pem")).expect_err("pem").is_wrong_format());
    if !cfg!(feature = "legacy-pem") {
        let error = PrivateKey::from_encrypted_pem(&key("rsa.legacy-des3.pem"), &passphrase());
        assert!(error.expect_err("the feature is off").is_unsupported());
    }
}

#[test]
fn every_format_of_a_public_key() {
    for name in ["rsa.spki.pem", "rsa.public-pkcs1.pem", "rsa.certificate.pem"] {
        assert_eq!(PublicKey::from_pem(&key(name)).expect(name), public(), "{name}");
    }
    for name in ["rsa.spki.der", "rsa.public-pkcs1.der"] {
        assert_eq!(PublicKey::from_der(&key(name)).expect(name), public(), "{name}");
    }
    for name in ["ec.spki.pem", "ec.certificate.pem"] {
        assert!(PublicKey::from_pem(&key(name)).expect_err(name).is_not_rsa(), "{name}");
    }
    for name in ["rsa.pkcs8.pem", "rsa.p12"] {
        assert!(PublicKey::from_pem(&key(name)).expect_err(name).is_wrong_format(), "{name}");
    }
    assert!(PublicKey::from_der(&key("rsa.p12")).expect_err("pkcs#12").is_wrong_format());
    assert!(Certificate::from_pem(&key("rsa.spki.pem")).expect_err("no").is_wrong_format());
}

#[test]
fn a_certificate_out_of_date_is_read() {
    let certificate = Certificate::from_pem(&key("rsa.certificate.pem")).expect("reads");
    let day = UnixMillis::new(certificate.not_before().get() + 86_400_000);
    assert_eq!(certificate.not_after(), day);
    assert_eq!(*certificate.public_key(), public());
}

#[test]
fn a_small_key_checks_only_where_it_is_allowed_by_name() {
    let weak = PublicKey::from_pem(&key("weak.spki.pem")).expect("reads");
    assert_eq!(weak.bits(), 1024);
    for digest in [Digest::Sha256, Digest::Sha512] {
        let error = RsaVerifier::new(weak.clone(), digest).expect_err("too small");
        assert!(error.is_too_small());
        assert_eq!(error.to_string(), "the key has 1024 bits where at least 2048 are needed");
        assert!(RsaVerifier::allowing_weak_1024_bit_keys(weak.clone(), digest).is_ok());
    }
}

#[test]
fn line_breaks_do_not_matter() {
    let pem = String::from_utf8(key("rsa.pkcs8.pem")).expect("text");
    let crlf = pem.replace('\n', "\r\n");
    let label = |line: &str| line.starts_with('-');
    let body: String = pem.lines().filter(|line| !label(line)).collect();
    let one = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
    let none = format!("-----BEGIN PRIVATE KEY-----{body}-----END PRIVATE KEY-----");
    let among =
        format!("subject=x\n{}\n{pem}", String::from_utf8(key("rsa.certificate.pem")).unwrap());
    for pem in [crlf, one, none, among] {
        let read = PrivateKey::from_pem(pem.as_bytes()).expect("reads");
        assert_eq!(read.public_key(), public());
    }
}

/// Whatever of a key reaches `Debug` or an error would be seen in logs.
#[test]
fn nothing_of_a_key_or_passphrase_shows() {
    let private = PrivateKey::from_pem(&key("rsa.pkcs8.pem")).expect("reads");
    let signer = RsaSigner::sha512(private.clone());
    assert_eq!(format!("{private:?}"), "PrivateKey(2048 bits)");
    assert_eq!(format!("{signer:?}"), "RsaSigner { digest: Sha512, .. }");
    assert_eq!(format!("{:?}", private.public_key()), "PublicKey(2048 bits)");
    let marker = Secret::<String>::new("MARKER");
    for name in ["rsa.pbes2-aes256.pem", "rsa.legacy-des3.pem", "rsa.pbes1.pem", "rsa.p12"] {
        let error = PrivateKey::from_encrypted_pem(&key(name), &marker).expect_err(name);
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("MARKER"), "{shown}");
    }
    let planted = b"-----BEGIN PRIVATE KEY-----\nMARKERMARKER\n-----END PRIVATE KEY-----";
    let error = PrivateKey::from_pem(planted).expect_err("no key");
    assert!(!format!("{error} {error:?}").contains("MARKER"));
}

#[test]
fn a_signer_is_an_async_signer_too() {
    let private = PrivateKey::from_pem(&key("rsa.pkcs8.pem")).expect("reads");
    let signer = RsaSigner::sha512(private);
    let shared: std::sync::Arc<dyn AsyncSigner> = std::sync::Arc::new(signer.clone());
    let mut signing = shared.sign(b"message");
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(made) = signing.as_mut().poll(&mut context) else {
        panic!("signs at once");
    };
    let made = made.expect("signs");
    assert_eq!(made, Signer::sign(&signer, b"message").expect("signs"));
    let verifier = RsaVerifier::sha512(public()).expect("large enough");
    assert_eq!(verifier.verify(b"message", &made), Ok(()));
}

proptest! {
    #[test]
    fn reading_is_total(bytes: Vec<u8>, at: usize, by: u8) {
        let _ = PrivateKey::from_der(&bytes);
        let _ = PublicKey::from_der(&bytes);
        let _ = Certificate::from_der(&bytes);
        let _ = PublicKey::from_pem(&bytes);
        for name in ["rsa.pkcs8.der", "rsa.spki.der", "rsa.public-pkcs1.der"] {
            let mut der = key(name);
            let at = at % der.len();
            der[at] = by;
            let _ = PrivateKey::from_der(&der);
            let _ = PublicKey::from_der(&der);
        }
    }
}
