//! Whatever is sent, the bank does not panic and its books balance.

use bytes::Bytes;
use http::Request;
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    replay::{agree, replay},
    support::*,
};

const PATHS: &[&str] = &[
    "/payment/rest/register.do",
    "/payment/rest/registerPreAuth.do",
    "/payment/rest/paymentorder.do",
    "/payment/rest/getOrderStatusExtended.do",
    "/payment/rest/deposit.do",
    "/payment/rest/reverse.do",
    "/payment/rest/refund.do",
    "/payment/rest/decline.do",
    "/payment/rest/finish3dsPayment.do",
    "/payment/rest/finish3dsVer2Payment.do",
    "/payment/rest/3ds/continue.do",
    "/payment/rest/closeOfdReceipt.do",
    "/payment/rest/getReceiptStatus.do",
    "/payment/rest/templates/create.do",
    "/payment/rest/templates/get.do",
    "/payment/rest/templates/update.do",
    "/payment/rest/templates/getList.do",
    "/payment/rest/finish3ds.do",
    "/payment/rest/finish3ds2.do",
    "/payment/3dsmethod.do",
    "/payment/acsRedirect.do",
    "/payment/merchants/ecom/payment_en.html",
    "/payment/merchants/ecom/pay",
    "/payment/merchants/temp/finish.html",
    "/acs/creq",
    "/acs/pareq",
    "/acs/challenge",
    "/acs/method",
    "/sandbox/faults",
    "/sandbox/orders",
    "/sandbox/journal",
    "/sandbox/ledger",
    "/sandbox/templates",
    "/sandbox/receipt-fails",
    "/sandbox/chargeback",
    "/sandbox/clock",
];

const NAMES: &[&str] = &[
    "orderNumber",
    "amount",
    "returnUrl",
    "failUrl",
    "orderId",
    "mdOrder",
    "$PAN",
    "pan",
    "$CVC",
    "cvc",
    "$EXPIRY",
    "expiry",
    "YYYY",
    "MM",
    "TEXT",
    "currency",
    "language",
    "jsonParams",
    "orderBundle",
    "depositItems",
    "expirationDate",
    "sessionTimeoutSecs",
    "autocompletionDate",
    "paRes",
    "threeDSServerTransId",
    "creq",
    "PaReq",
    "MD",
    "cres",
    "acsTransID",
    "threeDSMethodData",
    "externalRefundId",
    "expectedDepositedAmount",
    "merchantLogin",
    "template",
    "qrTemplate",
    "status",
    "uuid",
    "ms",
    "fault",
];

fn value() -> impl Strategy<Value = String> {
    let known = select(vec![
        "1",
        "0",
        "2000",
        "999999999999",
        "18446744073709551616",
        "4111111111111111",
        "2200000000000004",
        "5555555555555599",
        "123",
        "203012",
        "12/30",
        "9999-12-31T23:59:59",
        "0000-01-01T00:00:00",
        "https://shop.example/?a=%ff#x",
        "data:,x",
        "{\"penalty\":\"1\"}",
        "{\"items\":[{\"itemAmount\":1},{}]}",
        "{\"cartItems\":{\"items\":[{\"positionId\":1,\"itemPrice\":999999999999,\"quantity\":{\"value\":\"1e9\"}},{}]}}",
        "{\"type\":\"ECOM\",\"name\":\"n\",\"nameForClient\":\"\",\"qrTemplate\":{\"qrWidth\":10,\"qrHeight\":10}}",
        "eyJhY3NUcmFuc0lEIjoiIn0",
        "643",
        "\u{0}",
        "ж",
    ]);
    prop_oneof![known.prop_map(str::to_owned), any::<String>()]
}

/// One step of a merchant or a payer; numbers pick an order, a card, an amount.
#[derive(Clone, Debug)]
enum Step {
    Order(bool),
    Pay(usize, usize),
    Challenge(usize, bool),
    Act(&'static str, usize, u64),
    Cancel(usize),
    Wait(u64),
    ReversalFails,
}

const CART: &str = r#"{"cartItems":{"items":[
    {"positionId":1,"name":"a","itemAmount":1201,"quantity":{"value":3,"measure":"0"}},
    {"positionId":2,"name":"b","itemPrice":799,"quantity":{"value":"1.000","measure":"0"}}]}}"#;
const CARDS: &[&str] = &[PLAIN, CHALLENGE, ONE, FRICTIONLESS, "4000000000000119"];

fn step() -> impl Strategy<Value = Step> {
    let methods = select(vec!["deposit.do", "reverse.do", "refund.do"]);
    prop_oneof![
        2 => any::<bool>().prop_map(Step::Order),
        4 => (0..4_usize, 0..CARDS.len()).prop_map(|(order, card)| Step::Pay(order, card)),
        1 => (0..4_usize, any::<bool>()).prop_map(|(order, right)| Step::Challenge(order, right)),
        8 => (methods, 0..4_usize, prop_oneof![Just(0), 1..2100_u64])
            .prop_map(|(method, order, amount)| Step::Act(method, order, amount)),
        1 => (0..4_usize).prop_map(Step::Cancel),
        1 => (1..900_u64).prop_map(Step::Wait),
        1 => Just(Step::ReversalFails),
    ]
}

fn take(shop: &Shop, orders: &mut Vec<String>, step: &Step) {
    let of = |place: &usize| orders.get(place % orders.len().max(1)).cloned().unwrap_or_default();
    match step {
        // Every second order has a cart, whose rest is compared with the books after each step.
        Step::Order(two_phase) => {
            let cart = if orders.len().is_multiple_of(2) { CART } else { "" };
            orders.push(shop.order(*two_phase, &[("orderBundle", cart)]));
        }
        Step::Pay(order, card) => {
            shop.pay(&of(order), CARDS[*card], &[]);
            shop.call("3ds/continue.do", &[("mdOrder", &of(order))]);
        }
        Step::Challenge(order, right) => {
            let redirect = format!("/payment/acsRedirect.do?orderId={}", of(order));
            let page = shop.follow(shop.get(&redirect));
            if text(&page).contains("name=\"acsTransID\"") {
                let acs_id = field(text(&page), "acsTransID");
                let code = if *right { "12345678" } else { "1" };
                let form = [("acsTransID", acs_id.as_str()), ("code", code)];
                shop.follow(shop.submit("/acs/challenge", &form));
            }
        }
        Step::Act(method, order, amount) => {
            shop.call(method, &[("orderId", &of(order)), ("amount", &amount.to_string())]);
        }
        Step::Cancel(order) => {
            let number = (order % orders.len().max(1) + 1).to_string();
            shop.call("decline.do", &[("orderId", &of(order)), ("orderNumber", &number)]);
        }
        Step::Wait(seconds) => shop.advance(*seconds),
        Step::ReversalFails => shop.sandbox.with_bank(|bank| bank.fail_next_reversal()),
    }
}

proptest! {
    #[test]
    fn no_request_panics(
        requests in vec(
            (select(PATHS), any::<bool>(), vec((select(NAMES), value()), 0..8), vec(any::<u8>(), 0..20)),
            1..20,
        ),
    ) {
        let shop = Shop::new();
        let order = shop.order(true, &[]);
        for (path, by_post, mut parameters, noise) in requests {
            parameters.push(("userName", "test_user".into()));
            parameters.push(("password", "test_user_password".into()));
            parameters.push(("orderId", order.clone()));
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&parameters)
                .finish();
            let request = if by_post {
                let body = [form.as_bytes(), &noise].concat();
                Request::post(path).body(Bytes::from(body))
            } else {
                Request::get(format!("{path}?{form}")).body(Bytes::from(noise))
            };
            shop.sandbox.handle(&request.expect("valid"));
            prop_assert!(shop.sandbox.with_bank(|bank| bank.check()).is_ok());
        }
    }

    /// G-028, G-152, G-158, G-160: no sequence of calls takes more than was ordered or gives back
    /// more than was taken, and core's machine agrees with every move.
    #[test]
    fn books_balance_and_lives_replay(
        several: bool,
        attempts in 1..3_u32,
        steps in vec(step(), 1..40),
    ) {
        let shop = Shop::of(|merchant| {
            merchant.permissions.several_deposits = several;
            merchant.attempts = attempts;
        });
        let mut orders = Vec::new();
        for step in &steps {
            take(&shop, &mut orders, step);
        }
        for order in &orders {
            let books = shop.books(order);
            prop_assert!(books.taken <= 2000);
            prop_assert_eq!(books.taken, books.held + books.merchant + books.refunded);
        }
        let mut replayed = shop.sandbox.with_bank(|bank| replay(bank));
        prop_assert_eq!(replayed.len(), orders.len());
        agree(&shop, &mut replayed);
    }
}
