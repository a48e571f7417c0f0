//! Typed values to form bodies.

pub(crate) mod json;

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri, header::CONTENT_TYPE};
use payments_core::{
    Currency, Error, Invalid, Minor, Outgoing, Part, Prepared, Secret, ToSign, address,
    canonical::body_hash::BodyHash,
};
use serde::Serialize;

use crate::{context::Context, credentials::Kind};

/// How many characters a method allows a login (the tables differ: 30 or 100).
#[derive(Clone, Copy)]
pub(crate) enum UserNameLimit {
    Thirty,
    Hundred,
}

/// A form body in the making. Parameters leave in the order of their names, so that the same
/// request always gives the same bytes; a repeated name keeps its order.
pub(crate) struct Form<'a> {
    context: &'a Context<'a>,
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Form<'a> {
    /// Begins a form with the credentials in it.
    pub(crate) fn new(context: &'a Context<'a>, limit: UserNameLimit) -> Result<Self, Invalid> {
        let mut form = Self { context, pairs: Vec::with_capacity(16) };
        match &context.credentials.0 {
            Kind::Login { user, password } => {
                login_fits(user, limit)?;
                form.text(context.profile.user_name.as_str(), user);
                form.secret("password", password);
            }
            Kind::Token(token) => form.secret("token", token),
        }
        Ok(form)
    }

    /// A parameter as text.
    pub(crate) fn text(&mut self, name: &'a str, value: &'a str) {
        self.pairs.push((Cow::Borrowed(name), Cow::Borrowed(value)));
    }

    /// A parameter as text, if there is one.
    pub(crate) fn opt(&mut self, name: &'a str, value: Option<&'a str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A parameter by its `Display`.
    pub(crate) fn display(&mut self, name: &'a str, value: impl ToString) {
        self.pairs.push((Cow::Borrowed(name), Cow::Owned(value.to_string())));
    }

    /// A parameter by its `Display`, if there is one.
    pub(crate) fn opt_display(&mut self, name: &'a str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.display(name, value);
        }
    }

    /// A secret parameter.
    pub(crate) fn secret(&mut self, name: &'a str, value: &'a Secret) {
        self.text(name, value.expose());
    }

    /// An amount in minor units, at most so many digits.
    pub(crate) fn minor(
        &mut self,
        name: &'static str,
        value: Minor,
        digits: u32,
    ) -> Result<(), Invalid> {
        if value.digits() > digits {
            return Err(Invalid::new(name, format!("must have at most {digits} digits")));
        }
        self.display(name, value);
        Ok(())
    }

    /// A part of an order's sum: 0 for the whole, which is how the bank reads it.
    pub(crate) fn part(&mut self, name: &'static str, part: Part) -> Result<(), Invalid> {
        self.minor(name, part.amount().unwrap_or(Minor::ZERO), 12)
    }

    /// The currency that the profile settles on.
    pub(crate) fn currency(&mut self, asked: Option<Currency>) -> Result<(), Invalid> {
        let currency = self.context.profile.currency(asked)?;
        self.opt_display("currency", currency);
        Ok(())
    }

    /// An object as JSON text in one parameter (G-012).
    pub(crate) fn json(
        &mut self,
        name: &'static str,
        value: &impl Serialize,
    ) -> Result<(), Invalid> {
        let text = serde_json::to_string(value)
            .map_err(|_| Invalid::new(name, "must be writable as json"))?;
        self.pairs.push((Cow::Borrowed(name), Cow::Owned(text)));
        Ok(())
    }

    /// An object as JSON text, if there is one.
    pub(crate) fn opt_json(
        &mut self,
        name: &'static str,
        value: Option<&impl Serialize>,
    ) -> Result<(), Invalid> {
        value.map_or(Ok(()), |value| self.json(name, value))
    }

    /// Ends the form: a POST to a path under `rest/`, still without its signature where the
    /// contract asks for one.
    pub(crate) fn post(mut self, path: &str) -> Result<Prepared, Error> {
        self.pairs.sort_by(|a, b| a.0.cmp(&b.0));
        let mut body = form_urlencoded::Serializer::new(String::with_capacity(512));
        body.extend_pairs(self.pairs.iter());
        let uri = self
            .context
            .rest
            .and_then(|rest| rest.below(path))
            .or_else(|| address::below(&self.context.profile.rest, path))
            .ok_or_else(|| Invalid::new("path", "must be relative to the bank's address"))?;
        send(self.context, uri, "application/x-www-form-urlencoded", body.finish())
    }
}

/// Checks a login against a method's own limit.
fn login_fits(user: &str, limit: UserNameLimit) -> Result<(), Invalid> {
    if matches!(limit, UserNameLimit::Thirty) && user.chars().count() > 30 {
        return Err(Invalid::new("userName", "must have 1 to 30 characters here"));
    }
    Ok(())
}

const X_HASH: HeaderName = HeaderName::from_static("x-hash");
const X_SIGNATURE: HeaderName = HeaderName::from_static("x-signature");

/// Puts the final bytes into a request, ready or to be signed.
fn send(
    context: &Context<'_>,
    uri: Uri,
    content_type: &'static str,
    body: String,
) -> Result<Prepared, Error> {
    let mut request = http::Request::new(Bytes::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if !context.signed {
        return Ok(Prepared::Ready(Outgoing::new(request)));
    }
    let hash = BodyHash::of(request.body());
    let message = hash.message().to_vec();
    request.headers_mut().insert(X_HASH, sensitive(&hash.header_value())?);
    Ok(Prepared::ToSign(ToSign::new(message, move |signature| {
        if signature.is_empty() {
            return Err(Error::signing("the signature is empty"));
        }
        request.headers_mut().insert(X_SIGNATURE, sensitive(&BASE64.encode(signature))?);
        Ok(Outgoing::new(request))
    })))
}

fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(Error::signing)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
