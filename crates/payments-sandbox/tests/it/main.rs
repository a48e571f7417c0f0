//! The bank as programs meet it: requests as bytes, answers as JSON.

mod access;
mod bindings;
mod callbacks;
mod charges;
mod control;
mod faults;
mod looks;
mod money;
mod own_three_ds;
mod pages;
mod payments;
mod properties;
mod raw_refunds;
mod receipts;
mod register;
mod replay;
mod router;
mod sbp;
mod secrets;
mod settings;
mod sockets;
mod support;
mod templates;
mod traces;
mod verify;
