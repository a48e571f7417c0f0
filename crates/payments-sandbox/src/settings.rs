//! How the bank and its merchants are set up.

mod partner;

use payments_core::{Secret, money::Currency};

pub use partner::{BindingPlace, Partner, Rule, Share, StatusShape, WalletRefusal};

/// How the bank is set up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where the bank is reached, scheme and host without a closing slash. Page addresses in
    /// answers start with it.
    pub base_url: String,
    /// What identifiers and numbers are made from: the same seed gives the same ones.
    pub seed: u64,
    /// The merchants, told apart by their login.
    pub merchants: Vec<Merchant>,
    /// The partners of the router in front of several banks, told apart by their login. Each
    /// merchant is one of them, too, unless this is changed.
    pub partners: Vec<Partner>,
}

impl Settings {
    /// A bank with these merchants, and a router whose partners they are.
    pub fn new(merchants: Vec<Merchant>) -> Self {
        let partners = merchants.iter().map(Partner::of).collect();
        Self { base_url: "https://bank.example".into(), seed: 1, merchants, partners }
    }

    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Default for Settings {
    /// One merchant with the login and password of the documents' samples.
    fn default() -> Self {
        Self::new(vec![Merchant::new("test_user", "test_user_password")])
    }
}

/// How one merchant is set up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Merchant {
    /// Login of the merchant's API user.
    pub login: String,
    /// Password that goes with the login.
    pub password: Secret,
    /// What the merchant may send in place of login and password.
    pub token: Option<Secret>,
    /// What the merchant may do.
    pub permissions: Permissions,
    /// How callbacks reach the merchant.
    pub callbacks: Callbacks,
    /// How `errorCode` is written.
    pub error_codes: ErrorCodes,
    /// Currency of orders that name none.
    pub currency: Currency,
    /// Version of the status report, 1 to 46.
    pub status_version: u8,
    /// What becomes of receipts.
    pub receipts: Receipts,
    /// How long an order may be paid that says nothing about it, in seconds.
    pub session_timeout_secs: u64,
    /// For how long a QR code of SBP can be paid by, in seconds; 72 hours unless set. No longer than
    /// its order in any case.
    pub qr_lifetime_secs: u64,
    /// Whether an order whose QR code the merchant rejects has lost a try to be paid by that. Yes
    /// by default.
    pub qr_reject_declines: bool,
    /// Whether QR codes hold links as SBP gives them out (`https://qr.nspk.ru/<qrId>?..`) and not
    /// addresses of the payer's page. Such a code is paid at `/sbp/<qrId>` of its bank all the same.
    pub nspk_links: bool,
    /// How long after the payment a linked account comes to be, in seconds; at once by default.
    pub subscription_delay_secs: u64,
    /// How often a payer may try to pay one order. 1 by default: a decline ends the order.
    pub attempts: u32,
    /// For how long after the payment it can be reversed, in seconds; none for no limit.
    pub reversal_window_secs: Option<u64>,
    /// Name that payers see.
    pub full_name: String,
    /// Public key (PEM: SPKI, PKCS#1 or certificate) that calls must be signed for; none if calls
    /// need no signature.
    pub signing_key: Option<String>,
    /// Logins of merchants for whom this one may act by `merchantLogin`.
    pub children: Vec<String>,
    /// Taxpayer number, by which a parent names the merchant at registration (`merchantInn`).
    pub inn: Option<String>,
    /// Whether payments need the payer's e-mail because the bank notifies payers.
    pub client_notifications: bool,
    /// Whether an exemption from strong authentication (`externalScaExemptionIndicator`) forces a
    /// payment without 3-D Secure; else the issuer decides, as the card says.
    pub exemption_forces_ssl: bool,
    /// Whether Visa payments with 3-D Secure need the cardholder's e-mail or phone.
    pub visa_contact: bool,
    /// Whether payments need `billingPayerData` because addresses are verified.
    pub address_verification: bool,
}

impl Merchant {
    /// A merchant that may do everything, without callbacks.
    pub fn new(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            login: login.into(),
            password: Secret::new(password),
            token: None,
            permissions: Permissions::default(),
            callbacks: Callbacks::default(),
            error_codes: ErrorCodes::AsSampled,
            currency: Currency::RUB,
            status_version: 46,
            receipts: Receipts::default(),
            session_timeout_secs: 1200,
            qr_lifetime_secs: 72 * 3600,
            qr_reject_declines: true,
            nspk_links: false,
            subscription_delay_secs: 0,
            attempts: 1,
            reversal_window_secs: None,
            full_name: "Test merchant".into(),
            signing_key: None,
            children: Vec::new(),
            inn: None,
            client_notifications: false,
            exemption_forces_ssl: false,
            visa_contact: false,
            address_verification: false,
        }
    }

    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// What a merchant may do. Everything by default, except what says otherwise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Permissions {
    /// Register orders that are paid in one step.
    pub one_phase: bool,
    /// Register orders whose money is held first.
    pub two_phase: bool,
    /// Take card data itself (`paymentorder`).
    pub card_data: bool,
    /// Use 3-D Secure; without it every card is charged without it.
    pub three_ds: bool,
    /// Ask for exemptions from strong authentication.
    pub sca_exemption: bool,
    /// Authenticate payers by a 3DS server of its own.
    pub own_three_ds: bool,
    /// Complete orders.
    pub deposit: bool,
    /// Complete one order in several steps. Off by default: not every contract has it.
    pub several_deposits: bool,
    /// Reverse payments.
    pub reverse: bool,
    /// Refund payments.
    pub refund: bool,
    /// Refund any sum of an order with a cart (`processRawSumRefund`).
    pub raw_sum_refund: bool,
    /// Refund any sum of one position (`processRawPositionRefund`).
    pub raw_position_refund: bool,
    /// Cancel unpaid orders.
    pub decline: bool,
    /// Make closing receipts.
    pub receipts: bool,
    /// Make and change payment links.
    pub links: bool,
    /// Add a fee to an order (`feeInput`).
    pub fee: bool,
    /// Have orders completed at `autocompletionDate`.
    pub auto_completion: bool,
    /// Have orders reversed at `autoReverseDate`.
    pub auto_reversal: bool,
    /// Take payments by SBP.
    pub sbp: bool,
    /// Have two-phase orders paid by SBP, which debits them at once. Off by default.
    pub two_phase_by_sbp: bool,
    /// Link accounts by SBP without a payment: amount 0 and the feature `VERIFY`. Off by default.
    pub sbp_verify: bool,
    /// Get the 3-D Secure proof (`cavv`, `xid`, `eci`) in status reports.
    pub secure_auth_info: bool,
    /// Get the address of the gateway's own page for the 3DS method.
    pub method_page: bool,
    /// Store customers' cards and charge them again.
    pub stored_credentials: bool,
    /// Let customers pay with a stored card without its code. Off by default.
    pub binding_without_cvc: bool,
    /// Let customers pay with a stored card without 3-D Secure, whatever the card. Off by default.
    pub binding_without_3ds: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        Self {
            one_phase: true,
            two_phase: true,
            card_data: true,
            three_ds: true,
            sca_exemption: true,
            own_three_ds: true,
            deposit: true,
            several_deposits: false,
            reverse: true,
            refund: true,
            raw_sum_refund: true,
            raw_position_refund: true,
            decline: true,
            receipts: true,
            links: true,
            fee: true,
            auto_completion: true,
            auto_reversal: true,
            sbp: true,
            two_phase_by_sbp: false,
            sbp_verify: false,
            secure_auth_info: true,
            method_page: false,
            stored_credentials: true,
            binding_without_cvc: false,
            binding_without_3ds: false,
        }
    }
}

impl Permissions {
    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// What the fiscaliser does for a merchant's orders that have a cart.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Receipts {
    /// Version of the answer of `getReceiptStatus`, 1 to 5.
    pub version: u8,
    /// How long after it was sent a receipt is delivered, in seconds.
    pub delivery_secs: u64,
    /// Whether the moment of a receipt is spelled as the table prints it (`receipt_datetime`,
    /// `yyyy:MM:dd HH:mm:ss`) and not as the sample does (`receipt_date_time`, milliseconds).
    pub printed_time: bool,
    /// `paymentMethod` of positions whose cart names none, as the personal area sets it.
    pub payment_method: Option<String>,
    /// `paymentObject` of positions whose cart names none, as the personal area sets it.
    pub payment_object: Option<String>,
}

impl Default for Receipts {
    fn default() -> Self {
        Self {
            version: 5,
            delivery_secs: 3,
            printed_time: false,
            payment_method: None,
            payment_object: None,
        }
    }
}

/// How `errorCode` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorCodes {
    /// As in the document's sample of each method, which differ.
    #[default]
    AsSampled,
    /// Always text, zero included.
    Text,
    /// Always a number, zero included.
    Number,
}

/// How callbacks reach a merchant.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Callbacks {
    /// The merchant's own address. Without it only orders with `dynamicCallbackUrl` are reported.
    pub url: Option<String>,
    /// Whether `dynamicCallbackUrl` must be given with each order.
    pub dynamic_url_required: bool,
    /// GET with a query, or POST with the same parameters in the body.
    pub method: CallbackMethod,
    /// How the merchant can tell that they are genuine.
    pub checksum: Checksum,
    /// Name of the key, sent as `sign_alias` beside an RSA checksum.
    pub sign_alias: Option<String>,
    /// Names of parameters to send besides the basic ones.
    pub additional: Vec<String>,
    /// Headers to send along, name and value.
    pub headers: Vec<(String, String)>,
}

impl Callbacks {
    /// Changes some of it.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// How callbacks travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackMethod {
    /// Parameters in the query, the gateway's default.
    #[default]
    Get,
    /// Parameters in a form body.
    Post,
}

/// How callbacks are signed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Checksum {
    /// Not at all.
    #[default]
    None,
    /// HMAC-SHA256 with a key that merchant and bank share.
    Hmac(Secret),
    /// RSA with SHA-512 by the bank's private key; [`PUBLIC_KEY`](crate::PUBLIC_KEY) checks it.
    Rsa,
    /// The same with SHA-256, as banks whose keys were made so.
    RsaSha256,
}
