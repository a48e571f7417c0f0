//! A customer whose card or account is stored with the first order and charged again later.

use gateway_rest::{
    bindings::PayByBinding,
    order::{language::Language, pay::PaymentOrder, status::OrderStatus},
    recurrent::{Charge, InstallmentPayment, RecurrentPayment},
    verify_card::VerifyCard,
};
use payments_core::{
    Minor,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, OrderNumber},
    order::Tii,
};

use super::{
    Fate, Merchant, Mistake, Sold,
    paying::{PLAIN, card},
};
use crate::simulation::books::OURS;

/// What is stored, and how it is charged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stored {
    Card,
    Recurrent,
    Installment,
    Account,
}

const STORED: &[(u64, Stored)] =
    &[(3, Stored::Card), (3, Stored::Recurrent), (3, Stored::Installment), (2, Stored::Account)];

impl Merchant {
    pub(super) async fn customer(&mut self, number: usize) -> Result<(), String> {
        let client = ClientId::new(format!("client-{number}")).expect("short");
        let stored = self.chance.pick(STORED);
        let mut first = self.register(&format!("C{number}"), Some(&client)).await?;
        let kept = self.store(stored, &mut first).await;
        first.stuck = kept.is_err();
        self.sold.push(first);
        let Some(binding) = kept? else { return Ok(()) };
        for charge in 0..1 + self.chance.below(3) {
            let name = format!("C{number}-{charge}");
            let mut sold = match stored {
                Stored::Recurrent | Stored::Installment => {
                    self.charge(&name, &binding, stored).await?
                }
                Stored::Card | Stored::Account => self.register(&name, Some(&client)).await?,
            };
            let lived = self.charge_again(stored, &mut sold, &client, &binding).await;
            sold.stuck = lived.is_err();
            self.sold.push(sold);
            lived?;
        }
        Ok(())
    }

    /// The first order, whose payment stores what pays; none where it was not paid.
    async fn store(
        &mut self,
        stored: Stored,
        sold: &mut Sold,
    ) -> Result<Option<BindingId>, String> {
        let tii = match stored {
            Stored::Card => Tii::InitialCommon,
            Stored::Recurrent => Tii::InitialRecurrent,
            Stored::Installment => Tii::InitialInstallment,
            // SBP takes no two-phase orders.
            Stored::Account if sold.two_phase => {
                self.pay(sold).await?;
                self.finish(sold).await?;
                return Ok(None);
            }
            Stored::Account => {
                self.pay_by_code(sold).await?;
                let paid = sold.kept > 0;
                self.finish(sold).await?;
                // The account is asked for with each payment.
                return Ok(paid.then(|| BindingId::new("account").expect("short")));
            }
        };
        let order = sold.order_id.clone();
        let call = PaymentOrder::new(order.clone(), card(PLAIN), Language::English)
            .with(|call| call.tii = Some(tii));
        self.until_it_is_paid(sold, &call).await?;
        let report = self.ask(&order).await?;
        let binding = report.binding_info.as_ref().and_then(|info| info.binding_id.clone());
        let paid = sold.held + sold.kept > 0;
        self.finish(sold).await?;
        match binding {
            None if paid => Err(format!("{}: nothing was stored", sold.number)),
            binding => Ok(binding),
        }
    }

    /// A later payment, and what comes after it.
    async fn charge_again(
        &mut self,
        stored: Stored,
        sold: &mut Sold,
        client: &ClientId,
        binding: &BindingId,
    ) -> Result<(), String> {
        let order = sold.order_id.clone();
        match stored {
            Stored::Recurrent | Stored::Installment => {}
            Stored::Card if sold.two_phase => {
                let code = Cvc::new("123").expect("three digits");
                let call = PayByBinding::by_customer(order, binding.clone(), Some(code));
                self.until_it_is_paid(sold, &call).await?;
            }
            Stored::Card => {
                let call = PayByBinding::by_merchant(order, binding.clone());
                self.until_it_is_paid(sold, &call).await?;
            }
            Stored::Account if sold.two_phase => self.pay(sold).await?,
            Stored::Account => {
                let account = self.account(client).await?.ok_or("no account is linked")?;
                let call = PaymentOrder::new(order, account, Language::English);
                self.until_it_is_paid(sold, &call).await?;
            }
        }
        self.finish(sold).await
    }

    /// Registers and pays in one call.
    async fn charge(
        &mut self,
        name: &str,
        binding: &BindingId,
        stored: Stored,
    ) -> Result<Sold, String> {
        let amount = Minor::new(100 + self.chance.below(100_000));
        let two_phase = self.chance.percent(30);
        for attempt in 0..12 {
            // The mistaken program takes a refused number for a failed payment.
            let suffix = if self.mistake == Mistake::DuplicateMeansFailed { attempt } else { 0 };
            let number = OrderNumber::new(format!("{OURS}{name}-{suffix}")).expect("short");
            let charge = Charge::new(number.clone(), amount, binding.clone())
                .with(|charge| charge.pre_auth = Some(two_phase));
            let fate = match stored {
                Stored::Recurrent => {
                    self.carry_out(&RecurrentPayment::from(charge)).await?.map(|_| ())
                }
                _ => self.carry_out(&InstallmentPayment::from(charge)).await?.map(|_| ()),
            };
            if matches!(fate, Fate::DidNot) {
                continue;
            }
            let report = self.asking(&OrderStatus::of_number(number.clone())).await?;
            let order = report.order_id().ok_or("charged without an id")?;
            let mut sold = Sold::new(number, order, amount, two_phase);
            return match self.is_settled(&mut sold).await? {
                true => Ok(sold),
                false => Err(format!("{} was charged and is not paid", sold.number)),
            };
        }
        Err("never charged".into())
    }

    /// Checks a card. No money moves, whatever gets lost.
    pub(super) async fn verify(&mut self) -> Result<(), String> {
        let call = VerifyCard::new(
            Pan::new(PLAIN).expect("a test card"),
            Expiry::new(2034, 12).expect("a month"),
        )
        .with(|call| {
            call.cvc = Some(Cvc::new("123").expect("three digits"));
            call.cardholder_name = Some(Cardholder::new("TEST CARDHOLDER").expect("short"));
            call.amount = Some(Minor::new(100));
        });
        self.insist(&call).await.map(|_| ())
    }
}
