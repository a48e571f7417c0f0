//! Callbacks behind an HTTP server.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use payments_core::error::BoxError;
use tower::Service;

use crate::gateway::{Event, Gateway};

/// Largest body that is read, unless told otherwise: 64 KiB.
const LIMIT: usize = 64 * 1024;

/// A tower service that takes the gateway's callbacks and hands each genuine one to the merchant's
/// own async function. It fits hyper and axum alike.
///
/// | outcome | answer |
/// |---|---|
/// | the handler took the event | 200 |
/// | the handler failed | 500, and the gateway repeats |
/// | the checksum is missing or wrong | 403 |
/// | the form cannot be read | 400 |
/// | the body is too long | 413 |
/// | neither GET nor POST | 405 |
///
/// The gateway sends an event again after any answer but 200, every 30 seconds, until three attempts
/// in a row have failed, and then never. So answer quickly: a handler that only writes the event
/// down is best. The same event can come more than once, also after a 200 that got lost, and events
/// can overtake each other: what the handler does must not depend on coming once or in order. When
/// the gateway hangs up, the server may drop the handler's future at any of its await points: the
/// event then comes again.
///
/// ```
/// use payments_core::Secret;
/// use payments_notify::{Callbacks, Event, Gateway};
/// use payments_sign::HmacKey;
///
/// let key = HmacKey::new(&Secret::<String>::new("yourSecretToken"))?;
/// let service = Callbacks::new(Gateway::hmac(key), |event: Event| async move {
///     // Write it down; `Err` makes the gateway repeat.
///     drop(event);
///     Ok::<(), std::io::Error>(())
/// });
/// # let _: &dyn tower::Service<
/// #     http::Request<http_body_util::Full<bytes::Bytes>>,
/// #     Response = _, Error = _, Future = _,
/// # > = &service;
/// # Ok::<(), payments_sign::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Callbacks<H> {
    gateway: Gateway,
    handler: H,
    limit: usize,
}

impl<H> Callbacks<H> {
    /// Takes how callbacks are checked and what is done with a genuine one.
    pub fn new(gateway: Gateway, handler: H) -> Self {
        Self { gateway, handler, limit: LIMIT }
    }

    /// Reads bodies up to this many bytes; 64 KiB otherwise.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
}

/// The answer on its way.
pub type Answering =
    Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

impl<H, F, E, B> Service<Request<B>> for Callbacks<H>
where
    H: Fn(Event) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    B: BodyExt<Error: Into<BoxError>, Data: Send> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answering {
        let Self { gateway, handler, limit } = self.clone();
        Box::pin(async move { Ok(answer(answered(gateway, handler, limit, request).await)) })
    }
}

/// Takes a callback to its end; the status to answer with.
async fn answered<H, F, E, B>(
    gateway: Gateway,
    handler: H,
    limit: usize,
    request: Request<B>,
) -> StatusCode
where
    H: Fn(Event) -> F,
    F: Future<Output = Result<(), E>>,
    B: BodyExt<Error: Into<BoxError>, Data: Send> + Send + 'static,
{
    let (head, body) = request.into_parts();
    let body = match head.method {
        Method::POST => match Limited::new(body, limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return StatusCode::PAYLOAD_TOO_LARGE,
            Err(_) => return StatusCode::BAD_REQUEST,
        },
        _ => Bytes::new(),
    };
    let event = match gateway.receive(&head.method, &head.uri, &head.headers, &body) {
        Ok(event) => event,
        Err(refused) => {
            tracing::warn!(reason = %refused, "callback refused");
            return match refused {
                _ if refused.is_wrong_method() => StatusCode::METHOD_NOT_ALLOWED,
                _ if refused.is_malformed() => StatusCode::BAD_REQUEST,
                _ => StatusCode::FORBIDDEN,
            };
        }
    };
    match handler(event).await {
        Ok(()) => StatusCode::OK,
        Err(_) => {
            // What the handler's error holds is the merchant's own; it may be anything.
            tracing::warn!("callback not taken: the handler failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

fn answer(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    if status == StatusCode::METHOD_NOT_ALLOWED {
        answer.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, POST"));
    }
    answer
}
