//! What happens in the demo, scene by scene.

mod codes;
mod receipts;
mod router;
mod stored;

use std::error::Error;

use gateway_rest::{
    order::{
        deposit::Deposit,
        language::Language,
        pay::{Card, PaymentOrder},
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        status::{OrderReport, OrderStatus},
    },
    three_ds::finish_v2::Finish3dsVer2Payment,
};
use payments_core::{
    Effect, Minor, Part,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, OrderNumber, RefundId},
    order::{ActionClass, OrderStatus as Status},
    state::amounts::Amounts,
};
use payments_sandbox::Fault;

use super::{shop::Shop, table::Table};

type Scene = Result<(), Box<dyn Error>>;

const CHALLENGED: &str = "5555555555555599";
const PLAIN: &str = "4111111111111111";
const PENNILESS: &str = "4000000000000119";

/// All scenes. What is not as expected is noted in the table; what cannot go on is an error.
pub(super) async fn play(shop: &Shop, table: &mut Table) -> Scene {
    purchase(shop, table).await?;
    decline(shop, table).await?;
    duplicate(shop, table).await?;
    lost_answer(shop, table).await?;
    stored::card(shop, table).await?;
    stored::recurrent(shop, table).await?;
    codes::paid(shop, table).await?;
    codes::rejected(shop, table).await?;
    receipts::link(shop, table).await?;
    receipts::receipt(shop, table).await?;
    router::play(shop, table).await?;
    match shop.stray_callback().await {
        Some(event) => Err(format!("a callback too many: {event:?}").into()),
        None => Ok(()),
    }
}

/// Held with a challenge, captured in part, refunded twice.
async fn purchase(shop: &Shop, table: &mut Table) -> Scene {
    let order = register(shop, "demo-1", 10_000).await?;
    note(shop, table, "register a two-phase order of 100.00", &order, [0, 0, 0]).await?;
    challenge(shop, &order, CHALLENGED).await?;
    note(shop, table, "pay by card, pass the 3-D Secure challenge", &order, [10_000, 0, 0]).await?;
    confirm(shop, table, &order, "approved").await?;

    let seen = ask(shop, &order).await?.amounts();
    let deposit = Deposit::new(order.clone(), Part::exactly(Minor::new(6_000))?)
        .with(|deposit| deposit.seen = seen);
    shop.client.call(&deposit).await?;
    note(shop, table, "capture 60.00 of it", &order, [10_000, 6_000, 0]).await?;
    confirm(shop, table, &order, "deposited").await?;

    for (key, amount, amounts) in
        [("demo-1-a", 1_500, [10_000, 4_500, 1_500]), ("demo-1-b", 500, [10_000, 4_000, 2_000])]
    {
        let part = Part::exactly(Minor::new(amount))?;
        shop.client.call(&Refund::new(order.clone(), part, RefundId::new(key)?)).await?;
        let step = format!("refund {}.00 under the key {key}", amount / 100);
        note(shop, table, &step, &order, amounts).await?;
        confirm(shop, table, &order, "refunded").await?;
    }
    let again = Part::exactly(Minor::new(500))?;
    shop.client.call(&Refund::new(order.clone(), again, RefundId::new("demo-1-b")?)).await?;
    note(shop, table, "send the last refund again: nothing moves", &order, [10_000, 4_000, 2_000])
        .await
}

/// A decline is a value with a reason, not an error.
async fn decline(shop: &Shop, table: &mut Table) -> Scene {
    let order = register(shop, "demo-2", 5_000).await?;
    let answer = shop.client.call(&pay(&order, PENNILESS)?).await;
    let report = ask(shop, &order).await?;
    let class = report.action_code.as_ref().and_then(|code| code.class());
    note(shop, table, "pay with a card that lacks the money", &order, [0, 0, 0]).await?;
    table.expect("no error", answer.is_ok(), true);
    table.expect("status", report.order_status, Some(Status::Declined));
    table.expect("reason", class, Some(ActionClass::CustomerCanFix));
    let event = shop.callback(&order).await?;
    table.callback("failed");
    table.expect("failed", event.is_failed(), true);
    Ok(())
}

/// A second registration under one number tells nothing; resolving does.
async fn duplicate(shop: &Shop, table: &mut Table) -> Scene {
    let request = registration(shop, "demo-1", 10_000)?;
    let Err(error) = shop.client.call(&request).await else {
        return Err("a number was registered twice".into());
    };
    table.step("register the first order's number again", "refused as a duplicate");
    table.expect("a duplicate", error.is_duplicate(), true);
    table.expect("effect", error.effect(), Effect::Maybe);
    let sent = error.sent_at().unwrap_or_else(|| shop.client.now());
    let resolved = shop.client.resolve(&request, sent).await?;
    table.step("resolve it by the number", "the first order is there");
    table.expect("happened", resolved.happened(), true);
    Ok(())
}

/// The bank acts and its answer is lost: the amounts seen before tell what happened.
async fn lost_answer(shop: &Shop, table: &mut Table) -> Scene {
    let order = register(shop, "demo-3", 8_000).await?;
    shop.client.call(&pay(&order, PLAIN)?).await?;
    note(shop, table, "hold 80.00 on a card without 3-D Secure", &order, [8_000, 0, 0]).await?;
    confirm(shop, table, &order, "approved").await?;

    let seen = ask(shop, &order).await?.amounts();
    let deposit = Deposit::new(order.clone(), Part::exactly(Minor::new(3_000))?)
        .with(|deposit| deposit.seen = seen);
    shop.sandbox().with_bank(|bank| {
        bank.faults().next("deposit.do", Fault::LostAnswer);
    });
    let Err(error) = shop.client.call(&deposit).await else {
        return Err("the answer was not lost".into());
    };
    table.step("capture 30.00; the answer is lost", "may have acted");
    table.expect("effect", error.effect(), Effect::Maybe);
    let sent = error.sent_at().unwrap_or_else(|| shop.client.now());
    let resolved = shop.client.resolve(&deposit, sent).await?;
    note(shop, table, "resolve it: captured, once", &order, [8_000, 3_000, 0]).await?;
    table.expect("happened", resolved.happened(), true);
    confirm(shop, table, &order, "deposited").await
}

fn registration(shop: &Shop, number: &str, amount: u64) -> Result<RegisterPreAuth, Box<dyn Error>> {
    let back = shop.at("/back").parse()?;
    let callback = shop.at("/callback").parse()?;
    let request = RegisterPreAuth::new(OrderNumber::new(number)?, Minor::new(amount), back);
    Ok(request.with(|request| request.order.dynamic_callback_url = Some(callback)))
}

/// Registers an order that is paid in one step.
async fn register_one_phase(
    shop: &Shop,
    number: &str,
    amount: u64,
    change: impl FnOnce(&mut Register),
) -> Result<OrderId, Box<dyn Error>> {
    let request = registration(shop, number, amount)?.order.with(change);
    Ok(shop.client.call(&request).await?.into_inner().order_id)
}

async fn register(shop: &Shop, number: &str, amount: u64) -> Result<OrderId, Box<dyn Error>> {
    let answer = shop.client.call(&registration(shop, number, amount)?).await?;
    Ok(answer.into_inner().order_id)
}

fn pay(order: &OrderId, number: &str) -> Result<PaymentOrder, Box<dyn Error>> {
    let holder = Cardholder::new("TEST CARDHOLDER")?;
    let card = Card::new(Pan::new(number)?, Expiry::new(2034, 12)?, Cvc::new("123")?, holder);
    Ok(PaymentOrder::new(order.clone(), card, Language::English))
}

/// Both requests of a 3-D Secure 2 payment, the challenge in the payer's browser, the finish.
async fn challenge(shop: &Shop, order: &OrderId, number: &str) -> Scene {
    let finish = shop.at("/3ds/finish").parse()?;
    let first = pay(order, number)?;
    let answer = shop.client.call(&first).await?;
    let authentication =
        answer.three_ds_server_trans_id.clone().ok_or("3-D Secure did not begin")?;
    let second = first
        .after_method(authentication.clone())
        .with(|second| second.three_ds_ver2_finish_url = Some(finish));
    let answer = shop.client.call(&second).await?;
    let acs_url = answer.acs_url.as_deref().ok_or("the issuer has no page")?;
    let creq = answer.packed_c_req.as_ref().ok_or("the issuer has no challenge")?;
    shop.payer.pass_challenge(acs_url, creq.expose()).await?;
    let finish = Finish3dsVer2Payment::new(authentication, order.clone());
    shop.client.call(&finish).await?;
    Ok(())
}

/// Registers an order that nobody has paid; answers its payment page.
pub(super) async fn open_page(shop: &Shop) -> Result<String, Box<dyn Error>> {
    let answer = shop.client.call(&registration(shop, "demo-open", 12_345)?).await?;
    Ok(answer.into_inner().form_url.ok_or("the bank named no page")?)
}

async fn ask(shop: &Shop, order: &OrderId) -> Result<Box<OrderReport>, Box<dyn Error>> {
    Ok(shop.client.call(&OrderStatus::of_order(order.clone())).await?.into_inner())
}

/// Asks for an order's status and notes it as a step, with the amounts that it should have, which the
/// bank's own books must have too.
async fn note(
    shop: &Shop,
    table: &mut Table,
    step: &str,
    order: &OrderId,
    amounts: [u64; 3],
) -> Scene {
    let report = ask(shop, order).await?;
    let status = report.order_status.as_ref();
    let [approved, deposited, refunded] = amounts.map(Minor::new);
    let state = status.map_or_else(|| "nothing".into(), |status| format!("{status} {status:?}"));
    table.step(step, state);
    table.amounts(report.amounts(), Amounts::new(approved, deposited, refunded));
    let books = shop.sandbox().with_bank(|bank| bank.ledger().order(order));
    let booked = [books.merchant, books.refunded].map(Minor::new);
    table.expect("the bank's books", booked, [deposited, refunded]);
    Ok(())
}

/// Waits for the callback of the step just noted.
async fn confirm(shop: &Shop, table: &mut Table, order: &OrderId, operation: &str) -> Scene {
    let event = shop.callback(order).await?;
    let named = event.operation().map(|operation| operation.to_string()).unwrap_or_default();
    table.callback(&named);
    table.expect("callback", named.as_str(), operation);
    table.expect("proven", event.is_proven(), true);
    Ok(())
}
