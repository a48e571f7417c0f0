//! The router in front of several banks: SBP by a code, a subscription charged by its token, T-Pay,
//! Alfa Pay, an order of two phases paid by SBP, and one that nobody pays.

use std::{error::Error, future::ready, time::Duration};

use payments_core::{
    Minor, Part,
    id::{ClientId, OrderId, OrderNumber},
    order::QrFormat,
    poll::Outcome,
    state::{
        amounts::Amounts,
        order::{Action, Observed, Phases},
        router_order,
    },
};
use router_json::{
    alfapay::AlfaPay,
    order::{
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        status::{OrderStatus, RouterReport},
    },
    sbp::{Creation, DynamicQr, Patience, PayByToken, QrSize, Subscriptions},
    tpay::{Device, Step, TPay},
};

use super::{Scene, Shop, Table};

/// How long an order lives that says nothing about it.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Alfa Pay's card whose issuer asks the payer.
const CHALLENGED: &str = "1";

/// All of them; the last one moves the banks' clocks.
pub(super) async fn play(shop: &Shop, table: &mut Table) -> Scene {
    code(shop, table).await?;
    subscription(shop, table).await?;
    tpay(shop, table, "router-4", Device::Desktop).await?;
    tpay(shop, table, "router-5", Device::Mobile).await?;
    alfapay(shop, table).await?;
    two_phases(shop, table).await?;
    expired(shop, table).await
}

/// A code in the terminal, paid on the payer's page.
async fn code(shop: &Shop, table: &mut Table) -> Scene {
    let order = register(shop, "router-1", 4_000, |order| order).await?;
    let get = DynamicQr::new(order.clone()).with(|get| {
        get.format = Some(QrFormat::Matrix);
        get.size = QrSize::square(200).ok();
    });
    let code = shop.router.call(&get).await?.into_inner();
    let payload = code.payload.as_deref().ok_or("the code says nothing")?;
    let drawn = code.rendered_qr.as_ref().and_then(|drawn| drawn.modules());
    println!("Scan to pay 40.00, or open {payload}\n{}", picture(&drawn.ok_or("no code")?));
    let taken = shop.payer.answer_code(payload, "pay").await?;
    paid(shop, table, "router: pay 40.00 by an SBP code", &order, 4_000).await?;
    table.expect("the payer's bank agreed", taken, true);
    confirm(shop, table, "router-1", "deposited").await
}

/// A subscription that comes with a payment, charged by token and member at whichever bank.
async fn subscription(shop: &Shop, table: &mut Table) -> Scene {
    let client = ClientId::new("customer-2")?;
    let subscribes = |order: Register| order.subscribing(client.clone(), "a month of films");
    let order = register(shop, "router-2", 2_000, subscribes).await?;
    let get = DynamicQr::new(order.clone()).with(|get| get.create_subscription = Some(true));
    let code = shop.router.call(&get).await?;
    let payload = code.payload.as_deref().ok_or("the code says nothing")?;
    shop.payer.answer_code(payload, "pay").await?;
    paid(shop, table, "router: pay 20.00 by SBP and subscribe", &order, 2_000).await?;
    let paid_at = shop.router.now();
    confirm(shop, table, "router-2", "deposited").await?;

    let patience = Patience::new(Duration::from_millis(100), Duration::from_secs(10));
    let id = loop {
        let found = ask(shop, &order).await?.binding_id;
        match Creation::judge(found, paid_at, shop.router.now(), patience) {
            Creation::Made(id) => break id,
            Creation::NotYet { .. } => tokio::time::sleep(patience.every).await,
            Creation::NotSeen => return Err("no subscription came".into()),
        }
    };
    let list = shop.router.call(&Subscriptions::new(client.clone())).await?;
    let account = list.find(&id).and_then(|one| one.means()).ok_or("it is not listed")?;
    let described = |order: Register| {
        order.with(|order| {
            order.client_id = Some(client.clone());
            order.description = Some("the next month of films".into());
        })
    };
    let next = register(shop, "router-3", 2_500, described).await?;
    shop.router.call(&PayByToken::new(next.clone(), account)).await?;
    paid(shop, table, "router: charge the subscription 25.00", &next, 2_500).await?;
    confirm(shop, table, "router-3", "deposited").await
}

/// On a computer the link shows a code; on a phone it opens the application.
async fn tpay(shop: &Shop, table: &mut Table, number: &str, device: Device) -> Scene {
    let order = register(shop, number, 3_000, |order| order).await?;
    let call = TPay::new(order.clone(), device, "Chrome", "Linux");
    let answer = shop.router.call(&call).await?.into_inner();
    let (step, shows_code) = match &answer.step {
        Step::ShowQr(_) => ("router: T-Pay on a computer, code scanned", true),
        Step::OpenApp(_) => ("router: T-Pay on a phone, in the application", false),
    };
    shop.payer.pay_by_link(answer.step.link().as_str(), None).await?;
    paid(shop, table, step, &order, 3_000).await?;
    table.expect("a code is shown", shows_code, device == Device::Desktop);
    confirm(shop, table, number, "deposited").await
}

/// The payer chooses a card whose issuer asks, and comes back; that is no proof, the status is.
async fn alfapay(shop: &Shop, table: &mut Table) -> Scene {
    let order = register(shop, "router-6", 3_500, |order| order).await?;
    let answer = shop.router.call(&AlfaPay::new(order.clone())).await?.into_inner();
    let back = shop.payer.pay_by_link(answer.redirect.as_str(), Some(CHALLENGED)).await?;
    paid(shop, table, "router: Alfa Pay with 3-D Secure", &order, 3_500).await?;
    table.expect("back at the shop", back.starts_with(&shop.at("/back")), true);
    confirm(shop, table, "router-6", "deposited").await
}

/// Registered for two phases, paid by SBP: debited at once, and given back by a refund alone.
async fn two_phases(shop: &Shop, table: &mut Table) -> Scene {
    let number = OrderNumber::new("router-7")?;
    let request = RegisterPreAuth::from(registration(shop, &number, 5_000)?);
    let order = shop.router.call(&request).await?.into_inner().order_id;
    let code = shop.router.call(&DynamicQr::new(order.clone())).await?;
    let payload = code.payload.as_deref().ok_or("the code says nothing")?;
    shop.payer.answer_code(payload, "pay").await?;
    paid(shop, table, "router: pay a two-phase order by SBP", &order, 5_000).await?;
    confirm(shop, table, "router-7", "deposited").await?;

    let report = ask(shop, &order).await?;
    let mut machine = router_order::Order::registered(Minor::new(5_000), Phases::Two);
    let moved = machine.observe(&report.report().ok_or("no report")?.current());
    let offers = [Action::Refund { at_most: Minor::new(5_000) }];
    table.expect("news", moved, Observed::Moved);
    table.expect("what can be done next", machine.next_actions(), offers.to_vec());
    let part = Part::exactly(Minor::new(1_200))?;
    let refund = Refund::without_key(order.clone(), part)
        .with(|refund| refund.seen = report.evidence().amounts);
    shop.router.call(&refund).await?;
    note(shop, table, "router: refund 12.00 of it", &order, [5_000, 3_800, 1_200]).await?;
    confirm(shop, table, "router-7", "refunded").await
}

/// Nobody pays: the merchant waits until the order's lifetime ends, and the last question tells.
async fn expired(shop: &Shop, table: &mut Table) -> Scene {
    let order = register(shop, "router-8", 6_000, |order| order).await?;
    shop.router.call(&DynamicQr::new(order.clone())).await?;
    let until = shop.router.now().plus(LIFETIME);
    let sandbox = shop.sandbox().clone();
    let mut poll = shop.router.poll(OrderStatus::of_order(order.clone()), until).sleeper(
        // Half an hour passes at the banks, and no time here.
        move |duration| {
            sandbox.advance(duration);
            ready(())
        },
    );
    let polled = poll.outcome().await?;
    shop.dispatch();
    note(shop, table, "router: wait for an order that nobody pays", &order, [0, 0, 0]).await?;
    table.expect("how it ended", polled.outcome, Outcome::Expired);
    table.expect("asked at growing intervals", (20..100).contains(&polled.asked), true);
    confirm(shop, table, "router-8", "declinedByTimeout").await
}

fn registration(
    shop: &Shop,
    number: &OrderNumber,
    amount: u64,
) -> Result<Register, Box<dyn Error>> {
    let (back, fail) = (shop.at("/back").parse()?, shop.at("/fail").parse()?);
    let callback = shop.at("/callback").parse()?;
    Ok(Register::new(number.clone(), Minor::new(amount), back).with(|order| {
        order.fail_url = Some(fail);
        order.dynamic_callback_url = Some(callback);
    }))
}

async fn register(
    shop: &Shop,
    number: &str,
    amount: u64,
    change: impl FnOnce(Register) -> Register,
) -> Result<OrderId, Box<dyn Error>> {
    let order = change(registration(shop, &OrderNumber::new(number)?, amount)?);
    Ok(shop.router.call(&order).await?.into_inner().order_id)
}

async fn ask(shop: &Shop, order: &OrderId) -> Result<RouterReport, Box<dyn Error>> {
    Ok(*shop.router.call(&OrderStatus::of_order(order.clone())).await?.into_inner())
}

/// Waits for the payment as a merchant does, and notes it.
async fn paid(shop: &Shop, table: &mut Table, step: &str, order: &OrderId, amount: u64) -> Scene {
    let until = shop.router.now().plus(LIFETIME);
    let polled = shop.router.poll(OrderStatus::of_order(order.clone()), until).outcome().await?;
    note(shop, table, step, order, [amount, amount, 0]).await?;
    table.expect("how it ended", polled.outcome, Outcome::Paid);
    Ok(())
}

/// Asks for an order's status and notes it as a step, with the amounts that it should have, which the
/// books of all banks together must have too.
async fn note(
    shop: &Shop,
    table: &mut Table,
    step: &str,
    order: &OrderId,
    amounts: [u64; 3],
) -> Scene {
    let report = ask(shop, order).await?;
    let state = report.state.as_ref().map_or_else(|| "nothing".into(), ToString::to_string);
    let bank = report.keys.gw_id.as_deref().unwrap_or("no bank");
    let [approved, deposited, refunded] = amounts.map(Minor::new);
    table.step(step, format!("{state} {bank}"));
    table.amounts(report.amounts(), Amounts::new(approved, deposited, refunded));
    let booked = shop.sandbox().with_router(|router| {
        let banks = router.order(order).map(|routed| routed.banks).unwrap_or_default();
        banks.iter().fold([0, 0], |sum, (gw_id, at_bank)| {
            let books = router.bank(gw_id).map(|bank| bank.ledger().order(at_bank));
            books.map_or(sum, |books| [sum[0] + books.merchant, sum[1] + books.refunded])
        })
    });
    table.expect("the banks' books", booked.map(Minor::new), [deposited, refunded]);
    let sound = shop.sandbox().with_router(|router| router.check().is_ok());
    table.expect("the books of each bank balance", sound, true);
    Ok(())
}

/// Waits for the callback of the step just noted: it comes from the bank, under the same number.
async fn confirm(shop: &Shop, table: &mut Table, number: &str, operation: &str) -> Scene {
    let event = shop.callback_of(&OrderNumber::new(number)?, operation).await?;
    table.callback(operation);
    table.expect("proven", event.is_proven(), true);
    Ok(())
}

/// A code as a terminal shows it: two rows of modules a line, light ones drawn, with a quiet zone.
fn picture(modules: &[Vec<bool>]) -> String {
    let side = modules.len() as isize;
    let is_light = |row: isize, column: isize| {
        let module = usize::try_from(row).ok().and_then(|row| modules.get(row));
        let module = module.zip(usize::try_from(column).ok()).and_then(|(row, at)| row.get(at));
        !module.copied().unwrap_or(false)
    };
    let line = |row: isize| -> String {
        let sign = |column| match (is_light(row, column), is_light(row + 1, column)) {
            (true, true) => '\u{2588}',
            (true, false) => '\u{2580}',
            (false, true) => '\u{2584}',
            (false, false) => ' ',
        };
        (-2..side + 2).map(sign).chain(['\n']).collect()
    };
    (-2..side + 2).step_by(2).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_of_modules_make_a_line() {
        let drawn = picture(&[vec![true, false], vec![false, true]]);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines, ["██████", "██▄▀██", "██████"]);
    }
}
