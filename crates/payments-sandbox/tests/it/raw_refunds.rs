//! processRawSumRefund and processRawPositionRefund, to the kopeck.

use serde_json::Value;

use crate::{
    replay::{agree, replay},
    support::*,
};

const CART: &str = r#"{ "cartItems": {"items": [
    {"positionId":"001","name":"a","quantity":{"value":1,"measure":"0"},"itemAmount":1200},
    {"positionId":2,"name":"b","quantity":{"value":"1.6","measure":"0"},"itemPrice":500}]}}"#;

fn paid(shop: &Shop) -> String {
    let order = shop.order(false, &[("orderBundle", CART)]);
    shop.pay(&order, PLAIN, &[]);
    order
}

fn sum(shop: &Shop, order: &str, more: &[(&str, &str)]) -> Value {
    shop.call("processRawSumRefund.do", &[&[("orderId", order)][..], more].concat())
}

fn position(shop: &Shop, order: &str, amount: &str, id: &str) -> Value {
    let parameters = [("orderId", order), ("amount", amount), ("positionId", id)];
    shop.call("processRawPositionRefund.do", &parameters)
}

#[track_caller]
fn assert_refused(answer: &Value, code: &str, text: &str) {
    let said = answer["errorMessage"].as_str().unwrap_or_default();
    assert!(answer["errorCode"] == code && said.contains(text), "{answer}");
}

fn replays(shop: &Shop) {
    let mut orders = shop.sandbox.with_bank(|bank| replay(bank));
    agree(shop, &mut orders);
}

/// G-168, G-170, G-172, G-173: free sums, a penalty, zero for all that is left.
#[test]
fn free_sums() {
    let shop = Shop::new();
    let order = paid(&shop);
    let line = r#"{"name":"a\\b\"c","itemCode":"1","taxType":6}"#;
    let done = sum(&shop, &order, &[("amount", "1"), ("ofdParams", line)]);
    assert_eq!((&done["errorCode"], &done["errorMessage"]), (&0.into(), &"Success".into()));
    let kept = [("amount", "1500"), ("jsonParams", r#"{"penalty":"1300"}"#)];
    assert_eq!(sum(&shop, &order, &kept)["errorCode"], 0);
    assert_eq!(shop.amounts(&order), [4, 2000, 1799, 201]);
    assert_refused(&sum(&shop, &order, &[("amount", "1800")]), "5", "[amount]");
    assert_refused(&sum(&shop, &order, &[]), "5", "[amount]");
    assert_refused(&sum(&shop, &order, &[("amount", "-1")]), "5", "[amount]");
    let broken = [("amount", "1"), ("ofdParams", "{")];
    assert_refused(&sum(&shop, &order, &broken), "5", "[ofdParams]");
    assert_eq!(sum(&shop, &order, &[("amount", "0")])["errorCode"], 0);
    assert_eq!(shop.amounts(&order), [4, 2000, 0, 2000]);
    assert_refused(&sum(&shop, &order, &[("amount", "0")]), "5", "[amount]");
    assert_eq!(shop.books(&order).refunded, 2000);
    replays(&shop);
}

/// G-168, G-170, G-171, G-174: free sums of one position, at most what it cost, under both names of
/// the call.
#[test]
fn one_position() {
    let shop = Shop::new();
    let order = paid(&shop);
    assert_eq!(position(&shop, &order, "700", "1")["errorCode"], 0, "leading zeros do not count");
    assert_refused(&position(&shop, &order, "501", "1"), "5", "left of the position");
    assert_eq!(position(&shop, &order, "500", "001")["errorCode"], 0);
    assert_refused(&position(&shop, &order, "1", "1"), "5", "left of the position");
    assert_refused(&position(&shop, &order, "801", "2"), "5", "left of the position");
    let other = [("orderId", order.as_str()), ("amount", "799"), ("positionId", "2")];
    assert_eq!(shop.call("processRawPositionOrderRefund.do", &other)["errorCode"], 0);
    assert_refused(&position(&shop, &order, "1", "3"), "5", "[positionId]");
    assert_refused(&position(&shop, &order, "1", ""), "5", "[positionId]");
    assert_refused(&position(&shop, &order, "1", "a"), "5", "[positionId]");
    assert_eq!(shop.amounts(&order), [4, 2000, 1, 1999]);
    assert_eq!(position(&shop, &order, "0", "1")["errorCode"], 0, "zero is the whole order");
    assert_eq!(shop.amounts(&order), [4, 2000, 0, 2000]);
    replays(&shop);
}

/// G-154, G-157, G-168, G-169, G-173: no cart, nothing debited, a penalty with loyalty, no permission.
#[test]
fn what_is_refused() {
    let shop = Shop::new();
    let bare = shop.paid(false);
    assert_refused(&sum(&shop, &bare, &[("amount", "1")]), "5", "without a cart");
    assert_refused(&position(&shop, &bare, "1", "1"), "5", "without a cart");
    let held = shop.order(true, &[("orderBundle", CART)]);
    shop.pay(&held, PLAIN, &[]);
    assert_refused(&sum(&shop, &held, &[("amount", "1")]), "5", "No money was debited");
    assert_refused(&position(&shop, &held, "1", "1"), "5", "No money was debited");
    assert_refused(&sum(&shop, "unknown", &[("amount", "1")]), "6", "not found");
    assert_refused(&sum(&shop, "", &[("amount", "1")]), "5", "[orderId]");

    let loyal = format!("{{\"loyalties\":[{{}}],{}", &CART[1..]);
    let order = shop.order(false, &[("orderBundle", &loyal)]);
    shop.pay(&order, PLAIN, &[]);
    let penalty = [("amount", "100"), ("jsonParams", r#"{"penalty":"13"}"#)];
    let text = "Penalty is not supported for orders with loyalty";
    assert_refused(&sum(&shop, &order, &penalty), "5", text);
    let plain = [&[("orderId", order.as_str())][..], &penalty].concat();
    assert_refused(&shop.call("refund.do", &plain), "5", text);
    assert_refused(&shop.call("reverse.do", &plain), "5", text);
    assert_eq!(sum(&shop, &order, &[("amount", "100")])["errorCode"], 0);

    let shop = Shop::of(|merchant| {
        merchant.permissions.raw_sum_refund = false;
        merchant.permissions.raw_position_refund = false;
    });
    let order = paid(&shop);
    assert_refused(&sum(&shop, &order, &[("amount", "1")]), "5", "no rights");
    assert_refused(&position(&shop, &order, "1", "1"), "5", "no rights");
    assert_eq!(shop.books(&order).refunded, 0);
}

/// After a position's refund only raw refunds work, after a free sum's only free sums.
#[test]
fn kinds_do_not_mix() {
    let shop = Shop::new();
    let order = paid(&shop);
    let plain = [("orderId", order.as_str()), ("amount", "1")];
    assert_eq!(shop.call("refund.do", &plain)["errorCode"], 0);
    assert_eq!(position(&shop, &order, "1", "1")["errorCode"], 0);
    assert_refused(&shop.call("refund.do", &plain), "5", "only raw refunds");
    assert_eq!(sum(&shop, &order, &[("amount", "1")])["errorCode"], 0);
    assert_refused(&position(&shop, &order, "1", "1"), "5", "only such refunds");
    assert_eq!(shop.amounts(&order), [4, 2000, 1997, 3]);
    replays(&shop);
}

/// A charged-back amount cannot be refunded once more.
#[test]
fn what_was_charged_back_is_gone() {
    let shop = Shop::new();
    let order = paid(&shop);
    let id = payments_core::id::OrderId::from_bank(order.as_str());
    let now = shop.sandbox.now();
    let taken =
        shop.sandbox.with_bank(|bank| bank.charge_back(now, &id, payments_core::Minor::new(1500)));
    assert!(taken);
    assert_refused(&sum(&shop, &order, &[("amount", "501")]), "5", "[amount]");
    assert_eq!(sum(&shop, &order, &[("amount", "0")])["errorCode"], 0);
    assert_eq!(shop.books(&order).refunded, 500);
}
