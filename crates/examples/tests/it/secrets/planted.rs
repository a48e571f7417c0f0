//! What must never show: what the test plants, and what it sees pass on the wire.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use bytes::Bytes;
use http::Request;
use payments_http::Transport;
use serde_json::Value;
use tower::service_fn;

/// Stands in every secret that is free text.
pub(super) const MARK: &str = "MARKER";
/// Too short to be looked for alone: it must not stand near its name.
pub(super) const CVC: &str = "739";

/// Names of form fields, headers and JSON members whose values are secrets.
const SECRET: &[&str] = &[
    "password",
    "token",
    "$PAN",
    "pan",
    "TEXT",
    "cardholder",
    "seToken",
    "sbpSubscriptionToken",
    "email",
    "PaReq",
    "paReq",
    "PaRes",
    "paRes",
    "creq",
    "packedCReq",
    "cres",
    "threeDSMethodData",
    "threeDSMethodDataPacked",
    "cavv",
    "xid",
    "checksum",
    "x-signature",
    "x-hash",
];

/// Secrets by their text, each with a name that may be shown.
#[derive(Clone, Default)]
pub(super) struct Planted(Arc<Mutex<BTreeMap<String, String>>>);

impl Planted {
    /// Adds a secret. What is too short to be told from chance is left out.
    pub(super) fn add(&self, name: &str, text: &str) {
        if text.len() >= 8 {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(text.to_owned()).or_insert_with(|| name.to_owned());
        }
    }

    /// Carries requests to a bank and learns the secrets in them and in the answers.
    pub(super) fn watching(&self, bank: Transport) -> Transport {
        let planted = self.clone();
        Transport::new(service_fn(move |request: Request<Bytes>| {
            planted.request(&request);
            let (planted, bank) = (planted.clone(), bank.clone());
            async move {
                let answer = bank.send(request).await;
                if let Ok(answer) = &answer {
                    planted.answer(answer.body());
                }
                answer
            }
        }))
    }

    pub(super) fn request(&self, request: &Request<Bytes>) {
        for (name, value) in request.headers() {
            if SECRET.contains(&name.as_str()) {
                self.add(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
            }
        }
        let query = request.uri().query().unwrap_or_default();
        self.form(query.as_bytes());
        self.form(request.body());
        if let Ok(value) = serde_json::from_slice(request.body()) {
            self.json(&value);
        }
        if request.body().len() >= 24 {
            self.add("a request's body", &String::from_utf8_lossy(request.body()));
        }
    }

    /// Learns from a form that somebody posts, or from a query.
    pub(super) fn form(&self, form: &[u8]) {
        for (name, value) in form_urlencoded::parse(form) {
            if SECRET.contains(&name.as_ref()) {
                self.add(&name, &value);
            }
        }
    }

    fn answer(&self, body: &[u8]) {
        if let Ok(value) = serde_json::from_slice(body) {
            self.json(&value);
        }
        if body.len() >= 24 {
            self.add("an answer's body", &String::from_utf8_lossy(body));
        }
    }

    fn json(&self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        // A masked number may be shown.
                        Some(text) if SECRET.contains(&name.as_str()) && !text.contains('*') => {
                            self.add(name, text);
                        }
                        _ => self.json(value),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.json(value)),
            _ => {}
        }
    }

    /// The names of what was planted and learnt.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Every secret that a text holds, as it is or in one of its codings: its name, and where.
    pub(super) fn found_in(&self, text: &str) -> Vec<String> {
        // `Debug` of a text puts a backslash before each quote.
        let plain = text.replace('\\', "");
        let folded = plain.to_lowercase();
        let mut found = Vec::new();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (secret, name) in all.iter() {
            let places = codings(secret).into_iter();
            let place = places.filter_map(|coded| Some((plain.find(&coded)?, coded.len()))).next();
            if let Some((at, long)) = place {
                found.push(format!("{name} in {:?}", around(&plain, at, long)));
            }
        }
        for (at, _) in folded.match_indices(CVC) {
            let before = around(&folded, at, 0);
            if ["cvc", "cvv"].iter().any(|name| before.contains(name)) {
                found.push(format!("the card's code in {before:?}"));
            }
        }
        found
    }
}

/// A secret as it is, percent-encoded, in hex, as decimal bytes, and inside of a longer base64 text.
fn codings(secret: &str) -> Vec<String> {
    let mut codings = vec![secret.to_owned()];
    codings.push(form_urlencoded::byte_serialize(secret.as_bytes()).collect());
    // Who shows a whole body does not encode it.
    if secret.len() > 400 {
        return codings;
    }
    let bytes = secret.as_bytes();
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("to a string");
        hex
    });
    codings.extend([hex.to_uppercase(), hex]);
    let decimal: Vec<String> = bytes.iter().map(u8::to_string).collect();
    codings.push(decimal.join(", "));
    for shift in 0..3_usize {
        let shifted = BASE64_STANDARD_NO_PAD.encode([&[0; 3][..shift], bytes].concat());
        // The first and the last signs also carry bits of what stands beside the secret.
        codings.push(shifted[(shift * 8).div_ceil(6)..shifted.len() - 2].to_owned());
    }
    codings
}

/// A few signs on both sides of a place.
fn around(text: &str, at: usize, long: usize) -> &str {
    let near = |mut place: usize, step: isize| {
        while !text.is_char_boundary(place) {
            place = place.saturating_add_signed(step);
        }
        place
    };
    let (from, to) = (at.saturating_sub(40), (at + long.min(40) + 10).min(text.len()));
    &text[near(from, -1)..near(to, 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found proves that what is not found is not there.
    #[test]
    fn a_secret_is_found_in_each_coding() {
        let planted = Planted::default();
        planted.add("the password", "MARKER-password");
        let base64 = |text: &str| BASE64_STANDARD_NO_PAD.encode(text);
        let shown = [
            "password: \"MARKER-password\"".to_owned(),
            "b\"a=1&password=MARKER-password\"".to_owned(),
            "4d41524b45522d70617373776f7264".to_owned(),
            format!("{:?}", b"xMARKER-password"),
            base64("user:MARKER-password"),
            base64("users:MARKER-password!"),
            base64("user1:MARKER-password!!"),
            "$CVC=739".to_owned(),
            "Cvc(Secret(\"739\"))".to_owned(),
        ];
        for text in shown {
            assert_eq!(planted.found_in(&text).len(), 1, "{text}");
        }
        for text in ["MARKER", "Cvc([redacted])", "took 739 ms", "password: [redacted]"] {
            assert_eq!(planted.found_in(text), [] as [String; 0], "{text}");
        }
    }

    #[test]
    fn secrets_are_learnt_from_the_wire() {
        let planted = Planted::default();
        let request = Request::post("/a?checksum=0123456789")
            .header("X-Signature", "c2lnbmF0dXJl")
            .body(Bytes::from_static(b"%24PAN=4000000000000002&userName=test_user"));
        planted.request(&request.expect("valid"));
        planted.answer(br#"{"a":[{"cavv":"AAABBBCCC="}],"packedCReq":"eyJ0aHJlZSI"}"#);
        let names = planted.names();
        for name in ["$PAN", "checksum", "x-signature", "cavv", "packedCReq", "a request's body"] {
            assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
        }
    }
}
