//! Typed values to form bodies.

pub(crate) mod json;

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Uri,
    header::CONTENT_TYPE,
    uri::{Authority, Parts, PathAndQuery, Scheme},
};
use payments_core::{
    Currency, Error, Invalid, Minor, Outgoing, Part, Prepared, Secret, ToSign,
    canonical::body_hash::BodyHash,
};
use serde::Serialize;
use url::Url;

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
            .or_else(|| address(&self.context.profile.rest, path))
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

/// The address of a path under a base.
fn address(base: &Url, path: &str) -> Option<Uri> {
    match Base::of(base).and_then(|base| base.below(path)) {
        Some(address) => Some(address),
        None => base.join(path).ok()?.as_str().parse().ok(),
    }
}

/// The address of a folder in parts, so that the address of a plain name in it needs no more than
/// to be put together. All else is left to the rules of relative addresses.
pub(crate) struct Base {
    scheme: Scheme,
    authority: Authority,
    folder: String,
}

impl Base {
    /// Takes an address apart; none if it names no folder.
    pub(crate) fn of(base: &Url) -> Option<Self> {
        let is_folder =
            base.path().ends_with('/') && base.query().is_none() && base.fragment().is_none();
        let parts = is_folder.then(|| base.as_str().parse::<Uri>().ok())??.into_parts();
        let (scheme, authority) = (parts.scheme?, parts.authority?);
        Some(Self { scheme, authority, folder: base.path().to_owned() })
    }

    /// The address of a name in the folder; none if the name is more than that.
    fn below(&self, path: &str) -> Option<Uri> {
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
        let is_name = path.bytes().all(plain)
            && !path.starts_with('/')
            && path.split('/').all(|part| !part.starts_with('.'));
        if !is_name {
            return None;
        }
        let mut text = String::with_capacity(self.folder.len() + path.len());
        text.push_str(&self.folder);
        text.push_str(path);
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = PathAndQuery::from_maybe_shared(Bytes::from(text)).ok();
        parts.path_and_query.is_some().then(|| Uri::from_parts(parts).ok())?
    }
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
