//! `POST register.do`: registers a one-phase order.
//!
//! documents/000, 001, 004, "Order registration"; rules.
//! Limits are those of the gateway behind the router (documents/003); the router's own are open
//!

use std::{borrow::Cow, net::IpAddr};

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::{BindingId, ClientId, OrderId, OrderNumber},
    limit,
    order::{
        Feature, PaymentWay, Personal, TaxSystem,
        cart::OrderBundle,
        language::{self, Language},
        params::Params,
    },
    time::LocalDateTime,
    wire::{opt_from, opt_text},
};
use serde::Deserialize;

use crate::{
    FullUrl,
    context::Context,
    encode::Body,
    fault,
    profile::Profile,
    resolve::{Call, Trail},
};

/// Name of the pair that says what a subscription is for. The prose of documents/004 spells it
/// otherwise, its samples so.
const PURPOSE: &str = "subscriptionPurpose";

/// Registers an order. Which bank gets it is decided when it is paid, not here.
///
/// A second registration under the same number is refused, as far as is known without the order's
/// id: resolve a lost answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Register {
    /// The partner's own number, unique for each order, 1 to 36 characters.
    pub order_number: OrderNumber,
    /// Amount in minor units of the currency, at most 12 digits. Zero only for a subscription
    /// [without payment](Self::without_payment).
    pub amount: Minor,
    /// Where the payer is sent after the payment. That somebody comes back is no proof of it.
    pub return_url: FullUrl,
    /// Currency; none is the partner's default.
    pub currency: Option<Currency>,
    /// Where the payer is sent after a failure.
    pub fail_url: Option<FullUrl>,
    /// Language of the page and of the answer's text.
    pub language: Option<Language>,
    /// The partner's number of the customer; stored cards and subscriptions need it.
    pub client_id: Option<ClientId>,
    /// Description, 1 to 598 characters. An order that a subscription is to pay must have one
    /// . No personal or card data: portal and logs show it.
    pub description: Option<String>,
    /// How long the order and its QR code can be paid, in seconds, at most 9 digits; 30 minutes
    /// unless the registration says otherwise.
    pub session_timeout_secs: Option<u32>,
    /// Until when the order can be paid; banks let it override `session_timeout_secs`.
    pub expiration_date: Option<LocalDateTime>,
    /// Where the bank sends the dynamic callbacks of this order.
    pub dynamic_callback_url: Option<FullUrl>,
    /// Free pairs.
    pub params: Option<Params>,
    /// What a subscription is for, any text that is not empty; travels as one of the free pairs
    /// . An order that names it must name the customer.
    pub subscription_purpose: Option<String>,
    /// Features, an array on the wire.
    pub features: Vec<Feature>,
    /// Whether the order is for making a subscription and nothing is paid. The profile's
    /// [`zero_amount_feature`](Profile::zero_amount_feature) is sent then.
    pub without_payment: bool,
    /// What the hosted page offers; none leaves it to the partner's settings.
    pub allowed_payment_ways: Vec<PaymentWay>,
    /// The buyer's phone, `+7…`; SberPay needs it.
    pub phone: Option<Personal>,
    /// E-mail of the customer, 1 to 40 characters.
    pub email: Option<Personal>,
    /// The buyer's address.
    pub ip: Option<IpAddr>,
    /// The stored credential with which alone the order can be paid.
    pub binding_id: Option<BindingId>,
    /// The cart.
    pub order_bundle: Option<OrderBundle>,
    /// Tax system of the seller, a number.
    pub tax_system: Option<TaxSystem>,
}

impl Register {
    /// Registers an amount under the partner's number; `return_url` is where the payer comes back.
    pub fn new(order_number: OrderNumber, amount: Minor, return_url: FullUrl) -> Self {
        Self {
            order_number,
            amount,
            return_url,
            currency: None,
            fail_url: None,
            language: None,
            client_id: None,
            description: None,
            session_timeout_secs: None,
            expiration_date: None,
            dynamic_callback_url: None,
            params: None,
            subscription_purpose: None,
            features: Vec::new(),
            without_payment: false,
            allowed_payment_ways: Vec::new(),
            phone: None,
            email: None,
            ip: None,
            binding_id: None,
            order_bundle: None,
            tax_system: None,
        }
    }

    /// Registers an order by which the payer agrees to a subscription and pays nothing. The bank
    /// that will process it must have agreed beforehand.
    pub fn without_payment(
        order_number: OrderNumber,
        return_url: FullUrl,
        client_id: ClientId,
        purpose: impl Into<String>,
    ) -> Self {
        let mut order = Self::new(order_number, Minor::ZERO, return_url);
        order.without_payment = true;
        order.subscribing(client_id, purpose)
    }

    /// Names the customer and the purpose of a subscription to be made while the order is paid. It
    /// comes to be only if the payer agrees.
    #[must_use]
    pub fn subscribing(mut self, client_id: ClientId, purpose: impl Into<String>) -> Self {
        self.client_id = Some(client_id);
        self.subscription_purpose = Some(purpose.into());
        self
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
        self.validate_nothing(profile)?;
        language::check(self.language.as_ref())?;
        limit::opt_chars("description", &self.description, 1, 598)?;
        let seconds = self.session_timeout_secs.is_none_or(|seconds| seconds <= 999_999_999);
        limit::ensure(seconds, "sessionTimeoutSecs", || "must have at most 9 digits".into())?;
        limit::ensure(self.session_timeout_secs != Some(0), "sessionTimeoutSecs", || {
            "must be more than zero".into()
        })?;
        self.validate_subscription()?;
        let phone = self.phone.as_ref().is_none_or(|phone| limit::is_plus_phone(phone.as_str()));
        limit::ensure(phone, "phone", || "must be + and digits".into())?;
        limit::opt_chars("email", &self.email, 1, 40)?;
        let system = self.tax_system.as_ref().is_none_or(|it| limit::all_digits(it.as_str()));
        limit::ensure(system, "taxSystem", || "must be a number".into())?;
        let Some(bundle) = &self.order_bundle else { return Ok(()) };
        let (rules, items) = (profile.rules, &bundle.cart_items);
        bundle.validate_with("orderBundle", rules)?;
        let currency = self.currency.or(profile.default_currency);
        items.validate_currency("orderBundle.cartItems", currency, rules)?;
        items.validate_total("orderBundle.cartItems", self.amount, rules)
    }

    /// Nothing is ordered only by somebody who says so: a sum that was worked out as zero is not
    /// sent.
    fn validate_nothing(&self, profile: &Profile) -> Result<(), Invalid> {
        let allowed = self.without_payment || self.features.contains(&profile.zero_amount_feature);
        limit::ensure(allowed || !self.amount.is_zero(), "amount", || {
            format!("must not be zero without the feature {}", profile.zero_amount_feature)
        })?;
        limit::ensure(!self.without_payment || self.amount.is_zero(), "amount", || {
            "must be zero where nothing is paid".into()
        })
    }

    fn validate_subscription(&self) -> Result<(), Invalid> {
        let purpose = self.subscription_purpose.as_deref();
        let field = "jsonParams.subscriptionPurpose";
        limit::ensure(purpose != Some(""), field, || "must not be empty".into())?;
        let twice = self.params.as_ref().and_then(|params| params.value(PURPOSE));
        let same = purpose.is_none() || twice.is_none() || twice == purpose;
        limit::ensure(same, field, || "must not be given twice".into())?;
        limit::ensure(!self.without_payment || purpose.or(twice).is_some(), field, || {
            "must be sent where nothing is paid".into()
        })?;
        let client = self.client_id.is_some() || purpose.or(twice).is_none();
        limit::ensure(client, "clientId", || "must be sent with subscriptionPurpose".into())
    }

    /// The body that both kinds of registration send.
    pub(super) fn body<'a>(&self, context: &'a Context<'a>) -> Result<Body<'a>, Error> {
        self.validate(context.profile)?;
        let mut body = Body::new(context)?;
        body.put("orderNumber", &self.order_number)?;
        body.minor("amount", self.amount, 12)?;
        body.currency(self.currency)?;
        body.opt("language", self.language.as_ref())?;
        body.put("returnUrl", self.return_url.as_str())?;
        body.opt("failUrl", self.fail_url.as_ref().map(FullUrl::as_str))?;
        body.opt("clientId", self.client_id.as_ref())?;
        body.opt("description", self.description.as_ref())?;
        body.opt("sessionTimeoutSecs", self.session_timeout_secs.as_ref())?;
        let until = self.expiration_date.map(|date| date.to_string());
        body.opt("expirationDate", until.as_ref())?;
        let callback = self.dynamic_callback_url.as_ref().map(FullUrl::as_str);
        body.opt("dynamicCallbackUrl", callback)?;
        body.list("features", &self.features_sent(context.profile))?;
        let params = self.params_sent();
        body.opt("jsonParams", params.as_deref().filter(|params| !params.is_empty()))?;
        body.list("allowedPaymentWays", &self.allowed_payment_ways)?;
        body.opt("phone", self.phone.as_ref().map(Personal::as_str))?;
        body.opt("email", self.email.as_ref().map(Personal::as_str))?;
        body.opt("ip", self.ip.as_ref())?;
        body.opt("bindingId", self.binding_id.as_ref())?;
        body.opt("orderBundle", self.order_bundle.as_ref())?;
        let system = self.tax_system.as_ref().and_then(|it| it.as_str().parse::<u32>().ok());
        body.opt("taxSystem", system.as_ref())?;
        Ok(body)
    }

    fn features_sent(&self, profile: &Profile) -> Cow<'_, [Feature]> {
        let zero = &profile.zero_amount_feature;
        if !self.without_payment || self.features.contains(zero) {
            return Cow::Borrowed(&self.features);
        }
        self.features.iter().chain([zero]).cloned().collect()
    }

    fn params_sent(&self) -> Option<Cow<'_, Params>> {
        let params = self.params.as_ref().map(Cow::Borrowed);
        let Some(purpose) = &self.subscription_purpose else { return params };
        let mut params = params.map(Cow::into_owned).unwrap_or_default();
        params.set(PURPOSE, purpose);
        Some(Cow::Owned(params))
    }

    pub(super) fn registration(&self) -> Trail {
        Trail::Register { order_number: self.order_number.clone(), amount: self.amount }
    }
}

/// A registered order. It says nothing of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Registered {
    /// `0`, or nothing.
    #[serde(default, deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// A text, for people.
    #[serde(default, deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The router's own id of the order; later calls name it `orderId` or `mdOrder`.
    pub order_id: OrderId,
    /// The payment page, to which the payer's browser is sent. Its host and language may be others
    /// than those of the call.
    #[serde(default, deserialize_with = "opt_text")]
    pub form_url: Option<String>,
    /// The partner's number, as the router gives it back; see [`is_of`](Self::is_of).
    #[serde(default, deserialize_with = "opt_from")]
    pub order_number: Option<OrderNumber>,
}

impl Registered {
    /// Whether the answer names this number; none where it names none. One that names another is not
    /// the answer to this registration.
    pub fn is_of(&self, number: &OrderNumber) -> Option<bool> {
        self.order_number.as_ref().map(|own| own == number)
    }
}

impl Endpoint for Register {
    const NAME: &'static str = "router.register";
    type Context<'a> = Context<'a>;
    type Response = Registered;

    /// A second copy is refused, by the number.
    fn replay(&self) -> Replay {
        Replay::Refused
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.body(context)?.post("register.do")
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

#[cfg(test)]
mod tests;
