//! How many copies may be under way at once.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use http::Request;
use payments_core::{NotSent, error::BoxError};
use pin_project_lite::pin_project;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

use super::Fate;

/// Lets a fixed number of requests through at once; the others wait in order of arrival.
///
/// A request that is dropped while it waits had not left, and the layers outside learn it. That is
/// why this is not `tower`'s own limit, which has nobody to tell.
#[derive(Clone, Debug)]
pub struct Limit<S> {
    inner: S,
    places: Arc<Semaphore>,
}

impl<S> Limit<S> {
    /// Lets `most` requests through at once; clones share the places.
    pub fn new(inner: S, most: usize) -> Self {
        Self { inner, places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))) }
    }
}

impl<S, B> Service<Request<B>> for Limit<S>
where
    S: Service<Request<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Limited<S::Future, S::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Limited { state: State::Running { inner: self.inner.call(request), place } };
        }
        let clone = self.inner.clone();
        let ready = mem::replace(&mut self.inner, clone);
        let queued = queue(ready, Arc::clone(&self.places), request);
        Limited { state: State::Queued { inner: Box::pin(queued) } }
    }
}

/// Waits for a place, then sends.
async fn queue<S, B>(
    mut inner: S,
    places: Arc<Semaphore>,
    request: Request<B>,
) -> Result<S::Response, BoxError>
where
    S: Service<Request<B>>,
    S::Error: Into<BoxError>,
{
    let mut waiting = Waiting(Fate::find(&request));
    let place = places.acquire_owned().await.map_err(|closed| NotSent(closed.into()))?;
    waiting.0 = None;
    let answer = inner.call(request).await;
    drop(place);
    answer.map_err(Into::into)
}

/// Tells, when it is dropped, that the request was still waiting.
struct Waiting(Option<Fate>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(fate) = &self.0 {
            fate.untouched();
        }
    }
}

pin_project! {
    /// The future of [`Limit`].
    pub struct Limited<F, T> {
        #[pin]
        state: State<F, T>,
    }
}

pin_project! {
    #[project = StateNow]
    enum State<F, T> {
        Running {
            #[pin]
            inner: F,
            place: OwnedSemaphorePermit,
        },
        Queued {
            inner: BoxFuture<'static, Result<T, BoxError>>,
        },
    }
}

impl<F, T, E> Future for Limited<F, T>
where
    F: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateNow::Running { inner, place: _ } => inner.poll(context).map_err(Into::into),
            StateNow::Queued { inner } => inner.as_mut().poll(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures_util::future::{FutureExt as _, join_all, pending};
    use tower::{ServiceExt as _, service_fn};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_limit_run_at_once_and_all_run() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (now, peak) = (Arc::clone(&running), Arc::clone(&most));
        let service = Limit::new(
            service_fn(move |_: Request<()>| {
                let (now, peak) = (Arc::clone(&now), Arc::clone(&peak));
                async move {
                    peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, BoxError>(())
                }
            }),
            3,
        );
        let calls = (0..20).map(|_| service.clone().oneshot(Request::new(())));
        let answers = join_all(calls).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn one_dropped_while_waiting_had_not_left_and_one_under_way_may_have() {
        let service = Limit::new(service_fn(|_: Request<()>| pending::<Result<(), BoxError>>()), 1);
        let mut calls = Vec::new();
        for _ in 0..2 {
            let mut request = Request::new(());
            let fate = Fate::of(&mut request);
            let mut call = Box::pin(service.clone().oneshot(request));
            assert!((&mut call).now_or_never().is_none());
            calls.push((call, fate));
        }
        let fates: Vec<_> = calls.into_iter().map(|(_call, fate)| fate).collect();
        assert_eq!(fates.iter().map(Fate::is_untouched).collect::<Vec<_>>(), [false, true]);
    }
}
