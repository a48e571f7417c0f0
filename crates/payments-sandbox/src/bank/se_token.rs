//! `seToken`: card data that the merchant encrypted with the bank's public key.
//!
//! Layout, padding and key list are those of the platform's other banks: documents/003 only names
//! them.

use std::{str::FromStr as _, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Response;
use payments_core::{card::Expiry, id::OrderId, time::UnixMillis};
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey, pkcs8::DecodePrivateKey as _};

use crate::{
    answer::{self, Refusal},
    cards,
    json::{Json, Object},
};

/// The bank's private key for tokens. Made for the sandbox and published with it.
const PRIVATE_KEY: &[u8] = include_bytes!("../../keys/se.pk8");

const PUBLIC_KEY: &str = include_str!("../../keys/se.pub.pem");
/// A key that ran out. Its private half is gone: who encrypts with it gets nowhere.
const RETIRED_KEY: &str = include_str!("../../keys/se-retired.pub.pem");

static KEY: LazyLock<Option<RsaPrivateKey>> =
    LazyLock::new(|| RsaPrivateKey::from_pkcs8_der(PRIVATE_KEY).ok());

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// By another bank's page a token is at most so far from the bank's clock.
const LARGEST_GAP_MS: i64 = 30 * 60 * 1000;

/// What a token held.
pub(super) enum Contents {
    /// A card's data; its code was there and had three digits.
    Card { pan: String, expiry: Expiry },
    /// A stored card, and whether the card's code was there too.
    Stored { binding: String, with_code: bool },
}

/// `GET se/keys.do`: the keys, for everybody; the first one is no longer valid.
pub(super) fn keys(now: UnixMillis) -> Response<Bytes> {
    let key = |pem: &str, ends: i64| {
        Json::from(
            Object::new()
                .with("keyValue", pem.replace('\n', ""))
                .with("protocolVersion", "RSA")
                .with("keyExpiration", now.get().saturating_add(ends)),
        )
    };
    let keys = vec![key(RETIRED_KEY, -DAY_MS), key(PUBLIC_KEY, 365 * DAY_MS)];
    answer::json(&Object::new().with("keys", Json::Array(keys)))
}

/// Opens a token for the payment of an order.
pub(super) fn opened(token: &str, now: UnixMillis, order: &OrderId) -> Result<Contents, Refusal> {
    let wrong = |rule: &str| Refusal::value("seToken", rule);
    let bytes = STANDARD.decode(token).map_err(|_| wrong("is not base64"))?;
    let key = KEY.as_ref().ok_or_else(|| Refusal::new(7, "System error"))?;
    let plain = key.decrypt(Pkcs1v15Encrypt, &bytes).ok();
    let plain = plain.and_then(|plain| String::from_utf8(plain).ok());
    let plain = plain.ok_or_else(|| wrong("was not encrypted with a valid key of the bank"))?;
    let fields: Vec<&str> = plain.split('/').collect();
    let [at, uuid, pan, cvc, expiry, md_order, rest @ ..] = fields.as_slice() else {
        return Err(wrong("must hold timestamp, UUID, PAN, CVV, EXPDATE and MDORDER"));
    };
    let at = moment(at).ok_or_else(|| wrong("must begin with a moment and its offset"))?;
    if at.abs_diff(now.get()) > LARGEST_GAP_MS.unsigned_abs() {
        return Err(wrong("is older or newer than half an hour"));
    }
    if !is_uuid(uuid) {
        return Err(wrong("must hold a UUID"));
    }
    if *md_order != order.as_str() {
        return Err(wrong("was made for another order"));
    }
    let code = Some(*cvc).filter(|code| !code.is_empty());
    if code.is_some_and(|code| code.len() != 3 || !code.bytes().all(|it| it.is_ascii_digit())) {
        return Err(wrong("must hold a CVV of three digits"));
    }
    if let Some(binding) = rest.first().filter(|binding| !binding.is_empty()) {
        return Ok(Contents::Stored { binding: (*binding).into(), with_code: code.is_some() });
    }
    if !cards::is_card_number(pan) {
        return Err(wrong("must hold a card number"));
    }
    code.ok_or_else(|| wrong("must hold a CVV"))?;
    let expiry = Expiry::from_yyyymm(expiry).map_err(|_| wrong("must hold EXPDATE as YYYYMM"))?;
    Ok(Contents::Card { pan: (*pan).to_owned(), expiry })
}

/// `YYYY-MM-DDThh:mm:ss±hh:mm` in milliseconds.
fn moment(text: &str) -> Option<i64> {
    let (local, offset) = text.split_at_checked(19)?;
    let local = payments_core::time::LocalDateTime::from_str(local).ok()?;
    let ahead = match offset.split_at_checked(1)? {
        ("+", ahead) => minutes(ahead)?,
        ("-", behind) => -minutes(behind)?,
        _ => return None,
    };
    let utc = local.get().assume_utc().unix_timestamp();
    utc.checked_sub(ahead * 60)?.checked_mul(1000)
}

/// `hh:mm` in minutes.
fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str, most: u64| {
        crate::parse::digits(text, 2).filter(|number| text.len() == 2 && *number <= most)
    };
    i64::try_from(number(hours, 18)? * 60 + number(minutes, 59)?).ok()
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    (lengths == [8, 4, 4, 4, 12] || lengths == [32])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_of_the_key_belong_together() {
        use rsa::{RsaPublicKey, pkcs8::DecodePublicKey as _};
        let private = KEY.as_ref().expect("a key in pkcs#8");
        let public = RsaPublicKey::from_public_key_pem(PUBLIC_KEY).expect("a public key");
        assert_eq!(private.to_public_key(), public);
        assert!(RsaPublicKey::from_public_key_pem(RETIRED_KEY).expect("a key") != public);
    }

    #[test]
    fn moments_are_read_with_their_offset() {
        assert_eq!(moment("2024-09-03T10:10:24+03:00"), Some(1_725_347_424_000));
        assert_eq!(moment("2024-09-03T04:40:24-02:30"), Some(1_725_347_424_000));
        for wrong in ["", "2024-09-03T10:10:24", "2024-09-03T10:10:24Z", "2024-09-03T10:10:24+3:00"]
        {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
