//! An agent for the whole cart.

use serde::{Deserialize, Serialize};

use super::plus_phones;
use crate::{
    Invalid, limit,
    order::{
        AgentType, Rule, Rules,
        write::{self, Digits},
    },
    wire::{one_or_many, opt_parsed},
};

/// An agent for the whole cart (documents/003, `orderBundle.agent`).
///
/// Phones are `+` and digits, at most 19 characters each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Agent {
    /// Kind of agent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write::opt_number",
        deserialize_with = "opt_parsed"
    )]
    pub agent_type: Option<AgentType>,
    /// Operation of the paying agent, 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub paying_operation: Option<String>,
    /// Phones of the paying agent.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub paying_phones: Vec<String>,
    /// Phones of the operator who accepts payments.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub payments_operator_phones: Vec<String>,
    /// Phones of the transfer operator.
    #[serde(
        default,
        rename = "MTOperatorPhones",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_many"
    )]
    pub mt_operator_phones: Vec<String>,
    /// Name of the transfer operator, 1 to 64 characters.
    #[serde(
        default,
        rename = "MTOperatorName",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "opt_parsed"
    )]
    pub mt_operator_name: Option<String>,
    /// Address of the transfer operator, 1 to 256 characters.
    #[serde(
        default,
        rename = "MTOperatorAddress",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "opt_parsed"
    )]
    pub mt_operator_address: Option<String>,
    /// Taxpayer number of the transfer operator, 10 or 12 digits.
    #[serde(
        default,
        rename = "MTOperatorInn",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "opt_parsed"
    )]
    pub mt_operator_inn: Option<String>,
}

impl Digits for AgentType {
    fn digits(&self) -> &str {
        self.as_str()
    }
}

impl Agent {
    /// Takes the kind of agent.
    pub fn new(agent_type: AgentType) -> Self {
        Self { agent_type: Some(agent_type), ..Self::default() }
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
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
        let kind = self.agent_type.as_ref().map(AgentType::as_str);
        limit::opt_chars("agentType", &kind, 1, 2)?;
        limit::opt_chars("payingOperation", &self.paying_operation, 1, 24)?;
        plus_phones("payingPhones", &self.paying_phones, rules)?;
        plus_phones("paymentsOperatorPhones", &self.payments_operator_phones, rules)?;
        plus_phones("MTOperatorPhones", &self.mt_operator_phones, rules)?;
        limit::opt_chars("MTOperatorName", &self.mt_operator_name, 1, 64)?;
        limit::opt_chars("MTOperatorAddress", &self.mt_operator_address, 1, 256)?;
        opt_inn("MTOperatorInn", self.mt_operator_inn.as_deref(), rules)
    }
}

/// Checks a taxpayer number, if it is there.
pub(super) fn opt_inn(field: &'static str, inn: Option<&str>, rules: Rules) -> Result<(), Invalid> {
    let text = "must be 10 or 12 digits";
    rules.ensure(Rule::Inn, || inn.is_none_or(limit::is_inn), field, text)
}
