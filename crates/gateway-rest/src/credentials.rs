//! Who calls: login and password, or a token, never both.

use payments_core::{Invalid, Secret};

/// Proof of who calls. One request carries either a login with its password or a token
/// (documents/003, authentication).
#[derive(Clone, Debug)]
pub struct Credentials(pub(crate) Kind);

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Login { user: String, password: Secret },
    Token(Secret),
}

impl Credentials {
    /// Login of an API user, 1 to 100 characters (30 in some methods), and its password, 1 to 30.
    ///
    /// The bank makes both. Logins of API users end in `-api`, which is not checked here: the
    /// documents' own samples use another.
    ///
    /// # Errors
    ///
    /// A length lies outside these limits.
    pub fn login(user: impl Into<String>, password: impl Into<String>) -> Result<Self, Invalid> {
        let (user, password) = (user.into(), Secret::<String>::new(password));
        if !(1..=100).contains(&user.chars().count()) {
            return Err(Invalid::new("userName", "must have 1 to 100 characters"));
        }
        if !(1..=30).contains(&password.expose().chars().count()) {
            return Err(Invalid::new("password", "must have 1 to 30 characters"));
        }
        Ok(Self(Kind::Login { user, password }))
    }

    /// A token, 1 to 256 characters; the bank's support makes it.
    ///
    /// # Errors
    ///
    /// The length lies outside these limits.
    pub fn token(token: impl Into<String>) -> Result<Self, Invalid> {
        let token = Secret::<String>::new(token);
        if (1..=256).contains(&token.expose().chars().count()) {
            Ok(Self(Kind::Token(token)))
        } else {
            Err(Invalid::new("token", "must have 1 to 256 characters"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let login = Credentials::login("test_user", "MARKER").expect("valid");
        let token = Credentials::token("MARKER").expect("valid");
        assert!(!format!("{login:?} {token:?}").contains("MARKER"));
    }

    #[test]
    fn limits_are_checked_without_showing_the_value() {
        let error = Credentials::login("test_user", "MARKER".repeat(6)).expect_err("too long");
        assert_eq!(error.to_string(), "password: must have 1 to 30 characters");
        assert!(Credentials::login("", "p").is_err());
        assert!(Credentials::login("u".repeat(101), "p").is_err());
        assert!(Credentials::token("").is_err());
        assert!(Credentials::token("t".repeat(257)).is_err());
    }
}
