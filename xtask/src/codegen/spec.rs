//! The value lists as `testdata/spec/gateway-enums.json` holds them.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Enums {
    pub(super) enums: BTreeMap<String, List>,
    pub(super) action_codes: Vec<Code>,
    pub(super) processor_codes: Vec<Code>,
}

#[derive(Debug, Deserialize)]
pub(super) struct List {
    pub(super) confidence: String,
    pub(super) values: Vec<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Value {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) meaning: String,
    pub(super) confidence: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Code {
    pub(super) code: String,
    pub(super) name: Option<String>,
    pub(super) meaning: String,
    pub(super) class: String,
    pub(super) retryable: Option<bool>,
    pub(super) confidence: String,
}

impl Enums {
    pub(super) fn read(root: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(root.join("testdata/spec/gateway-enums.json"))?;
        Ok(serde_json::from_str(&text)?)
    }
}
