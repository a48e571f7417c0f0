//! The OpenSSL command line and `payments-sign` read each other's signatures and keys.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gateway_rest::order::pay::Card;
use gateway_rest::se_token::{Sealer, Stamp};
use payments_core::Secret;
use payments_core::canonical::body_hash::BodyHash;
use payments_core::card::{Cardholder, Cvc, Expiry, Pan};
use payments_core::id::{BindingId, OrderId};
use payments_core::time::UnixMillis;
use payments_sign::{
    Certificate, HmacKey, PrivateKey, PublicKey, RsaSigner, RsaVerifier, Signer as _, Verifier as _,
};

/// The signed body of the bank document; its credentials are samples.
const BODY: &[u8] = b"amount=10000&password=gcjgcW1&returnUrl=http&userName=signature-api";

/// The OpenSSL command line in one folder.
struct OpenSsl(PathBuf);

impl OpenSsl {
    fn new(test: &str) -> Self {
        Self(crate::folder(test))
    }

    /// Runs a command, given as one line of words.
    fn succeeds(&self, line: &str) -> bool {
        let mut command = Command::new("openssl");
        command.args(line.split(' ')).current_dir(&self.0);
        let output = crate::run(&mut command);
        if !output.status.success() {
            eprintln!("openssl {line}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        output.status.success()
    }

    fn must(&self, line: &str) {
        assert!(self.succeeds(line), "openssl {line}");
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).expect("a file of this test");
    }

    fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.0.join(name)).expect("a file that openssl wrote")
    }

    /// A new key pair in `key.pem` and `public.pem`.
    fn with_key(test: &str) -> Self {
        let openssl = Self::new(test);
        openssl.must("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
        openssl.must("pkey -in key.pem -pubout -out public.pem");
        openssl
    }
}

/// X-Signature is SHA-256 with RSA over the 32 bytes of the body's hash, in OpenSSL's eyes too.
#[test]
fn openssl_verifies_our_x_signature() {
    let openssl = OpenSsl::with_key("ours");
    let key = PrivateKey::from_pem(&openssl.read("key.pem")).expect("a key that openssl made");
    let hash = BodyHash::of(BODY);
    openssl.write("signature", RsaSigner::sha256(key).sign(hash.message()).expect("signed"));

    // OpenSSL hashes the body itself: the two sides share nothing but the body's bytes.
    openssl.write("body", BODY);
    openssl.must("dgst -sha256 -binary -out hash body");
    assert_eq!(openssl.read("hash"), hash.message());
    let verify = "dgst -sha256 -verify public.pem -signature signature";
    openssl.must(&format!("{verify} hash"));

    // The body itself, hashed once, is not what was signed.
    assert!(!openssl.succeeds(&format!("{verify} body")));
    openssl.write("other", BodyHash::of(b"amount=10001").message());
    assert!(!openssl.succeeds(&format!("{verify} other")));
}

#[test]
fn we_verify_what_openssl_signs() {
    let openssl = OpenSsl::with_key("theirs");
    let public = PublicKey::from_pem(&openssl.read("public.pem")).expect("a public key");
    let message = b"amount;35000099;operation;deposited;status;1;";
    openssl.write("message", message);
    for (digest, verifier, other) in [
        ("sha256", RsaVerifier::sha256(public.clone()), RsaVerifier::sha512(public.clone())),
        ("sha512", RsaVerifier::sha512(public.clone()), RsaVerifier::sha256(public.clone())),
    ] {
        openssl.must(&format!("dgst -{digest} -sign key.pem -out signature message"));
        let signature = openssl.read("signature");
        let verifier = verifier.expect("2048 bits");
        assert!(verifier.verify(message, &signature).is_ok(), "{digest}");
        assert!(verifier.verify(b"amount;35000098;", &signature).is_err(), "{digest}");
        assert!(other.expect("2048 bits").verify(message, &signature).is_err(), "{digest}");
        let mut damaged = signature;
        damaged[17] ^= 1;
        assert!(verifier.verify(message, &damaged).is_err(), "{digest}");
    }
}

#[test]
fn the_callback_checksum_is_openssl_s_hmac() {
    let openssl = OpenSsl::new("hmac");
    let text = "mdOrder;06cf5599-3f17-7c86-bdbc-bd7d00a8b38b;operation;approved;status;1;";
    openssl.write("text", text);
    openssl.must("dgst -sha256 -hmac ooc7slpvc61k7sf7ma7p4hrefr -binary -out mac text");
    let mac = openssl.read("mac");
    let hex: String = mac.iter().map(|byte| format!("{byte:02X}")).collect();
    let key = HmacKey::new(&Secret::new("ooc7slpvc61k7sf7ma7p4hrefr")).expect("a key");
    assert_eq!(key.sign_hex(text.as_bytes()).expect("signed"), hex);
}

/// Every form in which OpenSSL 3 hands out an RSA key gives the same key.
#[test]
fn keys_are_read_in_each_form_that_openssl_writes() {
    let openssl = OpenSsl::with_key("keys");
    let want = PrivateKey::from_pem(&openssl.read("key.pem")).expect("pkcs#8 pem");
    let want = RsaSigner::sha256(want).sign(BODY).expect("signed");
    let same = |key: Result<PrivateKey, payments_sign::KeyError>, form: &str| {
        let key = key.unwrap_or_else(|e| panic!("{form}: {e}"));
        assert_eq!(RsaSigner::sha256(key).sign(BODY).expect("signed"), want, "{form}");
    };

    openssl.must("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out k");
    same(PrivateKey::from_der(&openssl.read("k")), "pkcs#8 der");
    openssl.must("rsa -traditional -in key.pem -outform DER -out k");
    same(PrivateKey::from_der(&openssl.read("k")), "pkcs#1 der");
    openssl.must("rsa -traditional -in key.pem -out k");
    same(PrivateKey::from_pem(&openssl.read("k")), "pkcs#1 pem");

    let right = Secret::<String>::new("123456");
    let wrong = Secret::<String>::new("12345");
    for (form, line) in [
        ("pbes2 des-ede3-cbc", "pkcs8 -topk8 -v2 des3 -in key.pem -passout pass:123456 -out k"),
        ("pbes2 aes-128-cbc", "pkcs8 -topk8 -v2 aes128 -in key.pem -passout pass:123456 -out k"),
        ("pbes2 aes-256-cbc", "pkcs8 -topk8 -v2 aes256 -in key.pem -passout pass:123456 -out k"),
        ("dek-info des-ede3-cbc", "rsa -traditional -des3 -in key.pem -passout pass:123456 -out k"),
    ] {
        openssl.must(line);
        let pem = openssl.read("k");
        same(PrivateKey::from_encrypted_pem(&pem, &right), form);
        let refused = PrivateKey::from_encrypted_pem(&pem, &wrong).expect_err(form);
        assert!(refused.is_wrong_passphrase(), "{form}: {refused}");
        let refused = PrivateKey::from_pem(&pem).expect_err(form);
        assert!(refused.is_encrypted(), "{form}: {refused}");
    }

    openssl.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem");
    let refused = PrivateKey::from_pem(&openssl.read("ec.pem")).expect_err("an EC key");
    assert!(refused.is_not_rsa(), "{refused}");
}

#[test]
fn public_keys_come_out_of_openssl_s_certificates() {
    let openssl = OpenSsl::with_key("certificate");
    openssl.must("req -x509 -new -key key.pem -days 2 -subj /CN=callbacks.example -out c.pem");
    openssl.must("x509 -in c.pem -outform DER -out c.der");
    openssl.must("rsa -in key.pem -RSAPublicKey_out -out pkcs1.pem");
    let key = PrivateKey::from_pem(&openssl.read("key.pem")).expect("a key");
    let signature = RsaSigner::sha512(key).sign(BODY).expect("signed");
    let pem = Certificate::from_pem(&openssl.read("c.pem")).expect("a certificate");
    let der = Certificate::from_der(&openssl.read("c.der")).expect("a certificate");
    assert!(pem.not_before() < pem.not_after());
    let pkcs1 = PublicKey::from_pem(&openssl.read("pkcs1.pem")).expect("pkcs#1");
    for key in [pem.public_key(), der.public_key(), &pkcs1] {
        let verifier = RsaVerifier::sha512(key.clone()).expect("2048 bits");
        assert!(verifier.verify(BODY, &signature).is_ok());
    }
}

/// G-101, G-177: OpenSSL opens a `seToken` with the bank's private key and finds the fields in their
/// places. Moment and UUID are those of another bank's printed sample.
#[test]
fn openssl_opens_our_se_tokens() {
    let openssl = OpenSsl::with_key("se-token");
    let key = PublicKey::from_pem(&openssl.read("public.pem")).expect("a public key");
    let sealer = Sealer::new(&key).expect("2048 bits");
    let stamp =
        Stamp::new(UnixMillis::new(1_725_347_424_000), 0x13a4_713c_bf5e_47d5_b986_7488_7875_b02e);
    let before = "2024-09-03T10:10:24+03:00/13a4713c-bf5e-47d5-b986-74887875b02e";
    let opened = |token: &Secret| {
        openssl.write("token", STANDARD.decode(token.expose()).expect("base64"));
        let decrypt = "pkeyutl -decrypt -inkey key.pem -pkeyopt rsa_padding_mode:pkcs1";
        openssl.must(&format!("{decrypt} -in token -out plain"));
        String::from_utf8(openssl.read("plain")).expect("text")
    };

    let order = OrderId::from_bank("4e8c4947-13c3-42d6-9fbd-ca8ba44991bf");
    let pan = Pan::new("4000001111111118").expect("the samples' test card");
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    let code = Cvc::new("123").expect("valid");
    let card = Card::new(pan, Expiry::new(2030, 1).expect("valid"), code.clone(), holder);
    let token = sealer.card(stamp, &order, &card).expect("seals").token;
    assert_eq!(opened(&token), format!("{before}/4000001111111118/123/203001/{order}"));
    let without = card.with(|card| card.cvc = None);
    let token = sealer.card(stamp, &order, &without).expect("seals").token;
    assert_eq!(opened(&token), format!("{before}/4000001111111118//203001/{order}"));

    let binding = BindingId::new("01491d0b-c848-7dd6-a20d-e96900a7d8c0").expect("valid");
    let token = sealer.stored(stamp, &order, &binding, Some(&code)).expect("seals");
    assert_eq!(opened(&token), format!("{before}//123//{order}/{binding}"));
    let token = sealer.stored(stamp, &order, &binding, None).expect("seals");
    assert_eq!(opened(&token), format!("{before}////{order}/{binding}"));
}
