//! `POST register.do` and `registerPreAuth.do`: registers an order, which no bank knows yet.

use std::{str::FromStr as _, time::Duration};

use payments_core::{
    id::{OrderId, OrderNumber},
    money::Currency,
    time::{LocalDateTime, UnixMillis},
};

use super::{
    Call, Router,
    order::{Details, Order},
};
use crate::{
    answer::Refusal,
    json::{Json, Object},
    parse, texts,
};

/// How the text of a subscription's purpose is spelled: rightly, and as documents/004 prints it once.
const PURPOSE: [&str; 3] = ["subscriptionPurpose", "subscritionPurpose", "sbp.subscriptionPurpose"];
/// What the bank is told as it came, and how long it may be; none for what is JSON.
const OTHERS: [(&str, Option<usize>); 8] = [
    ("dynamicCallbackUrl", Some(512)),
    ("email", Some(40)),
    ("ip", Some(39)),
    ("bindingId", Some(255)),
    ("phone", Some(20)),
    ("taxSystem", Some(1)),
    ("orderBundle", None),
    ("additionalOfdParams", None),
];

impl Router {
    pub(super) fn register(
        &mut self,
        call: &mut Call<'_>,
        two_phase: bool,
    ) -> Result<Json, Refusal> {
        allowed(call, two_phase)?;
        let number = number(call)?;
        if self.order_id(call.login(), number.as_str()).is_some() {
            return Err(Refusal::new(1, texts::DUPLICATE));
        }
        let details = details(call)?;
        let amount = amount(call, &details)?;
        let (expires_at, has_timeout) = expires(call)?;
        let order = Order {
            id: OrderId::from_bank(self.numbers.id()),
            number,
            login: call.login().to_owned(),
            amount,
            currency: currency(call)?,
            two_phase,
            registered_at: call.now,
            expires_at,
            has_timeout,
            details,
            tries: Vec::new(),
            cancelled: false,
            code: None,
            link: None,
            draw: self.numbers.next(),
        };
        let answer = Object::new()
            .with_some("errorCode", call.zero())
            .with("formUrl", self.form_url(&order))
            .with("orderId", order.id.as_str())
            .with("orderNumber", order.number.as_str());
        self.keep(order);
        Ok(answer.into())
    }

    pub(super) fn keep(&mut self, order: Order) {
        let number = (order.login.clone(), order.number.as_str().to_owned());
        self.numbers_taken.insert(number, order.id.clone());
        self.orders.insert(order.id.clone(), order);
    }

    /// Where the payer chooses how to pay.
    pub(super) fn form_url(&self, order: &Order) -> String {
        let (base, id, language) = (&self.base_url, &order.id, order.language());
        format!("{base}/wl/payment.html?mdOrder={id}&language={language}")
    }
}

fn allowed(call: &Call<'_>, two_phase: bool) -> Result<(), Refusal> {
    let permissions = &call.partner.merchant.permissions;
    match two_phase {
        true if !permissions.two_phase => {
            Err(Refusal::access("Access denied: two-phase payments are not allowed"))
        }
        false if !permissions.one_phase => {
            Err(Refusal::access("Access denied: one-phase payments are not allowed"))
        }
        _ => Ok(()),
    }
}

pub(super) fn number(call: &Call<'_>) -> Result<OrderNumber, Refusal> {
    OrderNumber::new(call.needed("orderNumber")?)
        .map_err(|_| Refusal::new(1, "[orderNumber] is longer than 36 characters"))
}

fn amount(call: &Call<'_>, details: &Details) -> Result<u64, Refusal> {
    let amount = parse::digits(call.needed("amount")?, 12)
        .ok_or_else(|| Refusal::value("amount", "must be 1 to 12 digits"))?;
    let nothing_to_pay = details.features.iter().any(|feature| feature == "VERIFY");
    match (amount, nothing_to_pay) {
        (0, false) => Err(Refusal::value("amount", "must be more than zero without VERIFY")),
        _ => Ok(amount),
    }
}

pub(super) fn currency(call: &Call<'_>) -> Result<Currency, Refusal> {
    let Some(text) = call.text("currency") else { return Ok(call.partner.merchant.currency) };
    Currency::from_str(text)
        .ok()
        .filter(|currency| *currency == Currency::RUR || currency.alpha().is_some())
        .ok_or_else(|| Refusal::new(3, "[currency] is unknown"))
}

fn details(call: &Call<'_>) -> Result<Details, Refusal> {
    let mut others = Vec::new();
    for (name, most) in OTHERS {
        let Some(text) = call.text(name) else { continue };
        match most {
            Some(most) => within(name, text, most)?,
            None => {
                drop(parse::inner(text).ok_or_else(|| Refusal::value(name, "is no JSON object"))?)
            }
        }
        others.push((name, text.to_owned()));
    }
    absolute("dynamicCallbackUrl", call.text("dynamicCallbackUrl"))?;
    let return_url = call.needed("returnUrl")?.to_owned();
    absolute("returnUrl", Some(&return_url))?;
    absolute("failUrl", call.text("failUrl"))?;
    if call.partner.merchant.callbacks.dynamic_url_required {
        call.needed("dynamicCallbackUrl")?;
    }
    let text = |name: &str, most: usize| match call.text(name) {
        None => Ok(None),
        Some(text) => within(name, text, most).map(|()| Some(text.to_owned())),
    };
    let (params, purpose) = params(call)?;
    Ok(Details {
        return_url,
        fail_url: text("failUrl", 512)?,
        description: text("description", 598)?,
        language: language(call)?,
        client: text("clientId", 255)?,
        purpose,
        features: features(call)?,
        ways: list(call, "allowedPaymentWays")?,
        params,
        others,
    })
}

fn within(name: &str, text: &str, most: usize) -> Result<(), Refusal> {
    match text.chars().count() > most {
        true => Err(Refusal::value(name, &format!("is longer than {most} characters"))),
        false => Ok(()),
    }
}

fn absolute(name: &str, address: Option<&str>) -> Result<(), Refusal> {
    let Some(address) = address else { return Ok(()) };
    within(name, address, 512)?;
    match url::Url::parse(address) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::new(4, format!("[{name}] is not a complete address"))),
    }
}

fn language(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let language = call.text("language").map(str::to_ascii_lowercase);
    let two = |language: &String| {
        language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    match language {
        Some(language) if !two(&language) => Err(Refusal::value("language", "must be two letters")),
        language => Ok(language),
    }
}

/// Names and values, and the purpose of a subscription among them.
type Params = (Vec<(String, String)>, Option<String>);

/// `jsonParams` as an object or as text that holds one, and the purpose of a subscription, which
/// may also stand beside it.
fn params(call: &Call<'_>) -> Result<Params, Refusal> {
    let mut params = match call.text("jsonParams") {
        None => Vec::new(),
        Some(json) => {
            parse::inner(json).ok_or_else(|| Refusal::value("jsonParams", "is no JSON object"))?
        }
    };
    let inside = params.iter().find(|(name, value)| {
        PURPOSE.iter().any(|known| name.eq_ignore_ascii_case(known)) && !value.is_empty()
    });
    let inside = inside.map(|(_, purpose)| purpose.clone());
    let beside = || PURPOSE.iter().find_map(|name| call.text(name)).map(str::to_owned);
    let purpose = inside.or_else(beside);
    params.retain(|(name, _)| !PURPOSE.iter().any(|known| name.eq_ignore_ascii_case(known)));
    if let Some(purpose) = &purpose {
        params.push(("subscriptionPurpose".into(), purpose.clone()));
    }
    Ok((params, purpose))
}

fn features(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let features = list(call, "features")?;
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    if !features.iter().all(|feature| feature.bytes().all(plain)) {
        return Err(Refusal::new(14, "[features] holds something else than features' names"));
    }
    if features.iter().any(|feature| feature == "VERIFY") && !call.partner.verify {
        return Err(Refusal::new(13, "[features] VERIFY is not agreed with the bank"));
    }
    Ok(features)
}

/// An array of texts, one text, or the parameter several times.
fn list(call: &Call<'_>, name: &str) -> Result<Vec<String>, Refusal> {
    let mut items = Vec::new();
    for text in call.params.all(name) {
        match text.trim_start().starts_with('[') {
            false => items.push(text.to_owned()),
            true => items.extend(
                serde_json::from_str::<Vec<String>>(text)
                    .map_err(|_| Refusal::value(name, "is no array of texts"))?,
            ),
        }
    }
    Ok(items)
}

/// When the order can no longer be paid, and whether the registration said so. `expirationDate`
/// wins over `sessionTimeoutSecs`.
fn expires(call: &Call<'_>) -> Result<(UnixMillis, bool), Refusal> {
    if let Some(text) = call.text("expirationDate") {
        let date = LocalDateTime::from_str(text)
            .map(|date| date.from_moscow())
            .map_err(|_| Refusal::value("expirationDate", "must be written yyyy-MM-ddTHH:mm:ss"))?;
        return match date > call.now {
            true => Ok((date, true)),
            false => Err(Refusal::value("expirationDate", "is past")),
        };
    }
    let (seconds, said) = match call.text("sessionTimeoutSecs") {
        None => (call.partner.order_lifetime_secs, false),
        Some(text) => {
            let seconds = parse::digits(text, 9).filter(|seconds| *seconds > 0);
            let wrong = || Refusal::value("sessionTimeoutSecs", "must be 1 to 9 digits");
            (seconds.ok_or_else(wrong)?, true)
        }
    };
    Ok((call.now.plus(Duration::from_secs(seconds)), said))
}
