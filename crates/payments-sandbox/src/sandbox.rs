//! The bank as something to hand around: cloneable, with a clock, and a service without sockets.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use payments_core::time::UnixMillis;

use crate::{
    answer,
    bank::{Bank, Delivery, DeliveryId, Handled, control::millis},
    faults::Carriage,
    json::Object,
    parse::Params,
    router::Router,
    settings::Settings,
};

/// 2026-01-01 00:00:00 UTC, where the clock of [`Sandbox::new`] stands.
const OPENING: UnixMillis = UnixMillis::new(1_767_225_600_000);

/// A handle on one bank. Clones share the bank and its clock.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    clock: Box<dyn Fn() -> UnixMillis + Send + Sync>,
}

struct State {
    bank: Bank,
    router: Router,
    /// How far the bank's clock is ahead of the one that was given.
    ahead: Duration,
    outbox: VecDeque<Delivery>,
}

impl Sandbox {
    /// A bank whose clock stands at 2026-01-01 00:00:00 UTC until [`advance`](Self::advance) moves
    /// it.
    pub fn new(settings: Settings) -> Self {
        Self::with_clock(settings, || OPENING)
    }

    /// A bank on a clock of the caller's. [`advance`](Self::advance) still moves it forward.
    pub fn with_clock(
        settings: Settings,
        clock: impl Fn() -> UnixMillis + Send + Sync + 'static,
    ) -> Self {
        let router = Router::new(&settings);
        let bank = Bank::new(settings);
        let state = State { bank, router, ahead: Duration::ZERO, outbox: VecDeque::new() };
        Self(Arc::new(Shared { state: Mutex::new(state), clock: Box::new(clock) }))
    }

    /// What the bank's clock shows.
    pub fn now(&self) -> UnixMillis {
        (self.0.clock)().plus(self.lock().ahead)
    }

    /// Moves the clock forward and does whatever falls due on the way, each thing at its moment.
    ///
    /// Callbacks that leave on the way wait in [`take_deliveries`](Self::take_deliveries).
    pub fn advance(&self, by: Duration) {
        let base = (self.0.clock)();
        let mut state = self.lock();
        let until = base.plus(state.ahead).plus(by);
        while let Some(due) = state.next_due().filter(|due| *due <= until) {
            let deliveries = state.tick(due);
            state.outbox.extend(deliveries);
        }
        state.ahead += by;
    }

    /// Looks at the bank or changes it. Everything else waits meanwhile.
    pub fn with_bank<T>(&self, look: impl FnOnce(&mut Bank) -> T) -> T {
        look(&mut self.lock().bank)
    }

    /// Looks at the router and its banks, or changes them. Everything else waits meanwhile.
    ///
    /// Faults are those of [`with_bank`](Self::with_bank), whichever house they meet.
    pub fn with_router<T>(&self, look: impl FnOnce(&mut Router) -> T) -> T {
        look(&mut self.lock().router)
    }

    /// Says where the sandbox is reached, once that is known: scheme and host, no closing slash.
    pub fn set_base_url(&self, base_url: &str) {
        let mut state = self.lock();
        state.bank.set_base_url(base_url);
        state.router.set_base_url(base_url);
    }

    /// Answers one request. Whoever calls this sends the deliveries and honours the carriage.
    pub fn handle(&self, request: &Request<Bytes>) -> Handled {
        let now = self.now();
        if request.uri().path() == "/sandbox/clock" {
            return self.clock(request);
        }
        self.lock().handle(now, request)
    }

    /// The control address of the clock: tells the time, and moves it forward by `ms`.
    fn clock(&self, request: &Request<Bytes>) -> Handled {
        let mut deliveries = Vec::new();
        let by = match *request.method() {
            http::Method::POST => millis(&Params::of(request), "ms"),
            _ => Ok(Duration::ZERO),
        };
        let mut status = StatusCode::OK;
        let object = match by {
            Ok(by) => {
                self.advance(by);
                deliveries = self.take_deliveries();
                Object::new().with("now", self.now().get())
            }
            Err(wrong) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                Object::new().with("error", wrong)
            }
        };
        let mut response = answer::json(&object);
        *response.status_mut() = status;
        Handled { response, deliveries, carriage: Carriage::Answered(Duration::ZERO) }
    }

    /// Does what is due now. Whoever calls this sends the deliveries.
    pub fn tick(&self) -> Vec<Delivery> {
        let now = self.now();
        self.lock().tick(now)
    }

    /// How long until [`tick`](Self::tick) has something to do; none while nothing is planned.
    pub fn next_due(&self) -> Option<Duration> {
        let now = self.now();
        let due = self.lock().next_due()?;
        Some(Duration::from_millis(u64::try_from(due.get() - now.get()).unwrap_or(0)))
    }

    /// Takes note of how a callback was answered; none if it was not answered at all.
    pub fn delivered(&self, id: DeliveryId, outcome: Option<StatusCode>) {
        let now = self.now();
        let mut state = self.lock();
        match id.bank() {
            0 => state.bank.delivered(now, id, outcome),
            _ => state.router.delivered(now, id, outcome),
        }
    }

    /// The callbacks that left since this was last called, through the service or while the clock
    /// was moved. Whoever takes them answers for [`delivered`](Self::delivered).
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        self.lock().outbox.drain(..).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves the bank readable: tests want to look at it.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn handle(&mut self, now: UnixMillis, request: &Request<Bytes>) -> Handled {
        if Router::stands_at(request.uri().path()) {
            return self.with_faults(|router| router.handle(now, request));
        }
        self.bank.handle(now, request)
    }

    fn tick(&mut self, now: UnixMillis) -> Vec<Delivery> {
        let mut deliveries = self.bank.tick(now);
        deliveries.extend(self.with_faults(|router| router.tick(now)));
        deliveries
    }

    fn next_due(&self) -> Option<UnixMillis> {
        self.bank.next_due().into_iter().chain(self.router.next_due()).min()
    }

    /// Lends the bank's script of faults to the router: there is one for the whole sandbox.
    fn with_faults<T>(&mut self, act: impl FnOnce(&mut Router) -> T) -> T {
        std::mem::swap(self.bank.faults(), self.router.faults());
        let done = act(&mut self.router);
        std::mem::swap(self.bank.faults(), self.router.faults());
        done
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// The connection broke without an answer. The bank may have acted or not: that is the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("the connection broke without an answer")]
pub struct Broken;

/// The bank without sockets. Delays are waited for on tokio's clock, so that a test can pause it.
impl tower::Service<Request<Bytes>> for Sandbox {
    type Response = Response<Bytes>;
    type Error = Broken;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Broken>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let sandbox = self.clone();
        Box::pin(async move {
            let Handled { response, deliveries, carriage } = sandbox.handle(&request);
            sandbox.lock().outbox.extend(deliveries);
            match carriage {
                Carriage::Broken => Err(Broken),
                Carriage::Answered(delay) => {
                    if !delay.is_zero() {
                        tokio::time::sleep(delay).await;
                    }
                    Ok(response)
                }
            }
        })
    }
}
