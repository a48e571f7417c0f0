//! The table of legal moves.

use State::*;

/// Where an order stands. Declared in the order in which the unpaid ones follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new state")]
pub enum State {
    /// Registered, no money moved (status 0).
    Registered,
    /// The payer is at the issuer's authentication page (status 5).
    AcsStarted,
    /// A payment is under way and its outcome open (status 7).
    Pending,
    /// An amount is held (status 1).
    Authorised,
    /// A part was debited and more may follow (status 8).
    PartlyDeposited,
    /// Debited (status 2).
    Deposited,
    /// Something was given back by refund, perhaps not all of it (status 4).
    Refunded,
    /// Everything was given back by reversal, or nothing but the card was checked (status 3).
    Reversed,
    /// Refused, expired or declined by the merchant; no money moved (status 6).
    Declined,
    /// The issuer took the money back (`chargeback` of a status report).
    ChargedBack,
}

/// What moves an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new trigger")]
pub enum Trigger {
    /// The payer is sent to the issuer's authentication page.
    SendToAcs,
    /// The payment goes on without an outcome yet.
    Wait,
    /// An attempt to pay failed and another one is possible.
    Fail,
    /// The issuer holds the amount (two phases).
    Hold,
    /// The issuer debits the amount at once (one phase).
    Charge,
    /// The card was checked without a payment.
    Verify,
    /// The issuer or the gateway refuses the payment for good.
    Refuse,
    /// Time to pay ran out.
    Expire,
    /// The bank deposits at the date given at registration.
    AutoDeposit,
    /// The bank reverses at the date given at registration, or because the hold ran out.
    AutoReverse,
    /// The issuer takes the money back.
    ChargeBack,
    /// The merchant deposits, which ends the hold.
    Deposit,
    /// The merchant deposits a part and keeps the rest on hold.
    DepositSome,
    /// The merchant reverses all or a part.
    Reverse,
    /// The merchant refunds all or a part.
    Refund,
    /// The merchant declines an order that is not paid.
    Decline,
}

/// The whole machine. A move that is no row here is refused, or contradicts.
///
/// Where a trigger leads from one state to two, the amounts pick the row: a partial reversal keeps
/// the state, a full one leads to `Reversed`. documents/003, "Order status", deposit, reverse,
/// refund, decline, callbacks; status 8 and the reversal of one-phase orders from sibling banks.
pub const MOVES: &[(State, Trigger, State)] = &[
    (Registered, Trigger::SendToAcs, AcsStarted),
    (Registered, Trigger::Wait, Pending),
    (Registered, Trigger::Hold, Authorised),
    (Registered, Trigger::Charge, Deposited),
    (Registered, Trigger::Verify, Reversed),
    (Registered, Trigger::Refuse, Declined),
    (Registered, Trigger::Expire, Declined),
    (Registered, Trigger::Decline, Declined),
    (AcsStarted, Trigger::Fail, Registered),
    (AcsStarted, Trigger::Wait, Pending),
    (AcsStarted, Trigger::Hold, Authorised),
    (AcsStarted, Trigger::Charge, Deposited),
    (AcsStarted, Trigger::Verify, Reversed),
    (AcsStarted, Trigger::Refuse, Declined),
    (AcsStarted, Trigger::Expire, Declined),
    (AcsStarted, Trigger::Decline, Declined),
    (Pending, Trigger::Fail, Registered),
    (Pending, Trigger::Hold, Authorised),
    (Pending, Trigger::Charge, Deposited),
    (Pending, Trigger::Verify, Reversed),
    (Pending, Trigger::Refuse, Declined),
    (Pending, Trigger::Expire, Declined),
    (Pending, Trigger::Decline, Declined),
    (Authorised, Trigger::Deposit, Deposited),
    (Authorised, Trigger::DepositSome, PartlyDeposited),
    (Authorised, Trigger::AutoDeposit, Deposited),
    (Authorised, Trigger::Reverse, Authorised),
    (Authorised, Trigger::Reverse, Reversed),
    (Authorised, Trigger::AutoReverse, Reversed),
    (PartlyDeposited, Trigger::DepositSome, PartlyDeposited),
    (PartlyDeposited, Trigger::Deposit, Deposited),
    (PartlyDeposited, Trigger::Refund, Refunded),
    (PartlyDeposited, Trigger::ChargeBack, ChargedBack),
    (Deposited, Trigger::Reverse, Deposited),
    (Deposited, Trigger::Reverse, Reversed),
    (Deposited, Trigger::Refund, Refunded),
    (Deposited, Trigger::ChargeBack, ChargedBack),
    (Refunded, Trigger::Refund, Refunded),
    (Refunded, Trigger::ChargeBack, ChargedBack),
];

impl State {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Registered,
        AcsStarted,
        Pending,
        Authorised,
        PartlyDeposited,
        Deposited,
        Refunded,
        Reversed,
        Declined,
        ChargedBack,
    ];

    /// Whether an order in this state counts as paid: held or debited, as statuses 1 and 2 say.
    pub const fn is_paid(self) -> bool {
        matches!(self, Authorised | Deposited)
    }

    /// Whether an order in this state has an amount held or debited.
    pub(in crate::state) const fn has_money(self) -> bool {
        matches!(self, Authorised | PartlyDeposited | Deposited | Refunded)
    }

    /// Whether no call of the merchant is legal from here, whatever the amounts.
    ///
    /// An order refunded in full is final as well, which its amounts tell: [`Order::is_final`](super::Order::is_final).
    pub fn is_final(self) -> bool {
        !MOVES.iter().any(|(from, trigger, _)| *from == self && trigger.is_call())
    }

    /// Whether a sequence of moves, one at least, leads from here to another state.
    pub fn leads_to(self, other: Self) -> bool {
        crate::state::leads(MOVES, self, other)
    }

    /// Whether one move by this trigger leads from here to another state.
    pub fn moves_by(self, trigger: Trigger, to: Self) -> bool {
        MOVES.contains(&(self, trigger, to))
    }
}

impl Trigger {
    /// Whether the trigger is a call of the merchant; the others are the payer's or the bank's doing.
    pub const fn is_call(self) -> bool {
        matches!(
            self,
            Self::Deposit | Self::DepositSome | Self::Reverse | Self::Refund | Self::Decline
        )
    }
}

/// The machine as a Mermaid state diagram.
pub fn diagram() -> String {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    crate::state::diagram(Registered, &finals, MOVES)
}
