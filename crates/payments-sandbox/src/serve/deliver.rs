//! Callbacks over the network, and the timers that let the bank act by itself.

use std::{future::pending, sync::Arc, time::Duration};

use super::Shared;
use crate::bank::Delivery;

/// The least time between two looks at what is due: a clock that lags behind tokio's must not make
/// this a busy loop.
const BREATH: Duration = Duration::from_millis(5);

/// Lets the bank act whenever something falls due.
pub(super) async fn timers(shared: Arc<Shared>) {
    loop {
        let due = async {
            match shared.sandbox.next_due() {
                Some(wait) => tokio::time::sleep(wait.max(BREATH)).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = shared.stopping() => return,
            () = shared.changed.notified() => continue,
            () = due => {}
        }
        let deliveries = shared.sandbox.tick();
        if !deliveries.is_empty() {
            shared.dispatch(deliveries);
        }
    }
}

/// Sends one callback and tells the bank what came of it. Host and status are traced, nothing
/// else.
pub(super) async fn deliver(shared: Arc<Shared>, delivery: Delivery) {
    let Delivery { id, request } = delivery;
    let host = request.uri().host().unwrap_or_default().to_owned();
    let sent = tokio::select! {
        () = shared.stopping() => return,
        sent = shared.callbacks.send(request) => sent,
    };
    let outcome = match sent {
        Ok(answer) => {
            tracing::info!(host, status = answer.status().as_u16(), "callback answered");
            Some(answer.status())
        }
        Err(error) => {
            tracing::warn!(host, error = %error, "callback failed");
            None
        }
    };
    shared.sandbox.delivered(id, outcome);
    shared.changed.notify_one();
}
