//! `POST getOrderStatusExtended.do`: what the router knows, around what the bank says.

use std::collections::BTreeMap;

use payments_core::{id::OrderId, time::UnixMillis};

use super::{
    BANKS, Call, Router,
    bindings::{joined, object},
    order::{Order, Placed},
    place::Answer,
};
use crate::{
    answer::Refusal,
    json::{Json, Object},
    parse,
    settings::{BindingPlace, Merchant, StatusShape},
    texts,
};

/// `state` of status answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Preregistered,
    Created,
    Pending,
    Approved,
    Deposited,
    Declined,
    Reversed,
    Refunded,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Preregistered => "PREREGISTERED",
            Self::Created => "CREATED",
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Deposited => "DEPOSITED",
            Self::Declined => "DECLINED",
            Self::Reversed => "REVERSED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// Of the bank's `orderStatus`.
    fn of(order_status: &str) -> Self {
        match order_status {
            "1" => Self::Approved,
            "2" | "8" => Self::Deposited,
            "3" => Self::Reversed,
            "4" => Self::Refunded,
            "5" | "7" => Self::Pending,
            "6" => Self::Declined,
            _ => Self::Created,
        }
    }
}

/// An order as it is now.
pub(super) struct Seen {
    pub(super) state: State,
    deposited: u64,
    /// Members of the model, as JSON.
    model: BTreeMap<String, String>,
    binding: Option<String>,
}

impl Router {
    pub(super) fn status(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let id = self.order_by_any(call)?;
        let order = self.own_order(call, &id)?.clone();
        let partner = call.partner.clone();
        let (shape, place) = (partner.status_shape, partner.binding_place);
        if let (StatusShape::Bank, Some(at)) = (shape, order.at()) {
            let answer = self.report(call.now, &partner.merchant, at, call.text("language"));
            return Ok(Json::Raw(object(&answer.into_members())));
        }
        let mut seen = self.seen(call.now, &partner.merchant, &order, call.text("language"));
        let binding = seen.binding.take();
        if let (BindingPlace::Model, Some(binding)) = (place, &binding) {
            seen.model.insert("bindingId".into(), Json::from(binding.as_str()).to_string());
        }
        let outer = binding.filter(|_| place == BindingPlace::Outer);
        let head = Object::new()
            .with_some("errorCode", call.zero())
            .with("errorMessage", texts::translated("Success", call.text("language")));
        let frame = [
            ("bindingId", outer.map(Json::from)),
            ("depositedAmount", Some(Json::from(seen.deposited))),
            ("state", Some(seen.state.name().into())),
        ];
        let Seen { mut model, .. } = seen;
        Ok(match shape {
            StatusShape::Wrapped => frame
                .into_iter()
                .fold(head, |object, (name, value)| object.with_some(name, value))
                .with("orderStatusResultModel", Json::Raw(object(&model)))
                .into(),
            StatusShape::Flat => {
                let given = frame.into_iter().filter_map(|(name, value)| Some((name, value?)));
                model.extend(given.map(|(name, value)| (name.to_owned(), value.to_string())));
                Json::Raw(joined(&head.to_string(), &object(&model)))
            }
            StatusShape::Bank => Json::Raw(joined(&head.to_string(), &object(&model))),
        })
    }

    /// Asks the bank where the order is; the router's own knowledge before that.
    pub(super) fn seen(
        &mut self,
        now: UnixMillis,
        merchant: &Merchant,
        order: &Order,
        language: Option<&str>,
    ) -> Seen {
        let Some(at) = order.at() else { return before_a_bank(now, order) };
        let answer = self.report(now, merchant, at, language);
        let state = State::of(&answer.text("orderStatus").unwrap_or_default());
        let on_its_way = state == State::Created
            && self.banks.get(at.bank).is_some_and(|bank| bank.is_confirmed(now, &at.id));
        let deposited =
            answer.raw("paymentAmountInfo").and_then(|info| member(info, "depositedAmount"));
        let binding = answer.raw("bindingInfo").and_then(|info| member(info, "bindingId"));
        Seen {
            state: if on_its_way { State::Pending } else { state },
            deposited: deposited.and_then(|amount| amount.parse().ok()).unwrap_or(0),
            binding,
            model: at_a_bank(answer.into_members(), at),
        }
    }

    /// The bank's own report.
    fn report(
        &mut self,
        now: UnixMillis,
        merchant: &Merchant,
        at: &Placed,
        language: Option<&str>,
    ) -> Answer {
        let mut pairs = vec![("orderId", at.id.as_str())];
        pairs.extend(language.map(|language| ("language", language)));
        self.ask(now, merchant, at.bank, "rest/getOrderStatusExtended.do", &pairs)
    }

    /// What an order's state is now.
    pub(super) fn state(&mut self, call: &Call<'_>, id: &OrderId) -> Result<State, Refusal> {
        let order = self.own_order(call, id)?.clone();
        let partner = call.partner.clone();
        Ok(self.seen(call.now, &partner.merchant, &order, None).state)
    }
}

fn member(json: &str, name: &str) -> Option<String> {
    let members = parse::inner(json)?;
    members.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The router's own model: everything is known but what a bank would add.
fn before_a_bank(now: UnixMillis, order: &Order) -> Seen {
    let late = order.is_late(now);
    let (state, status, code) = match (order.cancelled, late) {
        (true, _) => (State::Declined, 6, Some(4005)),
        (false, true) => (State::Declined, 6, Some(-2007)),
        (false, false) => (State::Preregistered, -1, None),
    };
    let details = &order.details;
    let null = || Json::Raw("null".into());
    let or_null = |text: &Option<String>| text.as_deref().map_or_else(null, Json::from);
    let ways = details.ways.iter().map(|way| way.as_str().into()).collect();
    let params: BTreeMap<&str, &str> =
        details.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let members = [
        ("allowedPaymentWays", Json::Array(ways)),
        ("amount", Json::from(order.amount)),
        ("clientId", or_null(&details.client)),
        ("currency", order.currency.code().into()),
        ("date", Json::from(order.registered_at.get())),
        ("depositFlag", if order.two_phase { "AUTHORIZATION" } else { "PURCHASE" }.into()),
        ("failUrl", or_null(&details.fail_url)),
        ("gwId", null()),
        ("gwOrderId", null()),
        ("hasTimeout", Json::Bool(order.has_timeout)),
        ("merchantLogin", order.login.as_str().into()),
        ("orderDescription", or_null(&details.description)),
        ("orderId", order.id.as_str().into()),
        ("orderNumber", order.number.as_str().into()),
        ("orderParams", Json::Raw(serde_json::to_string(&params).unwrap_or_default())),
        ("orderStatus", Json::Number(status)),
        ("paymentWay", null()),
        ("successUrl", details.return_url.as_str().into()),
    ];
    let ended = code.map(|code| {
        [
            ("actionCode", Json::from(code)),
            ("actionCodeDescription", texts::action_code(code).into()),
        ]
    });
    let members = members.into_iter().chain(ended.into_iter().flatten());
    let model = members.map(|(name, value)| (name.to_owned(), value.to_string())).collect();
    Seen { state, deposited: 0, model, binding: None }
}

/// The bank's report, with what the router knows of the bank. The card stands under another name.
fn at_a_bank(mut report: BTreeMap<String, String>, at: &Placed) -> BTreeMap<String, String> {
    report.remove("errorCode");
    report.remove("errorMessage");
    let house = BANKS.get(at.bank).map_or(("", ""), |house| (house.gw_id, house.name));
    if let Some(card) = report.remove("cardAuthInfo") {
        report.insert("cardInfo".into(), card);
    }
    let country = report.get("bankInfo").and_then(|info| member(info, "bankCountryCode"));
    let bank = Object::new()
        .with("bankName", house.1)
        .with("bankCountryCode", country.unwrap_or_else(|| "UNKNOWN".into()));
    report.insert("bankInfo".into(), bank.to_string());
    report.insert("gwId".into(), Json::from(house.0).to_string());
    report.insert("gwOrderId".into(), Json::from(at.id.as_str()).to_string());
    report.entry("paymentWay".into()).or_insert_with(|| Json::from(at.way.name()).to_string());
    report
}
