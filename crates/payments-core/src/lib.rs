//! Domain types, state machines and signature canonicalization for merchants that take and pay
//! out money through Russian acquiring APIs.
//!
//! This crate is pure: it opens no socket, reads no clock, draws no random number and looks at no
//! environment variable. Whatever it needs of these is an argument. The crates of the single banks
//! build on it; most programs meet its types through one of them.
//!
//! # What a call means for the money
//!
//! A request is an [`Endpoint`]: it says what a second copy of itself would do ([`Replay`]), turns
//! itself into bytes ([`Prepared`]) and reads the bank's answer. Whatever goes wrong is one
//! [`Error`], and each answers one question first: may the bank have acted ([`Effect`])?

#[cfg(feature = "url")]
pub mod address;
pub mod answer;
pub mod canonical;
pub mod card;
pub mod endpoint;
pub mod error;
pub mod id;
pub mod journal;
pub mod limit;
pub mod money;
pub mod open_enum;
pub mod order;
pub mod payout;
pub mod poll;
pub mod resolve;
pub mod retry;
pub mod sbp;
pub mod secret;
pub mod state;
pub mod time;
pub mod wire;

pub use endpoint::{Answer, Copies, Endpoint, Outgoing, Prepared, Raw, Replay, Tag, ToSign};
pub use error::{Effect, Error, Invalid, NotSent, Refusal};
pub use money::{Currency, Minor, Money, Part};
pub use secret::Secret;
