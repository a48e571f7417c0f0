//! `ci consumer`: what a program gets when it takes one crate alone.
//!
//! `tests/consumer` is a package outside the workspace with a feature for each case; `allow/<case>.txt`
//! lists every package that the case may bring along.

use std::collections::BTreeSet;
use std::fs;

use crate::project::{Outcome, cargo, output, root, run, verdict};

/// The cases, which are the features of the package.
const CASES: &[&str] = &[
    "payments-core",
    "payments-sign",
    "payments-sign-legacy-pem",
    "payments-sign-card-data",
    "payments-sign-gost",
    "payments-http",
    "payments-http-russian-trusted-ca",
    "gateway-rest-bare",
    "gateway-rest",
    "gateway-rest-card-data",
    "router-json-bare",
    "router-json",
    "payments-notify",
    "payments-sandbox",
];

/// A second TLS stack or crypto provider: with two in a graph rustls cannot choose and panics.
const SECOND_PROVIDER: &[&str] =
    &["aws-lc-fips-sys", "aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// What opens sockets or drives them. No allow list can let it into a crate that only has data.
const SOCKETS: &[&str] =
    &["h2", "hyper", "hyper-util", "mio", "rustls", "socket2", "tokio", "tokio-rustls"];

/// The cases that hold data and arithmetic alone.
const WITHOUT_SOCKETS: &[&str] = &[
    "payments-core",
    "payments-sign",
    "payments-sign-legacy-pem",
    "payments-sign-card-data",
    "payments-sign-gost",
    "gateway-rest-bare",
    "gateway-rest-card-data",
    "router-json-bare",
    "payments-notify",
];

const MANIFEST: &str = "tests/consumer/Cargo.toml";

/// A name a line, the same on every machine.
pub(super) const LIST: [&str; 8] = [
    "--edges",
    "normal",
    "--prefix",
    "none",
    "--format",
    "{p}",
    "--target",
    "x86_64-unknown-linux-gnu",
];

/// Builds each case alone and compares what it brings along.
pub(crate) fn check() -> Outcome {
    // The workspace's versions: nothing is resolved anew, and what is compiled serves both.
    fs::copy(root().join("Cargo.lock"), root().join("tests/consumer/Cargo.lock"))?;
    let mut found = Vec::new();
    for case in CASES {
        let own = ["--manifest-path", MANIFEST, "--features", case];
        let tree = output(cargo(["tree"]).args(LIST).args(own))?;
        found.extend(findings(case, &names(&tree), &allowed(case)?));
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root().join("target"), |dir| root().join(dir));
        let mut build = cargo(["check", "--quiet", "--locked"]);
        if let Err(failure) = run(build.args(own).arg("--target-dir").arg(target)) {
            found.push(format!("{case} does not build alone: {failure}"));
        }
    }
    verdict(&found)
}

/// Returns the packages of `cargo tree --prefix none`, our caller's own left out.
pub(super) fn names(tree: &str) -> BTreeSet<String> {
    let first = tree.lines().filter_map(|line| line.split_whitespace().next());
    first.filter(|name| *name != "consumer").map(str::to_owned).collect()
}

/// Returns the packages that `allow/<case>.txt` lists.
pub(super) fn allowed(case: &str) -> Outcome<BTreeSet<String>> {
    let path = root().join(format!("tests/consumer/allow/{case}.txt"));
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Compares what a case brings along with what it may bring along.
pub(super) fn findings(
    case: &str,
    present: &BTreeSet<String>,
    allowed: &BTreeSet<String>,
) -> Vec<String> {
    let list = format!("tests/consumer/allow/{case}.txt");
    let mut found = Vec::new();
    for name in present.difference(allowed) {
        found.push(format!("{case} brings along {name}, which {list} does not name"));
    }
    for name in allowed.difference(present) {
        found.push(format!("{list} names {name}, which {case} does not bring along"));
    }
    for name in SECOND_PROVIDER.iter().filter(|name| present.contains(**name)) {
        found.push(format!("{case} brings along {name}, a second TLS stack or crypto provider"));
    }
    if WITHOUT_SOCKETS.contains(&case) {
        for name in SOCKETS.iter().filter(|name| present.contains(**name)) {
            found.push(format!("{case} brings along {name}: it must open no socket"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_are_read_from_a_tree() {
        let tree = "consumer v0.0.0 (/x)\nring v0.17.14\nserde v1.0.229\nring v0.17.14 (*)\n";
        assert_eq!(names(tree), set(&["ring", "serde"]));
    }

    #[test]
    fn a_package_more_and_a_package_less_are_found() {
        let found = findings("payments-http", &set(&["a", "b"]), &set(&["b", "c"]));
        assert_eq!(
            found,
            [
                "payments-http brings along a, which tests/consumer/allow/payments-http.txt does not name",
                "tests/consumer/allow/payments-http.txt names c, which payments-http does not bring along",
            ]
        );
    }

    #[test]
    fn no_list_allows_a_second_provider_or_a_socket() {
        let listed = set(&["aws-lc-rs", "tokio"]);
        assert_eq!(findings("gateway-rest-bare", &listed, &listed).len(), 2);
        assert_eq!(findings("gateway-rest", &listed, &listed).len(), 1);
    }

    #[test]
    fn every_case_without_sockets_is_a_case() {
        assert!(WITHOUT_SOCKETS.iter().all(|case| CASES.contains(case)));
    }
}
