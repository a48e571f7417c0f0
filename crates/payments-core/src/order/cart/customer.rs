//! Who buys, and where the goods go.

use serde::{Deserialize, Serialize};

use super::agent::opt_inn;
use crate::{
    Invalid, limit,
    order::{Personal, Rule, Rules, ofd::OfdParams},
    wire::{opt_from, opt_parsed},
};

/// Who buys (documents/003, `customerDetails`).
///
/// E-mail and phone belong rather into the request's own `email` and
/// `orderPayerData.mobilePhone` (G-080).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomerDetails {
    /// E-mail, 1 to 40 characters; several are separated by commas without blanks.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_from")]
    pub email: Option<Personal>,
    /// Phone with country code, 7 to 15 digits after `+`, `00` or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_from")]
    pub phone: Option<Personal>,
    /// How the customer wants to be reached, at most 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_from")]
    pub contact: Option<Personal>,
    /// Full name, 1 to 100 characters; only where the tax service asks for it (G-082).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_from")]
    pub full_name: Option<Personal>,
    /// Series and number of the passport, such as `2222888888`, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_from")]
    pub passport: Option<Personal>,
    /// Where the goods go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_info: Option<DeliveryInfo>,
    /// Taxpayer number, 10 or 12 digits; stands in JSON as text, since it may begin with zero.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_from")]
    pub inn: Option<Personal>,
}

impl CustomerDetails {
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
        limit::opt_chars("email", &self.email, 1, 40)?;
        limit::opt_chars("phone", &self.phone, 1, 40)?;
        limit::opt_chars("contact", &self.contact, 0, 40)?;
        limit::opt_chars("fullName", &self.full_name, 1, 100)?;
        limit::opt_chars("passport", &self.passport, 1, 100)?;
        if let Some(delivery) = &self.delivery_info {
            delivery.check().map_err(|wrong| wrong.under("deliveryInfo"))?;
        }
        opt_inn("inn", self.inn.as_ref().map(Personal::as_str), rules)?;
        let mails = || self.email.as_ref().is_none_or(|mails| limit::is_email_list(mails.as_str()));
        let text = "must be e-mail addresses, separated by commas without blanks";
        rules.ensure(Rule::Email, mails, "email", text)?;
        let phone = || self.phone.as_ref().is_none_or(|phone| limit::is_phone(phone.as_str()));
        let text = "must be 7 to 15 digits with country code, after +, 00 or nothing";
        rules.ensure(Rule::Phone, phone, "phone", text)
    }

    /// Checks rule `some-contact`, which closing receipts ask for and other carts do not.
    ///
    /// # Errors
    ///
    /// There is neither an e-mail nor a phone.
    pub fn validate_contact(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        let some = || self.email.is_some() || self.phone.is_some();
        rules
            .ensure(Rule::SomeContact, some, "email", "must be sent unless phone is")
            .map_err(|wrong| wrong.under(path))
    }
}

/// Checks rule `customer-identity` over cart and receipt data together.
///
/// Whoever gives a name, a taxpayer number, a document, a document code, a birth date or a
/// citizenship gives either the taxpayer number or all of birth date, document code and document
/// (documents/003, "Checking the customer's data when passing the shopping cart").
///
/// # Errors
///
/// Some of them are there, and not enough. The field is `orderBundle.customerDetails.inn`, or
/// `additionalOfdParams.client.inn` where the cart has no customer.
pub fn customer_identity(
    customer: Option<&CustomerDetails>,
    receipt: Option<&OfdParams>,
    rules: Rules,
) -> Result<(), Invalid> {
    let in_cart = |has: fn(&CustomerDetails) -> bool| customer.is_some_and(has);
    let in_receipt = |has: fn(&OfdParams) -> bool| receipt.is_some_and(has);
    let name =
        in_cart(|cart| cart.full_name.is_some()) || in_receipt(|ofd| ofd.client_name.is_some());
    let inn = in_cart(|cart| cart.inn.is_some()) || in_receipt(|ofd| ofd.client_inn.is_some());
    let document = in_cart(|cart| cart.passport.is_some())
        || in_receipt(|ofd| ofd.client_passport_number.is_some());
    let code = in_receipt(|ofd| ofd.client_document_code.is_some());
    let birth = in_receipt(|ofd| ofd.client_birth_date.is_some());
    let citizenship = in_receipt(|ofd| ofd.client_citizenship.is_some());
    let asked = name || inn || document || code || birth || citizenship;
    let enough = || !asked || inn || (birth && code && document);
    let text = "must be sent, or else birth date, document code and document together";
    let field = match customer {
        Some(_) => "orderBundle.customerDetails.inn",
        None => "additionalOfdParams.client.inn",
    };
    rules.ensure(Rule::CustomerIdentity, enough, field, text)
}

/// Where the goods go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeliveryInfo {
    /// Way of delivery, 1 to 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub delivery_type: Option<String>,
    /// Country, a code of two letters.
    #[serde(default)]
    pub country: Personal,
    /// City, at most 40 characters.
    #[serde(default)]
    pub city: Personal,
    /// Address, 1 to 255 characters.
    #[serde(default)]
    pub post_address: Personal,
}

impl DeliveryInfo {
    /// Takes country, city and address.
    pub fn new(
        country: impl Into<Personal>,
        city: impl Into<Personal>,
        post_address: impl Into<Personal>,
    ) -> Self {
        Self {
            delivery_type: None,
            country: country.into(),
            city: city.into(),
            post_address: post_address.into(),
        }
    }

    /// Sets optional fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn check(&self) -> Result<(), Invalid> {
        limit::opt_chars("deliveryType", &self.delivery_type, 1, 20)?;
        limit::chars("country", self.country.as_str(), 2, 2)?;
        limit::chars("city", self.city.as_str(), 0, 40)?;
        limit::chars("postAddress", self.post_address.as_str(), 1, 255)
    }
}
