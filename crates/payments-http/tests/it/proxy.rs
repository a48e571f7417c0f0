//! The tunnel through an HTTP proxy.

use std::net::SocketAddr;

use payments_core::{NotSent, Replay, Secret};
use payments_http::{Proxy, Roots, Stack};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};
use tower::ServiceExt as _;

use crate::bank::{Authority, Seen, acceptor, answering, listen, post, read_request, tls};

/// A proxy that tunnels for whoever shows the right credentials.
async fn proxy() -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |mut stream, _| {
        let note = note.clone();
        async move {
            let Some(request) = read_request(&mut stream).await else { return };
            note.note(&request);
            let text = String::from_utf8_lossy(&request).into_owned();
            if !text.contains("Basic dXNlcjpwYXNz") {
                let _ = stream.write_all(b"HTTP/1.1 407 Authenticate\r\n\r\n").await;
                return;
            }
            let target = text.split(' ').nth(1).expect("CONNECT target HTTP/1.1");
            let Ok(mut bank) = TcpStream::connect(target).await else {
                let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
                return;
            };
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("writes");
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut bank).await;
        }
    })
    .await;
    (address, seen)
}

fn through(address: SocketAddr, password: &str, authority: &Authority) -> Stack {
    let proxy = Proxy::new(&format!("http://{address}"))
        .and_then(|proxy| proxy.with_credentials("user", Secret::new(password)))
        .expect("valid");
    Stack::builder()
        .roots(Roots::OnlyExtra)
        .extra_root_pem(authority.pem())
        .attempts(1)
        .proxy(proxy)
        .build()
        .expect("builds")
}

#[tokio::test]
async fn requests_pass_the_tunnel_and_the_proxy_sees_the_host_alone() {
    let own = Authority::new();
    let (bank, arrived) = tls(acceptor(own.issue("localhost", false), None)).await;
    let (proxy, seen) = proxy().await;
    let stack = through(proxy, "pass", &own);
    let address = format!("https://localhost:{}/pay?MARKER", bank.port());
    let answer = stack.oneshot(post(&address, Replay::Doubles)).await.expect("answers");
    assert_eq!(answer.body(), "ok");
    assert!(arrived.all()[0].starts_with("POST /pay?MARKER "));
    let seen = seen.all();
    assert!(seen[0].starts_with(&format!("CONNECT localhost:{} ", bank.port())), "{seen:?}");
    assert!(!seen.concat().contains("MARKER"));
}

#[tokio::test]
async fn what_fails_at_the_proxy_is_not_sent() {
    let own = Authority::new();
    let (bank, arrived) = tls(acceptor(own.issue("localhost", false), None)).await;
    let (proxy, _) = proxy().await;
    let (garbage, _) = answering(b"+OK\r\n\r\n").await;
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 1));
    let bank = format!("https://localhost:{}/", bank.port());
    for (proxy, password, to) in [
        (proxy, "wrong MARKER", bank.as_str()),
        (proxy, "pass", "https://localhost:1/"),
        (garbage, "pass", &bank),
        (nowhere, "pass", &bank),
    ] {
        let stack = through(proxy, password, &own);
        let error = stack.oneshot(post(to, Replay::Doubles)).await.expect_err("fails");
        assert!(error.is::<NotSent>(), "{error:?}");
        assert!(!format!("{error:?}").contains("MARKER"));
    }
    assert_eq!(arrived.count(), 0);
}

#[tokio::test]
async fn plain_http_on_the_own_machine_stays_off_the_proxy() {
    let (bank, arrived) = answering(crate::bank::OK).await;
    let (proxy, seen) = proxy().await;
    let stack = through(proxy, "pass", &Authority::new());
    stack.oneshot(post(&format!("http://{bank}/"), Replay::Doubles)).await.expect("answers");
    assert_eq!((arrived.count(), seen.count()), (1, 0));
}
