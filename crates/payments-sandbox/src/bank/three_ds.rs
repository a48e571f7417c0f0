//! `POST rest/finish3dsPayment.do`, `rest/finish3dsVer2Payment.do` and `rest/3ds/continue.do`, and
//! the authentication of the payer behind them.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use payments_core::{id::OrderId, time::UnixMillis};

use super::{
    Bank, Call, Order, Status,
    order::{Proof, Protocol, Session, Stage},
    pay::{PROCEEDED, Step},
};
use crate::{
    answer::Refusal,
    cards::{Flow, Verdict},
    json::Object,
};

impl Bank {
    pub(super) fn finish_3ds1(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let pares = call.params.text("paRes").map(str::to_owned);
        let pares = pares.ok_or_else(|| Refusal::new(4, "[paRes] is empty"))?;
        let order = self.order_of(call, Refusal::new(4, "[mdOrder] is empty"))?;
        let id = order.id.clone();
        let session = waiting(order, Protocol::One)?;
        let genuine = pares_of(session) == Some(pares);
        call.delay_ms = self.delay(&id);
        let step = match session.stage {
            Stage::Answered(yes) if genuine => self.after_challenge(call.now, &id, yes),
            _ => self.declined(call.now, &id, -2005),
        };
        Ok(match step {
            Step::Paid => Object::new()
                .with("redirect", self.back(&id, true, "orderId", false))
                .with("errorCode", call.zero()),
            _ => self.finished_answer(call, &id, step, false),
        })
    }

    pub(super) fn finish_3ds2(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let server_id = call.params.text("threeDSServerTransId");
        let server_id =
            server_id.ok_or_else(|| Refusal::new(4, "[threeDSServerTransId] is empty"))?;
        let order = self.order_in_session(server_id);
        let order = order.filter(|order| order.login == call.merchant.login);
        let order = order.ok_or_else(|| Refusal::new(6, "Unknown [threeDSServerTransId]"))?;
        let id = order.id.clone();
        let session = waiting(order, Protocol::Two)?;
        let Stage::Answered(yes) = session.stage else {
            return Err(Refusal::new(5, "The payer's authentication is not finished"));
        };
        call.delay_ms = self.delay(&id);
        let step = self.after_challenge(call.now, &id, yes);
        Ok(match step {
            Step::Paid => Object::new()
                .with("redirect", self.back(&id, true, "orderId", true))
                .with("errorCode", call.zero())
                .with("is3DSVer2", true),
            _ => self.finished_answer(call, &id, step, true),
        })
    }

    pub(super) fn continue_3ds(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let order = self.order_of(call, Refusal::new(4, "[mdOrder] is empty"))?;
        let id = order.id.clone();
        let session = order.three_ds.as_ref();
        let ready = session.is_some_and(|session| session.stage == Stage::Prepared);
        if !ready || !order.is_payable() {
            return Err(Refusal::new(5, "No 3DS2 authentication was begun for this order"));
        }
        let step = self.authenticate_payer(call.now, &id, None);
        call.delay_ms = self.delay(&id);
        Ok(match step {
            Step::Challenge => self.challenge_answer(call, &id),
            _ => self.finished_answer(call, &id, step, true),
        })
    }

    /// Checks that a repeated payment names the authentication that the first answer began.
    pub(super) fn prepared(&self, id: &OrderId, server_id: &str) -> Result<(), Refusal> {
        let session = self.orders.get(id).and_then(|order| order.three_ds.as_ref());
        let same = session.is_some_and(|session| {
            session.protocol == Protocol::Two && session.server_id == server_id
        });
        if same {
            Ok(())
        } else {
            Err(Refusal::value("threeDSServerTransId", "is not the order's"))
        }
    }

    /// The 3DS server asks the issuer, who agrees, refuses or wants to see the payer.
    pub(super) fn authenticate_payer(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        back_to: Option<String>,
    ) -> Step {
        let order = self.orders.get(id);
        let session = order.and_then(|order| order.three_ds.clone());
        let card = order.and_then(|order| order.payment.as_ref()).map(|payment| payment.card);
        let (Some(session), Some(card)) = (session, card) else {
            return self.declined(now, id, -2022);
        };
        match (card.flow, card.verdict) {
            (Flow::Frictionless, Verdict::NotAuthenticated) => self.declined(now, id, -2006),
            (Flow::Frictionless, _) => {
                self.prove(id, false);
                self.settle(now, id)
            }
            _ => {
                let session = Session { stage: Stage::Challenged, back_to, ..session };
                self.start_acs(now, id, session);
                Step::Challenge
            }
        }
    }

    /// The payment goes on once the issuer has said whether it was the payer.
    pub(super) fn after_challenge(&mut self, now: UnixMillis, id: &OrderId, yes: bool) -> Step {
        if yes {
            self.prove(id, true);
            self.settle(now, id)
        } else {
            self.declined(now, id, -2006)
        }
    }

    fn prove(&mut self, id: &OrderId, challenged: bool) {
        let raw = [self.numbers.next(), self.numbers.next(), self.numbers.next()];
        let cavv: Vec<u8> = raw.iter().flat_map(|part| part.to_be_bytes()).take(20).collect();
        let xid = self.numbers.id();
        let Some(order) = self.orders.get_mut(id) else { return };
        let Some(protocol) = order.three_ds.as_ref().map(|session| session.protocol) else {
            return;
        };
        let Some(payment) = &mut order.payment else { return };
        let (kind, callback_kind) = match (protocol, challenged) {
            (Protocol::One, _) => ("1", "THREE_DS1_FULL"),
            (Protocol::Two, true) => ("3", "THREE_DS2_FULL"),
            (Protocol::Two, false) => ("4", "THREE_DS2_FRICTIONLESS"),
        };
        let eci = if payment.scheme == "MASTERCARD" { "02" } else { "05" }.to_owned();
        let cavv = STANDARD.encode(cavv);
        let version = if protocol == Protocol::One { "1.0.2" } else { "2.2.0" }.to_owned();
        payment.proof =
            Some(Proof { protocol, kind, callback_kind, eci, cavv, xid, challenged, version });
    }

    /// Lets a session be found by either of its identifiers.
    pub(super) fn remember(&mut self, session: &Session, id: &OrderId) {
        self.sessions.insert(session.server_id.clone(), id.clone());
        self.sessions.insert(session.acs_id.clone(), id.clone());
    }

    /// The order whose authentication has this identifier now.
    pub(super) fn order_in_session(&self, session_id: &str) -> Option<&Order> {
        self.orders.get(self.sessions.get(session_id)?)
    }

    /// The first answer of 3DS2.
    pub(super) fn prepare_answer(&self, call: &Call<'_>, id: &OrderId) -> Object {
        let order = self.orders.get(id);
        let server_id = order
            .and_then(|order| order.three_ds.as_ref())
            .map_or("", |session| session.server_id.as_str());
        let flow = order.and_then(|order| order.payment.as_ref()).map(|payment| payment.card.flow);
        let base = &self.base_url;
        let gather = format!("/3dsserver/api/v1/client/gather?threeDSServerTransID={server_id}");
        let with_method = flow == Some(Flow::MethodAndChallenge);
        let notification = match call.params.text("threeDSMethodNotificationUrl") {
            Some(url) => url.to_owned(),
            None => {
                format!("{base}/3dsserver/api/v1/acs/notification?threeDSServerTransID={server_id}")
            }
        };
        let method_data = Object::new()
            .with("threeDSMethodNotificationURL", notification)
            .with("threeDSServerTransID", server_id);
        let page = format!("{base}/payment/3dsmethod.do?threeDSServerTransID={server_id}");
        // The sample leaves the scheme out of the server's address.
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
        Object::new()
            .with("errorCode", call.zero())
            .with("is3DSVer2", true)
            .with("threeDSServerTransId", server_id)
            .with_if(with_method, "threeDSMethodURL", format!("{base}/acs/method"))
            .with("threeDSMethodURLServer", format!("{host}{gather}"))
            .with_if(
                with_method,
                "threeDSMethodDataPacked",
                STANDARD.encode(method_data.to_string()),
            )
            .with_if(call.merchant.permissions.method_page, "threeDSMethodURLServerDirect", page)
    }

    /// The answer that sends the payer to the issuer's page.
    pub(super) fn challenge_answer(&self, call: &Call<'_>, id: &OrderId) -> Object {
        let order = self.orders.get(id);
        let Some(session) = order.and_then(|order| order.three_ds.as_ref()) else {
            return Object::new().with("errorCode", call.zero());
        };
        let answer = Object::new().with("info", PROCEEDED).with("errorCode", call.zero());
        match session.protocol {
            Protocol::Two => answer
                .with("acsUrl", format!("{}/acs/creq", self.base_url))
                .with("is3DSVer2", true)
                .with("packedCReq", creq(session)),
            Protocol::One => answer
                .with("acsUrl", format!("{}/acs/pareq", self.base_url))
                .with("paReq", pareq(session))
                .with("termUrl", self.own_term_url(id)),
        }
    }

    /// Where the issuer of a 3DS1 card sends the payer if the gateway itself is to finish.
    pub(super) fn own_term_url(&self, id: &OrderId) -> String {
        let language = self.orders.get(id).map_or("ru", Order::language);
        format!("{}/payment/rest/finish3ds.do?lang={language}", self.base_url)
    }

    /// The answer at the end of a payment, good or bad: bad ones too come with code 0.
    pub(super) fn finished_answer(
        &self,
        call: &Call<'_>,
        id: &OrderId,
        step: Step,
        second_version: bool,
    ) -> Object {
        let Step::Declined(code) = step else {
            return Object::new()
                .with("redirect", self.back(id, true, "orderId", true))
                .with("info", PROCEEDED)
                .with("errorCode", call.zero())
                .with_if(second_version, "is3DSVer2", true);
        };
        let three_ds = (-2099..=-2004).contains(&code);
        let (text, name, kind) = if three_ds {
            ("Error 3-D Secure authorization.", "TDS_UNKNOWN_ARES_STATUS", "MANDATORY_3DSECURE")
        } else {
            let text =
                "Operation declined. Please check the data and available balance of the account.";
            (text, "DATA_INPUT_ERROR", "CLIENT_ERROR")
        };
        Object::new()
            .with("redirect", self.back(id, false, "orderId", true))
            .with("error", text)
            .with("errorCode", call.zero())
            .with("is3DSVer2", second_version)
            .with("errorTypeName", name)
            .with("processingErrorType", kind)
            .with("errorMessage", text)
    }

    /// Where the payer goes at the end: the merchant's own address with what it asked for in it.
    pub(super) fn back(&self, id: &OrderId, good: bool, spelling: &str, with_lang: bool) -> String {
        let Some(order) = self.orders.get(id) else { return String::new() };
        let details = &order.details;
        let address = match (&details.fail_url, good) {
            (Some(fail_url), false) => fail_url,
            _ => &details.return_url,
        };
        // Verifications and charges may name no address: the bank's own stands in for it.
        let base = url::Url::parse(&self.base_url);
        let Ok(mut url) = base.and_then(|base| base.join(address)) else { return String::new() };
        let mut query = url.query_pairs_mut();
        query.append_pair(spelling, id.as_str());
        if with_lang {
            query.append_pair("lang", order.language());
        }
        drop(query);
        url.into()
    }
}

fn waiting(order: &Order, protocol: Protocol) -> Result<&Session, Refusal> {
    order
        .three_ds
        .as_ref()
        .filter(|session| session.protocol == protocol && order.status == Status::AcsStarted)
        .ok_or_else(|| Refusal::new(5, "The order waits for no such authentication"))
}

/// The request that the payer's browser carries to the issuer of a 3DS2 card.
pub(super) fn creq(session: &Session) -> String {
    let message = Object::new()
        .with("threeDSServerTransID", session.server_id.as_str())
        .with("messageType", "CReq")
        .with("messageVersion", "2.2.0")
        .with("acsTransID", session.acs_id.as_str())
        .with("challengeWindowSize", "05");
    URL_SAFE_NO_PAD.encode(message.to_string())
}

/// The issuer's answer that the payer's browser carries back.
pub(super) fn cres(session: &Session) -> String {
    let status = if session.stage == Stage::Answered(true) { "Y" } else { "N" };
    let message = Object::new()
        .with("threeDSServerTransID", session.server_id.as_str())
        .with("acsTransID", session.acs_id.as_str())
        .with("messageType", "CRes")
        .with("messageVersion", "2.2.0")
        .with("transStatus", status);
    URL_SAFE_NO_PAD.encode(message.to_string())
}

/// The request that the payer's browser carries to the issuer of a 3DS1 card.
pub(super) fn pareq(session: &Session) -> String {
    STANDARD.encode(format!("PAReq {}", session.acs_id))
}

/// The answer of the issuer of a 3DS1 card; none while there is none.
///
/// Whoever has it could finish the payment, so that it holds an identifier that nobody was told.
pub(super) fn pares_of(session: &Session) -> Option<String> {
    match session.stage {
        Stage::Answered(yes) => {
            let status = if yes { "Y" } else { "N" };
            Some(
                STANDARD.encode(format!("PARes {} {status} {}", session.acs_id, session.server_id)),
            )
        }
        _ => None,
    }
}
