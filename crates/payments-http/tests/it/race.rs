//! Handover and giving up race on several threads: what is called untouched never arrives.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::Request;
use payments_http::layer::Fate;
use tower::ServiceExt as _;

use crate::bank::{OK, answering, once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_called_untouched_never_arrives() {
    let (address, seen) = answering(OK).await;
    let stack = once().build().expect("builds");
    let (mut untouched, mut maybe) = (BTreeSet::new(), 0);
    let mut number = 0;
    // The machine decides how the race goes, so it runs until both sides have won often enough.
    while untouched.len() < 500 || maybe < 500 {
        number += 1;
        assert!(number < 100_000, "one side never wins: the test would prove nothing");
        let request = Request::post(format!("http://{address}/{number}"));
        let body = if number % 3 == 0 { Bytes::new() } else { Bytes::from_static(b"a=1") };
        let mut request = request.body(body).expect("valid");
        let fate = Fate::of(&mut request);
        let mut call = Box::pin(stack.clone().oneshot(request));
        let mut answered = false;
        // dropped after a few looks, at a moment that wanders over the life of a call
        for look in 0..number % 12 {
            if (&mut call).now_or_never().is_some() {
                answered = true;
                break;
            }
            if look % 2 == 0 {
                tokio::task::yield_now().await;
            } else {
                std::thread::yield_now();
            }
        }
        drop(call);
        if fate.is_untouched() {
            assert!(!answered);
            untouched.insert(format!("POST /{number} "));
        } else {
            maybe += 1;
        }
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = seen.all();
    for arrived in &seen {
        let line = arrived.split("HTTP").next().unwrap_or_default();
        assert!(!untouched.contains(line), "{line} arrived");
    }
    assert!(!seen.is_empty(), "nothing arrived: the test would prove nothing");
}
