//! What recurrent payments and instalments have in common.

use payments_core::{
    Currency, Invalid, Minor,
    id::{BindingId, OrderNumber},
    limit,
    order::{
        AddressMatchIndicator, Feature,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
    time::LocalDateTime,
};
use serde::Serialize;

use crate::{
    context::Context,
    encode::{UserNameLimit, json::JsonBody},
    order::{
        language::{self, Language},
        params::Params,
        payer::PayerBlocks,
    },
    profile::Profile,
    resolve::{OrderTrail, Trail},
};

/// An order that a stored credential pays at once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Charge {
    /// The merchant's own number, unique for each order, 1 to 36 characters.
    pub order_number: OrderNumber,
    /// Amount in minor units of the currency, at most 12 digits.
    pub amount: Minor,
    /// The stored credential that pays; needs a permission.
    pub binding_id: BindingId,
    /// Currency; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// Description, 1 to 598 characters. No personal or card data: portal and logs show it.
    pub description: Option<String>,
    /// Language of the answer's texts.
    pub language: Option<Language>,
    /// Whether the sum is only held, to be taken by a deposit. The document takes it here and says
    /// elsewhere that payments which the merchant starts are one-phase only (G-193).
    pub pre_auth: Option<bool>,
    /// When the bank takes the held sum by itself, in UTC+3; enabled by the bank's support.
    pub autocompletion_date: Option<LocalDateTime>,
    /// When the bank reverses the held sum by itself, in UTC+3; enabled by the bank's support.
    pub auto_reverse_date: Option<LocalDateTime>,
    /// Features. One stands as text, several as an array of texts.
    pub features: Vec<Feature>,
    /// Free pairs (`additionalParameters`) that the bank shows in its portal (G-022).
    pub params: Option<Params>,
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

impl Charge {
    /// Charges an amount to a stored credential, under a number of the merchant's.
    pub fn new(order_number: OrderNumber, amount: Minor, binding_id: BindingId) -> Self {
        Self {
            order_number,
            amount,
            binding_id,
            currency: None,
            description: None,
            language: None,
            pre_auth: None,
            autocompletion_date: None,
            auto_reverse_date: None,
            features: Vec::new(),
            params: None,
            billing_payer_data: None,
            shipping_payer_data: None,
            pre_order_payer_data: None,
            order_payer_data: None,
            address_match: None,
        }
    }

    /// Changes fields in place and gives the value back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        limit::digits("amount", self.amount, 12)?;
        language::check(self.language.as_ref())?;
        limit::opt_chars("description", &self.description, 1, 598)?;
        self.payer().validate(profile.rules)
    }

    /// The body that both calls send.
    pub(super) fn body<'a>(
        &self,
        context: &'a Context<'a>,
        limit: UserNameLimit,
    ) -> Result<JsonBody<'a>, Invalid> {
        let mut body = JsonBody::new(context, limit, context.profile.user_name)?;
        body.put("orderNumber", &self.order_number)?;
        body.put("amount", &self.amount)?;
        body.put("bindingId", &self.binding_id)?;
        let currency = context.profile.currency(self.currency)?;
        body.opt("currency", currency.as_ref().map(Currency::code))?;
        body.opt("description", self.description.as_ref())?;
        body.opt("language", self.language.as_ref())?;
        body.opt("preAuth", self.pre_auth.as_ref())?;
        let text = |date: Option<LocalDateTime>| date.map(|date| date.to_string());
        body.opt("autocompletionDate", text(self.autocompletion_date).as_ref())?;
        body.opt("autoReverseDate", text(self.auto_reverse_date).as_ref())?;
        body.opt("features", OneOrMany::of(&self.features).as_ref())?;
        body.opt("additionalParameters", self.params.as_ref())?;
        self.payer().put_into_json(&mut body)?;
        Ok(body)
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

    pub(super) fn trail(&self, fee: Option<Minor>) -> Trail {
        let order_number = self.order_number.clone();
        OrderTrail::Charge { order_number, amount: self.amount, fee }.into()
    }
}

/// One value as itself, several as an array: the table types `features` as text, and JSON has no
/// repeated parameters.
#[derive(Serialize)]
#[serde(untagged)]
enum OneOrMany<'a, T> {
    One(&'a T),
    Many(&'a [T]),
}

impl<'a, T> OneOrMany<'a, T> {
    fn of(values: &'a [T]) -> Option<Self> {
        match values {
            [] => None,
            [one] => Some(Self::One(one)),
            many => Some(Self::Many(many)),
        }
    }
}
