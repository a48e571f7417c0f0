//! `POST getBindings.do`: lists the cards that a customer has stored.
//!
//! documents/004 says of it that SBP subscriptions do not come along (R-083).

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Invalid, Prepared, Replay,
    error::RefusalKind::{AccessDenied, BadRequest, BankFault, NotFound},
    id::ClientId,
    limit,
    order::BindingType,
};

pub use payments_core::order::binding::{Binding, BindingList};

use crate::{
    context::Context,
    encode::Body,
    fault::{self, Codes},
    resolve::{Call, Trail},
};

/// Codes of the list: it only asks. 2 says that there is nothing to list.
const LISTING: Codes = &[
    ("1", BadRequest, Effect::No),
    ("2", NotFound, Effect::No),
    ("5", AccessDenied, Effect::No),
    ("7", BankFault, Effect::No),
];

/// Lists a customer's stored cards; SBP subscriptions are not among them.
///
/// Where there is none, banks answer code 2: a refusal whose
/// [`is_not_found`](Error::is_not_found) is true.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientBindings {
    /// The partner's own number of the customer.
    pub client_id: ClientId,
    /// Only credentials of this kind; none lists all.
    pub binding_type: Option<BindingType>,
    /// Whether credentials of expired cards come too; none is `false`.
    pub show_expired: Option<bool>,
}

impl ClientBindings {
    /// Lists what a customer can pay by.
    pub fn new(client_id: ClientId) -> Self {
        Self { client_id, binding_type: None, show_expired: None }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self) -> Result<(), Invalid> {
        let kind = self.binding_type.as_ref().is_none_or(|kind| !kind.as_str().is_empty());
        limit::ensure(kind, "bindingType", || "must not be empty".into())
    }
}

impl Endpoint for ClientBindings {
    const NAME: &'static str = "router.getBindings";
    type Context<'a> = Context<'a>;
    type Response = BindingList;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("clientId", &self.client_id)?;
        body.opt("bindingType", self.binding_type.as_ref())?;
        body.opt("showExpired", self.show_expired.as_ref())?;
        body.post("getBindings.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<BindingList, Error> {
        fault::read(answer, LISTING)
    }
}

impl Call for ClientBindings {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::{
        card::Expiry,
        order::{BindingCategory, PaymentWay},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent};

    const ANSWER: &str = r#"{"errorCode":"0","bindings":[{"bindingId":"b-1","maskedPan":"411111**1111","expiryDate":"203412","paymentWay":"CARD","paymentSystem":"VISA","displayLabel":"XXXXXXXXXXXX1111","bindingCategory":"COMMON"}]}"#;

    fn list() -> ClientBindings {
        ClientBindings::new(ClientId::new("101023").expect("fits"))
    }

    /// R-002, R-003
    #[test]
    fn the_request_on_the_wire() {
        let request = list().with(|it| {
            it.binding_type = Some(BindingType::Common);
            it.show_expired = Some(true);
        });
        insta::assert_snapshot!(sent(&request), @r#"
        POST https://api.uat.all2pay.net/v1/getBindings.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","clientId":"101023","bindingType":"C","showExpired":true}
        "#);
        let wrong = list().with(|it| it.binding_type = Some("".into()));
        assert_eq!(refusal(&wrong), "bindingType: must not be empty");
    }

    #[test]
    fn the_answer() {
        let read = list().parse(&ok(ANSWER)).expect("reads");
        let [one] = read.bindings.as_slice() else { panic!("one") };
        assert_eq!(one.payment_way, Some(PaymentWay::Card));
        assert_eq!(one.binding_category, Some(BindingCategory::Common));
        assert_eq!(one.expiry(), Expiry::new(2034, 12).ok());
        for empty in [r#"{"errorCode":0}"#, r#"{"bindings":[]}"#, r#"{"bindings":null}"#] {
            assert_eq!(list().parse(&ok(empty)).expect("reads").bindings, []);
        }
    }

    /// Nothing to list is a refusal that says so, and a list moves nothing.
    #[test]
    fn codes() {
        let none = list().parse(&ok(r#"{"errorCode":"2"}"#)).expect_err("a refusal");
        assert!(none.is_not_found());
        assert_eq!(effects(&list(), &["1", "2", "5", "7"]), [Effect::No; 4]);
        assert_eq!((list().replay(), list().trail()), (Replay::Reads, None));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(ANSWER)) {
            let _ = list().parse(&ok(body));
        }
    }
}
