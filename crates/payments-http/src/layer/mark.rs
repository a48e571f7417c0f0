//! Tells a request that was handed to a connection from one that was not.
//!
//! The request's body becomes a [`Marked`] body. No HTTP implementation can write a request's head
//! before it asks the body for its length, so the first question to the body is the moment of the
//! handover. Until then the request is untouched, and giving it up takes effect at once: the body
//! answers every later question in a way that aborts the request. Handover and giving up meet in
//! one atomic value, so exactly one of them comes first whatever the threads do.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, header};
use hyper::body::{Body, Frame, SizeHint};
use payments_core::{NotSent, error::BoxError};
use pin_project_lite::pin_project;
use tower::Service;

use super::Fate;

const WAITING: u8 = 0;
const HANDED: u8 = 1;
const GIVEN_UP: u8 = 2;

/// How far one copy of a request came.
#[derive(Clone, Debug, Default)]
struct Stage(Arc<AtomicU8>);

impl Stage {
    /// The connection asks for the body. Answers whether the request may still leave.
    fn hand_over(&self) -> bool {
        let seen = self.0.compare_exchange(WAITING, HANDED, Ordering::AcqRel, Ordering::Acquire);
        matches!(seen, Ok(_) | Err(HANDED))
    }

    /// The caller wants no answer any more. Answers whether the request is untouched.
    fn give_up(&self) -> bool {
        self.0.swap(GIVEN_UP, Ordering::AcqRel) == WAITING
    }
}

/// A request's body that notes its handover to a connection.
pub struct Marked {
    bytes: Option<Bytes>,
    stage: Stage,
}

impl fmt::Debug for Marked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Marked").finish_non_exhaustive()
    }
}

/// The caller gave the request up before its body left.
#[derive(Debug)]
#[non_exhaustive]
pub struct GivenUp;

impl fmt::Display for GivenUp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the request was given up before its body left")
    }
}

impl std::error::Error for GivenUp {}

impl Body for Marked {
    type Data = Bytes;
    type Error = GivenUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, GivenUp>>> {
        if !self.stage.hand_over() {
            return Poll::Ready(Some(Err(GivenUp)));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.stage.hand_over() && self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.bytes.as_ref().map_or(0, Bytes::len) as u64;
        // A body that is given up promises a byte that never comes, so that no empty request
        // counts as complete.
        SizeHint::with_exact(if self.stage.hand_over() { left } else { left.max(1) })
    }
}

/// Wraps failures before the handover in [`NotSent`].
///
/// The service inside must look at the body before it writes anything; hyper does.
#[derive(Clone, Debug)]
pub struct Mark<S> {
    inner: S,
}

impl<S> Mark<S> {
    /// Puts the mark around a service that sends.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Request<Bytes>> for Mark<S>
where
    S: Service<Request<Marked>>,
    S::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Marking<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        // The body alone says how long it is: a length in the head could complete a request whose
        // body was given up.
        let lengths = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
        if request.headers().keys().any(|name| lengths.contains(name)) {
            for name in lengths {
                request.headers_mut().remove(name);
            }
        }
        let (stage, fate) = (Stage::default(), Fate::find(&request));
        let request = request.map(|bytes| Marked {
            bytes: Some(bytes).filter(|bytes| !bytes.is_empty()),
            stage: stage.clone(),
        });
        Marking { inner: self.inner.call(request), stage, fate, pending: true }
    }
}

pin_project! {
    /// The future of [`Mark`].
    pub struct Marking<F> {
        #[pin]
        inner: F,
        stage: Stage,
        fate: Option<Fate>,
        pending: bool,
    }

    impl<F> PinnedDrop for Marking<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if *this.pending && this.stage.give_up() && let Some(fate) = this.fate {
                fate.untouched();
            }
        }
    }
}

impl<F, T, E> Future for Marking<F>
where
    F: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(context));
        *this.pending = false;
        Poll::Ready(answer.map_err(|error| {
            let error = error.into();
            if this.stage.give_up() { NotSent(error).into() } else { error }
        }))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{FutureExt as _, pending, poll_fn};
    use tower::{ServiceExt as _, service_fn};

    use super::*;

    fn marked(bytes: &'static [u8]) -> Marked {
        let bytes = Some(Bytes::from_static(bytes)).filter(|bytes| !bytes.is_empty());
        Marked { bytes, stage: Stage::default() }
    }

    #[test]
    fn the_first_question_to_the_body_is_the_handover() {
        for ask in
            [(|body: &Marked| body.size_hint().exact().is_some()) as fn(&Marked) -> bool, |body| {
                body.is_end_stream()
            }]
        {
            for bytes in [b"".as_slice(), b"a=1"] {
                let body = marked(bytes);
                assert_eq!(body.stage.0.load(Ordering::Acquire), WAITING);
                ask(&body);
                assert!(!body.stage.give_up(), "it may have left");
            }
        }
    }

    #[tokio::test]
    async fn a_body_that_is_given_up_completes_no_request() {
        for bytes in [b"".as_slice(), b"a=1"] {
            let mut body = marked(bytes);
            assert!(body.stage.give_up());
            assert!(!body.is_end_stream());
            assert!(body.size_hint().exact() > Some(0));
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
            assert!(matches!(frame, Some(Err(GivenUp))));
        }
    }

    #[tokio::test]
    async fn an_error_before_the_handover_is_wrapped_and_one_after_it_is_not() {
        for looked in [false, true] {
            let service = service_fn(move |request: Request<Marked>| async move {
                if looked {
                    request.body().is_end_stream();
                }
                Err::<(), _>("broken")
            });
            let error =
                Mark::new(service).oneshot(Request::new(Bytes::new())).await.expect_err("broken");
            assert_eq!(error.is::<NotSent>(), !looked, "{error}");
        }
    }

    #[tokio::test]
    async fn a_drop_before_the_handover_is_told_and_one_after_it_is_not() {
        for looked in [false, true] {
            let service = service_fn(move |request: Request<Marked>| async move {
                if looked {
                    request.body().size_hint();
                }
                pending::<Result<(), BoxError>>().await
            });
            let mut request = Request::new(Bytes::new());
            let fate = Fate::of(&mut request);
            let mut call = Box::pin(Mark::new(service).oneshot(request));
            assert!((&mut call).now_or_never().is_none());
            drop(call);
            assert_eq!(fate.is_untouched(), !looked);
        }
    }
}
