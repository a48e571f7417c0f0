//! The only place that sends a request again.
//!
//! [`payments_core::retry::decide`] is the whole policy; this layer runs it, counts the copies
//! that may have left, and never lets the failure of a later copy hide an earlier one.

use std::{
    fmt, mem,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use payments_core::{
    Copies, NotSent, Replay, Tag,
    error::BoxError,
    retry::{self, Decision, Failure},
};
use tower::{Service, ServiceExt as _};

use super::Fate;

/// Sends again what may be sent again.
///
/// The request's [`Tag`] says what a second copy would do; a request without one counts as
/// [`Replay::Doubles`]. Answers carry [`Copies`]. Dropping the future ends it: nothing is sent
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
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let clone = self.inner.clone();
        let ready = mem::replace(&mut self.inner, clone);
        Box::pin(run(ready, request, self.attempts))
    }
}

async fn run<S>(
    mut inner: S,
    request: Request<Bytes>,
    attempts: u32,
) -> Result<Response<Bytes>, BoxError>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>>,
    S::Error: Into<BoxError>,
{
    let tag = request.extensions().get::<Tag>().copied();
    let replay = tag.map_or(Replay::Doubles, |tag| tag.replay);
    let mut watch = Watch { outside: Fate::find(&request), current: None, copies: 0 };
    let mut attempt = 1;
    loop {
        let mut copy = request.clone();
        if attempt > 1 {
            inner.ready().await.map_err(|error| watch.judge(NotSent(error.into()).into()))?;
        }
        watch.current = Some(Fate::renew(&mut copy));
        let answer = inner.call(copy).await.map_err(Into::into);
        watch.current = None;
        let failure = failure_of(&answer);
        if failure != Some(Failure::NotSent) {
            watch.copies += 1;
        }
        let Some(failure) = failure else { return watch.finish(answer) };
        match retry::decide(replay, failure, attempt, attempts) {
            Decision::Again(pause) => {
                tracing::debug!(attempt, ?failure, ?pause, "the request goes out again");
                tokio::time::sleep(pause).await;
                attempt += 1;
            }
            Decision::GiveUp | Decision::Resolve => return watch.finish(answer),
        }
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
struct Watch {
    outside: Option<Fate>,
    current: Option<Fate>,
    copies: u32,
}

impl Watch {
    fn finish(
        &self,
        answer: Result<Response<Bytes>, BoxError>,
    ) -> Result<Response<Bytes>, BoxError> {
        match answer {
            Ok(mut answer) => {
                answer.extensions_mut().insert(Copies::new(self.copies));
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
        let untouched = self.copies == 0 && self.current.as_ref().is_none_or(Fate::is_untouched);
        if untouched && let Some(outside) = &self.outside {
            outside.untouched();
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
