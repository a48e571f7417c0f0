//! Callbacks of the payment gateways: proven genuine, read, and answered.
//!
//! A callback is what a stranger sends to an address that anybody can find. [`gateway::Gateway`]
//! turns a request into an [`gateway::Event`] only if its checksum was made with the bank's key;
//! [`service::Callbacks`] puts that behind an HTTP server and answers 200 once the merchant's own
//! handler has taken the event.
//!
//! ```
//! use payments_core::Secret;
//! use payments_notify::gateway::Gateway;
//! use payments_sign::HmacKey;
//!
//! let key = HmacKey::new(&Secret::<String>::new("ooc7slpvc61k7sf7ma7p4hrefr"))?;
//! let gateway = Gateway::hmac(key);
//! let uri = "/callback?mdOrder=06cf5599-3f17-7c86-bdbc-bd7d00a8b38b&operation=approved\
//!            &orderNumber=2003&status=1\
//!            &checksum=EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972";
//! let event = gateway.receive(&http::Method::GET, &uri.parse()?, &http::HeaderMap::new(), b"")?;
//! assert!(event.is_paid());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The gateway repeats a callback every 30 seconds until it is answered 200 or three attempts in a
//! row have failed, and an answer may get lost: the same event can come more than once, and late.
//! Nothing here remembers what came before.

pub mod gateway;
pub mod service;

pub use gateway::{Event, Gateway, NotGenuine};
pub use service::Callbacks;
