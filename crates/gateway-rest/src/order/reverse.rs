//! `POST rest/reverse.do`: gives back money that is held or was just taken.
//!
//! documents/003, "Reversal"; rules G-149 to G-155.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Part, Prepared, Replay,
    id::{MerchantLogin, OrderId, OrderNumber},
    state::amounts::Amounts,
};

use super::{
    Done,
    language::{self, Language},
    params::{Params, WithPenalty},
};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, OrderTrail, Trail},
};

/// Releases the payer's money before it is settled, in whole or in part.
///
/// The bank's support names the time frame in which it works, it needs a permission, and after one
/// reversal that failed later ones fail too (documents/003, reversal).
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reverse {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits, at most the authorized amount. The whole is sent
    /// as no amount at all.
    pub part: Part,
    /// The merchant's number of the order, beside its id; it does not replace the id.
    pub order_number: Option<OrderNumber>,
    /// The merchant on whose behalf the call acts.
    pub merchant_login: Option<MerchantLogin>,
    /// Currency of the amount; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// What the merchant keeps back, in minor units (`jsonParams`, `penalty`).
    pub penalty: Option<Minor>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl Reverse {
    /// Reverses a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self {
            order_id,
            part,
            order_number: None,
            merchant_login: None,
            currency: None,
            penalty: None,
            params: None,
            language: None,
            seen: None,
        }
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

impl Endpoint for Reverse {
    const NAME: &'static str = "gateway.reverse";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A reversal is possible once only, so a second copy is refused.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let pairs = WithPenalty { params: self.params.as_ref(), penalty: self.penalty };
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.text("orderId", self.order_id.as_str());
        if let Part::Exactly(_) = self.part {
            form.part("amount", self.part)?;
        }
        form.currency(self.currency)?;
        form.opt("orderNumber", self.order_number.as_ref().map(OrderNumber::as_str));
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.opt_json("jsonParams", (!pairs.is_empty()).then_some(&pairs))?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("reverse.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Reverse {
    fn trail(&self) -> Option<Trail> {
        let order_id = self.order_id.clone();
        Some(OrderTrail::Reverse { order_id, part: self.part, seen: self.seen }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

    fn reverse(part: Part) -> Reverse {
        Reverse::new(OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0"), part)
    }

    fn half() -> Reverse {
        reverse(Part::exactly(Minor::new(1000)).expect("not zero"))
    }

    /// G-001, G-010, G-152: the whole is sent as no amount at all.
    #[test]
    fn the_sample_on_the_wire() {
        let request = reverse(Part::Whole).with(|request| {
            request.currency = Some(Currency::EUR);
            request.language = Some(Language::English);
        });
        insta::assert_snapshot!(sent(&request), @r"
        POST https://vtb.rbsuat.com/payment/rest/reverse.do
        content-type: application/x-www-form-urlencoded

        currency=978&language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&userName=test_user
        ");
        assert_eq!(parameter(&half(), "amount").as_deref(), Some("1000"));
        assert!(!takes_a_long_login(&request)); // G-008
    }

    /// G-153, G-155: the order's number goes beside its id, the penalty among the free pairs.
    #[test]
    fn number_and_penalty() {
        let request = half().with(|request| {
            request.order_number = Some(OrderNumber::new("7005").expect("fits"));
            request.merchant_login = Some(MerchantLogin::new("merch_test418").expect("fits"));
            request.params = Some(Params::from_iter([("param_1_name", "param_1_value")]));
            request.penalty = Some(Minor::new(1300));
        });
        insta::assert_snapshot!(sent(&request), @r"
        POST https://vtb.rbsuat.com/payment/rest/reverse.do
        content-type: application/x-www-form-urlencoded

        amount=1000&jsonParams=%7B%22param_1_name%22%3A%22param_1_value%22%2C%22penalty%22%3A%221300%22%7D&merchantLogin=merch_test418&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&orderNumber=7005&password=test_user_password&userName=test_user
        ");
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = reverse(Part::exactly(Minor::new(u64::MAX)).expect("not zero"));
        assert_eq!(refusal(&wrong), "amount: must have at most 12 digits");
        let wrong = half().with(|it| it.language = Some("e".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    /// G-150: a second reversal is refused, in whole as in part.
    #[test]
    fn a_second_copy_is_refused() {
        assert_eq!([half(), reverse(Part::Whole)].map(|it| it.replay()), [Replay::Refused; 2]);
    }

    /// G-154: the refusal of a penalty with loyalty is one whose effect is open, as of every 5.
    #[test]
    fn what_a_refusal_says_about_the_money() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&half(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        let penalty = r#"{"errorCode":"5","errorMessage":"Penalty is not supported for orders with loyalty"}"#;
        let error = half().parse(&ok(penalty)).expect_err("a refusal");
        assert_eq!((error.is_wrong_state(), error.effect()), (true, maybe));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = half().parse(&ok(body));
        }
    }
}
