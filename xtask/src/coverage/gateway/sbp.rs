//! SBP: QR codes and subscriptions, requests with every field set and what the answers show.

use bytes::Bytes;
use gateway_rest::sbp::{CheckQr, DynamicQr, QrSize, RejectQr, Subscriptions, Unsubscribe};
use payments_core::{
    Endpoint,
    id::{BindingId, ClientId},
    order::QrFormat,
};

use super::{by_login, order_id};
use crate::{coverage::Sent, project::Outcome};

type Answer = http::Response<Bytes>;

fn client() -> Outcome<ClientId> {
    Ok(ClientId::new("dos-clientos")?)
}

fn binding() -> Outcome<BindingId> {
    Ok(BindingId::new("091b5393-3a20-7322-a81a-9f6000002738")?)
}

fn qr() -> Option<String> {
    Some("3946c0c02d1042f7b7e63cc0f1b52a95".into())
}

pub(super) fn dynamic_qr() -> Outcome<Vec<Sent>> {
    let size = QrSize::new(300, 200)?;
    let request = DynamicQr::new(order_id()?).with(|request| {
        request.account = Some("40702810000000000001".into());
        request.member_id = Some("100000000008".into());
        request.tsp_merchant_id = Some("MB0000000001".into());
        request.payment_purpose = Some("An order".into());
        request.redirect_url = Some("mybee://finance".into());
        request.size = Some(size);
        request.format = Some(QrFormat::Image);
        request.create_subscription = Some(true);
    });
    Ok(vec![by_login(&request)?])
}

pub(super) fn check_qr() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&CheckQr::new(order_id()?).with(|it| it.qr_id = qr()))?])
}

pub(super) fn reject_qr() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&RejectQr::new(order_id()?).with(|it| it.qr_id = qr()))?])
}

pub(super) fn subscriptions() -> Outcome<Vec<Sent>> {
    let binding = binding()?;
    let request = Subscriptions::new(client()?).with(|request| {
        request.binding_id = Some(binding);
        request.show_disabled = Some(true);
    });
    Ok(vec![by_login(&request)?])
}

pub(super) fn unsubscribe() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&Unsubscribe::new(binding()?))?])
}

pub(super) fn dynamic_qr_shown(answer: &Answer) -> Option<String> {
    let read = DynamicQr::new(order_id().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

pub(super) fn check_qr_shown(answer: &Answer) -> Option<String> {
    let read = CheckQr::new(order_id().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

pub(super) fn reject_qr_shown(answer: &Answer) -> Option<String> {
    let read = RejectQr::new(order_id().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

/// `Debug` prints nothing of the tokens.
pub(super) fn subscriptions_shown(answer: &Answer) -> Option<String> {
    let read = Subscriptions::new(client().ok()?).parse(answer).ok()?;
    let tokens = read.bindings.iter().filter_map(|it| it.subscription_token.as_ref());
    let tokens: Vec<&str> = tokens.map(|token| token.expose().as_str()).collect();
    Some(format!("{read:?} {tokens:?}"))
}

pub(super) fn unsubscribe_shown(answer: &Answer) -> Option<String> {
    let read = Unsubscribe::new(binding().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}
