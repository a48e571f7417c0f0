use std::{
    fmt,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use payments_core::error::BoxError;
use tower::{Service, ServiceExt as _, util::BoxCloneSyncService};

use crate::Stack;

/// Any service that sends requests, with its type erased: the [`Stack`], or whatever stands in its
/// place, such as a function in a test.
///
/// An error of a foreign service counts as "may have been sent" unless it is wrapped in
/// [`NotSent`](payments_core::NotSent). A foreign service that resends must not resend what its
/// [`Tag`](payments_core::Tag) forbids.
#[derive(Clone)]
pub struct Transport(BoxCloneSyncService<Request<Bytes>, Response<Bytes>, BoxError>);

impl Transport {
    /// Erases a service.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        Self(BoxCloneSyncService::new(service.map_err(Into::into)))
    }

    /// Sends one request.
    ///
    /// # Errors
    ///
    /// No answer came. Wrapped in [`NotSent`](payments_core::NotSent) if the request did not leave;
    /// any other error means that it may have.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        self.0.clone().oneshot(request).await
    }
}

impl From<Stack> for Transport {
    fn from(stack: Stack) -> Self {
        Self(BoxCloneSyncService::new(stack))
    }
}

impl Service<Request<Bytes>> for Transport {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        self.0.call(request)
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
