//! What a merchant says of a code, and how it is to be drawn.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::link;
use crate::{
    answer::Refusal,
    parse::{self, Params},
    qr,
};

/// What the merchant said of a code.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) purpose: Option<String>,
    pub(super) redirect: Option<String>,
    /// Whether the payer's account is linked.
    pub(super) subscribe: bool,
    /// The receiving bank that the code names.
    pub(super) member: Option<String>,
}

/// Checks what a merchant says of a code.
pub(crate) fn check_wish(params: &Params) -> Result<(), Refusal> {
    wish(params).and_then(|_| drawing(params)).map(drop)
}

pub(super) fn wish(params: &Params) -> Result<Wish, Refusal> {
    let text = |name: &str, most: usize| match params.text(name) {
        Some(text) if text.chars().count() > most => {
            Err(Refusal::value(name, &format!("must have at most {most} characters")))
        }
        text => Ok(text.map(str::to_owned)),
    };
    Ok(Wish {
        purpose: text("paymentPurpose", 140)?,
        // Wrongly written, it is as good as none (G-195).
        redirect: text("redirectUrl", 1024)?.filter(|address| link::has_scheme(address)),
        subscribe: flag(params, "createSubscription")?,
        member: params.text("memberId").filter(|member| is_member(member)).map(str::to_owned),
    })
}

pub(crate) fn flag(params: &Params, name: &str) -> Result<bool, Refusal> {
    match params.text(name).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(Refusal::value(name, "must be true or false")),
    }
}

pub(super) fn is_member(id: &str) -> bool {
    parse::digits(id, 12).is_some()
}

/// How a code is to be drawn.
#[derive(Clone, Copy)]
pub(super) struct Drawing {
    width: u32,
    height: u32,
    matrix: bool,
}

impl Drawing {
    pub(super) fn of(self, payload: &str) -> Option<String> {
        if self.matrix {
            return qr::matrix(payload);
        }
        qr::png(payload, self.width, self.height).map(|file| STANDARD.encode(file))
    }
}

/// The drawing that is asked for: only with both sides (G-196).
pub(super) fn drawing(params: &Params) -> Result<Option<Drawing>, Refusal> {
    let side = |name: &str| match params.text(name) {
        None => Ok(None),
        Some(text) => parse::digits(text, 4)
            .and_then(|side| u32::try_from(side).ok())
            .filter(|side| (10..=1000).contains(side))
            .map(Some)
            .ok_or_else(|| Refusal::value(name, "must be 10 to 1000")),
    };
    let (height, width) = (side("qrHeight")?, side("qrWidth")?);
    let matrix = match params.text("qrFormat") {
        None | Some("image") => false,
        Some("matrix") => true,
        Some(_) => return Err(Refusal::value("qrFormat", "must be image or matrix")),
    };
    Ok(width.zip(height).map(|(width, height)| Drawing { width, height, matrix }))
}
