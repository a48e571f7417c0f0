//! `POST rest/decline.do`: closes an order that nobody has paid.
//!
//! documents/003, "Declining an order"; rules G-165 to G-167.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{MerchantLogin, OrderId, OrderNumber},
};

use super::{
    Done,
    language::{self, Language},
};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, OrderTrail, Trail},
};

/// Declines an order that is not completed, so that it can no longer be paid.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decline {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number of the order; mandatory beside the id.
    pub order_number: OrderNumber,
    /// The merchant on whose behalf the call acts.
    pub merchant_login: Option<MerchantLogin>,
    /// Language of the answer's text.
    pub language: Option<Language>,
}

impl Decline {
    /// Declines an order by both its numbers.
    pub fn new(order_id: OrderId, order_number: OrderNumber) -> Self {
        Self { order_id, order_number, merchant_login: None, language: None }
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

impl Endpoint for Decline {
    const NAME: &'static str = "gateway.decline";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A declined order is no longer one that can be declined.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.text("orderNumber", self.order_number.as_str());
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("decline.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Decline {
    fn trail(&self) -> Option<Trail> {
        Some(OrderTrail::Decline { order_id: self.order_id.clone() }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent, takes_a_long_login};

    fn decline() -> Decline {
        Decline::new(
            OrderId::from_bank("8cf0409e-857e-7f95-8ab1-b6810009d884"),
            OrderNumber::new("12345678").expect("fits"),
        )
    }

    /// G-001, G-010, G-166: both numbers of the order.
    #[test]
    fn the_sample_on_the_wire() {
        let request = decline().with(|request| {
            request.merchant_login = Some(MerchantLogin::new("merch_test418").expect("fits"));
            request.language = Some(Language::English);
        });
        insta::assert_snapshot!(sent(&request), @r"
        POST https://vtb.rbsuat.com/payment/rest/decline.do
        content-type: application/x-www-form-urlencoded

        language=en&merchantLogin=merch_test418&orderId=8cf0409e-857e-7f95-8ab1-b6810009d884&orderNumber=12345678&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = decline().with(|it| it.language = Some("".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    #[test]
    fn a_second_copy_is_refused() {
        assert_eq!(decline().replay(), Replay::Refused);
    }

    #[test]
    fn what_a_refusal_says_about_the_money() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&decline(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = decline().parse(&ok(body));
        }
    }
}
