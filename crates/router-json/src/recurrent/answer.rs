//! What the router answers to a recurrent payment and to an instalment.

use payments_core::{
    id::OrderId,
    order::charged::{ChargedOrder, RecurrentError},
    wire::{opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;

use crate::lenient;

/// A payment by a stored credential that was processed, which does not say that it is paid: ask
/// [`is_paid`](Self::is_paid), or for the order's status.
///
/// One type for the envelope of recurrent payments and the flat answer of instalments: which of the
/// two the router gives is not documented.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Charged {
    /// `0`, or nothing.
    pub error_code: Option<String>,
    /// A text, for people.
    pub error_message: Option<String>,
    /// Whether the call was processed, where the answer says so.
    pub success: Option<bool>,
    /// The router's id of the order.
    pub order_id: Option<OrderId>,
    /// The order's report, if one came along.
    pub order_status: Option<ChargedOrder>,
    /// What failed, where that is told beside a call that went through.
    pub error: Option<RecurrentError>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Flat {
    #[serde(deserialize_with = "opt_text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    error_message: Option<String>,
    #[serde(deserialize_with = "opt_parsed")]
    success: Option<bool>,
    #[serde(deserialize_with = "opt_from")]
    order_id: Option<OrderId>,
    order_status: Option<ChargedOrder>,
    #[serde(deserialize_with = "lenient::block")]
    error: Option<RecurrentError>,
    #[serde(deserialize_with = "lenient::block")]
    data: Option<Data>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    #[serde(deserialize_with = "opt_from")]
    order_id: Option<OrderId>,
    order_status: Option<ChargedOrder>,
}

impl Charged {
    /// Reads an answer, enveloped or flat.
    pub(super) fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let flat: Flat = serde_json::from_slice(json)?;
        let data = flat.data.unwrap_or_default();
        Ok(Self {
            error_code: flat.error_code,
            error_message: flat.error_message,
            success: flat.success,
            order_id: flat.order_id.or(data.order_id),
            order_status: flat.order_status.or(data.order_status),
            error: flat.error,
        })
    }

    /// Whether the report that came along shows the order as paid. Without a report it does not:
    /// ask for the status.
    pub fn is_paid(&self) -> bool {
        self.order_status.as_ref().is_some_and(|order| order.is_paid())
    }
}
