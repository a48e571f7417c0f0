//! Stored credentials: how they come to be, what can be done with them, who pays with them.

use payments_core::Secret;
use payments_sandbox::{Merchant, settings::Checksum};
use serde_json::Value;

use crate::support::*;

/// The credential that the status report names for an order.
fn stored(shop: &Shop, order: &str) -> Option<String> {
    shop.status(order)["bindingInfo"]["bindingId"].as_str().map(str::to_owned)
}

/// G-107, G-182: a card is stored by a payment of an order that names a customer, and the report
/// says so only to a merchant that may store cards.
#[test]
fn a_paid_order_of_a_customer_stores_the_card() {
    let shop = Shop::new();
    let order = shop.order(false, &[("clientId", "client-1")]);
    shop.pay(&order, PLAIN, &[]);
    let first = stored(&shop, &order).expect("stored");
    assert_eq!(shop.status(&order)["bindingInfo"]["clientId"], "client-1");

    let again = shop.order(false, &[("clientId", "client-1")]);
    shop.pay(&again, PLAIN, &[]);
    assert_eq!(stored(&shop, &again), Some(first.clone()), "one card, one credential");
    let other = shop.order(false, &[("clientId", "client-2")]);
    shop.pay(&other, PLAIN, &[]);
    assert_ne!(stored(&shop, &other), Some(first), "another customer's card");

    let nobodys = shop.order(false, &[]);
    shop.pay(&nobodys, PLAIN, &[]);
    assert_eq!(stored(&shop, &nobodys), None);
    let unpaid = shop.order(false, &[("clientId", "client-3")]);
    shop.pay(&unpaid, "4000000000000119", &[]);
    assert_eq!(stored(&shop, &unpaid), None, "it was declined");

    let shop = Shop::of(|merchant| merchant.permissions.stored_credentials = false);
    let order = shop.order(false, &[("clientId", "client-1")]);
    shop.pay(&order, PLAIN, &[]);
    assert_eq!(stored(&shop, &order), None);
}

/// G-103, G-107: `bindingNotNeeded` and a `tii` that uses a stored card store none.
#[test]
fn a_payment_may_say_that_nothing_is_stored() {
    let shop = Shop::new();
    for more in [[("bindingNotNeeded", "true")], [("tii", "F")], [("tii", "U")]] {
        let order = shop.order(false, &[("clientId", "client-1")]);
        shop.pay(&order, PLAIN, &more);
        assert_eq!(stored(&shop, &order), None, "{more:?}");
    }
    for more in [[("bindingNotNeeded", "false")], [("tii", "CI")], [("tii", "RI")]] {
        let order = shop.order(false, &[("clientId", "client-1")]);
        shop.pay(&order, PLAIN, &more);
        assert!(stored(&shop, &order).is_some(), "{more:?}");
    }
}

const CLIENT: (&str, &str) = ("clientId", "client-1");

/// A shop whose first customer has stored a card.
fn shop_with(pan: &str) -> (Shop, String) {
    shop_of(pan, |_| {})
}

fn shop_of(pan: &str, change: impl FnOnce(&mut Merchant)) -> (Shop, String) {
    let shop = Shop::of(change);
    let binding = made(&shop, pan, "client-1", "203012");
    (shop, binding)
}

/// Stores a card without a payment.
fn made(shop: &Shop, pan: &str, client: &str, expiry: &str) -> String {
    let answer = make(shop, &[("clientId", client), ("pan", pan), ("expiryDate", expiry)]);
    answer["bindingId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn make(shop: &Shop, more: &[(&str, &str)]) -> Value {
    let name = [("cardholderName", "TEST CARDHOLDER")];
    shop.call("createBindingNoPayment.do", &[more, &name[..]].concat())
}

/// Pays an order of the first customer with a stored card.
fn charge(shop: &Shop, order: &str, binding: &str, more: &[(&str, &str)]) -> Value {
    let named = [("mdOrder", order), ("bindingId", binding)];
    shop.call("paymentOrderBinding.do", &[&named[..], more].concat())
}

const BY_CUSTOMER: [(&str, &str); 2] = [("tii", "F"), ("cvc", "123")];
const BY_MERCHANT: [(&str, &str); 1] = [("tii", "U")];

/// Code and text of a refusal.
fn refused(answer: &Value) -> (String, String) {
    let code = answer["errorCode"].to_string().replace('"', "");
    (code, answer["errorMessage"].as_str().unwrap_or_default().to_owned())
}

#[track_caller]
fn assert_refused(answer: &Value, code: &str, text: &str) {
    let (was, said) = refused(answer);
    assert!(was == code && said.contains(text), "{answer}");
}

/// What `getBindings` lists for the first customer; nothing for the code of an empty list.
fn listed(shop: &Shop, more: &[(&str, &str)]) -> Vec<String> {
    let answer = shop.call("getBindings.do", &[&[CLIENT][..], more].concat());
    if answer["bindings"].is_null() {
        assert_refused(&answer, "2", "No bindings found");
        return Vec::new();
    }
    let ids = answer["bindings"].as_array().expect("a list").iter();
    ids.map(|binding| binding["bindingId"].as_str().expect("given").to_owned()).collect()
}

/// G-175, G-176, G-182: the customer pays with the code, the merchant without; the report names the
/// credential, and how it was paid.
#[test]
fn a_stored_card_pays() {
    let (shop, binding) = shop_with(PLAIN);
    let order = shop.order(false, &[CLIENT]);
    let answer = charge(&shop, &order, &binding, &BY_CUSTOMER);
    assert_eq!(answer["errorCode"], 0);
    assert!(answer["redirect"].as_str().expect("given").contains(&order), "{answer}");
    assert_eq!(answer["bindingId"], *binding);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    let status = shop.status(&order);
    assert_eq!(status["paymentWay"], "CARD_BINDING");
    assert_eq!(status["tii"], "F");
    assert_eq!(status["bindingInfo"]["bindingId"], *binding);
    assert_eq!(status["bindingInfo"]["externalCreated"], true);
    assert_refused(&charge(&shop, &order, &binding, &BY_CUSTOMER), "2", "already paid");
    assert_eq!(shop.books(&order).merchant, 2000, "not twice");

    let order = shop.order(false, &[CLIENT]);
    charge(&shop, &order, &binding, &BY_MERCHANT);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    let order = shop.order(true, &[CLIENT]);
    charge(&shop, &order, &binding, &BY_CUSTOMER);
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);
    assert_eq!(listed(&shop, &[]), [binding], "nothing is stored anew");
}

/// G-107, G-175, G-193: `tii` is F or U here, and U pays in one phase alone.
#[test]
fn tii_is_checked() {
    let (shop, binding) = shop_with(PLAIN);
    let order = shop.order(false, &[CLIENT]);
    let cvc = ("cvc", "123");
    assert_refused(&charge(&shop, &order, &binding, &[cvc]), "1", "[tii]");
    for wrong in ["CI", "RI", "II", "R", "I", "f"] {
        let answer = charge(&shop, &order, &binding, &[cvc, ("tii", wrong)]);
        assert_refused(&answer, "5", "[tii]");
    }
    let held = shop.order(true, &[CLIENT]);
    assert_refused(&charge(&shop, &held, &binding, &BY_MERCHANT), "5", "one-phase");
    assert_eq!(shop.amounts(&held), [0, 0, 0, 0]);
}

/// G-176: whether the code is needed depends on who pays and on a right; it is digits only.
#[test]
fn the_code_is_asked_of_the_customer() {
    let (shop, binding) = shop_with(PLAIN);
    let order = shop.order(false, &[CLIENT]);
    assert_refused(&charge(&shop, &order, &binding, &[("tii", "F")]), "1", "[cvc]");
    for wrong in ["12", "1234", "12a"] {
        let answer = charge(&shop, &order, &binding, &[("tii", "F"), ("cvc", wrong)]);
        assert_refused(&answer, "5", "[cvc]");
    }
    let (shop, binding) = shop_of(PLAIN, |it| it.permissions.binding_without_cvc = true);
    let order = shop.order(false, &[CLIENT]);
    charge(&shop, &order, &binding, &[("tii", "F")]);
    assert_eq!(shop.amounts(&order)[0], 2);
}

/// G-181: an order that was registered without a customer is refused with code 5.
#[test]
fn the_order_must_be_the_customers() {
    let (shop, binding) = shop_with(PLAIN);
    let nobodys = shop.order(false, &[]);
    let answer = charge(&shop, &nobodys, &binding, &BY_CUSTOMER);
    assert_eq!(answer["error"], "[clientId] is empty");
    assert_refused(&answer, "5", "[clientId] is empty");
    let others = shop.order(false, &[("clientId", "client-2")]);
    assert_refused(&charge(&shop, &others, &binding, &BY_CUSTOMER), "2", "another client");
    let order = shop.order(false, &[CLIENT]);
    assert_refused(&charge(&shop, &order, "nobody", &BY_CUSTOMER), "2", "Binding not found");
    assert_refused(&charge(&shop, "nobody", &binding, &BY_CUSTOMER), "2", "Order not found");
    assert_refused(&charge(&shop, "", &binding, &BY_CUSTOMER), "1", "[mdOrder]");
    assert_refused(&charge(&shop, &order, "", &BY_CUSTOMER), "1", "[bindingId]");
    assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
}

/// Another merchant's credential is as unknown as none, in every call.
#[test]
fn a_credential_is_its_merchants_alone() {
    let (shop, binding) = shop_with(PLAIN);
    shop.sandbox.with_bank(|bank| bank.add_merchant(Merchant::new("other", "other_password")));
    let other = |path: &str, more: &[(&str, &str)]| {
        let login = [("userName", "other"), ("password", "other_password")];
        shop.call_as(path, &[&login[..], more].concat())
    };
    let named = [("bindingId", binding.as_str())];
    assert_refused(&other("unBindCard.do", &named), "2", "Binding not found");
    assert_refused(&other("getBindings.do", &[CLIENT]), "2", "No bindings found");
    assert_refused(&other("getBindingsByCardOrId.do", &named), "2", "No bindings found");
    assert_refused(&other("getBindingsByCardOrId.do", &[("pan", PLAIN)]), "2", "No bindings");
    let extension = [named[0], ("newExpiry", "203112"), ("language", "en")];
    assert_refused(&other("extendBinding.do", &extension), "2", "Binding not found");
    assert_eq!(listed(&shop, &[]), [binding]);
}

/// G-178: the customer goes through 3-D Secure as with the card itself, the merchant does not; a
/// failure says what failed.
#[test]
fn three_d_secure_is_the_customers() {
    let (shop, binding) = shop_with(CHALLENGE);
    let order = shop.order(false, &[CLIENT]);
    let first = charge(&shop, &order, &binding, &BY_CUSTOMER);
    let server_id = first["threeDSServerTransId"].as_str().expect("3DS2").to_owned();
    assert_eq!(shop.amounts(&order)[0], 0);
    let again = [("threeDSServerTransId", server_id.as_str())];
    let other = made(&shop, METHOD, "client-1", "203012");
    let answer = charge(&shop, &order, &other, &[&BY_CUSTOMER[..], &again].concat());
    assert_refused(&answer, "5", "[bindingId]");
    let second = charge(&shop, &order, &binding, &[&BY_CUSTOMER[..], &again].concat());
    assert!(second["packedCReq"].is_string(), "{second}");
    assert_eq!(shop.amounts(&order)[0], 5);

    let order = shop.order(false, &[CLIENT]);
    charge(&shop, &order, &binding, &BY_CUSTOMER);
    let onwards = shop.call("3ds/continue.do", &[("mdOrder", &order)]);
    assert!(onwards["packedCReq"].is_string(), "{onwards}");

    let order = shop.order(false, &[CLIENT]);
    charge(&shop, &order, &binding, &BY_MERCHANT);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);

    let (shop, binding) = shop_with(ONE);
    let order = shop.order(false, &[CLIENT]);
    let answer = charge(&shop, &order, &binding, &BY_CUSTOMER);
    for name in ["acsUrl", "paReq", "termUrl"] {
        assert!(answer[name].is_string(), "{answer}");
    }

    let (shop, binding) = shop_of(CHALLENGE, |it| it.permissions.binding_without_3ds = true);
    let order = shop.order(false, &[CLIENT]);
    charge(&shop, &order, &binding, &BY_CUSTOMER);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);

    let (shop, binding) = shop_with("4000000000000119");
    let order = shop.order(false, &[CLIENT]);
    let answer = charge(&shop, &order, &binding, &BY_CUSTOMER);
    assert_eq!(answer["errorCode"], 0);
    for name in ["error", "errorTypeName", "processingErrorType", "displayErrorMessage"] {
        assert!(answer[name].is_string(), "{answer}");
    }
    assert_eq!(shop.amounts(&order)[0], 6);
}

/// G-185: off and on again; each a second time is refused with code 2.
#[test]
fn a_credential_is_switched_off_and_on() {
    let (shop, binding) = shop_with(PLAIN);
    let named = [("bindingId", binding.as_str())];
    let switch = |path: &str| shop.call(path, &named);
    assert_refused(&switch("bindCard.do"), "2", "Binging is active");
    assert_eq!(switch("unBindCard.do")["errorCode"], "0");
    assert_refused(&switch("unBindCard.do"), "2", "Binging isn't active");
    assert_eq!(listed(&shop, &[]), [] as [&str; 0]);
    let order = shop.order(false, &[CLIENT]);
    assert_refused(&charge(&shop, &order, &binding, &BY_CUSTOMER), "2", "isn't active");
    let extension = [named[0], ("newExpiry", "203112"), ("language", "en")];
    assert_refused(&shop.call("extendBinding.do", &extension), "2", "isn't active");
    assert_eq!(switch("bindCard.do")["errorCode"], "0");
    assert_eq!(listed(&shop, &[]), [binding.as_str()]);
    charge(&shop, &order, &binding, &BY_CUSTOMER);
    assert_eq!(shop.amounts(&order)[0], 2);
    assert_refused(&shop.call("unBindCard.do", &[]), "5", "[bindingId]");
    assert_refused(&shop.call("bindCard.do", &[("bindingId", "x")]), "2", "not found");
}

/// G-183, G-186: an expired card pays nothing and is listed only if asked for, until it is extended.
#[test]
fn an_expired_credential_is_extended() {
    let (shop, binding) = shop_with(PLAIN);
    shop.advance(20 * 366 * 24 * 3600);
    let order = shop.order(false, &[CLIENT]);
    assert_eq!(listed(&shop, &[]), [] as [&str; 0]);
    assert_eq!(listed(&shop, &[("showExpired", "false")]), [] as [&str; 0]);
    assert_eq!(listed(&shop, &[("showExpired", "true")]), [binding.as_str()]);
    assert_refused(&shop.call("getBindings.do", &[CLIENT, ("showExpired", "1")]), "5", "showExp");
    assert_refused(&charge(&shop, &order, &binding, &BY_CUSTOMER), "2", "has expired");

    let extend = |expiry: &str, more: &[(&str, &str)]| {
        let named = [("bindingId", binding.as_str()), ("newExpiry", expiry)];
        shop.call("extendBinding.do", &[&named[..], more].concat())
    };
    let english = [("language", "en")];
    for wrong in ["", "2099", "209913", "2099-1", "203012"] {
        assert_refused(&extend(wrong, &english), "5", "[newExpiry]");
    }
    assert_refused(&extend("209912", &[]), "5", "[language]");
    assert_eq!(extend("209912", &english)["errorCode"], "0");
    assert_eq!(listed(&shop, &[]), [binding.as_str()]);
    charge(&shop, &order, &binding, &BY_CUSTOMER);
    assert_eq!(shop.amounts(&order)[0], 2);
    assert_eq!(shop.status(&order)["cardAuthInfo"]["expiration"], "209912");
}

/// G-183: every filter of the list, and what an entry shows.
#[test]
fn a_customers_credentials_are_listed() {
    let (shop, common) = shop_with(PLAIN);
    let order = shop.order(false, &[CLIENT]);
    shop.pay(&order, FRICTIONLESS, &[("tii", "RI"), ("bindingNotNeeded", "false")]);
    shop.call("3ds/continue.do", &[("mdOrder", &order)]);
    let recurrent = stored(&shop, &order).expect("stored");
    let order = shop.order(false, &[CLIENT]);
    shop.pay(&order, PLAIN, &[("tii", "II")]);
    let installment = stored(&shop, &order).expect("stored");
    made(&shop, PLAIN, "client-2", "203012");

    let all = [common.clone(), recurrent.clone(), installment.clone()];
    assert_eq!(listed(&shop, &[]), all);
    assert_eq!(listed(&shop, &[("bindingType", "C")]), [common.as_str()]);
    assert_eq!(listed(&shop, &[("bindingType", "R")]), [recurrent.as_str()]);
    assert_eq!(listed(&shop, &[("bindingType", "I")]), [installment.as_str()]);
    assert_eq!(listed(&shop, &[("bindingId", &recurrent)]), [recurrent.as_str()]);
    let both = [("bindingId", recurrent.as_str()), ("bindingType", "C")];
    assert_eq!(listed(&shop, &both), [] as [&str; 0]);
    assert_refused(&shop.call("getBindings.do", &[CLIENT, ("bindingType", "X")]), "5", "[bindingT");
    assert_refused(&shop.call("getBindings.do", &[]), "5", "[clientId] is empty");

    let answer = shop.call("getBindings.do", &[CLIENT, ("bindingType", "C")]);
    assert_eq!(answer["errorCode"], "0");
    let entry = serde_json::json!({
        "bindingId": common,
        "maskedPan": "411111**1111",
        "expiryDate": "203012",
        "clientId": "client-1",
        "paymentWay": "CARD",
        "paymentSystem": "VISA",
        "displayLabel": "XXXXXXXXXXXX1111",
        "bindingCategory": "COMMON",
    });
    assert_eq!(answer["bindings"], serde_json::json!([entry]));
}

/// G-018, G-183: for another merchant only with the right to act for it, and only where both may
/// work with stored credentials.
#[test]
fn a_childs_credentials_are_listed() {
    let shop = Shop::of(|merchant| merchant.children = vec!["child".into()]);
    let child = Merchant::new("child", "child_password");
    shop.sandbox.with_bank(|bank| bank.add_merchant(child));
    let theirs = [CLIENT, ("merchantLogin", "child"), ("pan", PLAIN), ("expiryDate", "203012")];
    let binding = make(&shop, &theirs)["bindingId"].clone();
    assert!(binding.is_string());
    assert_eq!(listed(&shop, &[]), [] as [&str; 0], "they are the child's");
    assert_eq!(listed(&shop, &[("merchantLogin", "child")]), [binding.as_str().expect("text")]);
    let stranger = shop.call("getBindings.do", &[CLIENT, ("merchantLogin", "stranger")]);
    assert_refused(&stranger, "5", "merchantLogin");
    shop.sandbox.with_bank(|bank| {
        bank.merchant("child").expect("known").permissions.stored_credentials = false;
    });
    let answer = shop.call("getBindings.do", &[CLIENT, ("merchantLogin", "child")]);
    assert_refused(&answer, "5", "no rights");
}

/// G-184: by the card's number, which wins over the credential's, or by the credential's; the
/// credentials of all customers.
#[test]
fn a_cards_credentials_are_listed() {
    let (shop, first) = shop_with(METHOD);
    let second = made(&shop, METHOD, "client-2", "203012");
    let other = made(&shop, PLAIN, "client-2", "203012");
    let found = |more: &[(&str, &str)]| {
        let answer = shop.call("getBindingsByCardOrId.do", more);
        let bindings = answer["bindings"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        let pair = |one: &Value| (one["bindingId"].clone(), one["clientId"].clone());
        bindings.iter().map(pair).collect::<Vec<_>>()
    };
    let both = [(first.into(), "client-1".into()), (second.clone().into(), "client-2".into())];
    assert_eq!(found(&[("pan", METHOD)]), both);
    assert_eq!(found(&[("bindingId", &second)]), both);
    assert_eq!(found(&[("pan", METHOD), ("bindingId", &other)]), both);
    for wrong in ["4000001111111117", "40000011111111", "x"] {
        let answer = shop.call("getBindingsByCardOrId.do", &[("pan", wrong)]);
        assert_refused(&answer, "5", "[pan]");
    }
    assert_refused(&shop.call("getBindingsByCardOrId.do", &[]), "5", "[pan]");
    let nobody = shop.call("getBindingsByCardOrId.do", &[("bindingId", "x")]);
    assert_refused(&nobody, "2", "No bindings found");
}

/// G-187: what is made, and what is refused; `error` is a flag here.
#[test]
fn a_credential_is_made_without_a_payment() {
    let shop = Shop::new();
    let sample = [("clientId", "159753456"), ("pan", "5555555555555599"), ("expiryDate", "203412")];
    let answer = make(&shop, &sample);
    let expected = serde_json::json!({
        "maskedPan": "555555**5599",
        "expiryDate": "203412",
        "cardholderName": "TEST CARDHOLDER",
        "clientId": "159753456",
        "bindingId": answer["bindingId"],
        "errorCode": 0,
        "error": false,
    });
    assert_eq!(answer, expected);
    assert_eq!(make(&shop, &sample), expected, "one card, one credential");
    for (name, wrong) in [
        ("clientId", ""),
        ("pan", ""),
        ("pan", "5555555555555598"),
        ("expiryDate", ""),
        ("expiryDate", "203413"),
        ("expiryDate", "200001"),
        ("additionalParameters", "x"),
    ] {
        let mut parameters = sample.to_vec();
        parameters.retain(|(known, _)| *known != name);
        parameters.push((name, wrong));
        let answer = make(&shop, &parameters);
        assert_refused(&answer, "5", &format!("[{name}]"));
        assert_eq!(answer["error"], true);
    }
    for name in ["", "ИМЯ", "O'NEIL", "ANNE-MARIE", "A1", &"A".repeat(27)] {
        let parameters = [&sample[..], &[("cardholderName", name)]].concat();
        let answer = shop.call("createBindingNoPayment.do", &parameters);
        assert_refused(&answer, "5", "[cardholderName]");
    }
}

/// G-050, G-182: without the permission nothing of it works.
#[test]
fn stored_credentials_need_a_permission() {
    let shop = Shop::of(|merchant| merchant.permissions.stored_credentials = false);
    for path in [
        "paymentOrderBinding.do",
        "getBindings.do",
        "getBindingsByCardOrId.do",
        "unBindCard.do",
        "bindCard.do",
        "extendBinding.do",
        "createBindingNoPayment.do",
    ] {
        assert_refused(&shop.call(path, &[]), "5", "no rights to use stored credentials");
    }
    let order = [
        ("orderNumber", "1"),
        ("amount", "1"),
        ("returnUrl", "https://shop.example/"),
        ("bindingId", "x"),
    ];
    assert_refused(&shop.call("register.do", &order), "5", "no rights");
}

/// G-050: an order registered for one credential is paid by it alone; its page asks for the code.
#[test]
fn an_order_for_one_credential_takes_no_other() {
    let (shop, binding) = shop_with(PLAIN);
    let other = made(&shop, METHOD, "client-1", "203012");
    let order = shop.order(false, &[("bindingId", &binding)]);
    assert_refused(&shop.pay(&order, PLAIN, &[]), "5", "stored credential only");
    assert_refused(&charge(&shop, &order, &other, &BY_CUSTOMER), "5", "[bindingId]");
    let page = shop.get(&format!("/payment/merchants/ecom/payment_en.html?mdOrder={order}"));
    let page = text(&page);
    assert!(page.contains("411111**1111") && page.contains("name=\"cvc\""), "{page}");
    assert!(!page.contains("name=\"pan\"") && !page.contains("name=\"expiry\""), "{page}");
    let typed = |cvc| [("mdOrder", order.as_str()), ("cvc", cvc)];
    let answer = shop.submit("/payment/merchants/ecom/pay", &typed("12"));
    assert_eq!(answer.status(), http::StatusCode::UNPROCESSABLE_ENTITY);
    shop.submit("/payment/merchants/ecom/pay", &typed("123"));
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    assert_eq!(stored(&shop, &order), Some(binding.clone()));

    let refused = |more: &[(&str, &str)]| {
        let order = [
            ("orderNumber", "refused"),
            ("amount", "1"),
            ("returnUrl", "https://shop.example/"),
            ("bindingId", &binding),
        ];
        shop.call("register.do", &[&order[..], more].concat())
    };
    assert_refused(&refused(&[("clientId", "client-2")]), "5", "another client's");
    shop.call("unBindCard.do", &[("bindingId", &binding)]);
    assert_refused(&refused(&[]), "5", "isn't active");
}

/// G-260, G-263: the merchant is told of a new credential and of each switch, without `status`.
#[test]
fn callbacks_tell_of_credentials() {
    let shop = Shop::of(|merchant| {
        merchant.callbacks.url = Some("https://shop.example/cb".into());
        merchant.callbacks.additional = vec!["panMasked".into(), "callbackCreationDate".into()];
        merchant.callbacks.checksum = Checksum::Hmac(Secret::new("key"));
    });
    let told = |path: &str, more: &[(&str, &str)]| {
        let login = [("userName", "test_user"), ("password", "test_user_password")];
        let request = post(&format!("/payment/rest/{path}"), &[&login[..], more].concat());
        let deliveries = shop.sandbox.handle(&request).deliveries;
        let told = deliveries.iter().map(|one| (parameter(one, "operation"), parameters(one)));
        told.map(|(operation, all)| (operation.expect("given"), all)).collect::<Vec<_>>()
    };
    let of = |all: &[(String, String)], name: &str| {
        all.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let order = shop.order(false, &[CLIENT, ("dynamicCallbackUrl", "https://shop.example/one")]);
    let card = [
        ("MDORDER", order.as_str()),
        ("$PAN", PLAIN),
        ("$CVC", "123"),
        ("$EXPIRY", "203012"),
        ("TEXT", "TEST CARDHOLDER"),
    ];
    let paid = told("paymentorder.do", &card);
    let [(deposited, _), (created, about)] = &paid[..] else { panic!("{paid:?}") };
    assert_eq!((deposited.as_str(), created.as_str()), ("deposited", "bindingCreated"));
    let binding = stored(&shop, &order).expect("stored");
    assert_eq!(of(about, "bindingId"), Some(binding.clone()));
    assert_eq!(of(about, "clientId").as_deref(), Some("client-1"));
    assert_eq!(of(about, "panMasked").as_deref(), Some("411111**1111"));
    for absent in ["status", "mdOrder", "orderNumber", "enabled"] {
        assert_eq!(of(about, absent), None);
    }
    assert!(of(about, "checksum").is_some() && of(about, "callbackCreationDate").is_some());
    for (path, enabled) in [("unBindCard.do", "false"), ("bindCard.do", "true")] {
        let switched = told(path, &[("bindingId", &binding)]);
        let [(operation, about)] = &switched[..] else { panic!("{switched:?}") };
        assert_eq!(operation, "bindingActivityChanged");
        assert_eq!(of(about, "enabled").as_deref(), Some(enabled));
        assert_eq!(of(about, "bindingId"), Some(binding.clone()));
    }
}

/// Storing a card anew wakes a credential that was switched off, and takes the new expiry.
#[test]
fn storing_a_card_again_wakes_its_credential() {
    let (shop, binding) = shop_with(PLAIN);
    shop.call("unBindCard.do", &[("bindingId", &binding)]);
    assert_eq!(made(&shop, PLAIN, "client-1", "203112"), binding);
    let answer = shop.call("getBindings.do", &[CLIENT]);
    assert_eq!(answer["bindings"][0]["expiryDate"], "203112");
}

/// Neither a card's number nor its code shows in any answer or `Debug`.
#[test]
fn stored_cards_never_show() {
    let (shop, binding) = shop_with(PLAIN);
    let order = shop.order(false, &[CLIENT]);
    let mut shown = charge(&shop, &order, &binding, &[("tii", "F"), ("cvc", "987")]).to_string();
    shown += &shop.call("getBindings.do", &[CLIENT]).to_string();
    shown += &shop.call("getBindingsByCardOrId.do", &[("pan", PLAIN)]).to_string();
    shown += &shop.status(&order).to_string();
    shown += &shop.sandbox.with_bank(|bank| format!("{bank:?} {:?}", bank.journal()));
    shown += text(&shop.get("/sandbox/orders"));
    assert!(shown.contains("411111**1111"));
    assert!(!shown.contains(PLAIN) && !shown.contains("\"987\""), "{shown}");
}
