//! `POST rest/templates/get.do`: what the bank knows of a payment link.
//!
//! documents/003, "Get template information"; rules G-226 to G-236.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::TemplateId,
    order::{TemplateResponseStatus, TemplateStatus, TemplateType},
    time::LocalDateTime,
    wire::{blocks, opt_parsed},
};
use serde::Deserialize;

use super::{
    answer::{self, LinkCurrency, LinkQr, TemplateFault},
    body::{self, Template},
    parts::{AdditionalParam, Commission, QrTemplate},
};
use crate::{
    context::Context,
    resolve::{Call, Trail},
};

/// Asks for a payment link.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadTemplate {
    /// The link.
    pub template_id: TemplateId,
    /// What its QR code shall look like.
    pub qr_template: Option<QrTemplate>,
}

impl ReadTemplate {
    /// Asks for a link.
    pub fn new(template_id: TemplateId) -> Self {
        Self { template_id, qr_template: None }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits, as [`prepare`](Endpoint::prepare) does first.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a limit.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.qr_template.as_ref().map_or(Ok(()), |qr| qr.check("template.qrTemplate"))
    }
}

impl Endpoint for ReadTemplate {
    const NAME: &'static str = "gateway.templates.get";
    type Context<'a> = Context<'a>;
    type Response = TemplateReport;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let mut body = body::begin(context)?;
        body.put(
            "template",
            &Template {
                template_id: Some(&self.template_id),
                qr_template: self.qr_template.as_ref(),
                ..Template::<AdditionalParam>::EMPTY
            },
        )?;
        body::post(context, body, "templates/get.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<TemplateReport, Error> {
        answer::read(answer, |found| {
            Some(TemplateReport {
                status: found.status?,
                error: found.error,
                template: found.template?,
            })
        })
    }
}

impl Call for ReadTemplate {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateReport {
    /// `SUCCESS`.
    pub status: TemplateResponseStatus,
    /// Stands beside a failure; kept if it came beside a success.
    pub error: Option<TemplateFault>,
    /// The link.
    pub template: TemplateInfo,
}

/// What the bank knows of a link.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TemplateInfo {
    /// Identifier of the link.
    pub template_id: TemplateId,
    /// Its status.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub status: Option<TemplateStatus>,
    /// Its kind.
    #[serde(default, rename = "type", deserialize_with = "opt_parsed")]
    pub kind: Option<TemplateType>,
    /// Name for the merchant.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub name: Option<String>,
    /// Whether payments are only held first.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub pre_auth: Option<bool>,
    /// What the payer pays, in minor units; none where the payer chooses.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub amount: Option<Minor>,
    /// Its currency.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub currency: Option<LinkCurrency>,
    /// Description for the merchant.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub description: Option<String>,
    /// From when on it works. The document names no zone.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub start_date: Option<LocalDateTime>,
    /// Until when it works; none is without an end. The document names no zone.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub end_date: Option<LocalDateTime>,
    /// Name for the payer.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub name_for_client: Option<String>,
    /// Description for the payer.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub description_for_client: Option<String>,
    /// Whether one payment ends it.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub single_payment: Option<bool>,
    /// Further fields that the payer fills in.
    #[serde(default, deserialize_with = "blocks")]
    pub additional_params: Vec<AdditionalParam>,
    /// The fee that the payer pays on top.
    pub commission: Option<Commission>,
    /// Its QR code, which holds its address.
    pub qr_template: Option<LinkQr>,
}
