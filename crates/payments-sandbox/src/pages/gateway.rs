//! The gateway's own pages.

use askama::Template;

use super::{Notice, Words};
use crate::cards::TEST_CARDS;

/// Asks the payer for a card. Works without JavaScript: one form, posted to `action`.
#[derive(Template)]
#[template(path = "payment.html")]
pub(crate) struct PaymentForm<'a> {
    pub(crate) words: &'static Words,
    /// Whom the payer pays.
    pub(crate) merchant: &'a str,
    pub(crate) order_number: &'a str,
    pub(crate) description: &'a str,
    /// With its currency.
    pub(crate) amount: &'a str,
    /// The masked number of the only card that may pay, whose code alone is asked for; empty if
    /// any card may.
    pub(crate) stored: &'a str,
    /// Where the form goes.
    pub(crate) action: &'a str,
    pub(crate) md_order: &'a str,
    /// What to put into the field of the name at first.
    pub(crate) cardholder: &'a str,
    /// What was wrong with the fields of the last try.
    pub(crate) mistakes: Mistakes,
    /// Why the last try failed though its fields were right; empty if it did not.
    pub(crate) declined: &'a str,
    /// A test card that the payer chose, to put into the fields.
    pub(crate) filled: Option<Filled>,
    /// The test cards.
    pub(crate) cards: &'a [CardChoice],
    /// Where the payer can go back to without paying; empty if the merchant gave no address.
    pub(crate) back_url: &'a str,
    pub(crate) back_name: &'a str,
}

/// Lets the issuer look at the payer's browser in a hidden frame, then goes on by itself; a button
/// does for browsers without scripts.
#[derive(Template)]
#[template(path = "method.html")]
pub(crate) struct Method<'a> {
    pub(crate) words: &'static Words,
    /// Where the form goes.
    pub(crate) action: &'a str,
    pub(crate) md_order: &'a str,
    /// What the frame shows.
    pub(crate) frame: &'a str,
}

/// The fields that were not understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mistakes {
    pub(crate) pan: bool,
    pub(crate) expiry: bool,
    pub(crate) cvc: bool,
}

impl Mistakes {
    pub(crate) fn any(self) -> bool {
        self != Self::default()
    }
}

/// What a chosen test card puts into the fields. Never anything that somebody typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filled {
    pub(crate) pan: &'static str,
    pub(crate) expiry: &'static str,
    pub(crate) cvc: &'static str,
}

impl Filled {
    /// The test card at a place of the table, as an address names it.
    pub(crate) fn chosen(place: &str) -> Option<Self> {
        let card = TEST_CARDS.get(place.parse::<usize>().ok()?)?;
        Some(Self { pan: card.pan, expiry: "12/34", cvc: "123" })
    }
}

/// A line of the table of test cards.
#[derive(Clone, Debug)]
pub(crate) struct CardChoice {
    /// In groups of four digits.
    pub(crate) number: String,
    pub(crate) outcome: String,
    /// The page with this card filled in.
    pub(crate) link: String,
}

impl CardChoice {
    /// The whole table; `page` is the address of the order's payment page, with its query.
    pub(crate) fn all(page: &str, words: &Words) -> Vec<Self> {
        let line = |(place, card): (usize, &crate::cards::TestCard)| {
            let digits: Vec<char> = card.pan.chars().collect();
            let groups: Vec<String> =
                digits.chunks(4).map(|group| group.iter().collect()).collect();
            Self {
                number: groups.join(" "),
                outcome: words.outcome(card),
                link: format!("{page}&card={place}"),
            }
        };
        TEST_CARDS.iter().enumerate().map(line).collect()
    }
}

/// Tells the payer something, with one link onwards.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct Message<'a> {
    pub(crate) words: &'static Words,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    /// Address of the payment page; empty for no link.
    pub(crate) link: &'a str,
}

impl<'a> Message<'a> {
    pub(crate) fn new(words: &'static Words, notice: Notice, link: &'a str) -> Self {
        let (title, text) = words.notice(notice);
        Self { words, title, text, link }
    }
}
