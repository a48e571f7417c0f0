//! Stored credentials: every documented field.

use gateway_rest::{
    bindings::{
        BindCard, CardBindings, ClientBindings, CreateBinding, ExtendBinding, PayByBinding,
        UnBindCard,
    },
    order::{language::Language, params::Params},
};
use payments_core::{
    Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, MerchantLogin},
};

use super::{
    blocks,
    requests::{Pairs, login, order, prepared},
};

fn client() -> ClientId {
    ClientId::new("dos-clientos").expect("valid")
}

fn binding() -> BindingId {
    BindingId::new("01491394-63a6-7d45-a88f-7bce00a7d8c0").expect("valid")
}

fn pan() -> Pan {
    Pan::new("5555555555555599").expect("valid")
}

fn expiry() -> Expiry {
    Expiry::new(2034, 12).expect("valid")
}

fn merchant() -> Option<MerchantLogin> {
    Some(MerchantLogin::new("merch_test418").expect("valid"))
}

pub(super) fn payments() -> Vec<Pairs> {
    let code = Cvc::new("123").expect("valid");
    let request = PayByBinding::by_customer(order(), binding(), Some(code)).with(|request| {
        request.se_token = Some(Secret::new("c2VUb2tlbg=="));
        request.language = Some(Language::English);
        request.ip = Some(std::net::Ipv4Addr::LOCALHOST.into());
        request.three_ds_sdk = Some(false);
        request.email = Some("test@test.com".into());
        request.three_ds_protocol_version = Some("2.2.0".into());
        request.sca_exemption = Some("LVP".into());
        request.client_browser_info = Some(blocks::browser());
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn lists() -> Vec<Pairs> {
    let request = ClientBindings::new(client()).with(|request| {
        request.binding_id = Some(binding());
        request.binding_type = Some("C".into());
        request.show_expired = Some(true);
        request.merchant_login = merchant();
        request.language = Some(Language::English);
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn lists_by_card() -> Vec<Pairs> {
    let request = CardBindings::of_card(pan()).with(|request| {
        request.binding_id = Some(binding());
        request.show_expired = Some(true);
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn unbind() -> Vec<Pairs> {
    vec![prepared(&login(), &UnBindCard::new(binding()))]
}

pub(super) fn bind() -> Vec<Pairs> {
    vec![prepared(&login(), &BindCard::new(binding()))]
}

pub(super) fn extend() -> Vec<Pairs> {
    vec![prepared(&login(), &ExtendBinding::new(binding(), expiry(), Language::English))]
}

fn create() -> CreateBinding {
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    CreateBinding::new(client(), pan(), expiry(), holder)
}

pub(super) fn creations() -> Vec<Pairs> {
    let request = create().with(|request| {
        request.additional = Some(Params::from_iter([("firstParamName", "firstParamValue")]));
        request.merchant_login = merchant();
    });
    vec![prepared(&login(), &request)]
}

pub(super) fn smallest_payment() -> Pairs {
    prepared(&login(), &PayByBinding::by_merchant(order(), binding()))
}

pub(super) fn smallest_list() -> Pairs {
    prepared(&login(), &ClientBindings::new(client()))
}

pub(super) fn smallest_list_by_card() -> Pairs {
    prepared(&login(), &CardBindings::of_binding(binding()))
}

pub(super) fn smallest_creation() -> Pairs {
    prepared(&login(), &create())
}
