//! Which methods are proven: by a row, and by the four snapshots that the row's tests make.
//!
//! The tests run every row and compare what comes out with the snapshots, so a snapshot that stands
//! there is one that was seen; here they are counted.

use std::collections::BTreeMap;

use super::{Report, source, table::Method};

/// What is proven of a method, by the ending of the snapshot.
const KINDS: [&str; 4] = ["request", "answer", "refused", "run"];

/// A method whose printed request goes to another path than its heading names.
const PRINTED_AS: (&str, &str) =
    ("rest/processRawPositionRefund.do", "rest/processRawPositionOrderRefund.do");

/// Adds the methods that are proven to a report.
pub(super) fn count(
    report: &mut Report,
    rows: &str,
    methods: &[Method],
    files: &[(String, String)],
) {
    let folder = rows.strip_suffix(".rs").unwrap_or(rows);
    let area = |path: &str| path == rows || path.starts_with(&format!("{folder}/"));
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, text) in files.iter().filter(|(path, _)| area(path) && path.ends_with(".rs")) {
        for path in source::named(text, "path: \"") {
            *found.entry(path).or_default() += 1;
        }
    }
    for (path, count) in &found {
        if !methods.iter().any(|method| method.path == *path) {
            report.wrong.push(format!("{rows}: a row for {path}, which is in no table"));
        }
        if *count > 1 {
            report.wrong.push(format!("{rows}: two rows for {path}"));
        }
    }
    let shown = |method: &Method, kind: &str| {
        let path = format!("{folder}/snapshots/{}.{kind}.snap", slug(&method.path));
        let text = files.iter().find(|(found, _)| *found == path).map(|(_, text)| text.as_str());
        text.is_some_and(|text| shows(text, kind, &method.path))
    };
    for method in methods {
        let path = &method.path;
        if !found.contains_key(path.as_str()) {
            report.missing.push(format!("evidence {path}: no row"));
            continue;
        }
        let missing: Vec<_> = KINDS.into_iter().filter(|kind| !shown(method, kind)).collect();
        report.proven += usize::from(missing.is_empty());
        let name = |kind: &str| format!("evidence {path}: no {kind} that is its own");
        report.missing.extend(missing.into_iter().map(name));
    }
}

/// The name of a method's snapshots.
fn slug(path: &str) -> String {
    let path = path.strip_prefix("rest/").unwrap_or(path);
    path.replace(".do", "").replace(['/', '#'], ".")
}

/// Whether a snapshot shows something, and names the method where something was sent.
fn shows(snapshot: &str, kind: &str, path: &str) -> bool {
    let text = snapshot.splitn(3, "---\n").nth(2).unwrap_or_default();
    let path = if (kind, path) == ("request", PRINTED_AS.0) { PRINTED_AS.1 } else { path };
    let own = format!("/{}", path.split('#').next().unwrap_or_default());
    !text.trim().is_empty() && (!["request", "run"].contains(&kind) || text.contains(&own))
}
