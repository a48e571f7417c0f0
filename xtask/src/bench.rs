//! `bench [NAME...]`: how much slower than the bare primitive our way is, a line a figure:
//! `NAME RATIO BOUND`. Higher is better; a ratio under its bound fails. Both sides are measured in
//! turn in one run, so that a noisy machine slows both. Absolute figures follow in a table, with the
//! allocations of one operation where it runs in this thread alone.

use crate::project::{Outcome, cargo, run};

mod callback_hmac;
mod gost_sign;
mod measure;
mod plain_status;
mod register_cart;
mod router_status_call;
mod sbp_link;
mod status_call;
mod status_parse;
mod x_signature;

use measure::Measured;

/// One figure: its name, the least ratio, and what measures it.
type Figure = (&'static str, f64, fn() -> Result<Measured, Box<dyn std::error::Error>>);

const FIGURES: &[Figure] = &[
    ("x_signature", 0.97, x_signature::measure),
    ("callback_hmac", 0.60, callback_hmac::measure),
    ("status_call", 0.90, status_call::measure),
    ("status_parse", 0.60, status_parse::measure),
    ("register_cart", 0.50, register_cart::measure),
    ("gost_sign", 1.50, gost_sign::measure),
    ("sbp_link", 0.50, sbp_link::measure),
    ("router_status_call", 0.90, router_status_call::measure),
];

/// Measures the figures named, or all of them, in a release build.
pub(crate) fn run_figures(words: &[String]) -> Outcome {
    match words.first().map(String::as_str) {
        Some(status_call::CHILD) => return status_call::child(words),
        Some(router_status_call::CHILD) => return router_status_call::child(words),
        _ => {}
    }
    if cfg!(debug_assertions) {
        let again =
            ["run", "--release", "--quiet", "--locked", "--package", "xtask", "--", "bench"];
        return run(cargo(again).args(words));
    }
    if let Some(word) = words.iter().find(|word| !FIGURES.iter().any(|(name, ..)| name == word)) {
        let known: Vec<&str> = FIGURES.iter().map(|(name, ..)| *name).collect();
        return Err(format!("no figure {word}; there are: {}", known.join(" ")).into());
    }
    let mut table = Vec::new();
    let mut low = Vec::new();
    for (name, bound, measure) in FIGURES {
        if !words.is_empty() && !words.iter().any(|word| word == name) {
            continue;
        }
        let measured = measure()?;
        println!("{name} {:.2} {bound:.2}", measured.ratio);
        if measured.ratio < *bound {
            low.push(*name);
        }
        table.push((name, measured));
    }
    println!(
        "\n{:<16} {:>14} {:>14} {:>8} {:>24}",
        "figure", "ours", "plain", "rounds", "allocations, ours:plain"
    );
    for (name, measured) in table {
        let counted = measured.allocations.map(|(ours, plain)| format!("{ours}:{plain}"));
        println!(
            "{name:<16} {:>11.0} ns {:>11.0} ns {:>8} {:>24}",
            measured.ours_ns,
            measured.plain_ns,
            measured.rounds,
            counted.as_deref().unwrap_or("-")
        );
    }
    if low.is_empty() { Ok(()) } else { Err(format!("below the bound: {}", low.join(" ")).into()) }
}
