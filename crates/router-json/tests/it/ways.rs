//! SBP, T-Pay and Alfa Pay against the sandbox: what the payer does is done through the control address.

mod support;

use std::time::Duration;

use payments_core::{
    Effect, Error, Minor,
    error::RefusalKind,
    order::{QrFormat, QrStatus, TransactionState, TransactionStateExtension},
    sbp::{Check, Creation, Link, LinkKind, Patience, SbpSubscription},
    state::qr::{Call as QrCall, Next, Observed, Qr, State},
};
use payments_sandbox::{
    Fault,
    settings::{Rule, Share, WalletRefusal},
};
use router_json::{
    Profile, Resolved,
    alfapay::AlfaPay,
    bindings::PayByBinding,
    order::status::OrderStatus,
    profile::SubscriptionFlag,
    sbp::{CheckQr, DynamicQr, PayByToken, QrSize, RejectQr, Subscriptions, Unsubscribe},
    settings::ReadRouterParams,
    tpay::{Device, Step, TPay},
};
use support::{CUSTOMER, Desk};

/// from the code to the deposited order, the machine beside it.
#[tokio::test]
async fn a_code_from_the_shop_to_the_books() {
    let desk = Desk::new();
    let order = desk.order(2000).await;
    let get = DynamicQr::new(order.clone()).with(|it| it.size = QrSize::square(300).ok());
    let code = desk.call(&get).await;
    assert_eq!(code.status, Some(QrStatus::Started));
    assert!(code.rendered_qr.as_ref().and_then(|drawn| drawn.png()).is_some());
    let link = code.link().expect("there").expect("a link of SBP");
    assert_eq!((link.check(), link.sum()), (Check::Right, Some(Minor::new(2000))));
    assert_eq!((link.kind(), Some(link.id())), (Some(LinkKind::Dynamic), code.qr_id.as_deref()));

    let mut qr = Qr::new();
    let before = desk.call(&CheckQr::new(order.clone())).await;
    assert_eq!(before.transaction_state, Some(TransactionState::Created));
    assert_eq!(before.transaction_state_extension, Some(TransactionStateExtension::SbpStarted));
    assert_eq!((qr.observe(&before.report()), qr.next()), (Observed::AlreadyThere, Next::AskAgain));
    desk.answer(&order, "pay");
    let after = desk.call(&CheckQr::new(order.clone())).await;
    assert_eq!((&after.old_status, &after.status), (&before.status, &Some(QrStatus::Accepted)));
    assert_eq!((qr.observe(&after.report()), qr.next()), (Observed::Moved, Next::AskOrder));
    assert!(desk.report(&order).await.is_paid());
    desk.check();
}

/// the modules of the code, drawn or not.
#[tokio::test]
async fn a_code_as_rows() {
    let desk = Desk::new();
    let order = desk.order(2000).await;
    let get = DynamicQr::new(order).with(|it| {
        it.format = Some(QrFormat::Matrix);
        it.size = QrSize::square(300).ok();
    });
    let rows = desk.call(&get).await.rendered_qr.and_then(|drawn| drawn.modules());
    let rows = rows.expect("a square of modules");
    assert!(rows.len() >= 21 && (rows.len() - 17) % 4 == 0, "{}", rows.len());
    assert_eq!(rows[0][..8], [true, true, true, true, true, true, true, false], "a finder");
}

/// The document leaves open what a second call does: whatever it answers, the order is paid once.
#[tokio::test]
async fn asked_for_twice_and_paid_once() {
    let desk = Desk::new();
    let order = desk.order(2000).await;
    let get = DynamicQr::new(order.clone());
    let (first, second) = (desk.call(&get).await, desk.call(&get).await);
    assert!(first.payload.is_some() && second.payload.is_some());
    desk.answer(&order, "pay");
    let report = desk.report(&order).await;
    assert_eq!(report.amounts().expect("amounts").deposited, Minor::new(2000));
    desk.check();
}

/// taken back in time, or too late: then the payer was quicker.
#[tokio::test]
async fn rejected_in_time_or_too_late() {
    let desk = Desk::new();
    let order = desk.order(2000).await;
    desk.call(&DynamicQr::new(order.clone())).await;
    assert!(desk.call(&RejectQr::new(order.clone())).await.is_rejected());
    let qr = Qr::new().apply(QrCall::Reject).expect("open");
    let report = desk.call(&CheckQr::new(order.clone())).await.report();
    assert_eq!((report.state(), qr.state()), (Some(State::RejectedByUser), State::RejectedByUser));
    assert!(!desk.report(&order).await.is_paid());

    let order = desk.order(2000).await;
    desk.call(&DynamicQr::new(order.clone())).await;
    desk.answer(&order, "pay");
    assert!(!desk.call(&RejectQr::new(order.clone())).await.is_rejected());
    assert_eq!(desk.call(&CheckQr::new(order.clone())).await.next(), Next::AskOrder);
    assert!(desk.report(&order).await.is_paid());
    desk.check();
}

/// after the order's time nobody pays by its code.
#[tokio::test]
async fn time_cancels_a_code() {
    let desk = Desk::new();
    let order = desk.order(2000).await;
    desk.call(&DynamicQr::new(order.clone())).await;
    let mut qr = Qr::new().ends_at(desk.client.now().plus(Duration::from_secs(1800)));
    desk.sandbox.advance(Duration::from_secs(1801));
    assert!(qr.is_due(desk.client.now()));
    qr = qr.apply(QrCall::Expire).expect("due");
    let report = desk.call(&CheckQr::new(order.clone())).await;
    qr.observe(&report.report());
    assert_eq!((qr.next(), report.next()), (Next::OfferAnother, Next::OfferAnother));
    desk.answer(&order, "pay");
    assert!(desk.report(&order).await.is_declined());
    desk.check();
}

/// the outcome by a question, or by the bank's callback.
#[tokio::test]
async fn told_by_a_question_or_by_a_callback() {
    let desk = Desk::of(|partner| {
        partner.merchant.callbacks.url = Some("https://shop.example/told".into());
    });
    let order = desk.order(2000).await;
    desk.call(&DynamicQr::new(order.clone())).await;
    let left = desk.answer(&order, "pay");
    let told: Vec<String> = left.iter().map(|left| left.request.uri().to_string()).collect();
    assert!(told.len() == 1 && told[0].contains("operation=deposited"), "{told:?}");
    assert_eq!(desk.call(&CheckQr::new(order)).await.next(), Next::AskOrder);
}

/// linked while paying, a while later there, charged at another bank by its token.
#[tokio::test]
async fn a_subscription_comes_late_and_is_charged_elsewhere() {
    let desk = Desk::of(|partner| {
        partner.merchant.subscription_delay_secs = 60;
        partner.sbp = vec![Share::new("ALFABANK", 100)];
        partner.sbp_rules = vec![Rule::to("VTB").with(|rule| rule.from_amount = Some(3000))];
    });
    let order = desk.subscribing(2000).await;
    let get = DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true));
    desk.call(&get).await;
    desk.answer(&order, "pay");
    let (paid_at, patience) = (desk.client.now(), Patience::default());
    let report = desk.report(&order).await;
    assert!(report.is_paid());
    let creation = report.subscription(paid_at, desk.client.now(), patience);
    assert!(matches!(creation, Creation::NotYet { .. }), "{creation:?}");
    assert_eq!(desk.listed().await.len(), 0);

    desk.sandbox.advance(Duration::from_secs(61));
    let report = desk.report(&order).await;
    let made = report.subscription(paid_at, desk.client.now(), patience).made().expect("there");
    let listed = desk.listed().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].binding_id, Some(made.clone()));
    assert_eq!(listed[0].purpose.as_deref(), Some("a monthly book"));
    let means = listed[0].means().expect("both halves");

    let next = desk.described(3000).await;
    desk.call(&PayByToken::new(next.clone(), means)).await;
    assert!(desk.report(&next).await.is_paid());
    let at = desk.sandbox.with_router(|router| router.order(&next)).expect("known");
    assert_eq!(at.banks.last().map(|(bank, _)| *bank), Some("VTB"), "by the routing");

    let by_number = desk.described(1500).await;
    desk.call(&PayByBinding::new(by_number.clone(), made.clone())).await;
    assert!(desk.report(&by_number).await.is_paid());
    let at = desk.sandbox.with_router(|router| router.order(&by_number)).expect("known");
    assert_eq!(at.banks.last().map(|(bank, _)| *bank), Some("ALFABANK"), "where it is kept");

    desk.call(&Unsubscribe::new(made)).await;
    assert_eq!(desk.listed().await.len(), 0);
    desk.check();
}

/// what the partner keeps is a token and a bank, no card, and it charges as well.
#[tokio::test]
async fn a_pair_that_the_partner_keeps() {
    let desk = Desk::new();
    let order = desk.subscribing(2000).await;
    desk.call(&DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true))).await;
    desk.answer(&order, "pay");
    let list = desk.client.call(&Subscriptions::new(CUSTOMER.parse().expect("valid"))).await;
    let list = list.expect("listed");
    let text = String::from_utf8_lossy(list.raw().body()).into_owned();
    for name in ["pan", "expiry", "cardholder"] {
        assert!(!text.to_lowercase().contains(name), "{name}");
    }
    let means = list.bindings[0].means().expect("both halves");
    let kept = (means.token.expose().clone(), means.member_id);
    drop(list);
    let next = desk.described(700).await;
    let pair = SbpSubscription::new(payments_core::Secret::<String>::new(kept.0.clone()), &*kept.1);
    desk.call(&PayByToken::new(next.clone(), pair)).await;
    assert!(desk.report(&next).await.is_paid());
    // The halves of two records do not go together.
    let other = desk.described(800).await;
    let mixed = SbpSubscription::new(payments_core::Secret::<String>::new(kept.0), "110000000005");
    if kept.1 != "110000000005" {
        let error = desk.client.call(&PayByToken::new(other.clone(), mixed)).await.err();
        assert_eq!(error.expect("refused").effect(), Effect::Maybe);
    }
    assert!(!desk.report(&other).await.is_paid());
    desk.check();
}

/// who does not agree has paid, and nothing is linked.
#[tokio::test]
async fn who_does_not_agree_is_not_linked() {
    let desk = Desk::new();
    let order = desk.subscribing(2000).await;
    desk.call(&DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true))).await;
    desk.answer_with(&order, "pay", &[("link", "false")]);
    let report = desk.report(&order).await;
    assert!(report.is_paid());
    let now = desk.client.now();
    let late = now.plus(Duration::from_secs(3600));
    assert_eq!(report.subscription(now, late, Patience::default()), Creation::NotSeen);
    assert_eq!(desk.listed().await.len(), 0);
}

/// linked without a payment, by either spelling of the wish; the link of such a
/// code is one of subscriptions and names no sum.
#[tokio::test]
async fn linked_without_a_payment() {
    for flag in [SubscriptionFlag::Text, SubscriptionFlag::Boolean] {
        let profile = |profile: &mut Profile| profile.subscription_flag = flag;
        let desk = Desk::with(|_| {}, profile);
        let order = desk.linking().await;
        let get = DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true));
        let code = desk.call(&get).await;
        let link = code.link().expect("there").expect("a link of SBP");
        assert_eq!((link.kind(), link.sum()), (Some(LinkKind::Subscription), None));
        assert!(Link::parse(link.as_str()).is_ok_and(|link| link.check() == Check::Right));
        desk.answer(&order, "pay");
        let report = desk.report(&order).await;
        let listed = desk.listed().await;
        assert_eq!(listed.len(), 1, "{flag:?}");
        assert_eq!(report.binding_id, listed[0].binding_id);
        desk.check();
    }
}

/// one link by device, and the same order in the end.
#[tokio::test]
async fn t_pay_by_device() {
    let desk = Desk::new();
    for device in [Device::Desktop, Device::Mobile] {
        let order = desk.order(2000).await;
        let link = desk.call(&TPay::new(order.clone(), device, "Chrome", "Linux")).await;
        assert_eq!(matches!(link.step, Step::ShowQr(_)), device == Device::Desktop);
        assert_ne!(link.order_id.as_ref(), Some(&order), "the bank's own number");
        desk.answer(&order, "pay");
        assert!(desk.report(&order).await.is_paid());
    }
    let order = desk.order(2000).await;
    desk.call(&TPay::new(order.clone(), Device::Mobile, "Safari", "iOS")).await;
    desk.answer(&order, "refuse");
    assert!(!desk.report(&order).await.is_paid());
    desk.check();
}

/// the link as it came, in an envelope or without.
#[tokio::test]
async fn alfa_pay_in_either_form() {
    for flat in [false, true] {
        let desk = Desk::of(|partner| partner.flat_wallets = flat);
        let order = desk.order(2000).await;
        let link = desk.call(&AlfaPay::new(order.clone())).await;
        assert!(link.redirect.as_str().contains("/goto-alfapay/alfapay?orderId="));
        assert!(link.redirect.as_str().ends_with("=="), "byte for byte");
        desk.answer(&order, "pay");
        assert!(desk.report(&order).await.is_paid());
        desk.check();
    }
}

/// a bank that is not set refuses, and every form of a refusal is one, with its
/// text, and gives nothing out.
#[tokio::test]
async fn every_form_of_a_refusal() {
    for shape in [
        WalletRefusal::Beside,
        WalletRefusal::InData,
        WalletRefusal::Text,
        WalletRefusal::Flag,
        WalletRefusal::Block,
        WalletRefusal::Flat,
    ] {
        let desk = Desk::of(|partner| {
            partner.tpay_bank = None;
            partner.alfapay_bank = None;
            partner.wallet_refusal = shape;
        });
        let order = desk.order(2000).await;
        let tpay = TPay::new(order.clone(), Device::Desktop, "Chrome", "Linux");
        let refused = [
            desk.client.call(&tpay).await.err(),
            desk.client.call(&AlfaPay::new(order.clone())).await.err(),
        ];
        for error in refused {
            let error: Error = error.expect("no bank is set");
            let refusal = error.refusal().expect("a refusal");
            let text = refusal.message.as_deref().unwrap_or_default();
            assert!(text.contains("No bank"), "{shape:?}: {text}");
            let coded = !refusal.code.is_empty();
            let cleared = error.effect() == Effect::No;
            assert!(!cleared || coded, "{shape:?}: without a code nothing is cleared");
        }
        assert!(!desk.report(&order).await.is_paid());
    }
}

/// the settings show which bank each way goes to.
#[tokio::test]
async fn the_settings() {
    let desk = Desk::new();
    let params = desk.call(&ReadRouterParams::new()).await;
    let text = params.value().expect("json").to_string();
    for bank in ["TBANK", "ALFABANK", "VTB"] {
        assert!(text.contains(bank), "{bank}: {text}");
    }
}

/// A charge whose answer is lost happened, one whose request is lost did not; neither is sent twice.
#[tokio::test]
async fn a_lost_charge_is_resolved() {
    let desk = Desk::new();
    let order = desk.subscribing(2000).await;
    desk.call(&DynamicQr::new(order.clone()).with(|it| it.create_subscription = Some(true))).await;
    desk.answer(&order, "pay");
    let means = desk.listed().await[0].means().expect("both halves");
    for (fault, happened) in [(Fault::LostAnswer, true), (Fault::LostRequest, false)] {
        let order = desk.described(500).await;
        desk.fault("/v1/paymentOrder.do", fault);
        let charge = PayByToken::new(order.clone(), means.clone());
        let error = desk.client.call(&charge).await.expect_err("no answer");
        assert_eq!(error.effect(), Effect::Maybe, "{fault:?}");
        let sent = desk.client.now();
        desk.sandbox.advance(Duration::from_secs(91));
        let resolved = desk.client.resolve(&charge, sent).await.expect("asked");
        assert_eq!(resolved.known(), Some(happened), "{fault:?}");
        assert!(matches!(resolved, Resolved::Happened(_)) == happened);
        assert_eq!(desk.report(&order).await.is_paid(), happened);
    }
    desk.check();
}

/// What the router refuses: an order without customer, purpose or description, and an unknown one.
#[tokio::test]
async fn what_is_refused_before_anything_is_given_out() {
    let desk = Desk::new();
    let order = desk.order(2000).await;
    let get = DynamicQr::new(order).with(|it| it.create_subscription = Some(true));
    let error = desk.client.call(&get).await.expect_err("no customer");
    assert_eq!(error.effect(), Effect::No);
    let unknown = CheckQr::new("2c04379b-03ef-7e25-b619-446807dc54c2".parse().expect("valid"));
    let error = desk.client.call(&unknown).await.expect_err("unknown");
    assert_eq!(error.refusal().expect("a refusal").kind, RefusalKind::NotFound);
    let status = OrderStatus::of_order(unknown.order_id);
    assert!(desk.client.call(&status).await.is_err());
}
