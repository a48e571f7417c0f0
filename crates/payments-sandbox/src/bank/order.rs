//! What the bank knows about one order.

use payments_core::{
    id::{OrderId, OrderNumber},
    money::Currency,
    time::UnixMillis,
};

use crate::ledger::{Imbalance, Ledger};

/// `orderStatus` of the status report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Registered,
    Held,
    Deposited,
    Reversed,
    Refunded,
    AcsStarted,
    Declined,
    PartlyDeposited,
}

impl Status {
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Registered => 0,
            Self::Held => 1,
            Self::Deposited => 2,
            Self::Reversed => 3,
            Self::Refunded => 4,
            Self::AcsStarted => 5,
            Self::Declined => 6,
            Self::PartlyDeposited => 8,
        }
    }

    /// `paymentState` of the status report.
    pub(crate) fn payment_state(self) -> &'static str {
        match self {
            Self::Registered | Self::AcsStarted => "CREATED",
            Self::Held => "APPROVED",
            Self::Deposited => "DEPOSITED",
            Self::Reversed => "REVERSED",
            Self::Refunded => "REFUNDED",
            Self::Declined => "DECLINED",
            Self::PartlyDeposited => "MULTIPLE_INTERMEDIATE_DEPOSITED",
        }
    }
}

/// An order. Amounts are in minor units.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) number: OrderNumber,
    pub(crate) login: String,
    pub(crate) amount: u64,
    pub(crate) currency: Currency,
    pub(crate) two_phase: bool,
    pub(crate) details: Details,
    pub(crate) registered_at: UnixMillis,
    pub(crate) expires_at: UnixMillis,
    pub(crate) completes_at: Option<UnixMillis>,
    pub(crate) reverses_at: Option<UnixMillis>,
    pub(crate) status: Status,
    /// Held at first, less what was reversed.
    pub(crate) approved: u64,
    /// Debited, less what was reversed or refunded since.
    pub(crate) deposited: u64,
    pub(crate) refunded: u64,
    pub(crate) charged_back: u64,
    pub(crate) action_code: i64,
}

/// What the merchant said about an order and the bank only keeps.
#[derive(Clone, Default)]
pub(crate) struct Details {
    pub(crate) return_url: String,
    pub(crate) fail_url: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) post_address: Option<String>,
    pub(crate) cardholder: Option<String>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) features: Vec<String>,
    pub(crate) bundle: Option<String>,
}

impl Order {
    /// When something happens to the order without anybody's doing.
    pub(crate) fn next_due(&self) -> Option<UnixMillis> {
        match self.status {
            Status::Registered | Status::AcsStarted => Some(self.expires_at),
            Status::Held => self.completes_at.into_iter().chain(self.reverses_at).min(),
            _ => None,
        }
    }

    /// Compares the amounts with the books.
    pub(crate) fn check(&self, ledger: &Ledger) -> Result<(), Imbalance> {
        let books = ledger.order(&self.id);
        let held = match self.status {
            Status::Held | Status::PartlyDeposited => self.approved.checked_sub(self.deposited),
            _ => Some(0),
        };
        let agree = Some(books.held) == held
            && books.merchant == self.deposited.saturating_sub(self.charged_back)
            && books.refunded == self.refunded
            && books.charged_back == self.charged_back;
        if agree { Ok(()) } else { Err(Imbalance::new(&self.id, "amounts differ from the books")) }
    }
}
