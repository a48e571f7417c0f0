//! `POST rest/verifyCard.do`: checks a card; its order goes straight to status 3.

use payments_core::{
    card::Expiry,
    id::{OrderId, OrderNumber},
};

use super::{
    Bank, Call,
    order::{Details, Terms},
    pay::{self, Card, Step},
    register::{self, Opening},
};
use crate::{answer::Refusal, cards, json::Object, parse, settings::Merchant, texts};

/// The first number that the gateway gives to an order of its own.
const FIRST_NUMBER: u64 = 12_017;

impl Bank {
    pub(super) fn verify_card(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        if !call.merchant.permissions.card_data {
            return Err(Refusal::access("Access denied: no rights to take card data"));
        }
        let card = card(call)?;
        let id = match call.params.text("threeDSVer2MdOrder") {
            None => self.open_verification(call)?,
            Some(id) => self.verification(call, id)?,
        };
        let step = match call.params.text("threeDSServerTransId").map(str::to_owned) {
            None => self.start(call.now, &id, &card, &call.merchant, Terms::default()),
            Some(server_id) => {
                self.prepared(&id, &server_id)?;
                let back_to = call.params.text("threeDSVer2FinishUrl").map(str::to_owned);
                self.authenticate_payer(call.now, &id, back_to)
            }
        };
        call.delay_ms = self.delay(&id);
        let answer = match step {
            Step::Prepare => self.prepare_answer(call, &id),
            Step::Challenge => self.challenge_answer(call, &id),
            Step::Paid | Step::Declined(_) => Object::new().with("errorCode", call.zero()),
        };
        Ok(self.verified(answer, call, &id))
    }

    /// The order of the first request, for the second one.
    fn verification(&self, call: &Call<'_>, id: &str) -> Result<OrderId, Refusal> {
        let order = self.orders.get(&OrderId::from_bank(id));
        let order = order.filter(|order| order.login == call.merchant.login);
        let order =
            order.ok_or_else(|| Refusal::new(6, "Order not found: [threeDSVer2MdOrder]"))?;
        pay::payable(order)?;
        if order.has_feature("VERIFY") {
            Ok(order.id.clone())
        } else {
            Err(Refusal::value("threeDSVer2MdOrder", "is no verification's order"))
        }
    }

    fn open_verification(&mut self, call: &Call<'_>) -> Result<OrderId, Refusal> {
        let merchant = call.merchant.clone();
        let amount = match call.params.text("amount") {
            None => 0,
            Some(text) => parse::digits(text, 12)
                .ok_or_else(|| Refusal::value("amount", "must be 1 to 12 digits"))?,
        };
        let opening = Opening {
            login: merchant.login.clone(),
            number: self.own_number(&merchant.login),
            amount,
            currency: register::currency(call, &merchant)?,
            two_phase: true,
            details: details(call, &merchant)?,
            expires_at: register::session_ends(call.now, merchant.session_timeout_secs),
            completes_at: None,
            reverses_at: None,
        };
        Ok(self.open_order(call.now, opening))
    }

    /// A number that the merchant has not used.
    fn own_number(&self, login: &str) -> OrderNumber {
        let free = |number: &String| self.order_id(login, number).is_none();
        let numbers = (FIRST_NUMBER..).map(|number| number.to_string());
        let number = numbers.into_iter().find(free).unwrap_or_default();
        OrderNumber::from_bank(number)
    }

    fn verified(&self, answer: Object, call: &Call<'_>, id: &OrderId) -> Object {
        let Some(order) = self.orders.get(id) else { return answer };
        let payment = order.payment.as_ref().filter(|_| order.dates.paid.is_some());
        let proof = payment.and_then(|payment| payment.proof.as_ref());
        let eci = payment.map(|_| proof.map_or("07", |proof| proof.eci.as_str()));
        let eci = eci.filter(|_| call.merchant.permissions.secure_auth_info);
        let language = call.params.text("language");
        let ended = !order.is_payable();
        answer
            .with_if(ended, "errorMessage", texts::translated("Success", language))
            .with("orderId", order.id.as_str())
            .with("orderNumber", order.number.as_str())
            .with_some("rrn", payment.map(|payment| payment.reference.as_str()))
            .with_some("authCode", payment.map(|payment| payment.approval_code.as_str()))
            .with("actionCode", order.action_code)
            .with("actionCodeDescription", texts::action_code(order.action_code))
            .with("time", call.now.get())
            .with_some("eci", eci)
            .with("amount", order.amount)
            .with("currency", order.currency.code())
    }
}

fn card(call: &Call<'_>) -> Result<Card, Refusal> {
    let text = |name: &str| {
        call.params.text(name).ok_or_else(|| Refusal::new(4, format!("[{name}] is empty")))
    };
    let pan = text("pan")?.to_owned();
    if !cards::is_card_number(&pan) {
        return Err(Refusal::value("pan", "is no card number"));
    }
    let three = |cvc: &str| cvc.len() == 3 && cvc.bytes().all(|byte| byte.is_ascii_digit());
    if !call.params.text("cvc").is_none_or(three) {
        return Err(Refusal::value("cvc", "must be three digits"));
    }
    let expiry = Expiry::from_yyyymm(text("expiry")?)
        .map_err(|_| Refusal::value("expiry", "must be a month as YYYYMM"))?;
    let cardholder = call.params.text("cardholderName").unwrap_or_default().to_owned();
    let allowed = |sign: char| sign.is_ascii_alphabetic() || " .-'".contains(sign);
    if !cardholder.chars().all(allowed) {
        let rule = "holds something else than Latin letters, blanks, full stops, hyphens and \
                    apostrophes";
        return Err(Refusal::value("cardholderName", rule));
    }
    Ok(Card { pan, expiry, cardholder })
}

fn details(call: &Call<'_>, merchant: &Merchant) -> Result<Details, Refusal> {
    let text = |name: &str| call.params.text(name).map(str::to_owned);
    if merchant.address_verification && call.params.text("billingPayerData").is_none() {
        return Err(Refusal::new(4, "[billingPayerData] is empty"));
    }
    for name in ["returnUrl", "backUrl", "failUrl"] {
        call.params.text(name).map_or(Ok(()), |url| register::absolute(name, url))?;
    }
    Ok(Details {
        return_url: text("returnUrl").or_else(|| text("backUrl")).unwrap_or_default(),
        fail_url: text("failUrl"),
        description: text("description"),
        language: register::language(call)?,
        features: vec!["VERIFY".into()],
        ..Details::default()
    })
}
