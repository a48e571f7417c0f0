//! Typed values to JSON bodies, for the calls that take no form (G-010).

use payments_core::{Error, Invalid, Prepared, address};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use url::Url;

use super::{Context, UserNameLimit, login_fits, send};
use crate::{credentials::Kind, profile::UserNameSpelling};

/// A JSON body in the making. Members leave in the order of their names, so that the same request
/// always gives the same bytes.
pub(crate) struct JsonBody<'a> {
    context: &'a Context<'a>,
    members: Vec<(&'static str, Box<RawValue>)>,
}

impl<'a> JsonBody<'a> {
    /// Begins a body with the credentials in it, the login under the name of this spelling.
    pub(crate) fn new(
        context: &'a Context<'a>,
        limit: UserNameLimit,
        spelling: UserNameSpelling,
    ) -> Result<Self, Invalid> {
        let mut body = Self { context, members: Vec::with_capacity(16) };
        match &context.credentials.0 {
            Kind::Login { user, password } => {
                login_fits(user, limit)?;
                body.put(spelling.as_str(), user)?;
                body.put("password", password.expose())?;
            }
            Kind::Token(token) => body.put("token", token.expose())?,
        }
        Ok(body)
    }

    /// A member.
    pub(crate) fn put(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Invalid> {
        let json = serde_json::value::to_raw_value(value)
            .map_err(|_| Invalid::new(name, "must be writable as json"))?;
        self.members.push((name, json));
        Ok(())
    }

    /// A member, if there is a value.
    pub(crate) fn opt<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Invalid> {
        value.map_or(Ok(()), |value| self.put(name, value))
    }

    /// Ends the body: a POST to a path under a base, still without its signature where the contract
    /// asks for one. The bases are [`rest`](crate::Profile::rest) and
    /// [`outer`](crate::Profile::outer).
    pub(crate) fn post(mut self, base: &Url, path: &str) -> Result<Prepared, Error> {
        self.members.sort_by_key(|(name, _)| *name);
        let uri = address::below(base, path)
            .ok_or_else(|| Invalid::new("path", "must be relative to the bank's address"))?;
        let body = serde_json::to_string(&Members(&self.members))
            .map_err(|_| Invalid::new("body", "must be writable as json"))?;
        send(self.context, uri, "application/json", body)
    }
}

/// The members as one object.
struct Members<'a>(&'a [(&'static str, Box<RawValue>)]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use payments_core::time::UnixMillis;

    use super::*;
    use crate::{Credentials, Profile, testing::shown};

    fn body(profile: &Profile, credentials: &Credentials) -> Result<Prepared, Error> {
        let context = Context::new(profile, credentials, UnixMillis::new(0));
        let mut body = JsonBody::new(&context, UserNameLimit::Thirty, UserNameSpelling::Username)?;
        body.put("name", "a \"quote\"\u{1}")?;
        body.opt("amount", Some(&2000))?;
        body.opt("absent", None::<&str>)?;
        body.post(&profile.outer, "recurrentPayment.do")
    }

    /// G-009, G-010: members by their names, under either base, as JSON.
    #[test]
    fn members_leave_by_name() {
        let profile = Profile::vtb_test();
        let login = Credentials::login("test_user", "test_user_password").expect("fits");
        insta::assert_snapshot!(shown(body(&profile, &login).expect("fits")), @r#"
        POST https://vtb.rbsuat.com/payment/recurrentPayment.do
        content-type: application/json

        {"amount":2000,"name":"a \"quote\"\u0001","password":"test_user_password","username":"test_user"}
        "#);
        let token = Credentials::token("test_token").expect("fits");
        insta::assert_snapshot!(shown(body(&profile, &token).expect("fits")), @r#"
        POST https://vtb.rbsuat.com/payment/recurrentPayment.do
        content-type: application/json

        {"amount":2000,"name":"a \"quote\"\u0001","token":"test_token"}
        "#);
        let long = Credentials::login("u".repeat(31), "p").expect("fits elsewhere");
        assert!(body(&profile, &long).is_err()); // G-008
    }
}
