//! When to ask for a payment's outcome again, and when to stop. Nothing here waits or reads a clock.
//!
//! A payment ends at the payer's, out of the merchant's sight. A [`Plan`] decides when the status call
//! that tells is due: at once, then at growing intervals, for the last time when the order's lifetime
//! ends and never later. It stops as soon as a report or a callback brings the final state. No
//! document says how long to wait between two status calls (documents/000 and 004 only ask for them
//! "periodically"), so that the [`Pace`] is ours.
//!
//! ```
//! use std::time::Duration;
//! use payments_core::{order::OrderStatus, time::UnixMillis};
//! use payments_core::poll::{Next, Outcome, Plan, Standing};
//!
//! let begin = UnixMillis::new(0);
//! let mut plan = Plan::new(begin, begin.plus(Duration::from_secs(1800)));
//! assert_eq!(plan.next(), Next::AskAt(begin));
//! plan.asking(begin);
//! plan.answered(begin, Standing::of_order(&OrderStatus::Registered, None, None), None);
//! assert_eq!(plan.next(), Next::AskAt(UnixMillis::new(2_000)));
//! plan.called_back(UnixMillis::new(700), Standing::Paid);
//! assert_eq!(plan.next(), Next::Stop(Outcome::Paid));
//! ```

mod plan;
mod standing;
#[cfg(test)]
mod tests;

pub use self::{
    plan::{Next, Outcome, Pace, Plan},
    standing::Standing,
};
