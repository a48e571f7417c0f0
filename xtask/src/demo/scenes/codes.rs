//! SBP: one order is paid by its code, another code is rejected.

use std::error::Error;

use gateway_rest::sbp::{CheckQr, DynamicQr, RejectQr};
use payments_core::{
    id::OrderId,
    order::{OrderStatus as Status, QrStatus},
};

use super::{Scene, Shop, Table, ask, confirm, note, register_one_phase};

pub(super) async fn paid(shop: &Shop, table: &mut Table) -> Scene {
    let order = register_one_phase(shop, "demo-8", 4_000, |_| ()).await?;
    let payload = code(shop, &order).await?;
    let taken = shop.payer.answer_code(&payload, "pay").await?;
    note(shop, table, "pay 40.00 by an SBP code", &order, [4_000, 4_000, 0]).await?;
    table.expect("the payer's bank agreed", taken, true);
    let status = shop.client.call(&CheckQr::new(order.clone())).await?.into_inner().status;
    table.expect("the code", status, Some(QrStatus::Accepted));
    confirm(shop, table, &order, "deposited").await
}

pub(super) async fn rejected(shop: &Shop, table: &mut Table) -> Scene {
    let order = register_one_phase(shop, "demo-9", 4_500, |_| ()).await?;
    let payload = code(shop, &order).await?;
    let rejection = shop.client.call(&RejectQr::new(order.clone())).await?;
    let late = shop.payer.answer_code(&payload, "pay").await?;
    note(shop, table, "reject an SBP code; the payer is too late", &order, [0, 0, 0]).await?;
    table.expect("rejected", rejection.is_rejected(), true);
    table.expect("the payer could still pay", late, false);
    let report = ask(shop, &order).await?;
    table.expect("status", report.order_status.clone(), Some(Status::Declined));
    let event = shop.callback(&order).await?;
    table.callback("failed");
    table.expect("failed", event.is_failed(), true);
    Ok(())
}

/// What an order's code says.
async fn code(shop: &Shop, order: &OrderId) -> Result<String, Box<dyn Error>> {
    let code = shop.client.call(&DynamicQr::new(order.clone())).await?;
    code.payload.clone().ok_or_else(|| "the code says nothing".into())
}
