//! What callbacks say, and how they prove that they are the gateway's.

use std::sync::LazyLock;

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{Method, Request, header};
use payments_core::{
    canonical::callback::CallbackText,
    id::OrderId,
    money::{Minor, Money},
    time::UnixMillis,
};
use payments_sign::{HmacKey, PrivateKey, RsaSigner, Signer as _};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use super::{Bank, Order, Status, order::Payment, sbp::Paid};
use crate::{
    settings::{CallbackMethod, Callbacks, Checksum, Merchant},
    texts,
};

/// The gateway's private key. Made for the sandbox and published with it: worth nothing elsewhere.
const PRIVATE_KEY: &[u8] = include_bytes!("../../keys/callback.pk8");

/// Reading the key costs more than signing once with it.
static SIGNER: LazyLock<Option<RsaSigner>> =
    LazyLock::new(|| PrivateKey::from_der(PRIVATE_KEY).ok().map(RsaSigner::sha512));

/// What happened, as `operation` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Approved,
    Deposited,
    Reversed,
    Refunded,
    DeclinedByTimeout,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Deposited => "deposited",
            Self::Reversed => "reversed",
            Self::Refunded => "refunded",
            Self::DeclinedByTimeout => "declinedByTimeout",
        }
    }
}

/// One event, with the amount that moved.
struct Event<'a> {
    now: UnixMillis,
    operation: Operation,
    success: bool,
    amount: u64,
    key: Option<String>,
    order: &'a Order,
    /// How the order was paid, if by SBP.
    sbp: Option<&'a Paid>,
    merchant: &'a Merchant,
}

impl Bank {
    /// Tells the merchant what happened to an order.
    pub(super) fn notify(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        operation: Operation,
        success: bool,
    ) {
        self.notify_of(now, id, operation, success, 0, None);
    }

    /// Tells the merchant what happened, and how much moved by which refund.
    pub(super) fn notify_of(
        &mut self,
        now: UnixMillis,
        id: &OrderId,
        operation: Operation,
        success: bool,
        amount: u64,
        key: Option<String>,
    ) {
        let Some(order) = self.orders.get(id) else { return };
        let merchant = self.merchants.iter().find(|merchant| merchant.login == order.login);
        let Some(merchant) = merchant else { return };
        let callbacks = &merchant.callbacks;
        let address = order.details.callback_url.as_ref().or(callbacks.url.as_ref());
        let Some(address) = address else { return };
        let sbp = self.sbp.paid(id);
        let event = Event { now, operation, success, amount, key, order, sbp, merchant };
        let Some(request) = request(address, callbacks, parameters(&event)) else { return };
        let fault = self.faults.take_callback();
        self.notices.send(now, request, fault);
    }
}

fn parameters(event: &Event<'_>) -> Vec<(String, String)> {
    let order = event.order;
    let basic = [
        ("mdOrder", order.id.to_string()),
        ("orderNumber", order.number.to_string()),
        ("operation", event.operation.name().to_owned()),
        ("status", if event.success { "1" } else { "0" }.to_owned()),
    ];
    let mut parameters: Vec<(String, String)> =
        basic.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for name in &event.merchant.callbacks.additional {
        let taken = parameters.iter().any(|(known, _)| known == name);
        if let (Some(value), false) = (additional(event, name), taken) {
            parameters.push((name.clone(), value));
        }
    }
    parameters
}

/// The value of an additional parameter; none if the event has none, or the name is not known here.
fn additional(event: &Event<'_>, name: &str) -> Option<String> {
    let order = event.order;
    let payment = order.payment.as_ref();
    let refund = event.operation == Operation::Refunded;
    let reversal = event.operation == Operation::Reversed;
    let moved = || Some(event.amount.to_string());
    let money = |amount| Some(Money::new(Minor::new(amount), order.currency).to_string());
    let date = |at: Option<UnixMillis>| at.map(day_and_time);
    match name {
        "callbackCreationDate" => Some(java_date(event.now)),
        "amount" | "paymentAmount" => Some(order.amount.to_string()),
        "amountFormatted" => money(order.amount),
        "totalAmountFormatted" => money(order.amount + order.details.fee),
        "approvedAmount" => Some(order.approved.to_string()),
        "approvedAmountFormatted" => money(order.approved),
        "depositedAmount" => Some(order.deposited.to_string()),
        "depositedAmountFormatted" => money(order.deposited),
        "depositedTotalAmountFormatted" => {
            money(order.deposited + order.refunded + order.details.fee)
        }
        "refundedAmount" => Some(order.refunded.to_string()),
        "refundedAmountFormatted" => money(order.refunded),
        "feeAmount" => Some(order.details.fee.to_string()),
        "operationRefundedAmount" if refund => moved(),
        "operationRefundedAmountFormatted" | "currentRefundAmountFormatted" if refund => {
            money(event.amount)
        }
        "currentReverseAmountFormatted" if reversal => money(event.amount),
        "externalRefundId" if refund => event.key.clone(),
        "currency" => Some(order.currency.to_string()),
        "currencyName" => order.currency.alpha().map(str::to_owned),
        "depositFlag" => Some(if order.two_phase { "2" } else { "1" }.into()),
        "mdorder" => Some(order.id.to_string()),
        "merchantLogin" => Some(event.merchant.login.clone()),
        "merchantFullName" => Some(event.merchant.full_name.clone()),
        "orderDescription" => order.details.description.clone(),
        "clientId" => order.details.client_id.clone(),
        "ip" => order.details.ip.clone(),
        "actionCode" => Some(order.action_code.to_string()),
        "actionCodeDescription" => Some(texts::action_code(order.action_code).into()),
        "paymentState" => Some(payment_state(order).into()),
        "paymentWay" if event.sbp.is_some() => event.sbp.map(|sbp| sbp.way.into()),
        "bindingId" => event.sbp.and_then(|sbp| sbp.binding.clone()),
        "paymentRefNum" | "refNum" | "refnum" if event.sbp.is_some() => {
            event.sbp.map(|sbp| sbp.reference.clone())
        }
        "paymentWay" => Some(payment.map_or("CARD", Payment::way).into()),
        "date" => date(Some(order.registered_at)),
        "sessionExpiredDate" => date(Some(order.expires_at)),
        "paymentDate" => date(order.dates.paid),
        "depositedDate" => date(order.dates.deposited),
        "reversedDate" => date(order.dates.reversed),
        "refundedDate" if refund => date(order.dates.refunded),
        "declineDate" => date(order.dates.declined),
        "terminalId" => Some(texts::TERMINAL.into()),
        "maskedPan" => payment.map(|payment| payment.masked_pan.clone()),
        "cardholderName" => payment.map(|payment| payment.cardholder.clone()),
        "paymentSystem" => payment.map(|payment| payment.scheme.into()),
        "approvalCode" | "authCode" => payment.map(|payment| payment.approval_code.clone()),
        "paymentRefNum" | "refNum" | "refnum" => payment.map(|payment| payment.reference.clone()),
        "threeDSType" => payment.map(|payment| {
            payment.proof.as_ref().map_or("SSL", |proof| proof.callback_kind).to_owned()
        }),
        "eci" => payment.map(|payment| {
            payment.proof.as_ref().map_or("07", |proof| proof.eci.as_str()).to_owned()
        }),
        "cavv" => payment.and_then(|payment| payment.proof.as_ref()).map(|p| p.cavv.clone()),
        "xid" => payment.and_then(|payment| payment.proof.as_ref()).map(|p| p.xid.clone()),
        _ => None,
    }
}

/// `paymentState` of callbacks, whose words are not those of the status report.
fn payment_state(order: &Order) -> &'static str {
    match order.status {
        Status::Registered | Status::AcsStarted => "started",
        Status::Held => "payment_approved",
        Status::Declined => "payment_declined",
        Status::Reversed => "payment_void",
        Status::Deposited => "payment_deposited",
        Status::PartlyDeposited => "partly_deposited",
        Status::Refunded => "refunded",
    }
}

/// Signs the parameters and puts them where the merchant wants them.
pub(super) fn request(
    address: &str,
    callbacks: &Callbacks,
    mut parameters: Vec<(String, String)>,
) -> Option<Request<Bytes>> {
    if let Some(checksum) = checksum(&callbacks.checksum, &parameters) {
        if let (Checksum::Rsa | Checksum::RsaSha256, Some(alias)) =
            (&callbacks.checksum, &callbacks.sign_alias)
        {
            parameters.push(("sign_alias".into(), alias.clone()));
        }
        parameters.insert(2.min(parameters.len()), ("checksum".into(), checksum));
    }
    let encoded = Serializer::new(String::new()).extend_pairs(&parameters).finish();
    let mut url = url::Url::parse(address).ok()?;
    let mut request = Request::new(Bytes::new());
    match callbacks.method {
        CallbackMethod::Get => {
            let query = match url.query().filter(|own| !own.is_empty()) {
                Some(own) => format!("{own}&{encoded}"),
                None => encoded,
            };
            url.set_query(Some(&query));
        }
        CallbackMethod::Post => {
            *request.method_mut() = Method::POST;
            *request.body_mut() = encoded.into();
            let form = header::HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(header::CONTENT_TYPE, form);
        }
    }
    url.set_fragment(None);
    *request.uri_mut() = url.as_str().parse().ok()?;
    for (name, value) in &callbacks.headers {
        let name: header::HeaderName = name.parse().ok()?;
        request.headers_mut().insert(name, value.parse().ok()?);
    }
    Some(request)
}

fn checksum(kind: &Checksum, parameters: &[(String, String)]) -> Option<String> {
    let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let text = CallbackText::of(pairs).ok()?.expose();
    match kind {
        Checksum::None => None,
        Checksum::Hmac(key) => HmacKey::new(key).ok()?.sign_hex(text.as_bytes()).ok(),
        Checksum::Rsa => SIGNER.as_ref()?.sign_hex(text.as_bytes()).ok(),
        Checksum::RsaSha256 => {
            let key = PrivateKey::from_der(PRIVATE_KEY).ok()?;
            RsaSigner::sha256(key).sign_hex(text.as_bytes()).ok()
        }
    }
}

const JAVA: &[BorrowedFormatItem<'static>] = format_description!(
    "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]"
);
const DAY_AND_TIME: &[BorrowedFormatItem<'static>] =
    format_description!("[day].[month].[year] [hour]:[minute]:[second]");

/// As Java prints a date: `Mon Jan 31 21:46:52 UTC 2022`.
pub(super) fn java_date(at: UnixMillis) -> String {
    written(at, JAVA)
}

fn day_and_time(at: UnixMillis) -> String {
    written(at, DAY_AND_TIME)
}

fn written(at: UnixMillis, format: &[BorrowedFormatItem<'_>]) -> String {
    OffsetDateTime::from_unix_timestamp(at.get().div_euclid(1000))
        .ok()
        .and_then(|at| at.format(format).ok())
        .unwrap_or_default()
}
