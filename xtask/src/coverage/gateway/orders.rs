//! Requests of an order's life, with every field set.

use std::net::{IpAddr, Ipv4Addr};

use gateway_rest::order::{
    decline::Decline, deposit::Deposit, language::Language, params::Params, refund::Refund,
    register::Register, register_pre_auth::RegisterPreAuth, reverse::Reverse, status::OrderStatus,
};
use payments_core::{
    Currency, Minor, Part,
    id::{BindingId, ClientId, RefundId},
    order::ofd::OfdParams,
};

use super::{blocks, by_login, by_token, merchant, order_id, order_number, url};
use crate::{coverage::Sent, project::Outcome};

pub(super) const BUYER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 17));

pub(super) fn params() -> Params {
    Params::from_iter([("param_1_name", "param_1_value")])
}

pub(super) fn registration(receipt: OfdParams) -> Outcome<Register> {
    let mut order = Register::new(order_number()?, blocks::AMOUNT, url("return")?);
    order.currency = Some(Currency::RUB);
    order.fail_url = Some(url("fail")?);
    order.dynamic_callback_url = Some(url("callback")?);
    order.description = Some("An order".into());
    order.language = Some(Language::English);
    order.ip = Some(BUYER);
    order.client_id = Some(ClientId::new("259753456")?);
    order.merchant_login = merchant()?;
    order.cardholder_name = Some("TEST CARDHOLDER".into());
    order.params = Some(params());
    order.session_timeout_secs = Some(1200);
    order.expiration_date = Some("2027-01-02T03:04:05".parse()?);
    order.binding_id = Some(BindingId::new("01491394-63a6-7d45-a88f-7bce00a7d8c0")?);
    order.features = vec!["FORCE_TDS".into()];
    order.post_address = Some("Street 1".into());
    order.order_bundle = Some(blocks::bundle()?);
    order.additional_ofd_params = Some(receipt);
    order.tax_system = Some("0".into());
    order.fee_input = Some(Minor::new(100));
    order.email = Some("test@test.com".into());
    order.merchant_inn = Some("0123456789".into());
    order.billing_payer_data = Some(blocks::billing());
    order.shipping_payer_data = Some(blocks::shipping());
    order.pre_order_payer_data = Some(blocks::pre_order());
    order.order_payer_data = Some(blocks::payer());
    order.address_match = Some("Y".into());
    Ok(order)
}

pub(super) fn register() -> Outcome<Vec<Sent>> {
    let by_mail = registration(blocks::receipt())?;
    let by_phone = registration(blocks::receipt_by_phone())?;
    Ok(vec![by_login(&by_mail)?, by_token(&by_phone)?])
}

pub(super) fn register_pre_auth() -> Outcome<Vec<Sent>> {
    let of = |receipt| -> Outcome<RegisterPreAuth> {
        let mut request = RegisterPreAuth::from(registration(receipt)?);
        request.autocompletion_date = Some("2027-01-03T00:00:00".parse()?);
        request.auto_reverse_date = Some("2027-01-04T00:00:00".parse()?);
        Ok(request)
    };
    let (by_mail, by_phone) = (of(blocks::receipt())?, of(blocks::receipt_by_phone())?);
    Ok(vec![by_login(&by_mail)?, by_token(&by_phone)?])
}

pub(super) fn status() -> Outcome<Vec<Sent>> {
    let mut request = OrderStatus::of_order(order_id()?);
    request.order_number = Some(order_number()?);
    request.language = Some(Language::English);
    request.merchant_login = merchant()?;
    Ok(vec![by_login(&request)?, by_token(&request)?])
}

pub(super) fn deposit() -> Outcome<Vec<Sent>> {
    let request = Deposit::new(order_id()?, Part::exactly(blocks::AMOUNT)?).with(|request| {
        request.deposit_items = Some(blocks::items());
        request.currency = Some(Currency::RUB);
        request.params = Some(params());
        request.language = Some(Language::English);
    });
    Ok(vec![by_login(&request)?])
}

pub(super) fn reverse() -> Outcome<Vec<Sent>> {
    let mut request = Reverse::new(order_id()?, Part::exactly(blocks::AMOUNT)?);
    request.order_number = Some(order_number()?);
    request.merchant_login = merchant()?;
    request.currency = Some(Currency::RUB);
    request.penalty = Some(Minor::new(1300));
    request.params = Some(params());
    request.language = Some(Language::English);
    Ok(vec![by_login(&request)?])
}

pub(super) fn refund() -> Outcome<Vec<Sent>> {
    let key = RefundId::new("refund-1")?;
    let by_mail = Refund::new(order_id()?, Part::exactly(blocks::AMOUNT)?, key).with(|request| {
        request.expected_deposited_amount = Some(blocks::AMOUNT);
        request.refund_items = Some(blocks::items());
        request.additional_ofd_params = Some(blocks::receipt());
        request.currency = Some(Currency::RUB);
        request.penalty = Some(Minor::new(1300));
        request.params = Some(params());
        request.language = Some(Language::English);
    });
    let phone = Some(blocks::receipt_by_phone());
    let by_phone = by_mail.clone().with(|request| request.additional_ofd_params = phone);
    Ok(vec![by_login(&by_mail)?, by_login(&by_phone)?])
}

pub(super) fn decline() -> Outcome<Vec<Sent>> {
    let mut request = Decline::new(order_id()?, order_number()?);
    request.merchant_login = merchant()?;
    request.language = Some(Language::English);
    Ok(vec![by_login(&request)?])
}
