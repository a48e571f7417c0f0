//! The router's client against the sandbox and the documents.

#[cfg(feature = "client")]
mod evidence;
#[cfg(feature = "client")]
mod lost;
#[cfg(feature = "client")]
mod poll;
mod samples;
#[cfg(feature = "client")]
mod simulation;
#[cfg(feature = "client")]
mod ways;
