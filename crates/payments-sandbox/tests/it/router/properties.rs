//! Whatever is sent in whatever order: books agree, and nobody pays at two banks.

use payments_sandbox::{Carriage, Partner, Sandbox, Settings};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{access::METHODS, support::*};

/// One thing that somebody does.
#[derive(Clone, Debug)]
enum Deed {
    Call(usize, Value),
    Answer(usize, &'static str),
    Wait(u16),
}

fn deed() -> impl Strategy<Value = Deed> {
    let call = (0..METHODS.len(), 0..3_usize, 0..2500_u64, 0..2_usize, any::<bool>());
    let call = call.prop_map(|(method, order, amount, device, subscribes)| {
        let body = json!({
            "order": order, "amount": amount, "device": if device == 0 { "Desktop" } else { "Mobile" },
            "browser": "b", "os": "o", "webView": true, "createSubscription": subscribes,
            "clientId": "c1",
        });
        Deed::Call(method, body)
    });
    let said = ["pay", "confirm", "refuse", "decline"];
    prop_oneof![
        6 => call,
        4 => (0..3_usize, 0..said.len()).prop_map(move |(order, place)| Deed::Answer(order, said[place])),
        1 => any::<u16>().prop_map(|seconds| Deed::Wait(seconds % 900)),
    ]
}

fn orders(desk: &Desk) -> Vec<String> {
    let more = json!({
        "clientId": "c1", "description": "d", "jsonParams": {"subscriptionPurpose": "p"},
    });
    ["register.do", "registerPreAuth.do", "register.do"]
        .map(|path| desk.order_by(path, more.clone()))
        .into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn no_walk_breaks_the_books(deeds in vec(deed(), 0..60), attempts in 1..3_u32) {
        let desk = Desk::of(|partner| {
            partner.merchant.attempts = attempts;
            partner.merchant.subscription_delay_secs = u64::from(attempts - 1) * 60;
        });
        let orders = orders(&desk);
        let mut token = Value::Null;
        for deed in deeds {
            match deed {
                Deed::Call(method, mut body) => {
                    let place = body["order"].as_u64().expect("a place");
                    let order = orders[usize::try_from(place).expect("small")].as_str();
                    let number = (place + 1).to_string();
                    for (name, value) in [("orderId", order), ("mdOrder", order), ("orderNumber", &number)] {
                        body[name] = value.into();
                    }
                    for name in ["sbpSubscriptionToken", "sbpMemberId", "bindingId"] {
                        body[name] = token[name].clone();
                    }
                    let answer = desk.call(METHODS[method], body);
                    if let Some(known) = answer["bindings"].get(0).filter(|it| it["bindingType"] == "SBP_C2B") {
                        token = known.clone();
                    }
                }
                Deed::Answer(order, said) => drop(desk.answer(&orders[order], json!({"answer": said}))),
                Deed::Wait(seconds) => drop(desk.advance(seconds.into())),
            }
            // `Desk::send` checks the books after each request.
            for order in &orders {
                let (taken, back) = desk.books(order);
                prop_assert!(taken <= AMOUNT && back <= taken, "{order} {taken} {back}");
            }
        }
        for order in &orders {
            let paid = desk.books(order).0 > 0;
            let state = desk.state(order);
            let wants_money = ["APPROVED", "DEPOSITED", "REFUNDED"].contains(&state.as_str());
            prop_assert_eq!(paid, wants_money, "{} {}", order, state);
        }
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, method in 0..METHODS.len(), tail in "[ -~&&[^#<>\"`{}|\\\\^]]{0,20}") {
        let partner = Partner::new("test_user", "test_user_password");
        let settings = Settings::new(Vec::new()).with(|it| it.partners = vec![partner]);
        let sandbox = Sandbox::new(settings);
        let places = ["/v1/", "/wl/", "/banks/", "/banks/vtb", "/banks/tbank/", "/sandbox/router/"];
        for uri in places.map(|place| format!("{place}{tail}")).into_iter().chain([format!("/v1/{}", METHODS[method])]) {
            let request = http::Request::post(&uri).body(bytes.clone().into());
            let Ok(request) = request else { continue };
            let handled = sandbox.handle(&request);
            prop_assert!(matches!(handled.carriage, Carriage::Answered(_)));
        }
    }
}
