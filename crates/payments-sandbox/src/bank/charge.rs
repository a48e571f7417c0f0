//! `POST recurrentPayment.do` and `installmentPayment.do`: an order that a stored credential pays at
//! once.

use payments_core::id::OrderId;

use super::{
    Bank, Call,
    bindings::Binding,
    order::{Details, Terms},
    register::{self, Opening},
};
use crate::{
    answer::Refusal,
    json::{Json, Object},
    parse,
    settings::Merchant,
    texts,
};

impl Bank {
    pub(super) fn recurrent_payment(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        if call.params.text("token").is_some() {
            return Err(Refusal::access("Access denied: this call takes login and password"));
        }
        let id = self.charge(call, "R")?;
        let report = self.charged(call, &id);
        Ok(Object::new()
            .with("success", true)
            .with("data", Object::new().with("orderId", id.as_str()))
            .with_some("orderStatus", report))
    }

    pub(super) fn installment_payment(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let id = self.charge(call, "I")?;
        let report = self.charged(call, &id);
        Ok(Object::new()
            .with("errorCode", call.zero())
            .with("errorMessage", "Success")
            .with("orderId", id.as_str())
            .with_some("orderStatus", report)
            .with("error", false))
    }

    /// Registers an order and charges a stored credential for it; the payer is not asked.
    fn charge(&mut self, call: &mut Call<'_>, tii: &str) -> Result<OrderId, Refusal> {
        let merchant = call.merchant.clone();
        if !merchant.permissions.stored_credentials {
            return Err(Refusal::access("Access denied: no rights to charge stored credentials"));
        }
        let two_phase = flag(call, "preAuth")?.unwrap_or(false);
        register::allowed(&merchant, two_phase)?;
        let number = register::number(call)?;
        if self.order_id(&merchant.login, number.as_str()).is_some() {
            return Err(Refusal::new(10, texts::TAKEN));
        }
        let binding = call.params.text("bindingId").map(str::to_owned);
        let binding = binding.ok_or_else(|| Refusal::new(4, "[bindingId] is empty"))?;
        let usable = self.usable_binding(call.now, &merchant.login, &binding);
        let usable = usable.map_err(|unusable| Refusal::new(2, unusable.text()))?;
        let details = details(call, &merchant, usable)?;
        let amount = register::amount(call, &details)?;
        fee(call)?;
        let (completes_at, reverses_at) = register::dates(call, &merchant, two_phase)?;
        let opening = Opening {
            login: merchant.login.clone(),
            number,
            amount,
            currency: register::currency(call, &merchant)?,
            two_phase,
            details,
            expires_at: register::session_ends(call.now, merchant.session_timeout_secs),
            completes_at,
            reverses_at,
        };
        let id = self.open_order(call.now, opening);
        let terms = Terms {
            tii: Some(tii.to_owned()),
            binding: Some(binding),
            without_3ds: true,
            only_try: true,
            ..Terms::default()
        };
        self.charge_binding(call.now, &id, &merchant, terms);
        call.delay_ms = self.delay(&id);
        Ok(id)
    }

    /// The status report that comes along, with the operations.
    fn charged(&self, call: &Call<'_>, id: &OrderId) -> Option<Object> {
        let order = self.orders.get(id)?;
        let head = Object::new().with("errorCode", "0");
        let report = self.report(head, order, &call.merchant);
        let payment = order.payment.as_ref().filter(|_| order.dates.paid.is_some());
        let operations = payment.map(|payment| {
            let operation = Object::new()
                .with("amount", order.amount)
                .with("cardHolder", payment.cardholder.as_str())
                .with("authCode", payment.approval_code.as_str());
            Json::Array(vec![operation.into()])
        });
        Some(report.with_some("operations", operations))
    }
}

fn details(call: &Call<'_>, merchant: &Merchant, binding: &Binding) -> Result<Details, Refusal> {
    if merchant.address_verification && call.params.text("billingPayerData").is_none() {
        return Err(Refusal::new(4, "[billingPayerData] is empty"));
    }
    let params = match call.params.text("additionalParameters") {
        None => Vec::new(),
        Some(json) => parse::inner(json)
            .ok_or_else(|| Refusal::value("additionalParameters", "is no JSON object"))?,
    };
    Ok(Details {
        description: call.params.text("description").map(str::to_owned),
        language: register::language(call)?,
        client_id: Some(binding.client.clone()),
        features: features(call)?,
        params,
        ..Details::default()
    })
}

/// One feature as text, or several in an array.
fn features(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let mut features = Vec::new();
    for text in call.params.all("features") {
        match text.starts_with('[') {
            false => features.push(text.to_owned()),
            true => features.extend(
                serde_json::from_str::<Vec<String>>(text)
                    .map_err(|_| Refusal::value("features", "is no array of texts"))?,
            ),
        }
    }
    register::plain_features(&features)?;
    Ok(features)
}

/// A fee of 1 to 8 digits, which this bank only checks: it is part of what the payer pays elsewhere.
fn fee(call: &Call<'_>) -> Result<(), Refusal> {
    let fee = call.params.text("feeInput");
    match fee.is_none_or(|fee| parse::digits(fee, 8).is_some()) {
        true => Ok(()),
        false => Err(Refusal::value("feeInput", "must be 1 to 8 digits")),
    }
}

fn flag(call: &Call<'_>, name: &str) -> Result<Option<bool>, Refusal> {
    match call.params.text(name) {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(Refusal::value(name, "must be true or false")),
    }
}
