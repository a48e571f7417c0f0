//! The page about the protocol leaves nothing out: every method, every rule, every damaged sample.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::samples;

const PAGE: &str = include_str!("../../../../docs/protocol/gateway-rest.md");

/// A section of the page.
fn section(heading: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(heading).expect("the page has the heading");
    rest.split("\n## ").next().unwrap_or_default()
}

#[test]
fn the_page_names_every_method() {
    let table = section("\n## Addresses and methods\n");
    for path in samples::methods() {
        let path = path.split('#').next().unwrap_or_default();
        assert!(table.contains(&format!("`{path}`")), "{path}");
    }
}

#[test]
fn the_page_cites_every_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/spec");
    let rules = fs::read_to_string(folder.join("gateway-rules.md")).expect("the rules are there");
    let rules: BTreeSet<&str> = rules
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
        .filter_map(|line| line.split(' ').next())
        .filter(|word| word.starts_with("G-"))
        .collect();
    assert_eq!(rules.len(), 267);
    let cited: BTreeSet<&str> = PAGE
        .split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-'))
        .filter(|word| word.starts_with("G-"))
        .collect();
    assert_eq!(rules.difference(&cited).collect::<Vec<_>>(), [&""; 0]);
}

#[test]
fn the_page_names_every_damaged_sample() {
    let damaged = section("\n## Damaged samples\n");
    for line in samples::damage().lines() {
        let path = line.split(' ').next().unwrap_or_default();
        let path = path.split(".do").next().unwrap_or_default();
        let name = path.strip_prefix("rest/").unwrap_or(path);
        let known = damaged.contains(&format!("`{name}`")) || name.starts_with("processRaw");
        assert!(known, "{name}");
    }
    assert!(damaged.contains("sum refund"));
}

/// The types for which the crate's sources implement an endpoint, each with what it says a second
/// copy would do.
fn endpoints() -> BTreeMap<String, BTreeSet<String>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut endpoints = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).expect("text");
            for after in text.split("\nimpl Endpoint for ").skip(1) {
                let name = after.split(' ').next().unwrap_or_default();
                let (_, replay) = after.split_once("fn replay(").expect("each says it");
                let replay = replay.split("\n    }").next().unwrap_or_default();
                let words = replay.split("Replay::").skip(1);
                let word = |rest: &str| {
                    rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
                };
                endpoints.insert(name.to_owned(), words.map(word).collect());
            }
        }
    }
    endpoints
}

/// The crate's own list of methods holds every method, every call, and what a second copy does.
#[test]
fn the_list_of_calls_is_what_the_code_says() {
    let source = include_str!("../../src/lib.rs");
    let rows = source.lines().filter_map(|line| line.strip_prefix("//! | "));
    let rows: Vec<Vec<&str>> =
        rows.skip(1).map(|row| row.trim_end_matches(" |").split(" | ").collect()).collect();
    let paths: BTreeSet<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    for path in samples::methods() {
        let path = path.split('#').next().unwrap_or_default();
        assert!(paths.contains(path), "{path}");
    }
    let mut endpoints = endpoints();
    assert!(endpoints.len() > 30, "{}", endpoints.len());
    for row in &rows {
        let name = row[1].trim_start_matches("[`").split('`').next().unwrap_or_default();
        let Some(replay) = endpoints.remove(name) else {
            assert_eq!(name, "acs_redirect");
            continue;
        };
        let written: BTreeSet<String> = row[2].split(", ").map(str::to_owned).collect();
        assert!(replay == written || name == "RawCall", "{name}: {replay:?}");
    }
    assert_eq!(endpoints.into_keys().collect::<Vec<_>>(), [""; 0], "calls without a row");
}

/// Every list that is not certain, as a whole or in one of its values, stands among the unverified
/// readings.
#[test]
fn every_uncertain_list_is_named() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/spec");
    let text = fs::read_to_string(spec.join("gateway-enums.json")).expect("the lists are there");
    let lists: Value = serde_json::from_str(&text).expect("json");
    let page = include_str!("../../../../docs/unverified.md");
    let (_, rest) = page.split_once("\n## Value lists that are not certain\n").expect("there");
    let named = rest.split("\n## ").next().unwrap_or_default();
    let certain = |item: &Value| item.get("confidence").is_none_or(|word| word == "certain");
    let mut uncertain = 0;
    for (name, list) in lists["enums"].as_object().expect("lists") {
        let values = list["values"].as_array().into_iter().flatten();
        if !certain(list) || values.into_iter().any(|value| !certain(value)) {
            assert!(named.contains(&format!("`{name}`")), "{name}");
            uncertain += 1;
        }
    }
    assert!(uncertain > 30, "{uncertain}");
    for (key, count) in [("actionCodes", 48), ("processorCodes", 87)] {
        let codes = lists[key].as_array().expect("codes").iter();
        assert_eq!(codes.filter(|code| !certain(code)).count(), count, "{key}");
    }
}
