//! `POST rest/createBindingNoPayment.do`: stores a card without a payment.
//!
//! documents/003, "Creating a stored credential without payment"; rule G-187. The card's number
//! passes the merchant's own servers here, which puts them into the scope of PCI DSS.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    card::{Cardholder, Expiry, Pan},
    id::{BindingId, ClientId, MerchantLogin},
    limit,
    order::Personal,
    wire::{opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;

use crate::{
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    order::params::Params,
    resolve::{Call, Trail},
};

/// Stores a customer's card without a payment.
///
/// The document does not say what a second copy does: it may store the card once more, so it is
/// never sent twice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateBinding {
    /// The merchant's own number of the customer.
    pub client_id: ClientId,
    /// The card's number.
    pub pan: Pan,
    /// Last month of validity.
    pub expiry: Expiry,
    /// Name on the card, 1 to 26 Latin letters, full stops and blanks.
    pub holder: Cardholder,
    /// Free pairs, to be seen in the merchant's portal. They must hold no card data.
    pub additional: Option<Params>,
    /// The merchant on whose behalf the call acts.
    pub merchant_login: Option<MerchantLogin>,
}

impl CreateBinding {
    /// Stores a card for a customer.
    pub fn new(client_id: ClientId, pan: Pan, expiry: Expiry, holder: Cardholder) -> Self {
        Self { client_id, pan, expiry, holder, additional: None, merchant_login: None }
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
        let name = self.holder.expose();
        limit::chars("cardholderName", name, 1, 26)?;
        let plain = |byte: u8| byte.is_ascii_alphabetic() || byte == b'.' || byte == b' ';
        let rule = || "must hold Latin letters, full stops and blanks only".into();
        limit::ensure(name.bytes().all(plain), "cardholderName", rule)
    }
}

impl Endpoint for CreateBinding {
    const NAME: &'static str = "gateway.createBindingNoPayment";
    type Context<'a> = Context<'a>;
    type Response = CreatedBinding;

    /// A second copy may store the card once more.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("clientId", self.client_id.as_str());
        form.text("pan", self.pan.expose());
        form.display("expiryDate", self.expiry.yyyymm());
        form.text("cardholderName", self.holder.expose());
        form.opt_json("additionalParameters", self.additional.as_ref())?;
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.post("createBindingNoPayment.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<CreatedBinding, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for CreateBinding {
    /// It moves no money: [`ClientBindings`](super::ClientBindings) tells what is stored.
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// A stored card.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedBinding {
    /// `0`.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// `false`: it is true where the code is not 0 (G-187), which is a refusal.
    #[serde(deserialize_with = "opt_parsed")]
    pub error: Option<bool>,
    /// The credential; comes only with the permission for stored credentials (G-182).
    #[serde(deserialize_with = "opt_from")]
    pub binding_id: Option<BindingId>,
    /// The merchant's own number of the customer.
    #[serde(deserialize_with = "opt_from")]
    pub client_id: Option<ClientId>,
    /// The name on the card.
    #[serde(deserialize_with = "opt_from")]
    pub cardholder_name: Option<Personal>,
    /// `YYYYMM`.
    #[serde(deserialize_with = "opt_text")]
    pub expiry_date: Option<String>,
    /// First six and last four digits.
    #[serde(deserialize_with = "opt_text")]
    pub masked_pan: Option<String>,
}

impl Coded for CreatedBinding {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }

    fn success(&self) -> Option<bool> {
        (self.error == Some(true)).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use payments_core::Effect;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{damaged, effects, ok, parameter, refusal, sent, takes_a_long_login};

    fn create(name: &str) -> CreateBinding {
        let pan = Pan::new("5555555555555599").expect("the sample's test card");
        let expiry = Expiry::new(2034, 12).expect("valid");
        let client = ClientId::new("159753456").expect("fits");
        CreateBinding::new(client, pan, expiry, Cardholder::new(name).expect("fits"))
    }

    fn sample() -> CreateBinding {
        create("TEST CARDHOLDER")
    }

    const SAMPLE: &str = r#"{"maskedPan":"555555**5599","expiryDate":"203412","cardholderName":"TEST CARDHOLDER","clientId":"159753456","bindingId":"47dbe208-e531-4997-9c36-25a5707d3cb9","errorCode":0,"error":false}"#;

    /// G-001, G-010
    #[test]
    fn the_sample_on_the_wire() {
        insta::assert_snapshot!(sent(&sample()), @"
        POST https://vtb.rbsuat.com/payment/rest/createBindingNoPayment.do
        content-type: application/x-www-form-urlencoded

        cardholderName=TEST+CARDHOLDER&clientId=159753456&expiryDate=203412&pan=5555555555555599&password=test_user_password&userName=test_user
        ");
        assert!(takes_a_long_login(&sample())); // G-008
    }

    /// G-012, G-018, G-022: the pairs as JSON, and the other merchant.
    #[test]
    fn pairs_and_another_merchant() {
        let request = sample().with(|it| {
            it.additional = Some(Params::from_iter([("firstParamName", "firstParamValue")]));
            it.merchant_login = Some(MerchantLogin::new("merch_test418").expect("fits"));
        });
        let pairs = parameter(&request, "additionalParameters");
        assert_eq!(pairs.as_deref(), Some(r#"{"firstParamName":"firstParamValue"}"#));
        assert_eq!(parameter(&request, "merchantLogin").as_deref(), Some("merch_test418"));
    }

    /// G-187: the name takes Latin letters, full stops and blanks, 26 at most.
    #[test]
    fn a_wrong_name_is_named() {
        assert_eq!(sample().validate(), Ok(()));
        assert_eq!(create("J. DOE").validate(), Ok(()));
        for wrong in ["ИВАН", "O'NEIL", "ANNE-MARIE", "A1", "A\u{a0}B"] {
            assert_eq!(
                refusal(&create(wrong)),
                "cardholderName: must hold Latin letters, full stops and blanks only"
            );
        }
        let long = create(&"A".repeat(27));
        assert_eq!(refusal(&long), "cardholderName: must have 1 to 26 characters");
    }

    /// G-187: `error` alone makes a refusal, whatever the code says.
    #[test]
    fn the_answer() {
        let read = sample().parse(&ok(SAMPLE)).expect("reads");
        assert_eq!(read.masked_pan.as_deref(), Some("555555**5599"));
        assert_eq!(read.error, Some(false));
        assert_eq!(read.cardholder_name.as_ref().map(Personal::as_str), Some("TEST CARDHOLDER"));
        for refused in [r#"{"errorCode":5,"error":true}"#, r#"{"errorCode":0,"error":true}"#] {
            let error = sample().parse(&ok(refused)).expect_err("a refusal");
            assert_eq!(error.effect(), Effect::Maybe);
        }
        assert_eq!(effects(&sample(), &["1", "2", "5", "7"]), [Effect::Maybe; 4]);
        assert_eq!((sample().replay(), sample().trail()), (Replay::Doubles, None));
    }

    /// Neither number nor name of the card.
    #[test]
    fn nothing_shows() {
        let shown = format!("{:?}", create("MARKER"));
        assert!(shown.contains("555555**5599"), "{shown}");
        assert!(!shown.contains("5555555555555599") && !shown.contains("MARKER"), "{shown}");
        let answer = SAMPLE.replace("TEST CARDHOLDER", "MARKER");
        let read = sample().parse(&ok(answer)).expect("reads");
        assert!(!format!("{read:?}").contains("MARKER"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(body in damaged(SAMPLE)) {
            let _ = sample().parse(&ok(body));
        }
    }
}
