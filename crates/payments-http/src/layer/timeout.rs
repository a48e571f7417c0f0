//! The longest time that one attempt may take.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Request;
use payments_core::{NotSent, error::BoxError};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};
use tower::Service;

use super::Fate;

/// Which of the three times ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Name resolution, TCP, proxy and TLS until a connection stands.
    Connect,
    /// One copy of the request, from the free place in the stack to the end of the answer.
    Attempt,
    /// The whole call with queueing, every copy and the pauses between them.
    Call,
}

/// A time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedOut {
    /// Which one.
    pub phase: Phase,
    /// How long it was.
    pub after: Duration,
}

impl TimedOut {
    pub(crate) fn new(phase: Phase, after: Duration) -> Self {
        Self { phase, after }
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.phase {
            Phase::Connect => "no connection stood",
            Phase::Attempt => "no answer came to this attempt",
            Phase::Call => "no answer came to the call",
        };
        write!(out, "{what} within {:?}", self.after)
    }
}

impl std::error::Error for TimedOut {}

/// Ends an attempt that takes too long.
///
/// The failure is wrapped in [`NotSent`] only if a layer inside stated that the request had not
/// left. Needs a tokio runtime with its timer.
#[derive(Clone, Debug)]
pub struct Timeout<S> {
    inner: S,
    after: Duration,
}

impl<S> Timeout<S> {
    /// Ends attempts after this long.
    pub fn new(inner: S, after: Duration) -> Self {
        Self { inner, after }
    }
}

impl<S, B> Service<Request<B>> for Timeout<S>
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
        let end = TimedOut::new(Phase::Attempt, self.after);
        Timed::new(self.inner.call(request), end, fate, false)
    }
}

pin_project! {
    /// The future of [`Timeout`] and of [`Deadline`](super::deadline::Deadline).
    pub struct Timed<F> {
        #[pin]
        inner: Option<F>,
        #[pin]
        timer: Sleep,
        end: TimedOut,
        fate: Fate,
        leans: bool,
    }
}

impl<F> Timed<F> {
    /// A future that `leans` starts no timer of its own while one further in wakes the same task
    /// early enough: two timers for every call are a cost that is seen.
    pub(super) fn new(inner: F, end: TimedOut, fate: Fate, leans: bool) -> Self {
        let timer = tokio::time::sleep(end.after);
        Self { inner: Some(inner), timer, end, fate, leans }
    }
}

impl<F, T, E> Future for Timed<F>
where
    F: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(inner) = this.inner.as_mut().as_pin_mut()
            && let Poll::Ready(answer) = inner.poll(context)
        {
            ring(this.fate, *this.leans, None);
            return Poll::Ready(answer.map_err(Into::into));
        }
        let due = this.timer.deadline();
        if *this.leans && this.fate.bell().is_some_and(|bell| bell <= due) {
            return Poll::Pending;
        }
        if this.timer.poll(context).is_pending() {
            ring(this.fate, *this.leans, Some(due));
            return Poll::Pending;
        }
        ring(this.fate, *this.leans, None);
        // The layers inside say what they know while they are dropped.
        this.inner.set(None);
        let end: BoxError = (*this.end).into();
        Poll::Ready(Err(if this.fate.is_untouched() { NotSent(end).into() } else { end }))
    }
}

/// Tells whoever leans when this timer wakes the task.
fn ring(fate: &Fate, leans: bool, at: Option<Instant>) {
    if !leans {
        fate.set_bell(at);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::pending;
    use tower::{ServiceExt as _, service_fn};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(40);

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_says_nothing_about_its_fate_may_have_left() {
        let silent = service_fn(|_: Request<()>| pending::<Result<(), BoxError>>());
        let started = Instant::now();
        let error =
            Timeout::new(silent, LIMIT).oneshot(Request::new(())).await.expect_err("timed out");
        assert_eq!(started.elapsed(), LIMIT);
        let end = error.downcast_ref::<TimedOut>().expect("plain");
        assert_eq!((end.phase, end.after), (Phase::Attempt, LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_had_not_left_is_not_sent() {
        let honest = service_fn(|request: Request<()>| {
            Fate::find(&request).expect("the layer asks").untouched();
            pending::<Result<(), BoxError>>()
        });
        let error =
            Timeout::new(honest, LIMIT).oneshot(Request::new(())).await.expect_err("timed out");
        assert!(error.is::<NotSent>(), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_in_time_passes() {
        let quick = service_fn(|_: Request<()>| async {
            tokio::time::sleep(LIMIT - Duration::from_millis(1)).await;
            Ok::<_, BoxError>(7)
        });
        assert_eq!(Timeout::new(quick, LIMIT).oneshot(Request::new(())).await.expect("in time"), 7);
    }
}
