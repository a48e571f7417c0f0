//! What the payer sees. Each page is a small struct and a template of the same name.

mod acs;
mod gateway;

use bytes::Bytes;
use http::{Response, StatusCode};

pub(crate) use acs::{Challenge, Forward};
pub(crate) use gateway::{Message, PaymentForm};

use crate::answer;

/// Renders a page.
pub(crate) fn page(status: StatusCode, page: &impl askama::Template) -> Response<Bytes> {
    match page.render() {
        Ok(html) => answer::html(status, html),
        Err(_) => answer::plain(StatusCode::INTERNAL_SERVER_ERROR, "the page cannot be shown\n"),
    }
}
