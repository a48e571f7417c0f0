//! Stored credentials: a customer's cards, and payments by a card or an SBP subscription.
//!
//! documents/004, "Paying with SBP subscription" and the note on its list; rules. What
//! the calls carry follows the gateway (documents/003): the router's documents show neither.
//! SBP subscriptions have a list of their own.

pub mod list;
pub mod pay;

pub use list::{Binding, BindingList, ClientBindings};
pub use pay::PayByBinding;
