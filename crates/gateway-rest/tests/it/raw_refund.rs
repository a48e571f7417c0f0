//! processRawSumRefund and processRawPositionRefund: the real client against the sandbox.

use gateway_rest::{
    order::{
        raw_refund::{RawPositionRefund, RawSumRefund},
        refund::Refund,
        register::Register,
    },
    profile::PositionRefundSpelling,
};
use payments_core::{
    Effect, Minor, Part,
    id::OrderId,
    money::NonZeroMinor,
    order::{
        OrderStatus as Status, ReceiptLine,
        cart::{CartItem, CartItems, OrderBundle, Quantity},
    },
};
use payments_sandbox::Fault;

use crate::bank::Bank;

fn part(amount: u64) -> Part {
    Part::exactly(Minor::new(amount)).expect("not zero")
}

/// Two positions: 1200 and 800.
fn cart(order: &mut Register) {
    let item = |position: u32, price: u64| {
        CartItem::new(position.into(), "apple", Quantity::pieces(1))
            .with(|item| item.item_price = Some(Minor::new(price)))
    };
    order.order_bundle = Some(OrderBundle::new(CartItems::new([item(1, 1200), item(2, 800)])));
}

fn sum(order: &OrderId, part: Part) -> RawSumRefund {
    RawSumRefund::new(order.clone(), part)
}

fn position(order: &OrderId, amount: u64, position: u32) -> RawPositionRefund {
    let amount = NonZeroMinor::new(Minor::new(amount)).expect("not zero");
    RawPositionRefund::new(order.clone(), amount, position.into())
}

/// G-168, G-170, G-173: any sum, less a penalty, and at last all that is left.
#[tokio::test(start_paused = true)]
async fn free_sums() {
    let bank = Bank::new();
    let order = bank.paid("1", cart).await;
    bank.call(&sum(&order, part(333)).with(|it| {
        it.ofd_params = Some(ReceiptLine::new().with(|line| line.name = Some("a\\b\"".into())));
    }))
    .await;
    bank.call(&sum(&order, part(1000)).with(|it| it.penalty = Some(Minor::new(300)))).await;
    assert_eq!(bank.books(&order).refunded, 1033);
    let (code, text, _) = bank.refused(&sum(&order, part(968))).await;
    assert!(code == "5" && text.contains("[amount]"), "{text}");
    bank.call(&sum(&order, Part::Whole)).await;
    assert_eq!((bank.books(&order).refunded, bank.books(&order).merchant), (2000, 0));
    assert_eq!(bank.report(&order).await.order_status, Some(Status::Refunded));
}

/// G-168, G-170, G-171: any sum of a position of the registered cart, under either path.
#[tokio::test(start_paused = true)]
async fn sums_of_positions() {
    for spelling in
        [PositionRefundSpelling::PositionRefund, PositionRefundSpelling::PositionOrderRefund]
    {
        let bank = Bank::of(|_| {}, |it| it.position_refund = spelling);
        let order = bank.paid("1", cart).await;
        bank.call(&position(&order, 500, 2)).await;
        let (code, text, _) = bank.refused(&position(&order, 301, 2)).await;
        assert!(code == "5" && text.contains("left of the position"), "{text}");
        bank.call(&position(&order, 300, 2)).await;
        let (code, text, _) = bank.refused(&position(&order, 1, 3)).await;
        assert!(code == "5" && text.contains("[positionId]"), "{text}");
        assert_eq!(bank.books(&order).refunded, 800);
        // Zero is the whole order, not the whole position.
        bank.call(&position(&order, 1, 1).with(|it| it.part = Part::Whole)).await;
        assert_eq!((bank.books(&order).refunded, bank.books(&order).merchant), (2000, 0));
    }
}

/// A lost answer is resolved by the amounts seen before, and paid back once.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_by_the_amounts() {
    for (fault, acted) in [(Fault::LostAnswer, true), (Fault::LostRequest, false)] {
        let bank = Bank::new();
        let order = bank.paid("1", cart).await;
        let seen = bank.report(&order).await.amounts();
        let refund = sum(&order, part(700)).with(|it| it.seen = seen);
        let error = bank.wronged(&refund, "processRawSumRefund.do", fault).await;
        assert_eq!(bank.resolved(&refund, &error).await.happened(), acted);
        bank.wait(91);
        assert_eq!(bank.resolved(&refund, &error).await.known(), Some(acted));
        assert_eq!(bank.books(&order).refunded, if acted { 700 } else { 0 });

        let order = bank.paid("2", cart).await;
        let seen = bank.report(&order).await.amounts();
        let refund = position(&order, 100, 1).with(|it| it.seen = seen);
        let error = bank.wronged(&refund, "processRawPositionRefund.do", fault).await;
        bank.wait(91);
        assert_eq!(bank.resolved(&refund, &error).await.known(), Some(acted));
        assert_eq!(bank.books(&order).refunded, if acted { 100 } else { 0 });

        let blind = position(&order, 100, 1);
        let error = bank.wronged(&blind, "processRawPositionRefund.do", fault).await;
        let sent = error.sent_at().expect("bytes may have left");
        let refused = bank.client.resolve(&blind, sent).await.expect_err("nothing to compare");
        assert_eq!(refused.as_invalid().map(|it| it.field()), Some("seen"));
    }
}

/// G-157, G-168, G-169: no cart, nothing debited, no permission.
#[tokio::test(start_paused = true)]
async fn what_is_refused() {
    let bank = Bank::new();
    let bare = bank.paid("1", |_| {}).await;
    let (code, text, error) = bank.refused(&sum(&bare, part(1))).await;
    assert!(code == "5" && text.contains("without a cart"), "{text}");
    assert_eq!(error.effect(), Effect::Maybe);
    assert_eq!(bank.refused(&position(&bare, 1, 1)).await.0, "5");
    let unpaid = bank.order("2", cart).await;
    assert_eq!(bank.refused(&sum(&unpaid, part(1))).await.0, "5");
    let unknown = OrderId::from_bank("unknown");
    let (code, _, error) = bank.refused(&sum(&unknown, part(1))).await;
    assert!(code == "6" && error.effect() == Effect::No && error.is_not_found());

    let bank = Bank::of(
        |merchant| {
            merchant.permissions.raw_sum_refund = false;
            merchant.permissions.raw_position_refund = false;
        },
        |_| {},
    );
    let order = bank.paid("1", cart).await;
    let (code, text, _) = bank.refused(&sum(&order, part(1))).await;
    assert!(code == "5" && text.contains("no rights"), "{text}");
    let (code, text, _) = bank.refused(&position(&order, 1, 1)).await;
    assert!(code == "5" && text.contains("no rights"), "{text}");
    assert_eq!(bank.books(&order).refunded, 0);
}

/// Kinds of refunds do not mix, as a sibling bank prints it.
#[tokio::test(start_paused = true)]
async fn kinds_do_not_mix() {
    let bank = Bank::new();
    let order = bank.paid("1", cart).await;
    bank.call(&Refund::without_key(order.clone(), part(1))).await;
    bank.call(&position(&order, 1, 1)).await;
    let plain = Refund::without_key(order.clone(), part(1));
    assert_eq!(bank.refused(&plain).await.0, "5");
    bank.call(&sum(&order, part(1))).await;
    assert_eq!(bank.refused(&position(&order, 1, 1)).await.0, "5");
    bank.call(&sum(&order, part(1))).await;
    assert_eq!(bank.books(&order).refunded, 4);
}
