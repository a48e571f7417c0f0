//! paymentorder, the 3-D Secure calls and decline.

use payments_sandbox::Merchant;

use crate::support::*;

/// G-095, G-112: an order is paid by card data; without 3-D Secure `redirect` comes.
/// G-028, G-029: registered is not paid, 1 and 2 are.
#[test]
fn a_card_without_3ds_is_charged_at_once() {
    let shop = Shop::new();
    let order = shop.order(false, &[("language", "en")]);
    assert_eq!(shop.amounts(&order), [0, 0, 0, 0]);
    let answer = shop.pay(&order, PLAIN, &[]);
    let want =
        format!("https://bank.example/payment/merchants/temp/finish.html?orderId={order}&lang=en");
    assert_eq!(answer["redirect"], want.as_str());
    assert_eq!(answer["errorCode"], 0);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    assert_eq!(shop.books(&order).merchant, 2000);
    assert_eq!(shop.pay(&order, PLAIN, &[])["errorCode"], 5, "paid once only");

    let order = shop.paid(true);
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);
    assert_eq!(shop.books(&order).held, 2000);
}

/// G-099, G-100, G-102: which card fields are needed, and which wins.
#[test]
fn card_data_is_checked() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let card = |change: (&str, &str)| {
        let card = [
            ("MDORDER", order.as_str()),
            ("$PAN", PLAIN),
            ("$CVC", "123"),
            ("YYYY", "2030"),
            ("MM", "12"),
            ("TEXT", "TEST CARDHOLDER"),
        ];
        let mut card: Vec<_> = card.into_iter().filter(|(name, _)| *name != change.0).collect();
        card.push(change);
        shop.call("paymentorder.do", &card)
    };
    for (name, value, code) in [
        ("$PAN", "4111111111111112", 5),
        ("$PAN", "", 4),
        ("$CVC", "12", 5),
        ("$CVC", "12a", 5),
        ("$CVC", "", 4),
        ("MM", "13", 5),
        ("MM", "", 4),
        ("TEXT", "", 4),
        ("$EXPIRY", "203013", 5),
        ("MDORDER", "unknown", 6),
        ("MDORDER", "", 4),
    ] {
        let answer = card((name, value));
        assert_eq!(answer["errorCode"], code, "{name}={value}: {answer}");
        assert!(answer["errorMessage"].as_str().is_some_and(|text| !text.contains("4111")));
    }
    // An expiry that is past wins over year and month that are not.
    assert_eq!(card(("$EXPIRY", "202512"))["errorTypeName"], "DATA_INPUT_ERROR");
    assert_eq!(shop.status(&order)["actionCode"], 101);
}

/// G-110, G-111, G-113, G-114, G-116, G-206: two requests, the issuer's page, the finish.
#[test]
fn a_3ds2_payment_takes_two_requests() {
    let shop = Shop::new();
    let order = shop.order(true, &[]);
    let first = shop.pay(&order, METHOD, &[]);
    assert_eq!((&first["errorCode"], &first["is3DSVer2"]), (&0.into(), &true.into()));
    let server_id = first["threeDSServerTransId"].as_str().expect("given").to_owned();
    assert_eq!(
        first["threeDSMethodURLServer"],
        format!("bank.example/3dsserver/api/v1/client/gather?threeDSServerTransID={server_id}")
    );
    assert!(first["threeDSMethodURL"].is_string() && first["threeDSMethodDataPacked"].is_string());
    assert_eq!(shop.amounts(&order)[0], 0, "nobody was sent anywhere");

    let wrong = shop.pay(&order, METHOD, &[("threeDSServerTransId", "another")]);
    assert_eq!(wrong["errorCode"], 5);
    let second = shop.pay(
        &order,
        METHOD,
        &[
            ("threeDSServerTransID", &server_id),
            ("threeDSVer2FinishUrl", "https://shop.example/3ds"),
        ],
    );
    assert_eq!(second["acsUrl"], "https://bank.example/acs/creq");
    assert_eq!(shop.amounts(&order)[0], 5);
    let finish = [("threeDSServerTransId", server_id.as_str())];
    assert_eq!(shop.call("finish3dsVer2Payment.do", &finish)["errorCode"], 5, "too early");

    let creq = second["packedCReq"].as_str().expect("given");
    let page = shop.submit("/acs/creq", &[("creq", creq), ("threeDSSessionData", "mine")]);
    let acs_id = field(text(&page), "acsTransID");
    let wrong = shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "1")]);
    assert!(text(&wrong).contains("wrong"), "the payer may try again");
    let back = shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "12345678")]);
    assert!(text(&back).contains("action=\"https://shop.example/3ds\""));
    assert_eq!(field(text(&back), "threeDSSessionData"), "mine");
    assert!(!field(text(&back), "cres").is_empty());
    assert_eq!(shop.amounts(&order)[0], 5, "the issuer's word alone pays nothing");

    // Programs in the field leave the credentials out here.
    let done = shop.call_as("finish3dsVer2Payment.do", &finish);
    assert_eq!((&done["errorCode"], &done["is3DSVer2"]), (&0.into(), &true.into()));
    let want = format!("https://shop.example/back?own=1&orderId={order}&lang=ru");
    assert_eq!(done["redirect"], want.as_str());
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);
    assert_eq!(shop.call("finish3dsVer2Payment.do", &finish)["errorCode"], 5, "once only");
}

/// G-207, G-208: continue goes on after the first request; failures come with code 0.
#[test]
fn continue_goes_on_with_a_3ds2_payment() {
    let shop = Shop::new();
    let go_on = |order: &str| shop.call("3ds/continue.do", &[("mdOrder", order)]);
    let begun = |pan: &str| {
        let order =
            shop.order(false, &[("failUrl", "https://shop.example/fail"), ("language", "en")]);
        let first = shop.pay(&order, pan, &[]);
        assert!(first["threeDSServerTransId"].is_string(), "{first}");
        order
    };
    assert_eq!(go_on(&shop.order(false, &[]))["errorCode"], 5);

    let order = begun(CHALLENGE);
    assert!(go_on(&order)["packedCReq"].is_string());
    assert_eq!(shop.amounts(&order)[0], 5);

    let order = begun(FRICTIONLESS);
    let answer = go_on(&order);
    let want = format!("https://shop.example/back?own=1&orderId={order}&lang=en");
    assert_eq!(
        (&answer["redirect"], &answer["info"]),
        (&want.into(), &"Your order is proceeded, redirecting...".into())
    );
    assert_eq!(shop.amounts(&order)[0], 2);

    let order = begun("4000000000000143");
    let answer = go_on(&order);
    let want = format!("https://shop.example/fail?orderId={order}&lang=en");
    assert_eq!(answer["redirect"], want.as_str());
    assert_eq!(answer["errorCode"], 0);
    assert_eq!(answer["processingErrorType"], "MANDATORY_3DSECURE");
    assert_eq!(answer["errorTypeName"], "TDS_UNKNOWN_ARES_STATUS");
    assert_eq!(shop.amounts(&order), [6, 0, 0, 0]);
    assert_eq!(shop.status(&order)["actionCode"], -2006);
}

/// G-113, G-205: the older protocol, with the merchant's own return address.
#[test]
fn a_3ds1_payment_is_finished_with_pares() {
    let shop = Shop::new();
    let order = shop.order(false, &[]);
    let answer = shop.pay(&order, ONE, &[]);
    assert_eq!(answer["acsUrl"], "https://bank.example/acs/pareq");
    assert!(answer["termUrl"].as_str().is_some_and(|url| url.contains("/finish3ds.do")));
    let pareq = answer["paReq"].as_str().expect("given");
    assert!(pareq.len() <= 255);
    assert_eq!(shop.amounts(&order)[0], 5);
    let term_url = "https://shop.example/term";
    let form = [("PaReq", pareq), ("MD", "mine"), ("TermUrl", term_url)];
    let page = shop.submit("/acs/pareq", &form);
    let acs_id = field(text(&page), "acsTransID");
    let back = shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "12345678")]);
    assert!(text(&back).contains("action=\"https://shop.example/term\""));
    assert_eq!(field(text(&back), "MD"), "mine");
    let pares = field(text(&back), "PaRes");
    let done = shop.call("finish3dsPayment.do", &[("mdOrder", &order), ("paRes", &pares)]);
    let want = format!("https://shop.example/back?own=1&orderId={order}");
    assert_eq!((&done["redirect"], &done["errorCode"]), (&want.into(), &0.into()));
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);

    // A forged answer of the issuer declines, also once there is a genuine one.
    let order = shop.order(false, &[]);
    let pareq = shop.pay(&order, ONE, &[])["paReq"].as_str().expect("given").to_owned();
    let page = shop.submit("/acs/pareq", &[("PaReq", &pareq), ("TermUrl", term_url)]);
    let acs_id = field(text(&page), "acsTransID");
    shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "12345678")]);
    let forged = shop.call("finish3dsPayment.do", &[("mdOrder", &order), ("paRes", "eJx")]);
    assert!(forged["error"].is_string(), "{forged}");
    assert_eq!(shop.status(&order)["actionCode"], -2005);
}

#[test]
fn cards_decide_about_declines() {
    let shop = Shop::new();
    let chosen = payments_sandbox::cards::declined(-2102).expect("a code");
    for (pan, code) in [
        ("4000000000000119", 116),
        ("4000000000000135", 5),
        ("4000000000000168", 151_019),
        ("4242424242424242", 53),
        (&chosen, -2102),
    ] {
        let order = shop.order(true, &[]);
        let answer = shop.pay(&order, pan, &[]);
        assert_eq!(answer["errorCode"], 0, "a decline is no refusal");
        assert!(answer["error"].is_string());
        assert_eq!(shop.status(&order)["actionCode"], code);
        assert_eq!(shop.amounts(&order), [6, 0, 0, 0]);
        assert!(!shop.status(&order).to_string().contains(pan));
    }
}

/// With more than one attempt a decline leaves the order open.
#[test]
fn a_merchant_may_allow_several_attempts() {
    let shop = Shop::of(|merchant| merchant.attempts = 2);
    let order = shop.order(false, &[]);
    shop.pay(&order, "4000000000000119", &[]);
    assert_eq!(shop.amounts(&order)[0], 0);
    shop.pay(&order, PLAIN, &[]);
    assert_eq!(shop.amounts(&order)[0], 2);
}

/// G-165, G-166, G-167: only an unpaid order, named twice, and the answer has a text.
#[test]
fn decline_cancels_what_is_not_paid() {
    let shop = Shop::new();
    let order = shop.order(true, &[]);
    let number = shop.status(&order)["orderNumber"].as_str().expect("given").to_owned();
    let decline = |order: &str, number: &str| {
        shop.call("decline.do", &[("orderId", order), ("orderNumber", number)])
    };
    assert_eq!(decline(&order, "")["errorCode"], "4");
    assert_eq!(decline("", &number)["errorCode"], "4");
    assert_eq!(decline(&order, "another")["errorCode"], "6");
    let done = decline(&order, &number);
    assert_eq!((&done["errorCode"], &done["errorMessage"]), (&0.into(), &"Success".into()));
    assert_eq!(shop.amounts(&order)[0], 6);
    assert_eq!(shop.status(&order)["paymentAmountInfo"]["paymentState"], "DECLINED");
    assert_eq!(decline(&order, &number)["errorCode"], "5");
    let paid = shop.paid(true);
    let number = shop.status(&paid)["orderNumber"].as_str().expect("given").to_owned();
    assert_eq!(decline(&paid, &number)["errorCode"], "5");
    assert_eq!(shop.amounts(&paid)[0], 1);
}

/// G-097: what the merchant may do decides whether 3-D Secure is asked for at all.
#[test]
fn permissions_decide_about_3ds() {
    let shop = Shop::of(|merchant| merchant.permissions.three_ds = false);
    let order = shop.order(false, &[]);
    assert!(shop.pay(&order, CHALLENGE, &[])["redirect"].is_string());
    assert_eq!(shop.amounts(&order)[0], 2);

    let shop = Shop::new();
    let order = shop.order(false, &[("features", "FORCE_SSL")]);
    assert!(shop.pay(&order, CHALLENGE, &[])["redirect"].is_string());
    let order = shop.order(false, &[("features", "FORCE_TDS")]);
    assert!(shop.pay(&order, PLAIN, &[])["error"].is_string());
    let order = shop.order(false, &[("features", "VERIFY"), ("clientId", "1")]);
    shop.pay(&order, PLAIN, &[]);
    assert_eq!(shop.amounts(&order), [3, 0, 0, 0]);
}

/// Another merchant cannot finish a payment that is not its own.
#[test]
fn a_payment_is_finished_by_its_own_merchant() {
    let shop = Shop::new();
    shop.sandbox.with_bank(|bank| bank.add_merchant(Merchant::new("other", "o")));
    let order = shop.order(false, &[]);
    let first = shop.pay(&order, CHALLENGE, &[]);
    let server_id = first["threeDSServerTransId"].as_str().expect("given").to_owned();
    let second = shop.pay(&order, CHALLENGE, &[("threeDSServerTransId", &server_id)]);
    let creq = second["packedCReq"].as_str().expect("given");
    let acs_id = field(text(&shop.submit("/acs/creq", &[("creq", creq)])), "acsTransID");
    shop.submit("/acs/challenge", &[("acsTransID", &acs_id), ("code", "12345678")]);
    let finish = |login: &str, password: &str| {
        let who = [("userName", login), ("password", password)];
        let session = [("threeDSServerTransId", server_id.as_str())];
        shop.call_as("finish3dsVer2Payment.do", &[&who[..], &session].concat())
    };
    assert_eq!(finish("other", "o")["errorCode"], 6);
    assert_eq!(shop.amounts(&order)[0], 5);
    assert!(finish("test_user", "test_user_password")["redirect"].is_string());
}
