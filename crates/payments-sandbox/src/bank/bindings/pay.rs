//! `POST rest/paymentOrderBinding.do`: pays an order with a stored card.

use payments_core::id::OrderId;

use super::Unusable;
use crate::{
    answer::Refusal,
    bank::{
        Bank, Call, Order,
        order::Terms,
        pay::{self, Step},
        se_token::{self, Contents},
    },
    json::Object,
    texts,
};

impl Bank {
    pub(in crate::bank) fn payment_order_binding(
        &mut self,
        call: &mut Call<'_>,
    ) -> Result<Object, Refusal> {
        super::allowed(&call.merchant)?;
        let order = self.order_to_charge(call)?;
        let id = order.id.clone();
        let by_merchant = by_merchant(call, order)?;
        let named = named(call, order)?;
        let binding = self.binding_of_order(call, order, &named.binding)?;
        code(call, by_merchant || named.with_code)?;
        let text = |name: &str| call.params.text(name).map(str::to_owned);
        let terms = Terms {
            tii: text("tii"),
            sca_exemption: text("externalScaExemptionIndicator"),
            binding: Some(binding.clone()),
            without_3ds: pay::exempt(call)?
                || by_merchant
                || call.merchant.permissions.binding_without_3ds,
            only_try: false,
            proof: None,
            forget_card: false,
            wallet: None,
        };
        let server_id = text("threeDSServerTransId");
        let step = match &server_id {
            None => self.charge_binding(call.now, &id, &call.merchant, terms),
            Some(server_id) => {
                self.prepared(&id, server_id)?;
                self.begun_with(&id, &binding)?;
                self.authenticate_payer(call.now, &id, text("threeDSVer2FinishUrl"))
            }
        };
        call.delay_ms = self.delay(&id);
        let answer = match step {
            Step::Prepare => self.prepare_answer(call, &id),
            Step::Challenge => self.challenge_answer(call, &id),
            Step::Paid if server_id.is_none() => self.paid_answer(call, &id),
            Step::Paid => self.finished_answer(call, &id, step, true),
            Step::Declined(code) => self
                .finished_answer(call, &id, step, server_id.is_some())
                .with_some("displayErrorMessage", texts::for_payer(code)),
        };
        Ok(answer.with("bindingId", binding))
    }

    /// Refuses to go on with another credential than the payment was begun with.
    fn begun_with(&self, id: &OrderId, binding: &str) -> Result<(), Refusal> {
        let payment = self.orders.get(id).and_then(|order| order.payment.as_ref());
        match payment.and_then(|payment| payment.binding.as_deref()) {
            Some(begun) if begun == binding => Ok(()),
            _ => Err(Refusal::value("bindingId", "is not the one that the payment began with")),
        }
    }

    /// The order, which must be payable.
    fn order_to_charge(&self, call: &Call<'_>) -> Result<&Order, Refusal> {
        let id = mandatory(call, "mdOrder")?;
        let order = self.orders.get(&OrderId::from_bank(id));
        let order = order.filter(|order| order.login == call.merchant.login);
        let order = order.ok_or_else(|| Refusal::new(2, "Order not found"))?;
        pay::payable(order).map_err(|refusal| Refusal::new(2, refusal.text))?;
        if order.details.client_id.is_none() {
            return Err(Refusal::value("clientId", "is empty"));
        }
        if call.merchant.client_notifications
            && order.details.email.is_none()
            && call.params.text("email").is_none()
        {
            return Err(Refusal::new(1, "[email] is empty"));
        }
        Ok(order)
    }

    /// The credential, which must be the order's customer's.
    fn binding_of_order(
        &self,
        call: &Call<'_>,
        order: &Order,
        id: &str,
    ) -> Result<String, Refusal> {
        let refuse = |why: Unusable| Refusal::new(2, why.text());
        let login = &call.merchant.login;
        let binding = self.usable_binding(call.now, login, id).map_err(refuse)?;
        if order.details.client_id.as_ref() != Some(&binding.client) {
            return Err(Refusal::new(2, "Binding not found: it is another client's"));
        }
        if order.details.binding_id.as_ref().is_some_and(|only| only != id) {
            return Err(Refusal::value("bindingId", "is not the one that the order was made for"));
        }
        Ok(binding.id.clone())
    }
}

/// Whether the merchant starts the payment (`tii` U) and not the customer (F).
fn by_merchant(call: &Call<'_>, order: &Order) -> Result<bool, Refusal> {
    match mandatory(call, "tii")? {
        "F" => Ok(false),
        "U" if order.two_phase => Err(Refusal::value("tii", "U is for one-phase payments only")),
        "U" => Ok(true),
        _ => Err(Refusal::value("tii", "must be F or U")),
    }
}

/// The credential that a call names, in plain or encrypted.
struct Named {
    binding: String,
    /// Whether the card's code came with it.
    with_code: bool,
}

fn named(call: &Call<'_>, order: &Order) -> Result<Named, Refusal> {
    let Some(token) = call.params.text("seToken") else {
        return Ok(Named { binding: mandatory(call, "bindingId")?.to_owned(), with_code: false });
    };
    let Contents::Stored { binding, with_code } = se_token::opened(token, call.now, &order.id)?
    else {
        return Err(Refusal::value("seToken", "holds a new card: use paymentorder"));
    };
    match call.params.text("bindingId") {
        Some(plain) if plain != binding => {
            Err(Refusal::value("bindingId", "is not the one in [seToken]"))
        }
        _ => Ok(Named { binding, with_code }),
    }
}

/// The card's code: asked of the customer unless a right lifts it, never of the merchant.
fn code(call: &Call<'_>, not_needed: bool) -> Result<(), Refusal> {
    match call.params.text("cvc") {
        _ if not_needed => Ok(()),
        None if call.merchant.permissions.binding_without_cvc => Ok(()),
        None => Err(Refusal::new(1, "[cvc] is empty")),
        Some(code) if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        Some(_) => Err(Refusal::value("cvc", "must be three digits")),
    }
}

fn mandatory<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a str, Refusal> {
    call.params.text(name).ok_or_else(|| Refusal::new(1, format!("[{name}] is empty")))
}
