//! The life of an order at the AntiDDOS Router, with its amounts.
//!
//! An order begins at the router alone; with the first attempt to pay, the router chooses a bank and
//! registers it there. From then on it is an order of that bank, so that the amounts and what may be
//! done with them are those of [`state::order`](super::order). What differs stands in this table: the
//! stage before a bank, no reversal of what was debited, and the order of two phases that is paid by
//! SBP. SBP debits at once, whatever the registration said: such an order is deposited without a
//! deposit, and only a refund gives anything back (documents/004, "Two-phase payments with SBP").
//!
//! ```
//! use payments_core::{Minor, order::{PaymentWay, RouterState}};
//! use payments_core::state::order::{Action, Observed, Phases};
//! use payments_core::state::router_order::{Order, Report, State};
//!
//! // Which way the buyer pays is not known when the order is registered.
//! let mut order = Order::registered(Minor::new(2000), Phases::Two);
//! let report = Report::new(&RouterState::Deposited, None).paid_by(Some(&PaymentWay::SbpC2b));
//! assert_eq!(order.observe(&report), Observed::Moved);
//! assert_eq!(order.state(), State::Deposited);
//! assert_eq!(order.next_actions(), [Action::Refund { at_most: Minor::new(2000) }]);
//! ```

mod machine;
mod report;
mod table;
#[cfg(test)]
mod tests;

pub use self::{
    machine::{Order, Refused},
    report::Report,
    table::{MOVES, State, Trigger, diagram},
};
