//! Which connection a request goes out on, and which are never used again.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use payments_core::Replay;
use payments_http::Stack;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::mpsc,
    time::sleep,
};
use tower::ServiceExt as _;

use crate::bank::{OK, answering, listen, once, post, read_request};

/// What a server notes: the number of the connection, and the request, or nothing at its end.
type Note = (usize, Option<String>);

/// A server that gives the same bytes as an answer to each request, and tells what happens.
async fn telling(answer: &'static [u8]) -> (SocketAddr, mpsc::UnboundedReceiver<Note>) {
    let (tell, told) = mpsc::unbounded_channel();
    let address = listen(move |mut stream, number| {
        let tell = tell.clone();
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let text = String::from_utf8(request).expect("text");
                let _ = tell.send((number, Some(text)));
                if stream.write_all(answer).await.is_err() {
                    break;
                }
            }
            let _ = tell.send((number, None));
        }
    })
    .await;
    (address, told)
}

async fn ask(stack: &Stack, address: SocketAddr) -> Bytes {
    let request = post(&format!("http://{address}/path?query=1"), Replay::Doubles);
    stack.clone().oneshot(request).await.expect("answers").into_body()
}

#[tokio::test]
async fn one_after_the_other_use_one_connection() {
    for answer in [OK, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"]
    {
        let (address, mut told) = telling(answer).await;
        let stack = once().build().expect("builds");
        for _ in 0..3 {
            assert_eq!(ask(&stack, address).await, "ok");
            let (number, request) = told.recv().await.expect("a request");
            assert_eq!(number, 0);
            let request = request.expect("a request").to_ascii_lowercase();
            assert!(request.starts_with("post /path?query=1 http/1.1\r\n"), "{request}");
            assert!(request.contains(&format!("\r\nhost: {address}\r\n")), "{request}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_nobody_uses_is_closed() {
    let (address, mut told) = telling(OK).await;
    let stack = once().idle_timeout(Duration::from_secs(1)).build().expect("builds");
    for number in 0..2 {
        for _ in 0..2 {
            ask(&stack, address).await;
            assert!(matches!(told.recv().await, Some((on, Some(_))) if on == number));
        }
        let end = tokio::time::timeout(Duration::from_secs(20), told.recv()).await;
        assert_eq!(end.expect("closes by itself"), Some((number, None)));
    }
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_not_used_again() {
    let closing = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    let (address, mut told) = telling(closing).await;
    let stack = once().build().expect("builds");
    for number in 0..3 {
        assert_eq!(ask(&stack, address).await, "ok");
        loop {
            match told.recv().await.expect("a request") {
                (on, Some(_)) => break assert_eq!(on, number),
                (on, None) => assert!(on < number),
            }
        }
    }
}

/// What is left of an answer that was not read would be taken for the next one.
#[tokio::test]
async fn an_answer_that_was_not_read_to_its_end_ends_its_connection() {
    let long = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 67\r\n\r\n012345678901234567890123".as_slice(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale",
    ];
    let address = listen(move |mut stream, number| async move {
        let pieces = if number == 0 { long.to_vec() } else { vec![OK] };
        read_request(&mut stream).await;
        for piece in pieces {
            if stream.write_all(piece).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        assert!(stream.read_u8().await.is_err(), "no second request");
    })
    .await;
    let stack = once().answer_limit(10).build().expect("builds");
    let request = post(&format!("http://{address}/"), Replay::Doubles);
    stack.clone().oneshot(request).await.expect_err("too long");
    assert_eq!(ask(&stack, address).await, "ok");
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_reaches_nobody() {
    let twice = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\
        HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale";
    let (address, mut told) = telling(twice).await;
    let stack = once().attempts(3).build().expect("builds");
    for pause in [0, 0, 50, 0] {
        sleep(Duration::from_millis(pause)).await;
        assert_eq!(ask(&stack, address).await, "ok");
    }
    let mut on = Vec::new();
    while let Ok((number, request)) = told.try_recv() {
        on.extend(request.map(|_| number));
    }
    on.sort_unstable();
    assert_eq!(on, [0, 1, 2, 3], "a connection each");
}

#[tokio::test]
async fn hosts_do_not_share_connections() {
    let ((one, seen_one), (other, seen_other)) = (answering(OK).await, answering(OK).await);
    let stack = once().build().expect("builds");
    for _ in 0..2 {
        ask(&stack, one).await;
        ask(&stack, other).await;
    }
    for (address, seen) in [(one, seen_one), (other, seen_other)] {
        let seen = seen.all();
        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|request| request.contains(&address.to_string())));
    }
}

/// Connections live in the runtime in which they were opened; a stack outlives it.
#[test]
fn a_stack_outlives_a_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
    let server = runtime().expect("starts");
    let (address, mut told) = server.block_on(telling(OK));
    std::thread::spawn(move || server.block_on(std::future::pending::<()>()));
    let stack = once().idle_timeout(Duration::from_millis(100)).build().expect("builds");
    for number in 0..3 {
        let runtime = runtime().expect("starts");
        assert_eq!(runtime.block_on(ask(&stack, address)), "ok");
        assert!(matches!(told.blocking_recv(), Some((on, Some(_))) if on == number));
        drop(runtime);
        assert_eq!(told.blocking_recv(), Some((number, None)));
    }
    let runtime = runtime().expect("starts");
    runtime.block_on(async {
        ask(&stack, address).await;
        assert!(matches!(told.recv().await, Some((3, Some(_)))));
        let end = tokio::time::timeout(Duration::from_secs(20), told.recv()).await;
        assert_eq!(end.expect("closes by itself"), Some((3, None)), "somebody sweeps");
    });
}
