//! Callbacks about stored credentials.

use payments_core::time::UnixMillis;

use super::Binding;
use crate::bank::{Bank, callback};

/// What happened to a credential, as `operation` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingEvent {
    Created,
    ActivityChanged,
}

impl Bank {
    /// Tells the merchant what happened to a credential, at the merchant's own address: the one
    /// given with an order is for that order's payment alone.
    pub(super) fn notify_of_binding(
        &mut self,
        now: UnixMillis,
        login: &str,
        id: &str,
        event: BindingEvent,
    ) {
        let merchant = self.merchants.iter().find(|merchant| merchant.login == login);
        let (Some(merchant), Some(binding)) = (merchant, self.bindings.find(login, id)) else {
            return;
        };
        let callbacks = &merchant.callbacks;
        let Some(address) = &callbacks.url else { return };
        let parameters = parameters(now, binding, event, &callbacks.additional);
        let Some(request) = callback::request(address, callbacks, parameters) else { return };
        let fault = self.faults.take_callback();
        self.notices.send(now, request, fault);
    }
}

/// Neither order nor status: a credential has none.
fn parameters(
    now: UnixMillis,
    binding: &Binding,
    event: BindingEvent,
    additional: &[String],
) -> Vec<(String, String)> {
    let operation = match event {
        BindingEvent::Created => "bindingCreated",
        BindingEvent::ActivityChanged => "bindingActivityChanged",
    };
    let mut parameters = vec![
        ("bindingId", binding.id.clone()),
        ("clientId", binding.client.clone()),
        ("operation", operation.to_owned()),
    ];
    if event == BindingEvent::ActivityChanged {
        parameters.push(("enabled", binding.active.to_string()));
    }
    let wanted = |name: &str| additional.iter().any(|known| known == name);
    if event == BindingEvent::Created && wanted("panMasked") {
        parameters.push(("panMasked", binding.masked_pan()));
    }
    if wanted("callbackCreationDate") {
        parameters.push(("callbackCreationDate", callback::java_date(now)));
    }
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
