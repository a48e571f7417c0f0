//! Canonical forms: the exact bytes that are hashed, signed or checked.
//!
//! Each form has one way to its exact bytes, for a signer or verifier, and one `redacted` text for
//! logs, which shows names and never a value.

pub mod a2c_digest;
pub mod body_hash;
pub mod callback;
pub mod scalars;
pub mod token;

pub use a2c_digest::{A2cDigest, A2cText};
pub use body_hash::BodyHash;
pub use callback::CallbackText;
pub use scalars::Scalars;
pub use token::TokenText;
