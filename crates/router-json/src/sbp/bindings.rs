//! `POST sbp_c2b/getBindings.do`: lists the accounts that a customer has linked.
//!
//! documents/004, list of SBP subscriptions; rules R-079 to R-084.

use bytes::Bytes;
use payments_core::{
    Effect, Endpoint, Error, Prepared, Replay, Secret,
    error::RefusalKind::{BadRequest, BankFault, NotFound},
    id::{BindingId, ClientId},
    open_enum,
    sbp::SbpSubscription,
    time::UnixMillis,
    wire::{blocks, opt, opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::Body,
    fault::{self, Codes},
    lenient,
    resolve::{Call, Trail},
};

/// It only asks. The codes are those of the banks behind the router.
const CODES: Codes = &[
    ("1", BadRequest, Effect::No),
    ("2", NotFound, Effect::No),
    ("5", BadRequest, Effect::No),
    ("7", BankFault, Effect::No),
];

/// Lists a customer's active subscriptions at all SBP banks of the partner (R-079).
///
/// A subscription that was asked for with a payment appears some time after it, or never: see
/// [`Creation`](payments_core::sbp::Creation).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subscriptions {
    /// The merchant's own number of the customer.
    pub client_id: ClientId,
    /// Only this credential. A bank's field.
    pub binding_id: Option<BindingId>,
    /// Whether disabled ones come too; none is `false`. A bank's field.
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
    const NAME: &'static str = "router.sbpGetBindings";
    type Context<'a> = Context<'a>;
    type Response = SubscriptionList;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        let mut body = Body::new(context)?;
        body.put("clientId", &self.client_id)?;
        body.opt("bindingId", self.binding_id.as_ref())?;
        body.opt("showDisabled", self.show_disabled.as_ref())?;
        body.post("sbp_c2b/getBindings.do")
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

open_enum! {
    /// Kind of a stored credential in the router's list of subscriptions (`bindingType`).
    pub enum SubscriptionType {
        /// An account linked by SBP, the only kind that this list holds (documents/004).
        SbpC2b = "SBP_C2B",
    }
}

/// A customer's subscriptions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubscriptionList {
    /// `0`, text in the sample.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The router's text, for people.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: Option<String>,
    /// The subscriptions, as they came.
    #[serde(deserialize_with = "blocks")]
    pub bindings: Vec<Subscription>,
}

impl SubscriptionList {
    /// Those that say that they are this customer's. The sample answers another customer's than the
    /// one asked for: charge none that this does not show.
    pub fn of<'a>(&'a self, client: &'a ClientId) -> impl Iterator<Item = &'a Subscription> {
        self.bindings.iter().filter(move |one| one.client_id.as_ref() == Some(client))
    }

    /// The one with a number, such as the `bindingId` of a status report.
    pub fn find(&self, id: &BindingId) -> Option<&Subscription> {
        self.bindings.iter().find(|one| one.binding_id.as_ref() == Some(id))
    }
}

/// An account at an SBP bank that the customer has linked. Read in the router's spelling, or in that
/// of the banks behind it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Wire")]
#[non_exhaustive]
pub struct Subscription {
    /// Name of the bank that keeps it.
    pub bank_name: Option<String>,
    /// The stored credential, by which the bank that keeps it charges it.
    pub binding_id: Option<BindingId>,
    /// Always [`SubscriptionType::SbpC2b`] (R-080).
    pub binding_type: Option<SubscriptionType>,
    /// The merchant's own number of the customer.
    pub client_id: Option<ClientId>,
    /// When it was made (R-084).
    pub created_date: Option<UnixMillis>,
    /// How people tell it apart.
    pub display_label: Option<String>,
    /// The router's own key of a bank. It need not fit the bank's name: read nothing into it.
    pub gw_id: Option<String>,
    /// The payer's bank in SBP (`sbpMemberId`, `memberId`).
    pub member_id: Option<String>,
    /// What it is for (`sbpSubscriptionPurpose`), as its order's registration said.
    pub purpose: Option<String>,
    /// What it can be charged by at any SBP bank of the partner (`sbpSubscriptionToken`,
    /// `subscriptionToken`).
    pub token: Option<Secret>,
    /// Name of the kind of service that is paid for (`subscriptionServiceName`), from banks.
    pub service_name: Option<String>,
    /// Number of the kind of service (`subscriptionServiceId`), from banks.
    pub service_id: Option<String>,
}

impl Subscription {
    /// What charges it at any SBP bank of the partner (R-082); none without token and bank. Store the
    /// pair as it is: token and bank of two records do not go together.
    pub fn means(&self) -> Option<SbpSubscription> {
        let token = self.token.clone()?;
        Some(SbpSubscription::new(token, self.member_id.clone()?))
    }
}

/// As it comes.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wire {
    #[serde(deserialize_with = "lenient::text")]
    bank_name: Option<String>,
    #[serde(deserialize_with = "opt_from")]
    binding_id: Option<BindingId>,
    #[serde(deserialize_with = "opt")]
    binding_type: Option<SubscriptionType>,
    #[serde(deserialize_with = "opt_from")]
    client_id: Option<ClientId>,
    #[serde(deserialize_with = "opt_parsed")]
    created_date: Option<UnixMillis>,
    #[serde(deserialize_with = "lenient::text")]
    display_label: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    gw_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    sbp_member_id: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    member_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    sbp_subscription_purpose: Option<String>,
    #[serde(deserialize_with = "opt_from")]
    sbp_subscription_token: Option<Secret>,
    #[serde(deserialize_with = "opt_from")]
    subscription_token: Option<Secret>,
    #[serde(deserialize_with = "lenient::text")]
    subscription_service_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    subscription_service_id: Option<String>,
}

impl From<Wire> for Subscription {
    fn from(wire: Wire) -> Self {
        Self {
            bank_name: wire.bank_name,
            binding_id: wire.binding_id,
            binding_type: wire.binding_type,
            client_id: wire.client_id,
            created_date: wire.created_date,
            display_label: wire.display_label,
            gw_id: wire.gw_id,
            member_id: wire.sbp_member_id.or(wire.member_id).filter(|id| !id.is_empty()),
            purpose: wire.sbp_subscription_purpose,
            token: wire.sbp_subscription_token.or(wire.subscription_token),
            service_name: wire.subscription_service_name,
            service_id: wire.subscription_service_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, member, ok, sent};

    fn list() -> Subscriptions {
        Subscriptions::new(ClientId::new("101023").expect("fits"))
    }

    const SAMPLE: &str = r#"{"errorCode": "0", "bindings": [{"bankName": "Alfa Bank",
        "bindingId": "d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2", "bindingType": "SBP_C2B",
        "clientId": "259753456", "createdDate": 1734521975150, "displayLabel": "Alfa Bank",
        "gwId": "BANKSOYUZ", "sbpMemberId": "100000000008",
        "sbpSubscriptionPurpose": "test sbp subscription",
        "sbpSubscriptionToken": "58c6ec02e3434130aeb7930a99a78552"}]}"#;

    /// R-079
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&list()), @r#"
        POST https://api.uat.all2pay.net/v1/sbp_c2b/getBindings.do
        content-type: application/json

        {"userName":"test_user","password":"test_user_password","clientId":"101023"}
        "#);
        let one = list().with(|request| {
            let id = BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2");
            request.binding_id = Some(id.expect("fits"));
            request.show_disabled = Some(true);
        });
        assert_eq!(member(&one, "showDisabled").expect("sent"), true);
        assert_eq!(
            member(&one, "bindingId").expect("sent"),
            "d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2"
        );
    }

    /// R-080, R-081, R-082, R-084: what is listed can be charged, token and bank together.
    #[test]
    fn the_answer() {
        let read = list().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.error_code.as_deref(), Some("0"));
        let [one] = read.bindings.as_slice() else { panic!("one") };
        assert_eq!(one.binding_type, Some(SubscriptionType::SbpC2b));
        assert_eq!(one.created_date, Some(UnixMillis::new(1_734_521_975_150)));
        let texts = [&one.bank_name, &one.display_label, &one.gw_id, &one.purpose];
        let want = ["Alfa Bank", "Alfa Bank", "BANKSOYUZ", "test sbp subscription"];
        assert_eq!(texts.map(Option::as_deref), want.map(Some));
        let means = one.means().expect("both are there");
        assert_eq!(means.token.expose(), "58c6ec02e3434130aeb7930a99a78552");
        assert_eq!(means.member_id, "100000000008");
        let half = Subscription { member_id: None, ..one.clone() };
        assert!(half.means().is_none());
        let id = BindingId::from_bank("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2");
        assert!(read.find(&id).is_some());
    }

    /// The sample shows another customer's subscription than the one that was asked for.
    #[test]
    fn another_customers_is_not_taken_for_ones_own() {
        let read = list().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.of(&list().client_id).count(), 0);
        assert_eq!(read.of(&ClientId::from_bank("259753456")).count(), 1);
    }

    /// As the banks behind the router spell it (documents/003); null is nothing, numbers are text.
    #[test]
    fn a_banks_spelling_is_read_too() {
        let body = r#"{"bindings":{"bindingId":7,"clientId":101023,"memberId":"100000000008",
            "subscriptionToken":"bb5cf93f146046959c2845d7ee9754d4","gwId":null,
            "subscriptionServiceName":"Videogames","subscriptionServiceId":"3422","later":[1]}}"#;
        let read = list().parse(&ok(body)).expect("reads");
        let [one] = read.bindings.as_slice() else { panic!("one") };
        assert_eq!(one.binding_id, Some(BindingId::from_bank("7")));
        assert_eq!(one.client_id, Some(list().client_id));
        assert_eq!(one.service_name.as_deref(), Some("Videogames"));
        let means = one.means().expect("both are there");
        assert_eq!(means.token.expose(), "bb5cf93f146046959c2845d7ee9754d4");
        let both = r#"{"bindings":[{"sbpMemberId":"1","memberId":"2","sbpSubscriptionToken":"a","subscriptionToken":"b"}]}"#;
        let read = list().parse(&ok(both)).expect("reads");
        assert_eq!(read.bindings[0].means().expect("both are there").member_id, "1");
    }

    /// What only informs does not hide what can be charged.
    #[test]
    fn an_odd_block_hides_nothing() {
        let body = r#"{"errorCode":0,"bindings":[{"bankName":{"ru":"x"},
            "gwId":[7],"sbpMemberId":100000000008,"sbpSubscriptionToken":"t"}]}"#;
        let read = list().parse(&ok(body)).expect("reads");
        assert_eq!(read.bindings[0].means().expect("both").member_id, "100000000008");
        assert_eq!(read.bindings[0].bank_name, None);
    }

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
        let body = r#"{"bindings":[{"sbpSubscriptionToken":"MARKER","sbpMemberId":"1"}]}"#;
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
