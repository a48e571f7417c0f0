//! Receipts of orders with a cart, closing receipts, and what is left after refunds.

use serde_json::{Value, json};

use crate::support::*;

/// Two positions, 12.00 and 8.00.
fn cart() -> String {
    let attributes = json!({"attributes": [
        {"name": "paymentMethod", "value": "1"}, {"name": "paymentObject", "value": "4"}]});
    json!({
        "customerDetails": {"email": "test@test.com"},
        "cartItems": {"items": [
            {"positionId": "1", "name": "water", "quantity": {"value": 3, "measure": "0"},
             "itemAmount": 1200, "itemPrice": "400", "tax": {"taxType": 6, "taxSum": 200},
             "itemAttributes": attributes},
            {"positionId": 2, "name": "bread", "quantity": {"value": 1, "measure": "0"},
             "itemPrice": 800, "tax": {"taxType": 0, "taxSum": 0}},
        ]},
    })
    .to_string()
}

/// A paid order with the cart.
fn sold(shop: &Shop, two_phase: bool) -> String {
    let order = shop.order(two_phase, &[("orderBundle", &cart())]);
    assert!(shop.pay(&order, PLAIN, &[])["redirect"].is_string());
    order
}

fn status(shop: &Shop, by: (&str, &str)) -> Value {
    shop.call("getReceiptStatus.do", &[by])
}

fn receipts(shop: &Shop, order: &str) -> Vec<Value> {
    let answer = status(shop, ("orderId", order));
    assert_eq!(answer["errorCode"], "0", "{answer}");
    answer["receipt"].as_array().expect("an array").clone()
}

fn statuses(shop: &Shop, order: &str) -> Vec<u64> {
    let all = receipts(shop, order);
    all.iter().map(|receipt| receipt["receiptStatus"].as_u64().expect("a number")).collect()
}

/// Names and amounts of the cart that is left.
fn left(shop: &Shop, order: &str) -> Vec<(String, u64)> {
    let receipt = receipts(shop, order).remove(0);
    let items = receipt["ofdOrderBundle"].as_array().expect("an array").clone();
    let item = |item: &Value| {
        let name = item["name"].as_str().expect("text").to_owned();
        (name, item["itemAmount"].as_u64().expect("a number"))
    };
    items.iter().map(item).collect()
}

fn close(shop: &Shop, order: &str, more: &[(&str, &str)]) -> Value {
    shop.call("closeOfdReceipt.do", &[&[("mdOrder", order)][..], more].concat())
}

fn act(shop: &Shop, method: &str, order: &str, more: &[(&str, &str)]) -> Value {
    shop.call(&format!("{method}.do"), &[&[("orderId", order)][..], more].concat())
}

/// G-129, G-132, G-225: a receipt for what was debited, none for what is held; then the cart as the
/// sample spells it.
#[test]
fn a_debit_makes_a_receipt() {
    let shop = Shop::new();
    let held = sold(&shop, true);
    assert_eq!(statuses(&shop, &held), [0; 0]);
    act(&shop, "deposit", &held, &[("amount", "0")]);
    assert_eq!(statuses(&shop, &held), [0]);

    let order = sold(&shop, false);
    let sent = receipts(&shop, &order).remove(0);
    assert_eq!(sent["receiptStatus"], 0);
    assert!(sent.get("fn_number").is_none(), "not made yet");
    shop.advance(3);
    let made = receipts(&shop, &order).remove(0);
    assert_eq!((&made["receiptStatus"], &made["uuid"]), (&1.into(), &sent["uuid"]));
    assert_eq!((&made["amount_total"], &made["shift_number"]), (&"20.00".into(), &"1".into()));
    assert!(made["receipt_date_time"].is_u64());
    let item = &made["ofdOrderBundle"][0];
    assert_eq!((&item["taxType"], &item["itemPrice"]), (&"VAT_20".into(), &400.into()));
    assert_eq!(item["quantity"], json!({"value": "3", "measure": "0"}));
    let want = json!([{"name": "paymentMethod", "value": "1"},
                      {"name": "paymentObject", "value": "4"}]);
    assert_eq!(item["itemAttributes"], want);
    assert!(made["ofdOrderBundle"][1].get("itemAttributes").is_none(), "not registered");

    let plain = shop.paid(false);
    assert_eq!(receipts(&shop, &plain), [json!(null); 0], "without a cart");
}

/// G-129: what is left after refunds, by positions or in proportion; each refund has its receipt.
#[test]
fn refunds_leave_less() {
    let shop = Shop::new();
    let order = sold(&shop, false);
    let item = |name: &str, amount| (name.to_owned(), amount);
    assert_eq!(left(&shop, &order), [item("water", 1200), item("bread", 800)]);
    let one = json!({"items": [{"positionId": "1", "name": "water", "itemPrice": 400,
                                "quantity": {"value": 1, "measure": "0"}}]});
    act(&shop, "refund", &order, &[("amount", "400"), ("refundItems", &one.to_string())]);
    assert_eq!(left(&shop, &order), [item("water", 800), item("bread", 800)]);
    let quantity = receipts(&shop, &order)[0]["ofdOrderBundle"][0]["quantity"]["value"].clone();
    assert_eq!(quantity, "2");
    act(&shop, "refund", &order, &[("amount", "801")]);
    assert_eq!(left(&shop, &order), [item("water", 400), item("bread", 399)]);
    assert_eq!(statuses(&shop, &order), [0, 3, 3]);
    shop.advance(3);
    assert_eq!(statuses(&shop, &order), [1, 4, 4]);
    act(&shop, "processRawPositionRefund", &order, &[("positionId", "2"), ("amount", "99")]);
    assert_eq!(left(&shop, &order), [item("water", 400), item("bread", 300)]);
    act(&shop, "processRawPositionRefund", &order, &[("positionId", "2"), ("amount", "300")]);
    assert_eq!(left(&shop, &order), [item("water", 400)]);

    let reversed = sold(&shop, false);
    act(&shop, "reverse", &reversed, &[]);
    assert_eq!((left(&shop, &reversed), statuses(&shop, &reversed)), (vec![], vec![0, 3]));
    let held = sold(&shop, true);
    act(&shop, "reverse", &held, &[]);
    assert_eq!(statuses(&shop, &held), [0; 0], "nothing was sold");
    let part = sold(&shop, true);
    act(&shop, "deposit", &part, &[("amount", "1001")]);
    assert_eq!(left(&shop, &part), [item("water", 601), item("bread", 400)]);
}

/// G-215, G-216, G-219: by either number, several times, of any amount; sent first, delivered later.
#[test]
fn closing_receipts() {
    let shop = Shop::new();
    let order = sold(&shop, false);
    assert_eq!(close(&shop, &order, &[("amount", "5000")]), json!({"success": true}));
    let number = shop.status(&order)["orderNumber"].as_str().expect("text").to_owned();
    let by_number = [("orderNumber", number.as_str()), ("amount", "1")];
    assert_eq!(shop.call("closeOfdReceipt.do", &by_number)["success"], true);
    let all = receipts(&shop, &order);
    let kinds: Vec<_> = all.iter().map(|it| it["receiptType"].as_str()).collect();
    assert_eq!(kinds, [None, Some("close"), Some("close")]);
    assert_eq!(statuses(&shop, &order), [0; 3], "taken in, not yet made");
    shop.advance(3);
    assert_eq!(statuses(&shop, &order), [1; 3]);
    assert_eq!(receipts(&shop, &order)[1]["amount_total"], "50.00");
    assert_eq!(shop.amounts(&order), [2, 2000, 2000, 0], "no money moves");
}

/// G-217: an order whose money went back in full gets none; one with some left gets one.
#[test]
fn refunds_and_closing_receipts() {
    let shop = Shop::new();
    let order = sold(&shop, false);
    act(&shop, "refund", &order, &[("amount", "1999")]);
    assert_eq!(close(&shop, &order, &[("amount", "1")])["success"], true);
    act(&shop, "refund", &order, &[("amount", "1")]);
    let refused = close(&shop, &order, &[("amount", "1")]);
    assert_eq!(refused["errorCode"], "5");
    assert_eq!(refused["errorMessage"], "The order was refunded in full");
    assert_eq!(receipts(&shop, &order).len(), 4);
    let unpaid = shop.order(false, &[("orderBundle", &cart())]);
    assert_eq!(close(&shop, &unpaid, &[("amount", "1")])["errorCode"], "5");
}

/// G-215, G-218: what is wrong with a call is said.
#[test]
fn wrong_closing_receipts() {
    let shop = Shop::new();
    let order = sold(&shop, false);
    let refused = |more: &[(&str, &str)]| {
        let answer = close(&shop, &order, more);
        assert!(answer.get("success").is_none(), "{answer}");
        let text = |name: &str| answer[name].as_str().expect("text").to_owned();
        (text("errorCode"), text("errorMessage"))
    };
    let amount = ("amount", "100");
    assert_eq!(refused(&[]), ("4".into(), "[amount] is empty".into()));
    for wrong in ["0", "-1", "1.5", "1234567890123"] {
        assert_eq!(refused(&[("amount", wrong)]).0, "5", "{wrong}");
    }
    assert_eq!(refused(&[amount, ("additionalOfdParams", "x")]).0, "5");
    assert_eq!(refused(&[amount, ("orderBundle", "x")]).0, "5");
    let unreached = json!({"customerDetails": {"fullName": "x"}, "cartItems": {"items": [{}]}});
    let (code, text) = refused(&[amount, ("orderBundle", &unreached.to_string())]);
    assert!(code == "4" && text.contains("email"), "{text}");
    let empty = json!({"cartItems": {"items": []}}).to_string();
    assert_eq!(refused(&[amount, ("orderBundle", &empty)]).0, "5");
    assert_eq!(shop.call("closeOfdReceipt.do", &[amount])["errorCode"], "4");
    assert_eq!(close(&shop, "unknown", &[amount])["errorCode"], "6");
    assert_eq!(receipts(&shop, &order).len(), 1, "nothing was made");

    let plain = shop.paid(false);
    assert_eq!(close(&shop, &plain, &[amount])["errorCode"], "5", "no cart anywhere");
    let own = [amount, ("orderBundle", &cart())];
    assert_eq!(close(&shop, &plain, &own)["success"], true);
    assert_eq!(receipts(&shop, &plain)[0]["ofdOrderBundle"][1]["name"], "bread");
    act(&shop, "refund", &plain, &[("amount", "500")]);
    assert_eq!(statuses(&shop, &plain), [0, 3]);

    let shop = Shop::of(|merchant| merchant.permissions.receipts = false);
    let order = sold(&shop, false);
    assert_eq!(close(&shop, &order, &[amount])["errorCode"], "5");
}

/// G-220: an order has all its receipts, an identifier alone one; both give all of the order.
#[test]
fn whose_receipts() {
    let shop = Shop::new();
    let (order, other) = (sold(&shop, false), sold(&shop, false));
    act(&shop, "refund", &order, &[("amount", "500")]);
    let uuid = receipts(&shop, &order)[1]["uuid"].as_str().expect("text").to_owned();
    let one = status(&shop, ("uuid", &uuid));
    assert_eq!(one["orderId"].as_str(), Some(order.as_str()));
    assert_eq!(one["receipt"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["receipt"][0]["uuid"].as_str(), Some(uuid.as_str()));
    let both = [("orderId", order.as_str()), ("uuid", uuid.as_str())];
    let both = shop.call("getReceiptStatus.do", &both);
    assert_eq!(both["receipt"].as_array().map(Vec::len), Some(2));
    let number = both["orderNumber"].as_str().expect("text");
    assert_eq!(status(&shop, ("orderNumber", number)), both);
    assert_ne!(status(&shop, ("orderId", &other))["receipt"], both["receipt"]);
    assert_eq!(shop.call("getReceiptStatus.do", &[])["errorCode"], "1");
    assert_eq!(status(&shop, ("orderId", "unknown"))["errorCode"], "6");
    assert_eq!(status(&shop, ("uuid", "unknown"))["errorCode"], "6");
}

/// G-032, G-221, G-222, G-223, G-224: the merchant's version decides; the printed spelling of the
/// moment; a total with a separator; an empty link.
#[test]
fn versions_of_the_answer() {
    let added: [(u8, &[&str]); 5] = [
        (1, &[]),
        (2, &["original_ofd_uuid"]),
        (3, &["original_ofd_uuid", "receiptType"]),
        (4, &["original_ofd_uuid", "receiptType", "ofdReceiptParams"]),
        (5, &["original_ofd_uuid", "receiptType", "ofdReceiptParams", "ofdOrderBundle"]),
    ];
    for (version, names) in added {
        let shop = Shop::of(|merchant| {
            merchant.receipts.version = version;
            merchant.receipts.printed_time = true;
        });
        let order = sold(&shop, false);
        close(&shop, &order, &[("amount", "5")]);
        shop.advance(3);
        let closing = receipts(&shop, &order).remove(1);
        for name in added[4].1 {
            assert_eq!(closing.get(name).is_some(), names.contains(name), "{version} {name}");
        }
        assert_eq!(closing["receipt_datetime"], "2026:01:01 03:00:03");
        assert!(closing.get("receipt_date_time").is_none());
        assert_eq!(
            (&closing["amount_total"], &closing["ofd_receipt_url"]),
            (&"0.05".into(), &"".into())
        );
    }
}

/// G-074: of a position's attributes the cart's own count first, then those of the settings.
#[test]
fn attributes_from_the_settings() {
    let shop = Shop::of(|merchant| {
        merchant.receipts.payment_method = Some("4".into());
        merchant.receipts.payment_object = Some("3".into());
    });
    let order = sold(&shop, false);
    let items = receipts(&shop, &order)[0]["ofdOrderBundle"].clone();
    let attributes = |method: &str, object: &str| {
        json!([{"name": "paymentMethod", "value": method},
               {"name": "paymentObject", "value": object}])
    };
    assert_eq!(items[0]["itemAttributes"], attributes("1", "4"));
    assert_eq!(items[1]["itemAttributes"], attributes("4", "3"));
}

#[test]
fn the_fiscaliser_may_fail() {
    let shop = Shop::new();
    shop.submit("/sandbox/receipt-fails", &[]);
    let order = sold(&shop, false);
    assert_eq!(statuses(&shop, &order), [2]);
    shop.sandbox.with_bank(|bank| bank.fail_next_receipt());
    act(&shop, "refund", &order, &[("amount", "500")]);
    shop.advance(3);
    assert_eq!(statuses(&shop, &order), [2, 5]);
    close(&shop, &order, &[("amount", "5")]);
    assert_eq!(statuses(&shop, &order), [2, 5, 0]);
}

/// Nobody sees the receipts of another merchant.
#[test]
fn receipts_of_others() {
    let shop = Shop::new();
    let order = sold(&shop, false);
    let uuid = receipts(&shop, &order)[0]["uuid"].as_str().expect("text").to_owned();
    shop.sandbox
        .with_bank(|bank| bank.add_merchant(payments_sandbox::Merchant::new("other", "secret")));
    let as_other = |method: &str, by: (&str, &str)| {
        let login = [("userName", "other"), ("password", "secret"), ("amount", "1"), by];
        shop.call_as(method, &login)["errorCode"].clone()
    };
    assert_eq!(as_other("getReceiptStatus.do", ("orderId", &order)), "6");
    assert_eq!(as_other("getReceiptStatus.do", ("uuid", &uuid)), "6");
    assert_eq!(as_other("closeOfdReceipt.do", ("mdOrder", &order)), "6");
}
