//! SBP: dynamic QR codes that payers pay by, and accounts that customers have linked.
//!
//! A code is open until it is paid or refused, its time is over, or its order can no longer be
//! paid. An order is paid once, whichever way comes first.

mod control;
mod link;
mod page;
mod subscription;
mod wish;

use std::collections::BTreeMap;

use payments_core::{
    id::OrderId,
    money::{Currency, Minor},
    time::UnixMillis,
};

use super::{Bank, Call, Order, bindings::only::any_card, pay::payable};
use crate::{
    answer::{self, Refusal},
    json::Object,
    settings::Merchant,
};
pub(crate) use subscription::Subscription;
use wish::{Wish, drawing, is_member, wish};
pub(crate) use wish::{check_wish, flag};

/// The bank of payers who name none: the one of the document's sample.
const MEMBER: &str = "100000000008";
/// What a refusal by the payer or the payer's bank is called in status reports.
const SBP_DECLINED: i64 = -2028;

/// `qrStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Started,
    /// The payer has agreed; the money is on its way.
    Confirmed,
    Accepted,
    Rejected,
    RejectedByUser,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Confirmed => "CONFIRMED",
            Self::Accepted => "ACCEPTED",
            Self::Rejected => "REJECTED",
            Self::RejectedByUser => "REJECTED_BY_USER",
        }
    }

    fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Confirmed)
    }
}

/// A dynamic code.
#[derive(Clone)]
pub(super) struct Code {
    id: String,
    order: OrderId,
    state: State,
    until: UnixMillis,
    payload: String,
    wish: Wish,
}

/// How an order was paid without a card: by SBP, or by an application of this bank's own.
#[derive(Clone)]
pub(super) struct Paid {
    pub(super) reference: String,
    /// The linked account that was charged, or that was linked.
    pub(super) binding: Option<String>,
    pub(super) tii: Option<String>,
    /// `paymentWay` of reports and callbacks.
    pub(super) way: &'static str,
}

/// Everything about SBP.
#[derive(Default)]
pub(super) struct Sbp {
    codes: BTreeMap<String, Code>,
    latest: BTreeMap<OrderId, String>,
    /// By the number of the stored credential.
    subscriptions: BTreeMap<String, Subscription>,
    /// Accounts that other banks keep, known here because they were to be charged, by token.
    visiting: BTreeMap<String, Subscription>,
    /// Accounts that will be linked: when, by which order, at which member.
    to_link: Vec<(UnixMillis, OrderId, String)>,
    paid: BTreeMap<OrderId, Paid>,
}

impl Sbp {
    /// How an order was paid, if without a card.
    pub(super) fn paid(&self, order: &OrderId) -> Option<&Paid> {
        self.paid.get(order)
    }

    /// When the next account is linked.
    pub(super) fn next_due(&self) -> Option<UnixMillis> {
        self.to_link.iter().map(|(due, _, _)| *due).min()
    }
}

impl Paid {
    /// The way of every payment by SBP.
    pub(super) const SBP: &str = "SBP_C2B";

    /// Adds to a status report how its order was paid.
    pub(super) fn report(&self, report: Object, merchant: &Merchant) -> Object {
        let version = merchant.status_version;
        report
            .with_if(version >= 9, "paymentWay", self.way)
            .with_if(version >= 27, "authRefNum", self.reference.as_str())
            .with_some("tii", self.tii.clone().filter(|_| version >= 37))
    }
}

impl Bank {
    /// `POST rest/sbp/c2b/qr/dynamic/get.do`.
    pub(super) fn sbp_qr_get(&mut self, call: &Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let order = self.order_of(call, Refusal::new(4, "[mdOrder] is empty"))?;
        payable_by_sbp(order, &call.merchant)?;
        let mut wish = wish(call.params)?;
        wish.subscribe |= order.has_feature("SBP_BINDING");
        let drawing = drawing(call.params)?;
        if !wish.subscribe && order.has_feature("VERIFY") {
            return Err(Refusal::new(5, "[createSubscription] is what a zero amount is for"));
        }
        if wish.subscribe && order.details.client_id.is_none() {
            return Err(Refusal::new(5, "[clientId] is empty"));
        }
        let id = order.id.clone();
        let code = self.code_of(call.now, &id, wish, &call.merchant);
        // Whoever has agreed needs no code any more.
        let started = code.state == State::Started;
        let rendered = match drawing.filter(|_| started).map(|drawing| drawing.of(&code.payload)) {
            Some(None) => return Err(Refusal::new(7, "The QR code cannot be drawn")),
            drawn => drawn.flatten(),
        };
        Ok(success(call)
            .with("qrId", code.id)
            .with_if(started, "payload", code.payload)
            .with("qrStatus", code.state.name())
            .with_some("renderedQr", rendered))
    }

    /// `POST rest/sbp/c2b/qr/status.do`.
    pub(super) fn sbp_qr_status(&self, call: &Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let (order, code) = self.asked_code(call)?;
        let transaction = if order.dates.paid.is_some() {
            "DEPOSITED"
        } else if order.is_payable() {
            "CREATED"
        } else {
            "DECLINED"
        };
        Ok(success(call)
            .with("qrType", "DYNAMIC")
            .with("qrStatus", self.state(code, call.now).name())
            .with("transactionState", transaction))
    }

    /// `POST rest/sbp/c2b/qr/dynamic/reject.do`.
    pub(super) fn sbp_qr_reject(&mut self, call: &Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let (_, code) = self.asked_code(call)?;
        let (id, state) = (code.id.clone(), self.state(code, call.now));
        if state != State::Started {
            let text = format!("The QR code cannot be rejected: {}", state.name());
            let (spelling, setting) = (call.method.spelling(), call.merchant.error_codes);
            let refused = answer::refusal(&Refusal::new(5, text), spelling, setting);
            return Ok(refused.with("rejected", false));
        }
        if call.merchant.qr_reject_declines {
            self.close_code(call.now, &id, State::RejectedByUser, SBP_DECLINED);
        } else {
            self.set_state(&id, State::RejectedByUser);
        }
        Ok(success(call).with("rejected", true))
    }

    /// The order of a call and its code: the one named by `qrId`, or the latest.
    fn asked_code(&self, call: &Call<'_>) -> Result<(&Order, &Code), Refusal> {
        let order = self.order_of(call, Refusal::new(4, "[mdOrder] is empty"))?;
        let id = call.params.text("qrId").or_else(|| Some(self.sbp.latest.get(&order.id)?));
        let code = id.and_then(|id| self.sbp.codes.get(id)).filter(|code| code.order == order.id);
        code.map(|code| (order, code)).ok_or_else(|| Refusal::new(6, "QR code not found"))
    }

    /// Whether the payer of an order has agreed, and the money is on its way.
    pub(crate) fn is_confirmed(&self, now: UnixMillis, order: &OrderId) -> bool {
        let code = self.sbp.latest.get(order).and_then(|id| self.sbp.codes.get(id));
        code.is_some_and(|code| self.state(code, now) == State::Confirmed)
    }

    /// The open code of an order, or a new one. An open one takes over what is said anew.
    fn code_of(
        &mut self,
        now: UnixMillis,
        order: &OrderId,
        wish: Wish,
        merchant: &Merchant,
    ) -> Code {
        let latest = self.sbp.latest.get(order).and_then(|id| self.sbp.codes.get(id));
        let open = latest.filter(|code| self.state(code, now).is_open()).cloned();
        let code = match open {
            Some(code) => Code { wish, ..code },
            None => {
                let id = self.numbers.qr_id();
                let payload = self.payload(&id, order, &wish, merchant);
                let life = std::time::Duration::from_secs(merchant.qr_lifetime_secs);
                let until = now.plus(life);
                Code { id, order: order.clone(), state: State::Started, until, payload, wish }
            }
        };
        self.sbp.latest.insert(order.clone(), code.id.clone());
        self.sbp.codes.insert(code.id.clone(), code.clone());
        code
    }

    /// What the code says: the page of this bank where a payer pays, with the query of SBP's
    /// links; or a link of SBP's own. Without an amount it is there to link an account.
    fn payload(&self, id: &str, order: &OrderId, wish: &Wish, merchant: &Merchant) -> String {
        let order = self.orders.get(order);
        let linking = order.is_some_and(|order| order.has_feature("VERIFY"));
        let amount = order.filter(|_| !linking).map(|order| Minor::new(order.amount));
        let member = wish.member.as_deref().unwrap_or(MEMBER);
        let place = match (merchant.nspk_links, linking) {
            (true, false) => "https://qr.nspk.ru".to_owned(),
            (true, true) => "https://sub.nspk.ru".to_owned(),
            (false, _) => format!("{}/sbp", self.base_url),
        };
        link::payload(&place, id, member, amount)
    }

    /// How far a code is now.
    fn state(&self, code: &Code, now: UnixMillis) -> State {
        let payable = self.orders.get(&code.order).is_some_and(Order::is_payable);
        let late = code.state == State::Started && now >= code.until;
        if code.state.is_open() && (late || !payable) { State::Rejected } else { code.state }
    }

    /// Pays by an open code from an account at a member bank; `false` if the code is not open.
    /// The account is linked if the merchant asked for that and the payer agrees.
    fn pay_by_code(&mut self, now: UnixMillis, id: &str, member: &str, agrees: bool) -> bool {
        let Some(code) = self.sbp.codes.get(id).cloned() else { return false };
        if !self.state(&code, now).is_open() {
            return false;
        }
        let order = self.orders.get(&code.order);
        if !agrees && order.is_some_and(|order| order.has_feature("VERIFY")) {
            self.close_code(now, id, State::RejectedByUser, SBP_DECLINED);
            return true;
        }
        self.set_state(id, State::Accepted);
        let links = code.wish.subscribe && agrees;
        let binding = links.then(|| self.link(now, &code.order, member)).flatten();
        self.settle_by(now, &code.order, Paid::SBP, binding, None);
        true
    }

    /// The money of an order arrives without a card.
    pub(super) fn settle_by(
        &mut self,
        now: UnixMillis,
        order: &OrderId,
        way: &'static str,
        binding: Option<String>,
        tii: Option<String>,
    ) {
        let reference = self.numbers.digits(12);
        self.sbp.paid.insert(order.clone(), Paid { reference, binding, tii, way });
        self.forget_card(order);
        self.approve(now, order);
    }

    /// Ends an open code without money; the order's attempt to pay has failed.
    fn close_code(&mut self, now: UnixMillis, id: &str, state: State, action_code: i64) {
        let Some(order) = self.sbp.codes.get(id).map(|code| code.order.clone()) else { return };
        self.set_state(id, state);
        self.forget_card(&order);
        self.decline_attempt(now, &order, action_code);
    }

    fn set_state(&mut self, id: &str, state: State) {
        if let Some(code) = self.sbp.codes.get_mut(id) {
            code.state = state;
        }
    }

    /// An earlier attempt by card is not the last one any more.
    pub(super) fn forget_card(&mut self, order: &OrderId) {
        if let Some(order) = self.orders.get_mut(order) {
            order.payment = None;
        }
    }
}

fn allowed(merchant: &Merchant) -> Result<(), Refusal> {
    if merchant.permissions.sbp {
        Ok(())
    } else {
        Err(Refusal::access("Access denied: no rights to take payments by SBP"))
    }
}

/// Refuses an order that cannot be paid by SBP, which takes roubles, and takes them at once.
fn payable_by_sbp(order: &Order, merchant: &Merchant) -> Result<(), Refusal> {
    payable(order)?;
    any_card(order)?;
    if order.two_phase && !merchant.permissions.two_phase_by_sbp {
        return Err(Refusal::new(5, "SBP takes no two-phase orders"));
    }
    if order.has_feature("VERIFY") && !merchant.permissions.sbp_verify {
        return Err(Refusal::new(5, "SBP checks no cards"));
    }
    if order.has_feature("VERIFY") && order.amount > 0 {
        return Err(Refusal::new(5, "SBP links accounts by orders of amount 0 alone"));
    }
    if ![Currency::RUB, Currency::RUR].contains(&order.currency) {
        return Err(Refusal::new(5, "SBP takes roubles only"));
    }
    Ok(())
}

/// The beginning of an answer: `errorCode` only where a merchant's setting asks for it, since the
/// samples have none.
fn success(call: &Call<'_>) -> Object {
    let written = call.merchant.error_codes != crate::settings::ErrorCodes::AsSampled;
    Object::new().with_some("errorCode", written.then(|| call.zero()))
}
