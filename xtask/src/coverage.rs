//! `cargo xtask coverage [--missing | --raise]`: how much of each documented family the crates cover.
//!
//! A line a family: methods, fields, rules and evidence. A request field counts when an endpoint puts
//! it on the wire, an answer field when a change of its value changes the typed answer, a rule when a
//! test names its number, evidence when a method's row has all its snapshots. The totals are those of
//! the tables in `testdata/spec`.

mod answer;
mod evidence;
mod floor;
mod gateway;
mod request;
mod router;
mod rules;
mod source;
mod table;

use std::{collections::BTreeSet, fs, path::Path};

use bytes::Bytes;

use crate::project::{self, Outcome, files, verdict};
use floor::Floor;
use rules::Rules;
use table::{Method, Side};

/// A request as it leaves.
type Sent = http::Request<Bytes>;

/// What the typed value of an answer shows, secrets exposed and catch-alls left out; none where the
/// answer is refused or cannot be read.
type Shown = fn(&http::Response<Bytes>) -> Option<String>;

/// An endpoint of a family.
struct Covered {
    /// Its entry in the table of methods.
    path: &'static str,
    /// Requests that hold every field between them: some fields are alternatives of others.
    full: fn() -> Outcome<Vec<Sent>>,
    /// Reads an answer; none where the method has no answer.
    shown: Option<Shown>,
}

/// A documented family and what is there of it.
struct Family {
    name: &'static str,
    /// File of the methods and their fields.
    table: &'static str,
    /// File of the rules.
    rules: &'static str,
    /// Letter before the number of each rule.
    letter: char,
    /// Folder of the fully populated answers.
    answers: &'static str,
    /// File of the rows that prove each method; their areas and snapshots stand in the folder beside it.
    evidence: &'static str,
    /// What the tables held when they were handed over.
    totals: Counts,
    endpoints: &'static [Covered],
}

const FAMILIES: &[Family] = &[gateway::FAMILY, router::FAMILY];

/// How many methods, fields and rules there are, or are covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    methods: usize,
    fields: usize,
    rules: usize,
}

/// What is covered of a family.
struct Report {
    name: &'static str,
    totals: Counts,
    covered: Counts,
    /// How many of the covered rules are so by a test; of the others a page gives the reason.
    tested: usize,
    /// How many methods have a row with all its snapshots.
    proven: usize,
    /// Names of what is missing, a line each.
    missing: Vec<String>,
    /// What is wrong whatever the counts.
    wrong: Vec<String>,
}

impl Report {
    fn line(&self) -> String {
        let (have, all) = (self.covered, self.totals);
        format!(
            "{} methods {}/{} fields {}/{} rules {}/{} ({} tested, {} out of reach) evidence {}/{}",
            self.name,
            have.methods,
            all.methods,
            have.fields,
            all.fields,
            have.rules,
            all.rules,
            self.tested,
            have.rules - self.tested,
            self.proven,
            all.methods,
        )
    }
}

/// Runs `coverage`: prints the lines; `--missing` lists names, `--raise` writes the floor anew.
pub(crate) fn run(words: &[String]) -> Outcome {
    let word = match words {
        [] => None,
        [word] if ["--missing", "--raise"].contains(&word.as_str()) => Some(word.as_str()),
        _ => return Err("usage: cargo xtask coverage [--missing | --raise]".into()),
    };
    let reports = reports()?;
    for report in &reports {
        println!("{}", report.line());
        if word == Some("--missing") {
            report.missing.iter().for_each(|name| println!("  {name}"));
        }
    }
    if word == Some("--raise") {
        floor::write(&project::root(), &reports)?;
    }
    verdict(&wrong(&reports, &floor::read(&project::root())?))
}

/// The step of `ci`: totals as handed over, and nothing below the floor.
pub(crate) fn check() -> Outcome {
    run(&[])
}

fn reports() -> Outcome<Vec<Report>> {
    let (root, files) = (project::root(), files()?);
    FAMILIES.iter().map(|family| report(family, &root, &files)).collect()
}

/// Everything for which the task fails.
fn wrong(reports: &[Report], floors: &[Floor]) -> Vec<String> {
    let own = reports.iter().flat_map(|report| report.wrong.iter().cloned());
    let lower = reports.iter().flat_map(|report| floor::findings(report, floors));
    own.chain(lower).collect()
}

fn report(family: &Family, root: &Path, files: &[(String, String)]) -> Outcome<Report> {
    let methods = table::read(&fs::read_to_string(root.join(family.table))?)?;
    let rules = Rules::read(family.letter, &fs::read_to_string(root.join(family.rules))?);
    let mut report = Report {
        name: family.name,
        totals: Counts {
            methods: methods.len(),
            fields: methods.iter().map(|method| method.fields.len()).sum(),
            rules: rules.numbers.len(),
        },
        covered: Counts { methods: 0, fields: 0, rules: 0 },
        tested: 0,
        proven: 0,
        missing: Vec::new(),
        wrong: Vec::new(),
    };
    if report.totals != family.totals {
        let (found, want) = (report.totals, family.totals);
        report.wrong.push(format!("{}: the tables hold {found:?}, not {want:?}", family.name));
    }
    for method in &methods {
        let endpoint = family.endpoints.iter().find(|endpoint| endpoint.path == method.path);
        add(&mut report, method, endpoint, &root.join(family.answers))?;
    }
    let known = |endpoint: &&Covered| methods.iter().any(|method| method.path == endpoint.path);
    for stray in family.endpoints.iter().filter(|endpoint| !known(endpoint)) {
        report.wrong.push(format!("{}: no table has {}", family.name, stray.path));
    }
    rules.count(&mut report, files);
    evidence::count(&mut report, family.evidence, &methods, files);
    Ok(report)
}

/// Adds one method with its fields to a report.
fn add(
    report: &mut Report,
    method: &Method,
    endpoint: Option<&Covered>,
    answers: &Path,
) -> Outcome {
    let mut seen = BTreeSet::new();
    if let Some(endpoint) = endpoint {
        let sent = (endpoint.full)()?;
        report.wrong.extend(sent.iter().filter_map(|sent| request::stray(method, sent)));
        seen.extend(request::seen(method, &sent)?);
        if let Some(shown) = endpoint.shown {
            seen.extend(answer::seen(method, shown, answers)?);
        }
    }
    let answered = method.fields.iter().any(|field| field.side == Side::Answer);
    let whole = endpoint.is_some_and(|endpoint| endpoint.shown.is_some() || !answered);
    if whole {
        report.covered.methods += 1;
    } else {
        report.missing.push(method.path.clone());
    }
    report.covered.fields += seen.len();
    let missing = method.fields.iter().enumerate().filter(|(at, _)| !seen.contains(at));
    report.missing.extend(missing.map(|(_, field)| format!("{} {field}", method.path)));
    Ok(())
}

#[cfg(test)]
mod tests;
