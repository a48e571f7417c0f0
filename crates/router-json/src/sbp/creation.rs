//! Whether a subscription has come of an order.

use payments_core::{
    id::BindingId,
    sbp::{Creation, Patience},
    time::UnixMillis,
};

use crate::order::status::RouterReport;

impl RouterReport {
    /// What the report tells of the subscription that the order asked for (R-072, R-078): it is there,
    /// or it is not there *yet*. An order that was paid at `paid_at` may show it minutes later, and never
    /// if the payer did not agree; no report says which.
    ///
    /// Of an order that was paid by a card the number is that of the stored card.
    pub fn subscription(
        &self,
        paid_at: UnixMillis,
        now: UnixMillis,
        patience: Patience,
    ) -> Creation<BindingId> {
        Creation::judge(self.binding_id.clone(), paid_at, now, patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-072, R-078: the number stands at different places of the answer, or is not there yet.
    #[test]
    fn a_missing_subscription_is_not_there_yet() {
        let paid = UnixMillis::new(1_000);
        let judge = |json: &str| {
            let report = RouterReport::from_json(json.as_bytes()).expect("reads");
            report.subscription(paid, paid, Patience::default())
        };
        for made in [
            r#"{"state":"DEPOSITED","bindingId":"b1"}"#,
            r#"{"state":"DEPOSITED","orderStatusResultModel":{"bindingId":"b1"}}"#,
            r#"{"orderStatus":2,"bindingInfo":{"bindingId":"b1"}}"#,
        ] {
            assert_eq!(judge(made), Creation::Made(BindingId::from_bank("b1")), "{made}");
        }
        let missing = judge(r#"{"state":"DEPOSITED","bindingId":null}"#);
        assert_eq!(missing, Creation::NotYet { ask_again_at: UnixMillis::new(16_000) });
    }
}
