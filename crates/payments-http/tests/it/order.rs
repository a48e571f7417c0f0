//! The layers together, in the stack's order, without sockets and with a clock that stands still.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::pending;
use http::{Request, Response};
use payments_core::{NotSent, Replay, Tag, error::BoxError};
use payments_http::layer::{deadline::Deadline, limit::Limit, retry::Retry, timeout::Timeout};
use tower::{ServiceExt as _, service_fn};

fn request() -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    request.extensions_mut().insert(Tag::new("test", Replay::Reads));
    request
}

/// The deadline meets a call in the queue behind retry and limit: what the limit knows passes
/// through retry.
#[tokio::test(start_paused = true)]
async fn a_call_that_never_left_the_queue_is_not_sent() {
    let silent = service_fn(|_: Request<Bytes>| pending::<Result<Response<Bytes>, BoxError>>());
    let limit = Limit::new(Timeout::new(silent, Duration::from_secs(1_000)), 1);
    let holder = tokio::spawn(limit.clone().oneshot(request()));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let call = Deadline::new(Retry::new(limit, 3), Duration::from_secs(90));
    let error = call.oneshot(request()).await.expect_err("no place");
    assert!(error.is::<NotSent>(), "{error:?}");
    holder.abort();
}

/// The deadline meets a question whose first copy may have left while a later one waits.
#[tokio::test(start_paused = true)]
async fn a_later_copy_in_the_queue_does_not_clear_an_earlier_one() {
    let copies = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&copies);
    let silent = service_fn(move |_: Request<Bytes>| {
        count.fetch_add(1, Ordering::SeqCst);
        pending::<Result<Response<Bytes>, BoxError>>()
    });
    let limit = Limit::new(Timeout::new(silent, Duration::from_secs(10)), 1);
    let call = Deadline::new(Retry::new(limit.clone(), 3), Duration::from_secs(15));
    let first = tokio::spawn(call.oneshot(request()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    // takes the place as soon as the first copy's time is over, and holds it
    let holder = tokio::spawn(limit.oneshot(request()));
    let error = first.await.expect("ran").expect_err("timed out");
    assert!(!error.is::<NotSent>(), "{error:?}");
    assert_eq!(copies.load(Ordering::SeqCst), 2, "the first copy and the holder's");
    holder.abort();
}
