//! An order's life: registered, paid or declined, completed or reversed, paid back. What is done next
//! is what the order's machine offers.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Minor,
    id::{ClientId, OrderNumber, RefundId},
    state::{
        order::{Action, Call as Moves, Phases},
        router_order::Order,
    },
    time::UnixMillis,
};
use router_json::{
    FullUrl,
    order::{
        decline::Decline, deposit::Deposit, refund::Refund, register::Register,
        register_pre_auth::RegisterPreAuth, reverse::Reverse, status::OrderStatus,
    },
};
use tower::Service as _;

use super::{Fate, Merchant, Mistake, Sold};

/// How long orders live here.
pub(super) const LIFETIME: std::time::Duration = std::time::Duration::from_secs(600);

/// How money goes back.
#[derive(Clone, Copy)]
enum Back {
    Keyed,
    Expected,
    WithoutKey,
}

const BACK: &[(u64, Back)] = &[(4, Back::Keyed), (3, Back::Expected), (3, Back::WithoutKey)];

/// What happens with a customer.
#[derive(Clone, Copy)]
enum Story {
    /// He buys once.
    Buys,
    /// His account is linked, and charged again.
    Subscribes,
    /// His card is stored, and charged again.
    StoresCard,
}

const STORIES: &[(u64, Story)] =
    &[(64, Story::Buys), (28, Story::Subscribes), (8, Story::StoresCard)];

impl Merchant {
    pub(super) async fn story(&mut self, number: usize) -> Result<(), String> {
        match self.chance.pick(STORIES) {
            Story::Buys => self.buy(number).await,
            Story::Subscribes => self.subscriber(number).await,
            Story::StoresCard => self.cardholder(number).await,
        }
    }

    async fn buy(&mut self, number: usize) -> Result<(), String> {
        let amount = Minor::new(100 + self.chance.below(100_000));
        let two_phase = self.chance.percent(50);
        let (mut sold, until) =
            self.register(&format!("S{number}"), amount, two_phase, |it| it).await?;
        let lived = self.live(&mut sold, until).await;
        sold.stuck = lived.is_err();
        self.sold.push(sold);
        lived
    }

    /// What happens to an order after its registration.
    async fn live(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<(), String> {
        if self.chance.percent(6) {
            let number = sold.number.clone();
            let call = |order, _| Decline::new(order, number.clone());
            return self.until_it_happens(sold, Moves::Decline, call).await;
        }
        self.pay(sold, until).await?;
        self.finish(sold).await
    }

    /// Registers an order; when its lifetime ends.
    pub(super) async fn register(
        &mut self,
        name: &str,
        amount: Minor,
        two_phase: bool,
        change: impl Fn(Register) -> Register,
    ) -> Result<(Sold, UnixMillis), String> {
        let back: FullUrl = "https://shop.example/back".parse().expect("an address");
        for attempt in 0..12 {
            // The mistaken program takes a refused number for a failed registration.
            let suffix = if self.mistake == Mistake::DuplicateMeansFailed { attempt } else { 0 };
            let number = OrderNumber::new(format!("2026-{name}-{suffix}")).expect("short");
            let request = Register::new(number.clone(), amount, back.clone()).with(|request| {
                request.session_timeout_secs = u32::try_from(LIFETIME.as_secs()).ok();
            });
            let request = change(request);
            let client: Option<ClientId> = request.client_id.clone();
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
                    let id = report.keys.order_id.clone().or_else(|| report.order().order_id());
                    id.ok_or("registered without an id")?
                }
                Fate::DidNot => continue,
            };
            let phases = if two_phase { Phases::Two } else { Phases::One };
            let machine = Order::registered(amount, phases);
            // Registered at the latest now.
            let until = self.client.now().plus(LIFETIME);
            return Ok((Sold { number, order_id, client, machine, stuck: false }, until));
        }
        Err("never registered".into())
    }

    /// What comes after the payment: whatever the machine offers, until the merchant has enough.
    pub(super) async fn finish(&mut self, sold: &mut Sold) -> Result<(), String> {
        for turn in 0..5 {
            let actions = sold.machine.next_actions();
            let deposits = actions.iter().find(|one| matches!(one, Action::Deposit { .. }));
            let reverses = actions.iter().find(|one| matches!(one, Action::Reverse { .. }));
            let refunds = actions.iter().find(|one| matches!(one, Action::Refund { .. }));
            match (deposits, reverses, refunds) {
                (_, Some(Action::Reverse { at_most }), _) if self.chance.percent(20) => {
                    let part = self.part_of(at_most.get());
                    self.until_it_happens(sold, Moves::Reverse(part), |order, seen| {
                        Reverse::new(order, part).with(|call| call.seen = Some(seen))
                    })
                    .await?;
                }
                (Some(Action::Deposit { at_most }), ..) => {
                    let part = self.part_of(at_most.get());
                    self.until_it_happens(sold, Moves::Deposit(part), |order, seen| {
                        Deposit::new(order, part).with(|call| call.seen = Some(seen))
                    })
                    .await?;
                }
                (.., Some(Action::Refund { at_most })) if self.chance.percent(60) => {
                    if self.mistake == Mistake::SendsZero && self.chance.percent(30) {
                        self.send_zero(sold).await;
                        return Ok(());
                    }
                    self.give_back(sold, *at_most, turn).await?;
                }
                _ => break,
            }
        }
        // The router itself says no more than what our calls did. A mistaken program does not ask.
        if self.mistake != Mistake::None {
            return Ok(());
        }
        let known = sold.machine.clone();
        self.look(sold).await?;
        match sold.machine == known {
            true => Ok(()),
            false => Err(format!("the router knows {:?}, we {known:?}", sold.machine)),
        }
    }

    /// One refund.
    async fn give_back(
        &mut self,
        sold: &mut Sold,
        at_most: Minor,
        turn: u64,
    ) -> Result<(), String> {
        let part = self.part_of(at_most.get());
        let way = self.chance.pick(BACK);
        let key = RefundId::new(format!("r{turn}")).expect("short");
        self.until_it_happens(sold, Moves::Refund(part), |order, seen| {
            let call = match way {
                Back::Keyed => Refund::new(order, part, key.clone()),
                Back::Expected | Back::WithoutKey => Refund::without_key(order, part),
            };
            let expected = matches!(way, Back::Expected).then_some(seen.deposited);
            call.with(|call| {
                call.expected_deposited_amount = expected;
                call.seen = Some(seen);
            })
        })
        .await
    }

    /// A refund of a computed zero, which the books count as nothing.
    async fn send_zero(&mut self, sold: &Sold) {
        let body = format!(
            r#"{{"userName":"test_user","password":"test_user_password","orderId":"{}","amount":0}}"#,
            sold.order_id
        );
        let request = Request::post("https://bank.example/v1/refund.do")
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .expect("valid");
        let _ = self.sandbox.call(request).await;
    }
}
