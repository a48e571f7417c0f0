//! Agent and supplier of one position.

use serde::{Deserialize, Serialize};

use super::{
    agent::opt_inn,
    attributes::{phones, read, text},
    plus_phones,
};
use crate::{
    Invalid, Minor, limit,
    order::{AgentType, Personal, Rule, Rules, write},
    wire::{one_or_many, opt_parsed},
};

/// Agent for a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub(super) fn unknown() -> Self {
        Self::new(AgentType::from(""))
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn take(&mut self, field: &str, value: &str) -> Result<(), serde_json::Error> {
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

    pub(super) fn check(&self, rules: Rules) -> Result<(), Invalid> {
        let kind = || !self.kind.as_str().is_empty();
        rules.ensure(Rule::AgentKind, kind, "type", "must be sent with agent_info")?;
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Paying {
    /// Operation of the agent, 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub operation: Option<String>,
    /// Phones as `+` and digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub phones: Vec<String>,
}

impl Paying {
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
}

/// The operator who accepts payments for a position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentsOperator {
    /// Phones as `+` and digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub phones: Vec<String>,
}

impl PaymentsOperator {
    /// Takes the phones.
    pub fn new(phones: impl Into<Vec<String>>) -> Self {
        Self { phones: phones.into() }
    }
}

/// The transfer operator of a position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

impl MtOperator {
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
}

/// Supplier of a position. The fields from `document_id` on are known to registration and closing
/// receipts alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    pub(super) fn take(&mut self, field: &str, value: &str) -> Result<(), serde_json::Error> {
        match field {
            "phones" => self.phones = phones(value)?,
            "name" => self.name = Some(text(value)?),
            "inn" => self.inn = Some(text(value)?),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn check(&self, rules: Rules) -> Result<(), Invalid> {
        plus_phones("phones", &self.phones, rules)?;
        limit::opt_chars("name", &self.name, 1, 256)?;
        opt_inn("inn", self.inn.as_deref(), rules)
    }
}
