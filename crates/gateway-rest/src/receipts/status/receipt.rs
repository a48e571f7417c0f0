//! One receipt of a report.

use std::{convert::Infallible, str::FromStr};

use payments_core::{
    Minor,
    id::ReceiptId,
    order::{Decimal, ReceiptStatus as Status},
    time::{LocalDateTime, UnixMillis},
    wire::{blocks, opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;
use time::{PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::order::status::OfdItem;

/// One receipt. Numbers of the fiscal drive are there once the receipt was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Receipt {
    /// How far it has come.
    #[serde(rename = "receiptStatus", deserialize_with = "opt_parsed")]
    pub status: Option<Status>,
    /// Whether it is a closing receipt, version 3 and later. The document types it as a number and
    /// lost the list; other banks on the platform print nothing and `close`. Kept as it came.
    #[serde(rename = "receiptType", deserialize_with = "opt_parsed")]
    pub kind: Option<String>,
    /// Identifier at the fiscaliser.
    #[serde(deserialize_with = "opt_from")]
    pub uuid: Option<ReceiptId>,
    /// Identifier at the operator of fiscal data, version 2 and later.
    #[serde(deserialize_with = "opt_parsed")]
    pub original_ofd_uuid: Option<String>,
    /// Number of the shift.
    #[serde(deserialize_with = "opt_parsed")]
    pub shift_number: Option<u64>,
    /// Number of the receipt in the shift.
    #[serde(deserialize_with = "opt_parsed")]
    pub fiscal_receipt_number: Option<u64>,
    /// When the fiscal drive made it, under the name of the table.
    #[serde(deserialize_with = "opt_parsed")]
    pub receipt_datetime: Option<ReceiptTime>,
    /// The same under the name of the sample.
    #[serde(deserialize_with = "opt_parsed")]
    pub receipt_date_time: Option<ReceiptTime>,
    /// Number of the fiscal drive.
    #[serde(deserialize_with = "opt_parsed")]
    pub fn_number: Option<String>,
    /// Registration number of the cash register.
    #[serde(deserialize_with = "opt_parsed")]
    pub ecr_registration_number: Option<String>,
    /// Number of the fiscal document.
    #[serde(deserialize_with = "opt_parsed")]
    pub fiscal_document_number: Option<u64>,
    /// Attribute of the fiscal document.
    #[serde(deserialize_with = "opt_parsed")]
    pub fiscal_document_attribute: Option<String>,
    /// Total of the receipt. The document does not say whether it counts major or minor units, and
    /// its sample can be read either way: show it, and reckon with the positions.
    #[serde(deserialize_with = "opt_parsed")]
    pub amount_total: Option<ReceiptTotal>,
    /// Serial number of the cash register.
    #[serde(deserialize_with = "opt_parsed")]
    pub serial_number: Option<String>,
    /// Address of the receipt; not every operator of fiscal data gives one.
    #[serde(deserialize_with = "opt_parsed")]
    pub ofd_receipt_url: Option<String>,
    /// The operator of fiscal data.
    #[serde(rename = "OFD")]
    pub ofd: Option<Ofd>,
    /// Parameters of the receipt, version 4 and later.
    #[serde(rename = "ofdReceiptParams")]
    pub params: Option<OfdReceiptParams>,
    /// The cart that is left after refunds, version 5 and later.
    #[serde(rename = "ofdOrderBundle", deserialize_with = "blocks")]
    pub items: Vec<OfdItem>,
}

impl Receipt {
    /// When the fiscal drive made it, under whichever name it came.
    pub fn time(&self) -> Option<&ReceiptTime> {
        self.receipt_datetime.as_ref().or(self.receipt_date_time.as_ref())
    }

    /// Whether the operator of fiscal data has it.
    pub fn is_delivered(&self) -> bool {
        matches!(self.status, Some(Status::PaymentDelivered | Status::RefundDelivered))
    }

    /// Whether it could not be made.
    pub fn has_failed(&self) -> bool {
        matches!(self.status, Some(Status::PaymentError | Status::RefundError))
    }

    /// Whether it is the receipt of a refund.
    pub fn is_refund(&self) -> bool {
        let refund = [Status::RefundSent, Status::RefundDelivered, Status::RefundError];
        self.status.as_ref().is_some_and(|status| refund.contains(status))
    }

    /// Whether it says of itself that it is a closing receipt. One that does not may be one all the
    /// same: below version 3 none says so.
    pub fn says_closing(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("close"))
    }
}

/// A moment as receipts carry it: milliseconds since 1970 in the sample, `yyyy:MM:dd HH:mm:ss`
/// without a zone in the table. Kept as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptTime(String);

const PRINTED: &[BorrowedFormatItem<'static>] =
    format_description!("[year]:[month]:[day] [hour]:[minute]:[second]");

impl ReceiptTime {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment, where it came in milliseconds.
    pub fn unix(&self) -> Option<UnixMillis> {
        self.0.parse().ok()
    }

    /// The date and time, where it came in the form of the table. No zone is named.
    pub fn local(&self) -> Option<LocalDateTime> {
        PrimitiveDateTime::parse(&self.0, PRINTED).ok().map(LocalDateTime::new)
    }
}

impl FromStr for ReceiptTime {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

/// The total of a receipt: up to 15 digits, and up to 2 behind a separator. Kept as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptTotal(String);

impl ReceiptTotal {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, whether its separator is a point or a comma; none if it is none.
    pub fn decimal(&self) -> Option<Decimal> {
        self.0.replace(',', ".").parse().ok()
    }
}

impl FromStr for ReceiptTotal {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

/// The operator of fiscal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Ofd {
    /// Taxpayer number, 10 or 12 digits, which may begin with zero.
    #[serde(deserialize_with = "opt_parsed")]
    pub inn: Option<String>,
    /// Name.
    #[serde(deserialize_with = "opt_parsed")]
    pub name: Option<String>,
    /// Site.
    #[serde(deserialize_with = "opt_parsed")]
    pub website: Option<String>,
}

/// Parameters of a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OfdReceiptParams {
    /// The queue in which the receipt stands, and how it was made.
    #[serde(rename = "ofdReceiptStatus")]
    pub status: Option<OfdReceiptStatus>,
    /// VAT in the currency of the payment, a whole number.
    #[serde(deserialize_with = "opt_parsed")]
    pub vat_amount: Option<Minor>,
}

/// The queue in which a receipt stands, and how it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OfdReceiptStatus {
    /// How many documents wait.
    #[serde(deserialize_with = "opt_parsed")]
    pub queued_doc: Option<u64>,
    /// Number of the first that waits.
    #[serde(deserialize_with = "opt_parsed")]
    pub queued_first_doc_num: Option<u64>,
    /// Date of the first that waits, as it came: the document names no form.
    #[serde(deserialize_with = "opt_text")]
    pub queued_first_doc_date: Option<String>,
    /// Version of the fiscal data format.
    #[serde(deserialize_with = "opt_text")]
    pub ffd_version: Option<String>,
    /// Whether the register only settles over the internet.
    #[serde(deserialize_with = "opt_parsed")]
    pub internet_sign: Option<bool>,
}
