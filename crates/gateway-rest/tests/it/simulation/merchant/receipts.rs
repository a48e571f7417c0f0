//! Closing receipts: a second one would be a fiscal error.

use gateway_rest::receipts::{CloseOfdReceipt, ReceiptStatus};
use payments_core::{Minor, money::NonZeroMinor};

use super::{Fate, Merchant, Sold};

impl Merchant {
    /// Closes a prepayment of a part of what was taken.
    pub(super) async fn close_receipt(&mut self, sold: &mut Sold) -> Result<(), String> {
        let order = sold.order_id.clone();
        let amount = Minor::new(1 + self.chance.below(sold.kept));
        let amount = NonZeroMinor::new(amount).expect("more than zero");
        for _ in 0..12 {
            let seen = self.asking(&ReceiptStatus::of_order(order.clone())).await?.seen();
            let call = CloseOfdReceipt::of_order(order.clone(), amount)
                .with(|call| call.seen = Some(seen));
            match self.carry_out(&call).await? {
                Fate::Answered(_) | Fate::Happened => {
                    sold.receipts.closing += 1;
                    return Ok(());
                }
                Fate::DidNot => {}
            }
        }
        Err(format!("no receipt was made: {:?}", self.refused))
    }
}
