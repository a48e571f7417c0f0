//! The ways to pay an order.

use gateway_rest::{
    Call,
    order::{
        language::Language,
        pay::{Card, ExternalThreeDs, Means, PaymentOrder},
    },
};
use payments_core::{
    Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    order::OrderStatus as Status,
};

use super::{Merchant, Sold};

/// What pays.
#[derive(Clone, Copy, Debug)]
enum Way {
    Card,
    DeclinedCard,
    /// 3-D Secure by the gateway's server.
    ThreeDs,
    /// 3-D Secure by the merchant's own server, before the payment.
    OwnThreeDs,
    /// A card that the merchant sees only encrypted.
    #[cfg(feature = "card-data")]
    Sealed,
    /// A code of SBP.
    Code,
}

/// Each with its weight.
const WAYS: &[(u64, Way)] = &[
    (55, Way::Card),
    (5, Way::DeclinedCard),
    (20, Way::ThreeDs),
    (5, Way::OwnThreeDs),
    #[cfg(feature = "card-data")]
    (5, Way::Sealed),
    (15, Way::Code),
];

pub(super) const PLAIN: &str = "4111111111111111";
const PENNILESS: &str = "4000000000000119";

impl Merchant {
    pub(super) async fn pay(&mut self, sold: &mut Sold) -> Result<(), String> {
        match self.chance.pick(WAYS) {
            // SBP takes no two-phase orders.
            Way::Code if !sold.two_phase => self.pay_by_code(sold).await,
            Way::Card | Way::Code => self.pay_by(sold, card(PLAIN)).await,
            Way::DeclinedCard => self.pay_by(sold, card(PENNILESS)).await,
            Way::ThreeDs => self.pay_with_three_ds(sold).await,
            Way::OwnThreeDs => {
                let found = ExternalThreeDs::new().with(|found| {
                    found.eci = Some("05".into());
                    found.cavv = Some(Secret::new("AAABBJkZUQAAAABjRWWZEEFgFz8="));
                    found.xid = Some(Secret::new("MDAwMDAwMDAwMDEyMzQ2Njc4OTA="));
                });
                let order = sold.order_id.clone();
                let call = PaymentOrder::new(order, card(PLAIN), Language::English)
                    .with(|call| call.external_three_ds = Some(found));
                self.until_it_is_paid(sold, &call).await
            }
            #[cfg(feature = "card-data")]
            Way::Sealed => {
                let token = self.sealed(sold, &card(PLAIN)).await?;
                self.pay_by(sold, token).await
            }
        }
    }

    async fn pay_by(&mut self, sold: &mut Sold, means: impl Into<Means>) -> Result<(), String> {
        let order = sold.order_id.clone();
        self.until_it_is_paid(sold, &PaymentOrder::new(order, means, Language::English)).await
    }

    /// Pays, and pays again only where the payment turns out not to have happened.
    pub(super) async fn until_it_is_paid<C: Call>(
        &mut self,
        sold: &mut Sold,
        call: &C,
    ) -> Result<(), String> {
        for _ in 0..12 {
            self.carry_out(call).await?;
            if self.is_settled(sold).await? {
                return Ok(());
            }
        }
        Err(format!("{} was never carried out: {:?}", C::NAME, self.refused))
    }

    /// Takes the outcome of a payment from the bank's report into the books; `false` while there is
    /// none.
    pub(super) async fn is_settled(&mut self, sold: &mut Sold) -> Result<bool, String> {
        let report = self.ask(&sold.order_id.clone()).await?;
        let seen = report.amounts().ok_or("a report without amounts")?;
        match report.order_status {
            Some(Status::Authorized) => sold.held = seen.approved.get(),
            Some(Status::Deposited) => {
                sold.kept = seen.deposited.get();
                sold.receipts.sales = 1;
            }
            Some(Status::Declined) => return Ok(true),
            _ => return Ok(false),
        }
        match sold.held + sold.kept == sold.amount.get() {
            true => Ok(true),
            false => Err(format!("{}: ordered {}, charged {seen:?}", sold.number, sold.amount)),
        }
    }
}

pub(super) fn card(number: &str) -> Card {
    Card::new(
        Pan::new(number).expect("a test card"),
        Expiry::new(2034, 12).expect("a month"),
        Cvc::new("123").expect("three digits"),
        Cardholder::new("TEST CARDHOLDER").expect("short"),
    )
}
