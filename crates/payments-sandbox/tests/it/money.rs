//! deposit, reverse and refund, to the kopeck.

use crate::support::*;

fn act(shop: &Shop, method: &str, order: &str, more: &[(&str, &str)]) -> serde_json::Value {
    shop.call(&format!("{method}.do"), &[&[("orderId", order)][..], more].concat())
}

/// G-146: zero is everything; what is not deposited becomes free.
#[test]
fn deposits_end_the_hold() {
    let shop = Shop::new();
    let whole = shop.paid(true);
    let done = act(&shop, "deposit", &whole, &[("amount", "0")]);
    assert_eq!((&done["errorCode"], &done["errorMessage"]), (&0.into(), &"Success".into()));
    assert_eq!(shop.amounts(&whole), [2, 2000, 2000, 0]);

    let part = shop.paid(true);
    assert_eq!(act(&shop, "deposit", &part, &[("amount", "2001")])["errorCode"], "5");
    assert_eq!(act(&shop, "deposit", &part, &[])["errorCode"], "5", "an amount is mandatory");
    assert_eq!(act(&shop, "deposit", &part, &[("amount", "1500")])["errorCode"], 0);
    assert_eq!(shop.amounts(&part), [2, 2000, 1500, 0]);
    let books = shop.books(&part);
    assert_eq!((books.taken, books.held, books.merchant), (1500, 0, 1500));
    assert_eq!(act(&shop, "deposit", &part, &[("amount", "500")])["errorCode"], "5", "once only");

    let one_phase = shop.paid(false);
    assert_eq!(act(&shop, "deposit", &one_phase, &[("amount", "0")])["errorCode"], "5");
    let unpaid = shop.order(true, &[]);
    assert_eq!(act(&shop, "deposit", &unpaid, &[("amount", "0")])["errorCode"], "5");
    assert_eq!(act(&shop, "deposit", "unknown", &[("amount", "0")])["errorCode"], "6");
}

#[test]
fn several_deposits_need_a_permission() {
    let shop = Shop::of(|merchant| merchant.permissions.several_deposits = true);
    let order = shop.paid(true);
    act(&shop, "deposit", &order, &[("amount", "500")]);
    assert_eq!(shop.amounts(&order), [8, 2000, 500, 0]);
    assert_eq!(shop.books(&order).held, 1500);
    act(&shop, "deposit", &order, &[("amount", "500"), ("depositType", "2")]);
    assert_eq!(shop.amounts(&order), [2, 2000, 1000, 0]);
    assert_eq!(shop.books(&order).held, 0);
}

/// G-147: the amount is the sum of the items.
#[test]
fn items_must_sum_up() {
    let shop = Shop::new();
    let order = shop.paid(true);
    let items = |amount| {
        let quantity = "\"quantity\":{\"value\":1,\"measure\":\"0\"}";
        format!(
            "{{ \"items\": [{{\"positionId\":1,{quantity},\"itemAmount\": {amount}}},\
             {{\"positionId\":\"2\",{quantity},\"itemAmount\":\"500\"}}]}}"
        )
    };
    let wrong = act(&shop, "deposit", &order, &[("amount", "1500"), ("depositItems", &items(999))]);
    assert_eq!(wrong["errorCode"], "5");
    let right =
        act(&shop, "deposit", &order, &[("amount", "1500"), ("depositItems", &items(1000))]);
    assert_eq!(right["errorCode"], 0);
}

/// G-150, G-152: in part or whole, at most what is there, and only once.
#[test]
fn reversals() {
    let shop = Shop::new();
    let reverse = |order: &str, more: &[(&str, &str)]| act(&shop, "reverse", order, more);
    let whole = shop.paid(true);
    assert_eq!(reverse(&whole, &[])["errorCode"], 0);
    assert_eq!(shop.amounts(&whole), [3, 0, 0, 0]);
    assert_eq!(shop.books(&whole).taken, 0);

    let part = shop.paid(true);
    assert_eq!(reverse(&part, &[("amount", "2001")])["errorCode"], "5");
    assert_eq!(reverse(&part, &[("amount", "500")])["errorCode"], 0);
    assert_eq!(shop.amounts(&part), [1, 1500, 0, 0]);
    assert_eq!(reverse(&part, &[("amount", "500")])["errorCode"], "5", "only once");
    assert_eq!(act(&shop, "deposit", &part, &[("amount", "0")])["errorCode"], 0);
    assert_eq!(shop.amounts(&part), [2, 1500, 1500, 0]);

    let one_phase = shop.paid(false);
    assert_eq!(reverse(&one_phase, &[("amount", "700")])["errorCode"], 0);
    assert_eq!(shop.amounts(&one_phase), [2, 1300, 1300, 0]);
    let one_phase = shop.paid(false);
    assert_eq!(reverse(&one_phase, &[("amount", "0")])["errorCode"], 0);
    assert_eq!(shop.amounts(&one_phase), [3, 0, 0, 0]);

    let unpaid = shop.order(false, &[]);
    assert_eq!(reverse(&unpaid, &[])["errorCode"], "5");
    let deposited = shop.paid(true);
    act(&shop, "deposit", &deposited, &[("amount", "0")]);
    assert_eq!(reverse(&deposited, &[])["errorCode"], "5");
}

/// G-150: after a failure no other reversal works.
#[test]
fn a_failed_reversal_is_the_last() {
    let shop = Shop::new();
    let order = shop.paid(true);
    shop.sandbox.with_bank(|bank| bank.fail_next_reversal());
    assert_eq!(act(&shop, "reverse", &order, &[])["errorCode"], "7");
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);
    assert_eq!(act(&shop, "reverse", &order, &[])["errorCode"], "5");
    assert_eq!(shop.amounts(&order), [1, 2000, 0, 0]);
}

/// G-149, G-155: a time frame, and the gateway's own number alone names the order.
#[test]
fn reversals_have_their_time_and_their_number() {
    let shop = Shop::of(|merchant| merchant.reversal_window_secs = Some(3600));
    let order = shop.paid(false);
    let number = shop.status(&order)["orderNumber"].as_str().expect("given").to_owned();
    assert_eq!(shop.call("reverse.do", &[("orderNumber", &number)])["errorCode"], "5");
    shop.advance(3601);
    assert_eq!(act(&shop, "reverse", &order, &[])["errorCode"], "5");
    assert_eq!(shop.amounts(&order)[0], 2);
}

/// G-156, G-157, G-158, G-160: refunds, many, never more than was debited.
#[test]
fn refunds() {
    let shop = Shop::new();
    let refund = |order: &str, amount: &str| act(&shop, "refund", order, &[("amount", amount)]);
    let held = shop.paid(true);
    assert_eq!(refund(&held, "100")["errorCode"], "5", "nothing was debited");
    act(&shop, "deposit", &held, &[("amount", "1500")]);
    assert_eq!(refund(&held, "1501")["errorCode"], "5");
    assert_eq!(refund(&held, "")["errorCode"], "5");
    assert_eq!(refund(&held, "400")["errorCode"], 0);
    assert_eq!(shop.amounts(&held), [4, 2000, 1100, 400]);
    assert_eq!(refund(&held, "600")["errorCode"], 0);
    assert_eq!(refund(&held, "501")["errorCode"], "5");
    assert_eq!(refund(&held, "0")["errorCode"], 0);
    assert_eq!(shop.amounts(&held), [4, 2000, 0, 1500]);
    assert_eq!(refund(&held, "0")["errorCode"], "5");
    let books = shop.books(&held);
    assert_eq!((books.taken, books.merchant, books.refunded), (1500, 0, 1500));
    let unpaid = shop.order(false, &[]);
    assert_eq!(refund(&unpaid, "1")["errorCode"], "5");
}

/// G-161: of two refunds that expect the same amount one runs.
#[test]
fn an_expected_amount_guards_against_a_repeat() {
    let shop = Shop::new();
    let order = shop.paid(false);
    let refund = |expected: &str| {
        let guard = [("amount", "500"), ("expectedDepositedAmount", expected)];
        act(&shop, "refund", &order, &guard)["errorCode"].clone()
    };
    assert_eq!([refund("1999"), refund("2001"), refund("x")], ["5", "5", "5"]);
    assert_eq!(refund("2000"), 0);
    assert_eq!(refund("2000"), "5");
    assert_eq!(shop.amounts(&order), [4, 2000, 1500, 500]);
}

/// G-162: a known key is answered as success, and nothing moves; G-128: the list of refunds.
#[test]
fn a_refund_key_works_once() {
    let shop = Shop::new();
    let order = shop.paid(false);
    assert!(shop.status(&order).get("refunds").is_none());
    let refund = |amount: &str, key: &str| {
        act(&shop, "refund", &order, &[("amount", amount), ("externalRefundId", key)])
    };
    assert_eq!(refund("500", "one")["errorCode"], 0);
    assert_eq!(refund("500", "one")["errorCode"], 0);
    assert_eq!(refund("999", "one")["errorCode"], 0, "by the document's words the key decides");
    assert_eq!(shop.amounts(&order), [4, 2000, 1500, 500]);
    assert_eq!(refund("0", "two")["errorCode"], 0);
    assert_eq!(refund("0", "two")["errorCode"], 0, "also when nothing is left");
    assert_eq!(refund("1", &"x".repeat(33))["errorCode"], "5");
    let refunds = shop.status(&order)["refunds"].clone();
    assert_eq!(refunds.as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&refunds[0]["externalRefundId"], &refunds[0]["amount"]),
        (&"one".into(), &500.into())
    );
}

/// G-153, G-164: a penalty stays with the merchant.
#[test]
fn a_penalty_is_kept_back() {
    let shop = Shop::new();
    let order = shop.paid(false);
    let penalty = ("jsonParams", "{ \"penalty\" : \"1300\" }");
    assert_eq!(act(&shop, "refund", &order, &[("amount", "2000"), penalty])["errorCode"], 0);
    assert_eq!(shop.amounts(&order), [4, 2000, 1300, 700]);
    let order = shop.paid(false);
    assert_eq!(act(&shop, "refund", &order, &[("amount", "1300"), penalty])["errorCode"], "5");
    assert_eq!(act(&shop, "reverse", &order, &[("amount", "2000"), penalty])["errorCode"], 0);
    assert_eq!(shop.amounts(&order), [2, 1300, 1300, 0]);
}

#[test]
fn another_currency_is_refused() {
    let shop = Shop::new();
    let order = shop.paid(false);
    let refund = act(&shop, "refund", &order, &[("amount", "1"), ("currency", "978")]);
    assert_eq!(refund["errorCode"], "5");
    assert_eq!(
        act(&shop, "refund", &order, &[("amount", "1"), ("currency", "643")])["errorCode"],
        0
    );
}

#[test]
fn the_issuer_can_take_money_back() {
    let shop = Shop::new();
    let order = shop.paid(false);
    assert_eq!(shop.status(&order)["chargeback"], false);
    let now = shop.sandbox.now();
    let id = payments_core::id::OrderId::from_bank(order.as_str());
    let taken = |amount| {
        let amount = payments_core::Minor::new(amount);
        shop.sandbox.with_bank(|bank| bank.charge_back(now, &id, amount))
    };
    assert!(taken(1500));
    assert!(!taken(501));
    assert_eq!(shop.status(&order)["chargeback"], true);
    assert_eq!(act(&shop, "refund", &order, &[("amount", "501")])["errorCode"], "5");
    assert_eq!(act(&shop, "refund", &order, &[("amount", "0")])["errorCode"], 0);
    assert_eq!(shop.books(&order).refunded, 500);
}
