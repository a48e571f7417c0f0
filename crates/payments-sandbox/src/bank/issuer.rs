//! The issuer's pages, and the payer's way there and back.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::{id::OrderId, time::UnixMillis};

use super::{
    Bank, Order, Status,
    order::{Protocol, Session, Stage},
    page::{amount, is_web, unknown, words},
    pay::Step,
    three_ds,
};
use crate::{
    answer, cards,
    json::Object,
    pages::{self, Challenge, Forward, Notice, Words, page},
    parse::{self, Params},
};

/// How many wrong codes the issuer takes before it says no.
const WRONG_CODES: u32 = 3;

impl Bank {
    pub(super) fn to_issuer(&self, order: &Order) -> Response<Bytes> {
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
    pub(super) fn acs_redirect(&mut self, params: &Params) -> Response<Bytes> {
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
    pub(super) fn acs_page(&mut self, params: &Params) -> Response<Bytes> {
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
                action: &self.place("/acs/challenge"),
                acs_trans_id: &session.acs_id,
                error,
                code: cards::ACS_CODE,
            },
        )
    }

    pub(super) fn acs_challenge(&mut self, params: &Params) -> Response<Bytes> {
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
    pub(super) fn own_finish(
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

    /// The hidden frame of the issuer's method: gives back what it was told.
    pub(super) fn acs_method(&self, params: &Params) -> Response<Bytes> {
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
        let back =
            Object::new().with("threeDSServerTransID", member("threeDSServerTransID")).to_string();
        let fields = [("threeDSMethodData", &*URL_SAFE_NO_PAD.encode(back))];
        pages::forward(&Forward { words: Words::of("en"), action: &action, fields: &fields })
    }

    /// The gateway's own page for the method, for merchants that may use it.
    pub(super) fn method_page(&self, params: &Params) -> Response<Bytes> {
        let server_id = params.text("threeDSServerTransID").unwrap_or_default();
        if self.order_in_session(server_id).is_none() {
            return unknown();
        }
        let base = &self.base_url;
        let notification = format!("{base}/3dsserver/api/v1/acs/notification");
        let data = Object::new()
            .with("threeDSMethodNotificationURL", notification)
            .with("threeDSServerTransID", server_id)
            .to_string();
        let fields = [("threeDSMethodData", &*STANDARD.encode(data))];
        let action = format!("{base}/acs/method");
        pages::forward(&Forward { words: Words::of("en"), action: &action, fields: &fields })
    }

    /// The order whose payer is at the issuer's page right now.
    fn challenged(&self, acs_id: &str) -> Option<OrderId> {
        let order = self.order_in_session(acs_id)?;
        let session = order.three_ds.as_ref()?;
        let here = session.acs_id == acs_id && session.stage == Stage::Challenged;
        (here && order.status == Status::AcsStarted).then(|| order.id.clone())
    }
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
