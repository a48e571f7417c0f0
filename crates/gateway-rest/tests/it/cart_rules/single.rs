//! Rules of calls that carry no cart: one request that keeps the rule, and one that breaks it alone.

use gateway_rest::{
    Credentials, Profile,
    bindings::PayByBinding,
    order::{
        language::Language,
        pay::{Card, PaymentOrder},
    },
    recurrent::{InstallmentPayment, RecurrentPayment},
    templates::{AdditionalParam, Commission, CreateTemplate, TemplateAmount},
    verify_card::VerifyCard,
};
use payments_core::{
    Minor,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, OrderId, OrderNumber},
    order::{Rule, Tii},
};

use super::valid::{Refused, refused, refused_as};

/// Prepares a request; the field and the name of the rule that it breaks.
type Try = fn(&Profile) -> Refused;

pub(super) struct Single {
    pub(super) rule: Rule,
    pub(super) field: &'static str,
    pub(super) right: Try,
    pub(super) wrong: Try,
}

pub(super) const SINGLES: &[Single] = &[
    Single {
        rule: Rule::OneCommission,
        field: "template.commission.fixedAmount",
        right: |profile| refused(&fee(Commission::fixed(Minor::new(5))), profile),
        wrong: |profile| {
            let both = Commission::percentage(Minor::new(1), Minor::new(9), 2.into());
            refused(&fee(both.with(|it| it.fixed_amount = Some(Minor::new(5)))), profile)
        },
    },
    Single {
        rule: Rule::ParamName,
        field: "template.additionalParams[0].name",
        right: |profile| refused(&asking("first_name"), profile),
        wrong: |profile| refused(&asking("name1"), profile),
    },
    Single {
        rule: Rule::VerifiedAmount,
        field: "amount",
        right: |profile| refused(&verify().with(|it| it.amount = Some(Minor::new(100))), profile),
        wrong: |profile| refused(&verify(), profile),
    },
    Single {
        rule: Rule::InstallmentPreAuth,
        field: "preAuth",
        right: |profile| {
            refused(&installment().with(|it| it.charge.pre_auth = Some(false)), profile)
        },
        wrong: |profile| refused(&installment(), profile),
    },
    Single {
        rule: Rule::RecurrentLogin,
        field: "token",
        right: |profile| refused(&recurrent(), profile),
        wrong: |profile| {
            let token = Credentials::token("token").expect("fits");
            refused_as(&recurrent(), profile, &token)
        },
    },
    Single {
        rule: Rule::TiiValue,
        field: "tii",
        right: |profile| refused(&stored(Tii::UnscheduledMit), profile),
        wrong: |profile| refused(&stored(Tii::Recurrent), profile),
    },
    Single {
        rule: Rule::TiiOnePhase,
        field: "tii",
        right: |profile| refused(&two_phase(Tii::UnscheduledCit), profile),
        wrong: |profile| refused(&two_phase(Tii::UnscheduledMit), profile),
    },
    Single {
        rule: Rule::TiiOriginal,
        field: "originalPaymentNetRefNum",
        right: |profile| refused(&later(Tii::Recurrent), profile),
        wrong: |profile| refused(&later(Tii::InitialRecurrent), profile),
    },
];

fn link() -> CreateTemplate {
    CreateTemplate::new("link", "link", TemplateAmount::PayerChooses)
}

fn fee(commission: Commission) -> CreateTemplate {
    link().with(|link| link.commission = Some(commission))
}

fn asking(name: &str) -> CreateTemplate {
    link().with(|link| link.additional_params = vec![AdditionalParam::new("label", name, true)])
}

fn pan() -> Pan {
    Pan::new("4111111111111111").expect("a test card")
}

fn expiry() -> Expiry {
    Expiry::new(2030, 12).expect("a month")
}

fn order() -> OrderId {
    OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0")
}

fn binding() -> BindingId {
    BindingId::from_bank("8aa4fa8b-4d8a-76ca-b314-7bcc00b4f820")
}

fn number() -> OrderNumber {
    OrderNumber::new("1").expect("short")
}

fn verify() -> VerifyCard {
    VerifyCard::new(pan(), expiry())
}

fn installment() -> InstallmentPayment {
    InstallmentPayment::new(number(), Minor::new(100), binding())
}

fn recurrent() -> RecurrentPayment {
    RecurrentPayment::new(number(), Minor::new(100), binding())
}

fn stored(tii: Tii) -> PayByBinding {
    PayByBinding::new(order(), binding(), tii)
}

fn two_phase(tii: Tii) -> PayByBinding {
    stored(tii).with(|it| it.two_phase = Some(true))
}

fn later(tii: Tii) -> PaymentOrder {
    let holder = Cardholder::new("TEST CARDHOLDER").expect("short");
    let card = Card::new(pan(), expiry(), Cvc::new("123").expect("three digits"), holder);
    PaymentOrder::new(order(), card, Language::English).with(|it| {
        it.tii = Some(tii);
        it.original_payment_net_ref_num = Some("123456789012".into());
    })
}
