//! The status report of an order, as the gateway gives it and the router hands it on.
//!
//! documents/003, "Extended order status".

mod card;
mod part;
mod repair;

use serde::Deserialize;

pub use self::{
    card::{CardAuthInfo, SecureAuthInfo, ThreeDsInfo},
    part::{
        BankInfo, BindingInfo, EfectyOrderInfo, OfdItem, OfdQuantity, PayerData, PaymentAmountInfo,
        PluginInfo, RefundEntry,
    },
};
use crate::{
    Currency, Minor,
    answer::Coded,
    id::{OrderId, OrderNumber},
    order::{
        ActionCode, AvsCode, OrderStatus as Status, PaymentWay, ScaExemption, TiiResponse,
        cart::{OrderBundle, Pair},
    },
    resolve::Evidence,
    state::{amounts::Amounts, order::Report},
    time::UnixMillis,
    wire::{blocks, one_or_many, opt_from, opt_parsed, opt_text},
};

/// What the bank reports of an order. Which fields come depends on the answer version that is set
/// for the merchant (1 to 46); each version adds fields.
///
/// Status, amounts and refunds must be readable; a block that only informs and has another form
/// than expected is left out, so that it does not hide them. The raw answer has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderReport {
    /// `0`, or nothing.
    #[serde(deserialize_with = "opt_text")]
    pub error_code: Option<String>,
    /// The bank's text, for people.
    #[serde(deserialize_with = "opt_text")]
    pub error_message: Option<String>,
    /// The merchant's number; may be absent where the gateway numbers the orders.
    #[serde(deserialize_with = "opt_from")]
    pub order_number: Option<OrderNumber>,
    /// The order's status; absent where the order was not found.
    #[serde(deserialize_with = "opt_parsed")]
    pub order_status: Option<Status>,
    /// How the last attempt to pay ended.
    #[serde(deserialize_with = "opt_parsed")]
    pub action_code: Option<ActionCode>,
    /// The same as text.
    #[serde(deserialize_with = "opt_text")]
    pub action_code_description: Option<String>,
    /// What was ordered, in minor units.
    #[serde(deserialize_with = "opt_parsed")]
    pub amount: Option<Minor>,
    /// Currency of the order's amounts.
    #[serde(deserialize_with = "opt_parsed")]
    pub currency: Option<Currency>,
    /// When the order was registered.
    #[serde(deserialize_with = "opt_parsed")]
    pub date: Option<UnixMillis>,
    /// When it was completed.
    #[serde(deserialize_with = "opt_parsed")]
    pub deposited_date: Option<UnixMillis>,
    /// The merchant's description.
    #[serde(deserialize_with = "opt_text")]
    pub order_description: Option<String>,
    /// The buyer's address.
    #[serde(deserialize_with = "opt_text")]
    pub ip: Option<String>,
    /// Reference number of the authorisation.
    #[serde(deserialize_with = "opt_text")]
    pub auth_ref_num: Option<String>,
    /// When the last refund was made.
    #[serde(deserialize_with = "opt_parsed")]
    pub refunded_date: Option<UnixMillis>,
    /// When it was reversed.
    #[serde(deserialize_with = "opt_parsed")]
    pub reversed_date: Option<UnixMillis>,
    /// How it was paid.
    #[serde(deserialize_with = "opt_parsed")]
    pub payment_way: Option<PaymentWay>,
    /// Result of the address check.
    #[serde(deserialize_with = "opt_parsed")]
    pub avs_code: Option<AvsCode>,
    /// Whether the issuer took the money back.
    #[serde(deserialize_with = "opt_parsed")]
    pub chargeback: Option<bool>,
    /// When it was authorised.
    #[serde(deserialize_with = "opt_parsed")]
    pub auth_date_time: Option<UnixMillis>,
    /// The terminal.
    #[serde(deserialize_with = "opt_text")]
    pub terminal_id: Option<String>,
    /// The cart as it was registered.
    pub order_bundle: Option<OrderBundle>,
    /// The amounts.
    pub payment_amount_info: Option<PaymentAmountInfo>,
    /// The refunds, if there are any.
    #[serde(deserialize_with = "blocks")]
    pub refunds: Vec<RefundEntry>,
    /// The card.
    pub card_auth_info: Option<CardAuthInfo>,
    /// Attributes of the transaction.
    #[serde(deserialize_with = "blocks")]
    pub transaction_attributes: Vec<Pair>,
    /// The order of a prepayment.
    #[serde(deserialize_with = "opt_from")]
    pub prepayment_md_order: Option<OrderId>,
    /// Orders of part payments.
    #[serde(deserialize_with = "one_or_many")]
    pub partpayment_md_orders: Vec<OrderId>,
    /// Number of the transaction at the processing centre, up to 18 digits.
    #[serde(deserialize_with = "opt_text")]
    pub fe_utrnno: Option<String>,
    /// The stored credential.
    pub binding_info: Option<BindingInfo>,
    /// A payment by Efecty.
    pub efecty_order_info: Option<EfectyOrderInfo>,
    /// A payment by a plugin.
    pub plugin_info: Option<PluginInfo>,
    /// Text of an error, for the payer.
    #[serde(deserialize_with = "opt_text")]
    pub display_error_message: Option<String>,
    /// Who started the payment.
    #[serde(deserialize_with = "opt_parsed")]
    pub tii: Option<TiiResponse>,
    /// What was passed as `externalScaExemptionIndicator`.
    #[serde(deserialize_with = "opt_parsed")]
    pub used_psd_indicator_value: Option<ScaExemption>,
    /// The cart that is left after refunds.
    #[serde(deserialize_with = "blocks")]
    pub ofd_order_bundle: Vec<OfdItem>,
    /// Attributes of the order: one pair, `mdOrder` and the order's id.
    #[serde(deserialize_with = "blocks")]
    pub attributes: Vec<Pair>,
    /// The merchant's own parameters.
    #[serde(deserialize_with = "blocks")]
    pub merchant_order_params: Vec<Pair>,
    /// The issuer.
    pub bank_info: Option<BankInfo>,
    /// The payer.
    pub payer_data: Option<PayerData>,
}

impl OrderReport {
    /// The gateway's id of the order, from `attributes`.
    pub fn order_id(&self) -> Option<OrderId> {
        let pair = self.attributes.iter().find(|pair| pair.name == "mdOrder")?;
        Some(OrderId::from_bank(pair.value.as_str()))
    }

    /// Whether the order is paid: status 1 (held) or 2 (taken), and nothing else.
    pub fn is_paid(&self) -> bool {
        self.order_status.as_ref().is_some_and(Status::is_paid)
    }

    /// Whether the last attempt was declined: status 6.
    pub fn is_declined(&self) -> bool {
        self.order_status == Some(Status::Declined)
    }

    /// The amounts that later calls are resolved by; none where the answer version lacks them
    /// (below 3). Nothing may be concluded from amounts that did not come.
    pub fn amounts(&self) -> Option<Amounts> {
        self.payment_amount_info.as_ref().map(PaymentAmountInfo::amounts)
    }

    /// What the order machine takes; none where the order was not found.
    pub fn report(&self) -> Option<Report> {
        let info = self.payment_amount_info.as_ref();
        let state = info.and_then(|info| info.payment_state.as_ref());
        let report = Report::from_status(self.order_status.as_ref()?, state, self.amounts());
        Some(report.chargeback(self.chargeback == Some(true)))
    }
}

impl OrderReport {
    /// Reads a report; a block that only informs and cannot be read is left out.
    ///
    /// # Errors
    ///
    /// Not JSON, or something of status, amounts or refunds has another form than expected.
    pub fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json).or_else(|error| {
            let repaired = Self::without_broken_blocks(json).ok_or(error)?;
            serde_json::from_slice(&repaired)
        })
    }

    /// The same JSON without the blocks that only inform and cannot be read; none if it is no
    /// object, or if each of them can be read.
    pub fn without_broken_blocks(json: &[u8]) -> Option<Vec<u8>> {
        repair::without_broken(json)
    }

    /// What a lost call is judged by.
    pub fn evidence(&self) -> Evidence<'_> {
        let told = |info: &PaymentAmountInfo| {
            // One that is absent is not one that is zero.
            let (approved, deposited) = (info.approved_amount?, info.deposited_amount?);
            Some(Amounts::new(approved, deposited, info.refunded_amount?))
        };
        Evidence {
            status: self.order_status.as_ref(),
            amount: self.amount,
            amounts: self.payment_amount_info.as_ref().and_then(told),
            refunds: &self.refunds,
        }
    }
}

impl Coded for OrderReport {
    fn error_code(&self) -> Option<&str> {
        self.error_code.as_deref()
    }
}
