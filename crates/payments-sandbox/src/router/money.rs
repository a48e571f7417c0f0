//! `POST deposit.do`, `reverse.do`, `refund.do` and `decline.do`: passed on to the bank of the order.

use payments_core::id::OrderId;

use super::{Call, Router, order::Placed, status::State};
use crate::{
    answer::Refusal,
    json::{Json, Object},
    parse, texts,
};

impl Router {
    /// Completes an order whose money is held. An order paid by SBP never is.
    pub(super) fn deposit(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        for name in ["currency", "jsonParams"] {
            if call.text(name).is_some() {
                return Err(Refusal::value(name, "is not supported by the router"));
            }
        }
        check_items(call)?;
        let what = "Only an order whose amount is held can be completed";
        let passed = ["amount", "depositItems", "depositType"];
        self.pass_on(call, "rest/deposit.do", &[State::Approved], what, &passed)
    }

    pub(super) fn reverse(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let what = "Only an order whose amount is held can be reversed";
        let passed = ["amount", "jsonParams"];
        self.pass_on(call, "rest/reverse.do", &[State::Approved], what, &passed)
    }

    pub(super) fn refund(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let what = "No money was debited for this order";
        let passed =
            ["amount", "externalRefundId", "expectedDepositedAmount", "refundItems", "jsonParams"];
        let debited = [State::Deposited, State::Refunded];
        self.pass_on(call, "rest/refund.do", &debited, what, &passed)
    }

    /// Cancels an order that is not paid: at its bank, or here if no bank knows it.
    pub(super) fn decline(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        if call.text("merchantLogin").is_some() {
            return Err(Refusal::value("merchantLogin", "is not supported by the router"));
        }
        call.needed("orderId")?;
        let number = call.needed("orderNumber")?.to_owned();
        let id = self.order_of(call, "orderId")?;
        let order = self.own_order(call, &id)?;
        if order.number.as_str() != number {
            return Err(Refusal::new(6, "Order not found: [orderNumber] is another order's"));
        }
        match order.at().cloned() {
            Some(at) => {
                let pairs = [("orderId", at.id.as_str()), ("orderNumber", number.as_str())];
                let merchant = call.partner.merchant.clone();
                self.ask(call.now, &merchant, at.bank, "rest/decline.do", &pairs).done()?;
            }
            None if order.cancelled || order.is_late(call.now) => {
                let text = "Only an order that is not paid can be cancelled; it is DECLINED";
                return Err(Refusal::new(5, text));
            }
            None => {
                if let Some(order) = self.orders.get_mut(&id) {
                    order.cancelled = true;
                }
            }
        }
        Ok(success(call))
    }

    /// Passes a call on to the order's bank, if the order's state allows it.
    fn pass_on(
        &mut self,
        call: &mut Call<'_>,
        path: &str,
        states: &[State],
        what: &str,
        passed: &[&str],
    ) -> Result<Json, Refusal> {
        let id = self.order_of(call, "orderId")?;
        let at = self.bank_of(call, &id)?;
        let state = self.state(call, &id)?;
        let Some(at) = at.filter(|_| states.contains(&state)) else {
            return Err(Refusal::new(7, format!("{what}; it is {}", state.name())));
        };
        let mut pairs = vec![("orderId", at.id.as_str())];
        for name in passed {
            pairs.extend(call.text(name).map(|text| (*name, text)));
        }
        let answer = self.ask(call.now, &call.partner.merchant, at.bank, path, &pairs).done()?;
        call.delay_ms = answer.delay_ms;
        Ok(success(call))
    }

    fn bank_of(&self, call: &Call<'_>, id: &OrderId) -> Result<Option<Placed>, Refusal> {
        Ok(self.own_order(call, id)?.at().cloned())
    }
}

/// Positions of a deposit must have a price, and none of two fields that only banks know.
fn check_items(call: &Call<'_>) -> Result<(), Refusal> {
    let Some(json) = call.text("depositItems") else { return Ok(()) };
    for name in ["depositedItemAmount", "markQuantity"] {
        if json.contains(&format!("\"{name}\"")) {
            return Err(Refusal::value(
                &format!("depositItems.{name}"),
                "is not supported by the router",
            ));
        }
    }
    let items = parse::inner(json).unwrap_or_default();
    let items = items.iter().find(|(name, _)| name == "items");
    let items = items.and_then(|(_, items)| parse::items(items));
    let items =
        items.ok_or_else(|| Refusal::value("depositItems", "is no JSON object with items"))?;
    let priced = |item: &Vec<(String, String)>| {
        item.iter().any(|(name, value)| name == "itemPrice" && !value.is_empty())
    };
    match items.iter().all(priced) {
        true => Ok(()),
        false => Err(Refusal::new(4, "[depositItems.items.itemPrice] is empty")),
    }
}

fn success(call: &Call<'_>) -> Json {
    Object::new()
        .with_some("errorCode", call.zero())
        .with("errorMessage", texts::translated("Success", call.text("language")))
        .into()
}
