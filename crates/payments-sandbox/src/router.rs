//! The router: one address in front of several banks, each a [`Bank`] with books of its own.
//!
//! Calls stand below `/v1/`, the router's own pages below `/wl/`, and each bank below `/banks/` and
//! its name. The router keeps no money: it registers an order at a bank by the bank's own call, asks
//! the bank for what it tells, and passes on what it is told to do. The bank gives the order a number
//! of its own, and the bank alone sends callbacks.
//!
//! An order is at one bank at a time. To pay it by a way that another bank serves, the router first
//! cancels it at the bank where it is; if that bank will not, because it has been paid there, it stays.

mod access;
mod bindings;
mod control;
mod method;
mod money;
mod order;
mod page;
mod params;
mod place;
mod register;
mod sbp;
mod status;
mod wallet;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::{id::OrderId, money::Minor, time::UnixMillis};

use crate::{
    Delivery, DeliveryId, Handled,
    answer::{self, Refusal},
    bank::Bank,
    faults::{Carriage, Fault, Faults, carry},
    ids::Numbers,
    json::Json,
    ledger::Imbalance,
    parse::Params,
    settings::{Partner, Settings},
    texts,
};
use access::Call;
use method::Method;
use order::Order;

/// A bank behind the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct House {
    /// How the router names it.
    pub gw_id: &'static str,
    /// Its name, as lists of subscriptions show it.
    pub name: &'static str,
    /// Its number among the members of SBP.
    pub member: &'static str,
    /// Where it stands below `/banks/`.
    pub path: &'static str,
}

/// The banks. T-Pay is T-Bank's, Alfa Pay Alfa-Bank's.
pub const BANKS: [House; 3] = [
    House { gw_id: "TBANK", name: "T-Bank", member: "100000000004", path: "tbank" },
    House { gw_id: "ALFABANK", name: "Alfa Bank", member: "100000000008", path: "alfabank" },
    House { gw_id: "VTB", name: "VTB", member: "110000000005", path: "vtb" },
];

/// The router and the banks behind it. Lives in a [`Sandbox`](crate::Sandbox).
pub struct Router {
    base_url: String,
    partners: Vec<Arc<Partner>>,
    /// In the order of [`BANKS`].
    banks: Vec<Bank>,
    orders: BTreeMap<OrderId, Order>,
    numbers_taken: BTreeMap<(String, String), OrderId>,
    numbers: Numbers,
    faults: Faults,
    later: Vec<(UnixMillis, Request<Bytes>)>,
}

/// An order of the router, and where it was brought.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Routed {
    /// The router's number.
    pub id: OrderId,
    /// The partner's number.
    pub number: String,
    /// The amount in minor units.
    pub amount: Minor,
    /// Whether it was registered in two phases.
    pub two_phase: bool,
    /// Each bank it was brought to, by `gwId`, and that bank's own number; the last one counts.
    pub banks: Vec<(&'static str, OrderId)>,
}

impl Router {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut numbers = Numbers::new(settings.seed ^ 0x726f_7574_6572);
        let mut opened = 0;
        let banks = BANKS.map(|_| {
            opened += 1;
            let settings = Settings { seed: numbers.next(), ..Settings::new(Vec::new()) };
            Bank::among(settings, opened)
        });
        let mut router = Self {
            base_url: String::new(),
            partners: settings.partners.iter().cloned().map(Arc::new).collect(),
            banks: banks.into(),
            orders: BTreeMap::new(),
            numbers_taken: BTreeMap::new(),
            numbers,
            faults: Faults::default(),
            later: Vec::new(),
        };
        router.set_base_url(&settings.base_url);
        for partner in router.partners.clone() {
            router.tell_banks(&partner);
        }
        router
    }

    /// Whether an address is the router's or one of its banks'.
    pub(crate) fn stands_at(path: &str) -> bool {
        ["/v1/", "/wl/", "/banks/", "/sandbox/router/"].iter().any(|place| path.starts_with(place))
    }

    pub(crate) fn set_base_url(&mut self, base_url: &str) {
        base_url.clone_into(&mut self.base_url);
        for (bank, house) in self.banks.iter_mut().zip(BANKS) {
            bank.set_base_url(format!("{base_url}/banks/{}", house.path));
        }
    }

    pub(crate) fn faults(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// One of [`BANKS`], by its `gwId`.
    pub fn bank(&self, gw_id: &str) -> Option<&Bank> {
        self.banks.get(house(gw_id)?)
    }

    /// One of [`BANKS`], to change how it is set up for a merchant.
    pub fn bank_mut(&mut self, gw_id: &str) -> Option<&mut Bank> {
        self.banks.get_mut(house(gw_id)?)
    }

    /// Every bank with its `gwId`.
    pub fn banks(&self) -> impl Iterator<Item = (&'static str, &Bank)> {
        BANKS.iter().map(|house| house.gw_id).zip(&self.banks)
    }

    /// How a partner is set up; none if the login is unknown.
    pub fn partner(&self, login: &str) -> Option<&Partner> {
        self.partners.iter().find(|known| known.merchant.login == login).map(|known| &**known)
    }

    /// Changes how a partner is set up, at the banks too; `false` if the login is unknown. What was
    /// changed at one bank alone is set up anew.
    pub fn change_partner(&mut self, login: &str, change: impl FnOnce(&mut Partner)) -> bool {
        let known = self.partners.iter_mut().find(|known| known.merchant.login == login);
        let Some(known) = known else { return false };
        change(Arc::make_mut(known));
        let partner = Arc::clone(known);
        self.tell_banks(&partner);
        true
    }

    /// Opens the router and its banks to another partner; in the place of the one with the same
    /// login, if any.
    pub fn add_partner(&mut self, partner: Partner) {
        self.partners.retain(|known| known.merchant.login != partner.merchant.login);
        self.tell_banks(&partner);
        self.partners.push(Arc::new(partner));
    }

    fn tell_banks(&mut self, partner: &Partner) {
        for bank in &mut self.banks {
            bank.add_merchant(partner.merchant.clone());
        }
    }

    /// How many orders are registered.
    pub fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// The router's number of a partner's order.
    pub fn order_id(&self, login: &str, number: &str) -> Option<&OrderId> {
        self.numbers_taken.get(&(login.to_owned(), number.to_owned()))
    }

    /// An order, by the router's number.
    pub fn order(&self, id: &OrderId) -> Option<Routed> {
        self.orders.get(id).map(Order::routed)
    }

    /// Every order, in the order of the router's numbers.
    pub fn orders(&self) -> impl Iterator<Item = Routed> {
        self.orders.values().map(Order::routed)
    }

    /// Checks the books of every bank, and that no order was paid at two of them.
    ///
    /// # Errors
    ///
    /// They do not agree, or one was: a mistake in the sandbox.
    pub fn check(&self) -> Result<(), Imbalance> {
        self.banks.iter().try_for_each(Bank::check)?;
        self.orders.values().try_for_each(|order| {
            let paid = order
                .tries
                .iter()
                .filter(|at| self.banks.get(at.bank).is_some_and(|bank| bank.is_paid(&at.id)));
            match paid.count() {
                0 | 1 => Ok(()),
                _ => Err(Imbalance::new(&order.id, "paid at two banks")),
            }
        })
    }

    /// Answers a request. Whatever is due by `now` happens first.
    pub(crate) fn handle(&mut self, now: UnixMillis, request: &Request<Bytes>) -> Handled {
        self.run_due(now);
        let path = request.uri().path();
        let (response, carriage) = match path.strip_prefix("/sandbox/router/") {
            Some(control) => {
                let response = self.control(now, control, request);
                (response, Carriage::Answered(Duration::ZERO))
            }
            None => {
                let fault = self.faults.take(path);
                if let Some(Fault::LateExecution(by)) = fault {
                    self.later.push((now.plus(by), request.clone()));
                }
                carry(fault, || self.answer(now, request))
            }
        };
        Handled { response, deliveries: self.leaving(now), carriage }
    }

    /// Does what is due by `now`, at the router and at each bank.
    pub(crate) fn tick(&mut self, now: UnixMillis) -> Vec<Delivery> {
        self.run_due(now);
        self.leaving(now)
    }

    pub(crate) fn next_due(&self) -> Option<UnixMillis> {
        let later = self.later.iter().map(|(due, _)| *due);
        later.chain(self.banks.iter().filter_map(Bank::next_due)).min()
    }

    pub(crate) fn delivered(
        &mut self,
        now: UnixMillis,
        id: DeliveryId,
        outcome: Option<StatusCode>,
    ) {
        let place = usize::try_from(id.bank()).ok().and_then(|place| place.checked_sub(1));
        if let Some(bank) = place.and_then(|place| self.banks.get_mut(place)) {
            bank.delivered(now, id, outcome);
        }
    }

    /// Acts on requests that were held up on their way, each at its moment.
    fn run_due(&mut self, now: UnixMillis) {
        loop {
            let places = 0..self.later.len();
            let first = places.min_by_key(|place| self.later.get(*place).map(|late| late.0));
            match first.filter(|place| self.later.get(*place).is_some_and(|late| late.0 <= now)) {
                Some(place) => {
                    let (due, request) = self.later.remove(place);
                    let _ = self.answer(due, &request);
                }
                None => return,
            }
        }
    }

    fn leaving(&mut self, now: UnixMillis) -> Vec<Delivery> {
        let places = 0..self.banks.len();
        places.flat_map(|place| self.with_bank(place, |bank| bank.tick(now))).collect()
    }

    /// Looks at a bank, with the script of faults for the callbacks that leave it meanwhile.
    fn with_bank<T: Default>(&mut self, place: usize, act: impl FnOnce(&mut Bank) -> T) -> T {
        let Some(bank) = self.banks.get_mut(place) else { return T::default() };
        bank.swap_faults(&mut self.faults);
        let done = act(bank);
        bank.swap_faults(&mut self.faults);
        done
    }

    /// Acts on a request. No fault reaches this far.
    fn answer(&mut self, now: UnixMillis, request: &Request<Bytes>) -> (Response<Bytes>, u64) {
        let path = request.uri().path();
        if let Some(rest) = path.strip_prefix("/banks/") {
            return self.at_bank(now, rest, request);
        }
        if let Some(page) = path.strip_prefix("/wl/") {
            return (self.page(now, page, request), 0);
        }
        let Some(method) = path.strip_prefix("/v1/").and_then(Method::at) else {
            return (answer::plain(StatusCode::NOT_FOUND, "no such method\n"), 0);
        };
        if request.method() != http::Method::POST {
            let text = "calls are made by POST\n";
            return (answer::plain(StatusCode::METHOD_NOT_ALLOWED, text), 0);
        }
        let params = Params::of(request);
        let mut delay = 0;
        let (partner, result) = match self.authenticate(&params, request) {
            Err(refusal) => (None, Err(refusal)),
            Ok(partner) => {
                let mut call = Call { now, method, params: &params, partner, delay_ms: 0 };
                let result = self.call(&mut call);
                delay = call.delay_ms;
                (Some(call.partner), result)
            }
        };
        let json = result.unwrap_or_else(|mut refusal| {
            refusal.text = texts::translated(&refusal.text, params.text("language"));
            method.refusal(&refusal, partner.as_deref())
        });
        (answer::json(&json), delay)
    }

    /// A request to a bank itself: its pages, its own calls, its control address.
    fn at_bank(
        &mut self,
        now: UnixMillis,
        rest: &str,
        request: &Request<Bytes>,
    ) -> (Response<Bytes>, u64) {
        let unknown = || (answer::plain(StatusCode::NOT_FOUND, "no such bank\n"), 0);
        let (name, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let Some(place) = BANKS.iter().position(|house| house.path == name) else {
            return unknown();
        };
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        let mut inner = request.clone();
        match format!("{path}{query}").parse() {
            Ok(address) => *inner.uri_mut() = address,
            Err(_) => return unknown(),
        }
        let Some(bank) = self.banks.get_mut(place) else { return unknown() };
        bank.swap_faults(&mut self.faults);
        let answered = bank.serve(now, &inner);
        bank.swap_faults(&mut self.faults);
        answered
    }

    fn call(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        match call.method {
            Method::Register => self.register(call, false),
            Method::RegisterPreAuth => self.register(call, true),
            Method::Status => self.status(call),
            Method::Deposit => self.deposit(call),
            Method::Reverse => self.reverse(call),
            Method::Refund => self.refund(call),
            Method::Decline => self.decline(call),
            Method::SbpGet => self.sbp_get(call),
            Method::SbpStatus => self.sbp_status(call),
            Method::SbpReject => self.sbp_reject(call),
            Method::SbpBindings => self.sbp_bindings(call),
            Method::SbpUnbind => self.sbp_unbind(call),
            Method::PaymentOrder => self.pay_by_token(call),
            Method::PaymentOrderBinding => self.pay_by_binding(call),
            Method::GetBindings => self.get_bindings(call),
            Method::Recurrent => self.charge_binding(call, "recurrentPayment.do"),
            Method::Installment => self.charge_binding(call, "installmentPayment.do"),
            Method::TPay => self.tpay(call),
            Method::AlfaPay => self.alfapay(call),
            Method::RouterParams => Ok(self.router_params(call)),
        }
    }
}

/// The place of a bank in [`BANKS`].
fn house(gw_id: &str) -> Option<usize> {
    BANKS.iter().position(|house| house.gw_id == gw_id)
}

impl fmt::Debug for Router {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Router")
            .field("partners", &self.partners.len())
            .field("orders", &self.orders.len())
            .finish_non_exhaustive()
    }
}
