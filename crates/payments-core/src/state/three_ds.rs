//! The payer's authentication by 3-D Secure, from the first payment request to the last.
//!
//! The machine says which step comes next. It never says that money moved: after [`State::Finished`]
//! a status report does. documents/003, `paymentorder`, `finish3dsPayment`, `finish3dsVer2Payment`,
//! `3ds/continue`.

/// Where an authentication stands, and what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new state")]
pub enum State {
    /// Nothing was sent. Next: the first payment request.
    Start,
    /// 3-D Secure 2: the payer's browser is to load the method's page. Next: the second payment
    /// request, with `threeDSServerTransId`.
    Method,
    /// 3-D Secure 1: the payer is at the issuer's page, sent there with `paReq`. Next: what comes
    /// back.
    Redirected,
    /// 3-D Secure 2: the payer is at the issuer's page, sent there with `creq`. Next: what comes
    /// back.
    Challenge,
    /// 3-D Secure 1: the payer came back with `PaRes`. Next: `finish3dsPayment`.
    CameBack,
    /// 3-D Secure 2: the payer came back with `cres`. Next: `finish3dsVer2Payment`.
    Answered,
    /// The gateway went on with the payment. Next: the order's status.
    Finished,
    /// The authentication failed. Next: the order's status; another attempt is possible.
    Failed,
}

/// What moves an authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a lifecycle: every match must see a new trigger")]
pub enum Trigger {
    /// The gateway paid without 3-D Secure, or the issuer asked nothing of the payer (frictionless):
    /// the answer holds a `redirect` to the final page.
    Frictionless,
    /// The first answer holds `threeDSServerTransId` and the pages of the method.
    AskMethod,
    /// The answer holds `acsUrl` and `paReq`.
    AskPaReq,
    /// The answer holds `acsUrl` and `packedCReq`.
    AskCReq,
    /// The payer's browser brought `PaRes`.
    BringPaRes,
    /// The payer's browser brought `cres`, or news that the challenge is over.
    BringCRes,
    /// The finishing call succeeded.
    Finish,
    /// The gateway took the payer back itself, through its own return page (`termUrl`, the redirect
    /// of `acsRedirect` or `3ds/continue`).
    FinishedByGateway,
    /// The gateway or the issuer reports a failure.
    Fail,
}

use State::*;

/// The whole machine. A step that is no row here is refused.
pub const MOVES: &[(State, Trigger, State)] = &[
    (Start, Trigger::Frictionless, Finished),
    (Start, Trigger::AskMethod, Method),
    (Start, Trigger::AskPaReq, Redirected),
    (Start, Trigger::AskCReq, Challenge),
    (Start, Trigger::Fail, Failed),
    (Method, Trigger::Frictionless, Finished),
    (Method, Trigger::AskCReq, Challenge),
    (Method, Trigger::Fail, Failed),
    (Redirected, Trigger::BringPaRes, CameBack),
    (Redirected, Trigger::FinishedByGateway, Finished),
    (Redirected, Trigger::Fail, Failed),
    (Challenge, Trigger::BringCRes, Answered),
    (Challenge, Trigger::FinishedByGateway, Finished),
    (Challenge, Trigger::Fail, Failed),
    (CameBack, Trigger::Finish, Finished),
    (CameBack, Trigger::Fail, Failed),
    (Answered, Trigger::Finish, Finished),
    (Answered, Trigger::Fail, Failed),
];

/// A step that is not possible from where the authentication stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{trigger:?} is not possible in state {state:?}")]
#[non_exhaustive]
pub struct Refused {
    /// Where the authentication stands, still.
    pub state: State,
    /// What was refused.
    pub trigger: Trigger,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] =
        [Start, Method, Redirected, Challenge, CameBack, Answered, Finished, Failed];

    /// Goes one step.
    ///
    /// # Errors
    ///
    /// The step is no row of [`MOVES`]; the state stays as it is.
    pub fn apply(self, trigger: Trigger) -> Result<Self, Refused> {
        let to = MOVES.iter().find(|(from, by, _)| (*from, *by) == (self, trigger));
        to.map(|(_, _, to)| *to).ok_or(Refused { state: self, trigger })
    }

    /// Whether no step leads on from here.
    pub fn is_final(self) -> bool {
        !MOVES.iter().any(|(from, ..)| *from == self)
    }

    /// Whether a sequence of steps, one at least, leads from here to another state.
    pub fn leads_to(self, other: Self) -> bool {
        super::leads(MOVES, self, other)
    }
}

/// The machine as a Mermaid state diagram.
pub fn diagram() -> String {
    let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
    super::diagram(Start, &finals, MOVES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(triggers: &[Trigger]) -> Result<State, Refused> {
        triggers.iter().try_fold(Start, |state, trigger| state.apply(*trigger))
    }

    /// Written down from the document, not from the table. G-110, G-113, G-205, G-206, G-207.
    #[test]
    fn the_documents_ways_are_possible() {
        use Trigger::*;
        for way in [
            &[Frictionless][..],
            &[AskPaReq, BringPaRes, Finish],
            &[AskPaReq, FinishedByGateway],
            &[AskMethod, Frictionless],
            &[AskMethod, AskCReq, BringCRes, Finish],
            &[AskCReq, FinishedByGateway],
        ] {
            assert_eq!(walk(way), Ok(Finished), "{way:?}");
        }
        for way in [&[Fail][..], &[AskMethod, Fail], &[AskCReq, BringCRes, Fail]] {
            assert_eq!(walk(way), Ok(Failed), "{way:?}");
        }
    }

    #[test]
    fn the_two_protocols_do_not_mix() {
        use Trigger::*;
        for way in [
            &[AskPaReq, BringCRes][..],
            &[AskCReq, BringPaRes],
            &[AskMethod, AskPaReq],
            &[AskMethod, AskMethod],
            &[Finish],
            &[AskPaReq, Finish],
            &[AskCReq, Finish],
            &[AskPaReq, BringPaRes, BringPaRes],
            &[Frictionless, Finish],
            &[Fail, Finish],
        ] {
            let refused = walk(way).expect_err("no such way");
            assert_eq!(Some(&refused.trigger), way.last());
        }
    }

    #[test]
    fn finals_are_pinned_by_hand() {
        let finals: Vec<State> = State::ALL.into_iter().filter(|state| state.is_final()).collect();
        assert_eq!(finals, [Finished, Failed]);
        for state in State::ALL {
            assert!(state == Start || Start.leads_to(state), "{state:?}");
            assert_eq!(state.leads_to(Failed), !state.is_final(), "{state:?}");
        }
    }

    #[test]
    fn the_table_is_pinned() {
        insta::assert_snapshot!(super::super::table(MOVES));
    }

    #[test]
    fn no_walk_runs_in_circles() {
        for state in State::ALL {
            assert!(!state.leads_to(state), "{state:?}");
        }
    }

    /// Two rows with one source and one trigger would make the second unreachable.
    #[test]
    fn every_row_is_taken() {
        for (from, trigger, to) in MOVES {
            assert_eq!(from.apply(*trigger), Ok(*to));
        }
    }
}
