//! The life of an order: registration, payment, status, completion, reversal, refund.

pub mod language;
pub mod params;

pub use crate::fault::Done;
