//! The gateway client against the sandbox and the documents.

mod full;
mod money;
mod pay;
mod register;
mod samples;
mod simulation;
mod status;
mod three_ds;
