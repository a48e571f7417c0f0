//! Typed values to JSON bodies.

use bytes::Bytes;
use http::{HeaderValue, Method, header::CONTENT_TYPE};
use payments_core::{
    Currency, Error, Invalid, Minor, Outgoing, Part, Prepared, Secret, address, limit,
};
use serde::Serialize;

use crate::context::Context;

/// A JSON body in the making: one flat object, the credentials first. Members leave in the order in
/// which they are put, so that the same request always gives the same bytes.
pub(crate) struct Body<'a> {
    context: &'a Context<'a>,
    json: Vec<u8>,
}

impl<'a> Body<'a> {
    /// Begins a body with the credentials in it.
    pub(crate) fn new(context: &'a Context<'a>) -> Result<Self, Invalid> {
        let mut body = Self { context, json: Vec::with_capacity(512) };
        body.put("userName", &context.credentials.user)?;
        body.put("password", context.credentials.password.expose())?;
        Ok(body)
    }

    /// A member.
    pub(crate) fn put(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Invalid> {
        let sign = if self.json.is_empty() { b'{' } else { b',' };
        self.json.push(sign);
        let written = serde_json::to_writer(&mut self.json, name).and_then(|()| {
            self.json.push(b':');
            serde_json::to_writer(&mut self.json, value)
        });
        written.map_err(|_| Invalid::new(name, "must be writable as json"))
    }

    /// A member, if there is a value.
    pub(crate) fn opt<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Invalid> {
        value.map_or(Ok(()), |value| self.put(name, value))
    }

    /// A secret member.
    pub(crate) fn secret(&mut self, name: &'static str, value: &Secret) -> Result<(), Invalid> {
        self.put(name, value.expose())
    }

    /// A list, unless it is empty.
    pub(crate) fn list<T: Serialize>(
        &mut self,
        name: &'static str,
        values: &[T],
    ) -> Result<(), Invalid> {
        if values.is_empty() { Ok(()) } else { self.put(name, values) }
    }

    /// An amount in minor units, a number of at most so many digits.
    pub(crate) fn minor(
        &mut self,
        name: &'static str,
        value: Minor,
        digits: u32,
    ) -> Result<(), Invalid> {
        limit::digits(name, value, digits)?;
        self.put(name, &value)
    }

    /// A part of an order's sum: 0 for the whole, which is how banks read it.
    pub(crate) fn part(&mut self, name: &'static str, part: Part) -> Result<(), Invalid> {
        self.minor(name, part.amount().unwrap_or(Minor::ZERO), 12)
    }

    /// The currency that the profile settles on: its number, as text.
    pub(crate) fn currency(&mut self, asked: Option<Currency>) -> Result<(), Invalid> {
        let currency = self.context.profile.currency(asked)?;
        self.opt("currency", currency.as_ref())
    }

    /// Ends the body: a POST to a path under the router's address.
    pub(crate) fn post(mut self, path: &str) -> Result<Prepared, Error> {
        self.json.push(b'}');
        let uri = self
            .context
            .base
            .and_then(|base| base.below(path))
            .or_else(|| address::below(&self.context.profile.base, path))
            .ok_or_else(|| Invalid::new("path", "must be relative to the router's address"))?;
        let mut request = http::Request::new(Bytes::from(self.json));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        Ok(Prepared::Ready(Outgoing::new(request)))
    }
}

#[cfg(test)]
mod tests {
    use payments_core::time::UnixMillis;

    use super::*;
    use crate::{Credentials, Profile, testing::shown};

    fn body(context: &Context<'_>) -> Result<Prepared, Error> {
        let mut body = Body::new(context)?;
        body.put("name", "a \"quote\"\u{1}")?;
        body.opt("absent", None::<&str>)?;
        body.list("features", &["VERIFY"])?;
        body.list::<&str>("none", &[])?;
        body.part("amount", Part::Whole)?;
        body.currency(Some(Currency::RUB))?;
        body.secret("token", &Secret::new("test_token"))?;
        body.post("sbp_c2b/get.do")
    }

    /// R-002, R-003, R-012: a POST of one strict JSON object, credentials in it, amounts as numbers
    /// and currencies as text. The same input gives the same bytes, whether the address was taken
    /// apart before or not.
    #[test]
    fn members_leave_in_the_order_in_which_they_are_put() {
        let profile = Profile::test_stand();
        let login = Credentials::login("test_user", "test_user_password").expect("fits");
        let mut context = Context::new(&profile, &login, UnixMillis::new(0));
        let slow = shown(body(&context).expect("fits"));
        insta::assert_snapshot!(slow, @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/get.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","name":"a \"quote\"\u0001","features":["VERIFY"],"amount":0,"currency":"643","token":"test_token"}
        "#);
        let base = address::Base::of(&profile.base).expect("a folder");
        context.base = Some(&base);
        assert_eq!(shown(body(&context).expect("fits")), slow);
        assert!(!format!("{:?}", body(&context)).contains("test_token"));
    }

    #[test]
    fn an_amount_has_at_most_so_many_digits() {
        let profile = Profile::test_stand();
        let login = Credentials::login("test_user", "test_user_password").expect("fits");
        let context = Context::new(&profile, &login, UnixMillis::new(0));
        let mut body = Body::new(&context).expect("fits");
        let error = body.minor("amount", Minor::new(1_000_000_000_000), 12).expect_err("long");
        assert_eq!(error.to_string(), "amount: must have at most 12 digits");
        assert!(body.minor("amount", Minor::new(999_999_999_999), 12).is_ok());
    }
}
