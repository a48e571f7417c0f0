//! Payments in an application of this bank's own: T-Pay, and Alfa Pay with a page of its own.
//!
//! No document describes the bank's side of them; what a payer does with the link is in documents
//! 000 and 001. The router asks for the links, no merchant does.

mod alfapay;
mod tpay;

use std::collections::BTreeMap;

use payments_core::{id::OrderId, time::UnixMillis};

use super::{Bank, Order, bindings::only::any_card, pay::payable};
use crate::{answer::Refusal, settings::Merchant};
pub(super) use alfapay::PATH as ALFAPAY;

/// A way to pay in an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wallet {
    /// T-Pay on a desktop: the payer scans a code there.
    TPayDesktop,
    /// T-Pay on a phone: the link opens the application.
    TPayMobile,
    AlfaPay,
}

/// The links that were given out.
#[derive(Default)]
pub(super) struct Wallets {
    links: BTreeMap<String, Link>,
}

#[derive(Clone)]
struct Link {
    order: OrderId,
    wallet: Wallet,
    /// The rest of the address, which nobody else can guess.
    tail: String,
}

impl Bank {
    /// The link of an order, the same one for the same way. A login tells whose order it must be.
    pub(crate) fn wallet_link(
        &mut self,
        now: UnixMillis,
        login: &str,
        order: &OrderId,
        wallet: Wallet,
    ) -> Result<String, Refusal> {
        self.run_due(now);
        let order = self.orders.get(order).filter(|order| order.login == login);
        let order = order.ok_or_else(|| Refusal::new(6, "Order not found"))?;
        payable(order)?;
        any_card(order)?;
        if order.amount == 0 {
            return Err(Refusal::new(5, "There is nothing to pay"));
        }
        let id = order.id.clone();
        let known = self.wallets.links.iter();
        let mut known = known.filter(|(_, link)| link.order == id && link.wallet == wallet);
        let (name, link) = match known.next() {
            Some((name, link)) => (name.clone(), link.clone()),
            None => {
                let name = match wallet {
                    Wallet::AlfaPay => self.numbers.id(),
                    _ => format!("2{}", self.numbers.digits(18)),
                };
                let link = Link { order: id, wallet, tail: self.numbers.id() };
                self.wallets.links.insert(name.clone(), link.clone());
                (name, link)
            }
        };
        Ok(match wallet {
            Wallet::AlfaPay => alfapay::address(&self.base_url, &name, &link.tail),
            _ => format!("{}/tpay/{name}", self.base_url),
        })
    }

    /// An order of a link that is on its way to be paid.
    fn linked(&self, name: &str) -> Option<(&Link, &Order)> {
        let link = self.wallets.links.get(name)?;
        Some((link, self.orders.get(&link.order)?))
    }

    fn merchant_of(&self, order: &Order) -> Option<Merchant> {
        let merchant = self.merchants.iter().find(|merchant| merchant.login == order.login);
        merchant.map(|merchant| Merchant::clone(merchant))
    }
}
