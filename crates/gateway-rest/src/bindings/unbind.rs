//! `POST rest/unBindCard.do`: switches a stored card off.
//!
//! documents/003, "Deactivate a stored credential"; rule G-185.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Prepared, Replay, id::BindingId};

use super::CHANGING;
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Done},
    resolve::{Call, Trail},
};

/// Switches a stored card off, so that it can no longer be charged. [`BindCard`](super::BindCard)
/// switches it on again.
///
/// The bank answers code 2 when the credential is off already, and by other banks on the
/// platform also when there is none of that number: a refusal whose
/// [`is_wrong_state`](Error::is_wrong_state) is true. After a lost answer that refusal of a second
/// call, or the customer's list, tells that the first one arrived.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnBindCard {
    /// The credential.
    pub binding_id: BindingId,
}

impl UnBindCard {
    /// Switches a credential off.
    pub fn new(binding_id: BindingId) -> Self {
        Self { binding_id }
    }
}

impl Endpoint for UnBindCard {
    const NAME: &'static str = "gateway.unBindCard";
    type Context<'a> = Context<'a>;
    type Response = Done;

    /// A second copy meets the state that the first one made.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("bindingId", self.binding_id.as_str());
        form.post("unBindCard.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Done, Error> {
        fault::read(answer, CHANGING)
    }
}

impl Call for UnBindCard {
    /// It moves no money: [`ClientBindings`](super::ClientBindings) tells what is left.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, sent, takes_a_long_login};

    fn request() -> UnBindCard {
        let id = BindingId::new("fd3afc57-c6d0-4e08-aaef-1b7cfeb093dc");
        UnBindCard::new(id.expect("fits"))
    }

    const SAMPLE: &str = r#"{"errorCode":"2","errorMessage":"Binging isn't active"}"#;

    /// G-001, G-010
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&request()), @"
        POST https://vtb.rbsuat.com/payment/rest/unBindCard.do
        content-type: application/x-www-form-urlencoded

        bindingId=fd3afc57-c6d0-4e08-aaef-1b7cfeb093dc&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&request())); // G-008
        assert!(BindingId::new("").is_err() && BindingId::new("x".repeat(256)).is_err());
    }

    /// G-185: 2 says that it is so already, which a second copy is told too; nothing else is clear.
    #[test]
    fn a_second_copy_is_refused() {
        let error = request().parse(&ok(SAMPLE)).expect_err("a refusal");
        assert!(error.is_wrong_state());
        let (no, maybe) = (Effect::No, Effect::Maybe);
        let codes = ["2", "5", "7", "1", "99", "text"];
        assert_eq!(effects(&request(), &codes), [maybe, no, maybe, maybe, maybe, maybe]);
        assert_eq!((request().replay(), request().trail()), (Replay::Refused, None));
        for body in [r#"{"errorCode":"0","errorMessage":"Success"}"#, "{}"] {
            assert!(request().parse(&ok(body)).is_ok());
        }
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = request().parse(&ok(body));
        }
    }
}
