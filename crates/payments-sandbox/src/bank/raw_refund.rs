//! `POST rest/processRawSumRefund.do` and `rest/processRawPositionRefund.do`: refunds of any sum of an
//! order with a cart, or of one of its positions.

use payments_core::order::Decimal;

use super::{
    Bank, Call, Order, Status,
    capture::{allow, amount, part, penalty, success, wrong_state},
    order::RawRefund,
};
use crate::{answer::Refusal, json::Object, parse};

impl Bank {
    pub(super) fn raw_sum_refund(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allow(call.merchant.permissions.raw_sum_refund, "to refund free sums")?;
        let order = self.order_by_id(call)?;
        refundable(order)?;
        cart(order)?;
        for name in ["ofdParams", "additionalOfdParams"] {
            object(call, name)?;
        }
        let asked = amount(call)?.ok_or_else(|| Refusal::value("amount", "is empty"))?;
        let amount = part(asked, left(order), penalty(call, order)?)?;
        self.pay_back_raw(call, amount, RawRefund::Sum)
    }

    pub(super) fn raw_position_refund(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allow(call.merchant.permissions.raw_position_refund, "to refund positions")?;
        let order = self.order_by_id(call)?;
        refundable(order)?;
        if order.refunds.iter().any(|refund| refund.raw == Some(RawRefund::Sum)) {
            return Err(wrong_state(order, "After a refund of a free sum only such refunds work"));
        }
        object(call, "additionalOfdParams")?;
        let id = call.params.text("positionId");
        let id = id.ok_or_else(|| Refusal::value("positionId", "is empty"))?;
        let id = parse::digits(id, 12)
            .ok_or_else(|| Refusal::value("positionId", "must be 1 to 12 digits"))?;
        let position = cart(order)?.into_iter().find(|position| position.id == Some(id));
        let position = position.ok_or_else(|| {
            Refusal::value("positionId", "stands in no position of the registered cart")
        })?;
        let asked = amount(call)?.ok_or_else(|| Refusal::value("amount", "is empty"))?;
        let raw = RawRefund::Position(id);
        let before = order.refunds.iter().filter(|refund| refund.raw == Some(raw));
        let before: u64 = before.map(|refund| refund.amount).sum();
        // Zero asks for the whole order, whatever the position costs.
        let fits = position.cost.is_none_or(|cost| asked <= cost.saturating_sub(before));
        if !fits {
            return Err(Refusal::value("amount", "is more than what is left of the position"));
        }
        let amount = part(asked, left(order), 0)?;
        self.pay_back_raw(call, amount, raw)
    }

    fn pay_back_raw(
        &mut self,
        call: &Call<'_>,
        amount: u64,
        raw: RawRefund,
    ) -> Result<Object, Refusal> {
        let id = self.order_by_id(call)?.id.clone();
        self.pay_back(call.now, &id, amount, None);
        let refund = self.orders.get_mut(&id).and_then(|order| order.refunds.last_mut());
        if let Some(refund) = refund {
            refund.raw = Some(raw);
        }
        Ok(success(call))
    }
}

/// What can still be refunded.
fn left(order: &Order) -> u64 {
    order.deposited.saturating_sub(order.charged_back)
}

fn refundable(order: &Order) -> Result<(), Refusal> {
    if matches!(order.status, Status::Deposited | Status::Refunded) {
        Ok(())
    } else {
        Err(wrong_state(order, "No money was debited for this order"))
    }
}

fn object(call: &Call<'_>, name: &str) -> Result<(), Refusal> {
    match call.params.text(name).map(parse::inner) {
        Some(None) => Err(Refusal::value(name, "is no JSON object")),
        _ => Ok(()),
    }
}

/// One position of the registered cart, as far as a refund cares.
struct Position {
    id: Option<u64>,
    /// What it costs; none where the cart does not say.
    cost: Option<u64>,
}

/// The positions of the registered cart.
fn cart(order: &Order) -> Result<Vec<Position>, Refusal> {
    let positions = order.details.bundle.as_deref().and_then(|bundle| {
        let items = member(&member(bundle, "cartItems")?, "items")?;
        Some(parse::items(&items)?.iter().map(|item| position(item)).collect())
    });
    positions.ok_or_else(|| wrong_state(order, "The order was registered without a cart"))
}

fn member(object: &str, name: &str) -> Option<String> {
    parse::inner(object)?.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

fn position(item: &[(String, String)]) -> Position {
    let text = |name: &str| {
        let found = item.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let digits = |name: &str| text(name).and_then(|text| parse::digits(text, 18));
    let priced = || {
        let quantity: Decimal = member(text("quantity")?, "value")?.parse().ok()?;
        let cost = Decimal::from(digits("itemPrice")?).checked_mul(quantity)?;
        cost.is_integer().then(|| u64::try_from(cost).ok())?
    };
    Position { id: digits("positionId"), cost: digits("itemAmount").or_else(priced) }
}
