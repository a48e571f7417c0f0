//! Everything that moves money: the order's amounts, the books, the journal and the callback
//! change here together or not at all.

use payments_core::{id::OrderId, money::Minor, time::UnixMillis};

use super::{
    Bank, Status,
    callback::Operation,
    order::{Refund, Session},
    sbp::Paid,
};
use crate::{
    journal::{Actor, Event},
    ledger::Account,
};

impl Bank {
    /// The processing centre approves a payment: the amount is held, or debited at once.
    pub(super) fn approve(&mut self, now: UnixMillis, id: &OrderId) {
        let by_sbp = self.sbp.paid(id).is_some_and(|paid| paid.way == Paid::SBP);
        let Some(order) = self.orders.get_mut(id).filter(|order| order.is_payable()) else {
            return;
        };
        let amount = order.amount;
        order.action_code = 0;
        order.three_ds = None;
        order.dates.paid = Some(now);
        if order.has_feature("VERIFY") && by_sbp {
            order.status = Status::Deposited;
            order.dates.deposited = Some(now);
            self.note(now, id, Event::Linked);
            return;
        }
        if order.has_feature("VERIFY") {
            order.status = Status::Reversed;
            self.note(now, id, Event::Verified);
            return;
        }
        order.approved = amount;
        // SBP knows no holds: whoever pays by it has paid.
        if order.two_phase && !by_sbp {
            order.status = Status::Held;
            self.timers.extend(order.next_due().map(|due| (due.max(now), id.clone())));
            self.post(id, Account::Payer, Account::Held, amount);
            self.note(now, id, Event::Held { amount: Minor::new(amount) });
            self.link_paid(now, id);
            self.notify(now, id, Operation::Approved, true);
        } else {
            order.status = Status::Deposited;
            order.deposited = amount;
            order.dates.deposited = Some(now);
            self.post(id, Account::Payer, Account::Held, amount);
            self.post(id, Account::Held, Account::Merchant, amount);
            self.note(now, id, Event::Charged { amount: Minor::new(amount) });
            self.link_paid(now, id);
            self.notify(now, id, Operation::Deposited, true);
        }
    }

    /// An attempt to pay failed; the order is declined if no other is allowed.
    pub(super) fn decline_attempt(&mut self, now: UnixMillis, id: &OrderId, action_code: i64) {
        let Some(order) = self.orders.get_mut(id).filter(|order| order.is_payable()) else {
            return;
        };
        let attempts = self.merchants.iter().find(|merchant| merchant.login == order.login);
        let attempts = attempts.map_or(1, |merchant| merchant.attempts);
        order.failures += 1;
        order.action_code = action_code;
        order.three_ds = None;
        let only_try = order.payment.as_ref().is_some_and(|payment| payment.terms.only_try);
        let last = only_try || order.failures >= attempts;
        order.status = if last { Status::Declined } else { Status::Registered };
        let operation = if order.two_phase { Operation::Approved } else { Operation::Deposited };
        self.note(now, id, Event::Declined { action_code, last });
        if last {
            if let Some(order) = self.orders.get_mut(id) {
                order.dates.declined = Some(now);
            }
            self.notify(now, id, operation, false);
        }
    }

    /// The payer goes to the issuer's page.
    pub(super) fn start_acs(&mut self, now: UnixMillis, id: &OrderId, session: Session) {
        let Some(order) = self.orders.get_mut(id) else { return };
        let news = order.status != Status::AcsStarted;
        order.status = Status::AcsStarted;
        order.three_ds = Some(session);
        if news {
            self.note(now, id, Event::AcsStarted);
        }
    }

    /// Held money is debited. `amount` is at most what is on hold.
    pub(super) fn debit(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        amount: u64,
        last: bool,
        by: Actor,
    ) {
        let Some(order) = self.orders.get_mut(id) else { return };
        let rest = order.on_hold().saturating_sub(amount);
        order.deposited += amount;
        order.dates.deposited = Some(now);
        let last = last || rest == 0;
        order.status = if last { Status::Deposited } else { Status::PartlyDeposited };
        self.post(id, Account::Held, Account::Merchant, amount);
        if last {
            self.post(id, Account::Held, Account::Payer, rest);
        }
        self.note(now, id, Event::Deposited { amount: Minor::new(amount), last, by });
        self.notify(now, id, Operation::Deposited, true);
    }

    /// Held or just debited money goes back. `amount` is at most what is there.
    pub(super) fn give_back(&mut self, now: UnixMillis, id: &OrderId, amount: u64, by: Actor) {
        let Some(order) = self.orders.get_mut(id) else { return };
        order.reversal_used = true;
        order.dates.reversed = Some(now);
        let from = if order.status == Status::Held {
            Account::Held
        } else {
            order.deposited -= amount;
            Account::Merchant
        };
        order.approved -= amount;
        let whole = order.approved == 0;
        if whole {
            order.status = Status::Reversed;
        }
        self.post(id, from, Account::Payer, amount);
        self.note(now, id, Event::Reversed { amount: Minor::new(amount), whole, by });
        self.notify_of(now, id, Operation::Reversed, true, amount, None);
    }

    /// A reversal fails at the processing centre; there is no second one.
    pub(super) fn fail_reversal(&mut self, now: UnixMillis, id: &OrderId) {
        let Some(order) = self.orders.get_mut(id) else { return };
        order.reversal_used = true;
        self.note(now, id, Event::ReversalFailed);
        self.notify(now, id, Operation::Reversed, false);
    }

    /// Debited money goes back. `amount` is at most what is left of it.
    pub(super) fn pay_back(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        amount: u64,
        key: Option<String>,
    ) {
        let reference = self.numbers.digits(12);
        let Some(order) = self.orders.get_mut(id) else { return };
        order.deposited -= amount;
        order.refunded += amount;
        order.status = Status::Refunded;
        order.dates.refunded = Some(now);
        order.refunds.push(Refund { at: now, amount, key: key.clone(), reference, raw: None });
        self.post(id, Account::Merchant, Account::Refunded, amount);
        self.note(now, id, Event::Refunded { amount: Minor::new(amount), key: key.clone() });
        self.notify_of(now, id, Operation::Refunded, true, amount, key);
    }

    /// The merchant cancels an order that is not paid.
    pub(super) fn cancel(&mut self, now: UnixMillis, id: &OrderId) {
        let Some(order) = self.orders.get_mut(id) else { return };
        order.status = Status::Declined;
        order.action_code = 4005;
        order.three_ds = None;
        order.dates.declined = Some(now);
        self.note(now, id, Event::Cancelled);
    }

    /// An order was not paid in time.
    pub(super) fn expire(&mut self, now: UnixMillis, id: &OrderId) {
        let Some(order) = self.orders.get_mut(id).filter(|order| order.is_payable()) else {
            return;
        };
        // The payer did not come back from the issuer's page, or never gave a card.
        order.action_code = if order.status == Status::AcsStarted { -2009 } else { -2007 };
        order.status = Status::Declined;
        order.three_ds = None;
        order.dates.declined = Some(now);
        self.note(now, id, Event::Expired);
        self.notify(now, id, Operation::DeclinedByTimeout, true);
    }

    /// The issuer takes debited money back against the merchant's will.
    pub(super) fn take_back(&mut self, now: UnixMillis, id: &OrderId, amount: u64) {
        let Some(order) = self.orders.get_mut(id) else { return };
        order.charged_back += amount;
        self.post(id, Account::Merchant, Account::ChargedBack, amount);
        self.note(now, id, Event::ChargedBack { amount: Minor::new(amount) });
    }
}
