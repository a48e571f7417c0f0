//! What a request needs besides itself to become bytes.

use std::fmt;

use payments_core::{address::Base, time::UnixMillis};

use crate::{credentials::Credentials, profile::Profile};

/// The surroundings of one call: the router's profile, who calls, and the time.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The router.
    pub profile: &'a Profile,
    /// Who calls.
    pub credentials: &'a Credentials,
    /// The time of the call.
    pub now: UnixMillis,
    /// The profile's address, taken apart once for many calls.
    pub(crate) base: Option<&'a Base>,
}

impl<'a> Context<'a> {
    /// Calls to a router.
    pub fn new(profile: &'a Profile, credentials: &'a Credentials, now: UnixMillis) -> Self {
        Self { profile, credentials, now, base: None }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Context")
            .field("profile", self.profile)
            .field("credentials", self.credentials)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}
