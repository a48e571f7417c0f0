//! `POST rest/sbp/c2b/getBindings.do`: lists the accounts that a customer has linked.
//!
//! documents/003, "SBP payments", "Getting the list of stored credentials"; rule G-202.

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Prepared, Replay, Secret,
    error::RefusalKind::{BadRequest, BankFault, NotFound},
    id::{BindingId, ClientId},
    wire::{blocks, opt_from, opt_text},
};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded, Codes},
    order::pay::SbpSubscription,
    resolve::{Call, Trail},
};

/// It only asks. The document shows 5 for a customer that is not named; the others are those of the
/// same call about cards.
const CODES: Codes = &[
    ("1", BadRequest, Effect::No),
    ("2", NotFound, Effect::No),
    ("5", BadRequest, Effect::No),
    ("7", BankFault, Effect::No),
];

/// Lists a customer's subscriptions: accounts at SBP banks that may be charged again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subscriptions {
    /// The merchant's own number of the customer.
    pub client_id: ClientId,
    /// Only this credential.
    pub binding_id: Option<BindingId>,
    /// Whether disabled ones come too; none is `false` (G-202).
    pub show_disabled: Option<bool>,
}

impl Subscriptions {
    /// Lists all that a customer can pay by.
    pub fn new(client_id: ClientId) -> Self {
        Self { client_id, binding_id: None, show_disabled: None }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Endpoint for Subscriptions {
    const NAME: &'static str = "gateway.sbpGetBindings";
    type Context<'a> = Context<'a>;
    type Response = SubscriptionList;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("clientId", self.client_id.as_str());
        form.opt("bindingId", self.binding_id.as_ref().map(BindingId::as_str));
        form.opt_display("showDisabled", self.show_disabled);
        form.post("sbp/c2b/getBindings.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<SubscriptionList, Error> {
        fault::read(answer, CODES)
    }
}

impl Call for Subscriptions {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// A customer's subscriptions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubscriptionList {
    /// `0`, or nothing: the sample has none.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The subscriptions.
    #[serde(deserialize_with = "blocks")]
    pub bindings: Vec<Subscription>,
}

impl Coded for SubscriptionList {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

/// An account at an SBP bank that the customer has linked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Subscription {
    /// The stored credential; [`Unsubscribe`](super::Unsubscribe) takes it.
    #[serde(deserialize_with = "opt_from")]
    pub binding_id: Option<BindingId>,
    /// The merchant's own number of the customer.
    #[serde(deserialize_with = "opt_from")]
    pub client_id: Option<ClientId>,
    /// How people tell it apart. The table speaks of the last digits of a card, the sample of a
    /// test credential.
    #[serde(deserialize_with = "opt_text")]
    pub display_label: Option<String>,
    /// The payer's bank in SBP.
    #[serde(deserialize_with = "opt_text")]
    pub member_id: Option<String>,
    /// What the account can be charged by.
    #[serde(deserialize_with = "opt_from")]
    pub subscription_token: Option<Secret>,
    /// Name of the kind of service that is paid for.
    #[serde(deserialize_with = "opt_text")]
    pub subscription_service_name: Option<String>,
    /// Number of the kind of service.
    #[serde(deserialize_with = "opt_text")]
    pub subscription_service_id: Option<String>,
}

impl Subscription {
    /// What pays an order by this account; none without token and bank, which go together (G-109).
    pub fn means(&self) -> Option<SbpSubscription> {
        let token = self.subscription_token.clone()?;
        Some(SbpSubscription::new(token, self.member_id.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, sent, takes_a_long_login};

    fn list() -> Subscriptions {
        Subscriptions::new(ClientId::new("dos-clientos").expect("fits"))
    }

    const SAMPLE: &str = r#"{"bindings": [{"bindingId":"69d6a793-afb5-79be-8ce7-63ff00a8656a",
        "clientId":"dos-clientos", "displayLabel":"Test binding", "memberId":"100000000008",
        "subscriptionToken":"bb5cf93f146046959c2845d7ee9754d4",
        "subscriptionServiceName":"Videogames",
        "subscriptionServiceId":"3422b448-2460-4fd2-9183-8000de6f8343"}]}"#;

    /// G-001, G-010, G-202: disabled ones are asked for by name alone.
    #[test]
    fn the_sample_on_the_wire() {
        let request = list().with(|request| {
            let binding = BindingId::new("091b5393-3a20-7322-a81a-9f6000002738");
            request.binding_id = Some(binding.expect("fits"));
            request.show_disabled = Some(true);
        });
        insta::assert_snapshot!(sent(&request), @"
        POST https://vtb.rbsuat.com/payment/rest/sbp/c2b/getBindings.do
        content-type: application/x-www-form-urlencoded

        bindingId=091b5393-3a20-7322-a81a-9f6000002738&clientId=dos-clientos&password=test_user_password&showDisabled=true&userName=test_user
        ");
        assert!(takes_a_long_login(&request)); // G-008
        assert_eq!(parameter(&list(), "showDisabled"), None);
        assert!(ClientId::new("c".repeat(256)).is_err(), "refused before it is sent");
    }

    /// G-109: what is listed can pay an order, token and bank together.
    #[test]
    fn the_answer() {
        let read = list().parse(&ok(SAMPLE)).expect("reads");
        let [one] = read.bindings.as_slice() else { panic!("one") };
        assert_eq!(one.client_id, Some(list().client_id));
        assert_eq!(one.display_label.as_deref(), Some("Test binding"));
        let means = one.means().expect("both are there");
        assert_eq!(means.token.expose(), "bb5cf93f146046959c2845d7ee9754d4");
        assert_eq!(means.member_id, "100000000008");
        let half = Subscription { member_id: None, ..one.clone() };
        assert!(half.means().is_none());
        let single = r#"{"errorCode":"0","bindings":{"bindingId":7}}"#;
        let read = list().parse(&ok(single)).expect("reads");
        assert_eq!(read.bindings[0].binding_id, Some(BindingId::from_bank("7")));
    }

    /// G-202: an error comes beside an empty list.
    #[test]
    fn an_empty_list_hides_no_error() {
        let body =
            r#"{"errorMessage": "clientId is not specified", "errorCode": "5", "bindings": []}"#;
        let error = list().parse(&ok(body)).expect_err("refused");
        assert_eq!(error.refusal().expect("a code").kind, BadRequest);
        assert_eq!(error.effect(), Effect::No);
    }

    #[test]
    fn it_only_asks() {
        assert_eq!((list().replay(), list().trail()), (Replay::Reads, None));
        let (no, maybe) = (Effect::No, Effect::Maybe);
        assert_eq!(effects(&list(), &["1", "2", "5", "7", "99"]), [no, no, no, no, maybe]);
    }

    #[test]
    fn a_marker_never_shows() {
        let body = r#"{"bindings":[{"subscriptionToken":"MARKER","memberId":"1"}]}"#;
        let read = list().parse(&ok(body)).expect("reads");
        assert!(!format!("{read:?} {:?}", read.bindings[0].means()).contains("MARKER"));
        let broken = list().parse(&ok(body.replace(']', ""))).expect_err("no JSON");
        assert!(!format!("{broken:?} {broken}").contains("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = list().parse(&ok(body));
        }
    }
}
