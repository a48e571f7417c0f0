//! `POST rest/getOrderStatusExtended.do`: reports everything about an order.
//!
//! Which fields there are depends on the version that is set for the merchant.

use super::{
    Bank, Call, Order, cart,
    order::{Payment, Proof, Protocol},
};
use crate::{
    answer::Refusal,
    json::{Json, Object},
    settings::Merchant,
    texts,
};

impl Bank {
    pub(super) fn status(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let missing = Refusal::new(1, "[orderId] or [orderNumber] is expected");
        let order = self.order_of(call, missing)?;
        let language = call.params.text("language");
        let success = texts::translated("Success", language);
        let head = Object::new().with("errorCode", call.zero()).with("errorMessage", success);
        Ok(self.report(head, order, &call.merchant))
    }

    /// A report behind its head.
    pub(super) fn report(&self, head: Object, order: &Order, merchant: &Merchant) -> Object {
        let report = dates(core(head, order), order, merchant);
        let report = report.with_some("bindingInfo", self.binding_info(order, merchant));
        let report = payment(payer(report, order, merchant), order, merchant);
        match self.sbp.paid(&order.id) {
            Some(sbp) => sbp.report(report, merchant),
            None => report,
        }
    }
}

impl Bank {
    /// The customer, and the credential that was charged or made.
    fn binding_info(&self, order: &Order, merchant: &Merchant) -> Option<Object> {
        let used = order.payment.as_ref().and_then(|payment| payment.binding.as_deref());
        let used = used.or_else(|| self.sbp.paid(&order.id)?.binding.as_deref());
        let used = used.filter(|_| merchant.permissions.stored_credentials);
        let known = used.and_then(|id| self.bindings.find(&order.login, id));
        let info = Object::new()
            .with_some("clientId", order.details.client_id.clone())
            .with_some("bindingId", used);
        let external = known.map(|binding| binding.external);
        let paid = order.payment.as_ref().filter(|_| known.is_some() && order.dates.paid.is_some());
        let since = Since(merchant);
        let at = order.dates.paid.filter(|_| paid.is_some()).map(|at| at.get());
        let info = since.add(info, 2, "authDateTime", at);
        let info = since.add(info, 2, "authRefNum", paid.map(|paid| paid.reference.clone()));
        let info = since.add(info, 2, "terminalId", paid.map(|_| texts::TERMINAL));
        let info = since.add(info, 20, "externalCreated", external);
        Some(info).filter(|info| !info.is_empty())
    }
}

/// Adds fields from a version on.
struct Since<'a>(&'a Merchant);

impl Since<'_> {
    fn add<T: Into<Json>>(
        &self,
        report: Object,
        version: u8,
        name: &'static str,
        value: Option<T>,
    ) -> Object {
        report.with_some(name, value.filter(|_| self.0.status_version >= version))
    }
}

fn core(head: Object, order: &Order) -> Object {
    let attribute = pair("mdOrder", order.id.as_str());
    let params = order.details.params.iter().map(|(name, value)| pair(name, value)).collect();
    head.with("orderNumber", order.number.as_str())
        .with("orderStatus", order.status.number())
        .with("actionCode", order.action_code)
        .with("actionCodeDescription", texts::action_code(order.action_code))
        .with("amount", order.amount)
        .with("currency", order.currency.code())
        .with("date", order.registered_at.get())
        .with("orderDescription", order.details.description.clone().unwrap_or_default())
        .with("ip", order.details.ip.clone().unwrap_or_default())
        .with("merchantOrderParams", Json::Array(params))
        .with("attributes", vec![attribute])
}

fn pair(name: &str, value: &str) -> Json {
    Object::new().with("name", name).with("value", value).into()
}

fn dates(report: Object, order: &Order, merchant: &Merchant) -> Object {
    let since = Since(merchant);
    let millis = |at: Option<payments_core::time::UnixMillis>| at.map(|at| at.get());
    let report = since.add(report, 10, "depositedDate", millis(order.dates.deposited));
    let report = since.add(report, 12, "reversedDate", millis(order.dates.reversed));
    since.add(report, 12, "refundedDate", millis(order.dates.refunded))
}

fn payer(report: Object, order: &Order, merchant: &Merchant) -> Object {
    let since = Since(merchant);
    let details = &order.details;
    let payer = Object::new()
        .with_some("email", details.email.clone())
        .with_some("phone", details.mobile.clone())
        .with_some("postAddress", details.post_address.clone());
    let payer = Some(payer).filter(|payer| !payer.is_empty());
    let report = since.add(report, 1, "orderBundle", cart::shown(order, merchant.status_version));
    since.add(report, 13, "payerData", payer)
}

fn payment(report: Object, order: &Order, merchant: &Merchant) -> Object {
    let since = Since(merchant);
    let paid = order.payment.as_ref().filter(|_| order.dates.paid.is_some());
    let tried = order.payment.as_ref();
    let at = order.dates.paid.map(|at| at.get());
    let report =
        report.with_some("cardAuthInfo", tried.map(|card| card_info(card, order, merchant)));
    let report = since.add(report, 2, "authDateTime", at);
    let report = since.add(report, 2, "terminalId", Some(texts::TERMINAL));
    let report = since.add(report, 27, "authRefNum", paid.map(|paid| paid.reference.clone()));
    let report = since.add(report, 3, "paymentAmountInfo", Some(amounts(order, merchant)));
    let bank = Object::new().with("bankCountryCode", "UNKNOWN").with("bankCountryName", "Unknown");
    let report = since.add(report, 3, "bankInfo", Some(bank));
    let refunds = Some(refunds(order, merchant)).filter(|refunds| !refunds.is_empty());
    let report = since.add(report, 5, "refunds", refunds);
    let report = since.add(report, 6, "chargeback", Some(order.charged_back > 0));
    let report = since.add(report, 9, "paymentWay", tried.map(Payment::way));
    let report = since.add(report, 14, "transactionAttributes", Some(Json::Array(Vec::new())));
    let report =
        since.add(report, 16, "feUtrnno", paid.map(|paid| format!("700{}", paid.reference)));
    let avs = order.details.avs_code.filter(|_| paid.is_some());
    let report = since.add(report, 19, "avsCode", avs);
    let report = since.add(report, 33, "displayErrorMessage", texts::for_payer(order.action_code));
    let report = since.add(report, 37, "tii", tried.and_then(|tried| tried.terms.tii.clone()));
    let exemption = tried.and_then(|tried| tried.terms.sca_exemption.clone());
    since.add(report, 37, "usedPsdIndicatorValue", exemption)
}

fn amounts(order: &Order, merchant: &Merchant) -> Object {
    let amounts = Object::new()
        .with("paymentState", order.status.payment_state())
        .with("approvedAmount", order.approved)
        .with("depositedAmount", order.deposited)
        .with("refundedAmount", order.refunded);
    Since(merchant).add(amounts, 18, "totalAmount", Some(order.amount + order.details.fee))
}

fn card_info(card: &Payment, order: &Order, merchant: &Merchant) -> Object {
    let since = Since(merchant);
    let info = Object::new()
        .with("maskedPan", card.masked_pan.as_str())
        .with("expiration", card.expiry.as_str())
        .with("cardholderName", card.cardholder.as_str())
        .with_some("approvalCode", order.dates.paid.map(|_| card.approval_code.clone()))
        .with("pan", card.masked_pan.as_str());
    let info = since.add(info, 8, "paymentSystem", Some(card.scheme));
    let info = since.add(info, 8, "product", Some(""));
    let info = since.add(info, 17, "productCategory", Some(""));
    let info = since.add(info, 35, "corporateCard", Some("false"));
    let shown = order.dates.paid.is_some() && merchant.permissions.secure_auth_info;
    info.with_some("secureAuthInfo", shown.then(|| secure_info(card.proof.as_ref(), merchant)))
}

fn secure_info(proof: Option<&Proof>, merchant: &Merchant) -> Object {
    let since = Since(merchant);
    let Some(proof) = proof else {
        let info = Object::new().with("eci", "07");
        return info.with_if(merchant.status_version <= 42, "authTypeIndicator", "0");
    };
    let threeds = Object::new().with("cavv", proof.cavv.as_str()).with("xid", proof.xid.as_str());
    let info = Object::new()
        .with("eci", proof.eci.as_str())
        .with_if(merchant.status_version <= 42, "authTypeIndicator", proof.kind)
        .with("threeDSInfo", threeds);
    if proof.protocol == Protocol::One {
        let info = since.add(info, 7, "paResStatus", Some("Y"));
        return since.add(info, 7, "veResStatus", Some("Y"));
    }
    let info = since.add(info, 30, "threeDSProtocolVersion", Some(proof.version.as_str()));
    let info = since.add(info, 30, "rreqTransStatus", proof.challenged.then_some("Y"));
    let asked = if proof.challenged { "C" } else { "Y" };
    since.add(info, 30, "aresTransStatus", Some(asked))
}

fn refunds(order: &Order, merchant: &Merchant) -> Vec<Json> {
    let since = Since(merchant);
    let approval = order.payment.as_ref().map(|payment| payment.approval_code.as_str());
    let refunds = order.refunds.iter().map(|refund| {
        let entry = Object::new().with("date", refund.at.get().to_string());
        let entry = since.add(entry, 21, "externalRefundId", refund.key.clone());
        let entry = since.add(entry, 26, "approvalCode", approval);
        entry
            .with("actionCode", "0")
            .with("referenceNumber", refund.reference.as_str())
            .with("amount", refund.amount)
            .into()
    });
    refunds.collect()
}
