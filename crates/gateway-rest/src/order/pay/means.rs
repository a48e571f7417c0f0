//! What pays an order.

use std::collections::BTreeMap;

pub use payments_core::sbp::SbpSubscription;
use payments_core::{
    Invalid, Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    limit,
    order::{AuthTypeIndicator, Eci, ThreeDsProtocolVersion},
};
use serde::Serialize;

use crate::{encode::Form, order::params::Params};

/// What pays an order.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Means {
    /// A card whose data the merchant holds.
    Card(Card),
    /// A card encrypted with the bank's public key.
    SeToken(SeToken),
    /// An SBP subscription that was made elsewhere.
    SbpSubscription(SbpSubscription),
}

/// A card whose data the merchant holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Card {
    /// Card number (`$PAN`).
    pub pan: Pan,
    /// Last month of validity.
    pub expiry: Expiry,
    /// How the month of validity stands on the wire.
    pub expiry_form: ExpiryForm,
    /// Code on the back (`$CVC`), three digits; the table makes it mandatory, so leave it out only
    /// under a permission to pay without it.
    pub cvc: Option<Cvc>,
    /// Name on the card (`TEXT`), 1 to 512 characters.
    pub holder: Cardholder,
}

/// How the month of validity stands on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExpiryForm {
    /// `YYYY` and `MM`, as the samples send it.
    #[default]
    YearAndMonth,
    /// `$EXPIRY` as `YYYYMM`, which overrides the other form.
    Whole,
}

/// A card encrypted with the bank's public key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SeToken {
    /// The encrypted data: timestamp, UUID, card number, expiry and order (G-101). One that holds a
    /// stored credential belongs to another call.
    pub token: Secret,
    /// Name on the card (`TEXT`), 1 to 512 characters.
    pub holder: Cardholder,
}

impl Card {
    /// Takes the card's data with its code.
    pub fn new(pan: Pan, expiry: Expiry, cvc: Cvc, holder: Cardholder) -> Self {
        Self { pan, expiry, expiry_form: ExpiryForm::default(), cvc: Some(cvc), holder }
    }

    /// Changes fields in place and gives the card back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl SeToken {
    /// Takes encrypted card data and the name on the card.
    pub fn new(token: Secret, holder: Cardholder) -> Self {
        Self { token, holder }
    }
}

impl From<Card> for Means {
    fn from(card: Card) -> Self {
        Self::Card(card)
    }
}

impl From<SeToken> for Means {
    fn from(token: SeToken) -> Self {
        Self::SeToken(token)
    }
}

impl From<SbpSubscription> for Means {
    fn from(subscription: SbpSubscription) -> Self {
        Self::SbpSubscription(subscription)
    }
}

impl Means {
    pub(super) fn validate(&self) -> Result<(), Invalid> {
        match self {
            Self::Card(card) => {
                let three = card.cvc.as_ref().is_none_or(|cvc| cvc.expose().len() == 3);
                limit::ensure(three, "$CVC", || "must be three digits".into())
            }
            Self::SeToken(token) => {
                let some = !token.token.expose().is_empty();
                limit::ensure(some, "seToken", || "must not be empty".into())
            }
            Self::SbpSubscription(subscription) => subscription.validate(),
        }
    }

    pub(super) fn put<'a>(&'a self, form: &mut Form<'a>) {
        match self {
            Self::Card(card) => {
                form.text("$PAN", card.pan.expose());
                form.opt("$CVC", card.cvc.as_ref().map(Cvc::expose));
                match card.expiry_form {
                    ExpiryForm::YearAndMonth => {
                        form.display("YYYY", card.expiry.year());
                        form.display("MM", format_args!("{:02}", card.expiry.month()));
                    }
                    ExpiryForm::Whole => form.display("$EXPIRY", card.expiry.yyyymm()),
                }
                form.text("TEXT", card.holder.expose());
            }
            Self::SeToken(token) => {
                form.secret("seToken", &token.token);
                form.text("TEXT", token.holder.expose());
            }
            Self::SbpSubscription(subscription) => {
                form.secret("sbpSubscriptionToken", &subscription.token);
                form.text("sbpMemberId", &subscription.member_id);
            }
        }
    }
}

/// What the merchant's own 3DS server found (documents/003, payment with an external 3DS server).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExternalThreeDs {
    /// Electronic commerce indicator; must be set. Unless it is 07 or 10 (not authenticated) `cavv`
    /// and `xid` must be set too.
    pub eci: Option<Eci>,
    /// Proof of the authentication, at most 200 characters.
    pub cavv: Option<Secret>,
    /// Number of the authentication, 1 to 80 characters.
    pub xid: Option<Secret>,
    /// Version of 3-D Secure. Without it the gateway takes 1.0.2 or 2.1.0 (G-118).
    pub three_ds_protocol_version: Option<ThreeDsProtocolVersion>,
    /// Kind of the authentication.
    pub three_ds_type: Option<AuthTypeIndicator>,
}

impl ExternalThreeDs {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes fields in place and gives the value back.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn validate(&self) -> Result<(), Invalid> {
        limit::opt_chars("cavv", &shown(&self.cavv), 0, 200)
            .and_then(|()| limit::opt_chars("xid", &shown(&self.xid), 1, 80))
            .map_err(|wrong| wrong.under("jsonParams"))
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        [
            ("eci", self.eci.as_ref().map(Eci::as_str)),
            ("cavv", shown(&self.cavv)),
            ("xid", shown(&self.xid)),
            (
                "threeDSProtocolVersion",
                self.three_ds_protocol_version.as_ref().map(ThreeDsProtocolVersion::as_str),
            ),
            ("threeDsType", self.three_ds_type.as_ref().map(AuthTypeIndicator::as_str)),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
    }
}

fn shown(secret: &Option<Secret>) -> Option<&str> {
    secret.as_ref().map(|secret| secret.expose().as_str())
}

/// The pairs of `jsonParams`: the caller's own and those of the external 3DS server.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Pairs<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Pairs<'a> {
    /// None where there are none.
    pub(super) fn new(
        params: Option<&'a Params>,
        found: Option<&'a ExternalThreeDs>,
    ) -> Option<Self> {
        let own = params.into_iter().flat_map(|params| params.iter());
        let found = found.into_iter().flat_map(|found| found.pairs());
        let pairs: BTreeMap<_, _> = own.chain(found).collect();
        (!pairs.is_empty()).then_some(Self(pairs))
    }
}
