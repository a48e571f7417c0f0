//! How an attempt to pay ended: its class and its reason, as far as an answer tells.

use super::{
    ActionClass, ActionCode, ErrorTypeName, OrderStatus as Status, ProcessingErrorType,
    report::OrderReport,
};

/// How the last attempt to pay ended.
///
/// A decline is no error of the call: the bank answered, mostly with HTTP 200 and `errorCode` 0. The
/// class says what to do next; the reason is for the merchant's eyes, and its wording varies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// What it amounts to; none where the answer names nothing that is listed, of which nothing may
    /// be assumed.
    pub class: Option<ActionClass>,
    /// Whether the attempt failed. Another one may still be allowed: the order's status tells.
    pub declined: bool,
    /// The code as it came, sign and leading zeros included (`actionCode`).
    pub code: Option<ActionCode>,
    /// The bank's text.
    pub reason: Option<String>,
    /// The bank's text for the payer (`displayErrorMessage`, from answer version 33 on).
    pub for_payer: Option<String>,
    /// What failed (`errorTypeName`), in answers to payments.
    pub error_type: Option<ErrorTypeName>,
    /// At which stage (`processingErrorType`), in answers to payments.
    pub processing_error: Option<ProcessingErrorType>,
}

impl Outcome {
    /// What an answer to a payment says: that it failed, or else nothing final.
    pub fn of_payment(error: Option<&str>, kind: Option<&str>, stage: Option<&str>) -> Self {
        let stage = stage.map(ProcessingErrorType::from);
        let kind = kind.map(ErrorTypeName::from);
        let at_stage = stage.as_ref().is_some_and(|stage| *stage != ProcessingErrorType::NoError);
        let declined = error.is_some() || kind.is_some() || at_stage;
        let class = match (&kind, &stage) {
            _ if !declined => Some(ActionClass::Pending),
            (Some(ErrorTypeName::DataInputError | ErrorTypeName::TdsUnknownAresStatus), _)
            | (
                None,
                Some(ProcessingErrorType::ClientError | ProcessingErrorType::Mandatory3dSecure),
            ) => Some(ActionClass::CustomerCanFix),
            _ => None,
        };
        Self {
            class,
            declined,
            reason: error.map(str::to_owned),
            error_type: kind,
            processing_error: stage,
            ..Self::default()
        }
    }
}

impl OrderReport {
    /// How the last attempt to pay the order ended; none where the bank does not know the order.
    ///
    /// The order's status beats the code: an order that is paid was approved whatever the code says,
    /// and a declined one was not.
    pub fn outcome(&self) -> Option<Outcome> {
        let status = self.order_status.as_ref()?;
        let code = self.action_code.clone();
        let listed = code.as_ref().and_then(ActionCode::class);
        let class = match status {
            _ if self.is_paid() => Some(ActionClass::Approved),
            Status::Declined => listed.filter(|class| *class != ActionClass::Approved),
            Status::Registered | Status::AcsAuthStarted if code.is_none() => {
                Some(ActionClass::Pending)
            }
            _ => listed,
        };
        let harmless = [None, Some(ActionClass::Approved), Some(ActionClass::Pending)];
        let declined = *status == Status::Declined || !harmless.contains(&class);
        Some(Outcome {
            class,
            declined,
            code,
            reason: self.action_code_description.clone().filter(|text| !text.is_empty()),
            for_payer: self.display_error_message.clone(),
            ..Outcome::default()
        })
    }
}
