//! Stored credentials, and what they pay.

use payments_core::{
    Minor, Secret,
    card::Cvc,
    id::{BindingId, OrderId, OrderNumber},
    order::{BindingType, Tii, language::Language},
};
use payments_sandbox::settings::Rule;
use router_json::{
    bindings::{ClientBindings, PayByBinding},
    recurrent::{InstallmentPayment, RecurrentPayment},
    sbp::{PayByToken, SbpSubscription},
};

use super::{
    Row, read, sent,
    shop::{AMOUNT, client},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "getBindings.do",
        requests: &[|| {
            sent(&ClientBindings::new(client()).with(|it| {
                it.binding_type = Some(BindingType::Common);
                it.show_expired = Some(true);
            }))
        }],
        answer: |answer| read(&ClientBindings::new(client()), answer),
        refused: || {
            let none = ClientBindings::new(client()).with(|it| it.binding_type = Some("".into()));
            samples::refused(&none)
        },
        run: |shop| {
            shop.subscribed();
            // a subscription is not among the cards.
            assert_eq!(shop.call(&ClientBindings::new(client())).bindings, []);
            shop.card();
            let list = shop.call(&ClientBindings::new(client()));
            assert_eq!(list.bindings.len(), 1);
            format!("{list:#?}")
        },
    },
    Row {
        path: "paymentOrderBinding.do",
        requests: &[|| {
            sent(&PayByBinding::new(order(), binding()).with(|it| {
                it.language = Some(Language::Russian);
                it.cvc = Some(Cvc::new("123").expect("three"));
                it.tii = Some(Tii::UnscheduledCit);
            }))
        }],
        answer: |answer| read(&PayByBinding::new(order(), binding()), answer),
        refused: || {
            let wrong = PayByBinding::new(order(), binding());
            samples::refused(&wrong.with(|it| it.email = Some("".into())))
        },
        run: |shop| {
            let (_, subscription) = shop.subscribed();
            let order = shop.order();
            let id = subscription.binding_id.expect("an id");
            let answer = shop.call(&PayByBinding::new(order.clone(), id.clone()));
            assert!(!answer.outcome().declined);
            let report = shop.report(&order);
            assert!(report.is_paid());
            // at the bank that holds it.
            assert_eq!(report.keys.gw_id, subscription.gw_id);
            assert_eq!(shop.books(&order), (2000, 0, 0));
            let again = PayByBinding::new(order.clone(), id);
            assert_eq!(shop.resolved(&again), Some(true));
            assert_eq!(shop.books(&order), (2000, 0, 0), "nobody pays twice");
            let card = PayByBinding::new(shop.order(), shop.card());
            shop.call(&card);
            assert!(shop.report(&card.order_id).is_paid());
            format!("{answer:#?}")
        },
    },
    Row {
        path: "recurrentPayment.do",
        requests: &[|| sent(&recurrent())],
        answer: |answer| read(&recurrent(), answer),
        refused: || samples::refused(&recurrent().with(|it| it.charge.amount = Minor::ZERO)),
        run: |shop| {
            let payment = RecurrentPayment::new(shop.number(), AMOUNT, shop.card());
            let answer = shop.call(&payment);
            let order = answer.order_id.clone().expect("an order");
            assert!(shop.report(&order).is_paid());
            assert_eq!(shop.refused(&payment), "10");
            assert_eq!(shop.resolved(&payment), Some(true));
            assert_eq!(shop.books(&order), (2000, 0, 0));
            format!("{answer:#?}")
        },
    },
    Row {
        path: "installmentPayment.do",
        requests: &[|| sent(&installment())],
        answer: |answer| read(&installment(), answer),
        refused: || {
            let empty = Some(String::new());
            samples::refused(&installment().with(|it| it.charge.description = empty))
        },
        run: |shop| {
            let payment = InstallmentPayment::new(shop.number(), AMOUNT, shop.card());
            let answer = shop.call(&payment);
            let order = answer.order_id.clone().expect("an order");
            assert!(shop.report(&order).is_paid());
            assert_eq!(shop.refused(&payment), "10");
            assert_eq!(shop.resolved(&payment), Some(true));
            assert_eq!(shop.books(&order), (2000, 0, 0));
            format!("{answer:#?}")
        },
    },
    Row {
        path: "paymentOrder.do",
        requests: &[|| sent(&by_token())],
        answer: |answer| read(&by_token(), answer),
        refused: || samples::refused(&by_token().with(|it| it.subscription.member_id.clear())),
        run: |shop| {
            let (_, subscription) = shop.subscribed();
            let means = subscription.means().expect("token and member");
            // at any bank that the routing names.
            shop.sandbox.with_router(|router| {
                router.change_partner("test_user", |partner| {
                    partner.sbp_rules = vec![Rule::to("ALFABANK")];
                })
            });
            let pay = PayByToken::new(shop.order(), means);
            let answer = shop.call(&pay);
            let report = shop.report(&pay.order_id);
            assert!(report.is_paid());
            assert_eq!(report.keys.gw_id.as_deref(), Some("ALFABANK"));
            assert_eq!(shop.resolved(&pay), Some(true));
            assert_eq!(shop.books(&pay.order_id), (2000, 0, 0));
            format!("{answer:#?}")
        },
    },
];

fn order() -> OrderId {
    OrderId::from_bank("ec52097f-f9c5-42bc-8676-910c4066f1c1")
}

fn binding() -> BindingId {
    BindingId::new("d8a8eeb8-67df-7fb8-9277-5b0d07dc54c2").expect("fits")
}

fn by_token() -> PayByToken {
    let token = Secret::new("58c6ec02e3434130aeb7930a99a78552");
    PayByToken::new(order(), SbpSubscription::new(token, "110000000005"))
}

fn number() -> OrderNumber {
    OrderNumber::new("order_123480").expect("fits")
}

fn recurrent() -> RecurrentPayment {
    RecurrentPayment::new(number(), Minor::new(1200), binding())
}

fn installment() -> InstallmentPayment {
    InstallmentPayment::new(number(), Minor::new(1200), binding())
}
