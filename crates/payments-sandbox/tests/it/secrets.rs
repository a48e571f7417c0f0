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
