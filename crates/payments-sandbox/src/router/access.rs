//! Who calls, and which order a call is about.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use payments_core::{id::OrderId, time::UnixMillis};

use super::{Method, Order, Router};
use crate::{
    answer::Refusal,
    json::Json,
    parse::{self, Params},
    settings::Partner,
};

/// One call on its way through the router.
pub(super) struct Call<'a> {
    pub(super) now: UnixMillis,
    pub(super) method: Method,
    pub(super) params: &'a Params,
    pub(super) partner: Arc<Partner>,
    /// How long the answer takes, which the bank decides.
    pub(super) delay_ms: u64,
}

impl Call<'_> {
    pub(super) fn login(&self) -> &str {
        &self.partner.merchant.login
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.params.text(name)
    }

    /// A parameter without which nothing is done.
    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| Refusal::new(4, format!("[{name}] is empty")))
    }

    /// `errorCode` of a success; none where this partner's answers have none.
    pub(super) fn zero(&self) -> Option<Json> {
        self.method.zero(self.partner.merchant.error_codes)
    }
}

impl Router {
    /// Finds the partner by login and password or by token.
    pub(super) fn authenticate(
        &self,
        params: &Params,
        request: &Request<Bytes>,
    ) -> Result<Arc<Partner>, Refusal> {
        let body = parse::without_mark(request.body());
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'{') && parse::json(body).is_none() {
            return Err(Refusal::new(5, "The body is no JSON object"));
        }
        let known = match (params.text("userName"), params.text("token")) {
            (None, Some(token)) => self.partners.iter().find(|known| {
                known.merchant.token.as_ref().is_some_and(|own| own.expose() == token)
            }),
            (Some(login), _) => self.partners.iter().find(|known| {
                let password = params.text("password");
                known.merchant.login == login
                    && password.is_some_and(|given| known.merchant.password.expose() == given)
            }),
            (None, None) => None,
        };
        known.cloned().ok_or_else(|| Refusal::access("Access denied"))
    }

    /// The order of a call, by the router's number: `orderId` and `mdOrder` are two names of it.
    pub(super) fn order_of(&self, call: &Call<'_>, name: &str) -> Result<OrderId, Refusal> {
        let id = [name, "orderId", "mdOrder"].iter().find_map(|name| call.text(name));
        let id = id.ok_or_else(|| Refusal::new(4, format!("[{name}] is empty")))?;
        self.own_order(call, &OrderId::from_bank(id)).map(|order| order.id.clone())
    }

    /// The same, or by the partner's own number; the router's wins if both are there.
    pub(super) fn order_by_any(&self, call: &Call<'_>) -> Result<OrderId, Refusal> {
        match (call.text("orderId").or_else(|| call.text("mdOrder")), call.text("orderNumber")) {
            (None, None) => Err(Refusal::new(1, "[orderId] or [orderNumber] is expected")),
            (None, Some(number)) => self
                .order_id(call.login(), number)
                .cloned()
                .ok_or_else(|| Refusal::new(6, "Order not found")),
            (Some(_), _) => self.order_of(call, "orderId"),
        }
    }

    pub(super) fn own_order(&self, call: &Call<'_>, id: &OrderId) -> Result<&Order, Refusal> {
        let order = self.orders.get(id).filter(|order| order.login == call.login());
        order.ok_or_else(|| Refusal::new(6, "Order not found"))
    }
}
