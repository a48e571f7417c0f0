//! `test` and `test-external`: which tests run, and with which features.

use crate::project::{Outcome, cargo, output, packages, root, run};

/// Features of serde_json that a foreign program may turn on for everybody in its graph.
const FOREIGN: [&str; 3] =
    ["serde_json/arbitrary_precision", "serde_json/preserve_order", "serde_json/float_roundtrip"];

/// `test`: all tests that need nothing but Rust, documentation included, and all of them once more
/// with the features that other programs turn on in serde_json.
pub(crate) fn internal(_: &[String]) -> Outcome {
    run(cargo(["test", "--workspace", "--locked", "--features"]).arg(all_features()?))?;
    foreign()
}

/// `test-external`: the tests that need the OpenSSL command line, its GOST engine and Chromium. A
/// missing program fails them; nothing is skipped. `--screens` renews the committed screenshots of
/// the pages.
pub(crate) fn external(words: &[String]) -> Outcome {
    let external = ["--features", "external", "--test", "external"];
    let mut tests = cargo(["test", "--locked", "--package", "xtask"]);
    tests.args(external);
    match words {
        [] => {}
        [word] if word == "--screens" => {
            tests.env("PAYMENTS_SCREENS", std::path::absolute(root().join("docs/screens"))?);
        }
        _ => return Err("test-external takes --screens or nothing".into()),
    }
    run(&mut tests)
}

/// Runs all tests with the foreign features of serde_json on, and makes sure that they were.
pub(crate) fn foreign() -> Outcome {
    let features = format!("{},{}", all_features()?, FOREIGN.join(","));
    let features = ["--features", &features];
    let inverse = ["--invert", "serde_json", "--edges", "features"];
    let tree = output(cargo(["tree", "--workspace", "--locked"]).args(inverse).args(features))?;
    for feature in FOREIGN {
        let (_, name) = feature.split_once('/').unwrap_or_default();
        if !tree.contains(&format!("serde_json feature \"{name}\"")) {
            return Err(format!("{feature} would not be on: the run would prove nothing").into());
        }
    }
    run(cargo(["test", "--workspace", "--locked"]).args(features))
}

/// Lists every feature of every crate but the one of xtask that needs foreign programs.
pub(crate) fn all_features() -> Outcome<String> {
    let mut all = Vec::new();
    for package in packages()? {
        let own = package.features.iter().map(|feature| format!("{}/{feature}", package.name));
        all.extend(own.filter(|feature| feature != "xtask/external"));
    }
    Ok(all.join(","))
}
