//! The router's client against the sandbox and the documents.

#[cfg(feature = "client")]
mod evidence;
mod samples;
#[cfg(feature = "client")]
mod simulation;
#[cfg(feature = "client")]
mod ways;
