//! What every kind of failure says about the request.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use payments_core::{Copies, NotSent, Replay, error::BoxError};
use payments_http::{
    Phase, Stack, TimedOut,
    layer::{body::TooLong, deadline::Deadline, limit::Limit},
};
use tokio::{io::AsyncWriteExt as _, net::TcpListener, time::sleep};
use tower::ServiceExt as _;

use crate::bank::{Seen, answering, listen, once, post, read_request, request, talk};

const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(20);

async fn fails(stack: Stack, request: Request<Bytes>) -> BoxError {
    tokio::time::timeout(LONG, stack.oneshot(request))
        .await
        .expect("ends by itself")
        .expect_err("fails")
}

fn timed_out(error: &BoxError) -> Option<Phase> {
    let error = error.downcast_ref::<NotSent>().map_or(error, |untouched| &untouched.0);
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error.as_ref());
    while let Some(error) = cause {
        if let Some(end) = error.downcast_ref::<TimedOut>() {
            return Some(end.phase);
        }
        cause = error.source();
    }
    None
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let stack = once().build().expect("builds");
    let error = fails(stack, post(&format!("http://{address}/"), Replay::Doubles)).await;
    assert!(error.is::<NotSent>(), "{error:?}");
}

#[tokio::test]
async fn an_unknown_name_is_not_sent() {
    let stack = once().build().expect("builds");
    let error = fails(stack, post("https://bank.invalid/", Replay::Doubles)).await;
    assert!(error.is::<NotSent>(), "{error:?}");
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_may_have_the_request() {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |mut stream, _| {
        let note = note.clone();
        async move {
            while let Some(request) = read_request(&mut stream).await {
                note.note(&request);
            }
        }
    })
    .await;
    let stack = once().attempts(3).attempt_timeout(SHORT).build().expect("builds");
    let error = fails(stack, post(&format!("http://{address}/"), Replay::Doubles)).await;
    assert_eq!(timed_out(&error), Some(Phase::Attempt));
    assert!(!error.is::<NotSent>());
    assert_eq!(seen.count(), 1, "never sent again");
}

#[tokio::test]
async fn the_deadline_of_a_call_under_way_says_that_it_may_have_left() {
    let address = listen(|mut stream, _| async move {
        read_request(&mut stream).await;
        sleep(LONG).await;
    })
    .await;
    let stack = once().call_deadline(SHORT).build().expect("builds");
    let error = fails(stack, post(&format!("http://{address}/"), Replay::Reads)).await;
    assert_eq!(timed_out(&error), Some(Phase::Call));
    assert!(!error.is::<NotSent>());
}

/// Every method, with and without a body: what the server read was handed over before. This pins
/// that hyper asks the body before it writes anything.
#[tokio::test]
async fn whatever_a_server_has_read_may_have_left() {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |mut stream, _| {
        let note = note.clone();
        async move {
            if let Some(request) = read_request(&mut stream).await {
                note.note(&request);
            }
        }
    })
    .await;
    let stack = once().attempts(3).build().expect("builds");
    let mut sent = 0;
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD] {
        for body in [b"".as_slice(), b"a=1"] {
            let address = format!("http://{address}/");
            let request = request(method.clone(), &address, body, Replay::Doubles);
            let error = fails(stack.clone(), request).await;
            assert!(!error.is::<NotSent>(), "{method}: {error:?}");
            sent += 1;
            assert_eq!(seen.count(), sent, "{method}: once");
        }
    }
}

#[tokio::test]
async fn a_kept_connection_that_is_closed_under_the_request_may_have_it() {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |mut stream, _| {
        let note = note.clone();
        async move {
            let request = read_request(&mut stream).await.expect("the first");
            note.note(&request);
            stream.write_all(crate::bank::OK).await.expect("answers");
            // The second request is there, and the connection closes over it unread.
            stream.readable().await.expect("the second");
        }
    })
    .await;
    let stack = once().attempts(3).build().expect("builds");
    let address = format!("http://{address}/");
    let first = stack.clone().oneshot(post(&address, Replay::Doubles)).await.expect("answers");
    assert!(first.extensions().get::<Copies>().is_none(), "the only copy");
    let error = fails(stack, post(&address, Replay::Doubles)).await;
    assert!(!error.is::<NotSent>(), "{error:?}");
    assert_eq!(seen.count(), 1);
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_before_costs_nothing() {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |mut stream, _| {
        let note = note.clone();
        async move {
            let request = read_request(&mut stream).await.expect("one a connection");
            note.note(&request);
            stream.write_all(crate::bank::OK).await.expect("answers");
        }
    })
    .await;
    let stack = once().attempts(3).build().expect("builds");
    for number in 1..=20 {
        let request = post(&format!("http://{address}/"), Replay::Doubles);
        // Closing and asking race: whatever wins, a failure here is honest and nothing is doubled.
        match stack.clone().oneshot(request).await {
            Ok(_) => assert!(seen.count() <= number),
            Err(error) => assert!(!error.is::<NotSent>() || seen.count() < number, "{error:?}"),
        }
        if number % 2 == 0 {
            sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn an_answer_that_stops_half_way_or_drips_may_have_been_acted_upon() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    let closing = listen(move |mut stream, _| async move {
        read_request(&mut stream).await;
        stream.write_all(half).await.expect("writes");
    })
    .await;
    let error = fails(
        once().build().expect("builds"),
        post(&format!("http://{closing}/"), Replay::Doubles),
    )
    .await;
    assert!(!error.is::<NotSent>(), "{error:?}");

    let (dripping, _) = answering(half).await;
    let stack = once().attempt_timeout(SHORT).build().expect("builds");
    let error = fails(stack, post(&format!("http://{dripping}/"), Replay::Doubles)).await;
    assert_eq!(timed_out(&error), Some(Phase::Attempt));
    assert!(!error.is::<NotSent>());
}

#[tokio::test]
async fn an_answer_past_the_limit_came_all_the_same() {
    let (address, seen) = answering(crate::bank::OK).await;
    for (limit, fits) in [(2, true), (1, false)] {
        let stack = once().answer_limit(limit).build().expect("builds");
        let answer = stack.oneshot(post(&format!("http://{address}/"), Replay::Doubles)).await;
        match answer {
            Ok(answer) => assert!(fits && answer.body() == "ok"),
            Err(error) => assert!(!fits && error.is::<TooLong>(), "{error:?}"),
        }
    }
    assert_eq!(seen.count(), 2);
}

#[tokio::test]
async fn what_is_no_http_may_have_been_acted_upon() {
    let (address, _) = answering(b"+OK ready\r\n\r\n").await;
    let stack = once().build().expect("builds");
    let error = fails(stack, post(&format!("http://{address}/"), Replay::Doubles)).await;
    assert!(!error.is::<NotSent>(), "{error:?}");
}

#[tokio::test]
async fn times_that_run_out_while_connecting_are_not_sent() {
    // accepts, and never answers the TLS hello
    let address = listen(|stream, _| async move {
        sleep(LONG).await;
        drop(stream);
    })
    .await;
    let table = [
        (once().connect_timeout(SHORT), Phase::Connect),
        (once().attempt_timeout(SHORT), Phase::Attempt),
        (once().call_deadline(SHORT), Phase::Call),
    ];
    for (builder, phase) in table {
        let stack = builder.build().expect("builds");
        let error = fails(stack, post(&format!("https://{address}/"), Replay::Doubles)).await;
        assert!(error.is::<NotSent>(), "{error:?}");
        assert_eq!(timed_out(&error), Some(phase), "{error:?}");
    }
}

#[tokio::test]
async fn a_deadline_in_the_queue_is_not_sent() {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |mut stream, _| {
        let note = note.clone();
        async move {
            while let Some(request) = read_request(&mut stream).await {
                note.note(&request);
            }
        }
    })
    .await;
    let address = format!("http://{address}/");
    let narrow = Limit::new(once().build().expect("builds"), 1);
    let first = tokio::spawn(narrow.clone().oneshot(post(&address, Replay::Doubles)));
    while seen.count() == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    let hurried = Deadline::new(narrow, SHORT);
    let error = hurried.oneshot(post(&address, Replay::Doubles)).await.expect_err("no place");
    assert!(error.is::<NotSent>(), "{error:?}");
    assert_eq!(timed_out(&error), Some(Phase::Call));
    first.abort();
    assert_eq!(seen.count(), 1);
}

#[tokio::test]
async fn a_question_is_asked_again_and_the_copies_are_counted() {
    let seen = Seen::default();
    let note = seen.clone();
    let address = listen(move |stream, number| {
        let bad = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        talk(stream, note.clone(), if number < 2 { bad } else { crate::bank::OK })
    })
    .await;
    let stack = once().attempts(3).build().expect("builds");
    let answer =
        stack.oneshot(post(&format!("http://{address}/"), Replay::Reads)).await.expect("answers");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.extensions().get(), Some(&Copies::new(3)));
    let seen = seen.all();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|copy| *copy == seen[0]), "the same bytes");
}

#[tokio::test]
async fn nothing_is_sent_after_the_drop() {
    let bad = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
    let (address, seen) = answering(bad).await;
    let stack = once().attempts(3).build().expect("builds");
    let call = stack.oneshot(post(&format!("http://{address}/"), Replay::Reads));
    // the first pause is 200 ms
    tokio::time::timeout(Duration::from_millis(100), call).await.expect_err("still pausing");
    sleep(Duration::from_millis(700)).await;
    assert_eq!(seen.count(), 1);
}

#[tokio::test]
async fn redirects_are_answers() {
    let (address, seen) = answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let stack = once().attempts(3).build().expect("builds");
    let answer =
        stack.oneshot(post(&format!("http://{address}/"), Replay::Reads)).await.expect("answers");
    assert_eq!((answer.status().as_u16(), seen.count()), (302, 1));
}

/// A server on a thread of its own that closes its first connection when it is told to.
struct Closing {
    address: String,
    seen: Seen,
    close: std::sync::mpsc::Sender<()>,
    closed: std::sync::mpsc::Receiver<()>,
}

impl Closing {
    fn start() -> Self {
        use std::io::{Read as _, Write as _};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}/", listener.local_addr().expect("bound"));
        let seen = Seen::default();
        let note = seen.clone();
        let (close, told) = std::sync::mpsc::channel();
        let (tell, closed) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\na=1") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).expect("a request");
                    request.extend(byte);
                }
                note.note(&request);
                stream.write_all(crate::bank::OK).expect("answers");
                if told.recv().is_err() {
                    return;
                }
                drop(stream);
                let _ = tell.send(());
            }
        });
        Self { address, seen, close, closed }
    }

    /// Closes the kept connection, and lets this side learn of it together with what it does next.
    async fn close(&self) {
        sleep(SHORT).await;
        self.close.send(()).expect("listens");
        self.closed.recv_timeout(LONG).expect("closed");
        tokio::task::yield_now().await;
    }
}

/// hyper's own retry of requests that a closed connection gave back would be a second party that
/// resends. With one attempt such a request fails and the server never sees it; with more, ours is
/// the one that sends it, once.
#[tokio::test]
async fn nobody_else_sends_again_when_a_kept_connection_closes() {
    for attempts in [1, 3] {
        let server = Closing::start();
        let stack = once().attempts(attempts).build().expect("builds");
        let request = || post(&server.address, Replay::Doubles);
        stack.clone().oneshot(request()).await.expect("answers");
        server.close().await;
        if attempts == 1 {
            let error = fails(stack, request()).await;
            assert!(error.is::<NotSent>(), "{error:?}");
            std::thread::sleep(SHORT);
            assert_eq!(server.seen.count(), 1, "the first alone");
        } else {
            let answer = stack.oneshot(request()).await.expect("answers");
            assert!(answer.extensions().get::<Copies>().is_none(), "the only copy");
            assert_eq!(server.seen.count(), 2, "the second exactly once");
        }
    }
}
