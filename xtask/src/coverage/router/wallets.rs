//! Calls about T-Pay, Alfa Pay and the partner's settings.

use payments_core::order::language::Language;
use router_json::{
    alfapay::AlfaPay,
    settings::ReadRouterParams,
    tpay::{Device, TPay},
};

use super::{Answer, order_id, read, sent, shown};
use crate::{coverage::Sent, project::Outcome};

fn on_a_computer() -> Outcome<TPay> {
    Ok(TPay::new(order_id()?, Device::Desktop, "Chrome", "Windows"))
}

pub(super) fn tpay() -> Outcome<Vec<Sent>> {
    let mut request = on_a_computer()?;
    request.language = Some(Language::Russian);
    sent(&request)
}

pub(super) fn tpay_shown(answer: &Answer) -> Option<String> {
    shown(on_a_computer(), answer)
}

pub(super) fn alfa_pay() -> Outcome<Vec<Sent>> {
    let mut request = AlfaPay::new(order_id()?);
    request.language = Some(Language::Russian);
    sent(&request)
}

pub(super) fn alfa_pay_shown(answer: &Answer) -> Option<String> {
    shown(order_id().map(AlfaPay::new), answer)
}

pub(super) fn settings() -> Outcome<Vec<Sent>> {
    sent(&ReadRouterParams::new())
}

pub(super) fn settings_shown(answer: &Answer) -> Option<String> {
    read(Ok(ReadRouterParams::new()), answer).map(|params| params.as_str().to_owned())
}
