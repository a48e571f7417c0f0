//! What coverage must not fall below: `xtask/coverage.floor`, raised with each change that covers
//! more.

use std::{fs, path::Path};

use super::{Counts, Report};
use crate::project::Outcome;

const FILE: &str = "xtask/coverage.floor";

/// The floor of one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Floor {
    name: String,
    counts: Counts,
    /// How many rules a test names.
    tested: usize,
    /// How many methods are proven.
    proven: usize,
}

impl Floor {
    /// The floor at which a family stands now.
    pub(super) fn of(report: &Report) -> Self {
        Self {
            name: report.name.to_owned(),
            counts: report.covered,
            tested: report.tested,
            proven: report.proven,
        }
    }

    fn line(&self) -> String {
        let Counts { methods, fields, rules } = self.counts;
        let (name, tested, proven) = (&self.name, self.tested, self.proven);
        format!(
            "{name} methods {methods} fields {fields} rules {rules} tested {tested} evidence {proven}\n"
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, words) = words.split_first()?;
        let [
            "methods",
            methods,
            "fields",
            fields,
            "rules",
            rules,
            "tested",
            tested,
            "evidence",
            proven,
        ] = words[..]
        else {
            return None;
        };
        let counts = Counts {
            methods: methods.parse().ok()?,
            fields: fields.parse().ok()?,
            rules: rules.parse().ok()?,
        };
        let (tested, proven) = (tested.parse().ok()?, proven.parse().ok()?);
        Some(Self { name: (*name).to_owned(), counts, tested, proven })
    }
}

/// Reads the floors.
pub(super) fn read(root: &Path) -> Outcome<Vec<Floor>> {
    parse(&fs::read_to_string(root.join(FILE))?)
}

pub(super) fn parse(text: &str) -> Outcome<Vec<Floor>> {
    let read = |line| Floor::parse(line).ok_or_else(|| format!("{FILE}: `{line}`").into());
    text.lines().map(read).collect()
}

/// Writes the floors at which the families stand now.
pub(super) fn write(root: &Path, reports: &[Report]) -> Outcome {
    let text: String = reports.iter().map(|report| Floor::of(report).line()).collect();
    Ok(fs::write(root.join(FILE), text)?)
}

/// What a family covers less than its floor says.
pub(super) fn findings(report: &Report, floors: &[Floor]) -> Vec<String> {
    let Some(floor) = floors.iter().find(|floor| floor.name == report.name) else {
        return vec![format!("{FILE} has no line for {}", report.name)];
    };
    let (have, least) = (report.covered, floor.counts);
    let pairs = [
        ("methods", have.methods, least.methods),
        ("fields", have.fields, least.fields),
        ("rules", have.rules, least.rules),
        ("rules with a test", report.tested, floor.tested),
        ("methods with evidence", report.proven, floor.proven),
    ];
    let lower = pairs.into_iter().filter(|(_, have, least)| have < least);
    lower
        .map(|(what, have, least)| {
            format!("{}: {have} {what} are covered, {least} were before", report.name)
        })
        .collect()
}
