//! `POST rest/paymentorder.do` with what a 3DS server of the merchant's own found (`jsonParams`).

use super::{
    Call,
    order::{Proof, Protocol},
};
use crate::{answer::Refusal, parse};

/// What the merchant's own 3DS server found.
pub(super) enum Found {
    /// The issuer vouches for the payer.
    Proof(Box<Proof>),
    /// The payer was not authenticated: a payment without 3-D Secure.
    Nothing,
    /// The processing centre declines with this code.
    Declined(i64),
}

/// Reads the findings; none if the payment carries none.
pub(super) fn found(call: &Call<'_>) -> Result<Option<Found>, Refusal> {
    let inside = match call.params.text("jsonParams") {
        Some(json) => {
            parse::inner(json).ok_or_else(|| Refusal::value("jsonParams", "is no JSON object"))?
        }
        None => return Ok(None),
    };
    let value = |name: &str| {
        let found = inside.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    };
    let (eci, cavv, xid) = (value("eci"), value("cavv"), value("xid"));
    if eci.or(cavv).or(xid).is_none() {
        return Ok(None);
    }
    if !call.merchant.permissions.own_three_ds {
        let text = "Access denied: no rights to use a 3DS server of one's own";
        return Err(Refusal::access(text));
    }
    let missing = |name: &str| Refusal::new(4, format!("[jsonParams.{name}] is empty"));
    let fits = |name: &str, value: &str, most: usize| match value.chars().count() > most {
        true => Err(Refusal::value(&format!("jsonParams.{name}"), "is too long")),
        false => Ok(value.to_owned()),
    };
    let eci = eci.ok_or_else(|| missing("eci"))?;
    let eci = match parse::digits(eci, 2) {
        Some(7 | 10) => return Ok(Some(Found::Nothing)),
        Some(known @ (1 | 2 | 5 | 6 | 9)) => format!("{known:02}"),
        _ => return Ok(Some(Found::Declined(-2020))),
    };
    let cavv = fits("cavv", cavv.ok_or_else(|| missing("cavv"))?, 200)?;
    let xid = fits("xid", xid.ok_or_else(|| missing("xid"))?, 80)?;
    let (kind, callback_kind) = kind(value("threeDsType"), &eci)?;
    let protocol = if matches!(kind, "1" | "2") { Protocol::One } else { Protocol::Two };
    let version = version(value("threeDSProtocolVersion"), call)?;
    let version = version.unwrap_or(match protocol {
        Protocol::One => "1.0.2",
        Protocol::Two => "2.1.0",
    });
    let proof = Proof {
        protocol,
        kind,
        callback_kind,
        eci,
        cavv,
        xid,
        challenged: matches!(kind, "1" | "3"),
        version: version.to_owned(),
    };
    Ok(Some(Found::Proof(Box::new(proof))))
}

/// The version, in `jsonParams` or as a parameter of its own.
fn version<'a>(inside: Option<&'a str>, call: &'a Call<'_>) -> Result<Option<&'a str>, Refusal> {
    let beside = call.params.text("threeDSProtocolVersion");
    let wrong = |rule: &str| Err(Refusal::value("threeDSProtocolVersion", rule));
    match (inside, beside) {
        (Some(inside), Some(beside)) if inside != beside => wrong("is not the one in [jsonParams]"),
        (Some(version), _) | (None, Some(version)) => match version {
            "1.0.2" | "2.1.0" | "2.2.0" => Ok(Some(version)),
            _ => wrong("must be 1.0.2, 2.1.0 or 2.2.0"),
        },
        (None, None) => Ok(None),
    }
}

/// The kind of the authentication as reports and as callbacks name it; without one it follows from
/// the indicator.
fn kind(named: Option<&str>, eci: &str) -> Result<(&'static str, &'static str), Refusal> {
    let attempt = matches!(eci, "01" | "06" | "09");
    let named = named.unwrap_or(if attempt { "5" } else { "3" });
    Ok(match named {
        "1" => ("1", "THREE_DS1_FULL"),
        "2" => ("2", "THREE_DS1_ATTEMPT"),
        "3" => ("3", "THREE_DS2_FULL"),
        "4" => ("4", "THREE_DS2_FRICTIONLESS"),
        "5" => ("5", "THREE_DS2_ATTEMPT"),
        "6" => ("6", "THREE_DS2_EXEMPTION_GRANTED"),
        "7" => ("7", "THREE_DS2_3RI"),
        "8" => ("8", "THREE_DS2_3RI_ATTEMPT"),
        _ => return Err(Refusal::value("jsonParams.threeDsType", "must be 1 to 8")),
    })
}
