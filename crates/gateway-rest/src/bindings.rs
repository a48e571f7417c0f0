//! Stored credentials: a customer's card that the bank keeps, and payments by it.
//!
//! documents/003, "Stored credential"; rules G-175 to G-187. A credential comes from a paid order
//! that names a customer ([`client_id`](crate::order::register::Register::client_id)), from a card
//! that is verified, or from [`CreateBinding`]. It needs the bank's permission. Whoever has login
//! and password can charge a credential: its number alone is no secret.
//!
//! [`PayByBinding`] moves money. The other calls do not: what became of one whose answer was lost
//! is found out by [`ClientBindings`].

pub mod bind;
pub mod by_card;
pub mod create;
pub mod extend;
pub mod list;
pub mod pay;
pub(crate) mod tii;
pub mod unbind;

use payments_core::{
    Effect,
    error::RefusalKind::{AccessDenied, BadRequest, BankFault, NotFound, WrongState},
};

pub use bind::BindCard;
pub use by_card::CardBindings;
pub use create::{CreateBinding, CreatedBinding};
pub use extend::ExtendBinding;
pub use list::{Binding, BindingList, ClientBindings};
pub use pay::PayByBinding;
pub use unbind::UnBindCard;

use crate::fault::Codes;

/// Codes of the lists: they only ask. 2 says that there is nothing to list.
const LISTING: Codes = &[
    ("1", BadRequest, Effect::No),
    ("2", NotFound, Effect::No),
    ("5", AccessDenied, Effect::No),
    ("7", BankFault, Effect::No),
];

/// Codes of the calls that change a credential. 2 is a credential that is in the state already, so
/// that it may answer a second copy, and also one that is not there.
const CHANGING: Codes = &[
    ("2", WrongState, Effect::Maybe),
    ("5", AccessDenied, Effect::No),
    ("7", BankFault, Effect::Maybe),
];

/// Codes of a payment. None clears it: 2 is also an order that is paid already, and the others are
/// classes rather than codes.
const PAYING: Codes = &[
    ("1", BadRequest, Effect::Maybe),
    ("2", WrongState, Effect::Maybe),
    ("5", AccessDenied, Effect::Maybe),
    ("7", BankFault, Effect::Maybe),
];
