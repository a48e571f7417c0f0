//! Servers that behave, and servers that do not.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Method, Request};
use payments_core::{Replay, Tag};
use payments_http::{Roots, Stack, StackBuilder};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{RootCertStore, ServerConfig, server::WebPkiClientVerifier};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// What arrived at a server, request by request, as text.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn note(&self, request: &[u8]) {
        self.0.lock().expect("whole").push(String::from_utf8_lossy(request).into_owned());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().expect("whole").clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.all().len()
    }
}

/// Listens on loopback and gives every connection, with its number, to `talk`.
pub(crate) async fn listen<F, T>(talk: F) -> SocketAddr
where
    F: Fn(TcpStream, usize) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, number));
            number += 1;
        }
    });
    address
}

/// A server that answers every request on every connection with the same bytes.
pub(crate) async fn answering(answer: &'static [u8]) -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |stream, _| talk(stream, note.clone(), answer)).await;
    (address, seen)
}

/// Reads requests and answers each until the other side is done.
pub(crate) async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: Seen,
    answer: &'static [u8],
) {
    while let Some(request) = read_request(&mut stream).await {
        seen.note(&request);
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Reads one whole request, or `None` if the connection ends first.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
            let body = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().expect("a number"));
            if all.len() >= end + 4 + body {
                return Some(all);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => all.extend_from_slice(&chunk[..length]),
        }
    }
}

/// A request with a body, tagged.
pub(crate) fn post(address: &str, replay: Replay) -> Request<Bytes> {
    request(Method::POST, address, b"a=1", replay)
}

pub(crate) fn request(
    method: Method,
    address: &str,
    body: &'static [u8],
    replay: Replay,
) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(address)
        .extension(Tag::new("test.call", replay))
        .body(Bytes::from_static(body))
        .expect("valid")
}

/// A stack without TLS to speak of, that tries once.
pub(crate) fn once() -> StackBuilder {
    Stack::builder().roots(Roots::WebPki).attempts(1)
}

/// An authority of the test's own.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("valid");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("generates");
        Self(CertifiedIssuer::self_signed(params, key).expect("signs"))
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// Issues a certificate; gives it and its key.
    pub(crate) fn issue(&self, name: &str, expired: bool) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new([name.to_owned()]).expect("valid");
        if expired {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().expect("generates");
        (params.signed_by(&key, &self.0).expect("signs"), key)
    }

    fn store(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(self.0.der().clone()).expect("valid");
        store
    }
}

/// The server's side of TLS; asks for a client certificate if `clients` issues them.
pub(crate) fn acceptor(
    (certificate, key): (rcgen::Certificate, KeyPair),
    clients: Option<&Authority>,
) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring has them");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(authority.store()), provider)
                .build()
                .expect("has a root"),
        ),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("PKCS#8");
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, key).expect("a pair")))
}

/// A TLS server that answers every request.
pub(crate) async fn tls(acceptor: TlsAcceptor) -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |stream, _| {
        let (acceptor, note) = (acceptor.clone(), note.clone());
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                talk(stream, note, OK).await;
            }
        }
    })
    .await;
    (address, seen)
}
