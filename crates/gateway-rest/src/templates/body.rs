//! What stands in `template` of a request.

use payments_core::{
    Currency, Invalid, Minor, Prepared,
    id::TemplateId,
    order::{TemplateStatus, TemplateType},
    time::LocalDateTime,
};
use serde::{Serialize, Serializer};

use super::parts::{Commission, QrTemplate};
use crate::{
    context::Context,
    encode::{UserNameLimit, json::JsonBody},
};

/// The members of `template`; what is none is not sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Template<'a, P> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) template_id: Option<&'a TemplateId>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'a TemplateType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pre_auth: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<&'a TemplateStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<Minor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_free_amount: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date")]
    pub(super) start_date: Option<LocalDateTime>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "date")]
    pub(super) end_date: Option<LocalDateTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_indefinite: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name_for_client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description_for_client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) single_payment: Option<bool>,
    #[serde(skip_serializing_if = "<[P]>::is_empty")]
    pub(super) additional_params: &'a [P],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commission: Option<&'a Commission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) qr_template: Option<&'a QrTemplate>,
}

impl<P> Template<'_, P> {
    /// Nothing is set.
    pub(super) const EMPTY: Self = Self {
        template_id: None,
        kind: None,
        name: None,
        pre_auth: None,
        status: None,
        amount: None,
        is_free_amount: None,
        currency: None,
        description: None,
        start_date: None,
        end_date: None,
        is_indefinite: None,
        name_for_client: None,
        description_for_client: None,
        single_payment: None,
        additional_params: &[],
        commission: None,
        qr_template: None,
    };
}

fn date<S: Serializer>(value: &Option<LocalDateTime>, to: S) -> Result<S::Ok, S::Error> {
    value.map(|date| date.to_string()).serialize(to)
}

/// Begins the body of a call about links.
pub(super) fn begin<'a>(context: &'a Context<'a>) -> Result<JsonBody<'a>, Invalid> {
    let profile = context.profile;
    let spelling = profile.templates.user_name.unwrap_or(profile.user_name);
    JsonBody::new(context, UserNameLimit::Hundred, spelling)
}

/// A currency as the bank's links spell it.
pub(super) fn currency<'a>(context: &Context<'_>, currency: &'a Currency) -> &'a str {
    context.profile.templates.currency.of(currency)
}

/// Ends the body of a call about links.
pub(super) fn post(
    context: &Context<'_>,
    body: JsonBody<'_>,
    path: &str,
) -> Result<Prepared, payments_core::Error> {
    body.post(&context.profile.rest, path)
}
