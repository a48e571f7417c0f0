use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::pending;
use tokio::time::Instant;
use tower::service_fn;

use super::*;
use crate::Transport;

/// How a pretended attempt ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Answer(u16),
    NotSent,
    Maybe,
    Hangs,
    HangsUntouched,
}

/// Plays the ends in order and notes when each copy arrived.
fn bank(ends: &'static [End]) -> (Transport, Arc<Mutex<Vec<Bytes>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let copies = Arc::clone(&seen);
    let service = service_fn(move |request: Request<Bytes>| {
        let end = {
            let mut copies = copies.lock().expect("not poisoned");
            copies.push(request.body().clone());
            *ends.get(copies.len() - 1).expect("no copy more than expected")
        };
        async move {
            match end {
                End::Answer(status) => Ok::<_, BoxError>(
                    Response::builder().status(status).body(Bytes::new()).expect("valid"),
                ),
                End::NotSent => Err(NotSent("refused".into()).into()),
                End::Maybe => Err("reset".into()),
                End::Hangs => pending().await,
                End::HangsUntouched => {
                    Fate::find(&request).expect("every call has one").untouched();
                    pending().await
                }
            }
        }
    });
    (Transport::new(service), seen)
}

fn request(replay: Option<Replay>) -> Request<Bytes> {
    let mut request = Request::new(Bytes::from_static(b"a=1"));
    if let Some(replay) = replay {
        request.extensions_mut().insert(Tag::new("test", replay));
    }
    request
}

async fn call(
    replay: Option<Replay>,
    ends: &'static [End],
) -> (Result<Response<Bytes>, BoxError>, usize) {
    let (service, seen) = bank(ends);
    let answer = Retry::new(service, 3).oneshot(request(replay)).await;
    let seen = seen.lock().expect("not poisoned");
    assert!(seen.iter().all(|copy| copy == "a=1"), "the same bytes each time");
    (answer, seen.len())
}

#[tokio::test(start_paused = true)]
async fn what_may_have_left_is_sent_again_only_if_that_is_harmless() {
    for replay in [None, Some(Replay::Doubles), Some(Replay::Refused)] {
        for end in [&[End::Maybe], &[End::Answer(400)], &[End::Answer(429)], &[End::Answer(502)]] {
            assert_eq!(call(replay, end).await.1, 1, "{replay:?} {end:?}");
        }
    }
    for replay in [Replay::Reads, Replay::SameAnswer] {
        let (answer, copies) =
            call(Some(replay), &[End::Maybe, End::Answer(502), End::Answer(200)]).await;
        assert_eq!(copies, 3);
        let answer = answer.expect("the third is answered");
        assert_eq!(answer.extensions().get(), Some(&Copies::new(3)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_did_not_leave_is_sent_again_whatever_it_is() {
    for replay in [None, Some(Replay::Doubles), Some(Replay::Refused), Some(Replay::Reads)] {
        let (answer, copies) = call(replay, &[End::NotSent, End::NotSent, End::Answer(200)]).await;
        assert_eq!(copies, 3);
        let answer = answer.expect("the third is answered");
        assert!(answer.extensions().get::<Copies>().is_none(), "only one copy left");
        let (answer, copies) = call(replay, &[End::NotSent, End::NotSent, End::NotSent]).await;
        assert_eq!(copies, 3);
        assert!(answer.expect_err("none left").is::<NotSent>());
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_stayed_here_does_not_hide_one_that_may_have_left() {
    for first in
        [[End::Maybe, End::NotSent, End::NotSent], [End::Answer(502), End::NotSent, End::NotSent]]
    {
        let ends: &'static [End] = Box::leak(Box::new(first));
        let (answer, copies) = call(Some(Replay::SameAnswer), ends).await;
        let error = answer.expect_err("the last one did not leave");
        assert_eq!(copies, 3);
        assert!(error.is::<EarlierCopy>(), "{error}");
        assert!(!error.is::<NotSent>());
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_answer_is_handed_on_and_the_pauses_are_those_of_the_table() {
    let started = Instant::now();
    let (answer, copies) =
        call(Some(Replay::Reads), &[End::Answer(429), End::Answer(500), End::Answer(503)]).await;
    assert_eq!(copies, 3);
    assert_eq!(answer.expect("an answer").status(), 503);
    assert_eq!(started.elapsed(), Duration::from_millis(200 + 400));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_sends_nothing_more_and_tells_what_it_knows() {
    // what the attempts do, after how long the call is dropped, how many copies went to the bank,
    // whether the call is untouched
    let table: [(&'static [End], u64, usize, bool); 6] = [
        (&[End::Hangs], 10, 1, false),
        (&[End::HangsUntouched], 10, 1, true),
        (&[End::NotSent], 100, 1, true),
        (&[End::Maybe], 100, 1, false),
        (&[End::NotSent, End::HangsUntouched], 300, 2, true),
        (&[End::Maybe, End::HangsUntouched], 300, 2, false),
    ];
    for (ends, after, copies, untouched) in table {
        let (service, seen) = bank(ends);
        let mut request = request(Some(Replay::Reads));
        let fate = Fate::of(&mut request);
        let call = Retry::new(service, 3).oneshot(request);
        tokio::time::timeout(Duration::from_millis(after), call).await.expect_err("dropped");
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(seen.lock().expect("not poisoned").len(), copies, "{ends:?}");
        assert_eq!(fate.is_untouched(), untouched, "{ends:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_copy_is_the_whole_request() {
    #[derive(Clone)]
    struct Foreign;
    for (tagged, foreign) in [(false, false), (false, true), (true, false), (true, true)] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let copies = Arc::clone(&seen);
        let service = service_fn(move |request: Request<Bytes>| {
            copies.lock().expect("not poisoned").push(request);
            async { Err::<Response<Bytes>, BoxError>(NotSent("refused".into()).into()) }
        });
        let mut request = Request::put("https://bank.example/pay?a=1")
            .version(http::Version::HTTP_10)
            .header("x-signature", "s")
            .body(Bytes::from_static(b"b=2"))
            .expect("valid");
        if tagged {
            request.extensions_mut().insert(Tag::new("test", Replay::Doubles));
        }
        if foreign {
            request.extensions_mut().insert(Foreign);
        }
        let fate = Fate::of(&mut request);
        Retry::new(service, 3).oneshot(request).await.expect_err("refused");
        assert!(fate.is_untouched(), "copies that go one after the other share their fate");
        let seen = seen.lock().expect("not poisoned");
        assert_eq!(seen.len(), 3);
        for copy in seen.iter() {
            assert_eq!(copy.method(), "PUT");
            assert_eq!(copy.uri(), "https://bank.example/pay?a=1");
            assert_eq!(copy.version(), http::Version::HTTP_10);
            assert_eq!(copy.headers()["x-signature"], "s");
            assert_eq!(copy.body(), "b=2");
            assert_eq!(copy.extensions().get::<Tag>().is_some(), tagged);
            assert_eq!(copy.extensions().get::<Foreign>().is_some(), foreign);
            assert!(Fate::find(copy).is_some());
        }
    }
}
