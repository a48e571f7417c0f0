//! What the typed answers show. Secrets and personal texts, of which `Debug` prints nothing, are
//! written out behind it; catch-alls are emptied before.

use std::fmt::Debug;

use bytes::Bytes;
use gateway_rest::{
    Context,
    order::{
        decline::Decline,
        deposit::Deposit,
        language::Language,
        pay::{PaymentAnswer, PaymentOrder, SbpSubscription},
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::{OrderReport, OrderStatus},
    },
    three_ds::{finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds},
};
use payments_core::{
    Endpoint, Part, Secret,
    id::ThreeDsServerTransId,
    order::{Personal, cart::CustomerDetails},
};

use super::{blocks, order_id, order_number, url};

type Answer = http::Response<Bytes>;

/// Reads an answer to a request; none where it is refused or unreadable.
fn read<E>(request: Option<E>, answer: &Answer) -> Option<E::Response>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    request?.parse(answer).ok()
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?}")
}

fn secret(value: &Option<Secret>) -> &str {
    value.as_ref().map_or("", |value| value.expose())
}

fn personal(value: &Option<Personal>) -> &str {
    value.as_ref().map_or("", Personal::as_str)
}

pub(super) fn register(answer: &Answer) -> Option<String> {
    let back = url("return").ok()?;
    let request = order_number().ok().map(|number| Register::new(number, blocks::AMOUNT, back));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn register_pre_auth(answer: &Answer) -> Option<String> {
    let back = url("return").ok()?;
    let number = order_number().ok();
    let request = number.map(|number| RegisterPreAuth::new(number, blocks::AMOUNT, back));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn payment_order(answer: &Answer) -> Option<String> {
    let means = SbpSubscription::new(Secret::new("subscription"), "100000000005");
    let order = order_id().ok();
    let request = order.map(|order| PaymentOrder::new(order, means, Language::English));
    read(request, answer).map(|value: PaymentAnswer| {
        let secrets = [&value.pa_req, &value.packed_c_req, &value.three_ds_method_data_packed];
        format!("{value:?} {:?}", secrets.map(secret))
    })
}

pub(super) fn deposit(answer: &Answer) -> Option<String> {
    let request = order_id().ok().map(|order| Deposit::new(order, Part::Whole));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn reverse(answer: &Answer) -> Option<String> {
    let request = order_id().ok().map(|order| Reverse::new(order, Part::Whole));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn refund(answer: &Answer) -> Option<String> {
    let request = order_id().ok().map(|order| Refund::without_key(order, Part::Whole));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn decline(answer: &Answer) -> Option<String> {
    let request = order_id().ok().zip(order_number().ok());
    let request = request.map(|(order, number)| Decline::new(order, number));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn finish(answer: &Answer) -> Option<String> {
    let request = order_id().ok().map(|order| Finish3dsPayment::new(order, Secret::new("x")));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn finish_v2(answer: &Answer) -> Option<String> {
    let authentication = ThreeDsServerTransId::from_bank("5802746e");
    let order = order_id().ok();
    let request = order.map(|order| Finish3dsVer2Payment::new(authentication, order));
    read(request, answer).map(|value| debug(&value))
}

pub(super) fn proceed(answer: &Answer) -> Option<String> {
    read(order_id().ok().map(Continue3ds::new), answer)
        .map(|value| format!("{value:?} {}", secret(&value.packed_c_req)))
}

pub(super) fn status(answer: &Answer) -> Option<String> {
    read(order_id().ok().map(OrderStatus::of_order), answer).map(|value| report(*value))
}

/// What a report shows, alone or in another answer.
pub(super) fn report(mut report: OrderReport) -> String {
    let attributes = typed_attributes(&mut report);
    let bundle = report.order_bundle.as_ref();
    let customer = bundle.and_then(|bundle| bundle.customer_details.as_ref()).map(customer);
    let card = report.card_auth_info.as_ref();
    let holder = card.map(|card| personal(&card.cardholder_name));
    let three_ds = card.and_then(|card| card.secure_auth_info.as_ref()?.three_ds_info.as_ref());
    let secrets = three_ds.map(|info| [secret(&info.cavv), secret(&info.xid)]);
    let payer = report.payer_data.as_ref();
    let payer = payer.map(|it| [&it.email, &it.phone, &it.post_address].map(personal));
    format!("{report:?} {attributes} {customer:?} {holder:?} {secrets:?} {payer:?}")
}

/// Empties the lists that keep every attribute, and returns what the types say of them.
fn typed_attributes(report: &mut OrderReport) -> String {
    let items = report.order_bundle.iter_mut().flat_map(|bundle| &mut bundle.cart_items.items);
    for attributes in items.filter_map(|item| item.item_attributes.as_mut()) {
        attributes.other.clear();
    }
    let mut text = String::new();
    for item in &mut report.ofd_order_bundle {
        text += &format!("{:?} {:?} ", item.payment_method(), item.payment_object());
        item.item_attributes.clear();
    }
    text
}

fn customer(customer: &CustomerDetails) -> [String; 9] {
    let delivery = customer.delivery_info.as_ref();
    [
        personal(&customer.email),
        personal(&customer.phone),
        personal(&customer.contact),
        personal(&customer.full_name),
        personal(&customer.passport),
        personal(&customer.inn),
        delivery.map_or("", |delivery| delivery.country.as_str()),
        delivery.map_or("", |delivery| delivery.city.as_str()),
        delivery.map_or("", |delivery| delivery.post_address.as_str()),
    ]
    .map(str::to_owned)
}
