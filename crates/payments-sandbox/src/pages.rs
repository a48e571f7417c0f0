//! What the payer sees. Each page is a small struct and a template of the same name.
//!
//! Every page works without scripts and loads nothing from elsewhere. None shows a card number or
//! a CVC that somebody typed.

mod acs;
mod gateway;
mod links;
mod sbp;
mod ways;
mod words;

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use payments_core::money::Money;
use ring::digest::{SHA256, digest};

pub(crate) use acs::{Challenge, Forward};
pub(crate) use gateway::{CardChoice, Filled, Message, Method, Mistakes, PaymentForm};
pub(crate) use links::{LinkField, LinkForm, LinkWords};
pub(crate) use sbp::SbpPayment;
pub(crate) use ways::{ScanPage, WalletCard, WalletPayment, WayChoice, WayWords, WaysPage};
pub(crate) use words::{Notice, Words};

use crate::answer;

/// The look of every page; stands in each of them.
const STYLE: &str = include_str!("../templates/style.css");
/// The only script: sends the form of [`Forward`].
const SCRIPT: &str = "document.getElementById(\"forward\").submit()";

/// The script of [`Method`]: goes on once the frame has come to the page that takes the issuer's
/// notification, or after five seconds.
const METHOD_SCRIPT: &str = "const go = () => document.getElementById(\"forward\").submit();\
    const late = setTimeout(go, 5000);\
    const frame = document.getElementById(\"method\");\
    const look = () => {\
    if (frame.contentWindow.location.pathname.endsWith(\"/notification\")) {\
    clearTimeout(late); go(); } };\
    frame.addEventListener(\"load\", look); look();";

/// Nothing but the page's own style.
static POLICY: LazyLock<HeaderValue> =
    LazyLock::new(|| policy(&format!("default-src 'none'; style-src {}", hash(STYLE))));
/// The script of [`Forward`] besides.
static FORWARD_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    policy(&format!("default-src 'none'; style-src {style}; script-src {script}"))
});

/// The script of [`Method`] and its frame, which is a page of the gateway's.
static METHOD_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let (style, script) = (hash(STYLE), hash(METHOD_SCRIPT));
    let frame = "frame-src 'self'";
    policy(&format!("default-src 'none'; style-src {style}; script-src {script}; {frame}"))
});

/// Renders a page.
pub(crate) fn page(status: StatusCode, page: &impl askama::Template) -> Response<Bytes> {
    with_policy(status, page, &POLICY)
}

/// Renders the page that sends itself on.
pub(crate) fn forward(page: &Forward<'_>) -> Response<Bytes> {
    with_policy(StatusCode::OK, page, &FORWARD_POLICY)
}

/// Renders the page with the hidden frame of the 3DS method.
pub(crate) fn method(page: &Method<'_>) -> Response<Bytes> {
    with_policy(StatusCode::OK, page, &METHOD_POLICY)
}

fn with_policy(
    status: StatusCode,
    page: &impl askama::Template,
    policy: &HeaderValue,
) -> Response<Bytes> {
    let Ok(html) = page.render() else {
        let text = "the page cannot be shown\n";
        return answer::plain(StatusCode::INTERNAL_SERVER_ERROR, text);
    };
    let mut answer = answer::html(status, html);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    // Addresses of pages carry identifiers and messages between gateway and issuer.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// Says nothing of `form-action`, which would hold for redirects too: every way ends at a merchant.
/// Says nothing of `frame-ancestors` either: merchants show these pages in frames.
fn policy(text: &str) -> HeaderValue {
    let text = format!("{text}; base-uri 'none'");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

/// An amount as people write it: `1 234,56 ₽` in Russian, `RUB 1,234.56` in English.
pub(crate) fn amount(money: Money, words: &Words) -> String {
    let (Some(alpha), Some(exponent)) = (money.currency().alpha(), money.currency().exponent())
    else {
        return money.to_string();
    };
    let (point, group) = if words.russian { (',', '\u{a0}') } else { ('.', ',') };
    let digits = format!("{:0>width$}", money.minor().get(), width = usize::from(exponent) + 1);
    let (whole, part) = digits.split_at(digits.len() - usize::from(exponent));
    let mut number = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            number.push(group);
        }
        number.push(digit);
    }
    if !part.is_empty() {
        number.push(point);
        number.push_str(part);
    }
    match (words.russian, alpha) {
        (true, "RUB") => format!("{number}\u{a0}₽"),
        (true, _) => format!("{number}\u{a0}{alpha}"),
        (false, _) => format!("{alpha}\u{a0}{number}"),
    }
}

#[cfg(test)]
mod tests {
    use payments_core::money::{Currency, Minor};

    use super::*;

    #[test]
    fn amounts_are_written_as_people_write_them() {
        let (ru, en) = (Words::of("ru"), Words::of("en"));
        let rub = |units| Money::new(Minor::new(units), Currency::RUB);
        for (units, russian, english) in [
            (0, "0,00 ₽", "RUB 0.00"),
            (5, "0,05 ₽", "RUB 0.05"),
            (100_000, "1 000,00 ₽", "RUB 1,000.00"),
            (99_999, "999,99 ₽", "RUB 999.99"),
            (123_456_789, "1 234 567,89 ₽", "RUB 1,234,567.89"),
            (u64::MAX, "184 467 440 737 095 516,15 ₽", "RUB 184,467,440,737,095,516.15"),
        ] {
            assert_eq!(amount(rub(units), ru).replace('\u{a0}', " "), russian);
            assert_eq!(amount(rub(units), en).replace('\u{a0}', " "), english);
        }
        let other = |code: &str| code.parse::<Currency>().expect("a currency");
        let yen = Money::new(Minor::new(1234), other("392"));
        assert_eq!(amount(yen, en), "JPY\u{a0}1,234");
        let old = Money::new(Minor::new(1234), other("810"));
        assert_eq!(amount(old, en), old.to_string(), "no exponent is known");
    }

    #[test]
    fn policies_allow_the_own_style_and_nothing_from_elsewhere() {
        for policy in [&*POLICY, &*FORWARD_POLICY, &*METHOD_POLICY] {
            let policy = policy.to_str().expect("ASCII");
            assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
            assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains(':'));
        }
        assert!(!POLICY.to_str().expect("ASCII").contains("script-src"));
    }
}
