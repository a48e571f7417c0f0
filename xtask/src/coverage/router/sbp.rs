//! Calls about QR codes and subscriptions.

use payments_core::{id::ClientId, order::QrFormat, sbp::QrSize};
use router_json::sbp::{CheckQr, DynamicQr, RejectQr, Subscriptions, Unsubscribe};

use super::{Answer, binding_id, order_id, read, sent, shown};
use crate::{coverage::Sent, project::Outcome};

const QR: &str = "7eeee1bf3c784d0a8e593ab073bcac4b";

pub(super) fn get() -> Outcome<Vec<Sent>> {
    let mut request = DynamicQr::new(order_id()?);
    request.format = Some(QrFormat::Image);
    request.size = Some(QrSize::new(300, 200)?);
    request.create_subscription = Some(true);
    request.payment_purpose = Some("Shoes".into());
    request.redirect_url = Some("https://shop.example/back".into());
    request.account = Some("40702810000000000001".into());
    request.member_id = Some("100000000008".into());
    request.tsp_merchant_id = Some("MB0000000001".into());
    sent(&request)
}

pub(super) fn get_shown(answer: &Answer) -> Option<String> {
    // `Debug` prints nothing of a drawn code.
    let qr = read(order_id().map(DynamicQr::new), answer)?;
    let drawn = qr.rendered_qr.as_ref().map_or("", |drawn| drawn.as_str());
    Some(format!("{qr:?} {drawn}"))
}

pub(super) fn status() -> Outcome<Vec<Sent>> {
    let mut request = CheckQr::new(order_id()?);
    request.qr_id = Some(QR.into());
    sent(&request)
}

pub(super) fn status_shown(answer: &Answer) -> Option<String> {
    shown(order_id().map(CheckQr::new), answer)
}

pub(super) fn reject() -> Outcome<Vec<Sent>> {
    let mut request = RejectQr::new(order_id()?);
    request.qr_id = Some(QR.into());
    sent(&request)
}

pub(super) fn reject_shown(answer: &Answer) -> Option<String> {
    shown(order_id().map(RejectQr::new), answer)
}

fn listing() -> Outcome<Subscriptions> {
    Ok(Subscriptions::new(ClientId::new("101023")?))
}

pub(super) fn list() -> Outcome<Vec<Sent>> {
    let mut request = listing()?;
    request.binding_id = Some(binding_id()?);
    request.show_disabled = Some(true);
    sent(&request)
}

pub(super) fn list_shown(answer: &Answer) -> Option<String> {
    let list = read(listing(), answer)?;
    let tokens = list.bindings.iter().filter_map(|one| one.token.as_ref());
    let tokens: Vec<&str> = tokens.map(|token| token.expose().as_str()).collect();
    Some(format!("{list:?} {tokens:?}"))
}

pub(super) fn unbind() -> Outcome<Vec<Sent>> {
    sent(&Unsubscribe::new(binding_id()?))
}

pub(super) fn unbind_shown(answer: &Answer) -> Option<String> {
    shown(binding_id().map(Unsubscribe::new), answer)
}
