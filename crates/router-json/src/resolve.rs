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
        Ok(report) if report.contradicts_itself() => (Verdict::Unclear, Some(report)),
        Ok(report) => (trail.verdict(&report.evidence())?, Some(report)),
        Err(error) if trail.registers() && error.is_not_found() => (Verdict::ShowsNot, None),
        Err(error) => return Err(error),
    };
    Ok(verdict.settle(proof, now, settled_at))
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Minor, Part,
        id::{OrderId, OrderNumber, RefundId},
        state::amounts::Amounts,
    };

    use super::*;
    use crate::testing::ok;

    const SENT: UnixMillis = UnixMillis::new(1_000_000);
    const SETTLED: UnixMillis = UnixMillis::new(1_090_000);

    fn order() -> OrderId {
        OrderId::from_bank("m")
    }

    fn report(body: &str) -> Result<Box<RouterReport>, Error> {
        OrderStatus::of_order(order()).parse(&ok(body.to_owned()))
    }

    /// A report of a state, a bank's status and the amounts held, taken and refunded.
    fn state(state: &str, status: &str, amounts: [u64; 3]) -> Result<Box<RouterReport>, Error> {
        let [held, taken, refunded] = amounts;
        report(&format!(
            r#"{{"state":"{state}","orderStatusResultModel":{{"orderStatus":{status},"amount":2000,
            "paymentAmountInfo":{{"approvedAmount":{held},"depositedAmount":{taken},
            "refundedAmount":{refunded}}}}}}}"#
        ))
    }

    /// `Some(true)`: shown; `Some(false)`: shown not to be there; none: unclear.
    fn verdict(trail: &Trail, answer: Result<Box<RouterReport>, Error>) -> Option<bool> {
        judge(trail, answer, SETTLED, SETTLED).expect("judged").known()
    }

    /// R-046: a payment call that arrived has brought the order to a bank, where it may be paid yet.
    #[test]
    fn payments_by_state() {
        let trail = Trail::Pay { order_id: order() };
        for (name, status, expected) in [
            ("PREREGISTERED", "-1", Some(false)),
            ("CREATED", "0", None),
            ("CREATED", "5", Some(true)),
            ("CREATED", "6", Some(true)),
            ("PENDING", "7", None),
            ("PENDING", "null", None),
            ("APPROVED", "1", Some(true)),
            ("DEPOSITED", "2", Some(true)),
            ("DEPOSITED", "null", Some(true)),
            ("DECLINED", "6", Some(true)),
            ("REFUNDED", "4", Some(true)),
            ("REVERSED", "3", Some(true)),
            ("BRAND_NEW", "null", None),
            ("BRAND_NEW", "2", Some(true)),
        ] {
            let answer = state(name, status, [0, 0, 0]);
            assert_eq!(verdict(&trail, answer), expected, "{name} {status}");
        }
        assert_eq!(verdict(&trail, report(r#"{"orderStatus":2}"#)), Some(true));
    }

    /// What cannot be true proves nothing, neither that a call happened nor that it did not.
    #[test]
    fn a_contradiction_proves_nothing() {
        let (pay, decline) =
            (Trail::Pay { order_id: order() }, Trail::Decline { order_id: order() });
        for (name, status) in [
            ("PREREGISTERED", "2"),
            ("CREATED", "1"),
            ("DEPOSITED", "0"),
            ("DEPOSITED", "6"),
            ("REFUNDED", "7"),
            ("DECLINED", "2"),
            ("DECLINED", "0"),
            ("DECLINED", "8"),
        ] {
            let answer = || state(name, status, [0, 0, 0]);
            assert!(answer().expect("read").contradicts_itself(), "{name} {status}");
            assert_eq!(verdict(&pay, answer()), None, "{name} {status}");
            assert_eq!(verdict(&decline, answer()), None, "{name} {status}");
        }
        for (name, status) in [("DECLINED", "6"), ("DECLINED", "-1"), ("DECLINED", "null")] {
            assert_eq!(verdict(&decline, state(name, status, [0, 0, 0])), Some(true), "{status}");
        }
    }

    /// A lost registration is found by its number; before it settles, absence proves nothing.
    #[test]
    fn registrations_by_number_and_amount() {
        let number = OrderNumber::new("7").expect("short");
        let trail =
            |amount| Trail::Register { order_number: number.clone(), amount: Minor::new(amount) };
        assert_eq!(question(&trail(1)).order_number.as_ref(), Some(&number));
        let there = || state("PREREGISTERED", "-1", [0, 0, 0]);
        assert_eq!(verdict(&trail(2000), there()), Some(true));
        assert_eq!(verdict(&trail(1999), there()), Some(false));
        let missing = || report(r#"{"errorCode":"6"}"#);
        assert_eq!(verdict(&trail(2000), missing()), Some(false));
        let early = judge(&trail(2000), missing(), SENT, SETTLED).expect("judged");
        assert!(matches!(early, Resolved::Unknown { ask_again_at } if ask_again_at == SETTLED));
        assert!(judge(&trail(2000), report(r#"{"errorCode":"5"}"#), SETTLED, SETTLED).is_err());
        let pay = Trail::Pay { order_id: order() };
        assert!(judge(&pay, missing(), SETTLED, SETTLED).is_err());
    }

    /// R-095 to R-097: what was paid at once is moved by refunds, judged by key or by amounts; where
    /// the report lacks them, nothing is claimed.
    #[test]
    fn refunds_by_key_or_amounts() {
        let before = Amounts::new(Minor::new(2000), Minor::new(2000), Minor::ZERO);
        let part = Part::exactly(Minor::new(500)).expect("not zero");
        let plain = Trail::Refund { order_id: order(), part, refund_id: None, seen: Some(before) };
        let done = || state("REFUNDED", "4", [2000, 1500, 500]);
        assert_eq!(verdict(&plain, done()), Some(true));
        assert_eq!(verdict(&plain, state("DEPOSITED", "2", [2000, 2000, 0])), Some(false));
        assert_eq!(verdict(&plain, state("REFUNDED", "4", [2000, 1400, 600])), None);
        let bare = r#"{"state":"DEPOSITED","depositedAmount":2000,"orderStatus":2}"#;
        assert_eq!(verdict(&plain, report(bare)), None);
        let key = RefundId::new("r1").expect("short");
        let keyed = Trail::Refund { order_id: order(), part, refund_id: Some(key), seen: None };
        let listed = r#"{"state":"REFUNDED","orderStatusResultModel":{"orderStatus":4,
            "refunds":[{"externalRefundId":"r1","amount":500,"actionCode":0}]}}"#;
        assert_eq!(verdict(&keyed, report(listed)), Some(true));
        assert_eq!(verdict(&keyed, done()), None);
    }
}
