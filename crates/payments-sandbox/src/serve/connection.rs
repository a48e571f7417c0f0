//! Connections: accepted, spoken to in HTTP/1.1, handed to the bank, broken where a fault asks.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::Shared;
use crate::{Carriage, Handled, sandbox::Broken};

/// The longest head of a request, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;
/// The most headers of a request.
const HEADERS_LIMIT: usize = 100;

/// What a client may ask for.
pub(super) struct Limits {
    pub(super) body: usize,
    pub(super) patience: Duration,
    pub(super) grace: Duration,
}

/// Takes connections until the server stops.
pub(super) async fn accept(shared: Arc<Shared>, listener: TcpListener, tls: Option<TlsAcceptor>) {
    loop {
        let accepted = tokio::select! {
            () = shared.stopping() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((tcp, _)) => shared.spawn(connection(Arc::clone(&shared), tcp, tls.clone())),
            Err(error) => {
                tracing::warn!(error = %error, "a connection was not accepted");
                // Out of file handles, most likely: trying at once again would only burn time.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(shared: Arc<Shared>, tcp: TcpStream, tls: Option<TlsAcceptor>) {
    let _ = tcp.set_nodelay(true);
    let Some(tls) = tls else { return speak(shared, tcp).await };
    let greeted = tokio::select! {
        () = shared.stopping() => return,
        greeted = timeout(shared.limits.patience, tls.accept(tcp)) => greeted,
    };
    match greeted {
        Ok(Ok(stream)) => speak(shared, stream).await,
        Ok(Err(error)) => tracing::debug!(error = %error, "no tls"),
        Err(_) => tracing::debug!("no tls in time"),
    }
}

/// Speaks HTTP until the client leaves, the connection is to break, or the server stops.
async fn speak(shared: Arc<Shared>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let served = Arc::clone(&shared);
    let service = service_fn(move |request| answer(Arc::clone(&served), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.patience)
        .max_headers(HEADERS_LIMIT)
        .max_header_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shared.stopping() => {
            connection.as_mut().graceful_shutdown();
            match timeout(shared.limits.grace, connection).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "connection ended");
    }
}

/// Answers one request. An error makes hyper close the connection without an answer.
async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Broken> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, shared.limits.body).collect();
    let body = match timeout(shared.limits.patience, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Ok(refused(StatusCode::PAYLOAD_TOO_LARGE));
        }
        Ok(Err(_)) => return Ok(refused(StatusCode::BAD_REQUEST)),
        Err(_) => return Ok(refused(StatusCode::REQUEST_TIMEOUT)),
    };
    let request = Request::from_parts(head, body);
    let Handled { response, deliveries, carriage } = shared.sandbox.handle(&request);
    shared.dispatch(deliveries);
    // Queries and bodies carry secrets; paths do not.
    let (method, path) = (request.method(), request.uri().path());
    match carriage {
        Carriage::Broken => {
            tracing::info!(%method, path, "broken off");
            Err(Broken)
        }
        Carriage::Answered(delay) => {
            tracing::info!(%method, path, status = response.status().as_u16(), "answered");
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            Ok(response.map(Full::new))
        }
    }
}

/// What the server says itself, before the bank sees anything.
fn refused(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from(format!("{status}\n"))));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, plain);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}
