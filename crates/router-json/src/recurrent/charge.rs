//! What recurrent payments and instalments have in common.

use payments_core::{
    Currency, Error, Invalid, Minor,
    id::{BindingId, OrderNumber},
    limit,
    order::language::{self, Language},
};

use crate::{context::Context, encode::Body, resolve::Trail};

/// An order that a stored credential pays at once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Charge {
    /// The partner's own number, unique for each order, 1 to 36 characters.
    pub order_number: OrderNumber,
    /// Amount in minor units of the currency, at most 12 digits.
    pub amount: Minor,
    /// The stored credential that pays.
    pub binding_id: BindingId,
    /// Currency; none is the partner's default.
    pub currency: Option<Currency>,
    /// Description, 1 to 598 characters. No personal or card data: portal and logs show it.
    pub description: Option<String>,
    /// Language of the answer's texts.
    pub language: Option<Language>,
}

impl Charge {
    /// Charges an amount to a stored credential, under a number of the partner's.
    pub fn new(order_number: OrderNumber, amount: Minor, binding_id: BindingId) -> Self {
        Self { order_number, amount, binding_id, currency: None, description: None, language: None }
    }

    /// Changes fields in place and gives the value back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn validate(&self) -> Result<(), Invalid> {
        limit::digits("amount", self.amount, 12)?;
        limit::ensure(!self.amount.is_zero(), "amount", || "must not be zero".into())?;
        limit::opt_chars("description", &self.description, 1, 598)?;
        language::check(self.language.as_ref())
    }

    /// The body that both calls send.
    pub(super) fn body<'a>(&self, context: &'a Context<'a>) -> Result<Body<'a>, Error> {
        self.validate()?;
        let mut body = Body::new(context)?;
        body.put("orderNumber", &self.order_number)?;
        body.put("bindingId", &self.binding_id)?;
        body.minor("amount", self.amount, 12)?;
        body.currency(self.currency)?;
        body.opt("description", self.description.as_ref())?;
        body.opt("language", self.language.as_ref())?;
        Ok(body)
    }

    pub(super) fn trail(&self) -> Trail {
        let order_number = self.order_number.clone();
        Trail::Charge { order_number, amount: self.amount, fee: None }
    }
}
