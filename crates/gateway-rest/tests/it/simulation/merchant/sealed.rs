//! `seToken`: the card is encrypted with the bank's public key.

use gateway_rest::{
    order::pay::{Card, SeToken},
    se_token::{Sealer, Stamp, keys::SeKeys},
};

use super::{Merchant, Sold};

impl Merchant {
    pub(super) async fn sealed(&mut self, sold: &Sold, card: &Card) -> Result<SeToken, String> {
        let keys = self.asking(&SeKeys::new()).await?;
        let now = self.client.now();
        let key = keys.newest(now).map_err(|error| error.to_string())?;
        let sealer = Sealer::new(&key).map_err(|error| error.to_string())?;
        let uuid = u128::from(self.chance.next()) << 64 | u128::from(self.chance.next());
        let stamp = Stamp::new(now, uuid);
        sealer.card(stamp, &sold.order_id, card).map_err(|error| error.to_string())
    }
}
