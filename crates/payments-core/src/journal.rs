//! Writing a step down before its bytes leave.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::{error::BoxError, error::Effect, time::UnixMillis};

/// One step as the journal keeps it: enough to find out later what became of it, and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Identifies the step; the client makes it, unique in the journal.
    pub id: String,
    /// [`Endpoint::NAME`](crate::Endpoint::NAME) of the call.
    pub name: String,
    /// When the bytes may first have left, by the client's clock.
    pub at: UnixMillis,
    /// What the call is about, by wire name: order number, amount, refund key, amounts seen before.
    /// Never a password, a card number, a code or a key.
    pub facts: BTreeMap<String, String>,
}

impl Step {
    /// Describes a step that is about to leave.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        at: UnixMillis,
        facts: BTreeMap<String, String>,
    ) -> Self {
        Self { id: id.into(), name: name.into(), at, facts }
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a journal stores each of the three")]
pub enum Outcome {
    /// The bank answered the call: it acted, or said that it did not.
    Answered,
    /// The call failed, with this effect. After [`Effect::Maybe`] the step stays open.
    Failed(Effect),
    /// A later look at the bank settled it; `true` if the step happened.
    Resolved(bool),
}

impl Outcome {
    /// Whether the step needs no further look.
    pub fn is_settled(self) -> bool {
        self != Self::Failed(Effect::Maybe)
    }
}

/// Where steps are written down. Give one whose writes survive the process.
///
/// The client calls [`sent`](Self::sent) before the first byte leaves and does not send if it
/// fails; it calls [`ended`](Self::ended) when the call returns. A dropped future or a dead process
/// leaves the step open, and [`open`](Self::open) finds it again.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Records a step that is about to leave.
    async fn sent(&self, step: &Step) -> Result<(), BoxError>;

    /// Records how the step ended.
    async fn ended(&self, id: &str, outcome: Outcome) -> Result<(), BoxError>;

    /// The steps whose outcome is not settled, oldest first.
    async fn open(&self) -> Result<Vec<Step>, BoxError>;
}
