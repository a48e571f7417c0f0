//! `POST paymentOrderBinding.do`: pays an order by a stored card or by an SBP subscription.
//!
//! documents/004, "Payment via bindingId" (R-086); fields and answer follow the gateway (R-100).

use std::net::IpAddr;

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    card::Cvc,
    id::{BindingId, OrderId},
    limit,
    order::{
        Personal, Tii,
        language::{self, Language},
    },
};

use crate::{
    context::Context,
    encode::Body,
    fault,
    payment::PaymentAnswer,
    resolve::{Call, Trail},
};

/// Pays an order by a binding. It goes to the bank that holds the binding, whatever the routing says
/// (R-086). An SBP subscription can be charged only if the order was registered with a description
/// (R-085).
///
/// Moves money, and a second copy may pay again: it is never sent twice. Dropping the future leaves
/// the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PayByBinding {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// The stored card or the subscription.
    pub binding_id: BindingId,
    /// Language of the answer's texts.
    pub language: Option<Language>,
    /// The buyer's address.
    pub ip: Option<IpAddr>,
    /// E-mail of the customer, 1 to 40 characters.
    pub email: Option<Personal>,
    /// Code on the back of the card, three digits; cards alone have one.
    pub cvc: Option<Cvc>,
    /// Who starts the payment; for cards.
    pub tii: Option<Tii>,
}

impl PayByBinding {
    /// Pays an order by a binding.
    pub fn new(order_id: OrderId, binding_id: BindingId) -> Self {
        Self { order_id, binding_id, language: None, ip: None, email: None, cvc: None, tii: None }
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
        language::check(self.language.as_ref())?;
        limit::opt_chars("email", &self.email, 1, 40)?;
        let three = self.cvc.as_ref().is_none_or(|cvc| cvc.expose().len() == 3);
        limit::ensure(three, "cvc", || "must be three digits".into())
    }
}

impl Endpoint for PayByBinding {
    const NAME: &'static str = "router.paymentOrderBinding";
    type Context<'a> = Context<'a>;
    type Response = PaymentAnswer;

    /// A second copy may charge the payer again.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("mdOrder", &self.order_id)?;
        body.put("bindingId", &self.binding_id)?;
        body.opt("language", self.language.as_ref())?;
        body.opt("ip", self.ip.as_ref())?;
        body.opt("email", self.email.as_ref().map(Personal::as_str))?;
        body.opt("cvc", self.cvc.as_ref().map(Cvc::expose))?;
        body.opt("tii", self.tii.as_ref())?;
        body.post("paymentOrderBinding.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<PaymentAnswer, Error> {
        fault::read(answer, fault::PAYING)
    }
}

impl Call for PayByBinding {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::Pay { order_id: self.order_id.clone() })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Effect, order::QrStatus};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent};

    const ANSWER: &str = r#"{"errorCode":0,"info":"text","redirect":"https://shop.example/back","bindingId":"b-1","processingErrorType":"NO_ERROR","sbpC2bInfo":{"qrId":"7","renderedQr":"iVBORw0KGgo=","payload":"https://qr.nspk.ru/7","status":"STARTED"}}"#;

    fn pay() -> PayByBinding {
        PayByBinding::new(
            OrderId::from_bank("ec52097f-f9c5-42bc-8676-910c4066f1c1"),
            BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2").expect("fits"),
        )
    }

    /// R-002, R-003, R-086: the order is named `mdOrder`.
    #[test]
    fn the_request_on_the_wire() {
        let request = pay().with(|it| {
            it.language = Some(Language::Russian);
            it.ip = Some(IpAddr::from([192, 0, 2, 17]));
            it.email = Some("buyer@shop.example".into());
            it.cvc = Some(Cvc::new("123").expect("three"));
            it.tii = Some(Tii::UnscheduledMit);
        });
        insta::assert_snapshot!(sent(&request), @r#"
        POST https://api.uat.all2pay.net/v1/paymentOrderBinding.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","mdOrder":"ec52097f-f9c5-42bc-8676-910c4066f1c1","bindingId":"d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2","language":"ru","ip":"192.0.2.17","email":"buyer@shop.example","cvc":"123","tii":"U"}
        "#);
        let wrong = pay().with(|it| it.cvc = Some(Cvc::new("1234").expect("four")));
        assert_eq!(refusal(&wrong), "cvc: must be three digits");
        let wrong = pay().with(|it| it.email = Some("".into()));
        assert_eq!(refusal(&wrong), "email: must have 1 to 40 characters");
        let wrong = pay().with(|it| it.language = Some("r".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    #[test]
    fn the_answer_is_no_payment() {
        let read = pay().parse(&ok(ANSWER)).expect("an answer");
        assert!(!read.outcome().declined);
        let code = read.sbp_c2b_info.expect("a code");
        assert_eq!(code.status, Some(QrStatus::Started));
        let declined =
            r#"{"errorCode":"0","error":"not enough","processingErrorType":"CLIENT_ERROR"}"#;
        let declined = pay().parse(&ok(declined)).expect("an answer");
        assert!(declined.outcome().declined);
        assert_eq!(declined.error.as_deref(), Some("not enough"));
        let odd = r#"{"errorCode":0,"sbpC2bInfo":7,"info":{"a":1},"error":{"b":2}}"#;
        assert_eq!(pay().parse(&ok(odd)).expect("an answer").sbp_c2b_info, None);
    }

    /// None of the codes clears the bank: 2 is also an order that is paid already.
    #[test]
    fn what_a_copy_and_a_refusal_do_to_the_money() {
        assert_eq!(pay().replay(), Replay::Doubles);
        let codes = ["1", "2", "5", "6", "7", "99"];
        assert_eq!(effects(&pay(), &codes), [Effect::Maybe; 6]);
        assert!(matches!(pay().trail(), Some(Trail::Pay { .. })));
    }

    #[test]
    fn a_marker_never_shows() {
        let request = pay().with(|it| {
            it.cvc = Some(Cvc::new("987").expect("three"));
            it.email = Some("MARKER@shop.example".into());
        });
        let prepared = crate::testing::prepare(&request).expect("breaks no rule");
        let shown = format!("{request:?} {prepared:?}");
        assert!(!shown.contains("MARKER") && !shown.contains("987"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(ANSWER)) {
            if let Ok(answer) = pay().parse(&ok(body)) {
                let _ = answer.outcome();
            }
        }
    }
}
