//! What a customer paid with is stored, and charged again without him.

use std::error::Error;

use gateway_rest::{bindings::PayByBinding, recurrent::RecurrentPayment};
use payments_core::{
    Minor,
    id::{BindingId, ClientId, OrderId, OrderNumber},
    order::Tii,
};

use super::{PLAIN, Scene, Shop, Table, ask, confirm, note, pay, register_one_phase};

/// A stored card pays another order of the same customer.
pub(super) async fn card(shop: &Shop, table: &mut Table) -> Scene {
    let first = bought(shop, "demo-4", 2_000, Tii::InitialCommon).await?;
    note(shop, table, "pay 20.00 and store the card", &first, [2_000, 2_000, 0]).await?;
    confirm(shop, table, &first, "deposited").await?;
    let binding = stored(shop, &first).await?;
    let order = of_customer(shop, "demo-5", 3_000).await?;
    shop.client.call(&PayByBinding::by_merchant(order.clone(), binding)).await?;
    note(shop, table, "charge the stored card 30.00", &order, [3_000, 3_000, 0]).await?;
    confirm(shop, table, &order, "deposited").await
}

/// A recurrent payment registers its order itself.
pub(super) async fn recurrent(shop: &Shop, table: &mut Table) -> Scene {
    let first = bought(shop, "demo-6", 1_000, Tii::InitialRecurrent).await?;
    note(shop, table, "pay 10.00 and agree to recurrent payments", &first, [1_000, 1_000, 0])
        .await?;
    confirm(shop, table, &first, "deposited").await?;
    let binding = stored(shop, &first).await?;
    let payment = RecurrentPayment::new(OrderNumber::new("demo-7")?, Minor::new(1_500), binding);
    let answer = shop.client.call(&payment).await?;
    let order = answer.order_id().ok_or("the payment made no order")?;
    note(shop, table, "make a recurrent payment of 15.00", &order, [1_500, 1_500, 0]).await?;
    let Err(again) = shop.client.call(&payment).await else {
        return Err("a recurrent payment was made twice".into());
    };
    note(shop, table, "send it again: refused", &order, [1_500, 1_500, 0]).await?;
    table.expect("a duplicate", again.is_duplicate(), true);
    Ok(())
}

async fn bought(
    shop: &Shop,
    number: &str,
    amount: u64,
    tii: Tii,
) -> Result<OrderId, Box<dyn Error>> {
    let order = of_customer(shop, number, amount).await?;
    let payment = pay(&order, PLAIN)?.with(|payment| payment.tii = Some(tii));
    shop.client.call(&payment).await?;
    Ok(order)
}

async fn of_customer(shop: &Shop, number: &str, amount: u64) -> Result<OrderId, Box<dyn Error>> {
    let client = ClientId::new("customer-1")?;
    register_one_phase(shop, number, amount, |order| order.client_id = Some(client)).await
}

/// The credential that an order's payment stored.
async fn stored(shop: &Shop, order: &OrderId) -> Result<BindingId, Box<dyn Error>> {
    let report = ask(shop, order).await?;
    let binding = report.binding_info.as_ref().and_then(|info| info.binding_id.clone());
    binding.ok_or_else(|| "nothing was stored".into())
}
