//! The blocks of a payment link.

use payments_core::{
    Invalid, Minor, limit,
    money::NonZeroMinor,
    order::{Decimal, Rule, Rules, TemplateParamMode},
    time::LocalDateTime,
    wire::{opt_parsed, opt_text},
};
use serde::{Deserialize, Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

/// What a link asks the payer for. The bank reads a missing amount as "the payer chooses"; here
/// that is a word of its own, and a computed zero never becomes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide between the two")]
pub enum TemplateAmount {
    /// The payer types the amount.
    PayerChooses,
    /// Exactly this much, in minor units, 1 to 10 digits.
    Exactly(NonZeroMinor),
}

impl TemplateAmount {
    /// Exactly this much.
    ///
    /// # Errors
    ///
    /// The amount is zero.
    pub fn exactly(amount: Minor) -> Result<Self, Invalid> {
        NonZeroMinor::new(amount).map(Self::Exactly).ok_or_else(|| {
            Invalid::new("template.amount", "must be more than zero; none lets the payer choose")
        })
    }

    pub(super) fn minor(self) -> Option<Minor> {
        match self {
            Self::PayerChooses => None,
            Self::Exactly(amount) => Some(amount.minor()),
        }
    }
}

/// For how long a link works. The document names no zone for its dates (G-049).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers must decide between the two")]
pub enum Validity {
    /// Without an end.
    Indefinite,
    /// From and until these moments; what is none stays as it is.
    Dates {
        /// From when on an order can be made.
        start: Option<LocalDateTime>,
        /// Until when.
        end: Option<LocalDateTime>,
    },
}

pub(super) fn check_dates(
    start: Option<LocalDateTime>,
    end: Option<LocalDateTime>,
) -> Result<(), Invalid> {
    let holds = start.zip(end).is_none_or(|(start, end)| start < end);
    limit::ensure(holds, "template.endDate", || "must lie after startDate".into())
}

/// What the QR code of a link shall look like and say.
///
/// The bank draws a picture only if both sides are named, and only of a link that is active.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QrTemplate {
    /// Height in pixels, 10 to 1000.
    #[serde(rename = "qrHeight", skip_serializing_if = "Option::is_none")]
    pub height: Option<u16>,
    /// Width in pixels, 10 to 1000.
    #[serde(rename = "qrWidth", skip_serializing_if = "Option::is_none")]
    pub width: Option<u16>,
    /// Further information of the merchant, 1 to 140 characters; the order's description without
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_purpose: Option<String>,
    /// Identifier of the QR code, 1 to 32 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qrc_id: Option<String>,
}

impl QrTemplate {
    /// Asks for a PNG of this size in pixels.
    pub fn png(width: u16, height: u16) -> Self {
        Self { height: Some(height), width: Some(width), ..Self::default() }
    }

    /// Changes fields in place and gives the block back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks the limits.
    pub(super) fn check(&self, path: &str) -> Result<(), Invalid> {
        let side = |field, side: Option<u16>| {
            let fits = side.is_none_or(|side| (10..=1000).contains(&side));
            limit::ensure(fits, field, || "must be 10 to 1000".into())
        };
        side("qrHeight", self.height)
            .and_then(|()| side("qrWidth", self.width))
            .and_then(|()| limit::opt_chars("paymentPurpose", &self.payment_purpose, 1, 140))
            .and_then(|()| limit::opt_chars("qrcId", &self.qrc_id, 1, 32))
            .map_err(|wrong| wrong.under(path))
    }
}

/// The fee that a payer pays on top: a percentage between two bounds, or a fixed sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Commission {
    /// Smallest fee in minor units, 1 to 10 digits.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub fee_min: Option<Minor>,
    /// Largest fee in minor units, 1 to 10 digits.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub fee_max: Option<Minor>,
    /// Percentage of the order's amount, at most 10 characters with its point.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "opt_decimal",
        deserialize_with = "opt_parsed"
    )]
    pub fee_percentage: Option<Decimal>,
    /// Fixed fee in minor units, 1 to 10 digits.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "opt_parsed")]
    pub fixed_amount: Option<Minor>,
}

impl Commission {
    /// A percentage of the order's amount, between two bounds in minor units.
    pub fn percentage(min: Minor, max: Minor, percentage: Decimal) -> Self {
        Self {
            fee_min: Some(min),
            fee_max: Some(max),
            fee_percentage: Some(percentage),
            fixed_amount: None,
        }
    }

    /// A fixed sum in minor units.
    pub fn fixed(amount: Minor) -> Self {
        Self { fixed_amount: Some(amount), ..Self::default() }
    }

    /// Changes fields in place and gives the block back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and the given rules.
    pub(super) fn check(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        self.check_fields(rules).map_err(|wrong| wrong.under(path))
    }

    fn check_fields(&self, rules: Rules) -> Result<(), Invalid> {
        limit::opt_digits("feeMin", self.fee_min, 10)?;
        limit::opt_digits("feeMax", self.fee_max, 10)?;
        limit::opt_digits("fixedAmount", self.fixed_amount, 10)?;
        let percentage = self.fee_percentage.map(|percentage| percentage.normalize());
        let fits = percentage.is_none_or(|it| !it.is_sign_negative() && it.to_string().len() <= 10);
        let text = || "must be at most 10 characters and not negative".into();
        limit::ensure(fits, "feePercentage", text)?;
        let ordered = self.fee_min.zip(self.fee_max).is_none_or(|(min, max)| min <= max);
        limit::ensure(ordered, "feeMax", || "must not be less than feeMin".into())?;
        let range = [self.fee_min.is_some(), self.fee_max.is_some(), percentage.is_some()];
        let one = || match self.fixed_amount {
            Some(_) => range == [false; 3],
            None => range == [true; 3],
        };
        let text = "must stand alone, or else feeMin, feeMax and feePercentage together";
        rules.ensure(Rule::OneCommission, one, "fixedAmount", text)
    }
}

/// Writes a decimal as a JSON number: a point, no exponent, no zeros behind.
fn opt_decimal<S: Serializer>(value: &Option<Decimal>, to: S) -> Result<S::Ok, S::Error> {
    let Some(value) = value else { return to.serialize_none() };
    RawValue::from_string(value.normalize().to_string()).map_err(S::Error::custom)?.serialize(to)
}

/// One further field that the payer fills in before paying.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AdditionalParam {
    /// What the payer sees, 1 to 255 characters.
    #[serde(deserialize_with = "opt_parsed", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Name at the gateway, 1 to 255 Latin letters and underscores.
    #[serde(deserialize_with = "opt_parsed", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// An example for the payer, 1 to 255 characters.
    #[serde(deserialize_with = "opt_parsed", skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// Regular expression of what may be typed, 1 to 200 characters; without one nothing is
    /// checked.
    #[serde(deserialize_with = "opt_text", skip_serializing_if = "Option::is_none")]
    pub regexp: Option<String>,
    /// Whether the payer must fill it in.
    #[serde(deserialize_with = "opt_parsed", skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// What stands in the field at first, 1 to 255 characters.
    #[serde(deserialize_with = "opt_text", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether the payer sees the field; `false` if left out.
    #[serde(deserialize_with = "opt_parsed", skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
}

impl AdditionalParam {
    /// A field with its label and its name at the gateway.
    pub fn new(label: impl Into<String>, name: impl Into<String>, required: bool) -> Self {
        Self {
            label: Some(label.into()),
            name: Some(name.into()),
            required: Some(required),
            ..Self::default()
        }
    }

    /// Changes fields in place and gives the block back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Checks limits and the given rules; label and necessity only where the field is new.
    fn check(&self, is_new: bool, rules: Rules) -> Result<(), Invalid> {
        let name = self.name.as_deref().unwrap_or_default();
        limit::chars("name", name, 1, 255)?;
        let latin = || name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let text = "must be Latin letters and underscores";
        rules.ensure(Rule::ParamName, latin, "name", text)?;
        if is_new {
            limit::ensure(self.label.is_some(), "label", || "must be sent".into())?;
            limit::ensure(self.required.is_some(), "required", || "must be sent".into())?;
        }
        limit::opt_chars("label", &self.label, 1, 255)?;
        limit::opt_chars("placeholder", &self.placeholder, 1, 255)?;
        limit::opt_chars("regexp", &self.regexp, 1, 200)?;
        limit::opt_chars("value", &self.value, 1, 255)
    }
}

/// What an update does to one further field: adds it, unless `mode` says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ParamChange {
    /// What is done; none adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<TemplateParamMode>,
    /// The field. To take it away, its name is enough.
    #[serde(flatten)]
    pub param: AdditionalParam,
}

impl ParamChange {
    /// Adds a field.
    pub fn add(param: AdditionalParam) -> Self {
        Self { mode: None, param }
    }

    /// Takes the field of this name away.
    pub fn remove(name: impl Into<String>) -> Self {
        let param = AdditionalParam { name: Some(name.into()), ..AdditionalParam::default() };
        Self { mode: Some(TemplateParamMode::Remove), param }
    }

    /// Changes fields in place and gives the block back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// Checks the fields of a new link.
pub(super) fn check_params(params: &[AdditionalParam], rules: Rules) -> Result<(), Invalid> {
    check_each(params.iter().map(|param| (param, true)), rules)
}

/// Checks what an update does to the fields.
pub(super) fn check_changes(changes: &[ParamChange], rules: Rules) -> Result<(), Invalid> {
    let adds = |change: &ParamChange| matches!(change.mode, None | Some(TemplateParamMode::Add));
    check_each(changes.iter().map(|change| (&change.param, adds(change))), rules)
}

fn check_each<'a>(
    params: impl Iterator<Item = (&'a AdditionalParam, bool)>,
    rules: Rules,
) -> Result<(), Invalid> {
    for (place, (param, is_new)) in params.enumerate() {
        param
            .check(is_new, rules)
            .map_err(|wrong| wrong.under(&format!("template.additionalParams[{place}]")))?;
    }
    Ok(())
}
