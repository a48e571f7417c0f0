//! The text over which mass payouts make a `Token` (documents/002, "Signature by a token").

use std::fmt;

use super::scalars::{self, Scalars};
use crate::{Invalid, Secret};

/// The name under which the password is sorted in.
pub const PASSWORD: &str = "Password";

/// The name that carries the token and takes no part in it.
pub const TOKEN: &str = "Token";

/// The fields that the document lists for the token of a notification about an SBP payout. Its own
/// sample goes by all fields instead, `SbpId` and `Phone` among them.
pub const SBP_PAYOUT: &[&str] =
    &["TerminalKey", "OrderId", "Success", "Status", "PaymentId", "ErrorCode", "Amount"];

/// The values of a root with the password among them, in the order of their names, with nothing
/// between them.
///
/// The text holds the password: [`expose`](Self::expose) gives it as a secret. `Debug` and
/// [`redacted`](Self::redacted) show names alone.
///
/// Names take no part and nothing parts the values. Whoever knows the token of one message can move
/// signs from one value to the next, or give a value another name in the same place: what reads a
/// message checks the form of each field, and asks the bank before it believes an amount.
#[derive(Clone)]
pub struct TokenText<'a> {
    parts: Vec<(&'a str, &'a str)>,
    password: &'a Secret,
}

impl<'a> TokenText<'a> {
    /// Takes every scalar of the root but the token itself.
    ///
    /// # Errors
    ///
    /// The root holds a field named as the password is.
    pub fn of(scalars: &'a Scalars<'a>, password: &'a Secret) -> Result<Self, Invalid> {
        Self::filtered(scalars, password, |name| name != TOKEN)
    }

    /// Takes the listed fields alone; one that is not there adds nothing.
    ///
    /// # Errors
    ///
    /// The root holds a field named as the password is.
    pub fn of_listed(
        scalars: &'a Scalars<'a>,
        password: &'a Secret,
        listed: &[&str],
    ) -> Result<Self, Invalid> {
        Self::filtered(scalars, password, |name| name != TOKEN && listed.contains(&name))
    }

    fn filtered(
        scalars: &'a Scalars<'a>,
        password: &'a Secret,
        takes_part: impl Fn(&str) -> bool,
    ) -> Result<Self, Invalid> {
        if scalars.get(PASSWORD).is_some() {
            return Err(Invalid::fixed(PASSWORD, "must not stand in a message"));
        }
        let parts = scalars.iter().filter(|(name, _)| takes_part(name)).collect();
        Ok(Self { parts, password })
    }

    /// The exact text that is hashed, password included.
    pub fn expose(&self) -> Secret {
        let at = self.parts.partition_point(|(name, _)| *name < PASSWORD);
        let (before, after) = self.parts.split_at_checked(at).unwrap_or_default();
        let values = self.parts.iter().map(|(_, value)| value.len()).sum::<usize>();
        // Room for all from the start: a text that grows leaves copies behind.
        let mut text = String::with_capacity(values + self.password.expose().len());
        before.iter().for_each(|(_, value)| text.push_str(value));
        text.push_str(self.password.expose());
        after.iter().for_each(|(_, value)| text.push_str(value));
        Secret::new(text)
    }

    /// The names that take part, the password's left out.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(name, _)| *name)
    }

    /// The text for logs: the names, with a star for each value.
    pub fn redacted(&self) -> String {
        scalars::redacted(self.names())
    }
}

impl fmt::Debug for TokenText<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TokenText({})", self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn password(text: &str) -> Secret {
        Secret::<String>::new(text)
    }

    /// A-018, A-019, A-020, A-021: the document's own sample, with what takes no part beside it.
    #[test]
    fn the_documents_own_sample() {
        let json = br#"{"TerminalKey":"TestB","isNeedRrn":true,"PaymentId":"20150","Token":"t",
            "PaymentIdList":[1],"DATA":{"a":"b"}}"#;
        let scalars = Scalars::from_json(json).expect("an object");
        let password = password("Dfsfh56dgKl");
        let text = TokenText::of(&scalars, &password).expect("no password inside");
        assert_eq!(text.expose().expose(), "Dfsfh56dgKl20150TestBtrue");
        assert_eq!(text.redacted(), "PaymentId=* TerminalKey=* isNeedRrn=*");
        let listed = ["TerminalKey", "Token", "Absent", "Password"];
        let text = TokenText::of_listed(&scalars, &password, &listed).expect("no password inside");
        assert_eq!(text.expose().expose(), "Dfsfh56dgKlTestB");
    }

    #[test]
    fn a_message_cannot_bring_its_own_password() {
        let scalars = Scalars::of([("Password", ""), ("a", "1")]).expect("once each");
        let password = password("p");
        assert!(TokenText::of(&scalars, &password).is_err());
        assert!(TokenText::of_listed(&scalars, &password, &["a"]).is_err());
        let scalars = Scalars::of([("password", "1"), ("Passwor", "2")]).expect("once each");
        let text = TokenText::of(&scalars, &password).expect("spelled otherwise");
        assert_eq!(text.expose().expose(), "2p1");
    }

    #[test]
    fn a_marker_never_shows() {
        let scalars = Scalars::of([("Phone", "MARKER"), ("a MARKER", "1")]).expect("once each");
        let password = password("MARKER");
        let text = TokenText::of(&scalars, &password).expect("no password inside");
        assert_eq!(format!("{text:?} {:?}", text.expose()), "TokenText(Phone=* *=*) [redacted]");
    }

    proptest! {
        #[test]
        fn the_password_stands_where_its_name_sorts(
            pairs in proptest::collection::btree_map("[A-Za-z]{1,10}", ".{0,8}", 0..6),
            secret in ".{1,8}"
        ) {
            let scalars = Scalars::of(pairs.clone()).expect("a map holds a name once");
            let password = password(&secret);
            prop_assume!(!pairs.contains_key(PASSWORD));
            let text = TokenText::of(&scalars, &password).expect("no password inside");
            let mut all = pairs;
            all.remove(TOKEN);
            all.insert(PASSWORD.to_owned(), secret);
            let joined: String = all.into_values().collect();
            let made = text.expose();
            prop_assert_eq!(made.expose(), &joined);
        }
    }
}
