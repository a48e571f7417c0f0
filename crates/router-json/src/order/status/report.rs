//! What a status answer holds.

use payments_core::{
    Minor,
    id::{BindingId, ClientId, MerchantLogin, OrderId, OrderNumber},
    order::{
        OrderStatus as Status, PaymentWay, RouterState,
        outcome::Outcome,
        params::Params,
        report::{CardAuthInfo, OrderReport},
    },
    resolve::Evidence,
    state::amounts::Amounts,
    wire::{opt_from, opt_parsed, opt_text},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::lenient;

/// What the router says of an order, and what the bank behind it reports.
///
/// One type for three answers: of an order that no bank has yet, of one that a bank has, and a flat
/// report as the gateway gives it. State, status, amounts and refunds must be readable; a block that
/// only informs and has another form than expected is left out. The raw answer has it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RouterReport {
    /// `0`, or nothing.
    pub error_code: Option<String>,
    /// A text, for people.
    pub error_message: Option<String>,
    /// The router's own word for where the order stands; absent in a flat report.
    pub state: Option<RouterState>,
    /// What was taken, in minor units, as it stands beside the bank's report.
    pub deposited_amount: Option<Minor>,
    /// The subscription or stored credential that the order created, wherever the answer names it.
    /// None right after a payment means "not yet": it may come minutes later, or never.
    pub binding_id: Option<BindingId>,
    /// What the router itself keeps of the order.
    pub keys: RouterKeys,
    pub(super) order: OrderReport,
}

/// What the router keeps of an order, beside what a bank reports. Most of it comes only before a bank
/// was chosen; the reference pages' sample shows it then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct RouterKeys {
    /// The ways in which the order may be paid.
    #[serde(deserialize_with = "lenient::list")]
    pub allowed_payment_ways: Vec<PaymentWay>,
    /// The partner's number of the customer.
    #[serde(deserialize_with = "lenient::from")]
    pub client_id: Option<ClientId>,
    /// `PURCHASE` in the sample.
    #[serde(deserialize_with = "lenient::text")]
    pub deposit_flag: Option<String>,
    /// The bank that has the order, as an opaque key of the router's settings; none before one was
    /// chosen.
    #[serde(deserialize_with = "lenient::text")]
    pub gw_id: Option<String>,
    /// The bank's own id of the order; none before one was chosen. Callbacks come from the bank and
    /// may name the order by it.
    #[serde(deserialize_with = "lenient::from")]
    pub gw_order_id: Option<OrderId>,
    /// Where the payer is sent after a failure.
    #[serde(deserialize_with = "lenient::text")]
    pub fail_url: Option<String>,
    /// Whether the order's life is limited.
    #[serde(deserialize_with = "lenient::flag")]
    pub has_timeout: Option<bool>,
    /// The partner.
    #[serde(deserialize_with = "lenient::from")]
    pub merchant_login: Option<MerchantLogin>,
    /// The router's id of the order.
    #[serde(deserialize_with = "lenient::from")]
    pub order_id: Option<OrderId>,
    /// The free pairs of the registration.
    #[serde(deserialize_with = "lenient::pairs")]
    pub order_params: Params,
    /// Where the payer is sent after a payment.
    #[serde(deserialize_with = "lenient::text")]
    pub success_url: Option<String>,
}

/// The parts of an answer that stand beside the bank's report, or at its own level.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Outer<'a> {
    #[serde(deserialize_with = "opt_text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "opt_text")]
    error_message: Option<String>,
    #[serde(deserialize_with = "opt_parsed")]
    state: Option<RouterState>,
    #[serde(deserialize_with = "opt_parsed")]
    deposited_amount: Option<Minor>,
    #[serde(deserialize_with = "opt_from")]
    binding_id: Option<BindingId>,
    #[serde(borrow)]
    order_status_result_model: Option<&'a RawValue>,
}

/// What of the router stands inside the bank's report.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Inner {
    #[serde(deserialize_with = "opt_parsed")]
    state: Option<RouterState>,
    #[serde(deserialize_with = "opt_from")]
    binding_id: Option<BindingId>,
    /// The card under the name that the reference pages give it.
    #[serde(deserialize_with = "lenient::block")]
    card_info: Option<CardAuthInfo>,
}

impl RouterReport {
    /// Reads one of the three forms of the answer.
    ///
    /// # Errors
    ///
    /// Not JSON, or something of state, status, amounts or refunds has another form than expected.
    pub fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let outer: Outer<'_> = serde_json::from_slice(json)?;
        let block = outer.order_status_result_model.map(RawValue::get);
        let report = block.filter(|block| block.starts_with('{')).map_or(json, str::as_bytes);
        let inner: Inner = serde_json::from_slice(report)?;
        let mut order = OrderReport::from_json(report)?;
        if order.card_auth_info.is_none() {
            order.card_auth_info = inner.card_info;
        }
        let kept = order.binding_info.as_ref().and_then(|info| info.binding_id.clone());
        Ok(Self {
            error_code: outer.error_code,
            error_message: outer.error_message,
            state: outer.state.or(inner.state),
            deposited_amount: outer.deposited_amount,
            binding_id: outer.binding_id.or(inner.binding_id).or(kept),
            keys: serde_json::from_slice(report).unwrap_or_default(),
            order,
        })
    }

    /// What the bank reports, as the gateway does. Before a bank was chosen it holds what the router
    /// knows: amount, currency, date, description, number, and a status of `-1`.
    pub fn order(&self) -> &OrderReport {
        &self.order
    }

    /// The partner's number of the order.
    pub fn order_number(&self) -> Option<&OrderNumber> {
        self.order.order_number.as_ref()
    }

    /// Where the order stands in the words of the gateway: the bank's status where it is one that is
    /// known, else what the router's own state amounts to.
    pub fn status(&self) -> Option<&Status> {
        let reported = self.order.order_status.as_ref();
        match (&self.state, reported) {
            (_, Some(status)) if status.is_known() => reported,
            (Some(state), _) => of_state(state).or(reported),
            (None, _) => reported,
        }
    }

    /// Whether the router's state and the bank's status cannot both be true: one says that money
    /// moved and the other that none did, or the router has closed an order that is open at the bank.
    /// Nothing may be concluded from such a report; ask again.
    pub fn contradicts_itself(&self) -> bool {
        let moved = |status: &Status| {
            status.is_paid()
                || matches!(
                    status,
                    Status::AuthorizationCancelled | Status::Refunded | Status::IntermediateDeposit
                )
        };
        let bank = self.order.order_status.as_ref().filter(|status| status.is_known());
        let (Some(state), Some(bank)) = (&self.state, bank) else { return false };
        let open = matches!(bank, Status::Registered | Status::AcsAuthStarted | Status::Pending);
        match state {
            RouterState::Pending => false,
            RouterState::Declined => moved(bank) || open,
            // The bank declined one attempt; the router lets the payer try again.
            state => of_state(state).is_some_and(|state| moved(state) != moved(bank)),
        }
    }

    /// Whether the order is paid: held or taken. The router's state and the bank's status must not
    /// contradict each other; where one of them is absent or unknown, the other decides.
    pub fn is_paid(&self) -> bool {
        let by_state = self.state.as_ref().and_then(of_state).map(Status::is_paid);
        let by_bank = self.order.order_status.as_ref().filter(|status| status.is_known());
        let by_bank = by_bank.map(Status::is_paid);
        by_state.or(by_bank) == Some(true) && by_bank.or(by_state) == Some(true)
    }

    /// Whether the order was declined, by the bank, by its partner or by its age.
    pub fn is_declined(&self) -> bool {
        self.status() == Some(&Status::Declined)
    }

    /// Whether a bank was chosen, which happens when the payment begins; none where the answer does
    /// not tell.
    pub fn is_at_a_bank(&self) -> Option<bool> {
        match (&self.state, &self.keys.gw_order_id) {
            (Some(RouterState::Preregistered), None) => Some(false),
            (_, Some(_)) => Some(true),
            (Some(RouterState::Declined) | None, None) => None,
            (Some(state), None) => state.is_known().then_some(true),
        }
    }

    /// The amounts that later calls are resolved by; none where the answer lacks them.
    pub fn amounts(&self) -> Option<Amounts> {
        self.order.amounts()
    }

    /// How the last attempt to pay ended; none where nobody knows of one.
    pub fn outcome(&self) -> Option<Outcome> {
        self.order.outcome()
    }

    /// What a lost call is judged by.
    ///
    /// That no bank has the order shows that no payment began. Once a bank has it, one may be under
    /// way although nothing is to be seen of it: by SBP an order stays as it is until it is paid
    /// (documents/004, payment status), so that such an order shows neither.
    pub fn evidence(&self) -> Evidence<'_> {
        let status = match (self.is_without_bank(), self.status()) {
            (true, _) => Some(&Status::Registered),
            (false, Some(Status::Registered)) => Some(&Status::Pending),
            (false, status) => status,
        };
        Evidence { status, ..self.order.evidence() }
    }

    /// Whether the answer says that no bank was chosen, and nothing to the contrary.
    fn is_without_bank(&self) -> bool {
        let reported = self.order.order_status.as_ref();
        let is_unlisted = reported.is_none_or(|status| status.as_str() == "-1");
        is_unlisted
            && match &self.state {
                Some(state) => *state == RouterState::Preregistered,
                None => reported.is_some(),
            }
    }
}

/// What a state of the router amounts to in the gateway's words; none of one that is not known.
fn of_state(state: &RouterState) -> Option<&'static Status> {
    Some(match state {
        RouterState::Preregistered | RouterState::Created => &Status::Registered,
        RouterState::Pending => &Status::Pending,
        RouterState::Approved => &Status::Authorized,
        RouterState::Deposited => &Status::Deposited,
        RouterState::Declined => &Status::Declined,
        RouterState::Reversed => &Status::AuthorizationCancelled,
        RouterState::Refunded => &Status::Refunded,
        _ => return None,
    })
}
