//! The page about the protocol leaves nothing out: every method, every rule, every damaged sample.

use std::{collections::BTreeSet, fs, path::Path};

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
