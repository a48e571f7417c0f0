//! A merchant's program, as the documentation of the crate tells to write it; or with one mistake.
//!
//! Each program has a journal of its own. It can die at any await point of any call that moves
//! money; then it begins again with the journal alone.

mod customer;
mod link;
mod order;
mod paying;
mod receipts;
mod sbp;
#[cfg(feature = "card-data")]
mod sealed;
mod three_ds;

use std::{pin::pin, sync::Arc, task::Poll, time::Duration};

use gateway_rest::{
    Call, Client, Resolved,
    order::status::{OrderReport, OrderStatus},
};
use payments_core::{
    Effect, Error, Part, Refusal, Replay, id::OrderId, money::Minor, state::amounts::Amounts,
    time::UnixMillis,
};
use payments_sandbox::Sandbox;

use super::{books::Sold, census::Census, chance::Chance, payer::Payer, road::Memory};

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
}

/// What a program left behind: its books, and how its calls ended.
pub(super) struct End {
    pub(super) sold: Vec<Sold>,
    pub(super) census: Census,
}

pub(super) struct Merchant {
    client: Client,
    journal: Arc<Memory>,
    payer: Payer,
    chance: Chance,
    mistake: Mistake,
    census: Census,
    sold: Vec<Sold>,
    /// The last refusal, for what is said of a failure.
    refused: Option<Refusal>,
}

/// How a call ended.
enum Fate<T> {
    /// The bank's answer came.
    Answered(T),
    /// It did not come, and the call happened.
    Happened,
    /// It did not come, and the call did not happen.
    DidNot,
}

impl Merchant {
    pub(super) fn new(
        client: Client,
        journal: Arc<Memory>,
        sandbox: Sandbox,
        chance: Chance,
        mistake: Mistake,
    ) -> Self {
        let payer = Payer::new(sandbox);
        let census = Census::default();
        Self { client, journal, payer, chance, mistake, census, sold: Vec::new(), refused: None }
    }

    /// What one customer brings, from registration to the last refund.
    pub(super) async fn serve(mut self, number: usize) -> Result<End, String> {
        let served = self.story(number).await;
        // A program that is wrong about the bank gets stuck sooner or later: only the orders that it
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

    /// Makes a call on an order and, where it turns out not to have happened, makes it anew.
    async fn until_it_happens<C: Call>(
        &mut self,
        order: &OrderId,
        call: impl Fn(Amounts) -> C,
    ) -> Result<(), String> {
        for _ in 0..12 {
            let seen = self.ask(order).await?.amounts().ok_or("a report without amounts")?;
            match self.carry_out(&call(seen)).await? {
                Fate::Answered(_) | Fate::Happened => return Ok(()),
                Fate::DidNot => {}
            }
        }
        Err(format!("{} was never carried out: {:?}", C::NAME, self.refused))
    }

    async fn ask(&mut self, order: &OrderId) -> Result<Box<OrderReport>, String> {
        self.asking(&OrderStatus::of_order(order.clone())).await
    }

    /// Makes a call that only asks, until the bank answers.
    async fn asking<C: Call>(&mut self, question: &C) -> Result<C::Response, String> {
        for _ in 0..50 {
            match self.client.call(question).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(_) => tokio::time::sleep(Duration::from_secs(5)).await,
            }
        }
        Err(format!("the bank never answered {}", C::NAME))
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
                Mistake::None | Mistake::SendsZero => false,
            };
            if resends && attempts < 4 {
                continue;
            }
            let sent = error.and_then(|error| error.sent_at()).unwrap_or_else(|| self.client.now());
            let happened = self.find_out(call, sent).await?;
            return Ok(self.told(C::NAME, happened));
        }
    }

    /// Makes a call that moves no money, until the bank answers; none if it refuses.
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
        Err(format!("the bank never answered {}", C::NAME))
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
