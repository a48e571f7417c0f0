//! Payments by the fast payment system (SBP): dynamic QR codes and subscriptions.
//!
//! documents/004. The router chooses the bank when a code is asked for or a subscription is charged by
//! its token. What a code says is read by [`payments_core::sbp`]; how far a payment by it is follows
//! [`payments_core::state::qr`]. Whether the order is paid says its
//! [status](crate::order::status::OrderStatus) or a genuine callback.

pub mod bindings;
mod creation;
pub mod pay_by_token;
pub mod qr;
pub mod reject;
pub mod status;
pub mod unbind;

use payments_core::{Invalid, limit};

pub use bindings::{Subscription, SubscriptionList, Subscriptions};
pub use pay_by_token::PayByToken;
pub use payments_core::sbp::{
    Creation, Link, Patience, Qr, QrSize, Rejection, RenderedQr, SbpSubscription,
};
pub use qr::DynamicQr;
pub use reject::RejectQr;
pub use status::{CheckQr, QrReport};
pub use unbind::{Unsubscribe, Unsubscribed};

/// Checks the number of a code, for which no length is documented.
fn qr_id(id: &Option<String>) -> Result<(), Invalid> {
    let some = id.as_ref().is_none_or(|id| !id.is_empty());
    limit::ensure(some, "qrId", || "must not be empty".into())
}
