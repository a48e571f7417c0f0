//! Finding out what became of a call whose answer did not come: pure decisions over a status report.

mod receipts;

use std::{collections::BTreeMap, time::Duration};

use payments_core::{
    Endpoint, Error, Invalid, Minor, Part,
    id::{OrderId, OrderNumber, RefundId},
    journal::Step,
    order::OrderStatus as Status,
    state::amounts::Amounts,
    time::UnixMillis,
};

use crate::{
    context::Context,
    order::status::{OrderReport, OrderStatus},
    receipts::{ReceiptOrder, ReceiptReport, ReceiptStatus, SeenReceipts},
};

/// A call of this gateway: an [`Endpoint`] that also says how its outcome can be found later.
pub trait Call: for<'a> Endpoint<Context<'a> = Context<'a>> + Sync {
    /// What is left to follow when no answer comes; none for calls that only ask,
    /// or whose outcome moves no money.
    fn trail(&self) -> Option<Trail>;
}

/// What a call leaves behind: enough to find out whether it happened, and no secret.
///
/// Every trail is followed by one call that only asks: for the order, or for its receipts
/// (documents/003, getOrderStatusExtended and getReceiptStatus).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trail {
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
    /// A closing receipt.
    CloseReceipt {
        /// The order.
        order: ReceiptOrder,
        /// The receipts before the call.
        seen: Option<SeenReceipts>,
    },
}

/// The call that tells what became of another.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Question {
    /// Asks for the order.
    Order(OrderStatus),
    /// Asks for the order's receipts.
    Receipts(ReceiptStatus),
}

/// The answer to a [`Question`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// The order.
    Order(Box<OrderReport>),
    /// The order's receipts.
    Receipts(Box<ReceiptReport>),
}

impl Proof {
    /// The report on the order, where that is what was asked for.
    pub fn order(&self) -> Option<&OrderReport> {
        match self {
            Self::Order(report) => Some(report),
            Self::Receipts(_) => None,
        }
    }

    /// The report on the receipts, where that is what was asked for.
    pub fn receipts(&self) -> Option<&ReceiptReport> {
        match self {
            Self::Receipts(report) => Some(report),
            Self::Order(_) => None,
        }
    }
}

impl From<Box<OrderReport>> for Proof {
    fn from(report: Box<OrderReport>) -> Self {
        Self::Order(report)
    }
}

impl From<ReceiptReport> for Proof {
    fn from(report: ReceiptReport) -> Self {
        Self::Receipts(Box::new(report))
    }
}

/// What became of a call.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide about each of the three")]
pub enum Resolved {
    /// It happened, and this report shows it. For a payment: it was carried out, and the report
    /// says whether it went through.
    Happened(Proof),
    /// It did not happen, and can no longer.
    DidNot,
    /// Still unknown: it may yet arrive, or another party may have moved the same amounts.
    Unknown {
        /// When to ask again.
        ask_again_at: UnixMillis,
    },
}

impl Resolved {
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
enum Verdict {
    Shows,
    ShowsNot,
    Unclear,
}

/// How long to wait where a report does not tell: as long as between two of the bank's callbacks.
const ASK_AGAIN: Duration = Duration::from_secs(30);

impl Trail {
    /// The call that tells.
    pub fn question(&self) -> Question {
        Question::Order(match self {
            Self::Register { order_number, .. } | Self::Charge { order_number, .. } => {
                OrderStatus::of_number(order_number.clone())
            }
            Self::Pay { order_id }
            | Self::Finish { order_id }
            | Self::Deposit { order_id, .. }
            | Self::Reverse { order_id, .. }
            | Self::Refund { order_id, .. }
            | Self::Decline { order_id } => OrderStatus::of_order(order_id.clone()),
            Self::CloseReceipt { order, .. } => {
                return Question::Receipts(ReceiptStatus::from(order));
            }
        })
    }

    /// Decides by the answer to [`question`](Self::question).
    ///
    /// Before `settled_at` a call that the bank does not show may still be on its way.
    ///
    /// # Errors
    ///
    /// The status call's own error, or the trail lacks the amounts seen before.
    pub fn judge(
        &self,
        answer: Result<impl Into<Proof>, Error>,
        now: UnixMillis,
        settled_at: UnixMillis,
    ) -> Result<Resolved, Error> {
        let (verdict, proof) = match (answer.map(Into::into), self) {
            (Ok(proof), _) => (self.verdict(&proof)?, Some(proof)),
            (Err(error), Self::Register { .. } | Self::Charge { .. }) if error.is_not_found() => {
                (Verdict::ShowsNot, None)
            }
            (Err(error), _) => return Err(error),
        };
        Ok(match (verdict, proof) {
            (Verdict::Shows, Some(proof)) => Resolved::Happened(proof),
            (Verdict::ShowsNot, _) if now >= settled_at => Resolved::DidNot,
            (Verdict::ShowsNot, _) => Resolved::Unknown { ask_again_at: settled_at },
            (Verdict::Shows | Verdict::Unclear, _) => {
                Resolved::Unknown { ask_again_at: now.plus(ASK_AGAIN) }
            }
        })
    }

    fn verdict(&self, proof: &Proof) -> Result<Verdict, Invalid> {
        let report = match (self, proof) {
            (Self::CloseReceipt { seen, .. }, Proof::Receipts(report)) => {
                return receipts::closing(seen.as_ref(), report);
            }
            (_, Proof::Order(report)) => report,
            (_, Proof::Receipts(_)) => return Ok(Verdict::Unclear),
        };
        let now = told(report);
        Ok(match self {
            Self::Register { amount, .. } => shows(report.amount == Some(*amount)),
            Self::Charge { amount, fee, .. } => charging(*amount, *fee, report),
            Self::Pay { .. } => paying(report.order_status.as_ref()),
            Self::Finish { .. } => match &report.order_status {
                // Still at the issuer's page, as far as the bank knows: it was not finished.
                Some(Status::AcsAuthStarted) => Verdict::ShowsNot,
                status => paying(status.as_ref()),
            },
            Self::Decline { .. } => shows(report.order_status == Some(Status::Declined)),
            Self::Refund { refund_id: Some(key), seen, .. } => keyed_refund(key, *seen, report),
            Self::Reverse { part: Part::Whole, .. }
                if report.order_status == Some(Status::AuthorizationCancelled) =>
            {
                Verdict::Shows
            }
            Self::Deposit { part, seen, .. } => by_amounts(depositing, *part, *seen, now)?,
            Self::Reverse { part, seen, .. } => by_amounts(reversing, *part, *seen, now)?,
            Self::Refund { part, seen, .. } => by_amounts(refunding, *part, *seen, now)?,
            Self::CloseReceipt { .. } => Verdict::Unclear,
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

/// The amounts, if all three came: one that is absent is not one that is zero.
fn told(report: &OrderReport) -> Option<Amounts> {
    let info = report.payment_amount_info.as_ref()?;
    Some(Amounts::new(info.approved_amount?, info.deposited_amount?, info.refunded_amount?))
}

const fn shows(shown: bool) -> Verdict {
    if shown { Verdict::Shows } else { Verdict::ShowsNot }
}

/// An order of another amount took the number before: this payment was refused. Without an amount
/// the status alone tells, and without either there is no order (G-125).
fn charging(amount: Minor, fee: Option<Minor>, report: &OrderReport) -> Verdict {
    let with_fee = amount.get().saturating_add(fee.map_or(0, Minor::get));
    match (report.amount, report.order_status.as_ref()) {
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
fn keyed_refund(key: &RefundId, seen: Option<Amounts>, report: &OrderReport) -> Verdict {
    let keyed = || report.refunds.iter().filter(|refund| refund.external_refund_id.is_some());
    if let Some(ours) = keyed().find(|refund| refund.external_refund_id.as_ref() == Some(key)) {
        let failed = ours.action_code.as_ref().is_some_and(|code| !code.is_approved());
        return if failed { Verdict::Unclear } else { Verdict::Shows };
    }
    let Some(now) = told(report) else { return Verdict::Unclear };
    let nothing = report.refunds.is_empty() && now.refunded.is_zero();
    let untouched =
        seen.is_some_and(|seen| seen.refunded == now.refunded && seen.deposited == now.deposited);
    let lists_keys = keyed().next().is_some();
    if nothing || untouched || lists_keys { Verdict::ShowsNot } else { Verdict::Unclear }
}

impl Trail {
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
            Self::CloseReceipt { order, seen } => {
                receipts::put_facts(order, seen.as_ref(), &mut put);
                ("closeReceipt", None, None, None)
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
            "closeReceipt" => {
                Self::CloseReceipt { order: facts.receipt_order()?, seen: facts.seen_receipts()? }
            }
            _ => return Err(Invalid::new("kind", "must be a call of this gateway")),
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

#[cfg(test)]
mod tests;
