//! The smaller blocks of a status report.

use crate::{
    Minor,
    id::{BindingId, ClientId, RefundId},
    order::{ActionCode, PaymentMethod, PaymentObject, PaymentState, Personal, cart::Pair},
    state::amounts::Amounts,
    time::UnixMillis,
    wire::{blocks, opt_from, opt_parsed, opt_text},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The amounts of an order, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentAmountInfo {
    /// Authorised; meant for two-phase payments, sent for others too.
    #[serde(deserialize_with = "opt_parsed")]
    pub approved_amount: Option<Minor>,
    /// Taken.
    #[serde(deserialize_with = "opt_parsed")]
    pub deposited_amount: Option<Minor>,
    /// Refunded.
    #[serde(deserialize_with = "opt_parsed")]
    pub refunded_amount: Option<Minor>,
    /// State of the payment.
    #[serde(deserialize_with = "opt_parsed")]
    pub payment_state: Option<PaymentState>,
    /// The order with its fee.
    #[serde(deserialize_with = "opt_parsed")]
    pub total_amount: Option<Minor>,
}

impl PaymentAmountInfo {
    /// The three amounts; what is absent counts as zero.
    pub fn amounts(&self) -> Amounts {
        let of = |amount: Option<Minor>| amount.unwrap_or(Minor::ZERO);
        Amounts::new(of(self.approved_amount), of(self.deposited_amount), of(self.refunded_amount))
    }
}

/// One refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct RefundEntry {
    /// When, as the bank writes it.
    #[serde(deserialize_with = "opt_text")]
    pub date: Option<String>,
    /// The merchant's key, from answer version 21 on.
    #[serde(deserialize_with = "opt_from")]
    pub external_refund_id: Option<RefundId>,
    /// Code of the authorisation.
    #[serde(deserialize_with = "opt_text")]
    pub approval_code: Option<String>,
    /// How it ended.
    #[serde(deserialize_with = "opt_parsed")]
    pub action_code: Option<ActionCode>,
    /// Reference number.
    #[serde(deserialize_with = "opt_text")]
    pub reference_number: Option<String>,
    /// How much, in minor units.
    #[serde(deserialize_with = "opt_parsed")]
    pub amount: Option<Minor>,
}

/// One position of the cart that is left after refunds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct OfdItem {
    /// Name.
    #[serde(deserialize_with = "opt_text")]
    pub name: Option<String>,
    /// Cost in minor units.
    #[serde(deserialize_with = "opt_parsed")]
    pub item_amount: Option<Minor>,
    /// `paymentMethod` and `paymentObject`, if they were registered.
    #[serde(deserialize_with = "blocks")]
    pub item_attributes: Vec<Pair>,
    /// Price of one in minor units.
    #[serde(deserialize_with = "opt_parsed")]
    pub item_price: Option<Minor>,
    /// VAT: a number by the table, a word such as `VAT_0` in the sample.
    #[serde(deserialize_with = "opt_text")]
    pub tax_type: Option<String>,
    /// How much of it.
    pub quantity: Option<OfdQuantity>,
}

impl OfdItem {
    /// Method of settlement; comes where it was registered.
    pub fn payment_method(&self) -> Option<PaymentMethod> {
        self.attribute("paymentMethod").map(PaymentMethod::from)
    }

    /// What the position is; comes where it was registered.
    pub fn payment_object(&self) -> Option<PaymentObject> {
        self.attribute("paymentObject").map(PaymentObject::from)
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let pair = self.item_attributes.iter().find(|pair| pair.name == name)?;
        Some(&pair.value)
    }
}

/// How much of a position is left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OfdQuantity {
    /// The number.
    #[serde(deserialize_with = "opt_parsed")]
    pub value: Option<Decimal>,
    /// The unit.
    #[serde(deserialize_with = "opt_text")]
    pub measure: Option<String>,
}

/// The stored credential of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct BindingInfo {
    /// The merchant's number of the customer.
    #[serde(deserialize_with = "opt_from")]
    pub client_id: Option<ClientId>,
    /// The credential.
    #[serde(deserialize_with = "opt_from")]
    pub binding_id: Option<BindingId>,
    /// When it was authorised.
    #[serde(deserialize_with = "opt_parsed")]
    pub auth_date_time: Option<UnixMillis>,
    /// Reference number of the authorisation.
    #[serde(deserialize_with = "opt_text")]
    pub auth_ref_num: Option<String>,
    /// The terminal.
    #[serde(deserialize_with = "opt_text")]
    pub terminal_id: Option<String>,
    /// Whether the credential was made elsewhere.
    #[serde(deserialize_with = "opt_parsed")]
    pub external_created: Option<bool>,
}

/// The issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct BankInfo {
    /// Its name.
    #[serde(deserialize_with = "opt_text")]
    pub bank_name: Option<String>,
    /// Its country's code, or `UNKNOWN`.
    #[serde(deserialize_with = "opt_text")]
    pub bank_country_code: Option<String>,
    /// Its country's name.
    #[serde(deserialize_with = "opt_text")]
    pub bank_country_name: Option<String>,
}

/// The payer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct PayerData {
    /// E-mail address.
    #[serde(deserialize_with = "opt_from")]
    pub email: Option<Personal>,
    /// Phone.
    #[serde(deserialize_with = "opt_from")]
    pub phone: Option<Personal>,
    /// Delivery address.
    #[serde(deserialize_with = "opt_from")]
    pub post_address: Option<Personal>,
}

/// A payment by Efecty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct EfectyOrderInfo {
    /// Number of the reference.
    #[serde(deserialize_with = "opt_text")]
    pub reference_number: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "opt_parsed")]
    pub reference_date: Option<UnixMillis>,
    /// Its status.
    #[serde(deserialize_with = "opt_text")]
    pub reference_status: Option<String>,
    /// How long it is valid, in hours.
    #[serde(deserialize_with = "opt_parsed")]
    pub reference_term: Option<u32>,
    /// Number of the network: 1.
    #[serde(rename = "networkID", deserialize_with = "opt_parsed")]
    pub network_id: Option<u32>,
    /// Name of the network: `efecty`.
    #[serde(deserialize_with = "opt_text")]
    pub network_name: Option<String>,
}

/// A payment by a plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PluginInfo {
    /// Its name.
    #[serde(deserialize_with = "opt_text")]
    pub name: Option<String>,
    /// Its parameters: a JSON object as it came.
    #[serde(deserialize_with = "json")]
    pub params: Option<String>,
}

/// Keeps a JSON value as its text.
fn json<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let raw = Option::<&RawValue>::deserialize(from)?;
    Ok(raw.map(|raw| raw.get().to_owned()))
}
