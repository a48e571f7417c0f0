//! `POST rest/deposit.do`, `rest/reverse.do`, `rest/refund.do` and `rest/decline.do`: what the
//! merchant does with a payment.

use payments_core::id::OrderId;

use super::{Bank, Call, Order, Status, cart};
use crate::{answer::Refusal, journal::Actor, json::Object, parse};

impl Bank {
    pub(super) fn deposit(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allow(call.merchant.permissions.deposit, "to complete orders")?;
        let order = self.order_by_id(call)?;
        if !matches!(order.status, Status::Held | Status::PartlyDeposited) {
            return Err(wrong_state(order, "Only an order whose amount is held can be completed"));
        }
        same_currency(call, order)?;
        let asked = amount(call)?.ok_or_else(|| Refusal::value("amount", "is empty"))?;
        let amount = if asked == 0 { order.on_hold() } else { asked };
        if amount > order.on_hold() {
            return Err(Refusal::value("amount", "is more than the amount on hold"));
        }
        cart::check_named(call, "depositItems", amount)?;
        let several = call.merchant.permissions.several_deposits;
        let last = !several || matches!(deposit_kind(call).as_deref(), Some("0" | "2"));
        let id = order.id.clone();
        self.debit(call.now, &id, amount, last, Actor::Merchant);
        Ok(success(call))
    }

    pub(super) fn reverse(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allow(call.merchant.permissions.reverse, "to reverse payments")?;
        let order = self.order_by_id(call)?;
        if order.reversal_used {
            return Err(wrong_state(order, "A payment can be reversed only once"));
        }
        let debited_at_once = order.status == Status::Deposited && !order.two_phase;
        if order.status != Status::Held && !debited_at_once {
            return Err(wrong_state(order, "The payment cannot be reversed"));
        }
        let window = call.merchant.reversal_window_secs;
        let paid = order.dates.paid.map_or(0, |paid| call.now.get().saturating_sub(paid.get()));
        let elapsed = u64::try_from(paid / 1000).unwrap_or(0);
        if window.is_some_and(|window| elapsed > window) {
            return Err(wrong_state(
                order,
                "The time in which the payment can be reversed is over",
            ));
        }
        same_currency(call, order)?;
        let there = if debited_at_once {
            order.deposited.saturating_sub(order.charged_back)
        } else {
            order.on_hold()
        };
        let amount = part(amount(call)?.unwrap_or(0), there, penalty(call, order)?)?;
        let id = order.id.clone();
        if std::mem::take(&mut self.next_reversal_fails) {
            self.fail_reversal(call.now, &id);
            return Err(Refusal::new(7, "The reversal failed at the processing centre (124)"));
        }
        self.give_back(call.now, &id, amount, Actor::Merchant);
        Ok(success(call))
    }

    pub(super) fn refund(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allow(call.merchant.permissions.refund, "to refund payments")?;
        let order = self.order_by_id(call)?;
        let key = call.params.text("externalRefundId").map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.chars().count() > 32) {
            return Err(Refusal::value("externalRefundId", "is longer than 32 characters"));
        }
        if key.is_some() && order.refunds.iter().any(|refund| refund.key == key) {
            return Ok(success(call));
        }
        if !matches!(order.status, Status::Deposited | Status::Refunded) {
            return Err(wrong_state(order, "No money was debited for this order"));
        }
        if order.refunds.iter().any(|refund| refund.raw.is_some()) {
            return Err(wrong_state(order, "After a raw refund only raw refunds work"));
        }
        if let Some(expected) = call.params.text("expectedDepositedAmount") {
            let expected = parse::digits(expected, 12).ok_or_else(|| {
                Refusal::value("expectedDepositedAmount", "must be 1 to 12 digits")
            })?;
            if expected != order.deposited {
                let rule = "is not the order's current deposited amount";
                return Err(Refusal::value("expectedDepositedAmount", rule));
            }
        }
        same_currency(call, order)?;
        let there = order.deposited.saturating_sub(order.charged_back);
        let asked = amount(call)?.ok_or_else(|| Refusal::value("amount", "is empty"))?;
        cart::check_named(call, "refundItems", asked)?;
        let amount = part(asked, there, penalty(call, order)?)?;
        let id = order.id.clone();
        self.pay_back(call.now, &id, amount, key);
        Ok(success(call))
    }

    pub(super) fn decline(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allow(call.merchant.permissions.decline, "to cancel orders")?;
        for name in ["orderId", "orderNumber"] {
            if call.params.text(name).is_none() {
                return Err(Refusal::new(4, format!("[{name}] is empty")));
            }
        }
        let order = self.order_by_id(call)?;
        if call.params.text("orderNumber") != Some(order.number.as_str()) {
            return Err(Refusal::new(6, "Order not found: [orderNumber] is another order's"));
        }
        if !order.is_payable() {
            return Err(wrong_state(order, "Only an order that is not paid can be cancelled"));
        }
        let id = order.id.clone();
        self.cancel(call.now, &id);
        Ok(success(call))
    }

    /// The order by the gateway's number alone: the merchant's own does not replace it.
    pub(super) fn order_by_id(&self, call: &Call<'_>) -> Result<&Order, Refusal> {
        let id = call.params.text("orderId").or_else(|| call.params.text("mdOrder"));
        let id = id.ok_or_else(|| Refusal::value("orderId", "is empty"))?;
        let merchant = self.acting_for(call)?;
        self.orders
            .get(&OrderId::from_bank(id))
            .filter(|order| order.login == merchant.login)
            .ok_or_else(|| Refusal::new(6, "Order not found"))
    }
}

pub(super) fn allow(allowed: bool, what: &str) -> Result<(), Refusal> {
    let refusal = || Refusal::access(format!("Access denied: no rights {what}"));
    if allowed { Ok(()) } else { Err(refusal()) }
}

pub(super) fn success(call: &Call<'_>) -> Object {
    Object::new().with("errorCode", call.zero()).with("errorMessage", "Success")
}

pub(super) fn wrong_state(order: &Order, text: &str) -> Refusal {
    Refusal::new(5, format!("{text}; it is {}", order.status.payment_state()))
}

/// The amount; none if it is missing or empty.
pub(super) fn amount(call: &Call<'_>) -> Result<Option<u64>, Refusal> {
    let Some(text) = call.params.text("amount") else { return Ok(None) };
    let wrong = || Refusal::value("amount", "must be 1 to 12 digits");
    parse::digits(text, 12).map(Some).ok_or_else(wrong)
}

/// How much moves: zero asks for everything that is there, a penalty stays where it is.
pub(super) fn part(asked: u64, there: u64, penalty: u64) -> Result<u64, Refusal> {
    let amount = if asked == 0 { there } else { asked };
    if amount > there {
        return Err(Refusal::value("amount", "is more than there is"));
    }
    match amount.checked_sub(penalty) {
        Some(amount) if amount > 0 => Ok(amount),
        _ => Err(Refusal::value("amount", "leaves nothing to move")),
    }
}

fn same_currency(call: &Call<'_>, order: &Order) -> Result<(), Refusal> {
    match call.params.text("currency") {
        Some(currency) if currency != order.currency.code() => {
            Err(Refusal::value("currency", "is not the order's"))
        }
        _ => Ok(()),
    }
}

pub(super) fn penalty(call: &Call<'_>, order: &Order) -> Result<u64, Refusal> {
    let Some(json) = call.params.text("jsonParams") else { return Ok(0) };
    let params = parse::inner(json);
    let params = params.ok_or_else(|| Refusal::value("jsonParams", "is no JSON object"))?;
    let Some((_, penalty)) = params.iter().find(|(name, _)| name == "penalty") else {
        return Ok(0);
    };
    let bundle = order.details.bundle.as_deref().and_then(parse::inner).unwrap_or_default();
    if bundle.iter().any(|(name, _)| name == "loyalties") {
        return Err(Refusal::new(5, "Penalty is not supported for orders with loyalty"));
    }
    let wrong = || Refusal::value("jsonParams.penalty", "must be 1 to 12 digits");
    parse::digits(penalty, 12).ok_or_else(wrong)
}

/// Which deposit of several this is, as a sibling bank numbers them: 1 intermediate, 2 the last.
fn deposit_kind(call: &Call<'_>) -> Option<String> {
    let inside = call.params.text("jsonParams").and_then(parse::inner).unwrap_or_default();
    let inside = inside.into_iter().find(|(name, _)| name == "depositType");
    call.params.text("depositType").map(str::to_owned).or_else(|| inside.map(|(_, kind)| kind))
}
