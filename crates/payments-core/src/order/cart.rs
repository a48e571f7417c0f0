//! The cart of an order, from which receipts are made (documents/003, `orderBundle`).

mod agent;
mod attributes;
mod customer;
mod item;
mod measure;
mod party;
mod priority;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use agent::Agent;
pub use attributes::{ItemAttributes, MarkQuantity};
pub use customer::{CustomerDetails, DeliveryInfo, customer_identity};
pub use item::{CartItem, ItemDetails, Pair, PositionId, Quantity, Tax};
pub use measure::Measure;
pub use party::{AgentInfo, MtOperator, Paying, PaymentsOperator, SupplierInfo};

use super::{Rule, Rules};
use crate::{
    Currency, Invalid, Minor, limit,
    time::LocalDateTime,
    wire::{blocks, one_or_many, opt_from, opt_parsed},
};

/// The cart with its customer, as registration takes it and the status report gives it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderBundle {
    /// When the order was made; the document names no zone (G-049).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "super::write::opt_quoted",
        deserialize_with = "opt_parsed"
    )]
    pub order_creation_date: Option<LocalDateTime>,
    /// The customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_details: Option<CustomerDetails>,
    /// The positions.
    pub cart_items: CartItems,
    /// An agent for the whole cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
    /// Phones of the supplier, each as `+` and digits, at most 19 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub supplier_phones: Vec<String>,
    /// Bonus programmes, in answers alone (version 32 and later).
    #[serde(default, skip_serializing, deserialize_with = "blocks")]
    pub loyalties: Vec<Loyalty>,
}

impl OrderBundle {
    /// Takes the positions.
    pub fn new(items: impl Into<CartItems>) -> Self {
        Self {
            order_creation_date: None,
            customer_details: None,
            cart_items: items.into(),
            agent: None,
            supplier_phones: Vec::new(),
            loyalties: Vec::new(),
        }
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and the rules that are on by default.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.validate_with(path, Rules::default())
    }

    /// Checks limits and the given rules.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate_with(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        self.check(rules).map_err(|wrong| wrong.under(path))
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        if let Some(customer) = &self.customer_details {
            customer.validate_with("customerDetails", rules)?;
        }
        self.cart_items.validate_with("cartItems", rules)?;
        if let Some(agent) = &self.agent {
            agent.validate_with("agent", rules)?;
        }
        plus_phones("supplierPhones", &self.supplier_phones, rules)
    }
}

/// The positions of a cart, of a deposit or of a refund: `{"items": [..]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CartItems {
    /// The positions.
    #[serde(default, deserialize_with = "blocks")]
    pub items: Vec<CartItem>,
}

impl From<Vec<CartItem>> for CartItems {
    fn from(items: Vec<CartItem>) -> Self {
        Self { items }
    }
}

impl FromIterator<CartItem> for CartItems {
    fn from_iter<I: IntoIterator<Item = CartItem>>(items: I) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

impl CartItems {
    /// Takes the positions.
    pub fn new(items: impl Into<Vec<CartItem>>) -> Self {
        Self { items: items.into() }
    }

    /// What all positions cost together; none if a position's cost is unknown or the sum is too
    /// large.
    pub fn total(&self) -> Option<Minor> {
        self.items.iter().try_fold(Minor::ZERO, |sum, item| sum.plus(item.cost()?))
    }

    /// Checks limits and the rules that are on by default.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.validate_with(path, Rules::default())
    }

    /// Checks limits and the given rules.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate_with(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        self.check(rules).map_err(|wrong| wrong.under(path))
    }

    /// Checks that the positions cost together what the call is about (rule `cart-total`).
    ///
    /// # Errors
    ///
    /// The sum differs from `amount`, or a position's cost is unknown.
    pub fn validate_total(&self, path: &str, amount: Minor, rules: Rules) -> Result<(), Invalid> {
        let text = "must cost together what the call is about";
        rules
            .ensure(Rule::CartTotal, || self.total() == Some(amount), "items", text)
            .map_err(|wrong| wrong.under(path))
    }

    /// Checks that a refund's positions cost together what is refunded (rule `refund-total`).
    ///
    /// # Errors
    ///
    /// The sum differs from `amount`, or a position's cost is unknown.
    pub fn validate_refund(&self, path: &str, amount: Minor, rules: Rules) -> Result<(), Invalid> {
        let text = "must cost together what is refunded";
        rules
            .ensure(Rule::RefundTotal, || self.total() == Some(amount), "items", text)
            .map_err(|wrong| wrong.under(path))
    }

    /// Checks that the positions which name a currency name that of the order (rule
    /// `item-currency`). Without a currency of the order they must agree with each other.
    ///
    /// # Errors
    ///
    /// The first position in another currency, by its wire path under `path`.
    pub fn validate_currency(
        &self,
        path: &str,
        order: Option<Currency>,
        rules: Rules,
    ) -> Result<(), Invalid> {
        let order = order.or_else(|| self.items.iter().find_map(|item| item.item_currency));
        let text = "must be the currency of the order";
        for (place, item) in self.items.iter().enumerate() {
            let same = || item.item_currency.is_none() || item.item_currency == order;
            rules
                .ensure(Rule::ItemCurrency, same, "itemCurrency", text)
                .map_err(|wrong| wrong.under(&format!("{path}.items[{place}]")))?;
        }
        Ok(())
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        limit::ensure(!self.items.is_empty(), "items", || "must hold a position".into())?;
        let mut seen = BTreeSet::new();
        for (place, item) in self.items.iter().enumerate() {
            item.check(rules)
                .and_then(|()| {
                    let text = "must stand once in a cart";
                    let fresh = || seen.insert(item.position_id.significant());
                    rules.ensure(Rule::UniquePositions, fresh, "positionId", text)
                })
                .map_err(|wrong| wrong.under(&format!("items[{place}]")))?;
        }
        Ok(())
    }
}

/// What a bonus programme did with a position, in answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Loyalty {
    /// Bonuses to be credited, in minor units.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub bonus_amount_for_credit: Option<Minor>,
    /// Bonuses to be debited, in minor units.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub bonus_amount_for_debit: Option<Minor>,
    /// Bonuses given back, in minor units.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub bonus_amount_refunded: Option<Minor>,
    /// The programme's name.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub loyalty_program_name: Option<String>,
    /// The position.
    #[serde(default, deserialize_with = "opt_from")]
    pub position_id: Option<PositionId>,
}

/// Checks phones that are written as `+` and digits.
pub(crate) fn plus_phones(
    field: &'static str,
    phones: &[String],
    rules: Rules,
) -> Result<(), Invalid> {
    for (place, phone) in phones.iter().enumerate() {
        let text = "must be + and at most 18 digits";
        limit::chars(field, phone, 1, 19)
            .and_then(|()| {
                rules.ensure(Rule::PlusPhone, || limit::is_plus_phone(phone), field, text)
            })
            .map_err(|wrong| wrong.at(format!("{field}[{place}]")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
