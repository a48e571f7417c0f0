//! `cargo xtask codegen [--check]`: writes what is derived from `testdata/spec` and from core's
//! tables, or checks that it is up to date.
//!
//! This program depends on `payments-core`, whose value lists it writes: a generated file that no
//! longer compiles is taken back with `git checkout` before the next run.

mod codes;
mod lists;
mod payouts;
mod spec;
mod states;
mod tables;
mod text;
mod vectors;
mod wire;

use std::{
    collections::BTreeSet,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use crate::project::{self, Outcome};

pub(crate) use wire::answers;

/// A file that codegen owns: its path from the project's root and its content.
pub(crate) struct File {
    path: PathBuf,
    content: String,
}

impl File {
    fn new(path: impl Into<PathBuf>, content: String) -> Self {
        Self { path: path.into(), content }
    }
}

/// Folders in which every file but a README is generated; one that no generator names is stale.
const OWNED: &[&str] = &[
    "crates/payments-core/src/order/generated",
    "crates/payments-core/src/payout/generated",
    "docs/states",
    "testdata/signature/own",
    "testdata/wire/gateway",
    "testdata/wire/router",
];

/// Runs `codegen`; with `--check` nothing is written and any difference is a failure.
pub(crate) fn run(words: &[String]) -> Outcome {
    let check = match words {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask codegen [--check]".into()),
    };
    let stale = all(&project::root(), check)?;
    if stale.is_empty() {
        return Ok(());
    }
    for path in &stale {
        eprintln!("stale: {}", path.display());
    }
    Err("generated files are stale or foreign: run `cargo xtask codegen`".into())
}

/// Writes or checks every generated file; answers what is not as it should be.
fn all(root: &Path, check: bool) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let spec = spec::Enums::read(root)?;
    let mut files = tables::files(&spec)?;
    files.extend(codes::files(&spec)?);
    files.extend(payouts::files(root)?);
    files.extend(wire::files(root)?);
    files.extend(vectors::files(root)?);
    files.extend(states::files());

    let mut stale = Vec::new();
    for file in &files {
        let content = if file.path.extension().is_some_and(|ending| ending == "rs") {
            text::rustfmt(root, &file.content)?
        } else {
            file.content.clone()
        };
        if !put(&root.join(&file.path), &content, check)? {
            stale.push(file.path.clone());
        }
    }
    let known: BTreeSet<_> = files.iter().map(|file| file.path.as_path()).collect();
    for folder in OWNED {
        stale.extend(
            within(root, Path::new(folder))?
                .into_iter()
                .filter(|path| !known.contains(path.as_path()) && !path.ends_with("README.md")),
        );
    }
    Ok(stale)
}

/// Every file below a folder, by its path from the root.
fn within(root: &Path, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !root.join(folder).exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files.extend(within(root, &path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes a file, or only looks whether it is as it should be; answers whether it is now.
fn put(path: &Path, want: &str, check: bool) -> io::Result<bool> {
    let fresh = fs::read_to_string(path).is_ok_and(|have| have == want);
    if !fresh && !check {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, want)?;
    }
    Ok(fresh || !check)
}
