//! The decision.

use std::time::Duration;

use super::Standing;
use crate::time::UnixMillis;

/// How the intervals between two questions grow: from the first one by a percentage each time up to
/// the longest. 2 s, half as long again each time, at most 30 s, unless set otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// The first interval, and the least that lies between two questions.
    pub first: Duration,
    /// The longest interval.
    pub longest: Duration,
    /// How long an interval is in percent of the one before, 100 at least: 150 is half as long again.
    pub growth: u32,
}

impl Pace {
    /// Changes fields in place and gives the pace back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// No interval is shorter: a pace of zeros would ask without a pause.
    const LEAST: Duration = Duration::from_millis(100);

    fn first(&self) -> Duration {
        self.first.max(Self::LEAST)
    }

    fn after(&self, interval: Duration) -> Duration {
        let longest = self.longest.max(self.first());
        let percent = u128::from(self.growth.max(100));
        let grown = interval.as_millis().saturating_mul(percent) / 100;
        Duration::from_millis(u64::try_from(grown).unwrap_or(u64::MAX)).min(longest)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self { first: Duration::from_secs(2), longest: Duration::from_secs(30), growth: 150 }
    }
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else to do")]
pub enum Next {
    /// Wait until then, and ask. A moment that has passed means at once.
    AskAt(UnixMillis),
    /// Stop: this is how it ended.
    Stop(Outcome),
}

/// How waiting for a payment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever waited decides about each of the four")]
pub enum Outcome {
    /// The order is paid: held or debited.
    Paid,
    /// The order is not paid and will not be: declined, or given back since.
    Failed,
    /// The bank says that the time to pay ran out.
    Expired,
    /// The time to wait is over, and no report says how it ended. The payer may have paid at the last
    /// moment: ask for the status once more before the order is given up.
    Unknown,
}

/// When to ask for an order, from the moment the payer was sent to pay until the outcome is known.
///
/// Only [`next`](Self::next) decides; the other methods tell what happened.
#[derive(Clone, Debug)]
pub struct Plan {
    pace: Pace,
    until: UnixMillis,
    due: UnixMillis,
    interval: Duration,
    /// The last question is on its way, or was the last one.
    is_last: bool,
    is_asking: bool,
    /// Something happened while a question was on its way.
    is_nudged: bool,
    /// When the last question ended; none before the first.
    ended_at: Option<UnixMillis>,
    end: Option<Outcome>,
}

impl Plan {
    /// Plans from now until the order's lifetime ends, by the merchant's clock. An order lives as long
    /// as its registration says; 30 minutes at the router otherwise (documents/004), 20 at the
    /// gateway. One question is asked even if that has passed.
    pub fn new(now: UnixMillis, until: UnixMillis) -> Self {
        let pace = Pace::default();
        Self {
            pace,
            until: until.max(now),
            due: now,
            interval: pace.first(),
            is_last: false,
            is_asking: false,
            is_nudged: false,
            ended_at: None,
            end: None,
        }
    }

    /// Sets how the intervals grow. To be called before the first question.
    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self.interval = pace.first();
        self
    }

    /// When the order's lifetime ends: no question is due later.
    pub const fn until(&self) -> UnixMillis {
        self.until
    }

    /// What to do now. While a question is on its way: when the next one would be due.
    pub const fn next(&self) -> Next {
        match self.end {
            Some(outcome) => Next::Stop(outcome),
            None => Next::AskAt(self.due),
        }
    }

    /// A question leaves.
    pub fn asking(&mut self, now: UnixMillis) {
        self.is_asking = true;
        // The last one is the one that is due at the end, whatever the clock says by then.
        self.is_last |= now >= self.until || self.due >= self.until;
    }

    /// Its answer came, and says this. Some reports name the moment before which another question
    /// tells nothing new.
    pub fn answered(
        &mut self,
        now: UnixMillis,
        standing: Standing,
        ask_again_at: Option<UnixMillis>,
    ) {
        self.learn(standing);
        self.schedule(now, ask_again_at);
    }

    /// No answer came, or none that can be read. The payment goes on without it, and so does the
    /// plan.
    pub fn failed(&mut self, now: UnixMillis) {
        self.schedule(now, None);
    }

    /// A callback that is proven genuine came. A final one ends the plan at once; another one is a
    /// reason to ask soon.
    pub fn called_back(&mut self, now: UnixMillis, standing: Standing) {
        self.learn(standing);
        if self.is_asking {
            self.is_nudged = true;
        } else {
            self.hasten(now);
        }
    }

    fn learn(&mut self, standing: Standing) {
        let outcome = match standing {
            Standing::Open => return,
            Standing::Paid => Outcome::Paid,
            Standing::Failed => Outcome::Failed,
            Standing::Expired => Outcome::Expired,
        };
        // What ended it first stays. Nobody asks after that, so that nothing else can come but a
        // callback about what happened to the money since.
        self.end.get_or_insert(outcome);
    }

    fn schedule(&mut self, now: UnixMillis, not_before: Option<UnixMillis>) {
        self.is_asking = false;
        self.ended_at = Some(now);
        if self.is_last || now > self.until {
            self.end.get_or_insert(Outcome::Unknown);
            return;
        }
        let at = now.plus(self.interval);
        self.due = not_before.map_or(at, |hint| hint.max(at)).min(self.until);
        self.interval = self.pace.after(self.interval);
        if std::mem::take(&mut self.is_nudged) {
            self.hasten(now);
        }
    }

    /// Brings the next question forward, as far as the pace allows.
    fn hasten(&mut self, now: UnixMillis) {
        let soonest = self.ended_at.map_or(now, |ended| ended.plus(self.pace.first()).max(now));
        self.due = self.due.min(soonest);
    }
}
