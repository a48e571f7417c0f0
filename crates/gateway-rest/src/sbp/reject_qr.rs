//! `POST rest/sbp/c2b/qr/dynamic/reject.do`: closes a QR code that nobody has paid.
//!
//! documents/003, "Reject SBP payment"; rule G-201.

use bytes::Bytes;
pub use payments_core::sbp::Rejection;
use payments_core::{Endpoint, Error, Invalid, Prepared, Replay, id::OrderId};

use super::qr_id;
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, Trail},
};

/// Rejects the payment by a dynamic QR code.
///
/// Moves no money. The payer may have been quicker: after anything but a
/// [rejection](Rejection::is_rejected) ask for the order's status.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RejectQr {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// The code's number; none means the order's latest code.
    pub qr_id: Option<String>,
}

impl RejectQr {
    /// Rejects the code of an order.
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

impl Endpoint for RejectQr {
    const NAME: &'static str = "gateway.sbpQrReject";
    type Context<'a> = Context<'a>;
    type Response = Rejection;

    /// A rejected code is no longer one that can be rejected.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("mdOrder", self.order_id.as_str());
        form.opt("qrId", self.qr_id.as_deref());
        form.post("sbp/c2b/qr/dynamic/reject.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Rejection, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for RejectQr {
    /// It moves no money: [`CheckQr`](super::CheckQr) tells what became of the code.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

    fn reject() -> RejectQr {
        RejectQr::new(OrderId::from_bank("04888d6f-7920-7531-8332-8de901efddd0"))
            .with(|it| it.qr_id = Some("3946c0c02d1042f7b7e63cc0f1b52a95".into()))
    }

    /// G-001, G-010: a form, as the prose says; the sample's header names JSON over the same form.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&reject()), @"
        POST https://vtb.rbsuat.com/payment/rest/sbp/c2b/qr/dynamic/reject.do
        content-type: application/x-www-form-urlencoded

        mdOrder=04888d6f-7920-7531-8332-8de901efddd0&password=test_user_password&qrId=3946c0c02d1042f7b7e63cc0f1b52a95&userName=test_user
        ");
        assert!(takes_a_long_login(&reject())); // G-008
        assert_eq!(parameter(&reject().with(|it| it.qr_id = None), "qrId"), None);
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = reject().with(|it| it.qr_id = Some(String::new()));
        assert_eq!(refusal(&wrong), "qrId: must not be empty");
    }

    #[test]
    fn only_true_is_a_rejection() {
        let read = |body: &str| reject().parse(&ok(body.to_owned())).expect("reads").is_rejected();
        assert!(read(r#"{"rejected": true}"#) && read(r#"{"rejected":"true","errorCode":0}"#));
        assert!(!read(r#"{"rejected":false}"#) && !read("{}"));
    }

    #[test]
    fn a_second_copy_is_refused() {
        assert_eq!((reject().replay(), reject().trail()), (Replay::Refused, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "text"];
        assert_eq!(effects(&reject(), &codes), [maybe, no, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"rejected": true, "errorCode": 0}"#)) {
            let _ = reject().parse(&ok(body));
        }
    }
}
