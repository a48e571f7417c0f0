//! Stored credentials: requests with every field set, and what the typed answers show.

use bytes::Bytes;
use gateway_rest::{
    bindings::{
        BindCard, CardBindings, ClientBindings, CreateBinding, ExtendBinding, PayByBinding,
        UnBindCard,
    },
    order::{language::Language, params::Params},
};
use payments_core::{
    Endpoint, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId},
    order::{BindingType, Personal},
};

use super::{blocks, by_login, merchant, order_id, orders};
use crate::{coverage::Sent, project::Outcome};

type Answer = http::Response<Bytes>;

fn client() -> Outcome<ClientId> {
    Ok(ClientId::new("dos-clientos")?)
}

fn binding() -> Outcome<BindingId> {
    Ok(BindingId::new("01491394-63a6-7d45-a88f-7bce00a7d8c0")?)
}

fn expiry() -> Outcome<Expiry> {
    Ok(Expiry::new(2034, 12)?)
}

fn pan() -> Outcome<Pan> {
    Ok(Pan::new("5555555555555599")?)
}

fn pay() -> Outcome<PayByBinding> {
    let code = Cvc::new("123")?;
    Ok(PayByBinding::by_customer(order_id()?, binding()?, Some(code)))
}

fn create() -> Outcome<CreateBinding> {
    let holder = Cardholder::new("TEST CARDHOLDER")?;
    Ok(CreateBinding::new(client()?, pan()?, expiry()?, holder))
}

fn extend() -> Outcome<ExtendBinding> {
    Ok(ExtendBinding::new(binding()?, expiry()?, Language::English))
}

pub(super) fn payment() -> Outcome<Vec<Sent>> {
    let request = pay()?.with(|request| {
        request.se_token = Some(Secret::new("c2VUb2tlbg=="));
        request.language = Some(Language::English);
        request.ip = Some(orders::BUYER);
        request.three_ds_sdk = Some(false);
        request.email = Some("test@test.com".into());
        request.three_ds_protocol_version = Some("2.2.0".into());
        request.sca_exemption = Some("LVP".into());
        request.client_browser_info = Some(blocks::browser());
    });
    Ok(vec![by_login(&request)?])
}

pub(super) fn list() -> Outcome<Vec<Sent>> {
    let (binding, merchant) = (binding()?, merchant()?);
    let request = ClientBindings::new(client()?).with(|request| {
        request.binding_id = Some(binding);
        request.binding_type = Some(BindingType::Common);
        request.show_expired = Some(true);
        request.merchant_login = merchant;
        request.language = Some(Language::English);
    });
    Ok(vec![by_login(&request)?])
}

pub(super) fn list_by_card() -> Outcome<Vec<Sent>> {
    let binding = binding()?;
    let request = CardBindings::of_card(pan()?).with(|request| {
        request.binding_id = Some(binding);
        request.show_expired = Some(true);
    });
    Ok(vec![by_login(&request)?])
}

pub(super) fn unbind() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&UnBindCard::new(binding()?))?])
}

pub(super) fn bind() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&BindCard::new(binding()?))?])
}

pub(super) fn extension() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&extend()?)?])
}

pub(super) fn creation() -> Outcome<Vec<Sent>> {
    let merchant = merchant()?;
    let request = create()?.with(|request| {
        request.additional = Some(Params::from_iter([("firstParamName", "firstParamValue")]));
        request.merchant_login = merchant;
    });
    Ok(vec![by_login(&request)?])
}

/// `Debug` prints nothing of what goes to the issuer.
pub(super) fn payment_shown(answer: &Answer) -> Option<String> {
    let read = pay().ok()?.parse(answer).ok()?;
    let issuer = read.pa_req.as_ref().map_or("", |pa_req| pa_req.expose());
    Some(format!("{read:?} {issuer}"))
}

pub(super) fn list_shown(answer: &Answer) -> Option<String> {
    let read = ClientBindings::new(client().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

pub(super) fn list_by_card_shown(answer: &Answer) -> Option<String> {
    let read = CardBindings::of_binding(binding().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

pub(super) fn unbind_shown(answer: &Answer) -> Option<String> {
    let read = UnBindCard::new(binding().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

pub(super) fn bind_shown(answer: &Answer) -> Option<String> {
    let read = BindCard::new(binding().ok()?).parse(answer).ok()?;
    Some(format!("{read:?}"))
}

pub(super) fn extension_shown(answer: &Answer) -> Option<String> {
    let read = extend().ok()?.parse(answer).ok()?;
    Some(format!("{read:?}"))
}

/// `Debug` prints nothing of the name on the card.
pub(super) fn creation_shown(answer: &Answer) -> Option<String> {
    let read = create().ok()?.parse(answer).ok()?;
    let holder = read.cardholder_name.as_ref().map_or("", Personal::as_str);
    Some(format!("{read:?} {holder}"))
}
