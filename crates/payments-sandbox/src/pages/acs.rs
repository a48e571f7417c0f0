//! The issuer's pages.

use askama::Template;

use super::Words;

/// Asks the payer for the code that the issuer sent him.
#[derive(Template)]
#[template(path = "challenge.html")]
pub(crate) struct Challenge<'a> {
    pub(crate) words: &'static Words,
    pub(crate) merchant: &'a str,
    /// With its currency.
    pub(crate) amount: &'a str,
    pub(crate) masked_pan: &'a str,
    /// Where the form goes.
    pub(crate) action: &'a str,
    /// Names the authentication; a hidden field of the form.
    pub(crate) acs_trans_id: &'a str,
    /// What was wrong with the last code, and how many tries are left; empty at first.
    pub(crate) error: &'a str,
    /// The code that is right; shown, since no message is sent by a sandbox.
    pub(crate) code: &'a str,
}

/// Carries fields to another site through the payer's browser: a form that a script sends, with a
/// button for browsers without scripts.
#[derive(Template)]
#[template(path = "forward.html")]
pub(crate) struct Forward<'a> {
    pub(crate) words: &'static Words,
    pub(crate) action: &'a str,
    pub(crate) fields: &'a [(&'a str, &'a str)],
}
