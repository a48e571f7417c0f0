//! What a receipt says about a position: `{"attributes": [{"name": .., "value": ..}, ..]}`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeSeq};
use serde_json::value::RawValue;

use super::{
    Pair,
    party::{AgentInfo, SupplierInfo},
};
use crate::{
    Invalid, Minor, limit,
    order::{PaymentMethod, PaymentObject, Rule, Rules},
    wire::{Text, one_or_many, parsed},
};

/// What a receipt says about a position.
///
/// Attributes that are not set come from the merchant's settings, then from defaults: full
/// prepayment and goods (G-074). Plain values stand as text; `markQuantity`, `agent_info` and
/// `supplier_info` as the objects that the tables print. A bank that wants dotted names instead
/// (`agent_info.type`) gets them through `other`; answers are read in both forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemAttributes {
    /// Method of settlement.
    pub payment_method: Option<PaymentMethod>,
    /// What the position is.
    pub payment_object: Option<PaymentObject>,
    /// Product code: hexadecimal bytes with blanks between, at most 32 bytes.
    pub nomenclature: Option<String>,
    /// Fraction of marked goods; needs `nomenclature`.
    pub mark_quantity: Option<MarkQuantity>,
    /// Further property, 1 to 64 characters; only after approval by the tax service (G-076).
    pub user_data: Option<String>,
    /// Agent for this position.
    pub agent_info: Option<AgentInfo>,
    /// Supplier of this position.
    pub supplier_info: Option<SupplierInfo>,
    /// Any other attribute.
    pub other: Vec<Pair>,
}

impl ItemAttributes {
    /// Takes method of settlement and object.
    pub fn new(payment_method: PaymentMethod, payment_object: PaymentObject) -> Self {
        Self {
            payment_method: Some(payment_method),
            payment_object: Some(payment_object),
            ..Self::default()
        }
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn check(&self, rules: Rules) -> Result<(), Invalid> {
        let method = self.payment_method.as_ref().map(PaymentMethod::as_str);
        limit::opt_chars("paymentMethod", &method, 1, 2)?;
        limit::opt_chars("nomenclature", &self.nomenclature, 1, 95)?;
        limit::opt_chars("userData", &self.user_data, 1, 64)?;
        let text = "must be sent";
        let some = || self.payment_method.is_some();
        rules.ensure(Rule::MethodAndObject, some, "paymentMethod", text)?;
        let some = || self.payment_object.is_some();
        rules.ensure(Rule::MethodAndObject, some, "paymentObject", text)?;
        self.check_lists(rules)?;
        let code = || self.nomenclature.as_deref().is_none_or(is_code);
        let text = "must be at most 32 hexadecimal bytes with blanks between";
        rules.ensure(Rule::NomenclatureForm, code, "nomenclature", text)?;
        let coded = || self.mark_quantity.is_none() || self.nomenclature.is_some();
        rules.ensure(Rule::MarkedCode, coded, "nomenclature", "must be sent with markQuantity")?;
        if let Some(mark) = &self.mark_quantity {
            mark.check(rules).map_err(|wrong| wrong.under("markQuantity"))?;
        }
        if let Some(agent) = &self.agent_info {
            agent.check(rules).map_err(|wrong| wrong.under("agent_info"))?;
        }
        if let Some(supplier) = &self.supplier_info {
            supplier.check(rules).map_err(|wrong| wrong.under("supplier_info"))?;
        }
        for (place, pair) in self.other.iter().enumerate() {
            limit::chars("name", &pair.name, 1, 255)
                .map_err(|wrong| wrong.at(format!("{}[{place}].name", "other")))?;
        }
        Ok(())
    }
}

impl ItemAttributes {
    fn check_lists(&self, rules: Rules) -> Result<(), Invalid> {
        let known = || self.payment_method.as_ref().is_none_or(PaymentMethod::is_known);
        let text = "must be a listed code";
        rules.ensure(Rule::PaymentMethodCode, known, "paymentMethod", text)?;
        let known = || self.payment_object.as_ref().is_none_or(PaymentObject::is_known);
        let text = "must be a value of fiscal data format 1.05 or 1.2";
        rules.ensure(Rule::ObjectsOfFormat12, known, "paymentObject", text)?;
        let known = || self.payment_object.as_ref().is_none_or(in_format_105);
        let text = "must be a value of fiscal data format 1.05";
        rules.ensure(Rule::ObjectsOfFormat105, known, "paymentObject", text)
    }
}

/// Whether fiscal data format 1.05 knows the value: 1 to 18.
fn in_format_105(object: &PaymentObject) -> bool {
    object.as_str().parse::<u8>().is_ok_and(|code| (1..=18).contains(&code))
}

/// Whether a text is at most 32 bytes in hexadecimal with single blanks between.
fn is_code(text: &str) -> bool {
    let byte = |part: &str| part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_hexdigit());
    text.split(' ').all(byte) && text.len() <= 95
}

#[derive(Serialize)]
struct Attributes<'a> {
    attributes: List<'a>,
}

struct List<'a>(&'a ItemAttributes);

#[derive(Serialize)]
struct Attribute<'a, T> {
    name: &'a str,
    value: T,
}

impl Serialize for ItemAttributes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Attributes { attributes: List(self) }.serialize(to)
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        put(&mut list, "paymentMethod", self.0.payment_method.as_ref())?;
        put(&mut list, "paymentObject", self.0.payment_object.as_ref())?;
        put(&mut list, "nomenclature", self.0.nomenclature.as_ref())?;
        put(&mut list, "markQuantity", self.0.mark_quantity.as_ref())?;
        put(&mut list, "userData", self.0.user_data.as_ref())?;
        put(&mut list, "agent_info", self.0.agent_info.as_ref())?;
        put(&mut list, "supplier_info", self.0.supplier_info.as_ref())?;
        for pair in &self.0.other {
            list.serialize_element(pair)?;
        }
        list.end()
    }
}

fn put<L: SerializeSeq, T: Serialize>(
    list: &mut L,
    name: &str,
    value: Option<T>,
) -> Result<(), L::Error> {
    value.map_or(Ok(()), |value| list.serialize_element(&Attribute { name, value }))
}

#[derive(Deserialize)]
struct Read<'a> {
    #[serde(borrow, default, deserialize_with = "one_or_many")]
    attributes: Vec<ReadAttribute<'a>>,
}

#[derive(Deserialize)]
struct ReadAttribute<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

impl<'de> Deserialize<'de> for ItemAttributes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(from)?;
        let mut attributes = Self::default();
        for attribute in read.attributes {
            let Some(value) = attribute.value else { continue };
            attributes.take(attribute.name.as_str(), value.get()).map_err(D::Error::custom)?;
        }
        Ok(attributes)
    }
}

impl ItemAttributes {
    /// Takes one attribute of an answer, whose value is JSON.
    fn take(&mut self, name: &str, value: &str) -> Result<(), serde_json::Error> {
        match name {
            "paymentMethod" => self.payment_method = Some(read(value)?),
            "paymentObject" => self.payment_object = Some(read(value)?),
            "nomenclature" => self.nomenclature = Some(text(value)?),
            "markQuantity" => self.mark_quantity = Some(object(value)?),
            "userData" => self.user_data = Some(text(value)?),
            "agent_info" => self.agent_info = Some(object(value)?),
            "supplier_info" => self.supplier_info = Some(object(value)?),
            _ => match name.split_once('.') {
                Some(("agent_info", field)) => {
                    let agent = self.agent_info.get_or_insert_with(AgentInfo::unknown);
                    agent.take(field, value)?;
                }
                Some(("supplier_info", field)) => {
                    self.supplier_info.get_or_insert_default().take(field, value)?;
                }
                _ => self.other.push(Pair::new(name, text(value)?)),
            },
        }
        Ok(())
    }
}

/// Reads a JSON value.
pub(super) fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, serde_json::Error> {
    serde_json::from_str(json)
}

/// Reads a JSON scalar as its text; of an object or an array it keeps the JSON.
pub(super) fn text(json: &str) -> Result<String, serde_json::Error> {
    match json.as_bytes().first() {
        Some(b'{' | b'[') => Ok(json.to_owned()),
        Some(b'n') => Ok(String::new()),
        _ => read::<Text<'_>>(json).map(Text::into_string),
    }
}

/// Reads an object, or an object that stands as text.
fn object<T: for<'a> Deserialize<'a>>(json: &str) -> Result<T, serde_json::Error> {
    if json.starts_with('"') { read(&text(json)?) } else { read(json) }
}

/// Reads phones: an array, or one text with commas.
pub(super) fn phones(json: &str) -> Result<Vec<String>, serde_json::Error> {
    if json.starts_with('[') {
        return read(json);
    }
    Ok(text(json)?.split(',').map(|phone| phone.trim().to_owned()).collect())
}

/// Fraction of marked goods that is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MarkQuantity {
    /// Numerator, at most 12 digits.
    #[serde(deserialize_with = "parsed")]
    pub numerator: u64,
    /// Denominator, at most 12 digits.
    #[serde(deserialize_with = "parsed")]
    pub denominator: u64,
}

impl MarkQuantity {
    /// Takes numerator and denominator.
    pub fn new(numerator: u64, denominator: u64) -> Self {
        Self { numerator, denominator }
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        limit::digits("numerator", Minor::new(self.numerator), 12)?;
        limit::digits("denominator", Minor::new(self.denominator), 12)?;
        let proper = || self.numerator > 0 && self.numerator < self.denominator;
        let text = "must be more than zero and less than the denominator";
        rules.ensure(Rule::MarkedFraction, proper, "numerator", text)
    }
}
