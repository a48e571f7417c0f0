//! Payments by a stored credential that register their order, a card's verification, raw refunds.

use gateway_rest::{
    Profile,
    order::{
        language::Language,
        params::Params,
        pay::PaymentOrder,
        raw_refund::{RawPositionRefund, RawSumRefund},
        register::Register,
    },
    profile::PositionRefundSpelling,
    recurrent::{Charge, InstallmentPayment, RecurrentPayment},
    verify_card::VerifyCard,
};
use payments_core::{
    Currency, Minor, Part,
    card::{Cvc, Expiry, Pan},
    id::{BindingId, OrderId, OrderNumber},
    money::NonZeroMinor,
    order::cart::{CartItem, CartItems, OrderBundle, Quantity},
};
use payments_sandbox::journal::Event;

use super::{
    Row, read, sent, sent_at,
    shop::{AMOUNT, PLAIN, Shop},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/processRawSumRefund.do",
        requests: &[|| sent(&sum_refund())],
        answer: |answer| read(&sum_refund(), answer),
        fragments: &[|| {
            let penalty = sum_refund().with(|it| it.penalty = Some(Minor::new(1300)));
            let pairs = samples::decoded(&samples::prepared(&penalty));
            pairs.into_iter().find(|(name, _)| name == "jsonParams").expect("sent").1
        }],
        refused: || samples::refused(&sum_refund().with(|it| it.language = Some("e".into()))),
        run: |shop| {
            let order = with_cart(shop);
            let refund = RawSumRefund::new(order.clone(), part(700));
            let refunded = shop.call(&refund);
            assert_eq!(shop.books(&order).refunded, 700);
            format!("{refunded:#?}")
        },
    },
    Row {
        path: "rest/processRawPositionRefund.do",
        requests: &[|| {
            let sampled = Profile::vtb_test()
                .with(|it| it.position_refund = PositionRefundSpelling::PositionOrderRefund);
            sent_at(&sampled, &position_refund())
        }],
        answer: |answer| read(&position_refund(), answer),
        fragments: &[],
        refused: || samples::refused(&position_refund().with(|it| it.language = Some("e".into()))),
        run: |shop| {
            let order = with_cart(shop);
            let amount = NonZeroMinor::new(Minor::new(600)).expect("not zero");
            let refund = RawPositionRefund::new(order.clone(), amount, 2.into());
            let refunded = shop.call(&refund);
            assert_eq!(shop.books(&order).refunded, 600);
            format!("{refunded:#?}")
        },
    },
    Row {
        path: "recurrentPayment.do",
        requests: &[|| sent(&recurrent())],
        answer: |answer| read(&recurrent(), answer),
        fragments: &[additional_parameters],
        refused: || {
            let long = Some(Minor::new(100_000_000));
            samples::refused(&recurrent().with(|it| it.fee_input = long))
        },
        run: |shop| {
            let binding = stored(shop);
            let payment = RecurrentPayment::new(shop.number(), AMOUNT, binding);
            let answer = shop.call(&payment);
            assert!(answer.is_paid());
            let order = answer.order_id().expect("given");
            assert!(matches!(shop.events(&order)[..], [_, Event::Charged { amount: AMOUNT, .. }]));
            assert_eq!(shop.refused(&payment), "10");
            assert_eq!(shop.books(&order).merchant, AMOUNT.get(), "not twice");
            format!("{answer:#?}")
        },
    },
    Row {
        path: "installmentPayment.do",
        requests: &[|| sent(&installment())],
        answer: |answer| read(&installment(), answer),
        fragments: &[additional_parameters],
        refused: || {
            samples::refused(&installment().with(|it| it.charge.language = Some("e".into())))
        },
        run: |shop| {
            let binding = stored(shop);
            let payment = InstallmentPayment::new(shop.number(), AMOUNT, binding)
                .with(|it| it.charge.pre_auth = Some(true));
            let answer = shop.call(&payment);
            assert!(answer.is_paid());
            let order = answer.order_id.clone().expect("given");
            assert!(matches!(shop.events(&order)[..], [_, Event::Held { amount: AMOUNT, .. }]));
            assert_eq!(shop.refused(&payment), "10");
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/verifyCard.do",
        requests: &[|| sent(&verify("4000001111111118"))],
        answer: |answer| read(&verify(PLAIN), answer),
        fragments: &[],
        refused: || {
            let long = Some(Minor::new(1_000_000_000_000));
            samples::refused(&verify(PLAIN).with(|it| it.amount = long))
        },
        run: |shop| {
            let verified = shop.call(&verify(PLAIN));
            assert!(verified.is_verified());
            let order = verified.order_id.clone().expect("given");
            assert!(matches!(shop.events(&order)[..], [_, Event::Verified]));
            assert_eq!(shop.books(&order).taken, 0);
            format!("{verified:#?}")
        },
    },
];

fn part(amount: u64) -> Part {
    Part::exactly(Minor::new(amount)).expect("not zero")
}

fn refunded() -> OrderId {
    OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0")
}

fn sum_refund() -> RawSumRefund {
    RawSumRefund::new(refunded(), part(2000)).with(|it| it.language = Some(Language::English))
}

fn position_refund() -> RawPositionRefund {
    let amount = NonZeroMinor::new(Minor::new(2000)).expect("not zero");
    RawPositionRefund::new(refunded(), amount, 1.into())
        .with(|it| it.language = Some(Language::English))
}

fn charge(binding: &str, amount: u64, pairs: &[(&str, &str)]) -> Charge {
    let number = OrderNumber::new("UAF-203974-DE-12").expect("fits");
    let binding = BindingId::new(binding).expect("fits");
    Charge::new(number, Minor::new(amount), binding).with(|charge| {
        charge.language = Some("EN".into());
        charge.currency = Some(Currency::RUB);
        charge.description = Some("Test description".into());
        charge.params = Some(Params::from_iter(pairs.iter().copied()));
    })
}

const PAIRS: [(&str, &str); 3] = [
    ("firstParamName", "firstParamValue"),
    ("secondParamName", "secondParamValue"),
    ("email", "email@email.com"),
];

fn recurrent() -> RecurrentPayment {
    charge("bindingId", 1200, &PAIRS).into()
}

fn installment() -> InstallmentPayment {
    charge("8aa4fa8b-4d8a-76ca-b314-7bcc00b4f820", 12300, &PAIRS[..2]).into()
}

fn additional_parameters() -> String {
    let body: serde_json::Value =
        serde_json::from_slice(sent(&installment()).body()).expect("json");
    body["additionalParameters"].to_string()
}

fn verify(pan: &str) -> VerifyCard {
    let pan = Pan::new(pan).expect("a test card");
    VerifyCard::new(pan, Expiry::new(2030, 12).expect("valid"))
        .with(|it| it.cvc = Some(Cvc::new("123").expect("three digits")))
}

/// A paid order of two positions.
fn with_cart(shop: &Shop) -> OrderId {
    let item = |position: u32, price: u64| {
        CartItem::new(position.into(), "apple", Quantity::pieces(1))
            .with(|item| item.item_price = Some(Minor::new(price)))
    };
    let cart = OrderBundle::new(CartItems::new([item(1, 1200), item(2, 800)]));
    let registration = Register::with(shop.registration(), |it| it.order_bundle = Some(cart));
    let order = shop.call(&registration).order_id;
    shop.pay(&order, PLAIN);
    order
}

/// A credential that a payment stored.
fn stored(shop: &Shop) -> BindingId {
    let order = shop.order();
    let payment: PaymentOrder = super::shop::payment(&order, PLAIN);
    shop.call(&payment.with(|it| it.tii = Some("RI".into())));
    let info = shop.report(&order).binding_info.expect("stored");
    info.binding_id.expect("given")
}
