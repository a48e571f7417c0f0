//! What a request needs besides itself to become bytes.

use payments_core::time::UnixMillis;

use crate::{credentials::Credentials, profile::Profile};

/// The surroundings of one call: the bank's profile, who calls, whether to sign, and the time.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The bank.
    pub profile: &'a Profile,
    /// Who calls.
    pub credentials: &'a Credentials,
    /// Whether requests carry `X-Hash` and `X-Signature`.
    pub signed: bool,
    /// The time of the call.
    pub now: UnixMillis,
}

impl<'a> Context<'a> {
    /// Unsigned calls to a bank.
    pub fn new(profile: &'a Profile, credentials: &'a Credentials, now: UnixMillis) -> Self {
        Self { profile, credentials, signed: false, now }
    }

    /// The same, with signed requests.
    #[must_use]
    pub fn signed(self) -> Self {
        Self { signed: true, ..self }
    }
}
