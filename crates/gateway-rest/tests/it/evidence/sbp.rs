//! SBP: codes and linked accounts.

use gateway_rest::{
    order::{language::Language, pay::PaymentOrder},
    sbp::{CheckQr, DynamicQr, Qr, QrSize, RejectQr, Subscription, Subscriptions, Unsubscribe},
};
use payments_core::{
    id::{BindingId, ClientId, OrderId},
    order::{QrFormat, QrStatus},
};

use super::{
    Row, read, sent,
    shop::{Shop, posted},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/sbp/c2b/qr/dynamic/get.do",
        requests: &[|| sent(&get(order()).with(|it| it.format = Some(QrFormat::Image)))],
        answer: |answer| read(&get(order()), answer),
        fragments: &[],
        refused: || {
            samples::refused(&get(order()).with(|it| it.redirect_url = Some("://test.ru/".into())))
        },
        run: |shop| {
            let order = shop.order();
            let drawn = get(order.clone()).with(|it| it.size = QrSize::square(150).ok());
            let mut code = shop.call(&drawn);
            let file = code.rendered_qr.take().and_then(|drawn| drawn.png()).expect("drawn");
            assert_eq!(shop.books(&order).taken, 0, "a code is no payment");
            answer(shop, &code, "pay");
            assert_eq!(shop.books(&order).merchant, 2000);
            assert!(shop.report(&order).is_paid());
            code.payload = code.payload.map(|text| without_check_digits(&text));
            format!("{code:#?}\na drawing: {:?}", &file[1..4])
        },
    },
    Row {
        path: "rest/sbp/c2b/qr/status.do",
        requests: &[|| sent(&check(order()).with(|it| it.qr_id = qr()))],
        answer: |answer| read(&check(order()), answer),
        fragments: &[],
        refused: || samples::refused(&check(order()).with(|it| it.qr_id = Some(String::new()))),
        run: |shop| {
            let order = shop.order();
            assert_eq!(shop.refused(&check(order.clone())), "6", "there is no code yet");
            let code = shop.call(&get(order.clone()));
            assert_eq!(shop.call(&check(order.clone())).status, Some(QrStatus::Started));
            answer(shop, &code, "pay");
            let report = shop.call(&check(order.clone()));
            assert_eq!(shop.books(&order).merchant, 2000);
            format!("{report:#?}")
        },
    },
    Row {
        path: "rest/sbp/c2b/qr/dynamic/reject.do",
        requests: &[|| sent(&reject(order()).with(|it| it.qr_id = qr()))],
        answer: |answer| read(&reject(order()), answer),
        fragments: &[],
        refused: || samples::refused(&reject(order()).with(|it| it.qr_id = Some(String::new()))),
        run: |shop| {
            let order = shop.order();
            shop.call(&get(order.clone()));
            let rejection = shop.call(&reject(order.clone()));
            let status = shop.call(&check(order.clone())).status;
            assert_eq!(status, Some(QrStatus::RejectedByUser));
            assert_eq!(shop.books(&order).taken, 0);
            assert!(shop.report(&order).is_declined());
            format!("{rejection:#?}")
        },
    },
    Row {
        path: "rest/sbp/c2b/getBindings.do",
        requests: &[|| sent(&listed())],
        answer: |answer| read(&listed(), answer),
        fragments: &[],
        refused: || ClientId::new("c".repeat(256)).expect_err("too long").to_string(),
        run: |shop| {
            let mut account = linked(shop);
            let label = account.display_label.as_deref().expect("four digits");
            assert!(label.len() == 4 && label.bytes().all(|digit| digit.is_ascii_digit()));
            let order = shop.order();
            let means = account.means().expect("token and bank");
            shop.call(&PaymentOrder::new(order.clone(), means, Language::English));
            assert_eq!(shop.books(&order).merchant, 2000, "what is listed can be charged");
            account.display_label = Some("<digits>".into());
            format!("{account:#?}")
        },
    },
    Row {
        path: "rest/sbp/c2b/unBind.do",
        requests: &[|| sent(&unbind(binding()))],
        answer: |answer| read(&unbind(binding()), answer),
        fragments: &[],
        refused: || BindingId::new("").expect_err("too short").to_string(),
        run: |shop| {
            let account = linked(shop).binding_id.expect("a credential");
            let off = shop.call(&unbind(account));
            assert!(shop.call(&Subscriptions::new(customer())).bindings.is_empty());
            format!("{off:#?}")
        },
    },
];

fn order() -> OrderId {
    OrderId::from_bank("04888d6f-7920-7531-8332-8de901efddd0")
}

fn qr() -> Option<String> {
    Some("3946c0c02d1042f7b7e63cc0f1b52a95".into())
}

fn binding() -> BindingId {
    BindingId::from_bank("091b5393-3a20-7322-a81a-9f6000002738")
}

/// The customer of the shop's orders.
fn customer() -> ClientId {
    ClientId::from_bank("259753456")
}

fn get(order: OrderId) -> DynamicQr {
    DynamicQr::new(order)
}

fn check(order: OrderId) -> CheckQr {
    CheckQr::new(order)
}

fn reject(order: OrderId) -> RejectQr {
    RejectQr::new(order)
}

fn unbind(binding: BindingId) -> Unsubscribe {
    Unsubscribe::new(binding)
}

fn listed() -> Subscriptions {
    Subscriptions::new(ClientId::from_bank("dos-clientos")).with(|request| {
        request.binding_id = Some(binding());
        request.show_disabled = Some(true);
    })
}

/// The payer answers at the page that the code leads to.
fn answer(shop: &Shop, code: &Qr, answer: &str) {
    let page = code.payload.as_deref().and_then(|text| text.split('?').next()).expect("it is open");
    let left = shop.browse(posted(&format!("{page}/answer"), &[("answer", answer)]));
    assert_eq!(left.status(), http::StatusCode::OK);
}

/// An account that the customer links with a payment.
fn linked(shop: &Shop) -> Subscription {
    let get = get(shop.order()).with(|it| it.create_subscription = Some(true));
    answer(shop, &shop.call(&get), "pay");
    let mut list = shop.call(&Subscriptions::new(customer())).bindings;
    assert_eq!(list.len(), 1);
    list.remove(0)
}

/// The check digits cover the code's number, which is another one in each run.
fn without_check_digits(payload: &str) -> String {
    let (before, digits) = payload.split_once("&crc=").expect("check digits");
    assert_eq!(digits.len(), 4);
    format!("{before}&crc=<digits>")
}
