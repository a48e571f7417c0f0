//! What calls about links hold, checked and put into a link.

use std::str::FromStr as _;

use payments_core::{
    money::Currency,
    order::Decimal,
    time::{LocalDateTime, UnixMillis},
};

use super::{Commission, Link, Param, Size};
use crate::{answer::Refusal, bank::Call, parse, settings::Merchant};

/// Every status that a link can have.
pub(super) const STATUSES: [&str; 5] = ["WAITING", "ACTIVE", "INACTIVE", "EXPIRED", "USED"];

/// What an update does to the status.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    Stays,
    On,
    Off,
    Gone,
}

/// The members of `template`, and the language beside them.
pub(super) struct Template {
    members: Vec<(String, String)>,
    language: Option<String>,
}

pub(super) fn wrong(name: &str, rule: &str) -> Refusal {
    Refusal::new(1, format!("[{name}] {rule}"))
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::new(4, format!("[{name}] is empty"))
}

fn find<'a>(members: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = members.iter().find(|(known, value)| known == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

fn flag(members: &[(String, String)], name: &str) -> Result<Option<bool>, Refusal> {
    match find(members, name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(wrong(name, "must be true or false")),
    }
}

/// The size of the picture in a block; none unless both sides are named.
pub(super) fn size(block: Option<&str>, name: &str) -> Result<Size, Refusal> {
    let Some(block) = block else { return Ok(None) };
    let block = parse::inner(block).ok_or_else(|| wrong(name, "is no JSON object"))?;
    let side = |name: &str| match find(&block, name) {
        None => Ok(None),
        Some(text) => parse::digits(text, 4)
            .and_then(|side| u32::try_from(side).ok())
            .filter(|side| (10..=1000).contains(side))
            .map(Some)
            .ok_or_else(|| wrong(name, "must be 10 to 1000")),
    };
    let (width, height) = (side("qrWidth")?, side("qrHeight")?);
    for (name, most) in [("paymentPurpose", 140), ("qrcId", 32)] {
        if find(&block, name).is_some_and(|text| text.chars().count() > most) {
            return Err(wrong(name, "is too long"));
        }
    }
    Ok(width.zip(height))
}

impl Template {
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let json = call.params.text("template").ok_or_else(|| missing("template"))?;
        let members = parse::inner(json).ok_or_else(|| wrong("template", "is no JSON object"))?;
        Ok(Self { members, language: call.params.text("language").map(str::to_ascii_lowercase) })
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        find(&self.members, name)
    }

    pub(super) fn size(&self) -> Result<Size, Refusal> {
        size(self.text("qrTemplate"), "template.qrTemplate")
    }

    /// A text of at most so many characters.
    fn short(&self, name: &str, most: usize) -> Result<Option<String>, Refusal> {
        match self.text(name) {
            Some(text) if text.chars().count() > most => {
                Err(wrong(name, &format!("is longer than {most} characters")))
            }
            text => Ok(text.map(str::to_owned)),
        }
    }

    fn amount(&self) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.text("amount") else { return Ok(None) };
        let amount = parse::digits(text, 10).filter(|amount| *amount > 0);
        let rule = "must be 1 to 10 digits and more than zero";
        amount.map(Some).ok_or_else(|| wrong("amount", rule))
    }

    /// Digits by the table, letters as in the samples.
    fn currency(&self) -> Result<Option<Currency>, Refusal> {
        let Some(text) = self.text("currency") else { return Ok(None) };
        let known = |currency: &Currency| *currency == Currency::RUR || currency.alpha().is_some();
        let by_digits = Currency::from_str(text).ok().filter(known);
        let currency = by_digits.or_else(|| Currency::from_alpha(text));
        currency.map(Some).ok_or_else(|| wrong("currency", "is unknown"))
    }

    fn date(&self, name: &str) -> Result<Option<LocalDateTime>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let rule = "must be written YYYY-MM-DDThh:mm:ss";
        LocalDateTime::from_str(text).map(Some).map_err(|_| wrong(name, rule))
    }

    fn commission(&self) -> Result<Option<Commission>, Refusal> {
        let Some(json) = self.text("commission") else { return Ok(None) };
        let block = parse::inner(json).ok_or_else(|| wrong("commission", "is no JSON object"))?;
        let sum = |name: &str| match find(&block, name) {
            None => Ok(None),
            Some(text) => {
                let rule = "must be 1 to 10 digits";
                parse::digits(text, 10).map(Some).ok_or_else(|| wrong(name, rule))
            }
        };
        let (min, max, fixed) = (sum("feeMin")?, sum("feeMax")?, sum("fixedAmount")?);
        let percentage = find(&block, "feePercentage").map(|text| {
            let plain = text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let number = text.parse::<Decimal>().ok().filter(|_| plain);
            number.ok_or_else(|| wrong("feePercentage", "must be a number with a point"))
        });
        let percentage = percentage.transpose()?;
        let range = [min.is_some(), max.is_some(), percentage.is_some()];
        // The document allows one of both sets, and its samples send both.
        if range != [true; 3] && (fixed.is_none() || range != [false; 3]) {
            let rule = "must hold feeMin, feeMax and feePercentage, or else fixedAmount";
            return Err(wrong("commission", rule));
        }
        if min > max {
            return Err(wrong("feeMin", "is more than feeMax"));
        }
        Ok(Some(Commission { min, max, percentage, fixed }))
    }

    /// A new link.
    pub(super) fn create(&self, merchant: &Merchant, id: String) -> Result<Link, Refusal> {
        match self.text("type") {
            None => return Err(missing("template.type")),
            Some("ECOM") => {}
            Some(_) => return Err(wrong("type", "must be ECOM")),
        }
        let name = self.short("name", 140)?.ok_or_else(|| missing("template.name"))?;
        if !self.members.iter().any(|(name, _)| name == "nameForClient") {
            return Err(missing("template.nameForClient"));
        }
        let mut link = Link {
            id,
            login: merchant.login.clone(),
            name,
            name_for_client: String::new(),
            pre_auth: false,
            amount: None,
            currency: merchant.currency,
            description: None,
            description_for_client: None,
            start: None,
            end: None,
            single: false,
            params: Vec::new(),
            commission: None,
            language: self.language.clone().unwrap_or_else(|| "ru".into()),
            purpose: None,
            switched_on: true,
            orders: Vec::new(),
            paid_before: 0,
        };
        self.change(&mut link)?;
        Ok(link)
    }

    /// Puts what the call says into a link, which must be thrown away if it fails.
    pub(super) fn change(&self, link: &mut Link) -> Result<(), Refusal> {
        fn put<T>(into: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *into = value;
            }
        }
        put(&mut link.name, self.short("name", 140)?);
        put(&mut link.name_for_client, self.short("nameForClient", 255)?);
        put(&mut link.description, self.short("description", 255)?.map(Some));
        let for_client = self.short("descriptionForClient", 255)?;
        put(&mut link.description_for_client, for_client.map(Some));
        let qr = self.text("qrTemplate").and_then(parse::inner).unwrap_or_default();
        put(&mut link.purpose, find(&qr, "paymentPurpose").map(|purpose| Some(purpose.to_owned())));
        put(&mut link.pre_auth, flag(&self.members, "preAuth")?);
        put(&mut link.single, flag(&self.members, "singlePayment")?);
        put(&mut link.currency, self.currency()?);
        put(&mut link.commission, self.commission()?.map(Some));
        // Beside `isFreeAmount` the amount is ignored, beside `isIndefinite` the dates are.
        match flag(&self.members, "isFreeAmount")? {
            Some(true) => link.amount = None,
            Some(false) => {}
            None => put(&mut link.amount, self.amount()?.map(Some)),
        }
        match flag(&self.members, "isIndefinite")? {
            Some(true) => (link.start, link.end) = (None, None),
            Some(false) => {}
            None => {
                put(&mut link.start, self.date("startDate")?.map(Some));
                put(&mut link.end, self.date("endDate")?.map(Some));
            }
        }
        if link.start.zip(link.end).is_some_and(|(start, end)| end <= start) {
            return Err(wrong("endDate", "must lie after startDate"));
        }
        self.params(&mut link.params)
    }

    fn params(&self, params: &mut Vec<Param>) -> Result<(), Refusal> {
        let Some(json) = self.text("additionalParams") else { return Ok(()) };
        let list = parse::items(json);
        let list = list.ok_or_else(|| wrong("additionalParams", "is no array of objects"))?;
        for one in &list {
            let name = find(one, "name").ok_or_else(|| missing("additionalParams.name"))?;
            match find(one, "mode").unwrap_or("ADD") {
                "ADD" => {
                    let param = param(one, name)?;
                    match params.iter_mut().find(|known| known.name == name) {
                        Some(known) => *known = param,
                        None => params.push(param),
                    }
                }
                "REMOVE" => {
                    let before = params.len();
                    params.retain(|param| param.name != name);
                    if params.len() == before {
                        return Err(wrong("additionalParams.name", "is no parameter's"));
                    }
                }
                _ => return Err(wrong("additionalParams.mode", "must be ADD or REMOVE")),
            }
        }
        Ok(())
    }

    /// What an update does to the status of a link.
    pub(super) fn status(&self, link: &Link, now: UnixMillis) -> Result<Switch, Refusal> {
        match self.text("status") {
            None => Ok(Switch::Stays),
            Some("ACTIVE") => Ok(Switch::On),
            Some("INACTIVE") => Ok(Switch::Off),
            Some("DELETE") => Ok(Switch::Gone),
            Some("WAITING") => {
                let start = self.date("startDate")?.or(link.start);
                let later = start.is_some_and(|start| now < start.from_moscow());
                let rule = "cannot be WAITING without a startDate to come";
                if later { Ok(Switch::On) } else { Err(wrong("status", rule)) }
            }
            Some(_) => Err(wrong("status", "must be ACTIVE, INACTIVE, WAITING or DELETE")),
        }
    }
}

fn param(one: &[(String, String)], name: &str) -> Result<Param, Refusal> {
    let latin = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    if !name.bytes().all(latin) {
        let rule = "must be Latin letters and underscores";
        return Err(wrong("additionalParams.name", rule));
    }
    let text = |name: &str, most: usize| match find(one, name) {
        Some(text) if text.chars().count() > most => {
            Err(wrong(name, &format!("is longer than {most} characters")))
        }
        text => Ok(text.map(str::to_owned)),
    };
    let label = text("label", 255)?.ok_or_else(|| missing("additionalParams.label"))?;
    let required = flag(one, "required")?.ok_or_else(|| missing("additionalParams.required"))?;
    Ok(Param {
        name: name.to_owned(),
        label,
        placeholder: text("placeholder", 255)?,
        regexp: text("regexp", 200)?,
        required,
        value: text("value", 255)?,
        visible: flag(one, "visible")?.unwrap_or(false),
    })
}
