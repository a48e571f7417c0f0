//! The sandbox on sockets: an HTTP and a TLS listener, callbacks over the network, timers.
//!
//! The bank itself stays a pure function. What is here carries bytes to it and from it, lets
//! connections break where a fault asks for it, and does what falls due.

mod connection;
mod deliver;
mod error;
mod tls;

use std::{
    fmt::{self, Write as _},
    future::Future,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use payments_core::time::UnixMillis;
use payments_http::{Roots, Stack, Transport};
use ring::digest::{SHA256, digest};
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc, watch},
};
use tokio_rustls::TlsAcceptor;

pub use error::ServeError;

use crate::{Sandbox, bank::Delivery};
use connection::Limits;
use error::Kind;
use tls::Authority;

/// How the sandbox is put on sockets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServeConfig {
    /// Where to listen for plain HTTP; a free port of 127.0.0.1 by default.
    pub http: SocketAddr,
    /// Where to listen for TLS; a free port of 127.0.0.1 by default.
    pub https: SocketAddr,
    /// Scheme and host under which payers' browsers reach the sandbox, without a closing slash.
    /// The TLS listener's own address by default.
    pub base_url: Option<String>,
    /// Host names and addresses that the TLS certificate names besides `localhost`, 127.0.0.1, ::1
    /// and the listener's own.
    pub names: Vec<String>,
    /// Where to write the certificate (PEM) of the sandbox's own authority, which clients trust. A
    /// new authority is made at each start, unless [`ca_key`](Self::ca_key) keeps it.
    pub ca: Option<PathBuf>,
    /// Where the authority's private key (PEM) is kept, so that later starts use the same authority
    /// from [`ca`](Self::ca). Whoever has this file can pose as any host to those who trust the
    /// authority.
    pub ca_key: Option<PathBuf>,
    /// Certificates (PEM) that are trusted as roots when callbacks are delivered, besides those of
    /// the operating system and the sandbox's own authority.
    pub callback_roots: Vec<String>,
    /// The longest body of a request, in bytes; 1 MiB by default. Longer ones are answered 413.
    pub body_limit: usize,
    /// How long a client may take for the head of a request, for its body and for the TLS
    /// handshake, each; 30 s by default.
    pub patience: Duration,
    /// How long a shutdown waits for answers under way; 5 s by default.
    pub grace: Duration,
}

impl ServeConfig {
    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Default for ServeConfig {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            http: any,
            https: any,
            base_url: None,
            names: Vec::new(),
            ca: None,
            ca_key: None,
            callback_roots: Vec::new(),
            body_limit: 1024 * 1024,
            patience: Duration::from_secs(30),
            grace: Duration::from_secs(5),
        }
    }
}

/// The system's clock, for [`Sandbox::with_clock`].
pub fn system_clock() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Puts a sandbox on sockets.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Server;

impl Server {
    /// Listens, answers, delivers callbacks and does what falls due, until [`Running`] is dropped
    /// or shut down. Tells the bank its address. Needs a tokio runtime with I/O and timer.
    ///
    /// # Errors
    ///
    /// A listener's address is taken or not this machine's, a certificate file cannot be read or
    /// written, or an extra root is none.
    pub async fn start(sandbox: Sandbox, config: ServeConfig) -> Result<Running, ServeError> {
        let http = bind(config.http).await?;
        let https = bind(config.https).await?;
        let authority = authority(&config)?;
        let identity = authority.identity(names(&config, https.1))?;
        let (stop, stopped) = watch::channel(());
        let (busy, idle) = mpsc::channel(1);
        let shared = Arc::new(Shared {
            callbacks: callbacks(&config, &authority)?,
            sandbox,
            changed: Notify::new(),
            limits: Limits {
                body: config.body_limit,
                patience: config.patience,
                grace: config.grace,
            },
            stopped,
            busy,
        });
        let https_url = url("https", https.1);
        let base_url = config.base_url.unwrap_or_else(|| https_url.clone());
        shared.sandbox.set_base_url(&base_url);
        let acceptor = TlsAcceptor::from(identity.config);
        shared.spawn(connection::accept(Arc::clone(&shared), http.0, None));
        shared.spawn(connection::accept(Arc::clone(&shared), https.0, Some(acceptor)));
        shared.spawn(deliver::timers(Arc::clone(&shared)));
        Ok(Running {
            http_addr: http.1,
            https_addr: https.1,
            http_url: url("http", http.1),
            https_url,
            base_url,
            ca_pem: authority.pem().to_owned(),
            spki_sha256: identity.spki_sha256,
            certificate_sha256: hex(digest(&SHA256, &identity.certificate).as_ref()),
            shared,
            stop,
            idle,
        })
    }
}

/// What every task of a server works with.
struct Shared {
    sandbox: Sandbox,
    callbacks: Transport,
    /// Something may fall due earlier than it looked before.
    changed: Notify,
    limits: Limits,
    /// Closes when the server stops.
    stopped: watch::Receiver<()>,
    /// Held by every task: the last one to end closes it.
    busy: mpsc::Sender<()>,
}

impl Shared {
    /// Runs a task that a shutdown waits for. The task watches [`stopping`](Self::stopping) itself.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let busy = self.busy.clone();
        tokio::spawn(async move {
            task.await;
            drop(busy);
        });
    }

    /// Ends when the server is to stop.
    async fn stopping(&self) {
        // Nothing is ever sent: the only change is that the sender is gone.
        let _ = self.stopped.clone().changed().await;
    }

    /// Sends callbacks and looks anew at what falls due next.
    fn dispatch(self: &Arc<Self>, deliveries: Vec<Delivery>) {
        for delivery in deliveries {
            self.spawn(deliver::deliver(Arc::clone(self), delivery));
        }
        self.changed.notify_one();
    }
}

/// A server under way. Dropping it stops the server without waiting.
pub struct Running {
    http_addr: SocketAddr,
    https_addr: SocketAddr,
    http_url: String,
    https_url: String,
    base_url: String,
    ca_pem: String,
    spki_sha256: String,
    certificate_sha256: String,
    shared: Arc<Shared>,
    stop: watch::Sender<()>,
    idle: mpsc::Receiver<()>,
}

impl Running {
    /// Where plain HTTP is listened for.
    pub fn http_addr(&self) -> SocketAddr {
        self.http_addr
    }

    /// Where TLS is listened for.
    pub fn https_addr(&self) -> SocketAddr {
        self.https_addr
    }

    /// Scheme and host of the plain listener, without a closing slash.
    pub fn http_url(&self) -> &str {
        &self.http_url
    }

    /// Scheme and host of the TLS listener, without a closing slash.
    pub fn https_url(&self) -> &str {
        &self.https_url
    }

    /// Scheme and host with which page addresses in answers begin, without a closing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The certificate (PEM) of the authority that signed the TLS listener's certificate.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// SHA-256 over the SPKI of the TLS listener's certificate, in base64, as Chromium's
    /// `--ignore-certificate-errors-spki-list` wants it.
    pub fn spki_sha256(&self) -> &str {
        &self.spki_sha256
    }

    /// SHA-256 over the TLS listener's certificate, in lower-case hex.
    pub fn certificate_sha256(&self) -> &str {
        &self.certificate_sha256
    }

    /// The bank behind the listeners. Its clock is moved by [`advance`](Self::advance): callbacks
    /// that leave while the bank's own handle moves it wait there until somebody takes them.
    pub fn sandbox(&self) -> &Sandbox {
        &self.shared.sandbox
    }

    /// Moves the bank's clock forward and delivers the callbacks that fall due on the way.
    pub fn advance(&self, by: Duration) {
        self.shared.sandbox.advance(by);
        self.shared.dispatch(self.shared.sandbox.take_deliveries());
    }

    /// Stops listening, lets answers under way finish within the configured grace, gives up
    /// callbacks under way, and returns when nothing runs any more.
    pub async fn shutdown(self) {
        let Self { shared, stop, mut idle, .. } = self;
        drop(stop);
        drop(shared);
        // Nothing is ever sent: this ends when the last task is gone.
        let _ = idle.recv().await;
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Running")
            .field("http_addr", &self.http_addr)
            .field("https_addr", &self.https_addr)
            .finish_non_exhaustive()
    }
}

async fn bind(at: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listener = TcpListener::bind(at).await.map_err(|error| Kind::Bind(at, error))?;
    let at = listener.local_addr().map_err(|error| Kind::Bind(at, error))?;
    Ok((listener, at))
}

fn authority(config: &ServeConfig) -> Result<Authority, ServeError> {
    match (&config.ca, &config.ca_key) {
        (Some(certificate), Some(key)) => Authority::kept(certificate, key),
        (None, Some(_)) => Err(Kind::HalfAuthority.into()),
        (certificate, None) => {
            let authority = Authority::fresh()?;
            if let Some(certificate) = certificate {
                tls::write(certificate, authority.pem())?;
            }
            Ok(authority)
        }
    }
}

/// Every name under which the TLS listener may be called.
fn names(config: &ServeConfig, at: SocketAddr) -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    names.push(at.ip().to_string());
    names.extend(config.names.iter().cloned());
    names.sort();
    names.dedup();
    names
}

/// The client for callbacks. The bank itself decides what is sent again, so this one never does.
fn callbacks(config: &ServeConfig, authority: &Authority) -> Result<Transport, ServeError> {
    let mut stack = Stack::builder()
        .roots(Roots::System)
        .extra_root_pem(authority.pem())
        .attempts(1)
        .connect_timeout(Duration::from_secs(5))
        .attempt_timeout(Duration::from_secs(10))
        .call_deadline(Duration::from_secs(20))
        .answer_limit(64 * 1024);
    for root in &config.callback_roots {
        stack = stack.extra_root_pem(root.as_str());
    }
    Ok(stack.build().map_err(Kind::Callbacks)?.into())
}

/// The address as one would type it. Who listens everywhere is reached here, too.
fn url(scheme: &str, at: SocketAddr) -> String {
    let host = match at.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("{scheme}://{host}:{}", at.port())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
