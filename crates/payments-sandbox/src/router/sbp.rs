//! `sbp_c2b/…` and `paymentOrder.do`: QR codes of SBP, and accounts that customers have linked.

use payments_core::id::OrderId;

use super::{
    BANKS, Call, Router,
    order::{Code, Order, Placed, Way},
    place::{self, sbp_banks},
};
use crate::{
    answer::Refusal,
    bank::{self, Subscription},
    json::{Json, Object},
};

impl Router {
    /// `POST sbp_c2b/get.do`.
    pub(super) fn sbp_get(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let id = self.order_of(call, "mdOrder")?;
        let order = self.own_order(call, &id)?;
        place::open(order, call.now)?;
        bank::check_wish(call.params)?;
        let subscribes = bank::flag(call.params, "createSubscription")?;
        subscribable(order, subscribes)?;
        let bank = self.sbp_bank(call, order)?;
        let at_bank = self.place(call, &id, bank, Way::Sbp)?;
        let mut pairs = vec![("mdOrder", at_bank.as_str())];
        for name in ["qrFormat", "qrHeight", "qrWidth", "paymentPurpose", "redirectUrl"] {
            pairs.extend(call.text(name).map(|text| (name, text)));
        }
        let member = BANKS.get(bank).map_or("", |house| house.member);
        pairs.push(("memberId", call.text("memberId").unwrap_or(member)));
        pairs.push(("createSubscription", if subscribes { "true" } else { "false" }));
        let path = "rest/sbp/c2b/qr/dynamic/get.do";
        let answer = self.ask(call.now, &call.partner.merchant, bank, path, &pairs).done()?;
        let (qr, status) = (answer.text("qrId"), answer.text("qrStatus").unwrap_or_default());
        let at = Placed { bank, id: at_bank.clone(), way: Way::Sbp };
        let known = self.orders.get_mut(&id).map(|order| &mut order.code);
        let mut payload = answer.text("payload");
        if let Some(known) = known {
            // The bank tells no link once the payer has agreed; the router knows it still.
            let before = known.take().filter(|code| code.at.id == at.id);
            payload = payload.or_else(|| before.map(|code| code.payload));
            let link = payload.clone().unwrap_or_default();
            *known = Some(Code { at, payload: link, told: status.clone() });
        }
        Ok(Object::new()
            .with_some("errorCode", call.zero())
            .with_some("payload", payload)
            .with_some("renderedQr", answer.text("renderedQr"))
            .with_some("qrId", qr)
            .with("qrStatus", status)
            .into())
    }

    /// `POST sbp_c2b/status.do`.
    pub(super) fn sbp_status(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let (id, code) = self.asked_code(call)?;
        let path = "rest/sbp/c2b/qr/status.do";
        let answer = self.of_code(call, &code, path).done()?;
        let text = |name: &str| answer.text(name).unwrap_or_default();
        let (status, kind, transaction) =
            (text("qrStatus"), text("qrType"), text("transactionState"));
        if let Some(code) = self.orders.get_mut(&id).and_then(|order| order.code.as_mut()) {
            code.told.clone_from(&status);
        }
        Ok(Object::new()
            .with_some("errorCode", call.zero())
            .with("mdOrder", id.as_str())
            .with("oldStatus", code.told)
            .with("payload", code.payload)
            .with("qrStatus", status.as_str())
            .with("qrType", kind)
            .with("transactionState", transaction)
            .with("transactionStateExtension", format!("SBP_C2B_{status}"))
            .into())
    }

    /// `POST sbp_c2b/reject.do`. Whoever comes too late is told so, and that is no refusal.
    pub(super) fn sbp_reject(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let (_, code) = self.asked_code(call)?;
        let answer = self.of_code(call, &code, "rest/sbp/c2b/qr/dynamic/reject.do");
        let rejected = match answer.raw("rejected") {
            None => return answer.done().and_then(|_| Err(Refusal::new(7, "System error"))),
            Some(rejected) => rejected == "true",
        };
        Ok(Object::new().with_some("errorCode", call.zero()).with("rejected", rejected).into())
    }

    /// The order of a call and the code that was given out for it last.
    fn asked_code(&self, call: &Call<'_>) -> Result<(OrderId, Code), Refusal> {
        let id = self.order_of(call, "mdOrder")?;
        let code = self.own_order(call, &id)?.code.clone();
        code.map(|code| (id, code)).ok_or_else(|| Refusal::new(6, "QR code not found"))
    }

    fn of_code(&mut self, call: &Call<'_>, code: &Code, path: &str) -> place::Answer {
        let mut pairs = vec![("mdOrder", code.at.id.as_str())];
        pairs.extend(call.text("qrId").map(|id| ("qrId", id)));
        self.ask(call.now, &call.partner.merchant, code.at.bank, path, &pairs)
    }

    /// `POST sbp_c2b/getBindings.do`: the active subscriptions of a customer at all SBP banks.
    pub(super) fn sbp_bindings(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let client = call.needed("clientId")?;
        let disabled = bank::flag(call.params, "showDisabled")?;
        let only = call.text("bindingId");
        let mut found = self.subscriptions(call, |known| {
            known.client == client
                && (known.active || disabled)
                && only.is_none_or(|id| known.id == id)
        });
        found.sort_by_key(|(_, known)| known.created);
        let listed = found.iter().filter_map(|(bank, known)| listed(*bank, known)).collect();
        Ok(Object::new()
            .with_some("errorCode", call.zero())
            .with("bindings", Json::Array(listed))
            .into())
    }

    /// The wanted subscriptions of the partner's customers, at each of its SBP banks.
    pub(super) fn subscriptions(
        &self,
        call: &Call<'_>,
        wanted: impl Fn(&Subscription) -> bool,
    ) -> Vec<(usize, Subscription)> {
        let banks = sbp_banks(call).into_iter();
        let of = |place: usize| {
            let known = self.banks.get(place).map(|bank| bank.subscriptions(call.login(), &wanted));
            known.unwrap_or_default().into_iter().map(move |known| (place, known))
        };
        banks.flat_map(of).collect()
    }

    /// `POST sbp_c2b/unBind.do`: the router finds the bank.
    pub(super) fn sbp_unbind(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let id = call.needed("bindingId")?;
        let known = self.subscriptions(call, |known| known.id == id).pop();
        let (bank, _) = known.ok_or_else(|| Refusal::access("Binding not found"))?;
        let pairs = [("bindingId", id)];
        let path = "rest/sbp/c2b/unBind.do";
        let answer = self.ask(call.now, &call.partner.merchant, bank, path, &pairs);
        // The bank says a success with code 2, which the router keeps to itself unless it is set so.
        let text = answer.text("errorMessage");
        let code = match call.partner.unbind_as_bank {
            true => answer.raw("errorCode").map(|code| Json::Raw(code.to_owned())),
            false => call.zero(),
        };
        Ok(Object::new()
            .with_some("errorCode", code)
            .with_some("errorMessage", text.clone())
            .with_some("userMessage", text)
            .into())
    }

    /// `POST paymentOrder.do` with the token of a subscription: charged at any SBP bank, by routing.
    pub(super) fn pay_by_token(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let id = self.order_of(call, "mdOrder")?;
        let given = ["sbpSubscriptionToken", "sbpMemberId"].map(|name| call.text(name));
        if given == [None, None] {
            return Err(Refusal::access(
                "Access denied: cards are taken on the router's page only",
            ));
        }
        let (token, member) = (call.needed("sbpSubscriptionToken")?, call.needed("sbpMemberId")?);
        let known = self
            .subscriptions(call, |known| known.token.expose() == token && known.member == member);
        let (_, known) = known.into_iter().next().ok_or_else(|| {
            Refusal::value("sbpSubscriptionToken", "is no subscription at this member")
        })?;
        let order = self.own_order(call, &id)?;
        place::open(order, call.now)?;
        chargeable(order)?;
        let bank = self.sbp_bank(call, order)?;
        self.charge_subscription(call, &id, bank, known)
    }

    /// Charges a subscription for an order, at a bank that need not be the one that keeps it.
    pub(super) fn charge_subscription(
        &mut self,
        call: &mut Call<'_>,
        id: &OrderId,
        bank: usize,
        known: Subscription,
    ) -> Result<Json, Refusal> {
        let at_bank = self.place(call, id, bank, Way::Sbp)?;
        let (token, member) = (known.token.expose().clone(), known.member.clone());
        self.with_bank(bank, |bank| bank.admit(known));
        let mut pairs = vec![
            ("MDORDER", at_bank.as_str()),
            ("sbpSubscriptionToken", token.as_str()),
            ("sbpMemberId", member.as_str()),
        ];
        pairs.extend(call.text("language").map(|language| ("language", language)));
        let answer =
            self.ask(call.now, &call.partner.merchant, bank, "rest/paymentorder.do", &pairs);
        let answer = answer.done()?;
        // A declined payment is an answer, too: what became of it is in the order's status.
        Ok(Object::new()
            .with_some("errorCode", call.zero())
            .with_some("errorMessage", answer.text("error"))
            .with_some("info", answer.text("info"))
            .with_some("redirect", answer.text("redirect"))
            .with_some("processingErrorType", answer.text("processingErrorType"))
            .into())
    }
}

/// Refuses a subscription that nobody could own or name, and a payment of nothing.
fn subscribable(order: &Order, asked: bool) -> Result<(), Refusal> {
    let details = &order.details;
    match asked {
        false if order.amount == 0 => {
            Err(Refusal::new(4, "[createSubscription] is empty: there is nothing to pay"))
        }
        true if details.client.is_none() => {
            Err(Refusal::new(5, "[clientId] is empty: the order was registered without it"))
        }
        true if details.purpose.is_none() => Err(Refusal::new(
            5,
            "[jsonParams.subscriptionPurpose] is empty: the order was registered without it",
        )),
        _ => Ok(()),
    }
}

/// Refuses to charge a subscription for an order that says nothing about what it is for.
pub(super) fn chargeable(order: &Order) -> Result<(), Refusal> {
    match order.details.description {
        Some(_) => Ok(()),
        None => Err(Refusal::new(4, "[description] is empty: the order was registered without it")),
    }
}

fn listed(bank: usize, known: &Subscription) -> Option<Json> {
    let house = BANKS.get(bank)?;
    let object = Object::new()
        .with("bankName", house.name)
        .with("bindingId", known.id.as_str())
        .with("bindingType", "SBP_C2B")
        .with("clientId", known.client.as_str())
        .with("createdDate", known.created.get())
        .with("displayLabel", known.label.as_str())
        .with("gwId", house.gw_id)
        .with("sbpMemberId", known.member.as_str())
        .with("sbpSubscriptionPurpose", known.purpose.as_str())
        .with("sbpSubscriptionToken", known.token.expose().as_str());
    Some(object.into())
}
