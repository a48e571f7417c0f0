//! One position of a cart.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

use super::{ItemAttributes, Measure};
use crate::{
    Currency, Invalid, Minor, limit,
    order::{
        Decimal, PaymentObject, Rule, Rules, TaxType,
        write::{self, Digits},
    },
    wire::{Text, blocks, opt_parsed, parsed},
};

/// Number of a position in its cart, 1 to 12 digits; the merchant makes it.
///
/// The tables type it as a whole number and a sample sends `"001"`: it is kept as text and stands
/// in JSON as a number unless that would lose leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PositionId(Box<str>);

impl PositionId {
    /// Takes 1 to 12 digits.
    ///
    /// # Errors
    ///
    /// Other characters or another length.
    pub fn new(digits: impl Into<String>) -> Result<Self, Invalid> {
        let digits = digits.into();
        if digits.len() <= 12 && limit::all_digits(&digits) {
            Ok(Self(digits.into()))
        } else {
            Err(Invalid::new("positionId", "must be 1 to 12 digits"))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without leading zeros, by which two positions are told apart.
    pub(super) fn significant(&self) -> &str {
        self.0.trim_start_matches('0')
    }
}

impl From<u32> for PositionId {
    fn from(number: u32) -> Self {
        Self(number.to_string().into())
    }
}

impl fmt::Display for PositionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Serialize for PositionId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        write::digits(&self.0, to)
    }
}

impl From<Text<'_>> for PositionId {
    fn from(text: Text<'_>) -> Self {
        Self(text.into_string().into())
    }
}

impl<'de> Deserialize<'de> for PositionId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Text::deserialize(from).map(Self::from)
    }
}

/// One position of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CartItem {
    /// The position's number, unique in the cart.
    pub position_id: PositionId,
    /// Name or description, 1 to 255 characters.
    #[serde(default, deserialize_with = "parsed")]
    pub name: String,
    /// Further details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_details: Option<ItemDetails>,
    /// How much of it.
    pub quantity: Quantity,
    /// Cost of the whole position in minor units, at most 12 digits. Needed only without
    /// `item_price`; with both, it must equal price times quantity (G-067).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub item_amount: Option<Minor>,
    /// Price of one unit in minor units, at most 18 digits; mandatory where receipts are made.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub item_price: Option<Minor>,
    /// How much of the position was debited, in answers alone (version 34 and later).
    #[serde(
        default,
        skip_serializing,
        alias = "depostedItemAmount",
        deserialize_with = "opt_parsed"
    )]
    pub deposited_item_amount: Option<Minor>,
    /// Currency; by default that of the order (G-069).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write::opt_number",
        deserialize_with = "opt_parsed"
    )]
    pub item_currency: Option<Currency>,
    /// The shop's own number of the goods, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub item_code: Option<String>,
    /// VAT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// What the receipt says about the position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_attributes: Option<ItemAttributes>,
}

impl Digits for TaxType {
    fn digits(&self) -> &str {
        self.as_str()
    }
}

impl Digits for Currency {
    fn digits(&self) -> &str {
        self.code()
    }
}

impl CartItem {
    /// Takes number, name and quantity; a cost or a price is still to be set.
    pub fn new(position_id: PositionId, name: impl Into<String>, quantity: Quantity) -> Self {
        Self {
            position_id,
            name: name.into(),
            item_details: None,
            quantity,
            item_amount: None,
            item_price: None,
            deposited_item_amount: None,
            item_currency: None,
            item_code: None,
            tax: None,
            item_attributes: None,
        }
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// What the position costs: `item_amount`, or else price times quantity; none if neither is
    /// known or the product is no whole number of minor units.
    pub fn cost(&self) -> Option<Minor> {
        self.item_amount.or_else(|| times(self.item_price?, self.quantity.value))
    }

    /// Checks limits and the rules that are on by default.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.check(Rules::default()).map_err(|wrong| wrong.under(path))
    }

    pub(super) fn check(&self, rules: Rules) -> Result<(), Invalid> {
        limit::chars("name", &self.name, 1, 255)?;
        if let Some(details) = &self.item_details {
            details.check().map_err(|wrong| wrong.under("itemDetails"))?;
        }
        self.quantity.check(rules).map_err(|wrong| wrong.under("quantity"))?;
        limit::opt_digits("itemAmount", self.item_amount, 12)?;
        limit::opt_digits("itemPrice", self.item_price, 18)?;
        limit::opt_chars("itemCode", &self.item_code, 1, 100)?;
        if let Some(tax) = &self.tax {
            tax.check(rules).map_err(|wrong| wrong.under("tax"))?;
        }
        if let Some(attributes) = &self.item_attributes {
            attributes.check(rules).map_err(|wrong| wrong.under("itemAttributes.attributes"))?;
        }
        self.check_amounts(rules)?;
        self.check_name(rules)?;
        self.check_mark(rules)
    }

    /// The name as those who make receipts take it.
    fn check_name(&self, rules: Rules) -> Result<(), Invalid> {
        let short = || self.name.chars().count() <= 128;
        rules.ensure(Rule::ReceiptName, short, "name", "must have at most 128 characters")?;
        let object = self.item_attributes.as_ref().and_then(|it| it.payment_object.as_ref());
        let (numbers, text) = match object {
            Some(PaymentObject::NonOperatingGain) => {
                (1..=25, "must be 1 to 25 for paymentObject 15")
            }
            Some(PaymentObject::InsurancePremium) => {
                (26..=31, "must be 26 to 31 for paymentObject 16")
            }
            _ => return Ok(()),
        };
        let coded = || {
            let plain = limit::all_digits(&self.name) && !self.name.starts_with('0');
            plain && self.name.parse::<u8>().is_ok_and(|number| numbers.contains(&number))
        };
        rules.ensure(Rule::CodedName, coded, "name", text)
    }

    fn check_amounts(&self, rules: Rules) -> Result<(), Invalid> {
        let known = || self.item_amount.is_some() || self.item_price.is_some();
        let text = "must be sent unless itemPrice is";
        rules.ensure(Rule::AmountOrPrice, known, "itemAmount", text)?;
        let priced = || self.item_price.is_some();
        let text = "must be sent where receipts are made";
        rules.ensure(Rule::PriceForReceipt, priced, "itemPrice", text)?;
        let equal = || match (self.item_amount, self.item_price) {
            (Some(amount), Some(price)) => times(price, self.quantity.value) == Some(amount),
            _ => true,
        };
        rules.ensure(Rule::ItemAmount, equal, "itemAmount", "must equal itemPrice times quantity")
    }

    fn check_mark(&self, rules: Rules) -> Result<(), Invalid> {
        let Some(attributes) = &self.item_attributes else { return Ok(()) };
        let marked = attributes.mark_quantity.is_some() && attributes.nomenclature.is_some();
        let pieces = || !marked || self.quantity.measure == Measure::Piece;
        let text = "must be 0 with nomenclature and markQuantity";
        rules.ensure(Rule::MarkedMeasure, pieces, "quantity.measure", text)
    }
}

/// Price times quantity, if that is a whole number of minor units.
fn times(price: Minor, quantity: Decimal) -> Option<Minor> {
    let mantissa = u128::try_from(quantity.mantissa()).ok()?;
    let unit = 10_u128.checked_pow(quantity.scale())?;
    let product = u128::from(price.get()).checked_mul(mantissa)?;
    let whole = product.is_multiple_of(unit).then(|| product / unit)?;
    u64::try_from(whole).ok().map(Minor::new)
}

/// How much of a position, and in which unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quantity {
    /// The number: at most 18 digits, three of them decimals. Always 1 in fiscal data format 1.2.
    #[serde(serialize_with = "decimal", deserialize_with = "parsed")]
    pub value: Decimal,
    /// The unit, 1 to 20 characters.
    pub measure: Measure,
}

impl Quantity {
    /// Takes number and unit.
    pub fn new(value: impl Into<Decimal>, measure: Measure) -> Self {
        Self { value: value.into(), measure }
    }

    /// So many pieces.
    pub fn pieces(count: u32) -> Self {
        Self::new(count, Measure::Piece)
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        let value = self.value.normalize();
        let digits = value.mantissa().unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
        limit::ensure(digits <= 18, "value", || "must have at most 18 digits".into())?;
        limit::chars("measure", self.measure.as_str(), 1, 20)?;
        let small = || !value.is_sign_negative() && !value.is_zero() && value.scale() <= 3;
        let text = "must be more than zero with at most three decimals";
        rules.ensure(Rule::QuantityValue, small, "value", text)?;
        rules.ensure(Rule::QuantityOne, || value == Decimal::ONE, "value", "must be 1")?;
        let text = "must be a listed code";
        rules.ensure(Rule::MeasureCode, || self.measure.is_known(), "measure", text)
    }
}

/// Writes a decimal as a JSON number: a point, no exponent, no zeros behind.
fn decimal<S: Serializer>(value: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    let value = value.normalize();
    match u64::try_from(value.mantissa()) {
        Ok(whole) if value.scale() == 0 => to.serialize_u64(whole),
        _ => RawValue::from_string(value.to_string()).map_err(S::Error::custom)?.serialize(to),
    }
}

/// A name with its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pair {
    /// The name, 1 to 255 characters.
    #[serde(default, deserialize_with = "parsed")]
    pub name: String,
    /// The value.
    #[serde(default, deserialize_with = "parsed")]
    pub value: String,
}

impl Pair {
    /// Takes name and value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// Further details of a position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ItemDetails {
    /// Pairs; a name has at most 255 characters, a value at most 2000.
    ///
    /// The document prints one object and shows no sample; a sibling document sends an array.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "blocks")]
    pub item_details_params: Vec<Pair>,
}

impl ItemDetails {
    /// Takes the pairs.
    pub fn new(params: impl Into<Vec<Pair>>) -> Self {
        Self { item_details_params: params.into() }
    }

    fn check(&self) -> Result<(), Invalid> {
        for (place, pair) in self.item_details_params.iter().enumerate() {
            limit::chars("name", &pair.name, 1, 255)
                .and_then(|()| limit::chars("value", &pair.value, 1, 2000))
                .map_err(|wrong| wrong.under(&format!("itemDetailsParams[{place}]")))?;
        }
        Ok(())
    }
}

/// VAT of a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Tax {
    /// The rate.
    #[serde(serialize_with = "write::number")]
    pub tax_type: TaxType,
    /// The sum in minor units as the merchant reckons it, at most 18 digits.
    #[serde(default = "nothing", deserialize_with = "parsed")]
    pub tax_sum: Minor,
}

/// What an answer without a tax sum says.
fn nothing() -> Minor {
    Minor::ZERO
}

impl Tax {
    /// Takes rate and sum.
    pub fn new(tax_type: TaxType, tax_sum: Minor) -> Self {
        Self { tax_type, tax_sum }
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        limit::digits("taxSum", self.tax_sum, 18)?;
        let text = "must be a listed code";
        rules.ensure(Rule::TaxCode, || self.tax_type.is_known(), "taxType", text)
    }
}
