//! Reads the whole answer, up to a limit.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes, BytesMut};
use http::{Request, Response, response::Parts};
use hyper::body::Body;
use payments_core::error::BoxError;
use pin_project_lite::pin_project;
use tower::Service;

/// Turns a streamed answer into bytes and refuses one that is longer than the limit.
#[derive(Clone, Debug)]
pub struct Whole<S> {
    inner: S,
    limit: usize,
}

impl<S> Whole<S> {
    /// Reads answers of at most `limit` bytes.
    pub fn new(inner: S, limit: usize) -> Self {
        Self { inner, limit }
    }
}

/// The answer is longer than the limit. It did come, so the bank may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the answer is longer than {} bytes", self.limit)
    }
}

impl std::error::Error for TooLong {}

impl<S, R, B> Service<Request<R>> for Whole<S>
where
    S: Service<Request<R>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Reading<S::Future, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        Reading { state: State::Head { inner: self.inner.call(request) }, limit: self.limit }
    }
}

pin_project! {
    /// The future of [`Whole`].
    pub struct Reading<F, B> {
        #[pin]
        state: State<F, B>,
        limit: usize,
    }
}

pin_project! {
    #[project = StateNow]
    enum State<F, B> {
        Head {
            #[pin]
            inner: F,
        },
        Rest {
            head: Option<Parts>,
            #[pin]
            rest: B,
            read: Read,
        },
    }
}

impl<F, B, E> Future for Reading<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
    E: Into<BoxError>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response<Bytes>, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateNow::Head { inner } => {
                    let (head, rest) =
                        ready!(inner.poll(context)).map_err(Into::into)?.into_parts();
                    this.state.set(State::Rest { head: Some(head), rest, read: Read::default() });
                }
                StateNow::Rest { head, mut rest, read } => {
                    while !rest.is_end_stream() {
                        let Some(frame) = ready!(rest.as_mut().poll_frame(context)) else { break };
                        if let Ok(mut data) = frame.map_err(Into::into)?.into_data() {
                            read.take(data.copy_to_bytes(data.remaining()), *this.limit)?;
                        }
                    }
                    let mut answer = Response::new(read.finish());
                    if let Some(head) = head.take() {
                        answer = Response::from_parts(head, answer.into_body());
                    }
                    return Poll::Ready(Ok(answer));
                }
            }
        }
    }
}

/// What was read so far. An answer that comes in one piece is not copied.
#[derive(Default)]
struct Read {
    one: Bytes,
    many: BytesMut,
}

impl Read {
    fn take(&mut self, piece: Bytes, limit: usize) -> Result<(), TooLong> {
        let read = self.one.len() + self.many.len();
        if piece.len() > limit.saturating_sub(read) {
            return Err(TooLong { limit });
        }
        if read == 0 {
            self.one = piece;
        } else {
            self.many.extend_from_slice(&std::mem::take(&mut self.one));
            self.many.extend_from_slice(&piece);
        }
        Ok(())
    }

    fn finish(&mut self) -> Bytes {
        let many = std::mem::take(&mut self.many);
        if many.is_empty() { std::mem::take(&mut self.one) } else { many.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;
    use tower::{ServiceExt as _, service_fn};

    use super::*;

    async fn read(length: usize, limit: usize) -> Result<Response<Bytes>, BoxError> {
        let bank = service_fn(move |_: Request<()>| async move {
            let answer = Response::builder().status(502).header("x-kept", "yes");
            Ok::<_, BoxError>(answer.body(Full::new(Bytes::from(vec![7; length])))?)
        });
        Whole::new(bank, limit).oneshot(Request::new(())).await
    }

    #[tokio::test]
    async fn an_answer_up_to_the_limit_is_read_whole_with_its_head() {
        for length in [0, 1, 10] {
            let answer = read(length, 10).await.expect("fits");
            assert_eq!((answer.status().as_u16(), answer.body().len()), (502, length));
            assert_eq!(answer.headers()["x-kept"], "yes");
        }
    }

    #[test]
    fn pieces_come_out_as_one_and_count_together() {
        let mut read = Read::default();
        for piece in ["", "a", "bc", "", "def"] {
            read.take(Bytes::from_static(piece.as_bytes()), 6).expect("fits");
        }
        let error = read.take(Bytes::from_static(b"g"), 6).expect_err("too long");
        assert_eq!(error, TooLong { limit: 6 });
        assert_eq!(read.finish(), "abcdef");
        assert_eq!(Read::default().finish(), "");
    }

    #[tokio::test]
    async fn a_longer_one_is_refused_as_one_that_came() {
        let error = read(11, 10).await.expect_err("too long");
        assert_eq!(error.downcast_ref(), Some(&TooLong { limit: 10 }));
    }
}
