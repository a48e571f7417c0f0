//! `ci`: every check of the project. All steps run even where one fails; the table at the end says
//! which did.

use std::time::Instant;

use crate::project::{Outcome, cargo, packages, run, verdict};
use crate::test;

mod consumer;
mod docs;
mod purity;
mod size;
mod text;
mod unused;

/// One step: its name and the check.
type Step = (&'static str, fn() -> Outcome);

/// Cheap steps first; what prints the test summaries last.
const STEPS: &[Step] = &[
    ("fmt", fmt),
    ("size", size::check),
    ("text", text::check),
    ("readme", text::readme),
    ("docs", docs::check),
    ("codegen", codegen),
    ("coverage", crate::coverage::check),
    ("deny", deny),
    ("unused", unused::check),
    ("purity", purity::check),
    ("consumer", consumer::check),
    ("clippy", clippy),
    ("doc", doc),
    ("test", tests),
    ("simulation", simulation),
    ("features", test::foreign),
    ("external", external),
    ("demo", demo),
];

/// Runs the steps named, or all of them.
pub(crate) fn run_steps(words: &[String]) -> Outcome {
    if let Some(word) = words.iter().find(|word| !STEPS.iter().any(|(name, _)| name == word)) {
        let known: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(format!("no step {word}; there are: {}", known.join(" ")).into());
    }
    let chosen =
        STEPS.iter().filter(|(name, _)| words.is_empty() || words.iter().any(|w| w == name));
    let mut table = Vec::new();
    for (name, check) in chosen {
        println!("==> {name}");
        let start = Instant::now();
        let outcome = check();
        if let Err(failure) = &outcome {
            println!("{failure}");
        }
        table.push((name, start.elapsed().as_secs(), outcome.is_ok()));
    }
    println!("==> summary");
    for (name, seconds, passed) in &table {
        println!("{:<6} {name:<10} {seconds:>5} s", if *passed { "ok" } else { "FAILED" });
    }
    let failed: Vec<&str> = table.iter().filter(|row| !row.2).map(|row| *row.0).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(" ")).into()) }
}

/// The main job, as a newcomer runs it.
fn demo() -> Outcome {
    crate::demo::run(&[])
}

fn fmt() -> Outcome {
    run(&mut cargo(["fmt", "--all", "--check"]))
}

fn tests() -> Outcome {
    let insta = ["insta", "test", "--workspace", "--check", "--unreferenced=reject", "--no-quiet"];
    run(cargo(insta).arg("--features").arg(test::all_features()?))
}

fn codegen() -> Outcome {
    crate::codegen::run(&["--check".to_owned()])
}

/// Checks without the network; a skip or an exception that nothing needs any more fails too.
fn deny() -> Outcome {
    // What is compiled on other systems only has to be there too.
    run(&mut cargo(["fetch", "--quiet", "--locked"]))?;
    let check = ["deny", "--offline", "--locked", "check", "--deny", "warnings"];
    run(cargo(check).args(["bans", "licenses", "sources"]))
}

/// The simulation of lost requests and answers, ten times as long as among the tests.
fn simulation() -> Outcome {
    let only = ["--all-features", "--test", "it", "simulation::the_books", "--", "--nocapture"];
    ["gateway-rest", "router-json"].into_iter().try_for_each(|package| {
        let test = ["test", "--release", "--locked", "--package", package];
        run(cargo(test).args(only).env("SIMULATION_ORDERS", "10000"))
    })
}

fn external() -> Outcome {
    test::external(&[])
}

/// Package by package: together they would lend each other features of shared dependencies.
fn clippy() -> Outcome {
    let mut found = Vec::new();
    for package in packages()? {
        let mut sets = vec!["--all-features"];
        if !package.features.is_empty() {
            sets.push("--no-default-features");
        }
        for set in sets {
            let name = package.name.as_str();
            let clippy = ["clippy", "--quiet", "--locked", "--package", name, "--all-targets", set];
            let outcome = run(cargo(clippy).args(["--", "-D", "warnings"]));
            found.extend(outcome.err().map(|failure| failure.to_string()));
        }
    }
    verdict(&found)
}

fn doc() -> Outcome {
    let doc = ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"];
    let features = test::all_features()?;
    run(cargo(doc).args(["--features", &features]).env("RUSTDOCFLAGS", "-D warnings"))
}
