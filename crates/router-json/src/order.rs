//! The life of an order: registration, status, completion, reversal, refund, decline.

pub mod decline;
pub mod deposit;
pub mod refund;
pub mod register;
pub mod register_pre_auth;
pub mod reverse;
pub mod status;

pub use payments_core::order::{language, params};

pub use crate::fault::Done;
