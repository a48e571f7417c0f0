//! Walks `testdata/signature/<scheme>/<case>/` and asserts each case stage by stage.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use payments_core::{
    Secret,
    canonical::{A2cText, BodyHash, CallbackText, Scalars, TokenText, callback, token},
};
use payments_sign::{
    Certificate, Digest, HmacKey, PrivateKey, PublicKey, RsaSigner, RsaVerifier, Signer as _,
    TokenKey, Verifier,
};

use crate::{altered, testdata};

/// One case: its folder.
struct Case(PathBuf);

impl Case {
    fn has(&self, stage: &str) -> bool {
        self.0.join(stage).exists()
    }

    fn bytes(&self, stage: &str) -> Vec<u8> {
        let path = self.0.join(stage);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn text(&self, stage: &str) -> String {
        String::from_utf8(self.bytes(stage)).expect("text")
    }

    fn base64(&self, stage: &str) -> Vec<u8> {
        STANDARD.decode(self.text(stage)).expect("base64")
    }

    /// The parameters of a callback in the order in which they came.
    fn parameters(&self) -> Vec<(String, String)> {
        serde_json::from_slice(&self.bytes("parameters.json")).expect("pairs of texts")
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.display().fmt(out)
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).expect("a folder").map(|entry| entry.expect("entry").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The bank's cases of a scheme, and the project's own after them.
fn cases(scheme: &str) -> Vec<Case> {
    let bank = folders(&testdata("signature").join(scheme));
    assert!(!bank.is_empty(), "no case of {scheme}");
    let own = testdata("signature/own").join(scheme);
    let own = if own.is_dir() { folders(&own) } else { Vec::new() };
    bank.into_iter().chain(own).map(Case).collect()
}

/// A folder that no test walks proves nothing.
#[test]
fn every_scheme_is_walked() {
    let schemes = ["a2c-digest", "callback-hmac", "callback-rsa", "token", "x-hash", "x-signature"];
    let name = |path: &PathBuf| path.file_name().expect("named").to_owned();
    let bank: Vec<_> = folders(&testdata("signature")).iter().map(name).collect();
    let (first, rest) = schemes.split_at(3);
    assert_eq!(bank, [first, &["own"], rest].concat());
    for own in folders(&testdata("signature/own")) {
        assert!(schemes.iter().any(|scheme| name(&own) == *scheme), "{}", own.display());
    }
}

/// G-035: X-Hash is base64 of SHA-256 of the body as it is sent.
#[test]
fn x_hash() {
    for case in cases("x-hash") {
        let (body, hash) = (case.bytes("body.txt"), case.text("hash.b64"));
        assert_eq!(BodyHash::of(&body).header_value(), hash, "{case}");
        for body in altered(&body) {
            assert_ne!(BodyHash::of(&body).header_value(), hash, "{case}");
        }
    }
}

fn private_key(case: &Case) -> Option<PrivateKey> {
    let pem = case.bytes("private-key.pem");
    if !case.has("passphrase.txt") {
        return Some(PrivateKey::from_pem(&pem).expect("reads"));
    }
    assert!(PrivateKey::from_pem(&pem).expect_err("encrypted").is_encrypted(), "{case}");
    let read = |stage: &str| {
        PrivateKey::from_encrypted_pem(&pem, &Secret::<String>::new(case.text(stage)))
    };
    if cfg!(feature = "legacy-pem") {
        let wrong = read("must-fail.passphrase.txt").expect_err("wrong");
        assert!(wrong.is_wrong_passphrase(), "{case}: {wrong}");
        for changed in altered(&case.bytes("passphrase.txt")) {
            let changed = Secret::<String>::new(String::from_utf8(changed).expect("text"));
            let wrong = PrivateKey::from_encrypted_pem(&pem, &changed).expect_err("wrong");
            assert!(wrong.is_wrong_passphrase(), "{case}: {wrong}");
        }
        Some(read("passphrase.txt").expect("reads"))
    } else {
        assert!(read("passphrase.txt").expect_err("needs the feature").is_unsupported(), "{case}");
        None
    }
}

/// G-034, G-036, G-039: RSA with SHA-256 over the 32 bytes of the hash. Signing is deterministic, so
/// that the printed signature must come out to the byte. The printed passphrase is the wrong one.
#[test]
fn x_signature() {
    let mut signed = 0;
    for case in cases("x-signature") {
        let (body, signature) = (case.bytes("body.txt"), case.base64("signature.b64"));
        let hash = BodyHash::of(&body);
        assert_eq!(hash.header_value(), case.text("hash.b64"), "{case}");
        if case.has("hash-of-hash.hex") {
            let twice = BodyHash::of(hash.message());
            let hex: String = twice.message().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, case.text("hash-of-hash.hex"), "{case}");
        }
        let key = private_key(&case);
        if let Some(key) = &key {
            signed += 1;
            let signer = RsaSigner::sha256(key.clone());
            assert_eq!(signer.sign(hash.message()).expect("signs"), signature, "{case}");
            for body in altered(&body) {
                let other = signer.sign(BodyHash::of(&body).message()).expect("signs");
                assert_ne!(other, signature, "{case}");
            }
            if case.has("must-fail.single-hash.b64") {
                let single = case.base64("must-fail.single-hash.b64");
                assert_eq!(signer.sign(&body).expect("signs"), single, "{case}");
            }
        }
        let public = case.has("public-key.pem").then(|| case.bytes("public-key.pem"));
        let public = public.map(|pem| PublicKey::from_pem(&pem).expect("reads"));
        if let (Some(public), Some(key)) = (&public, &key) {
            assert_eq!(*public, key.public_key(), "{case}");
        }
        let public = public.or_else(|| Some(key?.public_key())).expect("one of both");
        let verifier = RsaVerifier::sha256(public).expect("large enough");
        only_this_fits(&verifier, hash.message(), &signature, &case);
        assert!(verifier.verify(&body, &signature).is_err(), "{case}: a single hash");
        if case.has("must-fail.single-hash.b64") {
            let single = case.base64("must-fail.single-hash.b64");
            assert!(verifier.verify(hash.message(), &single).is_err(), "{case}");
        }
    }
    assert!(signed >= 2);
}

/// G-040: on the page one character stands where the sample's body had `&curren`. No
/// signature is printed for it, so both bodies are kept; the damage is the only difference.
#[test]
fn the_damaged_body_is_the_meant_one_but_for_one_character() {
    let body = |name: &str| Case(testdata("signature/x-signature").join(name)).text("body.txt");
    let (meant, printed) = (body("python-sample"), body("python-sample-as-printed"));
    assert_eq!(printed.replacen('¤', "&curren", 1), meant);
    assert_ne!(BodyHash::of(meant.as_bytes()), BodyHash::of(printed.as_bytes()));
}

/// Nothing but this message and this signature fits.
fn only_this_fits(verifier: &dyn Verifier, message: &[u8], signature: &[u8], case: &Case) {
    assert_eq!(verifier.verify(message, signature), Ok(()), "{case}");
    for message in altered(message) {
        assert!(verifier.verify(&message, signature).is_err(), "{case}: altered message");
    }
    for signature in altered(signature) {
        assert!(verifier.verify(message, &signature).is_err(), "{case}: altered signature");
    }
    for signature in
        [&signature[1..], &[], &[signature, &[0]].concat(), &[&[0], signature].concat()]
    {
        assert!(verifier.verify(message, signature).is_err(), "{case}: another length");
    }
}

/// G-034: a key with one byte changed never signs something else as if nothing had happened. It does
/// not load, or fails to sign, or the byte was one that plays no part.
#[test]
fn a_damaged_key_signs_nothing_wrong() {
    let der = crate::key("rsa.pkcs1.der");
    let sign = |der: &[u8]| RsaSigner::sha256(PrivateKey::from_der(der).ok()?).sign(b"m").ok();
    let right = sign(&der).expect("signs");
    let mut refused = 0;
    for changed in altered(&der) {
        match sign(&changed) {
            Some(made) => assert_eq!(made, right),
            None => refused += 1,
        }
    }
    assert!(refused > der.len() / 2, "{refused}");
}

fn string_to_check(parameters: &[(String, String)]) -> Option<String> {
    let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    CallbackText::of(pairs).ok().map(|text| text.expose())
}

/// Every list of parameters that differs in one byte of a name or value that takes part.
fn altered_parameters(parameters: &[(String, String)]) -> Vec<Vec<(String, String)>> {
    let mut all = Vec::new();
    for (at, (name, value)) in parameters.iter().enumerate() {
        if name == callback::CHECKSUM || name == callback::SIGN_ALIAS {
            continue;
        }
        let text = |bytes| String::from_utf8(bytes).expect("ascii stays ascii");
        let names = altered(name.as_bytes()).map(|name| (text(name), value.clone()));
        let values = altered(value.as_bytes()).map(|value| (name.clone(), text(value)));
        for changed in names.chain(values) {
            let mut list = parameters.to_vec();
            list[at] = changed;
            all.push(list);
        }
    }
    all
}

/// The whole way of a callback: parameters, string, checksum.
fn callback(case: &Case, verifier: &dyn Verifier) {
    let parameters = case.parameters();
    let text = string_to_check(&parameters).expect("no name twice");
    assert_eq!(text, case.text("string-to-check.txt"), "{case}");
    let checksum = case.text("checksum.txt");
    let fits = |text: &str, checksum: &str| verifier.verify_hex(text.as_bytes(), checksum).is_ok();
    assert!(fits(&text, &checksum) && fits(&text, &checksum.to_lowercase()), "{case}");
    for parameters in altered_parameters(&parameters) {
        let text = string_to_check(&parameters);
        assert!(text.is_none_or(|text| !fits(&text, &checksum)), "{case}: {parameters:?}");
    }
    for checksum in altered(checksum.as_bytes()) {
        let checksum = String::from_utf8(checksum).expect("ascii stays ascii");
        assert!(!fits(&text, &checksum), "{case}: {checksum}");
    }
    for name in [callback::CHECKSUM, callback::SIGN_ALIAS] {
        let mut parameters = parameters.clone();
        parameters.retain(|(have, _)| have != name);
        parameters.push((name.to_owned(), "another".to_owned()));
        assert_eq!(string_to_check(&parameters).as_deref(), Some(text.as_str()), "{case}");
    }
    if case.has("must-fail.string-to-check.txt") {
        assert!(!fits(&case.text("must-fail.string-to-check.txt"), &checksum), "{case}");
    }
}

/// G-247, G-249, G-250, G-252: the string, and HMAC-SHA256 with the key as text, in upper case.
#[test]
fn callback_hmac() {
    let cases = cases("callback-hmac");
    let (right, placeholders): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.has("key.txt"));
    let mut keys = Vec::new();
    for case in &right {
        let key = HmacKey::from_bytes(&case.bytes("key.txt")).expect("not empty");
        callback(case, &key);
        let (text, checksum) = (case.text("string-to-check.txt"), case.text("checksum.txt"));
        assert_eq!(key.sign_hex(text.as_bytes()).expect("signs"), checksum, "{case}");
        for changed in altered(&case.bytes("key.txt")) {
            let other = HmacKey::from_bytes(&changed).expect("not empty");
            assert!(other.verify_hex(text.as_bytes(), &checksum).is_err(), "{case}");
        }
        keys.push(key);
    }
    // G-267: one checksum printed for four sets of parameters fits none of them.
    assert!(placeholders.len() >= 4);
    for case in placeholders {
        let text = string_to_check(&case.parameters()).expect("no name twice");
        let checksum = case.text("must-fail.checksum.txt");
        for key in &keys {
            assert!(key.verify_hex(text.as_bytes(), &checksum).is_err(), "{case}");
        }
    }
}

fn hash(name: &str) -> Digest {
    match name {
        "SHA-256" => Digest::Sha256,
        "SHA-512" => Digest::Sha512,
        other => panic!("no such hash: {other}"),
    }
}

/// G-251, G-252: RSA with SHA-512 although one sample's `sign_alias` says SHA-256, and `sign_alias`
/// is not part of the string.
#[test]
fn callback_rsa() {
    for case in cases("callback-rsa") {
        let key = PublicKey::from_pem(&case.bytes("public-key.pem")).expect("reads");
        if case.has("certificate.b64") {
            let certificate = Certificate::from_der(&case.base64("certificate.b64"));
            let certificate = certificate.expect("reads");
            assert_eq!(*certificate.public_key(), key, "{case}");
            assert_eq!(certificate.details().serial_number(), "1512489541082", "{case}");
            let direct = PublicKey::from_der(&case.base64("certificate.b64"));
            assert_eq!(direct.expect("reads"), key, "{case}");
        }
        let weak = RsaVerifier::new(key.clone(), hash(&case.text("hash.txt")));
        assert_eq!(weak.is_err(), key.bits() < 2048, "{case}: weak keys ask for their own word");
        let verifier = |name: &str| {
            RsaVerifier::allowing_weak_1024_bit_keys(key.clone(), hash(name)).expect("1024 and up")
        };
        let right = verifier(&case.text("hash.txt"));
        callback(&case, &right);
        let text = case.text("string-to-check.txt");
        let signature = (0..case.text("checksum.txt").len() / 2).map(|at| {
            u8::from_str_radix(&case.text("checksum.txt")[2 * at..2 * at + 2], 16).expect("hex")
        });
        only_this_fits(&right, text.as_bytes(), &signature.collect::<Vec<_>>(), &case);
        if case.has("must-fail.hash.txt") {
            let wrong = verifier(&case.text("must-fail.hash.txt"));
            let checked = wrong.verify_hex(text.as_bytes(), &case.text("checksum.txt"));
            assert!(checked.is_err(), "{case}: another hash");
        }
        altered_public_keys_fail(&case, &text);
    }
}

/// Every byte of modulus and exponent counts. They end the key's bytes.
fn altered_public_keys_fail(case: &Case, text: &str) {
    let pem = case.text("public-key.pem");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).expect("base64");
    let numbers = PublicKey::from_der(&der).expect("reads").bits() / 8 + 5;
    let mut read = 0;
    for changed in altered(&der).skip(der.len() - numbers) {
        let Ok(key) = PublicKey::from_der(&changed) else { continue };
        read += 1;
        let verifier = RsaVerifier::allowing_weak_1024_bit_keys(key, hash(&case.text("hash.txt")));
        let verifier = verifier.expect("1024 and up");
        let checked = verifier.verify_hex(text.as_bytes(), &case.text("checksum.txt"));
        assert!(checked.is_err(), "{case}: altered key");
    }
    assert!(read > numbers / 2, "{case}");
}

/// text, digest, and a signature over the digest's bytes.
#[test]
fn a2c_digest() {
    for case in cases("a2c-digest") {
        let json = case.bytes("request.json");
        let request = Scalars::from_json(&json).expect("an object");
        let text = A2cText::of(&request);
        assert_eq!(text.expose(), case.text("string-to-hash.txt"), "{case}");
        let digest = text.sha256();
        assert_eq!(digest.value(), case.text("digest.sha256.b64"), "{case}");
        assert_ne!(digest.value(), case.text("must-fail.digest.b64"), "{case}");
        #[cfg(feature = "gost")]
        {
            let digest = payments_sign::gost::a2c_digest(&text).value();
            assert_eq!(digest, case.text("digest.streebog256.b64"), "{case}");
        }
        let key = PrivateKey::from_pem(&crate::key("rsa.pkcs8.pem")).expect("reads");
        let verifier = RsaVerifier::sha256(key.public_key()).expect("large enough");
        let signature = RsaSigner::sha256(key).sign(digest.message()).expect("signs");
        only_this_fits(&verifier, digest.message(), &signature, &case);
        // Neither the text hashed once nor the digest's base64 is what was signed.
        assert!(verifier.verify(text.expose().as_bytes(), &signature).is_err(), "{case}");
        assert!(verifier.verify(digest.value().as_bytes(), &signature).is_err(), "{case}");
    }
}

/// text and token. The published notification goes by all fields.
#[test]
fn token() {
    for case in cases("token") {
        let json = case.bytes("request.json");
        let message = Scalars::from_json(&json).expect("an object");
        let password = Secret::<String>::new(case.text("password.txt"));
        let text = TokenText::of(&message, &password).expect("no password inside");
        assert_eq!(*text.expose().expose(), case.text("string-to-hash.txt"), "{case}");
        let key = TokenKey::new(password.clone()).expect("not empty");
        let right = case.text("token.txt");
        assert_eq!(key.make(&message).expect("makes"), right, "{case}");
        assert!(message.get("Token").is_none_or(|printed| printed == right), "{case}");
        for listed in [&[], token::SBP_PAYOUT] {
            for token in [&right, &right.to_uppercase()] {
                let vouched = key.verify(&message, token, listed).expect("fits");
                assert!(vouched.is_complete() && vouched.vouches_for("PaymentId"), "{case}");
            }
            for changed in altered(right.as_bytes()) {
                let changed = String::from_utf8(changed).expect("ascii stays ascii");
                assert!(key.verify(&message, &changed, listed).is_err(), "{case}");
            }
            let wrong = case.text("must-fail.token.txt");
            assert!(key.verify(&message, &wrong, listed).is_err(), "{case}");
        }
        for changed in altered(password.expose().as_bytes()) {
            let changed = Secret::<String>::new(String::from_utf8(changed).expect("ascii"));
            let other = TokenKey::new(changed).expect("not empty");
            assert!(other.verify(&message, &right, &[]).is_err(), "{case}");
        }
        // The seven listed fields make another token, which vouches for these alone.
        let short = key.make_listed(&message, token::SBP_PAYOUT).expect("makes");
        assert_ne!(short, right, "{case}");
        let vouched = key.verify(&message, &short, token::SBP_PAYOUT).expect("fits");
        assert!(!vouched.is_complete() && vouched.vouches_for("TerminalKey"), "{case}");
        assert!(!vouched.vouches_for("Phone") && !vouched.vouches_for("isNeedRrn"), "{case}");
    }
}
