//! The gateway client against the sandbox and the documents.

mod full;
mod money;
mod pay;
mod register;
mod samples;
#[cfg(feature = "client")]
mod simulation;
mod status;
mod three_ds;
