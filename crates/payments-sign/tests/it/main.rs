//! Golden vectors and key files.

use std::{fs, path::PathBuf};

#[cfg(feature = "gost")]
mod gost;
mod independent;
mod keys;
mod vectors;

/// A path below `testdata`.
fn testdata(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata")).join(path)
}

/// A key file of the tests.
fn key(name: &str) -> Vec<u8> {
    fs::read(testdata("keys").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every text or message that differs from this one in one bit of one byte.
fn altered(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).map(|at| {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1;
        changed
    })
}
