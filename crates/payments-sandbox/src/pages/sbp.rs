//! The page of the payer's bank for a payment by QR code.

use askama::Template;

use super::Words;

/// Asks the payer whether to pay. Works without JavaScript: one form with two buttons.
#[derive(Template)]
#[template(path = "sbp.html")]
pub(crate) struct SbpPayment<'a> {
    pub(crate) words: &'static Words,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) order_number: &'a str,
    /// What for; may be empty.
    pub(crate) purpose: &'a str,
    /// With its currency.
    pub(crate) amount: &'a str,
    /// Whether the account is linked for later payments.
    pub(crate) subscribes: bool,
    /// Whether linking is all there is to it: nothing is paid.
    pub(crate) only_links: bool,
    /// Where the form goes.
    pub(crate) action: &'a str,
}
