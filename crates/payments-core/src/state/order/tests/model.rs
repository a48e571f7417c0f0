//! A bank in small, written from the document and not from the table.

use super::*;

/// An order as the bank keeps it, in plain numbers.
#[derive(Clone, Debug)]
pub(super) struct Bank {
    pub(super) two_phases: bool,
    pub(super) ordered: u64,
    pub(super) status: u8,
    pub(super) approved: u64,
    pub(super) deposited: u64,
    pub(super) refunded: u64,
    reversed_before: bool,
}

/// Something that happens at the bank; a number is taken modulo what is possible.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Acs,
    Wait,
    Fail,
    Pay(u64),
    Refuse,
    Deposit(u64),
    DepositSome(u64),
    Reverse(u64),
    Refund(u64),
    Decline,
}

impl Bank {
    pub(super) fn new(two_phases: bool, ordered: u64) -> Self {
        Self {
            two_phases,
            ordered,
            status: 0,
            approved: 0,
            deposited: 0,
            refunded: 0,
            reversed_before: false,
        }
    }

    /// What the bank does about a call or an event; nothing if it refuses.
    pub(super) fn happens(&mut self, event: Event) -> bool {
        let unpaid = matches!(self.status, 0 | 5 | 7);
        match event {
            Event::Acs if self.status == 0 => self.status = 5,
            Event::Wait if matches!(self.status, 0 | 5) => self.status = 7,
            Event::Fail if matches!(self.status, 5 | 7) => self.status = 0,
            Event::Pay(amount) if unpaid && amount > 0 && amount <= self.ordered => {
                self.approved = amount;
                self.deposited = if self.two_phases { 0 } else { amount };
                self.status = if self.two_phases { 1 } else { 2 };
            }
            Event::Refuse | Event::Decline if unpaid => self.status = 6,
            Event::Deposit(amount) => return self.deposit(amount, 2),
            Event::DepositSome(amount) => return self.deposit(amount, 8),
            Event::Reverse(amount) => return self.reverse(amount),
            Event::Refund(amount) => {
                let there = matches!(self.status, 2 | 4 | 8) && amount <= self.deposited;
                if !there || amount == 0 {
                    return false;
                }
                self.deposited -= amount;
                self.refunded += amount;
                self.status = 4;
            }
            _ => return false,
        }
        true
    }

    fn deposit(&mut self, amount: u64, status: u8) -> bool {
        let open = self.two_phases && matches!(self.status, 1 | 8);
        if !open || amount == 0 || amount > self.approved - self.deposited {
            return false;
        }
        self.deposited += amount;
        self.status = status;
        true
    }

    fn reverse(&mut self, amount: u64) -> bool {
        let there = match (self.two_phases, self.status) {
            (true, 1) => self.approved,
            (false, 2) => self.deposited,
            _ => return false,
        };
        if self.reversed_before || amount == 0 || amount > there {
            return false;
        }
        self.reversed_before = true;
        self.approved -= amount;
        self.deposited = self.deposited.saturating_sub(amount);
        if amount == there {
            self.status = 3;
        }
        true
    }

    pub(super) fn amounts(&self) -> Amounts {
        amounts(self.approved, self.deposited, self.refunded)
    }

    pub(super) fn report(&self) -> Report {
        status(self.status, Some(self.amounts()))
    }

    pub(super) fn phases(&self) -> Phases {
        if self.two_phases { Phases::Two } else { Phases::One }
    }
}
