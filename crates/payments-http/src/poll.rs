//! Waiting for a payment: the loop around [`payments_core::poll`].

use std::{
    fmt,
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::{self, Context},
    time::Duration,
};

use futures_util::{
    Stream, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use payments_core::{
    Error,
    poll::{Next, Outcome, Pace, Plan, Standing},
    time::UnixMillis,
};

/// Clock and sleeper, from outside.
#[derive(Clone)]
pub struct Time {
    clock: Arc<dyn Fn() -> UnixMillis + Send + Sync>,
    sleeper: Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Time {
    /// Takes a clock, and what makes a future that ends after so long.
    pub fn new<F>(
        clock: impl Fn() -> UnixMillis + Send + Sync + 'static,
        sleeper: impl Fn(Duration) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            clock: Arc::new(clock),
            sleeper: Arc::new(move |duration| Box::pin(sleeper(duration))),
        }
    }

    /// Takes a clock, and sleeps with tokio's timer.
    pub fn tokio(clock: impl Fn() -> UnixMillis + Send + Sync + 'static) -> Self {
        Self::new(clock, tokio::time::sleep)
    }

    fn now(&self) -> UnixMillis {
        (self.clock)()
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Time").finish_non_exhaustive()
    }
}

/// How waiting for a payment ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Polled<R> {
    /// How it ended.
    pub outcome: Outcome,
    /// The last report that came; none if no question was answered. A callback that ended the
    /// waiting may know more than it does.
    pub report: Option<R>,
    /// Why the last question brought no report, if it did not.
    pub error: Option<Error>,
    /// How many questions were asked.
    pub asked: u32,
}

/// Asks for an order again and again until it is known how its payment ended.
///
/// The clients of the banks make one; [`outcome`](Self::outcome) runs it. It only asks, so that it may
/// be dropped at any moment: whoever begins again learns the same.
#[must_use = "nothing is asked before the outcome is awaited"]
pub struct Poll<'a, R> {
    plan: Plan,
    time: Time,
    ask: Box<dyn FnMut() -> BoxFuture<'a, Result<R, Error>> + Send + 'a>,
    standing: fn(&R) -> (Standing, Option<UnixMillis>),
    callbacks: BoxStream<'a, Standing>,
    report: Option<R>,
    asked: u32,
}

impl<'a, R: Send> Poll<'a, R> {
    /// Begins now, for an order whose lifetime ends then.
    ///
    /// `ask` makes the status call, which must be one that only asks: its future may be dropped.
    /// `standing` reads the report: where the payment stands, and when another question makes sense if
    /// the report says so.
    pub fn new(
        time: Time,
        until: UnixMillis,
        ask: impl FnMut() -> BoxFuture<'a, Result<R, Error>> + Send + 'a,
        standing: fn(&R) -> (Standing, Option<UnixMillis>),
    ) -> Self {
        Self {
            plan: Plan::new(time.now(), until),
            time,
            ask: Box::new(ask),
            standing,
            callbacks: stream::pending().boxed(),
            report: None,
            asked: 0,
        }
    }

    /// Sets how the intervals grow.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.plan = self.plan.paced(pace);
        self
    }

    /// Replaces tokio's timer.
    pub fn sleeper<F>(mut self, sleeper: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.time.sleeper = Arc::new(move |duration| Box::pin(sleeper(duration)));
        self
    }

    /// Listens to callbacks about this order that are proven genuine; other ones are `Open`, which is
    /// a reason to ask soon and no more. A final one ends the waiting at once. The end of the stream
    /// ends nothing.
    ///
    /// A receiver of a channel becomes a stream by `futures_util::stream::poll_fn`.
    pub fn callbacks(mut self, callbacks: impl Stream<Item = Standing> + Send + 'a) -> Self {
        self.callbacks = callbacks.chain(stream::pending()).boxed();
        self
    }

    /// Waits until the outcome is known, or the order's lifetime is over.
    ///
    /// A status call that fails does not end it: the payment goes on meanwhile. Dropping the future
    /// loses nothing but a question on its way; calling this again goes on, and after the end answers
    /// the same outcome once more, without the report.
    ///
    /// # Errors
    ///
    /// The bank says that it does not know the order, or the status call itself is built wrong. Asking
    /// again would bring nothing else.
    pub async fn outcome(&mut self) -> Result<Polled<R>, Error> {
        let mut error = None;
        loop {
            // A callback may have come before anything is asked.
            self.listen().await;
            let due = match self.plan.next() {
                Next::Stop(outcome) => {
                    let (report, asked) = (self.report.take(), self.asked);
                    return Ok(Polled { outcome, report, error, asked });
                }
                Next::AskAt(due) => due,
            };
            if self.is_interrupted(due).await {
                continue;
            }
            match self.question().await {
                None => {}
                Some(Ok(report)) => {
                    let (standing, ask_again_at) = (self.standing)(&report);
                    self.plan.answered(self.time.now(), standing, ask_again_at);
                    (self.report, error) = (Some(report), None);
                }
                Some(Err(failed)) if failed.is_not_found() || failed.is_invalid() => {
                    return Err(failed);
                }
                Some(Err(failed)) => {
                    self.plan.failed(self.time.now());
                    error = Some(failed);
                }
            }
        }
    }

    /// Takes in the callbacks that are there, without waiting for any.
    async fn listen(&mut self) {
        poll_fn(|context| {
            self.hear(context);
            task::Poll::Ready(())
        })
        .await;
    }

    /// Waits until a question is due; true if a callback changed when that is.
    async fn is_interrupted(&mut self, due: UnixMillis) -> bool {
        let wait = due.get().saturating_sub(self.time.now().get());
        let Some(wait) = u64::try_from(wait).ok().filter(|wait| *wait > 0) else { return false };
        let mut sleep = (self.time.sleeper)(Duration::from_millis(wait));
        let before = self.plan.next();
        poll_fn(|context| {
            let is_due = sleep.as_mut().poll(context).is_ready();
            self.hear(context);
            match self.plan.next() != before {
                true => task::Poll::Ready(true),
                false if is_due => task::Poll::Ready(false),
                false => task::Poll::Pending,
            }
        })
        .await
    }

    /// Asks; none if a callback told the end before the answer came.
    async fn question(&mut self) -> Option<Result<R, Error>> {
        self.plan.asking(self.time.now());
        self.asked += 1;
        let mut answer = pin!((self.ask)());
        poll_fn(|context| {
            if let task::Poll::Ready(answer) = answer.as_mut().poll(context) {
                return task::Poll::Ready(Some(answer));
            }
            self.hear(context);
            match self.plan.next() {
                Next::Stop(_) => task::Poll::Ready(None),
                Next::AskAt(_) => task::Poll::Pending,
            }
        })
        .await
    }

    /// Takes in callbacks: a few at a time, so that a flood of them stops nothing else.
    fn hear(&mut self, context: &mut Context<'_>) {
        for _ in 0..8 {
            match self.callbacks.poll_next_unpin(context) {
                task::Poll::Ready(Some(standing)) => {
                    self.plan.called_back(self.time.now(), standing);
                }
                task::Poll::Ready(None) | task::Poll::Pending => return,
            }
        }
        context.waker().wake_by_ref();
    }
}

impl<R> fmt::Debug for Poll<'_, R> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Poll").field("plan", &self.plan).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
