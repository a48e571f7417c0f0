//! `getBindings.do`, `paymentOrderBinding.do`, `recurrentPayment.do` and `installmentPayment.do`:
//! stored credentials, each at the bank that keeps it.

use std::collections::BTreeMap;

use payments_core::id::OrderId;
use serde_json::value::RawValue;

use super::{
    BANKS, Call, Router,
    order::{Details, Order, Placed, Way},
    place, register,
    sbp::chargeable,
};
use crate::{
    answer::Refusal,
    json::{Json, Object},
    parse, texts,
};

/// The bank's word for a list that is empty.
const NONE_FOUND: u8 = 2;

impl Router {
    /// `POST getBindings.do`: the cards of a customer at every bank. Linked accounts are not here.
    pub(super) fn get_bindings(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let mut pairs = vec![("clientId", call.needed("clientId")?)];
        for name in ["bindingId", "bindingType", "showExpired", "showDisabled"] {
            pairs.extend(call.text(name).map(|text| (name, text)));
        }
        let mut found = Vec::new();
        for bank in 0..BANKS.len() {
            let merchant = &call.partner.merchant;
            let answer = self.ask(call.now, merchant, bank, "rest/getBindings.do", &pairs);
            let answer = match answer.done() {
                Err(refusal) if refusal.code == NONE_FOUND => continue,
                answer => answer?,
            };
            let listed = answer.raw("bindings").unwrap_or("[]");
            let listed: Vec<Box<RawValue>> = serde_json::from_str(listed).unwrap_or_default();
            found.extend(listed.into_iter().map(|binding| Json::Raw(binding.get().to_owned())));
        }
        Ok(Object::new()
            .with_some("errorCode", call.zero())
            .with("bindings", Json::Array(found))
            .into())
    }

    /// `POST paymentOrderBinding.do`: charged at the bank that keeps the credential, account or card.
    pub(super) fn pay_by_binding(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let id = self.order_of(call, "mdOrder")?;
        let binding = call.needed("bindingId")?.to_owned();
        let order = self.own_order(call, &id)?;
        place::open(order, call.now)?;
        let known = self.subscriptions(call, |known| known.id == binding).pop();
        if let Some((bank, known)) = known {
            chargeable(order)?;
            let answer = self.charge_subscription(call, &id, bank, known)?;
            let with = Object::new().with("bindingId", binding).to_string();
            return Ok(Json::Raw(joined(&answer.to_string(), &with)));
        }
        let bank = self.keeper(call, &binding)?;
        let at_bank = self.place(call, &id, bank, Way::Card)?;
        let credentials = ["userName", "password", "token", "mdOrder", "orderId", "bindingId"];
        let passed = call.params.pairs().filter(|(name, value)| {
            !value.is_empty() && !credentials.iter().any(|known| name.eq_ignore_ascii_case(known))
        });
        let mut pairs = vec![("mdOrder", at_bank.as_str()), ("bindingId", binding.as_str())];
        pairs.extend(passed);
        if call.text("tii").is_none() {
            pairs.push(("tii", "F"));
        }
        let merchant = &call.partner.merchant;
        let answer = self.ask(call.now, merchant, bank, "rest/paymentOrderBinding.do", &pairs);
        let answer = answer.done()?;
        call.delay_ms = answer.delay_ms;
        Ok(Json::Raw(object(&answer.into_members())))
    }

    /// `POST recurrentPayment.do` and `installmentPayment.do`: an order that a stored card pays at once.
    pub(super) fn charge_binding(
        &mut self,
        call: &mut Call<'_>,
        path: &str,
    ) -> Result<Json, Refusal> {
        let number = register::number(call)?;
        if self.order_id(call.login(), number.as_str()).is_some() {
            return Err(Refusal::new(10, texts::TAKEN));
        }
        let amount = call.needed("amount")?;
        let amount = parse::digits(amount, 12).filter(|amount| *amount > 0);
        let amount = amount.ok_or_else(|| Refusal::value("amount", "must be 1 to 12 digits"))?;
        let currency = register::currency(call)?;
        let binding = call.needed("bindingId")?;
        let bank = self.keeper(call, binding)?;
        let units = amount.to_string();
        let mut pairs = vec![
            ("orderNumber", number.as_str()),
            ("bindingId", binding),
            ("amount", units.as_str()),
            ("currency", currency.code()),
        ];
        for name in ["description", "language", "preAuth", "additionalParameters"] {
            pairs.extend(call.text(name).map(|text| (name, text)));
        }
        let answer = self.ask(call.now, &call.partner.merchant, bank, path, &pairs).done()?;
        call.delay_ms = answer.delay_ms;
        let data = answer.raw("data").and_then(parse::inner).unwrap_or_default();
        let inside = data.into_iter().find(|(name, _)| name == "orderId").map(|(_, id)| id);
        let at_bank = inside.or_else(|| answer.text("orderId"));
        let at_bank = at_bank.ok_or_else(|| Refusal::new(7, "The bank did not answer"))?;
        let at = Placed { bank, id: OrderId::from_bank(at_bank), way: Way::Card };
        let two_phase = call.text("preAuth").is_some_and(|held| held.eq_ignore_ascii_case("true"));
        let id = OrderId::from_bank(self.numbers.id());
        self.keep(Order {
            id: id.clone(),
            number: number.clone(),
            login: call.login().to_owned(),
            amount,
            currency,
            two_phase,
            registered_at: call.now,
            expires_at: call.now,
            has_timeout: false,
            details: Details {
                description: call.text("description").map(str::to_owned),
                ..Details::default()
            },
            tries: vec![at],
            cancelled: false,
            code: None,
            link: None,
            draw: 0,
        });
        // The answer is the bank's, about the router's order.
        let mut members = answer.into_members();
        let own = Json::from(id.as_str()).to_string();
        if members.contains_key("orderId") {
            members.insert("orderId".into(), own);
        } else {
            members.insert("data".into(), format!("{{\"orderId\":{own}}}"));
        }
        Ok(Json::Raw(object(&members)))
    }

    /// The bank that keeps a card under this number.
    fn keeper(&self, call: &Call<'_>, binding: &str) -> Result<usize, Refusal> {
        let keeps = |bank: &crate::Bank| bank.keeps_card(call.login(), binding);
        let place = self.banks.iter().position(keeps);
        place.ok_or_else(|| Refusal::new(NONE_FOUND, "Binding not found"))
    }
}

pub(super) fn object(members: &BTreeMap<String, String>) -> String {
    let members = members.iter();
    let members: Vec<_> =
        members.map(|(name, value)| format!("{}:{value}", Json::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(","))
}

/// One object of the members of two.
pub(super) fn joined(first: &str, second: &str) -> String {
    match (first.strip_suffix('}'), second.strip_prefix('{')) {
        (Some("{"), _) | (None, _) => second.to_owned(),
        (_, None | Some("}")) => first.to_owned(),
        (Some(first), Some(second)) => format!("{first},{second}"),
    }
}
