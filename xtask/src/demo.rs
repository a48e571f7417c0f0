//! `demo`: the main job from end to end, over TLS, against the embedded sandbox.
//!
//! A two-phase card payment with a 3-D Secure challenge, a partial capture, two refunds; a decline;
//! a duplicate order number; an answer that gets lost; a stored card charged again, a recurrent
//! payment; an SBP code that is paid and one that is rejected; a payment link; receipts. Then the
//! router: an SBP code in the terminal, a subscription charged by its token, T-Pay on a computer and on
//! a phone, Alfa Pay with 3-D Secure, an order of two phases paid by SBP, an order that expires.
//! Everything goes through the public API of the crates, and every callback is received and proven
//! genuine. The exit status is 0 only if each state, amount and callback was as expected.

use std::time::Duration;

use crate::project::Outcome;

mod payer;
mod scenes;
mod shop;
mod table;

use shop::Shop;
use table::Table;

/// Runs the demo. `--serve` leaves the sandbox running afterwards.
pub(crate) fn run(words: &[String]) -> Outcome {
    let serve = match words {
        [] => false,
        [word] if word == "--serve" => true,
        _ => return Err("usage: cargo xtask demo [--serve]".into()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let shop = Shop::open().await?;
        println!("Sandbox bank at {} (its own authority, trusted by this run)\n", shop.bank_url());
        let mut table = Table::default();
        let played =
            tokio::time::timeout(Duration::from_secs(120), scenes::play(&shop, &mut table));
        let played = played.await.unwrap_or_else(|_| Err("the demo took too long".into()));
        println!("{table}");
        let verdict = played.and_then(|()| table.verdict());
        match &verdict {
            Ok(line) => println!("{line}"),
            Err(wrong) => println!("FAILED: {wrong}"),
        }
        if serve && verdict.is_ok() {
            shop.serve(&scenes::open_page(&shop).await?).await?;
        }
        shop.close().await;
        verdict.map(|_| ())
    })
}
