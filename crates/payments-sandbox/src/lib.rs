//! Plays the payment gateway, its payment page and its ACS on one machine.
//!
//! [`Bank`] is a pure function of a request and a moment. [`Sandbox`] puts a clock beside it and is
//! a `tower::Service`, so that a client's test needs no socket:
//!
//! ```
//! use payments_sandbox::{Sandbox, Settings};
//!
//! let sandbox = Sandbox::new(Settings::default());
//! let request = http::Request::post("https://bank.example/payment/rest/register.do")
//!     .body("userName=test_user&password=test_user_password&orderNumber=1&amount=2000\
//!            &returnUrl=https://shop.example/back".into())?;
//! let handled = sandbox.handle(&request);
//! assert!(handled.response.body().starts_with(b"{\"orderId\":"));
//! assert_eq!(sandbox.with_bank(|bank| bank.order_count()), 1);
//! # Ok::<(), http::Error>(())
//! ```

mod answer;
mod bank;
pub mod cards;
pub mod faults;
mod ids;
pub mod journal;
mod json;
pub mod ledger;
mod pages;
mod parse;
mod sandbox;
pub mod serve;
pub mod settings;
mod texts;

pub use bank::{Bank, Delivery, DeliveryId, Handled};
pub use faults::{CallbackFault, Carriage, Fault, Faults};
pub use sandbox::{Broken, Sandbox};
pub use serve::{Running, ServeConfig, Server};
pub use settings::{Merchant, Settings};

/// Public half of the key that signs callbacks with [`Checksum::Rsa`](settings::Checksum::Rsa), PEM.
///
/// Its private half is in this crate for everyone to read: never trust it outside of tests.
pub const PUBLIC_KEY: &str = include_str!("../keys/callback.pub.pem");
