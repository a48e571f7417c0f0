//! `POST rest/getBindings.do`: lists the cards that a customer has stored.
//!
//! documents/003, "Get stored credentials"; rules G-182 and G-183.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{BindingId, ClientId, MerchantLogin},
    limit,
    order::BindingType,
};

pub use payments_core::order::binding::{Binding, BindingList};

use super::LISTING;
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    order::language::{self, Language},
    resolve::{Call, Trail},
};

/// Lists a customer's stored cards.
///
/// Where there is none, other banks on the platform answer code 2: a refusal whose
/// [`is_not_found`](Error::is_not_found) is true.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientBindings {
    /// The merchant's own number of the customer.
    pub client_id: ClientId,
    /// Only this credential.
    pub binding_id: Option<BindingId>,
    /// Only credentials of this kind; none lists all (G-183).
    pub binding_type: Option<BindingType>,
    /// Whether credentials of expired cards come too; none is `false` (G-183).
    pub show_expired: Option<bool>,
    /// Another merchant, whose customer it is; both need the permission for stored credentials.
    pub merchant_login: Option<MerchantLogin>,
    /// Language of the answer's texts.
    pub language: Option<Language>,
}

impl ClientBindings {
    /// Lists what a customer can pay by.
    pub fn new(client_id: ClientId) -> Self {
        Self {
            client_id,
            binding_id: None,
            binding_type: None,
            show_expired: None,
            merchant_login: None,
            language: None,
        }
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
        limit::ensure(kind, "bindingType", || "must not be empty".into())?;
        language::check(self.language.as_ref())
    }
}

impl Endpoint for ClientBindings {
    const NAME: &'static str = "gateway.getBindings";
    type Context<'a> = Context<'a>;
    type Response = BindingList;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.text("clientId", self.client_id.as_str());
        form.opt("bindingId", self.binding_id.as_ref().map(BindingId::as_str));
        form.opt("bindingType", self.binding_type.as_ref().map(BindingType::as_str));
        form.opt_display("showExpired", self.show_expired);
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.post("getBindings.do")
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
        Effect,
        card::Expiry,
        order::{BindingCategory, PaymentSystem, PaymentWay},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent, takes_a_long_login};

    fn list() -> ClientBindings {
        ClientBindings::new(ClientId::new("dos-clientos").expect("fits"))
    }

    const SAMPLE: &str = r#"{"errorCode":"0","errorMessage":"Success","bindings":[{"bindingId":"44779116-41a5-7798-b072-c0a30760e2b0","maskedPan":"411111**1111","expiryDate":"203412","paymentWay":"TOKEN_PAY","paymentSystem":"CARD","displayLabel":"XXXXXXXXXXXX1111","bindingCategory":"COMMON"}]}"#;

    /// G-001, G-010
    #[test]
    fn the_sample_on_the_wire() {
        let sample = list().with(|it| it.binding_type = Some(BindingType::Common));
        insta::assert_snapshot!(sent(&sample), @"
        POST https://vtb.rbsuat.com/payment/rest/getBindings.do
        content-type: application/x-www-form-urlencoded

        bindingType=C&clientId=dos-clientos&password=test_user_password&userName=test_user
        ");
        assert!(!takes_a_long_login(&sample)); // G-008
    }

    /// G-018, G-183: what narrows the list is sent only where it is set.
    #[test]
    fn every_filter_on_the_wire() {
        let request = list().with(|it| {
            it.binding_id = Some(BindingId::new("44779116").expect("fits"));
            it.show_expired = Some(true);
            it.merchant_login = Some(MerchantLogin::new("merch_test418").expect("fits"));
            it.language = Some(Language::English);
        });
        insta::assert_snapshot!(sent(&request), @"
        POST https://vtb.rbsuat.com/payment/rest/getBindings.do
        content-type: application/x-www-form-urlencoded

        bindingId=44779116&clientId=dos-clientos&language=en&merchantLogin=merch_test418&password=test_user_password&showExpired=true&userName=test_user
        ");
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = list().with(|it| it.language = Some("e".into()));
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
        let wrong = list().with(|it| it.binding_type = Some("".into()));
        assert_eq!(refusal(&wrong), "bindingType: must not be empty");
        assert!(ClientId::new("").is_err() && ClientId::new("x".repeat(256)).is_err());
    }

    #[test]
    fn the_answer() {
        let read = list().parse(&ok(SAMPLE)).expect("reads");
        let [one] = read.bindings.as_slice() else { panic!("one") };
        assert_eq!(one.expiry(), Expiry::new(2034, 12).ok());
        assert_eq!(one.payment_way, Some(PaymentWay::TokenPay));
        assert_eq!(one.payment_system.as_ref().map(PaymentSystem::as_str), Some("CARD"));
        assert!(!one.payment_system.as_ref().is_some_and(PaymentSystem::is_known));
        assert_eq!(one.binding_category, Some(BindingCategory::Common));
        for empty in [r#"{"errorCode":0}"#, r#"{"errorCode":0,"bindings":[]}"#] {
            assert_eq!(list().parse(&ok(empty)).expect("reads").bindings, []);
        }
        let alone = r#"{"errorCode":0,"bindings":{"bindingId":7,"expiryDate":203412}}"#;
        let read = list().parse(&ok(alone)).expect("the table prints an object");
        assert_eq!(read.bindings.first().and_then(Binding::expiry), one.expiry());
    }

    /// Nothing to list is a refusal that says so, and a list moves nothing.
    #[test]
    fn codes() {
        let none = list().parse(&ok(r#"{"errorCode":"2"}"#)).expect_err("a refusal");
        assert!(none.is_not_found());
        let codes = ["1", "2", "5", "7"];
        assert_eq!(effects(&list(), &codes), [Effect::No; 4]);
        assert_eq!((list().replay(), list().trail()), (Replay::Reads, None));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = list().parse(&ok(body));
        }
    }
}
