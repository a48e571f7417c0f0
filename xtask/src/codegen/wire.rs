//! Fully populated answers: one a method, with every field of its tables.
//!
//! A block hangs on the field that holds it. Where the documents spell a field in two ways, the
//! table's spelling stands in `<method>.json` and the sample's in `<method>.spelled-otherwise.json`:
//! an answer carries one of the two. Where prose and sample disagree about a type, the sample's is
//! taken.

mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write,
    fs,
    path::Path,
};

use serde::Deserialize;

use self::values::Values;
use super::File;

/// The tables, and the folders of the answers that are made from them.
const TABLES: [(&str, &str); 2] = [
    ("testdata/spec/gateway-rest.json", "testdata/wire/gateway"),
    ("testdata/spec/router-json.json", "testdata/wire/router"),
];

/// A table is a list of methods, or holds one.
#[derive(Debug, Deserialize)]
struct Table {
    methods: Vec<Method>,
}

#[derive(Debug, Deserialize)]
struct Method {
    path: String,
    response: BTreeMap<String, Vec<Field>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Field {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    max: Option<usize>,
    #[serde(default)]
    note: String,
}

impl Method {
    /// The cases of which the table tells apart what the answer holds, as `before a bank`.
    fn cases(&self) -> BTreeSet<&str> {
        self.response.keys().filter_map(|block| case(block)).collect()
    }
}

/// The case of which a block is part: `model (before a bank)` holds that of orders no bank has.
fn case(block: &str) -> Option<&str> {
    let (field, case) = block.split_once(" (")?;
    if field.is_empty() { None } else { case.strip_suffix(')') }
}

impl Field {
    /// Whether the name is a second spelling of another field.
    fn is_second_spelling(&self) -> bool {
        self.note.starts_with("spelling of the sample")
    }

    /// The field whose other spelling this is.
    fn first_spelling(&self) -> Option<&str> {
        let (_, rest) = self.note.split_once(" for ")?;
        rest.split([';', ',', ' ']).next()
    }
}

/// JSON whose members stay in the order in which they were put.
#[derive(Clone, Debug)]
pub(super) enum Json {
    /// A number, a boolean or a text, already written as JSON.
    Plain(String),
    Object(Vec<(String, Self)>),
    Array(Vec<Self>),
}

impl Json {
    fn text(text: &str) -> Self {
        Self::Plain(serde_json::Value::from(text).to_string())
    }

    fn write(&self, out: &mut String, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        match self {
            Self::Plain(json) => out.push_str(json),
            Self::Object(members) if members.is_empty() => out.push_str("{}"),
            Self::Array(items) if items.is_empty() => out.push_str("[]"),
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    line(out, depth + 1);
                    // Writing to a string does not fail.
                    let _ = write!(out, "{name:?}: ");
                    value.write(out, depth + 1);
                }
                line(out, depth);
                out.push('}');
            }
            Self::Array(items) => {
                out.push('[');
                for (at, value) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    line(out, depth + 1);
                    value.write(out, depth + 1);
                }
                line(out, depth);
                out.push(']');
            }
        }
    }
}

/// One file a method, two where fields are spelled in two ways.
pub(super) fn files(root: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = Vec::new();
    for (table, folder) in TABLES {
        for method in &methods(&fs::read_to_string(root.join(table))?)? {
            files.extend(answers_to(method, folder)?);
        }
    }
    Ok(files)
}

fn methods(text: &str) -> Result<Vec<Method>, Box<dyn Error>> {
    if text.trim_start().starts_with('[') {
        return Ok(serde_json::from_str(text)?);
    }
    Ok(serde_json::from_str::<Table>(text)?.methods)
}

fn answers_to(method: &Method, folder: &str) -> Result<Vec<File>, Box<dyn Error>> {
    let [table, sample, ..] = answers(&method.path);
    let cases = method.cases();
    let mut files = Vec::new();
    for case in &cases {
        let path = format!("{folder}/{}.{}.json", file_name(&method.path), case.replace(' ', "-"));
        files.push(File::new(path, answer(method, false, Some(case))?));
    }
    if cases.is_empty() {
        files.push(File::new(format!("{folder}/{table}"), answer(method, false, None)?));
    }
    if method.response.values().flatten().any(Field::is_second_spelling) {
        files.push(File::new(format!("{folder}/{sample}"), answer(method, true, None)?));
    }
    Ok(files)
}

/// The files in which answers to a method may stand: see [the module](self).
pub(crate) fn answers(path: &str) -> [String; 4] {
    ["", ".spelled-otherwise", ".before-a-bank", ".at-a-bank"]
        .map(|kind| format!("{}{kind}.json", file_name(path)))
}

/// `rest/sbp/c2b/unBind.do` becomes `sbp.c2b.unBind`.
fn file_name(path: &str) -> String {
    path.trim_start_matches("rest/").replace(".do", "").replace(['/', '#'], ".")
}

fn answer(
    method: &Method,
    second_spelling: bool,
    of_case: Option<&str>,
) -> Result<String, Box<dyn Error>> {
    let mut writer = Writer {
        blocks: &method.response,
        second_spelling,
        of_case,
        used: BTreeSet::new(),
        values: Values::default(),
    };
    let mut root: Vec<(String, Json)> = Vec::new();
    // The plain root first, then what 3-D Secure 2 adds to it.
    let (plain, added): (Vec<&String>, Vec<&String>) = method
        .response
        .keys()
        .filter(|name| name.starts_with("(root"))
        .partition(|name| *name == "(root)");
    for block in plain.into_iter().chain(added) {
        for (name, value) in writer.block(block)? {
            if !root.iter().any(|(known, _)| *known == name) {
                root.push((name, value));
            }
        }
    }
    let all: BTreeSet<&str> = method.response.keys().map(String::as_str).collect();
    let left_out = |block: &&&str| case(block).is_none_or(|case| Some(case) == of_case);
    let mut lost = all.difference(&writer.used).filter(left_out);
    // A block below the block of another case hangs there.
    if let (Some(block), None) = (lost.next(), of_case) {
        return Err(format!("{}: block {block} hangs nowhere", method.path).into());
    }
    let mut out = String::new();
    Json::Object(root).write(&mut out, 0);
    out.push('\n');
    Ok(out)
}

struct Writer<'a> {
    blocks: &'a BTreeMap<String, Vec<Field>>,
    second_spelling: bool,
    of_case: Option<&'a str>,
    used: BTreeSet<&'a str>,
    values: Values,
}

impl<'a> Writer<'a> {
    fn block(&mut self, name: &'a str) -> Result<Vec<(String, Json)>, Box<dyn Error>> {
        let fields = self.blocks.get(name).ok_or_else(|| format!("no block {name}"))?;
        self.used.insert(name);
        let doubled: BTreeSet<&str> = fields
            .iter()
            .filter(|f| f.is_second_spelling())
            .filter_map(Field::first_spelling)
            .collect();
        let mut members = Vec::new();
        for field in fields {
            let left_out = if self.second_spelling {
                doubled.contains(field.name.as_str())
            } else {
                field.is_second_spelling()
            };
            if !left_out {
                members.push((field.name.clone(), self.field(name, field)?));
            }
        }
        Ok(members)
    }

    fn field(&mut self, block: &str, field: &Field) -> Result<Json, Box<dyn Error>> {
        if !field.kind.contains("bject") {
            return Ok(self.values.of(block, field));
        }
        let Some(held) = self.held_by(block, &field.name) else {
            return Ok(self.values.inside(block, field));
        };
        let members = self.block(held)?;
        let json = if held.ends_with("itemAttributes") && held.contains('.')
            || held.ends_with(".attributes")
        {
            // Each field of the table is a pair of its own.
            Json::Array(members.into_iter().map(pair).collect())
        } else if is_many(field) {
            Json::Array(vec![Json::Object(members)])
        } else {
            Json::Object(members)
        };
        Ok(json)
    }

    /// The block that a field holds: named after both where its own name is ambiguous.
    fn held_by(&self, block: &str, field: &str) -> Option<&'a str> {
        let own = format!("{block}.{field}");
        let find = |name: &str| self.blocks.keys().find(|key| *key == name).map(String::as_str);
        let of_case = || find(&format!("{field} ({})", self.of_case?));
        find(&own).or_else(|| find(field)).or_else(of_case)
    }
}

/// A pair of the documents' attribute lists, whose plain values are text.
fn pair((name, value): (String, Json)) -> Json {
    let value = match value {
        Json::Plain(plain) if !plain.starts_with('"') => Json::text(&plain),
        other => other,
    };
    Json::Object(vec![("name".into(), Json::text(&name)), ("value".into(), value)])
}

/// Whether several may come; of two readings the one that a sibling bank's build shows.
fn is_many(field: &Field) -> bool {
    field.kind.starts_with("Array")
        || field.note.contains("accept an array")
        || field.note.contains("sends an array")
}
