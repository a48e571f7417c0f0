//! The router's client against the sandbox and the documents.

#[cfg(feature = "client")]
mod simulation;
