//! Stored cards as the lists of a customer's cards give them.

use serde::Deserialize;

use super::{BindingCategory, PaymentSystem, PaymentWay};
use crate::{
    answer::Coded,
    card::Expiry,
    id::{BindingId, ClientId},
    wire::{blocks, opt_from, opt_parsed, opt_text},
};

/// Stored cards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct BindingList {
    /// `0`.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The credentials.
    #[serde(deserialize_with = "blocks")]
    pub bindings: Vec<Binding>,
}

impl Coded for BindingList {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

/// One stored card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Binding {
    /// The credential, by which orders are paid.
    #[serde(deserialize_with = "opt_from")]
    pub binding_id: Option<BindingId>,
    /// First six and last four digits.
    #[serde(deserialize_with = "opt_text")]
    pub masked_pan: Option<String>,
    /// `YYYYMM`, see [`expiry`](Self::expiry).
    #[serde(deserialize_with = "opt_text")]
    pub expiry_date: Option<String>,
    /// The merchant's own number of the customer.
    #[serde(deserialize_with = "opt_from")]
    pub client_id: Option<ClientId>,
    /// How it is paid by; the list by card leaves it and all that follows out.
    #[serde(deserialize_with = "opt_parsed")]
    pub payment_way: Option<PaymentWay>,
    /// Payment system; `CARD` in the sample.
    #[serde(deserialize_with = "opt_parsed")]
    pub payment_system: Option<PaymentSystem>,
    /// Last four digits by the table, after crosses in the sample.
    #[serde(deserialize_with = "opt_text")]
    pub display_label: Option<String>,
    /// What the credential is for.
    #[serde(deserialize_with = "opt_parsed")]
    pub binding_category: Option<BindingCategory>,
}

impl Binding {
    /// The last month of validity, where it can be read.
    pub fn expiry(&self) -> Option<Expiry> {
        Expiry::from_yyyymm(self.expiry_date.as_deref()?).ok()
    }
}
