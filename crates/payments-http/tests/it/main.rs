//! The stack over real sockets.

mod bank;
mod failures;
mod order;
mod pool;
mod proxy;
mod race;
mod secrets;
mod tls;
