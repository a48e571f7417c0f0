//! `POST sbp_c2b/status.do`: how far a payment by QR code is.
//!
//! documents/004, status request; rules R-056, R-059 to R-063.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::OrderId,
    order::{QrStatus, QrType, TransactionState, TransactionStateExtension},
    sbp::{Link, LinkError},
    state::qr::{Next, Report},
    wire::{opt, opt_text},
};
use serde::Deserialize;

use super::qr_id;
use crate::{
    context::Context,
    encode::Body,
    fault, lenient,
    resolve::{Call, Trail},
};

/// Asks how far a payment by QR code is; the router asks the bank (R-060).
///
/// Ask while the order lives, 30 minutes unless its registration says otherwise, and at growing
/// intervals: how often is not documented. Whether the order is paid says its own
/// [status](crate::order::status::OrderStatus) (R-067).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckQr {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// The code's number; none asks for the order's latest code. A bank's field.
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
    const NAME: &'static str = "router.sbpStatus";
    type Context<'a> = Context<'a>;
    type Response = QrReport;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("mdOrder", &self.order_id)?;
        body.opt("qrId", self.qr_id.as_ref())?;
        body.post("sbp_c2b/status.do")
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
    /// `0`, or nothing: the sample has none.
    pub error_code: Option<String>,
    /// The bank's text, for people.
    pub error_message: Option<String>,
    /// The order (`mdOrder`). It may be the bank's own number: keep the router's.
    pub order_id: Option<OrderId>,
    /// How far the code was before this question, it seems; no document says so (R-063).
    pub old_status: Option<QrStatus>,
    /// What the code says.
    pub payload: Option<String>,
    /// How far the payment by the code is (`qrStatus`, `Status` or `status`).
    pub status: Option<QrStatus>,
    /// Kind of the code: always [`QrType::Dynamic`].
    pub qr_type: Option<QrType>,
    /// The order's state in words of this call alone (R-061, R-062).
    pub transaction_state: Option<TransactionState>,
    /// More about the order's state; one value is documented.
    pub transaction_state_extension: Option<TransactionStateExtension>,
}

impl QrReport {
    /// What the machine of the code takes.
    pub fn report(&self) -> Report {
        let unnamed = QrStatus::from("");
        let status = self.status.as_ref().unwrap_or(&unnamed);
        Report::from_status(status, self.transaction_state.as_ref())
    }

    /// What to do next, by this report alone: `DEPOSITED` means to ask for the order's own status
    /// (R-061), anything that is not over to ask again (R-062).
    pub fn next(&self) -> Next {
        self.report().next()
    }

    /// What the code says, taken apart and checked; none where it did not come.
    pub fn link(&self) -> Option<Result<Link<'_>, LinkError>> {
        self.payload.as_deref().map(Link::parse)
    }
}

/// As it comes.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wire {
    #[serde(deserialize_with = "opt_text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    error_message: Option<String>,
    #[serde(deserialize_with = "lenient::from")]
    md_order: Option<OrderId>,
    #[serde(deserialize_with = "opt")]
    old_status: Option<QrStatus>,
    #[serde(deserialize_with = "opt_text")]
    payload: Option<String>,
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
    #[serde(deserialize_with = "opt")]
    transaction_state_extension: Option<TransactionStateExtension>,
}

impl From<Wire> for QrReport {
    fn from(wire: Wire) -> Self {
        Self {
            error_code: wire.error_code,
            error_message: wire.error_message,
            order_id: wire.md_order,
            old_status: wire.old_status,
            payload: wire.payload,
            status: wire.qr_status.or(wire.capital_status).or(wire.status),
            qr_type: wire.qr_type,
            transaction_state: wire.transaction_state,
            transaction_state_extension: wire.transaction_state_extension,
        }
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Effect, state::qr::State};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn check() -> CheckQr {
        CheckQr::new(OrderId::from_bank("2c04379b-03ef-7e25-b619-446807dc54c2"))
    }

    const SAMPLE: &str = r#"{"mdOrder": "f20a896f-07e8-492e-8c38-28c1ffe69124",
        "oldStatus": "STARTED", "payload": "https://qr.nspk.ru/106c2bfcbd904e0abd6197ac67dee2b6",
        "qrStatus": "STARTED", "qrType": "DYNAMIC", "transactionState": "CREATED",
        "transactionStateExtension": "SBP_C2B_STARTED"}"#;

    /// R-059
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&check()), @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/status.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","mdOrder":"2c04379b-03ef-7e25-b619-446807dc54c2"}
        "#);
        let one = check().with(|it| it.qr_id = Some("106c2bfcbd904e0abd6197ac67dee2b6".into()));
        let number = member(&one, "qrId").expect("sent");
        assert_eq!(number, "106c2bfcbd904e0abd6197ac67dee2b6");
        assert_eq!(
            refusal(&one.with(|it| it.qr_id = Some(String::new()))),
            "qrId: must not be empty"
        );
    }

    /// R-062, R-063: every field of the sample, and no code of an error.
    #[test]
    fn the_answer() {
        let read = check().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.error_code, None);
        let order = OrderId::from_bank("f20a896f-07e8-492e-8c38-28c1ffe69124");
        assert_eq!(read.order_id, Some(order));
        assert_eq!(
            (&read.old_status, &read.status),
            (&Some(QrStatus::Started), &Some(QrStatus::Started))
        );
        assert_eq!(read.qr_type, Some(QrType::Dynamic));
        assert_eq!(read.transaction_state, Some(TransactionState::Created));
        let extension = read.transaction_state_extension.as_ref();
        assert_eq!(extension, Some(&TransactionStateExtension::SbpStarted));
        let link = read.link().expect("there").expect("a link of SBP");
        assert_eq!(link.id(), "106c2bfcbd904e0abd6197ac67dee2b6");
        assert_eq!((read.report().state(), read.next()), (Some(State::Started), Next::AskAgain));
    }

    /// R-061, R-062: by the order's state first, whatever the code's own status is called.
    #[test]
    fn what_to_do_next() {
        let next = |body: &str| check().parse(&ok(body.to_owned())).expect("reads").next();
        for name in ["qrStatus", "Status", "status"] {
            let report = |status: &str, state: &str| {
                next(&format!("{{\"{name}\":\"{status}\",\"transactionState\":\"{state}\"}}"))
            };
            assert_eq!(report("ACCEPTED", "DEPOSITED"), Next::AskOrder);
            assert_eq!(report("STARTED", "DEPOSITED"), Next::AskOrder);
            assert_eq!(report("REJECTED", "DEPOSITED"), Next::AskOrder);
            assert_eq!(report("ACCEPTED", "CREATED"), Next::AskAgain);
            assert_eq!(report("CONFIRMED", "CREATED"), Next::AskAgain);
            assert_eq!(report("REJECTED", "CREATED"), Next::OfferAnother);
            assert_eq!(report("STARTED", "DECLINED"), Next::OfferAnother);
        }
        assert_eq!(next(r#"{"transactionState":"DEPOSITED"}"#), Next::AskOrder);
        assert_eq!(next(r#"{"qrStatus":"LATER","transactionState":"LATER"}"#), Next::AskAgain);
        assert_eq!(next("{}"), Next::AskAgain);
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
            let _ = check().parse(&ok(body)).map(|read| read.next());
        }
    }
}
