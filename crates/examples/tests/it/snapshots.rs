//! Snapshots hold the documents' own sample credentials and test cards, and no other secret.

use std::{
    fs,
    path::{Path, PathBuf},
};

use payments_sandbox::cards::TEST_CARDS;

/// The passwords that a snapshot may hold: those of the documents' samples.
const PASSWORDS: [&str; 4] = ["test_user_password", "gcjgcW1", "test-password", "password"];

/// How a password begins, in a form and in a JSON body.
const BEGINNINGS: [&str; 2] = ["password=", "\"password\":\""];

/// Every file of the project that can hold a snapshot.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.join("crates"), root.join("xtask"), root.join("tests")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("readable").path();
            let ends = |end: &str| path.extension().is_some_and(|found| found == end);
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if ends("snap") || ends("rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The snapshots of a file: all of it, or what stands after an `@` in code.
fn snapshots(path: &Path, text: &str) -> Vec<String> {
    if path.extension().is_some_and(|end| end == "snap") {
        return vec![text.to_owned()];
    }
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('@') {
        rest = after;
        let raw = after.strip_prefix('r').unwrap_or(after);
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let Some(inner) = raw[hashes..].strip_prefix('"') else { continue };
        let end = format!("\"{}", "#".repeat(hashes));
        let closed = |at: &usize| raw.len() < after.len() || !inner[..*at].ends_with('\\');
        let end = inner.match_indices(&end).map(|(at, _)| at).find(closed);
        let end = end.expect("a literal that compiles is closed");
        found.push(inner[..end].to_owned());
        rest = &inner[end..];
    }
    found
}

/// Whether digits could be a card's number: 13 to 19 of them, with the right check digit.
fn is_card_number(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => 2 * digit - 9,
            (_, digit) => 2 * digit,
        })
        .sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

/// What must not stand in a snapshot and does.
fn findings(snapshot: &str) -> Vec<String> {
    let mut found = Vec::new();
    if snapshot.contains("MARKER") {
        found.push("a planted mark".to_owned());
    }
    for beginning in BEGINNINGS {
        for after in snapshot.split(beginning).skip(1) {
            let value = after.split(['&', '\n', '"', ' ']).next().unwrap_or_default();
            if !PASSWORDS.contains(&value) {
                found.push("a password".to_owned());
            }
        }
    }
    // A moment in milliseconds has thirteen digits and begins like one of this century.
    let moment = |digits: &str| digits.len() == 13 && digits.starts_with('1');
    let runs = snapshot.split(|sign: char| !sign.is_ascii_digit());
    for digits in runs.filter(|digits| is_card_number(digits) && !moment(digits)) {
        if !TEST_CARDS.iter().any(|card| card.pan == digits) {
            found.push(format!("a card number that ends in {}", &digits[digits.len() - 4..]));
        }
    }
    found
}

#[test]
fn no_snapshot_holds_a_secret() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in files() {
        let text = fs::read_to_string(&path).expect("text");
        for snapshot in snapshots(&path, &text) {
            seen += 1;
            let place = path.display();
            wrong.extend(findings(&snapshot).iter().map(|what| format!("{place}: {what}")));
        }
    }
    assert!(seen > 20, "only {seen} snapshots were found: the test would prove nothing");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is found proves that what is not found is not there.
#[test]
fn snapshots_and_secrets_are_found() {
    let code = "a(x, @r#\"one \"1\" two\"#); b(@\"three \\\" four\"); // c@d\nc(y, @r\"five\");";
    let all = snapshots(Path::new("a.rs"), code);
    assert_eq!(all, ["one \"1\" two", "three \\\" four", "five"]);
    assert_eq!(snapshots(Path::new("a.snap"), code), [code]);
    for wrong in [
        "a MARKER",
        "a=1&password=another&b=2",
        "{\"password\":\"another\"}",
        "\"password=another\"",
        "$PAN=4929836472058376",
        "pan: 5105105105105100,",
    ] {
        assert_eq!(findings(wrong).len(), 1, "{wrong}");
    }
    let right =
        "password=test_user_password&%24PAN=4111111111111111&at=1767225600000&x=411111**1111";
    assert_eq!(findings(right), [] as [String; 0]);
}
