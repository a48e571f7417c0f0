//! Payouts to cards and by phone number (A2C): what they are made of.
//!
//! Ids and amounts check the limits that the documents name, or that the bank's sibling products do;
//! value lists stay open; a code means something on its [`Rail`] only. documents/002.

mod amount;
mod error_code;
mod generated;
mod id;
pub mod plan;
mod status;
mod to;

pub use amount::{LEAST, PayoutAmount};
pub use error_code::{CodeClass, CodeText, ErrorCode, Rail};
pub use id::{CardId, CustomerKey, OrderId, PaymentId, RequestKey, TerminalKey};
pub use status::{
    BindingStatus, CardPurpose, CardStatus, CertificateStatus, CheckType, NotificationType,
    PayoutStatus, ThreeDsVersion, TransStatus,
};
pub use to::{PhonePattern, RecipientPhone, SbpMemberId};
