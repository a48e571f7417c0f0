//! `POST paymentOrder.do`: charges a subscription at any SBP bank of the partner.
//!
//! documents/004, payment via `sbpSubscriptionToken`; rules R-085, R-087 to R-089, R-091. The answer
//! is the banks' (R-100).

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::OrderId,
    order::language::{self, Language},
    sbp::SbpSubscription,
};

use crate::{
    context::Context,
    encode::Body,
    fault,
    payment::PaymentAnswer,
    resolve::{Call, Trail},
};

/// Charges a customer's linked account for an order that was registered with a description (R-085).
/// The router chooses one of the partner's SBP banks (R-087).
///
/// Moves money, and a second copy may charge again: it is never sent twice. Dropping the future leaves
/// the outcome unknown: resolve it. Paying by card through this path is not offered: the router's page
/// keeps card numbers away from the merchant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PayByToken {
    /// The order (`mdOrder`).
    pub order_id: OrderId,
    /// What is charged: token and the payer's bank, of one record (R-088).
    pub subscription: SbpSubscription,
    /// Language of the answer's texts.
    pub language: Option<Language>,
}

impl PayByToken {
    /// Charges a subscription for an order.
    pub fn new(order_id: OrderId, subscription: SbpSubscription) -> Self {
        Self { order_id, subscription, language: None }
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
        self.subscription.validate()?;
        language::check(self.language.as_ref())
    }
}

impl Endpoint for PayByToken {
    const NAME: &'static str = "router.paymentOrder";
    type Context<'a> = Context<'a>;
    type Response = PaymentAnswer;

    /// A second copy may charge the account again.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("mdOrder", &self.order_id)?;
        body.put("sbpMemberId", &self.subscription.member_id)?;
        body.secret("sbpSubscriptionToken", &self.subscription.token)?;
        body.opt("language", self.language.as_ref())?;
        body.post("paymentOrder.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<PaymentAnswer, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for PayByToken {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::Pay { order_id: self.order_id.clone() })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{Effect, Secret};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn order() -> OrderId {
        OrderId::from_bank("ec52097f-f9c5-42bc-8676-910c4066f1c1")
    }

    fn by(token: &str, bank: &str) -> PayByToken {
        PayByToken::new(order(), SbpSubscription::new(Secret::<String>::new(token), bank))
    }

    fn pay() -> PayByToken {
        by("58c6ec02e3434130aeb7930a99a78552", "110000000005")
    }

    const SAMPLE: &str = r#"{"errorCode":0,"info":"Done","redirect":"https://shop.example/back?orderId=1","processingErrorType":"NO_ERROR"}"#;

    /// R-087, R-088, R-089: the order as `mdOrder`, token and bank together. R-091: they may come
    /// from anywhere.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&pay()), @r#"
        POST https://api.uat.all2pay.net/v1/paymentOrder.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","mdOrder":"ec52097f-f9c5-42bc-8676-910c4066f1c1","sbpMemberId":"110000000005","sbpSubscriptionToken":"58c6ec02e3434130aeb7930a99a78552"}
        "#);
        let spoken = pay().with(|it| it.language = Some(Language::Russian));
        assert_eq!(member(&spoken, "language").expect("sent"), "ru");
    }

    /// R-088: one half alone is refused before it is sent.
    #[test]
    fn half_a_pair_is_refused() {
        let token = "sbpSubscriptionToken: must have 1 to 32 characters";
        assert_eq!(refusal(&by("", "110000000005")), token);
        assert_eq!(refusal(&by("t", "")), "sbpMemberId: must have 1 to 12 characters");
        let wrong = pay().with(|it| it.language = Some(Language::from("rus")));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    /// R-100: the fields that banks answer; a decline is an answer, too.
    #[test]
    fn the_answer() {
        let read = pay().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.info.as_deref(), Some("Done"));
        assert!(!read.outcome().declined);
        let declined =
            r#"{"errorCode":"0","error":"Declined","processingErrorType":"CLIENT_ERROR"}"#;
        let read = pay().parse(&ok(declined)).expect("reads");
        assert!(read.outcome().declined);
        assert_eq!(read.error.as_deref(), Some("Declined"));
        assert!(pay().parse(&ok("{}")).is_ok());
    }

    /// No code clears a charge, and it is never sent twice.
    #[test]
    fn what_a_refusal_says_about_the_money() {
        let codes = ["1", "2", "5", "6", "7", "99", "text"];
        assert_eq!(effects(&pay(), &codes), [Effect::Maybe; 7]);
        assert_eq!(pay().replay(), Replay::Doubles);
        assert_eq!(pay().trail(), Some(Trail::Pay { order_id: order() }));
    }

    #[test]
    fn a_marker_never_shows() {
        let request = by("MARKER", "110000000005");
        assert!(!format!("{request:?}").contains("MARKER"));
        let long = by(&"MARKER".repeat(9), "110000000005");
        assert!(!refusal(&long).contains("MARKER"));
        let error = request.parse(&ok("{\"MARKER")).expect_err("unreadable");
        assert!(!format!("{error:?} {error}").contains("MARKER"));
        assert!(!format!("{:?}", request.trail()).contains("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = pay().parse(&ok(body));
        }
    }
}
