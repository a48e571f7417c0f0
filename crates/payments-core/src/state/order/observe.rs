//! What the bank reports.

use super::{Order, Phases, Report, State, sums::Sums};
use crate::{Minor, state::amounts::Amounts};

/// What a report did to an order whose states are these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Observed<S = State> {
    /// It was news; the order has moved to it.
    Moved,
    /// It was known, or is older than what is known. Nothing changed.
    AlreadyThere,
    /// It cannot be true together with what is known. Nothing changed: somebody has to look.
    Contradicts(Contradiction<S>),
}

/// How a report contradicts what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller tells each apart")]
pub enum Contradiction<S = State> {
    /// No list knows its status.
    UnknownStatus,
    /// No sequence of moves leads from one of the two states to the other.
    State {
        /// Where the order stands.
        known: S,
        /// Where it stands by the report.
        reported: S,
    },
    /// Its amounts do not follow from those known, or not from each other.
    Amounts,
    /// It was marked as current, and is behind what is known.
    Behind,
}

enum Place {
    Same,
    Ahead,
    Behind,
    Apart,
}

impl Order {
    /// Takes in what the bank reports. Never refuses, and never moves backwards: a report may be
    /// late, unless it is marked [`Report::current`].
    pub fn observe(&mut self, report: &Report) -> Observed {
        match self.seen_through(report) {
            Ok(observed) => observed,
            Err(contradiction) => Observed::Contradicts(contradiction),
        }
    }

    fn seen_through(&mut self, report: &Report) -> Result<Observed, Contradiction> {
        let reported = report.state.ok_or(Contradiction::UnknownStatus)?;
        let late = |order: &Self, plausible: bool| match (plausible, report.current) {
            // A full reversal leaves no trace of what was there before it.
            (false, _) if order.state != State::Reversed => Err(Contradiction::Amounts),
            (_, true) => Err(Contradiction::Behind),
            (_, false) => Ok(Observed::AlreadyThere),
        };
        match self.place(reported, report.current) {
            Place::Apart => Err(Contradiction::State { known: self.state, reported }),
            Place::Behind => late(self, self.was_possible(report.amounts)),
            Place::Ahead => {
                let (sums, exact) = self.reading(reported, report.amounts)?;
                if !sums.covers(&self.sums) {
                    return Err(Contradiction::Amounts);
                }
                self.settle(reported, sums, exact);
                Ok(Observed::Moved)
            }
            Place::Same => match self.reading(reported, report.amounts) {
                Ok((sums, exact)) if sums.covers(&self.sums) => {
                    let news = sums != self.sums;
                    self.settle(reported, sums, exact);
                    Ok(if news { Observed::Moved } else { Observed::AlreadyThere })
                }
                Ok((sums, _)) => late(self, self.sums.covers(&sums)),
                // A report from before a reversal shows more than is known by now.
                Err(_) if reported.has_money() => late(self, self.was_possible(report.amounts)),
                Err(contradiction) => Err(contradiction),
            },
        }
    }

    fn place(&self, reported: State, current: bool) -> Place {
        if reported == self.state {
            return Place::Same;
        }
        match (self.state.leads_to(reported), reported.leads_to(self.state)) {
            // Unpaid states lead to each other, attempt after attempt.
            (true, true) if current || reported > self.state => Place::Ahead,
            (true, true) | (false, true) => Place::Behind,
            (true, false) => Place::Ahead,
            (false, false) => Place::Apart,
        }
    }

    fn settle(&mut self, state: State, sums: Sums, exact: bool) {
        if sums.reversed > self.sums.reversed {
            self.reversal_used = true;
        }
        self.state = state;
        self.sums = sums;
        self.exact = exact;
    }

    /// Whether amounts can be those of an earlier moment than what is known now.
    fn was_possible(&self, amounts: Option<Amounts>) -> bool {
        let Some(then) = amounts else { return true };
        let (debited, refunded) = match self.phases {
            _ if !self.exact => (self.ordered, self.ordered),
            // What was reversed before anybody looked is known to nobody.
            Phases::One => (self.ordered, self.sums.refunded),
            Phases::Two => (self.sums.deposited, self.sums.refunded),
        };
        then.approved <= self.ordered
            && then.refunded <= refunded
            && then.deposited.plus(then.refunded).is_some_and(|sum| sum <= debited)
    }

    /// The totals that a report stands for, and whether they are exact.
    fn reading(
        &self,
        state: State,
        amounts: Option<Amounts>,
    ) -> Result<(Sums, bool), Contradiction> {
        let (sums, exact) = match state {
            State::Registered | State::AcsStarted | State::Pending | State::Declined => {
                let moved = amounts.is_some_and(|amounts| amounts != Amounts::NONE);
                if moved { None } else { Some((Sums::NONE, true)) }
            }
            State::Authorised => self.reading_of_hold(amounts),
            State::Reversed => self.reading_of_reversal(amounts),
            State::PartlyDeposited | State::Deposited | State::Refunded => {
                self.reading_of_debit(state, amounts)
            }
            State::ChargedBack => {
                // What the amounts of a report become by a chargeback is not documented.
                let (sums, exact) = match self.reading_of_debit(State::Refunded, amounts) {
                    Some((sums, exact)) if sums.covers(&self.sums) => (sums, exact),
                    _ => (self.sums, false),
                };
                Some((sums, exact))
            }
        }
        .ok_or(Contradiction::Amounts)?;
        if sums.hold_together(self.ordered, self.phases) {
            Ok((sums, exact))
        } else {
            Err(Contradiction::Amounts)
        }
    }

    fn reading_of_hold(&self, amounts: Option<Amounts>) -> Option<(Sums, bool)> {
        let Some(amounts) = amounts else {
            let held = self.held_or(self.ordered);
            return Some((Sums { held, ..self.sums }, self.exact));
        };
        if !amounts.deposited.is_zero() || !amounts.refunded.is_zero() {
            return None;
        }
        let held = self.held_or(amounts.approved);
        let reversed = held.minus(amounts.approved)?;
        Some((Sums { held, reversed, ..Sums::NONE }, true))
    }

    fn reading_of_reversal(&self, amounts: Option<Amounts>) -> Option<(Sums, bool)> {
        if amounts.is_some_and(|left| !left.deposited.is_zero() || !left.refunded.is_zero()) {
            return None;
        }
        let held = self.held_or(self.ordered);
        // Of a two-phase order nothing was debited; of a one-phase order all that was is back.
        Some((Sums { held, reversed: held, ..self.sums }, true))
    }

    fn reading_of_debit(&self, state: State, amounts: Option<Amounts>) -> Option<(Sums, bool)> {
        let at_once = self.phases == Phases::One && state != State::PartlyDeposited;
        let Some(amounts) = amounts else {
            let held = self.held_or(self.ordered);
            let was_debited = !self.sums.deposited.is_zero();
            let deposited = if at_once && !was_debited { held } else { self.sums.deposited };
            // A refund that nobody told of is of an amount that nobody knows.
            let told = match state {
                _ if state == self.state => self.exact,
                State::Deposited => self.exact && at_once,
                _ => false,
            };
            return Some((Sums { held, deposited, ..self.sums }, told));
        };
        let debited = amounts.deposited.plus(amounts.refunded)?;
        let held = self.held_or(amounts.approved.max(debited));
        let refunded = amounts.refunded;
        if !at_once {
            // A completion leaves `approved`, a reversal lowers it; some leave it out.
            let reversed = if amounts.approved < debited {
                self.sums.reversed
            } else {
                held.minus(amounts.approved)?
            };
            return Some((Sums { held, deposited: debited, reversed, refunded }, true));
        }
        let deposited = if self.sums.deposited.is_zero() { held } else { self.sums.deposited };
        let reversed = deposited.minus(debited)?;
        Some((Sums { held, deposited, reversed, refunded }, true))
    }

    /// What was authorised: known once, it stays.
    fn held_or(&self, first: Minor) -> Minor {
        if self.sums.held.is_zero() { first } else { self.sums.held }
    }
}
