//! Takes the crates that the features name; see `Cargo.toml`.

#[cfg(feature = "gateway-rest-bare")]
pub use gateway_rest;
#[cfg(feature = "payments-core")]
pub use payments_core;
#[cfg(feature = "payments-http")]
pub use payments_http;
#[cfg(feature = "payments-notify")]
pub use payments_notify;
#[cfg(feature = "payments-sandbox")]
pub use payments_sandbox;
#[cfg(feature = "payments-sign")]
pub use payments_sign;
#[cfg(feature = "router-json-bare")]
pub use router_json;
