//! Finding out what became of a call whose answer did not come: pure decisions over a status report.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    Invalid, Minor, Part,
    id::{OrderId, OrderNumber, RefundId},
    journal::Step,
    order::{OrderStatus as Status, report::RefundEntry},
    state::amounts::Amounts,
    time::UnixMillis,
};

/// What a call about an order leaves behind: enough to find out whether it happened, and no secret.
///
/// It is followed by one call that only asks for the order (documents/003,
/// getOrderStatusExtended).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderTrail {
    /// A registration under the merchant's own number.
    Register {
        /// The merchant's number.
        order_number: OrderNumber,
        /// The amount, in minor units, by which a foreign order under the number is told apart.
        amount: Minor,
    },
    /// A payment that registers its order itself, under the merchant's own number.
    Charge {
        /// The merchant's number.
        order_number: OrderNumber,
        /// The amount, in minor units, by which a foreign order under the number is told apart.
        amount: Minor,
        /// The fee on top, in minor units, which the report's amount may include.
        fee: Option<Minor>,
    },
    /// A payment, or `3ds/continue`.
    Pay {
        /// The order.
        order_id: OrderId,
    },
    /// A call that finishes a payment after the payer was at the issuer's page.
    Finish {
        /// The order.
        order_id: OrderId,
    },
    /// A completion.
    Deposit {
        /// The order.
        order_id: OrderId,
        /// How much.
        part: Part,
        /// The amounts before the call.
        seen: Option<Amounts>,
    },
    /// A reversal.
    Reverse {
        /// The order.
        order_id: OrderId,
        /// How much.
        part: Part,
        /// The amounts before the call.
        seen: Option<Amounts>,
    },
    /// A refund.
    Refund {
        /// The order.
        order_id: OrderId,
        /// How much.
        part: Part,
        /// The merchant's key of the refund.
        refund_id: Option<RefundId>,
        /// The amounts before the call.
        seen: Option<Amounts>,
    },
    /// A decline.
    Decline {
        /// The order.
        order_id: OrderId,
    },
}

/// Which order a trail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever asks must handle both")]
pub enum Whose<'a> {
    /// The one under the merchant's number.
    Number(&'a OrderNumber),
    /// The one with the bank's id.
    Id(&'a OrderId),
}

/// What a status report says of an order, as far as trails are judged by it.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "each family puts together all of it")]
pub struct Evidence<'a> {
    /// The order's status.
    pub status: Option<&'a Status>,
    /// What was ordered, in minor units.
    pub amount: Option<Minor>,
    /// Held, taken and refunded, if all three came: one that is absent is not one that is zero.
    pub amounts: Option<Amounts>,
    /// The refunds.
    pub refunds: &'a [RefundEntry],
}

/// What became of a call.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide about each of the three")]
pub enum Resolved<P> {
    /// It happened, and this report shows it. For a payment: it was carried out, and the report
    /// says whether it went through.
    Happened(P),
    /// It did not happen, and can no longer.
    DidNot,
    /// Still unknown: it may yet arrive, or another party may have moved the same amounts.
    Unknown {
        /// When to ask again.
        ask_again_at: UnixMillis,
    },
}

impl<P> Resolved<P> {
    /// Whether it is shown that the call happened.
    pub const fn happened(&self) -> bool {
        matches!(self, Self::Happened(_))
    }

    /// Whether the call happened, where that is known.
    pub const fn known(&self) -> Option<bool> {
        match self {
            Self::Happened(_) => Some(true),
            Self::DidNot => Some(false),
            Self::Unknown { .. } => None,
        }
    }
}

/// What a report says of a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide about each of the three")]
pub enum Verdict {
    /// It shows that the call happened.
    Shows,
    /// It shows that the call has not happened up to now.
    ShowsNot,
    /// It tells neither.
    Unclear,
}

/// How long to wait where a report does not tell: as long as between two of the bank's callbacks.
const ASK_AGAIN: Duration = Duration::from_secs(30);

impl Verdict {
    /// What follows from a verdict at this time: before `settled_at` a call that the bank does not
    /// show may still be on its way. Without a proof nothing is shown.
    pub fn settle<P>(
        self,
        proof: Option<P>,
        now: UnixMillis,
        settled_at: UnixMillis,
    ) -> Resolved<P> {
        match (self, proof) {
            (Self::Shows, Some(proof)) => Resolved::Happened(proof),
            (Self::ShowsNot, _) if now >= settled_at => Resolved::DidNot,
            (Self::ShowsNot, _) => Resolved::Unknown { ask_again_at: settled_at },
            (Self::Shows | Self::Unclear, _) => {
                Resolved::Unknown { ask_again_at: now.plus(ASK_AGAIN) }
            }
        }
    }
}

impl OrderTrail {
    /// The order to ask for.
    pub fn whose(&self) -> Whose<'_> {
        match self {
            Self::Register { order_number, .. } | Self::Charge { order_number, .. } => {
                Whose::Number(order_number)
            }
            Self::Pay { order_id }
            | Self::Finish { order_id }
            | Self::Deposit { order_id, .. }
            | Self::Reverse { order_id, .. }
            | Self::Refund { order_id, .. }
            | Self::Decline { order_id } => Whose::Id(order_id),
        }
    }

    /// Whether an order that the bank does not know shows that the call did not happen: it would
    /// have registered it.
    pub fn registers(&self) -> bool {
        matches!(self.whose(), Whose::Number(_))
    }

    /// Judges by a report on the order.
    ///
    /// # Errors
    ///
    /// The trail lacks the amounts seen before.
    pub fn verdict(&self, report: &Evidence<'_>) -> Result<Verdict, Invalid> {
        let now = report.amounts;
        Ok(match self {
            Self::Register { amount, .. } => shows(report.amount == Some(*amount)),
            Self::Charge { amount, fee, .. } => charging(*amount, *fee, report),
            Self::Pay { .. } => paying(report.status),
            Self::Finish { .. } => match report.status {
                // Still at the issuer's page, as far as the bank knows: it was not finished.
                Some(Status::AcsAuthStarted) => Verdict::ShowsNot,
                status => paying(status),
            },
            Self::Decline { .. } => shows(report.status == Some(&Status::Declined)),
            Self::Refund { refund_id: Some(key), seen, .. } => keyed_refund(key, *seen, report),
            Self::Reverse { part: Part::Whole, .. }
                if report.status == Some(&Status::AuthorizationCancelled) =>
            {
                Verdict::Shows
            }
            Self::Deposit { part, seen, .. } => by_amounts(depositing, *part, *seen, now)?,
            Self::Reverse { part, seen, .. } => by_amounts(reversing, *part, *seen, now)?,
            Self::Refund { part, seen, .. } => by_amounts(refunding, *part, *seen, now)?,
        })
    }
}

/// Compares the amounts before and after; unclear where the bank's answer version reports none.
fn by_amounts(
    judge: fn(Part, Amounts, Amounts) -> Verdict,
    part: Part,
    seen: Option<Amounts>,
    now: Option<Amounts>,
) -> Result<Verdict, Invalid> {
    let rule = "must hold the amounts before the call, or nothing tells what it did";
    let seen = seen.ok_or_else(|| Invalid::new("seen", rule))?;
    Ok(now.map_or(Verdict::Unclear, |now| judge(part, seen, now)))
}

const fn shows(shown: bool) -> Verdict {
    if shown { Verdict::Shows } else { Verdict::ShowsNot }
}

/// An order of another amount took the number before: this payment was refused. Without an amount
/// the status alone tells, and without either there is no order (G-125).
fn charging(amount: Minor, fee: Option<Minor>, report: &Evidence<'_>) -> Verdict {
    let with_fee = amount.get().saturating_add(fee.map_or(0, Minor::get));
    match (report.amount, report.status) {
        (None, None) => Verdict::ShowsNot,
        (Some(other), _) if other != amount && other.get() != with_fee => Verdict::ShowsNot,
        (_, status) => paying(status),
    }
}

fn paying(status: Option<&Status>) -> Verdict {
    match status {
        Some(Status::Registered) => Verdict::ShowsNot,
        Some(
            Status::Authorized
            | Status::Deposited
            | Status::AuthorizationCancelled
            | Status::Refunded
            | Status::AcsAuthStarted
            | Status::Declined
            | Status::IntermediateDeposit,
        ) => Verdict::Shows,
        _ => Verdict::Unclear,
    }
}

/// Reads a change of one amount: by exactly so much, not at all, or otherwise.
fn moved(before: Minor, after: Minor, by: Minor, down: bool) -> Verdict {
    let (less, more) = if down { (after, before) } else { (before, after) };
    match more.get().checked_sub(less.get()) {
        Some(0) => Verdict::ShowsNot,
        Some(difference) if difference == by.get() => Verdict::Shows,
        _ => Verdict::Unclear,
    }
}

/// The whole is what was held and neither taken nor refunded: another change is another party's.
fn depositing(part: Part, seen: Amounts, now: Amounts) -> Verdict {
    if seen.refunded != now.refunded {
        return Verdict::Unclear;
    }
    let taken = seen.deposited.get().saturating_add(seen.refunded.get());
    let rest = Minor::new(seen.approved.get().saturating_sub(taken));
    moved(seen.deposited, now.deposited, part.amount().unwrap_or(rest), false)
}

fn reversing(part: Part, seen: Amounts, now: Amounts) -> Verdict {
    if seen.refunded != now.refunded {
        return Verdict::Unclear;
    }
    let Some(part) = part.amount() else { return reversing_all(seen, now) };
    // A hold shrinks where the order is held; what was taken shrinks where it is paid.
    match (
        moved(seen.approved, now.approved, part, true),
        moved(seen.deposited, now.deposited, part, true),
    ) {
        (Verdict::ShowsNot, Verdict::ShowsNot) => Verdict::ShowsNot,
        (Verdict::Unclear, _) | (_, Verdict::Unclear) => Verdict::Unclear,
        _ => Verdict::Shows,
    }
}

/// The whole is gone where nothing is left of what was taken, or of the hold where nothing was.
fn reversing_all(seen: Amounts, now: Amounts) -> Verdict {
    if seen == now {
        return Verdict::ShowsNot;
    }
    let left = if seen.deposited.is_zero() { now.approved } else { now.deposited };
    if left.is_zero() { Verdict::Shows } else { Verdict::Unclear }
}

/// The whole is what is taken and not refunded yet.
fn refunding(part: Part, seen: Amounts, now: Amounts) -> Verdict {
    let by = part.amount().unwrap_or(seen.deposited);
    match moved(seen.refunded, now.refunded, by, false) {
        // A refund lowers what was taken; that it fell without one is somebody else's doing.
        Verdict::ShowsNot if seen.deposited != now.deposited => Verdict::Unclear,
        verdict => verdict,
    }
}

/// A report lists the refunds, from answer version 21 on with their keys. That ours is not among
/// them proves something only where the bank is seen to list keys, or where nothing was refunded
/// since. One that is listed as failed proves neither: its key is taken (G-162).
fn keyed_refund(key: &RefundId, seen: Option<Amounts>, report: &Evidence<'_>) -> Verdict {
    let keyed = || report.refunds.iter().filter(|refund| refund.external_refund_id.is_some());
    if let Some(ours) = keyed().find(|refund| refund.external_refund_id.as_ref() == Some(key)) {
        let failed = ours.action_code.as_ref().is_some_and(|code| !code.is_approved());
        return if failed { Verdict::Unclear } else { Verdict::Shows };
    }
    let Some(now) = report.amounts else { return Verdict::Unclear };
    let nothing = report.refunds.is_empty() && now.refunded.is_zero();
    let untouched =
        seen.is_some_and(|seen| seen.refunded == now.refunded && seen.deposited == now.deposited);
    let lists_keys = keyed().next().is_some();
    if nothing || untouched || lists_keys { Verdict::ShowsNot } else { Verdict::Unclear }
}

impl OrderTrail {
    /// The trail as a journal keeps it, by name. Holds no secret.
    pub fn facts(&self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        let mut put = |name: &str, value: String| facts.insert(name.to_owned(), value);
        let (kind, order_id, part, seen) = match self {
            Self::Register { order_number, amount } => {
                put("orderNumber", order_number.to_string());
                put("amount", amount.to_string());
                ("register", None, None, None)
            }
            Self::Charge { order_number, amount, fee } => {
                put("orderNumber", order_number.to_string());
                put("amount", amount.to_string());
                if let Some(fee) = fee {
                    put("fee", fee.to_string());
                }
                ("charge", None, None, None)
            }
            Self::Pay { order_id } => ("pay", Some(order_id), None, None),
            Self::Finish { order_id } => ("finish", Some(order_id), None, None),
            Self::Decline { order_id } => ("decline", Some(order_id), None, None),
            Self::Deposit { order_id, part, seen } => {
                ("deposit", Some(order_id), Some(part), *seen)
            }
            Self::Reverse { order_id, part, seen } => {
                ("reverse", Some(order_id), Some(part), *seen)
            }
            Self::Refund { order_id, part, refund_id, seen } => {
                if let Some(key) = refund_id {
                    put("externalRefundId", key.to_string());
                }
                ("refund", Some(order_id), Some(part), *seen)
            }
        };
        put("kind", kind.to_owned());
        if let Some(order_id) = order_id {
            put("orderId", order_id.to_string());
        }
        if let Some(part) = part {
            put(
                "part",
                part.amount().map_or_else(|| "whole".to_owned(), |amount| amount.to_string()),
            );
        }
        if let Some(seen) = seen {
            put("seen.approved", seen.approved.to_string());
            put("seen.deposited", seen.deposited.to_string());
            put("seen.refunded", seen.refunded.to_string());
        }
        facts
    }

    /// Reads a trail back from a journal's step.
    ///
    /// # Errors
    ///
    /// The step is not one that this crate writes: names the fact that is missing or unreadable.
    pub fn from_step(step: &Step) -> Result<Self, Invalid> {
        let facts = Facts(&step.facts);
        Ok(match facts.text("kind")? {
            "register" => Self::Register {
                order_number: facts.text("orderNumber")?.parse()?,
                amount: facts.text("amount")?.parse()?,
            },
            "charge" => Self::Charge {
                order_number: facts.text("orderNumber")?.parse()?,
                amount: facts.text("amount")?.parse()?,
                fee: facts.opt("fee").map(str::parse).transpose()?,
            },
            "pay" => Self::Pay { order_id: facts.order_id()? },
            "finish" => Self::Finish { order_id: facts.order_id()? },
            "decline" => Self::Decline { order_id: facts.order_id()? },
            "deposit" => Self::Deposit {
                order_id: facts.order_id()?,
                part: facts.part()?,
                seen: facts.seen()?,
            },
            "reverse" => Self::Reverse {
                order_id: facts.order_id()?,
                part: facts.part()?,
                seen: facts.seen()?,
            },
            "refund" => Self::Refund {
                order_id: facts.order_id()?,
                part: facts.part()?,
                refund_id: facts.opt("externalRefundId").map(str::parse).transpose()?,
                seen: facts.seen()?,
            },
            _ => return Err(Invalid::new("kind", "must be a call about an order")),
        })
    }
}

/// The facts of a step, read back.
struct Facts<'a>(&'a BTreeMap<String, String>);

impl<'a> Facts<'a> {
    fn opt(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(String::as_str)
    }

    fn text(&self, name: &'static str) -> Result<&'a str, Invalid> {
        self.opt(name).ok_or_else(|| Invalid::new(name, "must stand in the journal's step"))
    }

    fn order_id(&self) -> Result<OrderId, Invalid> {
        self.text("orderId")?.parse()
    }

    fn part(&self) -> Result<Part, Invalid> {
        match self.text("part")? {
            "whole" => Ok(Part::Whole),
            amount => Part::exactly(amount.parse()?),
        }
    }

    fn seen(&self) -> Result<Option<Amounts>, Invalid> {
        if self.opt("seen.approved").is_none() {
            return Ok(None);
        }
        Ok(Some(Amounts {
            approved: self.text("seen.approved")?.parse()?,
            deposited: self.text("seen.deposited")?.parse()?,
            refunded: self.text("seen.refunded")?.parse()?,
        }))
    }
}
