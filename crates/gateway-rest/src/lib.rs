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
//!
//! # The methods
//!
//! Paths stand under `/payment/`. The last column is what a second copy of the same request would do
//! ([`Replay`](payments_core::Replay)); where several stand there, the request's fields decide.
//! `docs/money-safety.md` says what follows for the money, `docs/protocol/gateway-rest.md` how the
//! gateway works.
//!
//! | path | call | a second copy |
//! |---|---|---|
//! | `rest/register.do` | [`Register`](order::register::Register) | Refused |
//! | `rest/registerPreAuth.do` | [`RegisterPreAuth`](order::register_pre_auth::RegisterPreAuth) | Refused |
//! | `rest/getOrderStatusExtended.do` | [`OrderStatus`](order::status::OrderStatus) | Reads |
//! | `rest/deposit.do` | [`Deposit`](order::deposit::Deposit) | Doubles |
//! | `rest/reverse.do` | [`Reverse`](order::reverse::Reverse) | Refused |
//! | `rest/refund.do` | [`Refund`](order::refund::Refund) | SameAnswer, Refused, Doubles |
//! | `rest/processRawSumRefund.do` | [`RawSumRefund`](order::raw_refund::RawSumRefund) | Doubles |
//! | `rest/processRawPositionRefund.do` | [`RawPositionRefund`](order::raw_refund::RawPositionRefund) | Doubles |
//! | `rest/decline.do` | [`Decline`](order::decline::Decline) | Refused |
//! | `rest/paymentorder.do` | [`PaymentOrder`](order::pay::PaymentOrder) | Doubles |
//! | `rest/paymentOrderBinding.do` | [`PayByBinding`](bindings::PayByBinding) | Doubles |
//! | `recurrentPayment.do` | [`RecurrentPayment`](recurrent::RecurrentPayment) | Refused |
//! | `installmentPayment.do` | [`InstallmentPayment`](recurrent::InstallmentPayment) | Refused |
//! | `rest/verifyCard.do` | [`VerifyCard`](verify_card::VerifyCard) | Doubles |
//! | `acsRedirect.do` | [`acs_redirect`](three_ds::redirect::acs_redirect) | no call: an address for the payer's browser |
//! | `rest/finish3dsPayment.do` | [`Finish3dsPayment`](three_ds::finish::Finish3dsPayment) | Doubles |
//! | `rest/finish3dsVer2Payment.do` | [`Finish3dsVer2Payment`](three_ds::finish_v2::Finish3dsVer2Payment) | Doubles |
//! | `rest/3ds/continue.do` | [`Continue3ds`](three_ds::proceed::Continue3ds) | Doubles |
//! | `rest/createBindingNoPayment.do` | [`CreateBinding`](bindings::CreateBinding) | Doubles |
//! | `rest/getBindings.do` | [`ClientBindings`](bindings::ClientBindings) | Reads |
//! | `rest/getBindingsByCardOrId.do` | [`CardBindings`](bindings::CardBindings) | Reads |
//! | `rest/bindCard.do` | [`BindCard`](bindings::BindCard) | Refused |
//! | `rest/unBindCard.do` | [`UnBindCard`](bindings::UnBindCard) | Refused |
//! | `rest/extendBinding.do` | [`ExtendBinding`](bindings::ExtendBinding) | SameAnswer |
//! | `rest/sbp/c2b/qr/dynamic/get.do` | [`DynamicQr`](sbp::DynamicQr) | Doubles |
//! | `rest/sbp/c2b/qr/status.do` | [`CheckQr`](sbp::CheckQr) | Reads |
//! | `rest/sbp/c2b/qr/dynamic/reject.do` | [`RejectQr`](sbp::RejectQr) | Refused |
//! | `rest/sbp/c2b/getBindings.do` | [`Subscriptions`](sbp::Subscriptions) | Reads |
//! | `rest/sbp/c2b/unBind.do` | [`Unsubscribe`](sbp::Unsubscribe) | SameAnswer |
//! | `rest/closeOfdReceipt.do` | [`CloseOfdReceipt`](receipts::CloseOfdReceipt) | Doubles |
//! | `rest/getReceiptStatus.do` | [`ReceiptStatus`](receipts::ReceiptStatus) | Reads |
//! | `rest/templates/create.do` | [`CreateTemplate`](templates::CreateTemplate) | Doubles |
//! | `rest/templates/get.do` | [`ReadTemplate`](templates::ReadTemplate) | Reads |
//! | `rest/templates/update.do` | [`UpdateTemplate`](templates::UpdateTemplate) | SameAnswer, Doubles |
//! | `rest/templates/getList.do` | [`ListTemplates`](templates::ListTemplates) | Reads |
//! | `se/keys.do` | [`SeKeys`](se_token::keys::SeKeys) | Reads |
//! | any other | [`RawCall`](raw::RawCall) | what the caller says |

pub mod bindings;
pub mod context;
pub mod credentials;
mod encode;
mod fault;
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
pub use resolve::{Call, Proof, Resolved, Trail};
