//! Which rules a test names, and which are out of reach.

use std::collections::{BTreeMap, BTreeSet};

use super::{Report, source};

/// Where the reasons stand why a rule is out of reach, as `- G-005: reason`.
const PAGE: &str = "docs/out-of-reach.md";

/// Tests of checks like this one hold invented sources in which rules stand: they prove no rule.
const CHECKS: &[&str] = &["xtask/src/ci/", "xtask/src/coverage"];

/// The rules of a family.
pub(super) struct Rules {
    letter: char,
    pub(super) numbers: BTreeSet<String>,
}

impl Rules {
    /// Reads a list of rules, of which each begins a line: `- G-001 text`.
    pub(super) fn read(letter: char, text: &str) -> Self {
        let numbers = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("- ")?;
            let (number, _) = rest.split_once(' ')?;
            names(letter, number).into_iter().next().filter(|name| name == number)
        });
        Self { letter, numbers: numbers.collect() }
    }

    /// Adds the rules to a report.
    pub(super) fn count(&self, report: &mut Report, files: &[(String, String)]) {
        let tested = self.tested(files);
        let page = files.iter().find(|(path, _)| path == PAGE);
        let (reasons, mut wrong) = self.reasons(page.map_or("", |(_, text)| text));
        for (number, path) in &tested {
            if !self.numbers.contains(number) {
                wrong.push(format!("{path}: a test names {number}, which is no rule"));
            }
        }
        for number in &self.numbers {
            if let Some(path) = tested.get(number) {
                report.tested += 1;
                report.covered.rules += 1;
                if reasons.contains(number) {
                    wrong.push(format!("{PAGE}: {number} is tested in {path}"));
                }
            } else if reasons.contains(number) {
                report.covered.rules += 1;
            } else {
                report.missing.push(format!("rule {number}"));
            }
        }
        report.wrong.extend(wrong);
    }

    /// Numbers that tests name, each with a file of such a test.
    fn tested<'a>(&self, files: &'a [(String, String)]) -> BTreeMap<String, &'a str> {
        let mut tested = BTreeMap::new();
        let proves = |path: &str| {
            path.ends_with(".rs") && !CHECKS.iter().any(|check| path.starts_with(check))
        };
        for (path, text) in files.iter().filter(|(path, _)| proves(path)) {
            for test in source::tests(text) {
                let named = names(self.letter, test);
                tested.extend(named.into_iter().map(|number| (number, path.as_str())));
            }
        }
        tested
    }

    /// Numbers for which the page gives a reason, and what is wrong with the page.
    fn reasons(&self, page: &str) -> (BTreeSet<String>, Vec<String>) {
        let (mut reasons, mut wrong) = (BTreeSet::new(), Vec::new());
        let start = format!("- {}-", self.letter);
        for line in page.lines().filter(|line| line.starts_with(&start)) {
            let (number, reason) = line[2..].split_once(':').unwrap_or_default();
            if !self.numbers.contains(number) || reason.trim().is_empty() {
                wrong.push(format!("{PAGE}: `{line}` is not a rule with a reason"));
            } else if !reasons.insert(number.to_owned()) {
                wrong.push(format!("{PAGE}: {number} stands there twice"));
            }
        }
        (reasons, wrong)
    }
}

/// The rules that a text names: letter, hyphen and three digits, as a word.
fn names(letter: char, text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-'));
    words.filter(|word| is_name(letter, word)).map(str::to_owned).collect()
}

fn is_name(letter: char, word: &str) -> bool {
    let digits = word.strip_prefix(letter).and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()))
}
