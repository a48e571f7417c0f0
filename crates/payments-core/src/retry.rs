//! Whether a failed attempt may be sent again: one pure table.

use std::time::Duration;

use crate::endpoint::Replay;

/// How an attempt failed, as the transport sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the retry table must name each of the three")]
pub enum Failure {
    /// No byte of the request left: queueing, DNS, TCP, TLS, proxy.
    NotSent,
    /// Bytes may have left, and no answer came: reset, time-out, unreadable HTTP.
    MaybeSent,
    /// The bank answered 400 (documented as its internal error), 429 or 5xx.
    Faulted,
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three outcomes are the whole table")]
pub enum Decision {
    /// Send the same bytes again after this long.
    Again(Duration),
    /// Report the failure; the bank did not act, or the call only asked.
    GiveUp,
    /// Report the failure; the bank may have acted and the outcome must be resolved.
    Resolve,
}

/// The HTTP statuses after which the bank may have acted: 400 (its documents call it an internal
/// error), 429 and 5xx.
pub fn is_fault(status: http::StatusCode) -> bool {
    status == http::StatusCode::BAD_REQUEST
        || status == http::StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error()
}

/// Decides after failed attempt number `attempt` (the first is 1) of at most `max`.
///
/// Once bytes may have left, only [`Replay::Reads`] and [`Replay::SameAnswer`] are sent again.
pub fn decide(replay: Replay, failure: Failure, attempt: u32, max: u32) -> Decision {
    let untouched = failure == Failure::NotSent;
    let harmless = matches!(replay, Replay::Reads | Replay::SameAnswer);
    if (untouched || harmless) && attempt < max {
        Decision::Again(backoff(attempt))
    } else if untouched || replay == Replay::Reads {
        Decision::GiveUp
    } else {
        Decision::Resolve
    }
}

/// The pause before the next attempt: 200 ms, doubled each time, at most 5 s.
fn backoff(attempt: u32) -> Duration {
    let doubled = 200_u64.saturating_mul(1 << attempt.saturating_sub(1).min(8));
    Duration::from_millis(doubled.min(5_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLAYS: [Replay; 4] =
        [Replay::Reads, Replay::SameAnswer, Replay::Refused, Replay::Doubles];
    const FAILURES: [Failure; 3] = [Failure::NotSent, Failure::MaybeSent, Failure::Faulted];

    #[test]
    fn every_combination() {
        for replay in REPLAYS {
            for failure in FAILURES {
                for attempt in 1..=6 {
                    for max in 1..=5 {
                        let left = attempt < max;
                        let untouched = failure == Failure::NotSent;
                        match (decide(replay, failure, attempt, max), replay) {
                            (Decision::Again(_), Replay::Reads | Replay::SameAnswer) => {
                                assert!(left);
                            }
                            (Decision::Again(_), Replay::Refused | Replay::Doubles) => {
                                assert!(left && untouched);
                            }
                            (Decision::GiveUp, Replay::Reads) => assert!(!left),
                            (Decision::GiveUp, _) => assert!(untouched && !left),
                            (Decision::Resolve, Replay::Reads) => panic!("reads have no outcome"),
                            (Decision::Resolve, Replay::SameAnswer) => {
                                assert!(!untouched && !left);
                            }
                            (Decision::Resolve, _) => assert!(!untouched),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!(backoff(1), Duration::from_millis(200));
        assert_eq!(backoff(2), Duration::from_millis(400));
        assert_eq!(backoff(u32::MAX), Duration::from_secs(5));
    }

    #[test]
    fn statuses_after_which_the_bank_may_have_acted() {
        for (status, fault) in [(200, false), (400, true), (404, false), (429, true), (502, true)] {
            let status = http::StatusCode::from_u16(status).expect("valid");
            assert_eq!(is_fault(status), fault, "{status}");
        }
    }
}
