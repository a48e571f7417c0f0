//! The life of an order: registration, status, completion, reversal, refund, decline.

pub mod status;

pub use payments_core::order::{language, params};

pub use crate::fault::Done;
