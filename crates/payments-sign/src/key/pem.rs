//! PEM text, read more leniently than by the RFC: what banks send has lost line breaks on its way.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::Wiped;

/// One block of PEM text.
pub(crate) struct Block {
    pub(crate) label: String,
    headers: Vec<(String, String)>,
    pub(crate) der: Wiped,
}

impl Block {
    /// The value of a header, such as `DEK-Info`.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// The first block whose label is wanted and whose body is base64.
///
/// The body may be on one line or on lines of any length; the blank line after headers may be
/// missing, since no base64 holds a colon.
pub(crate) fn find(pem: &[u8], wanted: impl Fn(&str) -> bool) -> Option<Block> {
    let mut rest = std::str::from_utf8(pem).ok()?;
    loop {
        let (_, after) = rest.split_once("-----BEGIN ")?;
        let (label, after) = after.split_once("-----")?;
        let Some((body, after)) = after.split_once(&format!("-----END {label}-----")) else {
            rest = after;
            continue;
        };
        rest = after;
        if wanted(label)
            && let Some(block) = block(label, body)
        {
            return Some(block);
        }
    }
}

fn block(label: &str, body: &str) -> Option<Block> {
    let mut headers = Vec::new();
    let mut text = Zeroizing::new(String::with_capacity(body.len()));
    for line in body.lines() {
        match line.split_once(':') {
            Some((name, value)) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
            None => text.extend(line.chars().filter(|letter| !letter.is_ascii_whitespace())),
        }
    }
    let der = Zeroizing::new(STANDARD.decode(text.as_bytes()).ok()?);
    Some(Block { label: label.to_owned(), headers, der })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_label(_: &str) -> bool {
        true
    }

    #[test]
    fn what_else_stands_in_the_file_is_passed_over() {
        let text = "Bag Attributes\r\n-----BEGIN EC PARAMETERS-----\r\nAA==\r\n-----END EC \
                    PARAMETERS-----\r\n-----BEGIN B-----\r\nX: y \r\nAQ\r\n I=\r\n-----END B-----";
        let block = find(text.as_bytes(), |label| label == "B").expect("stands there");
        assert_eq!((block.der.as_slice(), block.header("X")), (&[1_u8, 2][..], Some("y")));
        let first = find(text.as_bytes(), any_label).expect("stands there");
        assert_eq!(first.label, "EC PARAMETERS");
        assert!(find(b"-----BEGIN A-----AA==", any_label).is_none());
        assert!(find(b"-----BEGIN A-----%-----END A-----", any_label).is_none());
    }

    proptest! {
        #[test]
        fn it_is_total(bytes: Vec<u8>, body: String) {
            let _ = find(&bytes, any_label);
            let text = format!("-----BEGIN A-----{body}-----END A-----");
            let _ = find(text.as_bytes(), any_label);
        }
    }
}
