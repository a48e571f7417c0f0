//! The control address of codes: lists them, and answers for a payer.

use payments_core::time::UnixMillis;

use super::{Code, MEMBER, SBP_DECLINED, State, is_member};
use crate::{
    bank::Bank,
    json::{Json, Object},
    parse::Params,
};

/// The payer's account has not enough money.
const NOT_ENOUGH: i64 = 116;

impl Bank {
    /// The codes, or those of one order.
    pub(in crate::bank) fn sbp_codes(&self, now: UnixMillis, params: &Params) -> Object {
        let order = params.text("orderId");
        let codes = self.sbp.codes.values();
        let codes = codes.filter(|code| order.is_none_or(|order| code.order.as_str() == order));
        let codes = codes.map(|code| self.code_json(code, now).into()).collect();
        Object::new().with("codes", Json::Array(codes))
    }

    /// Answers for the payer of a code.
    pub(in crate::bank) fn answer_code(
        &mut self,
        now: UnixMillis,
        params: &Params,
    ) -> Result<Object, &'static str> {
        let of_order = || {
            let order = params.text("orderId")?;
            self.sbp.latest.iter().find(|(known, _)| known.as_str() == order).map(|(_, id)| id)
        };
        let id = params.text("qrId").or_else(|| of_order().map(String::as_str));
        let code = id.and_then(|id| self.sbp.codes.get(id)).ok_or("there is no such code")?;
        if !self.state(code, now).is_open() {
            return Err("the code is not open");
        }
        let agrees = match params.text("link").map(str::to_ascii_lowercase).as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => return Err("link must be true or false"),
        };
        let member = params.text("memberId").unwrap_or(MEMBER);
        if !is_member(member) {
            return Err("memberId must be 1 to 12 digits");
        }
        let id = code.id.clone();
        match params.text("answer") {
            Some("pay") => {
                self.pay_by_code(now, &id, member, agrees);
            }
            Some("confirm") => self.set_state(&id, State::Confirmed),
            Some("refuse") => self.close_code(now, &id, State::RejectedByUser, SBP_DECLINED),
            Some("decline") => self.close_code(now, &id, State::Rejected, NOT_ENOUGH),
            _ => return Err("answer must be pay, confirm, refuse or decline"),
        }
        let code = self.sbp.codes.get(&id).ok_or("there is no such code")?;
        Ok(self.code_json(code, now))
    }

    fn code_json(&self, code: &Code, now: UnixMillis) -> Object {
        Object::new()
            .with("qrId", code.id.as_str())
            .with("orderId", code.order.as_str())
            .with("qrStatus", self.state(code, now).name())
            .with("payload", code.payload.as_str())
    }
}
