//! The whole client stack and its builder.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::{Either, Ready, ready};
use http::{Request, Response};
use payments_core::{NotSent, Secret, error::BoxError};
use tower::Service;

use crate::{
    connect::Connector,
    destination,
    layer::{
        body::Whole, deadline::Deadline, limit::Limit, mark::Mark, retry::Retry, timeout::Timeout,
        trace::Trace,
    },
    pool::Pool,
    proxy::Proxy,
    tls::{Identity, Roots, Tls},
};

type Layers = Trace<Deadline<Retry<Limit<Timeout<Whole<Mark<Pool>>>>>>>;
type Called = <Layers as Service<Request<Bytes>>>::Future;

/// Sends requests to a bank: the one HTTP client of these crates.
///
/// Clones share connections, the concurrency limit and everything else. Calls need a tokio runtime
/// with I/O and timer. A failure is wrapped in [`NotSent`] if no copy of the request left; any
/// other error means that one may have, and the outcome must be resolved. Dropping the future of a
/// call is an unknown outcome too; nothing is sent after the drop.
#[derive(Clone)]
pub struct Stack {
    layers: Layers,
    plain: Arc<[String]>,
}

impl Stack {
    /// Starts with the defaults that the single options name.
    pub fn builder() -> StackBuilder {
        StackBuilder::default()
    }
}

impl Service<Request<Bytes>> for Stack {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Either<Called, Ready<Result<Response<Bytes>, BoxError>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.layers.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        match destination::check(request.uri(), &self.plain) {
            Ok(()) => Either::Left(self.layers.call(request)),
            Err(wrong) => Either::Right(ready(Err(NotSent(wrong.into()).into()))),
        }
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Stack").finish_non_exhaustive()
    }
}

/// Collects the options of a [`Stack`].
#[derive(Clone, Debug)]
pub struct StackBuilder {
    tls: Tls,
    proxy: Option<Proxy>,
    plain: Vec<String>,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    call_deadline: Duration,
    idle_timeout: Duration,
    attempts: u32,
    concurrency: usize,
    answer_limit: usize,
}

impl Default for StackBuilder {
    fn default() -> Self {
        Self {
            tls: Tls::default(),
            proxy: None,
            plain: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(40),
            call_deadline: Duration::from_secs(90),
            idle_timeout: Duration::from_secs(20),
            attempts: 3,
            concurrency: 100,
            answer_limit: 4 * 1024 * 1024,
        }
    }
}

impl StackBuilder {
    /// Chooses the authorities that are trusted before any are added; the system's by default.
    #[must_use]
    pub fn roots(mut self, roots: Roots) -> Self {
        self.tls.roots = roots;
        self
    }

    /// Trusts the certificates in a PEM text as roots, in this stack only.
    #[must_use]
    pub fn extra_root_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.extra_pem.push(pem.into());
        self
    }

    /// Trusts one DER certificate as a root, in this stack only.
    #[must_use]
    pub fn extra_root_der(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.tls.extra_der.push(der.into());
        self
    }

    /// Trusts the root of the Russian national certification authority ("Russian Trusted Root CA",
    /// valid until 2032-02-27), in this stack only.
    ///
    /// Whoever holds that authority's key can pose as any host to this stack. With
    /// [`Roots::OnlyExtra`] it is the only authority; the bank must then send the intermediate
    /// certificate itself.
    #[cfg(feature = "russian-trusted-ca")]
    #[must_use]
    pub fn russian_trusted_ca(mut self) -> Self {
        self.tls.russian = true;
        self
    }

    /// Presents a client certificate: the chain as PEM, own certificate first, and its private key
    /// as PEM (PKCS#8, PKCS#1 or SEC1, not encrypted).
    #[must_use]
    pub fn client_certificate(mut self, chain: impl Into<Vec<u8>>, key: Secret) -> Self {
        self.tls.identity = Some(Identity { chain: chain.into(), key });
        self
    }

    /// Sends every `https` request through a tunnel of this HTTP proxy.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Allows plain `http` to this host, by its name or address without port. Loopback is always
    /// allowed. Everything that is sent there can be read and changed on the way.
    #[must_use]
    pub fn plain_http_to(mut self, host: impl Into<String>) -> Self {
        self.plain.push(host.into());
        self
    }

    /// The longest time for name resolution, TCP, proxy and TLS together; 10 s by default, which
    /// leaves room for three lost TCP handshakes (sent again after 1, 3 and 7 s).
    #[must_use]
    pub fn connect_timeout(mut self, within: Duration) -> Self {
        self.connect_timeout = within;
        self
    }

    /// The longest time for one copy of the request, connecting included; 40 s by default. A bank
    /// asks card networks and issuers, which may take half a minute; giving up earlier turns slow
    /// payments into unknown ones.
    #[must_use]
    pub fn attempt_timeout(mut self, within: Duration) -> Self {
        self.attempt_timeout = within;
        self
    }

    /// The longest time for the whole call with queueing, all copies and pauses; 90 s by default,
    /// enough for two full attempts.
    #[must_use]
    pub fn call_deadline(mut self, within: Duration) -> Self {
        self.call_deadline = within;
        self
    }

    /// How long an unused connection is kept; 20 s by default. Servers close theirs after a minute
    /// or more; a connection that is closed under a request makes its outcome unknown.
    #[must_use]
    pub fn idle_timeout(mut self, after: Duration) -> Self {
        self.idle_timeout = after;
        self
    }

    /// The most copies of a request, the first included; 3 by default. What may be sent again is
    /// not decided here but by [`payments_core::retry::decide`].
    #[must_use]
    pub fn attempts(mut self, most: u32) -> Self {
        self.attempts = most;
        self
    }

    /// How many requests may be under way at once; 100 by default. Others wait.
    #[must_use]
    pub fn concurrency(mut self, most: usize) -> Self {
        self.concurrency = most;
        self
    }

    /// The longest answer in bytes; 4 MiB by default. A longer one counts as an answer that could
    /// not be read: the bank may have acted.
    #[must_use]
    pub fn answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit = bytes;
        self
    }

    /// Builds the stack. Opens no connection, but reads the system's roots if they are asked for.
    ///
    /// # Errors
    ///
    /// No root certificate is trusted, an extra root or the client certificate cannot be read, or
    /// the number of attempts or of concurrent requests is zero.
    pub fn build(self) -> Result<Stack, StackError> {
        if self.attempts == 0 || self.concurrency == 0 {
            return Err(StackError::of(Kind::Zero));
        }
        let connector =
            Connector::new(self.tls.config()?, self.proxy.as_ref(), self.connect_timeout);
        let pool = Pool::new(connector, self.idle_timeout, self.concurrency);
        let whole = Whole::new(Mark::new(pool), self.answer_limit);
        let limit = Limit::new(Timeout::new(whole, self.attempt_timeout), self.concurrency);
        let retry = Retry::new(limit, self.attempts);
        Ok(Stack {
            layers: Trace::new(Deadline::leaning(retry, self.call_deadline)),
            plain: self.plain.into(),
        })
    }
}

/// Why a stack could not be built.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StackError(Kind);

impl StackError {
    pub(crate) fn of(kind: Kind) -> Self {
        Self(kind)
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("no trusted root certificate was found")]
    NoRoots,
    #[error("an extra root certificate could not be read")]
    ExtraRoot(#[source] Option<rustls::Error>),
    #[error("the client certificate or its key could not be used")]
    Identity(#[source] Option<rustls::Error>),
    #[cfg(feature = "russian-trusted-ca")]
    #[error("the compiled-in root certificate is not the pinned one")]
    Fingerprint,
    #[error("attempts and concurrency must not be zero")]
    Zero,
    #[error("tls could not be set up")]
    Tls(#[source] rustls::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_refused() {
        for builder in [Stack::builder().attempts(0), Stack::builder().concurrency(0)] {
            let error = builder.roots(Roots::WebPki).build().expect_err("zero");
            assert_eq!(error.to_string(), "attempts and concurrency must not be zero");
        }
    }

    #[tokio::test]
    async fn plain_http_to_a_foreign_host_is_refused_before_anything_is_sent() {
        let mut stack = Stack::builder().roots(Roots::WebPki).build().expect("builds");
        let request = Request::post("http://bank.example/pay").body(Bytes::new()).expect("valid");
        let error = stack.call(request).await.expect_err("refused");
        let cause = &error.downcast_ref::<NotSent>().expect("not sent").0;
        assert_eq!(cause.downcast_ref(), Some(&destination::NotAllowed::PlainHttp));
    }

    #[test]
    fn the_builder_shows_no_key() {
        let builder = Stack::builder().client_certificate("chain", Secret::new("MARKER")).proxy(
            Proxy::new("http://proxy.example:3128")
                .and_then(|proxy| proxy.with_credentials("user", Secret::new("MARKER")))
                .expect("valid"),
        );
        assert!(!format!("{builder:?}").contains("MARKER"));
        let error = builder.roots(Roots::WebPki).build().expect_err("no certificate");
        assert!(!format!("{error:?}").contains("MARKER"));
    }
}
