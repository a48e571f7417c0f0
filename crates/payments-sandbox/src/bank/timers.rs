//! What happens without anybody's doing: orders expire, complete and reverse at their dates.

use payments_core::{id::OrderId, time::UnixMillis};

use super::{Bank, Status};
use crate::journal::Actor;

impl Bank {
    /// Does everything that is due by now, each thing at its own moment.
    pub(super) fn run_due(&mut self, now: UnixMillis) {
        loop {
            let timer = self.timers.first().map(|(due, _)| *due).filter(|due| *due <= now);
            let later = self.later.iter().map(|(due, _)| *due).filter(|due| *due <= now).min();
            match (timer, later) {
                (None, None) => break,
                (Some(timer), later) if later.is_none_or(|later| timer <= later) => {
                    if let Some((due, id)) = self.timers.pop_first() {
                        self.order_due(due, &id);
                    }
                }
                _ => self.run_first_later(),
            }
        }
        self.link_due(now);
        self.notices.run_due(now);
    }

    /// Acts on a request that was held up on its way.
    fn run_first_later(&mut self) {
        let first = (0..self.later.len()).min_by_key(|place| self.later.get(*place).map(|l| l.0));
        if let Some(place) = first {
            let (due, request) = self.later.remove(place);
            let _ = self.answer(due, &request);
        }
    }

    fn order_due(&mut self, now: UnixMillis, id: &OrderId) {
        let Some(order) = self.orders.get(id) else { return };
        if order.next_due().is_none_or(|due| due > now) {
            return;
        }
        match order.status {
            Status::Registered | Status::AcsStarted => self.expire(now, id),
            Status::Held => {
                let whole = order.on_hold();
                // Of two dates the earlier one counts, and completion if both are the same.
                if order.completes_at.is_some_and(|due| due <= now) {
                    self.debit(now, id, whole, true, Actor::Bank);
                } else {
                    self.give_back(now, id, whole, Actor::Bank);
                }
            }
            _ => {}
        }
    }
}
