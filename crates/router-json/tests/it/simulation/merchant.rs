//! A merchant's program, as the documentation of the crate tells to write it; or with one mistake.
//!
//! Each program has a journal of its own. It can die at any await point of any call that moves
//! money; then it begins again with the journal alone.

mod customer;
mod order;
mod paying;

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use futures_util::stream;
use payments_core::{
    Effect, Error, Part, Refusal, Replay,
    id::OrderId,
    money::Minor,
    poll::Outcome,
    state::{
        amounts::Amounts,
        order::{Call as Moves, Observed},
    },
    time::UnixMillis,
};
use payments_sandbox::Sandbox;
use router_json::{
    Call, Client, Resolved,
    order::status::{OrderStatus, RouterReport},
};

use super::{
    books::{Reports, Sold},
    census::Census,
    chance::Chance,
    payer::Payer,
    road::Memory,
};

/// What the program does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    None,
    /// Sends a request again that may act twice.
    ResendsDoubles,
    /// Reads the refusal of a second copy as "the first one failed".
    DuplicateMeansFailed,
    /// Sends a computed zero, which the bank reads as everything.
    SendsZero,
    /// Takes a payer who comes back for one who has paid.
    BelievesTheReturn,
}

/// What a program left behind: its books, and how its calls ended.
pub(super) struct End {
    pub(super) sold: Vec<Sold>,
    pub(super) census: Census,
}

pub(super) struct Merchant {
    client: Client,
    journal: Arc<Memory>,
    sandbox: Sandbox,
    payer: Payer,
    reports: Arc<Mutex<Reports>>,
    chance: Chance,
    mistake: Mistake,
    census: Census,
    sold: Vec<Sold>,
    /// The last refusal, for what is said of a failure.
    refused: Option<Refusal>,
}

/// How a call ended.
enum Fate<T> {
    /// The router's answer came.
    Answered(T),
    /// It did not come, and the call happened.
    Happened,
    /// It did not come, and the call did not happen.
    DidNot,
}

impl<T> Fate<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Fate<U> {
        match self {
            Self::Answered(answer) => Fate::Answered(change(answer)),
            Self::Happened => Fate::Happened,
            Self::DidNot => Fate::DidNot,
        }
    }
}

impl Merchant {
    pub(super) fn new(
        client: Client,
        journal: Arc<Memory>,
        sandbox: Sandbox,
        reports: Arc<Mutex<Reports>>,
        chance: Chance,
        mistake: Mistake,
    ) -> Self {
        let payer = Payer::new(sandbox.clone());
        let (census, sold) = (Census::default(), Vec::new());
        Self {
            client,
            journal,
            sandbox,
            payer,
            reports,
            chance,
            mistake,
            census,
            sold,
            refused: None,
        }
    }

    /// What one customer brings, from registration to the last refund.
    pub(super) async fn serve(mut self, number: usize) -> Result<End, String> {
        let served = self.story(number).await;
        // A program that is wrong about the router gets stuck sooner or later: only the orders that it
        // believes to have brought to their end are compared.
        if self.mistake == Mistake::None {
            served?;
            if let Some(step) = self.journal.open_steps().first() {
                return Err(format!("still unknown: {step:?}"));
            }
        }
        Ok(End { sold: self.sold, census: self.census })
    }

    fn part_of(&mut self, whole: u64) -> Part {
        if self.chance.percent(20) {
            return Part::Whole;
        }
        Part::exactly(Minor::new(1 + self.chance.below(whole))).expect("more than zero")
    }

    /// Makes a call on an order and, where it turns out not to have happened, makes it anew; the
    /// machine of the order follows.
    async fn until_it_happens<C: Call>(
        &mut self,
        sold: &mut Sold,
        moves: Moves,
        call: impl Fn(OrderId, Amounts) -> C,
    ) -> Result<(), String> {
        for _ in 0..12 {
            let report = self.ask(&sold.order_id).await?;
            let seen = report.evidence().amounts;
            // An order that no bank has shows no amounts, and nothing has moved.
            let seen = seen.unwrap_or(Amounts::NONE);
            match self.carry_out(&call(sold.order_id.clone(), seen)).await? {
                Fate::Answered(_) | Fate::Happened => {
                    let after = sold.machine.clone().apply(moves);
                    sold.machine = after.map_err(|refused| format!("{moves:?}: {refused}"))?;
                    return Ok(());
                }
                Fate::DidNot => {}
            }
        }
        Err(format!("{} was never carried out: {:?}", C::NAME, self.refused))
    }

    async fn ask(&mut self, order: &OrderId) -> Result<Box<RouterReport>, String> {
        self.asking(&OrderStatus::of_order(order.clone())).await
    }

    /// Tells the machine of an order what the router says of it now.
    async fn look(&mut self, sold: &mut Sold) -> Result<Box<RouterReport>, String> {
        let report = self.ask(&sold.order_id).await?;
        let told = report.report().ok_or("an order that is not there")?;
        match sold.machine.observe(&told.current()) {
            Observed::Contradicts(how) if self.mistake == Mistake::None => {
                Err(format!("{told:?} contradicts {:?}: {how:?}", sold.machine))
            }
            _ => Ok(report),
        }
    }

    /// Waits until it is known how the payment ended, or the order's time is over; half of the
    /// programs listen to callbacks meanwhile.
    async fn wait_for(&mut self, sold: &Sold, until: UnixMillis) -> Result<Outcome, String> {
        let mut poll = self.client.poll(OrderStatus::of_order(sold.order_id.clone()), until);
        if self.chance.percent(50) {
            let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
            let mut told = reports.listen(&sold.number);
            poll = poll.callbacks(stream::poll_fn(move |context| told.poll_recv(context)));
        }
        let polled = poll.outcome().await.map_err(|error| error.to_string())?;
        Ok(polled.outcome)
    }

    /// Makes a call that only asks, until the router answers.
    async fn asking<C: Call>(&mut self, question: &C) -> Result<C::Response, String> {
        for _ in 0..50 {
            match self.client.call(question).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(_) => tokio::time::sleep(Duration::from_secs(5)).await,
            }
        }
        Err(format!("the router never answered {}", C::NAME))
    }

    /// Makes a call, and finds out what became of it where that is not said.
    async fn carry_out<C: Call>(&mut self, call: &C) -> Result<Fate<C::Response>, String> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let earlier = self.journal.len();
            let error = match self.perhaps_dropped(call).await {
                Some(Ok(answer)) => {
                    self.census.of(C::NAME).answered += 1;
                    return Ok(Fate::Answered(answer));
                }
                Some(Err(error)) if error.effect() == Effect::No => {
                    return Err(format!("{}: {error}: {:?}", C::NAME, error.refusal()));
                }
                Some(Err(error)) => Some(error),
                None if self.chance.percent(40) => return self.begin_again(C::NAME, earlier).await,
                None => None,
            };
            self.refused =
                error.as_ref().and_then(Error::refusal).cloned().or_else(|| self.refused.take());
            let refused = |error: &Error| error.is_duplicate() || error.is_wrong_state();
            if self.mistake == Mistake::DuplicateMeansFailed && error.as_ref().is_some_and(refused)
            {
                return Ok(Fate::DidNot);
            }
            let resends = match self.mistake {
                Mistake::ResendsDoubles => call.replay() == Replay::Doubles,
                Mistake::DuplicateMeansFailed => call.replay() == Replay::Refused,
                Mistake::None | Mistake::SendsZero | Mistake::BelievesTheReturn => false,
            };
            if resends && attempts < 4 {
                continue;
            }
            let sent = error.and_then(|error| error.sent_at()).unwrap_or_else(|| self.client.now());
            let happened = self.find_out(call, sent).await?;
            return Ok(self.told(C::NAME, happened));
        }
    }

    /// Makes a call that moves no money, until the router answers; none if it refuses.
    async fn insist<C: Call>(&mut self, call: &C) -> Result<Option<C::Response>, String> {
        for _ in 0..50 {
            match self.perhaps_dropped(call).await {
                Some(Ok(answer)) => {
                    self.census.of(C::NAME).answered += 1;
                    return Ok(Some(answer));
                }
                Some(Err(error)) if error.refusal().is_some_and(|refusal| refusal.code != "7") => {
                    return Ok(None);
                }
                _ => {
                    self.census.of(C::NAME).anew += 1;
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
        }
        Err(format!("the router never answered {}", C::NAME))
    }

    fn told<T>(&mut self, name: &'static str, happened: bool) -> Fate<T> {
        let ends = self.census.of(name);
        if happened {
            ends.happened += 1;
            Fate::Happened
        } else {
            ends.did_not += 1;
            Fate::DidNot
        }
    }

    /// Resolves until the outcome is known.
    async fn find_out<C: Call>(&mut self, call: &C, sent: UnixMillis) -> Result<bool, String> {
        for _ in 0..60 {
            let resolved = self.client.resolve(call, sent).await;
            match resolved.as_ref().map(Resolved::known) {
                Ok(Some(happened)) => return Ok(happened),
                _ => self.wait(resolved).await,
            }
        }
        Err(format!("{} stayed unknown", C::NAME))
    }

    /// The program died during a call. It begins again, and the journal is all that it has.
    async fn begin_again<T>(
        &mut self,
        name: &'static str,
        earlier: usize,
    ) -> Result<Fate<T>, String> {
        self.census.died += 1;
        for _ in 0..60 {
            let resumed = self.client.resume().await.map_err(|error| error.to_string())?;
            if self.journal.open_steps().is_empty() {
                let happened = self.journal.happened_after(earlier);
                return Ok(self.told(name, happened));
            }
            for (_, resolved) in resumed {
                if resolved.as_ref().ok().and_then(Resolved::known).is_none() {
                    self.wait(resolved).await;
                }
            }
        }
        Err(format!("{name} stayed open"))
    }

    /// Waits until it makes sense to ask again.
    async fn wait(&self, resolved: Result<Resolved, Error>) {
        let wait = match resolved {
            Ok(Resolved::Unknown { ask_again_at }) => {
                let wait = ask_again_at.get() - self.client.now().get();
                Duration::from_millis(u64::try_from(wait).unwrap_or(0) + 1)
            }
            _ => Duration::from_secs(5),
        };
        tokio::time::sleep(wait).await;
    }

    /// Makes a call whose future is sometimes dropped at one of its await points.
    async fn perhaps_dropped<C: Call>(&mut self, call: &C) -> Option<Result<C::Response, Error>> {
        let polls = if self.chance.percent(10) { self.chance.below(7) } else { u64::MAX };
        let outcome = dropped_after(polls, self.client.call(call)).await;
        if outcome.is_none() {
            self.census.dropped += 1;
        }
        outcome.map(|result| result.map(payments_core::Answer::into_inner))
    }
}

/// Polls a future so many times, then drops it.
async fn dropped_after<T>(mut polls: u64, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
