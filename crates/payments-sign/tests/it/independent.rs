//! The crate `rsa` as a second opinion: it does nothing outside tests.

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
