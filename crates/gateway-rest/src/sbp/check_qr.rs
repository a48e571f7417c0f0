//! `POST rest/sbp/c2b/qr/status.do`: tells how far a payment by QR code is.
//!
//! documents/003, "Get SBP payment status"; rules G-199 and G-200.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::OrderId,
    order::{QrStatus, QrType, TransactionState},
    wire::{opt, opt_text},
};
use serde::Deserialize;

use super::{one_status, qr_id};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    resolve::{Call, Trail},
};

/// Asks for the status of an order's QR code.
///
/// It says how the payer gets on. Whether the order is paid says its own
/// [status](crate::order::status::OrderStatus) (G-029).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckQr {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// The code's number; none asks for the order's latest code.
    pub qr_id: Option<String>,
}

impl CheckQr {
    /// Asks for the code of an order.
    pub fn new(order_id: OrderId) -> Self {
        Self { order_id, qr_id: None }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self) -> Result<(), Invalid> {
        qr_id(&self.qr_id)
    }
}

impl Endpoint for CheckQr {
    const NAME: &'static str = "gateway.sbpQrStatus";
    type Context<'a> = Context<'a>;
    type Response = QrReport;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("mdOrder", self.order_id.as_str());
        form.opt("qrId", self.qr_id.as_deref());
        form.post("sbp/c2b/qr/status.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<QrReport, Error> {
        fault::read(answer, fault::ASKING)
    }
}

impl Call for CheckQr {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// How far a payment by QR code is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Wire")]
#[non_exhaustive]
pub struct QrReport {
    /// `0`, or nothing.
    pub error_code: Option<String>,
    /// The bank's text, for people.
    pub error_message: Option<String>,
    /// How far the payment by the code is (`qrStatus`, `Status` or `status`).
    pub status: Option<QrStatus>,
    /// Kind of the code: always [`QrType::Dynamic`] (G-200).
    pub qr_type: Option<QrType>,
    /// The order, in words of this call alone; see
    /// [`OrderStatus`](crate::order::status::OrderStatus) for what counts.
    pub transaction_state: Option<TransactionState>,
}

impl Coded for QrReport {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

/// As it comes.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wire {
    #[serde(deserialize_with = "opt_text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    error_message: Option<String>,
    #[serde(deserialize_with = "opt")]
    qr_status: Option<QrStatus>,
    #[serde(rename = "Status", deserialize_with = "opt")]
    capital_status: Option<QrStatus>,
    #[serde(deserialize_with = "opt")]
    status: Option<QrStatus>,
    #[serde(deserialize_with = "opt")]
    qr_type: Option<QrType>,
    #[serde(deserialize_with = "opt")]
    transaction_state: Option<TransactionState>,
}

impl From<Wire> for QrReport {
    fn from(wire: Wire) -> Self {
        Self {
            error_code: wire.error_code,
            error_message: wire.error_message,
            status: one_status([wire.qr_status, wire.capital_status, wire.status]),
            qr_type: wire.qr_type,
            transaction_state: wire.transaction_state,
        }
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

    fn check() -> CheckQr {
        CheckQr::new(OrderId::from_bank("04888d6f-7920-7531-8332-8de901efddd0"))
            .with(|it| it.qr_id = Some("3946c0c02d1042f7b7e63cc0f1b52a95".into()))
    }

    const SAMPLE: &str =
        r#"{"qrType": "DYNAMIC", "qrStatus": "ACCEPTED", "transactionState": "DEPOSITED"}"#;

    /// G-001, G-010: a POST, everything in the body of the form.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&check()), @"
        POST https://vtb.rbsuat.com/payment/rest/sbp/c2b/qr/status.do
        content-type: application/x-www-form-urlencoded

        mdOrder=04888d6f-7920-7531-8332-8de901efddd0&password=test_user_password&qrId=3946c0c02d1042f7b7e63cc0f1b52a95&userName=test_user
        ");
        assert!(takes_a_long_login(&check())); // G-008
        assert_eq!(parameter(&check().with(|it| it.qr_id = None), "qrId"), None);
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = check().with(|it| it.qr_id = Some(String::new()));
        assert_eq!(refusal(&wrong), "qrId: must not be empty");
    }

    /// G-199, G-200: one status under three names; the kind is dynamic.
    #[test]
    fn the_answer() {
        let read = check().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.status, Some(QrStatus::Accepted));
        assert_eq!(read.qr_type, Some(QrType::Dynamic));
        assert_eq!(read.transaction_state, Some(TransactionState::Deposited));
        for name in ["qrStatus", "Status", "status"] {
            let body = format!("{{\"{name}\":\"CONFIRMED\",\"errorCode\":\"0\"}}");
            let read = check().parse(&ok(body)).expect("reads");
            assert_eq!(read.status, Some(QrStatus::Confirmed), "{name}");
        }
    }

    #[test]
    fn it_only_asks() {
        assert_eq!((check().replay(), check().trail()), (Replay::Reads, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["1", "5", "6", "7", "99", "text"];
        assert_eq!(effects(&check(), &codes), [no, no, no, no, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = check().parse(&ok(body));
        }
    }
}
