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
//!
//! # The methods
//!
//! Paths stand under `/v1/`. The last column is what a second copy of the same request would do
//! ([`Replay`](payments_core::Replay)), as far as is known: the router's documents do not say.
//! `docs/money-safety.md` says what follows for the money, `docs/protocol/router-json.md` how the
//! router works.
//!
//! | path | call | a second copy |
//! |---|---|---|
//! | `register.do` | [`Register`](order::register::Register) | Refused |
//! | `registerPreAuth.do` | [`RegisterPreAuth`](order::register_pre_auth::RegisterPreAuth) | Refused |
//! | `getOrderStatusExtended.do` | [`OrderStatus`](order::status::OrderStatus) | Reads |
//! | `sbp_c2b/get.do` | [`DynamicQr`](sbp::DynamicQr) | Doubles |
//! | `sbp_c2b/status.do` | [`CheckQr`](sbp::CheckQr) | Reads |
//! | `sbp_c2b/reject.do` | [`RejectQr`](sbp::RejectQr) | Refused |
//! | `sbp_c2b/getBindings.do` | [`Subscriptions`](sbp::Subscriptions) | Reads |
//! | `sbp_c2b/unBind.do` | [`Unsubscribe`](sbp::Unsubscribe) | SameAnswer |
//! | `paymentOrder.do` | [`PayByToken`](sbp::PayByToken) | Doubles |
//! | `paymentOrderBinding.do` | [`PayByBinding`](bindings::PayByBinding) | Doubles |
//! | `getBindings.do` | [`ClientBindings`](bindings::ClientBindings) | Reads |
//! | `deposit.do` | [`Deposit`](order::deposit::Deposit) | Doubles |
//! | `reverse.do` | [`Reverse`](order::reverse::Reverse) | Refused |
//! | `refund.do` | [`Refund`](order::refund::Refund) | Doubles |
//! | `decline.do` | [`Decline`](order::decline::Decline) | Refused |
//! | `recurrentPayment.do` | [`RecurrentPayment`](recurrent::RecurrentPayment) | Refused |
//! | `installmentPayment.do` | [`InstallmentPayment`](recurrent::InstallmentPayment) | Refused |
//! | `tpay/paymentOrder.do` | [`TPay`](tpay::TPay) | Doubles |
//! | `alfapay/paymentOrder.do` | [`AlfaPay`](alfapay::AlfaPay) | Doubles |
//! | `settings/getRouterParams.do` | [`ReadRouterParams`](settings::ReadRouterParams) | Reads |

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
mod tap;
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
