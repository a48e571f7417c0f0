//! Payments by the fast payment system (SBP): dynamic QR codes and subscriptions.
//!
//! documents/003, "SBP payments"; rules G-194 to G-204. No call here moves money by itself: the
//! payer does, by a code, or [`paymentorder`](crate::order::pay) does with the token of a
//! [`Subscription`]. Whether the order is paid says its
//! [status](crate::order::status::OrderStatus) or a genuine callback, not the status of a code.

pub mod check_qr;
pub mod dynamic_qr;
pub mod reject_qr;
pub mod rendered_qr {
    //! A QR code that the bank has drawn; the same for every API.

    pub use payments_core::sbp::RenderedQr;
}
pub mod subscriptions;
pub mod unsubscribe;

use payments_core::{limit, order::QrStatus};

pub use check_qr::CheckQr;
pub use dynamic_qr::{DynamicQr, Qr, QrSize};
pub use reject_qr::RejectQr;
pub use rendered_qr::RenderedQr;
pub use subscriptions::{Subscription, Subscriptions};
pub use unsubscribe::Unsubscribe;

/// The status of a code under whichever of its three names it came (G-199).
fn one_status(spellings: [Option<QrStatus>; 3]) -> Option<QrStatus> {
    spellings.into_iter().flatten().next()
}

/// Checks the number of a code, for which no length is documented.
fn qr_id(id: &Option<String>) -> Result<(), payments_core::Invalid> {
    let some = id.as_ref().is_none_or(|id| !id.is_empty());
    limit::ensure(some, "qrId", || "must not be empty".into())
}
