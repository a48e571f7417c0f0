//! 3-D Secure: the steps of a payment with it, the calls that finish it, and the ways to the
//! issuer's page.

pub mod driver;
pub mod finish;
pub mod finish_v2;
pub mod proceed;
pub mod redirect;
