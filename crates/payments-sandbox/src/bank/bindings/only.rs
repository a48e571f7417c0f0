//! Orders that were registered for one stored card: nothing else pays them.

use payments_core::time::UnixMillis;

use crate::{
    answer::Refusal,
    bank::{
        Bank, Order,
        order::{Details, Terms},
        pay::Step,
    },
    settings::Merchant,
};

impl Bank {
    /// A registration that names a credential (`bindingId`): the customer is the credential's own.
    pub(in crate::bank) fn for_binding(
        &self,
        now: UnixMillis,
        merchant: &Merchant,
        details: &mut Details,
    ) -> Result<(), Refusal> {
        let Some(id) = &details.binding_id else { return Ok(()) };
        super::allowed(merchant)?;
        let refuse = |text: &str| Refusal::new(5, format!("[bindingId] {text}"));
        let binding = self.usable_binding(now, &merchant.login, id);
        let binding = binding.map_err(|why| refuse(why.text()))?;
        match &details.client_id {
            Some(client) if *client != binding.client => Err(refuse("is another client's")),
            _ => {
                details.client_id = Some(binding.client.clone());
                Ok(())
            }
        }
    }

    /// What the payment page shows of the only card that may pay; none if any card may.
    pub(in crate::bank) fn only_card(&self, order: &Order) -> Option<String> {
        let id = order.details.binding_id.as_deref()?;
        Some(self.bindings.find(&order.login, id)?.masked_pan())
    }

    /// The payer typed the code of the only card that may pay.
    pub(in crate::bank) fn pay_by_only_card(
        &mut self,
        now: UnixMillis,
        order: &Order,
        merchant: &Merchant,
    ) -> Step {
        let binding = order.details.binding_id.clone();
        let usable = binding.as_deref().map(|id| self.usable_binding(now, &order.login, id));
        if !matches!(usable, Some(Ok(_))) {
            return self.declined(now, &order.id, -3003);
        }
        let without_3ds = merchant.permissions.binding_without_3ds;
        let terms = Terms { binding, without_3ds, ..Terms::default() };
        self.charge_binding(now, &order.id, merchant, terms)
    }
}

/// Refuses a card that was typed where only a stored one may pay.
pub(in crate::bank) fn any_card(order: &Order) -> Result<(), Refusal> {
    match order.details.binding_id {
        None => Ok(()),
        Some(_) => Err(Refusal::new(5, "The order can be paid by its stored credential only")),
    }
}
