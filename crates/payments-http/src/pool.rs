//! Connections that are kept after an answer and used for the next request.
//!
//! HTTP/1.1 itself is hyper's: this is the list of its idle connections, a host at a time, and the
//! rule by which they end. A request goes out on one connection and nowhere else; that it can be
//! sent again is for [`retry`](crate::layer::retry) to decide.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{
    HeaderValue, Request, Response, Uri, header,
    uri::{Authority, PathAndQuery, Scheme},
};
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    client::conn::http1::{self, SendRequest},
};
use payments_core::error::BoxError;
use tokio::time::Instant;
use tower::Service;

use crate::{NotAllowed, connect::Connector, layer::mark::Marked};

/// The connections of a [`Stack`](crate::Stack); clones share them.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    connector: Connector,
    idle: Duration,
    most: usize,
    hosts: Mutex<Vec<Arc<Host>>>,
    /// Whether a task ends the connections that nobody used for too long.
    swept: AtomicBool,
}

/// One server, and the connections to it that wait for a request.
struct Host {
    secure: bool,
    authority: Authority,
    header: HeaderValue,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    sender: SendRequest<Marked>,
    since: Instant,
}

impl Pool {
    /// Keeps at most `most` unused connections to each host, none longer than `idle`.
    pub(crate) fn new(connector: Connector, idle: Duration, most: usize) -> Self {
        let (hosts, swept) = (Mutex::default(), AtomicBool::new(false));
        Self(Arc::new(Shared { connector, idle, most, hosts, swept }))
    }
}

impl Shared {
    /// The host of an address, which becomes known if it was not.
    fn host(&self, address: &Uri) -> Result<Arc<Host>, BoxError> {
        let authority = address.authority().ok_or(NotAllowed::Address)?;
        let secure = address.scheme() == Some(&Scheme::HTTPS);
        let mut hosts = lock(&self.hosts);
        let known = hosts.iter().find(|host| host.secure == secure && host.authority == *authority);
        if let Some(host) = known {
            return Ok(Arc::clone(host));
        }
        let host = Arc::new(Host::new(secure, authority)?);
        hosts.push(Arc::clone(&host));
        Ok(host)
    }

    /// Opens a connection, which lives in a task of its own until it closes or its sender is gone.
    async fn connect(&self, to: Uri) -> Result<SendRequest<Marked>, BoxError> {
        let stream = self.connector.connect(to).await?;
        let (mut sender, connection) = http1::handshake(stream).await?;
        tokio::spawn(async move {
            // How a connection ends is told to the request on it, if there is one.
            let _ = connection.await;
        });
        sender.ready().await?;
        Ok(sender)
    }

    /// Keeps a connection whose answer was read to the end.
    fn keep(self: &Arc<Self>, host: &Host, sender: SendRequest<Marked>) {
        if sender.is_closed() {
            return;
        }
        let mut idle = lock(&host.idle);
        if idle.len() < self.most {
            idle.push(Idle { sender, since: Instant::now() });
            drop(idle);
            if !self.swept.swap(true, Ordering::AcqRel) {
                tokio::spawn(sweep(Sweeping(Arc::downgrade(self)), self.idle));
            }
        }
    }

    /// Ends what waited for too long, forgets hosts without connections, and says when to come
    /// again; none once nothing waits.
    fn sweep(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut next = None;
        let mut hosts = lock(&self.hosts);
        for host in hosts.iter() {
            let mut idle = lock(&host.idle);
            idle.retain(|idle| !idle.sender.is_closed() && now < idle.since + self.idle);
            let first = idle.iter().map(|idle| idle.since + self.idle).min();
            next = next.into_iter().chain(first).min();
        }
        hosts.retain(|host| Arc::strong_count(host) > 1 || !lock(&host.idle).is_empty());
        next
    }
}

/// Sweeps until nothing waits any more, or the pool is gone.
async fn sweep(pool: Sweeping, idle: Duration) {
    let mut next = Instant::now() + idle;
    loop {
        tokio::time::sleep_until(next).await;
        let Some(shared) = pool.0.upgrade() else { return };
        match shared.sweep() {
            Some(then) => next = then,
            None => return,
        }
    }
}

/// Gives the sweeping up when its task ends, also where its runtime ended under it.
struct Sweeping(Weak<Shared>);

impl Drop for Sweeping {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.swept.store(false, Ordering::Release);
        }
    }
}

impl Host {
    fn new(secure: bool, authority: &Authority) -> Result<Self, BoxError> {
        let usual = if secure { 443 } else { 80 };
        let header = match authority.port_u16() {
            Some(port) if port != usual => HeaderValue::from_str(authority.as_str())?,
            _ => HeaderValue::from_str(authority.host())?,
        };
        Ok(Self { secure, authority: authority.clone(), header, idle: Mutex::default() })
    }

    /// A connection that is ready for a request, the one that was used last.
    fn take(&self, within: Duration) -> Option<SendRequest<Marked>> {
        let mut waiting = lock(&self.idle);
        // One that is busy yet ends its last exchange; one that is closed goes with the next sweep.
        let at = waiting.iter().rposition(|idle| idle.sender.is_ready())?;
        let idle = waiting.remove(at);
        if idle.since.elapsed() < within {
            return Some(idle.sender);
        }
        // Those before it have waited even longer.
        waiting.drain(..at);
        None
    }

    /// Makes a request what goes over the wire: the path alone, and the host in a field.
    fn address(&self, request: &mut Request<Marked>) {
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        request.headers_mut().entry(header::HOST).or_insert_with(|| self.header.clone());
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Service<Request<Marked>> for Pool {
    type Response = Response<Answer>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Answer>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Marked>) -> Self::Future {
        let pool = Arc::clone(&self.0);
        let host = match pool.host(request.uri()) {
            Ok(host) => host,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        if let Some(mut sender) = host.take(pool.idle) {
            host.address(&mut request);
            let sent = sender.send_request(request);
            return Box::pin(async move {
                let answer = sent.await?;
                Ok(answer.map(|body| Answer::new(body, Lease { pool, host, sender })))
            });
        }
        Box::pin(async move {
            let mut sender = pool.connect(request.uri().clone()).await?;
            host.address(&mut request);
            let answer = sender.send_request(request).await?;
            Ok(answer.map(|body| Answer::new(body, Lease { pool, host, sender })))
        })
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pool").finish_non_exhaustive()
    }
}

/// The body of an answer. Read to its end, it gives its connection back; dropped before, it ends it.
pub struct Answer {
    body: Incoming,
    lease: Option<Lease>,
    ended: bool,
}

struct Lease {
    pool: Arc<Shared>,
    host: Arc<Host>,
    sender: SendRequest<Marked>,
}

impl Answer {
    fn new(body: Incoming, lease: Lease) -> Self {
        Self { ended: body.is_end_stream(), body, lease: Some(lease) }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(_)) => self.ended = self.body.is_end_stream(),
            Some(Err(_)) => self.lease = None,
            None => self.ended = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(Lease { pool, host, sender }) = self.lease.take().filter(|_| self.ended) {
            pool.keep(&host, sender);
        }
    }
}
