//! QR codes and subscriptions.

use payments_core::{
    id::{BindingId, OrderId},
    order::{QrFormat, QrStatus, RouterState, TransactionState},
};
use router_json::sbp::{CheckQr, DynamicQr, QrSize, RejectQr, Subscriptions, Unsubscribe};

use super::{Row, read, sent, shop::client};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "sbp_c2b/get.do",
        requests: &[
            || sent(&drawn(ORDER)),
            || {
                let order = "861bf60b-ac9d-423c-9a23-94b2c4cb57dc";
                sent(&drawn(order).with(|it| it.create_subscription = Some(true)))
            },
        ],
        answer: |answer| read(&drawn(ORDER), answer),
        refused: || QrSize::new(10, 1001).expect_err("too high").to_string(),
        run: |shop| {
            let order = shop.order();
            let get = DynamicQr::new(order.clone());
            let qr = shop.call(&get.with(|it| it.size = QrSize::square(300).ok()));
            assert_eq!(qr.status, Some(QrStatus::Started));
            let png = qr.rendered_qr.as_ref().and_then(|drawn| drawn.png()).expect("a picture");
            assert_eq!(png.get(1..4), Some(&b"PNG"[..]));
            shop.payer(&order, "pay");
            assert!(shop.report(&order).is_paid());
            assert_eq!(shop.books(&order), (2000, 0, 0));
            format!("{qr:#?}")
        },
    },
    Row {
        path: "sbp_c2b/status.do",
        requests: &[|| sent(&CheckQr::new(OrderId::from_bank(ORDER)))],
        answer: |answer| read(&check(), answer),
        refused: || samples::refused(&check().with(|it| it.qr_id = Some(String::new()))),
        run: |shop| {
            let order = shop.order();
            shop.call(&DynamicQr::new(order.clone()));
            let check = CheckQr::new(order.clone());
            let first = shop.call(&check);
            // ask again.
            assert_eq!(first.transaction_state, Some(TransactionState::Created));
            shop.payer(&order, "pay");
            // paid.
            let report = shop.call(&check);
            assert_eq!(report.transaction_state, Some(TransactionState::Deposited));
            format!("{first:#?}\n{report:#?}")
        },
    },
    Row {
        path: "sbp_c2b/reject.do",
        requests: &[|| sent(&RejectQr::new(OrderId::from_bank(ORDER)))],
        answer: |answer| read(&reject(), answer),
        refused: || samples::refused(&reject().with(|it| it.qr_id = Some(String::new()))),
        run: |shop| {
            let order = shop.order();
            shop.call(&DynamicQr::new(order.clone()));
            let rejection = shop.call(&RejectQr::new(order.clone()));
            // nobody pays by it any more.
            let status = shop.call(&CheckQr::new(order)).status;
            assert_eq!(status, Some(QrStatus::RejectedByUser));
            let paid = shop.paid();
            let late = shop.call(&RejectQr::new(paid.clone()));
            assert_eq!(shop.state(&paid), RouterState::Deposited);
            format!("{rejection:#?}\n{late:#?}")
        },
    },
    Row {
        path: "sbp_c2b/getBindings.do",
        requests: &[|| sent(&list())],
        answer: |answer| read(&list(), answer),
        refused: || payments_core::id::ClientId::new("").expect_err("empty").to_string(),
        run: |shop| {
            assert!(shop.call(&list()).bindings.is_empty());
            let (order, subscription) = shop.subscribed();
            // the status names the same credential.
            assert_eq!(shop.report(&order).binding_id, subscription.binding_id);
            format!("{:#?}", shop.call(&list()))
        },
    },
    Row {
        path: "sbp_c2b/unBind.do",
        requests: &[|| sent(&Unsubscribe::new(binding()))],
        answer: |answer| read(&Unsubscribe::new(binding()), answer),
        refused: || BindingId::new("b".repeat(256)).expect_err("too long").to_string(),
        run: |shop| {
            let (_, subscription) = shop.subscribed();
            let id = subscription.binding_id.expect("an id");
            let gone = shop.call(&Unsubscribe::new(id));
            assert!(shop.call(&list()).bindings.is_empty());
            format!("{gone:#?}")
        },
    },
];

const ORDER: &str = "2c04379b-03ef-7e25-b619-446807dc54c2";

fn drawn(order: &str) -> DynamicQr {
    DynamicQr::new(OrderId::from_bank(order)).with(|qr| {
        qr.format = Some(QrFormat::Image);
        qr.size = QrSize::square(10).ok();
    })
}

fn check() -> CheckQr {
    CheckQr::new(OrderId::from_bank(ORDER))
}

fn reject() -> RejectQr {
    RejectQr::new(OrderId::from_bank(ORDER))
}

fn list() -> Subscriptions {
    Subscriptions::new(client())
}

fn binding() -> BindingId {
    BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2").expect("fits")
}
