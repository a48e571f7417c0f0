//! Who calls, and what he may see.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use payments_core::id::OrderId;

use super::{Bank, Call, Method, Order};
use crate::{answer::Refusal, parse::Params, settings::Merchant};

impl Bank {
    /// Finds the merchant by login and password or by token.
    pub(super) fn authenticate(
        &self,
        _method: Method,
        params: &Params,
        _request: &Request<Bytes>,
    ) -> Result<Arc<Merchant>, Refusal> {
        let login = params.text("userName");
        let merchant = match (login, params.text("token")) {
            (Some(_), Some(_)) => {
                return Err(Refusal::access("Access denied: login and token in one request"));
            }
            (None, Some(token)) => self.merchants.iter().find(|merchant| {
                merchant.token.as_ref().is_some_and(|known| known.expose() == token)
            }),
            (Some(login), None) => self.merchants.iter().find(|merchant| {
                merchant.login == login
                    && params
                        .text("password")
                        .is_some_and(|password| merchant.password.expose() == password)
            }),
            (None, None) => None,
        };
        merchant.cloned().ok_or_else(|| Refusal::access("Access denied"))
    }

    /// The merchant for whom a call acts: the caller, or by `merchantLogin` one of its children.
    pub(super) fn acting_for(&self, call: &Call<'_>) -> Result<Arc<Merchant>, Refusal> {
        let Some(login) = call.params.text("merchantLogin") else {
            return Ok(call.merchant.clone());
        };
        if login == call.merchant.login {
            return Ok(call.merchant.clone());
        }
        let child = call.merchant.children.iter().any(|child| child == login);
        self.merchants
            .iter()
            .find(|merchant| child && merchant.login == login)
            .cloned()
            .ok_or_else(|| Refusal::access("Access denied: no rights to act for [merchantLogin]"))
    }

    /// The order that a call is about, by one of the given names of `orderId` or by `orderNumber`;
    /// the gateway's number wins if both are there.
    pub(super) fn order_of(&self, call: &Call<'_>, missing: Refusal) -> Result<&Order, Refusal> {
        let merchant = self.acting_for(call)?;
        let id = call.params.text("orderId").or_else(|| call.params.text("mdOrder"));
        let number = call.params.text("orderNumber");
        let order = match (id, number) {
            (Some(id), _) => self.orders.get(&OrderId::from_bank(id)),
            (None, Some(number)) => {
                self.order_id(&merchant.login, number).and_then(|id| self.orders.get(id))
            }
            (None, None) => return Err(missing),
        };
        order
            .filter(|order| order.login == merchant.login)
            .ok_or_else(|| Refusal::new(6, "Order not found"))
    }
}
