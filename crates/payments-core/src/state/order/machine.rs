//! The order itself.

use super::{Call, State, Trigger, sums::Sums};
use crate::{
    Minor, Part,
    state::amounts::Amounts,
    time::{LocalDateTime, UnixMillis},
};

/// In how many steps an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Phases {
    /// Debited at once (`register`).
    One,
    /// Held first, debited by a deposit (`registerPreAuth`).
    Two,
}

/// When the bank acts by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schedule {
    /// Moment at which the bank deposits what is held (`autocompletionDate`).
    pub deposits_at: Option<UnixMillis>,
    /// Moment at which the bank reverses what is held (`autoReverseDate`).
    pub reverses_at: Option<UnixMillis>,
    /// Moment at which an unpaid order expires.
    pub expires_at: Option<UnixMillis>,
}

impl Schedule {
    /// Reads the dates given at registration; the bank takes both as UTC+3.
    pub fn new(completion: Option<LocalDateTime>, reversal: Option<LocalDateTime>) -> Self {
        Self {
            deposits_at: completion.map(LocalDateTime::from_moscow),
            reverses_at: reversal.map(LocalDateTime::from_moscow),
            expires_at: None,
        }
    }

    /// Changes what stays public, such as the moment of expiry.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// An order with its state and amounts, all in minor units of the order's one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub(super) state: State,
    pub(super) phases: Phases,
    pub(super) ordered: Minor,
    pub(super) sums: Sums,
    /// Whether the bank told the amounts or they follow from the state.
    pub(super) exact: bool,
    /// Whether a reversal was carried out or tried: the bank allows one.
    pub(super) reversal_used: bool,
    pub(super) schedule: Schedule,
}

impl Order {
    /// Takes an order that was just registered. The amount includes a fee that the payer pays on
    /// top, if there is one.
    pub const fn registered(ordered: Minor, phases: Phases) -> Self {
        Self {
            state: State::Registered,
            phases,
            ordered,
            sums: Sums::NONE,
            exact: true,
            reversal_used: false,
            schedule: Schedule { deposits_at: None, reverses_at: None, expires_at: None },
        }
    }

    /// Adds what the bank does by itself.
    #[must_use]
    pub const fn scheduled(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Where the order stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// In how many steps it is paid.
    pub const fn phases(&self) -> Phases {
        self.phases
    }

    /// Amount of the registration.
    pub const fn ordered(&self) -> Minor {
        self.ordered
    }

    /// Authorised in total, before anything was given back; may be less than ordered where partial
    /// authorisation is allowed.
    pub const fn held(&self) -> Minor {
        self.sums.held
    }

    /// Debited in total, before anything was given back.
    pub const fn deposited(&self) -> Minor {
        self.sums.deposited
    }

    /// Given back by reversal in total.
    pub const fn reversed(&self) -> Minor {
        self.sums.reversed
    }

    /// Given back by refund in total.
    pub const fn refunded(&self) -> Minor {
        self.sums.refunded
    }

    /// Whether the amounts are known to the last unit. They are not after a report that moved the
    /// order but carried no amounts: then each is the least that it can be, and only a report with
    /// amounts makes further calls possible.
    pub const fn is_exact(&self) -> bool {
        self.exact
    }

    /// The amounts as a status report of this moment would show them; what a call's `resolve`
    /// compares with later.
    pub fn seen(&self) -> Amounts {
        self.sums.report(self.state, self.phases)
    }

    /// What a deposit may take.
    pub fn depositable(&self) -> Minor {
        match (self.phases, self.state) {
            (Phases::Two, State::Authorised | State::PartlyDeposited) => self.sums.on_hold(),
            _ => Minor::ZERO,
        }
    }

    /// What a reversal may give back: what is held, or what a one-phase order was debited. Nothing
    /// once a reversal was carried out or failed, since the bank allows one (documents/003, reverse).
    pub fn reversible(&self) -> Minor {
        match (self.phases, self.state) {
            _ if self.reversal_used => Minor::ZERO,
            (_, State::Authorised) => self.sums.on_hold(),
            (Phases::One, State::Deposited) => self.sums.kept(self.phases),
            _ => Minor::ZERO,
        }
    }

    /// What refunds may still give back: what was debited, less what was given back.
    pub fn refundable(&self) -> Minor {
        match self.state {
            State::PartlyDeposited | State::Deposited | State::Refunded => {
                self.sums.kept(self.phases)
            }
            _ => Minor::ZERO,
        }
    }

    /// Whether the order counts as paid: held or debited. A partial refund ends that.
    pub const fn is_paid(&self) -> bool {
        self.state.is_paid()
    }

    /// Whether no further call is legal. The bank may still act: a refunded order can be charged
    /// back.
    pub fn is_final(&self) -> bool {
        let calls = [
            Call::Deposit(Part::Whole),
            Call::Reverse(Part::Whole),
            Call::Refund(Part::Whole),
            Call::Decline,
        ];
        self.state.is_final()
            || (self.exact && calls.into_iter().all(|call| self.clone().apply(call).is_err()))
    }

    /// Notes that the bank refused a reversal. Later ones do not work either, so that none is legal
    /// from here on (documents/003, reverse).
    pub const fn reversal_failed(&mut self) {
        self.reversal_used = true;
    }

    /// Learns that the payment debits the whole at once, although the order was registered for two
    /// phases. Changes nothing about an order of which more is known.
    pub(in crate::state) fn debited_at_once(&mut self) {
        if self.sums == Sums::NONE {
            self.phases = Phases::One;
        } else if self.state == State::Deposited && !self.exact && self.sums.deposited.is_zero() {
            self.phases = Phases::One;
            self.sums.deposited = self.sums.held;
            self.exact = true;
        }
    }

    /// What the bank should have done by itself at a moment, if anything. A forecast: the order
    /// moves when a report says so.
    ///
    /// Of two dates the earlier one counts, and the deposit if both are the same.
    pub fn due(&self, now: UnixMillis) -> Option<Trigger> {
        let deposit = (self.schedule.deposits_at, Trigger::AutoDeposit);
        let reverse = (self.schedule.reverses_at, Trigger::AutoReverse);
        let expire = (self.schedule.expires_at, Trigger::Expire);
        [deposit, reverse, expire]
            .into_iter()
            .filter(|(_, trigger)| State::ALL.iter().any(|to| self.state.moves_by(*trigger, *to)))
            .filter_map(|(at, trigger)| at.filter(|at| *at <= now).map(|at| (at, trigger)))
            .min_by_key(|(at, _)| *at)
            .map(|(_, trigger)| trigger)
    }
}
