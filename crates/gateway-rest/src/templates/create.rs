//! `POST rest/templates/create.do`: makes a payment link.
//!
//! documents/003, "Create template"; rules G-226 to G-236.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Prepared, Replay,
    id::TemplateId,
    limit,
    order::{TemplateResponseStatus, TemplateStatus, TemplateType},
    time::LocalDateTime,
    wire::opt_parsed,
};
use serde::Deserialize;

use super::{
    answer::{self, LinkQr, TemplateFault},
    body::{self, Template},
    parts::{self, AdditionalParam, Commission, QrTemplate, TemplateAmount},
};
use crate::{
    context::Context,
    order::language::{self, Language},
    profile::Profile,
    resolve::{Call, Trail},
};

/// Makes a payment link.
///
/// The bank gives no name of the merchant's own by which a second copy would be known: it makes a
/// second link. So it is never sent again, and leaves no trail: after a lost answer, look for the
/// link by its name among all ([`ListTemplates`](super::ListTemplates)).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateTemplate {
    /// Kind of the link: `ECOM`, the only one that the document allows.
    pub kind: TemplateType,
    /// Name for the merchant, 1 to 140 characters.
    pub name: String,
    /// Name for the payer, at most 255 characters.
    pub name_for_client: String,
    /// What the payer pays.
    pub amount: TemplateAmount,
    /// Whether payments are only held first; `false` if left out.
    pub pre_auth: Option<bool>,
    /// Currency; none is the merchant's default at the bank.
    pub currency: Option<Currency>,
    /// Description for the merchant, at most 255 characters.
    pub description: Option<String>,
    /// From when on the link works. The document names no zone.
    pub start_date: Option<LocalDateTime>,
    /// Until when the link works; none is without an end. The document names no zone.
    pub end_date: Option<LocalDateTime>,
    /// Description for the payer, at most 255 characters.
    pub description_for_client: Option<String>,
    /// Whether one payment ends the link.
    pub single_payment: Option<bool>,
    /// Further fields that the payer fills in.
    pub additional_params: Vec<AdditionalParam>,
    /// The fee that the payer pays on top.
    pub commission: Option<Commission>,
    /// What the QR code shall look like.
    pub qr_template: Option<QrTemplate>,
    /// Language of the answer's texts; only the sample sends it.
    pub language: Option<Language>,
}

impl CreateTemplate {
    /// A link with its name for the merchant, its name for the payer, and what is to be paid.
    pub fn new(
        name: impl Into<String>,
        name_for_client: impl Into<String>,
        amount: TemplateAmount,
    ) -> Self {
        Self {
            kind: TemplateType::Ecom,
            name: name.into(),
            name_for_client: name_for_client.into(),
            amount,
            pre_auth: None,
            currency: None,
            description: None,
            start_date: None,
            end_date: None,
            description_for_client: None,
            single_payment: None,
            additional_params: Vec::new(),
            commission: None,
            qr_template: None,
            language: None,
        }
    }

    /// Changes fields in place and gives the request back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and rules, as [`prepare`](Endpoint::prepare) does first. The profile says which
    /// of the rules that can be switched are checked.
    ///
    /// # Errors
    ///
    /// Names the first field that breaks a rule.
    pub fn validate(&self, profile: &Profile) -> Result<(), Invalid> {
        let rules = profile.rules;
        limit::chars("template.type", self.kind.as_str(), 4, 4)?;
        limit::chars("template.name", &self.name, 1, 140)?;
        limit::chars("template.nameForClient", &self.name_for_client, 0, 255)?;
        limit::opt_digits("template.amount", self.amount.minor(), 10)?;
        limit::opt_chars("template.description", &self.description, 0, 255)?;
        limit::opt_chars("template.descriptionForClient", &self.description_for_client, 0, 255)?;
        parts::check_dates(self.start_date, self.end_date)?;
        parts::check_params(&self.additional_params, rules)?;
        if let Some(commission) = &self.commission {
            commission.check("template.commission", rules)?;
        }
        if let Some(qr) = &self.qr_template {
            qr.check("template.qrTemplate")?;
        }
        language::check(self.language.as_ref())
    }
}

impl Endpoint for CreateTemplate {
    const NAME: &'static str = "gateway.templates.create";
    type Context<'a> = Context<'a>;
    type Response = CreatedTemplate;

    /// A second copy makes a second link.
    fn replay(&self) -> Replay {
        Replay::Doubles
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let currency = context.profile.currency(self.currency)?;
        let mut body = body::begin(context)?;
        body.put(
            "template",
            &Template {
                kind: Some(&self.kind),
                name: Some(&self.name),
                pre_auth: self.pre_auth,
                amount: self.amount.minor(),
                currency: currency.as_ref().map(|it| body::currency(context, it)),
                description: self.description.as_deref(),
                start_date: self.start_date,
                end_date: self.end_date,
                name_for_client: Some(&self.name_for_client),
                description_for_client: self.description_for_client.as_deref(),
                single_payment: self.single_payment,
                additional_params: &self.additional_params,
                commission: self.commission.as_ref(),
                qr_template: self.qr_template.as_ref(),
                ..Template::EMPTY
            },
        )?;
        body.opt("language", self.language.as_ref())?;
        body::post(context, body, "templates/create.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<CreatedTemplate, Error> {
        answer::read(answer, |found| {
            Some(CreatedTemplate {
                status: found.status?,
                error: found.error,
                template: found.template?,
            })
        })
    }
}

impl Call for CreateTemplate {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The new link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatedTemplate {
    /// `SUCCESS`.
    pub status: TemplateResponseStatus,
    /// Stands beside a failure; kept if it came beside a success.
    pub error: Option<TemplateFault>,
    /// The link.
    pub template: NewTemplate,
}

/// What the bank says of a new link.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewTemplate {
    /// Identifier of the link.
    pub template_id: TemplateId,
    /// Its status.
    #[serde(default, deserialize_with = "opt_parsed")]
    pub status: Option<TemplateStatus>,
    /// Its QR code, which holds its address.
    pub qr_template: Option<LinkQr>,
}
