//! The sandbox as its users meet it.

mod sockets;
