#![doc = include_str!("../README.md")]

pub mod layer;
pub mod poll;
pub mod proxy;
pub mod stack;
pub mod tls;

mod caller;
mod connect;
mod destination;
mod pool;
mod transport;

pub use caller::Caller;
pub use destination::NotAllowed;
pub use layer::timeout::{Phase, TimedOut};
pub use poll::{Poll, Polled};
pub use proxy::Proxy;
pub use stack::{Stack, StackBuilder, StackError};
pub use tls::Roots;
pub use transport::Transport;
