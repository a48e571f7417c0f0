//! 3-D Secure: the calls that finish it, and the ways to the issuer's page.

pub mod redirect;
