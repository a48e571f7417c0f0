//! The payer, for address checks and 3-D Secure risk checks (documents/003).

use serde::Serialize;

use super::{
    DeliveryTimeframe, Personal, PreOrderPurchaseIndicator, ReorderItemsIndicator, Rule, Rules,
    ShippingMethodIndicator,
};
use crate::{Invalid, limit};

/// Billing address; address verification needs `billing_address_line1` and `billing_postal_code`
/// (G-058).
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingPayerData {
    /// City, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_city: Option<Personal>,
    /// Country by its ISO code or name, at most 50 characters; two or three letters recommended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_country: Option<Personal>,
    /// First line of the address, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_address_line1: Option<Personal>,
    /// Second line of the address, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_address_line2: Option<Personal>,
    /// Third line of the address, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_address_line3: Option<Personal>,
    /// Postal code, at most 9 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_postal_code: Option<Personal>,
    /// State: an ISO 3166-2 code, a part of it or a name in Latin letters, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_state: Option<Personal>,
}

/// Shipping address; feeds 3-D Secure alone (G-060).
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ShippingPayerData {
    /// City, 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_city: Option<Personal>,
    /// Country, 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_country: Option<Personal>,
    /// First line of the address, 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_address_line1: Option<Personal>,
    /// Second line of the address, 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_address_line2: Option<Personal>,
    /// Third line of the address, 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_address_line3: Option<Personal>,
    /// Postal code, 1 to 16 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_postal_code: Option<Personal>,
    /// State, 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_state: Option<Personal>,
    /// Where the goods go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_method_indicator: Option<ShippingMethodIndicator>,
    /// When the goods arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_timeframe: Option<DeliveryTimeframe>,
    /// E-mail to which digital goods go, 1 to 254 characters. The customer's own e-mail belongs
    /// into the request's `email` (G-062).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_email: Option<Personal>,
}

/// Pre-order; feeds 3-D Secure alone (G-060).
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PreOrderPayerData {
    /// Day on which the goods are expected: `YYYYMMDD`, 8 to 10 characters. The document prints an
    /// impossible form (G-063); eight digits are what 3-D Secure carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_order_date: Option<String>,
    /// Whether the goods are there yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_order_purchase_ind: Option<PreOrderPurchaseIndicator>,
    /// Whether the payer ordered this before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reorder_items_ind: Option<ReorderItemsIndicator>,
}

/// The payer's phones: each with country code, 7 to 15 digits after `+`, `00` or nothing.
///
/// A Visa payment with 3-D Secure needs the cardholder's phone or e-mail (G-065).
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderPayerData {
    /// Phone at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_phone: Option<Personal>,
    /// Phone at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_phone: Option<Personal>,
    /// Mobile phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_phone: Option<Personal>,
}

impl BillingPayerData {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.check().map_err(|wrong| wrong.under(path))
    }

    /// Checks that what address verification needs is there (rule `billing-address`).
    ///
    /// # Errors
    ///
    /// The first line or the postal code is missing, by its wire path under `path`.
    pub fn validate_verifiable(
        data: Option<&Self>,
        path: &str,
        rules: Rules,
    ) -> Result<(), Invalid> {
        let has = |field: fn(&Self) -> &Option<Personal>| {
            data.and_then(|data| field(data).as_ref()).is_some_and(|text| !text.as_str().is_empty())
        };
        let text = "must be sent for address verification";
        let line = || has(|data| &data.billing_address_line1);
        let code = || has(|data| &data.billing_postal_code);
        rules
            .ensure(Rule::BillingAddress, line, "billingAddressLine1", text)
            .and_then(|()| rules.ensure(Rule::BillingAddress, code, "billingPostalCode", text))
            .map_err(|wrong| wrong.under(path))
    }

    fn check(&self) -> Result<(), Invalid> {
        limit::opt_chars("billingCity", &self.billing_city, 0, 50)?;
        limit::opt_chars("billingCountry", &self.billing_country, 0, 50)?;
        limit::opt_chars("billingAddressLine1", &self.billing_address_line1, 0, 50)?;
        limit::opt_chars("billingAddressLine2", &self.billing_address_line2, 0, 50)?;
        limit::opt_chars("billingAddressLine3", &self.billing_address_line3, 0, 50)?;
        limit::opt_chars("billingPostalCode", &self.billing_postal_code, 0, 9)?;
        limit::opt_chars("billingState", &self.billing_state, 0, 50)?;
        let latin = |state: &Personal| state.as_str().is_ascii();
        let latin = self.billing_state.as_ref().is_none_or(latin);
        limit::ensure(latin, "billingState", || "must be in Latin letters".into())
    }
}

impl ShippingPayerData {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and the rules that are on by default.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.validate_with(path, Rules::default())
    }

    /// Checks limits and the given rules.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate_with(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        self.check(rules).map_err(|wrong| wrong.under(path))
    }

    fn check(&self, rules: Rules) -> Result<(), Invalid> {
        limit::opt_chars("shippingCity", &self.shipping_city, 1, 50)?;
        limit::opt_chars("shippingCountry", &self.shipping_country, 1, 50)?;
        limit::opt_chars("shippingAddressLine1", &self.shipping_address_line1, 1, 50)?;
        limit::opt_chars("shippingAddressLine2", &self.shipping_address_line2, 1, 50)?;
        limit::opt_chars("shippingAddressLine3", &self.shipping_address_line3, 1, 50)?;
        limit::opt_chars("shippingPostalCode", &self.shipping_postal_code, 1, 16)?;
        limit::opt_chars("shippingState", &self.shipping_state, 1, 50)?;
        let method = self.shipping_method_indicator.as_ref().map(ShippingMethodIndicator::as_str);
        two_digits("shippingMethodIndicator", method)?;
        let frame = self.delivery_timeframe.as_ref().map(DeliveryTimeframe::as_str);
        two_digits("deliveryTimeframe", frame)?;
        limit::opt_chars("deliveryEmail", &self.delivery_email, 1, 254)?;
        let mail = || self.delivery_email.as_ref().is_none_or(|it| limit::is_email(it.as_str()));
        rules.ensure(Rule::Email, mail, "deliveryEmail", "must be an e-mail address")
    }
}

impl PreOrderPayerData {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.check().map_err(|wrong| wrong.under(path))
    }

    fn check(&self) -> Result<(), Invalid> {
        limit::opt_chars("preOrderDate", &self.pre_order_date, 8, 10)?;
        let purchase = self.pre_order_purchase_ind.as_ref().map(PreOrderPurchaseIndicator::as_str);
        two_digits("preOrderPurchaseInd", purchase)?;
        two_digits(
            "reorderItemsInd",
            self.reorder_items_ind.as_ref().map(ReorderItemsIndicator::as_str),
        )
    }
}

impl OrderPayerData {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks the form of the phones, as the rules that are on by default ask.
    ///
    /// # Errors
    ///
    /// The first phone that is none, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.validate_with(path, Rules::default())
    }

    /// Checks the form of the phones, if the rule `phone` is among the given ones.
    ///
    /// # Errors
    ///
    /// The first phone that is none, by its wire path under `path`.
    pub fn validate_with(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        phone("homePhone", self.home_phone.as_ref(), rules)
            .and_then(|()| phone("workPhone", self.work_phone.as_ref(), rules))
            .and_then(|()| phone("mobilePhone", self.mobile_phone.as_ref(), rules))
            .map_err(|wrong| wrong.under(path))
    }
}

fn two_digits(field: &'static str, code: Option<&str>) -> Result<(), Invalid> {
    let holds = code.is_none_or(|code| code.len() == 2 && limit::all_digits(code));
    limit::ensure(holds, field, || "must be two digits".into())
}

fn phone(field: &'static str, phone: Option<&Personal>, rules: Rules) -> Result<(), Invalid> {
    let holds = || phone.is_none_or(|phone| limit::is_phone(phone.as_str()));
    let text = "must be 7 to 15 digits with country code, after +, 00 or nothing";
    rules.ensure(Rule::Phone, holds, field, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G-061, G-063: two-digit codes keep their leading zero.
    #[test]
    fn codes_keep_their_zero() {
        let shipping = ShippingPayerData::new().with(|to| {
            to.shipping_method_indicator = Some(ShippingMethodIndicator::StoreOrPickup);
            to.delivery_timeframe = Some("03".into());
            to.delivery_email = Some("goods@test.example".into());
        });
        assert!(shipping.validate("shippingPayerData").is_ok());
        assert_eq!(
            serde_json::to_string(&shipping).expect("writes"),
            r#"{"shippingMethodIndicator":"04","deliveryTimeframe":"03","deliveryEmail":"goods@test.example"}"#
        );
        let wrong = shipping.with(|to| to.delivery_timeframe = Some("3".into()));
        assert_eq!(
            wrong.validate("shippingPayerData").expect_err("one digit").to_string(),
            "shippingPayerData.deliveryTimeframe: must be two digits"
        );
        let order =
            PreOrderPayerData::new().with(|order| order.pre_order_date = Some("2027".into()));
        assert!(order.validate("preOrderPayerData").is_err());
    }

    /// G-059, G-064: Latin states, phones with their country code; nothing personal in `Debug`.
    #[test]
    fn phones_and_states() {
        let data =
            OrderPayerData::new().with(|data| data.mobile_phone = Some("+79161234567".into()));
        assert!(data.validate("orderPayerData").is_ok());
        assert!(!format!("{data:?}").contains("7916"));
        let wrong = data.with(|data| data.work_phone = Some("8 800".into()));
        let refused = wrong.validate("orderPayerData").expect_err("blank");
        assert_eq!(refused.field(), "orderPayerData.workPhone");
        let state = BillingPayerData::new().with(|to| to.billing_state = Some("Москва".into()));
        let refused = state.validate("billingPayerData").expect_err("cyrillic");
        assert_eq!(refused.to_string(), "billingPayerData.billingState: must be in Latin letters");
    }
}
