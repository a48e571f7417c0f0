//! `POST alfapay/paymentOrder.do`: a link by which the payer pays on the page of Alfa Pay.
//!
//! documents/001; rules R-006, R-029 to R-041.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::OrderId,
    order::language::{self, Language},
};

pub use crate::link::PaymentLink;
use crate::{
    context::Context,
    encode::Body,
    link::Linked,
    order::status::OrderStatus,
    resolve::{Call, Trail},
    tpay::CODES,
};

/// Gets an Alfa Pay link for a registered order; Alfa-Bank must be set for it in the partner's settings
/// (R-006, R-029).
///
/// Moves no money: the payer does. Whether a second call answers the same link or makes another is not
/// documented, so it is never sent twice by itself. After a lost answer ask for a link again: nobody
/// can pay by the one that nobody has seen, and an order is paid once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AlfaPay {
    /// The order.
    pub order_id: OrderId,
    /// Language of the texts.
    pub language: Option<Language>,
}

impl AlfaPay {
    /// Gets a link for an order.
    pub fn new(order_id: OrderId) -> Self {
        Self { order_id, language: None }
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
        language::check(self.language.as_ref())
    }
}

impl Endpoint for AlfaPay {
    const NAME: &'static str = "router.alfapayPaymentOrder";
    type Context<'a> = Context<'a>;
    type Response = AlfaPayLink;

    /// It may make another link for the same order.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("orderId", &self.order_id)?;
        body.opt("language", self.language.as_ref())?;
        body.post("alfapay/paymentOrder.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<AlfaPayLink, Error> {
        let Linked { error_code, error_message, order_id, redirect } = Linked::read(answer, CODES)?;
        Ok(AlfaPayLink { error_code, error_message, order_id, redirect })
    }
}

impl Call for AlfaPay {
    /// It moves no money, so nothing is left to find out.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// Where the payer pays. The page is the same for computers and phones: it shows a code or opens the
/// application by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlfaPayLink {
    /// `0`, or nothing.
    pub error_code: Option<String>,
    /// A text, for people.
    pub error_message: Option<String>,
    /// An order's number, perhaps the bank's: in the sample it is not the one that was asked for. Keep
    /// your own.
    pub order_id: Option<OrderId>,
    /// Where the payer is sent, as it is (R-034).
    pub redirect: PaymentLink,
}

/// The payer came back from the page of Alfa Pay, to one of the two addresses of the registration
/// (R-039), so the browser says.
///
/// Anyone can open either address: it proves nothing, whichever it is. All that follows is the question
/// for the order's status (R-040).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two addresses")]
pub enum CameBack {
    /// To `returnUrl`.
    ReturnUrl(OrderId),
    /// To `failUrl`.
    FailUrl(OrderId),
}

impl CameBack {
    /// The question that tells: once, or again until the outcome is final. The order is one of your own,
    /// by your session, not by what the browser's address names.
    pub fn question(&self) -> OrderStatus {
        let (Self::ReturnUrl(order) | Self::FailUrl(order)) = self;
        OrderStatus::of_order(order.clone())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn order() -> OrderId {
        OrderId::from_bank("d02ea238-be2b-4ea8-b940-fd8833a7000f")
    }

    fn pay() -> AlfaPay {
        AlfaPay::new(order()).with(|it| it.language = Some(Language::Russian))
    }

    const SAMPLE: &str = r#"{"data": {"orderId": "4c47056e-5ce7-4b62-989d-940a49e769f6",
        "redirect": "https://test-alfa-mobile.alfabank.ru/mobile/api/v1/goto-alfapay/alfapay?orderId=85af6430-9f86-7.....1hMzM5LWM2YzMwMTM2NjEwOA=="},
        "success": true}"#;

    /// R-030, R-031: nothing about the device, and no comma behind the last member.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&pay()), @r#"
        POST https://api.uat.all2pay.net/v1/alfapay/paymentOrder.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderId":"d02ea238-be2b-4ea8-b940-fd8833a7000f","language":"ru"}
        "#);
        for name in ["device", "browser", "os", "webView"] {
            assert_eq!(member(&pay(), name), None, "{name}");
        }
        let wrong = pay().with(|it| it.language = Some(Language::from("rus")));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    /// R-034, R-035: the link byte for byte, with whatever is encoded in it.
    #[test]
    fn the_answer() {
        let read = pay().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(
            read.redirect.as_str(),
            "https://test-alfa-mobile.alfabank.ru/mobile/api/v1/goto-alfapay/alfapay?orderId=85af6430-9f86-7.....1hMzM5LWM2YzMwMTM2NjEwOA=="
        );
        let bank = OrderId::from_bank("4c47056e-5ce7-4b62-989d-940a49e769f6");
        assert_eq!(read.order_id, Some(bank), "not the order that was asked for");
        let flat = r#"{"redirect":"https://a.example/?x=%2B==","orderId":null}"#;
        let read = pay().parse(&ok(flat)).expect("reads");
        assert_eq!(read.redirect.as_str(), "https://a.example/?x=%2B==");
        assert!(pay().parse(&ok(r#"{"success":true,"data":{}}"#)).is_err());
    }

    /// R-039, R-040: either address leads to the same question and to nothing else.
    #[test]
    fn coming_back_proves_nothing() {
        let questions = [CameBack::ReturnUrl(order()), CameBack::FailUrl(order())]
            .map(|back| sent(&back.question()));
        assert_eq!(questions[0], questions[1]);
        assert!(questions[0].contains("getOrderStatusExtended.do"));
        assert!(questions[0].contains("d02ea238-be2b-4ea8-b940-fd8833a7000f"));
    }

    /// R-032: another copy may be another order at the bank.
    #[test]
    fn a_second_copy_may_make_a_second_link() {
        assert_eq!((pay().replay(), pay().trail()), (Replay::Doubles, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["4", "5", "6", "7", "1", "text"];
        assert_eq!(effects(&pay(), &codes), [no, no, no, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = pay().parse(&ok(body));
        }
    }
}
