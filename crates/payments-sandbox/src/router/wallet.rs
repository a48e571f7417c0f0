//! `tpay/paymentOrder.do` and `alfapay/paymentOrder.do`: links into the banks' own applications.

use super::{Call, Router, house, order::Way, place};
use crate::{
    answer::Refusal,
    bank::{self, Wallet},
    json::{Json, Object},
};

impl Router {
    pub(super) fn tpay(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let wallet = match call.needed("device")? {
            device if device.eq_ignore_ascii_case("Desktop") => Wallet::TPayDesktop,
            device if device.eq_ignore_ascii_case("Mobile") => Wallet::TPayMobile,
            _ => return Err(Refusal::value("device", "must be Desktop or Mobile")),
        };
        for name in ["browser", "os", "webView"] {
            call.needed(name)?;
        }
        bank::flag(call.params, "webView")?;
        let bank = call.partner.tpay_bank.clone();
        self.wallet(call, bank.as_deref(), Way::TPay, wallet)
    }

    pub(super) fn alfapay(&mut self, call: &mut Call<'_>) -> Result<Json, Refusal> {
        let bank = call.partner.alfapay_bank.clone();
        self.wallet(call, bank.as_deref(), Way::AlfaPay, Wallet::AlfaPay)
    }

    fn wallet(
        &mut self,
        call: &mut Call<'_>,
        bank: Option<&str>,
        way: Way,
        wallet: Wallet,
    ) -> Result<Json, Refusal> {
        let id = self.order_of(call, "orderId")?;
        let unset = || {
            let text = format!("No bank for {} is set in the partner's settings", way.name());
            Refusal::access(text)
        };
        let bank = bank.and_then(house).ok_or_else(unset)?;
        let order = self.own_order(call, &id)?;
        place::open(order, call.now)?;
        if order.amount == 0 {
            return Err(Refusal::new(5, "There is nothing to pay"));
        }
        let at_bank = self.place(call, &id, bank, way)?;
        let (now, login) = (call.now, call.login().to_owned());
        let link =
            self.with_bank(bank, |bank| Some(bank.wallet_link(now, &login, &at_bank, wallet)));
        let link = link.unwrap_or_else(|| Err(Refusal::new(7, "The bank did not answer")))?;
        if let Some(order) = self.orders.get_mut(&id) {
            order.link = Some(link.clone());
        }
        let data = Object::new().with("orderId", at_bank.as_str()).with("redirect", link);
        if call.partner.flat_wallets {
            return Ok(data.into());
        }
        Ok(Object::new()
            .with("data", data)
            .with_some("errorCode", call.zero())
            .with("success", true)
            .into())
    }
}
