//! Calls about an order.

use std::net::{IpAddr, Ipv4Addr};

use payments_core::{
    Currency, Minor, Part,
    id::{ClientId, RefundId},
    order::{
        cart::{CartItem, CartItems, OrderBundle, Quantity},
        language::Language,
    },
};
use router_json::order::{
    decline::Decline, deposit::Deposit, refund::Refund, register::Register,
    register_pre_auth::RegisterPreAuth, reverse::Reverse, status::OrderStatus,
};

use super::{Answer, binding_id, order_id, order_number, read, sent, shown, url};
use crate::{coverage::Sent, project::Outcome};

const AMOUNT: Minor = Minor::new(1234);
pub(super) const BUYER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 17));

fn items() -> CartItems {
    let item = CartItem::new(1.into(), "shoes", Quantity::pieces(1)).with(|item| {
        item.item_price = Some(AMOUNT);
        item.item_code = Some("S-1".into());
    });
    CartItems::new([item])
}

fn registration() -> Outcome<Register> {
    let mut order = Register::new(order_number()?, AMOUNT, url("back")?)
        .subscribing(ClientId::new("101023")?, "test subscription");
    order.currency = Some(Currency::RUB);
    order.language = Some(Language::Russian);
    order.fail_url = Some(url("fail")?);
    order.description = Some("Shoes".into());
    order.session_timeout_secs = Some(1800);
    order.expiration_date = Some("2027-01-02T03:04:05".parse()?);
    order.dynamic_callback_url = Some(url("callback")?);
    order.features = vec!["VERIFY".into()];
    order.allowed_payment_ways = vec!["SBP_C2B".into()];
    order.phone = Some("+79161234567".into());
    order.email = Some("buyer@shop.example".into());
    order.ip = Some(BUYER);
    order.binding_id = Some(binding_id()?);
    order.order_bundle = Some(OrderBundle::new(items()));
    order.tax_system = Some("0".into());
    Ok(order)
}

pub(super) fn register() -> Outcome<Vec<Sent>> {
    sent(&registration()?)
}

pub(super) fn register_shown(answer: &Answer) -> Option<String> {
    shown(registration(), answer)
}

pub(super) fn register_pre_auth() -> Outcome<Vec<Sent>> {
    sent(&RegisterPreAuth::from(registration()?))
}

pub(super) fn register_pre_auth_shown(answer: &Answer) -> Option<String> {
    shown(registration().map(RegisterPreAuth::from), answer)
}

pub(super) fn status() -> Outcome<Vec<Sent>> {
    let mut request = OrderStatus::of_order(order_id()?);
    request.order_number = Some(order_number()?);
    request.language = Some(Language::Russian);
    sent(&request)
}

pub(super) fn status_shown(answer: &Answer) -> Option<String> {
    let report = read(order_id().map(OrderStatus::of_order), answer)?;
    // `Debug` prints no values of free pairs.
    let params: Vec<(&str, &str)> = report.keys.order_params.iter().collect();
    Some(format!("{report:?} {params:?}"))
}

pub(super) fn deposit() -> Outcome<Vec<Sent>> {
    let mut request = Deposit::new(order_id()?, Part::exactly(AMOUNT)?);
    request.deposit_items = Some(items());
    sent(&request)
}

pub(super) fn deposit_shown(answer: &Answer) -> Option<String> {
    shown(order_id().map(|order| Deposit::new(order, Part::Whole)), answer)
}

pub(super) fn reverse() -> Outcome<Vec<Sent>> {
    sent(&Reverse::new(order_id()?, Part::exactly(AMOUNT)?))
}

pub(super) fn reverse_shown(answer: &Answer) -> Option<String> {
    shown(order_id().map(|order| Reverse::new(order, Part::Whole)), answer)
}

pub(super) fn refund() -> Outcome<Vec<Sent>> {
    let mut request = Refund::new(order_id()?, Part::exactly(AMOUNT)?, RefundId::new("refund-1")?);
    request.expected_deposited_amount = Some(AMOUNT);
    sent(&request)
}

pub(super) fn refund_shown(answer: &Answer) -> Option<String> {
    shown(order_id().map(|order| Refund::without_key(order, Part::Whole)), answer)
}

pub(super) fn decline() -> Outcome<Vec<Sent>> {
    sent(&declining()?)
}

pub(super) fn decline_shown(answer: &Answer) -> Option<String> {
    shown(declining(), answer)
}

fn declining() -> Outcome<Decline> {
    Ok(Decline::new(order_id()?, order_number()?))
}
