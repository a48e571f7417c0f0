//! Payments by a stored credential that register their order themselves: recurrent payments and
//! instalments.
//!
//! Both are JSON calls one level above `rest/`. They register and pay in one go, so that a lost
//! answer is looked for under the merchant's own number.

mod charge;
mod installment;
mod payment;

pub use charge::Charge;
pub use installment::InstallmentPayment;
pub use payment::RecurrentPayment;
pub use payments_core::order::charged::{
    ChargedOrder, InstallmentAnswer, Operation, RecurrentAnswer, RecurrentError,
};
