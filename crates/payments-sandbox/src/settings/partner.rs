//! How the router is set up for one partner.

use super::Merchant;

/// How the router is set up for one partner, and the banks behind it for the partner's merchant.
///
/// Banks are named by `gwId`; see [`router::BANKS`](crate::router::BANKS).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Partner {
    /// How the partner's merchant is set up at each bank; its login and password are the router's
    /// own, too. Callbacks leave the banks, so that they are set up here.
    pub merchant: Merchant,
    /// The banks that payments by SBP are spread over. Changed by
    /// [`Router::change_partner`](crate::Router::change_partner), like everything here.
    pub sbp: Vec<Share>,
    /// What sends some payments by SBP elsewhere, whatever the shares; the first rule that fits counts.
    pub sbp_rules: Vec<Rule>,
    /// The bank for T-Pay; none if it is not set.
    pub tpay_bank: Option<String>,
    /// The bank for Alfa Pay; none if it is not set.
    pub alfapay_bank: Option<String>,
    /// The bank for cards on the router's page; none if it is not set.
    pub card_bank: Option<String>,
    /// Whether orders of amount 0 may be registered (`VERIFY`), to link an account.
    pub verify: bool,
    /// How long an order may be paid that says nothing about it, in seconds; 1800 by default.
    pub order_lifetime_secs: u64,
    /// How status answers are built.
    pub status_shape: StatusShape,
    /// Where a status answer names the subscription that came of the order.
    pub binding_place: BindingPlace,
    /// How T-Pay and Alfa Pay calls are refused.
    pub wallet_refusal: WalletRefusal,
    /// Whether T-Pay and Alfa Pay answers have no envelope, as every other answer.
    pub flat_wallets: bool,
    /// Whether a subscription's end is answered with `errorCode` 2, as banks do, and not 0.
    pub unbind_as_bank: bool,
}

impl Partner {
    /// A partner with everything set up: SBP at two banks by 60 and 40 percent, T-Pay, Alfa Pay and
    /// cards, two-phase orders by SBP, accounts linked without a payment.
    pub fn new(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self::of(&Merchant::new(login, password))
    }

    /// The same for a merchant, whose password, callbacks and habits it takes over.
    pub fn of(merchant: &Merchant) -> Self {
        let merchant = merchant.clone().with(|merchant| {
            merchant.permissions.two_phase_by_sbp = true;
            merchant.permissions.sbp_verify = true;
            merchant.qr_reject_declines = false;
        });
        let share = |bank: &str, percent| Share { bank: bank.to_owned(), percent };
        Self {
            merchant,
            sbp: vec![share("VTB", 60), share("ALFABANK", 40)],
            sbp_rules: Vec::new(),
            tpay_bank: Some("TBANK".into()),
            alfapay_bank: Some("ALFABANK".into()),
            card_bank: Some("VTB".into()),
            verify: true,
            order_lifetime_secs: 1800,
            status_shape: StatusShape::default(),
            binding_place: BindingPlace::default(),
            wallet_refusal: WalletRefusal::default(),
            flat_wallets: false,
            unbind_as_bank: false,
        }
    }

    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// One bank's part of the payments by SBP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// `gwId` of the bank.
    pub bank: String,
    /// Its part, out of the sum of all parts.
    pub percent: u32,
}

impl Share {
    /// So many percent for a bank.
    pub fn new(bank: impl Into<String>, percent: u32) -> Self {
        Self { bank: bank.into(), percent }
    }
}

/// Sends the orders that fit to one bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// `gwId` of the bank.
    pub bank: String,
    /// Orders of this amount or more, in minor units.
    pub from_amount: Option<u64>,
    /// Orders of this amount or less, in minor units.
    pub to_amount: Option<u64>,
    /// Orders with this feature.
    pub feature: Option<String>,
}

impl Rule {
    /// Sends every order to a bank, until limits are set.
    pub fn to(bank: impl Into<String>) -> Self {
        Self { bank: bank.into(), ..Self::default() }
    }

    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// How status answers are built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusShape {
    /// `state` and `depositedAmount` around `orderStatusResultModel`.
    #[default]
    Wrapped,
    /// The model's own members beside `state` and `depositedAmount`, nothing around them.
    Flat,
    /// The bank's report alone, as its own API gives it; before a bank, the router's model alone.
    Bank,
}

/// Where a status answer names the subscription that came of the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BindingPlace {
    /// Beside `state`, and in the bank's `bindingInfo`.
    #[default]
    Outer,
    /// Among the members of `orderStatusResultModel`.
    Model,
    /// In the bank's `bindingInfo` alone.
    BindingInfo,
}

/// How T-Pay and Alfa Pay calls are refused. No document shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WalletRefusal {
    /// `success` false, `errorCode` and `errorMessage`.
    #[default]
    Beside,
    /// `success` false, and both inside `data`.
    InData,
    /// `success` false, and the text as `error`.
    Text,
    /// `success` false, `error` true and `errorMessage`.
    Flag,
    /// `success` false, and code and text inside `error`, as gateways refuse recurrent payments.
    Block,
    /// No envelope: `errorCode` and `errorMessage` alone.
    Flat,
}
