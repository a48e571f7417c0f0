//! What a code of an outcome amounts to.

/// What an outcome means for whoever wants to be paid.
///
/// The classes are the work of this project: the banks print the codes with a sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a caller decides about every class")]
pub enum ActionClass {
    /// It succeeded.
    Approved,
    /// Not final: ask again later.
    Pending,
    /// The payer can correct something, or use another card, and try again.
    CustomerCanFix,
    /// The issuer refused.
    IssuerDeclined,
    /// Stopped as a risk: never repeated without a person's decision.
    Fraud,
    /// A temporary fault. Before anything is repeated, the order's status says whether it happened.
    RetryLater,
    /// The merchant or the acquirer is not set up for it.
    Configuration,
    /// The merchant asked for something impossible.
    BadRequest,
}

/// How sure a fact of the value lists is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a scale of three steps")]
pub enum Confidence {
    /// Documented for the same build of the platform.
    Certain,
    /// Documented by another bank on the platform, or used by a published client.
    Likely,
    /// Inferred.
    Guess,
}
