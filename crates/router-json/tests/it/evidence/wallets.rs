//! T-Pay, Alfa Pay and the partner's settings.

use payments_core::{
    id::OrderId,
    order::{RouterState, language::Language},
};
use router_json::{
    alfapay::AlfaPay,
    settings::ReadRouterParams,
    tpay::{Device, Step, TPay},
};

use super::{Row, read, sent};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "tpay/paymentOrder.do",
        requests: &[|| sent(&tpay(ORDER, Device::Desktop))],
        answer: |answer| read(&tpay(ORDER, Device::Desktop), answer),
        refused: || samples::refused(&tpay(ORDER, Device::Desktop).with(|it| it.os.clear())),
        run: |shop| {
            let mut text = String::new();
            for device in [Device::Desktop, Device::Mobile] {
                let order = shop.order();
                let link = shop.call(&tpay(order.as_str(), device));
                assert_eq!(matches!(link.step, Step::ShowQr(_)), device == Device::Desktop);
                // the bank has a number of its own.
                assert!(link.order_id.as_ref().is_some_and(|own| *own != order));
                shop.payer(&order, "pay");
                assert_eq!(shop.state(&order), RouterState::Deposited);
                assert_eq!(shop.books(&order), (2000, 0, 0));
                text += &format!("{link:#?}\n");
            }
            text
        },
    },
    Row {
        path: "alfapay/paymentOrder.do",
        requests: &[|| sent(&alfa_pay(ORDER))],
        answer: |answer| read(&alfa_pay(ORDER), answer),
        refused: || {
            let wrong = alfa_pay(ORDER).with(|it| it.language = Some("rus".into()));
            samples::refused(&wrong)
        },
        run: |shop| {
            let order = shop.order_to_hold();
            let link = shop.call(&alfa_pay(order.as_str()));
            assert!(link.redirect.as_str().ends_with("=="), "as it came");
            shop.payer(&order, "pay");
            assert_eq!(shop.state(&order), RouterState::Approved);
            assert_eq!(shop.books(&order), (0, 2000, 0));
            // an order that nobody pays grows old.
            let old = shop.order();
            shop.call(&alfa_pay(old.as_str()));
            shop.wait(1800);
            assert_eq!(shop.state(&old), RouterState::Declined);
            format!("{link:#?}")
        },
    },
    Row {
        path: "settings/getRouterParams.do",
        requests: &[|| sent(&ReadRouterParams::new())],
        answer: |answer| {
            use payments_core::Endpoint as _;
            let params = ReadRouterParams::new().parse(answer).expect("an answer");
            params.as_str().to_owned()
        },
        refused: || {
            let long = router_json::Credentials::login("u".repeat(31), "test_user_password");
            long.expect_err("too long").to_string()
        },
        run: |shop| {
            // the settings of now.
            let params = shop.call(&ReadRouterParams::new());
            assert!(params.value().expect("JSON").is_object());
            assert!(params.as_str().contains("VTB"), "{}", params.as_str());
            params.as_str().to_owned()
        },
    },
];

const ORDER: &str = "d02ea238-be2b-4ea8-b940-fd8833a7000f";

fn tpay(order: &str, device: Device) -> TPay {
    let request = TPay::new(OrderId::from_bank(order), device, "Chrome", "Windows");
    request.with(|it| it.language = Some(Language::Russian))
}

fn alfa_pay(order: &str) -> AlfaPay {
    let request = AlfaPay::new(OrderId::from_bank(order));
    request.with(|it| it.language = Some(Language::Russian))
}
