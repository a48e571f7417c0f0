//! Everything that a merchant's contract decides: permissions, answer versions, carts.

use payments_sandbox::{Merchant, Sandbox, Settings, settings::Permissions};
use serde_json::Value;

use crate::support::*;

const BASIC: [(&str, &str); 3] =
    [("orderNumber", "own"), ("amount", "2000"), ("returnUrl", "https://shop.example/")];

/// What is refused without a permission, and with which text.
type Lacking = (&'static str, fn(&mut Permissions), fn(&Shop) -> Value);

fn registered(shop: &Shop, path: &str, more: &[(&str, &str)]) -> Value {
    shop.call(path, &[&BASIC[..], more].concat())
}

/// Permissions whose lack refuses a call.
const REFUSING: &[Lacking] = &[
    ("one_phase", |it| it.one_phase = false, |shop| registered(shop, "register.do", &[])),
    ("two_phase", |it| it.two_phase = false, |shop| registered(shop, "registerPreAuth.do", &[])),
    ("fee", |it| it.fee = false, |shop| registered(shop, "register.do", &[("feeInput", "5")])),
    (
        "auto_completion",
        |it| it.auto_completion = false,
        |shop| {
            let date = ("autocompletionDate", "2026-01-01T04:00:00");
            registered(shop, "registerPreAuth.do", &[date])
        },
    ),
    (
        "auto_reversal",
        |it| it.auto_reversal = false,
        |shop| {
            let date = ("autoReverseDate", "2026-01-01T04:00:00");
            registered(shop, "registerPreAuth.do", &[date])
        },
    ),
    ("card_data", |it| it.card_data = false, |shop| shop.pay(&shop.order(false, &[]), PLAIN, &[])),
    (
        "sca_exemption",
        |it| it.sca_exemption = false,
        |shop| {
            let exemption = [("externalScaExemptionIndicator", "LVP")];
            shop.pay(&shop.order(false, &[]), PLAIN, &exemption)
        },
    ),
    (
        "own_three_ds",
        |it| it.own_three_ds = false,
        |shop| {
            let proof = "{\"eci\":\"02\",\"cavv\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"xid\":\"x\",\
                         \"threeDSProtocolVersion\":\"2.2.0\"}";
            shop.pay(&shop.order(false, &[]), PLAIN, &[("jsonParams", proof)])
        },
    ),
    (
        "receipts",
        |it| it.receipts = false,
        |shop| {
            let order = shop.paid(false);
            shop.call("closeOfdReceipt.do", &[("mdOrder", &order), ("amount", "1")])
        },
    ),
    (
        "sbp",
        |it| it.sbp = false,
        |shop| shop.call("sbp/c2b/qr/dynamic/get.do", &[("mdOrder", &shop.order(false, &[]))]),
    ),
    (
        "deposit",
        |it| it.deposit = false,
        |shop| shop.call("deposit.do", &[("orderId", &shop.paid(true)), ("amount", "0")]),
    ),
    (
        "reverse",
        |it| it.reverse = false,
        |shop| shop.call("reverse.do", &[("orderId", &shop.paid(true))]),
    ),
    (
        "refund",
        |it| it.refund = false,
        |shop| shop.call("refund.do", &[("orderId", &shop.paid(false)), ("amount", "0")]),
    ),
    (
        "decline",
        |it| it.decline = false,
        |shop| {
            let order = shop.order(false, &[]);
            shop.call("decline.do", &[("orderId", &order), ("orderNumber", "1")])
        },
    ),
    (
        "stored_credentials",
        |it| it.stored_credentials = false,
        |shop| shop.call("getBindings.do", &[("clientId", "client")]),
    ),
    (
        "raw_sum_refund",
        |it| it.raw_sum_refund = false,
        |shop| {
            let order = shop.paid(false);
            shop.call("processRawSumRefund.do", &[("orderId", &order), ("amount", "1")])
        },
    ),
    (
        "raw_position_refund",
        |it| it.raw_position_refund = false,
        |shop| {
            let order = shop.paid(false);
            let position = [("orderId", order.as_str()), ("amount", "1"), ("positionId", "1")];
            shop.call("processRawPositionRefund.do", &position)
        },
    ),
];

/// Permissions that change what a call does, or what an answer holds, or whose refusal has a form
/// of its own (payment links): each has its own test where that is tested.
const CHANGING: [&str; 9] = [
    "links",
    "three_ds",
    "several_deposits",
    "secure_auth_info",
    "method_page",
    "binding_without_cvc",
    "binding_without_3ds",
    "two_phase_by_sbp",
    "sbp_verify",
];

/// Fails for a permission that nobody takes away.
#[test]
fn every_permission_is_in_a_list() {
    let all = format!("{:?}", Permissions::default());
    let fields = all.split_once('{').expect("a struct").1.split(',');
    let mut all: Vec<&str> = fields.filter_map(|it| Some(it.split_once(':')?.0.trim())).collect();
    let listed = REFUSING.iter().map(|(name, ..)| *name).chain(CHANGING);
    let mut listed: Vec<&str> = listed.collect();
    all.sort_unstable();
    listed.sort_unstable();
    assert_eq!(all, listed);
}

/// G-051, G-151, G-169: each refusal has code 5 and says which right is missing; with the right the
/// call is not refused for it.
#[test]
fn lacking_permissions_are_refused_with_code_5() {
    for (name, take, call) in REFUSING {
        let answer = call(&Shop::of(|merchant| take(&mut merchant.permissions)));
        assert_eq!(code(&answer), 5, "{name}: {answer}");
        let text = answer["errorMessage"].as_str().expect("a text");
        assert!(text.starts_with("Access denied: "), "{name}: {text}");
        let granted = call(&Shop::new());
        let text = granted["errorMessage"].as_str().unwrap_or_default();
        assert!(!text.starts_with("Access denied"), "{name}: {granted}");
    }
}

fn code(answer: &Value) -> u64 {
    let code = &answer["errorCode"];
    code.as_u64().or_else(|| code.as_str()?.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}

/// G-051, G-140, G-264: a fee stands beside the amount and moves none of it.
#[test]
fn a_fee_is_added_to_the_total() {
    let shop = Shop::new();
    let order = shop.order(false, &[("feeInput", "150")]);
    shop.pay(&order, PLAIN, &[]);
    assert_eq!(shop.status(&order)["paymentAmountInfo"]["totalAmount"], 2150);
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0]);
    assert_eq!(code(&registered(&shop, "register.do", &[("feeInput", "123456789")])), 5);
}

/// G-053: a parent registers for the child whose taxpayer number it names; nobody else can.
#[test]
fn a_parent_registers_for_a_child_by_its_inn() {
    let parent = Merchant::new("parent", "p").with(|it| it.children = vec!["child".into()]);
    let inn = |inn: &'static str| move |it: &mut Merchant| it.inn = Some(inn.into());
    let child = Merchant::new("child", "c").with(inn("0123456789"));
    let stranger = Merchant::new("stranger", "s").with(inn("9876543210"));
    let sandbox = Sandbox::new(Settings::new(vec![parent, child, stranger]));
    let register = |login: &str, password: &str, inn: &str| {
        let who = [("userName", login), ("password", password), ("merchantInn", inn)];
        let request = post("/payment/rest/register.do", &[&who[..], &BASIC].concat());
        text(&sandbox.handle(&request).response).to_owned()
    };
    for (login, password, inn) in
        [("parent", "p", "9876543210"), ("parent", "p", "1111111111"), ("child", "c", "9876543210")]
    {
        let answer = register(login, password, inn);
        assert!(
            answer.contains("\"errorCode\":\"5\"") && answer.contains("merchantInn"),
            "{answer}"
        );
    }
    assert!(register("parent", "p", "0123456789").contains("orderId"));
    sandbox.with_bank(|bank| {
        assert!(bank.order_id("child", "own").is_some());
        assert!(bank.order_id("parent", "own").is_none());
    });
}

/// G-159: an order that only starts later payments charges nothing, so nothing goes back.
#[test]
fn what_was_never_charged_is_not_refunded() {
    let shop = Shop::new();
    let client = ("clientId", "client");
    let storing = [("features", "VERIFY"), ("features", "FORCE_CREATE_BINDING"), client];
    let order = shop.order(false, &storing);
    shop.pay(&order, PLAIN, &[("tii", "RI")]);
    assert_eq!(shop.books(&order).taken, 0);
    let answer = shop.call("refund.do", &[("orderId", &order), ("amount", "0")]);
    assert_eq!(code(&answer), 5);
    assert_eq!(answer["errorMessage"], "No money was debited for this order; it is REVERSED");
}

/// Where a field of the status report stands, from which version on (documents/003, "Description of
/// the versions", and the tables' own column), and up to which.
const FIELDS: &[(&str, u8, u8)] = &[
    ("/orderNumber", 1, 46),
    ("/orderStatus", 1, 46),
    ("/actionCode", 1, 46),
    ("/actionCodeDescription", 1, 46),
    ("/amount", 1, 46),
    ("/currency", 1, 46),
    ("/date", 1, 46),
    ("/ip", 1, 46),
    ("/orderDescription", 1, 46),
    ("/attributes/0/value", 1, 46),
    ("/merchantOrderParams/0/value", 1, 46),
    ("/orderBundle/cartItems/items/0/name", 1, 46),
    ("/cardAuthInfo/maskedPan", 1, 46),
    ("/cardAuthInfo/expiration", 1, 46),
    ("/cardAuthInfo/cardholderName", 1, 46),
    ("/cardAuthInfo/approvalCode", 1, 46),
    ("/cardAuthInfo/secureAuthInfo/eci", 1, 46),
    ("/cardAuthInfo/secureAuthInfo/threeDSInfo/cavv", 1, 46),
    ("/cardAuthInfo/secureAuthInfo/threeDSInfo/xid", 1, 46),
    ("/cardAuthInfo/secureAuthInfo/authTypeIndicator", 1, 42),
    ("/bindingInfo/clientId", 1, 46),
    ("/bindingInfo/bindingId", 1, 46),
    ("/bindingInfo/authDateTime", 2, 46),
    ("/bindingInfo/authRefNum", 2, 46),
    ("/bindingInfo/terminalId", 2, 46),
    ("/authDateTime", 2, 46),
    ("/terminalId", 2, 46),
    ("/paymentAmountInfo/paymentState", 3, 46),
    ("/paymentAmountInfo/approvedAmount", 3, 46),
    ("/paymentAmountInfo/depositedAmount", 3, 46),
    ("/paymentAmountInfo/refundedAmount", 3, 46),
    ("/bankInfo/bankCountryCode", 3, 46),
    ("/bankInfo/bankCountryName", 3, 46),
    ("/refunds/0/amount", 5, 46),
    ("/refunds/0/date", 5, 46),
    ("/refunds/0/actionCode", 5, 46),
    ("/refunds/0/referenceNumber", 5, 46),
    ("/chargeback", 6, 46),
    ("/cardAuthInfo/paymentSystem", 8, 46),
    ("/cardAuthInfo/product", 8, 46),
    ("/paymentWay", 9, 46),
    ("/depositedDate", 10, 46),
    ("/refundedDate", 12, 46),
    ("/payerData/email", 13, 46),
    ("/payerData/phone", 13, 46),
    ("/payerData/postAddress", 13, 46),
    ("/transactionAttributes", 14, 46),
    ("/feUtrnno", 16, 46),
    ("/cardAuthInfo/productCategory", 17, 46),
    ("/paymentAmountInfo/totalAmount", 18, 46),
    ("/avsCode", 19, 46),
    ("/bindingInfo/externalCreated", 20, 46),
    ("/refunds/0/externalRefundId", 21, 46),
    ("/refunds/0/approvalCode", 26, 46),
    ("/authRefNum", 27, 46),
    ("/cardAuthInfo/secureAuthInfo/threeDSProtocolVersion", 30, 46),
    ("/cardAuthInfo/secureAuthInfo/aresTransStatus", 30, 46),
    ("/orderBundle/cartItems/items/0/itemPrice", 34, 46),
    ("/cardAuthInfo/corporateCard", 35, 46),
    ("/tii", 37, 46),
    ("/usedPsdIndicatorValue", 37, 46),
];

const CART: &str = "{ \"cartItems\" : { \"items\" : [ {\"positionId\":\"1\",\"name\":\"apple \\/ pear\",\
    \"quantity\":{\"value\":2.000,\"measure\":\"0\"},\"itemPrice\":1000,\"itemAmount\":2000} ] } }";

/// G-032, G-124: every field at every one of the 46 versions, of an order that has them all.
#[test]
fn each_version_of_the_report_has_its_fields() {
    let shop = Shop::of(|merchant| merchant.address_verification = true);
    let order = shop.order(
        false,
        &[
            ("clientId", "client"),
            ("description", "D"),
            ("ip", "::1"),
            ("email", "a@b.example"),
            ("postAddress", "Street 1"),
            ("jsonParams", "{\"a\":\"b\"}"),
            ("orderPayerData", "{\"mobilePhone\":\"+79161234567\"}"),
            ("billingPayerData", "{\"billingAddressLine1\":\"S\",\"billingPostalCode\":\"1\"}"),
            ("orderBundle", CART),
            ("features", "FORCE_CREATE_BINDING"),
        ],
    );
    let more = [("externalScaExemptionIndicator", "LOW_VALUE"), ("tii", "CI")];
    shop.pay(&order, FRICTIONLESS, &more);
    shop.call("3ds/continue.do", &[("mdOrder", &order)]);
    shop.call("refund.do", &[("orderId", &order), ("amount", "1"), ("externalRefundId", "k")]);
    for version in 1..=46 {
        let set = |merchant: &mut Merchant| merchant.status_version = version;
        shop.sandbox.with_bank(|bank| set(bank.merchant("test_user").expect("known")));
        let status = shop.status(&order);
        for (place, since, until) in FIELDS {
            let want = (*since..=*until).contains(&version);
            let there = status.pointer(place).is_some();
            assert_eq!(there, want, "{place} in version {version}: {status}");
        }
    }
}

/// What is debited of each position is told from version 34 on.
#[test]
fn debited_positions_show_their_amount() {
    for (version, want) in [(33, None), (34, Some(2000))] {
        let shop = Shop::of(|merchant| merchant.status_version = version);
        let order = shop.order(false, &[("orderBundle", CART)]);
        let item = |status: Value| status["orderBundle"]["cartItems"]["items"][0].clone();
        assert!(item(shop.status(&order)).get("depositedItemAmount").is_none());
        shop.pay(&order, PLAIN, &[]);
        let debited = item(shop.status(&order));
        assert_eq!(debited.get("depositedItemAmount").and_then(Value::as_u64), want);
        let quantity = debited["quantity"]["value"].to_string();
        assert_eq!(quantity.trim_end_matches('0'), "2.", "{debited}");
    }
}

/// G-067, G-070, G-083, G-147: carts that contradict themselves are refused with code 5 and a text
/// that names the field.
#[test]
fn wrong_carts_are_refused_by_their_field() {
    let shop = Shop::new();
    let cart = |items: &str, customer: &str| {
        format!("{{\"customerDetails\":{{{customer}}},\"cartItems\":{{\"items\":[{items}]}}}}")
    };
    let right = "{\"positionId\":1,\"name\":\"a\",\"quantity\":{\"value\":\"1.5\",\"measure\":\"0\"},\
                 \"itemPrice\":\"1000\",\"itemAmount\":1500}";
    let cases = [
        (cart("", ""), "[orderBundle.cartItems.items]"),
        (cart(&right.replace("1500", "1501"), ""), "[orderBundle.cartItems.items[0].itemAmount]"),
        (cart(&format!("{right},{right}"), ""), "[orderBundle.cartItems.items[1].positionId]"),
        (
            cart(&right.replace("1.5", "1.0001"), ""),
            "[orderBundle.cartItems.items[0].quantity.value]",
        ),
        (cart(&right.replace("1.5", "-1"), ""), "[orderBundle.cartItems.items[0].quantity.value]"),
        (cart(&right.replace(":1,", ":\"a\","), ""), "[orderBundle.cartItems.items[0].positionId]"),
        (
            cart(&right.replace("\"1000\"", "\"ten\""), ""),
            "[orderBundle.cartItems.items[0].itemPrice]",
        ),
        (cart(right, "\"fullName\":\"N\""), "[orderBundle.customerDetails.inn]"),
        (cart(right, "\"passport\":\"2222888888\""), "[orderBundle.customerDetails.inn]"),
        ("[]".to_owned(), "[orderBundle]"),
    ];
    for (cart, field) in &cases {
        let answer = registered(&shop, "register.do", &[("orderBundle", cart)]);
        assert_eq!(code(&answer), 5, "{cart}: {answer}");
        let text = answer["errorMessage"].as_str().expect("a text");
        assert!(text.starts_with(field), "{cart}: {text}");
    }
    let named = cart(right, "\"fullName\":\"N\",\"inn\":\"0123456789\"");
    assert!(registered(&shop, "register.do", &[("orderBundle", &named)])["orderId"].is_string());

    let order = shop.paid(true);
    let items = |amount: &str| format!("{{\"items\":[{}]}}", right.replace("1500", amount));
    let deposit = |items: &str, amount: &str| {
        let call = [("orderId", order.as_str()), ("amount", amount), ("depositItems", items)];
        shop.call("deposit.do", &call)
    };
    let wrong = deposit(&items("1"), "1500");
    assert!(wrong["errorMessage"].as_str().expect("a text").starts_with("[depositItems.items[0]"));
    let sum = deposit(&items("1500"), "1499");
    assert_eq!(sum["errorMessage"], "[amount] is not the sum of the items");
    assert_eq!(code(&deposit(&items("1500"), "1500")), 0);
}

/// The same call in every form in which programs send it, for every method of an order's life.
#[test]
fn every_call_is_read_in_every_form() {
    use bytes::Bytes;
    use http::Request;
    let shop = Shop::new();
    let login = [("userName", "test_user"), ("password", "test_user_password")];
    let encoded = |pairs: &[(&str, &str)]| {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    type Form = fn(&str, &str) -> Request<Bytes>;
    let forms: [(&str, Form); 3] = [
        ("body", |path, pairs| {
            let body = Bytes::from(pairs.to_owned());
            let form = "application/x-www-form-urlencoded";
            Request::post(path).header("content-type", form).body(body).expect("valid")
        }),
        ("query", |path, pairs| {
            let request = Request::post(format!("{path}?{pairs}"));
            request.header("content-type", "application/json").body(Bytes::new()).expect("valid")
        }),
        ("json", |path, pairs| {
            let pairs = form_urlencoded::parse(pairs.as_bytes());
            let members = pairs.map(|(name, value)| format!(" {name:?} : {value:?} "));
            let body = format!("{{{}}}", members.collect::<Vec<_>>().join(",\n"));
            Request::post(path).body(Bytes::from(body)).expect("valid")
        }),
    ];
    for (name, form) in forms {
        for first in [true, false] {
            let call = |path: &str, own: &[(&str, &str)]| {
                let empty: &[(&str, &str)] = &[("language", ""), ("merchantLogin", "")];
                let pairs = match first {
                    true => [&login[..], own, empty].concat(),
                    false => [empty, own, &login[..]].concat(),
                };
                let answer = shop.send(&form(&format!("/payment/rest/{path}"), &encoded(&pairs)));
                serde_json::from_slice::<Value>(answer.body()).expect("JSON")
            };
            let number = format!("{name}{first}");
            let own = [
                ("orderNumber", number.as_str()),
                ("amount", "2000"),
                ("returnUrl", "https://shop.example/"),
            ];
            let registered = call("registerPreAuth.do", &own);
            let order = registered["orderId"].as_str().unwrap_or_else(|| panic!("{registered}"));
            for key in ["MDORDER", "mdOrder", "mdorder"] {
                let card = [(key, order), ("$PAN", PLAIN), ("$CVC", "12"), ("TEXT", "T C")];
                let answer = call("paymentorder.do", &card);
                assert!(
                    answer["errorMessage"].as_str().is_some_and(|it| it.contains("CVC")),
                    "{answer}"
                );
            }
            let card = [("MDORDER", order), ("$PAN", PLAIN), ("$CVC", "123"), ("TEXT", "T C")];
            let paid = call("paymentorder.do", &[&card[..], &[("$EXPIRY", "203012")]].concat());
            assert_eq!(code(&paid), 0, "{name}: {paid}");
            for which in [&[("orderId", order)][..], &own[..1], &[("orderId", order), own[0]]] {
                assert_eq!(call("getOrderStatusExtended.do", which)["orderStatus"], 1, "{name}");
            }
            let deposit = [("orderId", order), ("amount", "1500"), ("currency", "")];
            assert_eq!(code(&call("deposit.do", &deposit)), 0, "{name}");
            let refund = [("orderId", order), ("amount", "0"), ("externalRefundId", "")];
            assert_eq!(code(&call("refund.do", &refund)), 0, "{name}");
            assert_eq!(shop.amounts(order), [4, 2000, 0, 1500]);
        }
    }
}
