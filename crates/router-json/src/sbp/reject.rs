//! `POST sbp_c2b/reject.do`: closes a QR code that nobody has paid.
//!
//! documents/004, payment status; rules R-058, R-101: the document names no folder, and a switch of the
//! profile takes the other one.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Invalid, Prepared, Replay, id::OrderId, sbp::Rejection};

use super::qr_id;
use crate::{
    context::Context,
    encode::Body,
    fault,
    resolve::{Call, Trail},
};

/// Rejects the payment by a dynamic QR code, before its time is over.
///
/// Moves no money. The payer may have been quicker: after anything but a
/// [rejection](Rejection::is_rejected) ask for the order's status. Tell the machine of the code
/// ([`payments_core::state::qr`]) of a rejection only.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RejectQr {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// The code's number; none means the order's latest code. A bank's field.
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
    const NAME: &'static str = "router.sbpReject";
    type Context<'a> = Context<'a>;
    type Response = Rejection;

    /// A rejected code is no longer one that can be rejected.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("mdOrder", &self.order_id)?;
        body.opt("qrId", self.qr_id.as_ref())?;
        body.post(context.profile.reject_path.as_str())
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
    use crate::{
        Profile,
        profile::RejectPath,
        testing::{damaged, effects, ok, prepare_at, refusal, sent, shown},
    };

    fn reject() -> RejectQr {
        RejectQr::new(OrderId::from_bank("2c04379b-03ef-7e25-b619-446807dc54c2"))
    }

    /// R-058, R-101: beside the other two calls about codes, unless the profile says otherwise.
    #[test]
    fn on_the_wire() {
        let one = reject().with(|it| it.qr_id = Some("106c2bfcbd904e0abd6197ac67dee2b6".into()));
        insta::assert_snapshot!(sent(&one), @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/reject.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","mdOrder":"2c04379b-03ef-7e25-b619-446807dc54c2","qrId":"106c2bfcbd904e0abd6197ac67dee2b6"}
        "#);
        let other = Profile::test_stand().with(|profile| profile.reject_path = RejectPath::Root);
        let text = shown(prepare_at(&reject(), &other).expect("breaks no rule"));
        assert!(text.starts_with("POST https://api.uat.all2pay.net/v1/reject.do\n"), "{text}");
        assert!(!text.contains("qrId"));
        assert_eq!(
            refusal(&one.with(|it| it.qr_id = Some(String::new()))),
            "qrId: must not be empty"
        );
    }

    /// R-058: anything but `true` means that the payer may have been quicker.
    #[test]
    fn only_true_is_a_rejection() {
        let read = |body: &str| reject().parse(&ok(body.to_owned())).expect("reads").is_rejected();
        assert!(read(r#"{"rejected": true}"#) && read(r#"{"rejected":"true","errorCode":0}"#));
        assert!(!read(r#"{"rejected":false}"#) && !read("{}") && !read(r#"{"rejected":null}"#));
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
