//! Printed curl commands, read as a shell and curl would.

use std::collections::BTreeMap;

use serde_json::Value;

/// What one printed command sends.
#[derive(Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) method: String,
    pub(crate) url: String,
    /// By name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// Names and values of a form; empty where the body is JSON.
    pub(crate) pairs: Vec<(String, String)>,
    /// A body that is JSON.
    pub(crate) json: Option<Value>,
}

/// Reads a command; the error says what no shell or curl would take.
pub(super) fn read(text: &str) -> Result<Sample, String> {
    let mut words = words(text)?.into_iter();
    if words.next().as_deref() != Some("curl") {
        return Err("is no curl command".into());
    }
    let (mut method, mut url, mut json) = (None, None, None);
    let (mut headers, mut pairs) = (BTreeMap::new(), Vec::new());
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} has no value"));
        match word.as_str() {
            "--location" => {}
            "--request" | "-X" => put(&mut method, value()?)?,
            "--header" => {
                let header = value()?;
                let (name, value) = header.split_once(": ").ok_or("a header without a value")?;
                headers.insert(name.to_ascii_lowercase(), value.to_owned());
            }
            "--url" => put(&mut url, value()?)?,
            "--data" | "--data-raw" | "--data-urlencode" => {
                let data = value()?;
                if data.starts_with('{') {
                    let read = serde_json::from_str::<Value>(&data);
                    put(&mut json, read.map_err(|error| format!("the body is no JSON: {error}"))?)?;
                } else {
                    form(&data, &mut pairs)?;
                }
            }
            other if other.starts_with('-') => return Err(format!("curl has no {other} here")),
            _ => put(&mut url, word)?,
        }
    }
    // What curl does where a command has data and does not name a method.
    let method = method.unwrap_or_else(|| "POST".to_owned());
    let url = url.ok_or("no address")?;
    Ok(Sample { method, url, headers, pairs, json })
}

fn put<T: std::fmt::Debug>(place: &mut Option<T>, value: T) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(first) => Err(format!("a second one behind {first:?}")),
    }
}

/// Pairs of a form. The commands print values as they are meant, not encoded; one of them has
/// several pairs in one option.
fn form(data: &str, pairs: &mut Vec<(String, String)>) -> Result<(), String> {
    let parts: Vec<&str> = if data.contains('{') { vec![data] } else { data.split('&').collect() };
    for part in parts {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is no pair"))?;
        if value.starts_with('{') && serde_json::from_str::<Value>(value).is_err() {
            return Err(format!("{name} holds no JSON"));
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(())
}

/// The words of one command, as a POSIX shell takes them. Double quotes stand for themselves: no
/// sample means them as quotes, so outside of single quotes they are damage.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut rest) = (Vec::new(), None::<String>, text.chars());
    while let Some(sign) = rest.next() {
        match sign {
            '\\' => match rest.next() {
                Some('\n') => {}
                Some(other) => word.get_or_insert_default().push(other),
                None => return Err("ends with a backslash".into()),
            },
            '\'' => loop {
                match rest.next() {
                    Some('\'') => {
                        word.get_or_insert_default();
                        break;
                    }
                    Some(other) => word.get_or_insert_default().push(other),
                    None => return Err("a quote is not closed".into()),
                }
            },
            '\n' if !rest.as_str().trim().is_empty() => {
                return Err("a line goes on without a backslash".into());
            }
            '"' => return Err("a double quote outside of single ones".into()),
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}
