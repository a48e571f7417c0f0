//! 3-D Secure: the calls that finish it, and the ways to the issuer's page.

pub mod finish;
pub mod finish_v2;
pub mod proceed;
pub mod redirect;
