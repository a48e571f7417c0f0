//! Callbacks on their way to the merchant: sent, sent again, given up.

use std::{fmt, mem, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode};
use payments_core::time::UnixMillis;

use crate::faults::CallbackFault;

/// How long the gateway waits before it sends a callback again (documents/003, "When notifications
/// fail").
const PAUSE: Duration = Duration::from_secs(30);
/// How many failures in a row end a callback.
const FAILURES: u32 = 3;

/// Names one callback, over all its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryId(u64);

impl DeliveryId {
    /// Which of several banks it belongs to: the place given to [`Notices::of`].
    pub(crate) fn bank(self) -> u64 {
        self.0 >> PLACE
    }
}

/// How far up in an identifier the bank's place stands.
const PLACE: u32 = 48;

/// A callback that leaves now: send it and tell [`Bank::delivered`](crate::Bank::delivered).
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The callback.
    pub id: DeliveryId,
    /// What to send.
    pub request: Request<Bytes>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Delivery")
            .field("id", &self.id)
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .finish_non_exhaustive()
    }
}

/// Every callback that is not settled.
#[derive(Default)]
pub(super) struct Notices {
    open: Vec<Notice>,
    leaving: Vec<Delivery>,
    last_id: u64,
}

struct Notice {
    delivery: Delivery,
    failures: u32,
    /// When it leaves again; none while an attempt is under way.
    due: Option<UnixMillis>,
}

impl Notices {
    /// The callbacks of one bank among several, whose places keep their identifiers apart.
    pub(super) fn of(place: u64) -> Self {
        Self { last_id: place << PLACE, ..Self::default() }
    }

    /// Sends a callback, as far as a fault lets it.
    pub(super) fn send(
        &mut self,
        now: UnixMillis,
        request: Request<Bytes>,
        fault: Option<CallbackFault>,
    ) {
        match fault {
            None => self.plan(now, request),
            Some(CallbackFault::Lost) => {}
            Some(CallbackFault::Late(by)) => self.plan(now.plus(by), request),
            Some(CallbackFault::Doubled) => {
                self.plan(now, request.clone());
                self.plan(now, request);
            }
        }
    }

    fn plan(&mut self, at: UnixMillis, request: Request<Bytes>) {
        self.last_id += 1;
        let delivery = Delivery { id: DeliveryId(self.last_id), request };
        self.open.push(Notice { delivery, failures: 0, due: Some(at) });
    }

    pub(super) fn run_due(&mut self, now: UnixMillis) {
        for notice in &mut self.open {
            if notice.due.is_some_and(|due| due <= now) {
                notice.due = None;
                self.leaving.push(notice.delivery.clone());
            }
        }
    }

    pub(super) fn leaving(&mut self) -> Vec<Delivery> {
        mem::take(&mut self.leaving)
    }

    pub(super) fn next_due(&self) -> Option<UnixMillis> {
        self.open.iter().filter_map(|notice| notice.due).min()
    }

    pub(super) fn delivered(
        &mut self,
        now: UnixMillis,
        id: DeliveryId,
        outcome: Option<StatusCode>,
    ) {
        let under_way = |notice: &Notice| notice.delivery.id == id && notice.due.is_none();
        let Some(place) = self.open.iter().position(under_way) else { return };
        if outcome == Some(StatusCode::OK) {
            self.open.remove(place);
            return;
        }
        let Some(notice) = self.open.get_mut(place) else { return };
        notice.failures += 1;
        if notice.failures < FAILURES {
            notice.due = Some(now.plus(PAUSE));
        } else {
            self.open.remove(place);
        }
    }
}
