//! Client of the merchant REST API of the RBS payment gateway, which VTB and other banks run.
//!
//! A request is a struct that checks itself and turns into bytes; an answer is a struct that is
//! read from bytes. Both work without a network (`default-features = false`). The `client` feature,
//! on by default, adds the [`Client`] that signs, sends and resolves.
//!
//! The rules that keep money safe:
//!
//! - `Ok` means that the bank answered the call, not that an order is paid: only a status report
//!   ([`OrderStatus`](order::status::OrderStatus)) or a genuine callback says that.
//! - Every error answers [`effect`](payments_core::Error::effect): did the bank act, did it not, or
//!   may it have? After [`Maybe`](payments_core::Effect::Maybe), resolve; do not send again.
//! - Dropping the future of a call that moves money leaves its outcome unknown, as a lost answer
//!   does. Give the client a [`Journal`](payments_core::journal::Journal) and `resume`.

pub mod bindings;
pub mod context;
pub mod credentials;
mod encode;
mod fault;
mod full_url;
pub mod order;
pub mod profile;
pub mod raw;
pub mod receipts;
pub mod recurrent;
pub mod resolve;
pub mod returned;
pub mod sbp;
pub mod se_token;
pub mod templates;
pub mod three_ds;
pub mod verify_card;

#[cfg(feature = "client")]
pub mod client;

#[cfg(test)]
mod testing;

#[cfg(feature = "client")]
pub use client::Client;
pub use context::Context;
pub use credentials::Credentials;
pub use full_url::FullUrl;
pub use profile::Profile;
pub use resolve::{Call, Proof, Resolved, Trail};
