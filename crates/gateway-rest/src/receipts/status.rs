//! `POST rest/getReceiptStatus.do`: what became of an order's receipts.
//!
//! documents/003, "Getting information about a receipt"; rules G-011, G-129 to G-132, G-220 to
//! G-225.

mod receipt;

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{OrderId, OrderNumber, ReceiptId},
    wire::{blocks, opt_from, opt_text},
};
use serde::Deserialize;

pub use receipt::{Ofd, OfdReceiptParams, OfdReceiptStatus, Receipt, ReceiptTime, ReceiptTotal};

use super::{ReceiptOrder, SeenReceipts};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    order::language::{self, Language},
    resolve::{Call, Trail},
};

/// Asks for receipts: all of an order, or a single one by its own identifier.
///
/// With an order and a receipt named, the bank answers all receipts of the order (documents/003,
/// information about a receipt).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReceiptStatus {
    /// The gateway's id of the order.
    pub order_id: Option<OrderId>,
    /// The merchant's number of the order.
    pub order_number: Option<OrderNumber>,
    /// The receipt, at the fiscaliser.
    pub receipt: Option<ReceiptId>,
    /// Language of the answer's text.
    pub language: Option<Language>,
}

impl ReceiptStatus {
    const NOTHING: Self =
        Self { order_id: None, order_number: None, receipt: None, language: None };

    /// Asks for all receipts of an order by the gateway's id.
    pub fn of_order(order_id: OrderId) -> Self {
        Self { order_id: Some(order_id), ..Self::NOTHING }
    }

    /// Asks for all receipts of an order by the merchant's number.
    pub fn of_number(order_number: OrderNumber) -> Self {
        Self { order_number: Some(order_number), ..Self::NOTHING }
    }

    /// Asks for one receipt.
    pub fn of_receipt(receipt: ReceiptId) -> Self {
        Self { receipt: Some(receipt), ..Self::NOTHING }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self) -> Result<(), Invalid> {
        if self.order_id.is_none() && self.order_number.is_none() && self.receipt.is_none() {
            return Err(Invalid::new("orderId", "must be set where orderNumber and uuid are not"));
        }
        language::check(self.language.as_ref())
    }
}

impl From<&ReceiptOrder> for ReceiptStatus {
    fn from(order: &ReceiptOrder) -> Self {
        match order {
            ReceiptOrder::Id(id) => Self::of_order(id.clone()),
            ReceiptOrder::Number(number) => Self::of_number(number.clone()),
        }
    }
}

impl Endpoint for ReceiptStatus {
    const NAME: &'static str = "gateway.getReceiptStatus";
    type Context<'a> = Context<'a>;
    type Response = ReceiptReport;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.opt("orderId", self.order_id.as_ref().map(OrderId::as_str));
        form.opt("orderNumber", self.order_number.as_ref().map(OrderNumber::as_str));
        form.opt("uuid", self.receipt.as_ref().map(ReceiptId::as_str));
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("getReceiptStatus.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<ReceiptReport, Error> {
        fault::read(answer, fault::ASKING)
    }
}

impl Call for ReceiptStatus {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The receipts that the bank knows. Which fields come depends on the version of the answer that
/// is set for the merchant, 1 to 5 and later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReceiptReport {
    /// `0`, or nothing.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The merchant's number of the order.
    #[serde(deserialize_with = "opt_from")]
    pub order_number: Option<OrderNumber>,
    /// The gateway's id of the order.
    #[serde(deserialize_with = "opt_from")]
    pub order_id: Option<OrderId>,
    /// The receipts; one alone may come without its array.
    #[serde(rename = "receipt", deserialize_with = "blocks")]
    pub receipts: Vec<Receipt>,
}

impl ReceiptReport {
    /// What a later [closing receipt](super::CloseOfdReceipt) is resolved by.
    pub fn seen(&self) -> SeenReceipts {
        SeenReceipts::new(self.receipts.iter().filter_map(|receipt| receipt.uuid.clone()))
    }
}

impl Coded for ReceiptReport {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

#[cfg(test)]
mod tests;
