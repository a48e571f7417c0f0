use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use bytes::Bytes;
use futures_util::FutureExt as _;
use payments_core::{Effect, Raw, Refusal, error::RefusalKind};
use tokio::{sync::mpsc, time::Instant};

use super::*;

const HALF_AN_HOUR: Duration = Duration::from_secs(1800);

/// What a question brings.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Is(Standing),
    Fails,
    Refuses(RefusalKind),
    Never,
}

const OPEN: Says = Says::Is(Standing::Open);

/// A bank that answers these one after the other, and the last one from then on.
#[derive(Clone)]
struct Bank(Arc<Shared>);

struct Shared {
    says: Mutex<VecDeque<Says>>,
    asked_at: Mutex<Vec<i64>>,
    dropped: AtomicU32,
    begin: Instant,
}

impl Bank {
    fn that(says: &[Says]) -> Self {
        Self(Arc::new(Shared {
            says: Mutex::new(says.iter().copied().collect()),
            asked_at: Mutex::default(),
            dropped: AtomicU32::new(0),
            begin: Instant::now(),
        }))
    }

    fn now(&self) -> UnixMillis {
        UnixMillis::new(0).plus(self.0.begin.elapsed())
    }

    fn asked_at(&self) -> Vec<i64> {
        self.0.asked_at.lock().expect("no panic").clone()
    }

    fn poll(&self, lifetime: Duration) -> Poll<'static, Standing> {
        let (clock, bank) = (self.clone(), self.clone());
        let time = Time::tokio(move || clock.now());
        let ask = move || bank.clone().answer().boxed();
        Poll::new(time, UnixMillis::new(0).plus(lifetime), ask, |says| (*says, None))
    }

    async fn answer(self) -> Result<Standing, Error> {
        struct Dropped<'a>(&'a AtomicU32);
        impl Drop for Dropped<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.0.asked_at.lock().expect("no panic").push(self.now().get());
        let says = {
            let mut says = self.0.says.lock().expect("no panic");
            let next = *says.front().expect("an answer");
            if says.len() > 1 {
                says.pop_front();
            }
            next
        };
        let dropped = Dropped(&self.0.dropped);
        tokio::task::yield_now().await;
        let answer = match says {
            Says::Is(standing) => Ok(standing),
            Says::Fails => Err(Error::transport("reset")),
            Says::Refuses(kind) => {
                let raw = Raw::from(http::Response::new(Bytes::new()));
                let (code, message, effect) = ("6".into(), None, Effect::No);
                Err(Error::refused(raw, Refusal { code, message, kind, effect }))
            }
            Says::Never => std::future::pending().await,
        };
        std::mem::forget(dropped);
        answer
    }
}

fn channel() -> (mpsc::UnboundedSender<Standing>, impl Stream<Item = Standing> + Send) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (sender, stream::poll_fn(move |context| receiver.poll_recv(context)))
}

#[tokio::test(start_paused = true)]
async fn it_asks_at_growing_intervals_until_a_report_is_final() {
    let bank = Bank::that(&[OPEN, OPEN, OPEN, OPEN, Says::Is(Standing::Paid)]);
    let polled = bank.poll(HALF_AN_HOUR).outcome().await.expect("answered");
    assert_eq!((polled.outcome, polled.report), (Outcome::Paid, Some(Standing::Paid)));
    assert_eq!((polled.asked, polled.error.is_none()), (5, true));
    assert_eq!(bank.asked_at(), [0, 2000, 5000, 9500, 16_250]);
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_the_orders_lifetime() {
    for (says, outcome) in [(OPEN, Outcome::Unknown), (Says::Fails, Outcome::Unknown)] {
        let bank = Bank::that(&[OPEN, says]);
        let mut poll = bank.poll(Duration::from_secs(10));
        let polled = poll.outcome().await.expect("over");
        assert_eq!((polled.outcome, polled.error.is_some()), (outcome, says == Says::Fails));
        assert_eq!(polled.report, Some(Standing::Open), "the last one that came");
        assert_eq!(bank.asked_at(), [0, 2000, 5000, 9500, 10_000]);
        let again = poll.outcome().await.expect("over");
        assert_eq!((again.outcome, again.asked), (outcome, 5));
        assert_eq!(bank.asked_at().len(), 5, "nothing is asked any more");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_call_does_not_end_it() {
    let denied = Says::Refuses(RefusalKind::AccessDenied);
    let bank = Bank::that(&[Says::Fails, denied, Says::Fails, Says::Is(Standing::Expired)]);
    let polled = bank.poll(HALF_AN_HOUR).outcome().await.expect("answered");
    assert_eq!((polled.outcome, polled.error.is_none()), (Outcome::Expired, true));
    assert_eq!(bank.asked_at(), [0, 2000, 5000, 9500]);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_the_bank_does_not_know_ends_it() {
    let bank = Bank::that(&[OPEN, Says::Refuses(RefusalKind::NotFound)]);
    let error = bank.poll(HALF_AN_HOUR).outcome().await.expect_err("not found");
    assert!(error.is_not_found());
    assert_eq!(bank.asked_at().len(), 2);
    let ask = || async { Err(Error::invalid("orderId", "must be set")) }.boxed();
    let clock = bank.clone();
    let time = Time::tokio(move || clock.now());
    let mut poll = Poll::<Standing>::new(time, UnixMillis::new(9), ask, |says| (*says, None));
    assert!(poll.outcome().await.expect_err("built wrong").is_invalid());
}

#[tokio::test(start_paused = true)]
async fn a_final_callback_ends_it_at_once() {
    let bank = Bank::that(&[OPEN]);
    let (sender, callbacks) = channel();
    let mut poll = bank.poll(HALF_AN_HOUR).callbacks(callbacks);
    let sends = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        sender.send(Standing::Paid).expect("heard");
        bank.now()
    };
    let (polled, sent) = tokio::join!(poll.outcome(), sends);
    assert_eq!(polled.expect("told").outcome, Outcome::Paid);
    assert_eq!((bank.now(), bank.asked_at()), (sent, vec![0]));
}

#[tokio::test(start_paused = true)]
async fn a_final_callback_does_not_wait_for_an_answer() {
    let bank = Bank::that(&[Says::Never]);
    let (sender, callbacks) = channel();
    let mut poll = bank.poll(HALF_AN_HOUR).callbacks(callbacks);
    let sends = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        sender.send(Standing::Failed).expect("heard");
    };
    let (polled, ()) = tokio::join!(poll.outcome(), sends);
    let polled = polled.expect("told");
    assert_eq!((polled.outcome, polled.report, polled.asked), (Outcome::Failed, None, 1));
    assert_eq!(bank.0.dropped.load(Ordering::Relaxed), 1, "the question is not left behind");
}

#[tokio::test(start_paused = true)]
async fn what_came_before_is_heard_before_anything_is_asked() {
    let bank = Bank::that(&[OPEN]);
    let mut poll = bank.poll(HALF_AN_HOUR).callbacks(stream::iter([Standing::Paid]));
    assert_eq!(poll.outcome().await.expect("told").outcome, Outcome::Paid);
    assert!(bank.asked_at().is_empty());
}

/// A callback that says nothing sure makes it ask soon; the end of the stream means nothing.
#[tokio::test(start_paused = true)]
async fn an_open_callback_hurries_the_next_question() {
    let bank = Bank::that(&[OPEN, OPEN, OPEN, OPEN, OPEN, Says::Is(Standing::Paid)]);
    let (sender, callbacks) = channel();
    let mut poll = bank.poll(HALF_AN_HOUR).callbacks(callbacks);
    let sends = async {
        tokio::time::sleep(Duration::from_millis(12_000)).await;
        sender.send(Standing::Open).expect("heard");
        drop(sender);
    };
    let (polled, ()) = tokio::join!(poll.outcome(), sends);
    assert_eq!(polled.expect("told").outcome, Outcome::Paid);
    assert_eq!(bank.asked_at(), [0, 2000, 5000, 9500, 12_000, 22_125]);
}

/// Whoever can send callbacks that prove nothing can neither stop it nor make it ask without pause.
#[tokio::test(start_paused = true)]
async fn a_flood_of_callbacks_changes_little() {
    let bank = Bank::that(&[OPEN]);
    let ticks = bank.clone();
    let flood = stream::poll_fn(move |context| {
        // Ready again and again, and time passes all the same.
        if ticks.0.dropped.fetch_add(1, Ordering::Relaxed) % 50 == 49 {
            let waker = context.waker().clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(100)).await;
                waker.wake();
            });
            return task::Poll::Pending;
        }
        task::Poll::Ready(Some(Standing::Open))
    });
    let mut poll = bank.poll(Duration::from_secs(60)).callbacks(flood);
    assert_eq!(poll.outcome().await.expect("over").outcome, Outcome::Unknown);
    let asked = bank.asked_at();
    assert!(
        asked.windows(2).all(|pair| pair[1] - pair[0] >= 2000 || pair[1] == 60_000),
        "{asked:?}"
    );
    assert_eq!(asked.last(), Some(&60_000));
}

/// Dropped at any await point and begun again, it asks what is due and nothing twice at once.
#[tokio::test(start_paused = true)]
async fn a_dropped_wait_goes_on() {
    let bank = Bank::that(&[OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, Says::Is(Standing::Paid)]);
    let mut poll = bank.poll(HALF_AN_HOUR);
    let mut dropped = 0;
    let polled = loop {
        // So long that sometimes a question is on its way, sometimes the next one is waited for.
        match tokio::time::timeout(Duration::from_millis(1700), poll.outcome()).await {
            Ok(polled) => break polled.expect("answered"),
            Err(_) => dropped += 1,
        }
    };
    assert_eq!((polled.outcome, polled.asked), (Outcome::Paid, 7));
    assert!(dropped > 20);
    assert_eq!(bank.asked_at(), [0, 2000, 5000, 9500, 16_250, 26_375, 41_562]);
    // While the question itself is on its way: it is asked again.
    let bank = Bank::that(&[Says::Never, Says::Is(Standing::Paid)]);
    let mut poll = bank.poll(HALF_AN_HOUR);
    let first = tokio::time::timeout(Duration::from_secs(5), poll.outcome()).await;
    assert!(first.is_err(), "no answer comes");
    assert_eq!(poll.outcome().await.expect("answered").outcome, Outcome::Paid);
    assert_eq!(bank.asked_at(), [0, 5000]);
}

#[tokio::test(start_paused = true)]
async fn clock_and_sleeper_come_from_outside() {
    let slept = Arc::new(Mutex::new((Duration::ZERO, Vec::new())));
    let (clock, sleeper) = (Arc::clone(&slept), Arc::clone(&slept));
    let clock = move || UnixMillis::new(0).plus(clock.lock().expect("no panic").0);
    let bank = Bank::that(&[OPEN]);
    let ask = {
        let bank = bank.clone();
        move || bank.clone().answer().boxed()
    };
    let hint = |says: &Standing| (*says, Some(UnixMillis::new(40_000)));
    let mut poll = Poll::new(Time::tokio(clock), UnixMillis::new(60_000), ask, hint)
        .pace(Pace::default().with(|pace| pace.first = Duration::from_secs(15)))
        .sleeper(move |duration| {
            let mut slept = sleeper.lock().expect("no panic");
            slept.0 += duration;
            slept.1.push(duration.as_secs());
            std::future::ready(())
        });
    assert_eq!(poll.outcome().await.expect("over").outcome, Outcome::Unknown);
    assert_eq!(slept.lock().expect("no panic").1, [40, 20], "the hint, then the end");
    assert_eq!(bank.now(), UnixMillis::new(0), "no time passed here");
}

#[test]
fn a_wait_can_be_spawned() {
    fn spawned<T: Send>(_: &T) {}
    let time = Time::new(|| UnixMillis::new(0), |_| std::future::ready(()));
    let ask = || async { Ok(Standing::Paid) }.boxed();
    let mut poll = Poll::new(time, UnixMillis::new(0), ask, |says| (*says, None));
    assert!(format!("{poll:?}").starts_with("Poll { plan: Plan"));
    spawned(&poll.outcome());
}
