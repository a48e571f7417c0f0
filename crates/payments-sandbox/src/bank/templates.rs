//! `POST rest/templates/create.do`, `get.do`, `update.do` and `getList.do`: payment links.

mod form;
mod page;

use std::collections::BTreeMap;

use payments_core::{
    id::OrderId,
    money::Currency,
    order::Decimal,
    time::{LocalDateTime, UnixMillis},
};

use super::{Bank, Call, Status, register};
use crate::{
    answer::Refusal,
    ids::Numbers,
    json::{Json, Object},
    qr,
    settings::Merchant,
};

/// Every payment link, and the names of new ones.
pub(super) struct Links {
    links: BTreeMap<String, Link>,
    numbers: Numbers,
    /// How many orders came of links: their numbers.
    orders: u64,
}

/// A payment link.
#[derive(Clone)]
struct Link {
    id: String,
    login: String,
    name: String,
    name_for_client: String,
    pre_auth: bool,
    /// Minor units; none where the payer chooses.
    amount: Option<u64>,
    currency: Currency,
    description: Option<String>,
    description_for_client: Option<String>,
    start: Option<LocalDateTime>,
    end: Option<LocalDateTime>,
    single: bool,
    params: Vec<Param>,
    commission: Option<Commission>,
    language: String,
    /// What a payer's bank may show of the code; the description without it.
    purpose: Option<String>,
    switched_on: bool,
    /// The orders that came of it.
    orders: Vec<OrderId>,
    /// How many of them were paid when it was last switched on.
    paid_before: usize,
}

/// A further field that the payer fills in.
#[derive(Clone)]
struct Param {
    name: String,
    label: String,
    placeholder: Option<String>,
    regexp: Option<String>,
    required: bool,
    value: Option<String>,
    visible: bool,
}

/// The fee on top, in minor units.
#[derive(Clone)]
struct Commission {
    min: Option<u64>,
    max: Option<u64>,
    percentage: Option<Decimal>,
    fixed: Option<u64>,
}

impl Commission {
    /// The fee of an amount; a fixed one wins. Half a unit is rounded up.
    fn of(&self, amount: u64) -> u64 {
        if let Some(fixed) = self.fixed {
            return fixed;
        }
        let share = self.percentage.and_then(|percentage| {
            let fee = Decimal::from(amount).checked_mul(percentage)?.checked_div(100.into())?;
            u64::try_from(fee.checked_add(Decimal::new(5, 1))?.floor()).ok()
        });
        let fee = share.unwrap_or(0).max(self.min.unwrap_or(0));
        self.max.map_or(fee, |max| fee.min(max))
    }
}

impl Links {
    pub(super) fn new(seed: u64) -> Self {
        // A sequence of its own: links change no order's identifier.
        let numbers = Numbers::new(seed ^ 0x11_0011);
        Self { links: BTreeMap::new(), numbers, orders: 0 }
    }

    /// 16 letters, as the samples have them.
    fn new_id(&mut self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut letter = || {
            let place = self.numbers.below(LETTERS.len() as u64);
            let letter = usize::try_from(place).ok().and_then(|place| LETTERS.get(place));
            letter.map_or('A', |letter| char::from(*letter))
        };
        (0..16).map(|_| letter()).collect()
    }
}

/// Size of a picture that a call asks for, width and height in pixels.
type Size = Option<(u32, u32)>;

/// The answer of these calls to whatever is wrong.
pub(super) fn failure(refusal: &Refusal) -> Object {
    let description = match refusal.code {
        1 => "Bad request",
        4 => "A mandatory parameter is missing",
        5 => "Access denied",
        6 => "Unknown template",
        _ => "System error",
    };
    let error = Object::new()
        .with("code", refusal.code.to_string())
        .with("description", description)
        .with("message", refusal.text.as_str());
    Object::new().with("status", "FAIL").with("error", error)
}

fn success() -> Object {
    Object::new().with("status", "SUCCESS")
}

fn allowed(merchant: &Merchant) -> Result<(), Refusal> {
    let refusal = || Refusal::access("Access denied: no rights to use payment links");
    if merchant.permissions.links { Ok(()) } else { Err(refusal()) }
}

impl Bank {
    pub(super) fn create_link(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let template = form::Template::of(call)?;
        let size = template.size()?;
        let link = template.create(&call.merchant, self.links.new_id())?;
        register::allowed(&call.merchant, link.pre_auth)?;
        let answer = Object::new()
            .with("templateId", link.id.as_str())
            .with("status", self.link_status(&link, call.now))
            .with("qrTemplate", self.link_qr(&link, size, call.now));
        self.links.links.insert(link.id.clone(), link);
        Ok(success().with("template", answer))
    }

    pub(super) fn read_link(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let template = form::Template::of(call)?;
        let size = template.size()?;
        let link = self.link_of(call, &template)?;
        let params = link.params.iter().map(|param| param_json(param).into()).collect();
        let params = Some(Json::Array(params)).filter(|_| !link.params.is_empty());
        let date = |date: Option<LocalDateTime>| date.map(|date| date.to_string());
        let object = self
            .link_head(link, call.now)
            .with("preAuth", link.pre_auth)
            .with_some("amount", link.amount)
            .with("currency", link.currency.code())
            .with_some("description", link.description.clone())
            .with_some("startDate", date(link.start))
            .with_some("endDate", date(link.end))
            .with("nameForClient", link.name_for_client.as_str())
            .with_some("descriptionForClient", link.description_for_client.clone())
            .with("singlePayment", link.single)
            .with_some("additionalParams", params)
            .with_some("commission", link.commission.as_ref().map(commission_json))
            .with("qrTemplate", self.link_qr(link, size, call.now));
        Ok(success().with("template", object))
    }

    pub(super) fn update_link(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let template = form::Template::of(call)?;
        template.size()?;
        let mut link = self.link_of(call, &template)?.clone();
        let status = template.status(&link, call.now)?;
        template.change(&mut link)?;
        register::allowed(&call.merchant, link.pre_auth)?;
        match status {
            form::Switch::Stays => {}
            form::Switch::Off => link.switched_on = false,
            form::Switch::On => {
                link.switched_on = true;
                link.paid_before = self.paid_orders(&link);
            }
            form::Switch::Gone => {
                self.links.links.remove(&link.id);
                return Ok(success());
            }
        }
        self.links.links.insert(link.id.clone(), link);
        Ok(success())
    }

    pub(super) fn list_links(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        allowed(&call.merchant)?;
        let mut login = call.merchant.login.as_str();
        let names = ["merchantLogin", "merchant_login"];
        let asked = names.iter().find_map(|name| call.params.text(name));
        if let Some(asked) = asked.filter(|asked| *asked != login) {
            if !call.merchant.children.iter().any(|child| child == asked) {
                let text = "Access denied: no rights to see the links of [merchantLogin]";
                return Err(Refusal::access(text));
            }
            login = asked;
        }
        let status = call.params.text("status").unwrap_or("ACTIVE");
        if !form::STATUSES.contains(&status) {
            return Err(form::wrong("status", "is no status of a template"));
        }
        let size = form::size(call.params.text("qrTemplate"), "qrTemplate")?;
        let links = self
            .links
            .links
            .values()
            .filter(|link| link.login == login && self.link_status(link, call.now) == status);
        let links = links.map(|link| {
            self.link_head(link, call.now)
                .with_some("amount", link.amount)
                .with("currency", link.currency.code())
                .with("qrTemplate", self.link_qr(link, size, call.now))
                .into()
        });
        Ok(success().with("templates", Json::Array(links.collect())))
    }

    /// The link that a call is about, if it is the caller's.
    fn link_of(&self, call: &Call<'_>, template: &form::Template) -> Result<&Link, Refusal> {
        let id = template.text("templateId");
        let id = id.ok_or_else(|| form::missing("template.templateId"))?;
        let link = self.links.links.get(id).filter(|link| link.login == call.merchant.login);
        link.ok_or_else(|| Refusal::new(6, "[template.templateId] is unknown"))
    }

    fn link_head(&self, link: &Link, now: UnixMillis) -> Object {
        Object::new()
            .with("templateId", link.id.as_str())
            .with("status", self.link_status(link, now))
            .with("type", "ECOM")
            .with("name", link.name.as_str())
    }

    /// Dates are read in UTC+3, like the other dates of orders.
    fn link_status(&self, link: &Link, now: UnixMillis) -> &'static str {
        if !link.switched_on {
            "INACTIVE"
        } else if link.single && self.paid_orders(link) > link.paid_before {
            "USED"
        } else if link.start.is_some_and(|start| now < start.from_moscow()) {
            "WAITING"
        } else if link.end.is_some_and(|end| end.from_moscow() <= now) {
            "EXPIRED"
        } else {
            "ACTIVE"
        }
    }

    fn paid_orders(&self, link: &Link) -> usize {
        let orders = link.orders.iter().filter_map(|id| self.orders.get(id));
        orders.filter(|order| order.dates.paid.is_some()).count()
    }

    fn link_address(&self, link: &Link) -> String {
        format!("{}/sc/{}", self.base_url, link.id)
    }

    /// A picture only in a size that was asked for, and only of an active link.
    fn link_qr(&self, link: &Link, size: Size, now: UnixMillis) -> Object {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        let payload = self.link_address(link);
        let size = size.filter(|_| self.link_status(link, now) == "ACTIVE");
        let png = size.and_then(|(width, height)| qr::png(&payload, width, height));
        Object::new()
            .with_some("renderedQr", png.map(|png| BASE64_STANDARD.encode(png)))
            .with("payload", payload)
    }

    /// A link for one payment ends with it: what else came of the link can no longer be paid.
    pub(super) fn link_paid(&mut self, now: UnixMillis, paid: &OrderId) {
        let links = self.links.links.values();
        let mut single = links.filter(|link| link.single && link.orders.contains(paid));
        let Some(link) = single.next() else { return };
        for id in link.orders.clone() {
            let open = self.orders.get(&id).is_some_and(|order| order.is_payable());
            if open && id != *paid {
                self.cancel(now, &id);
            }
        }
    }

    /// The links as the control address shows them.
    pub(super) fn links_json(&self, now: UnixMillis) -> Object {
        let links = self.links.links.values().map(|link| {
            let payload = self.link_address(link);
            let orders = link.orders.iter().map(|id| Json::from(id.as_str())).collect();
            self.link_head(link, now)
                .with("merchant", link.login.as_str())
                .with_some(
                    "paymentPurpose",
                    link.purpose.clone().or_else(|| link.description.clone()),
                )
                .with_some("qrMatrix", qr::matrix(&payload))
                .with("payload", payload)
                .with("orders", Json::Array(orders))
                .into()
        });
        Object::new().with("templates", Json::Array(links.collect()))
    }
}

fn param_json(param: &Param) -> Object {
    Object::new()
        .with("label", param.label.as_str())
        .with("name", param.name.as_str())
        .with_some("regexp", param.regexp.clone())
        .with_some("value", param.value.clone())
        .with_some("placeholder", param.placeholder.clone())
        .with("required", param.required)
        .with("visible", param.visible)
}

fn commission_json(fee: &Commission) -> Object {
    let percentage = fee.percentage.map(|percentage| percentage.normalize().to_string());
    Object::new()
        .with_some("feeMin", fee.min)
        .with_some("feeMax", fee.max)
        .with_some("feePercentage", percentage)
        .with_some("fixedAmount", fee.fixed.map(|fixed| fixed.to_string()))
}

/// Whether an order can come of a link in this status.
fn is_open(status: &str) -> bool {
    status == "ACTIVE"
}

/// Whether an order of a link was paid.
fn is_paid(status: Status) -> bool {
    matches!(status, Status::Held | Status::Deposited | Status::PartlyDeposited | Status::Refunded)
}
