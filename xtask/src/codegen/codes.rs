//! Action codes and processor codes as sorted tables.

use std::{error::Error, fmt::Write};

use super::{
    File,
    spec::{Code, Enums},
    text::HEADER,
};

const FOLDER: &str = "crates/payments-core/src/order/generated";

pub(super) fn files(spec: &Enums) -> Result<Vec<File>, Box<dyn Error>> {
    Ok(vec![
        File::new(format!("{FOLDER}/action_codes.rs"), action_codes(&spec.action_codes)?),
        File::new(format!("{FOLDER}/processor_codes.rs"), processor_codes(&spec.processor_codes)?),
    ])
}

fn action_codes(codes: &[Code]) -> Result<String, Box<dyn Error>> {
    let mut rows = Vec::new();
    for code in codes {
        rows.push((code.code.parse::<i64>()?, code));
    }
    rows.sort_by_key(|(number, _code)| *number);
    let mut out = format!(
        "{HEADER}//! Action codes, in the order of their numbers.\n\nuse crate::order::action_code::{{Row, row}};\n\
         use crate::order::code::{{ActionClass::*, Confidence::*}};\n\n"
    );
    writeln!(out, "pub(crate) const ACTION_CODES: [Row; {}] = [", rows.len())?;
    for (number, code) in rows {
        let name = code.name.as_deref().ok_or("an action code without a name")?;
        let retryable = code.retryable.ok_or("an action code without a word about retrying")?;
        let (class, sure) = (class(&code.class)?, confidence(&code.confidence)?);
        let meaning = &code.meaning;
        writeln!(out, "row({number}, {name:?}, {class}, {retryable}, {sure}, {meaning:?}),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

fn processor_codes(codes: &[Code]) -> Result<String, Box<dyn Error>> {
    let mut rows: Vec<&Code> = codes.iter().collect();
    rows.sort_by_key(|code| &code.code);
    let mut out = format!(
        "{HEADER}//! Processor codes, in the order of their text.\n\nuse crate::order::processor_code::Row;\n\
         use crate::order::code::{{ActionClass::*, Confidence::*}};\n\n"
    );
    writeln!(out, "pub(crate) const PROCESSOR_CODES: [(&str, Row); {}] = [", rows.len())?;
    for code in rows {
        let (class, sure) = (class(&code.class)?, confidence(&code.confidence)?);
        writeln!(
            out,
            "({:?}, Row {{ meaning: {:?}, class: {class}, confidence: {sure} }}),",
            code.code, code.meaning
        )?;
    }
    out.push_str("];\n");
    Ok(out)
}

fn class(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "ok" => "Approved",
        "pending" => "Pending",
        "customer-fixable" => "CustomerCanFix",
        "issuer-decline" => "IssuerDeclined",
        "fraud" => "Fraud",
        "technical-retryable" => "RetryLater",
        "config" => "Configuration",
        "request" => "BadRequest",
        _ => return Err(format!("unknown class of codes: {name}")),
    })
}

fn confidence(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "certain" => "Certain",
        "likely" => "Likely",
        "guess" => "Guess",
        _ => return Err(format!("unknown confidence: {name}")),
    })
}
