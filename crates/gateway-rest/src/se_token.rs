//! `seToken`: a card, or a stored card, encrypted with the bank's public key.
//!
//! documents/003 names what it holds and leaves its making to another page; the layout is the
//! platform's, the same at its other banks. It stands in `paymentorder` in place of `$PAN`, `$CVC`
//! and the expiry (G-099, G-101) and in `paymentOrderBinding` in place of the stored card (G-177).
//!
//! Encryption needs randomness, so it happens before a request is made: [`keys`] fetches the bank's
//! keys, and with the feature `card-data` a `Sealer` makes the token.

pub mod keys;

#[cfg(feature = "card-data")]
mod seal;

#[cfg(feature = "card-data")]
pub use seal::{Sealer, Stamp};
