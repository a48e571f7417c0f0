//! SBP: the payer pays by a code that the shop shows, unless somebody rejects it first.

use std::time::Duration;

use gateway_rest::sbp::{DynamicQr, RejectQr, Subscriptions};
use payments_core::id::ClientId;

use super::{Merchant, Sold};
use crate::simulation::payer::Payer;

/// Who is quicker.
#[derive(Clone, Copy)]
enum Race {
    PayerPays,
    PayerRefuses,
    ShopRejects,
    Both,
}

const RACES: &[(u64, Race)] =
    &[(6, Race::PayerPays), (1, Race::PayerRefuses), (2, Race::ShopRejects), (2, Race::Both)];

impl Merchant {
    /// Lets the payer pay by a code; none where the order ends otherwise.
    pub(super) async fn pay_by_code(&mut self, sold: &mut Sold) -> Result<(), String> {
        let order = sold.order_id.clone();
        let subscribe = sold.client.is_some().then_some(true);
        for _ in 0..12 {
            let get = DynamicQr::new(order.clone()).with(|it| it.create_subscription = subscribe);
            if let Some(code) = self.insist(&get).await? {
                let id = code.qr_id.clone().ok_or("a code without its number")?;
                let reject = RejectQr::new(order.clone()).with(|it| it.qr_id = Some(id.clone()));
                let hesitates = Duration::from_secs(self.chance.below(60));
                let mut payer = self.payer.clone();
                match self.chance.pick(RACES) {
                    Race::PayerPays => pays(&mut payer, &id).await,
                    Race::PayerRefuses => payer.press(&answer_to(&id), "answer", "refuse").await,
                    Race::ShopRejects => self.insist(&reject).await.map(|_| ())?,
                    Race::Both => {
                        let paying = async {
                            tokio::time::sleep(hesitates).await;
                            pays(&mut payer, &id).await;
                        };
                        let (rejected, ()) = tokio::join!(self.insist(&reject), paying);
                        rejected?;
                    }
                }
            }
            if self.is_settled(sold).await? {
                return Ok(());
            }
        }
        Err("nobody paid by the code".into())
    }

    /// The account that a customer has linked.
    pub(super) async fn account(
        &mut self,
        client: &ClientId,
    ) -> Result<Option<gateway_rest::order::pay::SbpSubscription>, String> {
        let list = self.asking(&Subscriptions::new(client.clone())).await?;
        Ok(list.bindings.first().and_then(|account| account.means()))
    }
}

async fn pays(payer: &mut Payer, code: &str) {
    payer.press(&answer_to(code), "answer", "pay").await;
}

fn answer_to(code: &str) -> String {
    format!("https://bank.example/sbp/{code}/answer")
}
