//! Subscriptions: accounts at SBP banks that can be charged again.

use std::time::Duration;

use crate::{Invalid, Secret, limit, time::UnixMillis};

/// What charges a linked account: a token and the payer's bank, which go together and belong to one
/// record (documents/003, `paymentorder`; documents/004, payment by `sbpSubscriptionToken`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SbpSubscription {
    /// The subscription (`sbpSubscriptionToken`), 1 to 32 characters.
    pub token: Secret,
    /// The payer's bank in SBP (`sbpMemberId`), 1 to 12 characters.
    pub member_id: String,
}

impl SbpSubscription {
    /// Takes a subscription and the payer's bank.
    pub fn new(token: Secret, member_id: impl Into<String>) -> Self {
        Self { token, member_id: member_id.into() }
    }

    /// Checks the limits.
    ///
    /// # Errors
    ///
    /// Names the field that breaks one.
    pub fn validate(&self) -> Result<(), Invalid> {
        limit::chars("sbpSubscriptionToken", self.token.expose(), 1, 32)?;
        limit::chars("sbpMemberId", &self.member_id, 1, 12)
    }
}

/// What is known of a subscription that an order asked for.
///
/// There is no case for "no": the payer may have refused the subscription while paying, or the bank may
/// still be making it, and no answer tells the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about each")]
pub enum Creation<T> {
    /// It is there.
    Made(T),
    /// It is not there yet: right after the payment that is usual. Ask again, not before that moment.
    NotYet {
        /// When to ask again.
        ask_again_at: UnixMillis,
    },
    /// It has not been seen for as long as the caller meant to wait. It may still come: look again
    /// before the customer is offered another one.
    NotSeen,
}

/// How long and how often to look for a subscription. No document gives a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// Time between two looks: 15 s unless set.
    pub every: Duration,
    /// Time from the payment to the last look: 15 minutes unless set.
    pub for_at_most: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { every: Duration::from_secs(15), for_at_most: Duration::from_secs(15 * 60) }
    }
}

impl Patience {
    /// Looks this often, and for this long after the payment.
    pub const fn new(every: Duration, for_at_most: Duration) -> Self {
        Self { every, for_at_most }
    }
}

impl<T> Creation<T> {
    /// Judges what a look brought: `found` is what a status report or a list shows now of a
    /// subscription for an order that was paid at `paid_at`.
    pub fn judge(
        found: Option<T>,
        paid_at: UnixMillis,
        now: UnixMillis,
        patience: Patience,
    ) -> Self {
        match found {
            Some(made) => Self::Made(made),
            None if now < paid_at.plus(patience.for_at_most) => {
                Self::NotYet { ask_again_at: now.plus(patience.every) }
            }
            None => Self::NotSeen,
        }
    }

    /// The subscription, if it is there.
    pub fn made(self) -> Option<T> {
        match self {
            Self::Made(made) => Some(made),
            Self::NotYet { .. } | Self::NotSeen => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// it may come after the payment, or never; nothing says "no".
    #[test]
    fn missing_means_not_yet() {
        let paid = UnixMillis::new(1_000_000);
        let patience = Patience::new(Duration::from_secs(10), Duration::from_secs(60));
        let judge = |found: Option<&'static str>, after: i64| {
            let now = UnixMillis::new(paid.get() + after);
            Creation::judge(found, paid, now, patience)
        };
        for after in [0, 1, 59_999] {
            let at = UnixMillis::new(paid.get() + after + 10_000);
            assert_eq!(judge(None, after), Creation::NotYet { ask_again_at: at });
            assert_eq!(judge(Some("id"), after), Creation::Made("id"));
        }
        assert_eq!(judge(None, 60_000), Creation::NotSeen);
        assert_eq!(judge(Some("late"), 900_000).made(), Some("late"));
        assert_eq!(judge(None, 0).made(), None);
        // A clock that runs behind the bank's does not end the wait.
        assert!(matches!(judge(None, -5_000), Creation::NotYet { .. }));
    }

    /// G-109, R-088: both halves are always there, each within its limit.
    #[test]
    fn two_halves() {
        let pair = |token: &str, member: &str| {
            let token = Secret::<String>::new(token);
            SbpSubscription::new(token, member).validate().map_err(|wrong| wrong.to_string())
        };
        assert_eq!(pair("58c6ec02e3434130aeb7930a99a78552", "110000000005"), Ok(()));
        let token = "sbpSubscriptionToken: must have 1 to 32 characters";
        assert_eq!(pair("", "1"), Err(token.into()));
        assert_eq!(pair(&"t".repeat(33), "1"), Err(token.into()));
        let member = "sbpMemberId: must have 1 to 12 characters";
        assert_eq!(pair("t", ""), Err(member.into()));
        assert_eq!(pair("t", "1100000000051"), Err(member.into()));
    }

    #[test]
    fn a_marker_never_shows() {
        let pair = SbpSubscription::new(Secret::<String>::new("MARKER"), "110000000005");
        assert!(!format!("{pair:?} {:?}", Creation::Made(&pair)).contains("MARKER"));
        let long = SbpSubscription::new(Secret::<String>::new("MARKER".repeat(9)), "1");
        assert!(!format!("{:?}", long.validate()).contains("MARKER"));
    }
}
