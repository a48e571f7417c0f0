//! The control address of the router, for programs in other languages: `/sandbox/router/…`.
//!
//! Described in the crate's documentation under "The control address".

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{Method as HttpMethod, Request, Response, StatusCode};
use payments_core::{id::OrderId, time::UnixMillis};

use super::{
    BANKS, Router,
    order::{Order, Way},
};
use crate::{
    answer,
    json::{Json, Object},
    parse::{self, Params},
    settings::{BindingPlace, Partner, Share, StatusShape, WalletRefusal},
};

impl Router {
    pub(super) fn control(
        &mut self,
        now: UnixMillis,
        path: &str,
        request: &Request<Bytes>,
    ) -> Response<Bytes> {
        let params = Params::of(request);
        let result = match (path, request.method() == HttpMethod::POST) {
            ("orders", false) => Ok(self.listed(now, &params)),
            ("ledger", false) => Ok(self.ledger_json()),
            ("answer", true) => return self.answer_for_payer(now, &params),
            ("settings", true) => self.set(&params),
            _ => return answer::plain(StatusCode::NOT_FOUND, "no such control\n"),
        };
        match result {
            Ok(object) => answer::json(&object),
            Err(wrong) => refused(wrong),
        }
    }

    fn listed(&mut self, now: UnixMillis, params: &Params) -> Object {
        let (id, number) = (params.text("orderId"), params.text("orderNumber"));
        let wanted = self.orders.values().filter(|order| {
            id.is_none_or(|id| order.id.as_str() == id)
                && number.is_none_or(|number| order.number.as_str() == number)
        });
        let wanted: Vec<Order> = wanted.cloned().collect();
        let listed = wanted.iter().map(|order| self.order_json(now, order).into()).collect();
        Object::new().with("orders", Json::Array(listed))
    }

    fn order_json(&mut self, now: UnixMillis, order: &Order) -> Object {
        let partner = self.partner(&order.login).cloned();
        let state = partner.map(|partner| self.seen(now, &partner.merchant, order, None).state);
        let at = order.at();
        let house = at.and_then(|at| BANKS.get(at.bank));
        Object::new()
            .with("orderId", order.id.as_str())
            .with("orderNumber", order.number.as_str())
            .with("partner", order.login.as_str())
            .with("amount", order.amount)
            .with("currency", order.currency.code())
            .with("twoPhase", order.two_phase)
            .with_some("state", state.map(|state| state.name()))
            .with_some("gwId", house.map(|house| house.gw_id))
            .with_some("gwOrderId", at.map(|at| at.id.as_str()))
            .with_some("paymentWay", at.map(|at| at.way.name()))
            .with_some("bank", house.map(|house| format!("{}/banks/{}", self.base_url, house.path)))
    }

    fn ledger_json(&self) -> Object {
        let wrong = self.check().err().map(|wrong| wrong.to_string());
        let banks = self.banks().map(|(gw_id, bank)| {
            let totals = bank.ledger().totals().into_iter().map(|(account, balance)| {
                let account = format!("{account:?}");
                let total = Object::new().with("account", account);
                Json::from(total.with("balance", Json::Number(balance)))
            });
            let totals = Json::Array(totals.collect());
            Json::from(Object::new().with("gwId", gw_id).with("totals", totals))
        });
        Object::new()
            .with("balanced", wrong.is_none())
            .with_some("wrong", wrong)
            .with("banks", Json::Array(banks.collect()))
    }

    /// Does at the order's bank what the payer would do there by one request.
    fn answer_for_payer(&mut self, now: UnixMillis, params: &Params) -> Response<Bytes> {
        let id = OrderId::from_bank(params.text("orderId").unwrap_or_default());
        let Some(order) = self.orders.get(&id).cloned() else {
            return refused("there is no such order");
        };
        let Some(at) = order.at() else { return refused("the order is at no bank") };
        let said = params.text("answer").unwrap_or_default();
        let link = order.link.as_deref().and_then(|link| url::Url::parse(link).ok());
        let mount =
            BANKS.get(at.bank).map_or_else(String::new, |house| format!("/banks/{}", house.path));
        let mut fields = vec![("answer".to_owned(), said.to_owned())];
        let path =
            match (at.way, link) {
                (Way::Sbp, _) => {
                    fields.push(("orderId".into(), at.id.to_string()));
                    let passed = ["memberId", "link"].iter();
                    fields.extend(passed.filter_map(|name| {
                        Some(((*name).to_owned(), params.text(name)?.to_owned()))
                    }));
                    format!("{mount}/sandbox/sbp")
                }
                (Way::TPay | Way::AlfaPay, _) if !["pay", "refuse"].contains(&said) => {
                    return refused("answer must be pay or refuse");
                }
                (Way::TPay, Some(link)) => format!("{}/answer", link.path()),
                (Way::AlfaPay, Some(link)) => {
                    fields.extend(link.query_pairs().into_owned());
                    let card = params.text("card").unwrap_or("0").to_owned();
                    fields.push(("card".into(), card));
                    format!("{mount}/alfapay/pay")
                }
                _ => return refused("the order is not paid by SBP, T-Pay or Alfa Pay"),
            };
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let Ok(request) = Request::post(&path).body(Bytes::from(body)) else {
            return refused("the order's link is none");
        };
        let Some(rest) = path.strip_prefix("/banks/") else { return refused("no bank") };
        let (answered, _) = self.at_bank(now, rest, &request);
        if at.way == Way::Sbp && answered.status() != StatusCode::OK {
            return answered;
        }
        answer::json(&self.order_json(now, &order))
    }

    /// Changes how a partner is set up: the one named by `userName`, or every one.
    fn set(&mut self, params: &Params) -> Result<Object, &'static str> {
        let changed = Changes::of(params)?;
        let logins: Vec<String> = self
            .partners
            .iter()
            .map(|partner| partner.merchant.login.clone())
            .filter(|login| params.text("userName").is_none_or(|wanted| login == wanted))
            .collect();
        if logins.is_empty() {
            return Err("there is no such partner");
        }
        for login in logins {
            self.change_partner(&login, |partner| changed.apply(partner));
        }
        Ok(Object::new())
    }
}

/// What a request changes.
struct Changes {
    shape: Option<StatusShape>,
    place: Option<BindingPlace>,
    refusal: Option<WalletRefusal>,
    sbp_bank: Option<String>,
    subscription_delay: Option<u64>,
    lifetime: Option<u64>,
    nspk_links: Option<bool>,
}

impl Changes {
    fn of(params: &Params) -> Result<Self, &'static str> {
        let number = |name: &str| match params.text(name) {
            None => Ok(None),
            Some(text) => parse::digits(text, 9).map(Some).ok_or("a time must be 1 to 9 digits"),
        };
        let sbp_bank = params.text("sbpBank").map(str::to_owned);
        if sbp_bank.as_deref().is_some_and(|bank| super::house(bank).is_none()) {
            return Err("sbpBank must be TBANK, ALFABANK or VTB");
        }
        Ok(Self {
            shape: match params.text("statusShape") {
                None => None,
                Some("wrapped") => Some(StatusShape::Wrapped),
                Some("flat") => Some(StatusShape::Flat),
                Some("bank") => Some(StatusShape::Bank),
                Some(_) => return Err("statusShape must be wrapped, flat or bank"),
            },
            place: match params.text("bindingPlace") {
                None => None,
                Some("outer") => Some(BindingPlace::Outer),
                Some("model") => Some(BindingPlace::Model),
                Some("bindingInfo") => Some(BindingPlace::BindingInfo),
                Some(_) => return Err("bindingPlace must be outer, model or bindingInfo"),
            },
            refusal: match params.text("walletRefusal") {
                None => None,
                Some("beside") => Some(WalletRefusal::Beside),
                Some("inData") => Some(WalletRefusal::InData),
                Some("text") => Some(WalletRefusal::Text),
                Some("flag") => Some(WalletRefusal::Flag),
                Some("block") => Some(WalletRefusal::Block),
                Some("flat") => Some(WalletRefusal::Flat),
                Some(_) => {
                    return Err("walletRefusal must be beside, inData, text, flag, block or flat");
                }
            },
            sbp_bank,
            subscription_delay: number("subscriptionDelaySecs")?,
            lifetime: number("orderLifetimeSecs")?,
            nspk_links: match params.text("nspkLinks") {
                None => None,
                Some("true") => Some(true),
                Some("false") => Some(false),
                Some(_) => return Err("nspkLinks must be true or false"),
            },
        })
    }

    fn apply(&self, partner: &mut Partner) {
        partner.status_shape = self.shape.unwrap_or(partner.status_shape);
        partner.binding_place = self.place.unwrap_or(partner.binding_place);
        partner.wallet_refusal = self.refusal.unwrap_or(partner.wallet_refusal);
        partner.order_lifetime_secs = self.lifetime.unwrap_or(partner.order_lifetime_secs);
        let merchant = &mut partner.merchant;
        let delay = self.subscription_delay.unwrap_or(merchant.subscription_delay_secs);
        merchant.subscription_delay_secs = delay;
        merchant.nspk_links = self.nspk_links.unwrap_or(merchant.nspk_links);
        if let Some(bank) = &self.sbp_bank {
            partner.sbp = vec![Share::new(bank, 100)];
            partner.sbp_rules.clear();
        }
    }
}

fn refused(wrong: &'static str) -> Response<Bytes> {
    let mut refused = answer::json(&Object::new().with("error", wrong));
    *refused.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    refused
}
