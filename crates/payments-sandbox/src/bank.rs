//! The bank itself: a function from a request and a moment to an answer and callbacks.

mod access;
pub(crate) mod bindings;
mod callback;
mod capture;
mod cart;
mod charge;
pub(crate) mod control;
mod issuer;
mod method;
mod method_frame;
mod money;
mod notices;
mod order;
mod own_three_ds;
mod page;
mod pay;
mod raw_refund;
mod receipts;
mod register;
mod sbp;
mod se_token;
mod status;
mod templates;
mod three_ds;
mod timers;
mod verify;
mod wallet;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::{id::OrderId, money::Minor, time::UnixMillis};

use bindings::Bindings;
pub(crate) use method::Method;
pub use notices::{Delivery, DeliveryId};
pub(crate) use order::{Order, Status};
pub(crate) use sbp::{Subscription, check_wish, flag};
pub(crate) use wallet::Wallet;

use crate::{
    answer::{self, Refusal},
    faults::{Carriage, Fault, Faults, carry},
    ids::Numbers,
    journal::{Entry, Event, Journal},
    json::{Json, Object},
    ledger::{Account, Imbalance, Ledger},
    parse::Params,
    settings::{Merchant, Settings},
    texts,
};
use notices::Notices;

/// What came of one request. `Debug` shows no body: answers carry card and 3-D Secure data.
#[non_exhaustive]
pub struct Handled {
    /// The answer. Not to be sent if [`carriage`](Self::carriage) says that the connection breaks.
    pub response: Response<Bytes>,
    /// Callbacks that leave now.
    pub deliveries: Vec<Delivery>,
    /// Whether and when the answer arrives.
    pub carriage: Carriage,
}

/// The bank: orders, books, callbacks to send, faults to make. Reads no clock and opens no socket.
pub struct Bank {
    base_url: String,
    merchants: Vec<Arc<Merchant>>,
    orders: BTreeMap<OrderId, Order>,
    numbers_taken: BTreeMap<(String, String), OrderId>,
    /// Orders by the identifiers of their authentications.
    sessions: BTreeMap<String, OrderId>,
    /// When something may happen to an order by itself. An entry may have lost its reason.
    timers: BTreeSet<(UnixMillis, OrderId)>,
    bindings: Bindings,
    ledger: Ledger,
    journal: Journal,
    numbers: Numbers,
    faults: Faults,
    notices: Notices,
    sbp: sbp::Sbp,
    wallets: wallet::Wallets,
    fiscaliser: receipts::Fiscaliser,
    links: templates::Links,
    later: Vec<(UnixMillis, Request<Bytes>)>,
    next_reversal_fails: bool,
}

/// One call of the merchant API on its way through the bank.
pub(crate) struct Call<'a> {
    pub(crate) now: UnixMillis,
    pub(crate) method: Method,
    pub(crate) params: &'a Params,
    pub(crate) merchant: Arc<Merchant>,
    /// How long the answer takes, which the card may decide.
    pub(crate) delay_ms: u64,
}

impl Call<'_> {
    /// `errorCode` of a success, as this method and merchant write it.
    pub(crate) fn zero(&self) -> Json {
        answer::code(0, self.method.spelling().success, self.merchant.error_codes)
    }
}

impl Bank {
    /// Opens a bank.
    pub fn new(settings: Settings) -> Self {
        Self {
            base_url: settings.base_url,
            merchants: settings.merchants.into_iter().map(Arc::new).collect(),
            orders: BTreeMap::new(),
            numbers_taken: BTreeMap::new(),
            sessions: BTreeMap::new(),
            timers: BTreeSet::new(),
            next_reversal_fails: false,
            bindings: Bindings::default(),
            ledger: Ledger::default(),
            journal: Journal::default(),
            numbers: Numbers::new(settings.seed),
            faults: Faults::default(),
            notices: Notices::default(),
            sbp: sbp::Sbp::default(),
            wallets: wallet::Wallets::default(),
            fiscaliser: receipts::Fiscaliser::new(settings.seed),
            links: templates::Links::new(settings.seed),
            later: Vec::new(),
        }
    }

    /// Opens one bank among several that share a listener: `place` keeps their callbacks apart.
    pub(crate) fn among(settings: Settings, place: u64) -> Self {
        Self { notices: Notices::of(place), ..Self::new(settings) }
    }

    /// Acts on a request of another house, past every fault; callbacks wait for
    /// [`tick`](Self::tick). Also how long the answer takes, in milliseconds.
    pub(crate) fn serve(
        &mut self,
        now: UnixMillis,
        request: &Request<Bytes>,
    ) -> (Response<Bytes>, u64) {
        self.run_due(now);
        if request.uri().path().starts_with("/sandbox/") {
            return (self.control(now, request), 0);
        }
        self.answer(now, request)
    }

    /// Exchanges the script of faults for another.
    pub(crate) fn swap_faults(&mut self, faults: &mut Faults) {
        std::mem::swap(&mut self.faults, faults);
    }

    /// The address of a page of this bank's, for its own pages.
    fn place(&self, path: &str) -> String {
        let host = self.base_url.split_once("://").map_or("", |(_, host)| host);
        let mount = host.find('/').and_then(|slash| host.get(slash..)).unwrap_or_default();
        format!("{mount}{path}")
    }

    /// Answers a request. Whatever is due by `now` happens first.
    pub fn handle(&mut self, now: UnixMillis, request: &Request<Bytes>) -> Handled {
        self.run_due(now);
        if request.uri().path().starts_with("/sandbox/") {
            let response = self.control(now, request);
            let carriage = Carriage::Answered(Duration::ZERO);
            return Handled { response, deliveries: self.notices.leaving(), carriage };
        }
        let fault = self.faults.take(request.uri().path());
        let (response, carriage) = self.through(now, request, fault);
        self.notices.run_due(now);
        Handled { response, deliveries: self.notices.leaving(), carriage }
    }

    /// Does what is due by `now`: callbacks again, completions, reversals, expiries.
    pub fn tick(&mut self, now: UnixMillis) -> Vec<Delivery> {
        self.run_due(now);
        self.notices.leaving()
    }

    /// When [`tick`](Self::tick) has something to do next.
    pub fn next_due(&self) -> Option<UnixMillis> {
        let timers = self.timers.first().map(|(due, _)| *due);
        let later = self.later.iter().map(|(due, _)| *due);
        let linked = self.sbp.next_due();
        timers.into_iter().chain(later).chain(linked).chain(self.notices.next_due()).min()
    }

    /// Takes note of how a callback was answered; none if it was not answered at all.
    ///
    /// Anything but 200 is a failure. A failed callback is sent again after 30 seconds until three
    /// attempts in a row have failed.
    pub fn delivered(&mut self, now: UnixMillis, id: DeliveryId, outcome: Option<StatusCode>) {
        self.notices.delivered(now, id, outcome);
    }

    /// The books.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What happened to each order.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What goes wrong between a merchant and the bank.
    pub fn faults(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// Whether money was taken for an order, or what it asked for was done.
    pub(crate) fn is_paid(&self, order: &OrderId) -> bool {
        self.orders.get(order).is_some_and(|order| order.dates.paid.is_some())
    }

    /// The payment page of an order.
    pub(crate) fn page_of(&self, order: &OrderId) -> Option<String> {
        self.orders.get(order).map(|order| self.form_url(order))
    }

    /// Whether this bank keeps a card of that number for a merchant.
    pub(crate) fn keeps_card(&self, login: &str, binding: &str) -> bool {
        self.bindings.find(login, binding).is_some()
    }

    /// How many orders are registered.
    pub fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// The gateway's number of a merchant's order.
    pub fn order_id(&self, login: &str, number: &str) -> Option<&OrderId> {
        self.numbers_taken.get(&(login.to_owned(), number.to_owned()))
    }

    /// Opens the bank to another merchant; in the place of the one with the same login, if any.
    pub fn add_merchant(&mut self, merchant: Merchant) {
        self.merchants.retain(|known| known.login != merchant.login);
        self.merchants.push(Arc::new(merchant));
    }

    /// Changes how a merchant is set up; none if the login is unknown.
    pub fn merchant(&mut self, login: &str) -> Option<&mut Merchant> {
        let merchant = self.merchants.iter_mut().find(|merchant| merchant.login == login)?;
        Some(Arc::make_mut(merchant))
    }

    /// Lets the next reversal fail at the processing centre.
    pub fn fail_next_reversal(&mut self) {
        self.next_reversal_fails = true;
    }

    /// Lets the next receipt fail at the fiscaliser.
    pub fn fail_next_receipt(&mut self) {
        self.fiscaliser.fail_next();
    }

    /// Lets the issuer take debited money back, all of it for an amount of zero; `false` if the
    /// order has no such amount.
    pub fn charge_back(&mut self, now: UnixMillis, order: &OrderId, amount: Minor) -> bool {
        let left = |order: &Order| order.deposited.saturating_sub(order.charged_back);
        let there = self.orders.get(order).map_or(0, left);
        let amount = if amount.is_zero() { there } else { amount.get() };
        let possible = amount > 0 && amount <= there;
        if possible {
            self.take_back(now, order, amount);
        }
        possible
    }

    /// Says where the bank is reached, once that is known: scheme and host, no closing slash.
    pub fn set_base_url(&mut self, base_url: impl Into<String>) {
        self.base_url = base_url.into();
    }

    /// Checks that the books balance and agree with the orders' own amounts.
    ///
    /// # Errors
    ///
    /// They do not: a mistake in the sandbox.
    pub fn check(&self) -> Result<(), Imbalance> {
        self.ledger.check()?;
        self.orders.values().try_for_each(|order| {
            order.check(&self.ledger).and_then(|()| self.fiscaliser.check(order))
        })
    }

    fn through(
        &mut self,
        now: UnixMillis,
        request: &Request<Bytes>,
        fault: Option<Fault>,
    ) -> (Response<Bytes>, Carriage) {
        if let Some(Fault::LateExecution(by)) = fault {
            self.later.push((now.plus(by), request.clone()));
        }
        carry(fault, || self.answer(now, request))
    }

    /// Acts on a request. No fault reaches this far.
    fn answer(&mut self, now: UnixMillis, request: &Request<Bytes>) -> (Response<Bytes>, u64) {
        let path = request.uri().path();
        if let Some(link) = path.strip_prefix("/sc/") {
            return (self.link_page(now, link, request), 0);
        }
        let Some(method) = path.strip_prefix("/payment/").and_then(Method::at) else {
            return self.page(now, path, &Params::of(request));
        };
        if request.method() != http::Method::POST {
            let text = "calls are made by POST\n";
            return (answer::plain(StatusCode::METHOD_NOT_ALLOWED, text), 0);
        }
        let params = Params::of(request);
        let (merchant, delay_ms, result) = match self.authenticate(method, &params, request) {
            Err(refusal) => (None, 0, Err(refusal)),
            Ok(merchant) => {
                let mut call = Call { now, method, params: &params, merchant, delay_ms: 0 };
                self.fiscaliser.begin(&call);
                let result = self.call(&mut call);
                self.fiscaliser.end();
                (Some(call.merchant), call.delay_ms, result)
            }
        };
        let setting = merchant.map(|merchant| merchant.error_codes).unwrap_or_default();
        let object = result.unwrap_or_else(|mut refusal| {
            refusal.text = texts::translated(&refusal.text, params.text("language"));
            match method.is_about_links() {
                true => templates::failure(&refusal),
                false => answer::refusal(&refusal, method.spelling(), setting),
            }
        });
        (answer::json(&object), delay_ms)
    }

    fn call(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        match call.method {
            Method::Register => self.register(call, false),
            Method::RegisterPreAuth => self.register(call, true),
            Method::PaymentOrder => self.payment_order(call),
            Method::Status => self.status(call),
            Method::Deposit => self.deposit(call),
            Method::Reverse => self.reverse(call),
            Method::Refund => self.refund(call),
            Method::Decline => self.decline(call),
            Method::PaymentOrderBinding => self.payment_order_binding(call),
            Method::GetBindings => self.get_bindings(call),
            Method::GetBindingsByCard => self.get_bindings_by_card(call),
            Method::UnBindCard => self.unbind_card(call),
            Method::BindCard => self.bind_card(call),
            Method::ExtendBinding => self.extend_binding(call),
            Method::CreateBinding => self.create_binding(call),
            Method::SbpQrGet => self.sbp_qr_get(call),
            Method::SbpQrStatus => self.sbp_qr_status(call),
            Method::SbpQrReject => self.sbp_qr_reject(call),
            Method::SbpBindings => self.sbp_bindings(call),
            Method::SbpUnbind => self.sbp_unbind(call),
            Method::RawSumRefund => self.raw_sum_refund(call),
            Method::RawPositionRefund => self.raw_position_refund(call),
            Method::Recurrent => self.recurrent_payment(call),
            Method::Installment => self.installment_payment(call),
            Method::Finish3ds1 => self.finish_3ds1(call),
            Method::Finish3ds2 => self.finish_3ds2(call),
            Method::Continue3ds => self.continue_3ds(call),
            Method::CloseReceipt => self.close_receipt(call),
            Method::ReceiptStatus => self.receipt_status(call),
            Method::TemplateCreate => self.create_link(call),
            Method::TemplateGet => self.read_link(call),
            Method::TemplateUpdate => self.update_link(call),
            Method::TemplateList => self.list_links(call),
            Method::VerifyCard => self.verify_card(call),
        }
    }

    /// Writes an event down.
    fn note(&mut self, now: UnixMillis, order: &OrderId, event: Event) {
        if let Some(order) = self.orders.get(order) {
            self.fiscaliser.follow(now, order, &event);
            let (order, number) = (order.id.clone(), order.number.clone());
            self.journal.add(Entry { at: now, order, number, event });
        }
    }

    /// Moves money in the books.
    fn post(&mut self, order: &OrderId, from: Account, to: Account, amount: u64) {
        self.ledger.post(order, from, to, amount);
    }
}

impl fmt::Debug for Handled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Handled")
            .field("status", &self.response.status())
            .field("body_len", &self.response.body().len())
            .field("deliveries", &self.deliveries)
            .field("carriage", &self.carriage)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Bank {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Bank")
            .field("merchants", &self.merchants.len())
            .field("orders", &self.orders.len())
            .finish_non_exhaustive()
    }
}
