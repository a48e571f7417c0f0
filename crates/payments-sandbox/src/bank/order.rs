//! What the bank knows about one order.

use payments_core::{
    Secret,
    id::{OrderId, OrderNumber},
    money::Currency,
    time::UnixMillis,
};

use crate::{
    cards::Behaviour,
    ledger::{Imbalance, Ledger},
};

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
    /// Failed attempts to pay.
    pub(crate) failures: u32,
    /// A reversal was carried out or failed: there is no second one.
    pub(crate) reversal_used: bool,
    pub(crate) dates: Dates,
    /// The last attempt to pay, good or bad.
    pub(crate) payment: Option<Payment>,
    pub(crate) three_ds: Option<Session>,
    pub(crate) refunds: Vec<Refund>,
}

/// When something last happened.
#[derive(Clone, Copy, Default)]
pub(crate) struct Dates {
    pub(crate) paid: Option<UnixMillis>,
    pub(crate) deposited: Option<UnixMillis>,
    pub(crate) reversed: Option<UnixMillis>,
    pub(crate) refunded: Option<UnixMillis>,
    pub(crate) declined: Option<UnixMillis>,
}

/// One refund that was made.
#[derive(Clone)]
pub(crate) struct Refund {
    pub(crate) at: UnixMillis,
    pub(crate) amount: u64,
    pub(crate) key: Option<String>,
    pub(crate) reference: String,
    /// None for a plain refund.
    pub(crate) raw: Option<RawRefund>,
}

/// A refund by one of the raw calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawRefund {
    /// Of a free sum.
    Sum,
    /// Of the position of this number.
    Position(u64),
}

/// What the bank keeps of a card after an attempt to pay. The code is gone by then.
#[derive(Clone)]
pub(crate) struct Payment {
    pub(crate) masked_pan: String,
    pub(crate) scheme: &'static str,
    /// `YYYYMM`.
    pub(crate) expiry: String,
    pub(crate) cardholder: String,
    pub(crate) card: Behaviour,
    pub(crate) reference: String,
    pub(crate) approval_code: String,
    pub(crate) proof: Option<Proof>,
    pub(crate) terms: Terms,
    /// The stored credential that was charged, or that was made of the card.
    pub(crate) binding: Option<String>,
    /// The card's number, as long as the payment may still store it.
    pub(crate) pan: Secret,
}

/// What the merchant said of one payment.
#[derive(Clone, Default)]
pub(crate) struct Terms {
    /// What the merchant called the payment, given back in status reports.
    pub(crate) tii: Option<String>,
    pub(crate) sca_exemption: Option<String>,
    /// The stored credential to charge; none for a card that was typed.
    pub(crate) binding: Option<String>,
    /// The payer is not asked, whatever the card.
    pub(crate) without_3ds: bool,
    /// A failure ends the order, however many attempts the merchant has.
    pub(crate) only_try: bool,
    /// What a 3DS server of the merchant's own proved.
    pub(crate) proof: Option<Proof>,
    /// The card is not to be stored (`bindingNotNeeded`).
    pub(crate) forget_card: bool,
    /// `paymentWay` of a card that was chosen in an application of this bank's own.
    pub(crate) wallet: Option<&'static str>,
}

impl Payment {
    /// `paymentWay` of reports and callbacks.
    pub(crate) fn way(&self) -> &'static str {
        match (self.terms.wallet, &self.terms.binding) {
            (Some(wallet), _) => wallet,
            (None, Some(_)) => "CARD_BINDING",
            (None, None) => "CARD",
        }
    }
}

/// What 3-D Secure proved.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) protocol: Protocol,
    /// `authTypeIndicator` of the status report.
    pub(crate) kind: &'static str,
    /// `threeDSType` of callbacks.
    pub(crate) callback_kind: &'static str,
    pub(crate) eci: String,
    pub(crate) cavv: String,
    pub(crate) xid: String,
    /// Result of a challenge.
    pub(crate) challenged: bool,
    /// Version of the protocol.
    pub(crate) version: String,
}

/// A 3-D Secure authentication under way.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) protocol: Protocol,
    /// `threeDSServerTransId`; for 3DS1 not told to anybody.
    pub(crate) server_id: String,
    pub(crate) acs_id: String,
    pub(crate) stage: Stage,
    /// Where the issuer's page sends the payer; none for the gateway itself.
    pub(crate) back_to: Option<String>,
    /// What the merchant's page gave the issuer's page to give back: `MD` or `threeDSSessionData`.
    pub(crate) data: Option<String>,
    /// Whether the payer began it on the gateway's own page.
    pub(crate) hosted: bool,
    /// Wrong codes so far.
    pub(crate) wrong: u32,
    /// Whether the payer came by the simple redirect, whose failures are spelled `orderID`.
    pub(crate) simple: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    One,
    Two,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The first answer was given, the payment not yet repeated.
    Prepared,
    /// The payer is at the issuer's page.
    Challenged,
    /// The issuer knows whether it was the payer.
    Answered(bool),
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
    /// The only credential that may pay; none for any card.
    pub(crate) binding_id: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) email: Option<String>,
    /// Whether a phone of the payer came with the order.
    pub(crate) phone: bool,
    /// The payer's mobile phone, given back in reports.
    pub(crate) mobile: Option<String>,
    /// What the check of the payer's address says, where the merchant has it.
    pub(crate) avs_code: Option<&'static str>,
    /// Paid on top of the amount to whoever asks for it. Reported, and in no book: it is never the
    /// merchant's.
    pub(crate) fee: u64,
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

    /// Whether an attempt to pay is possible.
    pub(crate) fn is_payable(&self) -> bool {
        matches!(self.status, Status::Registered | Status::AcsStarted)
    }

    /// What can still be deposited.
    pub(crate) fn on_hold(&self) -> u64 {
        match self.status {
            Status::Held | Status::PartlyDeposited => self.approved.saturating_sub(self.deposited),
            _ => 0,
        }
    }

    pub(crate) fn has_feature(&self, name: &str) -> bool {
        self.details.features.iter().any(|feature| feature == name)
    }

    pub(crate) fn language(&self) -> &str {
        self.details.language.as_deref().unwrap_or("ru")
    }

    /// Compares the amounts with the books.
    pub(crate) fn check(&self, ledger: &Ledger) -> Result<(), Imbalance> {
        let books = ledger.order(&self.id);
        let agree = books.held == self.on_hold()
            && books.merchant == self.deposited.saturating_sub(self.charged_back)
            && books.refunded == self.refunded
            && books.charged_back == self.charged_back;
        if agree { Ok(()) } else { Err(Imbalance::new(&self.id, "amounts differ from the books")) }
    }
}
