//! Signing a body, against bare ring over the same hash.

use std::{error::Error, hint::black_box};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use payments_core::canonical::body_hash::BodyHash;
use payments_sign::{PrivateKey, RsaSigner, Signer as _};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};

use super::measure::{Measured, compare};

const BODY: &[u8] = b"amount=10000&password=gcjgcW1&returnUrl=http&userName=signature-api";

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    let (rsa, private) = key()?;
    let signer = RsaSigner::sha256(private);
    let ours = || {
        let hash = BodyHash::of(black_box(BODY));
        let signature = signer.sign(hash.message()).expect("the key signs");
        black_box((hash.header_value(), STANDARD.encode(signature)));
    };
    let random = SystemRandom::new();
    let plain = || {
        let hash = digest(&SHA256, black_box(BODY));
        let mut signature = vec![0; rsa.public().modulus_len()];
        rsa.sign(&RSA_PKCS1_SHA256, &random, hash.as_ref(), &mut signature).expect("signs");
        black_box((STANDARD.encode(hash), STANDARD.encode(signature)));
    };
    Ok(compare(ours, plain))
}

/// The test key of 2048 bits, the size that documents/003 asks for.
fn key() -> Result<(RsaKeyPair, PrivateKey), Box<dyn Error>> {
    let pem = include_str!("../../../testdata/keys/rsa.pkcs8.pem");
    let der = rsa::RsaPrivateKey::from_pkcs8_pem(pem)?.to_pkcs8_der()?;
    let plain = RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(|error| error.to_string())?;
    Ok((plain, PrivateKey::from_pem(pem.as_bytes())?))
}
