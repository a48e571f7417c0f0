//! Receipts: every documented field.

use gateway_rest::{
    order::language::Language,
    receipts::{CloseOfdReceipt, ReceiptStatus},
};
use payments_core::{
    id::{MerchantLogin, OrderNumber, ReceiptId},
    money::NonZeroMinor,
};

use super::{
    blocks,
    requests::{Pairs, login, order, prepared},
};

fn amount() -> NonZeroMinor {
    NonZeroMinor::new(blocks::TOTAL).expect("more than zero")
}

fn number() -> OrderNumber {
    OrderNumber::new("1234567890ABCDEF").expect("valid")
}

pub(super) fn closings() -> Vec<Pairs> {
    let by_mail = CloseOfdReceipt::of_order(order(), amount()).with(|request| {
        request.additional_ofd_params = Some(blocks::ofd_params());
        request.merchant_login = Some(MerchantLogin::new("merch_child").expect("valid"));
        request.order_bundle = Some(blocks::order_bundle());
    });
    let by_phone = by_mail.clone().with(|request| {
        request.order = number().into();
        request.additional_ofd_params = Some(blocks::ofd_params_by_phone());
    });
    vec![prepared(&login(), &by_mail), prepared(&login(), &by_phone)]
}

pub(super) fn smallest_closing() -> Pairs {
    prepared(&login(), &CloseOfdReceipt::of_order(order(), amount()))
}

pub(super) fn statuses() -> Vec<Pairs> {
    let request = ReceiptStatus::of_order(order()).with(|request| {
        request.order_number = Some(number());
        request.receipt = Some(ReceiptId::new("790925e5-739c-430c-9e92").expect("fits"));
        request.language = Some(Language::English);
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn smallest_status() -> Pairs {
    prepared(&login(), &ReceiptStatus::of_order(order()))
}
