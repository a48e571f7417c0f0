//! What a status answer tells the order's machine, and whoever waits for the payment.

use payments_core::{
    order::{OrderStatus as Status, RouterState},
    poll::Standing,
    state::router_order::Report,
};

use super::RouterReport;

impl RouterReport {
    /// What the order machine takes; none where the order was not found.
    pub fn report(&self) -> Option<Report> {
        let (order, amounts) = (self.order(), self.evidence().amounts);
        if self.state.is_none() && order.order_status.is_none() {
            return None;
        }
        let state = self.state.clone().unwrap_or_else(|| RouterState::from(""));
        let report = Report::new(&state, amounts).status(order.order_status.as_ref());
        let report = report.deposited(self.deposited_amount).paid_by(order.payment_way.as_ref());
        Some(report.chargeback(order.chargeback == Some(true)))
    }

    /// Where the payment stands, as far as somebody who waits for it is concerned. Open where no order
    /// was found, and where the router says that it is paid and the bank that it is not.
    pub fn standing(&self) -> Standing {
        let order = self.order();
        let (action, amount) = (order.action_code.as_ref(), order.amount);
        let standing = match (&self.state, &order.order_status) {
            (Some(state), _) if state.is_known() => Standing::of_router(state, action, amount),
            (_, Some(status)) => Standing::of_order(status, action, amount),
            (_, None) => Standing::Open,
        };
        let was_checked = self.amounts_are_zero();
        match standing {
            Standing::Failed if self.status() == Some(&Status::Refunded) => {
                match self.amounts().filter(|_| order.chargeback != Some(true)) {
                    Some(amounts) => Standing::given_back(amounts),
                    None => standing,
                }
            }
            Standing::Paid if order.chargeback == Some(true) => Standing::Failed,
            Standing::Paid if !self.is_paid() && !was_checked => Standing::Open,
            standing => standing,
        }
    }

    /// Whether the order is one over nothing, which a check of a card or an account ends.
    fn amounts_are_zero(&self) -> bool {
        self.order().amount.is_some_and(|amount| amount.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Minor,
        state::{
            order::{Action, Observed, Phases},
            router_order::{Order, State},
        },
    };

    use super::*;

    fn read(json: &str) -> RouterReport {
        RouterReport::from_json(json.as_bytes()).expect("reads")
    }

    /// R-095, R-096, R-097: of an order of two phases that SBP paid, the report alone says what can be
    /// done with it.
    #[test]
    fn an_order_of_two_phases_paid_by_sbp_offers_a_refund() {
        let report = read(
            r#"{"state": "DEPOSITED", "depositedAmount": 2000, "orderStatusResultModel":
                {"orderStatus": 2, "amount": 2000, "paymentWay": "SBP_C2B"}}"#,
        );
        let mut order = Order::registered(Minor::new(2000), Phases::Two);
        assert_eq!(order.observe(&report.report().expect("found")), Observed::Moved);
        assert_eq!(order.next_actions(), [Action::Refund { at_most: Minor::new(2000) }]);
    }

    #[test]
    fn each_form_of_the_answer_moves_the_machine() {
        for (json, state) in [
            (
                r#"{"state": "PREREGISTERED", "orderStatusResultModel": {"orderStatus": -1}}"#,
                State::Preregistered,
            ),
            (
                r#"{"state": "PENDING", "orderStatusResultModel": {"orderStatus": 0}}"#,
                State::Pending,
            ),
            (r#"{"orderStatus": "-1"}"#, State::Preregistered),
            (r#"{"errorCode": "0", "orderStatus": 6, "amount": 100}"#, State::Declined),
            (r#"{"state": "NEW", "orderStatusResultModel": {"orderStatus": 1}}"#, State::Approved),
        ] {
            let report = read(json).report().expect("found");
            assert_eq!(report.state(), Some(state), "{json}");
        }
        assert!(read(r#"{"errorCode": "0"}"#).report().is_none());
    }

    #[test]
    fn who_waits_is_told_only_what_both_say() {
        use Standing::{Expired, Failed, Open, Paid};
        for (json, standing) in [
            (r#"{"state": "DEPOSITED", "orderStatusResultModel": {"orderStatus": 2}}"#, Paid),
            (r#"{"state": "DEPOSITED", "orderStatusResultModel": {"orderStatus": 0}}"#, Open),
            (r#"{"state": "CREATED", "orderStatusResultModel": {"orderStatus": 2}}"#, Open),
            (r#"{"state": "DECLINED", "orderStatusResultModel": {"actionCode": -2007}}"#, Expired),
            (r#"{"state": "DECLINED", "orderStatusResultModel": {"orderStatus": 6}}"#, Failed),
            (r#"{"state": "REVERSED", "orderStatusResultModel": {"amount": 0}}"#, Paid),
            (r#"{"state": "DEPOSITED", "orderStatusResultModel": {"chargeback": true}}"#, Failed),
            (r#"{"orderStatus": 2, "amount": 5}"#, Paid),
            (r#"{"state": "REFUNDED", "orderStatusResultModel": {"orderStatus": 4}}"#, Failed),
            (
                r#"{"state": "REFUNDED", "orderStatusResultModel": {"orderStatus": 4,
                "paymentAmountInfo":
                    {"approvedAmount": 5, "depositedAmount": 2, "refundedAmount": 3}}}"#,
                Paid,
            ),
            (r#"{"errorCode": "0"}"#, Open),
        ] {
            assert_eq!(read(json).standing(), standing, "{json}");
        }
    }
}
