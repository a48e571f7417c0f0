//! What the router knows about an order: what was said at registration, and where it was brought.

use payments_core::{
    id::{OrderId, OrderNumber},
    money::{Currency, Minor},
    time::UnixMillis,
};

use super::{BANKS, Routed};

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Sbp,
    TPay,
    AlfaPay,
    Card,
}

impl Way {
    /// As `allowedPaymentWays` names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sbp => "SBP_C2B",
            Self::TPay => "TCB_TPAY",
            Self::AlfaPay => "ALFAPAY",
            Self::Card => "CARD",
        }
    }
}

/// An order at a bank.
#[derive(Clone)]
pub(super) struct Placed {
    /// Place in [`BANKS`].
    pub(super) bank: usize,
    /// The bank's own number.
    pub(super) id: OrderId,
    /// The way asked for last.
    pub(super) way: Way,
}

/// The QR code that the partner was given last.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) at: Placed,
    pub(super) payload: String,
    /// The status that the partner was told last.
    pub(super) told: String,
}

/// An order of the router.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) id: OrderId,
    pub(super) number: OrderNumber,
    pub(super) login: String,
    /// In minor units.
    pub(super) amount: u64,
    pub(super) currency: Currency,
    pub(super) two_phase: bool,
    pub(super) registered_at: UnixMillis,
    pub(super) expires_at: UnixMillis,
    /// Whether the registration said how long the order lives.
    pub(super) has_timeout: bool,
    pub(super) details: Details,
    /// Each bank it was brought to; all but the last one have cancelled it.
    pub(super) tries: Vec<Placed>,
    /// The partner cancelled it before it came to a bank.
    pub(super) cancelled: bool,
    pub(super) code: Option<Code>,
    /// The link that the partner was given last, for T-Pay or Alfa Pay.
    pub(super) link: Option<String>,
    /// Decides which bank gets it where shares do.
    pub(super) draw: u64,
}

/// What the registration said, for the bank that will have the order.
#[derive(Clone, Default)]
pub(super) struct Details {
    pub(super) return_url: String,
    pub(super) fail_url: Option<String>,
    pub(super) description: Option<String>,
    pub(super) language: Option<String>,
    pub(super) client: Option<String>,
    /// What a subscription is for.
    pub(super) purpose: Option<String>,
    pub(super) features: Vec<String>,
    pub(super) ways: Vec<String>,
    /// `jsonParams`, with the purpose under its right name.
    pub(super) params: Vec<(String, String)>,
    /// What is passed on as it came.
    pub(super) others: Vec<(&'static str, String)>,
}

impl Order {
    /// The bank where the order is.
    pub(super) fn at(&self) -> Option<&Placed> {
        self.tries.last()
    }

    pub(super) fn has_feature(&self, name: &str) -> bool {
        self.details.features.iter().any(|feature| feature == name)
    }

    pub(super) fn language(&self) -> &str {
        self.details.language.as_deref().unwrap_or("ru")
    }

    /// Whether its time ran out before it came to a bank.
    pub(super) fn is_late(&self, now: UnixMillis) -> bool {
        self.tries.is_empty() && now >= self.expires_at
    }

    pub(super) fn routed(&self) -> Routed {
        let banks = self.tries.iter();
        let named = |at: &Placed| Some((BANKS.get(at.bank)?.gw_id, at.id.clone()));
        Routed {
            id: self.id.clone(),
            number: self.number.as_str().to_owned(),
            amount: Minor::new(self.amount),
            two_phase: self.two_phase,
            banks: banks.filter_map(named).collect(),
        }
    }
}
