//! A payment link: the payer opens it, and the bank registers the order.

use gateway_rest::templates::{CreateTemplate, TemplateAmount};
use http::header::LOCATION;
use payments_core::{
    Minor,
    id::{OrderId, OrderNumber},
    money::NonZeroMinor,
};

use super::{Merchant, Sold, paying::PLAIN};

impl Merchant {
    pub(super) async fn link(&mut self, number: usize) -> Result<(), String> {
        let amount = NonZeroMinor::new(Minor::new(100 + self.chance.below(100_000)));
        let amount = amount.expect("more than zero");
        let two_phase = self.chance.percent(50);
        let create =
            CreateTemplate::new(format!("link {number}"), "Goods", TemplateAmount::Exactly(amount))
                .with(|create| create.pre_auth = Some(two_phase));
        // A link that nobody has seen costs nothing: it is made anew.
        let created = self.insist(&create).await?.ok_or("no link was made")?;
        let qr = created.template.qr_template.as_ref();
        let address = qr.and_then(|qr| qr.payload.clone()).ok_or("a link without an address")?;
        for _ in 0..1 + self.chance.below(2) {
            let Some(order_id) = self.follow_link(&address).await else { continue };
            let report = self.ask(&order_id).await?;
            let number = report.order_number.as_ref().ok_or("an order without a number")?;
            let number = OrderNumber::new(number.to_string()).map_err(|wrong| wrong.to_string())?;
            let mut sold = Sold::new(number, order_id, amount.minor(), two_phase);
            // The payer may have gone before he paid.
            let lived = match self.is_settled(&mut sold).await? {
                true => self.finish(&mut sold).await,
                false => Ok(()),
            };
            sold.stuck = lived.is_err();
            self.sold.push(sold);
            lived?;
        }
        Ok(())
    }

    /// The payer opens the link and pays by card; the order, as the shop hears of it.
    async fn follow_link(&mut self, address: &str) -> Option<OrderId> {
        let form = self.payer.post(address, &[]).await?;
        let page = form.headers().get(LOCATION)?.to_str().ok()?.to_owned();
        let order = page.split_once("mdOrder=")?.1.to_owned();
        let card = [
            ("mdOrder", order.as_str()),
            ("pan", PLAIN),
            ("expiry", "12/34"),
            ("cvc", "123"),
            ("cardholder", "TEST CARDHOLDER"),
        ];
        let card = card.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.payer.post("https://bank.example/payment/merchants/ecom/pay", &card).await;
        OrderId::new(order).ok()
    }
}
