//! Refunds of a free sum and of one position, with every field set.

use bytes::Bytes;
use gateway_rest::order::{
    language::Language,
    raw_refund::{RawPositionRefund, RawSumRefund},
};
use payments_core::{
    Endpoint, Minor, Part,
    money::NonZeroMinor,
    order::{ReceiptLine, ofd::OfdParams},
};

use super::{blocks, by_login, order_id, orders};
use crate::{coverage::Sent, project::Outcome};

type Answer = http::Response<Bytes>;

/// Receipt data by e-mail and by phone, which are alternatives.
fn receipts() -> [OfdParams; 2] {
    [blocks::receipt(), blocks::receipt_by_phone()]
}

fn sum() -> Outcome<RawSumRefund> {
    Ok(RawSumRefund::new(order_id()?, Part::exactly(blocks::AMOUNT)?))
}

pub(super) fn sum_refund() -> Outcome<Vec<Sent>> {
    let with = |receipt| -> Outcome<Sent> {
        by_login(&sum()?.with(|request| {
            request.penalty = Some(Minor::new(1300));
            request.params = Some(orders::params());
            request.additional_ofd_params = Some(receipt);
            request.ofd_params = Some(ReceiptLine::new().with(|line| {
                line.name = Some("apple".into());
                line.item_code = Some("122333".into());
                line.tax_type = Some("6".into());
            }));
            request.language = Some(Language::English);
        }))
    };
    receipts().into_iter().map(with).collect()
}

pub(super) fn sum_refund_shown(answer: &Answer) -> Option<String> {
    sum().ok()?.parse(answer).ok().map(|value| format!("{value:?}"))
}

fn position() -> Outcome<RawPositionRefund> {
    let amount = NonZeroMinor::new(blocks::AMOUNT).ok_or("the amount is zero")?;
    Ok(RawPositionRefund::new(order_id()?, amount, 1.into()))
}

pub(super) fn position_refund() -> Outcome<Vec<Sent>> {
    let with = |receipt| -> Outcome<Sent> {
        by_login(&position()?.with(|request| {
            request.additional_ofd_params = Some(receipt);
            request.language = Some(Language::English);
        }))
    };
    receipts().into_iter().map(with).collect()
}

pub(super) fn position_refund_shown(answer: &Answer) -> Option<String> {
    position().ok()?.parse(answer).ok().map(|value| format!("{value:?}"))
}
