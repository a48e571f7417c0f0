//! The positions of a receipt, and what is left of them.

use payments_core::{order::Decimal, time::UnixMillis};
use time::{OffsetDateTime, UtcOffset, macros::format_description};

use crate::{
    json::{Json, Object},
    parse::{self, Params},
    settings::Receipts,
};

/// Positions with their amounts, which are always known and never zero.
#[derive(Clone, Default)]
pub(in crate::bank) struct Items(Vec<Item>);

#[derive(Clone)]
struct Item {
    id: String,
    name: String,
    /// Minor units.
    amount: u64,
    price: Option<u64>,
    quantity: Option<Decimal>,
    measure: String,
    tax: Option<String>,
    tax_sum: u64,
    method: Option<String>,
    object: Option<String>,
}

type Members = [(String, String)];

fn member<'a>(members: &'a Members, name: &str) -> Option<&'a str> {
    let found = members.iter().find(|(known, value)| known == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

impl Items {
    /// The cart in an `orderBundle`; none if it holds no positions.
    pub(super) fn of_bundle(json: &str) -> Option<Self> {
        Self::of_cart(member(&parse::inner(json)?, "cartItems")?)
    }

    /// The positions in `{"items": [..]}`.
    fn of_cart(json: &str) -> Option<Self> {
        let items = parse::items(member(&parse::inner(json)?, "items")?)?;
        let items: Vec<Item> = items.iter().map(|item| Item::of(item)).collect();
        if items.is_empty() { None } else { Some(Self(items)) }
    }

    /// The positions that a call names.
    pub(super) fn named(params: &Params) -> Option<Self> {
        let lists = ["depositItems", "refundItems"];
        let list = lists.iter().find_map(|name| params.text(name)).and_then(Self::of_cart);
        list.or_else(|| {
            let mut item = Item::bare(params.text("positionId")?, "");
            item.amount = parse::digits(params.text("amount")?, 12)?;
            Some(Self(vec![item]))
        })
    }

    /// One position without a name, for what was debited without a cart.
    pub(super) fn unnamed(amount: u64) -> Self {
        Self(vec![Item { amount, ..Item::bare("1", "Payment") }])
    }

    /// What the positions cost together.
    pub(super) fn total(&self) -> u128 {
        self.0.iter().map(|item| u128::from(item.amount)).sum()
    }

    /// The same positions for another sum: each in its proportion, what is left over by rounding
    /// one unit each from the first on.
    pub(super) fn scaled(&self, sum: u64) -> Self {
        let total = self.total();
        if total == u128::from(sum) {
            return self.clone();
        }
        let mut items = self.0.clone();
        let share = |amount: u64| match (u128::from(amount) * u128::from(sum)).checked_div(total) {
            Some(share) => u64::try_from(share).unwrap_or(sum),
            None => 0,
        };
        let mut rest = sum;
        for item in &mut items {
            item.set(share(item.amount));
            rest = rest.saturating_sub(item.amount);
        }
        // Without amounts there are no proportions: the first position takes everything.
        let each = if total == 0 { rest } else { 1 };
        for item in &mut items {
            let more = rest.min(each);
            item.set(item.amount + more);
            rest -= more;
        }
        items.retain(|item| item.amount > 0);
        Self(items)
    }

    /// Adds what was sold.
    pub(super) fn add(&mut self, sold: Self) {
        for item in sold.0 {
            match self.0.iter_mut().find(|known| known.id == item.id) {
                Some(known) => known.set(known.amount.saturating_add(item.amount)),
                None => self.0.push(item),
            }
        }
    }

    /// Takes away what was given back: the named positions where they are there, else of each its
    /// proportion.
    pub(super) fn take(&mut self, amount: u64, named: Option<Self>) {
        let before = self.clone();
        if let Some(named) = named {
            let taken = named.0.iter().all(|item| self.take_one(item));
            if taken {
                self.0.retain(|item| item.amount > 0);
                return;
            }
            *self = before;
        }
        let left = u64::try_from(self.total()).unwrap_or(u64::MAX).saturating_sub(amount);
        *self = self.scaled(left);
    }

    fn take_one(&mut self, taken: &Item) -> bool {
        let Some(item) = self.0.iter_mut().find(|known| known.id == taken.id) else { return false };
        let Some(rest) = item.amount.checked_sub(taken.amount) else { return false };
        let quantities = item.quantity.zip(taken.quantity);
        let quantity = quantities.and_then(|(had, less)| had.checked_sub(less));
        item.amount = rest;
        item.price = taken.price.filter(|price| Some(*price) == item.price);
        if let Some(quantity) = quantity.filter(|quantity| *quantity > Decimal::ZERO) {
            item.quantity = Some(quantity);
        }
        true
    }

    /// The sum of the VAT that the cart names.
    pub(super) fn vat(&self) -> u64 {
        self.0.iter().map(|item| item.tax_sum).sum()
    }

    /// As `ofdOrderBundle` shows them: what the cart says of a position beats the settings.
    pub(super) fn shown(&self, settings: &Receipts) -> Vec<Json> {
        self.0.iter().map(|item| item.shown(settings).into()).collect()
    }
}

impl Item {
    fn bare(id: &str, name: &str) -> Self {
        Self {
            // Leading zeros do not tell two positions apart.
            id: id.trim_start_matches('0').to_owned(),
            name: name.to_owned(),
            amount: 0,
            price: None,
            quantity: None,
            measure: "0".into(),
            tax: None,
            tax_sum: 0,
            method: None,
            object: None,
        }
    }

    fn of(members: &Members) -> Self {
        let text = |name: &str| member(members, name);
        let digits = |name: &str| text(name).and_then(|text| parse::digits(text, 12));
        let quantity = text("quantity").and_then(parse::inner).unwrap_or_default();
        let tax = text("tax").and_then(parse::inner).unwrap_or_default();
        let attributes = text("itemAttributes").and_then(parse::inner).unwrap_or_default();
        let attributes = member(&attributes, "attributes").and_then(parse::items);
        let attribute = |wanted: &str| {
            let pairs = attributes.iter().flatten();
            let mut named = pairs.filter(|pair| member(pair, "name") == Some(wanted));
            named.find_map(|pair| member(pair, "value").map(str::to_owned))
        };
        let mut item = Self {
            price: digits("itemPrice"),
            quantity: member(&quantity, "value").and_then(|value| value.parse().ok()),
            measure: member(&quantity, "measure").unwrap_or("0").to_owned(),
            tax: member(&tax, "taxType").map(str::to_owned),
            tax_sum: member(&tax, "taxSum").and_then(|sum| parse::digits(sum, 12)).unwrap_or(0),
            method: attribute("paymentMethod"),
            object: attribute("paymentObject"),
            ..Self::bare(text("positionId").unwrap_or_default(), text("name").unwrap_or_default())
        };
        item.amount = digits("itemAmount").or_else(|| item.cost()).unwrap_or(0);
        item
    }

    /// Price times quantity, where that is a whole number.
    fn cost(&self) -> Option<u64> {
        let cost = Decimal::from(self.price?).checked_mul(self.quantity?)?;
        cost.is_integer().then(|| u64::try_from(cost).ok())?
    }

    /// Another amount, with the price that goes with it.
    fn set(&mut self, amount: u64) {
        self.amount = amount;
        if self.cost() != Some(amount) {
            let price = self.quantity.and_then(|it| Decimal::from(amount).checked_div(it));
            let whole = price.filter(Decimal::is_integer);
            self.price = whole.and_then(|price| u64::try_from(price).ok());
        }
    }

    fn shown(&self, settings: &Receipts) -> Object {
        let pair = |name: &str, value: Option<&String>| {
            let value = value?.as_str();
            Some(Json::from(Object::new().with("name", name).with("value", value)))
        };
        let attributes = [
            ("paymentMethod", self.method.as_ref().or(settings.payment_method.as_ref())),
            ("paymentObject", self.object.as_ref().or(settings.payment_object.as_ref())),
        ];
        let attributes: Vec<Json> =
            attributes.into_iter().filter_map(|(name, value)| pair(name, value)).collect();
        let quantity = self.quantity.map(|value| {
            let value = value.normalize().to_string();
            Object::new().with("value", value).with("measure", self.measure.as_str())
        });
        Object::new()
            .with_some("taxType", self.tax.as_deref().map(tax_name))
            .with("name", self.name.as_str())
            .with("itemAmount", self.amount)
            .with_some("itemPrice", self.price)
            .with_some("quantity", quantity)
            .with_some("itemAttributes", Some(attributes).filter(|them| !them.is_empty()))
    }
}

/// A tax rate in the words of the sample, where they are known; else as it was registered.
fn tax_name(code: &str) -> &str {
    match code {
        "0" => "NONE",
        "1" => "VAT_0",
        "2" => "VAT_10",
        "3" => "VAT_18",
        "4" => "VAT_110",
        "5" => "VAT_118",
        "6" => "VAT_20",
        "7" => "VAT_120",
        other => other,
    }
}

/// `yyyy:MM:dd HH:mm:ss` in UTC+3, in which the bank's other dates are.
pub(super) fn printed(at: UnixMillis) -> String {
    let form = format_description!("[year]:[month]:[day] [hour]:[minute]:[second]");
    let moscow = UtcOffset::from_hms(3, 0, 0).unwrap_or(UtcOffset::UTC);
    let at = OffsetDateTime::from_unix_timestamp(at.get().div_euclid(1000)).ok();
    at.and_then(|at| at.to_offset(moscow).format(form).ok()).unwrap_or_default()
}
