//! Finding out what became of a call whose answer did not come: pure decisions over a status report.

use payments_core::{
    Endpoint, Error,
    resolve::{Verdict, Whose},
    time::UnixMillis,
};

pub use payments_core::resolve::OrderTrail as Trail;

use crate::{
    context::Context,
    order::status::{OrderStatus, RouterReport},
};

/// A call of the router: an [`Endpoint`] that also says how its outcome can be found later.
pub trait Call: for<'a> Endpoint<Context<'a> = Context<'a>> + Sync {
    /// What is left to follow when no answer comes; none for calls that only ask,
    /// or whose outcome moves no money.
    fn trail(&self) -> Option<Trail>;
}

/// What became of a call.
pub type Resolved = payments_core::resolve::Resolved<Box<RouterReport>>;

/// The call that tells what became of another.
pub fn question(trail: &Trail) -> OrderStatus {
    match trail.whose() {
        Whose::Number(number) => OrderStatus::of_number(number.clone()),
        Whose::Id(id) => OrderStatus::of_order(id.clone()),
    }
}

/// Decides by the answer to [`question`].
///
/// Before `settled_at` a call that the router does not show may still be on its way.
///
/// # Errors
///
/// The status call's own error, or the trail lacks the amounts seen before.
pub fn judge(
    trail: &Trail,
    answer: Result<Box<RouterReport>, Error>,
    now: UnixMillis,
    settled_at: UnixMillis,
) -> Result<Resolved, Error> {
    let (verdict, proof) = match answer {
        Ok(report) => (trail.verdict(&report.evidence())?, Some(report)),
        Err(error) if trail.registers() && error.is_not_found() => (Verdict::ShowsNot, None),
        Err(error) => return Err(error),
    };
    Ok(verdict.settle(proof, now, settled_at))
}
