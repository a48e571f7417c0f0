//! Payments by a stored credential that register their order themselves: recurrent payments and
//! instalments.
//!
//! The router's reference pages name both; fields and answers follow the gateway. They
//! register and pay in one go, so that a lost answer is looked for under the partner's own number.

mod answer;
mod charge;
pub mod installment;
pub mod payment;

pub use answer::Charged;
pub use charge::Charge;
pub use installment::InstallmentPayment;
pub use payment::RecurrentPayment;
pub use payments_core::order::charged::{ChargedOrder, Operation, RecurrentError};
