//! What goes wrong on the way, through the service that a client's tests use.

use std::time::Duration;

use http::{Response, StatusCode};
use payments_sandbox::{Broken, Fault};
use tower::ServiceExt as _;

use crate::support::*;

fn send(
    shop: &Shop,
    path: &str,
    parameters: &[(&str, &str)],
) -> Result<Response<bytes::Bytes>, Broken> {
    let login = [("userName", "test_user"), ("password", "test_user_password")];
    let request = post(&format!("/payment/rest/{path}"), &[&login[..], parameters].concat());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("starts").block_on(shop.sandbox.clone().oneshot(request))
}

const MINUTE: Duration = Duration::from_secs(60);

/// Each fault: what the client sees, and whether the bank acted.
/// G-025, G-027: 400, 429, 500 and 502 exist, and a 200 says nothing.
#[test]
fn each_fault_does_what_it_says() {
    let status = |code, acted| Fault::Status { code, acted };
    for (fault, seen, acted) in [
        (Fault::LostRequest, None, false),
        (Fault::LostAnswer, None, true),
        (Fault::LateAnswer(MINUTE), Some("{\"errorCode\":0"), true),
        (Fault::LateExecution(MINUTE), None, false),
        (status(400, true), Some("400"), true),
        (status(429, false), Some("429"), false),
        (status(500, true), Some("500"), true),
        (status(502, false), Some("502"), false),
        (Fault::Html { acted: true }, Some("<!DOCTYPE html>"), true),
        (Fault::Html { acted: false }, Some("<!DOCTYPE html>"), false),
        (Fault::ErrorInside200 { acted: true }, Some("\"7\""), true),
        (Fault::ErrorInside200 { acted: false }, Some("\"7\""), false),
    ] {
        let shop = Shop::new();
        let order = shop.paid(false);
        shop.sandbox.with_bank(|bank| {
            bank.faults().next("refund.do", fault);
        });
        let refund = [("orderId", order.as_str()), ("amount", "500")];
        let answer = send(&shop, "refund.do", &refund);
        match (&answer, seen) {
            (Ok(answer), Some(seen)) => {
                assert!(text(answer).contains(seen), "{fault:?}: {}", text(answer));
                let wants_200 = !matches!(fault, Fault::Status { .. });
                assert_eq!(answer.status() == StatusCode::OK, wants_200);
            }
            (Err(_), None) => {}
            _ => panic!("{fault:?}"),
        }
        assert_eq!(shop.books(&order).refunded > 0, acted, "{fault:?}");
        shop.advance(60);
        let late = matches!(fault, Fault::LateExecution(_));
        assert_eq!(shop.books(&order).refunded > 0, acted || late, "{fault:?}");
        assert!(send(&shop, "refund.do", &refund).is_ok(), "one fault, one request");
    }
}

/// An answer that comes too late is waited for on tokio's clock.
#[test]
fn slow_cards_are_slow() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let card = [
        ("MDORDER", order.as_str()),
        ("$PAN", "4000000000000176"),
        ("$CVC", "123"),
        ("$EXPIRY", "203012"),
        ("TEXT", "TEST CARDHOLDER"),
        ("userName", "test_user"),
        ("password", "test_user_password"),
    ];
    let request = post("/payment/rest/paymentorder.do", &card);
    let carriage = shop.sandbox.handle(&request).carriage;
    let three = Duration::from_secs(3);
    assert_eq!(carriage, payments_sandbox::Carriage::Answered(three));
    assert_eq!(shop.amounts(&order)[0], 2);
}

/// The same seed gives the same faults, ids and books.
#[test]
fn everything_is_deterministic() {
    let run = || {
        let shop = Shop::new();
        shop.sandbox.with_bank(|bank| {
            let faults = vec![Fault::LostRequest, Fault::LostAnswer, Fault::Html { acted: true }];
            bank.faults().by_chance(7, 300, faults, Vec::new());
        });
        let all: Vec<_> = (0..40)
            .map(|number: u32| {
                let number = number.to_string();
                let order =
                    [("orderNumber", &*number), ("amount", "1"), ("returnUrl", "https://a.b")];
                send(&shop, "register.do", &order).map(|answer| answer.into_body())
            })
            .collect();
        let registered = shop.sandbox.with_bank(|bank| bank.order_count());
        (all, registered)
    };
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    assert!(first.0.iter().any(Result::is_err) && first.0.iter().any(Result::is_ok));
}
