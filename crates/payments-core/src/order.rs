//! What an order is: statuses, action codes and the other value lists that requests, answers and
//! callbacks share.
//!
//! The lists stay open: a value that is not listed is kept as it came and asked about with
//! `is_known`. documents/003 lost its bullet lists; where the values come from other banks on the
//! same platform, the type says so.

mod action_code;
pub mod binding;
pub mod browser;
pub mod cart;
pub mod charged;
mod code;
mod generated;
pub mod language;
pub mod ofd;
pub mod outcome;
pub mod params;
pub mod payer;
mod personal;
mod processor_code;
mod receipt_line;
pub mod report;
mod router_state;
mod rules;
mod value;
pub(crate) mod write;

pub use self::{
    action_code::ActionCode,
    code::{ActionClass, Confidence},
    generated::{
        callback::*, card::*, payer::*, payment::*, receipt::*, sbp::*, status::*, template::*,
    },
    personal::Personal,
    processor_code::ProcessorCode,
    receipt_line::ReceiptLine,
    router_state::RouterState,
    rules::{Rule, Rules},
};
pub use rust_decimal::Decimal;

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Display};

    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::Value;

    use super::*;

    /// The tables as they were handed over; the types must hold every row of them.
    fn spec() -> Value {
        serde_json::from_str(include_str!("../../../testdata/spec/gateway-enums.json"))
            .expect("the spec is JSON")
    }

    fn values(spec: &Value, list: &str) -> Vec<String> {
        let values = spec["enums"][list]["values"].as_array().expect("a list");
        values.iter().map(|value| value["value"].as_str().expect("text").to_owned()).collect()
    }

    fn same<T>(spec: &Value, lists: &[&str], known: &[&str])
    where
        T: for<'a> From<&'a str> + Debug + Display + PartialEq + Serialize + DeserializeOwned,
    {
        let want: Vec<String> = lists.iter().flat_map(|list| values(spec, list)).collect();
        assert_eq!(known, want, "{lists:?}");
        for text in known.iter().copied().chain(["no such value", "-1e0", "\u{435}"]) {
            let value = T::from(text);
            assert_eq!(value.to_string(), text);
            let json = serde_json::to_string(&value).expect("text");
            assert_eq!(serde_json::from_str::<T>(&json).expect("reads"), value);
        }
    }

    #[test]
    fn every_listed_value_is_there() {
        let s = &spec();
        same::<OrderStatus>(s, &["OrderStatus"], OrderStatus::KNOWN);
        same::<PaymentState>(s, &["PaymentState"], PaymentState::KNOWN);
        same::<TransactionState>(s, &["TransactionState"], TransactionState::KNOWN);
        same::<OperationType>(s, &["OperationType"], OperationType::KNOWN);
        same::<TransactionTypeIndicator>(
            s,
            &["TransactionTypeIndicator"],
            TransactionTypeIndicator::KNOWN,
        );
        same::<CallbackOperation>(s, &["CallbackOperation"], CallbackOperation::KNOWN);
        same::<CallbackStatus>(s, &["CallbackStatus"], CallbackStatus::KNOWN);
        same::<CallbackPaymentState>(s, &["CallbackPaymentState"], CallbackPaymentState::KNOWN);
        same::<DepositFlag>(s, &["DepositFlag"], DepositFlag::KNOWN);
        same::<ThreeDsType>(s, &["ThreeDsTypeCallback"], ThreeDsType::KNOWN);
        same::<CallbackAvsCode>(s, &["CallbackAvsCode"], CallbackAvsCode::KNOWN);
        same::<PaymentSystem>(s, &["PaymentSystem"], PaymentSystem::KNOWN);
        same::<ProductCategory>(s, &["ProductCategory"], ProductCategory::KNOWN);
        same::<AvsCode>(s, &["AvsCode"], AvsCode::KNOWN);
        same::<Eci>(s, &["Eci"], Eci::KNOWN);
        same::<AuthTypeIndicator>(s, &["AuthTypeIndicator"], AuthTypeIndicator::KNOWN);
        same::<ThreeDsProtocolVersion>(
            s,
            &["ThreeDsProtocolVersion"],
            ThreeDsProtocolVersion::KNOWN,
        );
        same::<PaResStatus>(s, &["PaResStatus"], PaResStatus::KNOWN);
        same::<VeResStatus>(s, &["VeResStatus"], VeResStatus::KNOWN);
        same::<ScaExemption>(s, &["ExternalScaExemptionIndicator"], ScaExemption::KNOWN);
        same::<PaymentWay>(s, &["PaymentWay"], PaymentWay::KNOWN);
        same::<Feature>(s, &["Features"], Feature::KNOWN);
        same::<Tii>(s, &["Tii"], Tii::KNOWN);
        same::<TiiResponse>(s, &["TiiResponse"], TiiResponse::KNOWN);
        same::<BindingType>(s, &["BindingType"], BindingType::KNOWN);
        same::<BindingCategory>(s, &["BindingCategory"], BindingCategory::KNOWN);
        same::<JsonParamName>(s, &["JsonParamsPredefined"], JsonParamName::KNOWN);
        same::<MerchantOrderParamName>(
            s,
            &["MerchantOrderParamsPredefined"],
            MerchantOrderParamName::KNOWN,
        );
        same::<ProcessingErrorType>(s, &["ProcessingErrorType"], ProcessingErrorType::KNOWN);
        same::<ErrorTypeName>(s, &["ErrorTypeName"], ErrorTypeName::KNOWN);
        same::<AddressMatchIndicator>(
            s,
            &["BillingAndShippingAddressMatchIndicator"],
            AddressMatchIndicator::KNOWN,
        );
        same::<ShippingMethodIndicator>(
            s,
            &["ShippingMethodIndicator"],
            ShippingMethodIndicator::KNOWN,
        );
        same::<DeliveryTimeframe>(s, &["DeliveryTimeframe"], DeliveryTimeframe::KNOWN);
        same::<PreOrderPurchaseIndicator>(
            s,
            &["PreOrderPurchaseInd"],
            PreOrderPurchaseIndicator::KNOWN,
        );
        same::<ReorderItemsIndicator>(s, &["ReorderItemsInd"], ReorderItemsIndicator::KNOWN);
        same::<TaxType>(s, &["TaxType"], TaxType::KNOWN);
        same::<TaxTypeName>(s, &["TaxTypeString"], TaxTypeName::KNOWN);
        same::<TaxSystem>(s, &["TaxSystem"], TaxSystem::KNOWN);
        same::<AgentType>(s, &["AgentType"], AgentType::KNOWN);
        same::<PaymentMethod>(s, &["PaymentMethod"], PaymentMethod::KNOWN);
        same::<PaymentObject>(
            s,
            &["PaymentObjectFfd105", "PaymentObjectFfd12Extra"],
            PaymentObject::KNOWN,
        );
        same::<ItemAttributeName>(s, &["ItemAttributes"], ItemAttributeName::KNOWN);
        same::<ReceiptStatus>(s, &["ReceiptStatus"], ReceiptStatus::KNOWN);
        same::<QrStatus>(s, &["QrStatus"], QrStatus::KNOWN);
        same::<QrType>(s, &["QrType"], QrType::KNOWN);
        same::<QrFormat>(s, &["QrFormat"], QrFormat::KNOWN);
        same::<TransactionStateExtension>(
            s,
            &["TransactionStateExtension"],
            TransactionStateExtension::KNOWN,
        );
        same::<TemplateResponseStatus>(
            s,
            &["TemplateResponseStatus"],
            TemplateResponseStatus::KNOWN,
        );
        same::<TemplateStatus>(s, &["TemplateStatus"], TemplateStatus::KNOWN);
        same::<TemplateType>(s, &["TemplateType"], TemplateType::KNOWN);
        same::<TemplateParamMode>(s, &["TemplateAdditionalParamMode"], TemplateParamMode::KNOWN);
    }

    #[test]
    fn every_code_is_there_with_its_class() {
        let spec = spec();
        let classes = [
            ("ok", ActionClass::Approved),
            ("pending", ActionClass::Pending),
            ("customer-fixable", ActionClass::CustomerCanFix),
            ("issuer-decline", ActionClass::IssuerDeclined),
            ("fraud", ActionClass::Fraud),
            ("technical-retryable", ActionClass::RetryLater),
            ("config", ActionClass::Configuration),
            ("request", ActionClass::BadRequest),
        ];
        let class = |row: &Value| {
            classes.iter().find(|(name, _)| row["class"] == *name).map(|(_, class)| *class)
        };
        let actions = spec["actionCodes"].as_array().expect("a list");
        assert_eq!((actions.len(), ActionCode::known().count()), (142, 142));
        for row in actions {
            let code = ActionCode::from(row["code"].as_str().expect("text"));
            assert_eq!(code.class(), class(row), "{code}");
            assert_eq!(code.meaning(), row["meaning"].as_str(), "{code}");
            assert_eq!(row["retryable"], code.is_retryable(), "{code}");
        }
        let codes = spec["processorCodes"].as_array().expect("a list");
        assert_eq!((codes.len(), ProcessorCode::known().count()), (87, 87));
        for row in codes {
            let code = ProcessorCode::from(row["code"].as_str().expect("text"));
            assert_eq!(code.class(), class(row), "{code}");
            assert_eq!(code.meaning(), row["meaning"].as_str(), "{code}");
        }
    }
}
