//! The gateway client against the sandbox and the documents.

mod pay;
mod register;
mod samples;
mod simulation;
mod status;
