//! The life of an order, with its amounts.
//!
//! [`Order`] has two entrances. [`Order::apply`] is for the merchant's own calls, once the bank
//! answered that they succeeded, or before they are sent to see whether they can: it refuses what the
//! rules do not allow and gives the order back. [`Order::observe`] is for status reports and
//! callbacks that are proven genuine: it never refuses, and says whether the report is news, is known,
//! or contradicts what is known.
//!
//! ```
//! use payments_core::{Minor, Part};
//! use payments_core::order::OrderStatus;
//! use payments_core::state::{amounts::Amounts, order::{Call, Observed, Order, Phases, Report, State}};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut order = Order::registered(Minor::new(2000), Phases::Two);
//! let held = Amounts::new(Minor::new(2000), Minor::ZERO, Minor::ZERO);
//! let report = Report::from_status(&OrderStatus::Authorized, None, Some(held));
//! assert_eq!(order.observe(&report), Observed::Moved);
//!
//! let order = order.apply(Call::Deposit(Part::exactly(Minor::new(1500))?))?;
//! assert_eq!((order.state(), order.refundable()), (State::Deposited, Minor::new(1500)));
//! let refused = order.apply(Call::Refund(Part::exactly(Minor::new(1501))?)).unwrap_err();
//! assert_eq!(refused.order().state(), State::Deposited);
//! # Ok(())
//! # }
//! ```

mod actions;
mod apply;
mod machine;
mod observe;
mod report;
mod sums;
mod table;
#[cfg(test)]
mod tests;

pub use self::{
    actions::Action,
    apply::{Call, Reason, Refused},
    machine::{Order, Phases, Schedule},
    observe::{Contradiction, Observed},
    report::Report,
    table::{MOVES, State, Trigger, diagram},
};
