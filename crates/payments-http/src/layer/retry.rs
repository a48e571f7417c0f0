//! The only place that sends a request again.
//!
//! [`payments_core::retry::decide`] is the whole policy; this layer runs it, counts the copies
//! that may have left, and never lets the failure of a later copy hide an earlier one.

use std::{
    fmt, mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use payments_core::{
    Copies, NotSent, Replay, Tag,
    error::BoxError,
    retry::{self, Decision, Failure},
};
use pin_project_lite::pin_project;
use tower::{Service, ServiceExt as _};

use super::Fate;

/// Sends again what may be sent again.
///
/// The request's [`Tag`] says what a second copy would do; a request without one counts as
/// [`Replay::Doubles`]. An answer to more than one copy carries [`Copies`]. Dropping the future ends it: nothing is sent
/// afterwards.
#[derive(Clone, Debug)]
pub struct Retry<S> {
    inner: S,
    attempts: u32,
}

impl<S> Retry<S> {
    /// Sends at most `attempts` copies, the first included.
    pub fn new(inner: S, attempts: u32) -> Self {
        Self { inner, attempts }
    }
}

impl<S> Service<Request<Bytes>> for Retry<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Retrying<S>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let tag = request.extensions().get::<Tag>().copied();
        let mut watch = Watch { fate: Fate::of(&mut request), under_way: false, copies: 0 };
        watch.starts();
        let spare = spare(&mut request, tag, &watch.fate);
        let sent = self.inner.call(request);
        let rest = Rest { inner: self.inner.clone(), most: self.attempts, tag, spare, watch };
        Retrying { state: State::First { sent, rest: Some(rest) } }
    }
}

/// What the copies after the first need.
struct Rest<S> {
    inner: S,
    most: u32,
    tag: Option<Tag>,
    spare: Request<Bytes>,
    watch: Watch,
}

impl<S> Rest<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>>,
    S::Error: Into<BoxError>,
{
    /// How long to wait before the next copy; none if there is none.
    fn pause(&self, failure: Failure, attempt: u32) -> Option<Duration> {
        let replay = self.tag.map_or(Replay::Doubles, |tag| tag.replay);
        match retry::decide(replay, failure, attempt, self.most) {
            Decision::Again(pause) => {
                tracing::debug!(attempt, ?failure, ?pause, "the request goes out again");
                Some(pause)
            }
            Decision::GiveUp | Decision::Resolve => None,
        }
    }

    /// Sends further copies, after a pause each.
    async fn run(mut self, mut pause: Duration) -> Result<Response<Bytes>, BoxError> {
        let mut attempt = 1;
        loop {
            tokio::time::sleep(pause).await;
            attempt += 1;
            self.inner
                .ready()
                .await
                .map_err(|error| self.watch.judge(NotSent(error.into()).into()))?;
            dress(&mut self.spare, self.tag, &self.watch.fate);
            self.watch.starts();
            let spare = spare(&mut self.spare, self.tag, &self.watch.fate);
            let copy = mem::replace(&mut self.spare, spare);
            let answer = self.inner.call(copy).await.map_err(Into::into);
            let failure = failure_of(&answer);
            self.watch.ended(failure);
            match failure.and_then(|failure| self.pause(failure, attempt)) {
                Some(next) => pause = next,
                None => return self.watch.finish(answer),
            }
        }
    }
}

pin_project! {
    /// The future of [`Retry`]. Nearly every call ends with its first copy, so that one has no box.
    pub struct Retrying<S>
    where
        S: Service<Request<Bytes>>,
    {
        #[pin]
        state: State<S>,
    }
}

pin_project! {
    #[project = StateNow]
    enum State<S>
    where
        S: Service<Request<Bytes>>,
    {
        First {
            #[pin]
            sent: S::Future,
            rest: Option<Rest<S>>,
        },
        Again {
            sent: BoxFuture<'static, Result<Response<Bytes>, BoxError>>,
        },
    }
}

impl<S> Future for Retrying<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Output = Result<Response<Bytes>, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        if let StateNow::First { sent, rest } = state.as_mut().project() {
            let answer = ready!(sent.poll(context)).map_err(Into::into);
            let failure = failure_of(&answer);
            // Polled after its end, it has no more to say than the first time.
            let Some(mut rest) = rest.take() else { return Poll::Ready(answer) };
            rest.watch.ended(failure);
            let Some(pause) = failure.and_then(|failure| rest.pause(failure, 1)) else {
                return Poll::Ready(rest.watch.finish(answer));
            };
            state.set(State::Again { sent: Box::pin(rest.run(pause)) });
        }
        match state.project() {
            StateNow::First { .. } => Poll::Pending,
            StateNow::Again { sent } => sent.as_mut().poll(context),
        }
    }
}

/// Copies a request, to be sent if the one that goes out now fails. What this layer can put back
/// by itself is left out: nearly every copy is thrown away.
fn spare(request: &mut Request<Bytes>, tag: Option<Tag>, fate: &Fate) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    let own = usize::from(tag.is_some()) + 1;
    if request.extensions().len() > own {
        Fate::detach(request.extensions_mut());
        *copy.extensions_mut() = request.extensions().clone();
        fate.attach(request.extensions_mut());
    }
    copy
}

/// Puts back what [`spare`] left out.
fn dress(copy: &mut Request<Bytes>, tag: Option<Tag>, fate: &Fate) {
    fate.attach(copy.extensions_mut());
    if let Some(tag) = tag {
        copy.extensions_mut().insert(tag);
    }
}

/// Reads a failure off an attempt's end; looks at transport and HTTP status only.
fn failure_of(answer: &Result<Response<Bytes>, BoxError>) -> Option<Failure> {
    match answer {
        Ok(answer) if retry::is_fault(answer.status()) => Some(Failure::Faulted),
        Ok(_) => None,
        Err(error) if error.is::<NotSent>() => Some(Failure::NotSent),
        Err(_) => Some(Failure::MaybeSent),
    }
}

/// What is known about the copies so far; tells it outside when the call is dropped.
///
/// Copies go out one after the other, so one fate serves them all: it says what the layers inside
/// state about the copy under way, and when the call is dropped, what is true of the whole.
struct Watch {
    fate: Fate,
    under_way: bool,
    copies: u32,
}

impl Watch {
    fn starts(&mut self) {
        self.fate.unknown();
        self.under_way = true;
    }

    fn ended(&mut self, failure: Option<Failure>) {
        self.under_way = false;
        if failure != Some(Failure::NotSent) {
            self.copies += 1;
        }
    }

    fn finish(
        &self,
        answer: Result<Response<Bytes>, BoxError>,
    ) -> Result<Response<Bytes>, BoxError> {
        match answer {
            Ok(mut answer) => {
                if self.copies > 1 {
                    answer.extensions_mut().insert(Copies::new(self.copies));
                }
                Ok(answer)
            }
            Err(error) => Err(self.judge(error)),
        }
    }

    /// A last copy that did not leave says nothing about those before it.
    fn judge(&self, error: BoxError) -> BoxError {
        if self.copies > 0 && error.is::<NotSent>() { EarlierCopy(error).into() } else { error }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.copies > 0 {
            self.fate.unknown();
        } else if !self.under_way {
            self.fate.untouched();
        }
    }
}

/// The last copy did not leave, but one before it may have.
#[derive(Debug)]
pub struct EarlierCopy(BoxError);

impl fmt::Display for EarlierCopy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an earlier copy of the request may have left")
    }
}

impl std::error::Error for EarlierCopy {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.0.as_ref())
    }
}

#[cfg(test)]
mod tests;
