//! The order itself, with its two entrances.

use super::{Report, State, Trigger};
use crate::{
    Minor, Part,
    state::{
        amounts::Amounts,
        order::{self, Action, Call, Contradiction, Observed, Phases, Reason},
    },
};

/// An order of the router with its state and amounts, all in minor units of the order's one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    state: State,
    phases: Phases,
    /// The same order as its bank keeps it, with the amounts.
    at_bank: order::Order,
}

/// A refused call, with the order as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    order: Box<Order>,
    reason: Reason<State>,
}

impl Refused {
    /// The order, untouched.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The order, untouched.
    pub fn into_order(self) -> Order {
        *self.order
    }

    /// Why the call was refused.
    pub const fn reason(&self) -> Reason<State> {
        self.reason
    }
}

impl Order {
    /// Takes an order that was just registered: at the router, not yet at a bank.
    pub const fn registered(ordered: Minor, phases: Phases) -> Self {
        let at_bank = order::Order::registered(ordered, phases);
        Self { state: State::Preregistered, phases, at_bank }
    }

    /// Where the order stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// For how many steps it was registered. SBP debits it in one all the same.
    pub const fn phases(&self) -> Phases {
        self.phases
    }

    /// Amount of the registration.
    pub const fn ordered(&self) -> Minor {
        self.at_bank.ordered()
    }

    /// Authorised in total, before anything was given back.
    pub const fn held(&self) -> Minor {
        self.at_bank.held()
    }

    /// Debited in total, before anything was given back.
    pub const fn deposited(&self) -> Minor {
        self.at_bank.deposited()
    }

    /// Given back by reversal in total.
    pub const fn reversed(&self) -> Minor {
        self.at_bank.reversed()
    }

    /// Given back by refund in total.
    pub const fn refunded(&self) -> Minor {
        self.at_bank.refunded()
    }

    /// Whether the amounts are known to the last unit, as [`order::Order::is_exact`] says.
    pub const fn is_exact(&self) -> bool {
        self.at_bank.is_exact()
    }

    /// Whether the issuer took the money back, for which the router has no state.
    pub fn is_charged_back(&self) -> bool {
        self.at_bank.state() == order::State::ChargedBack
    }

    /// The amounts as a status report of this moment would show them; what a call's `resolve`
    /// compares with later.
    pub fn seen(&self) -> Amounts {
        self.at_bank.seen()
    }

    /// What refunds may still give back.
    pub fn refundable(&self) -> Minor {
        self.at_bank.refundable()
    }

    /// Whether the order counts as paid: held or debited. A partial refund ends that.
    pub fn is_paid(&self) -> bool {
        self.state.is_paid() && !self.is_charged_back()
    }

    /// Whether no further call is legal and none can become legal. The bank may still act: a refunded
    /// order can be charged back.
    pub fn is_final(&self) -> bool {
        let calls = [Part::Whole]
            .map(|part| [Call::Deposit(part), Call::Reverse(part), Call::Refund(part)]);
        let waits = matches!(self.state, State::Preregistered | State::Created | State::Pending);
        !waits
            && (self.state.is_final()
                || self.is_charged_back()
                || (self.is_exact() && calls.concat().into_iter().all(|call| !self.is_legal(call))))
    }

    /// What can be done next, as far as is known; nothing once the order is final.
    ///
    /// An order of two phases that was paid by SBP offers a refund and neither deposit nor reversal.
    /// `Pay` of an order that has a QR code: reject the code first, or both ways may be paid.
    pub fn next_actions(&self) -> Vec<Action> {
        let pays = matches!(self.state, State::Preregistered | State::Created);
        self.at_bank.offers(self.state == State::Pending, pays, |call| self.is_legal(call))
    }

    fn is_legal(&self, call: Call) -> bool {
        self.clone().apply(call).is_ok()
    }

    /// Carries out a call of the merchant.
    ///
    /// # Errors
    ///
    /// The call is not legal now: [`Refused`] holds the order as it was, and why. Nothing is sent
    /// here; what the router does about such a call is another matter.
    pub fn apply(self, call: Call) -> Result<Self, Refused> {
        match self.after(call) {
            Ok(order) => Ok(order),
            Err(reason) => Err(Refused { order: Box::new(self), reason }),
        }
    }

    fn after(&self, call: Call) -> Result<Self, Reason<State>> {
        let not_from_here = Reason::State(self.state);
        let trigger = Trigger::of(call).ok_or(not_from_here)?;
        if !self.state.allows(trigger) {
            return Err(not_from_here);
        }
        let at_bank =
            self.at_bank.clone().apply(call).map_err(|refused| match refused.reason() {
                Reason::State(_) => not_from_here,
                Reason::Phases(phases) => Reason::Phases(phases),
                Reason::Amount { asked, at_most } => Reason::Amount { asked, at_most },
                Reason::ReversedBefore => Reason::ReversedBefore,
                Reason::AmountsUnknown => Reason::AmountsUnknown,
            })?;
        let to = State::of_bank(at_bank.state());
        // The table has the last word, as it has about the order at the bank.
        if !self.state.moves_by(trigger, to) {
            return Err(not_from_here);
        }
        Ok(Self { state: to, at_bank, ..*self })
    }

    /// Takes in what the router or a bank reports. Never refuses, and never moves backwards: a report
    /// may be late, unless it is marked [`Report::current`].
    pub fn observe(&mut self, report: &Report) -> Observed<State> {
        match self.seen_through(report) {
            Ok(observed) => observed,
            Err(contradiction) => Observed::Contradicts(contradiction),
        }
    }

    fn seen_through(&mut self, report: &Report) -> Result<Observed<State>, Contradiction<State>> {
        let reported = report.state.ok_or(Contradiction::UnknownStatus)?;
        let apart = Contradiction::State { known: self.state, reported };
        let is_same = reported == self.state;
        let is_ahead = self.is_behind(reported, report.at_bank.is_current());
        if !is_same && !is_ahead && !reported.leads_to(self.state) {
            return Err(apart);
        }
        let mut at_bank = self.at_bank.clone();
        if report.at_once && reported.at_bank().has_money() {
            at_bank.debited_at_once();
        }
        // What was held for two phases before a deposit of a part: all of it, as far as is known.
        let unknown = at_bank.phases() == Phases::Two && at_bank.held().is_zero();
        let told = report.at_bank(unknown.then(|| self.ordered()));
        let is_news = match at_bank.observe(&told) {
            Observed::Moved => true,
            Observed::AlreadyThere => false,
            Observed::Contradicts(Contradiction::State { .. }) => return Err(apart),
            Observed::Contradicts(Contradiction::UnknownStatus) => {
                return Err(Contradiction::UnknownStatus);
            }
            Observed::Contradicts(Contradiction::Amounts) => {
                return Err(Contradiction::Amounts);
            }
            Observed::Contradicts(Contradiction::Behind) => {
                return Err(Contradiction::Behind);
            }
        };
        if !is_same && !is_ahead {
            // To the bank the stages before a payment are one and the same.
            return match report.at_bank.is_current() {
                true => Err(Contradiction::Behind),
                false => Ok(Observed::AlreadyThere),
            };
        }
        self.at_bank = at_bank;
        self.state = reported;
        Ok(if is_news || is_ahead { Observed::Moved } else { Observed::AlreadyThere })
    }

    /// Whether what is known is behind what is reported.
    fn is_behind(&self, reported: State, is_current: bool) -> bool {
        let goes_back = reported.leads_to(self.state);
        // Attempts follow each other: only a current report tells a failed one from a late word.
        self.state.leads_to(reported) && (!goes_back || is_current || reported > self.state)
    }
}
