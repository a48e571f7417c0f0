//! How answers are spelled: each method as its sample in the document.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::{
    json::{Json, Object},
    settings::ErrorCodes,
};

/// Why the bank refuses a call: the documented code, and a text that says what was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u8,
    pub(crate) text: String,
}

impl Refusal {
    pub(crate) fn new(code: u8, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// Login, password, token, signature or a permission.
    pub(crate) fn access(text: impl Into<String>) -> Self {
        Self::new(5, text)
    }

    /// A parameter's value.
    pub(crate) fn value(name: &str, rule: &str) -> Self {
        Self::new(5, format!("[{name}] {rule}"))
    }
}

/// How a method writes `errorCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Number,
}

/// How a method spells its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) success: Form,
    pub(crate) refusal: Form,
    pub(crate) error: ErrorMember,
}

/// What refusals carry as `error` beside `errorMessage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorMember {
    None,
    /// The text once more.
    Text,
    /// `true`.
    Flag,
    /// Code and text, in the place of `errorCode` and `errorMessage`, as in the sample of recurrent
    /// payments.
    Block,
}

/// `errorCode` of a method for a merchant.
pub(crate) fn code(code: u8, form: Form, setting: ErrorCodes) -> Json {
    let form = match setting {
        ErrorCodes::AsSampled => form,
        ErrorCodes::Text => Form::Text,
        ErrorCodes::Number => Form::Number,
    };
    match form {
        Form::Text => Json::Text(code.to_string()),
        Form::Number => Json::from(u64::from(code)),
    }
}

/// The body of a refusal.
pub(crate) fn refusal(refusal: &Refusal, spelling: Spelling, setting: ErrorCodes) -> Object {
    let number = code(refusal.code, spelling.refusal, setting);
    let error = match spelling.error {
        ErrorMember::None => None,
        ErrorMember::Text => Some(Json::from(refusal.text.as_str())),
        ErrorMember::Flag => Some(Json::Bool(true)),
        ErrorMember::Block => {
            let block = Object::new()
                .with("code", number)
                .with("description", refusal.text.clone())
                .with("message", refusal.text.clone());
            return Object::new().with("error", block).with("success", false);
        }
    };
    Object::new()
        .with_some("error", error)
        .with("errorCode", number)
        .with("errorMessage", refusal.text.clone())
}

/// An answer in JSON.
pub(crate) fn json(json: &impl fmt::Display) -> Response<Bytes> {
    with_type(StatusCode::OK, "application/json;charset=UTF-8", json.to_string())
}

/// A page.
pub(crate) fn html(status: StatusCode, page: impl Into<Bytes>) -> Response<Bytes> {
    with_type(status, "text/html; charset=utf-8", page)
}

/// Plain text.
pub(crate) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Bytes> {
    with_type(status, "text/plain; charset=utf-8", text)
}

/// Sends a browser on, by GET.
pub(crate) fn see_other(address: &str) -> Response<Bytes> {
    let mut answer = plain(StatusCode::SEE_OTHER, format!("See {address}\n"));
    match HeaderValue::try_from(address) {
        Ok(address) => {
            answer.headers_mut().insert(header::LOCATION, address);
            answer
        }
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "the address is not one\n"),
    }
}

fn with_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
