//! Stored credentials: cards that the bank keeps for a merchant's customers.
//!
//! They come from paid orders that name a customer, and from calls that store a card without a
//! payment. One card of one customer is one credential of each kind, however often it is stored.

mod manage;
mod notice;
pub(super) mod only;
mod pay;

use std::collections::BTreeMap;

use payments_core::{Secret, card::Expiry, id::OrderId, time::UnixMillis};

use super::{
    Bank,
    order::Terms,
    pay::{Card, Step, is_past},
};
use crate::{answer::Refusal, cards, settings::Merchant};
pub(crate) use notice::BindingEvent;

/// What a credential may be used for, as `bindingCategory` and `bindingType` name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Common,
    Recurrent,
    Installment,
}

impl Category {
    /// `bindingCategory` of answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Common => "COMMON",
            Self::Recurrent => "RECURRENT",
            Self::Installment => "INSTALLMENT",
        }
    }

    /// What the payment that stores a card says of it by its `tii`; none if such a payment stores
    /// nothing because it uses what was stored before.
    fn stored_by(tii: Option<&str>) -> Option<Self> {
        match tii {
            None | Some("CI") => Some(Self::Common),
            Some("RI") => Some(Self::Recurrent),
            Some("II") => Some(Self::Installment),
            Some(_) => None,
        }
    }
}

/// One stored credential.
#[derive(Clone)]
pub(crate) struct Binding {
    pub(crate) id: String,
    /// Login of the merchant whose customer's card it is.
    pub(crate) login: String,
    pub(crate) client: String,
    pub(crate) category: Category,
    pub(crate) expiry: Expiry,
    pub(crate) cardholder: String,
    pub(crate) active: bool,
    /// Whether it was made without a payment, as `externalCreated` of status reports tells.
    pub(crate) external: bool,
    pan: Secret,
    /// Place in the order in which they were made.
    place: usize,
}

impl Binding {
    pub(crate) fn masked_pan(&self) -> String {
        cards::masked(self.pan.expose())
    }

    pub(crate) fn scheme(&self) -> &'static str {
        cards::scheme(self.pan.expose())
    }

    /// As many crosses as digits are hidden, then the last four, as the sample labels a card.
    pub(crate) fn label(&self) -> String {
        let pan = self.pan.expose();
        let hidden = pan.len().saturating_sub(4);
        format!("{}{}", "X".repeat(hidden), pan.get(hidden..).unwrap_or_default())
    }

    pub(crate) fn is_of(&self, pan: &str) -> bool {
        self.pan.expose() == pan
    }

    /// Whether the card's last month is over.
    pub(crate) fn is_expired(&self, now: UnixMillis) -> bool {
        is_past(self.expiry, now)
    }

    fn card(&self) -> Card {
        Card {
            pan: self.pan.expose().clone(),
            expiry: self.expiry,
            cardholder: self.cardholder.clone(),
        }
    }
}

/// Why a credential cannot be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// There is none of that number, or it is another merchant's.
    Unknown,
    /// It was deactivated.
    Inactive,
    /// Its card has expired.
    Expired,
}

impl Unusable {
    /// What the bank says about it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Unknown => "Binding not found",
            Self::Inactive => "Binding isn't active",
            Self::Expired => "The card of the binding has expired",
        }
    }
}

/// Every credential that was ever stored.
#[derive(Default)]
pub(crate) struct Bindings {
    by_id: BTreeMap<String, Binding>,
    /// Numbers of the credentials of a merchant's customer, oldest first.
    of_client: BTreeMap<(String, String), Vec<String>>,
}

impl Bindings {
    /// The credential of that number, if it is this merchant's.
    pub(crate) fn find(&self, login: &str, id: &str) -> Option<&Binding> {
        self.by_id.get(id).filter(|binding| binding.login == login)
    }

    pub(crate) fn find_mut(&mut self, login: &str, id: &str) -> Option<&mut Binding> {
        self.by_id.get_mut(id).filter(|binding| binding.login == login)
    }

    /// The credentials of a merchant's customer, oldest first.
    pub(crate) fn of_client(&self, login: &str, client: &str) -> impl Iterator<Item = &Binding> {
        let ids = self.of_client.get(&(login.to_owned(), client.to_owned()));
        ids.into_iter().flatten().filter_map(|id| self.by_id.get(id))
    }

    /// The credentials of a card with a merchant, oldest first.
    pub(crate) fn of_card(&self, login: &str, pan: &str) -> Vec<&Binding> {
        let known = self.by_id.values().filter(|known| known.login == login && known.is_of(pan));
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|binding| binding.place);
        known
    }

    /// The credentials of the card that one of them holds, oldest first.
    fn of_same_card(&self, login: &str, id: &str) -> Vec<&Binding> {
        let one = self.find(login, id);
        one.map_or_else(Vec::new, |one| self.of_card(login, one.pan.expose()))
    }

    fn insert(&mut self, binding: Binding) {
        let key = (binding.login.clone(), binding.client.clone());
        self.of_client.entry(key).or_default().push(binding.id.clone());
        self.by_id.insert(binding.id.clone(), binding);
    }
}

impl Bank {
    /// Stores a card for a merchant's customer and answers the credential's number.
    ///
    /// A card that is already stored for this customer and category keeps its number; it takes the
    /// new expiry and becomes active again. `external` says that no payment was made.
    pub(crate) fn store_binding(
        &mut self,
        now: UnixMillis,
        login: &str,
        client: &str,
        card: &Card,
        category: Category,
        external: bool,
    ) -> String {
        let known = self.bindings.of_client(login, client);
        let known: Option<String> = known
            .filter(|known| known.is_of(&card.pan) && known.category == category)
            .map(|known| known.id.clone())
            .next();
        if let Some(id) = known {
            let known = self.bindings.find_mut(login, &id);
            let woken = known.is_some_and(|known| {
                known.expiry = card.expiry;
                !std::mem::replace(&mut known.active, true)
            });
            if woken {
                self.notify_of_binding(now, login, &id, BindingEvent::ActivityChanged);
            }
            return id;
        }
        let id = self.numbers.id();
        self.bindings.insert(Binding {
            id: id.clone(),
            login: login.to_owned(),
            client: client.to_owned(),
            category,
            expiry: card.expiry,
            cardholder: card.cardholder.clone(),
            active: true,
            external,
            pan: Secret::new(card.pan.as_str()),
            place: self.bindings.by_id.len(),
        });
        self.notify_of_binding(now, login, &id, BindingEvent::Created);
        id
    }

    /// The credential of that number, if this merchant can charge it now.
    pub(crate) fn usable_binding(
        &self,
        now: UnixMillis,
        login: &str,
        id: &str,
    ) -> Result<&Binding, Unusable> {
        let binding = self.bindings.find(login, id).ok_or(Unusable::Unknown)?;
        match binding {
            binding if !binding.active => Err(Unusable::Inactive),
            binding if binding.is_expired(now) => Err(Unusable::Expired),
            binding => Ok(binding),
        }
    }

    /// Begins to pay an order with a stored card; the order must be payable, the credential usable.
    ///
    /// `terms` name the credential (`binding`) and say whether the payer is asked (`without_3ds`):
    /// a payment that the merchant starts is never authenticated.
    pub(crate) fn charge_binding(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        merchant: &Merchant,
        terms: Terms,
    ) -> Step {
        let binding = terms.binding.as_deref();
        let binding = binding.and_then(|binding| self.bindings.find(&merchant.login, binding));
        let card = binding.map(Binding::card);
        let Some(card) = card else { return self.declined(now, id, -3003) };
        self.start(now, id, &card, merchant, terms)
    }

    /// After a payment: stores the card if the order names a customer and nobody objected.
    pub(super) fn keep_card(&mut self, now: UnixMillis, id: &OrderId) {
        let Some(order) = self.orders.get(id) else { return };
        let Some((payment, client)) = order.payment.as_ref().zip(order.details.client_id.clone())
        else {
            return;
        };
        let allowed = self.merchants.iter().any(|merchant| {
            merchant.login == order.login && merchant.permissions.stored_credentials
        });
        let category = Category::stored_by(payment.terms.tii.as_deref());
        let (Some(category), Ok(expiry)) = (category, Expiry::from_yyyymm(&payment.expiry)) else {
            return;
        };
        if !allowed || payment.terms.binding.is_some() || payment.terms.forget_card {
            return;
        }
        let card = Card {
            pan: payment.pan.expose().clone(),
            expiry,
            cardholder: payment.cardholder.clone(),
        };
        let login = order.login.clone();
        let binding = self.store_binding(now, &login, &client, &card, category, false);
        if let Some(payment) = self.orders.get_mut(id).and_then(|order| order.payment.as_mut()) {
            payment.binding = Some(binding);
        }
    }
}

/// Refuses merchants that may not work with stored credentials.
fn allowed(merchant: &Merchant) -> Result<(), Refusal> {
    if merchant.permissions.stored_credentials {
        Ok(())
    } else {
        Err(Refusal::access("Access denied: no rights to use stored credentials"))
    }
}
