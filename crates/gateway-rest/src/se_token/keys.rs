//! `GET se/keys.do`: the bank's public keys for `seToken`, which anybody may ask for.
//!
//! Not in documents/003, which points to it: the address, one level above the other calls, and the
//! form of the answer are those of the platform's other banks.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Outgoing, Prepared, Replay,
    time::UnixMillis,
    wire::{one_or_many, opt_parsed, opt_text},
};
use payments_sign::{KeyError, PublicKey};
use serde::Deserialize;

use crate::{
    context::Context,
    fault::{self, Coded},
    resolve::{Call, Trail},
};

/// Asks for the bank's public keys. Carries no credentials and no signature.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SeKeys;

impl SeKeys {
    /// Asks.
    pub const fn new() -> Self {
        Self
    }
}

/// The bank's public keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct BankKeys {
    /// The keys, in the bank's order.
    #[serde(deserialize_with = "one_or_many")]
    pub keys: Vec<BankKey>,
    /// Nothing, or the code of a failure.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
}

/// One of the bank's public keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct BankKey {
    /// PEM of the key, often on one line.
    #[serde(deserialize_with = "opt_text")]
    pub key_value: Option<String>,
    /// What it is for: `RSA`, at one bank `RSA-4096`.
    #[serde(deserialize_with = "opt_text")]
    pub protocol_version: Option<String>,
    /// When it ends to be valid, as the bank writes it: milliseconds, at one bank seconds.
    #[serde(deserialize_with = "opt_parsed")]
    pub key_expiration: Option<UnixMillis>,
}

/// Below this a moment counts seconds: as milliseconds it would lie before 1973.
const SECONDS: i64 = 100_000_000_000;

impl BankKeys {
    /// The RSA key that stays valid longest, of those valid now. One without an end stays longest.
    ///
    /// # Errors
    ///
    /// None is valid, or the bank listed none. A key that a test bank let run out is still in
    /// [`keys`](Self::keys).
    pub fn newest(&self, now: UnixMillis) -> Result<PublicKey, Invalid> {
        let valid = self.keys.iter().filter(|key| key.is_rsa() && key.is_valid(now));
        let newest = valid
            .filter_map(|key| Some((key.ends(), key.public_key().ok()?)))
            .max_by_key(|(ends, _)| ends.unwrap_or(UnixMillis::new(i64::MAX)));
        let none = || Invalid::new("keys", "must hold an rsa key that is still valid");
        newest.map(|(_, key)| key).ok_or_else(none)
    }
}

impl BankKey {
    /// Reads the key.
    ///
    /// # Errors
    ///
    /// It is no public RSA key.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_pem(self.key_value.as_deref().unwrap_or_default().as_bytes())
    }

    /// When it ends to be valid.
    pub fn ends(&self) -> Option<UnixMillis> {
        let ends = self.key_expiration?;
        Some(if ends.get() < SECONDS {
            UnixMillis::new(ends.get().saturating_mul(1000))
        } else {
            ends
        })
    }

    /// Whether it is valid at a moment.
    pub fn is_valid(&self, now: UnixMillis) -> bool {
        self.ends().is_none_or(|ends| now < ends)
    }

    fn is_rsa(&self) -> bool {
        self.protocol_version.as_deref().is_none_or(|version| version.starts_with("RSA"))
    }
}

impl Coded for BankKeys {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

impl Endpoint for SeKeys {
    const NAME: &'static str = "gateway.seKeys";
    type Context<'a> = Context<'a>;
    type Response = BankKeys;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let wrong = || Invalid::new("outer", "must be an address under which se/keys.do can stand");
        let url = context.profile.outer.join("se/keys.do").map_err(|_| wrong())?;
        let request = http::Request::get(url.as_str()).body(Bytes::new()).map_err(|_| wrong())?;
        Ok(Prepared::Ready(Outgoing::new(request)))
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<BankKeys, Error> {
        fault::read(answer, fault::ASKING)
    }
}

impl Call for SeKeys {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, ok, sent};

    const KEY: &str = include_str!("../../../../testdata/keys/rsa.spki.pem");
    const OTHER: &str = include_str!("../../../payments-sandbox/keys/se.pub.pem");

    /// An answer with keys that end then; the PEM on one line, as banks send it.
    fn listed(keys: &[(&str, &str, &str)]) -> BankKeys {
        let keys = keys.iter().map(|(pem, version, ends)| {
            let pem = pem.replace('\n', "");
            format!(
                r#"{{"keyValue":"{pem}","protocolVersion":"{version}","keyExpiration":{ends}}}"#
            )
        });
        let body = format!(r#"{{"keys":[{}]}}"#, keys.collect::<Vec<_>>().join(","));
        SeKeys::new().parse(&ok(body)).expect("reads")
    }

    fn key(pem: &str) -> PublicKey {
        PublicKey::from_pem(pem.as_bytes()).expect("a key of the tests")
    }

    /// Nobody's name and nothing secret goes to a page that is open to all.
    #[test]
    fn the_request_holds_no_credentials() {
        insta::assert_snapshot!(sent(&SeKeys::new()), @"
        GET https://vtb.rbsuat.com/payment/se/keys.do
        ");
        assert_eq!(SeKeys::new().replay(), Replay::Reads);
    }

    #[test]
    fn the_newest_valid_key_is_taken() {
        let now = UnixMillis::new(1_700_000_000_000);
        let two = listed(&[(OTHER, "RSA", "1699999999999"), (KEY, "RSA", "\"1700000000001\"")]);
        assert_eq!(two.newest(now), Ok(key(KEY)));
        let both = listed(&[(OTHER, "RSA", "1700000000002"), (KEY, "RSA", "1700000000001")]);
        assert_eq!(both.newest(now), Ok(key(OTHER)));
        let endless = listed(&[(KEY, "RSA-4096", "1700000000001"), (OTHER, "RSA", "null")]);
        assert_eq!(endless.newest(now), Ok(key(OTHER)));
        let seconds = listed(&[(KEY, "RSA-4096", "1700000001"), (OTHER, "RSA", "1699999999")]);
        assert_eq!(seconds.newest(now), Ok(key(KEY)));
        for none in [
            listed(&[]),
            listed(&[(KEY, "RSA", "1700000000000")]),
            listed(&[(KEY, "EC", "1800000000000")]),
            listed(&[("no key", "RSA", "1800000000000")]),
        ] {
            let error = none.newest(now).expect_err("none is valid");
            assert_eq!(error.to_string(), "keys: must hold an rsa key that is still valid");
        }
    }

    #[test]
    fn a_failure_moves_nothing() {
        let error = SeKeys::new().parse(&ok(r#"{"errorCode":7}"#)).expect_err("refused");
        assert_eq!(error.effect(), Effect::No);
    }

    proptest! {
        #[test]
        fn no_answer_panics(
            body in damaged(r#"{"keys":[{"keyValue":"x","protocolVersion":"RSA","keyExpiration":1}]}"#),
            now: i64,
        ) {
            if let Ok(keys) = SeKeys::new().parse(&ok(body)) {
                let _ = keys.newest(UnixMillis::new(now));
            }
        }
    }
}
