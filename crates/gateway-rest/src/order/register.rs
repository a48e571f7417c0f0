//! `POST rest/register.do`: registers a one-phase order and answers the payment page's address.
//!
//! documents/003, "Order registration"; rules G-041 to G-055.

use std::net::IpAddr;

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::{BindingId, ClientId, MerchantLogin, OrderId, OrderNumber},
    limit,
    order::{
        AddressMatchIndicator, Feature, Personal, Rule, Rules, TaxSystem,
        cart::{OrderBundle, customer_identity},
        ofd::OfdParams,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
    time::LocalDateTime,
    wire::opt_text,
};
use serde::Deserialize;

use super::{
    language::{self, Language},
    params::Params,
};
use crate::{
    FullUrl,
    context::Context,
    encode::{Form, UserNameLimit},
    fault::{self, Coded},
    profile::Profile,
    resolve::{Call, OrderTrail, Trail},
};

/// Registers an order whose payment is taken at once.
///
/// It moves no money by itself; the answer's page takes the payer's card. A second registration
/// under the same number is refused without the order's id: resolve a lost answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Register {
    /// The merchant's own number, unique for each order, 1 to 36 characters.
    pub order_number: OrderNumber,
    /// Amount in minor units of the currency, at most 12 digits.
    pub amount: Minor,
    /// Where the payer is sent after the payment.
    pub return_url: FullUrl,
    /// Currency; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// Where the payer is sent after a failure.
    pub fail_url: Option<FullUrl>,
    /// Where the payment callbacks of this order go; depends on the merchant's configuration.
    pub dynamic_callback_url: Option<FullUrl>,
    /// Description, 1 to 598 characters. No personal or card data: portal and logs show it.
    pub description: Option<String>,
    /// Language of the page and of the answer's text.
    pub language: Option<Language>,
    /// The buyer's address.
    pub ip: Option<IpAddr>,
    /// The merchant's number of the customer; payments by stored credential need it (G-046).
    pub client_id: Option<ClientId>,
    /// The merchant on whose behalf the order is registered.
    pub merchant_login: Option<MerchantLogin>,
    /// Name that the page shows, 1 to 150 characters.
    pub cardholder_name: Option<Personal>,
    /// Free pairs.
    pub params: Option<Params>,
    /// How long the order can be paid, in seconds, at most 9 digits; 1200 if neither the merchant's
    /// settings nor `expiration_date` say otherwise (G-048).
    pub session_timeout_secs: Option<u32>,
    /// Until when the order can be paid; overrides `session_timeout_secs` (G-049).
    pub expiration_date: Option<LocalDateTime>,
    /// The stored credential with which alone the order can be paid; needs a permission (G-050).
    pub binding_id: Option<BindingId>,
    /// Features; each is sent as a parameter of its own.
    pub features: Vec<Feature>,
    /// Address to which the goods go, 1 to 255 characters.
    pub post_address: Option<Personal>,
    /// The cart.
    pub order_bundle: Option<OrderBundle>,
    /// Receipt data for all positions.
    pub additional_ofd_params: Option<OfdParams>,
    /// Tax system of the seller.
    pub tax_system: Option<TaxSystem>,
    /// Fee in minor units, at most 8 digits; has to be allowed for the merchant (G-051).
    pub fee_input: Option<Minor>,
    /// E-mail of the customer, 1 to 40 characters; checked by the bank at payment (G-052).
    pub email: Option<Personal>,
    /// Taxpayer number of the child merchant for which the order is registered (G-053).
    pub merchant_inn: Option<String>,
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

impl Register {
    /// Registers an amount under the merchant's number; `return_url` is where the payer comes back.
    pub fn new(order_number: OrderNumber, amount: Minor, return_url: FullUrl) -> Self {
        Self {
            order_number,
            amount,
            return_url,
            currency: None,
            fail_url: None,
            dynamic_callback_url: None,
            description: None,
            language: None,
            ip: None,
            client_id: None,
            merchant_login: None,
            cardholder_name: None,
            params: None,
            session_timeout_secs: None,
            expiration_date: None,
            binding_id: None,
            features: Vec::new(),
            post_address: None,
            order_bundle: None,
            additional_ofd_params: None,
            tax_system: None,
            fee_input: None,
            email: None,
            merchant_inn: None,
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

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// rules of carts are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        limit::digits("amount", self.amount, 12)?;
        language::check(self.language.as_ref())?;
        limit::opt_chars("description", &self.description, 1, 598)?;
        limit::opt_chars("cardholderName", &self.cardholder_name, 1, 150)?;
        limit::opt_chars("postAddress", &self.post_address, 1, 255)?;
        limit::opt_chars("merchantInn", &self.merchant_inn, 1, 16)?;
        limit::opt_digits("feeInput", self.fee_input, 8)?;
        let seconds = self.session_timeout_secs.is_none_or(|seconds| seconds <= 999_999_999);
        limit::ensure(seconds, "sessionTimeoutSecs", || "must have at most 9 digits".into())?;
        let storing = self.features.contains(&Feature::ForceCreateBinding);
        let client = !storing || self.client_id.is_some();
        limit::ensure(client, "clientId", || "must be sent with FORCE_CREATE_BINDING".into())?;
        email("email", self.email.as_ref(), profile)?;
        let mail = || self.email.is_some();
        let text = "must be sent where the bank notifies payers";
        profile.rules.ensure(Rule::PayerEmail, mail, "email", text)?;
        self.validate_payer(profile.rules)?;
        self.validate_cart(profile)
    }

    fn validate_payer(&self, rules: Rules) -> Result<(), Invalid> {
        let billing = self.billing_payer_data.as_ref();
        BillingPayerData::validate_verifiable(billing, "billingPayerData", rules)?;
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
        let one = self.address_match.as_ref().map(AddressMatchIndicator::as_str);
        limit::opt_chars("billingAndShippingAddressMatchIndicator", &one, 1, 1)
    }

    fn validate_cart(&self, profile: &Profile) -> Result<(), Invalid> {
        let rules = profile.rules;
        if let Some(params) = &self.additional_ofd_params {
            params.validate_with("additionalOfdParams", rules)?;
        }
        if let Some(bundle) = &self.order_bundle {
            bundle.validate_with("orderBundle", rules)?;
            let currency = self.currency.or(profile.default_currency);
            bundle.cart_items.validate_currency("orderBundle.cartItems", currency, rules)?;
            bundle.cart_items.validate_total("orderBundle.cartItems", self.amount, rules)?;
        }
        let customer = self.order_bundle.as_ref().and_then(|it| it.customer_details.as_ref());
        customer_identity(customer, self.additional_ofd_params.as_ref(), rules)
    }

    /// The form that both kinds of registration send.
    pub(super) fn form<'a>(&'a self, context: &'a Context<'a>) -> Result<Form<'a>, Error> {
        self.validate(context.profile)?;
        let mut form = Form::new(context, UserNameLimit::Thirty)?;
        form.text("orderNumber", self.order_number.as_str());
        form.minor("amount", self.amount, 12)?;
        form.currency(self.currency)?;
        form.text("returnUrl", self.return_url.as_str());
        form.opt("failUrl", self.fail_url.as_ref().map(FullUrl::as_str));
        form.opt("dynamicCallbackUrl", self.dynamic_callback_url.as_ref().map(FullUrl::as_str));
        form.opt("description", self.description.as_deref());
        form.opt("language", self.language.as_ref().map(Language::as_str));
        form.opt_display("ip", self.ip);
        form.opt("clientId", self.client_id.as_ref().map(ClientId::as_str));
        form.opt("merchantLogin", self.merchant_login.as_ref().map(MerchantLogin::as_str));
        form.opt("cardholderName", self.cardholder_name.as_ref().map(Personal::as_str));
        form.opt_json("jsonParams", self.params.as_ref())?;
        form.opt_display("sessionTimeoutSecs", self.session_timeout_secs);
        form.opt_display("expirationDate", self.expiration_date);
        form.opt("bindingId", self.binding_id.as_ref().map(BindingId::as_str));
        for feature in &self.features {
            form.text("features", feature.as_str());
        }
        form.opt("postAddress", self.post_address.as_ref().map(Personal::as_str));
        form.opt_json("orderBundle", self.order_bundle.as_ref())?;
        let spelling = context.profile.ofd_spelling;
        let receipt = self.additional_ofd_params.as_ref().map(|params| params.spelled(spelling));
        form.opt_json("additionalOfdParams", receipt.as_ref())?;
        form.opt("taxSystem", self.tax_system.as_ref().map(TaxSystem::as_str));
        form.opt_display("feeInput", self.fee_input);
        form.opt("email", self.email.as_ref().map(Personal::as_str));
        form.opt("merchantInn", self.merchant_inn.as_deref());
        form.opt_json("billingPayerData", self.billing_payer_data.as_ref())?;
        form.opt_json("shippingPayerData", self.shipping_payer_data.as_ref())?;
        form.opt_json("preOrderPayerData", self.pre_order_payer_data.as_ref())?;
        form.opt_json("orderPayerData", self.order_payer_data.as_ref())?;
        let same = self.address_match.as_ref().map(AddressMatchIndicator::as_str);
        form.opt("billingAndShippingAddressMatchIndicator", same);
        Ok(form)
    }

    pub(super) fn registration(&self) -> Trail {
        let order_number = self.order_number.clone();
        OrderTrail::Register { order_number, amount: self.amount }.into()
    }
}

/// Checks an e-mail parameter: 1 to 40 characters, several separated by commas.
pub(crate) fn email(
    field: &'static str,
    email: Option<&Personal>,
    profile: &Profile,
) -> Result<(), Invalid> {
    limit::opt_chars(field, &email, 1, 40)?;
    let mails = || email.is_none_or(|mails| limit::is_email_list(mails.as_str()));
    let text = "must be e-mail addresses, separated by commas without blanks";
    profile.rules.ensure(Rule::Email, mails, field, text)
}

/// A registered order. It says nothing of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Registered {
    /// `0`, or nothing.
    #[serde(default, deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(default, deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The gateway's own id of the order; later calls name it `orderId`, `mdOrder` or `MDORDER`.
    pub order_id: OrderId,
    /// The payment page, to which the payer's browser is sent.
    #[serde(default, deserialize_with = "opt_text")]
    pub form_url: Option<String>,
}

impl Coded for Registered {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}

impl Endpoint for Register {
    const NAME: &'static str = "gateway.register";
    type Context<'a> = Context<'a>;
    type Response = Registered;

    /// A second copy is refused with code 1, without the order's id.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.form(context)?.post("register.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<Registered, Error> {
        fault::read(answer, fault::REGISTER)
    }
}

impl Call for Register {
    fn trail(&self) -> Option<Trail> {
        Some(self.registration())
    }
}
