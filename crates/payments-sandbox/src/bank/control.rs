//! The control page for programs in other languages: faults, chargebacks, books and journal.
//!
//! Described in the crate's documentation under "The control address". Nobody is asked for a
//! password: a sandbox holds nobody's money.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use payments_core::{id::OrderId, money::Minor, time::UnixMillis};

use super::{Bank, Order};
use crate::{
    answer, cards,
    faults::{CallbackFault, Fault},
    journal::{Actor, Entry, Event},
    json::{Json, Object},
    ledger::Balances,
    parse::{self, Params},
};

impl Bank {
    /// Answers `/sandbox/…`. Faults do not reach here.
    pub(super) fn control(&mut self, now: UnixMillis, request: &Request<Bytes>) -> Response<Bytes> {
        let params = Params::of(request);
        let path = request.uri().path().trim_start_matches("/sandbox/");
        if path == "callback-key" {
            return answer::plain(StatusCode::OK, crate::PUBLIC_KEY);
        }
        let result = match (path, request.method() == Method::POST) {
            ("orders", false) => Ok(self.listed(&params, |bank, order| bank.order_json(order))),
            ("journal", false) => Ok(self.journal_json(&params)),
            ("ledger", false) => Ok(self.ledger_json()),
            ("cards", false) => Ok(cards_json()),
            ("templates", false) => Ok(self.links_json(now)),
            ("faults", true) => self.script(&params),
            ("faults/clear", true) => {
                self.faults.clear();
                Ok(Object::new())
            }
            ("sbp", false) => Ok(self.sbp_codes(now, &params)),
            ("sbp", true) => self.answer_code(now, &params),
            ("chargeback", true) => self.charge_back_by(now, &params),
            ("receipt-fails", true) => {
                self.fail_next_receipt();
                Ok(Object::new())
            }
            ("reversal-fails", true) => {
                self.fail_next_reversal();
                Ok(Object::new())
            }
            _ => return answer::plain(StatusCode::NOT_FOUND, "no such control\n"),
        };
        match result {
            Ok(object) => answer::json(&object),
            Err(wrong) => {
                let mut refused = answer::json(&Object::new().with("error", wrong));
                *refused.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                refused
            }
        }
    }

    fn listed(&self, params: &Params, show: impl Fn(&Self, &Order) -> Object) -> Object {
        let orders = self.wanted(params).map(|order| show(self, order).into());
        Object::new().with("orders", Json::Array(orders.collect()))
    }

    /// The orders that a request is about: one, or all in the order of their ids.
    fn wanted<'a>(&'a self, params: &'a Params) -> impl Iterator<Item = &'a Order> {
        let id = params.text("orderId");
        let number = params.text("orderNumber");
        self.orders.values().filter(move |order| {
            id.is_none_or(|id| order.id.as_str() == id)
                && number.is_none_or(|number| order.number.as_str() == number)
        })
    }

    fn order_json(&self, order: &Order) -> Object {
        Object::new()
            .with("orderId", order.id.as_str())
            .with("orderNumber", order.number.as_str())
            .with("merchant", order.login.as_str())
            .with("orderStatus", order.status.number())
            .with("amount", order.amount)
            .with("currency", order.currency.code())
            .with("books", balances(self.ledger.order(&order.id)))
    }

    fn journal_json(&self, params: &Params) -> Object {
        let wanted: BTreeSet<&OrderId> = self.wanted(params).map(|order| &order.id).collect();
        let entries = self.journal.entries().iter();
        let entries = entries.filter(|entry| wanted.contains(&entry.order)).map(entry_json);
        Object::new().with("entries", Json::Array(entries.collect()))
    }

    fn ledger_json(&self) -> Object {
        let totals = self.ledger.totals().into_iter().map(|(account, balance)| {
            let account = format!("{account:?}");
            Json::from(
                Object::new().with("account", account).with("balance", Json::Number(balance)),
            )
        });
        let wrong = self.check().err().map(|wrong| wrong.to_string());
        Object::new()
            .with("balanced", wrong.is_none())
            .with_some("wrong", wrong)
            .with("totals", Json::Array(totals.collect()))
    }

    fn script(&mut self, params: &Params) -> Result<Object, &'static str> {
        let after = millis(params, "ms")?;
        if let Some(name) = params.text("callback") {
            match name {
                "lost" => self.faults.next_callback(CallbackFault::Lost),
                "doubled" => self.faults.next_callback(CallbackFault::Doubled),
                "late" => self.faults.next_callback(CallbackFault::Late(after)),
                "pass" => self.faults.pass_callback(),
                _ => return Err("callback must be lost, doubled, late or pass"),
            };
            return Ok(Object::new());
        }
        let path = params.text("path").unwrap_or_default();
        let acted = params.text("acted") == Some("true");
        let fault = match params.text("fault").unwrap_or_default() {
            "lostRequest" => Fault::LostRequest,
            "lostAnswer" => Fault::LostAnswer,
            "lateAnswer" => Fault::LateAnswer(after),
            "lateExecution" => Fault::LateExecution(after),
            "html" => Fault::Html { acted },
            "error" => Fault::ErrorInside200 { acted },
            "status" => {
                let code = params.text("status").and_then(|code| parse::digits(code, 3));
                let code = code.and_then(|code| u16::try_from(code).ok());
                let code = code.filter(|code| (400..600).contains(code));
                Fault::Status { code: code.ok_or("status must be 400 to 599")?, acted }
            }
            "pass" => {
                self.faults.pass(path);
                return Ok(Object::new());
            }
            _ => {
                return Err("fault must be lostRequest, lostAnswer, lateAnswer, lateExecution, \
                            status, html, error or pass");
            }
        };
        self.faults.next(path, fault);
        Ok(Object::new())
    }

    fn charge_back_by(&mut self, now: UnixMillis, params: &Params) -> Result<Object, &'static str> {
        let order = params.text("orderId").map(OrderId::from_bank).ok_or("orderId is missing")?;
        let amount = match params.text("amount") {
            None => 0,
            Some(amount) => parse::digits(amount, 12).ok_or("amount must be 1 to 12 digits")?,
        };
        if self.charge_back(now, &order, Minor::new(amount)) {
            Ok(Object::new())
        } else {
            Err("the order has no such amount")
        }
    }
}

/// A time in milliseconds; nothing if it is missing.
pub(crate) fn millis(params: &Params, name: &str) -> Result<Duration, &'static str> {
    match params.text(name) {
        None => Ok(Duration::ZERO),
        Some(text) => match parse::digits(text, 12) {
            Some(millis) => Ok(Duration::from_millis(millis)),
            None => Err("a time must be milliseconds, 1 to 12 digits"),
        },
    }
}

fn balances(books: Balances) -> Object {
    Object::new()
        .with("taken", books.taken)
        .with("held", books.held)
        .with("merchant", books.merchant)
        .with("refunded", books.refunded)
        .with("chargedBack", books.charged_back)
}

fn entry_json(entry: &Entry) -> Json {
    let head = Object::new()
        .with("at", entry.at.get())
        .with("orderId", entry.order.as_str())
        .with("orderNumber", entry.number.as_str());
    let named = |name: &str| head.clone().with("event", name);
    let moved = |name: &str, amount: &Minor| named(name).with("amount", amount.get());
    let by = |actor: &Actor| if *actor == Actor::Bank { "bank" } else { "merchant" };
    let object = match &entry.event {
        Event::Registered { amount, currency, two_phase } => moved("registered", amount)
            .with("currency", currency.code())
            .with("twoPhase", *two_phase),
        Event::Verified => named("verified"),
        Event::Linked => named("linked"),
        Event::AcsStarted => named("acsStarted"),
        Event::Held { amount } => moved("held", amount),
        Event::Charged { amount } => moved("charged", amount),
        Event::Deposited { amount, last, by: actor } => {
            moved("deposited", amount).with("last", *last).with("by", by(actor))
        }
        Event::Reversed { amount, whole, by: actor } => {
            moved("reversed", amount).with("whole", *whole).with("by", by(actor))
        }
        Event::Refunded { amount, key } => moved("refunded", amount).with_some("key", key.clone()),
        Event::Declined { action_code, last } => {
            named("declined").with("actionCode", *action_code).with("last", *last)
        }
        Event::Cancelled => named("cancelled"),
        Event::Expired => named("expired"),
        Event::ReversalFailed => named("reversalFailed"),
        Event::ChargedBack { amount } => moved("chargedBack", amount),
    };
    object.into()
}

fn cards_json() -> Object {
    let cards = cards::TEST_CARDS
        .iter()
        .map(|card| Json::from(Object::new().with("pan", card.pan).with("about", card.about())));
    Object::new().with("cards", Json::Array(cards.collect())).with("acsCode", cards::ACS_CODE)
}
