//! The router's endpoints: each with requests that hold every field, and with what its answer shows.

mod orders;
mod payments;
mod sbp;
mod wallets;

use std::fmt::Debug;

use bytes::Bytes;
use payments_core::{
    Endpoint, Prepared,
    id::{BindingId, OrderId, OrderNumber},
    time::UnixMillis,
};
use router_json::{Context, Credentials, FullUrl, Profile};

use super::{Counts, Covered, Family, Sent};
use crate::project::Outcome;

pub(super) const FAMILY: Family = Family {
    name: "router-json",
    table: "testdata/spec/router-json.json",
    rules: "testdata/spec/router-rules.md",
    letter: 'R',
    answers: "testdata/wire/router",
    evidence: "crates/router-json/tests/it/evidence.rs",
    totals: Counts { methods: 20, fields: 278, rules: 104 },
    endpoints: ENDPOINTS,
};

const ENDPOINTS: &[Covered] = &[
    Covered { path: "register.do", full: orders::register, shown: Some(orders::register_shown) },
    Covered {
        path: "registerPreAuth.do",
        full: orders::register_pre_auth,
        shown: Some(orders::register_pre_auth_shown),
    },
    Covered {
        path: "getOrderStatusExtended.do",
        full: orders::status,
        shown: Some(orders::status_shown),
    },
    Covered { path: "deposit.do", full: orders::deposit, shown: Some(orders::deposit_shown) },
    Covered { path: "reverse.do", full: orders::reverse, shown: Some(orders::reverse_shown) },
    Covered { path: "refund.do", full: orders::refund, shown: Some(orders::refund_shown) },
    Covered { path: "decline.do", full: orders::decline, shown: Some(orders::decline_shown) },
    Covered { path: "getBindings.do", full: payments::list, shown: Some(payments::list_shown) },
    Covered {
        path: "paymentOrderBinding.do",
        full: payments::by_binding,
        shown: Some(payments::by_binding_shown),
    },
    Covered {
        path: "recurrentPayment.do",
        full: payments::recurrent,
        shown: Some(payments::recurrent_shown),
    },
    Covered {
        path: "installmentPayment.do",
        full: payments::installment,
        shown: Some(payments::installment_shown),
    },
    Covered { path: "sbp_c2b/get.do", full: sbp::get, shown: Some(sbp::get_shown) },
    Covered { path: "sbp_c2b/status.do", full: sbp::status, shown: Some(sbp::status_shown) },
    Covered { path: "sbp_c2b/reject.do", full: sbp::reject, shown: Some(sbp::reject_shown) },
    Covered { path: "sbp_c2b/getBindings.do", full: sbp::list, shown: Some(sbp::list_shown) },
    Covered { path: "sbp_c2b/unBind.do", full: sbp::unbind, shown: Some(sbp::unbind_shown) },
    Covered {
        path: "paymentOrder.do",
        full: payments::by_token,
        shown: Some(payments::by_token_shown),
    },
    Covered { path: "tpay/paymentOrder.do", full: wallets::tpay, shown: Some(wallets::tpay_shown) },
    Covered {
        path: "alfapay/paymentOrder.do",
        full: wallets::alfa_pay,
        shown: Some(wallets::alfa_pay_shown),
    },
    Covered {
        path: "settings/getRouterParams.do",
        full: wallets::settings,
        shown: Some(wallets::settings_shown),
    },
];

/// What a request sends.
fn sent<E>(request: &E) -> Outcome<Vec<Sent>>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    let profile = Profile::test_stand();
    let credentials = Credentials::login("test_user", "test_user_password")?;
    match request.prepare(&Context::new(&profile, &credentials, UnixMillis::new(0)))? {
        Prepared::Ready(outgoing) => Ok(vec![outgoing.into_request()]),
        Prepared::ToSign(_) => Err("the request waits for a signature".into()),
    }
}

type Answer = http::Response<Bytes>;

/// What the typed value of an answer shows; none where it is refused or unreadable.
fn shown<E>(request: Outcome<E>, answer: &Answer) -> Option<String>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>, Response: Debug>,
{
    read(request, answer).map(|value| format!("{value:?}"))
}

fn read<E>(request: Outcome<E>, answer: &Answer) -> Option<E::Response>
where
    E: for<'a> Endpoint<Context<'a> = Context<'a>>,
{
    request.ok()?.parse(answer).ok()
}

fn order_id() -> Outcome<OrderId> {
    Ok(OrderId::new("2dc811e7-8d1c-407a-bd25-a4f41f96cc60")?)
}

fn order_number() -> Outcome<OrderNumber> {
    Ok(OrderNumber::new("order_123473")?)
}

fn binding_id() -> Outcome<BindingId> {
    Ok(BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2")?)
}

fn url(name: &str) -> Outcome<FullUrl> {
    Ok(FullUrl::new(format!("https://shop.example/{name}"))?)
}
