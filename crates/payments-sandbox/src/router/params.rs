//! `POST settings/getRouterParams.do`: how the partner is set up. The shape is this sandbox's own:
//! no document shows one.

use super::{BANKS, Call, Router, house, order::Way};
use crate::json::{Json, Object};

impl Router {
    pub(super) fn router_params(&self, call: &Call<'_>) -> Json {
        let partner = &call.partner;
        let one = |way: Way, bank: &Option<String>| {
            let banks = bank.iter().filter_map(|bank| Some(named(bank)?.into())).collect();
            Json::from(
                Object::new().with("paymentWay", way.name()).with("banks", Json::Array(banks)),
            )
        };
        let shares = partner.sbp.iter().filter_map(|share| {
            Some(named(&share.bank)?.with("percent", u64::from(share.percent)).into())
        });
        let rules = partner.sbp_rules.iter().filter_map(|rule| {
            let rule = named(&rule.bank)?
                .with_some("fromAmount", rule.from_amount)
                .with_some("toAmount", rule.to_amount)
                .with_some("feature", rule.feature.clone());
            Some(rule.into())
        });
        let sbp = Object::new()
            .with("paymentWay", Way::Sbp.name())
            .with("banks", Json::Array(shares.collect()))
            .with("rules", Json::Array(rules.collect()));
        let ways = vec![
            sbp.into(),
            one(Way::TPay, &partner.tpay_bank),
            one(Way::AlfaPay, &partner.alfapay_bank),
            one(Way::Card, &partner.card_bank),
        ];
        Object::new()
            .with_some("errorCode", call.zero())
            .with("orderLifetimeSecs", partner.order_lifetime_secs)
            .with("paymentWays", Json::Array(ways))
            .into()
    }
}

fn named(gw_id: &str) -> Option<Object> {
    let house = BANKS.get(house(gw_id)?)?;
    Some(Object::new().with("gwId", house.gw_id).with("bankName", house.name))
}
