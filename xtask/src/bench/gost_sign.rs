//! A GOST signature with 256 bits, nonce and hash included, against RSA with 2048 bits by ring over
//! the same digest: what a terminal pays for the one key or the other.

use std::{error::Error, hint::black_box};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use payments_core::canonical::{A2cText, Scalars};
use payments_sign::{GostPrivateKey, GostSigner, Signer as _, gost};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};

use super::measure::{Measured, compare};

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    let fixtures = include_str!("../../../testdata/gost/fixtures.json");
    let fixtures: serde_json::Value = serde_json::from_str(fixtures)?;
    let key = &fixtures["fixtures"][0]["private_key_pkcs8_der_b64"];
    let key = GostPrivateKey::from_der(&STANDARD.decode(key.as_str().unwrap_or_default())?)?;
    let signer = GostSigner::new(key);
    let request = Scalars::of([("TerminalKey", "TinkoffBankTest"), ("PaymentId", "20150")])?;
    let digest = gost::a2c_digest(&A2cText::of(&request));
    let ours = || {
        black_box(signer.sign(black_box(digest.message())).expect("the key signs"));
    };
    let pem = include_str!("../../../testdata/keys/rsa.pkcs8.pem");
    let der = rsa::RsaPrivateKey::from_pkcs8_pem(pem)?.to_pkcs8_der()?;
    let pair = RsaKeyPair::from_pkcs8(der.as_bytes()).map_err(|error| error.to_string())?;
    let random = SystemRandom::new();
    let plain = || {
        let mut signature = vec![0; pair.public().modulus_len()];
        let message = black_box(digest.message());
        pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("signs");
        black_box(signature);
    };
    Ok(compare(ours, plain))
}
