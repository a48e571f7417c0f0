//! The form in which a driver is stored: names and texts, nothing secret.

use payments_core::{
    Invalid,
    id::{OrderId, ThreeDsServerTransId},
    state::three_ds::State,
};
use serde::{Deserialize, Serialize};

use super::{Calling, Driver, Server};
use crate::FullUrl;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stored {
    order_id: OrderId,
    server: Server,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calling: Option<Calling>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    term_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authentication: Option<ThreeDsServerTransId>,
}

/// The names that stand in storage: they stay even if those of the code change.
const fn name(state: State) -> &'static str {
    match state {
        State::Start => "start",
        State::Method => "method",
        State::Redirected => "redirected",
        State::Challenge => "challenge",
        State::CameBack => "cameBack",
        State::Answered => "answered",
        State::Finished => "finished",
        State::Failed => "failed",
    }
}

impl From<Driver> for Stored {
    fn from(driver: Driver) -> Self {
        Self {
            order_id: driver.order_id,
            server: driver.server,
            state: name(driver.state).to_owned(),
            calling: driver.calling,
            term_url: driver.back.map(|url| url.as_str().to_owned()),
            authentication: driver.authentication,
        }
    }
}

impl TryFrom<Stored> for Driver {
    type Error = Invalid;

    fn try_from(stored: Stored) -> Result<Self, Invalid> {
        let known = State::ALL.into_iter().find(|state| name(*state) == stored.state);
        let state = known.ok_or_else(|| Invalid::new("state", "must be one of the driver's"))?;
        let calling = match (state, stored.calling) {
            (_, None)
            | (State::Start | State::Method, Some(Calling::Payment))
            | (State::Method, Some(Calling::Continue))
            | (State::CameBack, Some(Calling::Finish))
            | (State::Answered, Some(Calling::FinishV2)) => stored.calling,
            _ => return Err(Invalid::new("calling", "must be a request of the state")),
        };
        let back = stored.term_url.map(FullUrl::new).transpose()?;
        Ok(Self {
            order_id: stored.order_id,
            server: stored.server,
            state,
            calling,
            back,
            authentication: stored.authentication,
        })
    }
}
