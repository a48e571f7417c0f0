//! SBP: the documents' samples.

use gateway_rest::sbp::{CheckQr, DynamicQr, RejectQr, Subscriptions, Unsubscribe};
use payments_core::{
    Effect, Endpoint as _,
    id::{BindingId, ClientId, OrderId},
    order::{QrFormat, QrStatus, QrType, TransactionState},
};

use crate::samples::{answer, assert_same, prepared, request, response};

const GET: &str = "rest/sbp/c2b/qr/dynamic/get.do";
const STATUS: &str = "rest/sbp/c2b/qr/status.do";
const REJECT: &str = "rest/sbp/c2b/qr/dynamic/reject.do";
const BINDINGS: &str = "rest/sbp/c2b/getBindings.do";
const UNBIND: &str = "rest/sbp/c2b/unBind.do";

fn order() -> OrderId {
    OrderId::from_bank("04888d6f-7920-7531-8332-8de901efddd0")
}

fn qr() -> Option<String> {
    Some("3946c0c02d1042f7b7e63cc0f1b52a95".into())
}

fn binding() -> BindingId {
    BindingId::new("091b5393-3a20-7322-a81a-9f6000002738").expect("fits")
}

/// G-196, G-197, G-199: the printed request and answer; nothing is drawn without both sides.
#[test]
fn a_code() {
    let get = DynamicQr::new(order()).with(|it| it.format = Some(QrFormat::Image));
    assert_same(&prepared(&get), &request(GET, 0));
    let read = get.parse(&answer(&response(GET, 0))).expect("reads");
    assert_eq!(read.status, Some(QrStatus::Started));
    let id = "54d14bae6f7f4a73929308e9afa5915d";
    assert_eq!(read.qr_id.as_deref(), Some(id));
    assert_eq!(read.payload, Some(format!("https://qr.nspk.ru/{id}")));
    assert_eq!((read.rendered_qr, read.error_code), (None, None));
}

/// G-199, G-200: the printed request and answer.
#[test]
fn the_status_of_a_code() {
    let check = CheckQr::new(order()).with(|it| it.qr_id = qr());
    assert_same(&prepared(&check), &request(STATUS, 0));
    let read = check.parse(&answer(&response(STATUS, 0))).expect("reads");
    assert_eq!(read.status, Some(QrStatus::Accepted));
    assert_eq!(read.qr_type, Some(QrType::Dynamic));
    assert_eq!(read.transaction_state, Some(TransactionState::Deposited));
}

/// G-010: the printed header names JSON over the same form; the form goes out as a form.
#[test]
fn a_rejection() {
    let reject = RejectQr::new(order()).with(|it| it.qr_id = qr());
    assert_same(&prepared(&reject), &request(REJECT, 0));
    assert!(reject.parse(&answer(&response(REJECT, 0))).expect("reads").is_rejected());
}

/// G-202: the printed request and both answers.
#[test]
fn subscriptions() {
    let list = Subscriptions::new(ClientId::new("dos-clientos").expect("fits")).with(|it| {
        it.binding_id = Some(binding());
        it.show_disabled = Some(true);
    });
    assert_same(&prepared(&list), &request(BINDINGS, 0));
    let read = list.parse(&answer(&response(BINDINGS, 0))).expect("reads");
    let [one] = read.bindings.as_slice() else { panic!("one") };
    assert_eq!(one.member_id.as_deref(), Some("100000000008"));
    assert_eq!(one.subscription_service_name.as_deref(), Some("Videogames"));
    let id = "3422b448-2460-4fd2-9183-8000de6f8343";
    assert_eq!(one.subscription_service_id.as_deref(), Some(id));
    assert!(one.means().is_some());
    let error = list.parse(&answer(&response(BINDINGS, 1))).expect_err("an error");
    let refusal = error.refusal().expect("by its code");
    assert_eq!((refusal.code.as_str(), error.effect()), ("5", Effect::No));
}

/// G-203, G-204: the printed success carries 2, the failure 5.
#[test]
fn a_deactivation() {
    let unbind = Unsubscribe::new(binding());
    assert_same(&prepared(&unbind), &request(UNBIND, 0));
    let read = unbind.parse(&answer(&response(UNBIND, 0))).expect("a success");
    assert_eq!(read.error_code.as_deref(), Some("2"));
    assert_eq!(read.error.as_deref(), Some("Stored credential deactivated"));
    let error = unbind.parse(&answer(&response(UNBIND, 1))).expect_err("a refusal");
    assert_eq!(error.refusal().expect("by its code").message.as_deref(), Some("Access denied"));
}
