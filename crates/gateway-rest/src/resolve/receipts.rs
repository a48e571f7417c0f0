//! What became of a closing receipt, by the receipts that an order had before.

use payments_core::{Invalid, id::ReceiptId, resolve::Verdict};

use super::Facts;
use crate::receipts::{Receipt, ReceiptOrder, ReceiptReport, SeenReceipts};

/// A closing receipt happened if one receipt is new that is not a refund's.
///
/// Of several new ones the one that says that it is a closing receipt counts; that two say so, or
/// none, proves nothing. Neither does a receipt without an identifier: it may be an old one.
pub(super) fn closing(
    seen: Option<&SeenReceipts>,
    report: &ReceiptReport,
) -> Result<Verdict, Invalid> {
    let rule = "must hold the receipts before the call, or nothing tells whether one is new";
    let seen = seen.ok_or_else(|| Invalid::new("seen", rule))?;
    let sales = || report.receipts.iter().filter(|receipt| !receipt.is_refund());
    if sales().any(|receipt| receipt.uuid.is_none()) {
        return Ok(Verdict::Unclear);
    }
    let is_new =
        |receipt: &&Receipt| receipt.uuid.as_ref().is_some_and(|id| !seen.ids.contains(id));
    let fresh = sales().filter(is_new);
    let closing = fresh.clone().filter(|receipt| receipt.says_closing()).count();
    Ok(match (fresh.count(), closing) {
        (0, _) => Verdict::ShowsNot,
        (1, _) | (_, 1) => Verdict::Shows,
        _ => Verdict::Unclear,
    })
}

/// Puts order and receipts into a journal's step. The identifiers stand in one fact, as JSON.
pub(super) fn put_facts<T>(
    order: &ReceiptOrder,
    seen: Option<&SeenReceipts>,
    put: &mut impl FnMut(&str, String) -> T,
) {
    match order {
        ReceiptOrder::Id(id) => put("orderId", id.to_string()),
        ReceiptOrder::Number(number) => put("orderNumber", number.to_string()),
    };
    if let Some(seen) = seen {
        let ids = serde_json::to_string(&seen.ids).unwrap_or_default();
        put("seen.receipts", ids);
    }
}

impl Facts<'_> {
    pub(super) fn receipt_order(&self) -> Result<ReceiptOrder, Invalid> {
        match self.opt("orderNumber") {
            Some(number) => Ok(ReceiptOrder::Number(number.parse()?)),
            None => Ok(ReceiptOrder::Id(self.order_id()?)),
        }
    }

    pub(super) fn seen_receipts(&self) -> Result<Option<SeenReceipts>, Invalid> {
        let Some(text) = self.opt("seen.receipts") else { return Ok(None) };
        let ids: Vec<ReceiptId> = serde_json::from_str(text)
            .map_err(|_| Invalid::new("seen.receipts", "must be a list of receipts"))?;
        Ok(Some(SeenReceipts::new(ids)))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use payments_core::{Endpoint as _, id::OrderId, journal::Step, time::UnixMillis};

    use crate::{
        receipts::{ReceiptReport, ReceiptStatus, SeenReceipts},
        resolve::{Resolved, Trail},
    };

    const NOW: UnixMillis = UnixMillis::new(1_000_000);

    /// Receipts as status, kind and identifier.
    fn report(receipts: &[(u8, &str, &str)]) -> ReceiptReport {
        let receipts: Vec<String> = receipts
            .iter()
            .map(|(status, kind, uuid)| {
                format!(r#"{{"receiptStatus":{status},"receiptType":"{kind}","uuid":"{uuid}"}}"#)
            })
            .collect();
        let body = format!(r#"{{"errorCode":"0","receipt":[{}]}}"#, receipts.join(","));
        let request = ReceiptStatus::of_order(OrderId::from_bank("m"));
        request.parse(&http::Response::new(Bytes::from(body))).expect("an answer")
    }

    fn trail(before: &[(u8, &str, &str)]) -> Trail {
        let seen = Some(report(before).seen());
        Trail::CloseReceipt { order: OrderId::from_bank("m").into(), seen }
    }

    fn known(before: &[(u8, &str, &str)], after: &[(u8, &str, &str)]) -> Option<bool> {
        trail(before).judge(Ok(report(after)), NOW, NOW).expect("judged").known()
    }

    /// G-216: one order may have several closing receipts, so only a new one proves anything.
    #[test]
    fn a_new_receipt_shows_it() {
        let sale = (1, "", "a");
        let closing = |id| (0, "close", id);
        assert_eq!(known(&[sale], &[sale]), Some(false));
        assert_eq!(known(&[], &[]), Some(false));
        assert_eq!(known(&[sale], &[sale, closing("b")]), Some(true));
        assert_eq!(known(&[sale], &[sale, (0, "", "b")]), Some(true), "below version 3");
        let before = [sale, closing("b")];
        assert_eq!(known(&before, &before), Some(false), "the one before is not this one");
        assert_eq!(known(&before, &[sale, closing("b"), closing("c")]), Some(true));
        assert_eq!(known(&[sale], &[sale, closing("b"), closing("c")]), None, "whose?");
        assert_eq!(known(&[sale], &[sale, (0, "", "b"), closing("c")]), Some(true));
        assert_eq!(known(&[sale], &[sale, (0, "", "b"), (0, "", "c")]), None);
        assert_eq!(known(&[sale], &[sale, (3, "", "b")]), Some(false), "a refund's");
        assert_eq!(known(&[sale], &[sale, (3, "", "b"), closing("c")]), Some(true));
        assert_eq!(known(&[sale], &[sale, (0, "close", "")]), None, "without its identifier");
    }

    #[test]
    fn before_it_settles_absence_proves_nothing() {
        let early = trail(&[]).judge(Ok(report(&[])), UnixMillis::new(0), NOW).expect("judged");
        assert!(matches!(early, Resolved::Unknown { ask_again_at } if ask_again_at == NOW));
        let blind = Trail::CloseReceipt { order: OrderId::from_bank("m").into(), seen: None };
        let error = blind.judge(Ok(report(&[])), NOW, NOW).expect_err("nothing to compare");
        assert_eq!(error.as_invalid().map(payments_core::Invalid::field), Some("seen"));
    }

    #[test]
    fn a_damaged_step_is_named() {
        let facts = [("kind", "closeReceipt"), ("orderId", "m"), ("seen.receipts", "x")];
        let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let step = Step::new("1", "x", NOW, facts);
        assert_eq!(Trail::from_step(&step).expect_err("no list").field(), "seen.receipts");
        assert_eq!(SeenReceipts::default(), SeenReceipts::new([]));
    }
}
