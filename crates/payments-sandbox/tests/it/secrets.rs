//! What must never be shown is planted and looked for.

use payments_core::Secret;
use payments_sandbox::{Merchant, Sandbox, Settings, settings::Checksum};

use crate::support::*;

/// Passwords, tokens, keys, card numbers and codes: not in `Debug`, answers, pages or callbacks.
#[test]
fn markers_never_show() {
    let merchant = Merchant::new("test_user", "MARKER-password").with(|merchant| {
        merchant.token = Some(Secret::new("MARKER-token"));
        merchant.callbacks.url = Some("https://shop.example/cb".into());
        merchant.callbacks.checksum = Checksum::Hmac(Secret::new("MARKER-key"));
        merchant.callbacks.additional = vec!["maskedPan".into(), "cardholderName".into()];
    });
    let settings = Settings::new(vec![merchant]);
    let mut shown = vec![format!("{settings:?}")];
    let sandbox = Sandbox::new(settings);
    let mut send = |path: &str, parameters: &[(&str, &str)]| {
        let login = [("userName", "test_user"), ("password", "MARKER-password")];
        let handled = sandbox.handle(&post(path, &[&login[..], parameters].concat()));
        shown.push(format!("{handled:?}"));
        shown.push(text(&handled.response).to_owned());
        for delivery in &handled.deliveries {
            shown.push(format!("{delivery:?} {:?}", parameters_of(delivery)));
        }
        text(&handled.response).to_owned()
    };
    let order = [("orderNumber", "1"), ("amount", "1"), ("returnUrl", "https://shop.example/")];
    let answer = send("/payment/rest/register.do", &order);
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    let id = answer["orderId"].as_str().expect("registered").to_owned();
    let card = |cvc| {
        [
            ("MDORDER", id.as_str()),
            ("$PAN", PLAIN),
            ("$CVC", cvc),
            ("$EXPIRY", "203012"),
            ("TEXT", "TEST CARDHOLDER"),
        ]
    };
    send("/payment/rest/paymentorder.do", &card("MARKER"));
    send("/payment/rest/register.do", &[("token", "MARKER-token")]);
    let typed = [("mdOrder", id.as_str()), ("pan", PLAIN), ("expiry", "x"), ("cvc", "MARKER")];
    send("/payment/merchants/ecom/pay", &typed);
    send("/payment/rest/paymentorder.do", &card("123"));
    send("/payment/rest/getOrderStatusExtended.do", &[("orderId", &id)]);
    send("/sandbox/orders", &[]);
    shown.push(format!("{sandbox:?} {:?}", sandbox.with_bank(|bank| format!("{bank:?}"))));
    shown.push(sandbox.with_bank(|bank| format!("{:?} {:?}", bank.journal(), bank.ledger())));
    let shown = shown.join("\n");
    assert!(shown.contains("411111**1111"), "the payment was made");
    assert!(!shown.contains("MARKER"), "{shown}");
    assert!(!shown.contains(PLAIN), "{shown}");
}

fn parameters_of(delivery: &payments_sandbox::Delivery) -> Vec<(String, String)> {
    let mut all = parameters(delivery);
    all.retain(|(name, _)| name != "checksum");
    all
}

/// Passwords and the tokens of subscriptions: shown to whoever lists them, and nowhere else.
#[test]
fn markers_of_partners_never_show() {
    let partner = payments_sandbox::Partner::new("test_user", "MARKER-password").with(|partner| {
        partner.merchant.token = Some(Secret::new("MARKER-token"));
        partner.merchant.callbacks.url = Some("https://shop.example/cb".into());
        partner.merchant.callbacks.additional = vec!["bindingId".into(), "clientId".into()];
    });
    let settings = Settings::new(Vec::new()).with(|settings| settings.partners = vec![partner]);
    let mut shown = vec![format!("{settings:?}")];
    let sandbox = Sandbox::new(settings);
    let mut send = |path: &str, more: serde_json::Value, listed: bool| {
        let mut body = more;
        body["userName"] = "test_user".into();
        body["password"] = "MARKER-password".into();
        let request = http::Request::post(path).body(body.to_string().into()).expect("valid");
        let handled = sandbox.handle(&request);
        shown.push(format!("{handled:?}"));
        for delivery in &handled.deliveries {
            shown.push(format!("{delivery:?} {:?}", delivery.request.uri()));
        }
        if !listed {
            shown.push(text(&handled.response).to_owned());
        }
        serde_json::from_slice::<serde_json::Value>(handled.response.body()).expect("JSON")
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    let order = r#"{"orderNumber":"1","amount":1,"returnUrl":"https://shop.example/","clientId":"c",
                    "description":"d","jsonParams":{"subscriptionPurpose":"p"}}"#;
    let id = send("/v1/register.do", json(order), false)["orderId"].clone();
    let about = |name: &str| serde_json::json!({ name: id });
    let mut asked = about("mdOrder");
    asked["createSubscription"] = true.into();
    send("/v1/sbp_c2b/get.do", asked, false);
    let mut answer = about("orderId");
    answer["answer"] = "pay".into();
    send("/sandbox/router/answer", answer, false);
    let listed = send("/v1/sbp_c2b/getBindings.do", json(r#"{"clientId":"c"}"#), true);
    let token = &listed["bindings"][0]["sbpSubscriptionToken"];
    let token = token.as_str().expect("linked").to_owned();
    let second = order.replace("\"1\"", "\"2\"");
    let id = send("/v1/register.do", json(&second), false)["orderId"].clone();
    let charge = serde_json::json!({
        "mdOrder": id, "sbpSubscriptionToken": token,
        "sbpMemberId": listed["bindings"][0]["sbpMemberId"],
    });
    assert_eq!(send("/v1/paymentOrder.do", charge, false)["errorCode"], 0);
    let wrong = serde_json::json!({
        "mdOrder": id, "sbpSubscriptionToken": "MARKER", "sbpMemberId": "MARKER",
    });
    send("/v1/paymentOrder.do", wrong, false);
    send("/v1/getOrderStatusExtended.do", serde_json::json!({ "orderId": id }), false);
    send("/sandbox/router/settings", serde_json::json!({}), false);
    shown.push(sandbox.with_router(|router| {
        let banks: Vec<_> =
            router.banks().map(|(_, bank)| format!("{bank:?} {:?}", bank.journal())).collect();
        format!("{router:?} {banks:?} {:?}", router.orders().collect::<Vec<_>>())
    }));
    let shown = shown.join("\n");
    assert!(shown.contains("bindingCreated"), "an account was linked");
    assert!(!shown.contains("MARKER") && !shown.contains(&token), "{shown}");
}
