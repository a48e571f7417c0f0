//! Whom the stack trusts.

use payments_core::{NotSent, Replay, Secret};
use payments_http::{Roots, Stack, StackBuilder};
use tokio::io::AsyncWriteExt as _;
use tower::ServiceExt as _;

use crate::bank::{Authority, acceptor, listen, post, read_request, tls};

fn trusting(authority: &Authority) -> StackBuilder {
    Stack::builder().roots(Roots::OnlyExtra).extra_root_pem(authority.pem()).attempts(1)
}

#[tokio::test]
async fn an_extra_root_is_trusted_and_no_other() {
    let (own, other) = (Authority::new(), Authority::new());
    let (address, seen) = tls(acceptor(own.issue("localhost", false), None)).await;
    let address = format!("https://localhost:{}/", address.port());
    let stack = trusting(&own).build().expect("builds");
    let answer = stack.oneshot(post(&address, Replay::Doubles)).await.expect("trusted");
    assert_eq!(answer.body(), "ok");
    let strangers = [
        trusting(&other),
        Stack::builder().roots(Roots::WebPki).attempts(1),
        Stack::builder().roots(Roots::System).attempts(1),
    ];
    for builder in strangers {
        let stack = builder.build().expect("builds");
        let error = stack.oneshot(post(&address, Replay::Doubles)).await.expect_err("unknown");
        assert!(error.is::<NotSent>(), "{error:?}");
        assert!(format!("{error:?}").contains("InvalidCertificate"), "{error:?}");
    }
    assert_eq!(seen.count(), 1);
}

#[tokio::test]
async fn a_wrong_name_and_an_expired_certificate_are_refused_before_anything_is_sent() {
    let own = Authority::new();
    for (certificate, cause) in [
        (own.issue("other.example", false), "NotValidForName"),
        (own.issue("localhost", true), "Expired"),
    ] {
        let (address, seen) = tls(acceptor(certificate, None)).await;
        let stack = trusting(&own).build().expect("builds");
        let address = format!("https://localhost:{}/", address.port());
        let error = stack.oneshot(post(&address, Replay::Doubles)).await.expect_err("refused");
        assert!(error.is::<NotSent>(), "{error:?}");
        assert!(format!("{error:?}").contains(cause), "{error:?}");
        assert_eq!(seen.count(), 0);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_before_anything_is_sent() {
    let own = Authority::new();
    let address = listen(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let _ = read_request(&mut stream).await;
    })
    .await;
    let stack = trusting(&own).build().expect("builds");
    let error = stack.oneshot(post(&format!("https://{address}/"), Replay::Doubles)).await;
    assert!(error.expect_err("no tls").is::<NotSent>());
}

#[tokio::test]
async fn an_address_is_verified_like_a_name() {
    let own = Authority::new();
    let (address, seen) = tls(acceptor(own.issue("127.0.0.1", false), None)).await;
    let stack = trusting(&own).build().expect("builds");
    let answer = stack.oneshot(post(&format!("https://{address}/"), Replay::Doubles)).await;
    assert_eq!((answer.expect("trusted").status().as_u16(), seen.count()), (200, 1));
}

#[tokio::test]
async fn a_client_certificate_is_presented() {
    let (own, clients) = (Authority::new(), Authority::new());
    let (address, seen) = tls(acceptor(own.issue("localhost", false), Some(&clients))).await;
    let address = format!("https://localhost:{}/", address.port());
    let anonymous = trusting(&own).build().expect("builds");
    anonymous.oneshot(post(&address, Replay::Doubles)).await.expect_err("who is there?");
    assert_eq!(seen.count(), 0);
    let (certificate, key) = clients.issue("merchant", false);
    let known = trusting(&own)
        .client_certificate(certificate.pem(), Secret::new(key.serialize_pem()))
        .build()
        .expect("builds");
    let answer = known.oneshot(post(&address, Replay::Doubles)).await.expect("known");
    assert_eq!((answer.body().as_ref(), seen.count()), (b"ok".as_slice(), 1));
}
