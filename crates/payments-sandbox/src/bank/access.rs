//! Who calls, and what he may see.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Request;
use payments_core::id::OrderId;
use payments_sign::{PublicKey, RsaVerifier, Verifier as _};
use ring::digest;

use super::{Bank, Call, Method, Order};
use crate::{answer::Refusal, parse::Params, settings::Merchant};

impl Bank {
    /// Finds the merchant by login and password or by token, and checks the signature where one
    /// is asked for.
    pub(super) fn authenticate(
        &self,
        method: Method,
        params: &Params,
        request: &Request<Bytes>,
    ) -> Result<Arc<Merchant>, Refusal> {
        let merchant = match (params.text("userName"), params.text("token")) {
            (Some(_), Some(_)) => {
                return Err(Refusal::access("Access denied: login and token in one request"));
            }
            (None, Some(token)) => self.merchants.iter().find(|merchant| {
                merchant.token.as_ref().is_some_and(|known| known.expose() == token)
            }),
            (Some(login), None) => self.merchants.iter().find(|merchant| {
                let password = params.text("password");
                merchant.login == login
                    && password.is_some_and(|password| merchant.password.expose() == password)
            }),
            (None, None) if method.is_open() => self.merchant_by_order(params),
            (None, None) => None,
        };
        let merchant = merchant.ok_or_else(|| Refusal::access("Access denied"))?;
        if let Some(key) = &merchant.signing_key {
            signed(key, params, request)?;
        }
        Ok(merchant.clone())
    }

    fn merchant_by_order(&self, params: &Params) -> Option<&Arc<Merchant>> {
        let by_id = params.text("mdOrder").and_then(|id| self.orders.get(&OrderId::from_bank(id)));
        let in_session = || self.order_in_session(params.text("threeDSServerTransId")?);
        let login = &by_id.or_else(in_session)?.login;
        self.merchants.iter().find(|merchant| merchant.login == *login)
    }

    /// The merchant for whom a call acts: the caller, or by `merchantLogin` one of its children.
    pub(super) fn acting_for(&self, call: &Call<'_>) -> Result<Arc<Merchant>, Refusal> {
        let Some(login) = call.params.text("merchantLogin") else {
            return self.child_by_inn(call);
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

    /// The child merchant whose taxpayer number a registration names (`merchantInn`), or the caller.
    fn child_by_inn(&self, call: &Call<'_>) -> Result<Arc<Merchant>, Refusal> {
        let Some(inn) = call.params.text("merchantInn") else { return Ok(call.merchant.clone()) };
        let of_inn = |merchant: &&Arc<Merchant>| merchant.inn.as_deref() == Some(inn);
        let may = |merchant: &&Arc<Merchant>| {
            merchant.login == call.merchant.login
                || call.merchant.children.contains(&merchant.login)
        };
        self.merchants
            .iter()
            .filter(of_inn)
            .find(may)
            .cloned()
            .ok_or_else(|| Refusal::access("Access denied: no child merchant has [merchantInn]"))
    }

    /// The order that a call is about, by `orderId`, `mdOrder` or `orderNumber`; the gateway's
    /// number wins if both are there.
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

/// Checks `X-Hash` and `X-Signature`: the signature is made over the 32 bytes of the hash, and by
/// its own scheme hashes them once more.
fn signed(key: &str, params: &Params, request: &Request<Bytes>) -> Result<(), Refusal> {
    let refuse = |what: &str| Refusal::access(format!("Access denied: {what}"));
    if params.in_query() {
        return Err(refuse("a signed call has all parameters in its body"));
    }
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.ok_or_else(|| refuse(&format!("{name} is missing")))
    };
    let hash = digest::digest(&digest::SHA256, request.body());
    if header("X-Hash")? != STANDARD.encode(hash) {
        return Err(refuse("X-Hash is not the body's hash"));
    }
    let signature =
        STANDARD.decode(header("X-Signature")?).map_err(|_| refuse("X-Signature is not base64"))?;
    PublicKey::from_pem(key.as_bytes())
        .and_then(RsaVerifier::sha256)
        .map_err(|_| refuse("no usable certificate was uploaded"))?
        .verify(hash.as_ref(), &signature)
        .map_err(|_| refuse("X-Signature does not fit"))
}
