//! `POST rest/refund.do`: pays back money of a completed order, in whole or in part.
//!
//! documents/003, "Refund"; rules G-156 to G-164.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Part, Prepared, Replay,
    id::{OrderId, RefundId},
    order::{
        cart::{CartItems, customer_identity},
        ofd::OfdParams,
    },
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
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Pays money back to the payer. Several refunds are possible, together at most what was taken.
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refund {
    /// The order.
    pub order_id: OrderId,
    /// How much, in minor units, 1 to 12 digits. The bank reads 0 as everything; [`Part::Whole`]
    /// is what sends it.
    pub part: Part,
    /// The merchant's own key of this refund (`externalRefundId`, 1 to 32 characters): the bank
    /// answers a second refund with the same key as it answered the first. None only by
    /// [`without_key`](Self::without_key).
    pub refund_id: Option<RefundId>,
    /// The deposited amount that the order must have now, in minor units, for the refund to run.
    pub expected_deposited_amount: Option<Minor>,
    /// The positions that are paid back. The document says that a deposit's positions cost
    /// together what the call is about; of a refund's it says nothing, so their sum is checked only
    /// with the rule `refund-total`.
    pub refund_items: Option<CartItems>,
    /// Receipt data for all positions; only where registration carried it too.
    pub additional_ofd_params: Option<OfdParams>,
    /// Currency of the amount; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// What the merchant keeps back, in minor units (`jsonParams`, `penalty`).
    pub penalty: Option<Minor>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Language of the answer's text.
    pub language: Option<Language>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them, where the bank's report does not tell by the key.
    pub seen: Option<Amounts>,
}

impl Refund {
    /// Refunds a part of an order, or all of it, under a key of the merchant's.
    pub fn new(order_id: OrderId, part: Part, refund_id: RefundId) -> Self {
        Self { refund_id: Some(refund_id), ..Self::without_key(order_id, part) }
    }

    /// Refunds without a key: a second copy may pay back twice, so it is never sent again.
    pub fn without_key(order_id: OrderId, part: Part) -> Self {
        Self {
            order_id,
            part,
            refund_id: None,
            expected_deposited_amount: None,
            refund_items: None,
            additional_ofd_params: None,
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

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules of carts are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        let rules = profile.rules;
        language::check(self.language.as_ref())?;
        if let Some(items) = &self.refund_items {
            items.validate_with("refundItems", rules)?;
            let currency = self.currency.or(profile.default_currency);
            items.validate_currency("refundItems", currency, rules)?;
            self.part
                .amount()
                .map_or(Ok(()), |amount| items.validate_refund("refundItems", amount, rules))?;
        }
        let Some(receipt) = &self.additional_ofd_params else { return Ok(()) };
        receipt.validate_with("additionalOfdParams", rules)?;
        // A refund carries no other data of the customer.
        customer_identity(None, Some(receipt), rules)
    }
}

impl Endpoint for Refund {
    const NAME: &'static str = "gateway.refund";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// With a key the bank answers a second copy as the first; with the expected amount alone it
    /// refuses it; with neither it refunds again.
    fn replay(&self) -> Replay {
        match (&self.refund_id, self.expected_deposited_amount) {
            (Some(_), _) => Replay::SameAnswer,
            (None, Some(_)) => Replay::Refused,
            (None, None) => Replay::Doubles,
        }
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let spelling = context.profile.ofd_spelling;
        let receipt = self.additional_ofd_params.as_ref().map(|params| params.spelled(spelling));
        let pairs = WithPenalty { params: self.params.as_ref(), penalty: self.penalty };
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("orderId", self.order_id.as_str());
        form.part("amount", self.part)?;
        if let Some(expected) = self.expected_deposited_amount {
            form.minor("expectedDepositedAmount", expected, 12)?;
        }
        form.opt("externalRefundId", self.refund_id.as_ref().map(RefundId::as_str));
        form.opt_json("refundItems", self.refund_items.as_ref())?;
        form.opt_json("additionalOfdParams", receipt.as_ref())?;
        form.currency(self.currency)?;
        form.opt_json("jsonParams", (!pairs.is_empty()).then_some(&pairs))?;
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("refund.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Refund {
    fn trail(&self) -> Option<Trail> {
        let trail = OrderTrail::Refund {
            order_id: self.order_id.clone(),
            part: self.part,
            refund_id: self.refund_id.clone(),
            seen: self.seen,
        };
        Some(trail.into())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Effect,
        order::{
            cart::{CartItem, Quantity},
            ofd::OfdSpelling,
        },
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Profile,
        testing::{
            damaged, effects, ok, parameter, prepare_at, refusal, sent, shown, takes_a_long_login,
        },
    };

    fn refund(amount: u64) -> Refund {
        let order = OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0");
        Refund::without_key(order, Part::exactly(Minor::new(amount)).expect("not zero"))
    }

    fn keyed(amount: u64) -> Refund {
        refund(amount).with(|it| it.refund_id = Some(RefundId::new("refund-1").expect("fits")))
    }

    /// G-001, G-010, G-013: a POST, everything in the body of the form, minor units.
    #[test]
    fn the_sample_on_the_wire() {
        let request = refund(2000).with(|request| {
            request.currency = Some(Currency::EUR);
            request.language = Some(Language::English);
        });
        insta::assert_snapshot!(sent(&request), @r"
        POST https://vtb.rbsuat.com/payment/rest/refund.do
        content-type: application/x-www-form-urlencoded

        amount=2000&currency=978&language=en&orderId=01491d0b-c848-7dd6-a20d-e96900a7d8c0&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
    }

    /// G-156: the whole is sent as zero, and only the whole.
    #[test]
    fn the_whole_is_a_zero_on_the_wire() {
        let whole = Refund { part: Part::Whole, ..refund(1) };
        assert_eq!(parameter(&whole, "amount").as_deref(), Some("0"));
        assert_eq!(parameter(&refund(1), "amount").as_deref(), Some("1"));
        assert!(Part::try_from(Minor::ZERO).is_err());
    }

    /// G-161, G-162: what a second copy does depends on the key and the expected amount, which are
    /// on the wire.
    #[test]
    fn a_key_makes_it_repeatable() {
        let guarded = refund(500).with(|it| it.expected_deposited_amount = Some(Minor::new(2000)));
        let both = keyed(500).with(|it| it.expected_deposited_amount = Some(Minor::new(2000)));
        let replays = [&refund(500), &keyed(500), &guarded, &both].map(Endpoint::replay);
        assert_eq!(
            replays,
            [Replay::Doubles, Replay::SameAnswer, Replay::Refused, Replay::SameAnswer]
        );
        assert_eq!(parameter(&keyed(500), "externalRefundId").as_deref(), Some("refund-1"));
        assert_eq!(parameter(&refund(500), "externalRefundId"), None);
        let order = refund(1).order_id;
        let new = Refund::new(order, Part::Whole, RefundId::new("refund-2").expect("fits"));
        assert_eq!(parameter(&new, "externalRefundId").as_deref(), Some("refund-2"));
        assert_eq!(parameter(&guarded, "expectedDepositedAmount").as_deref(), Some("2000"));
    }

    /// G-164: the penalty is one of the free pairs, as text.
    #[test]
    fn a_penalty_is_one_of_the_pairs() {
        let request = keyed(500).with(|request| request.penalty = Some(Minor::new(1300)));
        assert_eq!(parameter(&request, "jsonParams").as_deref(), Some(r#"{"penalty":"1300"}"#));
        assert_eq!(parameter(&keyed(500), "jsonParams"), None);
    }

    /// G-012, G-072, G-163: positions and receipt data travel as JSON, each in one parameter.
    #[test]
    fn positions_and_receipt_data() {
        let item = CartItem::new(1.into(), "apple", Quantity::pieces(2));
        let request = keyed(2000).with(|request| {
            let item = item.clone().with(|item| item.item_amount = Some(Minor::new(2000)));
            request.refund_items = Some(CartItems::new([item]));
            request.additional_ofd_params = Some(OfdParams::new().with(|receipt| {
                receipt.mt_operator_name = Some("operator".into());
                receipt.client_email = Some("test@test.com".into());
            }));
        });
        insta::assert_snapshot!(
            parameter(&request, "refundItems").expect("sent"),
            @r#"{"items":[{"positionId":1,"name":"apple","quantity":{"value":2,"measure":"0"},"itemAmount":2000}]}"#
        );
        insta::assert_snapshot!(
            parameter(&request, "additionalOfdParams").expect("sent"),
            @r#"{"agent_info.mtoperator.name":"operator","client.email":"test@test.com"}"#
        );
        let bank = Profile::vtb_test().with(|it| it.ofd_spelling = OfdSpelling::MixedCase);
        let elsewhere = shown(prepare_at(&request, &bank).expect("breaks no rule"));
        assert!(elsewhere.contains("agent_info.MTOperator.name"), "{elsewhere}"); // G-094
        let priceless = keyed(1).with(|it| it.refund_items = Some(CartItems::new([item])));
        assert_eq!(
            refusal(&priceless),
            "refundItems.items[0].itemAmount: must be sent unless itemPrice is"
        );
    }

    /// G-083: a name needs the taxpayer number, or document and birth date.
    #[test]
    fn half_an_identity_is_refused() {
        let named = |change: fn(&mut OfdParams)| {
            let receipt = OfdParams::new().with(|it| it.client_name = Some("Name".into()));
            keyed(1).with(|it| it.additional_ofd_params = Some(receipt.with(change)))
        };
        assert_eq!(
            refusal(&named(|_| {})),
            "additionalOfdParams.client.inn: must be sent, or else birth date, document code and \
             document together"
        );
        let whole = named(|it| it.client_inn = Some("012345678901".into()));
        assert_eq!(whole.validate(&Profile::vtb_test()), Ok(()));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = keyed(1).with(|it| it.language = Some("english".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
        let wrong = keyed(1).with(|it| {
            it.additional_ofd_params =
                Some(OfdParams::new().with(|it| it.additional_check_props = Some("x".repeat(17))));
        });
        assert_eq!(
            refusal(&wrong),
            "additionalOfdParams.additional_check_props: must have 1 to 16 characters"
        );
        let wrong = keyed(1).with(|it| it.expected_deposited_amount = Some(Minor::new(u64::MAX)));
        assert_eq!(refusal(&wrong), "expectedDepositedAmount: must have at most 12 digits");
    }

    #[test]
    fn what_a_refusal_says_about_the_money() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&refund(1), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = refund(1).parse(&ok(body));
        }
    }
}
