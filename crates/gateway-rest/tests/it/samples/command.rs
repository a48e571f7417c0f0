//! Printed curl commands, read as a shell and curl would.

/// What one printed command sends.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) url: String,
    /// Names and values of a form; empty where the body is JSON.
    pub(crate) pairs: Vec<(String, String)>,
}

/// Reads a command; the error says what no shell or curl would take.
pub(super) fn read(text: &str) -> Result<Sample, String> {
    let mut words = words(text)?.into_iter();
    if words.next().as_deref() != Some("curl") {
        return Err("is no curl command".into());
    }
    let (mut url, mut pairs, mut json) = (None, Vec::new(), false);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} has no value"));
        match word.as_str() {
            "--location" => {}
            "--request" | "-X" => drop(value()?),
            "--header" => {
                let header = value()?.to_ascii_lowercase();
                json |= header == "content-type: application/json";
            }
            "--url" => put(&mut url, value()?)?,
            "--data" | "--data-raw" | "--data-urlencode" => {
                let data = value()?;
                if json && data.starts_with('{') {
                    serde_json::from_str::<serde_json::Value>(&data)
                        .map_err(|error| format!("the body is no JSON: {error}"))?;
                } else {
                    form(&data, &mut pairs)?;
                }
            }
            other if other.starts_with('-') => return Err(format!("curl has no {other} here")),
            _ => put(&mut url, word)?,
        }
    }
    Ok(Sample { url: url.ok_or("no address")?, pairs })
}

fn put(url: &mut Option<String>, word: String) -> Result<(), String> {
    match url.replace(word) {
        None => Ok(()),
        Some(first) => Err(format!("a second address behind {first}")),
    }
}

/// Pairs of a form. The commands print values as they are meant, not encoded; one of them has
/// several pairs in one option.
fn form(data: &str, pairs: &mut Vec<(String, String)>) -> Result<(), String> {
    let parts: Vec<&str> = if data.contains('{') { vec![data] } else { data.split('&').collect() };
    for part in parts {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is no pair"))?;
        if value.starts_with('{') && serde_json::from_str::<serde_json::Value>(value).is_err() {
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
