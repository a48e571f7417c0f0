//! What a receipt says about a position: `{"attributes": [{"name": .., "value": ..}, ..]}`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeSeq};
use serde_json::value::RawValue;

use super::{Pair, agent::opt_inn, plus_phones};
use crate::{
    Invalid, Minor, limit,
    order::{AgentType, PaymentMethod, PaymentObject, Personal, Rule, Rules, write},
    wire::{Text, one_or_many, opt_parsed, parsed},
};

/// What a receipt says about a position.
///
/// Attributes that are not set come from the merchant's settings, then from defaults: full
/// prepayment and goods (G-074). Plain values stand as text; `markQuantity`, `agent_info` and
/// `supplier_info` as the objects that the tables print. A bank that wants dotted names instead
/// (`agent_info.type`) gets them through `other`; answers are read in both forms.
#[derive(Clone, Debug, Default)]
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
        let known = || self.payment_object.as_ref().is_none_or(in_format_105);
        let text = "must be a value of fiscal data format 1.05";
        rules.ensure(Rule::ObjectsOfFormat105, known, "paymentObject", text)?;
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
fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, serde_json::Error> {
    serde_json::from_str(json)
}

/// Reads a JSON scalar as its text; of an object or an array it keeps the JSON.
fn text(json: &str) -> Result<String, serde_json::Error> {
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
fn phones(json: &str) -> Result<Vec<String>, serde_json::Error> {
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

/// Agent for a position.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentInfo {
    /// Kind of agent; mandatory as soon as there is an agent (G-077).
    #[serde(rename = "type", serialize_with = "write::number")]
    pub kind: AgentType,
    /// The paying agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paying: Option<Paying>,
    /// The operator who accepts payments.
    #[serde(default, rename = "paymentsOperator", skip_serializing_if = "Option::is_none")]
    pub payments_operator: Option<PaymentsOperator>,
    /// The transfer operator.
    #[serde(default, rename = "MTOperator", skip_serializing_if = "Option::is_none")]
    pub mt_operator: Option<MtOperator>,
}

impl AgentInfo {
    /// Takes the kind of agent.
    pub fn new(kind: AgentType) -> Self {
        Self { kind, paying: None, payments_operator: None, mt_operator: None }
    }

    /// An agent of an answer whose kind did not come yet.
    fn unknown() -> Self {
        Self::new(AgentType::from(""))
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn take(&mut self, field: &str, value: &str) -> Result<(), serde_json::Error> {
        match field {
            "type" => self.kind = read(value)?,
            "paying.operation" => {
                self.paying.get_or_insert_default().operation = Some(text(value)?);
            }
            "paying.phones" => self.paying.get_or_insert_default().phones = phones(value)?,
            "paymentsOperator.phones" => {
                self.payments_operator.get_or_insert_default().phones = phones(value)?;
            }
            "MTOperator.phones" => {
                self.mt_operator.get_or_insert_default().phones = phones(value)?;
            }
            "MTOperator.name" => {
                self.mt_operator.get_or_insert_default().name = Some(text(value)?);
            }
            "MTOperator.address" => {
                self.mt_operator.get_or_insert_default().address = Some(text(value)?);
            }
            "MTOperator.inn" => self.mt_operator.get_or_insert_default().inn = Some(text(value)?),
            _ => {}
        }
        Ok(())
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        let missing = self.kind.as_str().is_empty();
        limit::ensure(!missing, "type", || "must be sent with agent_info".into())?;
        if let Some(paying) = &self.paying {
            limit::opt_chars("paying.operation", &paying.operation, 1, 24)?;
            plus_phones("paying.phones", &paying.phones, rules)?;
        }
        if let Some(operator) = &self.payments_operator {
            plus_phones("paymentsOperator.phones", &operator.phones, rules)?;
        }
        if let Some(operator) = &self.mt_operator {
            plus_phones("MTOperator.phones", &operator.phones, rules)?;
            limit::opt_chars("MTOperator.name", &operator.name, 1, 256)?;
            limit::opt_chars("MTOperator.address", &operator.address, 1, 256)?;
            opt_inn("MTOperator.inn", operator.inn.as_deref(), rules)?;
        }
        Ok(())
    }
}

/// The paying agent of a position.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Paying {
    /// Operation of the agent, 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub operation: Option<String>,
    /// Phones as `+` and digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub phones: Vec<String>,
}

/// The operator who accepts payments for a position.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentsOperator {
    /// Phones as `+` and digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub phones: Vec<String>,
}

/// The transfer operator of a position.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MtOperator {
    /// Phones as `+` and digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub phones: Vec<String>,
    /// Name, 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub name: Option<String>,
    /// Address, 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub address: Option<String>,
    /// Taxpayer number, 10 or 12 digits.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub inn: Option<String>,
}

/// Supplier of a position. The fields from `document_id` on are known to registration and closing
/// receipts alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SupplierInfo {
    /// Phones as `+` and digits.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub phones: Vec<String>,
    /// Name, 1 to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub name: Option<String>,
    /// Taxpayer number, 10 or 12 digits; stands in JSON as text, since it may begin with zero.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub inn: Option<String>,
    /// The supplier's own number of the payment document.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub document_id: Option<String>,
    /// Full name of the payer.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub payer_name: Option<Personal>,
    /// Personal account of the payer at the supplier's.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub payer_ls: Option<Personal>,
    /// The supplier's single personal account.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub ls: Option<String>,
    /// BIC of the supplier's bank.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub bank_bic: Option<String>,
    /// Name of the supplier's bank.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub bank_name: Option<String>,
    /// The supplier's tax registration reason code.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub kpp: Option<String>,
    /// The supplier's bank account.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub rs: Option<String>,
    /// Fee on the supplier's side in minor units.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "write::opt_quoted",
        deserialize_with = "opt_parsed"
    )]
    pub commission: Option<Minor>,
}

impl SupplierInfo {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn take(&mut self, field: &str, value: &str) -> Result<(), serde_json::Error> {
        match field {
            "phones" => self.phones = phones(value)?,
            "name" => self.name = Some(text(value)?),
            "inn" => self.inn = Some(text(value)?),
            _ => {}
        }
        Ok(())
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        plus_phones("phones", &self.phones, rules)?;
        limit::opt_chars("name", &self.name, 1, 256)?;
        opt_inn("inn", self.inn.as_deref(), rules)
    }
}
