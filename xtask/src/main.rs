//! Project tasks: `cargo xtask <task>`. Without a task it lists what there is.
//!
//! A task is a function over the words after its name. It prints what it finds and answers an error
//! when it could not do its work or found something wrong; `main` turns that into the exit status.

mod bench;
mod ci;
mod codegen;
mod coverage;
mod demo;
mod project;
mod test;

use std::process::ExitCode;

use project::Outcome;

/// One task: its name, what it does in a line, the function.
type Task = (&'static str, &'static str, fn(&[String]) -> Outcome);

const TASKS: &[Task] = &[
    ("bench", "each figure against the bare primitive: NAME RATIO BOUND", bench::run_figures),
    ("ci", "every check of the project; `ci STEP...` runs single steps", ci::run_steps),
    ("codegen", "writes what is derived from the spec; --check only compares", codegen::run),
    (
        "coverage",
        "methods, fields and rules that are covered; --missing lists the rest",
        coverage::run,
    ),
    ("demo", "the main job on the embedded sandbox; --serve leaves it running", demo::run),
    ("test", "all tests that need nothing but Rust", test::internal),
    ("test-external", "tests that need the OpenSSL command line and Chromium", test::external),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let task = words.split_first().and_then(|(name, rest)| {
        TASKS.iter().find(|(known, ..)| known == name).map(|(_, _, run)| (run, rest))
    });
    let Some((run, rest)) = task else {
        usage();
        return ExitCode::from(2);
    };
    match run(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    eprintln!("usage: cargo xtask TASK [ARGUMENT...]\n\ntasks:");
    for (name, about, _) in TASKS {
        eprintln!("  {name:<14} {about}");
    }
}
