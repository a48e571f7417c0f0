//! What a request needs besides itself to become bytes.

use std::fmt;

use payments_core::{address::Base, time::UnixMillis};

use crate::{credentials::Credentials, profile::Profile};

/// The surroundings of one call: the bank's profile, who calls, whether to sign, and the time.
#[derive(Clone, Copy)]
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
    /// The profile's address, taken apart once for many calls.
    pub(crate) rest: Option<&'a Base>,
}

impl<'a> Context<'a> {
    /// Unsigned calls to a bank.
    pub fn new(profile: &'a Profile, credentials: &'a Credentials, now: UnixMillis) -> Self {
        Self { profile, credentials, signed: false, now, rest: None }
    }

    /// The same, with signed requests.
    #[must_use]
    pub fn signed(self) -> Self {
        Self { signed: true, ..self }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Context")
            .field("profile", self.profile)
            .field("credentials", self.credentials)
            .field("signed", &self.signed)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}
