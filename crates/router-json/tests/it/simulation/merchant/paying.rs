//! The payer is sent to pay by SBP, T-Pay or Alfa Pay, and perhaps does; the merchant waits.

use std::time::Duration;

use payments_core::{order::RouterState, poll::Outcome, time::UnixMillis};
use payments_sandbox::Sandbox;
use router_json::{
    alfapay::AlfaPay,
    sbp::{DynamicQr, RejectQr},
    tpay::{Device, TPay},
};
use tower::Service as _;

use super::{Merchant, Mistake, Sold};
use crate::simulation::payer::{Brought, encoded, form_of};

/// Which way is offered.
#[derive(Clone, Copy)]
enum Way {
    Sbp,
    TPay,
    AlfaPay,
}

const WAYS: &[(u64, Way)] = &[(5, Way::Sbp), (3, Way::TPay), (3, Way::AlfaPay)];

/// What the payer does with it.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Pays,
    /// After a while.
    PaysLate,
    Refuses,
    /// Closes the page and does nothing.
    Leaves,
    /// Confirms in the bank's application, which is not yet a payment, and pays after a while.
    Confirms,
    /// Goes away and pays by another way that the shop offers then.
    Changes,
    /// The shop takes the code back while the payer perhaps pays it.
    IsRejected,
}

const AT_SBP: &[(u64, Does)] = &[
    (10, Does::Pays),
    (4, Does::PaysLate),
    (1, Does::Refuses),
    (1, Does::Leaves),
    (2, Does::Confirms),
    (3, Does::Changes),
    (3, Does::IsRejected),
];

const AT_WALLET: &[(u64, Does)] = &[
    (10, Does::Pays),
    (3, Does::PaysLate),
    (1, Does::Refuses),
    (1, Does::Leaves),
    (2, Does::Changes),
];

/// Alfa Pay's cards: one without a question, two with 3-D Secure, one without money.
const CARDS: &[(u64, &str)] = &[(4, "0"), (3, "1"), (3, "2"), (1, "3")];

impl Merchant {
    /// Offers ways to pay until the order is paid or over.
    pub(super) async fn pay(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<(), String> {
        for _ in 0..6 {
            let came_back = match self.chance.pick(WAYS) {
                Way::Sbp => self.by_code(sold, until).await?,
                Way::TPay => self.by_tpay(sold, until).await?,
                Way::AlfaPay => self.by_alfapay(sold, until).await?,
            };
            if self.mistake == Mistake::BelievesTheReturn && came_back {
                let believed = RouterState::Deposited;
                let report = payments_core::state::router_order::Report::new(&believed, None);
                let way = payments_core::order::PaymentWay::SbpC2b;
                sold.machine.observe(&report.paid_by(Some(&way)));
                return Ok(());
            }
            if self.is_over(sold, until).await? {
                return Ok(());
            }
        }
        // Nobody pays any more.
        self.until_it_expires(sold, until).await
    }

    /// Whether nothing more is to be paid; the machine follows.
    async fn is_over(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<bool, String> {
        self.look(sold).await?;
        if self.client.now() < until.plus(Duration::from_secs(10)) {
            return Ok(!self.may_be_paid(sold));
        }
        self.until_it_expires(sold, until).await.map(|()| true)
    }

    fn may_be_paid(&self, sold: &Sold) -> bool {
        let standing = sold.machine.state();
        use payments_core::state::router_order::State;
        matches!(standing, State::Preregistered | State::Created | State::Pending)
    }

    /// Asks until an order that nobody pays any more is over.
    async fn until_it_expires(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<(), String> {
        for _ in 0..60 {
            self.look(sold).await?;
            if !self.may_be_paid(sold) {
                return Ok(());
            }
            let left = until.get().saturating_sub(self.client.now().get()).max(30_000);
            tokio::time::sleep(Duration::from_millis(left.unsigned_abs())).await;
        }
        Err(format!("{} never ended", sold.number))
    }

    /// Whether the payer came back to the shop, whatever happened.
    async fn by_code(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<bool, String> {
        let order = sold.order_id.clone();
        let subscribe = sold.client.is_some().then_some(true);
        let get = DynamicQr::new(order.clone()).with(|it| it.create_subscription = subscribe);
        let Some(code) = self.insist(&get).await? else { return Ok(false) };
        let Some(link) = code.payload.clone() else { return Ok(false) };
        let answer = format!("{}/answer", link.split('?').next().unwrap_or_default());
        let does = self.chance.pick(AT_SBP);
        let late = Duration::from_secs(self.chance.below(500));
        let (mut payer, sandbox) = (self.payer.clone(), self.sandbox.clone());
        if does == Does::IsRejected {
            let reject = RejectQr::new(order.clone());
            let hesitates = late / 20;
            let also_pays = self.chance.percent(50);
            let paying = async {
                tokio::time::sleep(hesitates).await;
                if also_pays {
                    payer.press(&answer, "answer", "pay").await;
                }
            };
            let (rejected, ()) = tokio::join!(self.insist(&reject), paying);
            rejected?;
            return Ok(false);
        }
        let paying = async move {
            match does {
                Does::Pays => payer.press(&answer, "answer", "pay").await,
                Does::PaysLate => {
                    tokio::time::sleep(late).await;
                    payer.press(&answer, "answer", "pay").await;
                }
                Does::Refuses => payer.press(&answer, "answer", "refuse").await,
                Does::Confirms => {
                    told(sandbox, order.as_str(), "confirm").await;
                    tokio::time::sleep(late / 2).await;
                    payer.press(&answer, "answer", "pay").await;
                }
                Does::Leaves | Does::Changes | Does::IsRejected => payer.glance(&link).await,
            }
        };
        self.meanwhile(sold, until, does, paying).await
    }

    async fn by_tpay(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<bool, String> {
        let device = if self.chance.percent(50) { Device::Desktop } else { Device::Mobile };
        let call = TPay::new(sold.order_id.clone(), device, "Chrome", "Windows");
        let Some(answered) = self.insist(&call).await? else { return Ok(false) };
        let link = answered.step.link().as_str().to_owned();
        let does = self.chance.pick(AT_WALLET);
        let late = Duration::from_secs(self.chance.below(500));
        let mut payer = self.payer.clone();
        let paying = async move {
            payer.glance(&link).await;
            let answer = format!("{link}/answer");
            match does {
                Does::Pays => payer.press(&answer, "answer", "pay").await,
                Does::PaysLate => {
                    tokio::time::sleep(late).await;
                    payer.press(&answer, "answer", "pay").await;
                }
                Does::Refuses => payer.press(&answer, "answer", "refuse").await,
                _ => {}
            }
        };
        self.meanwhile(sold, until, does, paying).await
    }

    async fn by_alfapay(&mut self, sold: &mut Sold, until: UnixMillis) -> Result<bool, String> {
        let call = AlfaPay::new(sold.order_id.clone());
        let Some(answered) = self.insist(&call).await? else { return Ok(false) };
        let link = answered.redirect.as_str().to_owned();
        let does = self.chance.pick(AT_WALLET);
        let card = self.chance.pick(CARDS);
        let order = sold.order_id.to_string();
        let late = Duration::from_secs(self.chance.below(500));
        let mut payer = self.payer.clone();
        let paying = async move {
            if does == Does::PaysLate {
                tokio::time::sleep(late).await;
            }
            let Some(page) = payer.open(&link).await else { return };
            let Some((action, mut fields)) = form_of(&page) else { return };
            fields.retain(|(name, _)| name == "orderId" || name == "token");
            match does {
                Does::Pays | Does::PaysLate => {
                    fields.push(("card".into(), card.into()));
                    fields.push(("answer".into(), "pay".into()));
                }
                Does::Refuses => fields.push(("answer".into(), "refuse".into())),
                _ => return,
            }
            let action = format!("https://bank.example{action}");
            if let Some(page) = payer.post(&action, &fields).await {
                // Where the issuer asks, the payer answers. The way back names the router's order.
                if let Some(Brought::Query(query)) = payer.authenticate(page).await {
                    assert!(query.contains(&order), "{query} is not about {order}");
                }
            }
        };
        self.meanwhile(sold, until, does, paying).await
    }

    /// The payer is at the bank; the shop waits, unless the payer comes back to choose another way.
    async fn meanwhile(
        &mut self,
        sold: &Sold,
        until: UnixMillis,
        does: Does,
        paying: impl Future<Output = ()>,
    ) -> Result<bool, String> {
        if does == Does::Changes || self.mistake == Mistake::BelievesTheReturn {
            paying.await;
            return Ok(true);
        }
        let (outcome, ()) = tokio::join!(self.wait_for(sold, until), paying);
        let outcome = outcome?;
        self.waited(sold, until, outcome)?;
        Ok(true)
    }

    /// Time is over when the waiting ends without an answer, and not before.
    fn waited(&self, sold: &Sold, until: UnixMillis, outcome: Outcome) -> Result<(), String> {
        let now = self.client.now();
        if outcome == Outcome::Unknown && now < until {
            return Err(format!("{}: gave up at {now:?}, before {until:?}", sold.number));
        }
        Ok(())
    }
}

/// Lets the payer of an order do what no page has a button for.
async fn told(mut sandbox: Sandbox, order: &str, answer: &str) {
    let fields = [("orderId", order), ("answer", answer)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = http::Request::post("https://bank.example/sandbox/router/answer")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(bytes::Bytes::from(encoded(&fields)));
    if let Ok(request) = request {
        let _ = sandbox.call(request).await;
    }
}
