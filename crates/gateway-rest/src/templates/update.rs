//! `POST rest/templates/update.do`: changes a payment link, or switches it off.
//!
//! documents/003, "Update template"; rules G-228 to G-241. Its sample posts to the address of
//! `templates/create.do`; the heading's is used here.

use bytes::Bytes;
use payments_core::{
    Currency, Endpoint, Error, Invalid, Prepared, Replay,
    id::TemplateId,
    limit,
    order::{TemplateResponseStatus, TemplateStatus},
};

use super::{
    answer::{self, TemplateFault},
    body::{self, Template},
    parts::{self, Commission, ParamChange, QrTemplate, TemplateAmount, Validity},
};
use crate::{
    context::Context,
    order::language::{self, Language},
    profile::Profile,
    resolve::{Call, Trail},
};

/// Changes a payment link. What is none stays as it is.
///
/// After a lost answer, [`ReadTemplate`](super::ReadTemplate) shows whether it was changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpdateTemplate {
    /// The link.
    pub template_id: TemplateId,
    /// Name for the merchant, 1 to 140 characters.
    pub name: Option<String>,
    /// Whether payments are only held first.
    pub pre_auth: Option<bool>,
    /// Its status: `ACTIVE`, `INACTIVE` or `WAITING`, as other banks on the platform print it.
    pub status: Option<TemplateStatus>,
    /// What the payer pays. Sent as `amount` or as `isFreeAmount`, never both: the bank ignores the
    /// amount beside the other.
    pub amount: Option<TemplateAmount>,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Description for the merchant, at most 255 characters.
    pub description: Option<String>,
    /// For how long it works. Sent as dates or as `isIndefinite`, never both: the bank ignores the
    /// dates beside the other.
    pub validity: Option<Validity>,
    /// Name for the payer, at most 255 characters.
    pub name_for_client: Option<String>,
    /// Description for the payer, at most 255 characters.
    pub description_for_client: Option<String>,
    /// Whether one payment ends it.
    pub single_payment: Option<bool>,
    /// What happens to the further fields.
    pub additional_params: Vec<ParamChange>,
    /// The fee that the payer pays on top.
    pub commission: Option<Commission>,
    /// What the QR code shall look like.
    pub qr_template: Option<QrTemplate>,
    /// Language of the answer's texts; only the sample sends it.
    pub language: Option<Language>,
}

impl UpdateTemplate {
    /// Changes nothing of a link yet.
    pub fn new(template_id: TemplateId) -> Self {
        Self {
            template_id,
            name: None,
            pre_auth: None,
            status: None,
            amount: None,
            currency: None,
            description: None,
            validity: None,
            name_for_client: None,
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
        let status = self.status.as_ref().map(TemplateStatus::as_str);
        limit::opt_chars("template.name", &self.name, 1, 140)?;
        limit::opt_chars("template.status", &status, 1, 8)?;
        let amount = self.amount.and_then(TemplateAmount::minor);
        limit::opt_digits("template.amount", amount, 10)?;
        limit::opt_chars("template.description", &self.description, 0, 255)?;
        limit::opt_chars("template.nameForClient", &self.name_for_client, 0, 255)?;
        limit::opt_chars("template.descriptionForClient", &self.description_for_client, 0, 255)?;
        if let Some(Validity::Dates { start, end }) = self.validity {
            parts::check_dates(start, end)?;
        }
        parts::check_changes(&self.additional_params, rules)?;
        if let Some(commission) = &self.commission {
            commission.check("template.commission", rules)?;
        }
        if let Some(qr) = &self.qr_template {
            qr.check("template.qrTemplate")?;
        }
        language::check(self.language.as_ref())
    }

    fn dates(&self) -> Template<'_, ParamChange> {
        match self.validity {
            None => Template::EMPTY,
            Some(Validity::Indefinite) => Template { is_indefinite: Some(true), ..Template::EMPTY },
            Some(Validity::Dates { start, end }) => {
                Template { start_date: start, end_date: end, ..Template::EMPTY }
            }
        }
    }
}

impl Endpoint for UpdateTemplate {
    const NAME: &'static str = "gateway.templates.update";
    type Context<'a> = Context<'a>;
    type Response = UpdatedTemplate;

    /// Plain values become the same by a second copy. A status may not: a link for one payment that
    /// was paid in between would be opened for a second one. Nor may the further fields, of which a
    /// bank may add each copy.
    fn replay(&self) -> Replay {
        if self.status.is_none() && self.additional_params.is_empty() {
            Replay::SameAnswer
        } else {
            Replay::Doubles
        }
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Prepared, Error> {
        self.validate(context.profile)?;
        let free = (self.amount == Some(TemplateAmount::PayerChooses)).then_some(true);
        let mut body = body::begin(context)?;
        body.put(
            "template",
            &Template {
                template_id: Some(&self.template_id),
                name: self.name.as_deref(),
                pre_auth: self.pre_auth,
                status: self.status.as_ref(),
                amount: self.amount.and_then(TemplateAmount::minor),
                is_free_amount: free,
                currency: self.currency.as_ref().map(|it| body::currency(context, it)),
                description: self.description.as_deref(),
                name_for_client: self.name_for_client.as_deref(),
                description_for_client: self.description_for_client.as_deref(),
                single_payment: self.single_payment,
                additional_params: &self.additional_params,
                commission: self.commission.as_ref(),
                qr_template: self.qr_template.as_ref(),
                ..self.dates()
            },
        )?;
        body.opt("language", self.language.as_ref())?;
        body::post(context, body, "templates/update.do")
    }

    fn parse(&self, answer: &http::Response<Bytes>) -> Result<UpdatedTemplate, Error> {
        answer::read::<serde::de::IgnoredAny, _>(answer, |found| {
            Some(UpdatedTemplate { status: found.status?, error: found.error })
        })
    }
}

impl Call for UpdateTemplate {
    fn trail(&self) -> Option<Trail> {
        None
    }
}

/// The link was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdatedTemplate {
    /// `SUCCESS`.
    pub status: TemplateResponseStatus,
    /// Stands beside a failure; kept if it came beside a success.
    pub error: Option<TemplateFault>,
}
