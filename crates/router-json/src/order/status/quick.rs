//! The quick way through a plain status answer: one that went well is read once instead of six times.
//! Whatever is unusual about an answer goes the long way, which decides.

use payments_core::{
    answer::Head,
    order::report::OrderReport,
    wire::{opt_from, opt_parsed},
};
use serde::de::{Error as _, MapAccess};
use serde_json::{Deserializer, value::RawValue};

use super::{RouterKeys, RouterReport};
use crate::{
    fault::{self, Codes},
    lenient,
    tap::{self, Aside, Inside, Keeper},
};

const OUTER: [&str; 4] = ["state", "depositedAmount", "bindingId", "data"];

const INNER: [&str; 14] = [
    "state",
    "bindingId",
    "cardInfo",
    "allowedPaymentWays",
    "clientId",
    "depositFlag",
    "gwId",
    "gwOrderId",
    "failUrl",
    "hasTimeout",
    "merchantLogin",
    "orderId",
    "orderParams",
    "successUrl",
];

/// The bank's report, and what of the router stands among its members.
struct Report<'de> {
    order: OrderReport,
    aside: Aside<'static, 'de, 14>,
}

/// What stands beside the head of an answer: the router's own members, and the report inside.
struct Beside<'de> {
    aside: Aside<'static, 'de, 4>,
    has_block: bool,
    report: Option<Report<'de>>,
}

impl<'de> Keeper<'de> for Beside<'de> {
    fn keep<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "orderStatusResultModel" {
            return self.aside.keep(name, map);
        }
        if std::mem::replace(&mut self.has_block, true) {
            return Err(A::Error::custom("a member comes twice"));
        }
        let mut aside = Aside::of(&INNER);
        let order = map.next_value_seed(Inside::new(&mut aside))?;
        self.report = order.map(|order| Report { order, aside });
        Ok(true)
    }
}

/// Reads a value that was set aside, if it came.
macro_rules! read {
    ($raw:expr, $reader:path) => {
        match $raw {
            Some(raw) => $reader(&mut Deserializer::from_str(RawValue::get(raw))).ok()?,
            None => Default::default(),
        }
    };
}

impl RouterReport {
    /// Reads an answer that went well and holds nothing unusual; none of any other.
    pub(super) fn quickly(json: &[u8], codes: Codes) -> Option<Self> {
        // Text is looked at once as a whole, which is quicker than once for every string in it.
        let json = str::from_utf8(json).ok()?;
        let mut beside = Beside { aside: Aside::of(&OUTER), has_block: false, report: None };
        let head: Head = tap::read(json, &mut beside).ok()?;
        let [state, deposited, binding, data] = beside.aside.kept();
        if data.is_some() || !fault::is_accepted(&head, codes) {
            return None;
        }
        let Report { mut order, aside } = match beside.report {
            Some(report) => report,
            None => {
                let mut aside = Aside::of(&INNER);
                Report { order: tap::read(json, &mut aside).ok()?, aside }
            }
        };
        let inner = aside.kept();
        let [inner_state, inner_binding, card, ways, client, flag, gw, gw_order, ..] = inner;
        let [.., fail, timeout, login, id, params, success] = inner;
        if order.card_auth_info.is_none() {
            order.card_auth_info = read!(card, lenient::block);
        }
        let (outer_state, inner_state) = (read!(state, opt_parsed), read!(inner_state, opt_parsed));
        let outer_binding: Option<_> = read!(binding, opt_from);
        let inner_binding = read!(inner_binding, opt_from);
        let kept = order.binding_info.as_ref().and_then(|info| info.binding_id.clone());
        Some(Self {
            error_code: head.code,
            error_message: head.message,
            state: Option::or(outer_state, inner_state),
            deposited_amount: read!(deposited, opt_parsed),
            binding_id: outer_binding.or(inner_binding).or(kept),
            keys: RouterKeys {
                allowed_payment_ways: read!(ways, lenient::list),
                client_id: read!(client, lenient::from),
                deposit_flag: read!(flag, lenient::text),
                gw_id: read!(gw, lenient::text),
                gw_order_id: read!(gw_order, lenient::from),
                fail_url: read!(fail, lenient::text),
                has_timeout: read!(timeout, lenient::flag),
                merchant_login: read!(login, lenient::from),
                order_id: read!(id, lenient::from),
                order_params: read!(params, lenient::pairs),
                success_url: read!(success, lenient::text),
            },
            order,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{fault::ASKING, testing::ok};

    /// The three forms, with every member that is set aside.
    const ANSWERS: [&str; 4] = [
        r#"{"errorCode": "0", "errorMessage": "Success", "state": "DEPOSITED", "depositedAmount": 2000,
            "bindingId": "b1", "orderStatusResultModel": {"orderStatus": 2, "amount": "2000",
            "orderNumber": 7005, "gwId": "VTB", "gwOrderId": "g1", "paymentWay": "SBP_C2B",
            "cardInfo": {"maskedPan": "411111**1111"}, "bindingInfo": {"bindingId": "b2"},
            "paymentAmountInfo": {"approvedAmount": 2000, "depositedAmount": 2000,
            "refundedAmount": 0}}}"#,
        r#"{"state": "PREREGISTERED", "depositedAmount": 0, "orderStatusResultModel":
            {"allowedPaymentWays": ["CARD", "SBP_C2B"], "amount": 100, "clientId": 12,
            "currency": "643", "date": 1734521975150, "depositFlag": "PURCHASE", "gwId": null,
            "failUrl": "https://f.example", "hasTimeout": "TRUE", "merchantLogin": "m",
            "orderId": "o1", "orderParams": {"a": 1, "b": {"c": 2}}, "orderStatus": -1,
            "paymentWay": null, "successUrl": ""}}"#,
        r#"{"errorCode": 0, "orderStatus": 6, "actionCode": -2007, "state": "DECLINED",
            "bindingId": 17, "hasTimeout": [1], "orderParams": "none"}"#,
        r#"{"orderStatus": 1, "orderStatusResultModel": null, "depositedAmount": null}"#,
    ];

    fn both(json: &str) -> (Option<String>, Option<String>) {
        let long = fault::read_with(&ok(json.to_owned()), ASKING, RouterReport::from_json);
        let quick = RouterReport::quickly(json.as_bytes(), ASKING);
        (quick.map(|report| format!("{report:?}")), long.ok().map(|report| format!("{report:?}")))
    }

    #[test]
    fn the_quick_way_is_taken_and_reads_the_same() {
        for json in ANSWERS {
            let (quick, long) = both(json);
            assert!(quick.is_some(), "{json}");
            assert_eq!(quick, long);
        }
    }

    #[test]
    fn whatever_is_unusual_goes_the_long_way() {
        for json in [
            r#"{"errorCode": "6", "errorMessage": "no such order"}"#,
            r#"{"success": false, "orderStatus": 2}"#,
            r#"{"success": true, "data": {"orderStatus": 2}}"#,
            r#"{"error": "wrong", "orderStatus": 2}"#,
            r#"{"state": "DEPOSITED", "state": "DECLINED"}"#,
            r#"{"state": {"a": 1}}"#,
            r#"{"orderStatus": 2, "cardAuthInfo": 7}"#,
            "[]",
            "",
        ] {
            assert!(RouterReport::quickly(json.as_bytes(), ASKING).is_none(), "{json}");
        }
    }

    proptest! {
        /// Damaged anywhere: where the quick way answers, the long one answers the same.
        #[test]
        fn the_two_ways_never_differ(
            which in 0..ANSWERS.len(),
            cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..4),
        ) {
            let mut text: Vec<char> = ANSWERS[which].chars().collect();
            for (at, put) in cuts {
                let at = at.index(text.len());
                text[at] = put;
            }
            let (quick, long) = both(&text.into_iter().collect::<String>());
            prop_assert!(quick.is_none() || quick == long, "{quick:?} is not {long:?}");
        }
    }
}
