//! `POST rest/extendBinding.do`: gives a stored card another month of validity.
//!
//! documents/003, "Extend a stored credential expiration date"; rule G-186.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Invalid, Prepared, Replay, card::Expiry, id::BindingId};

use super::CHANGING;
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Done},
    order::language::Language,
    resolve::{Call, Trail},
};

/// Gives a stored card another month of validity, as after the issuer renewed the card.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExtendBinding {
    /// The credential.
    pub binding_id: BindingId,
    /// The new last month of validity.
    pub new_expiry: Expiry,
    /// Language of the answer's text; mandatory here.
    pub language: Language,
}

impl ExtendBinding {
    /// Sets the last month of validity of a credential.
    pub fn new(binding_id: BindingId, new_expiry: Expiry, language: Language) -> Self {
        Self { binding_id, new_expiry, language }
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
        self.language.validate()
    }
}

impl Endpoint for ExtendBinding {
    const NAME: &'static str = "gateway.extendBinding";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A month that is set twice is the same month.
    fn replay(&self) -> Replay {
        Replay::SameAnswer
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("bindingId", self.binding_id.as_str());
        form.display("newExpiry", self.new_expiry.yyyymm());
        form.text("language", self.language.as_str());
        form.post("extendBinding.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, CHANGING)
    }
}

impl Call for ExtendBinding {
    /// It moves no money: [`ClientBindings`](super::ClientBindings) tells the month.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, refusal, sent, takes_a_long_login};

    fn extend() -> ExtendBinding {
        let id = BindingId::new("fd3afc57-c6d0-4e08-aaef-1b7cfeb093dc").expect("fits");
        ExtendBinding::new(id, Expiry::new(2022, 12).expect("valid"), Language::English)
    }

    const SAMPLE: &str = r#"{"errorCode":"0","errorMessage":"Success"}"#;

    /// G-001, G-010, G-186: the month as YYYYMM, and the language always.
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&extend()), @"
        POST https://vtb.rbsuat.com/payment/rest/extendBinding.do
        content-type: application/x-www-form-urlencoded

        bindingId=fd3afc57-c6d0-4e08-aaef-1b7cfeb093dc&language=en&newExpiry=202212&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&extend())); // G-008
    }

    #[test]
    fn a_wrong_field_is_named() {
        let wrong = extend().with(|it| it.language = "".into());
        assert_eq!(refusal(&wrong), "language: must be two letters of ISO 639-1");
    }

    #[test]
    fn a_second_copy_sets_the_same_month() {
        assert_eq!((extend().replay(), extend().trail()), (Replay::SameAnswer, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["2", "5", "7", "1", "99", "text"];
        assert_eq!(effects(&extend(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        assert!(extend().parse(&ok(SAMPLE)).is_ok());
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = extend().parse(&ok(body));
        }
    }
}
