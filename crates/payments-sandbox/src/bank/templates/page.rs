//! Where a link leads: `GET /sc/<templateId>` shows what is to be paid, `POST` there registers an
//! order and sends the payer on to its payment page.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use payments_core::{
    id::OrderNumber,
    money::{Minor, Money},
    time::UnixMillis,
};

use super::{Link, Param, is_open, is_paid};
use crate::{
    answer,
    bank::{
        Bank,
        order::Details,
        page::unknown,
        register::{Opening, session_ends},
    },
    pages::{self, LinkField, LinkForm, LinkWords, Message, Words, page},
    parse::Params,
    settings::Merchant,
};

impl Bank {
    /// A page below `/sc/`.
    pub(in crate::bank) fn link_page(
        &mut self,
        now: UnixMillis,
        path: &str,
        request: &Request<Bytes>,
    ) -> Response<Bytes> {
        let (id, back) = path.split_once('/').unwrap_or((path, ""));
        let Some(link) = self.links.links.get(id).cloned() else { return unknown() };
        let merchant = self.merchants.iter().find(|merchant| merchant.login == link.login);
        let Some(merchant) = merchant.cloned() else { return unknown() };
        let params = Params::of(request);
        let words = LinkWords::of(params.text("lang").unwrap_or(&link.language));
        if back == "end" {
            return self.link_end(&link, &params, words);
        }
        if !is_open(self.link_status(&link, now)) {
            return message(StatusCode::GONE, words, words.closed, words.closed_more);
        }
        if request.method() != Method::POST {
            let filled = filled(&link, |param| param.value.clone());
            return self.link_form(StatusCode::OK, &link, &merchant, words, (None, filled));
        }
        let amount = match link.amount {
            Some(amount) => Some(amount),
            None => params.text("amount").and_then(|text| typed_amount(text, &link)),
        };
        let typed = filled(&link, |param| params.text(&param.name).map(str::to_owned));
        let (Some(amount), false) = (amount, typed.iter().any(|field| field.wrong)) else {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let sum = params.text("amount").map(str::to_owned);
            return self.link_form(status, &link, &merchant, words, (Some(sum), typed));
        };
        let fields = typed.into_iter().map(|field| (field.name, field.value));
        self.link_order(now, &link, &merchant, amount, fields.collect())
    }

    fn link_order(
        &mut self,
        now: UnixMillis,
        link: &Link,
        merchant: &Merchant,
        amount: u64,
        mut params: Vec<(String, String)>,
    ) -> Response<Bytes> {
        params.retain(|(_, value)| !value.is_empty());
        let end = format!("{}/end", self.link_address(link));
        let number = loop {
            self.links.orders += 1;
            let number = format!("{}-{}", link.id, self.links.orders);
            if self.order_id(&link.login, &number).is_none() {
                break OrderNumber::from_bank(number);
            }
        };
        let fee = link.commission.as_ref().map_or(0, |fee| fee.of(amount));
        let opening = Opening {
            login: link.login.clone(),
            number,
            amount: amount.saturating_add(fee),
            currency: link.currency,
            two_phase: link.pre_auth,
            details: Details {
                return_url: end,
                description: Some(link.name_for_client.clone()),
                language: Some(link.language.clone()),
                params,
                ..Details::default()
            },
            expires_at: session_ends(now, merchant.session_timeout_secs),
            completes_at: None,
            reverses_at: None,
        };
        let id = self.open_order(now, opening);
        if let Some(link) = self.links.links.get_mut(&link.id) {
            link.orders.push(id.clone());
        }
        match self.orders.get(&id) {
            Some(order) => answer::see_other(&self.form_url(order)),
            None => unknown(),
        }
    }

    /// `sum` is none before the payer typed anything.
    fn link_form(
        &self,
        status: StatusCode,
        link: &Link,
        merchant: &Merchant,
        words: &'static LinkWords,
        (sum, fields): (Option<Option<String>>, Vec<LinkField>),
    ) -> Response<Bytes> {
        let tried = sum.is_some();
        let wrong_sum = tried
            && link.amount.is_none()
            && sum.iter().flatten().all(|sum| typed_amount(sum, link).is_none());
        let base = Words::of(words.lang);
        let show = |units: u64| pages::amount(Money::new(Minor::new(units), link.currency), base);
        let fee = link.commission.as_ref().zip(link.amount).map(|(fee, sum)| fee.of(sum));
        page(
            status,
            &LinkForm {
                words: base,
                own: words,
                merchant: &merchant.full_name,
                name: &link.name_for_client,
                description: link.description_for_client.as_deref().unwrap_or_default(),
                amount: &link.amount.map(show).unwrap_or_default(),
                fee: &fee.filter(|fee| *fee > 0).map(show).unwrap_or_default(),
                some_fee: link.commission.is_some() && link.amount.is_none(),
                currency: link.currency.alpha().unwrap_or_else(|| link.currency.code()),
                typed: &sum.flatten().unwrap_or_default(),
                wrong_sum,
                action: &self.place(&format!("/sc/{}", link.id)),
                fields: &fields
                    .into_iter()
                    .filter(|field| field.visible)
                    .map(|field| LinkField { wrong: field.wrong && tried, ..field })
                    .collect::<Vec<_>>(),
            },
        )
    }

    /// Where the payer lands after an order of the link.
    fn link_end(&self, link: &Link, params: &Params, words: &'static LinkWords) -> Response<Bytes> {
        let order = self.visited(params).filter(|order| link.orders.contains(&order.id));
        match order {
            Some(order) if is_paid(order.status) => {
                message(StatusCode::OK, words, words.paid, words.paid_more)
            }
            Some(_) => message(StatusCode::OK, words, words.not_paid, words.not_paid_more),
            None => unknown(),
        }
    }
}

fn message(
    status: StatusCode,
    words: &'static LinkWords,
    title: &'static str,
    text: &'static str,
) -> Response<Bytes> {
    page(status, &Message { words: Words::of(words.lang), title, text, link: "" })
}

/// The fields of a link with their values, and whether these break what the link asks for. A field
/// that the payer does not see keeps its own value.
fn filled(link: &Link, value: impl Fn(&Param) -> Option<String>) -> Vec<LinkField> {
    let field = |param: &Param| {
        let value = if param.visible { value(param) } else { param.value.clone() };
        let value = value.unwrap_or_default();
        let empty_and_needed = value.is_empty() && param.required;
        let wrong = param.visible
            && (empty_and_needed || (!value.is_empty() && !fits(param.regexp.as_deref(), &value)));
        LinkField {
            name: param.name.clone(),
            label: param.label.clone(),
            placeholder: param.placeholder.clone().unwrap_or_default(),
            required: param.required,
            visible: param.visible,
            value,
            wrong,
        }
    };
    link.params.iter().map(field).collect()
}

/// Whether a whole value is of the form of an expression. An expression that is not understood here
/// (the gateway's own are Java's) checks nothing.
fn fits(regexp: Option<&str>, value: &str) -> bool {
    if value.chars().count() > 255 {
        return false;
    }
    // Small enough that a link cannot keep the bank busy.
    let build = |regexp: &str| {
        let mut builder = regex_lite::RegexBuilder::new(&format!("^(?:{regexp})$"));
        builder.size_limit(64 * 1024).build().ok()
    };
    let whole = regexp.and_then(build);
    whole.is_none_or(|whole| whole.is_match(value))
}

/// An amount as payers type it: `12`, `12.5` or `12,50` of the link's currency. At most 10 digits of
/// minor units, more than nothing.
fn typed_amount(text: &str, link: &Link) -> Option<u64> {
    let text: String = text.chars().filter(|char| !matches!(char, ' ' | '\u{a0}')).collect();
    let exponent = usize::from(link.currency.exponent().unwrap_or(2));
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((&text, ""));
    if part.len() > exponent || (part.is_empty() && text.ends_with(['.', ','])) {
        return None;
    }
    let units = format!("{whole}{part:0<exponent$}");
    crate::parse::digits(&units, 10).filter(|units| *units > 0 && !whole.is_empty())
}
