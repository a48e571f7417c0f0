//! Accounts that customers have linked: made, listed, charged, taken away.

use payments_core::id::OrderId;
use payments_sandbox::{
    journal::Event,
    settings::{BindingPlace, Share, StatusShape},
};
use serde_json::{Value, json};

use super::{support::*, wallets::follow};
use crate::support::location;

fn more() -> Value {
    json!({
        "clientId": "101023", "description": "a month of films",
        "jsonParams": {"subscriptionPurpose": "test subscription"},
    })
}

fn asked(desk: &Desk, order: &str) -> Value {
    desk.call("sbp_c2b/get.do", json!({"mdOrder": order, "createSubscription": "true"}))
}

fn listed(desk: &Desk) -> Vec<Value> {
    let answer = desk.call("sbp_c2b/getBindings.do", json!({"clientId": "101023"}));
    assert_eq!(code(&answer), "0");
    answer["bindings"].as_array().expect("a list").clone()
}

/// An account that is linked at the bank that gets all payments now.
fn linked(desk: &Desk) -> Value {
    let order = desk.order(more());
    asked(desk, &order);
    desk.answer(&order, json!({"answer": "pay"}));
    listed(desk).pop().expect("an account is linked")
}

fn by_token(desk: &Desk, order: &str, binding: &Value) -> Value {
    let body = json!({
        "mdOrder": order, "sbpMemberId": binding["sbpMemberId"],
        "sbpSubscriptionToken": binding["sbpSubscriptionToken"],
    });
    desk.call("paymentOrder.do", body)
}

fn by_id(desk: &Desk, order: &str, binding: &Value) -> Value {
    let body = json!({"mdOrder": order, "bindingId": binding["bindingId"]});
    desk.call("paymentOrderBinding.do", body)
}

/// the payer agrees while paying, the account
/// is linked, and bank and account stand where a card would.
#[test]
fn an_account_is_linked_with_a_payment() {
    let desk = Desk::at("ALFABANK");
    let order = desk.order(more());
    asked(&desk, &order);
    assert_eq!(listed(&desk), [] as [Value; 0]);
    desk.answer(&order, json!({"answer": "pay", "memberId": "110000000005"}));
    let [binding] = &listed(&desk)[..] else { panic!("one account") };
    assert_eq!(
        names(binding),
        [
            "bankName",
            "bindingId",
            "bindingType",
            "clientId",
            "createdDate",
            "displayLabel",
            "gwId",
            "sbpMemberId",
            "sbpSubscriptionPurpose",
            "sbpSubscriptionToken",
        ]
    );
    assert_eq!(
        [&binding["bankName"], &binding["bindingType"], &binding["clientId"], &binding["gwId"]],
        ["Alfa Bank", "SBP_C2B", "101023", "ALFABANK"]
    );
    assert_eq!(binding["createdDate"], 1_767_225_600_000_u64);
    assert_eq!(binding["sbpMemberId"], "110000000005", "the payer's bank");
    assert_eq!(text(binding, "sbpSubscriptionToken").len(), 32);
    assert_eq!(desk.status(&order)["bindingId"], binding["bindingId"]);
    assert_eq!(desk.books(&order), (AMOUNT, 0));

    // cards are elsewhere.
    let cards = desk.call("getBindings.do", json!({"clientId": "101023"}));
    assert_eq!(cards, json!({"errorCode": "0", "bindings": []}));
    let other = desk.call("sbp_c2b/getBindings.do", json!({"clientId": "other"}));
    assert_eq!(other["bindings"], json!([]));
    assert_eq!(code(&desk.call("sbp_c2b/getBindings.do", json!({}))), "4");

    // The same payer at the same bank: the same account, the same token.
    assert_eq!(linked(&desk)["sbpMemberId"], "100000000008");
    let again = desk.order(more());
    asked(&desk, &again);
    desk.answer(&again, json!({"answer": "pay", "memberId": "110000000005"}));
    assert_eq!(listed(&desk).len(), 2);
    assert_eq!(desk.status(&again)["bindingId"], binding["bindingId"]);
}

/// who does not agree pays, and no account is linked.
#[test]
fn the_payer_need_not_agree() {
    let desk = Desk::new();
    let order = desk.order(more());
    let page = asked(&desk, &order);
    let page = text(&page, "payload");
    let shown = desk.open(page);
    let html = std::str::from_utf8(shown.body()).expect("UTF-8");
    assert!(html.contains("value=\"pay-only\""), "{html}");
    let action = format!("{}/answer", page.split('?').next().expect("an address"));
    desk.send(&post_to(&action, "answer=pay-only"));
    assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DEPOSITED", (AMOUNT, 0)));
    assert_eq!(listed(&desk), [] as [Value; 0]);

    let order = desk.order(more());
    asked(&desk, &order);
    desk.answer(&order, json!({"answer": "pay", "link": "false"}));
    assert_eq!(desk.state(&order), "DEPOSITED");
    assert!(desk.status(&order).get("bindingId").is_none());
    assert_eq!(listed(&desk), [] as [Value; 0]);
}

/// A subscription may come to be some time after the payment: not yet is not no.
#[test]
fn an_account_may_be_linked_later() {
    let desk = Desk::of(|partner| {
        partner.merchant.subscription_delay_secs = 90;
        partner.merchant.callbacks.url = Some("https://shop.example/callback".into());
    });
    let order = desk.order(more());
    asked(&desk, &order);
    desk.answer(&order, json!({"answer": "pay"}));
    desk.sandbox.take_deliveries();
    for seconds in [0, 89] {
        desk.advance(seconds);
        assert_eq!(desk.state(&order), "DEPOSITED");
        assert!(desk.status(&order).get("bindingId").is_none(), "{seconds}");
        assert_eq!(listed(&desk), [] as [Value; 0]);
    }
    let left = desk.advance(1);
    let told: Vec<_> = left.iter().filter_map(|left| left.request.uri().query()).collect();
    assert!(told.iter().any(|query| query.contains("operation=bindingCreated")), "{told:?}");
    let [binding] = &listed(&desk)[..] else { panic!("one account") };
    assert_eq!(desk.status(&order)["bindingId"], binding["bindingId"]);
    assert_eq!(binding["createdDate"], 1_767_225_690_000_u64);
}

/// no sample shows where the number stands, so that a partner can have each place of it.
#[test]
fn the_number_stands_where_the_partner_is_set_up() {
    for (place, shape, outer, model) in [
        (BindingPlace::Outer, StatusShape::Wrapped, true, false),
        (BindingPlace::Model, StatusShape::Wrapped, false, true),
        (BindingPlace::BindingInfo, StatusShape::Wrapped, false, false),
        (BindingPlace::Outer, StatusShape::Flat, true, false),
        (BindingPlace::Outer, StatusShape::Bank, false, false),
    ] {
        let desk = Desk::of(|partner| {
            partner.binding_place = place;
            partner.status_shape = shape;
        });
        let id = linked(&desk)["bindingId"].clone();
        let status = desk.call("getOrderStatusExtended.do", json!({"orderNumber": "1"}));
        assert_eq!(status.get("bindingId") == Some(&id), outer, "{place:?} {shape:?} {status}");
        let wrapped = shape == StatusShape::Wrapped;
        let report = if wrapped { &status["orderStatusResultModel"] } else { &status };
        assert_eq!(report.get("bindingId") == Some(&id), model || !wrapped && outer, "{place:?}");
        assert_eq!(report["bindingInfo"]["bindingId"], id, "{place:?} {shape:?}");
        assert_eq!(report["orderStatus"], 2);
        assert_eq!(status.get("state").is_some(), shape != StatusShape::Bank, "{status}");
    }
}

/// an account is linked without a payment, and nothing is debited.
#[test]
fn an_account_is_linked_without_a_payment() {
    for path in ["register.do", "registerPreAuth.do"] {
        let desk = Desk::of(|partner| partner.merchant.nspk_links = true);
        let mut zero = more();
        zero["amount"] = 0.into();
        zero["features"] = json!(["VERIFY"]);
        let order = desk.order_by(path, zero.clone());
        let asked = asked(&desk, &order);
        let link = text(&asked, "payload");
        assert!(link.starts_with("https://sub.nspk.ru/") && link.contains("?type=03&bank="));
        assert!(!link.contains("sum="), "{link}");
        assert_eq!(desk.qr(&order), ["STARTED", "CREATED"]);
        desk.answer(&order, json!({"answer": "pay"}));
        assert_eq!(desk.qr(&order), ["ACCEPTED", "DEPOSITED"]);
        let status = desk.status(&order);
        assert_eq!((text(&status, "state"), &status["depositedAmount"]), ("DEPOSITED", &json!(0)));
        let model = &status["orderStatusResultModel"];
        assert_eq!((&model["orderStatus"], &model["actionCode"]), (&json!(2), &json!(0)));
        assert_eq!(status["bindingId"], listed(&desk)[0]["bindingId"]);
        let (bank, id) = desk.routed(&order).banks[0].clone();
        let events = events(&desk, bank, &id);
        assert!(matches!(events[..], [Event::Registered { .. }, Event::Linked]), "{events:?}");
        for method in ["refund.do", "reverse.do", "deposit.do"] {
            let answer = desk.call(method, json!({"orderId": order, "amount": 0}));
            assert_ne!(answer["errorCode"], 0, "{method} {answer}");
        }
        assert_eq!(desk.books(&order), (0, 0));

        let refused = desk.order_by(path, zero);
        self::asked(&desk, &refused);
        desk.answer(&refused, json!({"answer": "refuse"}));
        assert_eq!(desk.state(&refused), "DECLINED");
        assert_eq!(listed(&desk).len(), 1);
    }
}

fn events(desk: &Desk, bank: &str, id: &OrderId) -> Vec<Event> {
    desk.sandbox.with_router(|router| {
        let bank = router.bank(bank).expect("a bank");
        bank.journal().order(id).map(|entry| entry.event.clone()).collect()
    })
}

/// by number at the bank that keeps it; by token wherever the routing
/// leads, in one step or two.
#[test]
fn a_subscription_is_charged() {
    for path in ["register.do", "registerPreAuth.do"] {
        let desk = Desk::at("ALFABANK");
        let binding = linked(&desk);
        let to_vtb = |partner: &mut payments_sandbox::Partner| {
            partner.sbp = vec![Share::new("VTB", 100), Share::new("ALFABANK", 0)];
            partner.sbp_rules =
                vec![payments_sandbox::settings::Rule::to("ALFABANK").with(|rule| {
                    rule.from_amount = Some(1_000_000_000);
                })];
        };
        desk.sandbox.with_router(|router| router.change_partner("test_user", to_vtb));
        let order = desk.order_by(path, json!({"description": "a month", "clientId": "101023"}));
        let answer = by_token(&desk, &order, &binding);
        assert_eq!(answer["errorCode"], 0, "{answer}");
        let back = follow(&desk, desk.open(text(&answer, "redirect")));
        let back = location(&back).expect("back to the shop");
        assert!(back.starts_with("https://shop.example/") && back.contains(&order), "{back}");
        assert_eq!(desk.state(&order), "DEPOSITED");
        assert_eq!((desk.routed(&order).banks[0].0, desk.books(&order)), ("VTB", (AMOUNT, 0)));
        let again = by_token(&desk, &order, &binding);
        assert_eq!(code(&again), "5", "nobody pays twice");
        assert_eq!(desk.books(&order), (AMOUNT, 0));

        let order = desk.order_by(path, json!({"description": "a month", "clientId": "101023"}));
        let answer = by_id(&desk, &order, &binding);
        assert_eq!(answer["errorCode"], 0, "{answer}");
        assert_eq!(answer["bindingId"], binding["bindingId"]);
        assert_eq!(desk.state(&order), "DEPOSITED");
        assert_eq!((desk.routed(&order).banks[0].0, desk.books(&order)), ("ALFABANK", (AMOUNT, 0)));
        let model = &desk.status(&order)["orderStatusResultModel"];
        assert_eq!(model["bindingInfo"]["bindingId"], binding["bindingId"]);
        assert_eq!(listed(&desk).len(), 1, "charged, not linked anew");
    }
}

/// what a charge needs, and what is refused before anything is done.
#[test]
fn wrong_charges_are_refused() {
    let desk = Desk::at("ALFABANK");
    let binding = linked(&desk);
    let order = desk.order(json!({"description": "d", "clientId": "101023"}));
    let silent = desk.order(json!({"clientId": "101023"}));
    for answer in [by_token(&desk, &silent, &binding), by_id(&desk, &silent, &binding)] {
        assert_eq!(code(&answer), "4");
        assert!(text(&answer, "errorMessage").contains("description"), "{answer}");
    }
    let token = &binding["sbpSubscriptionToken"];
    for (body, want) in [
        (json!({"sbpSubscriptionToken": token}), "4"),
        (json!({"sbpMemberId": binding["sbpMemberId"]}), "4"),
        (json!({}), "5"),
        (json!({"sbpSubscriptionToken": token, "sbpMemberId": "110000000005"}), "5"),
        (json!({"sbpSubscriptionToken": "x", "sbpMemberId": binding["sbpMemberId"]}), "5"),
    ] {
        let mut body = body;
        body["mdOrder"] = order.as_str().into();
        let answer = desk.call("paymentOrder.do", body);
        assert_eq!(code(&answer), want, "{answer}");
    }
    let unknown = by_id(&desk, &order, &json!({"bindingId": "none"}));
    assert_eq!(code(&unknown), "2");
    assert!(desk.routed(&order).banks.is_empty(), "nothing was done");
    let strangers = desk.order(json!({"description": "d", "clientId": "another"}));
    assert_eq!(code(&by_token(&desk, &strangers, &binding)), "5");
    assert_eq!(desk.books(&strangers), (0, 0));
}

/// a subscription is deleted wherever it is kept; a charge of it fails, and says so in
/// the order's status.
#[test]
fn a_subscription_is_deleted() {
    let desk = Desk::at("ALFABANK");
    let binding = linked(&desk);
    let unbind = |id: &Value| desk.call("sbp_c2b/unBind.do", json!({"bindingId": id}));
    let answer = unbind(&binding["bindingId"]);
    assert_eq!(answer["errorCode"], 0, "{answer}");
    assert_eq!(listed(&desk), [] as [Value; 0]);
    let all = json!({"clientId": "101023", "showDisabled": "true"});
    let all = desk.call("sbp_c2b/getBindings.do", all);
    assert_eq!(all["bindings"][0]["bindingId"], binding["bindingId"]);
    assert_eq!(unbind(&binding["bindingId"])["errorCode"], 0, "once more");
    assert_eq!(code(&unbind(&json!("none"))), "5");
    assert_eq!(code(&desk.call("sbp_c2b/unBind.do", json!({}))), "4");
    for charge in [by_token, by_id] {
        let order = desk.order(json!({"description": "d", "clientId": "101023"}));
        let answer = charge(&desk, &order, &binding);
        assert_eq!(answer["errorCode"], 0, "an answer, and no payment: {answer}");
        assert_eq!((desk.state(&order).as_str(), desk.books(&order)), ("DECLINED", (0, 0)));
        assert_eq!(desk.status(&order)["orderStatusResultModel"]["actionCode"], 239);
    }
    let desk = Desk::of(|partner| partner.unbind_as_bank = true);
    let binding = linked(&desk);
    let answer = desk.call("sbp_c2b/unBind.do", json!({"bindingId": binding["bindingId"]}));
    assert_eq!(answer["errorCode"], 2, "as banks answer a success: {answer}");
    assert_eq!(listed(&desk), [] as [Value; 0]);
}

/// from all banks, in the order in which they were made.
#[test]
fn subscriptions_of_all_banks_are_listed() {
    let desk = Desk::at("ALFABANK");
    linked(&desk);
    desk.advance(1);
    let shares = vec![Share::new("VTB", 99), Share::new("ALFABANK", 1)];
    let change = |partner: &mut payments_sandbox::Partner| partner.sbp = shares;
    desk.sandbox.with_router(|router| router.change_partner("test_user", change));
    while listed(&desk).len() < 2 {
        linked(&desk);
    }
    let banks: Vec<_> = listed(&desk).iter().map(|known| text(known, "gwId").to_owned()).collect();
    assert_eq!(banks, ["ALFABANK", "VTB"]);
    let only = listed(&desk)[1]["bindingId"].clone();
    let body = json!({"clientId": "101023", "bindingId": only});
    let one = desk.call("sbp_c2b/getBindings.do", body);
    assert_eq!(one["bindings"].as_array().map(Vec::len), Some(1));
}
