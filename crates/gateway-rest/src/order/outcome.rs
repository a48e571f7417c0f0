//! How an attempt to pay ended: its class and its reason, as far as an answer tells.

pub use payments_core::order::outcome::Outcome;

use super::pay::PaymentAnswer;
use crate::three_ds::proceed::Continued;

impl PaymentAnswer {
    /// How the payment went on. Without a failure it is pending: only the order's status says that
    /// it is paid.
    pub fn outcome(&self) -> Outcome {
        Outcome::of_payment(
            self.error.as_deref(),
            self.error_type_name.as_deref(),
            self.processing_error_type.as_deref(),
        )
    }
}

impl Continued {
    /// How the payment went on. Without a failure it is pending: only the order's status says that
    /// it is paid.
    pub fn outcome(&self) -> Outcome {
        Outcome::of_payment(
            self.error.as_deref(),
            self.error_type_name.as_deref(),
            self.processing_error_type.as_deref(),
        )
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        Endpoint as _,
        id::OrderId,
        order::{ActionClass, ActionCode, ErrorTypeName},
    };
    use serde_json::Value;

    use super::*;
    use crate::{
        order::status::{OrderReport, OrderStatus},
        testing::ok,
        three_ds::proceed::Continue3ds,
    };

    fn report(status: &str, code: &str) -> OrderReport {
        let body = format!(
            r#"{{"errorCode":"0","orderStatus":{status},"actionCode":{code},
            "actionCodeDescription":"the bank's text","displayErrorMessage":"the payer's"}}"#
        );
        let asked = OrderStatus::of_order(OrderId::from_bank("1"));
        let report = asked.parse(&ok(body)).expect("answered");
        OrderReport::clone(&report)
    }

    fn outcome(status: &str, code: &str) -> Outcome {
        report(status, code).outcome().expect("the order is known")
    }

    /// Every listed code of a declined order comes back with its class, as text and as number.
    #[test]
    fn every_listed_code_is_a_value_with_its_class() {
        let tables = include_str!("../../../../testdata/spec/gateway-enums.json");
        let tables: Value = serde_json::from_str(tables).expect("JSON");
        let rows = tables["actionCodes"].as_array().expect("a list");
        for row in rows {
            let code = row["code"].as_str().expect("text");
            for written in [format!("{code:?}"), code.to_owned()] {
                let ended = outcome("6", &written);
                assert!(ended.declined, "{code}");
                assert_eq!(ended.code.as_ref().map(ActionCode::as_str), Some(code));
                let class = ActionCode::from(code).class();
                assert_eq!(ended.class, class.filter(|it| *it != ActionClass::Approved), "{code}");
            }
        }
        assert!(rows.len() > 100);
    }

    /// The code keeps its sign and its zeros; an unknown one is kept, and nothing is assumed of it.
    #[test]
    fn codes_are_kept_as_they_came() {
        let kept = |code: &str| outcome("6", code).code.expect("came").as_str().to_owned();
        assert_eq!(kept("\"000\""), "000");
        assert_eq!(kept("-2007"), "-2007");
        assert_eq!(kept("\"-0099\""), "-0099");
        let unknown = outcome("6", "7777777");
        assert_eq!((unknown.declined, unknown.class), (true, None));
        assert_eq!(unknown.reason.as_deref(), Some("the bank's text"));
        assert_eq!(unknown.for_payer.as_deref(), Some("the payer's"));
        assert!(
            report("6", "5")
                .outcome()
                .is_some_and(|it| it.class == Some(ActionClass::IssuerDeclined))
        );
    }

    /// The status beats the code, and a failed attempt of an open order is a decline as well.
    #[test]
    fn the_status_beats_the_code() {
        for (status, code, declined, class) in [
            ("2", "0", false, Some(ActionClass::Approved)),
            ("1", "116", false, Some(ActionClass::Approved)),
            ("6", "0", true, None),
            ("0", "-100", false, Some(ActionClass::Pending)),
            ("0", "\"\"", false, Some(ActionClass::Pending)),
            ("0", "116", true, Some(ActionClass::CustomerCanFix)),
            ("0", "7777777", false, None),
            ("3", "0", false, Some(ActionClass::Approved)),
        ] {
            let ended = outcome(status, code);
            assert_eq!((ended.declined, ended.class), (declined, class), "{status} {code}");
        }
        assert_eq!(OrderReport::default().outcome(), None);
    }

    /// G-208: failures of an HTTP 200 with code 0, and steps that are not final.
    #[test]
    fn failures_come_with_code_zero() {
        let continued = |more: &str| {
            let answer = ok(format!("{{\"errorCode\":0{more}}}"));
            let order = OrderId::from_bank("1");
            Continue3ds::new(order).parse(&answer).expect("answered").outcome()
        };
        let declined = continued(
            r#","error":"text","errorTypeName":"DATA_INPUT_ERROR","processingErrorType":"CLIENT_ERROR""#,
        );
        assert!(declined.declined);
        assert_eq!(declined.class, Some(ActionClass::CustomerCanFix));
        assert_eq!(declined.error_type, Some(ErrorTypeName::DataInputError));
        assert_eq!(declined.reason.as_deref(), Some("text"));
        let staged = continued(r#","processingErrorType":"MANDATORY_3DSECURE""#);
        assert_eq!((staged.declined, staged.class), (true, Some(ActionClass::CustomerCanFix)));
        let unknown = continued(r#","errorTypeName":"FRESH""#);
        assert_eq!((unknown.declined, unknown.class), (true, None));
        let going_on =
            continued(r#","processingErrorType":"NO_ERROR","acsUrl":"https://a.example""#);
        assert_eq!((going_on.declined, going_on.class), (false, Some(ActionClass::Pending)));
    }
}
