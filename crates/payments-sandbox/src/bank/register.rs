//! `POST rest/register.do` and `rest/registerPreAuth.do`: registers an order.

use std::{str::FromStr as _, time::Duration};

use payments_core::{
    id::{OrderId, OrderNumber},
    money::{Currency, Minor},
    time::{LocalDateTime, UnixMillis},
};

use super::{
    Bank, Call, Order, Status, cart,
    order::{Dates, Details},
    pay,
};
use crate::{answer::Refusal, journal::Event, json::Object, parse, settings::Merchant, texts};

impl Bank {
    pub(super) fn register(
        &mut self,
        call: &mut Call<'_>,
        two_phase: bool,
    ) -> Result<Object, Refusal> {
        let merchant = self.acting_for(call)?;
        allowed(&merchant, two_phase)?;
        let number = number(call)?;
        if self.order_id(&merchant.login, number.as_str()).is_some() {
            return Err(Refusal::new(1, texts::DUPLICATE));
        }
        let mut details = details(call, &merchant)?;
        self.for_binding(call.now, &merchant, &mut details)?;
        let amount = amount(call, &details)?;
        let currency = currency(call, &merchant)?;
        let expires_at = expires(call, &merchant)?;
        let (completes_at, reverses_at) = dates(call, &merchant, two_phase)?;
        let opening = Opening {
            login: merchant.login.clone(),
            number,
            amount,
            currency,
            two_phase,
            details,
            expires_at,
            completes_at,
            reverses_at,
        };
        let id = self.open_order(call.now, opening);
        let form_url = self.orders.get(&id).map(|order| self.form_url(order));
        Ok(Object::new().with("orderId", id.as_str()).with_some("formUrl", form_url))
    }

    /// Registers an order, from a call that has checked everything.
    pub(super) fn open_order(&mut self, now: UnixMillis, opening: Opening) -> OrderId {
        let Opening { login, number, amount, currency, two_phase, details, .. } = opening;
        let id = OrderId::from_bank(self.numbers.id());
        let order = Order {
            id: id.clone(),
            number: number.clone(),
            login: login.clone(),
            amount,
            currency,
            two_phase,
            details,
            registered_at: now,
            expires_at: opening.expires_at,
            completes_at: opening.completes_at,
            reverses_at: opening.reverses_at,
            status: Status::Registered,
            approved: 0,
            deposited: 0,
            refunded: 0,
            charged_back: 0,
            action_code: -100,
            failures: 0,
            reversal_used: false,
            dates: Dates::default(),
            payment: None,
            three_ds: None,
            refunds: Vec::new(),
        };
        self.timers.insert((order.expires_at, id.clone()));
        self.numbers_taken.insert((login, number.as_str().to_owned()), id.clone());
        self.orders.insert(id.clone(), order);
        let amount = Minor::new(amount);
        self.note(now, &id, Event::Registered { amount, currency, two_phase });
        id
    }
}

/// What an order starts with.
pub(super) struct Opening {
    pub(super) login: String,
    /// A number that the merchant has not used.
    pub(super) number: OrderNumber,
    pub(super) amount: u64,
    pub(super) currency: Currency,
    pub(super) two_phase: bool,
    pub(super) details: Details,
    pub(super) expires_at: UnixMillis,
    pub(super) completes_at: Option<UnixMillis>,
    pub(super) reverses_at: Option<UnixMillis>,
}

impl Bank {
    /// Where the payer pays.
    pub(super) fn form_url(&self, order: &Order) -> String {
        let (base, id, language) = (&self.base_url, &order.id, order.language());
        format!("{base}/payment/merchants/ecom/payment_{language}.html?mdOrder={id}")
    }
}

/// Refuses a kind of payment that the merchant may not take.
pub(super) fn allowed(merchant: &Merchant, two_phase: bool) -> Result<(), Refusal> {
    let (allowed, kind) = match two_phase {
        true => (merchant.permissions.two_phase, "two-phase"),
        false => (merchant.permissions.one_phase, "one-phase"),
    };
    let refusal = || Refusal::access(format!("Access denied: {kind} payments are not allowed"));
    if allowed { Ok(()) } else { Err(refusal()) }
}

pub(super) fn number(call: &Call<'_>) -> Result<OrderNumber, Refusal> {
    let number = call.params.text("orderNumber");
    let number = number.ok_or_else(|| Refusal::new(4, "[orderNumber] is empty"))?;
    OrderNumber::new(number)
        .map_err(|_| Refusal::new(1, "[orderNumber] is longer than 36 characters"))
}

pub(super) fn amount(call: &Call<'_>, details: &Details) -> Result<u64, Refusal> {
    let text = call.params.text("amount").ok_or_else(|| Refusal::new(4, "[amount] is empty"))?;
    let amount = parse::digits(text, 12)
        .ok_or_else(|| Refusal::value("amount", "must be 1 to 12 digits"))?;
    let nothing_to_pay = details.features.iter().any(|feature| feature == "VERIFY");
    if amount == 0 && !nothing_to_pay {
        return Err(Refusal::value("amount", "must be more than zero"));
    }
    Ok(amount)
}

pub(super) fn currency(call: &Call<'_>, merchant: &Merchant) -> Result<Currency, Refusal> {
    let Some(text) = call.params.text("currency") else { return Ok(merchant.currency) };
    Currency::from_str(text)
        .ok()
        .filter(|currency| *currency == Currency::RUR || currency.alpha().is_some())
        .ok_or_else(|| Refusal::new(3, "[currency] is unknown"))
}

fn details(call: &Call<'_>, merchant: &Merchant) -> Result<Details, Refusal> {
    let text = |name: &str| call.params.text(name).map(str::to_owned);
    let return_url = text("returnUrl").ok_or_else(|| Refusal::new(4, "[returnUrl] is empty"))?;
    absolute("returnUrl", &return_url)?;
    let fail_url = text("failUrl");
    if let Some(url) = &fail_url {
        absolute("failUrl", url)?;
    }
    let callback_url = text("dynamicCallbackUrl");
    if merchant.callbacks.dynamic_url_required && callback_url.is_none() {
        return Err(Refusal::new(4, "[dynamicCallbackUrl] is empty"));
    }
    let features: Vec<_> = call.params.all("features").map(str::to_owned).collect();
    plain_features(&features)?;
    let params = match call.params.text("jsonParams") {
        None => Vec::new(),
        Some(json) => {
            parse::inner(json).ok_or_else(|| Refusal::value("jsonParams", "is no JSON object"))?
        }
    };
    cart::check_registered(call)?;
    Ok(Details {
        return_url,
        fail_url,
        callback_url,
        description: text("description"),
        language: language(call)?,
        client_id: text("clientId"),
        binding_id: text("bindingId"),
        ip: text("ip"),
        email: text("email"),
        phone: pay::has_phone(call),
        mobile: mobile(call),
        avs_code: avs_code(call, merchant)?,
        fee: fee(call, merchant)?,
        post_address: text("postAddress"),
        cardholder: text("cardholderName"),
        params,
        features,
        bundle: text("orderBundle"),
    })
}

/// What the payer pays on top of the amount.
fn fee(call: &Call<'_>, merchant: &Merchant) -> Result<u64, Refusal> {
    let Some(text) = call.params.text("feeInput") else { return Ok(0) };
    if !merchant.permissions.fee {
        return Err(Refusal::access("Access denied: [feeInput] is not enabled"));
    }
    parse::digits(text, 8).ok_or_else(|| Refusal::value("feeInput", "must be at most 8 digits"))
}

/// The payer's mobile phone.
fn mobile(call: &Call<'_>) -> Option<String> {
    let phones = call.params.text("orderPayerData").and_then(parse::inner)?;
    phones.into_iter().find(|(name, _)| name == "mobilePhone").map(|(_, phone)| phone)
}

/// What the check of the payer's address says, where the merchant has it. It works only with the
/// first line and the postal code; then both match.
fn avs_code(call: &Call<'_>, merchant: &Merchant) -> Result<Option<&'static str>, Refusal> {
    if !merchant.address_verification {
        return Ok(None);
    }
    let data = call.params.text("billingPayerData");
    let data = data.ok_or_else(|| Refusal::new(4, "[billingPayerData] is empty"))?;
    let data = parse::inner(data);
    let data = data.ok_or_else(|| Refusal::value("billingPayerData", "is no JSON object"))?;
    let has = |name: &str| data.iter().any(|(known, value)| known == name && !value.is_empty());
    let both = has("billingAddressLine1") && has("billingPostalCode");
    Ok(Some(if both { "A" } else { "E" }))
}

/// Refuses what is no feature's name.
pub(super) fn plain_features(features: &[String]) -> Result<(), Refusal> {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    if features.iter().all(|feature| feature.bytes().all(plain)) {
        return Ok(());
    }
    Err(Refusal::new(14, "[features] holds something else than one feature's name"))
}

/// `language`, lower case; the documents list four and their samples also write upper case.
pub(super) fn language(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let Some(text) = call.params.text("language") else { return Ok(None) };
    let language = text.to_ascii_lowercase();
    match language.as_str() {
        "ru" | "en" | "hy" | "az" => Ok(Some(language)),
        _ => Err(Refusal::value("language", "must be ru, en, hy or az")),
    }
}

pub(super) fn absolute(name: &str, url: &str) -> Result<(), Refusal> {
    match url::Url::parse(url) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::new(4, format!("[{name}] is not a complete address"))),
    }
}

fn date(call: &Call<'_>, name: &str) -> Result<Option<UnixMillis>, Refusal> {
    let Some(text) = call.params.text(name) else { return Ok(None) };
    LocalDateTime::from_str(text)
        .map(|date| Some(date.from_moscow()))
        .map_err(|_| Refusal::value(name, "must be written yyyy-MM-ddTHH:mm:ss"))
}

/// `expirationDate` wins over `sessionTimeoutSecs`.
fn expires(call: &Call<'_>, merchant: &Merchant) -> Result<UnixMillis, Refusal> {
    if let Some(date) = date(call, "expirationDate")? {
        if date <= call.now {
            return Err(Refusal::value("expirationDate", "is past"));
        }
        return Ok(date);
    }
    let seconds = match call.params.text("sessionTimeoutSecs") {
        None => merchant.session_timeout_secs,
        Some(text) => parse::digits(text, 9)
            .filter(|seconds| *seconds > 0)
            .ok_or_else(|| Refusal::value("sessionTimeoutSecs", "must be 1 to 9 digits"))?,
    };
    Ok(session_ends(call.now, seconds))
}

/// When an order that begins now can no longer be paid.
pub(in crate::bank) fn session_ends(now: UnixMillis, seconds: u64) -> UnixMillis {
    now.plus(Duration::from_secs(seconds))
}

/// When the order completes and when it reverses by itself.
type OwnDates = (Option<UnixMillis>, Option<UnixMillis>);

pub(super) fn dates(
    call: &Call<'_>,
    merchant: &Merchant,
    two_phase: bool,
) -> Result<OwnDates, Refusal> {
    if !two_phase {
        return Ok((None, None));
    }
    let completes = date(call, "autocompletionDate")?;
    let reverses = date(call, "autoReverseDate")?;
    if completes.is_some() && !merchant.permissions.auto_completion {
        return Err(Refusal::access("Access denied: [autocompletionDate] is not enabled"));
    }
    if reverses.is_some() && !merchant.permissions.auto_reversal {
        return Err(Refusal::access("Access denied: [autoReverseDate] is not enabled"));
    }
    Ok((completes, reverses))
}
