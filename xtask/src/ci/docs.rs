//! `ci docs`: whatever a text points to is there.
//!
//! Rules by number (`testdata/spec/*-rules.md`), documents by number, methods by path
//! (`testdata/spec/gateway-rest.json`, `testdata/spec/router-json.json`), files by path, links of pages
//! with their headings.

use std::collections::{BTreeMap, BTreeSet};

use crate::project::{Outcome, files, paths, verdict};

/// The documents that the tables come from, as the rules number them.
const DOCUMENTS: [&str; 5] = ["000", "001", "002", "003", "004"];

/// Methods without a table: named in passing by the bank document, or known from other banks only.
const WITHOUT_TABLE: [&str; 4] = [
    "getLastOrdersForMerchants.do",
    "se/keys.do",
    "processRawPositionOrderRefund.do",
    "3dsmethod.do",
];

/// What can be pointed to.
#[derive(Default)]
struct Targets {
    /// Files, and every folder that holds one.
    paths: BTreeSet<String>,
    /// Headings of each page, as links spell them.
    headings: BTreeMap<String, BTreeSet<String>>,
    /// `G-001` and so on.
    rules: BTreeSet<String>,
    /// `rest/register.do` and so on.
    methods: BTreeSet<String>,
}

pub(crate) fn check() -> Outcome {
    let files = files()?;
    let mut targets = Targets::of(&files)?;
    targets.paths.extend(paths()?);
    let mut found = Vec::new();
    for (path, text) in &files {
        // The tables are what others point to; the tests below point nowhere on purpose.
        if path.starts_with("testdata/spec/") || path == "xtask/src/ci/docs.rs" {
            continue;
        }
        if path.ends_with(".rs") {
            found.extend(targets.source(path, text));
        } else if path.ends_with(".md") {
            found.extend(targets.page(path, text));
        }
    }
    verdict(&found)
}

impl Targets {
    fn of(files: &[(String, String)]) -> Outcome<Self> {
        let mut targets = Self::default();
        for (path, text) in files {
            for (at, _) in path.match_indices('/') {
                targets.paths.insert(path[..at].to_owned());
            }
            targets.paths.insert(path.clone());
            if path.ends_with(".md") {
                targets.headings.insert(path.clone(), headings(text));
            }
            if path.starts_with("testdata/spec/") && path.ends_with("-rules.md") {
                let lines = text.lines().filter_map(|line| line.strip_prefix("- "));
                let first = lines.filter_map(|line| line.split(' ').next());
                targets.rules.extend(first.filter(|word| is_rule(word)).map(str::to_owned));
            }
            if path == "testdata/spec/gateway-rest.json" {
                let table: serde_json::Value = serde_json::from_str(text)?;
                let rows = table.as_array().into_iter().flatten();
                let paths = rows.filter_map(|row| row["path"].as_str()?.split('#').next());
                targets.methods.extend(paths.map(str::to_owned));
            }
            if path == "testdata/spec/router-json.json" {
                let table: serde_json::Value = serde_json::from_str(text)?;
                let rows = table["methods"].as_array().into_iter().flatten();
                targets
                    .methods
                    .extend(rows.filter_map(|row| row["path"].as_str()).map(str::to_owned));
            }
        }
        if targets.rules.is_empty() || targets.methods.is_empty() {
            return Err("testdata/spec holds no rules or no methods".into());
        }
        Ok(targets)
    }

    /// Checks a source file: rules everywhere, the rest in comments.
    fn source(&self, path: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let at = format!("{path}:{}", number + 1);
            found.extend(self.rules(&at, line));
            if let Some((_, comment)) = line.split_once("//") {
                found.extend(self.facts(&at, comment));
            }
        }
        found
    }

    /// Checks a page: rules, facts and links.
    fn page(&self, path: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let at = format!("{path}:{}", number + 1);
            found.extend(self.rules(&at, line));
            found.extend(self.facts(&at, line));
            for link in links(line).filter(|link| !link.contains("://")) {
                if !self.resolves(path, link) {
                    found.push(format!("{at}: no {link}"));
                }
            }
        }
        found
    }

    fn rules(&self, at: &str, line: &str) -> Vec<String> {
        let words = words(line, |c| c.is_alphanumeric() || c == '-' || c == '_');
        let unknown = words.filter(|word| is_rule(word) && !self.rules.contains(*word));
        unknown.map(|word| format!("{at}: no rule {word}")).collect()
    }

    /// Checks documents, methods and files that a text names.
    fn facts(&self, at: &str, line: &str) -> Vec<String> {
        let mut found = Vec::new();
        for word in words(line, |c| c.is_alphanumeric() || "/._-".contains(c)) {
            let word = word.trim_end_matches(['.', '/', '-']);
            if let Some(document) = word.strip_prefix("documents/") {
                let number = document.get(..3).unwrap_or(document);
                if !DOCUMENTS.contains(&number) {
                    found.push(format!("{at}: no document {document}"));
                }
            }
            if word.ends_with(".do") && !self.is_method(word) {
                found.push(format!("{at}: no method {word}"));
            }
            let file = word.starts_with("docs/") || word.starts_with("testdata/");
            if file && !self.paths.contains(word) {
                found.push(format!("{at}: no file {word}"));
            }
        }
        found
    }

    fn is_method(&self, word: &str) -> bool {
        // The host of a whole address came apart at its colon.
        let below = |base: &str| word.rsplit_once(base).map(|(_, path)| path);
        let word = below("/payment/").or_else(|| below("/v1/")).unwrap_or(word);
        let word = word.trim_start_matches('/');
        let ends = |known: &str| {
            known.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c| c != '/'))
        };
        let named = |known: &str| {
            word.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        WITHOUT_TABLE.iter().any(|known| named(known))
            || self.methods.iter().any(|known| ends(known))
    }

    fn resolves(&self, page: &str, link: &str) -> bool {
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let mut parts: Vec<&str> = page.split('/').collect();
        if !file.is_empty() {
            parts.pop();
        }
        for part in file.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                if parts.pop().is_none() {
                    return false;
                }
            } else {
                parts.push(part);
            }
        }
        let path = parts.join("/");
        self.paths.contains(&path)
            && (heading.is_empty()
                || self.headings.get(&path).is_some_and(|known| known.contains(heading)))
    }
}

/// Tells whether a word is a rule's number, such as `G-001`.
fn is_rule(word: &str) -> bool {
    let digits = ["G-", "R-", "A-"].iter().find_map(|prefix| word.strip_prefix(prefix));
    digits.is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn words(line: &str, part: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    line.split(move |c| !part(c)).filter(|word| !word.is_empty())
}

/// Returns the targets of a line's links, `[text](target)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// Returns the headings of a page as links spell them.
fn headings(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| line.starts_with('#'));
    let titles = lines.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    titles.map(|title| title.chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets() -> Targets {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = [
            file("README.md", "# What it is\n## Two commands"),
            file("docs/states/order.md", ""),
            file("testdata/spec/gateway-rules.md", "- G-001 Calls are POST (3)."),
            file("testdata/spec/gateway-rest.json", r#"[{"path": "rest/a/register.do#x"}]"#),
            file("testdata/spec/router-json.json", r#"{"methods": [{"path": "sbp_c2b/get.do"}]}"#),
        ];
        Targets::of(&files).unwrap()
    }

    #[test]
    fn a_source_may_name_what_exists() {
        let text = "\
//! `POST /payment/rest/a/register.do`, `a/register.do`, https://b.example/payment/rest/a/register.do
//! documents/003, registration; G-001. `get.do`, https://b.example/v1/sbp_c2b/get.do
// See docs/states/order.md and `docs/states`.
fn sha(_: u8) {} // SHA-256, RSA-204, GG-002, G-0020
";
        assert_eq!(targets().source("a.rs", text), [] as [String; 0]);
    }

    #[test]
    fn a_source_may_not_name_what_does_not() {
        let text = "\
//! `POST rest/other.do`, `b/register.do` and `ster.do`.
// documents/009, docs/states/none.md
fn covers() { \"G-002\"; }
";
        let found = targets().source("a.rs", text);
        let wanted = [
            "a.rs:1: no method rest/other.do",
            "a.rs:1: no method b/register.do",
            "a.rs:1: no method ster.do",
            "a.rs:2: no document 009",
            "a.rs:2: no file docs/states/none.md",
            "a.rs:3: no rule G-002",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn links_lead_to_files_and_headings() {
        let good = "[a](../README.md#two-commands) [b](states/) [c](https://example.org/x)";
        assert_eq!(targets().page("docs/a.md", good), [] as [String; 0]);
        let bad = "[a](../README.md#three) [b](none.md) [c](../../README.md)";
        assert_eq!(targets().page("docs/a.md", bad).len(), 3);
    }
}
