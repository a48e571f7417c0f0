//! The gateway's own pages.

use askama::Template;

/// Asks the payer for a card. Works without JavaScript: one form, posted to `action`.
#[derive(Template)]
#[template(path = "payment.html")]
pub(crate) struct PaymentForm<'a> {
    /// `ru` or `en`.
    pub(crate) language: &'a str,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) order_number: &'a str,
    pub(crate) description: &'a str,
    /// With its currency, such as `20.00 RUB`.
    pub(crate) amount: &'a str,
    /// Where the form goes.
    pub(crate) action: &'a str,
    pub(crate) md_order: &'a str,
    /// What to put into the field of the name at first.
    pub(crate) cardholder: &'a str,
    /// What was wrong with the last try, if anything.
    pub(crate) error: &'a str,
    /// Where the payer can go back to without paying; empty if the merchant gave no address.
    pub(crate) back_url: &'a str,
    pub(crate) back_name: &'a str,
}

/// Tells the payer something, with one link onwards.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct Message<'a> {
    pub(crate) language: &'a str,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    /// Address of the link; empty for none.
    pub(crate) link: &'a str,
    pub(crate) link_text: &'a str,
}
