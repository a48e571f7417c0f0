//! 3-D Secure by the gateway's server: the driver says the next step.

use gateway_rest::{
    Call,
    order::{language::Language, pay::PaymentOrder},
    returned::{CResReturned, PaResReturned, Returned},
    three_ds::{
        driver::{Driver, Misuse, Redirect, Server, Step},
        redirect::acs_redirect,
    },
};

use super::{Fate, Merchant, Sold, paying::card};
use crate::simulation::payer::{Brought, SHOP};

/// Cards whose payers are asked in different ways.
const CARDS: &[(u64, &str)] = &[
    (3, "4000000000000002"),
    (5, "5555555555555599"),
    (2, "4000001111111118"),
    (6, "2200000000000004"),
    (1, "4000000000000127"),
    (1, "4000000000000150"),
];

impl Merchant {
    pub(super) async fn pay_with_three_ds(&mut self, sold: &mut Sold) -> Result<(), String> {
        let number = self.chance.pick(CARDS);
        let payment = PaymentOrder::new(sold.order_id.clone(), card(number), Language::English);
        let finish = self.chance.percent(50).then(|| format!("{SHOP}finish"));
        let finish = finish.map(|finish| finish.parse().expect("an address"));
        let payment = payment.with(|payment| payment.three_ds_ver2_finish_url = finish);
        for _ in 0..12 {
            self.attempt(&payment).await?;
            if self.is_settled(sold).await? {
                return Ok(());
            }
            // The payer closed the window: he begins anew.
        }
        Err("3-D Secure led nowhere".into())
    }

    /// One attempt, as far as it goes.
    async fn attempt(&mut self, payment: &PaymentOrder) -> Result<(), String> {
        let mut driver = Driver::new(payment.order_id.clone(), Server::Gateway);
        if payment.three_ds_ver2_finish_url.is_some() {
            driver = driver.with_term_url(format!("{SHOP}term").parse().expect("an address"));
        }
        let mut step = Step::Pay;
        let mut questions = 0;
        loop {
            let next = match step {
                Step::Pay => {
                    driver.pay(payment).map_err(said)?;
                    self.make(&mut driver, payment, |driver, it| driver.paid(&it)).await?
                }
                Step::ShowMethod(frames) => {
                    if let Some(page) = frames.server.as_deref() {
                        self.payer.glance(page).await;
                    }
                    Ok(Step::GoOn)
                }
                Step::GoOn if payment.three_ds_ver2_finish_url.is_some() => {
                    let second = driver.repeat(payment).map_err(said)?;
                    self.make(&mut driver, &second, |driver, it| driver.paid(&it)).await?
                }
                Step::GoOn => {
                    let call = driver.proceed().map_err(said)?;
                    self.make(&mut driver, &call, |driver, it| driver.continued(&it)).await?
                }
                Step::Redirect(redirect) => match self.visit(&mut driver, &redirect).await? {
                    Some(next) => next,
                    None => return Ok(()),
                },
                Step::Finish(call) => {
                    self.make(&mut driver, &call, |driver, it| driver.finished(&it)).await?
                }
                Step::FinishV2(call) => {
                    self.make(&mut driver, &call, |driver, it| driver.finished_v2(&it)).await?
                }
                Step::AskStatus(question) => {
                    questions += 1;
                    if questions > 3 {
                        return Ok(());
                    }
                    let report = self.asking(&question).await?;
                    driver.reported(&report)
                }
                Step::Wait | Step::Done(_) => return Ok(()),
            };
            step = next.map_err(said)?;
        }
    }

    /// Makes the driver's request and gives it what became of it.
    async fn make<C: Call>(
        &mut self,
        driver: &mut Driver,
        call: &C,
        take: impl FnOnce(&mut Driver, C::Response) -> Result<Step, Misuse>,
    ) -> Result<Result<Step, Misuse>, String> {
        Ok(match self.carry_out(call).await? {
            Fate::Answered(answer) => take(driver, answer),
            Fate::Happened => {
                let order = driver.order_id().clone();
                let report = self.ask(&order).await?;
                driver.reported(&report)
            }
            Fate::DidNot => driver.resolved(&gateway_rest::Resolved::DidNot),
        })
    }

    /// The payer at the issuer's page; none if he does not come back.
    async fn visit(
        &mut self,
        driver: &mut Driver,
        redirect: &Redirect,
    ) -> Result<Option<Result<Step, Misuse>>, String> {
        let page = match redirect {
            Redirect::Form(form) => {
                let fields: Vec<_> = form
                    .fields()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                self.payer.post(form.action(), &fields).await
            }
            Redirect::ByGateway => {
                let address = acs_redirect(self.client.profile(), driver.order_id());
                self.payer.open(address.map_err(|error| error.to_string())?.as_str()).await
            }
        };
        let Some(page) = page else { return Ok(None) };
        Ok(match self.payer.authenticate(page).await {
            None => None,
            Some(Brought::Query(query)) => {
                let returned = Returned::from_query(&query).ok_or("names no order")?;
                Some(driver.came_back(returned))
            }
            Some(Brought::Body(body)) => {
                let body = body.as_bytes();
                match (PaResReturned::from_body(body), CResReturned::from_body(body)) {
                    (Some(pa_res), _) => Some(driver.came_back(pa_res)),
                    (None, Some(c_res)) => Some(driver.came_back(c_res)),
                    (None, None) => return Err("the issuer brought nothing".into()),
                }
            }
        })
    }
}

fn said(misuse: Misuse) -> String {
    misuse.to_string()
}
