//! Golden vectors of our own, made with a second implementation: `rsa` and `sha2` where the crates
//! use ring, RFC 2104 written out, and a string to check that is put together here.

use std::{error::Error, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::{
    RsaPrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::DecodePrivateKey,
    signature::{SignatureEncoding, Signer},
};
use sha2::{Digest, Sha256, Sha512};

use super::File;

const FOLDER: &str = "testdata/signature/own";

const ORIGIN: &str = "This project: cargo xtask codegen, with the crates rsa and sha2.";

/// Bodies: none, the lengths at which SHA-256 pads differently, forms and JSON beyond ASCII.
const BODIES: &[(&str, &str)] = &[
    ("empty", ""),
    ("one-byte", "a"),
    ("55-bytes", "amount=100&orderNumber=1234567890&returnUrl=https://a.b"),
    ("56-bytes", "amount=1000&orderNumber=1234567890&returnUrl=https://a.b"),
    ("64-bytes", "amount=1000&orderNumber=1234567890&returnUrl=https://a.b/ok?a=b1"),
    ("form", "userName=test_user&password=test_user_password&orderNumber=%D0%90-7&amount=2000"),
    ("json", "{\"userName\":\"test_user\",\"description\":\"Чай & кофе\",\"amount\":2000}\n"),
];

type Pairs = &'static [(&'static str, &'static str)];

const CALLBACKS: &[(&str, Pairs)] = &[
    ("one-parameter", &[("mdOrder", "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe")]),
    (
        "empty-values-stay",
        &[("status", "1"), ("panMasked", ""), ("operation", "approved"), ("email", "")],
    ),
    (
        "upper-case-before-lower",
        &[("mdorder", "2"), ("mdOrder", "1"), ("Amount", "4"), ("amount", "3"), ("a_b", "5")],
    ),
    (
        "a-name-and-its-beginning",
        &[("refNumber", "2"), ("refNum", "1"), ("ref", "0"), ("refNum2", "3")],
    ),
    (
        "beyond-ascii",
        &[
            ("orderDescription", "Чай & кофе = 100% + молоко"),
            ("callbackCreationDate", "Mon Jan 31 21:46:52 UTC 2022"),
            ("operation", "deposited"),
            ("status", "1"),
        ],
    ),
    (
        "checksum-and-alias-left-out",
        &[
            ("sign_alias", "SHA-256 with RSA"),
            ("operation", "refunded"),
            ("checksum", "0000"),
            ("status", "1"),
            ("amount", "500"),
        ],
    ),
];

/// Keys shorter and longer than a block of SHA-256, which RFC 2104 treats differently.
const KEYS: &[(&str, &str)] = &[
    ("short-key", "k"),
    ("block-key", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("long-key", "a key of more than the sixty-four bytes of a block is hashed before it is used"),
];

pub(super) fn files(root: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let key = fs::read_to_string(root.join("testdata/keys/rsa.pkcs8.pem"))?;
    let public = fs::read_to_string(root.join("testdata/keys/rsa.spki.pem"))?;
    let mut files = Vec::new();
    for (name, body) in BODIES {
        let stages = [("body.txt", (*body).to_owned()), ("hash.b64", STANDARD.encode(hash(body)))];
        put(&mut files, &format!("x-hash/{name}"), stages);
    }
    for (name, body) in BODIES.iter().filter(|(name, _)| ["form", "json"].contains(name)) {
        put(&mut files, &format!("x-signature/{name}"), x_signature(body, &key, &public)?);
    }
    for (name, pairs) in CALLBACKS {
        put(&mut files, &format!("callback-hmac/{name}"), hmac_callback(pairs, "test-key")?);
    }
    let pairs = CALLBACKS.last().map_or(&[][..], |(_, pairs)| pairs);
    for (name, key) in KEYS {
        put(&mut files, &format!("callback-hmac/{name}"), hmac_callback(pairs, key)?);
    }
    for hash in ["SHA-256", "SHA-512"] {
        let name = format!("callback-rsa/{}", hash.to_lowercase());
        put(&mut files, &name, rsa_callback(pairs, hash, &key, &public)?);
    }
    Ok(files)
}

fn put<const N: usize>(files: &mut Vec<File>, case: &str, stages: [(&str, String); N]) {
    let origin = [("origin.txt", ORIGIN.to_owned())];
    for (stage, content) in stages.into_iter().chain(origin) {
        files.push(File::new(format!("{FOLDER}/{case}/{stage}"), content));
    }
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

fn x_signature(
    body: &str,
    key: &str,
    public: &str,
) -> Result<[(&'static str, String); 7], Box<dyn Error>> {
    let signer = SigningKey::<Sha256>::new(RsaPrivateKey::from_pkcs8_pem(key)?);
    let sign = |message: &[u8]| STANDARD.encode(signer.sign(message).to_bytes());
    let once = hash(body);
    Ok([
        ("body.txt", body.to_owned()),
        ("hash.b64", STANDARD.encode(&once)),
        ("hash-of-hash.hex", hex(&Sha256::digest(&once)).to_lowercase()),
        ("signature.b64", sign(&once)),
        ("must-fail.single-hash.b64", sign(body.as_bytes())),
        ("private-key.pem", key.to_owned()),
        ("public-key.pem", public.to_owned()),
    ])
}

fn hmac_callback(pairs: Pairs, key: &str) -> Result<[(&'static str, String); 4], Box<dyn Error>> {
    let text = string_to_check(pairs);
    let checksum = hex(&hmac(key.as_bytes(), text.as_bytes()));
    Ok([
        ("parameters.json", parameters(pairs, &checksum)?),
        ("key.txt", key.to_owned()),
        ("string-to-check.txt", text),
        ("checksum.txt", checksum),
    ])
}

fn rsa_callback(
    pairs: Pairs,
    hash: &str,
    key: &str,
    public: &str,
) -> Result<[(&'static str, String); 6], Box<dyn Error>> {
    let key = RsaPrivateKey::from_pkcs8_pem(key)?;
    let text = string_to_check(pairs);
    let (signature, other) = match hash {
        "SHA-256" => (SigningKey::<Sha256>::new(key).sign(text.as_bytes()).to_bytes(), "SHA-512"),
        _ => (SigningKey::<Sha512>::new(key).sign(text.as_bytes()).to_bytes(), "SHA-256"),
    };
    let checksum = hex(&signature);
    Ok([
        ("parameters.json", parameters(pairs, &checksum)?),
        ("public-key.pem", public.to_owned()),
        ("string-to-check.txt", text),
        ("checksum.txt", checksum),
        ("hash.txt", hash.to_owned()),
        ("must-fail.hash.txt", other.to_owned()),
    ])
}

/// The parameters as they come: in no order, the checksum among them.
fn parameters(pairs: Pairs, checksum: &str) -> Result<String, Box<dyn Error>> {
    let mut sent: Vec<(&str, &str)> = pairs.to_vec();
    sent.retain(|(name, _)| *name != "checksum");
    sent.insert(sent.len() / 2, ("checksum", checksum));
    Ok(serde_json::to_string_pretty(&sent)?)
}

/// documents/003, "Callback notifications": the pairs by name, `checksum` and `sign_alias` left out.
fn string_to_check(pairs: Pairs) -> String {
    let mut rest: Vec<_> =
        pairs.iter().filter(|(name, _)| !["checksum", "sign_alias"].contains(name)).collect();
    rest.sort_by_key(|(name, _)| name.as_bytes());
    rest.iter().map(|(name, value)| format!("{name};{value};")).collect()
}

/// RFC 2104 over SHA-256, whose block has 64 bytes.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let masked = |mask: u8| -> Vec<u8> { block.iter().map(|byte| byte ^ mask).collect() };
    let inner = Sha256::new_with_prefix(masked(0x36)).chain_update(message).finalize();
    Sha256::new_with_prefix(masked(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, cases 2 and 6: a short key, and one longer than a block.
    #[test]
    fn the_second_hmac_is_right() {
        let short = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hex(&short).to_lowercase(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let long = hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            hex(&long).to_lowercase(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn the_lengths_are_what_the_names_say() {
        for (name, body) in BODIES {
            if let Some(bytes) = name.strip_suffix("-bytes") {
                assert_eq!(bytes.parse(), Ok(body.len()), "{name}");
            }
        }
        assert_eq!(KEYS.iter().filter(|(_, key)| key.len() > 64).count(), 1);
        assert_eq!(KEYS.iter().filter(|(_, key)| key.len() == 64).count(), 1);
    }
}
