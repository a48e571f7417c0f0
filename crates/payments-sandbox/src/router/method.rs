//! The methods of the router: where they stand, and how they spell their answers.

use crate::{
    answer::{self, ErrorMember, Form, Refusal, Spelling},
    json::{Json, Object},
    settings::{ErrorCodes, Partner, WalletRefusal},
};

/// The methods of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Register,
    RegisterPreAuth,
    Status,
    Deposit,
    Reverse,
    Refund,
    Decline,
    SbpGet,
    SbpStatus,
    SbpReject,
    SbpBindings,
    SbpUnbind,
    PaymentOrder,
    PaymentOrderBinding,
    GetBindings,
    Recurrent,
    Installment,
    TPay,
    AlfaPay,
    RouterParams,
}

impl Method {
    /// The method at a path below `/v1/`.
    pub(super) fn at(path: &str) -> Option<Self> {
        Some(match path {
            "register.do" => Self::Register,
            "registerPreAuth.do" => Self::RegisterPreAuth,
            "getOrderStatusExtended.do" => Self::Status,
            "deposit.do" => Self::Deposit,
            "reverse.do" => Self::Reverse,
            "refund.do" => Self::Refund,
            "decline.do" => Self::Decline,
            "sbp_c2b/get.do" => Self::SbpGet,
            "sbp_c2b/status.do" => Self::SbpStatus,
            // The document names no folder.
            "sbp_c2b/reject.do" | "reject.do" => Self::SbpReject,
            "sbp_c2b/getBindings.do" => Self::SbpBindings,
            "sbp_c2b/unBind.do" => Self::SbpUnbind,
            "paymentOrder.do" | "paymentorder.do" => Self::PaymentOrder,
            "paymentOrderBinding.do" => Self::PaymentOrderBinding,
            "getBindings.do" => Self::GetBindings,
            "recurrentPayment.do" => Self::Recurrent,
            "installmentPayment.do" => Self::Installment,
            "tpay/paymentOrder.do" => Self::TPay,
            "alfapay/paymentOrder.do" => Self::AlfaPay,
            "settings/getRouterParams.do" => Self::RouterParams,
            _ => return None,
        })
    }

    /// How a success writes `errorCode`; none where the samples have no such member. As in the
    /// samples of documents 000, 001 and 004, else as the gateway does.
    fn success(self) -> Option<Form> {
        match self {
            Self::Register
            | Self::RegisterPreAuth
            | Self::Status
            | Self::SbpBindings
            | Self::GetBindings
            | Self::RouterParams => Some(Form::Text),
            Self::Deposit
            | Self::Reverse
            | Self::Refund
            | Self::Decline
            | Self::PaymentOrder
            | Self::PaymentOrderBinding
            | Self::SbpUnbind
            | Self::Installment => Some(Form::Number),
            Self::SbpGet
            | Self::SbpStatus
            | Self::SbpReject
            | Self::TPay
            | Self::AlfaPay
            | Self::Recurrent => None,
        }
    }

    /// `errorCode` of a success; none where a partner's answers have none.
    pub(super) fn zero(self, setting: ErrorCodes) -> Option<Json> {
        let form = match (self.success(), setting) {
            (form, ErrorCodes::AsSampled) => form?,
            (form, _) => form.unwrap_or(Form::Text),
        };
        Some(answer::code(0, form, setting))
    }

    /// The body of a refusal, as the partner is set up.
    pub(super) fn refusal(self, refusal: &Refusal, partner: Option<&Partner>) -> Json {
        let setting = partner.map_or(ErrorCodes::AsSampled, |known| known.merchant.error_codes);
        let flat = |error| {
            let spelling = Spelling { success: Form::Text, refusal: Form::Text, error };
            answer::refusal(refusal, spelling, setting)
        };
        match self {
            Self::TPay | Self::AlfaPay => {
                let shape = partner.map(|partner| partner.wallet_refusal).unwrap_or_default();
                wallet_refusal(refusal, shape, setting).into()
            }
            Self::Recurrent => flat(ErrorMember::Block).into(),
            Self::Installment => flat(ErrorMember::Flag).into(),
            _ => flat(ErrorMember::None).into(),
        }
    }
}

fn wallet_refusal(refusal: &Refusal, shape: WalletRefusal, setting: ErrorCodes) -> Object {
    let code = answer::code(refusal.code, Form::Text, setting);
    let both =
        || Object::new().with("errorCode", code.clone()).with("errorMessage", refusal.text.clone());
    let failed = Object::new().with("success", false);
    match shape {
        WalletRefusal::Beside => {
            failed.with("errorCode", code.clone()).with("errorMessage", refusal.text.clone())
        }
        WalletRefusal::InData => Object::new().with("data", both()).with("success", false),
        WalletRefusal::Text => failed.with("error", refusal.text.clone()),
        WalletRefusal::Flag => failed
            .with("error", true)
            .with("errorCode", code.clone())
            .with("errorMessage", refusal.text.clone()),
        WalletRefusal::Block => {
            let block = Object::new()
                .with("code", code.clone())
                .with("description", refusal.text.clone())
                .with("message", refusal.text.clone());
            failed.with("error", block)
        }
        WalletRefusal::Flat => both(),
    }
}
