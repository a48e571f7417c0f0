//! `ci purity`: payments-core takes time, randomness and settings as arguments.
//!
//! Three nets, since each has holes: the packages that it may bring along, the calls that Clippy
//! refuses there, and a search of the text for what neither sees, floating-point numbers included.

use super::consumer;
use crate::project::{Outcome, cargo, files, output, root, verdict};

const CORE: &str = "crates/payments-core/";

/// Paths that no file of payments-core may hold outside comments, with the reason.
const BANNED: &[(&str, &str)] = &[
    ("SystemTime", "time is an argument"),
    ("Instant", "time is an argument"),
    ("now_utc", "time is an argument"),
    ("now_local", "time is an argument"),
    ("env", "settings are arguments"),
    ("fs", "no file is opened"),
    ("net", "no socket is opened"),
    ("process", "no program is started"),
    ("thread", "nothing runs beside the caller"),
    ("HashMap", "its order differs from run to run"),
    ("HashSet", "its order differs from run to run"),
    ("RandomState", "random numbers are arguments"),
    ("f32", "money is whole minor units"),
    ("f64", "money is whole minor units"),
];

/// What the crate's `clippy.toml` has to refuse; without it the second net would be gone unseen.
const REFUSED: &[&str] = &[
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "time::OffsetDateTime::now_utc",
    "std::env::var",
    "std::env::var_os",
    "std::env::vars",
    "std::collections::HashMap",
    "std::collections::HashSet",
];

pub(crate) fn check() -> Outcome {
    let core = ["tree", "--locked", "--package", "payments-core"];
    let tree = output(cargo(core).args(consumer::LIST))?;
    let allowed = consumer::allowed("payments-core")?;
    let mut found = consumer::findings("payments-core", &consumer::names(&tree), &allowed);

    let lints = std::fs::read_to_string(root().join(CORE).join("clippy.toml"))?;
    for path in REFUSED.iter().filter(|path| !lints.contains(&format!("\"{path}\""))) {
        found.push(format!("{CORE}clippy.toml does not refuse {path}"));
    }
    let sources = files()?;
    let sources =
        sources.iter().filter(|(path, _)| path.starts_with(CORE) && path.ends_with(".rs"));
    let mut count = 0;
    for (path, text) in sources {
        found.extend(impure(path, text));
        count += 1;
    }
    if count == 0 {
        found.push(format!("no source found under {CORE}"));
    }
    verdict(&found)
}

/// Finds the banned words of a file. A word counts as a path or a type, not as part of another.
fn impure(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        for (banned, reason) in BANNED {
            // A module counts behind `std` only: `net` alone may be a word of the domain.
            let module = banned.chars().all(|c| c.is_ascii_lowercase());
            let hit =
                |at: usize| words[at] == *banned && (!module || at > 0 && words[at - 1] == "std");
            if (0..words.len()).any(hit) {
                found.push(format!("{path}:{}: {banned}: {reason}", number + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_banned_word_is_found_and_nothing_else() {
        let bad = "\
use std::time::{Duration, SystemTime};
let at = OffsetDateTime::now_utc();
let key = std::env::var(\"KEY\");
let open: HashMap<u8, u8> = HashMap::new();
let price: f64 = 0.1;
";
        let found = impure("a.rs", bad);
        let lines: Vec<&str> = found.iter().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(lines, ["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:4", "a.rs:5"], "{found:#?}");

        let good = "\
// SystemTime is an argument here.
use std::collections::BTreeMap;
let net = gross - fee; let instant = 3; let env = Environment::Test;
";
        assert_eq!(impure("a.rs", good), [] as [String; 0]);
    }
}
