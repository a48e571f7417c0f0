//! `POST rest/verifyCard.do`: checks a card without a payment.
//!
//! documents/003, "Card verification"; rules G-209 to G-214. Card data passes the merchant's own
//! servers here, which puts them into the scope of PCI DSS.

mod answer;

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Prepared, Replay,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, ThreeDsServerTransId},
    limit,
    order::{
        AddressMatchIndicator, Rule,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
};

pub use answer::CardVerification;

use crate::{
    FullUrl,
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    order::{
        language::{self, Language},
        payer::PayerBlocks,
    },
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Checks a card: the order goes straight to status 3, reversed, and nothing is charged.
///
/// A second copy is a second verification. The call carries no number of the merchant's, so that an
/// order of which no answer came cannot be found: verify again. Only the second request of a 3-D
/// Secure 2 verification, which names its order, can be resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifyCard {
    /// Card number.
    pub pan: Pan,
    /// Last month of validity. The table lets it be left out beside data that it does not list
    /// (G-210), so that it is always sent.
    pub expiry: Expiry,
    /// Code on the back, three digits; whether it is needed depends on the contract.
    pub cvc: Option<Cvc>,
    /// Name on the card, 2 to 45 characters: Latin letters, blank, full stop, hyphen, apostrophe.
    pub cardholder_name: Option<Cardholder>,
    /// Amount in minor units, at most 12 digits. The table wants it, the sample leaves it out: the
    /// rule `verified-amount` of [`Profile::rules`] checks it where it is switched on.
    pub amount: Option<Minor>,
    /// Currency; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// Where the payer is sent after success; the same as `return_url` (G-212).
    pub back_url: Option<FullUrl>,
    /// Where the payer is sent after success.
    pub return_url: Option<FullUrl>,
    /// Where the payer is sent after a failure.
    pub fail_url: Option<FullUrl>,
    /// Description, 1 to 598 characters. No personal or card data: portal and logs show it.
    pub description: Option<String>,
    /// Language of the answer's texts.
    pub language: Option<Language>,
    /// Authentication that the first answer named; makes this the second request.
    pub three_ds_server_trans_id: Option<ThreeDsServerTransId>,
    /// Where the payer is sent after the issuer's page.
    pub three_ds_ver2_finish_url: Option<FullUrl>,
    /// The order that the first request made; goes with the second request (G-213).
    pub three_ds_ver2_md_order: Option<OrderId>,
    /// Whether the call comes from a 3-D Secure SDK.
    pub three_ds_sdk: Option<bool>,
    /// Billing address; mandatory where the merchant's contract has address verification (G-057).
    pub billing_payer_data: Option<BillingPayerData>,
    /// Shipping address.
    pub shipping_payer_data: Option<ShippingPayerData>,
    /// Pre-order.
    pub pre_order_payer_data: Option<PreOrderPayerData>,
    /// The payer's phones.
    pub order_payer_data: Option<OrderPayerData>,
    /// Whether billing and shipping address are the same.
    pub address_match: Option<AddressMatchIndicator>,
}

impl VerifyCard {
    /// Checks a card by its number and last month.
    pub fn new(pan: Pan, expiry: Expiry) -> Self {
        Self {
            pan,
            expiry,
            cvc: None,
            cardholder_name: None,
            amount: None,
            currency: None,
            back_url: None,
            return_url: None,
            fail_url: None,
            description: None,
            language: None,
            three_ds_server_trans_id: None,
            three_ds_ver2_finish_url: None,
            three_ds_ver2_md_order: None,
            three_ds_sdk: None,
            billing_payer_data: None,
            shipping_payer_data: None,
            pre_order_payer_data: None,
            order_payer_data: None,
            address_match: None,
        }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The second request of a 3-D Secure 2 verification, once the method frame has run: names the
    /// order that the first request made, and its authentication.
    #[must_use]
    pub fn after_method(&self, order_id: OrderId, authentication: ThreeDsServerTransId) -> Self {
        self.clone().with(|request| {
            request.three_ds_ver2_md_order = Some(order_id);
            request.three_ds_server_trans_id = Some(authentication);
        })
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        let given = || self.amount.is_some();
        profile.rules.ensure(Rule::VerifiedAmount, given, "amount", "must be sent")?;
        limit::opt_digits("amount", self.amount, 12)?;
        let three = self.cvc.as_ref().is_none_or(|cvc| cvc.expose().len() == 3);
        limit::ensure(three, "cvc", || "must be three digits".into())?;
        self.cardholder_name.as_ref().map_or(Ok(()), holder)?;
        limit::opt_chars("description", &self.description, 1, 598)?;
        language::check(self.language.as_ref())?;
        self.payer().validate(profile.rules)
    }

    fn payer(&self) -> PayerBlocks<'_> {
        PayerBlocks {
            billing: self.billing_payer_data.as_ref(),
            shipping: self.shipping_payer_data.as_ref(),
            pre_order: self.pre_order_payer_data.as_ref(),
            order: self.order_payer_data.as_ref(),
            address_match: self.address_match.as_ref(),
        }
    }

    fn put_three_ds<'a>(&'a self, form: &mut Form<'a>, profile: &Profile) {
        let authentication = self.three_ds_server_trans_id.as_ref();
        let name = profile.trans_id.as_str();
        form.opt(name, authentication.map(ThreeDsServerTransId::as_str));
        let finish = self.three_ds_ver2_finish_url.as_ref();
        form.opt("threeDSVer2FinishUrl", finish.map(FullUrl::as_str));
        let order = self.three_ds_ver2_md_order.as_ref();
        form.opt("threeDSVer2MdOrder", order.map(OrderId::as_str));
        form.opt_display("threeDSSDK", self.three_ds_sdk);
    }
}

/// Checks a name on a card; the error does not repeat it.
fn holder(name: &Cardholder) -> Result<(), Invalid> {
    limit::chars("cardholderName", name.expose(), 2, 45)?;
    let allowed = |sign: char| sign.is_ascii_alphabetic() || " .-'".contains(sign);
    limit::ensure(name.expose().chars().all(allowed), "cardholderName", || {
        "must hold Latin letters, blanks, full stops, hyphens and apostrophes only".into()
    })
}

impl Endpoint for VerifyCard {
    const NAME: &'static str = "gateway.verifyCard";
    type Context<'a> = Context<'a>;
    type Response = CardVerification;

    /// A second copy asks the issuer a second time.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        if let Some(amount) = self.amount {
            form.minor("amount", amount, 12)?;
        }
        form.currency(self.currency)?;
        form.text("pan", self.pan.expose());
        form.opt("cvc", self.cvc.as_ref().map(Cvc::expose));
        form.display("expiry", self.expiry.yyyymm());
        form.opt("cardholderName", self.cardholder_name.as_ref().map(Cardholder::expose));
        form.opt("backUrl", self.back_url.as_ref().map(FullUrl::as_str));
        form.opt("returnUrl", self.return_url.as_ref().map(FullUrl::as_str));
        form.opt("failUrl", self.fail_url.as_ref().map(FullUrl::as_str));
        form.opt("description", self.description.as_deref());
        form.opt("language", self.language.as_ref().map(Language::as_str));
        self.put_three_ds(&mut form, context.profile);
        self.payer().put_into_form(&mut form)?;
        form.post("verifyCard.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<CardVerification, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for VerifyCard {
    /// The order that the second request names; a first request leaves none.
    fn trail(&self) -> Option<Trail> {
        self.three_ds_ver2_md_order.clone().map(|order_id| OrderTrail::Pay { order_id }.into())
    }
}

#[cfg(test)]
mod tests;
