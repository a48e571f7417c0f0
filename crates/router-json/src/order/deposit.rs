//! `POST deposit.do`: completes a two-phase order, in whole or in part.
//!
//! documents/004 names the call (R-096, R-098) and shows no body; the fields are those that the
//! router's reference pages take of the gateway's (R-100).

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Part, Prepared, Replay,
    id::OrderId,
    limit,
    order::cart::{CartItem, CartItems},
    state::amounts::Amounts,
};

use super::Done;
use crate::{
    context::Context,
    encode::Body,
    fault,
    profile::Profile,
    resolve::{Call, Trail},
};

/// Takes money that a two-phase registration and the payer's payment hold.
///
/// Not for an order paid by SBP: it is deposited at once (R-096).
///
/// Moves money. Dropping the future leaves the outcome unknown: resolve it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deposit {
    /// The order.
    pub order_id: OrderId,
    /// How much of the held sum, in minor units, 1 to 12 digits. Banks read 0 as everything;
    /// [`Part::Whole`] is what sends it.
    pub part: Part,
    /// The positions that are completed. Together they cost what the call is about, where that is
    /// a named amount. Unlike the gateway the router wants a price with each, and takes neither
    /// `depositedItemAmount` nor `markQuantity`.
    pub deposit_items: Option<CartItems>,
    /// The order's amounts as a status report gave them before this call. Not sent: a lost answer
    /// is resolved by them.
    pub seen: Option<Amounts>,
}

impl Deposit {
    /// Completes a part of an order, or all of it.
    pub fn new(order_id: OrderId, part: Part) -> Self {
        Self { order_id, part, deposit_items: None, seen: None }
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
        let Some(items) = &self.deposit_items else { return Ok(()) };
        for (at, item) in items.items.iter().enumerate() {
            position(item).map_err(|wrong| wrong.under(&format!("depositItems.items[{at}]")))?;
        }
        items.validate_with("depositItems", rules)?;
        items.validate_currency("depositItems", profile.default_currency, rules)?;
        self.part
            .amount()
            .map_or(Ok(()), |amount| items.validate_total("depositItems", amount, rules))
    }
}

/// What the router's reference says of positions, other than the gateway's.
fn position(item: &CartItem) -> Result<(), Invalid> {
    let not = || "must not be sent to the router".to_owned();
    limit::ensure(item.deposited_item_amount.is_none(), "depositedItemAmount", not)?;
    let marked = item.item_attributes.as_ref().is_some_and(|all| all.mark_quantity.is_some());
    limit::ensure(!marked, "itemAttributes.attributes.markQuantity", not)?;
    limit::ensure(item.item_price.is_some(), "itemPrice", || "must be sent to the router".into())
}

impl Endpoint for Deposit {
    const NAME: &'static str = "router.deposit";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A second copy completes again where several completions are allowed.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let mut body = Body::new(context)?;
        body.put("orderId", &self.order_id)?;
        body.part("amount", self.part)?;
        body.opt("depositItems", self.deposit_items.as_ref())?;
        body.post("deposit.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Deposit {
    fn trail(&self) -> Option<Trail> {
        let order_id = self.order_id.clone();
        Some(Trail::Deposit { order_id, part: self.part, seen: self.seen })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Effect, Minor,
        order::{
            PaymentMethod, PaymentObject,
            cart::{ItemAttributes, MarkQuantity, Quantity},
        },
    };
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, refusal, sent};

    fn deposit(amount: u64) -> Deposit {
        let order = OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60");
        Deposit::new(order, Part::exactly(Minor::new(amount)).expect("not zero"))
    }

    fn item() -> CartItem {
        CartItem::new(1.into(), "shoes", Quantity::pieces(2)).with(|item| {
            item.item_price = Some(Minor::new(600));
            item.item_code = Some("S-1".into());
        })
    }

    /// R-002, R-003
    #[test]
    fn the_request_on_the_wire() {
        let request = deposit(1200).with(|it| it.deposit_items = Some(CartItems::new([item()])));
        insta::assert_snapshot!(sent(&request), @r#"
        POST https://api.uat.all2pay.net/v1/deposit.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderId":"2dc811e7-8d1c-407a-bd25-a4f41f96cc60","amount":1200,"depositItems":{"items":[{"positionId":1,"name":"shoes","quantity":{"value":2,"measure":"0"},"itemPrice":600,"itemCode":"S-1"}]}}
        "#);
        let whole = Deposit { part: Part::Whole, ..deposit(1) };
        assert_eq!(member(&whole, "amount"), Some(0.into()));
        let long = deposit(1_000_000_000_000);
        assert_eq!(refusal(&long), "amount: must have at most 12 digits");
    }

    /// What the router refuses in positions is refused before it is sent.
    #[test]
    fn positions_as_the_router_takes_them() {
        let with = |item: CartItem| {
            deposit(1200).with(|it| it.deposit_items = Some(CartItems::new([item])))
        };
        let at = "depositItems.items[0].";
        let taken = item().with(|it| it.deposited_item_amount = Some(Minor::new(1)));
        assert_eq!(
            refusal(&with(taken)),
            format!("{at}depositedItemAmount: must not be sent to the router")
        );
        let unpriced = item().with(|it| it.item_price = None);
        assert_eq!(refusal(&with(unpriced)), format!("{at}itemPrice: must be sent to the router"));
        let marked = item().with(|it| {
            let kind = (PaymentMethod::FullPrepayment, PaymentObject::Commodity);
            let attributes = ItemAttributes::new(kind.0, kind.1);
            it.item_attributes =
                Some(attributes.with(|all| all.mark_quantity = Some(MarkQuantity::new(1, 2))));
        });
        assert_eq!(
            refusal(&with(marked)),
            format!("{at}itemAttributes.attributes.markQuantity: must not be sent to the router")
        );
        let other = deposit(1199).with(|it| it.deposit_items = Some(CartItems::new([item()])));
        assert_eq!(
            refusal(&other),
            "depositItems.items: must cost together what the call is about"
        );
    }

    #[test]
    fn what_a_copy_and_a_refusal_do_to_the_money() {
        assert_eq!(deposit(1).replay(), Replay::Doubles);
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&deposit(1), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        let trail = deposit(1).trail().expect("a trail");
        assert!(matches!(trail, Trail::Deposit { seen: None, .. }));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = deposit(1).parse(&ok(body));
        }
    }
}
