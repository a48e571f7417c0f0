//! Accounts that customers have linked: made with a payment, listed, charged, taken away.

use std::time::Duration;

use payments_core::{Secret, id::OrderId, time::UnixMillis};

use super::{Paid, allowed, flag, payable_by_sbp};
use crate::{
    answer::{self, Refusal},
    bank::{Bank, Call, callback},
    json::{Json, Object},
};

/// What the bank says once a credential is off: the document's sample of a success (G-203).
const DEACTIVATED: &str = "Stored credential deactivated";
/// The payer's bank does not know a subscription any more.
const SUBSCRIPTION_ENDED: i64 = 239;

/// A linked account.
#[derive(Clone)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    login: String,
    pub(crate) client: String,
    /// The payer's bank.
    pub(crate) member: String,
    pub(crate) token: Secret,
    pub(crate) label: String,
    service_name: String,
    service_id: String,
    /// What the merchant said that it is for.
    pub(crate) purpose: String,
    pub(crate) created: UnixMillis,
    pub(crate) active: bool,
    /// Place in the order in which they were made.
    place: usize,
}

impl Bank {
    /// Links an account at a member bank: at once, or later if the merchant is set up so.
    pub(super) fn link(
        &mut self,
        now: UnixMillis,
        order: &OrderId,
        member: &str,
    ) -> Option<String> {
        let login = self.orders.get(order).map(|order| &order.login);
        let merchant = self.merchants.iter().find(|merchant| Some(&merchant.login) == login);
        let seconds = merchant.map_or(0, |merchant| merchant.subscription_delay_secs);
        if seconds == 0 {
            return self.subscribe(now, order, member);
        }
        let due = now.plus(Duration::from_secs(seconds));
        self.sbp.to_link.push((due, order.clone(), member.to_owned()));
        None
    }

    /// Links the accounts whose time has come.
    pub(in crate::bank) fn link_due(&mut self, now: UnixMillis) {
        let (due, later) = self.sbp.to_link.drain(..).partition(|(due, _, _)| *due <= now);
        self.sbp.to_link = later;
        for (due, order, member) in due {
            let binding = self.subscribe(due, &order, &member);
            if let Some(paid) = self.sbp.paid.get_mut(&order) {
                paid.binding = binding;
            }
        }
    }

    /// A merchant's linked accounts that are wanted, in the order in which they were made.
    pub(crate) fn subscriptions(
        &self,
        login: &str,
        wanted: impl Fn(&Subscription) -> bool,
    ) -> Vec<Subscription> {
        let known = self.sbp.subscriptions.values();
        let known = known.filter(|known| known.login == login && wanted(known));
        let mut known: Vec<_> = known.cloned().collect();
        known.sort_by_key(|known| known.place);
        known
    }

    /// Tells this bank what SBP knows of an account that another bank has linked.
    pub(crate) fn admit(&mut self, subscription: Subscription) {
        let token = subscription.token.expose().clone();
        self.sbp.visiting.insert(token, subscription);
    }

    /// Links an account at a member bank to the order's customer; the number of the credential.
    /// An account that is linked already stays what it is.
    fn subscribe(&mut self, now: UnixMillis, order: &OrderId, member: &str) -> Option<String> {
        let order = self.orders.get(order)?;
        let (login, client) = (order.login.clone(), order.details.client_id.clone()?);
        let service_name: String = self.shop(order).chars().take(70).collect();
        let purpose = order.details.params.iter().find(|(name, _)| name == "subscriptionPurpose");
        let purpose = purpose.map_or_else(|| service_name.clone(), |(_, purpose)| purpose.clone());
        let known = self.sbp.subscriptions.values().find(|known| {
            known.active && known.login == login && known.client == client && known.member == member
        });
        if let Some(known) = known {
            return Some(known.id.clone());
        }
        let id = self.numbers.id();
        let subscription = Subscription {
            id: id.clone(),
            member: member.to_owned(),
            token: Secret::new(self.numbers.id().replace('-', "")),
            label: self.numbers.digits(4),
            service_name,
            service_id: self.numbers.id(),
            purpose,
            created: now,
            active: true,
            place: self.sbp.subscriptions.len(),
            login,
            client,
        };
        self.tell_of_subscription(now, &subscription, "bindingCreated");
        self.sbp.subscriptions.insert(id.clone(), subscription);
        Some(id)
    }

    /// `POST rest/sbp/c2b/getBindings.do`.
    pub(in crate::bank) fn sbp_bindings(&self, call: &Call<'_>) -> Result<Object, Refusal> {
        may_store(call)?;
        let Some(client) = call.params.text("clientId") else {
            // An error, and an empty list beside it (G-202).
            let refusal = Refusal::new(5, "clientId is not specified");
            let setting = call.merchant.error_codes;
            let refused = answer::refusal(&refusal, call.method.spelling(), setting);
            return Ok(refused.with("bindings", Json::Array(Vec::new())));
        };
        let disabled = flag(call.params, "showDisabled")?;
        let only = call.params.text("bindingId");
        let mut found: Vec<&Subscription> = self
            .sbp
            .subscriptions
            .values()
            .filter(|known| known.login == call.merchant.login && known.client == client)
            .filter(|known| (known.active || disabled) && only.is_none_or(|id| known.id == id))
            .collect();
        found.sort_by_key(|known| known.place);
        let bindings = found.into_iter().map(|known| listed(known).into()).collect();
        Ok(super::success(call).with("bindings", Json::Array(bindings)))
    }

    /// `POST rest/sbp/c2b/unBind.do`.
    pub(in crate::bank) fn sbp_unbind(&mut self, call: &Call<'_>) -> Result<Object, Refusal> {
        may_store(call)?;
        let id = call.params.text("bindingId");
        let id = id.ok_or_else(|| Refusal::new(5, "[bindingId] is empty"))?;
        let login = &call.merchant.login;
        let known = self.sbp.subscriptions.get_mut(id).filter(|known| known.login == *login);
        let known = known.ok_or_else(|| Refusal::access("Access denied"))?;
        if std::mem::replace(&mut known.active, false) {
            let known = known.clone();
            self.tell_of_subscription(call.now, &known, "bindingActivityChanged");
        }
        let (form, setting) = (call.method.spelling().refusal, call.merchant.error_codes);
        Ok(Object::new()
            .with("error", DEACTIVATED)
            .with("errorCode", answer::code(2, form, setting))
            .with("is3DSVer2", false)
            .with("errorMessage", DEACTIVATED))
    }

    /// `POST rest/paymentorder.do` with the token of a linked account.
    pub(in crate::bank) fn pay_by_subscription(
        &mut self,
        call: &Call<'_>,
    ) -> Result<Object, Refusal> {
        may_store(call)?;
        let order = self.order_of(call, Refusal::new(4, "[MDORDER] is empty"))?;
        payable_by_sbp(order, &call.merchant)?;
        if order.amount == 0 {
            return Err(Refusal::new(5, "There is nothing to pay"));
        }
        let text = |name: &str| {
            let value = call.params.text(name);
            value.ok_or_else(|| Refusal::new(4, format!("[{name}] is empty")))
        };
        let (token, member) = (text("sbpSubscriptionToken")?, text("sbpMemberId")?);
        let known = self.sbp.subscriptions.values().chain(self.sbp.visiting.values());
        let mut known = known.filter(|known| {
            known.login == order.login && known.token.expose() == token && known.member == member
        });
        let known = known.next().ok_or_else(|| {
            Refusal::value("sbpSubscriptionToken", "is no subscription at this member")
        })?;
        let owner = &order.details.client_id;
        if owner.as_ref().is_some_and(|client| *client != known.client) {
            return Err(Refusal::value("sbpSubscriptionToken", "is another customer's"));
        }
        let (id, binding, active) = (order.id.clone(), known.id.clone(), known.active);
        if !active {
            self.forget_card(&id);
            let step = self.declined(call.now, &id, SUBSCRIPTION_ENDED);
            return Ok(self.finished_answer(call, &id, step, true));
        }
        let tii = call.params.text("tii").map(str::to_owned);
        self.settle_by(call.now, &id, Paid::SBP, Some(binding), tii);
        debug_assert!(self.orders.get(&id).is_some_and(|order| order.dates.paid.is_some()));
        Ok(self.paid_answer(call, &id))
    }

    /// Tells the merchant what happened to a credential, at the merchant's own address.
    fn tell_of_subscription(&mut self, now: UnixMillis, known: &Subscription, operation: &str) {
        let merchant = self.merchants.iter().find(|merchant| merchant.login == known.login);
        let Some(callbacks) = merchant.map(|merchant| &merchant.callbacks) else { return };
        let Some(address) = &callbacks.url else { return };
        let mut parameters = vec![
            ("bindingId".to_owned(), known.id.clone()),
            ("clientId".to_owned(), known.client.clone()),
            ("operation".to_owned(), operation.to_owned()),
        ];
        if operation == "bindingActivityChanged" {
            parameters.push(("enabled".to_owned(), known.active.to_string()));
        }
        let Some(request) = callback::request(address, callbacks, parameters) else { return };
        let fault = self.faults.take_callback();
        self.notices.send(now, request, fault);
    }
}

fn may_store(call: &Call<'_>) -> Result<(), Refusal> {
    allowed(&call.merchant)?;
    if call.merchant.permissions.stored_credentials {
        Ok(())
    } else {
        Err(Refusal::access("Access denied: no rights to use stored credentials"))
    }
}

fn listed(known: &Subscription) -> Object {
    Object::new()
        .with("bindingId", known.id.as_str())
        .with("clientId", known.client.as_str())
        .with("displayLabel", known.label.as_str())
        .with("memberId", known.member.as_str())
        .with("subscriptionToken", known.token.expose().as_str())
        .with("subscriptionServiceName", known.service_name.as_str())
        .with("subscriptionServiceId", known.service_id.as_str())
}
