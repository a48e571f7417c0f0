//! Alfa Pay: the page of the link lets the payer choose a card, `POST /alfapay/pay` with `orderId`
//! (the link's own), `token` (its tail) and `card` (a place in the list) or `answer=refuse` settles it.
//! The issuer may ask its question first. The end is the order's `returnUrl` or `failUrl`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::{card::Expiry, time::UnixMillis};

use super::{Link, Wallet};
use crate::{
    bank::{
        Bank, Order,
        order::Terms,
        page::{amount, unknown, words},
        pay::{Card, Step},
    },
    cards,
    pages::{WalletCard, WalletPayment, WayWords, page},
    parse::Params,
};

/// Where the page stands, below the bank's address.
pub(in crate::bank) const PATH: &str = "/mobile/api/v1/goto-alfapay/alfapay";
/// `paymentWay` of the payment.
const WAY: &str = "ALFAPAY";
/// The payer said no.
const REFUSED: i64 = 5;

/// The payer's cards at this bank: one without a question, two whose issuer asks, one without money.
const CARDS: [&str; 4] =
    ["4111111111111111", "5555555555555599", "2200000000000004", "4000000000000119"];

/// The address of a link. Its tail ends as the document's does.
pub(super) fn address(base: &str, name: &str, tail: &str) -> String {
    format!("{base}{PATH}?orderId={name}&token={}", token(tail))
}

/// 37 bytes, whose Base64 ends in two equal signs.
fn token(tail: &str) -> String {
    STANDARD.encode(format!("{tail}.")).replace('+', "-").replace('/', "_")
}

impl Bank {
    /// The page of a link, or what the payer says there.
    pub(in crate::bank) fn alfapay_page(
        &mut self,
        now: UnixMillis,
        shows: bool,
        params: &Params,
        delay: &mut u64,
    ) -> Response<Bytes> {
        let name = params.text("orderId").unwrap_or_default().to_owned();
        let known = self.linked(&name).filter(|(link, _)| {
            params.text("token").is_some_and(|given| given == token(&link.tail))
        });
        let Some((link, order)) = known else { return unknown() };
        if !order.is_payable() {
            return self.closed(order);
        }
        let id = order.id.clone();
        let refuses = params.text("answer") == Some("refuse");
        let place = params.text("card").and_then(|place| place.parse::<usize>().ok());
        let card = place.and_then(|place| CARDS.get(place)).and_then(|pan| card(pan));
        let step = match card {
            _ if shows => return self.choice(order, &name, link),
            _ if refuses => {
                self.forget_card(&id);
                self.declined(now, &id, REFUSED)
            }
            None => return self.choice(order, &name, link),
            Some(card) => {
                let Some(merchant) = self.merchant_of(order) else { return unknown() };
                let terms = Terms { wallet: Some(WAY), forget_card: true, ..Terms::default() };
                match self.start(now, &id, &card, &merchant, terms) {
                    Step::Prepare => self.authenticate_payer(now, &id, None),
                    step => step,
                }
            }
        };
        *delay = self.delay(&id);
        match (step, self.linked(&name)) {
            // Another try is left: the list once more, and not the gateway's own card form.
            (Step::Declined(_), Some((link, order))) if order.is_payable() => {
                self.choice(order, &name, link)
            }
            (step, _) => self.onwards(&id, step),
        }
    }

    /// Whether the last try to pay an order was by a card that the payer chose here.
    pub(in crate::bank) fn chose(&self, order: &Order) -> bool {
        order.payment.as_ref().is_some_and(|payment| payment.terms.wallet == Some(WAY))
    }

    /// The page of an order's link once more.
    pub(in crate::bank) fn chosen_again(&self, order: &Order) -> String {
        let mut known = self.wallets.links.iter();
        let known =
            known.find(|(_, link)| link.order == order.id && link.wallet == Wallet::AlfaPay);
        known.map_or_else(String::new, |(name, link)| address(&self.base_url, name, &link.tail))
    }

    fn choice(&self, order: &Order, name: &str, link: &Link) -> Response<Bytes> {
        let (words, own) = (words(order), WayWords::of(order.language()));
        let cards: Vec<WalletCard> = CARDS
            .iter()
            .enumerate()
            .filter_map(|(place, pan)| WalletCard::of(place, pan, words))
            .collect();
        let shown = WalletPayment {
            words,
            own,
            who: own.alfapay_app,
            title: own.alfapay,
            merchant: self.shop(order),
            order_number: order.number.as_str(),
            purpose: order.details.description.as_deref().unwrap_or_default(),
            amount: &amount(order),
            action: &self.place("/alfapay/pay"),
            link: name,
            token: &token(&link.tail),
            cards: &cards,
        };
        page(StatusCode::OK, &shown)
    }
}

fn card(pan: &str) -> Option<Card> {
    cards::find(pan)?;
    let expiry: Expiry = "203412".parse().ok()?;
    Some(Card { pan: pan.to_owned(), expiry, cardholder: "CARDHOLDER".into() })
}
