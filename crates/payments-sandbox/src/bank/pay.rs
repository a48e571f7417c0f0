//! `POST rest/paymentorder.do`: pays an order with card data that the merchant took.
//!
//! The payment page pays through the same steps.

use std::str::FromStr as _;

use payments_core::{Secret, card::Expiry, id::OrderId, time::UnixMillis};

use super::{
    Bank, Call, Order, Status,
    bindings::only::any_card,
    order::{Payment, Protocol, Session, Stage, Terms},
    own_three_ds::{self, Found},
    se_token::{self, Contents},
};
use crate::{
    answer::Refusal,
    cards::{self, Behaviour, Flow, Verdict},
    json::Object,
    parse,
    settings::Merchant,
};

/// What `info` says of a call that succeeded.
pub(super) const PROCEEDED: &str = "Your order is proceeded, redirecting...";

/// A card as it was typed. Lives only while it is being charged.
pub(crate) struct Card {
    pub(crate) pan: String,
    pub(crate) expiry: Expiry,
    pub(crate) cardholder: String,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The money is held or debited.
    Paid,
    /// Declined, with this action code.
    Declined(i64),
    /// 3DS2: the browser is looked at first, then the payment is repeated.
    Prepare,
    /// The payer must go to the issuer's page.
    Challenge,
}

impl Bank {
    pub(super) fn payment_order(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let by_sbp = ["sbpSubscriptionToken", "sbpMemberId"];
        if by_sbp.iter().any(|name| call.params.text(name).is_some()) {
            return self.pay_by_subscription(call);
        }
        if !call.merchant.permissions.card_data {
            return Err(Refusal::access("Access denied: no rights to take card data"));
        }
        let order = self.order_of(call, Refusal::new(4, "[MDORDER] is empty"))?;
        payable(order)?;
        any_card(order)?;
        if call.merchant.client_notifications
            && order.details.email.is_none()
            && call.params.text("email").is_none()
        {
            return Err(Refusal::new(4, "[email] is empty"));
        }
        let id = order.id.clone();
        let mut terms = terms(call, order)?;
        let card = card(call, &id)?;
        contact(call, order, &card)?;
        let found = own_three_ds::found(call)?;
        let server_id = call.params.text("threeDSServerTransId").map(str::to_owned);
        let step = match (&server_id, found) {
            (_, Some(Found::Declined(code))) => self.declined(call.now, &id, code),
            (_, Some(found)) => {
                terms.without_3ds = true;
                terms.proof = match found {
                    Found::Proof(proof) => Some(*proof),
                    Found::Nothing | Found::Declined(_) => None,
                };
                self.start(call.now, &id, &card, &call.merchant, terms)
            }
            (None, None) => self.start(call.now, &id, &card, &call.merchant, terms),
            (Some(server_id), None) => {
                self.prepared(&id, server_id)?;
                let back_to = call.params.text("threeDSVer2FinishUrl").map(str::to_owned);
                self.authenticate_payer(call.now, &id, back_to)
            }
        };
        call.delay_ms = self.delay(&id);
        Ok(match step {
            Step::Prepare => self.prepare_answer(call, &id),
            Step::Challenge => self.challenge_answer(call, &id),
            Step::Paid if server_id.is_none() => self.paid_answer(call, &id),
            Step::Paid | Step::Declined(_) => self.finished_answer(call, &id, step, true),
        })
    }

    /// Begins a payment: charges a card without 3-D Secure, or prepares an authentication.
    pub(super) fn start(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        card: &Card,
        merchant: &Merchant,
        terms: Terms,
    ) -> Step {
        let reference = self.numbers.digits(12);
        let approval_code = self.numbers.digits(6);
        let (server_id, acs_id) = (self.numbers.id(), self.numbers.id());
        let known = cards::find(&card.pan);
        let behaviour = known.unwrap_or(Behaviour {
            flow: Flow::Plain,
            verdict: Verdict::Declined(53),
            delay_ms: 0,
        });
        let Some(order) = self.orders.get_mut(id) else { return Step::Declined(-3003) };
        let plain =
            !merchant.permissions.three_ds || terms.without_3ds || order.has_feature("FORCE_SSL");
        order.payment = Some(Payment {
            masked_pan: cards::masked(&card.pan),
            scheme: cards::scheme(&card.pan),
            expiry: card.expiry.yyyymm(),
            cardholder: card.cardholder.clone(),
            card: behaviour,
            reference,
            approval_code,
            proof: terms.proof.clone(),
            binding: terms.binding.clone(),
            terms,
            pan: Secret::new(card.pan.as_str()),
        });
        if is_past(card.expiry, now) {
            return self.declined(now, id, 101);
        }
        let forced = order.has_feature("FORCE_TDS") || order.has_feature("FORCE_FULL_TDS");
        let session = |protocol| Session {
            protocol,
            server_id,
            acs_id,
            stage: Stage::Prepared,
            back_to: None,
            data: None,
            hosted: false,
            wrong: 0,
            simple: false,
        };
        match behaviour.flow {
            _ if plain => self.settle(now, id),
            Flow::Plain if forced && known.is_some() => self.declined(now, id, -2022),
            Flow::Plain => self.settle(now, id),
            Flow::ThreeDs1 => {
                let session = Session { stage: Stage::Challenged, ..session(Protocol::One) };
                self.remember(&session, id);
                self.start_acs(now, id, session);
                Step::Challenge
            }
            Flow::Frictionless | Flow::Challenge | Flow::MethodAndChallenge => {
                let session = session(Protocol::Two);
                self.remember(&session, id);
                if let Some(order) = self.orders.get_mut(id) {
                    order.three_ds = Some(session);
                }
                Step::Prepare
            }
        }
    }

    /// Asks the processing centre for the money.
    pub(super) fn settle(&mut self, now: UnixMillis, id: &OrderId) -> Step {
        let payment = self.orders.get(id).and_then(|order| order.payment.as_ref());
        match payment.map(|payment| payment.card.verdict) {
            Some(Verdict::Approved | Verdict::NotAuthenticated) => {
                self.approve(now, id);
                self.keep_card(now, id);
                Step::Paid
            }
            Some(Verdict::Declined(code)) => self.declined(now, id, code),
            None => self.declined(now, id, -3003),
        }
    }

    pub(super) fn declined(&mut self, now: UnixMillis, id: &OrderId, code: i64) -> Step {
        self.decline_attempt(now, id, code);
        Step::Declined(code)
    }

    pub(super) fn delay(&self, id: &OrderId) -> u64 {
        let payment = self.orders.get(id).and_then(|order| order.payment.as_ref());
        payment.map_or(0, |payment| payment.card.delay_ms)
    }

    /// The answer to a payment without 3-D Secure.
    pub(super) fn paid_answer(&self, call: &Call<'_>, id: &OrderId) -> Object {
        Object::new()
            .with("redirect", self.finish_page(id))
            .with("info", PROCEEDED)
            .with("errorCode", call.zero())
    }

    /// The gateway's own page at the end of a payment.
    pub(super) fn finish_page(&self, id: &OrderId) -> String {
        let language = self.orders.get(id).map_or("ru", Order::language);
        format!("{}/payment/merchants/temp/finish.html?orderId={id}&lang={language}", self.base_url)
    }
}

/// Refuses an order that cannot be paid any more.
pub(super) fn payable(order: &Order) -> Result<(), Refusal> {
    match order.status {
        Status::Registered | Status::AcsStarted => Ok(()),
        Status::Declined => Err(Refusal::new(5, "The order was declined or has expired")),
        _ => Err(Refusal::new(5, "The order is already paid")),
    }
}

fn terms(call: &Call<'_>, order: &Order) -> Result<Terms, Refusal> {
    let text = |name: &str| call.params.text(name).map(str::to_owned);
    Ok(Terms {
        without_3ds: by_merchant(call, order)? | exempt(call)?,
        tii: text("tii"),
        sca_exemption: text("externalScaExemptionIndicator"),
        forget_card: text("bindingNotNeeded").is_some_and(|not| not.eq_ignore_ascii_case("true")),
        ..Terms::default()
    })
}

/// Whether an exemption from strong authentication is asked for that spares the payer the question.
pub(super) fn exempt(call: &Call<'_>) -> Result<bool, Refusal> {
    let merchant = &call.merchant;
    match call.params.text("externalScaExemptionIndicator") {
        None => Ok(false),
        Some(_) if !merchant.permissions.sca_exemption => {
            Err(Refusal::access("Access denied: no rights to ask for an SCA exemption"))
        }
        Some(_) => Ok(merchant.exemption_forces_ssl),
    }
}

/// Whether the merchant starts the payment (`tii` U, R or I): the payer is not there to be asked.
fn by_merchant(call: &Call<'_>, order: &Order) -> Result<bool, Refusal> {
    match call.params.text("tii") {
        None | Some("CI" | "F" | "RI" | "II") => Ok(false),
        Some("U" | "R" | "I") if order.two_phase => {
            Err(Refusal::value("tii", "U, R and I are for one-phase payments only"))
        }
        Some("U" | "R" | "I") => Ok(true),
        Some(_) => Err(Refusal::value("tii", "must be CI, F, U, RI, R, II or I")),
    }
}

/// Visa asks for the cardholder's e-mail or phone, with the order or with the payment, where the
/// payer is authenticated.
fn contact(call: &Call<'_>, order: &Order, card: &Card) -> Result<(), Refusal> {
    let merchant = &call.merchant;
    if !merchant.visa_contact || cards::scheme(&card.pan) != "VISA" {
        return Ok(());
    }
    let asked = merchant.permissions.three_ds
        && !matches!(cards::find(&card.pan), Some(Behaviour { flow: Flow::Plain, .. }));
    let phone = has_phone(call) || order.details.phone;
    let email = call.params.text("email").is_some() || order.details.email.is_some();
    match asked && !phone && !email {
        true => Err(Refusal::new(4, "[email] and [orderPayerData.mobilePhone] are empty")),
        false => Ok(()),
    }
}

fn card(call: &Call<'_>, order: &OrderId) -> Result<Card, Refusal> {
    let text = |name: &str| {
        call.params.text(name).ok_or_else(|| Refusal::new(4, format!("[{name}] is empty")))
    };
    if let Some(token) = call.params.text("seToken") {
        let Contents::Card { pan, expiry } = se_token::opened(token, call.now, order)? else {
            return Err(Refusal::value("seToken", "holds a stored card: use paymentOrderBinding"));
        };
        return Ok(Card { pan, expiry, cardholder: text("TEXT")?.to_owned() });
    }
    let pan = text("$PAN")?.to_owned();
    if !cards::is_card_number(&pan) {
        return Err(Refusal::value("$PAN", "is no card number"));
    }
    let cvc = text("$CVC")?;
    if cvc.len() != 3 || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::value("$CVC", "must be three digits"));
    }
    let expiry = match call.params.text("$EXPIRY") {
        Some(expiry) => Expiry::from_yyyymm(expiry),
        None => Expiry::from_yyyymm(&format!("{}{:0>2}", text("YYYY")?, text("MM")?)),
    };
    let expiry = expiry.map_err(|_| Refusal::value("$EXPIRY", "must be a month as YYYYMM"))?;
    Ok(Card { pan, expiry, cardholder: text("TEXT")?.to_owned() })
}

/// Whether a call names a phone of the payer.
pub(super) fn has_phone(call: &Call<'_>) -> bool {
    call.params.text("orderPayerData").and_then(parse::inner).is_some_and(|data| {
        let phones = ["mobilePhone", "homePhone", "workPhone"];
        data.iter().any(|(name, value)| phones.contains(&name.as_str()) && !value.is_empty())
    })
}

/// Whether the month after which a card is invalid is over.
pub(super) fn is_past(expiry: Expiry, now: UnixMillis) -> bool {
    let (year, month) = match expiry.month() {
        12 => (expiry.year() + 1, 1),
        month => (expiry.year(), month + 1),
    };
    let next_month = format!("{year:04}-{month:02}-01T00:00:00");
    payments_core::time::LocalDateTime::from_str(&next_month)
        .is_ok_and(|next_month| next_month.from_moscow() <= now)
}
