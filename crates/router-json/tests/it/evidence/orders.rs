//! The life of an order.

use http::Request;
use payments_core::{
    Currency, Minor, Part,
    id::{ClientId, OrderId, OrderNumber, RefundId},
    order::{RouterState, language::Language},
};
use router_json::{
    FullUrl,
    order::{
        decline::Decline, deposit::Deposit, refund::Refund, register::Register,
        register_pre_auth::RegisterPreAuth, reverse::Reverse, status::OrderStatus,
    },
    sbp::DynamicQr,
};

use super::{
    Row, read, sent,
    shop::{AMOUNT, client},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "register.do",
        requests: &[
            || sent(&register()),
            || sent(&register()),
            || sent(&register()),
            || sent(&subscribing()),
            without_payment,
        ],
        answer: |answer| read(&register(), answer),
        refused: || samples::refused(&register().with(|it| it.amount = Minor::ZERO)),
        run: |shop| {
            let order = shop.registration();
            let registered = shop.call(&order);
            assert_eq!(registered.is_of(&order.order_number), Some(true));
            assert_eq!(shop.state(&registered.order_id), RouterState::Preregistered);
            assert_eq!(shop.refused(&order), "1");
            assert_eq!(shop.resolved(&order), Some(true));
            let back = FullUrl::new("https://shop.example/back").expect("complete");
            let nothing = Register::without_payment(shop.number(), back, client(), "films");
            let nothing = shop.call(&nothing).order_id;
            assert_eq!(shop.report(&nothing).order().amount, Some(Minor::ZERO));
            format!("{registered:#?}")
        },
    },
    Row {
        path: "registerPreAuth.do",
        requests: &[|| sent(&RegisterPreAuth::from(register()))],
        answer: |answer| read(&RegisterPreAuth::from(register()), answer),
        refused: || {
            let long = Minor::new(1_000_000_000_000);
            samples::refused(&RegisterPreAuth::from(register()).with(|it| it.order.amount = long))
        },
        run: |shop| {
            let order = RegisterPreAuth::from(shop.registration());
            let registered = shop.call(&order);
            // paid by SBP it is deposited at once.
            shop.call(&DynamicQr::new(registered.order_id.clone()));
            shop.payer(&registered.order_id, "pay");
            assert_eq!(shop.state(&registered.order_id), RouterState::Deposited);
            assert_eq!(shop.books(&registered.order_id), (2000, 0, 0));
            format!("{registered:#?}")
        },
    },
    Row {
        path: "getOrderStatusExtended.do",
        requests: &[|| sent(&status().with(|it| it.language = Some(Language::Russian)))],
        answer: |answer| read(&status(), answer),
        refused: || samples::refused(&status().with(|it| it.order_id = None)),
        run: |shop| {
            let order = shop.order();
            let before = shop.report(&order);
            assert_eq!((before.is_at_a_bank(), before.is_paid()), (Some(false), false));
            assert_eq!(before.keys.order_id.as_ref(), Some(&order));
            shop.call(&DynamicQr::new(order.clone()));
            assert_eq!(shop.report(&order).is_at_a_bank(), Some(true));
            shop.payer(&order, "pay");
            let report = shop.report(&order);
            assert!(report.is_paid());
            assert_eq!(report.deposited_amount, Some(AMOUNT));
            let number = report.order_number().expect("a number").clone();
            assert!(shop.call(&OrderStatus::of_number(number)).is_paid());
            let none = OrderStatus::of_order(OrderId::from_bank("none"));
            assert_eq!(shop.refused(&none), "6");
            format!("{before:#?}\n{report:#?}")
        },
    },
    Row {
        path: "deposit.do",
        requests: &[|| sent(&Deposit::new(order(), part(1234)))],
        answer: |answer| read(&Deposit::new(order(), Part::Whole), answer),
        refused: || samples::refused(&Deposit::new(order(), part(1_000_000_000_000))),
        run: |shop| {
            let order = shop.held();
            assert_eq!(shop.books(&order), (0, 2000, 0));
            let seen = shop.report(&order).amounts();
            let deposit = Deposit::new(order.clone(), part(1500)).with(|it| it.seen = seen);
            let done = shop.call(&deposit);
            assert_eq!(shop.books(&order), (1500, 0, 0));
            assert_eq!(shop.state(&order), RouterState::Deposited);
            assert_eq!(shop.resolved(&deposit), Some(true));
            assert_eq!(shop.books(&order), (1500, 0, 0));
            format!("{done:#?}")
        },
    },
    Row {
        path: "reverse.do",
        requests: &[|| sent(&Reverse::new(order(), Part::Whole))],
        answer: |answer| read(&Reverse::new(order(), Part::Whole), answer),
        refused: || samples::refused(&Reverse::new(order(), part(1_000_000_000_000))),
        run: |shop| {
            let order = shop.held();
            let seen = shop.report(&order).amounts();
            let reverse = Reverse::new(order.clone(), Part::Whole).with(|it| it.seen = seen);
            let done = shop.call(&reverse);
            assert_eq!(shop.books(&order), (0, 0, 0));
            assert_eq!(shop.state(&order), RouterState::Reversed);
            assert_eq!(shop.resolved(&reverse), Some(true));
            format!("{done:#?}")
        },
    },
    Row {
        path: "refund.do",
        requests: &[|| sent(&refund(order(), 500))],
        answer: |answer| read(&refund(order(), 500), answer),
        refused: || samples::refused(&refund(order(), 1_000_000_000_000)),
        run: |shop| {
            let order = shop.paid();
            let seen = shop.report(&order).amounts();
            let plain = Refund::without_key(order.clone(), part(300)).with(|it| it.seen = seen);
            assert_eq!(shop.resolved(&plain), Some(true));
            let done = shop.call(&refund(order.clone(), 500));
            assert_eq!(shop.books(&order), (1200, 0, 800));
            assert_eq!(shop.state(&order), RouterState::Refunded);
            assert_eq!(shop.refused(&Refund::without_key(order, part(1201))), "5");
            format!("{done:#?}")
        },
    },
    Row {
        path: "decline.do",
        requests: &[|| sent(&decline())],
        answer: |answer| read(&decline(), answer),
        refused: || OrderNumber::new("1".repeat(37)).expect_err("too long").to_string(),
        run: |shop| {
            let number = shop.registration();
            let order = shop.call(&number).order_id;
            let decline = Decline::new(order.clone(), number.order_number);
            let done = shop.call(&decline);
            assert_eq!(shop.state(&order), RouterState::Declined);
            assert_eq!(shop.resolved(&decline), Some(true));
            format!("{done:#?}")
        },
    },
];

fn url(text: &str) -> FullUrl {
    FullUrl::new(format!("https://mybestmerchantreturnurl.com/{text}")).expect("complete")
}

fn registering(number: &str, amount: u64) -> Register {
    let number = OrderNumber::new(number).expect("fits");
    Register::new(number, Minor::new(amount), url("success")).with(|order| {
        order.currency = Some(Currency::RUB);
        order.language = Some(Language::Russian);
    })
}

fn register() -> Register {
    let client = ClientId::new("client_10001").expect("fits");
    registering("order_123473", 1234).with(|order| order.client_id = Some(client))
}

fn subscribing() -> Register {
    let order = registering("order_123508", 10_000).subscribing(client(), "test subscription");
    order.with(|order| order.fail_url = Some(url("fail")))
}

fn without_payment() -> Request<bytes::Bytes> {
    let number = OrderNumber::new("order_123527").expect("fits");
    let order = Register::without_payment(number, url("success"), client(), "test subscription");
    sent(&order.with(|order| {
        order.currency = Some(Currency::RUB);
        order.language = Some(Language::Russian);
        order.fail_url = Some(url("fail"));
    }))
}

fn order() -> OrderId {
    OrderId::from_bank("2dc811e7-8d1c-407a-bd25-a4f41f96cc60")
}

fn status() -> OrderStatus {
    OrderStatus::of_order(order())
}

fn part(amount: u64) -> Part {
    Part::exactly(Minor::new(amount)).expect("not zero")
}

fn refund(order: OrderId, amount: u64) -> Refund {
    Refund::new(order, part(amount), RefundId::new("refund-1").expect("fits"))
}

fn decline() -> Decline {
    Decline::new(order(), OrderNumber::new("order_123473").expect("fits"))
}
