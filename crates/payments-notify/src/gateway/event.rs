//! What a callback says.

use std::{fmt, str::FromStr};

use payments_core::{
    Currency, Minor,
    id::{BindingId, ClientId, MerchantLogin, OrderId, OrderNumber, RefundId},
    order::{
        ActionCode, CallbackOperation, CallbackPaymentState, CallbackStatus, DepositFlag,
        PaymentSystem, PaymentWay, ThreeDsType,
    },
    poll::Standing,
    state::{amounts::Amounts, order::Report},
};

use super::form::Form;

/// What a callback says, and whether it is proven.
///
/// Amounts are in minor units. A parameter that did not come, or that is not of its form, is
/// `None`; [`other`](Self::other) gives each as it came. Which parameters come besides
/// `mdOrder`, `orderNumber`, `operation` and `status` is agreed upon with the bank.
///
/// `Debug` shows those four, the amounts, and of all others the names alone: a callback can carry
/// authentication values and tokens.
#[derive(Clone)]
pub struct Event {
    form: Form,
    proven: bool,
}

impl Event {
    pub(super) fn new(form: Form, proven: bool) -> Self {
        Self { form, proven }
    }

    /// Whether the checksum proves everything that the event says.
    ///
    /// False where no checksum was asked for, and where a name or a value holds a semicolon: the
    /// gateway joins parameters by it without escaping, so that somebody who saw such a callback
    /// could cut it anew under the same checksum. Ask for the order's status then.
    pub fn is_proven(&self) -> bool {
        self.proven
    }

    /// Whether the bank says that the order is paid: `operation` is `approved` or `deposited`, and
    /// `status` is 1. Never true of an event that is not [proven](Self::is_proven).
    ///
    /// `approved` means held: of a two-phase payment nothing has been debited yet. A callback bears
    /// no mark of its own, so that an old one can come again, from the bank or from somebody who saw
    /// it: whatever follows must follow once for an order. [`report`](Self::report) and the order's
    /// machine take care of that.
    pub fn is_paid(&self) -> bool {
        self.proven && self.is_payment() && self.status() == Some(CallbackStatus::Success)
    }

    /// Whether the bank says that holding or debiting failed: `operation` is `approved` or
    /// `deposited`, and `status` is 0. Never true of an event that is not
    /// [proven](Self::is_proven).
    ///
    /// The payer may have other attempts under the same order.
    pub fn is_failed(&self) -> bool {
        self.proven && self.is_payment() && self.status() == Some(CallbackStatus::Failure)
    }

    /// What the event tells the machine of the order, to be [observed]. None if it is not
    /// [proven](Self::is_proven), or says nothing sure about the order's state: then ask for the
    /// order's status.
    ///
    /// Only where `approvedAmount`, `depositedAmount` and `refundedAmount` all came does the report
    /// carry amounts.
    ///
    /// [observed]: payments_core::state::order::Order::observe
    pub fn report(&self) -> Option<Report> {
        if !self.proven {
            return None;
        }
        let (operation, status) = (self.operation()?, self.status()?);
        let payment = self.payment_state();
        Report::from_callback(&operation, Some(&status), payment.as_ref(), self.amounts())
    }

    /// What the event means for somebody who waits for the order's payment, such as a
    /// [`Plan`](payments_core::poll::Plan). [`Open`](Standing::Open), a reason to ask soon and no
    /// more, if it is not [proven](Self::is_proven) or says nothing sure.
    pub fn standing(&self) -> Standing {
        match self.operation().filter(|_| self.proven) {
            Some(operation) => Standing::of_callback(&operation, self.report().as_ref()),
            None => Standing::Open,
        }
    }

    fn amounts(&self) -> Option<Amounts> {
        Some(Amounts::new(
            self.approved_amount()?,
            self.deposited_amount()?,
            self.refunded_amount()?,
        ))
    }

    fn is_payment(&self) -> bool {
        let operation = self.operation();
        matches!(operation, Some(CallbackOperation::Approved | CallbackOperation::Deposited))
    }

    /// The gateway's number of the order: `mdOrder`, which some set-ups spell `mdorder`; none if
    /// both came and differ.
    pub fn order_id(&self) -> Option<OrderId> {
        let id = match (self.text("mdOrder"), self.text("mdorder")) {
            (Some(one), Some(other)) if one != other => return None,
            (one, other) => one.or(other)?,
        };
        Some(OrderId::from_bank(id))
    }

    /// The merchant's number of the order.
    pub fn order_number(&self) -> Option<OrderNumber> {
        self.text("orderNumber").map(OrderNumber::from_bank)
    }

    /// What happened; a listed value whatever its letter case.
    pub fn operation(&self) -> Option<CallbackOperation> {
        let operation = CallbackOperation::from(self.text("operation")?);
        Some(if operation.is_known() { operation } else { operation.listed() })
    }

    /// Whether it succeeded. Does not come with events of stored credentials.
    pub fn status(&self) -> Option<CallbackStatus> {
        self.text("status").map(CallbackStatus::from)
    }

    /// Amount with which the order was registered.
    pub fn amount(&self) -> Option<Minor> {
        self.parsed("amount")
    }

    /// Amount with which the order was registered, under its second name.
    pub fn payment_amount(&self) -> Option<Minor> {
        self.parsed("paymentAmount")
    }

    /// Fee.
    pub fn fee_amount(&self) -> Option<Minor> {
        self.parsed("feeAmount")
    }

    /// Amount held.
    pub fn approved_amount(&self) -> Option<Minor> {
        self.parsed("approvedAmount")
    }

    /// Amount debited.
    pub fn deposited_amount(&self) -> Option<Minor> {
        self.parsed("depositedAmount")
    }

    /// Amount refunded.
    pub fn refunded_amount(&self) -> Option<Minor> {
        self.parsed("refundedAmount")
    }

    /// Amount of the refund that this event tells of.
    pub fn operation_refunded_amount(&self) -> Option<Minor> {
        self.parsed("operationRefundedAmount")
    }

    /// Currency of the order.
    pub fn currency(&self) -> Option<Currency> {
        self.parsed("currency")
    }

    /// The merchant's key of the refund that this event tells of.
    pub fn refund_id(&self) -> Option<RefundId> {
        self.text("externalRefundId").map(RefundId::from_bank)
    }

    /// State of the payment; not the words of a status report.
    pub fn payment_state(&self) -> Option<CallbackPaymentState> {
        self.text("paymentState").map(CallbackPaymentState::from)
    }

    /// Outcome of the operation.
    pub fn action_code(&self) -> Option<ActionCode> {
        self.text("actionCode").map(ActionCode::from)
    }

    /// How the order was paid.
    pub fn payment_way(&self) -> Option<PaymentWay> {
        self.text("paymentWay").map(PaymentWay::from)
    }

    /// Payment system of the card.
    pub fn payment_system(&self) -> Option<PaymentSystem> {
        self.text("paymentSystem").map(PaymentSystem::from)
    }

    /// Kind of payment.
    pub fn deposit_flag(&self) -> Option<DepositFlag> {
        self.text("depositFlag").map(DepositFlag::from)
    }

    /// How the payer was authenticated.
    pub fn three_ds_type(&self) -> Option<ThreeDsType> {
        self.text("threeDSType").map(ThreeDsType::from)
    }

    /// The merchant's number of the customer.
    pub fn client_id(&self) -> Option<ClientId> {
        self.text("clientId").map(ClientId::from_bank)
    }

    /// The stored credential that was made or changed.
    pub fn binding_id(&self) -> Option<BindingId> {
        self.text("bindingId").map(BindingId::from_bank)
    }

    /// Whether the stored credential is active now.
    pub fn binding_enabled(&self) -> Option<bool> {
        self.parsed("enabled")
    }

    /// Login of the merchant.
    pub fn merchant_login(&self) -> Option<MerchantLogin> {
        self.text("merchantLogin").map(MerchantLogin::from_bank)
    }

    /// Retrieval reference number, under whichever of its three names it came; none if they differ.
    pub fn reference_number(&self) -> Option<&str> {
        let mut all =
            ["refNum", "refnum", "paymentRefNum"].iter().filter_map(|name| self.text(name));
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    }

    /// Card number as the gateway masks it.
    pub fn masked_pan(&self) -> Option<&str> {
        self.text("maskedPan").or_else(|| self.text("panMasked"))
    }

    /// When the gateway made the callback, as it writes that: `Mon Jan 31 21:46:52 UTC 2022`.
    pub fn created(&self) -> Option<&str> {
        self.text("callbackCreationDate")
    }

    /// Any parameter by its exact name, as it came; an empty one is empty text. [`PARAMETERS`] holds
    /// the names that the document knows; others can come.
    ///
    /// Some of them are secrets that belong into no log: `cavv`, `authValue`, `xid`,
    /// `tokenizeCryptogram`.
    pub fn other(&self, name: &str) -> Option<&str> {
        self.form.value(name)
    }

    /// The names of all parameters in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.form.pairs().map(|(name, _)| name)
    }

    /// A parameter that is not empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.form.value(name).filter(|value| !value.is_empty())
    }

    fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
}

/// Parameters whose values `Debug` shows.
const SHOWN: [&str; 10] = [
    "mdOrder",
    "mdorder",
    "orderNumber",
    "operation",
    "status",
    "amount",
    "approvedAmount",
    "depositedAmount",
    "refundedAmount",
    "operationRefundedAmount",
];

impl fmt::Debug for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = out.debug_map();
        map.entry(&"proven", &self.proven);
        for (name, value) in self.form.pairs() {
            // A name that no document knows may be anything.
            let name = if PARAMETERS.contains(&name) { name } else { "*" };
            let value = if SHOWN.contains(&name) { value } else { "*" };
            map.entry(&name, &value);
        }
        map.finish()
    }
}

/// The 82 parameters that the document knows, in its order. Others can come.
pub const PARAMETERS: [&str; 82] = [
    "bindingId",
    "email",
    "phone",
    "panMasked",
    "panCountryCode",
    "enabled",
    "currentReverseAmountFormatted",
    "currentRefundAmountFormatted",
    "operationRefundedAmountFormatted",
    "operationRefundedAmount",
    "externalRefundId",
    "callbackCreationDate",
    "status",
    "operation",
    "finishCheckUrl",
    "sign_alias",
    "checksum",
    "cardholderName",
    "amount",
    "paymentAmount",
    "amountFormatted",
    "feeAmount",
    "approvedAmount",
    "depositedAmount",
    "refundedAmount",
    "approvedAmountFormatted",
    "depositedAmountFormatted",
    "refundedAmountFormatted",
    "totalAmountFormatted",
    "depositedTotalAmountFormatted",
    "approvalCode",
    "authCode",
    "bankName",
    "currency",
    "depositFlag",
    "eci",
    "ip",
    "ipCountryCode",
    "maskedPan",
    "mdOrder",
    "mdorder",
    "merchantFullName",
    "merchantLogin",
    "orderDescription",
    "orderNumber",
    "threeDSType",
    "date",
    "clientId",
    "actionCode",
    "actionCodeDescription",
    "paymentRefNum",
    "paymentState",
    "paymentWay",
    "processingId",
    "refNum",
    "refnum",
    "terminalId",
    "paymentSystem",
    "currencyName",
    "transactionAttributes",
    "paymentDate",
    "depositedDate",
    "refundedDate",
    "reversedDate",
    "declineDate",
    "xid",
    "cavv",
    "authValue",
    "sessionExpiredDate",
    "tokenizeCryptogram",
    "creditBankName",
    "creditPanCountryCode",
    "isInternationalP2P",
    "recipientData",
    "transactionTypeIndicator",
    "operationType",
    "debitBankName",
    "debitPanCountryCode",
    "p2pDebitRrn",
    "taxSystem",
    "inn",
    "orgName",
];
