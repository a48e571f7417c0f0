//! A payment link, and the receipts of an order with a cart.

use std::error::Error;

use gateway_rest::{
    receipts::{CloseOfdReceipt, ReceiptStatus},
    templates::{CreateTemplate, TemplateAmount},
};
use payments_core::{
    Effect, Minor,
    id::OrderId,
    money::NonZeroMinor,
    order::cart::{CartItem, OrderBundle, Quantity},
};
use payments_sandbox::Fault;

use super::{PLAIN, Scene, Shop, Table, confirm, note, pay, register_one_phase};

/// A payer opens a link, and the bank makes the order.
pub(super) async fn link(shop: &Shop, table: &mut Table) -> Scene {
    let amount = TemplateAmount::exactly(Minor::new(2_500))?;
    let created = shop.client.call(&CreateTemplate::new("demo", "Goods", amount)).await?;
    let address = created.template.qr_template.as_ref().and_then(|qr| qr.payload.clone());
    let address = address.ok_or("the link has no address")?;
    let order = OrderId::new(shop.payer.follow_link(&address, PLAIN).await?)?;
    note(shop, table, "pay 25.00 by a payment link", &order, [2_500, 2_500, 0]).await
}

/// The answer to a closing receipt is lost; it is resolved, and made once.
pub(super) async fn receipt(shop: &Shop, table: &mut Table) -> Scene {
    let item = CartItem::new(1.into(), "goods", Quantity::pieces(2))
        .with(|item| item.item_price = Some(Minor::new(3_000)));
    let bundle = OrderBundle::new(vec![item]);
    let order =
        register_one_phase(shop, "demo-10", 6_000, |order| order.order_bundle = Some(bundle))
            .await?;
    shop.client.call(&pay(&order, PLAIN)?).await?;
    note(shop, table, "pay 60.00 for a cart", &order, [6_000, 6_000, 0]).await?;
    confirm(shop, table, &order, "deposited").await?;

    let report = shop.client.call(&ReceiptStatus::of_order(order.clone())).await?;
    table.step("ask for its receipt", "delivered");
    let delivered: Vec<bool> = report.receipts.iter().map(|it| it.is_delivered()).collect();
    table.expect("receipts", delivered, vec![true]);

    let amount = NonZeroMinor::new(Minor::new(6_000)).ok_or("a receipt of nothing")?;
    let close = CloseOfdReceipt::of_order(order.clone(), amount)
        .with(|close| close.seen = Some(report.seen()));
    shop.sandbox().with_bank(|bank| {
        bank.faults().next("closeOfdReceipt.do", Fault::LostAnswer);
    });
    let Err(error) = shop.client.call(&close).await else {
        return Err("the answer was not lost".into());
    };
    table.step("make its closing receipt; the answer is lost", "may have acted");
    table.expect("effect", error.effect(), Effect::Maybe);
    let sent = error.sent_at().unwrap_or_else(|| shop.client.now());
    let resolved = shop.client.resolve(&close, sent).await?;
    table.step("resolve it: made, once", "one closing receipt");
    table.expect("happened", resolved.happened(), true);
    table.expect("closing receipts", closing(shop, &order).await?, 1);
    Ok(())
}

async fn closing(shop: &Shop, order: &OrderId) -> Result<usize, Box<dyn Error>> {
    let report = shop.client.call(&ReceiptStatus::of_order(order.clone())).await?;
    Ok(report.receipts.iter().filter(|receipt| receipt.says_closing()).count())
}
