//! Client of the AntiDDOS Router: SBP, T-Pay and Alfa Pay over JSON.
//!
//! The router stands in front of several banks: an order is registered with the router, and the bank
//! is chosen when it is paid. A request is a struct that checks itself and turns into bytes; an
//! answer is a struct that is read from bytes. Both work without a network
//! (`default-features = false`). The `client` feature, on by default, adds the [`Client`] that sends
//! and resolves.
//!
//! The rules that keep money safe:
//!
//! - `Ok` means that the router answered the call, not that an order is paid: only a status report
//!   ([`OrderStatus`](order::status::OrderStatus)) or a genuine callback says that.
//! - Every error answers [`effect`](payments_core::Error::effect): was anything done, was it not, or
//!   may it have been? After [`Maybe`](payments_core::Effect::Maybe), resolve; do not send again.
//! - Dropping the future of a call that moves money leaves its outcome unknown, as a lost answer
//!   does. Give the client a [`Journal`](payments_core::journal::Journal) and `resume`.

pub mod alfapay;
pub mod bindings;
pub mod context;
pub mod credentials;
mod encode;
mod fault;
mod lenient;
mod link;
pub mod order;
pub mod payment;
pub mod profile;
pub mod recurrent;
pub mod resolve;
pub mod sbp;
pub mod settings;
pub mod tpay;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
mod poll;

#[cfg(test)]
mod testing;

#[cfg(feature = "client")]
pub use client::Client;
pub use context::Context;
pub use credentials::Credentials;
pub use payments_core::address::FullUrl;
pub use profile::Profile;
pub use resolve::{Call, Resolved, Trail};
