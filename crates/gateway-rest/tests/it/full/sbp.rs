//! SBP: every documented field.

use gateway_rest::sbp::{CheckQr, DynamicQr, QrSize, RejectQr, Subscriptions, Unsubscribe};
use payments_core::{
    id::{BindingId, ClientId},
    order::QrFormat,
};

use super::requests::{Pairs, login, order, prepared};

fn client() -> ClientId {
    ClientId::new("dos-clientos").expect("valid")
}

fn binding() -> BindingId {
    BindingId::new("091b5393-3a20-7322-a81a-9f6000002738").expect("valid")
}

pub(super) fn dynamic_qr() -> Vec<Pairs> {
    let request = DynamicQr::new(order()).with(|request| {
        request.account = Some("40702810000000000001".into());
        request.member_id = Some("100000000008".into());
        request.tsp_merchant_id = Some("MB0000000001".into());
        request.payment_purpose = Some("An order".into());
        request.redirect_url = Some("https://shop.example/back".into());
        request.size = QrSize::square(300).ok();
        request.format = Some(QrFormat::Image);
        request.create_subscription = Some(true);
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn check_qr() -> Vec<Pairs> {
    let request = CheckQr::new(order()).with(|it| it.qr_id = Some("3946c0c0".into()));
    vec![prepared(&login(), &request)]
}

pub(super) fn reject_qr() -> Vec<Pairs> {
    let request = RejectQr::new(order()).with(|it| it.qr_id = Some("3946c0c0".into()));
    vec![prepared(&login(), &request)]
}

pub(super) fn subscriptions() -> Vec<Pairs> {
    let request = Subscriptions::new(client()).with(|request| {
        request.binding_id = Some(binding());
        request.show_disabled = Some(true);
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn unsubscribe() -> Vec<Pairs> {
    vec![prepared(&login(), &Unsubscribe::new(binding()))]
}

pub(super) fn smallest_dynamic_qr() -> Pairs {
    prepared(&login(), &DynamicQr::new(order()))
}

pub(super) fn smallest_check_qr() -> Pairs {
    prepared(&login(), &CheckQr::new(order()))
}

pub(super) fn smallest_reject_qr() -> Pairs {
    prepared(&login(), &RejectQr::new(order()))
}

pub(super) fn smallest_subscriptions() -> Pairs {
    prepared(&login(), &Subscriptions::new(client()))
}
