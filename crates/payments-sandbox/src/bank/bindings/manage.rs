//! The calls that list stored credentials, switch them off and on, extend and make them.

use std::str::FromStr as _;

use payments_core::card::Expiry;

use super::{Binding, BindingEvent, Category, allowed};
use crate::{
    answer::Refusal,
    bank::{
        Bank, Call,
        pay::{self, Card},
    },
    cards,
    json::{Json, Object},
    parse,
};

impl Bank {
    /// `POST rest/getBindings.do`.
    pub(in crate::bank) fn get_bindings(&self, call: &Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let merchant = self.acting_for(call)?;
        allowed(&merchant)?;
        let client = mandatory(call, "clientId")?;
        let one = call.params.text("bindingId");
        let category = call.params.text("bindingType").map(category).transpose()?;
        let shown = Shown::by(call)?;
        let found = self.bindings.of_client(&merchant.login, client).filter(|binding| {
            shown.holds(binding)
                && one.is_none_or(|id| binding.id == id)
                && category.is_none_or(|category| binding.category == category)
        });
        listed(call, found.map(whole).collect())
    }

    /// `POST rest/getBindingsByCardOrId.do`.
    pub(in crate::bank) fn get_bindings_by_card(&self, call: &Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let shown = Shown::by(call)?;
        let login = &call.merchant.login;
        let known = match (call.params.text("pan"), call.params.text("bindingId")) {
            (Some(pan), _) => {
                if !(15..=19).contains(&pan.len()) || !cards::is_card_number(pan) {
                    return Err(Refusal::value("pan", "is no card number of 15 to 19 digits"));
                }
                self.bindings.of_card(login, pan)
            }
            (None, Some(id)) => self.bindings.of_same_card(login, id),
            (None, None) => return Err(Refusal::value("pan", "or [bindingId] is expected")),
        };
        let found = known.into_iter().filter(|binding| shown.holds(binding));
        listed(call, found.map(short).collect())
    }

    /// `POST rest/unBindCard.do`.
    pub(in crate::bank) fn unbind_card(&mut self, call: &Call<'_>) -> Result<Object, Refusal> {
        self.switch(call, false)
    }

    /// `POST rest/bindCard.do`.
    pub(in crate::bank) fn bind_card(&mut self, call: &Call<'_>) -> Result<Object, Refusal> {
        self.switch(call, true)
    }

    fn switch(&mut self, call: &Call<'_>, active: bool) -> Result<Object, Refusal> {
        let binding = self.own_binding(call)?;
        if binding.active == active {
            // Spelled as in the samples.
            let text = if active { "Binging is active" } else { "Binging isn't active" };
            return Err(Refusal::new(2, text));
        }
        binding.active = active;
        let id = binding.id.clone();
        let login = &call.merchant.login;
        self.notify_of_binding(call.now, login, &id, BindingEvent::ActivityChanged);
        Ok(success(call))
    }

    /// `POST rest/extendBinding.do`.
    pub(in crate::bank) fn extend_binding(&mut self, call: &Call<'_>) -> Result<Object, Refusal> {
        let binding = self.own_binding(call)?;
        if !binding.active {
            return Err(Refusal::new(2, "Binging isn't active"));
        }
        let expiry = expiry(call, "newExpiry")?;
        mandatory(call, "language")?;
        binding.expiry = expiry;
        Ok(success(call))
    }

    /// `POST rest/createBindingNoPayment.do`.
    pub(in crate::bank) fn create_binding(
        &mut self,
        call: &mut Call<'_>,
    ) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let merchant = self.acting_for(call)?;
        allowed(&merchant)?;
        let client = mandatory(call, "clientId")?.to_owned();
        if client.chars().count() > 255 {
            return Err(Refusal::value("clientId", "is longer than 255 characters"));
        }
        let card = new_card(call)?;
        let more = call.params.text("additionalParameters");
        if more.is_some_and(|json| parse::inner(json).is_none()) {
            return Err(Refusal::value("additionalParameters", "is no JSON object"));
        }
        let category = Category::Common;
        let id = self.store_binding(call.now, &merchant.login, &client, &card, category, true);
        Ok(Object::new()
            .with("maskedPan", cards::masked(&card.pan))
            .with("expiryDate", card.expiry.yyyymm())
            .with("cardholderName", card.cardholder)
            .with("clientId", client)
            .with("bindingId", id)
            .with("errorCode", call.zero())
            .with("error", false))
    }

    /// The credential that a call is about.
    fn own_binding(&mut self, call: &Call<'_>) -> Result<&mut Binding, Refusal> {
        allowed(&call.merchant)?;
        let id = mandatory(call, "bindingId")?;
        let binding = self.bindings.find_mut(&call.merchant.login, id);
        binding.ok_or_else(|| Refusal::new(2, "Binding not found"))
    }
}

/// Which credentials a list holds: active ones, expired ones only if they are asked for.
struct Shown {
    expired: bool,
    now: payments_core::time::UnixMillis,
}

impl Shown {
    fn by(call: &Call<'_>) -> Result<Self, Refusal> {
        let text = call.params.text("showExpired").unwrap_or("false");
        let expired = bool::from_str(&text.to_ascii_lowercase());
        let expired = expired.map_err(|_| Refusal::value("showExpired", "must be true or false"));
        Ok(Self { expired: expired?, now: call.now })
    }

    fn holds(&self, binding: &Binding) -> bool {
        binding.active && (self.expired || !binding.is_expired(self.now))
    }
}

fn short(binding: &Binding) -> Object {
    Object::new()
        .with("bindingId", binding.id.as_str())
        .with("maskedPan", binding.masked_pan())
        .with("expiryDate", binding.expiry.yyyymm())
        .with("clientId", binding.client.as_str())
}

fn whole(binding: &Binding) -> Object {
    short(binding)
        .with("paymentWay", "CARD")
        .with("paymentSystem", binding.scheme())
        .with("displayLabel", binding.label())
        .with("bindingCategory", binding.category.name())
}

fn listed(call: &Call<'_>, found: Vec<Object>) -> Result<Object, Refusal> {
    if found.is_empty() {
        return Err(Refusal::new(2, "No bindings found"));
    }
    let found = found.into_iter().map(Json::from).collect::<Vec<_>>();
    Ok(success(call).with("bindings", found))
}

fn success(call: &Call<'_>) -> Object {
    Object::new().with("errorCode", call.zero()).with("errorMessage", "Success")
}

fn category(text: &str) -> Result<Category, Refusal> {
    match text {
        "C" => Ok(Category::Common),
        "R" => Ok(Category::Recurrent),
        "I" => Ok(Category::Installment),
        _ => Err(Refusal::value("bindingType", "must be C, R or I")),
    }
}

fn new_card(call: &Call<'_>) -> Result<Card, Refusal> {
    let pan = mandatory(call, "pan")?.to_owned();
    if !cards::is_card_number(&pan) {
        return Err(Refusal::value("pan", "is no card number"));
    }
    let expiry = expiry(call, "expiryDate")?;
    let cardholder = mandatory(call, "cardholderName")?.to_owned();
    let plain = |byte: u8| byte.is_ascii_alphabetic() || byte == b'.' || byte == b' ';
    if cardholder.len() > 26 || !cardholder.bytes().all(plain) {
        let rule = "must be at most 26 Latin letters, full stops and blanks";
        return Err(Refusal::value("cardholderName", rule));
    }
    Ok(Card { pan, expiry, cardholder })
}

/// A month that is not over.
fn expiry(call: &Call<'_>, name: &str) -> Result<Expiry, Refusal> {
    let expiry = Expiry::from_yyyymm(mandatory(call, name)?)
        .map_err(|_| Refusal::value(name, "must be a month as YYYYMM"))?;
    if pay::is_past(expiry, call.now) {
        return Err(Refusal::value(name, "is past"));
    }
    Ok(expiry)
}

fn mandatory<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a str, Refusal> {
    call.params.text(name).ok_or_else(|| Refusal::value(name, "is empty"))
}
