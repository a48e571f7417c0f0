//! Calls about stored credentials and payments by them.

use payments_core::{
    Currency, Minor, Secret,
    card::Cvc,
    id::ClientId,
    order::{BindingType, Tii, language::Language},
};
use router_json::{
    bindings::{ClientBindings, PayByBinding},
    recurrent::{Charge, InstallmentPayment, RecurrentPayment},
    sbp::{PayByToken, SbpSubscription},
};

use super::{Answer, binding_id, order_id, order_number, orders::BUYER, sent, shown};
use crate::{coverage::Sent, project::Outcome};

fn listing() -> Outcome<ClientBindings> {
    Ok(ClientBindings::new(ClientId::new("101023")?))
}

pub(super) fn list() -> Outcome<Vec<Sent>> {
    let mut request = listing()?;
    request.binding_type = Some(BindingType::Common);
    request.show_expired = Some(true);
    sent(&request)
}

pub(super) fn list_shown(answer: &Answer) -> Option<String> {
    shown(listing(), answer)
}

fn payment() -> Outcome<PayByBinding> {
    Ok(PayByBinding::new(order_id()?, binding_id()?))
}

pub(super) fn by_binding() -> Outcome<Vec<Sent>> {
    let mut request = payment()?;
    request.language = Some(Language::Russian);
    request.ip = Some(BUYER);
    request.email = Some("buyer@shop.example".into());
    request.cvc = Some(Cvc::new("123")?);
    request.tii = Some(Tii::UnscheduledMit);
    sent(&request)
}

pub(super) fn by_binding_shown(answer: &Answer) -> Option<String> {
    shown(payment(), answer)
}

fn token_payment() -> Outcome<PayByToken> {
    let token = Secret::new("58c6ec02e3434130aeb7930a99a78552");
    Ok(PayByToken::new(order_id()?, SbpSubscription::new(token, "110000000005")))
}

pub(super) fn by_token() -> Outcome<Vec<Sent>> {
    let mut request = token_payment()?;
    request.language = Some(Language::Russian);
    sent(&request)
}

pub(super) fn by_token_shown(answer: &Answer) -> Option<String> {
    shown(token_payment(), answer)
}

fn charge() -> Outcome<Charge> {
    let mut charge = Charge::new(order_number()?, Minor::new(1200), binding_id()?);
    charge.currency = Some(Currency::RUB);
    charge.description = Some("A month".into());
    charge.language = Some(Language::Russian);
    Ok(charge)
}

pub(super) fn recurrent() -> Outcome<Vec<Sent>> {
    sent(&RecurrentPayment::from(charge()?))
}

pub(super) fn recurrent_shown(answer: &Answer) -> Option<String> {
    shown(charge().map(RecurrentPayment::from), answer)
}

pub(super) fn installment() -> Outcome<Vec<Sent>> {
    sent(&InstallmentPayment::from(charge()?))
}

pub(super) fn installment_shown(answer: &Answer) -> Option<String> {
    shown(charge().map(InstallmentPayment::from), answer)
}
