//! The longest time that a whole call may take: queueing, every copy and the pauses between them.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use http::Request;
use payments_core::error::BoxError;
use tower::Service;

use super::{
    Fate,
    timeout::{Phase, Timed, TimedOut},
};

/// Ends a call that takes too long.
///
/// The failure is wrapped in [`NotSent`](payments_core::NotSent) only if a layer inside stated
/// that no copy of the request had left. Needs a tokio runtime with its timer.
#[derive(Clone, Debug)]
pub struct Deadline<S> {
    inner: S,
    after: Duration,
    leans: bool,
}

impl<S> Deadline<S> {
    /// Ends calls after this long.
    pub fn new(inner: S, after: Duration) -> Self {
        Self { inner, after, leans: false }
    }

    /// The same over layers of this crate only, which run in the task that polls this one: while
    /// the timer of an attempt ends earlier, none is started here.
    pub(crate) fn leaning(inner: S, after: Duration) -> Self {
        Self { inner, after, leans: true }
    }
}

impl<S, B> Service<Request<B>> for Deadline<S>
where
    S: Service<Request<B>>,
    S::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Timed<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let fate = Fate::of(&mut request);
        let end = TimedOut::new(Phase::Call, self.after);
        Timed::new(self.inner.call(request), end, fate, self.leans)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::future::pending;
    use http::Response;
    use payments_core::{Replay, Tag};
    use tower::{ServiceExt as _, service_fn};

    use super::*;
    use crate::layer::{limit::Limit, retry::Retry, timeout::Timeout};

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_at_its_deadline() {
        let silent = service_fn(|_: Request<()>| pending::<Result<(), BoxError>>());
        let after = Duration::from_secs(90);
        let started = tokio::time::Instant::now();
        let error =
            Deadline::new(silent, after).oneshot(Request::new(())).await.expect_err("timed out");
        assert_eq!(started.elapsed(), after);
        assert_eq!(error.downcast_ref(), Some(&TimedOut::new(Phase::Call, after)));
    }

    /// Attempts of 40 s: the deadline ends the third one early, wherever it stands, although it
    /// leans on the timers of the first two.
    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_leans_is_kept_all_the_same() {
        let attempt = Duration::from_secs(40);
        for seconds in [1, 39, 40, 41, 80, 81, 90, 119, 120] {
            let silent =
                service_fn(|_: Request<Bytes>| pending::<Result<Response<Bytes>, BoxError>>());
            let stack = Retry::new(Limit::new(Timeout::new(silent, attempt), 1), 3);
            let after = Duration::from_secs(seconds);
            let mut request = Request::new(Bytes::new());
            request.extensions_mut().insert(Tag::new("test", Replay::Reads));
            let started = tokio::time::Instant::now();
            let error =
                Deadline::leaning(stack, after).oneshot(request).await.expect_err("timed out");
            assert_eq!(started.elapsed(), after);
            let end = error.downcast_ref::<TimedOut>().expect("plain");
            let own = Phase::Call;
            assert!(end.phase == own || seconds == 40 && end.phase == Phase::Attempt, "{end:?}");
        }
    }
}
