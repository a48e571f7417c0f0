//! Receipts: requests with every field set and what the answers show.

use bytes::Bytes;
use gateway_rest::{
    order::language::Language,
    receipts::{CloseOfdReceipt, ReceiptStatus},
};
use payments_core::{
    Endpoint,
    id::{OrderId, ReceiptId},
    money::NonZeroMinor,
    order::ofd::OfdParams,
};

use super::{blocks, by_login, merchant, order_id, order_number};
use crate::{coverage::Sent, project::Outcome};

type Answer = http::Response<Bytes>;

fn close(receipt: OfdParams) -> Outcome<CloseOfdReceipt> {
    let amount = NonZeroMinor::new(blocks::AMOUNT).ok_or("an amount of zero")?;
    let mut request = CloseOfdReceipt::of_order(order_id()?, amount);
    request.additional_ofd_params = Some(receipt);
    request.merchant_login = merchant()?;
    request.order_bundle = Some(blocks::bundle()?);
    Ok(request)
}

pub(super) fn close_receipt() -> Outcome<Vec<Sent>> {
    let by_mail = close(blocks::receipt())?;
    let mut by_phone = close(blocks::receipt_by_phone())?;
    by_phone.order = order_number()?.into();
    Ok(vec![by_login(&by_mail)?, by_login(&by_phone)?])
}

pub(super) fn close_receipt_shown(answer: &Answer) -> Option<String> {
    let amount = NonZeroMinor::new(blocks::AMOUNT)?;
    let request = CloseOfdReceipt::of_order(OrderId::from_bank("1"), amount);
    request.parse(answer).ok().map(|value| format!("{value:?}"))
}

pub(super) fn status() -> Outcome<Vec<Sent>> {
    let mut request = ReceiptStatus::of_order(order_id()?);
    request.order_number = Some(order_number()?);
    request.receipt = Some(ReceiptId::new("790925e5-739c-430c-9e92-79d9f14481a4")?);
    request.language = Some(Language::English);
    Ok(vec![by_login(&request)?])
}

pub(super) fn status_shown(answer: &Answer) -> Option<String> {
    let mut report = ReceiptStatus::of_order(OrderId::from_bank("1")).parse(answer).ok()?;
    let mut attributes = String::new();
    // The list keeps every attribute: it is emptied, and what the types say stands instead.
    for item in report.receipts.iter_mut().flat_map(|receipt| &mut receipt.items) {
        attributes += &format!("{:?} {:?} ", item.payment_method(), item.payment_object());
        item.item_attributes.clear();
    }
    Some(format!("{report:?} {attributes}"))
}
