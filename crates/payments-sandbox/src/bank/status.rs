//! `POST rest/getOrderStatusExtended.do`: reports everything about an order.

use super::{Bank, Call};
use crate::{
    answer::Refusal,
    json::{Json, Object},
};

impl Bank {
    pub(super) fn status(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let missing = Refusal::new(1, "[orderId] or [orderNumber] is expected");
        let order = self.order_of(call, missing)?;
        let attributes = Object::new().with("name", "mdOrder").with("value", order.id.as_str());
        Ok(Object::new()
            .with("errorCode", call.zero())
            .with("errorMessage", "Success")
            .with("orderNumber", order.number.as_str())
            .with("orderStatus", order.status.number())
            .with("actionCode", order.action_code)
            .with("actionCodeDescription", "")
            .with("amount", order.amount)
            .with("currency", order.currency.code())
            .with("date", order.registered_at.get())
            .with("orderDescription", order.details.description.clone().unwrap_or_default())
            .with_some("ip", order.details.ip.clone())
            .with("attributes", vec![Json::from(attributes)])
            .with(
                "paymentAmountInfo",
                Object::new()
                    .with("paymentState", order.status.payment_state())
                    .with("approvedAmount", order.approved)
                    .with("depositedAmount", order.deposited)
                    .with("refundedAmount", order.refunded),
            ))
    }
}
