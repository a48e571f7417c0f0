//! paymentorder with what a 3DS server of the merchant's own found, and the rules of who pays.

use payments_sandbox::settings::Checksum;
use serde_json::Value;

use crate::support::*;

const FOUND: &str = r#"{"eci": "02", "cavv": "AkZO5XQAA0rhBxoaufa+MAABAAA=", "xid": "5010857f-8d3f-74e1-9c5a-54a000cc4110", "threeDSProtocolVersion": "2.2.0", "threeDsType": "5"}"#;

fn proof(shop: &Shop, order: &str) -> Value {
    shop.status(order)["cardAuthInfo"]["secureAuthInfo"].clone()
}

/// G-117: the document's own sample pays at once, and the report gives back what was found.
#[test]
fn the_sample_pays_at_once() {
    let shop = Shop::of(|merchant| {
        merchant.status_version = 42;
        merchant.callbacks.url = Some("https://shop.example/cb".into());
        merchant.callbacks.checksum = Checksum::None;
        merchant.callbacks.additional =
            ["eci", "cavv", "xid", "threeDSType"].map(String::from).to_vec();
    });
    let order = shop.order(false, &[("language", "en")]);
    let request = [
        ("userName", "test_user"),
        ("password", "test_user_password"),
        ("MDORDER", &order),
        ("$PAN", METHOD),
        ("$CVC", "123"),
        ("$EXPIRY", "203012"),
        ("TEXT", "TEST CARDHOLDER"),
        ("jsonParams", FOUND),
    ];
    let handled = shop.sandbox.handle(&post("/payment/rest/paymentorder.do", &request));
    let answer: Value = serde_json::from_slice(handled.response.body()).expect("JSON");
    let want =
        format!("https://bank.example/payment/merchants/temp/finish.html?orderId={order}&lang=en");
    assert_eq!(answer["redirect"], want.as_str(), "{answer}");
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    let proof = proof(&shop, &order);
    assert_eq!((&proof["eci"], &proof["authTypeIndicator"]), (&"02".into(), &"5".into()));
    assert_eq!(proof["threeDSInfo"]["cavv"], "AkZO5XQAA0rhBxoaufa+MAABAAA=");
    assert_eq!(proof["threeDSInfo"]["xid"], "5010857f-8d3f-74e1-9c5a-54a000cc4110");
    assert_eq!(proof["threeDSProtocolVersion"], "2.2.0");
    let told = |name| handled.deliveries.iter().find_map(|delivery| parameter(delivery, name));
    assert_eq!(told("threeDSType").as_deref(), Some("THREE_DS2_ATTEMPT"));
    assert_eq!(told("eci").as_deref(), Some("02"));
}

/// G-118: the version has a default for each of the two protocols, and may stand beside.
#[test]
fn the_version_has_a_default() {
    let shop = Shop::new();
    let version = |kind: &str, more: &[(&str, &str)]| {
        let order = shop.order(false, &[]);
        let found = format!(r#"{{"eci":"5","cavv":"c","xid":"x"{kind}}}"#);
        let found = [("jsonParams", found.as_str())];
        let answer = shop.pay(&order, METHOD, &[&found[..], more].concat());
        assert!(answer["redirect"].is_string(), "{answer}");
        proof(&shop, &order)["threeDSProtocolVersion"].clone()
    };
    assert_eq!(version("", &[]), "2.1.0");
    assert_eq!(version(r#","threeDsType":"4""#, &[]), "2.1.0");
    assert_eq!(version("", &[("threeDSProtocolVersion", "2.2.0")]), "2.2.0");
    // Reports of 3-D Secure 1 name its results in place of a version.
    assert_eq!(version(r#","threeDsType":"1""#, &[]), Value::Null);
}

/// G-096, G-117: a permission, and three values that must be there; nothing moves without them.
#[test]
fn what_was_found_is_checked() {
    let shop = Shop::new();
    let refused = |found: &str, more: &[(&str, &str)], code: u64, text: &str| {
        let order = shop.order(false, &[]);
        let answer = shop.pay(&order, METHOD, &[&[("jsonParams", found)][..], more].concat());
        assert_eq!(answer["errorCode"], code, "{found}: {answer}");
        assert!(answer["errorMessage"].as_str().is_some_and(|it| it.contains(text)), "{answer}");
        assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
    };
    refused(r#"{"cavv":"c","xid":"x"}"#, &[], 4, "jsonParams.eci");
    refused(r#"{"eci":"05","xid":"x"}"#, &[], 4, "jsonParams.cavv");
    refused(r#"{"eci":"05","cavv":"c"}"#, &[], 4, "jsonParams.xid");
    refused(r#"{"eci":"05","cavv":"c","xid":"x","threeDsType":"9"}"#, &[], 5, "threeDsType");
    let long = format!(r#"{{"eci":"05","cavv":"c","xid":"{}"}}"#, "x".repeat(81));
    refused(&long, &[], 5, "jsonParams.xid");
    let version = [("threeDSProtocolVersion", "3")];
    refused(r#"{"eci":"05","cavv":"c","xid":"x"}"#, &version, 5, "threeDSProtocolVersion");
    let version = [("threeDSProtocolVersion", "2.1.0")];
    refused(FOUND, &version, 5, "threeDSProtocolVersion");
    refused("[", &[], 5, "jsonParams");

    let shop = Shop::of(|merchant| merchant.permissions.own_three_ds = false);
    let order = shop.order(false, &[]);
    let answer = shop.pay(&order, METHOD, &[("jsonParams", FOUND)]);
    assert_eq!(answer["errorCode"], 5);
    assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
    let own = [("jsonParams", r#"{"param_1_name":"param_1_value"}"#)];
    assert!(shop.pay(&order, METHOD, &own)["threeDSServerTransId"].is_string());
}

/// An indicator that nobody lists is declined with its own code; one that says "not authenticated"
/// pays as if nobody had asked.
#[test]
fn the_indicator_decides() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let answer =
        shop.pay(&order, METHOD, &[("jsonParams", r#"{"eci":"99","cavv":"c","xid":"x"}"#)]);
    assert!(answer["error"].is_string(), "{answer}");
    assert_eq!(shop.status(&order)["actionCode"], -2020);
    assert_eq!(shop.amounts(&order), [6, 0, 0, 0]);
    let order = shop.order(false, &[]);
    shop.pay(&order, METHOD, &[("jsonParams", r#"{"eci":"07"}"#)]);
    assert_eq!(shop.amounts(&order)[0], 2);
    assert_eq!(proof(&shop, &order)["eci"], "07");
    // The bank may still decline for another reason.
    let order = shop.order(false, &[]);
    shop.pay(&order, "4000000000000127", &[("jsonParams", FOUND)]);
    assert_eq!(shop.status(&order)["actionCode"], 116);
}

/// G-107: `tii` says who starts the payment; U, R and I belong to one-phase payments, and the payer
/// is not asked.
#[test]
fn the_initiator_counts() {
    let shop = Shop::new();
    for tii in ["U", "R", "I"] {
        let held = shop.order(true, &[]);
        let answer = shop.pay(&held, CHALLENGE, &[("tii", tii)]);
        assert_eq!(answer["errorCode"], 5, "{tii}: {answer}");
        assert_eq!(shop.amounts(&held), [0, 0, 0, 0]);
        let order = shop.order(false, &[]);
        assert!(shop.pay(&order, CHALLENGE, &[("tii", tii)])["redirect"].is_string(), "{tii}");
        assert_eq!(shop.amounts(&order)[0], 2);
    }
    for tii in ["", "CI", "F", "RI", "II"] {
        let held = shop.order(true, &[]);
        let answer = shop.pay(&held, CHALLENGE, &[("tii", tii)]);
        assert!(answer["threeDSServerTransId"].is_string(), "{tii}: {answer}");
    }
    let order = shop.order(false, &[]);
    assert_eq!(shop.pay(&order, CHALLENGE, &[("tii", "X")])["errorCode"], 5);
}

/// G-065: Visa with 3-D Secure asks for the cardholder's e-mail or phone, with the order or with the
/// payment.
#[test]
fn visa_asks_for_a_contact() {
    let shop = Shop::of(|merchant| merchant.visa_contact = true);
    let order = shop.order(false, &[]);
    let refused = shop.pay(&order, METHOD, &[]);
    assert_eq!(refused["errorCode"], 4, "{refused}");
    assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
    let phone = ("orderPayerData", r#"{"mobilePhone":"+79990000000"}"#);
    for contact in [("email", "payer@example.com"), phone] {
        let order = shop.order(false, &[]);
        let answer = shop.pay(&order, METHOD, &[contact]);
        assert!(answer["threeDSServerTransId"].is_string(), "{answer}");
        let order = shop.order(false, &[contact]);
        assert!(shop.pay(&order, METHOD, &[])["threeDSServerTransId"].is_string());
    }
    // Neither another scheme nor a payment without 3-D Secure asks for one.
    let order = shop.order(false, &[]);
    assert!(shop.pay(&order, CHALLENGE, &[])["threeDSServerTransId"].is_string());
    assert!(shop.paid(false).len() > 1);
}

/// G-105: an exemption from strong authentication needs a permission; by a setting it forces a payment
/// without 3-D Secure, else the issuer decides.
#[test]
fn an_exemption_is_up_to_permission_and_setting() {
    const EXEMPTION: (&str, &str) = ("externalScaExemptionIndicator", "LVP");
    let paid = |shop: Shop| {
        let order = shop.order(false, &[]);
        let answer = shop.pay(&order, CHALLENGE, &[EXEMPTION]);
        (answer, shop.amounts(&order)[0], shop.status(&order)["usedPsdIndicatorValue"].clone())
    };
    let (answer, status, used) = paid(Shop::new());
    assert!(answer["threeDSServerTransId"].is_string(), "{answer}");
    assert_eq!((status, used), (0, "LVP".into()));
    let (answer, status, used) = paid(Shop::of(|merchant| merchant.exemption_forces_ssl = true));
    assert!(answer["redirect"].is_string(), "{answer}");
    assert_eq!((status, used), (2, "LVP".into()));
    let refused = paid(Shop::of(|merchant| merchant.permissions.sca_exemption = false));
    assert_eq!((&refused.0["errorCode"], refused.1), (&5.into(), 0));
}
