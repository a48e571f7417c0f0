//! The card of an order, and how its holder was authenticated.

use crate::{
    Secret,
    order::{
        AuthTypeIndicator, Eci, PaResStatus, PaymentSystem, Personal, ProductCategory,
        ThreeDsProtocolVersion, VeResStatus,
    },
    wire::{opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;

/// The card that paid.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardAuthInfo {
    /// First six and last four digits.
    #[serde(deserialize_with = "opt_text")]
    pub masked_pan: Option<String>,
    /// `YYYYMM`.
    #[serde(deserialize_with = "opt_text")]
    pub expiration: Option<String>,
    /// The name on the card.
    #[serde(deserialize_with = "opt_from")]
    pub cardholder_name: Option<Personal>,
    /// Code of the authorisation; described as six characters, eight in a sample.
    #[serde(deserialize_with = "opt_text")]
    pub approval_code: Option<String>,
    /// Payment system.
    #[serde(deserialize_with = "opt_parsed")]
    pub payment_system: Option<PaymentSystem>,
    /// Product; filled by the bank's support, may be empty.
    #[serde(deserialize_with = "opt_text")]
    pub product: Option<String>,
    /// Category of the product; may be empty.
    #[serde(deserialize_with = "opt_parsed")]
    pub product_category: Option<ProductCategory>,
    /// Whether it is a company's card; may be empty.
    #[serde(deserialize_with = "opt_text")]
    pub corporate_card: Option<String>,
    /// How the holder was authenticated.
    pub secure_auth_info: Option<SecureAuthInfo>,
    /// The masked number once more, as the samples have it.
    #[serde(deserialize_with = "opt_text")]
    pub pan: Option<String>,
}

/// How the holder was authenticated; comes only after payment and with a permission.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecureAuthInfo {
    /// Electronic commerce indicator; its leading zero may be lost.
    #[serde(deserialize_with = "opt_parsed")]
    pub eci: Option<Eci>,
    /// Kind of the authentication, up to answer version 42.
    #[serde(deserialize_with = "opt_parsed")]
    pub auth_type_indicator: Option<AuthTypeIndicator>,
    /// The cryptograms.
    #[serde(rename = "threeDSInfo")]
    pub three_ds_info: Option<ThreeDsInfo>,
    /// Version of 3-D Secure.
    #[serde(
        rename = "threeDSProtocolVersion",
        alias = "threeDsProtocolVersion",
        deserialize_with = "opt_parsed"
    )]
    pub three_ds_protocol_version: Option<ThreeDsProtocolVersion>,
    /// Result of the challenge.
    #[serde(rename = "rreqTransStatus", alias = "rReqTransStatus", deserialize_with = "opt_text")]
    pub rreq_trans_status: Option<String>,
    /// Result of the authentication request.
    #[serde(rename = "aresTransStatus", alias = "aResTransStatus", deserialize_with = "opt_text")]
    pub ares_trans_status: Option<String>,
    /// Result of 3-D Secure 1.
    #[serde(deserialize_with = "opt_parsed")]
    pub pa_res_status: Option<PaResStatus>,
    /// Whether the card takes part in 3-D Secure 1.
    #[serde(deserialize_with = "opt_parsed")]
    pub ve_res_status: Option<VeResStatus>,
    /// How `PaRes` was checked: a number without a published meaning.
    #[serde(deserialize_with = "opt_text")]
    pub pa_res_check_status: Option<String>,
}

/// The cryptograms of an authentication.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ThreeDsInfo {
    /// Proof of the authentication.
    #[serde(deserialize_with = "opt_from")]
    pub cavv: Option<Secret>,
    /// Number of the authentication.
    #[serde(deserialize_with = "opt_from")]
    pub xid: Option<Secret>,
}
