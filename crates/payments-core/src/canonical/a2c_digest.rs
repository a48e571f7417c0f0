//! The text and digest that a request for a mass payout is signed over (documents/002, "Signature
//! by an RSA certificate" and "Signature by CryptoPro").

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::scalars::{self, Scalars};

/// The names that carry the signature and take no part in it.
pub const SIGNATURE: [&str; 3] = ["DigestValue", "SignatureValue", "X509SerialNumber"];

/// The values of a request's root in the order of their names, with nothing between them.
///
/// Whatever the request holds is in it: `Debug` and [`redacted`](Self::redacted) show names alone.
/// Nothing parts the values, so that different requests can have the same text: what leaves must be
/// made from the same values as the text, in one place.
#[derive(Clone)]
pub struct A2cText<'a>(&'a Scalars<'a>);

impl<'a> A2cText<'a> {
    /// Takes the request's root, with or without its signature.
    pub fn of(scalars: &'a Scalars<'a>) -> Self {
        Self(scalars)
    }

    /// The exact text that is hashed. It holds whatever the request holds: never log it.
    pub fn expose(&self) -> String {
        let mut text = String::with_capacity(self.parts().map(|(_, value)| value.len()).sum());
        text.extend(self.parts().map(|(_, value)| value));
        text
    }

    /// The text for logs: the names, with a star for each value.
    pub fn redacted(&self) -> String {
        scalars::redacted(self.parts().map(|(name, _)| name))
    }

    /// The digest that an RSA key signs. GOST keys sign a digest by another hash, which
    /// `payments-sign` makes of [`expose`](Self::expose).
    pub fn sha256(&self) -> A2cDigest {
        let mut hash = Sha256::new();
        self.parts().for_each(|(_, value)| hash.update(value));
        A2cDigest(hash.finalize().into())
    }

    fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(name, _)| !SIGNATURE.contains(name))
    }
}

impl fmt::Debug for A2cText<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "A2cText({})", self.redacted())
    }
}

/// The 32 bytes that are signed.
///
/// The signer takes them for its message and hashes them again, so the text is hashed twice: for
/// RSA that is proven by the bank's own library, for GOST it is read from the same sentence.
///
/// `Debug` shows nothing of it: whoever knows most of a request could guess the rest from the hash.
#[derive(Clone, PartialEq, Eq)]
pub struct A2cDigest([u8; 32]);

impl A2cDigest {
    /// Takes a digest that was made elsewhere, as that of GOST R 34.11-2012.
    pub fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The value of `DigestValue`: the digest in base64, 44 characters.
    pub fn value(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The message that the signer signs: the 32 bytes themselves.
    pub fn message(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for A2cDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("A2cDigest([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A-005, A-006, A-007, A-008, A-009, A-010: the document's own sample, with what takes no part
    /// beside it. The document prints the text; its digest was computed with another program.
    #[test]
    fn the_documents_own_sample() {
        let json = br#"{"TerminalKey":"TinkoffBankTest","isNeedRrn":true,"PaymentId":"20150",
            "DigestValue":"d","SignatureValue":"s","X509SerialNumber":"1","DATA":{"a":"b"},
            "PaymentIdList":[1]}"#;
        let scalars = Scalars::from_json(json).expect("an object");
        let text = A2cText::of(&scalars);
        assert_eq!(text.expose(), "20150TinkoffBankTesttrue");
        assert_eq!(text.redacted(), "PaymentId=* TerminalKey=* isNeedRrn=*");
        assert_eq!(text.sha256().value(), "HyXOg4WqOjKPdY+3vLV3CR/Uqi9YnltoOpLz9w259Fg=");
        let given = [("isNeedRrn", "true"), ("PaymentId", "20150")];
        let given = Scalars::of(given.into_iter().chain([("TerminalKey", "TinkoffBankTest")]));
        assert_eq!(A2cText::of(&given.expect("once each")).sha256(), text.sha256());
    }

    /// Only these three names are left out, and only so spelled.
    #[test]
    fn nothing_else_is_left_out() {
        let pairs = [("digestValue", "1"), ("Token", "2"), ("CardData", "3"), ("Zero", "")];
        let scalars = Scalars::of(pairs).expect("once each");
        assert_eq!(A2cText::of(&scalars).expose(), "321");
    }

    #[test]
    fn a_marker_never_shows() {
        let scalars = Scalars::of([("CardData", "MARKER"), ("a MARKER", "MARKER")]);
        let scalars = scalars.expect("once each");
        let text = A2cText::of(&scalars);
        assert_eq!(format!("{text:?}"), "A2cText(CardData=* *=*)");
        assert_eq!(format!("{:?}", text.sha256()), "A2cDigest([redacted])");
    }

    proptest! {
        #[test]
        fn the_digest_is_that_of_the_text(
            pairs in proptest::collection::btree_map("[A-Za-z]{1,4}", ".{0,8}", 0..6)
        ) {
            let scalars = Scalars::of(pairs.clone()).expect("a map holds a name once");
            let text = A2cText::of(&scalars);
            let joined: String = pairs.into_values().collect();
            prop_assert_eq!(text.expose(), joined.as_str());
            let digest: [u8; 32] = Sha256::digest(joined.as_bytes()).into();
            prop_assert_eq!(text.sha256(), A2cDigest::from_bytes(digest));
        }
    }
}
