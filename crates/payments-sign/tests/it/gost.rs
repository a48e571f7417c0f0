//! Keys, certificates and signatures that OpenSSL's GOST engine made (`testdata/gost`).

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use payments_core::{
    canonical::{A2cText, Scalars},
    time::UnixMillis,
};
use payments_sign::{
    Certificate, CertificateDetails, GostCertificate, GostPrivateKey, GostPublicKey, GostSigner,
    GostVerifier, KeyError, PrivateKey, PublicKey, SignatureByteOrder, Signer as _, Verifier,
    gost::{self, ParameterSet},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::{altered, key, testdata};

/// One fixture: its fields.
struct Fixture(Value);

impl Fixture {
    fn all() -> Vec<Self> {
        let json = fs::read(testdata("gost/fixtures.json")).expect("the fixtures");
        let mut json: Value = serde_json::from_slice(&json).expect("json");
        let Value::Array(fixtures) = json["fixtures"].take() else { panic!("a list") };
        assert_eq!(fixtures.len(), 5);
        fixtures.into_iter().map(Self).collect()
    }

    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_else(|| panic!("{field}"))
    }

    fn base64(&self, field: &str) -> Vec<u8> {
        STANDARD.decode(self.text(field)).expect("base64")
    }

    fn set(&self) -> ParameterSet {
        match self.text("paramset_openssl") {
            "A" => ParameterSet::CryptoProA,
            "TCA" => ParameterSet::Tc26A256,
            "TCB" => ParameterSet::Tc26B256,
            "TCC" => ParameterSet::Tc26C256,
            "TCD" => ParameterSet::Tc26D256,
            other => panic!("{other}"),
        }
    }
}

fn only_this_fits(verifier: &dyn Verifier, message: &[u8], signature: &[u8]) {
    assert_eq!(verifier.verify(message, signature), Ok(()));
    for message in altered(message) {
        assert!(verifier.verify(&message, signature).is_err(), "altered message");
    }
    for signature in altered(signature) {
        assert!(verifier.verify(message, &signature).is_err(), "altered signature");
    }
    for other in [&signature[1..], &[], &[signature, &[0]].concat(), &[&[0], signature].concat()] {
        assert!(verifier.verify(message, other).is_err(), "another length");
    }
}

/// text, digest, and the signature over the digest in both orders.
#[test]
fn every_fixture_of_the_engine() {
    for fixture in Fixture::all() {
        let request = [("isNeedRrn", "true"), ("TerminalKey", "TinkoffBankTest")];
        let request = Scalars::of(request.into_iter().chain([("PaymentId", "20150")]));
        let request = request.expect("once each");
        let text = A2cText::of(&request);
        assert_eq!(text.expose(), fixture.text("message"));
        let digest = gost::a2c_digest(&text);
        assert_eq!(digest.value(), fixture.text("DigestValue"));

        let key = GostPublicKey::from_der(&fixture.base64("public_key_spki_der_b64"));
        let key = key.expect("reads");
        assert_eq!((key.parameter_set(), key.bits()), (fixture.set(), 256));
        let standard = GostVerifier::new(key.clone());
        let reversed = standard.clone().byte_order(SignatureByteOrder::CspReversed);
        let double = fixture.base64("signature_tbank_double_hash_b64");
        only_this_fits(&standard, digest.message(), &double);
        let turned = fixture.base64("signature_tbank_double_hash_csp_reversed_b64");
        assert!(double.iter().eq(turned.iter().rev()));
        only_this_fits(&reversed, digest.message(), &turned);
        assert!(standard.verify(digest.message(), &turned).is_err());
        assert!(reversed.verify(digest.message(), &double).is_err());

        // Hashed once, the text is another message than its digest.
        let single = fixture.base64("signature_over_digest_single_hash_b64");
        only_this_fits(&standard, text.expose().as_bytes(), &single);
        assert!(standard.verify(digest.message(), &single).is_err());

        let private = GostPrivateKey::from_der(&fixture.base64("private_key_pkcs8_der_b64"));
        let private = private.expect("reads");
        assert_eq!(*private.public_key(), key);
        let made = GostSigner::new(private).sign(digest.message()).expect("signs");
        only_this_fits(&standard, digest.message(), &made);
    }
}

/// the serial number as the bank shows it, in decimal digits.
#[test]
fn every_certificate_of_the_engine() {
    for fixture in Fixture::all() {
        let der = fixture.base64("certificate_der_b64");
        let certificate = GostCertificate::from_der(&der).expect("reads");
        let spki = fixture.base64("public_key_spki_der_b64");
        assert_eq!(*certificate.public_key(), GostPublicKey::from_der(&spki).expect("reads"));
        assert_eq!(GostPublicKey::from_der(&der).expect("reads"), *certificate.public_key());
        let details = certificate.details();
        assert_eq!(details.serial_number(), fixture.text("cert_serial_dec"));
        // 2026-11-22 13:10:03 to 2036-11-19 13:10:03.
        assert_eq!(details.not_before(), UnixMillis::new(1_795_353_003_000));
        assert_eq!(details.not_after(), UnixMillis::new(2_110_713_003_000));
        let body = STANDARD.encode(&der);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        assert_eq!(CertificateDetails::from_pem(pem.as_bytes()).as_ref(), Ok(details));
        let read = GostCertificate::from_pem(pem.as_bytes()).expect("reads");
        assert_eq!(read.public_key(), certificate.public_key());
        assert_eq!(GostPublicKey::from_pem(pem.as_bytes()).as_ref(), Ok(read.public_key()));
        assert!(Certificate::from_der(&der).expect_err("not rsa").is_not_rsa());
    }
}

#[test]
fn each_mistake_has_its_own_error() {
    type Is = fn(&KeyError) -> bool;
    let private: [(&str, Is); 5] = [
        ("rsa.pkcs8.pem", KeyError::is_not_gost),
        ("rsa.pkcs1.pem", KeyError::is_not_gost),
        ("ec.pkcs8.pem", KeyError::is_not_gost),
        ("rsa.pbes2-aes256.pem", KeyError::is_encrypted),
        ("rsa.spki.pem", KeyError::is_wrong_format),
    ];
    for (name, is) in private {
        let error = GostPrivateKey::from_pem(&key(name)).expect_err(name);
        assert!(is(&error), "{name}: {error}");
    }
    for name in ["rsa.spki.pem", "ec.spki.pem", "rsa.certificate.pem", "ec.certificate.pem"] {
        assert!(GostPublicKey::from_pem(&key(name)).expect_err(name).is_not_gost(), "{name}");
    }
    let fixture = &Fixture::all()[0];
    let der = fixture.base64("private_key_pkcs8_der_b64");
    assert!(PrivateKey::from_der(&der).expect_err("gost").is_not_rsa());
    let spki = fixture.base64("public_key_spki_der_b64");
    assert!(PublicKey::from_der(&spki).expect_err("gost").is_not_rsa());

    // The last digit of the parameter set: 1.2.643.2.2.35.9.
    let set = [0x2A, 0x85, 0x03, 0x02, 0x02, 0x23, 0x01];
    let at = der.windows(set.len()).position(|part| part == set).expect("names its set");
    let mut unknown = der.clone();
    unknown[at + set.len() - 1] = 9;
    let error = GostPrivateKey::from_der(&unknown).expect_err("unknown");
    assert!(error.is_unknown_parameter_set(), "{error}");

    // The number of the key: zero, and more than the order.
    for byte in [0, 0xFF] {
        let mut wrong = der.clone();
        let start = wrong.len() - 32;
        wrong[start..].fill(byte);
        let error = GostPrivateKey::from_der(&wrong).expect_err("out of range");
        assert!(error.is_rejected(), "{error}");
    }
    // Every other point but one with a single bit changed is off the curve.
    for changed in altered(&spki).skip(spki.len() - 64) {
        let error = GostPublicKey::from_der(&changed).expect_err("off the curve");
        assert!(error.is_rejected(), "{error}");
    }
}

/// Programs put the number of a key into PKCS#8 in three ways.
#[test]
fn every_way_of_writing_a_key() {
    for fixture in Fixture::all() {
        let bare = fixture.base64("private_key_pkcs8_der_b64");
        let expected = GostPrivateKey::from_der(&bare).expect("reads");
        let little = bare[bare.len() - 32..].to_vec();
        let big: Vec<u8> = little.iter().rev().copied().collect();
        let octets = [&[4, 32], little.as_slice()].concat();
        let zero: &[u8] = if big[0] < 0x80 { &[] } else { &[0] };
        let integer = [&[2, 32 + zero.len() as u8], zero, big.as_slice()].concat();
        for inner in [octets, integer] {
            let grown = u8::try_from(inner.len() - 32).expect("small");
            let mut der = bare[..bare.len() - 32].to_vec();
            let last = der.len() - 1;
            der[1] += grown;
            der[last] += grown;
            der.extend(inner);
            let read = GostPrivateKey::from_der(&der).expect("reads");
            assert_eq!(read.public_key(), expected.public_key());
        }
    }
}

/// Two names of one curve: a key under the one checks what a key under the other signed.
#[test]
fn names_of_one_curve_agree() {
    let fixtures = Fixture::all();
    let (a, b) = (&fixtures[0], &fixtures[2]);
    assert_eq!((a.set(), b.set()), (ParameterSet::CryptoProA, ParameterSet::Tc26B256));
    let number = |fixture: &Fixture| {
        let der = fixture.base64("private_key_pkcs8_der_b64");
        der[der.len() - 32..].to_vec()
    };
    let mut der = b.base64("private_key_pkcs8_der_b64");
    let start = der.len() - 32;
    der[start..].copy_from_slice(&number(a));
    let signer = GostSigner::new(GostPrivateKey::from_der(&der).expect("reads"));
    let spki = a.base64("public_key_spki_der_b64");
    let verifier = GostVerifier::new(GostPublicKey::from_der(&spki).expect("reads"));
    assert_eq!(verifier.verify(b"m", &signer.sign(b"m").expect("signs")), Ok(()));
}

#[test]
fn nothing_of_a_key_shows() {
    for fixture in Fixture::all() {
        let der = fixture.base64("private_key_pkcs8_der_b64");
        let key = GostPrivateKey::from_der(&der).expect("reads");
        let signer = GostSigner::new(key.clone());
        assert_eq!(format!("{key:?}"), "GostPrivateKey(256 bits)");
        assert_eq!(format!("{signer:?}"), "GostSigner { order: Standard, .. }");
    }
    let planted = b"-----BEGIN PRIVATE KEY-----\nMARKERMARKER\n-----END PRIVATE KEY-----";
    let error = GostPrivateKey::from_pem(planted).expect_err("no key");
    assert!(!format!("{error} {error:?}").contains("MARKER"));
}

proptest! {
    #[test]
    fn reading_is_total(bytes: Vec<u8>, at: usize, by: u8) {
        let _ = GostPrivateKey::from_der(&bytes);
        let _ = GostPublicKey::from_der(&bytes);
        let _ = GostCertificate::from_der(&bytes);
        let _ = GostPrivateKey::from_pem(&bytes);
        let _ = GostPublicKey::from_pem(&bytes);
        let fields = ["private_key_pkcs8_der_b64", "public_key_spki_der_b64", "certificate_der_b64"];
        for field in fields {
            let mut der = Fixture::all()[1].base64(field);
            let at = at % der.len();
            der[at] = by;
            let _ = GostPrivateKey::from_der(&der);
            let _ = GostPublicKey::from_der(&der);
        }
    }
}
