//! Signed requests: `X-Hash` and `X-Signature`, as contracts for transfers between cards ask.
//!
//! The bank holds the public key; what leaves is exactly what was signed. Run it with
//! `cargo run -p examples --example 08_signed_requests`: the sandbox plays a bank that requires it.
//!
//! For the real bank change profile, credentials and transport as in `01_first_payment`, read your
//! own key file and its passphrase from your secret store, and give the bank the public key or
//! certificate. A key that must not leave its store fits too: implement `AsyncSigner`.

use std::io::{Write, stdout};

use examples::Failure;
use gateway_rest::{
    Client, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
};
use payments_core::{Currency, Minor, Money, Secret, id::OrderNumber};
use payments_http::Transport;
use payments_sandbox::{Merchant, Sandbox, Settings};
use payments_sign::{PrivateKey, RsaSigner};

/// An encrypted PKCS#8 file, as `openssl pkcs8 -topk8` writes it. A test key, public like its
/// passphrase: it protects nothing.
const PRIVATE: &[u8] = include_bytes!("../../../testdata/keys/rsa.pbes2-aes256.pem");
const PUBLIC: &str = include_str!("../../../testdata/keys/rsa.spki.pem");

#[tokio::main]
async fn main() -> Result<(), Failure> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Failure> {
    let merchant = Merchant::new("test_user", "test_user_password")
        .with(|merchant| merchant.signing_key = Some(PUBLIC.into()));
    let bank = Transport::new(Sandbox::new(Settings::new(vec![merchant])));
    let profile = Profile::at("sandbox", "https://bank.example/payment/")?;
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let builder = Client::builder(profile, credentials, bank);

    let wrong = PrivateKey::from_encrypted_pem(PRIVATE, &Secret::new("guessed"));
    if let Err(error) = wrong {
        writeln!(out, "another passphrase: {error}")?;
    }
    let key = PrivateKey::from_encrypted_pem(PRIVATE, &Secret::new("passphrase"))?;
    let signed = builder.signer(RsaSigner::sha256(key)).build();

    let back = "https://shop.example/back".parse()?;
    let register = Register::new(OrderNumber::new("2026-0008")?, Minor::new(2_000), back);
    let order = signed.call(&register).await?.into_inner().order_id;
    let report = signed.call(&OrderStatus::of_order(order)).await?;
    let amount = report.amount.ok_or("the report has no amount")?;
    writeln!(out, "signed: registered, {}", Money::new(amount, Currency::RUB))?;
    Ok(())
}
