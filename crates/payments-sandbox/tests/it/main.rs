//! The bank as programs meet it: requests as bytes, answers as JSON.

mod access;
mod callbacks;
mod money;
mod pages;
mod payments;
mod register;
mod sockets;
mod support;
