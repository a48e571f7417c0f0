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
}

impl<S> Deadline<S> {
    /// Ends calls after this long.
    pub fn new(inner: S, after: Duration) -> Self {
        Self { inner, after }
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
        Timed::new(self.inner.call(request), TimedOut::new(Phase::Call, self.after), fate)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::pending;
    use tower::{ServiceExt as _, service_fn};

    use super::*;

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
}
