//! A QR code that the bank has drawn.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::wire::Text;

/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A QR code that the bank has drawn (`renderedQr`): a PNG in base64 or rows of modules, by the
/// format that was asked for. Kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RenderedQr(Box<str>);

impl RenderedQr {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The PNG file, if the text is one in base64. Line breaks in it and the head of a `data:`
    /// address before it play no part.
    pub fn png(&self) -> Option<Vec<u8>> {
        let (_, data) = self.0.rsplit_once(";base64,").unwrap_or(("", &self.0));
        let data: String = data.split_ascii_whitespace().collect();
        STANDARD.decode(data).ok().filter(|file| file.starts_with(PNG))
    }

    /// The modules row by row, dark ones `true`, if the text is a square of ones and zeros.
    ///
    /// No document shows the format; rows are read with anything between them, or without.
    pub fn modules(&self) -> Option<Vec<Vec<bool>>> {
        let breaks = |sign: char| !matches!(sign, '0' | '1');
        let rows: Vec<&str> = self.0.split(breaks).filter(|row| !row.is_empty()).collect();
        let side = match rows.as_slice() {
            [whole] => whole.len().isqrt(),
            _ => rows.len(),
        };
        let bits: Vec<bool> = rows.concat().bytes().map(|bit| bit == b'1').collect();
        let square = side > 1
            && bits.len() == side * side
            && (rows.len() == 1 || rows.iter().all(|row| row.len() == side))
            && self.0.chars().filter(char::is_ascii_alphanumeric).count() == bits.len();
        square.then(|| bits.chunks(side).map(<[bool]>::to_vec).collect())
    }
}

impl From<&str> for RenderedQr {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<Text<'_>> for RenderedQr {
    fn from(text: Text<'_>) -> Self {
        Self(text.into_string().into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

    /// what a page shows as a picture of type PNG.
    #[test]
    fn a_picture() {
        let file = RenderedQr::from(DOT).png().expect("a PNG");
        assert!(file.starts_with(PNG) && file.ends_with(b"IEND\xaeB`\x82"));
        let (head, tail) = DOT.split_at(20);
        for other in [format!("{head}\r\n{tail}"), format!("data:image/png;base64,{DOT}")] {
            assert_eq!(RenderedQr::from(other.as_str()).png().as_ref(), Some(&file));
        }
        // The sample of paymentOrderBinding is cut in print.
        let cut =
            RenderedQr::from("iVBORw0KGgoAAAANSUhEUgAAADkAAAA5CAYAAACMGIOFAAAFYUlEQVR4XtWU...QmCC");
        assert_eq!((cut.png(), cut.modules()), (None, None));
        assert!(cut.as_str().ends_with("...QmCC"));
        assert_eq!(RenderedQr::from("AAAA").png(), None, "no PNG");
    }

    #[test]
    fn rows_of_modules() {
        let want = Some(vec![vec![true, false], vec![false, true]]);
        for text in ["10\n01", "1001", "[[10],[01]]", "10,01", " 10\r\n01\r\n"] {
            assert_eq!(RenderedQr::from(text).modules(), want, "{text}");
        }
        for text in ["", "1", "101", "10\n0", "10\n011", "0x10", "1002"] {
            assert_eq!(RenderedQr::from(text).modules(), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[01\\n,A-Za-z+/=;.]{0,40}", any: String) {
            for text in [text, any] {
                let drawn = RenderedQr::from(text.as_str());
                let _ = (drawn.png(), drawn.modules());
                prop_assert_eq!(drawn.as_str(), text);
            }
        }
    }
}
