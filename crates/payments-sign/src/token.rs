//! Tokens: SHA-256 over the values of a message with a password among them (documents/002,
//! "Signature by a token").

use std::{collections::BTreeSet, fmt};

use payments_core::{
    Invalid, Secret,
    canonical::{Scalars, TokenText},
};
use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq as _;

use crate::{KeyError, Mismatch, hex};

/// The password of a terminal, with which tokens are made and checked. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct TokenKey(Secret);

impl TokenKey {
    /// Takes the password.
    ///
    /// # Errors
    ///
    /// It is empty: then anyone could make tokens.
    pub fn new(password: Secret) -> Result<Self, KeyError> {
        if password.expose().is_empty() { Err(KeyError::empty()) } else { Ok(Self(password)) }
    }

    /// Makes the token of a message: 64 hexadecimal digits, lower case.
    ///
    /// # Errors
    ///
    /// The message holds a field named as the password is.
    pub fn make(&self, message: &Scalars<'_>) -> Result<String, Invalid> {
        TokenText::of(message, &self.0).map(|text| hex::lower(&hash(&text)))
    }

    /// Makes the token of a message's listed fields alone.
    ///
    /// # Errors
    ///
    /// The message holds a field named as the password is.
    pub fn make_listed(&self, message: &Scalars<'_>, listed: &[&str]) -> Result<String, Invalid> {
        TokenText::of_listed(message, &self.0, listed).map(|text| hex::lower(&hash(&text)))
    }

    /// Checks a token, in either case, and says which fields it vouches for: all of them, or the
    /// listed ones where it was made of those alone.
    ///
    /// `listed` is the shorter list that a document prints; empty where it prints none. Both forms
    /// are computed and compared whatever the first one says.
    ///
    /// # Errors
    ///
    /// The token fits neither form.
    pub fn verify(
        &self,
        message: &Scalars<'_>,
        token: &str,
        listed: &[&str],
    ) -> Result<Vouched, Mismatch> {
        let check = |text: &TokenText<'_>| {
            let made = hash(text);
            hex::decode(token, |given| given.ct_eq(&made).into()).unwrap_or(false)
        };
        let all = TokenText::of(message, &self.0).map_err(|_| Mismatch)?;
        let some = TokenText::of_listed(message, &self.0, listed).map_err(|_| Mismatch)?;
        let vouched = |text: &TokenText<'_>, complete| Vouched {
            fields: text.names().map(str::to_owned).collect(),
            complete,
        };
        match (check(&all), check(&some)) {
            (true, _) => Ok(vouched(&all, true)),
            // A token over no field at all would fit every message.
            (false, true) if some.names().next().is_some() => Ok(vouched(&some, false)),
            (false, _) => Err(Mismatch),
        }
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenKey([redacted])")
    }
}

/// Hashes the text; the text is wiped.
fn hash(text: &TokenText<'_>) -> [u8; 32] {
    let text = text.expose();
    let made = digest(&SHA256, text.expose().as_bytes());
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(made.as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

/// Which fields of a message its token vouches for.
///
/// It vouches for the values in their order and for no more: nothing parts them, and their names
/// take no part, so signs can have moved from one field to the next. Check the form of each field,
/// and ask the bank before money depends on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    fields: BTreeSet<String>,
    complete: bool,
}

impl Vouched {
    /// Whether the token was made of every field.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the token was made of this field among others.
    pub fn vouches_for(&self, field: &str) -> bool {
        self.fields.contains(field)
    }
}

#[cfg(test)]
mod tests {
    use payments_core::canonical::token::SBP_PAYOUT;
    use proptest::prelude::*;

    use super::*;

    fn key(password: &str) -> TokenKey {
        TokenKey::new(Secret::<String>::new(password)).expect("not empty")
    }

    #[test]
    fn a_marker_never_shows() {
        let key = key("MARKER");
        assert_eq!(format!("{key:?}"), "TokenKey([redacted])");
        let message = Scalars::of([("Password", "MARKER")]).expect("once each");
        let error = key.make(&message).expect_err("two passwords");
        assert!(!format!("{error} {error:?}").contains("MARKER"));
        assert_eq!(key.verify(&message, "MARKER", &[]), Err(Mismatch));
    }

    #[test]
    fn an_empty_password_is_refused() {
        assert!(TokenKey::new(Secret::<String>::new("")).expect_err("empty").is_empty());
    }

    #[test]
    fn the_shorter_list_vouches_for_no_more_than_it_names() {
        let pairs = [("TerminalKey", "T"), ("Amount", "100"), ("SbpId", "B"), ("Phone", "+7")];
        let message = Scalars::of(pairs).expect("once each");
        let key = key("p");
        let short = key.make_listed(&message, SBP_PAYOUT).expect("makes");
        let vouched = key.verify(&message, &short.to_uppercase(), SBP_PAYOUT).expect("fits");
        assert!(!vouched.is_complete());
        let told = pairs.map(|(name, _)| vouched.vouches_for(name));
        assert_eq!(told, [true, true, false, false]);
        assert_eq!(key.verify(&message, &short, &[]), Err(Mismatch));
        let whole = key.make(&message).expect("makes");
        let vouched = key.verify(&message, &whole, SBP_PAYOUT).expect("fits");
        assert!(vouched.is_complete() && vouched.vouches_for("Phone"));
        assert!(!vouched.vouches_for("Password") && !vouched.vouches_for("Token"));
    }

    /// SHA-256 of the password alone fits no message, although it is what no field at all gives.
    #[test]
    fn a_token_over_nothing_fits_nothing() {
        let key = key("p");
        let nothing = Scalars::of(Vec::<(&str, &str)>::new()).expect("empty");
        let token = key.make(&nothing).expect("makes");
        let message = Scalars::of([("a", "1")]).expect("once each");
        assert_eq!(key.verify(&message, &token, &[]), Err(Mismatch));
        assert_eq!(key.verify(&message, &token, &["b"]), Err(Mismatch));
    }

    proptest! {
        #[test]
        fn one_sign_more_or_less_does_not_fit(
            pairs in proptest::collection::btree_map("[A-OQ-Z][a-z]{0,3}", "[a-z]{1,4}", 1..5),
            at: usize,
        ) {
            let key = key("password");
            let message = Scalars::of(pairs.clone()).expect("a map holds a name once");
            let token = key.make(&message).expect("makes");
            prop_assert!(key.verify(&message, &token, &[]).is_ok());
            let mut other = pairs;
            let at = at % other.len();
            other.values_mut().nth(at).expect("there").push('x');
            let other = Scalars::of(other).expect("a map holds a name once");
            prop_assert_eq!(key.verify(&other, &token, &[]), Err(Mismatch));
            for wrong in ["", &token[1..], &format!("{token}00")] {
                prop_assert_eq!(key.verify(&message, wrong, &[]), Err(Mismatch));
            }
        }
    }
}
