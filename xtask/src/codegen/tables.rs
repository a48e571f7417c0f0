//! Value lists as open enums.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt::{self, Write},
};

use super::{
    File,
    lists::{LEFT_OUT, MODULES, Module, Type},
    spec::{Enums, List},
    text::{HEADER, doc, sentence},
};

const FOLDER: &str = "crates/payments-core/src/order/generated";

/// One file a module; fails when the spec holds a list that nobody decided about.
pub(super) fn files(spec: &Enums) -> Result<Vec<File>, Box<dyn Error>> {
    decided(spec)?;
    let mut files = Vec::new();
    for module in MODULES {
        files.push(File::new(format!("{FOLDER}/{}.rs", module.file), source(module, spec)?));
    }
    Ok(files)
}

fn decided(spec: &Enums) -> Result<(), Box<dyn Error>> {
    let types = MODULES.iter().flat_map(|module| module.types).flat_map(|each| each.from);
    let decided: Vec<&str> =
        types.copied().chain(LEFT_OUT.iter().map(|(name, _reason)| *name)).collect();
    let once: BTreeSet<&str> = decided.iter().copied().collect();
    let spec: BTreeSet<&str> = spec.enums.keys().map(String::as_str).collect();
    if once.len() != decided.len() {
        return Err("a value list is decided about twice".into());
    }
    match once.symmetric_difference(&spec).next() {
        Some(name) => {
            Err(format!("value list {name}: decided about, but not there, or not decided").into())
        }
        None => Ok(()),
    }
}

fn source(module: &Module, spec: &Enums) -> Result<String, Box<dyn Error>> {
    let mut out = format!("{HEADER}//! {}\n", module.head);
    for each in module.types {
        out.push_str("\ncrate::open_enum! {\n");
        write_type(&mut out, each, spec)?;
        out.push_str("}\n");
    }
    Ok(out)
}

fn write_type(out: &mut String, each: &Type, spec: &Enums) -> fmt::Result {
    let lists: Vec<&List> = each.from.iter().filter_map(|name| spec.enums.get(*name)).collect();
    out.push_str(&doc("    ", each.doc));
    let sure = confidence(&lists);
    writeln!(out, "    ///\n    /// {}", legend(sure))?;
    writeln!(out, "    pub enum {} {{", each.name)?;
    for list in &lists {
        for value in &list.values {
            let meaning =
                if value.meaning.is_empty() { spelled(&value.name) } else { value.meaning.clone() };
            let own = value.confidence.as_deref().unwrap_or(&list.confidence);
            let mark = if own == sure { String::new() } else { format!(" ({own})") };
            let text = format!("{}{mark}", meaning.trim_end_matches('.'));
            out.push_str(&doc("        ", &sentence(&text)));
            writeln!(out, "        {} = {:?},", value.name, value.value)?;
        }
    }
    out.push_str("    }\n");
    Ok(())
}

/// What is said of the list as a whole: the least sure of the lists it is made of.
fn confidence<'a>(lists: &[&'a List]) -> &'a str {
    let least = |list: &&&List| {
        ["certain", "likely", "partial", "guess"].iter().position(|name| *name == list.confidence)
    };
    match lists.iter().max_by_key(least).map(|list| list.confidence.as_str()) {
        // A list that is known in part, each of its values being certain.
        Some("partial") => "certain",
        Some(name) => name,
        None => "certain",
    }
}

fn legend(sure: &str) -> &'static str {
    match sure {
        "certain" => "Confidence: certain, where a value says nothing else.",
        "likely" => "Confidence: likely, where a value says nothing else.",
        _ => "Confidence: guess, where a value says nothing else.",
    }
}

/// A variant's name as words: `ThreeDs1Full` becomes `three ds1 full`.
fn spelled(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
