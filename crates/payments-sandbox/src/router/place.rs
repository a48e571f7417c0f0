//! Which bank gets an order, and how it is brought there: by the bank's own calls.

use std::collections::BTreeMap;

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::Request;
use payments_core::{id::OrderId, time::UnixMillis};
use serde_json::value::RawValue;

use super::{
    BANKS, Call, Router, house,
    order::{Order, Placed, Way},
};
use crate::{
    answer::Refusal,
    parse,
    settings::{Merchant, Rule},
};

/// Languages that the banks speak.
const LANGUAGES: [&str; 4] = ["ru", "en", "hy", "az"];

/// What a bank answered.
pub(super) struct Answer {
    members: BTreeMap<String, Box<RawValue>>,
    pub(super) delay_ms: u64,
}

impl Answer {
    /// A member as text: unquoted, none if it is absent, `null` or empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = parse::scalar(self.members.get(name)?.get())?;
        Some(text).filter(|text| !text.is_empty())
    }

    /// A member as JSON.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(|raw| raw.get())
    }

    /// Every member as JSON, in the order of their names.
    pub(super) fn into_members(self) -> BTreeMap<String, String> {
        self.members.into_iter().map(|(name, raw)| (name, raw.get().to_owned())).collect()
    }

    /// What the bank refused, with its own code and text; and this otherwise.
    pub(super) fn done(self) -> Result<Self, Refusal> {
        let code = self.text("errorCode").and_then(|code| code.parse::<u8>().ok()).unwrap_or(0);
        let block = self.raw("error").and_then(parse::inner).unwrap_or_default();
        let inside = |name: &str| {
            let member = block.iter().find(|(known, _)| known == name);
            member.map(|(_, value)| value.clone())
        };
        if code != 0 {
            let text = self.text("errorMessage").unwrap_or_else(|| "The bank refused".into());
            return Err(Refusal::new(code, text));
        }
        if self.raw("success") == Some("false") {
            let code = inside("code").and_then(|code| code.parse().ok()).unwrap_or(7);
            return Err(Refusal::new(code, inside("message").unwrap_or_default()));
        }
        Ok(self)
    }
}

impl Router {
    /// Makes a call to a bank in the partner's name. No fault is in the way.
    pub(super) fn ask(
        &mut self,
        now: UnixMillis,
        merchant: &Merchant,
        bank: usize,
        path: &str,
        pairs: &[(&str, &str)],
    ) -> Answer {
        let login = [
            ("userName", merchant.login.as_str()),
            ("password", merchant.password.expose().as_str()),
        ];
        let body = Serializer::new(String::new()).extend_pairs(login.iter().chain(pairs)).finish();
        let request = Request::post(format!("/payment/{path}")).body(Bytes::from(body));
        let (bytes, delay_ms) = match request {
            Ok(request) => self.with_bank(bank, |bank| {
                let (answer, delay) = bank.serve(now, &request);
                (answer.into_body(), delay)
            }),
            Err(_) => Default::default(),
        };
        Answer { members: serde_json::from_slice(&bytes).unwrap_or_default(), delay_ms }
    }

    /// The bank for a payment by SBP: where the order is, if that bank takes such payments, else by
    /// the partner's rules, else by its shares.
    pub(super) fn sbp_bank(&self, call: &Call<'_>, order: &Order) -> Result<usize, Refusal> {
        let partner = &call.partner;
        if let Some(at) = order.at().filter(|at| sbp_banks(call).contains(&at.bank)) {
            return Ok(at.bank);
        }
        let left = |bank: &usize| !order.tries.iter().any(|tried| tried.bank == *bank);
        let ruled = partner.sbp_rules.iter().find(|rule| fits(rule, order));
        if let Some(bank) = ruled.and_then(|rule| house(&rule.bank)).filter(left) {
            return Ok(bank);
        }
        let shares = partner.sbp.iter().filter_map(|share| Some((house(&share.bank)?, share)));
        let shares: Vec<_> = shares
            .filter(|(bank, share)| share.percent > 0 && left(bank))
            .map(|(bank, share)| (bank, u64::from(share.percent)))
            .collect();
        let sum: u64 = shares.iter().map(|(_, percent)| percent).sum();
        let mut place = order.draw.checked_rem(sum).unwrap_or(0);
        for (bank, percent) in shares {
            match place.checked_sub(percent) {
                None => return Ok(bank),
                Some(rest) => place = rest,
            }
        }
        Err(Refusal::access("No bank for SBP is set in the partner's settings"))
    }

    /// Brings an order to a bank, unless it is there: registers it, and cancels it where it was.
    pub(super) fn place(
        &mut self,
        call: &Call<'_>,
        id: &OrderId,
        bank: usize,
        way: Way,
    ) -> Result<OrderId, Refusal> {
        let order = self.own_order(call, id)?.clone();
        open(&order, call.now)?;
        match order.at() {
            Some(at) if at.bank == bank => {
                let id = at.id.clone();
                if let Some(at) = self.orders.get_mut(&order.id).and_then(|o| o.tries.last_mut()) {
                    at.way = way;
                }
                return Ok(id);
            }
            _ if order.tries.iter().any(|tried| tried.bank == bank) => {
                let text = "The bank for this way has cancelled the order already";
                return Err(Refusal::new(5, text));
            }
            Some(at) => self.leave(call, &order, &at.clone())?,
            None => {}
        }
        let placed = Placed { bank, id: self.register_at(call, &order, bank)?, way };
        let at_bank = placed.id.clone();
        if let Some(order) = self.orders.get_mut(id) {
            order.tries.push(placed);
        }
        Ok(at_bank)
    }

    /// Cancels an order where it is; refused if it is paid there or over, or if its payer has agreed
    /// and the money is on its way.
    fn leave(&mut self, call: &Call<'_>, order: &Order, at: &Placed) -> Result<(), Refusal> {
        if self.banks.get(at.bank).is_some_and(|bank| bank.is_confirmed(call.now, &at.id)) {
            return Err(Refusal::new(5, "The payer has agreed already: the payment is under way"));
        }
        let pairs = [("orderId", at.id.as_str()), ("orderNumber", order.number.as_str())];
        let merchant = &call.partner.merchant;
        let answer = self.ask(call.now, merchant, at.bank, "rest/decline.do", &pairs);
        answer.done().map(drop).map_err(|refusal| {
            let paid = self.banks.get(at.bank).is_some_and(|bank| bank.is_paid(&at.id));
            match paid {
                true => Refusal::new(5, "The order is already paid"),
                false => refusal,
            }
        })
    }

    fn register_at(
        &mut self,
        call: &Call<'_>,
        order: &Order,
        bank: usize,
    ) -> Result<OrderId, Refusal> {
        let left = order.expires_at.get().saturating_sub(call.now.get()) / 1000;
        let back =
            |to: &str| format!("{}/wl/back.html?mdOrder={}&to={to}", self.base_url, order.id);
        let details = &order.details;
        let params: BTreeMap<&str, &str> =
            details.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let params = serde_json::to_string(&params).unwrap_or_default();
        let mut pairs = vec![
            ("orderNumber", order.number.as_str().to_owned()),
            ("amount", order.amount.to_string()),
            ("currency", order.currency.code().to_owned()),
            ("returnUrl", back("return")),
            ("failUrl", back("fail")),
            ("sessionTimeoutSecs", left.max(1).to_string()),
            ("jsonParams", params),
        ];
        let named = [("description", &details.description), ("clientId", &details.client)];
        for (name, value) in named {
            pairs.extend(value.clone().map(|value| (name, value)));
        }
        let language = details.language.clone();
        let language = language.filter(|language| LANGUAGES.contains(&language.as_str()));
        pairs.extend(language.map(|language| ("language", language)));
        pairs.extend(details.features.iter().map(|feature| ("features", feature.clone())));
        // A stored credential of the partner's may be another bank's.
        let others = details.others.iter().filter(|(name, _)| *name != "bindingId");
        pairs.extend(others.cloned());
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = if order.two_phase { "rest/registerPreAuth.do" } else { "rest/register.do" };
        let answer = self.ask(call.now, &call.partner.merchant, bank, path, &pairs).done()?;
        let id =
            answer.text("orderId").ok_or_else(|| Refusal::new(7, "The bank did not answer"))?;
        Ok(OrderId::from_bank(id))
    }
}

/// Refuses an order that was over before it came to a bank.
pub(super) fn open(order: &Order, now: UnixMillis) -> Result<(), Refusal> {
    let ends = order.expires_at.get().saturating_sub(now.get()) < 1000;
    match order.cancelled || order.tries.is_empty() && ends {
        true => Err(Refusal::new(5, "The order was declined or has expired")),
        false => Ok(()),
    }
}

/// The places of the banks that take a partner's payments by SBP.
pub(super) fn sbp_banks(call: &Call<'_>) -> Vec<usize> {
    let partner = &call.partner;
    let shares = partner.sbp.iter().filter(|share| share.percent > 0).map(|share| &share.bank);
    let ruled = partner.sbp_rules.iter().map(|rule| &rule.bank);
    let named: Vec<&String> = shares.chain(ruled).collect();
    let taking = BANKS.iter().enumerate();
    let taking = taking.filter(|(_, house)| named.iter().any(|name| *name == house.gw_id));
    taking.map(|(place, _)| place).collect()
}

fn fits(rule: &Rule, order: &Order) -> bool {
    rule.from_amount.is_none_or(|from| order.amount >= from)
        && rule.to_amount.is_none_or(|to| order.amount <= to)
        && rule.feature.as_ref().is_none_or(|feature| order.has_feature(feature))
}
