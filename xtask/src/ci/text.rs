//! `ci text` and `ci readme`: nothing unfinished, no path of a machine, figures that agree.

use std::collections::BTreeSet;
use std::fs;

use crate::project::{Outcome, cargo, files, output, root, verdict};

/// What marks a place as unfinished.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

/// First folders of paths that hold on one machine only.
const FOLDERS: &[&str] = &["home", "root", "Users", "tmp", "work", "mnt"];

/// Looks for unfinished places, tests that are switched off, and paths of a machine.
pub(crate) fn check() -> Outcome {
    let mut found = Vec::new();
    for (path, text) in files()? {
        if path != "xtask/src/ci/text.rs" && !path.starts_with("testdata/spec/") {
            found.extend(findings(&path, &text));
        }
    }
    verdict(&found)
}

fn findings(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        if let Some(word) = words.find(|word| UNFINISHED.contains(word)) {
            found.push(format!("{path}:{}: {word}", number + 1));
        }
        if path.ends_with(".rs") && line.trim_start().starts_with("#[ignore") {
            found.push(format!("{path}:{}: a test that is switched off", number + 1));
        }
        for folder in FOLDERS {
            // A path starts a word: an address such as `https://bank.example/home/` is none.
            let whole = format!("/{folder}/");
            let starts =
                |at: usize| line[..at].chars().next_back().is_none_or(|c| " \"'`=(:".contains(c));
            if line.match_indices(&whole).any(|(at, _)| starts(at)) {
                found.push(format!("{path}:{}: a path below {whole}", number + 1));
            }
        }
    }
    found
}

/// Compares the README with the manifests (the Rust version, the two commands, the crates), and the
/// table of dependencies with what is used.
pub(crate) fn readme() -> Outcome {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let metadata = ["metadata", "--no-deps", "--locked", "--format-version", "1"];
    let metadata: serde_json::Value = serde_json::from_str(&output(&mut cargo(metadata))?)?;
    let toolchain = fs::read_to_string(root().join("rust-toolchain.toml"))?;
    let (mut packages, mut used) = (Vec::new(), BTreeSet::new());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let read = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        packages.push((read("name"), read("rust_version")));
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        used.extend(dependencies.filter_map(|d| d["name"].as_str()).map(str::to_owned));
    }
    let mut found = disagreements(&readme, &toolchain, &packages);
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let page = fs::read_to_string(root().join("docs/architecture.md"))?;
    found.extend(unexplained(&manifest, &used, &page));
    verdict(&found)
}

/// Returns the entries of `[workspace.dependencies]` that are no crates of the workspace.
fn foreign_entries(manifest: &str) -> Vec<&str> {
    let section = manifest.split("\n[workspace.dependencies]\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let entries =
        lines.filter(|line| !line.contains("path = ")).filter_map(|line| line.split_once(" = "));
    entries.map(|(name, _)| name).collect()
}

/// Finds entries without a user or without a row in the table of reasons, and rows without an entry.
fn unexplained(manifest: &str, used: &BTreeSet<String>, page: &str) -> Vec<String> {
    let table = page.split("\n## Dependencies\n").nth(1).unwrap_or_default();
    let table = table.split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let explained: BTreeSet<&str> =
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let entries = foreign_entries(manifest);
    let mut found = Vec::new();
    for name in &entries {
        if !used.contains(*name) {
            found.push(format!("Cargo.toml: no crate uses {name}"));
        }
        if !explained.contains(name) {
            found.push(format!("docs/architecture.md gives no reason for {name}"));
        }
    }
    let gone = explained.iter().filter(|name| !entries.contains(name));
    found.extend(
        gone.map(|name| format!("docs/architecture.md gives a reason for {name}, which is gone")),
    );
    if entries.is_empty() {
        found.push("Cargo.toml lists no dependencies".to_owned());
    }
    found
}

/// Finds where the README disagrees with the packages, given by name and `rust-version`.
fn disagreements(readme: &str, toolchain: &str, packages: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, version) in packages {
        if version.is_empty() || !readme.contains(&format!("supported Rust version: {version}.")) {
            found.push(format!(
                "README.md does not give {name}'s `supported Rust version: {version}.`"
            ));
        }
        if !toolchain.contains(&format!("channel = \"{version}.")) {
            found.push(format!("rust-toolchain.toml does not pin a {version} toolchain"));
        }
        if name != "xtask" && !readme.contains(&format!("`{name}`")) {
            found.push(format!("README.md does not name the crate `{name}`"));
        }
    }
    for command in ["cargo xtask demo", "cargo xtask test"] {
        if !readme.contains(command) {
            found.push(format!("README.md does not name `{command}`"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_places_and_machine_paths_are_found() {
        let bad = "// TODO: later\n#[ignore]\nlet path = \"/home/me/key.pem\";\nsee /tmp/x and `/root/y`\n";
        let found = findings("a.rs", bad);
        assert_eq!(found.len(), 5, "{found:#?}");
        let good = "a TODOS list, 4111XXXX1111, https://bank.example/home/a, a/tmp/b, /rooted/\n";
        assert_eq!(findings("a.md", good), [] as [String; 0]);
    }

    #[test]
    fn a_readme_that_disagrees_is_found() {
        let packages = [("a".to_owned(), "1.95".to_owned())];
        let toolchain = "channel = \"1.95.0\"";
        let readme =
            "Minimum supported Rust version: 1.95. `a`; cargo xtask demo; cargo xtask test";
        assert_eq!(disagreements(readme, toolchain, &packages), [] as [String; 0]);
        for (text, other) in [("1.95.", "1.94."), ("`a`", "a"), ("xtask demo", "demo")] {
            assert_eq!(disagreements(&readme.replace(text, other), toolchain, &packages).len(), 1);
        }
        assert_eq!(disagreements(readme, "channel = \"1.96.0\"", &packages).len(), 1);
    }

    #[test]
    fn a_dependency_without_reason_or_user_is_found() {
        let manifest = "[a]\n[workspace.dependencies]\nown = { path = \"x\" }\nhttp = \"1\"\nring = \"0\"\n[x]\ny = 1\n";
        let page = "# A\n## Dependencies\n| package | why |\n|---|---|\n| `http`, `ring` | so |\n## B\n| `c` | |\n";
        let used = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let both = used(&["http", "ring"]);
        assert_eq!(unexplained(manifest, &both, page), [] as [String; 0]);
        assert_eq!(unexplained(manifest, &used(&["http"]), page).len(), 1);
        assert_eq!(unexplained(manifest, &both, &page.replace("`ring`", "")).len(), 1);
        assert_eq!(unexplained(manifest, &both, &page.replace("`ring`", "`ring`, `old`")).len(), 1);
        assert_eq!(unexplained("", &both, page).len(), 3);
    }
}
