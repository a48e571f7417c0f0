//! One span and one event a call: endpoint, status, duration. Never URL, headers or bodies.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use payments_core::{NotSent, Tag, error::BoxError};
use pin_project_lite::pin_project;
use tokio::time::Instant;
use tower::Service;
use tracing::{Span, field::Empty};

/// Traces calls by the name in their [`Tag`].
///
/// The span `call` (level `INFO`) carries `endpoint`, and at the end `status` or `outcome`, and
/// `elapsed_ms`. An event says the same: at `DEBUG` when an answer came, at `WARN` when none did.
#[derive(Clone, Debug)]
pub struct Trace<S> {
    inner: S,
}

impl<S> Trace<S> {
    /// Traces the calls of a service.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, B, T> Service<Request<B>> for Trace<S>
where
    S: Service<Request<B>, Response = Response<T>>,
    S::Error: Into<BoxError>,
{
    type Response = Response<T>;
    type Error = BoxError;
    type Future = Traced<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let endpoint = request.extensions().get::<Tag>().map_or("untagged", |tag| tag.name);
        let span = tracing::info_span!(
            "call",
            endpoint,
            status = Empty,
            outcome = Empty,
            elapsed_ms = Empty
        );
        let started = Instant::now();
        let inside = span.enter();
        let inner = self.inner.call(request);
        drop(inside);
        Traced { inner, span, endpoint, started }
    }
}

pin_project! {
    /// The future of [`Trace`].
    pub struct Traced<F> {
        #[pin]
        inner: F,
        span: Span,
        endpoint: &'static str,
        started: Instant,
    }
}

impl<F, T, E> Future for Traced<F>
where
    F: Future<Output = Result<Response<T>, E>>,
    E: Into<BoxError>,
{
    type Output = Result<Response<T>, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _inside = this.span.enter();
        let answer = ready!(this.inner.poll(context)).map_err(Into::into);
        let endpoint = *this.endpoint;
        let elapsed_ms = u64::try_from(this.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        this.span.record("elapsed_ms", elapsed_ms);
        match &answer {
            Ok(answer) => {
                let status = answer.status().as_u16();
                this.span.record("status", status);
                tracing::debug!(endpoint, status, elapsed_ms, "answered");
            }
            Err(error) => {
                let outcome = outcome(error);
                this.span.record("outcome", outcome);
                tracing::warn!(endpoint, outcome, elapsed_ms, "not answered");
            }
        }
        Poll::Ready(answer)
    }
}

/// Names a failure without showing the error: a foreign one may carry a URL.
fn outcome(error: &BoxError) -> &'static str {
    if error.is::<NotSent>() { "not sent" } else { "maybe sent" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_named_by_what_it_means() {
        assert_eq!(outcome(&"MARKER".into()), "maybe sent");
        assert_eq!(outcome(&NotSent("MARKER".into()).into()), "not sent");
    }
}
