//! The tables of methods as `testdata/spec` holds them, each field with its place on the wire.
//!
//! A block hangs on the field that holds it: the field of its own name, or of the last part of a
//! dotted name. A name that begins with `(root` is the body itself.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use crate::project::Outcome;

/// One entry of the table.
#[derive(Debug)]
pub(super) struct Method {
    pub(super) path: String,
    pub(super) fields: Vec<Field>,
}

/// Which way a field travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Answer,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) side: Side,
    /// The way from the body to the field.
    pub(super) place: Vec<Step>,
}

/// One step of the way; arrays are no steps of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object, or a parameter of a form.
    Member(String),
    /// The value of the pair with this name, in a list of pairs.
    Pair(String),
}

impl Step {
    fn name(&self) -> &str {
        match self {
            Self::Member(name) | Self::Pair(name) => name,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::Request { "request" } else { "response" };
        let names: Vec<&str> = self.place.iter().map(Step::name).collect();
        write!(out, "{side} {}", names.join("."))
    }
}

#[derive(Debug, Deserialize)]
struct Table {
    methods: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    path: String,
    request: Blocks,
    response: Blocks,
}

type Blocks = BTreeMap<String, Vec<Row>>;

#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Row {
    /// Whether a block may hang on the field. The free pairs of `jsonParams` are typed as text in
    /// some methods.
    fn is_holder(&self) -> bool {
        self.kind.contains("bject") || self.name == "jsonParams"
    }
}

/// Reads a table.
///
/// It is a list of methods, or holds one.
pub(super) fn read(json: &str) -> Outcome<Vec<Method>> {
    let entries: Vec<Entry> = if json.trim_start().starts_with('[') {
        serde_json::from_str(json)?
    } else {
        serde_json::from_str::<Table>(json)?.methods
    };
    let mut methods = Vec::new();
    for entry in &entries {
        let mut fields = Vec::new();
        for (side, blocks) in [(Side::Request, &entry.request), (Side::Answer, &entry.response)] {
            for (block, rows) in blocks {
                let way = way(blocks, block, blocks.len())
                    .ok_or_else(|| format!("{}: block {block} hangs nowhere", entry.path))?;
                for row in rows {
                    let name = row.name.clone();
                    let step = if is_pairs(block) { Step::Pair(name) } else { Step::Member(name) };
                    fields.push(Field { side, place: [way.clone(), vec![step]].concat() });
                }
            }
        }
        methods.push(Method { path: entry.path.clone(), fields });
    }
    Ok(methods)
}

/// The way to a block, over at most so many blocks above it.
fn way(blocks: &Blocks, block: &str, depth: usize) -> Option<Vec<Step>> {
    if block.starts_with("(root") {
        return Some(Vec::new());
    }
    let (above, row) = blocks.iter().find_map(|(above, rows)| {
        // A block that stands in one case only names it: `model (before a bank)`.
        let in_a_case = |row: &Row| block.split_once(" (").is_some_and(|(of, _)| of == row.name);
        let holds = |row: &&Row| {
            row.is_holder() && (held(blocks, above, &row.name) == Some(block) || in_a_case(row))
        };
        rows.iter().find(holds).map(|row| (above, row))
    })?;
    let mut way = way(blocks, above, depth.checked_sub(1)?)?;
    let name = row.name.clone();
    way.push(if is_pairs(above) { Step::Pair(name) } else { Step::Member(name) });
    Some(way)
}

/// The block that hangs on a field of a block.
fn held<'a>(blocks: &'a Blocks, block: &str, field: &str) -> Option<&'a str> {
    let own = format!("{block}.{field}");
    let known = blocks.get_key_value(&own).or_else(|| blocks.get_key_value(field));
    known.map(|(name, _)| name.as_str())
}

/// Whether each field of a block is a pair of name and value.
fn is_pairs(block: &str) -> bool {
    block.ends_with(".attributes") || block.ends_with(".itemAttributes")
}
