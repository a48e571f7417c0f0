//! An order's life: registered, paid or declined, completed or reversed, paid back.

use gateway_rest::{
    FullUrl,
    order::{
        decline::Decline,
        deposit::Deposit,
        raw_refund::{RawPositionRefund, RawSumRefund},
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::OrderStatus,
    },
    raw::RawCall,
};
use payments_core::{
    Minor, Part, Replay,
    id::{ClientId, OrderNumber, RefundId},
    money::NonZeroMinor,
    order::cart::{CartItem, CartItems, OrderBundle, Quantity},
};

use super::{Fate, Merchant, Mistake, Sold};
use crate::simulation::books::OURS;

/// How money goes back.
#[derive(Clone, Copy)]
enum Back {
    Keyed,
    Expected,
    WithoutKey,
    Positions,
    RawSum,
    RawPosition,
}

/// Each with its weight.
const BACK: &[(u64, Back)] =
    &[(4, Back::Keyed), (3, Back::Expected), (3, Back::WithoutKey), (3, Back::Positions)];

/// After one of these no other works.
const RAW: &[(u64, Back)] = &[(1, Back::RawSum), (2, Back::RawPosition)];

/// What happens with a customer.
#[derive(Clone, Copy)]
enum Story {
    /// He buys once.
    Buys,
    /// What he paid with is stored, and charged again.
    ComesBack,
    /// His card is checked.
    Verifies,
    /// He opens a payment link.
    FollowsLink,
}

const STORIES: &[(u64, Story)] =
    &[(62, Story::Buys), (30, Story::ComesBack), (4, Story::Verifies), (4, Story::FollowsLink)];

impl Merchant {
    pub(super) async fn story(&mut self, number: usize) -> Result<(), String> {
        match self.chance.pick(STORIES) {
            Story::Buys => self.buy(number).await,
            Story::ComesBack => self.customer(number).await,
            Story::Verifies => self.verify().await,
            Story::FollowsLink => self.link(number).await,
        }
    }

    async fn buy(&mut self, number: usize) -> Result<(), String> {
        let mut sold = self.register(&format!("S{number}"), None).await?;
        let lived = self.live(&mut sold).await;
        sold.stuck = lived.is_err();
        self.sold.push(sold);
        lived
    }

    /// What happens to an order after its registration.
    async fn live(&mut self, sold: &mut Sold) -> Result<(), String> {
        if self.chance.percent(8) {
            let (order, number) = (sold.order_id.clone(), sold.number.clone());
            return self
                .until_it_happens(&order, |_| Decline::new(order.clone(), number.clone()))
                .await;
        }
        self.pay(sold).await?;
        self.finish(sold).await
    }

    /// What comes after the payment.
    pub(super) async fn finish(&mut self, sold: &mut Sold) -> Result<(), String> {
        self.take(sold).await?;
        for _ in 0..2 {
            if sold.has_cart && sold.kept > 0 && self.chance.percent(30) {
                self.close_receipt(sold).await?;
            }
        }
        self.give_back(sold).await
    }

    pub(super) async fn register(
        &mut self,
        name: &str,
        client: Option<&ClientId>,
    ) -> Result<Sold, String> {
        let amount = Minor::new(100 + self.chance.below(100_000));
        let two_phase = self.chance.percent(60);
        let positions = if self.chance.percent(50) { self.positions(amount) } else { Vec::new() };
        let back: FullUrl = "https://shop.example/back".parse().expect("an address");
        for attempt in 0..12 {
            // The mistaken program takes a refused number for a failed registration.
            let suffix = if self.mistake == Mistake::DuplicateMeansFailed { attempt } else { 0 };
            let number = OrderNumber::new(format!("{OURS}{name}-{suffix}")).expect("short");
            let bundle = (!positions.is_empty()).then(|| OrderBundle::new(items(&positions)));
            let request = Register::new(number.clone(), amount, back.clone()).with(|request| {
                request.order_bundle = bundle;
                request.client_id = client.cloned();
            });
            let fate = if two_phase {
                let fate = self.carry_out(&RegisterPreAuth::from(request)).await?;
                fate.map(|answer| answer.order_id.clone())
            } else {
                self.carry_out(&request).await?.map(|answer| answer.order_id.clone())
            };
            let order_id = match fate {
                Fate::Answered(order_id) => order_id,
                Fate::Happened => {
                    let report = self.asking(&OrderStatus::of_number(number.clone())).await?;
                    report.order_id().ok_or("registered without an id")?
                }
                Fate::DidNot => continue,
            };
            let sold = Sold::new(number, order_id, amount, two_phase);
            let (client, has_cart) = (client.cloned(), !positions.is_empty());
            return Ok(Sold { client, has_cart, positions, ..sold });
        }
        Err("never registered".into())
    }

    /// What two or three positions cost that cost the amount together.
    fn positions(&mut self, amount: Minor) -> Vec<u64> {
        let first = 1 + self.chance.below(amount.get() - 2);
        let rest = amount.get() - first;
        let second = 1 + self.chance.below(rest);
        let costs = [first, second, rest - second];
        costs.into_iter().filter(|cost| *cost > 0).collect()
    }

    /// A completion or a reversal.
    async fn take(&mut self, sold: &mut Sold) -> Result<(), String> {
        let order = sold.order_id.clone();
        if sold.held > 0 {
            if self.chance.percent(15) {
                self.until_it_happens(&order, |seen| {
                    Reverse::new(order.clone(), Part::Whole).with(|call| call.seen = Some(seen))
                })
                .await?;
                sold.held = 0;
                return Ok(());
            }
            let chosen = sold.positions.len() > 1 && self.chance.percent(60);
            let (part, items) = if chosen {
                sold.positions.pop();
                let cost = Minor::new(sold.positions.iter().sum());
                let part = Part::exactly(cost).expect("more than zero");
                (part, Some(items(&sold.positions)))
            } else {
                (self.part_of(sold.held), None)
            };
            self.until_it_happens(&order, |seen| {
                Deposit::new(order.clone(), part).with(|call| {
                    call.deposit_items = items.clone();
                    call.seen = Some(seen);
                })
            })
            .await?;
            sold.kept = part.amount().map_or(sold.held, Minor::get);
            sold.receipts.sales += 1;
            sold.held = 0;
        } else if sold.kept > 0 && !sold.two_phase && self.chance.percent(10) {
            let part = self.part_of(sold.kept);
            self.until_it_happens(&order, |seen| {
                Reverse::new(order.clone(), part).with(|call| call.seen = Some(seen))
            })
            .await?;
            sold.kept -= part.amount().map_or(sold.kept, Minor::get);
            sold.receipts.refunds += 1;
        }
        Ok(())
    }

    /// Up to three refunds.
    async fn give_back(&mut self, sold: &mut Sold) -> Result<(), String> {
        let ways = if sold.has_cart && self.chance.percent(40) { RAW } else { BACK };
        for refund in 0..self.chance.below(4) {
            if sold.kept == 0 {
                break;
            }
            if self.mistake == Mistake::SendsZero && self.chance.percent(30) {
                let call = RawCall::new("refund.do", Replay::Doubles)
                    .parameter("orderId", sold.order_id.as_str())
                    .parameter("amount", "0");
                // The books say that nothing was given back.
                let _ = self.client.call(&call).await;
                break;
            }
            let way = self.chance.pick(ways);
            let amount = self.give_back_by(sold, way, refund).await?;
            sold.give_back(amount);
        }
        Ok(())
    }

    /// One refund; answers how much it gave back.
    async fn give_back_by(
        &mut self,
        sold: &mut Sold,
        way: Back,
        refund: u64,
    ) -> Result<u64, String> {
        let order = sold.order_id.clone();
        let key = RefundId::new(format!("r{refund}")).expect("short");
        // Positions go back as they were sold, unless another part went back before.
        let whole = sold.positions.iter().sum::<u64>() == sold.kept;
        let place = u32::try_from(sold.positions.len()).expect("few");
        if matches!(way, Back::RawPosition) && whole {
            let cost = sold.positions.pop().ok_or("no position is left")?;
            let amount = NonZeroMinor::new(Minor::new(cost)).expect("more than zero");
            self.until_it_happens(&order, |seen| {
                RawPositionRefund::new(order.clone(), amount, place.into())
                    .with(|call| call.seen = Some(seen))
            })
            .await?;
            return Ok(cost);
        }
        if matches!(way, Back::Positions) && whole {
            let cost = sold.positions.pop().ok_or("no position is left")?;
            let part = Part::exactly(Minor::new(cost)).expect("more than zero");
            let items = CartItems::new(vec![item(place, cost)]);
            self.until_it_happens(&order, |seen| {
                Refund::new(order.clone(), part, key.clone()).with(|call| {
                    call.refund_items = Some(items.clone());
                    call.seen = Some(seen);
                })
            })
            .await?;
            return Ok(cost);
        }
        let part = self.part_of(sold.kept);
        if matches!(way, Back::RawSum | Back::RawPosition) {
            self.until_it_happens(&order, |seen| {
                RawSumRefund::new(order.clone(), part).with(|call| call.seen = Some(seen))
            })
            .await?;
            return Ok(part.amount().map_or(sold.kept, Minor::get));
        }
        self.until_it_happens(&order, |seen| {
            let call = match way {
                Back::Keyed => Refund::new(order.clone(), part, key.clone()),
                _ => Refund::without_key(order.clone(), part),
            };
            let expected = matches!(way, Back::Expected).then_some(seen.deposited);
            call.with(|call| {
                call.expected_deposited_amount = expected;
                call.seen = Some(seen);
            })
        })
        .await?;
        Ok(part.amount().map_or(sold.kept, Minor::get))
    }
}

/// The first positions of a cart, at these costs.
fn items(costs: &[u64]) -> CartItems {
    (1..).zip(costs).map(|(place, cost)| item(place, *cost)).collect()
}

fn item(place: u32, cost: u64) -> CartItem {
    CartItem::new(place.into(), "goods", Quantity::pieces(1)).with(|item| {
        item.item_price = Some(Minor::new(cost));
        item.item_amount = Some(Minor::new(cost));
        item.item_code = Some(format!("code-{place}"));
    })
}

impl<T> Fate<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Fate<U> {
        match self {
            Self::Answered(answer) => Fate::Answered(change(answer)),
            Self::Happened => Fate::Happened,
            Self::DidNot => Fate::DidNot,
        }
    }
}
