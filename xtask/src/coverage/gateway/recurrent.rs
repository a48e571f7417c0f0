//! Payments by a stored credential that register their order themselves, and a card's verification.

use std::fmt::Debug;

use bytes::Bytes;
use gateway_rest::{
    order::language::Language,
    recurrent::{Charge, ChargedOrder, InstallmentPayment, RecurrentPayment},
    verify_card::VerifyCard,
};
use payments_core::{
    Currency, Endpoint, Minor,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ThreeDsServerTransId},
    order::Personal,
};

use super::{blocks, by_login, by_token, order_id, order_number, orders, shown, url};
use crate::{coverage::Sent, project::Outcome};

type Answer = http::Response<Bytes>;

fn smallest() -> Outcome<Charge> {
    let binding = BindingId::new("8aa4fa8b-4d8a-76ca-b314-7bcc00b4f820")?;
    Ok(Charge::new(order_number()?, blocks::AMOUNT, binding))
}

fn charge() -> Outcome<Charge> {
    let mut charge = smallest()?;
    charge.currency = Some(Currency::RUB);
    charge.description = Some("An order".into());
    charge.language = Some(Language::English);
    charge.pre_auth = Some(true);
    charge.autocompletion_date = Some("2027-01-03T00:00:00".parse()?);
    charge.auto_reverse_date = Some("2027-01-04T00:00:00".parse()?);
    charge.features = vec!["FORCE_SSL".into()];
    charge.params = Some(orders::params());
    charge.billing_payer_data = Some(blocks::billing());
    charge.shipping_payer_data = Some(blocks::shipping());
    charge.pre_order_payer_data = Some(blocks::pre_order());
    charge.order_payer_data = Some(blocks::payer());
    charge.address_match = Some("Y".into());
    Ok(charge)
}

pub(super) fn recurrent() -> Outcome<Vec<Sent>> {
    let fee = Some(Minor::new(100));
    let request = RecurrentPayment::from(charge()?).with(|request| request.fee_input = fee);
    Ok(vec![by_login(&request)?])
}

pub(super) fn installment() -> Outcome<Vec<Sent>> {
    let request = InstallmentPayment::from(charge()?);
    Ok(vec![by_login(&request)?, by_token(&request)?])
}

pub(super) fn recurrent_shown(answer: &Answer) -> Option<String> {
    let request = RecurrentPayment::from(smallest().ok()?);
    let mut value = request.parse(answer).ok()?;
    let order = value.order_status.take().map(charged);
    Some(format!("{value:?} {order:?}"))
}

pub(super) fn installment_shown(answer: &Answer) -> Option<String> {
    let request = InstallmentPayment::from(smallest().ok()?);
    let mut value = request.parse(answer).ok()?;
    let order = value.order_status.take().map(charged);
    Some(format!("{value:?} {order:?}"))
}

fn charged(order: ChargedOrder) -> String {
    let holder = |name: &Option<Personal>| name.as_ref().map(|name| name.as_str().to_owned());
    let holders: Vec<_> = order.operations.iter().map(|one| holder(&one.card_holder)).collect();
    format!("{:?} {holders:?} {}", order.operations, shown::report(order.report))
}

fn card() -> Outcome<VerifyCard> {
    Ok(VerifyCard::new(Pan::new("4000001111111118")?, Expiry::new(2030, 12)?))
}

pub(super) fn verify_card() -> Outcome<Vec<Sent>> {
    let mut request = card()?;
    request.cvc = Some(Cvc::new("123")?);
    request.cardholder_name = Some(Cardholder::new("TEST CARDHOLDER")?);
    request.amount = Some(Minor::new(100));
    request.currency = Some(Currency::RUB);
    request.back_url = Some(url("back")?);
    request.return_url = Some(url("return")?);
    request.fail_url = Some(url("fail")?);
    request.description = Some("A card".into());
    request.language = Some(Language::English);
    let authentication = ThreeDsServerTransId::new("5802746e-3393-40c3-929a-dc966ebf08c6")?;
    request.three_ds_server_trans_id = Some(authentication);
    request.three_ds_ver2_finish_url = Some(url("finish")?);
    request.three_ds_ver2_md_order = Some(order_id()?);
    request.three_ds_sdk = Some(false);
    request.billing_payer_data = Some(blocks::billing());
    request.shipping_payer_data = Some(blocks::shipping());
    request.pre_order_payer_data = Some(blocks::pre_order());
    request.order_payer_data = Some(blocks::payer());
    request.address_match = Some("Y".into());
    Ok(vec![by_login(&request)?, by_token(&request)?])
}

pub(super) fn verify_card_shown(answer: &Answer) -> Option<String> {
    let value = card().ok()?.parse(answer).ok()?;
    let secret = value.pa_req.as_ref().map(|secret| secret.expose().as_str());
    Some(format!("{} {secret:?}", debug(&value)))
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?}")
}
