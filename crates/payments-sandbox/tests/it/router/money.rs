//! Completing, reversing, refunding, cancelling; two-phase orders by SBP; stored cards.

use payments_sandbox::Partner;
use serde_json::{Value, json};

use super::{orders::tpay, support::*};

fn held(desk: &Desk) -> String {
    let order = desk.order_by("registerPreAuth.do", json!({}));
    tpay(desk, &order, "Mobile");
    assert_eq!(desk.answer(&order, json!({"answer": "pay"}))["state"], "APPROVED");
    order
}

fn call(desk: &Desk, path: &str, order: &str, more: Value) -> Value {
    let mut body = more;
    body["orderId"] = order.into();
    desk.call(path, body)
}

/// what is two-phase by registration and paid by SBP is debited at
/// once, is not completed or reversed, and is given back by a refund.
#[test]
fn two_phase_orders_by_sbp_are_debited_at_once() {
    let desk = Desk::new();
    let order = desk.order_by("registerPreAuth.do", json!({}));
    desk.get(&order);
    assert_eq!(desk.answer(&order, json!({"answer": "pay"}))["state"], "DEPOSITED");
    assert_eq!(desk.qr(&order), ["ACCEPTED", "DEPOSITED"]);
    assert_eq!(
        (desk.books(&order), &desk.status(&order)["depositedAmount"]),
        ((AMOUNT, 0), &json!(AMOUNT))
    );
    for path in ["deposit.do", "reverse.do"] {
        let answer = call(&desk, path, &order, json!({"amount": 0}));
        assert_eq!(code(&answer), "7", "{path}");
        assert!(text(&answer, "errorMessage").ends_with("it is DEPOSITED"), "{answer}");
    }
    assert_eq!(call(&desk, "refund.do", &order, json!({"amount": 500}))["errorCode"], 0);
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("REFUNDED", (AMOUNT, 500)));
    assert_eq!(call(&desk, "refund.do", &order, json!({"amount": 0}))["errorCode"], 0);
    assert_eq!(desk.books(&order), (AMOUNT, AMOUNT));

    // The bank must permit it.
    let desk = Desk::of(|partner| partner.merchant.permissions.two_phase_by_sbp = false);
    let order = desk.order_by("registerPreAuth.do", json!({}));
    assert_eq!(code(&desk.get(&order)), "5");
    assert_eq!(desk.books(&order), (0, 0));
}

/// the same order by another way is held first.
#[test]
fn held_money_is_completed_or_reversed() {
    let desk = Desk::new();
    let order = held(&desk);
    assert_eq!(code(&call(&desk, "refund.do", &order, json!({"amount": 0}))), "7");
    for (name, value) in [("currency", json!("643")), ("jsonParams", json!({"a": "b"}))] {
        let mut body = json!({"amount": 500});
        body[name] = value;
        let answer = call(&desk, "deposit.do", &order, body);
        assert!(text(&answer, "errorMessage").contains(name), "{answer}");
    }
    for (name, value, want) in [
        ("itemPrice", json!(null), "4"),
        ("depositedItemAmount", json!(500), "5"),
        ("markQuantity", json!({"numerator": 1, "denominator": 2}), "5"),
        ("positionId", json!("x"), "5"),
    ] {
        let mut item = json!({
            "positionId": "1", "name": "n", "quantity": {"value": 1, "measure": "0"},
            "itemCode": "c", "itemPrice": 500, "itemAmount": 500,
        });
        item[name] = value;
        let body = json!({"amount": 500, "depositItems": {"items": [item]}});
        let answer = call(&desk, "deposit.do", &order, body);
        assert_eq!(code(&answer), want, "{name}");
        assert!(text(&answer, "errorMessage").contains(name), "{answer}");
    }
    let broken = json!({"amount": 500, "depositItems": {"positions": []}});
    assert_eq!(code(&call(&desk, "deposit.do", &order, broken)), "5");
    assert_eq!(code(&call(&desk, "deposit.do", &order, json!({"amount": AMOUNT + 1}))), "5");
    assert_eq!(code(&call(&desk, "deposit.do", &order, json!({}))), "5");
    let done = call(&desk, "deposit.do", &order, json!({"amount": 1500}));
    assert_eq!(done, json!({"errorCode": 0, "errorMessage": "Success"}));
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (1500, 0)));
    assert_eq!(code(&call(&desk, "deposit.do", &order, json!({"amount": 0}))), "7");

    let order = held(&desk);
    assert_eq!(call(&desk, "reverse.do", &order, json!({}))["errorCode"], 0);
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("REVERSED", (0, 0)));
    assert_eq!(code(&call(&desk, "reverse.do", &order, json!({}))), "7");
    assert_eq!(code(&desk.get(&order)), "5");

    let order = desk.paid(json!({}));
    assert_eq!(code(&call(&desk, "reverse.do", &order, json!({}))), "7", "debited: refund it");
    assert_eq!(desk.books(&order), (AMOUNT, 0));
}

#[test]
fn money_is_given_back_in_parts() {
    let desk = Desk::new();
    let order = desk.paid(json!({}));
    let refund = |more: Value| {
        let answer = call(&desk, "refund.do", &order, more);
        answer["errorCode"].clone()
    };
    assert_eq!(refund(json!({"amount": 500, "externalRefundId": "a"})), 0);
    assert_eq!(refund(json!({"amount": 500, "externalRefundId": "a"})), 0, "the same refund");
    assert_eq!(desk.books(&order), (AMOUNT, 500));
    assert_eq!(refund(json!({"amount": 100, "expectedDepositedAmount": AMOUNT})), "5");
    assert_eq!(refund(json!({"amount": 1501})), "5");
    assert_eq!(refund(json!({"amount": "100", "expectedDepositedAmount": 1500})), 0);
    assert_eq!(desk.books(&order), (AMOUNT, 600));
    assert_eq!(refund(json!({"amount": 0})), 0);
    assert_eq!(refund(json!({"amount": 0})), "5");
    assert_eq!(desk.books(&order), (AMOUNT, AMOUNT));
    assert_eq!(desk.status(&order)["depositedAmount"], 0);
}

#[test]
fn unpaid_orders_are_cancelled() {
    let desk = Desk::new();
    for at_bank in [false, true] {
        let order = desk.order(json!({"orderNumber": format!("n{at_bank}")}));
        if at_bank {
            desk.get(&order);
        }
        let number = format!("n{at_bank}");
        let decline = |more: Value| call(&desk, "decline.do", &order, more);
        assert_eq!(code(&decline(json!({}))), "4");
        assert_eq!(code(&decline(json!({"orderNumber": "other"}))), "6");
        let wrong = json!({"orderNumber": number, "merchantLogin": "x"});
        assert_eq!(code(&decline(wrong)), "5");
        let unpaid = if at_bank { "CREATED" } else { "PREREGISTERED" };
        assert_eq!(desk.state(&order), unpaid);
        let right = json!({"orderNumber": number, "language": "en"});
        assert_eq!(decline(right.clone())["errorCode"], 0);
        assert_eq!(desk.state(&order), "DECLINED");
        assert_eq!(code(&decline(right)), "5");
        assert_eq!(code(&desk.get(&order)), "5");
        assert_eq!(code(&tpay(&desk, &order, "Mobile")), "5");
    }
    let order = desk.paid(json!({"orderNumber": "paid"}));
    let answer = call(&desk, "decline.do", &order, json!({"orderNumber": "paid"}));
    assert_eq!(code(&answer), "5");
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (AMOUNT, 0)));
}

#[test]
fn what_no_bank_knows_cannot_be_moved() {
    let desk = Desk::new();
    let order = desk.order(json!({}));
    for path in ["deposit.do", "reverse.do", "refund.do"] {
        let answer = call(&desk, path, &order, json!({"amount": 0}));
        assert_eq!(code(&answer), "7");
        assert!(text(&answer, "errorMessage").ends_with("it is PREREGISTERED"), "{answer}");
        assert_eq!(code(&call(&desk, path, "none", json!({"amount": 0}))), "6");
    }
    for path in ["sbp_c2b/status.do", "sbp_c2b/reject.do"] {
        assert_eq!(code(&desk.call(path, json!({"mdOrder": order}))), "6");
    }
}

/// A card of the payer's that the bank for cards has stored; its number.
fn stored(desk: &Desk) -> Value {
    let order = desk.order(json!({"clientId": "c1"}));
    let body = format!("mdOrder={order}&way=CARD");
    let to = desk.send(&post_to("/wl/pay", &body));
    let page = to.headers()["location"].to_str().expect("ASCII").to_owned();
    assert!(page.contains("/banks/vtb/payment/merchants/"), "{page}");
    let id = page.split("mdOrder=").nth(1).expect("a number");
    let card = format!("mdOrder={id}&pan=4111111111111111&expiry=12/34&cvc=123");
    desk.send(&post_to("/banks/vtb/payment/merchants/ecom/pay", &card));
    assert_eq!(desk.state(&order), "DEPOSITED");
    let listed = desk.call("getBindings.do", json!({"clientId": "c1"}));
    assert_eq!(listed["bindings"].as_array().map(Vec::len), Some(1), "{listed}");
    listed["bindings"][0].clone()
}

/// stored cards are charged where they are kept; the router's order follows the bank's.
#[test]
fn stored_cards_are_charged() {
    let free = |partner: &mut Partner| partner.merchant.permissions.binding_without_cvc = true;
    let desk = Desk::of(free);
    let card = stored(&desk);
    assert_eq!(text(&card, "maskedPan"), "411111**1111");
    let order = desk.order(json!({"clientId": "c1"}));
    let body = json!({"mdOrder": order, "bindingId": card["bindingId"], "language": "en"});
    let answer = desk.call("paymentOrderBinding.do", body.clone());
    assert_eq!((&answer["errorCode"], &answer["bindingId"]), (&json!(0), &card["bindingId"]));
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (AMOUNT, 0)));
    assert_ne!(desk.call("paymentOrderBinding.do", body)["errorCode"], 0, "nobody pays twice");
    assert_eq!(desk.books(&order), (AMOUNT, 0));

    for (path, number) in [("recurrentPayment.do", "r1"), ("installmentPayment.do", "i1")] {
        let body = json!({
            "orderNumber": number, "bindingId": card["bindingId"], "amount": 700,
            "currency": "643", "description": "d", "language": "en",
        });
        let answer = desk.call(path, body.clone());
        let id = match path {
            "recurrentPayment.do" => {
                assert_eq!(answer["success"], true, "{answer}");
                text(&answer["data"], "orderId")
            }
            _ => {
                assert_eq!(answer["errorCode"], 0, "{answer}");
                text(&answer, "orderId")
            }
        };
        let by_number = desk.call("getOrderStatusExtended.do", json!({"orderNumber": number}));
        assert_eq!(text(&by_number, "state"), "DEPOSITED");
        assert_eq!((desk.state(id).as_str(), desk.books(id)), ("DEPOSITED", (700, 0)));
        let again = desk.call(path, body);
        let code =
            if again["error"].is_object() { &again["error"]["code"] } else { &again["errorCode"] };
        assert_eq!(code, "10", "{again}");
        assert_eq!(call(&desk, "refund.do", id, json!({"amount": 0}))["errorCode"], 0);
        let mut wrong = json!({"orderNumber": "x", "bindingId": "none", "amount": 1});
        assert_ne!(desk.call(path, wrong.clone())["errorCode"], 0);
        wrong["amount"] = 0.into();
        assert_ne!(desk.call(path, wrong)["errorCode"], 0);
    }
    let unknown = json!({"orderNumber": "x"});
    let unknown = desk.call("getOrderStatusExtended.do", unknown);
    assert_eq!(code(&unknown), "6", "nothing came of what was refused");
}
