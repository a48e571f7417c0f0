//! Why a server does not start.

use std::{io, net::SocketAddr, path::PathBuf};

/// The server could not start.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ServeError(#[from] Kind);

#[derive(Debug, thiserror::Error)]
pub(super) enum Kind {
    #[error("cannot listen on {0}")]
    Bind(SocketAddr, #[source] io::Error),
    #[error("cannot read or write {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    #[error("the authority's certificate is there without its key, or its key without it")]
    HalfAuthority,
    #[error("certificate and key of the authority do not belong together")]
    ForeignAuthority,
    #[error("a certificate could not be made")]
    Certificate(#[source] rcgen::Error),
    #[error("tls could not be set up")]
    Tls(#[source] rustls::Error),
    #[error("the client for callbacks could not be set up")]
    Callbacks(#[source] payments_http::StackError),
}
