//! What the bank answers to a recurrent payment and to an instalment.

use std::ops::Deref;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use super::{Personal, report::OrderReport};
use crate::{
    Error, Minor,
    answer::Coded,
    id::OrderId,
    wire::{blocks, opt_from, opt_parsed, opt_text, parsed},
};

/// The report that comes along with a payment by a stored credential: that of a status call, and
/// the operations. It says whether the payment went through: [`is_paid`](OrderReport::is_paid),
/// [`is_declined`](OrderReport::is_declined).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ChargedOrder {
    /// The report.
    pub report: OrderReport,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// One operation of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Operation {
    /// How much, in minor units.
    #[serde(deserialize_with = "opt_parsed")]
    pub amount: Option<Minor>,
    /// The name on the card.
    #[serde(deserialize_with = "opt_from")]
    pub card_holder: Option<Personal>,
    /// Described as always 2 and not used (G-192); six digits in the samples.
    #[serde(deserialize_with = "opt_text")]
    pub auth_code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Operations {
    #[serde(deserialize_with = "blocks")]
    operations: Vec<Operation>,
}

impl Deref for ChargedOrder {
    type Target = OrderReport;

    fn deref(&self) -> &OrderReport {
        &self.report
    }
}

/// Status and amounts must be readable; operations, which only inform, are left out if they are not.
impl<'de> Deserialize<'de> for ChargedOrder {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(from)?.get();
        let report = OrderReport::from_json(raw.as_bytes()).map_err(D::Error::custom)?;
        let operations = serde_json::from_str::<Operations>(raw).unwrap_or_default().operations;
        Ok(Self { report, operations })
    }
}

/// A recurrent payment that the bank processed, which does not say that it is paid (G-189): ask
/// [`is_paid`](Self::is_paid), or for the order's status.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecurrentAnswer {
    /// Whether the call was processed.
    #[serde(deserialize_with = "parsed")]
    pub success: bool,
    /// The order, on success.
    #[serde(default)]
    pub data: Option<RecurrentData>,
    /// Comes with failures. Those that are refusals are errors of the call; [`RecurrentError::of`]
    /// reads this block from such an error.
    #[serde(default)]
    pub error: Option<RecurrentError>,
    /// The order's report, which only the sample has (G-190).
    #[serde(default)]
    pub order_status: Option<ChargedOrder>,
}

/// The order of a recurrent payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecurrentData {
    /// The gateway's id of the order.
    pub order_id: OrderId,
}

/// Why a recurrent payment failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RecurrentError {
    /// The code; 10 is a number that is taken.
    #[serde(deserialize_with = "opt_text")]
    pub code: Option<String>,
    /// For technicians; must not be shown to the payer.
    #[serde(deserialize_with = "opt_text")]
    pub description: Option<String>,
    /// For the payer; its wording varies, never compare it.
    #[serde(deserialize_with = "opt_text")]
    pub message: Option<String>,
}

impl RecurrentAnswer {
    /// The gateway's id of the order.
    pub fn order_id(&self) -> Option<OrderId> {
        let reported = || self.order_status.as_ref().and_then(|order| order.order_id());
        self.data.as_ref().map(|data| data.order_id.clone()).or_else(reported)
    }

    /// Whether the report that came along shows the order as paid. Without a report it does not:
    /// ask for the status.
    pub fn is_paid(&self) -> bool {
        self.order_status.as_ref().is_some_and(|order| order.is_paid())
    }
}

impl RecurrentError {
    /// The block of a refused recurrent payment, which says more than the error itself.
    pub fn of(error: &Error) -> Option<Self> {
        #[derive(Deserialize)]
        struct Refused {
            error: RecurrentError,
        }
        let body: &Bytes = error.raw()?.body();
        serde_json::from_slice::<Refused>(body).ok().map(|refused| refused.error)
    }
}

impl Coded for RecurrentAnswer {
    fn error_code(&self) -> Option<&str> {
        self.error.as_ref()?.code.as_deref()
    }

    fn success(&self) -> Option<bool> {
        Some(self.success)
    }
}

/// An instalment that the bank processed, which does not say that it is paid: ask
/// [`is_paid`](Self::is_paid), or for the order's status.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct InstallmentAnswer {
    /// `0`.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The gateway's id of the order.
    #[serde(deserialize_with = "opt_from")]
    pub order_id: Option<OrderId>,
    /// The order's report; comes if all parameters were accepted (G-192).
    pub order_status: Option<ChargedOrder>,
    /// Whether it failed, which only the sample has.
    #[serde(deserialize_with = "opt_parsed")]
    pub error: Option<bool>,
}

impl InstallmentAnswer {
    /// Whether the report that came along shows the order as paid. Without a report it does not:
    /// ask for the status.
    pub fn is_paid(&self) -> bool {
        self.order_status.as_ref().is_some_and(|order| order.is_paid())
    }
}

impl Coded for InstallmentAnswer {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }

    /// A failure by its mark alone, whatever the code.
    fn success(&self) -> Option<bool> {
        (self.error == Some(true)).then_some(false)
    }
}
