//! `POST decline.do`: closes an order that nobody has paid.
//!
//! The router's reference pages name the call; unlike the gateway the router takes neither
//! `merchantLogin` nor `language` with it (R-100).

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Prepared, Replay,
    id::{OrderId, OrderNumber},
};

use super::Done;
use crate::{
    context::Context,
    encode::Body,
    fault,
    resolve::{Call, Trail},
};

/// Declines an order that is not paid, so that it can no longer be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decline {
    /// The order.
    pub order_id: OrderId,
    /// The partner's number of the order; mandatory beside the id.
    pub order_number: OrderNumber,
}

impl Decline {
    /// Declines an order by both its numbers.
    pub fn new(order_id: OrderId, order_number: OrderNumber) -> Self {
        Self { order_id, order_number }
    }
}

impl Endpoint for Decline {
    const NAME: &'static str = "router.decline";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A declined order is no longer one that can be declined.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut body = Body::new(context)?;
        body.put("orderId", &self.order_id)?;
        body.put("orderNumber", &self.order_number)?;
        body.post("decline.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, fault::MOVING)
    }
}

impl Call for Decline {
    fn trail(&self) -> Option<Trail> {
        Some(Trail::Decline { order_id: self.order_id.clone() })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent};

    fn decline() -> Decline {
        Decline::new(
            OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60"),
            OrderNumber::new("order_123473").expect("fits"),
        )
    }

    /// R-002, R-003: both numbers of the order, and nothing else.
    #[test]
    fn the_request_on_the_wire() {
        insta::assert_snapshot!(sent(&decline()), @r#"
        POST https://api.uat.all2pay.net/v1/decline.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","orderId":"2dc811e7-8d1c-407a-bd25-a4f41f96cc60","orderNumber":"order_123473"}
        "#);
        assert!(OrderNumber::new("1".repeat(37)).is_err());
    }

    #[test]
    fn what_a_copy_and_a_refusal_do_to_the_money() {
        assert_eq!(decline().replay(), Replay::Refused);
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["5", "6", "7", "1", "99", "text"];
        assert_eq!(effects(&decline(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        assert!(matches!(decline().trail(), Some(Trail::Decline { .. })));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(r#"{"errorCode": 0, "errorMessage":"Success"}"#)) {
            let _ = decline().parse(&ok(body));
        }
    }
}
