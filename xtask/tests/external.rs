//! Tests that need a program other than Rust: `cargo xtask test-external`.
//!
//! A program that is missing fails the test; nothing is skipped.

#[path = "external/gost.rs"]
mod gost;
#[path = "external/openssl.rs"]
mod openssl;
#[path = "external/pages.rs"]
mod pages;
#[path = "external/router_pages.rs"]
mod router_pages;
#[path = "external/webdriver.rs"]
mod webdriver;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder for the files of one test, empty at first.
fn folder(test: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    if path.exists() {
        fs::remove_dir_all(&path).expect("the folder of the last run can go");
    }
    fs::create_dir_all(&path).expect("a folder below target");
    path
}

/// Runs a program, whatever its status.
fn run(command: &mut Command) -> Output {
    let program = command.get_program().to_owned();
    command.output().unwrap_or_else(|e| panic!("{} must be installed: {e}", program.display()))
}
