//! Which bank gets an order, and what becomes of it when the payer changes the way.

use payments_sandbox::settings::{Rule, Share};
use serde_json::{Value, json};

use super::{orders::tpay, support::*};

fn bank_of(desk: &Desk, more: Value) -> &'static str {
    let order = desk.order(more);
    assert_eq!(text(&desk.get(&order), "qrStatus"), "STARTED");
    desk.routed(&order).banks[0].0
}

/// shares decide, the same seed decides the same.
#[test]
fn shares_decide() {
    let count = |desk: &Desk| {
        let banks: Vec<_> = (0..300).map(|_| bank_of(desk, json!({}))).collect();
        banks.iter().filter(|bank| **bank == "VTB").count()
    };
    let desk = Desk::new();
    let at_vtb = count(&desk);
    assert!((150..210).contains(&at_vtb), "{at_vtb} of 300 at 60 percent");
    assert_eq!(count(&Desk::new()), at_vtb);
    let shares = |shares: &[(&str, u32)]| {
        let shares: Vec<_> = shares.iter().map(|(bank, part)| Share::new(*bank, *part)).collect();
        Desk::of(|partner| partner.sbp = shares)
    };
    let desk = shares(&[("TBANK", 100), ("VTB", 0)]);
    assert!((0..20).all(|_| bank_of(&desk, json!({})) == "TBANK"));
    for none in [shares(&[]), shares(&[("VTB", 0)]), shares(&[("NOBODY", 100)])] {
        let order = none.order(json!({}));
        let answer = none.get(&order);
        assert_eq!(code(&answer), "5");
        assert!(text(&answer, "errorMessage").contains("partner's settings"), "{answer}");
    }
}

/// amounts and features send an order to a bank, whatever the shares.
#[test]
fn rules_decide_first() {
    let desk = Desk::of(|partner| {
        partner.sbp = vec![Share::new("VTB", 100)];
        partner.sbp_rules = vec![
            Rule::to("TBANK").with(|rule| rule.feature = Some("FORCE_SSL".into())),
            Rule::to("ALFABANK").with(|rule| {
                rule.from_amount = Some(100);
                rule.to_amount = Some(200);
            }),
        ];
    });
    for (amount, bank) in [(99, "VTB"), (100, "ALFABANK"), (200, "ALFABANK"), (201, "VTB")] {
        assert_eq!(bank_of(&desk, json!({"amount": amount})), bank, "{amount}");
    }
    let more = json!({"amount": 150, "features": ["FORCE_SSL"]});
    assert_eq!(bank_of(&desk, more), "TBANK", "the first rule that fits");
}

/// the settings are told, and what they lack is refused.
#[test]
fn settings_are_told() {
    let desk = Desk::of(|partner| {
        partner.sbp_rules =
            vec![Rule::to("ALFABANK").with(|rule| rule.from_amount = Some(1_000_000))];
    });
    let told = desk.call("settings/getRouterParams.do", json!({}));
    assert_eq!(
        told,
        json!({
            "errorCode": "0",
            "orderLifetimeSecs": 1800,
            "paymentWays": [
                {
                    "paymentWay": "SBP_C2B",
                    "banks": [
                        {"gwId": "VTB", "bankName": "VTB", "percent": 60},
                        {"gwId": "ALFABANK", "bankName": "Alfa Bank", "percent": 40},
                    ],
                    "rules": [
                        {"gwId": "ALFABANK", "bankName": "Alfa Bank", "fromAmount": 1_000_000},
                    ],
                },
                {"paymentWay": "TCB_TPAY", "banks": [{"gwId": "TBANK", "bankName": "T-Bank"}]},
                {
                    "paymentWay": "ALFAPAY",
                    "banks": [{"gwId": "ALFABANK", "bankName": "Alfa Bank"}],
                },
                {"paymentWay": "CARD", "banks": [{"gwId": "VTB", "bankName": "VTB"}]},
            ],
        })
    );
    let desk = Desk::of(|partner| {
        partner.tpay_bank = None;
        partner.alfapay_bank = None;
    });
    let order = desk.order(json!({}));
    for answer in [
        tpay(&desk, &order, "Mobile"),
        desk.call("alfapay/paymentOrder.do", json!({"orderId": order})),
    ] {
        assert_eq!((code(&answer), &answer["success"]), ("5", &json!(false)));
        assert!(text(&answer, "errorMessage").contains("partner's settings"), "{answer}");
    }
    let told = desk.call("settings/getRouterParams.do", json!({}));
    assert_eq!(told["paymentWays"][1]["banks"], json!([]));
    assert!(desk.routed(&order).banks.is_empty());
}

/// the bank has a number of its own for the order, and only one bank at a
/// time has the order: whoever changes the way finds the first one closed.
#[test]
fn the_payer_changes_the_way() {
    let desk = Desk::at("VTB");
    let order = desk.order(json!({}));
    let first = desk.get(&order);
    tpay(&desk, &order, "Mobile");
    let alfa = desk.call("alfapay/paymentOrder.do", json!({"orderId": order}));
    let banks: Vec<_> = desk.routed(&order).banks.iter().map(|at| at.0).collect();
    assert_eq!(banks, ["VTB", "TBANK", "ALFABANK"]);
    assert_eq!(desk.state(&order), "CREATED");
    assert_eq!(desk.qr(&order), ["REJECTED", "DECLINED"], "the code at the first bank");

    // Whoever still has the first code open pays nothing by it.
    let page = format!("{}/answer", text(&first, "payload").split('?').next().expect("a link"));
    let late = desk.send(&post_to(&page, "answer=pay"));
    assert_eq!(late.status(), http::StatusCode::CONFLICT);
    assert_eq!(desk.books(&order), (0, 0));

    let again = desk.get(&order);
    assert_eq!(code(&again), "5", "that bank has cancelled the order: {again}");
    assert_eq!(desk.state(&order), "CREATED", "and the last way is still open");
    assert_eq!(desk.answer(&order, json!({"answer": "pay"}))["state"], "DEPOSITED");
    assert_eq!(desk.books(&order), (AMOUNT, 0));
    let late = tpay(&desk, &order, "Mobile");
    assert_eq!((code(&late), &late["success"]), ("5", &json!(false)), "{late}");
    let link = text(&alfa["data"], "redirect");
    assert!(desk.open(link).status().is_redirection(), "over: the payer goes back to the shop");
    assert_eq!(desk.books(&order), (AMOUNT, 0));
}

/// An order that is paid, or whose payer has agreed to pay it, goes to no other bank.
#[test]
fn nobody_pays_at_two_banks() {
    let desk = Desk::at("VTB");
    let order = desk.paid(json!({}));
    for answer in [
        tpay(&desk, &order, "Desktop"),
        desk.call("alfapay/paymentOrder.do", json!({"orderId": order})),
    ] {
        assert_eq!((code(&answer), &answer["success"]), ("5", &json!(false)), "{answer}");
    }
    assert_eq!(desk.routed(&order).banks.len(), 1);
    assert_eq!(desk.books(&order), (AMOUNT, 0));

    let order = desk.order(json!({}));
    desk.get(&order);
    desk.answer(&order, json!({"answer": "confirm"}));
    let moved = tpay(&desk, &order, "Desktop");
    assert_eq!((code(&moved), &moved["success"]), ("5", &json!(false)), "{moved}");
    assert_eq!(desk.answer(&order, json!({"answer": "pay"}))["state"], "DEPOSITED");
    assert_eq!(desk.books(&order), (AMOUNT, 0));
}

/// a rejected code is dead, the order is not; whoever comes too late is told so.
#[test]
fn a_code_is_rejected() {
    let desk = Desk::at("VTB");
    let order = desk.order(json!({}));
    let reject = |order: &str| desk.call("sbp_c2b/reject.do", json!({"mdOrder": order}));
    assert_eq!(code(&reject(&order)), "6", "there is no code yet");
    let first = desk.get(&order);
    assert_eq!(reject(&order), json!({"rejected": true}));
    assert_eq!(desk.qr(&order), ["REJECTED_BY_USER", "CREATED"]);
    assert_eq!(desk.state(&order), "CREATED");
    assert_eq!(reject(&order), json!({"rejected": false}));
    let page = text(&first, "payload");
    assert_eq!(desk.open(page).status(), http::StatusCode::CONFLICT);
    let second = desk.get(&order);
    assert_ne!(first["qrId"], second["qrId"], "a dead code is followed by a new one");
    desk.answer(&order, json!({"answer": "pay"}));
    assert_eq!(reject(&order), json!({"rejected": false}), "through already");
    assert_eq!(desk.qr(&order), ["ACCEPTED", "DEPOSITED"]);
    assert_eq!(desk.books(&order), (AMOUNT, 0));

    let order = desk.order(json!({}));
    let code = desk.get(&order);
    let by_name = json!({"mdOrder": order, "qrId": code["qrId"]});
    let answer = desk.call("reject.do", by_name);
    assert_eq!(answer, json!({"rejected": true}), "the document names no folder (R-101)");
    tpay(&desk, &order, "Mobile");
    assert_eq!(desk.answer(&order, json!({"answer": "pay"}))["state"], "DEPOSITED");
}

/// The payer refuses: the one try is used up. Where more are left, another code follows.
#[test]
fn the_payer_refuses() {
    let desk = Desk::at("VTB");
    for (said, status) in [("refuse", "REJECTED_BY_USER"), ("decline", "REJECTED")] {
        let order = desk.order(json!({}));
        desk.get(&order);
        assert_eq!(desk.answer(&order, json!({"answer": said}))["state"], "DECLINED");
        assert_eq!(desk.qr(&order), [status, "DECLINED"]);
        assert_eq!(code(&desk.get(&order)), "5");
        assert_eq!(desk.books(&order), (0, 0));
    }
    let desk = Desk::of(|partner| partner.merchant.attempts = 2);
    let order = desk.order(json!({}));
    desk.get(&order);
    assert_eq!(desk.answer(&order, json!({"answer": "refuse"}))["state"], "CREATED");
    desk.get(&order);
    assert_eq!(desk.answer(&order, json!({"answer": "pay"}))["state"], "DEPOSITED");
}
