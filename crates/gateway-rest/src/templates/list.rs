//! `POST rest/templates/getList.do`: the payment links of a merchant.
//!
//! documents/003, "Get templates list"; rules G-234 to G-240.

use bytes::Bytes;
use payments_core::{
    Endpoint, Error, Invalid, Minor, Prepared, Replay,
    id::{MerchantLogin, TemplateId},
    limit,
    order::{TemplateResponseStatus, TemplateStatus, TemplateType},
    wire::opt_parsed,
};
use serde::Deserialize;

use super::{
    answer::{self, LinkCurrency, LinkQr, TemplateFault},
    body,
    parts::QrTemplate,
};
use crate::{
    context::Context,
    resolve::{Call, Trail},
};

/// Asks for payment links: the active ones, or those of another status.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListTemplates {
    /// The child merchant whose links are listed; needed where a parent asks for them.
    pub merchant_login: Option<MerchantLogin>,
    /// Their status; none lists the active ones alone.
    pub status: Option<TemplateStatus>,
    /// What their QR codes shall look like.
    pub qr_template: Option<QrTemplate>,
}

impl ListTemplates {
    /// Asks for the active links.
    pub fn active() -> Self {
        Self::default()
    }

    /// Asks for the links of a status.
    pub fn of_status(status: TemplateStatus) -> Self {
        Self { status: Some(status), ..Self::default() }
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
        let status = self.status.as_ref().map(TemplateStatus::as_str);
        limit::opt_chars("status", &status, 1, 8)?;
        self.qr_template.as_ref().map_or(Ok(()), |qr| qr.check("qrTemplate"))
    }
}

impl Endpoint for ListTemplates {
    const NAME: &'static str = "gateway.templates.getList";
    type Context<'a> = Context<'a>;
    type Response = TemplateList;

    fn replay(&self) -> Replay {
        Replay::Reads
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate()?;
        let login = context.profile.templates.merchant_login.as_str();
        let mut body = body::begin(context)?;
        body.opt(login, self.merchant_login.as_ref())?;
        body.opt("status", self.status.as_ref())?;
        body.opt("qrTemplate", self.qr_template.as_ref())?;
        body::post(context, body, "templates/getList.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<TemplateList, Error> {
        answer::read(answer, |found| {
            Some(TemplateList {
                status: found.status?,
                error: found.error,
                templates: found.templates?,
            })
        })
    }
}

impl Call for ListTemplates {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The links.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateList {
    /// `SUCCESS`.
    pub status: TemplateResponseStatus,
    /// Stands beside a failure; kept if it came beside a success.
    pub error: Option<TemplateFault>,
    /// The links; empty if there are none.
    pub templates: Vec<ListedTemplate>,
}

/// What a list says of a link.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListedTemplate {
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
    /// What the payer pays, in minor units; none where the payer chooses.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub amount: Option<Minor>,
    /// Its currency.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub currency: Option<LinkCurrency>,
    /// Its QR code, which holds its address.
    pub qr_template: Option<LinkQr>,
}
