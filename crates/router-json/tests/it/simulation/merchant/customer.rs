//! A customer whose account is linked, or card stored, with the first order and charged again later.

use std::time::Duration;

use http::header::LOCATION;
use payments_core::{
    Minor,
    id::{BindingId, ClientId, OrderId, OrderNumber},
    poll::Outcome,
    state::{
        order::Phases,
        router_order::{Order, State},
    },
    time::UnixMillis,
};
use router_json::{
    bindings::{ClientBindings, PayByBinding},
    order::status::OrderStatus,
    recurrent::{Charge, InstallmentPayment, RecurrentPayment},
    sbp::{Creation, DynamicQr, Patience, PayByToken, SbpSubscription, Subscriptions, Unsubscribe},
};

use super::{Fate, Merchant, Mistake, Sold};

/// A card that is charged without 3-D Secure.
const PLAIN: &str = "4111111111111111";

/// A linked account: its number, and what charges it at any bank.
struct Account {
    id: BindingId,
    means: SbpSubscription,
}

impl Merchant {
    pub(super) async fn subscriber(&mut self, number: usize) -> Result<(), String> {
        let client = ClientId::new(format!("client-{number}")).expect("short");
        let for_nothing = self.chance.percent(30);
        let amount = if for_nothing { 0 } else { 100 + self.chance.below(100_000) };
        let two_phase = self.chance.percent(30);
        let subscribes = |order: router_json::order::register::Register| {
            let order = order.subscribing(client.clone(), "a month of films");
            order.with(|order| order.without_payment = for_nothing)
        };
        let name = format!("C{number}");
        let (mut first, until) =
            self.register(&name, Minor::new(amount), two_phase, subscribes).await?;
        let made = self.link(&mut first, until).await;
        first.stuck = made.is_err();
        self.sold.push(first);
        let Some(account) = made? else { return Ok(()) };
        for charge in 0..1 + self.chance.below(3) {
            let amount = Minor::new(100 + self.chance.below(100_000));
            let two_phase = self.chance.percent(30);
            let known = |order: router_json::order::register::Register| {
                order.with(|order| {
                    order.client_id = Some(client.clone());
                    order.description = Some("the next month".into());
                })
            };
            let name = format!("C{number}-{charge}");
            let (mut sold, until) = self.register(&name, amount, two_phase, known).await?;
            let lived = self.charge(&mut sold, until, &account).await;
            sold.stuck = lived.is_err();
            self.sold.push(sold);
            lived?;
        }
        if self.chance.percent(30) {
            self.end_subscription(&client, &account).await?;
        }
        Ok(())
    }

    /// The first order, whose payer agrees to the subscription or does not; the account, if it was
    /// linked.
    async fn link(
        &mut self,
        sold: &mut Sold,
        until: UnixMillis,
    ) -> Result<Option<Account>, String> {
        let order = sold.order_id.clone();
        let get = DynamicQr::new(order).with(|it| it.create_subscription = Some(true));
        let Some(code) = self.insist(&get).await? else {
            return Err(format!("{}: no code", sold.number));
        };
        let link = code.payload.clone().ok_or("a code without a link")?;
        let answer = format!("{}/answer", link.split('?').next().unwrap_or_default());
        let agrees = self.chance.percent(80);
        let mut payer = self.payer.clone();
        let word = if agrees { "pay" } else { "pay-only" };
        let paying = async move { payer.press(&answer, "answer", word).await };
        let (outcome, ()) = tokio::join!(self.wait_for(sold, until), paying);
        let outcome = outcome?;
        let report = self.look(sold).await?;
        let for_nothing = sold.machine.ordered().is_zero();
        if sold.machine.state() != State::Deposited {
            // Nobody was asked for money, and the payer said no; or pressed the button four times,
            // and all four were lost.
            let refused = for_nothing && !agrees;
            let lost = matches!(outcome, Outcome::Expired | Outcome::Unknown);
            return match refused || lost {
                true => Ok(None),
                false => Err(format!("{} after {outcome:?}: {report:?}", sold.number)),
            };
        }
        let found = report.binding_id.clone();
        let account = self.is_made(sold, found).await?;
        if account.is_some() != agrees {
            let number = &sold.number;
            return Err(format!("{number}: agreed {agrees}, linked {}", account.is_some()));
        }
        self.finish(sold).await?;
        Ok(account)
    }

    /// Not there right after the payment is not yet a no: the program has patience.
    async fn is_made(
        &mut self,
        sold: &Sold,
        mut found: Option<BindingId>,
    ) -> Result<Option<Account>, String> {
        let paid_at = self.client.now();
        let patience = Patience::new(Duration::from_secs(20), Duration::from_secs(120));
        let id = loop {
            match Creation::judge(found, paid_at, self.client.now(), patience) {
                Creation::Made(id) => break id,
                Creation::NotYet { ask_again_at } => {
                    let wait = ask_again_at.get() - self.client.now().get();
                    tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())).await;
                    found = self.ask(&sold.order_id).await?.binding_id.clone();
                }
                Creation::NotSeen => return Ok(None),
            }
        };
        let client = sold.client.clone().ok_or("no customer")?;
        let list = self.asking(&Subscriptions::new(client)).await?;
        let record = list.find(&id).ok_or_else(|| format!("{}: not listed", sold.number))?;
        let means = record.means().ok_or("a subscription without its token")?;
        Ok(Some(Account { id, means }))
    }

    /// A later payment by the account, and what comes after it.
    async fn charge(
        &mut self,
        sold: &mut Sold,
        until: UnixMillis,
        account: &Account,
    ) -> Result<(), String> {
        let by_token = self.chance.percent(60);
        for _ in 0..12 {
            let order = sold.order_id.clone();
            let fate = if by_token {
                let call = PayByToken::new(order, account.means.clone());
                self.carry_out(&call).await?.map(|_| ())
            } else {
                let call = PayByBinding::new(order, account.id.clone());
                self.carry_out(&call).await?.map(|_| ())
            };
            self.look(sold).await?;
            if sold.machine.is_paid() {
                return self.finish(sold).await;
            }
            if !matches!(fate, Fate::DidNot) {
                self.wait_for(sold, until).await?;
                self.look(sold).await?;
                let paid = sold.machine.is_paid();
                if !paid && self.mistake == Mistake::None {
                    return Err(format!("{} was charged and is not paid", sold.number));
                }
                return self.finish(sold).await;
            }
        }
        Err("never charged".into())
    }

    /// The subscription is deleted: it is no longer listed.
    async fn end_subscription(
        &mut self,
        client: &ClientId,
        account: &Account,
    ) -> Result<(), String> {
        self.insist(&Unsubscribe::new(account.id.clone())).await?;
        let list = self.asking(&Subscriptions::new(client.clone())).await?;
        match list.find(&account.id) {
            None => Ok(()),
            Some(_) => Err(format!("{client}: still listed")),
        }
    }

    /// A customer who pays by card on the router's own page, where the card is stored, and is charged
    /// by calls that register and pay in one go.
    pub(super) async fn cardholder(&mut self, number: usize) -> Result<(), String> {
        let client = ClientId::new(format!("card-{number}")).expect("short");
        let amount = Minor::new(100 + self.chance.below(100_000));
        let known = |order: router_json::order::register::Register| {
            order.with(|order| order.client_id = Some(client.clone()))
        };
        let (mut first, until) = self.register(&format!("K{number}"), amount, false, known).await?;
        let lived = self.by_card(&mut first, until).await;
        first.stuck = lived.is_err();
        self.sold.push(first);
        if !lived? {
            return Ok(());
        }
        let list = self.asking(&ClientBindings::new(client)).await?;
        let binding = list.bindings.first().and_then(|one| one.binding_id.clone());
        let binding = binding.ok_or("no card was stored")?;
        for charge in 0..1 + self.chance.below(2) {
            let mut sold = self.charge_card(&format!("K{number}-{charge}"), &binding).await?;
            let lived = self.finish(&mut sold).await;
            sold.stuck = lived.is_err();
            self.sold.push(sold);
            lived?;
        }
        Ok(())
    }

    /// Pays on the router's page; whether it was paid.
    async fn by_card(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<bool, String> {
        let order = sold.order_id.to_string();
        let mut payer = self.payer.clone();
        let paying = async move {
            let fields = [("mdOrder".to_owned(), order), ("way".to_owned(), "CARD".to_owned())];
            let page = payer.post("https://bank.example/wl/pay", &fields).await?;
            let to = page.headers().get(LOCATION)?.to_str().ok()?.to_owned();
            let page = payer.open(&to).await?;
            let (action, mut fields) = super::super::payer::form_of(&page)?;
            fields.retain(|(name, _)| name == "mdOrder");
            for (name, value) in
                [("pan", PLAIN), ("expiry", "12/34"), ("cvc", "123"), ("cardholder", "TEST")]
            {
                fields.push((name.into(), value.into()));
            }
            let action = action.strip_prefix("https://bank.example").unwrap_or(&action);
            payer.post(&format!("https://bank.example{action}"), &fields).await
        };
        let (outcome, _) = tokio::join!(self.wait_for(sold, until), paying);
        outcome?;
        self.look(sold).await?;
        let paid = sold.machine.is_paid();
        if paid {
            self.finish(sold).await?
        } else {
            self.until_over(sold, until).await?
        }
        Ok(paid)
    }

    async fn until_over(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<(), String> {
        for _ in 0..60 {
            self.look(sold).await?;
            let open = [State::Preregistered, State::Created, State::Pending];
            if !open.contains(&sold.machine.state()) {
                return Ok(());
            }
            let left = until.get().saturating_sub(self.client.now().get()).max(30_000);
            tokio::time::sleep(Duration::from_millis(left.unsigned_abs())).await;
        }
        Err(format!("{} never ended", sold.number))
    }

    /// The router's number of an order that a lost answer told. The bank's report does not hold it:
    /// a person looks it up in the router's cabinet.
    async fn number_of(&mut self, number: &OrderNumber) -> Result<OrderId, String> {
        let report = self.asking(&OrderStatus::of_number(number.clone())).await?;
        let shown = self
            .sandbox
            .with_router(|router| router.order_id("test_user", number.as_str()).cloned());
        report.keys.order_id.clone().or(shown).ok_or_else(|| format!("{number} has no number"))
    }

    /// Registers and pays in one call.
    async fn charge_card(&mut self, name: &str, binding: &BindingId) -> Result<Sold, String> {
        let amount = Minor::new(100 + self.chance.below(100_000));
        let recurrent = self.chance.percent(50);
        for attempt in 0..12 {
            // The mistaken program takes a refused number for a failed payment.
            let suffix = if self.mistake == Mistake::DuplicateMeansFailed { attempt } else { 0 };
            let number = OrderNumber::new(format!("2026-{name}-{suffix}")).expect("short");
            let charge = Charge::new(number.clone(), amount, binding.clone());
            let fate = if recurrent {
                self.carry_out(&RecurrentPayment::from(charge)).await?.map(|_| ())
            } else {
                self.carry_out(&InstallmentPayment::from(charge)).await?.map(|_| ())
            };
            if matches!(fate, Fate::DidNot) {
                continue;
            }
            let machine = Order::registered(amount, Phases::One);
            let order_id = self.number_of(&number).await?;
            let mut sold = Sold { number, order_id, client: None, machine, stuck: false };
            self.look(&mut sold).await?;
            return match sold.machine.is_paid() {
                true => Ok(sold),
                false => Err(format!("{} was charged and is not paid", sold.number)),
            };
        }
        Err("never charged".into())
    }
}
