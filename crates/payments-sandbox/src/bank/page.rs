//! The pages that the payer's browser visits, at the gateway and at the issuer.
//!
//! Each can be driven by one request without JavaScript:
//!
//! - `POST /payment/merchants/ecom/pay` with `mdOrder`, `pan`, `expiry`, `cvc`, `cardholder`
//! - `POST /acs/challenge` with `acsTransID` and `code`, or `cancel`

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::{
    card::Expiry,
    id::OrderId,
    money::{Minor, Money},
    time::UnixMillis,
};

use super::{
    Bank, Order, Status,
    order::{Protocol, Session, Stage},
    pay::{Card, Step},
    three_ds,
};
use crate::{
    answer, cards,
    pages::{
        self, CardChoice, Challenge, Filled, Forward, Message, Mistakes, Notice, PaymentForm,
        Words, page,
    },
    parse::{self, Params},
};

/// How many wrong codes the issuer takes before it says no.
const WRONG_CODES: u32 = 3;

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
            "/payment/merchants/temp/finish.html" => self.finish_of(params),
            "/payment/acsRedirect.do" => self.acs_redirect(params),
            "/payment/rest/finish3ds.do" => self.own_finish(now, params, Protocol::One),
            "/payment/rest/finish3ds2.do" => self.own_finish(now, params, Protocol::Two),
            "/payment/3dsmethod.do" => self.method_page(params),
            "/acs/creq" | "/acs/pareq" => self.acs_page(params),
            "/acs/challenge" => self.acs_challenge(params),
            "/acs/method" => self.acs_method(params),
            "/3dsserver/api/v1/client/gather" | "/3dsserver/api/v1/acs/notification" => {
                answer::html(StatusCode::OK, "<!DOCTYPE html><title>Done</title>")
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
        let path = address.strip_prefix(&self.base_url).unwrap_or(&address);
        page(
            status,
            &PaymentForm {
                words,
                merchant: self.shop(order),
                order_number: order.number.as_str(),
                description: details.description.as_deref().unwrap_or_default(),
                amount: &amount(order),
                action: "/payment/merchants/ecom/pay",
                md_order: order.id.as_str(),
                cardholder: details.cardholder.as_deref().unwrap_or_default(),
                mistakes: tried.mistakes,
                declined: tried.declined.map_or("", |code| words.declined(code)),
                filled: tried.filled,
                cards: &CardChoice::all(path, words),
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
        let card = match typed_card(params, order) {
            Ok(card) => card,
            Err(mistakes) => {
                return self.payment_form(order, Tried { mistakes, ..Tried::default() });
            }
        };
        let id = order.id.clone();
        let merchant = self.merchants.iter().find(|merchant| merchant.login == order.login);
        let Some(merchant) = merchant.cloned() else { return unknown() };
        let mut step = self.start(now, &id, &card, &merchant);
        if step == Step::Prepare {
            step = self.authenticate_payer(now, &id, None);
        }
        *delay = self.delay(&id);
        self.onwards(&id, step)
    }

    /// Where the payer's browser goes after a step of a payment on the gateway's own pages.
    fn onwards(&self, id: &OrderId, step: Step) -> Response<Bytes> {
        match (step, self.orders.get(id)) {
            (Step::Challenge, Some(order)) => self.to_issuer(order),
            (Step::Declined(code), Some(order)) if order.is_payable() => {
                self.payment_form(order, Tried { declined: Some(code), ..Tried::default() })
            }
            _ => answer::see_other(&self.finish_page(id)),
        }
    }

    fn to_issuer(&self, order: &Order) -> Response<Bytes> {
        let Some(session) = &order.three_ds else { return unknown() };
        let mut query = form_urlencoded::Serializer::new(String::new());
        let path = match session.protocol {
            Protocol::Two => {
                query.append_pair("creq", &three_ds::creq(session));
                "creq"
            }
            Protocol::One => {
                query.append_pair("PaReq", &three_ds::pareq(session));
                query.append_pair("MD", order.id.as_str());
                query.append_pair("TermUrl", &self.own_term_url(&order.id));
                "pareq"
            }
        };
        answer::see_other(&format!("{}/acs/{path}?{}", self.base_url, query.finish()))
    }

    /// `GET acsRedirect.do`: takes the payer to the issuer, and the issuer takes him back here.
    fn acs_redirect(&mut self, params: &Params) -> Response<Bytes> {
        let Some(id) = self.visited(params).map(|order| order.id.clone()) else { return unknown() };
        let Some(order) = self.orders.get_mut(&id) else { return unknown() };
        match (&mut order.three_ds, order.status) {
            (Some(session), Status::AcsStarted) => {
                session.back_to = None;
                session.simple = true;
            }
            (_, Status::Registered | Status::AcsStarted) => {
                return self.notice(&id, Notice::NotBegun);
            }
            _ => return answer::see_other(&self.finish_page(&id)),
        }
        self.orders.get(&id).map_or_else(unknown, |order| self.to_issuer(order))
    }

    /// The issuer's page, for `creq` of 3DS2 or `PaReq` of 3DS1.
    fn acs_page(&mut self, params: &Params) -> Response<Bytes> {
        let acs_id = match (params.text("creq"), params.text("PaReq")) {
            (Some(creq), _) => acs_id_of(creq),
            (None, Some(pareq)) => acs_id_of_pareq(pareq),
            _ => None,
        };
        let Some(id) = acs_id.and_then(|acs_id| self.challenged(&acs_id)) else { return unknown() };
        let data = params.text("MD").or_else(|| params.text("threeDSSessionData"));
        let term_url = params.text("TermUrl").map(str::to_owned);
        let own = self.own_term_url(&id);
        if let Some(session) = self.orders.get_mut(&id).and_then(|order| order.three_ds.as_mut()) {
            session.data = data.map(str::to_owned);
            if session.protocol == Protocol::One {
                session.back_to =
                    term_url.filter(|url| *url != own && is_web(url) && !session.simple);
            }
        }
        self.orders.get(&id).map_or_else(unknown, |order| self.challenge_page(order, ""))
    }

    fn challenge_page(&self, order: &Order, error: &str) -> Response<Bytes> {
        let (Some(session), Some(payment)) = (&order.three_ds, &order.payment) else {
            return unknown();
        };
        page(
            StatusCode::OK,
            &Challenge {
                words: words(order),
                merchant: self.shop(order),
                amount: &amount(order),
                masked_pan: &payment.masked_pan,
                action: "/acs/challenge",
                acs_trans_id: &session.acs_id,
                error,
                code: cards::ACS_CODE,
            },
        )
    }

    fn acs_challenge(&mut self, params: &Params) -> Response<Bytes> {
        let id = params.text("acsTransID").and_then(|acs_id| self.challenged(acs_id));
        let Some(order) = id.and_then(|id| self.orders.get_mut(&id)) else { return unknown() };
        let refuses = order
            .payment
            .as_ref()
            .is_none_or(|payment| payment.card.verdict == cards::Verdict::NotAuthenticated);
        let Some(session) = &mut order.three_ds else { return unknown() };
        let cancelled = params.text("cancel").is_some();
        let right = params.text("code").is_some_and(|code| code.trim() == cards::ACS_CODE);
        if !cancelled && !right && !refuses {
            session.wrong += 1;
            let left = WRONG_CODES.saturating_sub(session.wrong);
            if left > 0 {
                let order = order.clone();
                let words = words(&order);
                let left = words.codes_left(left);
                return self.challenge_page(&order, &format!("{} {left}", words.wrong_code));
            }
        }
        session.stage = Stage::Answered(right && !cancelled && !refuses);
        let (id, session) = (order.id.clone(), session.clone());
        self.back_from_issuer(&id, &session)
    }

    /// The way back from the issuer, with its answer.
    fn back_from_issuer(&self, id: &OrderId, session: &Session) -> Response<Bytes> {
        let answer = match session.protocol {
            Protocol::One => three_ds::pares_of(session).unwrap_or_default(),
            Protocol::Two => three_ds::cres(session),
        };
        let Some(back_to) = &session.back_to else {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let address = match session.protocol {
                Protocol::One => {
                    query.append_pair("MD", id.as_str()).append_pair("PaRes", &answer);
                    format!("{}&{}", self.own_term_url(id), query.finish())
                }
                Protocol::Two => {
                    query.append_pair("cres", &answer);
                    format!("{}/payment/rest/finish3ds2.do?{}", self.base_url, query.finish())
                }
            };
            return answer::see_other(&address);
        };
        let mut fields = match session.protocol {
            Protocol::One => vec![("PaRes", answer.as_str())],
            Protocol::Two => vec![("cres", answer.as_str())],
        };
        match (&session.data, session.protocol) {
            (Some(data), Protocol::Two) => fields.push(("threeDSSessionData", data)),
            (Some(data), Protocol::One) => fields.push(("MD", data)),
            (None, Protocol::One) => fields.push(("MD", id.as_str())),
            (None, Protocol::Two) => {}
        }
        let words = Words::of(self.orders.get(id).map_or("ru", Order::language));
        pages::forward(&Forward { words, action: back_to, fields: &fields })
    }

    /// The gateway itself finishes a payment whose payer comes back from the issuer.
    fn own_finish(
        &mut self,
        now: UnixMillis,
        params: &Params,
        protocol: Protocol,
    ) -> Response<Bytes> {
        let id = match protocol {
            Protocol::One => params.text("MD").map(OrderId::from_bank),
            Protocol::Two => params
                .text("cres")
                .and_then(acs_id_of)
                .and_then(|acs_id| self.sessions.get(&acs_id).cloned()),
        };
        let order = id.and_then(|id| self.orders.get(&id));
        let Some(order) = order else { return unknown() };
        let id = order.id.clone();
        let session = order.three_ds.clone().filter(|session| session.protocol == protocol);
        let (Some(session), Status::AcsStarted) = (session, order.status) else {
            return answer::see_other(&self.finish_page(&id));
        };
        let genuine = match protocol {
            Protocol::One => params.text("PaRes") == three_ds::pares_of(&session).as_deref(),
            Protocol::Two => params.text("cres") == Some(three_ds::cres(&session).as_str()),
        };
        let step = match session.stage {
            Stage::Answered(yes) if genuine => self.after_challenge(now, &id, yes),
            _ if protocol == Protocol::One => self.declined(now, &id, -2005),
            _ => return unknown(),
        };
        match step {
            Step::Declined(_) if session.simple => {
                answer::see_other(&self.back(&id, false, "orderID", true))
            }
            _ if session.simple => answer::see_other(&self.back(&id, true, "orderId", true)),
            step => self.onwards(&id, step),
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
    fn closed(&self, order: &Order) -> Response<Bytes> {
        let good = order.dates.paid.is_some();
        let spelling = if good { "orderId" } else { "orderID" };
        answer::see_other(&self.back(&order.id, good, spelling, true))
    }

    /// The hidden frame of the issuer's method: gives back what it was told.
    fn acs_method(&self, params: &Params) -> Response<Bytes> {
        let data = params.text("threeDSMethodData").unwrap_or_default();
        let members = decoded(data).and_then(|json| parse::json(&json)).unwrap_or_default();
        let member = |name: &str| {
            let found = members.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let action = member("threeDSMethodNotificationURL");
        if !is_web(&action) {
            return unknown();
        }
        let back = crate::json::Object::new()
            .with("threeDSServerTransID", member("threeDSServerTransID"))
            .to_string();
        let fields = [("threeDSMethodData", &*URL_SAFE_NO_PAD.encode(back))];
        pages::forward(&Forward { words: Words::of("en"), action: &action, fields: &fields })
    }

    /// The gateway's own page for the method, for merchants that may use it.
    fn method_page(&self, params: &Params) -> Response<Bytes> {
        let server_id = params.text("threeDSServerTransID").unwrap_or_default();
        if self.order_in_session(server_id).is_none() {
            return unknown();
        }
        let base = &self.base_url;
        let notification = format!("{base}/3dsserver/api/v1/acs/notification");
        let data = crate::json::Object::new()
            .with("threeDSMethodNotificationURL", notification)
            .with("threeDSServerTransID", server_id)
            .to_string();
        let fields = [("threeDSMethodData", &*STANDARD.encode(data))];
        let action = format!("{base}/acs/method");
        pages::forward(&Forward { words: Words::of("en"), action: &action, fields: &fields })
    }

    /// Tells the payer that it is too early for this page.
    fn notice(&self, id: &OrderId, notice: Notice) -> Response<Bytes> {
        let Some(order) = self.orders.get(id) else { return unknown() };
        let link = self.form_url(order);
        page(StatusCode::CONFLICT, &Message::new(words(order), notice, &link))
    }

    /// The order whose payer is at the issuer's page right now.
    fn challenged(&self, acs_id: &str) -> Option<OrderId> {
        let order = self.order_in_session(acs_id)?;
        let session = order.three_ds.as_ref()?;
        let here = session.acs_id == acs_id && session.stage == Stage::Challenged;
        (here && order.status == Status::AcsStarted).then(|| order.id.clone())
    }

    fn visited(&self, params: &Params) -> Option<&Order> {
        let id = params.text("mdOrder").or_else(|| params.text("orderId"))?;
        self.orders.get(&OrderId::from_bank(id))
    }

    fn shop(&self, order: &Order) -> &str {
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
fn unknown() -> Response<Bytes> {
    page(StatusCode::NOT_FOUND, &Message::new(Words::of("en"), Notice::Unknown, ""))
}

fn words(order: &Order) -> &'static Words {
    Words::of(order.language())
}

/// Whether a browser may be sent there: nothing that would run in the page's own name.
fn is_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn amount(order: &Order) -> String {
    pages::amount(Money::new(Minor::new(order.amount), order.currency), words(order))
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
        cvc: cvc.len() != 3 || !cvc.bytes().all(|byte| byte.is_ascii_digit()),
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

fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn acs_id_of(message: &str) -> Option<String> {
    let members = parse::json(&decoded(message)?)?;
    members.into_iter().find(|(name, _)| name == "acsTransID").map(|(_, value)| value)
}

fn acs_id_of_pareq(message: &str) -> Option<String> {
    let text = String::from_utf8(decoded(message)?).ok()?;
    text.strip_prefix("PAReq ").map(str::to_owned)
}
