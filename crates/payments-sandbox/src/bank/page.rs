//! The pages that the payer's browser visits, at the gateway and at the issuer.
//!
//! Each can be driven by one request without JavaScript:
//!
//! - `POST /payment/merchants/ecom/pay` with `mdOrder`, `pan`, `expiry`, `cvc`, `cardholder`
//! - `POST /acs/challenge` with `acsTransID` and `code`, or `cancel`

use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::{
    card::Expiry,
    id::OrderId,
    money::{Minor, Money},
    time::UnixMillis,
};

use super::{
    Bank, Order,
    order::{Protocol, Terms},
    pay::{Card, Step},
    se_token, wallet,
};
use crate::{
    answer, cards,
    pages::{self, CardChoice, Filled, Message, Mistakes, Notice, PaymentForm, Words, page},
    parse::Params,
};

/// What the payer did at the payment page before it is shown.
#[derive(Default)]
struct Tried {
    mistakes: Mistakes,
    /// The action code of a declined try.
    declined: Option<i64>,
    filled: Option<Filled>,
}

impl Bank {
    /// A page of the gateway or the issuer, and how long it takes in milliseconds.
    pub(super) fn page(
        &mut self,
        now: UnixMillis,
        path: &str,
        params: &Params,
    ) -> (Response<Bytes>, u64) {
        let mut delay_ms = 0;
        let response = match path {
            "/payment/merchants/ecom/pay" => self.pay_page(now, params, &mut delay_ms),
            "/payment/merchants/ecom/method" => self.method_ran(now, params, &mut delay_ms),
            "/payment/merchants/temp/finish.html" => self.finish_of(params),
            "/payment/acsRedirect.do" => self.acs_redirect(params),
            "/payment/rest/finish3ds.do" => self.own_finish(now, params, Protocol::One),
            "/payment/rest/finish3ds2.do" => self.own_finish(now, params, Protocol::Two),
            "/payment/3dsmethod.do" => self.method_page(params),
            "/payment/se/keys.do" => se_token::keys(now),
            "/acs/creq" | "/acs/pareq" => self.acs_page(params),
            "/acs/challenge" => self.acs_challenge(params),
            "/acs/method" => self.acs_method(params),
            "/3dsserver/api/v1/client/gather" | "/3dsserver/api/v1/acs/notification" => {
                answer::html(StatusCode::OK, "<!DOCTYPE html><title>Done</title>")
            }
            _ if path.starts_with("/sbp/") => {
                self.sbp_page(now, path.trim_start_matches("/sbp/"), params)
            }
            _ if path.starts_with("/tpay/") => {
                self.tpay_page(now, path.trim_start_matches("/tpay/"), params)
            }
            wallet::ALFAPAY | "/alfapay/pay" => {
                self.alfapay_page(now, path == wallet::ALFAPAY, params, &mut delay_ms)
            }
            _ if is_payment_page(path) => self.payment_page(params),
            _ => answer::plain(StatusCode::NOT_FOUND, "no such page\n"),
        };
        (response, delay_ms)
    }

    fn payment_page(&self, params: &Params) -> Response<Bytes> {
        match self.visited(params) {
            Some(order) if order.is_payable() => {
                let filled = params.text("card").and_then(Filled::chosen);
                self.payment_form(order, Tried { filled, ..Tried::default() })
            }
            Some(order) => self.closed(order),
            None => unknown(),
        }
    }

    fn payment_form(&self, order: &Order, tried: Tried) -> Response<Bytes> {
        let words = words(order);
        let details = &order.details;
        let param = |name: &str| {
            let param = details.params.iter().find(|(known, _)| known == name);
            param.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let again = tried.mistakes.any() || tried.declined.is_some();
        let status = if again { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let address = self.form_url(order);
        let path = self.place(address.strip_prefix(&self.base_url).unwrap_or(&address));
        page(
            status,
            &PaymentForm {
                words,
                merchant: self.shop(order),
                order_number: order.number.as_str(),
                description: details.description.as_deref().unwrap_or_default(),
                amount: &amount(order),
                stored: &self.only_card(order).unwrap_or_default(),
                action: &self.place("/payment/merchants/ecom/pay"),
                md_order: order.id.as_str(),
                cardholder: details.cardholder.as_deref().unwrap_or_default(),
                mistakes: tried.mistakes,
                declined: tried.declined.map_or("", |code| words.declined(code)),
                filled: tried.filled,
                cards: &CardChoice::all(&path, words),
                back_url: param("backToShopUrl").filter(|url| is_web(url)).unwrap_or_default(),
                back_name: param("backToShopName").unwrap_or(words.back_to_shop),
            },
        )
    }

    fn pay_page(&mut self, now: UnixMillis, params: &Params, delay: &mut u64) -> Response<Bytes> {
        let order = match self.visited(params) {
            Some(order) if order.is_payable() => order,
            Some(order) => return self.closed(order),
            None => return unknown(),
        };
        let typed = match order.details.binding_id {
            Some(_) => typed_code(params).map(|()| None),
            None => typed_card(params, order).map(Some),
        };
        let card = match typed {
            Ok(card) => card,
            Err(mistakes) => {
                return self.payment_form(order, Tried { mistakes, ..Tried::default() });
            }
        };
        let (id, order) = (order.id.clone(), order.clone());
        let merchant = self.merchants.iter().find(|merchant| merchant.login == order.login);
        let Some(merchant) = merchant.cloned() else { return unknown() };
        let mut step = match card {
            Some(card) => self.start(now, &id, &card, &merchant, Terms::default()),
            None => self.pay_by_only_card(now, &order, &merchant),
        };
        if step == Step::Prepare {
            if let Some(page) = self.method_frame(&id) {
                return page;
            }
            step = self.authenticate_payer(now, &id, None);
        }
        *delay = self.delay(&id);
        self.onwards(&id, step)
    }

    /// Where the payer's browser goes after a step of a payment on the gateway's own pages.
    pub(super) fn onwards(&self, id: &OrderId, step: Step) -> Response<Bytes> {
        match (step, self.orders.get(id)) {
            (Step::Challenge, Some(order)) => self.to_issuer(order),
            (Step::Declined(_), Some(order)) if order.is_payable() && self.chose(order) => {
                answer::see_other(&self.chosen_again(order))
            }
            (Step::Declined(code), Some(order)) if order.is_payable() => {
                self.payment_form(order, Tried { declined: Some(code), ..Tried::default() })
            }
            _ => answer::see_other(&self.finish_page(id)),
        }
    }

    /// The gateway's page at the end: sends the payer back to the shop.
    fn finish_of(&self, params: &Params) -> Response<Bytes> {
        match self.visited(params) {
            Some(order) if order.is_payable() => self.notice(&order.id, Notice::NotFinished),
            Some(order) => self.closed(order),
            None => unknown(),
        }
    }

    /// The way back to the shop of an order that nobody can pay any more.
    pub(super) fn closed(&self, order: &Order) -> Response<Bytes> {
        let good = order.dates.paid.is_some();
        let spelling = if good { "orderId" } else { "orderID" };
        answer::see_other(&self.back(&order.id, good, spelling, true))
    }

    /// Tells the payer that it is too early for this page.
    pub(super) fn notice(&self, id: &OrderId, notice: Notice) -> Response<Bytes> {
        let Some(order) = self.orders.get(id) else { return unknown() };
        let link = self.form_url(order);
        page(StatusCode::CONFLICT, &Message::new(words(order), notice, &link))
    }

    pub(super) fn visited(&self, params: &Params) -> Option<&Order> {
        let id = params.text("mdOrder").or_else(|| params.text("orderId"))?;
        self.orders.get(&OrderId::from_bank(id))
    }

    pub(super) fn shop(&self, order: &Order) -> &str {
        let merchant = self.merchants.iter().find(|merchant| merchant.login == order.login);
        merchant.map_or("", |merchant| merchant.full_name.as_str())
    }
}

fn is_payment_page(path: &str) -> bool {
    path.strip_prefix("/payment/merchants/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_, file)| file.starts_with("payment_") && file.ends_with(".html"))
}

/// Nobody's language is known here.
pub(super) fn unknown() -> Response<Bytes> {
    page(StatusCode::NOT_FOUND, &Message::new(Words::of("en"), Notice::Unknown, ""))
}

pub(super) fn words(order: &Order) -> &'static Words {
    Words::of(order.language())
}

/// Whether a browser may be sent there: nothing that would run in the page's own name.
pub(super) fn is_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

pub(super) fn amount(order: &Order) -> String {
    pages::amount(Money::new(Minor::new(order.amount), order.currency), words(order))
}

/// The code alone, of a card that is stored.
fn typed_code(params: &Params) -> Result<(), Mistakes> {
    let cvc = params.text("cvc").unwrap_or_default().trim();
    let mistakes = Mistakes { cvc: !is_code(cvc), ..Mistakes::default() };
    if mistakes.any() { Err(mistakes) } else { Ok(()) }
}

fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A card as payers type it: blanks in the number, a slash in the date.
fn typed_card(params: &Params, order: &Order) -> Result<Card, Mistakes> {
    let digits = |name: &str| -> String {
        let text = params.text(name).unwrap_or_default().chars();
        text.filter(|char| !matches!(char, ' ' | '-' | '/' | '\u{a0}')).collect()
    };
    let (pan, cvc) = (digits("pan"), digits("cvc"));
    let expiry = typed_expiry(&digits("expiry"));
    let mistakes = Mistakes {
        pan: !cards::is_card_number(&pan),
        expiry: expiry.is_none(),
        cvc: !is_code(&cvc),
    };
    let Some(expiry) = expiry.filter(|_| !mistakes.any()) else { return Err(mistakes) };
    let named = params.text("cardholder").or(order.details.cardholder.as_deref());
    Ok(Card { pan, expiry, cardholder: named.unwrap_or("CARDHOLDER").to_owned() })
}

/// `MMYY`, `MMYYYY` as browsers fill it in, or `YYYYMM`.
fn typed_expiry(digits: &str) -> Option<Expiry> {
    let month_first = || {
        let (month, year) = digits.split_at_checked(2)?;
        format!("{year}{month}").parse().ok()
    };
    digits.parse().ok().or_else(month_first)
}
