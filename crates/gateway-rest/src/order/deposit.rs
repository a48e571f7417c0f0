//! `POST rest/deposit.do`: completes a two-phase order, in whole or in part.
//!
//! documents/003, "Completing a payment"; rules G-146 to G-148.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Part, Prepared, Replay, id::OrderId,
    order::cart::CartItems, state::amounts::Amounts,
};

use super::{
    Done,
    language::{self, Language},
    params::Params,
};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Takes money that registerPreAuth and the payer's payment hold.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deposit {
    /// The order.
    pub order_id: OrderId,
    /// How much of the held sum, in minor units, 1 to 12 digits. The bank reads 0 as everything;
    /// [`Part::Whole`] is what sends it.
    pub part: Part,
    /// The positions that are completed. Together they cost what the call is about, where that is
    /// a named amount.
    pub deposit_items: Option<CartItems>,
    /// Currency of the amount; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl Deposit {
    /// Completes a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self {
            order_id,
            part,
            deposit_items: None,
            currency: None,
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

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules of carts are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        let rules = profile.rules;
        language::check(self.language.as_ref())?;
        let Some(items) = &self.deposit_items else { return Ok(()) };
        items.validate_with("depositItems", rules)?;
        let currency = self.currency.or(profile.default_currency);
        items.validate_currency("depositItems", currency, rules)?;
        self.part
            .amount()
            .map_or(Ok(()), |amount| items.validate_total("depositItems", amount, rules))
    }
}

impl Endpoint for Deposit {
    const NAME: &'static str = "gateway.deposit";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A second copy completes again where several completions are allowed.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.part("amount", self.part)?;
        form.opt_json("depositItems", self.deposit_items.as_ref())?;
        form.currency(self.currency)?;
        form.opt_json("jsonParams", self.params.as_ref())?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("deposit.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Deposit {
    fn trail(&self) -> Option<Trail> {
        let order_id = self.order_id.clone();
        Some(OrderTrail::Deposit { order_id, part: self.part, seen: self.seen }.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Effect, Minor,
        order::{
            PaymentMethod, PaymentObject, Rule,
            cart::{CartItem, ItemAttributes, Quantity},
        },
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Profile,
        testing::{damaged, effects, ok, parameter, prepare_at, refusal, sent, takes_a_long_login},
    };

    fn deposit(amount: u64) -> Deposit {
        let order = OrderId::from_bank("01492437-d2fb-77fa-8db7-9e2900a7d8c0");
        Deposit::new(order, Part::exactly(Minor::new(amount)).expect("not zero"))
    }

    fn item(number: u32, price: u64) -> CartItem {
        CartItem::new(number.into(), "apple", Quantity::pieces(2)).with(|item| {
            item.item_price = Some(Minor::new(price));
            item.item_attributes =
                Some(ItemAttributes::new(PaymentMethod::FullPrepayment, PaymentObject::Commodity));
        })
    }

    /// G-001, G-010, G-013: a POST, everything in the body of the form, minor units.
    #[test]
    fn the_sample_on_the_wire() {
        let request = deposit(2000).with(|request| {
            request.currency = Some(Currency::EUR);
            request.language = Some(Language::English);
        });
        insta::assert_snapshot!(sent(&request), @r"
        POST https://vtb.rbsuat.com/payment/rest/deposit.do
        content-type: application/x-www-form-urlencoded

        amount=2000&currency=978&language=en&orderId=01492437-d2fb-77fa-8db7-9e2900a7d8c0&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
    }

    /// G-146: the whole is sent as zero, and only the whole.
    #[test]
    fn the_whole_is_a_zero_on_the_wire() {
        let whole = Deposit { part: Part::Whole, ..deposit(1) };
        assert_eq!(parameter(&whole, "amount").as_deref(), Some("0"));
        assert!(Part::exactly(Minor::ZERO).is_err());
        let long = deposit(1_000_000_000_000);
        assert_eq!(refusal(&long), "amount: must have at most 12 digits");
    }

    /// G-012, G-072, G-147: positions travel as JSON in one parameter and cost the amount together.
    #[test]
    fn positions_cost_what_is_completed() {
        let items = CartItems::new([item(1, 600), item(2, 400)]);
        let request = deposit(2000).with(|request| request.deposit_items = Some(items));
        insta::assert_snapshot!(
            parameter(&request, "depositItems").expect("sent"),
            @r#"{"items":[{"positionId":1,"name":"apple","quantity":{"value":2,"measure":"0"},"itemPrice":600,"itemAttributes":{"attributes":[{"name":"paymentMethod","value":"1"},{"name":"paymentObject","value":"1"}]}},{"positionId":2,"name":"apple","quantity":{"value":2,"measure":"0"},"itemPrice":400,"itemAttributes":{"attributes":[{"name":"paymentMethod","value":"1"},{"name":"paymentObject","value":"1"}]}}]}"#
        );
        let other = Deposit { part: deposit(1999).part, ..request.clone() };
        assert_eq!(
            refusal(&other),
            "depositItems.items: must cost together what the call is about"
        );
        let lenient = Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::CartTotal));
        assert!(prepare_at(&other, &lenient).is_ok());
        let whole = Deposit { part: Part::Whole, ..request };
        assert_eq!(whole.validate(&Profile::vtb_test()), Ok(()));
    }

    #[test]
    fn a_wrong_position_is_named() {
        let items = CartItems::new([item(1, 1000), item(2, 1000).with(|it| it.name.clear())]);
        let request = deposit(4000).with(|request| request.deposit_items = Some(items));
        assert_eq!(refusal(&request), "depositItems.items[1].name: must have 1 to 255 characters");
        let request = deposit(4000).with(|it| it.deposit_items = Some(CartItems::default()));
        assert_eq!(refusal(&request), "depositItems.items: must hold a position");
    }

    #[test]
    fn a_second_copy_completes_again() {
        assert_eq!(deposit(1).replay(), Replay::Doubles);
        assert_eq!(Deposit { part: Part::Whole, ..deposit(1) }.replay(), Replay::Doubles);
    }

    #[test]
    fn what_a_refusal_says_about_the_money() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&deposit(1), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = deposit(1).parse(&ok(body));
        }
    }
}
