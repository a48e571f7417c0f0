//! `ci unused`: a package uses the dependencies that it lists.

use std::collections::BTreeSet;

use crate::project::{Outcome, cargo, files, output, verdict};

/// Packages whose library has a name of its own.
const LIBRARIES: &[(&str, &str)] = &[("md-5", "md5")];

pub(crate) fn check() -> Outcome {
    let metadata = ["metadata", "--no-deps", "--locked", "--format-version", "1"];
    let metadata: serde_json::Value = serde_json::from_str(&output(&mut cargo(metadata))?)?;
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let files = files()?;
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let folder = manifest.strip_prefix(root).and_then(|path| path.strip_suffix("Cargo.toml"));
        let folder = folder.ok_or("cargo metadata names a package elsewhere")?;
        let folder = folder.trim_start_matches('/');
        let ours =
            files.iter().filter(|(path, _)| path.starts_with(folder) && path.ends_with(".rs"));
        let words = words(ours.map(|(_, text)| text.as_str()));
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let name = dependency["name"].as_str().unwrap_or_default();
            if !words.contains(library(name).as_str()) {
                found.push(format!("{folder}Cargo.toml lists {name}, which no source there names"));
            }
        }
    }
    verdict(&found)
}

/// Returns the words of the code, comments left out but for examples in them.
fn words<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let lines = texts.flat_map(str::lines).filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") || line.starts_with("/// use ") || line.starts_with("//! use ")
    });
    lines.flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_'))).collect()
}

/// Returns the name of a package's library as code spells it.
fn library(package: &str) -> String {
    let special = LIBRARIES.iter().find(|(name, _)| *name == package);
    special.map_or_else(|| package.replace('-', "_"), |(_, library)| (*library).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_counts_and_comments_do_not() {
        let text =
            "// uses ring\n/// use rsa::x;\nuse md5::Md5;\nlet x = form_urlencoded::parse(y);\n";
        let words = words([text].into_iter());
        assert!(!words.contains("ring"));
        for package in ["rsa", "md-5", "form_urlencoded"] {
            assert!(words.contains(library(package).as_str()), "{package}");
        }
        assert_eq!(library("hyper-util"), "hyper_util");
    }
}
