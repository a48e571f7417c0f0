//! How a connection comes to stand: name, TCP, proxy, TLS, within one time limit.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Uri, uri::Scheme};
use hyper_util::{
    client::legacy::connect::{HttpConnector, proxy::Tunnel},
    rt::TokioIo,
};
use payments_core::error::BoxError;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::ServiceExt as _;

use crate::{Phase, Proxy, TimedOut, destination};

/// Connects to a bank. Whatever fails in here fails before a request leaves.
pub(crate) struct Connector {
    direct: HttpConnector,
    tunnel: Option<Tunnel<HttpConnector>>,
    tls: TlsConnector,
    within: Duration,
}

impl Connector {
    pub(crate) fn new(tls: Arc<ClientConfig>, proxy: Option<&Proxy>, within: Duration) -> Self {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        let tunnel = proxy.map(|proxy| {
            let tunnel = Tunnel::new(proxy.address().clone(), direct.clone());
            match proxy.authorization() {
                Some(header) => tunnel.with_auth(header),
                None => tunnel,
            }
        });
        Self { direct, tunnel, tls: TlsConnector::from(tls), within }
    }

    /// Opens a connection to the host of an address.
    pub(crate) async fn connect(&self, to: Uri) -> Result<TokioIo<Stream>, BoxError> {
        tokio::time::timeout(self.within, self.open(to))
            .await
            .map_err(|_| TimedOut::new(Phase::Connect, self.within))?
    }

    async fn open(&self, to: Uri) -> Result<TokioIo<Stream>, BoxError> {
        if to.scheme() != Some(&Scheme::HTTPS) {
            let tcp = self.direct.clone().oneshot(to).await?.into_inner();
            return Ok(TokioIo::new(Stream::Plain(tcp)));
        }
        let host = destination::bare(to.host().unwrap_or_default());
        let name = ServerName::try_from(host)?.to_owned();
        let tcp = match &self.tunnel {
            Some(tunnel) => tunnel.clone().oneshot(to).await?,
            None => self.direct.clone().oneshot(to).await?,
        };
        let tls = self.tls.connect(name, tcp.into_inner()).await?;
        Ok(TokioIo::new(Stream::Tls(Box::new(tls))))
    }
}

/// A connection with TLS or, to the own machine, without.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(context, into),
            Self::Tls(tls) => Pin::new(tls).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(context, from),
            Self::Tls(tls) => Pin::new(tls).poll_write(context, from),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write_vectored(context, from),
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(context, from),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Self::Tls(tls) => Pin::new(tls).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(context),
        }
    }
}
