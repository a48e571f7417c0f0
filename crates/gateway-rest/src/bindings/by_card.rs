//! `POST rest/getBindingsByCardOrId.do`: lists the credentials of a card, of whichever customer.
//!
//! documents/003, "Get stored credentials by card number"; rule G-184.

use bytes::Bytes;
use payments_core::{Endpoint, Error, Invalid, Prepared, Replay, card::Pan, id::BindingId, limit};

use super::{BindingList, LISTING};
use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    resolve::{Call, Trail},
};

/// Lists the credentials of one card, of all customers who stored it.
///
/// By the card's number, which brings the merchant's own servers into the scope of PCI DSS, or by
/// one of its credentials; a bank that gets both takes the number. Where there is none, other banks
/// on the platform answer code 2: a refusal whose [`is_not_found`](Error::is_not_found) is true.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CardBindings {
    /// The card's number, 15 to 19 digits.
    pub pan: Option<Pan>,
    /// One of the card's credentials.
    pub binding_id: Option<BindingId>,
    /// Whether credentials of expired cards come too; none is `false`.
    pub show_expired: Option<bool>,
}

impl CardBindings {
    /// Lists by the card's number.
    pub fn of_card(pan: Pan) -> Self {
        Self { pan: Some(pan), binding_id: None, show_expired: None }
    }

    /// Lists by one of the card's credentials.
    pub fn of_binding(binding_id: BindingId) -> Self {
        Self { pan: None, binding_id: Some(binding_id), show_expired: None }
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
        let one = self.pan.is_some() || self.binding_id.is_some();
        limit::ensure(one, "pan", || "must be set where bindingId is not".into())?;
        let digits = self.pan.as_ref().is_none_or(|pan| (15..=19).contains(&pan.expose().len()));
        limit::ensure(digits, "pan", || "must have 15 to 19 digits".into())
    }
}

impl Endpoint for CardBindings {
    const NAME: &'static str = "gateway.getBindingsByCardOrId";
    type Context<'a> = Context<'a>;
    type Response = BindingList;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.opt("pan", self.pan.as_ref().map(Pan::expose));
        form.opt("bindingId", self.binding_id.as_ref().map(BindingId::as_str));
        form.opt_display("showExpired", self.show_expired);
        form.post("getBindingsByCardOrId.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<BindingList, Error> {
        fault::read(answer, LISTING)
    }
}

impl Call for CardBindings {
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

    fn by_card() -> CardBindings {
        CardBindings::of_card(Pan::new("4000001111111118").expect("the samples' test card"))
    }

    fn binding() -> BindingId {
        BindingId::new("69d6a793-afb5-79be-8ce7-63ff00a8656a").expect("fits")
    }

    const SAMPLE: &str = r#"{"errorCode":"0","errorMessage":"Success","bindings":[{"bindingId":"69d6a793-afb5-79be-8ce7-63ff00a8656a","maskedPan":"400000**1118","expiryDate":"203012","clientId":"12"},{"bindingId":"6a8c0738-cc88-4200-acf6-afc264d66cb0","maskedPan":"400000**1118","expiryDate":"203012","clientId":"13"}]}"#;

    /// G-001, G-010, G-184
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&by_card()), @"
        POST https://vtb.rbsuat.com/payment/rest/getBindingsByCardOrId.do
        content-type: application/x-www-form-urlencoded

        pan=4000001111111118&password=test_user_password&userName=test_user
        ");
        let by_binding =
            CardBindings::of_binding(binding()).with(|it| it.show_expired = Some(true));
        insta::assert_snapshot!(sent(&by_binding), @"
        POST https://vtb.rbsuat.com/payment/rest/getBindingsByCardOrId.do
        content-type: application/x-www-form-urlencoded

        bindingId=69d6a793-afb5-79be-8ce7-63ff00a8656a&password=test_user_password&showExpired=true&userName=test_user
        ");
        assert!(takes_a_long_login(&by_binding)); // G-008
    }

    /// G-184: one of the two is named, and the number has 15 to 19 digits.
    #[test]
    fn a_wrong_field_is_named() {
        let nothing = by_card().with(|it| it.pan = None);
        assert_eq!(refusal(&nothing), "pan: must be set where bindingId is not");
        let short = Pan::new("41111111111111").or_else(|_| Pan::new("30569309025904"));
        let short = by_card().with(|it| it.pan = Some(short.expect("14 digits")));
        assert_eq!(refusal(&short), "pan: must have 15 to 19 digits");
    }

    #[test]
    fn the_answer() {
        let read = by_card().parse(&ok(SAMPLE)).expect("reads");
        let clients: Vec<_> = read.bindings.iter().filter_map(|it| it.client_id.clone()).collect();
        assert_eq!(clients.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["12", "13"]);
        assert_eq!(effects(&by_card(), &["1", "2", "5", "7"]), [Effect::No; 4]);
        assert_eq!((by_card().replay(), by_card().trail()), (Replay::Reads, None));
    }

    /// The number of the card shows masked alone.
    #[test]
    fn nothing_shows() {
        let shown = format!("{:?}", by_card());
        assert!(shown.contains("400000**1118") && !shown.contains("4000001111111118"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = by_card().parse(&ok(body));
        }
    }
}
