//! The methods of the merchant API: where they stand, and how they spell their answers.

use crate::answer::{ErrorMember, Form, Spelling};

/// The methods of the merchant API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Register,
    RegisterPreAuth,
    PaymentOrder,
    Status,
    Deposit,
    Reverse,
    Refund,
    Decline,
    PaymentOrderBinding,
    GetBindings,
    GetBindingsByCard,
    UnBindCard,
    BindCard,
    ExtendBinding,
    CreateBinding,
    SbpQrGet,
    SbpQrStatus,
    SbpQrReject,
    SbpBindings,
    SbpUnbind,
    RawSumRefund,
    RawPositionRefund,
    Recurrent,
    Installment,
    Finish3ds1,
    Finish3ds2,
    Continue3ds,
    VerifyCard,
    CloseReceipt,
    ReceiptStatus,
    TemplateCreate,
    TemplateGet,
    TemplateUpdate,
    TemplateList,
}

impl Method {
    /// The method at a path below `/payment/`.
    pub(crate) fn at(path: &str) -> Option<Self> {
        Some(match path {
            "rest/register.do" => Self::Register,
            "rest/registerPreAuth.do" => Self::RegisterPreAuth,
            "rest/paymentorder.do" => Self::PaymentOrder,
            "rest/getOrderStatusExtended.do" => Self::Status,
            "rest/deposit.do" => Self::Deposit,
            "rest/reverse.do" => Self::Reverse,
            "rest/refund.do" => Self::Refund,
            "rest/decline.do" => Self::Decline,
            "rest/paymentOrderBinding.do" => Self::PaymentOrderBinding,
            "rest/getBindings.do" => Self::GetBindings,
            "rest/getBindingsByCardOrId.do" => Self::GetBindingsByCard,
            "rest/unBindCard.do" => Self::UnBindCard,
            "rest/bindCard.do" => Self::BindCard,
            "rest/extendBinding.do" => Self::ExtendBinding,
            "rest/createBindingNoPayment.do" => Self::CreateBinding,
            "rest/sbp/c2b/qr/dynamic/get.do" => Self::SbpQrGet,
            "rest/sbp/c2b/qr/status.do" => Self::SbpQrStatus,
            "rest/sbp/c2b/qr/dynamic/reject.do" => Self::SbpQrReject,
            "rest/sbp/c2b/getBindings.do" => Self::SbpBindings,
            "rest/sbp/c2b/unBind.do" => Self::SbpUnbind,
            "rest/processRawSumRefund.do" => Self::RawSumRefund,
            // The heading's name and the sample's.
            "rest/processRawPositionRefund.do" | "rest/processRawPositionOrderRefund.do" => {
                Self::RawPositionRefund
            }
            "recurrentPayment.do" => Self::Recurrent,
            "installmentPayment.do" => Self::Installment,
            "rest/finish3dsPayment.do" => Self::Finish3ds1,
            "rest/finish3dsVer2Payment.do" => Self::Finish3ds2,
            "rest/3ds/continue.do" => Self::Continue3ds,
            "rest/verifyCard.do" => Self::VerifyCard,
            "rest/closeOfdReceipt.do" => Self::CloseReceipt,
            "rest/getReceiptStatus.do" => Self::ReceiptStatus,
            "rest/templates/create.do" => Self::TemplateCreate,
            "rest/templates/get.do" => Self::TemplateGet,
            "rest/templates/update.do" => Self::TemplateUpdate,
            "rest/templates/getList.do" => Self::TemplateList,
            _ => return None,
        })
    }

    /// As in the samples of documents/003.
    pub(crate) fn spelling(self) -> Spelling {
        let (success, refusal, error) = match self {
            Self::Register
            | Self::RegisterPreAuth
            | Self::Status
            | Self::GetBindings
            | Self::GetBindingsByCard
            | Self::UnBindCard
            | Self::BindCard
            | Self::ExtendBinding
            | Self::SbpQrGet
            | Self::SbpQrStatus
            | Self::SbpQrReject
            | Self::SbpBindings
            | Self::VerifyCard
            | Self::CloseReceipt
            | Self::ReceiptStatus
            | Self::TemplateCreate
            | Self::TemplateGet
            | Self::TemplateUpdate
            | Self::TemplateList => (Form::Text, Form::Text, ErrorMember::None),
            Self::Deposit
            | Self::Reverse
            | Self::Refund
            | Self::Decline
            | Self::RawSumRefund
            | Self::RawPositionRefund => (Form::Number, Form::Text, ErrorMember::None),
            Self::SbpUnbind => (Form::Number, Form::Number, ErrorMember::None),
            Self::Recurrent => (Form::Text, Form::Text, ErrorMember::Block),
            Self::PaymentOrder
            | Self::PaymentOrderBinding
            | Self::Finish3ds1
            | Self::Finish3ds2
            | Self::Continue3ds => (Form::Number, Form::Number, ErrorMember::Text),
            Self::CreateBinding | Self::Installment => {
                (Form::Number, Form::Number, ErrorMember::Flag)
            }
        };
        Spelling { success, refusal, error }
    }

    /// Whether it is about payment links, which answer `status` in the place of `errorCode`.
    pub(crate) fn is_about_links(self) -> bool {
        matches!(
            self,
            Self::TemplateCreate | Self::TemplateGet | Self::TemplateUpdate | Self::TemplateList
        )
    }

    /// Whether programs in the field call it without credentials: the order then tells whose it is.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Finish3ds1 | Self::Finish3ds2)
    }
}
