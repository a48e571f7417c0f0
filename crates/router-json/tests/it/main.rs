//! The router's client against the sandbox and the documents.

#[cfg(feature = "client")]
mod evidence;
#[cfg(feature = "client")]
mod lost;
#[cfg(feature = "client")]
mod poll;
#[cfg_attr(
    not(feature = "client"),
    expect(dead_code, reason = "what the evidence uses is only there with the client")
)]
mod samples;
#[cfg(feature = "client")]
mod simulation;
#[cfg(feature = "client")]
mod ways;
