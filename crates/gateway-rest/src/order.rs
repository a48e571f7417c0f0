//! The life of an order: registration, payment, status, completion, reversal, refund.

pub mod decline;
pub mod deposit;
pub mod language;
pub mod outcome;
pub mod params;
pub mod pay;
pub(crate) mod payer;
pub mod raw_refund;
pub mod refund;
pub mod register;
pub mod register_pre_auth;
pub mod reverse;
pub mod status;

pub use crate::fault::Done;
