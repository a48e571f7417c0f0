//! Who calls: a login and its password.

use payments_core::{Invalid, Secret};

/// Proof of who calls. One login serves all banks of a partner; it stands in the body of every call
/// (documents/000, 001, 004, every sample).
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(crate) user: String,
    pub(crate) password: Secret,
}

impl Credentials {
    /// Login and password of an API user, 1 to 30 characters each; the router's support makes them.
    ///
    /// The limits are those of the gateway behind the router (documents/003); the router's own are
    /// not documented.
    ///
    /// # Errors
    ///
    /// A length lies outside these limits.
    pub fn login(user: impl Into<String>, password: impl Into<String>) -> Result<Self, Invalid> {
        let (user, password) = (user.into(), Secret::<String>::new(password));
        if !(1..=30).contains(&user.chars().count()) {
            return Err(Invalid::new("userName", "must have 1 to 30 characters"));
        }
        if !(1..=30).contains(&password.expose().chars().count()) {
            return Err(Invalid::new("password", "must have 1 to 30 characters"));
        }
        Ok(Self { user, password })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let login = Credentials::login("test_user", "MARKER").expect("valid");
        assert!(!format!("{login:?}").contains("MARKER"));
    }

    #[test]
    fn limits_are_checked_without_showing_the_value() {
        let error = Credentials::login("test_user", "MARKER".repeat(6)).expect_err("too long");
        assert_eq!(error.to_string(), "password: must have 1 to 30 characters");
        assert!(Credentials::login("", "p").is_err());
        assert!(Credentials::login("u".repeat(31), "p").is_err());
        assert!(Credentials::login("u", "").is_err());
    }
}
