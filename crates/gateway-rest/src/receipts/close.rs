//! `POST rest/closeOfdReceipt.do`: makes the receipt that closes a prepayment.
//!
//! documents/003, "Closing receipt"; rules G-215 to G-219.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{MerchantLogin, OrderId, OrderNumber},
    money::NonZeroMinor,
    order::{
        cart::{OrderBundle, customer_identity},
        ofd::OfdParams,
    },
};

use super::{ReceiptOrder, SeenReceipts};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Done},
    profile::Profile,
    resolve::{Call, Trail},
};

/// Makes a closing receipt: the second one of an order whose first was for a prepayment.
///
/// One order may get several, of any amount, whatever was paid; an order whose money went back in
/// full gets none (documents/003, closing receipt). So a second copy makes a second receipt, which
/// is a fiscal error: it is never sent again.
///
/// `Ok` says that the bank took the call in, nothing of the receipt being made: ask for its
/// [status](super::status). Dropping the future leaves the outcome unknown: resolve it, for which
/// [`seen`](Self::seen) must be set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CloseOfdReceipt {
    /// The order.
    pub order: ReceiptOrder,
    /// What the receipt is about, in minor units of the order's currency, 1 to 12 digits.
    pub amount: NonZeroMinor,
    /// Receipt data for all positions.
    pub additional_ofd_params: Option<OfdParams>,
    /// The merchant on whose behalf the call acts.
    pub merchant_login: Option<MerchantLogin>,
    /// The cart with its customer, of whom an e-mail or a phone must be known. What its positions
    /// cost together is not compared with the amount: the document's own sample has them differ.
    pub order_bundle: Option<OrderBundle>,
    /// The order's receipts as a report gave them before this call
    /// ([`ReceiptReport::seen`](super::ReceiptReport::seen)). Not sent: a lost answer is resolved
    /// by them.
    pub seen: Option<SeenReceipts>,
}

impl CloseOfdReceipt {
    /// Closes by the gateway's id of the order.
    pub fn of_order(order_id: OrderId, amount: NonZeroMinor) -> Self {
        Self::of(order_id.into(), amount)
    }

    /// Closes by the merchant's number of the order.
    pub fn of_number(order_number: OrderNumber, amount: NonZeroMinor) -> Self {
        Self::of(order_number.into(), amount)
    }

    fn of(order: ReceiptOrder, amount: NonZeroMinor) -> Self {
        Self {
            order,
            amount,
            additional_ofd_params: None,
            merchant_login: None,
            order_bundle: None,
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
        let customer = self.order_bundle.as_ref().and_then(|cart| cart.customer_details.as_ref());
        if let Some(cart) = &self.order_bundle {
            cart.validate_with("orderBundle", rules)?;
            let currency = profile.default_currency;
            cart.cart_items.validate_currency("orderBundle.cartItems", currency, rules)?;
        }
        if let Some(customer) = customer {
            customer.validate_contact("orderBundle.customerDetails", rules)?;
        }
        if let Some(receipt) = &self.additional_ofd_params {
            receipt.validate_with("additionalOfdParams", rules)?;
        }
        customer_identity(customer, self.additional_ofd_params.as_ref(), rules)
    }
}

impl Endpoint for CloseOfdReceipt {
    const NAME: &'static str = "gateway.closeOfdReceipt";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// Several closing receipts of one order are allowed, so a second copy makes another.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let spelling = context.profile.ofd_spelling;
        let receipt = self.additional_ofd_params.as_ref().map(|params| params.spelled(spelling));
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        match &self.order {
            ReceiptOrder::Id(id) => form.text("mdOrder", id.as_str()),
            ReceiptOrder::Number(number) => form.text("orderNumber", number.as_str()),
        }
        form.minor("amount", self.amount.minor(), 12)?;
        form.opt_json("additionalOfdParams", receipt.as_ref())?;
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.opt_json("orderBundle", self.order_bundle.as_ref())?;
        form.post("closeOfdReceipt.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for CloseOfdReceipt {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::CloseReceipt { order: self.order.clone(), seen: self.seen.clone() })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Effect, Minor,
        order::{
            Rule,
            cart::{CartItem, CustomerDetails, Quantity},
            ofd::OfdSpelling,
        },
    };
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{
        damaged, effects, ok, parameter, prepare_at, refusal, sent, shown, takes_a_long_login,
    };

    fn close() -> CloseOfdReceipt {
        let order = OrderId::from_bank("9766d33c-7c32-7e55-a150-f61e0cc4a648");
        let amount = NonZeroMinor::new(Minor::new(123_456)).expect("not zero");
        CloseOfdReceipt::of_order(order, amount)
    }

    fn cart(customer: CustomerDetails) -> OrderBundle {
        let item = CartItem::new(1.into(), "apple", Quantity::pieces(10));
        OrderBundle::new(vec![item.with(|item| item.item_price = Some(Minor::new(10_000)))])
            .with(|cart| cart.customer_details = Some(customer))
    }

    fn reached() -> CustomerDetails {
        CustomerDetails::new().with(|it| it.email = Some("test@test.com".into()))
    }

    /// G-001, G-010, G-012, G-215: one of the two numbers, everything in the body of the form.
    #[test]
    fn the_sample_without_a_cart_on_the_wire() {
        let request = close().with(|request| {
            request.merchant_login = Some(MerchantLogin::new("merch_child").expect("fits"));
            let receipt = OfdParams::new();
            let receipt = receipt.with(|it| it.additional_check_props = Some("test".into()));
            request.additional_ofd_params = Some(receipt);
        });
        insta::assert_snapshot!(sent(&request), @"
        POST https://vtb.rbsuat.com/payment/rest/closeOfdReceipt.do
        content-type: application/x-www-form-urlencoded

        additionalOfdParams=%7B%22additional_check_props%22%3A%22test%22%7D&amount=123456&mdOrder=9766d33c-7c32-7e55-a150-f61e0cc4a648&merchantLogin=merch_child&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
        let number = OrderNumber::new("2026-0001").expect("fits");
        let by_number = CloseOfdReceipt::of_number(number, request.amount);
        assert_eq!(parameter(&by_number, "orderNumber").as_deref(), Some("2026-0001"));
        assert_eq!(parameter(&by_number, "mdOrder"), None);
        assert_eq!(parameter(&request, "orderNumber"), None);
    }

    /// G-216: any amount, also one that the positions do not cost together.
    #[test]
    fn a_cart_of_another_sum() {
        let request = close().with(|it| it.order_bundle = Some(cart(reached())));
        insta::assert_snapshot!(parameter(&request, "orderBundle").expect("sent"), @r#"{"customerDetails":{"email":"test@test.com"},"cartItems":{"items":[{"positionId":1,"name":"apple","quantity":{"value":10,"measure":"0"},"itemPrice":10000}]}}"#);
        assert_eq!(parameter(&request, "amount").as_deref(), Some("123456"));
    }

    /// G-218: the customer is reached by e-mail or phone; several addresses, a phone of 40.
    #[test]
    fn the_customer_can_be_reached() {
        let of = |customer| close().with(|it| it.order_bundle = Some(cart(customer)));
        let wrong = of(CustomerDetails::new());
        assert_eq!(
            refusal(&wrong),
            "orderBundle.customerDetails.email: must be sent unless phone is"
        );
        let lenient = Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::SomeContact));
        assert_eq!(wrong.validate(&lenient), Ok(()));
        let by_phone = CustomerDetails::new().with(|it| it.phone = Some("79998887766".into()));
        let several =
            CustomerDetails::new().with(|it| it.email = Some("a@b.example,c@d.example".into()));
        for customer in [reached(), by_phone, several] {
            assert_eq!(of(customer).validate(&Profile::vtb_test()), Ok(()));
        }
        let blank = CustomerDetails::new().with(|it| it.email = Some("a@b.example, c@d".into()));
        assert!(refusal(&of(blank)).starts_with("orderBundle.customerDetails.email: "));
        let long = |digits| {
            of(CustomerDetails::new().with(|it| it.phone = Some("7".repeat(digits).into())))
        };
        let any = Profile::vtb_test().with(|it| it.rules = it.rules.without(Rule::Phone));
        assert_eq!(long(40).validate(&any), Ok(()));
        assert!(long(41).validate(&any).is_err());
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = close().with(|it| {
            it.amount = NonZeroMinor::new(Minor::new(1_000_000_000_000)).expect("not zero");
        });
        assert_eq!(refusal(&wrong), "amount: must have at most 12 digits");
        let empty = close().with(|it| it.order_bundle = Some(OrderBundle::new(vec![])));
        assert_eq!(refusal(&empty), "orderBundle.cartItems.items: must hold a position");
        // G-083, over cart and receipt data together.
        let named = OfdParams::new().with(|it| it.client_name = Some("Name".into()));
        let half = close().with(|it| {
            it.order_bundle = Some(cart(reached()));
            it.additional_ofd_params = Some(named);
        });
        assert!(refusal(&half).starts_with("orderBundle.customerDetails.inn: "));
        let whole = half.with(|it| {
            let customer = reached().with(|it| it.inn = Some("0123456789".into()));
            it.order_bundle = Some(cart(customer));
        });
        assert_eq!(whole.validate(&Profile::vtb_test()), Ok(()));
        let operator = OfdParams::new().with(|it| it.mt_operator_name = Some("operator".into()));
        let spelled = close().with(|it| it.additional_ofd_params = Some(operator));
        let bank = Profile::vtb_test().with(|it| it.ofd_spelling = OfdSpelling::MixedCase);
        let elsewhere = shown(prepare_at(&spelled, &bank).expect("breaks no rule"));
        assert!(elsewhere.contains("agent_info.MTOperator.name"), "{elsewhere}"); // G-094
    }

    /// G-216: a second receipt of the same order is allowed, so a copy would make one.
    #[test]
    fn a_second_copy_would_make_a_second_receipt() {
        assert_eq!(close().replay(), Replay::Doubles);
    }

    /// G-217: the refusal of an order that was refunded in full; it may also answer a second copy.
    #[test]
    fn what_a_refusal_says_about_the_receipt() {
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&close(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
    }

    /// G-026, G-219: `success` alone is an answer, and says only that the call was taken in.
    #[test]
    fn the_sample_s_answer() {
        let done = close().parse(&ok(r#"{"success": true}"#)).expect("taken in");
        assert_eq!((done.success, done.error_code), (Some(true), None));
        let refused = close().parse(&ok(r#"{"success":false}"#)).expect_err("refused");
        assert_eq!(refused.effect(), Effect::Maybe);
    }

    /// Whoever the customer is stays out of what is logged.
    #[test]
    fn a_marker_never_shows() {
        let request = close().with(|it| {
            it.order_bundle = Some(cart(CustomerDetails::new().with(|it| {
                it.email = Some("MARKER@b.example".into());
                it.full_name = Some("MARKER".into());
                it.inn = Some("0123456789".into());
            })));
        });
        let prepared = crate::testing::prepare(&request).expect("breaks no rule");
        assert!(!format!("{request:?} {prepared:?}").contains("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "success": true}"#)) {
            let _ = close().parse(&ok(body));
        }
    }
}
