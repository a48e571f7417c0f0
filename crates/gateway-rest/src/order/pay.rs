//! `POST rest/paymentorder.do`: pays a registered order with card data that the merchant holds.
//!
//! documents/003, "Payment for order"; rules G-095 to G-119. Card data passes the merchant's own
//! servers here, which puts them into the scope of PCI DSS.

mod answer;
mod means;
mod own_server;

use std::net::IpAddr;

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Prepared, Replay,
    id::{OrderId, ThreeDsServerTransId},
    limit,
    order::{
        AddressMatchIndicator, Personal, Rules, ScaExemption, ThreeDsProtocolVersion, Tii,
        browser::ClientBrowserInfo,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
    time::UnixMillis,
};

pub use answer::{PaymentAnswer, SbpC2bInfo};
pub use means::{Card, ExpiryForm, ExternalThreeDs, Means, SbpSubscription, SeToken};

use super::{language::Language, params::Params, register::email};
use crate::{
    FullUrl,
    bindings::tii,
    context::Context,
    encode::{Form, UserNameLimit},
    fault,
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Pays an order that was registered in one or two phases.
///
/// Moves money, and a second copy may pay again: it is never sent twice. Dropping the future leaves
/// the outcome unknown: resolve it. With 3-D Secure 2 the payment takes two requests; the second is
/// made by [`after_method`](Self::after_method) and is a step that the protocol asks for, not a copy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PaymentOrder {
    /// The order (`MDORDER`).
    pub order_id: OrderId,
    /// What pays: a card, an encrypted card, or an SBP subscription.
    pub means: Means,
    /// Language of the answer's texts.
    pub language: Language,
    /// The buyer's address.
    pub ip: Option<IpAddr>,
    /// Whether no stored credential is to be made of the card.
    pub binding_not_needed: Option<bool>,
    /// Free pairs.
    pub params: Option<Params>,
    /// Whether the payment comes from a 3-D Secure SDK.
    pub three_ds_sdk: Option<bool>,
    /// E-mail of the customer, 1 to 40 characters. A Visa payment with 3-D Secure needs it or the
    /// cardholder's phone (G-065).
    pub email: Option<Personal>,
    /// Billing address.
    pub billing_payer_data: Option<BillingPayerData>,
    /// Shipping address.
    pub shipping_payer_data: Option<ShippingPayerData>,
    /// Pre-order.
    pub pre_order_payer_data: Option<PreOrderPayerData>,
    /// The payer's phones.
    pub order_payer_data: Option<OrderPayerData>,
    /// Whether billing and shipping address are the same; printed for one's own 3DS server only.
    pub address_match: Option<AddressMatchIndicator>,
    /// Who starts the payment and what becomes of the card; none for a plain payment (G-107).
    pub tii: Option<Tii>,
    /// Exemption from strong authentication that is asked for; needs permissions (G-105).
    pub sca_exemption: Option<ScaExemption>,
    /// The payer's browser.
    pub client_browser_info: Option<ClientBrowserInfo>,
    /// Reference of the first payment at the payment system, 1 to 36 characters; goes with `tii` R,
    /// U or F (G-108).
    pub original_payment_net_ref_num: Option<String>,
    /// Moment of the first payment; goes with `tii` R, U or F (G-108).
    pub original_payment_date: Option<UnixMillis>,
    /// Authentication that the first answer named; makes this the second request (G-110).
    pub three_ds_server_trans_id: Option<ThreeDsServerTransId>,
    /// Where the payer is sent after the issuer's page.
    pub three_ds_ver2_finish_url: Option<FullUrl>,
    /// Where the notification of the method frame goes.
    pub three_ds_method_notification_url: Option<FullUrl>,
    /// Version of 3-D Secure that one's own 3DS server used, as a parameter of its own.
    pub three_ds_protocol_version: Option<ThreeDsProtocolVersion>,
    /// What one's own 3DS server found; goes into `jsonParams` (G-117). Beside it stands nothing that
    /// asks the gateway to authenticate the payer, nor what the table of this way lacks (G-119).
    pub external_three_ds: Option<ExternalThreeDs>,
    /// Whether the order was registered in two phases, where that is known. Not sent: with `true`
    /// a `tii` that pays in one phase only is refused before it is sent (G-107).
    pub two_phase: Option<bool>,
}

impl PaymentOrder {
    /// Pays an order with a card, an encrypted card or an SBP subscription.
    pub fn new(order_id: OrderId, means: impl Into<Means>, language: Language) -> Self {
        Self {
            order_id,
            means: means.into(),
            language,
            ip: None,
            binding_not_needed: None,
            params: None,
            three_ds_sdk: None,
            email: None,
            billing_payer_data: None,
            shipping_payer_data: None,
            pre_order_payer_data: None,
            order_payer_data: None,
            address_match: None,
            tii: None,
            sca_exemption: None,
            client_browser_info: None,
            original_payment_net_ref_num: None,
            original_payment_date: None,
            three_ds_server_trans_id: None,
            three_ds_ver2_finish_url: None,
            three_ds_method_notification_url: None,
            three_ds_protocol_version: None,
            external_three_ds: None,
            two_phase: None,
        }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The second request of a 3-D Secure 2 payment, once the method frame has run.
    #[must_use]
    pub fn after_method(&self, authentication: ThreeDsServerTransId) -> Self {
        self.clone().with(|request| request.three_ds_server_trans_id = Some(authentication))
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        self.means.validate()?;
        self.language.validate()?;
        email("email", self.email.as_ref(), profile)?;
        self.validate_payer(profile.rules)?;
        let reference = &self.original_payment_net_ref_num;
        limit::opt_chars("originalPaymentNetRefNum", reference, 1, 36)?;
        self.validate_tii(profile.rules)?;
        own_server::check(self)
    }

    fn validate_tii(&self, rules: Rules) -> Result<(), Invalid> {
        tii::one_phase(rules, self.tii.as_ref(), self.two_phase)?;
        let reference = self.original_payment_net_ref_num.is_some();
        tii::original(rules, self.tii.as_ref(), reference, "originalPaymentNetRefNum")?;
        let date = self.original_payment_date.is_some();
        tii::original(rules, self.tii.as_ref(), date, "originalPaymentDate")
    }

    fn validate_payer(&self, rules: Rules) -> Result<(), Invalid> {
        if let Some(data) = &self.billing_payer_data {
            data.validate("billingPayerData")?;
        }
        if let Some(data) = &self.shipping_payer_data {
            data.validate_with("shippingPayerData", rules)?;
        }
        if let Some(data) = &self.pre_order_payer_data {
            data.validate("preOrderPayerData")?;
        }
        if let Some(data) = &self.order_payer_data {
            data.validate_with("orderPayerData", rules)?;
        }
        if let Some(info) = &self.client_browser_info {
            info.validate("clientBrowserInfo")?;
        }
        let one = self.address_match.as_ref().map(AddressMatchIndicator::as_str);
        limit::opt_chars("billingAndShippingAddressMatchIndicator", &one, 1, 1)
    }

    fn put_payer<'a>(&'a self, form: &mut Form<'a>) -> Result<(), Invalid> {
        form.opt("email", self.email.as_ref().map(Personal::as_str));
        form.opt_json("billingPayerData", self.billing_payer_data.as_ref())?;
        form.opt_json("shippingPayerData", self.shipping_payer_data.as_ref())?;
        form.opt_json("preOrderPayerData", self.pre_order_payer_data.as_ref())?;
        form.opt_json("orderPayerData", self.order_payer_data.as_ref())?;
        let same = self.address_match.as_ref().map(AddressMatchIndicator::as_str);
        form.opt("billingAndShippingAddressMatchIndicator", same);
        form.opt_json("clientBrowserInfo", self.client_browser_info.as_ref())
    }

    fn put_three_ds<'a>(&'a self, form: &mut Form<'a>, profile: &Profile) -> Result<(), Invalid> {
        form.opt_display("threeDSSDK", self.three_ds_sdk);
        let authentication = self.three_ds_server_trans_id.as_ref();
        let name = profile.trans_id.as_str();
        form.opt(name, authentication.map(ThreeDsServerTransId::as_str));
        let finish = self.three_ds_ver2_finish_url.as_ref();
        form.opt("threeDSVer2FinishUrl", finish.map(FullUrl::as_str));
        let notification = self.three_ds_method_notification_url.as_ref();
        form.opt("threeDSMethodNotificationUrl", notification.map(FullUrl::as_str));
        let version = self.three_ds_protocol_version.as_ref();
        form.opt("threeDSProtocolVersion", version.map(ThreeDsProtocolVersion::as_str));
        let exemption = self.sca_exemption.as_ref().map(ScaExemption::as_str);
        form.opt("externalScaExemptionIndicator", exemption);
        let found = self.external_three_ds.as_ref();
        let pairs = means::Pairs::new(self.params.as_ref(), found);
        form.opt_json("jsonParams", pairs.as_ref())
    }
}

impl Endpoint for PaymentOrder {
    const NAME: &'static str = "gateway.paymentorder";
    type Context<'a> = Context<'a>;
    type Response = PaymentAnswer;

    /// A second copy may charge the card again.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let mut form = Form::new(context, UserNameLimit::Hundred)?;
        form.text("MDORDER", self.order_id.as_str());
        self.means.put(&mut form);
        form.text("language", self.language.as_str());
        form.opt_display("ip", self.ip);
        form.opt_display("bindingNotNeeded", self.binding_not_needed);
        form.opt("tii", self.tii.as_ref().map(Tii::as_str));
        let reference = self.original_payment_net_ref_num.as_deref();
        form.opt("originalPaymentNetRefNum", reference);
        form.opt_display("originalPaymentDate", self.original_payment_date.map(UnixMillis::get));
        self.put_payer(&mut form)?;
        self.put_three_ds(&mut form, context.profile)?;
        form.post("paymentorder.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<PaymentAnswer, Error> {
        fault::read(answer, fault::UNLISTED)
    }
}

impl Call for PaymentOrder {
    fn trail(&self) -> Option<Trail> {
        Some(OrderTrail::Pay { order_id: self.order_id.clone() }.into())
    }
}
