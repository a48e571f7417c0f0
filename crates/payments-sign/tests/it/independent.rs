//! The crate `rsa` as a second opinion: it does nothing outside tests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use payments_core::{
    Error, Outgoing, ToSign,
    canonical::{A2cText, Scalars},
};
use payments_sign::{
    Digest, PrivateKey, PublicKey, RsaSigner, RsaVerifier, Signer as _, Verifier as _,
};
use proptest::prelude::*;
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    pkcs8::DecodePrivateKey as _,
    sha2::{Digest as _, Sha256, Sha512},
};

use crate::key;

fn theirs(digest: Digest, message: &[u8]) -> Vec<u8> {
    let pem = String::from_utf8(key("rsa.pkcs8.pem")).expect("text");
    let key = RsaPrivateKey::from_pkcs8_pem(&pem).expect("reads");
    let signed = match digest {
        Digest::Sha256 => key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)),
        _ => key.sign(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(message)),
    };
    signed.expect("signs")
}

/// a request for a payout on its way through `ToSign`. The crate `rsa` hashes
/// the text twice by itself and makes the same signature.
#[test]
fn a_payout_is_signed_over_the_hash_of_its_digest() {
    let request = [("TerminalKey", "TinkoffBankTest"), ("PaymentId", "20150")];
    let request = Scalars::of(request).expect("once each");
    let digest = A2cText::of(&request).sha256();
    let value = digest.value();
    let waiting = ToSign::new(digest.message().to_vec(), move |signature| {
        let signature = STANDARD.encode(signature);
        let body = format!("{{\"DigestValue\":\"{value}\",\"SignatureValue\":\"{signature}\"}}");
        let request = http::Request::post("https://bank.example/").body(body.into());
        request.map(Outgoing::new).map_err(|_| Error::signing("not a request"))
    });
    let private = PrivateKey::from_pem(&key("rsa.pkcs8.pem")).expect("reads");
    let signature = RsaSigner::sha256(private).sign(waiting.message()).expect("signs");
    let sent = waiting.seal(&signature).expect("seals").into_request();

    let once = Sha256::digest(b"20150TinkoffBankTest");
    let expected = STANDARD.encode(theirs(Digest::Sha256, &once));
    let digest = STANDARD.encode(once);
    let body = format!("{{\"DigestValue\":\"{digest}\",\"SignatureValue\":\"{expected}\"}}");
    assert_eq!(*sent.body(), body);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn both_make_the_same_signatures(message: Vec<u8>) {
        for digest in [Digest::Sha256, Digest::Sha512] {
            let private = PrivateKey::from_pem(&key("rsa.pkcs8.pem")).expect("reads");
            let made = RsaSigner::new(private, digest).sign(&message).expect("signs");
            prop_assert_eq!(&made, &theirs(digest, &message));
            let public = PublicKey::from_pem(&key("rsa.spki.pem")).expect("reads");
            let verifier = RsaVerifier::new(public, digest).expect("large enough");
            prop_assert_eq!(verifier.verify(&message, &made), Ok(()));
        }
    }
}
