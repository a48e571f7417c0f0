use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use payments_core::error::BoxError;
use tower::{Service, ServiceExt as _};

use crate::Stack;

type Sending = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

/// Any service that sends requests, with its type erased: the [`Stack`], or whatever stands in its
/// place, such as a function in a test.
///
/// An error of a foreign service counts as "may have been sent" unless it is wrapped in
/// [`NotSent`](payments_core::NotSent). A foreign service that resends must not resend what its
/// [`Tag`](payments_core::Tag) forbids.
#[derive(Clone)]
pub struct Transport(Arc<dyn Fn(Request<Bytes>) -> Sending + Send + Sync>);

impl Transport {
    /// Erases a service.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        Self(Arc::new(move |request| {
            let sending = service.clone().oneshot(request);
            Box::pin(async move { sending.await.map_err(Into::into) })
        }))
    }

    /// Sends one request.
    ///
    /// # Errors
    ///
    /// No answer came. Wrapped in [`NotSent`](payments_core::NotSent) if the request did not leave;
    /// any other error means that it may have.
    pub fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, BoxError>> + Send + use<> {
        (self.0)(request)
    }
}

impl From<Stack> for Transport {
    /// Takes the stack as it is: it is always ready, which saves a step for every call.
    fn from(stack: Stack) -> Self {
        Self(Arc::new(move |request| Box::pin(stack.clone().call(request))))
    }
}

impl Service<Request<Bytes>> for Transport {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Sending;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Sending {
        (self.0)(request)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Transport").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use payments_core::NotSent;
    use tower::service_fn;

    use super::*;

    #[tokio::test]
    async fn a_function_is_a_transport() {
        let transport = Transport::new(service_fn(|request: Request<Bytes>| async move {
            Ok::<_, Infallible>(Response::new(request.into_body()))
        }));
        let answer = transport.send(Request::new(Bytes::from_static(b"a=1"))).await;
        assert_eq!(answer.expect("echoed").body(), "a=1");
    }

    #[tokio::test]
    async fn a_wrapped_failure_stays_recognisable() {
        let transport = Transport::new(service_fn(|_: Request<Bytes>| async {
            Err::<Response<Bytes>, _>(NotSent("no route".into()))
        }));
        let error = transport.send(Request::default()).await.expect_err("fails");
        assert!(error.is::<NotSent>());
    }
}
