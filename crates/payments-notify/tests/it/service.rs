//! Answers.

use std::{
    io,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use payments_notify::{Callbacks, Event, Gateway};
use tower::ServiceExt as _;

use crate::{SAMPLE, key};

/// Sends one request; the answer and how often the handler took an event.
async fn send(
    request: Request<Full<Bytes>>,
    taken: impl Fn() -> Result<(), io::Error> + Clone + Send + Sync + 'static,
) -> (Response<Full<Bytes>>, usize) {
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let handler = move |event: Event| {
        assert!(event.is_proven());
        *counted.lock().expect("lock") += 1;
        let outcome = taken();
        async move { outcome }
    };
    let service = Callbacks::new(Gateway::hmac(key()), handler).with_body_limit(1000);
    let answer = service.oneshot(request).await.expect("answers");
    let count = *count.lock().expect("lock");
    (answer, count)
}

fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post("/callback").body(Full::new(body.into())).expect("valid")
}

fn get(query: &str) -> Request<Full<Bytes>> {
    Request::get(format!("/callback?{query}")).body(Full::default()).expect("valid")
}

/// G-254, G-257: 200 only once the handler took the event; anything else makes the gateway repeat.
#[tokio::test]
async fn the_handler_decides() {
    for request in [post(SAMPLE), get(SAMPLE)] {
        let (answer, taken) = send(request.clone(), || Ok(())).await;
        assert_eq!((answer.status(), taken), (StatusCode::OK, 1));
        assert!(answer.into_body().collect().await.expect("empty").to_bytes().is_empty());
        let (answer, taken) = send(request, || Err(io::Error::other("MARKER"))).await;
        assert_eq!((answer.status(), taken), (StatusCode::INTERNAL_SERVER_ERROR, 1));
    }
}

#[tokio::test]
async fn the_handler_never_sees_what_is_not_genuine() {
    let table = [
        (get(&SAMPLE.replace("status=1", "status=0")), StatusCode::FORBIDDEN),
        (get("status=1"), StatusCode::FORBIDDEN),
        (post(""), StatusCode::FORBIDDEN),
        (post(&b"a=\xff"[..]), StatusCode::BAD_REQUEST),
        (post(format!("{SAMPLE}&status=1")), StatusCode::BAD_REQUEST),
        (post(format!("{SAMPLE}&a={}", "b".repeat(1000))), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (request, expected) in table {
        let shown = format!("{:?}", request.uri());
        let (answer, taken) = send(request, || Ok(())).await;
        assert_eq!((answer.status(), taken), (expected, 0), "{shown}");
    }
    let (mut parts, body) = get(SAMPLE).into_parts();
    parts.method = http::Method::HEAD;
    let (answer, taken) = send(Request::from_parts(parts, body), || Ok(())).await;
    assert_eq!((answer.status(), taken), (StatusCode::METHOD_NOT_ALLOWED, 0));
    assert_eq!(answer.headers()[header::ALLOW], "GET, POST");
}

/// G-257: the same event comes again after an answer that was not 200, and is taken again.
#[tokio::test]
async fn a_repeated_callback_is_taken_again() {
    for _ in 0..3 {
        let (answer, taken) = send(post(SAMPLE), || Ok(())).await;
        assert_eq!((answer.status(), taken), (StatusCode::OK, 1));
    }
}
