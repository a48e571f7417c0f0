//! The router and the banks behind it, by requests written by hand.

mod orders;
mod support;
