//! A merchant's program, as the documentation of the crate tells to write it; or with one mistake.

use std::{collections::BTreeMap, pin::pin, task::Poll, time::Duration};

use gateway_rest::{
    Call, Client, FullUrl, Resolved,
    order::{
        decline::Decline,
        deposit::Deposit,
        language::Language,
        pay::{Card, PaymentOrder},
        refund::Refund,
        register::Register,
        register_pre_auth::RegisterPreAuth,
        reverse::Reverse,
        status::{OrderReport, OrderStatus},
    },
    raw::RawCall,
    resolve::{Proof, Question},
};
use payments_core::{
    Effect, Error, Minor, Part, Replay,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, OrderNumber, RefundId},
    order::OrderStatus as Status,
    state::amounts::Amounts,
    time::UnixMillis,
};

use super::chance::Chance;

/// What the program does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    None,
    /// Sends a request again that may act twice.
    ResendsDoubles,
    /// Reads the refusal of a second copy as "the first one failed".
    DuplicateMeansFailed,
    /// Sends a computed zero, which the bank reads as everything.
    SendsZero,
}

/// One order as the merchant's books have it, in minor units.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) order_id: OrderId,
    pub(super) amount: Minor,
    pub(super) two_phase: bool,
    pub(super) held: u64,
    /// Taken and kept.
    pub(super) kept: u64,
    pub(super) refunded: u64,
    /// A last refund during which the program died: its facts, and its amount.
    pub(super) dying: Option<(BTreeMap<String, String>, u64)>,
    /// A mistaken program did not come to the end.
    pub(super) stuck: bool,
    pub(super) unknown: usize,
    pub(super) resolved: usize,
    pub(super) dropped: usize,
}

pub(super) struct Merchant {
    client: Client,
    chance: Chance,
    mistake: Mistake,
    unknown: usize,
    resolved: usize,
    dropped: usize,
}

/// How a step ended, with the proof that came with it.
enum Fate<T> {
    Answered(T),
    Shown(Box<OrderReport>),
    DidNot,
}

impl Merchant {
    pub(super) fn new(client: Client, chance: Chance, mistake: Mistake) -> Self {
        Self { client, chance, mistake, unknown: 0, resolved: 0, dropped: 0 }
    }

    /// The life of one order, from registration to its last refund.
    pub(super) async fn order(mut self, number: usize) -> Result<End, String> {
        let amount = Minor::new(100 + self.chance.below(100_000));
        let two_phase = self.chance.percent(70);
        let (order_id, order_number) = self.register(number, amount, two_phase).await?;
        let mut end = End {
            order_id: order_id.clone(),
            amount,
            two_phase,
            held: 0,
            kept: 0,
            refunded: 0,
            dying: None,
            stuck: false,
            unknown: 0,
            resolved: 0,
            dropped: 0,
        };
        let lived = self.live(&mut end, order_number).await;
        // A program that is wrong about the bank gets stuck sooner or later: only the orders that it
        // believes to have brought to their end are compared.
        if self.mistake == Mistake::None {
            lived?;
        } else {
            end.stuck = lived.is_err();
        }
        end.unknown = self.unknown;
        end.resolved = self.resolved;
        end.dropped = self.dropped;
        Ok(end)
    }

    /// What happens to an order after its registration.
    async fn live(&mut self, end: &mut End, number: OrderNumber) -> Result<(), String> {
        if self.chance.percent(8) {
            let order = end.order_id.clone();
            return self.until_it_happens(|_, _| Decline::new(order.clone(), number.clone())).await;
        }
        self.pay(end).await?;
        self.take(end).await?;
        self.give_back(end).await?;
        self.die(end).await
    }

    async fn register(
        &mut self,
        number: usize,
        amount: Minor,
        two_phase: bool,
    ) -> Result<(OrderId, OrderNumber), String> {
        for attempt in 0.. {
            // The mistaken program takes a refused number for a failed registration.
            let suffix = if self.mistake == Mistake::DuplicateMeansFailed { attempt } else { 0 };
            let number = OrderNumber::new(format!("S{number}-{suffix}")).expect("short");
            let back: FullUrl = "https://shop.example/back".parse().expect("an address");
            let fate = if two_phase {
                let request = RegisterPreAuth::new(number.clone(), amount, back);
                self.carry_out(&request).await?.map(|answer| answer.order_id.clone())
            } else {
                let request = Register::new(number.clone(), amount, back);
                self.carry_out(&request).await?.map(|answer| answer.order_id.clone())
            };
            let order_id = match fate {
                Fate::Answered(order_id) => Some(order_id),
                Fate::Shown(report) => report.order_id(),
                Fate::DidNot => continue,
            };
            return Ok((order_id.ok_or("registered without an id")?, number));
        }
        Err("never registered".into())
    }

    async fn pay(&mut self, end: &mut End) -> Result<(), String> {
        let declined = self.chance.percent(5);
        let number = if declined { "4000000000000119" } else { "4111111111111111" };
        let card = Card::new(
            Pan::new(number).expect("a test card"),
            Expiry::new(2034, 12).expect("a month"),
            Cvc::new("123").expect("three digits"),
            Cardholder::new("TEST CARDHOLDER").expect("short"),
        );
        let request = PaymentOrder::new(end.order_id.clone(), card, Language::English);
        for _ in 0..6 {
            self.carry_out(&request).await?;
            let report = self.ask(&end.order_id).await?;
            let seen = report.amounts().ok_or("a report without amounts")?;
            match report.order_status {
                Some(Status::Authorized) => end.held = seen.approved.get(),
                Some(Status::Deposited) => end.kept = seen.deposited.get(),
                Some(Status::Declined) => {}
                _ if declined => {}
                // A lost request: nothing happened, pay again.
                _ => continue,
            }
            return Ok(());
        }
        Err("the payment was never carried out".into())
    }

    /// A deposit or a reversal.
    async fn take(&mut self, end: &mut End) -> Result<(), String> {
        let order = end.order_id.clone();
        if end.held > 0 {
            if self.chance.percent(15) {
                self.until_it_happens(|_, seen| {
                    Reverse::new(order.clone(), Part::Whole).with(|call| call.seen = Some(seen))
                })
                .await?;
                end.held = 0;
                return Ok(());
            }
            let part = self.part_of(end.held);
            self.until_it_happens(|_, seen| {
                Deposit::new(order.clone(), part).with(|call| call.seen = Some(seen))
            })
            .await?;
            end.kept = part.amount().map_or(end.held, Minor::get);
            end.held = 0;
        } else if end.kept > 0 && !end.two_phase && self.chance.percent(10) {
            let part = self.part_of(end.kept);
            self.until_it_happens(|_, seen| {
                Reverse::new(order.clone(), part).with(|call| call.seen = Some(seen))
            })
            .await?;
            end.kept -= part.amount().map_or(end.kept, Minor::get);
        }
        Ok(())
    }

    /// Up to three refunds.
    async fn give_back(&mut self, end: &mut End) -> Result<(), String> {
        for refund in 0..self.chance.below(4) {
            if end.kept == 0 {
                break;
            }
            let order = end.order_id.clone();
            if self.mistake == Mistake::SendsZero && self.chance.percent(30) {
                let call = RawCall::new("refund.do", Replay::Doubles)
                    .parameter("orderId", order.as_str())
                    .parameter("amount", "0");
                // The books say that nothing was given back.
                let _ = self.client.call(&call).await;
                break;
            }
            let part = self.part_of(end.kept);
            let kind = self.chance.below(4);
            let key = RefundId::new(format!("r{refund}")).expect("short");
            self.until_it_happens(|_, seen| match kind {
                0 | 1 => Refund::new(order.clone(), part, key.clone())
                    .with(|call| call.seen = Some(seen)),
                2 => Refund::without_key(order.clone(), part)
                    .with(|call| call.expected_deposited_amount = Some(seen.deposited))
                    .with(|call| call.seen = Some(seen)),
                _ => Refund::without_key(order.clone(), part).with(|call| call.seen = Some(seen)),
            })
            .await?;
            let amount = part.amount().map_or(end.kept, Minor::get);
            end.kept -= amount;
            end.refunded += amount;
        }
        Ok(())
    }

    /// The program dies in the middle of a refund: only the journal knows of it.
    async fn die(&mut self, end: &mut End) -> Result<(), String> {
        let gone = end.kept == 0 || self.mistake == Mistake::SendsZero;
        if gone || !self.chance.percent(10) {
            return Ok(());
        }
        let seen = self.ask(&end.order_id).await?.amounts();
        let amount = 1 + self.chance.below(end.kept);
        let part = Part::exactly(Minor::new(amount)).expect("more than zero");
        let refund = Refund::without_key(end.order_id.clone(), part).with(|call| call.seen = seen);
        let facts = refund.trail().ok_or("no trail")?.facts();
        let polls = self.chance.below(7);
        dropped_after(polls, self.client.call(&refund)).await;
        end.dying = Some((facts, amount));
        Ok(())
    }

    fn part_of(&mut self, whole: u64) -> Part {
        if self.chance.percent(20) {
            return Part::Whole;
        }
        Part::exactly(Minor::new(1 + self.chance.below(whole))).expect("more than zero")
    }

    /// Makes a call and, where it turns out not to have happened, makes it anew.
    async fn until_it_happens<C: Call>(
        &mut self,
        call: impl Fn(usize, Amounts) -> C,
    ) -> Result<(), String>
    where
        C::Response: Send,
    {
        let mut order = None;
        for attempt in 0..12 {
            let probe = call(attempt, Amounts::NONE);
            let trail = probe.trail().ok_or("no trail")?;
            let Question::Order(question) = trail.question() else {
                return Err("not a question about an order".into());
            };
            let order = order.get_or_insert(question);
            let seen = self.asking(order).await?.amounts().ok_or("a report without amounts")?;
            match self.carry_out(&call(attempt, seen)).await? {
                Fate::Answered(_) | Fate::Shown(_) => return Ok(()),
                Fate::DidNot => {}
            }
        }
        Err(format!("{} was never carried out", C::NAME))
    }

    async fn ask(&mut self, order: &OrderId) -> Result<Box<OrderReport>, String> {
        self.asking(&OrderStatus::of_order(order.clone())).await
    }

    /// Asks for a status until the bank answers.
    async fn asking(&mut self, question: &OrderStatus) -> Result<Box<OrderReport>, String> {
        for _ in 0..50 {
            match self.client.call(question).await {
                Ok(report) => return Ok(report.into_inner()),
                Err(_) => tokio::time::sleep(Duration::from_secs(5)).await,
            }
        }
        Err("the bank never answered a status call".into())
    }

    /// Makes a call, and finds out what became of it where that is not said.
    async fn carry_out<C: Call>(&mut self, call: &C) -> Result<Fate<C::Response>, String> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match self.perhaps_dropped(call).await {
                Some(Ok(answer)) => return Ok(Fate::Answered(answer)),
                Some(Err(error)) if error.effect() == Effect::No => {
                    return Err(format!("{}: {error}: {:?}", C::NAME, error.refusal()));
                }
                Some(Err(error)) => Some(error),
                None => None,
            };
            self.unknown += 1;
            let refused = |error: &Error| error.is_duplicate() || error.is_wrong_state();
            if self.mistake == Mistake::DuplicateMeansFailed && error.as_ref().is_some_and(refused)
            {
                return Ok(Fate::DidNot);
            }
            let resends = match self.mistake {
                Mistake::ResendsDoubles => call.replay() == Replay::Doubles,
                Mistake::DuplicateMeansFailed => call.replay() == Replay::Refused,
                Mistake::None | Mistake::SendsZero => false,
            };
            if resends && attempts < 4 {
                continue;
            }
            let sent = error.and_then(|error| error.sent_at()).unwrap_or_else(|| self.client.now());
            return self.find_out(call, sent).await;
        }
    }

    /// Resolves until the outcome is known.
    async fn find_out<C: Call>(
        &mut self,
        call: &C,
        sent: UnixMillis,
    ) -> Result<Fate<C::Response>, String> {
        for _ in 0..60 {
            let wait = match self.client.resolve(call, sent).await {
                Ok(Resolved::Happened(Proof::Order(report))) => {
                    self.resolved += 1;
                    return Ok(Fate::Shown(report));
                }
                Ok(Resolved::Happened(proof)) => return Err(format!("not an order: {proof:?}")),
                Ok(Resolved::DidNot) => {
                    self.resolved += 1;
                    return Ok(Fate::DidNot);
                }
                Ok(Resolved::Unknown { ask_again_at }) => {
                    let wait = ask_again_at.get() - self.client.now().get();
                    Duration::from_millis(u64::try_from(wait).unwrap_or(0) + 1)
                }
                Err(_) => Duration::from_secs(5),
            };
            tokio::time::sleep(wait).await;
        }
        Err(format!("{} stayed unknown", C::NAME))
    }

    /// Makes a call whose future is sometimes dropped at one of its await points.
    async fn perhaps_dropped<C: Call>(&mut self, call: &C) -> Option<Result<C::Response, Error>> {
        let polls = if self.chance.percent(10) { self.chance.below(7) } else { u64::MAX };
        let outcome = dropped_after(polls, self.client.call(call)).await;
        if outcome.is_none() {
            self.dropped += 1;
        }
        outcome.map(|result| result.map(payments_core::Answer::into_inner))
    }
}

/// Polls a future so many times, then drops it.
async fn dropped_after<T>(mut polls: u64, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

impl<T> Fate<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Fate<U> {
        match self {
            Self::Answered(answer) => Fate::Answered(change(answer)),
            Self::Shown(report) => Fate::Shown(report),
            Self::DidNot => Fate::DidNot,
        }
    }
}
